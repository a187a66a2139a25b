"""Rows on their way into the tables: held in memory when few, else in sorted runs on the disk.

Submissions come in one order, rows go into the tables in another. Each run is sorted and cut at the same keys as every
other, so that the rows between two such keys can be gathered from all runs while the rest stays where it is: memory
does not grow with the number of submissions.
"""

import shutil
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from pipeline import schema
from pipeline.store.tables import Bucket

FOLDER = ".spill"


class Spill:
    """Collects rows of all tables; `end_run` is to be called now and then, `buckets` at the end."""

    def __init__(self, extracted: Path, runs: int, starts: Mapping[str, Sequence[str]]) -> None:
        """Begins anew.

        Args:
            extracted: the output folder.
            runs: how many runs there will be.
            starts: the first keys of the row groups that each table has; rows are never cut within a group.
        """
        self._folder = extracted / FOLDER
        shutil.rmtree(self._folder, ignore_errors=True)
        self._runs = runs
        self._cuts = {name: _spread(keys, runs) for name, keys in starts.items() if keys}
        self._parts: dict[str, list[pa.Table]] = {}
        self._written: dict[str, list[Path]] = {}

    def __enter__(self) -> "Spill":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, name: str, arrow: pa.Table) -> None:
        """Adds rows of one table, in any order."""
        if arrow.num_rows:
            self._parts.setdefault(name, []).append(arrow)

    def end_run(self) -> None:
        """Puts the rows so far on the disk, when more runs are to come."""
        if self._runs == 1:
            return
        for name, parts in self._parts.items():
            arrow = schema.ordered(schema.TABLES[name], parts)
            keys = arrow[schema.TABLES[name].key[0]].to_pylist()
            cuts = self._cuts.setdefault(name, _spread(keys, self._runs))
            places = [0, *(bisect_left(keys, cut) for cut in cuts), len(keys)]
            written = self._written.setdefault(name, [])
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{name}-{len(written)}.arrow"
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, arrow.schema) as writer:
                for start, end in pairwise(places):
                    batch = arrow.slice(start, end - start).combine_chunks().to_batches()
                    writer.write_batch(batch[0] if batch else pa.RecordBatch.from_pylist([], arrow.schema))
            written.append(path)
        self._parts = {}
        _let_go()

    def buckets(self, name: str) -> Iterator[Bucket]:
        """The rows of one table in order of key, cut into buckets; the last has no upper end."""
        table = schema.TABLES[name]
        files = [pa.ipc.open_file(pa.OSFile(str(path), "rb")) for path in self._written.get(name, ())]
        if not files:
            yield None, schema.joined(table, self._parts.get(name, []))
            return
        for number, upper in enumerate([*self._cuts[name], None]):
            _let_go()
            batches = [file.get_batch(number) for file in files]
            yield upper, schema.joined(table, [pa.Table.from_batches(batches)])


def _let_go() -> None:
    """Gives back what Arrow holds for later, which may be ten times what it has in use."""
    pa.default_memory_pool().release_unused()


def _spread(keys: Sequence[str], parts: int) -> list[str]:
    """Keys that cut as many keys into so many parts of about one size."""
    return sorted({keys[len(keys) * part // parts] for part in range(1, parts)}) if keys else []
