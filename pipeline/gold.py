"""Gold out of reviewed submissions: what the tables say once a person has decided on every mention.

A mention is decided on when a decision about it is in force; a submission is reviewed when all its mentions are. Its
rows, corrections applied, are then what a person read there.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct

from pipeline import schema
from pipeline.corrections import Correction, base_id
from pipeline.records import KINDS, Kind
from pipeline.scoring import Gold, GoldMention, GoldReport, GoldSection

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


class Review(Struct, frozen=True):
    """How far the review of a submission is."""

    file_name: str
    submission_id: str
    mentions: int
    decided: int

    @property
    def is_complete(self) -> bool:
        """Whether every mention has been decided on. Without mentions there is nothing to make gold of."""
        return 0 < self.mentions == self.decided


def reviews(tables: Tables, decisions: Collection[Correction]) -> list[Review]:
    """How far the review of each submission is, in order of file name."""
    decided = {base_id(decision.mention.mention_id) for decision in decisions if decision.mention is not None}
    found = []
    for submission in sorted(tables["submissions"], key=lambda row: str(row["file_name"])):
        if submission["status"] not in ("extracted", "partial"):
            continue
        key = submission["submission_id"]
        rows = [row for kind in KINDS for row in tables[f"{kind}_mentions"] if row["submission_id"] == key]
        done = sum(base_id(row["mention_id"]) in decided for row in rows)
        found.append(Review(submission["file_name"], key, len(rows), done))
    return found


def of_submission(tables: Tables, review: Review) -> Gold:
    """The gold of one submission."""
    reports = [row for row in tables["reports"] if row["submission_id"] == review.submission_id]
    reports.sort(key=lambda row: int(row["ordinal"]))
    return Gold(PurePosixPath(review.file_name).name, tuple(_report(tables, report) for report in reports))


def encode(gold: Gold) -> bytes:
    """A gold file."""
    return msgspec.json.format(msgspec.json.encode(gold), indent=1) + b"\n"


def file_name(gold: Gold) -> str:
    """The name of its gold file."""
    return f"{PurePosixPath(gold.file).stem}.json"


def _report(tables: Tables, report: Row) -> GoldReport:
    sections = [row for row in tables["sections"] if row["report_id"] == report["report_id"]]
    sections.sort(key=lambda row: int(row["ordinal"]))
    paths = {row["section_id"]: row["path"] for row in sections}
    mentions = [
        _mention(kind, row, paths[row["section_id"]])
        for kind in KINDS
        for row in tables[schema.MENTION_TABLES[kind].name]
        if row["report_id"] == report["report_id"]
    ]
    return GoldReport(
        page_first=report["page_first"],
        page_last=report["page_last"],
        organization=report["organization"],
        title=report["title"],
        period_start=report["period_start"],
        period_end=report["period_end"],
        sections=tuple(GoldSection(row["path"], row["title"], row["number"]) for row in sections if row["path"] != "0"),
        mentions=tuple(mentions),
    )


def _mention(kind: Kind, row: Row, path: str) -> GoldMention:
    facts: dict[str, Any] = {}
    if kind == "date":
        facts = {"start": row["start_date"], "end": row["end_date"]}
        facts |= {name: row[name] for name in ("precision", "duration")}
    elif kind == "count":
        facts = {name: row[name] for name in ("value", "value_max", "qualifier")}
        facts["unit"] = (row["unit"],) if row["unit"] else ()
    elif kind == "money":
        facts = {name: row[name] for name in ("qualifier", "currency")}
        facts |= {name: _shortest(row[name]) for name in ("amount", "amount_max")}
    elif kind == "country":
        facts = {name: row[name] for name in ("alpha2", "inside_organization")}
    else:
        facts = {"entity": row["organization_id"]}
    return GoldMention(kind=kind, path=path, field=row["field"], text=row["text"], **facts)


def _shortest(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(format(amount.normalize(), "f"))
