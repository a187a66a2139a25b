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
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise, zip_longest
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

MAGIC = b"PAR1"
ENDING = 8
"""Bytes after a footer: its length, and the magic again."""
BLOCK = 64
"""Groups that a footer is put together of at a time."""
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
WIDTHS = {TRUE: 0, FALSE: 0, BYTE: 1, DOUBLE: 8}
GROUP_ROWS, GROUP_LIST, PLACE, ORDINAL = "rows", "groups", "place", "ordinal"


class Wanted(NamedTuple):
    """A field to be noted, unless its label is empty, and what is wanted of the structs in it."""

    label: str
    inner: "Mapping[int, Wanted]" = MappingProxyType({})


_PLACE = Wanted(PLACE)
_COLUMN_METADATA = Wanted("", {9: _PLACE, 10: _PLACE, 11: _PLACE})
_COLUMN_CHUNK = Wanted("", {2: _PLACE, 3: _COLUMN_METADATA})
_ROW_GROUP = {1: _COLUMN_CHUNK, 5: _PLACE, 7: Wanted(ORDINAL)}
_FILE_METADATA = {3: Wanted(GROUP_ROWS), 4: Wanted(GROUP_LIST, _ROW_GROUP)}
"""Fields by their numbers: pages of a chunk, chunks of a group, the group itself, and its place among others."""


class Noted(NamedTuple):
    """A field that was wanted, and where its value starts and ends."""

    label: str
    start: int
    end: int


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
    fields = {field.label: field for field in _noted(sample)}
    counted, listed = fields[GROUP_ROWS], fields[GROUP_LIST]
    size = len(groups)
    pieces = [
        sample[: counted.start],
        _varint(_zigzag(sum(group.rows for group in groups))),
        sample[counted.end : listed.start],
        bytes([size << 4 | STRUCT]) if size < 15 else bytes([0xF0 | STRUCT]) + _varint(size),
    ]
    start = len(MAGIC)
    for first in range(0, size, BLOCK):
        block = groups[first : first + BLOCK]
        pieces.append(_listed(block, start, first))
        start += sum(group.length for group in block)
    footer = b"".join([*pieces, sample[listed.end :]])
    return footer + len(footer).to_bytes(4, "little") + MAGIC


def _listed(groups: Sequence[Group], start: int, ordinal: int) -> bytes:
    """What a footer says of groups that stand one after another from a place on, the first of them the `ordinal`th."""
    moved = iter(_moved(groups, start, ordinal))
    parts = (zip_longest(group.parts, islice(moved, len(group.places)), fillvalue=b"") for group in groups)
    return b"".join(chain.from_iterable(chain.from_iterable(parts)))


def _moved(groups: Sequence[Group], start: int, ordinal: int) -> list[bytes]:
    """What stands for the places of these groups, in order."""
    each = [len(group.places) for group in groups]
    places = np.fromiter(chain.from_iterable(group.places for group in groups), np.int64, sum(each))
    lengths = np.fromiter((group.length for group in groups), np.int64, len(groups))
    starts = np.repeat(start + np.cumsum(lengths) - lengths, each)
    numbers = ordinal + np.arange(len(groups))
    ordinals = np.repeat(np.where(numbers < 1 << 15, numbers, 0), each)
    return _varints(2 * np.where(places < 0, ordinals, places + starts))


def _varints(values: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[bytes]:
    """Many numbers as `_varint` has them."""
    steps = range(0, 7 * max(1, -(-int(values.max(initial=0)).bit_length() // 7)), 7)
    septets = np.stack([values >> step for step in steps], axis=1)
    is_there = septets > 0
    is_there[:, 0] = True
    goes_on = np.zeros_like(is_there)
    goes_on[:, :-1] = is_there[:, 1:]
    data = (septets & 0x7F | goes_on * 0x80).astype(np.uint8)[is_there].tobytes()
    ends = np.cumsum(is_there.sum(axis=1)).tolist()
    return [data[start:end] for start, end in pairwise([0, *ends])]


def _group_of(footer: bytes, length: int) -> Group:
    """What the footer of a file with one group says of it. The group's ordinal, which moves with it, is place -1."""
    noted = list(_noted(footer))
    listed = next(field for field in noted if field.label == GROUP_LIST)
    if footer[listed.start] >> 4 == 0:
        return Group(0, 0, (b"",), ())
    rows, parts, places, position = 0, [], [], listed.start + 1
    for label, start, end in noted:
        number = _read_number(footer, start) if label != GROUP_LIST else 0
        if label == GROUP_ROWS:
            rows = number
        elif label == ORDINAL or (label == PLACE and number):  # a chunk's own offset is 0 and stays so
            parts.append(footer[position:start])
            places.append(-1 if label == ORDINAL else number - len(MAGIC))
            position = end
    return Group(rows, length, (*parts, footer[position : listed.end]), tuple(places))


def _noted(footer: bytes) -> Iterator[Noted]:
    """What is wanted of a footer, in order of where it ends."""
    found: list[Noted] = []
    _walk(footer, 0, _FILE_METADATA, found)
    yield from found


def _walk(data: bytes, position: int, wanted: Mapping[int, Wanted], found: list[Noted]) -> int:
    """Goes over a struct once, notes what is wanted of it, and returns where it ends."""
    field = 0
    while head := data[position]:
        position += 1
        if head >> 4:
            field += head >> 4
        else:
            field, position = _read_number(data, position), _after_varint(data, position)
        start, want = position, wanted.get(field)
        position = _after(data, position, head & 15, want.inner if want else {}, found)
        if want and want.label:
            found.append(Noted(want.label, start, position))
    return position + 1


def _after(data: bytes, position: int, kind: int, wanted: Mapping[int, Wanted], found: list[Noted]) -> int:
    """Where a value of this type ends; what is wanted of the structs in it is noted."""
    if I16 <= kind <= I64:
        while data[position] & 0x80:
            position += 1
        return position + 1
    if kind == BINARY:
        return _after_varint(data, position) + _read_varint(data, position)
    if kind == STRUCT:
        return _walk(data, position, wanted, found)
    if kind in (LIST, SET):
        size, inner = data[position] >> 4, data[position] & 15
        position += 1
        if size == 15:
            size, position = _read_varint(data, position), _after_varint(data, position)
        for _ in range(size):
            position = position + 1 if inner in (TRUE, FALSE) else _after(data, position, inner, wanted, found)
        return position
    return position + WIDTHS[kind]


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
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
