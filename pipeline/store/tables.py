"""The published tables: Parquet with page checksums, and a manifest of digests beside them.

All tables of a run are written before the manifest, which is written last; a reader who finds a table that does not fit
the manifest is told so.
"""

import contextlib
import hashlib
import io
import os
import tempfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate, groupby
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct, structs

from pipeline import schema
from pipeline.store.files import TEMPORARY, StoreError, advice, flush_folder
from pipeline.store.groups import MAGIC, Group, assemble_footer, encode_group
from pipeline.store.index import look_at, mark_of
from pipeline.store.manifest import write_if_new, write_manifest

FOLDER = "tables"
DICTIONARY = "DATA_DICTIONARY.md"
PIECE = 1 << 20
"""Bytes copied at a time."""
STRETCH = 32
"""Row groups read at a time."""
LAST_CHARACTER = "\U0010ffff"
SELDOM_REPEATED = frozenset({"mention_id", "activity_id", "text", "sentence", "sha256", "file_name", "alias", "name"})
"""Columns that a dictionary of values makes no smaller."""


class Cut(Struct, frozen=True):
    """Where a table is cut into row groups: before the first row of a first key, or of as much of it, that fits."""

    pattern: str
    length: int = 0


_OF_SUBMISSIONS = Cut("0$", 16)
CUTS: dict[str, Cut] = {
    **{table.name: Cut("[0-7]00$") for table in schema.MENTION_TABLES.values()},
    **dict.fromkeys(("pages", "sections", "table_cells", "problems"), _OF_SUBMISSIONS),
    "reports": Cut("00$", 16),
    "mention_boxes": Cut("[0-3]00$"),
    "organizations": Cut("[0-7]00$"),
    "organization_aliases": Cut("00$"),
    "activities": Cut("00$"),
    "activity_mentions": Cut("[0-7]0$"),
    "activity_amounts": Cut("00$"),
}
"""Keys are hashes, so one key in 512, 16 and so on begins a group, whatever rows are around it."""


class Contents(Struct, frozen=True, array_like=True):
    """How the file of a table is put together: its row groups, the first key of each, and a footer of one of them."""

    sample: bytes = b""
    starts: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


class Layout(Struct, frozen=True, array_like=True):
    """What tells the file of a table from others, and its contents, packed: few are looked into at a time."""

    sha256: str = ""
    mark: bytes = b""
    packed: bytes = b""

    @property
    def contents(self) -> Contents:
        """How the file is put together; it has no groups when it was never written."""
        return msgspec.msgpack.decode(zlib.decompress(self.packed), type=Contents) if self.packed else Contents()


class Those(Struct, frozen=True):
    """Some rows of a table: those with one of these values in this column."""

    column: str
    values: frozenset[str]


class Written(Struct, frozen=True):
    """A table's new file, still under a temporary name."""

    layout: Layout
    path: Path


Bucket = tuple[str | None, pa.Table]
"""Rows in order of key, checked, all before the given first key and not before that of the bucket before."""


def encode_table(arrow: pa.Table) -> bytes:
    """One table as Parquet: zstd, page checksums, the same bytes for the same rows on any machine."""
    sink = io.BytesIO()
    writer = _Writer(sink, schema.TABLES.get(_name(arrow)), arrow)
    writer.push(arrow)
    writer.finish()
    return sink.getvalue()


def _name(arrow: pa.Table) -> str:
    """The table whose schema this is; nothing when it is none of ours."""
    return next((name for name, table in schema.TABLES.items() if table.schema.equals(arrow.schema)), "")


