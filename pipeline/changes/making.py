"""Makes changes out of row numbers: picks the rows out of Arrow, says where they are, and judges them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from pipeline import schema
from pipeline.changes import judgement
from pipeline.changes.boxes import Boxes
from pipeline.changes.places import Places
from pipeline.changes.structure import Change, ColumnChange, Sort
from pipeline.records import Kind

Row = Mapping[str, Any]
ID_LENGTH = 12


class Maker:
    """Makes the changes of one table. `boxes` are given for mentions."""

    def __init__(
        self,
        name: str,
        tables: tuple[pa.Table, pa.Table],
        places: Places,
        kind: Kind | None = None,
        boxes: Boxes | None = None,
    ) -> None:
        self._name, self._kind, self._tables, self._places, self._boxes = name, kind, tables, places, boxes

    def change(self, sort: Sort, old: int | None, new: int | None, columns: Sequence[str] = ()) -> Change:
        """The change between two rows, of which one may be missing."""
        before, after = self._row(0, old), self._row(1, new)
        boxes = self._boxes_of(0, before), self._boxes_of(1, after)
        checks = judgement.failed_checks(self._name, self._kind, before, after, boxes[1])
        found = [ColumnChange(name, before[name], after[name]) for name in columns] if before and after else []
        return Change(
            change_id=self._change_id(sort, before, after, columns),
            table=self._name,
            kind=self._kind,
            sort=sort,
            tier=judgement.tier(self._name, sort, before, after, checks),
            place=self._places.of(0, before or {}) if after is None else self._places.of(1, after),
            old=before,
            new=after,
            columns=tuple(found),
            checks=checks,
            old_boxes=boxes[0],
            new_boxes=boxes[1],
        )

    def _row(self, side: int, number: int | None) -> dict[str, Any] | None:
        if number is None:
            return None
        row: dict[str, Any] = self._tables[side].slice(number, 1).to_pylist()[0]
        return row

    def _boxes_of(self, side: int, row: Row | None) -> tuple[Any, ...]:
        return self._boxes.of(side, row["mention_id"]) if self._boxes is not None and row is not None else ()

    def _change_id(self, sort: Sort, old: Row | None, new: Row | None, columns: Sequence[str]) -> str:
        key = schema.TABLES[self._name].key
        keys = [None if row is None else [row[name] for name in key] for row in (old, new)]
        return hashlib.sha256(msgspec.json.encode([self._name, sort, keys, columns])).hexdigest()[:ID_LENGTH]
