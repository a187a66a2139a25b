"""One extraction by its ids: rows, boxes and names, and how a decision names one of its mentions.

Rows stay in Arrow and are taken out one at a time, so that a large extraction opens at once.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import rows, schema
from pipeline.changes import Place
from pipeline.changes.places import Places
from pipeline.corrections import Target
from pipeline.records import KINDS, Box, Kind

Row = dict[str, Any]


class Side:
    """The tables of one extraction, by name; those that are not there count as empty."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.tables = {name: tables.get(name, table.schema.empty_table()) for name, table in schema.TABLES.items()}

    @cached_property
    def sections(self) -> dict[str, Row]:
        """Sections by id."""
        return {row["section_id"]: row for row in self.tables["sections"].to_pylist()}

    @cached_property
    def reports(self) -> dict[str, Row]:
        """Reports by id."""
        return {row["report_id"]: row for row in self.tables["reports"].to_pylist()}

    @cached_property
    def identities(self) -> dict[str, str]:
        """What tells each report from all others, by report_id."""
        by_submission: dict[str, list[Row]] = {}
        for row in sorted(self.reports.values(), key=lambda row: int(row["ordinal"])):
            by_submission.setdefault(row["submission_id"], []).append(row)
        found: dict[str, str] = {}
        for submission_id, reports in by_submission.items():
            facts = [(r["ordinal"], r["organization"], r["period_start"], r["period_end"]) for r in reports]
            told = rows.identities(facts, submission_id)
            found |= {row["report_id"]: told[row["ordinal"]] for row in reports}
        return found

    @cached_property
    def files(self) -> dict[str, Row]:
        """The row of each submission that was read, by submission_id, in order of file name."""
        found = self.tables["submissions"].to_pylist()
        return {row["submission_id"]: row for row in found if row["submission_id"] and not row["duplicate_of"]}

    @cached_property
    def page_sizes(self) -> dict[str, dict[int, tuple[float, float]]]:
        """Width and height of each page in points, by submission_id and page_number."""
        found: dict[str, dict[int, tuple[float, float]]] = {}
        for row in self.tables["pages"].select(["submission_id", "page_number", "width", "height"]).to_pylist():
            found.setdefault(row["submission_id"], {})[row["page_number"]] = row["width"], row["height"]
        return found

    @cached_property
    def organizations(self) -> dict[str, str]:
        """Names of organizations by id."""
        table = self.tables["organizations"]
        return dict(zip(table["organization_id"].to_pylist(), table["name"].to_pylist(), strict=True))

    @cached_property
    def places(self) -> Places:
        """Where rows are, in words."""
        return Places({name: self.tables[name].to_pylist() for name in ("submissions", "reports", "sections")})

    def place(self, row: Row) -> Place:
        """Where a row is, in words."""
        return self.places.of(0, row)

    @cached_property
    def _numbers(self) -> dict[str, tuple[Kind, int]]:
        return {
            mention_id: (kind, number)
            for kind in KINDS
            for number, mention_id in enumerate(self._mentions(kind)["mention_id"].to_pylist())
        }

    def _mentions(self, kind: Kind) -> pa.Table:
        return self.tables[schema.MENTION_TABLES[kind].name]

    def mention(self, mention_id: str) -> tuple[Kind, Row] | None:
        """The kind and the row of a mention."""
        place = self._numbers.get(mention_id)
        if place is None:
            return None
        kind, number = place
        return kind, self._mentions(kind).slice(number, 1).to_pylist()[0]

    def unsure(self, below: float, most: int, submission_id: str = "") -> list[tuple[Kind, Row]]:
        """Mentions of less than this confidence: the least certain first; those of one submission as they are read."""
        found: list[tuple[Kind, Row]] = []
        for kind in KINDS:
            table = self._mentions(kind)
            table = table.filter(pc.less(table["confidence"], below))
            if submission_id:
                table = table.filter(pc.equal(table["submission_id"], submission_id))
            order = pc.sort_indices(table, sort_keys=[("confidence", "ascending"), ("mention_id", "ascending")])
            found += [(kind, row) for row in table.take(order.slice(0, most)).to_pylist()]
        if submission_id:
            return sorted(found, key=lambda item: self._reading_order(item[1]))[:most]
        return sorted(found, key=lambda item: (item[1]["confidence"], item[1]["mention_id"]))[:most]

    def _reading_order(self, row: Row) -> tuple[int, int, bool, int, str]:
        report, section = self.reports.get(row["report_id"], {}), self.sections.get(row["section_id"], {})
        place = report.get("ordinal", 0), section.get("ordinal", 0), row["field"] != "title"
        return *place, row["char_start"], row["mention_id"]

    def mentions_in(self, kind: Kind, column: str, value: str) -> list[Row]:
        """The mentions of a kind whose column has this value."""
        table = self._mentions(kind)
        found: list[Row] = table.filter(pc.equal(table[column], value)).to_pylist()
        return found

    def mentions_on(self, kind: Kind, submission_id: str, page_number: int) -> list[Row]:
        """The mentions of a kind that begin on a page or on the one before it, from where they may reach over."""
        table = self._mentions(kind)
        table = table.filter(pc.equal(table["submission_id"], submission_id))
        pages = pa.array([page_number - 1, page_number], table["page_number"].type)
        found: list[Row] = table.filter(pc.is_in(table["page_number"], pages)).to_pylist()
        return found

    def boxes(self, mention_ids: Iterable[str]) -> dict[str, tuple[Box, ...]]:
        """The boxes of some mentions; those without any are left out."""
        found: dict[str, tuple[Box, ...]] = {}
        for mention_id in mention_ids:
            first, number = self._box_rows.get(mention_id, (0, 0))
            rows = self.tables["mention_boxes"].slice(first, number).to_pylist() if number else ()
            boxes = (Box(row["page_number"], (row["x0"], row["top"], row["x1"], row["bottom"])) for row in rows)
            if number:
                found[mention_id] = tuple(boxes)
        return found

    @cached_property
    def _box_rows(self) -> dict[str, tuple[int, int]]:
        """Where the boxes of each mention begin in their table, which is in the order of its key, and how many."""
        found: dict[str, tuple[int, int]] = {}
        for row, mention_id in enumerate(self.tables["mention_boxes"]["mention_id"].to_pylist()):
            first, number = found.get(mention_id, (row, 0))
            found[mention_id] = first, number + 1
        return found

    def target(self, kind: Kind, row: Row) -> Target:
        """How a decision names a mention."""
        section = self.sections.get(row["section_id"], {})
        identity: str = self.identities.get(row["report_id"]) or row["submission_id"]
        return Target(
            mention_id=row["mention_id"],
            kind=kind,
            submission_id=row["submission_id"],
            report=identity,
            path=section.get("path", row["section_id"].partition("/")[2]),
            field=row["field"],
            start=row["char_start"],
            end=row["char_end"],
            text=row["text"],
        )

    def section_of(self, target: Target) -> Row | None:
        """The section that a decision is about: that of its report with its path."""
        for report_id in self.reports_called(target.report, target.submission_id):
            for row in self.sections_of(report_id):
                if row["path"] == target.path:
                    return row
        return None

    def reports_called(self, identity: str, submission_id: str) -> list[str]:
        """The ids of the reports that are told from all others so; in this submission first."""
        found = self._by_identity.get(identity, ())
        return sorted(found, key=lambda report_id: self.reports[report_id]["submission_id"] != submission_id)

    def sections_of(self, report_id: str) -> list[Row]:
        """The sections of a report, in reading order."""
        return self._by_report.get(report_id, [])

    @cached_property
    def _by_identity(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for report_id, identity in self.identities.items():
            found.setdefault(identity, []).append(report_id)
        return found

    @cached_property
    def _by_report(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in sorted(self.sections.values(), key=lambda row: int(row["ordinal"])):
            found.setdefault(row["report_id"], []).append(row)
        return found