class _Writer:
    """Writes one file: rows in order of key are pushed, or groups of another file copied."""

    def __init__(self, sink: IO[bytes], table: schema.Table | None, empty: pa.Table) -> None:
        self._sink, self._table = sink, table
        self._digest = hashlib.sha256()
        self._key = list(table.key) if table else empty.column_names[:1]
        self._plain = [name for name in empty.column_names if name in SELDOM_REPEATED]
        self._open: list[pa.Table] = []
        self._unit = ""
        self._starts: list[str] = []
        self._groups: list[Group] = []
        self._sample = encode_group(empty.slice(0, 0), self._plain, self._key)[2]
        self._write(MAGIC)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._sink.write(data)

    def push(self, arrow: pa.Table) -> None:
        """Adds rows that come after all before; a group is written when the next one begins."""
        if not arrow.num_rows:
            return
        position = 0
        for place in self._cuts(arrow):
            if place > position:
                self._open.append(arrow.slice(position, place - position))
            self.flush()
            position = place
        self._open.append(arrow.slice(position))

    def _cuts(self, arrow: pa.Table) -> list[int]:
        """The rows that begin a group: where the first key changes to one that says so."""
        cut = CUTS.get(self._table.name) if self._table else None
        if cut is None:
            return []
        units = arrow[self._key[0]].combine_chunks()
        if cut.length:
            units = pc.utf8_slice_codeunits(units, 0, cut.length)
        before = pa.concat_arrays([pa.array([self._unit], units.type), units.slice(0, len(units) - 1)])
        self._unit = units[-1].as_py()
        begins = pc.and_(pc.match_substring_regex(units, cut.pattern), pc.not_equal(units, before))
        places: list[int] = pc.indices_nonzero(begins).to_pylist()
        return places

    def flush(self) -> None:
        """Writes the group that is open."""
        if not self._open:
            return
        arrow = pa.concat_tables(self._open).combine_chunks()
        self._open = []
        group, body, self._sample = encode_group(arrow, self._plain, self._key)
        self._write(body)
        self._groups.append(group)
        self._starts.append(str(arrow[self._key[0]][0].as_py()))

    def copy(self, old: "_Old", first: int, last: int) -> None:
        """Adds groups `first:last` of another file as they are."""
        self.flush()
        self._groups += old.contents.groups[first:last]
        self._starts += old.contents.starts[first:last]
        self._unit = ""
        for data in old.bodies(first, last):
            self._write(data)

    def finish(self) -> Layout:
        """Writes the end of the file."""
        self.flush()
        self._write(assemble_footer(self._sample, self._groups))
        contents = Contents(self._sample, tuple(self._starts), tuple(self._groups))
        packed = zlib.compress(msgspec.msgpack.encode(contents), level=1)
        return Layout(self._digest.hexdigest(), b"", packed)


