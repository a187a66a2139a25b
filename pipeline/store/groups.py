"""Row groups of Parquet that stand on their own, and files put together from them.

A table in order of its key is cut where the keys say, so that a row that comes or goes changes the group it stands in
and no other. A group is encoded alone; a file is the bodies of its groups one after another, and a footer that says
where each is. Groups that have not changed are copied as they are, which is what makes a large table cheap to change,
and the bytes are those of a table that was written from nothing.

pyarrow encodes and decodes; what it has no call for is the moving of a group to another place in a file. For that, the
places that a footer names are found by walking it (Thrift's compact protocol, as parquet-format's `parquet.thrift`
numbers the fields) and written anew.
"""

import io
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

MAGIC = b"PAR1"
ENDING = 8
"""Bytes after a footer: its length, and the magic again."""
NUM_ROWS, ROW_GROUPS = 3, 4
"""Fields of a FileMetaData."""
COLUMNS, ROW_GROUP_OFFSET, ORDINAL = 1, 5, 7
"""Fields of a RowGroup."""
CHUNK_OFFSET, CHUNK_METADATA = 2, 3
"""Fields of a ColumnChunk."""
PLACES = frozenset({9, 10, 11})
"""Fields of a ColumnMetaData that are places in the file: data page, index page, dictionary page."""
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


class Group(Struct, frozen=True, array_like=True):
    """One row group: how many rows, how long its body is, and what a footer says of it.

    `parts` are the bytes of that between the places it names, and `places` those places, counted from the body's start.
    """

    rows: int
    length: int
    parts: tuple[bytes, ...]
    places: tuple[int, ...]


def encode_group(arrow: pa.Table, plain: Sequence[str], key: Sequence[str]) -> tuple[Group, bytes, bytes]:
    """One group with zstd and page checksums: what a footer says of it, its body, and a footer of it alone.

    Args:
        arrow: the rows of the group.
        plain: the columns whose values seldom repeat.
        key: the columns whose least and greatest value a reader wants to know.
    """
    sink = io.BytesIO()
    pq.write_table(
        arrow,
        sink,
        compression="zstd",
        compression_level=3,
        version="2.6",
        use_dictionary=[name for name in arrow.column_names if name not in plain],
        write_statistics=list(key),
        write_page_checksum=True,
        store_schema=True,
        row_group_size=max(arrow.num_rows, 1),
    )
    data = sink.getvalue()
    length = int.from_bytes(data[-ENDING:-4], "little")
    footer, body = data[-ENDING - length : -ENDING], data[len(MAGIC) : -ENDING - length]
    return _group_of(footer, len(body)), body, footer


def assemble_footer(sample: bytes, groups: Sequence[Group]) -> bytes:
    """The end of a file that has these groups, one after another from its magic on.

    Args:
        sample: the footer of any one group of the table.
        groups: the groups in order.
    """
    fields = {field: (start, end) for field, _, start, end in _fields(sample, 0)}
    count = _varint(_zigzag(sum(group.rows for group in groups)))
    head, tail = sample[: fields[NUM_ROWS][0]], sample[fields[ROW_GROUPS][1] :]
    between = sample[fields[NUM_ROWS][1] : fields[ROW_GROUPS][0]]
    size = len(groups)
    listed = bytes([size << 4 | STRUCT]) if size < 15 else bytes([0xF0 | STRUCT]) + _varint(size)
    pieces = [head, count, between, listed]
    start = len(MAGIC)
    for number, group in enumerate(groups):
        ordinal = number if number < 1 << 15 else 0
        for part, place in zip(group.parts, (*group.places, None), strict=True):
            pieces.append(part)
            if place is not None:
                pieces.append(_varint(_zigzag(ordinal if place < 0 else place + start)))
        start += group.length
    footer = b"".join([*pieces, tail])
    return footer + len(footer).to_bytes(4, "little") + MAGIC


