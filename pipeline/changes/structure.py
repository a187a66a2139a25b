"""The value types of a comparison."""

from collections.abc import Mapping
from typing import Any, Literal

import pyarrow as pa
from msgspec import Struct

from pipeline import schema
from pipeline.records import Box, Kind

Tables = Mapping[str, pa.Table]
"""The tables of one extraction, by name."""

Sort = Literal["removed", "added", "changed", "moved", "boxes", "metadata"]
SORTS: tuple[Sort, ...] = ("removed", "added", "changed", "moved", "boxes", "metadata")
"""`changed`: another value or other words. `moved`: the same value in another place. `boxes`: only drawn elsewhere on
the page. `metadata`: only what describes the row (its confidence, its rule, its sentence, its id) is different."""

Tier = Literal["loss", "check", "doubt", "rest"]
TIERS: tuple[Tier, ...] = ("loss", "check", "doubt", "rest")
"""How soon a person should look: something is gone, a check fails, the machine is unsure, anything else."""


class ColumnChange(Struct, frozen=True):
    """One column of a row, before and after."""

    name: str
    old: Any
    new: Any


class Place(Struct, frozen=True):
    """Where a change is, for grouping and for reading: of the new extraction when the row is in it, else of the old.

    `report` is who reports on which period, in words. What does not apply is empty.
    """

    submission_id: str = ""
    file_name: str = ""
    report_id: str = ""
    report: str = ""
    section_id: str = ""
    path: str = ""
    title: str = ""
    page_number: int | None = None
    report_ordinal: int = 0
    section_ordinal: int = 0


class Change(Struct, frozen=True):
    """One row that is not the same in both extractions.

    `old` and `new` are the rows as published, ids untranslated; None where the row is not there. `columns` says what
    differs, values first. `checks` says in words what looks wrong. `kind` is None for rows that are no mentions.
    """

    change_id: str
    table: str
    kind: Kind | None
    sort: Sort
    tier: Tier
    place: Place
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    columns: tuple[ColumnChange, ...] = ()
    checks: tuple[str, ...] = ()
    old_boxes: tuple[Box, ...] = ()
    new_boxes: tuple[Box, ...] = ()
    reason: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """The row as it is now, or as it was when it is gone."""
        row = self.new if self.new is not None else self.old
        assert row is not None
        return row


class Submitted(Struct, frozen=True):
    """What became of one submission: `new`, `withdrawn`, `changed` (other bytes), or `renamed`."""

    fate: Literal["new", "withdrawn", "changed", "renamed"]
    old_name: str = ""
    new_name: str = ""
    old_id: str = ""
    new_id: str = ""


class Comparison(Struct, frozen=True):
    """All that differs, in reading order. `rows` is how many rows each table had and has; `notes` are about columns.

    `organizations` are the names of those that changes are about, by id.
    """

    changes: tuple[Change, ...]
    submissions: tuple[Submitted, ...]
    rows: dict[str, tuple[int, int]]
    notes: tuple[str, ...] = ()
    organizations: dict[str, str] = {}

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.changes or self.notes)


def values_of(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """The value columns of a mention's row."""
    return {column.name: row.get(column.name) for column in schema.value_columns(kind)}