class _Old:
    """A table's file as it stands, to take rows and groups from."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.contents, self._path = layout.contents, path
        self._places = list(accumulate((group.length for group in self.contents.groups), initial=len(MAGIC)))
        self._file = pq.ParquetFile(path, page_checksum_verification=True) if self.contents.groups else None

    def rows(self, first: int, last: int, columns: list[str] | None = None) -> pa.Table:
        """The rows of groups `first:last`."""
        assert self._file is not None
        return self._file.read_row_groups(list(range(first, last)), columns=columns, use_threads=False)

    def bodies(self, first: int, last: int) -> Iterator[bytes]:
        """The bytes of groups `first:last`."""
        with self._path.open("rb") as file:
            file.seek(self._places[first])
            left = self._places[last] - self._places[first]
            while left:
                data = file.read(min(left, PIECE))
                if not data:
                    raise StoreError(5, f"{self._path} is shorter than it was. Delete it and run again.")
                left -= len(data)
                yield data

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def update_table(
    extracted: Path, table: schema.Table, layout: Layout, fresh: Iterable[Bucket], gone: Those
) -> Written | None:
    """Puts rows into a table and takes others out, and returns the new file; None when nothing changes.

    Only the row groups in which rows come or go are read and encoded again.

    Args:
        extracted: the output folder.
        table: the table.
        layout: that of its file as it stands; the empty one when it is to be written from nothing.
        fresh: the rows that come, in buckets; no bucket but the first begins within a group of the old file.
        gone: the rows that leave it first.

    Raises:
        StoreError: the folder cannot be written, or the old file is damaged.
        SchemaError: a row does not fit its declaration, or a key is doubled.
    """
    path = extracted / FOLDER / f"{table.name}.parquet"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        old = _Old(path, layout)
        descriptor, name = tempfile.mkstemp(suffix=TEMPORARY, prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as sink:
                writer = _Writer(sink, table, table.schema.empty_table())
                changed = _merge(table, old, fresh, gone, writer) or not layout.sha256
                found = writer.finish()
                if not changed:
                    Path(name).unlink()
                    return None
                sink.flush()
                os.fchmod(sink.fileno(), 0o644)
                os.fsync(sink.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        finally:
            old.close()
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, StoreError):
            raise
        raise _not_written(path, error) from error
    return Written(found, Path(name))


def _merge(table: schema.Table, old: _Old, fresh: Iterable[Bucket], gone: Those, writer: _Writer) -> bool:
    """Writes the old rows that stay and the fresh ones, in order of key; false when there was nothing to do."""
    starts = old.contents.starts
    touched = _left(table, old, gone)
    changed = bool(touched)
    first = 0
    for upper, rows in fresh:
        last = len(starts) if upper is None else bisect_left(starts, upper)
        changed = changed or rows.num_rows > 0
        if first == last:
            writer.push(rows)
            continue
        keys = rows[table.key[0]].to_pylist()
        hit = touched | {max(0, bisect_right(starts, key) - 1) for key in keys}
        for number, length, is_hit in _stretches(first, last, hit):
            if not is_hit:
                writer.copy(old, number, number + length)
                continue
            until = len(keys) if number + length == last else bisect_left(keys, starts[number + length])
            since = 0 if number == first else bisect_left(keys, starts[number])
            kept = _without(old.rows(number, number + length), gone).cast(table.schema)
            writer.push(schema.merged(table, kept, rows.slice(since, until - since)))
        first = last
    return changed


def _stretches(first: int, last: int, hit: Collection[int]) -> Iterator[tuple[int, int, bool]]:
    """Groups next to each other that are all hit, or all not: the first, how many, and which."""
    for is_hit, members in groupby(range(first, last), key=lambda number: number in hit):
        listed = list(members)
        if not is_hit:
            yield listed[0], len(listed), False
            continue
        for place in range(0, len(listed), STRETCH):
            part = listed[place : place + STRETCH]
            yield part[0], len(part), True


def _left(table: schema.Table, old: _Old, gone: Those) -> set[int]:
    """The groups that rows leave, and the one before where the row that begins a group leaves."""
    found = set()
    for number in _suspects(table, old, gone):
        column = old.rows(number, number + 1, [gone.column])[gone.column]
        leaving = pc.is_in(column, pa.array(sorted(gone.values), pa.string()))
        if pc.any(leaving).as_py():
            found.add(number)
            if leaving[0].as_py() and number:
                found.add(number - 1)
    return found


def _suspects(table: schema.Table, old: _Old, gone: Those) -> Iterable[int]:
    """The groups that may hold rows that leave: found by their keys where these begin with the value, else all."""
    starts = old.contents.starts
    if not gone.values or not starts:
        return ()
    if gone.column == "submission_id" and not (CUTS.get(table.name) and CUTS[table.name].length):
        return range(len(starts))
    found: set[int] = set()
    for value in gone.values:
        first = max(0, bisect_left(starts, value) - 1)
        last = bisect_right(starts, value + LAST_CHARACTER)
        found |= set(range(first, last))
    return sorted(found)


def _without(rows: pa.Table, gone: Those) -> pa.Table:
    if not gone.values:
        return rows
    return rows.filter(pc.invert(pc.is_in(rows[gone.column], pa.array(sorted(gone.values), pa.string()))))


def leaving_keys(extracted: Path, table: schema.Table, layout: Layout, gone: Those) -> frozenset[str]:
    """The first key of each row that leaves a table."""
    if not gone.values:
        return frozenset()
    old = _Old(extracted / FOLDER / f"{table.name}.parquet", layout)
    try:
        wanted = pa.array(sorted(gone.values), pa.string())
        found: set[str] = set()
        for number in _left(table, old, gone):
            rows = old.rows(number, number + 1, [table.key[0], gone.column])
            found |= set(rows.filter(pc.is_in(rows[gone.column], wanted))[table.key[0]].to_pylist())
        return frozenset(found)
    finally:
        old.close()


def publish(extracted: Path, layouts: Mapping[str, Layout], written: Mapping[str, Written]) -> dict[str, Layout]:
    """Gives new files their names, then writes the data dictionary and the manifest; returns all layouts.

    Raises:
        StoreError: the folder cannot be written.
    """
    current = dict(layouts)
    for name, new in written.items():
        path = extracted / FOLDER / f"{name}.parquet"
        try:
            if new.layout.sha256 == current.get(name, Layout()).sha256:
                new.path.unlink()
            else:
                os.replace(new.path, path)  # noqa: PTH105 - the documented atomic rename
        except OSError as error:
            raise _not_written(path, error) from error
        facts = look_at(path)
        current[name] = structs.replace(new.layout, mark=mark_of(facts) if facts else b"")
    if written:
        flush_folder(extracted / FOLDER)
    digests = {f"{FOLDER}/{name}.parquet": current[name].sha256 for name in schema.TABLES}
    dictionary = schema.data_dictionary().encode()
    digests[DICTIONARY] = hashlib.sha256(dictionary).hexdigest()
    write_if_new(extracted / DICTIONARY, dictionary)
    write_manifest(extracted, digests)
    return current


def _not_written(path: Path, error: Exception) -> StoreError:
    if isinstance(error, OSError) and error.errno:
        return StoreError(error.errno, advice(path, error))
    return StoreError(5, f"{path} could not be written: {error}.")


def confirmed(extracted: Path, name: str, layout: Layout) -> Layout | None:
    """The layout of a table's file as it stands; None when the file is not the one that was written."""
    path = extracted / FOLDER / f"{name}.parquet"
    facts = look_at(path)
    if facts is None:
        return None
    if mark_of(facts) == layout.mark:
        return layout
    if _digest_of(path) != layout.sha256:
        return None
    return structs.replace(layout, mark=mark_of(facts))


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_tables(extracted: Path, tables: Mapping[str, pa.Table]) -> None:
    """Writes whole tables, the data dictionary and the manifest.

    Raises:
        StoreError: the folder cannot be written.
    """
    nothing = Those("submission_id", frozenset())
    written = {}
    for name, table in schema.TABLES.items():
        new = update_table(extracted, table, Layout(), [(None, tables[name])], nothing)
        assert new is not None
        written[name] = new
    publish(extracted, {}, written)