def _group_of(footer: bytes, length: int) -> Group:
    """What the footer of a file with one group says of it."""
    fields = {field: (start, end) for field, _, start, end in _fields(footer, 0)}
    start, end = fields[ROW_GROUPS]
    rows = _read_number(footer, fields[NUM_ROWS][0])
    if footer[start] >> 4 == 0:
        return Group(0, 0, (b"",), ())
    parts, places, position = [], [], start + 1
    for at, after, place in _places(footer, start + 1):
        parts.append(footer[position:at])
        places.append(place)
        position = after
    return Group(rows, length, (*parts, footer[position:end]), tuple(places))


def _places(data: bytes, row_group: int) -> Iterator[tuple[int, int, int]]:
    """Where in a RowGroup a place is named: start and end of the number, and the place from the body's start.

    The ordinal of the group, which moves with it too, is given as -1. A chunk's own offset is 0 and stays so.
    """
    for field, kind, start, _ in _fields(data, row_group):
        if field == COLUMNS and kind == LIST:
            for column in _structs(data, start):
                for inner, _, at, _ in _fields(data, column):
                    if inner == CHUNK_METADATA:
                        for name, _, place, after in _fields(data, at):
                            if name in PLACES:
                                yield place, after, _read_number(data, place) - len(MAGIC)
                    elif inner == CHUNK_OFFSET and _read_number(data, at):
                        yield at, _after_varint(data, at), _read_number(data, at) - len(MAGIC)
        elif field == ROW_GROUP_OFFSET:
            yield start, _after_varint(data, start), _read_number(data, start) - len(MAGIC)
        elif field == ORDINAL:
            yield start, _after_varint(data, start), -1


def _structs(data: bytes, position: int) -> Iterator[int]:
    """Where each struct of a list of structs begins."""
    size, position = _list_size(data, position)
    for _ in range(size):
        yield position
        position = _after(data, position, STRUCT)


def _fields(data: bytes, position: int) -> Iterator[tuple[int, int, int, int]]:
    """The fields of a struct: number, type, and where the value starts and ends."""
    field = 0
    while data[position]:
        delta, kind = data[position] >> 4, data[position] & 15
        position += 1
        if delta:
            field += delta
        else:
            field = _read_number(data, position)
            position = _after_varint(data, position)
        end = _after(data, position, kind)
        yield field, kind, position, end
        position = end


def _after(data: bytes, position: int, kind: int) -> int:
    """Where a value of this type ends."""
    if I16 <= kind <= I64:
        while data[position] & 0x80:
            position += 1
        return position + 1
    if kind == BINARY:
        return _after_varint(data, position) + _read_varint(data, position)
    if kind == STRUCT:
        while data[position]:
            inner, position = data[position], position + 1
            if not inner >> 4:
                position = _after_varint(data, position)
            position = _after(data, position, inner & 15)
        return position + 1
    if kind in (LIST, SET):
        inner = data[position] & 15
        size, position = _list_size(data, position)
        for _ in range(size):
            position = position + 1 if inner in (TRUE, FALSE) else _after(data, position, inner)
        return position
    return position + {TRUE: 0, FALSE: 0, BYTE: 1, DOUBLE: 8}[kind]


def _list_size(data: bytes, position: int) -> tuple[int, int]:
    """How many values a list has, and where the first begins."""
    size = data[position] >> 4
    if size < 15:
        return size, position + 1
    return _read_varint(data, position + 1), _after_varint(data, position + 1)


def _after_varint(data: bytes, position: int) -> int:
    while data[position] & 0x80:
        position += 1
    return position + 1


def _read_varint(data: bytes, position: int) -> int:
    value = shift = 0
    while data[position] & 0x80:
        value |= (data[position] & 0x7F) << shift
        shift += 7
        position += 1
    return value | data[position] << shift


def _read_number(data: bytes, position: int) -> int:
    value = _read_varint(data, position)
    return value >> 1 ^ -(value & 1)


def _zigzag(value: int) -> int:
    return value << 1


def _varint(value: int) -> bytes:
    if value < 1 << 14:
        return bytes((value,)) if value < 1 << 7 else bytes((value & 0x7F | 0x80, value >> 7))
    if value < 1 << 28:
        low = (value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80)
        if value < 1 << 21:
            return bytes((*low, value >> 14))
        return bytes((*low, value >> 14 & 0x7F | 0x80, value >> 21))
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
