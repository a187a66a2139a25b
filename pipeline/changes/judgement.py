"""How soon a person should look at a change: what is lost, what looks wrong, what the machine is unsure of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.changes.structure import SORTS, TIERS, Change, Tier
from pipeline.records import KINDS, Box, Kind

LOW_CONFIDENCE = 0.7
"""Below this a mention is shown among the doubtful ones."""
MAGNITUDE = 10
"""A number that grows or shrinks by this factor is shown among the failed checks."""
LOSSES = ("submissions", "reports", "sections")
"""Tables other than mentions whose vanished rows are losses; those of the others follow from them."""
NUMBERS: dict[str, str] = {"count": "value", "money": "amount"}
VALUES: dict[str, tuple[str, ...]] = {
    "date": ("start_date", "end_date", "duration"),
    "count": ("value", "unit_head"),
    "money": ("amount", "currency"),
    "country": ("alpha2",),
    "organization": ("organization_id",),
}

Row = Mapping[str, Any]


def failed_checks(
    table: str, kind: Kind | None, old: Row | None, new: Row | None, boxes: Sequence[Box]
) -> tuple[str, ...]:
    """What looks wrong with a row as it is now, in words; nothing for a row that is gone."""
    if new is None:
        return ()
    if kind is not None:
        return tuple(_mention_checks(kind, old, new, boxes))
    return tuple(_row_checks(table, old, new))


def _mention_checks(kind: Kind, old: Row | None, new: Row, boxes: Sequence[Box]) -> Iterator[str]:
    for low, high in (("start_date", "end_date"), ("value", "value_max"), ("amount", "amount_max")):
        if new.get(low) is not None and new.get(high) is not None and new[low] > new[high]:
            yield f"{high} is below {low}"
    if not boxes:
        yield "it has no place on the page"
    if new["text"] not in new["sentence"]:
        yield "its sentence does not hold its words"
    if old is None:
        return
    for name in VALUES[kind]:
        if old.get(name) is not None and new.get(name) is None:
            yield f"{name} is no longer known"
    if kind in NUMBERS:
        before, after = old.get(NUMBERS[kind]), new.get(NUMBERS[kind])
        if before and after and not 1 / MAGNITUDE < abs(float(after) / float(before)) < MAGNITUDE:
            yield f"{NUMBERS[kind]} is another order of magnitude"


def _row_checks(table: str, old: Row | None, new: Row) -> Iterator[str]:
    if table == "problems" and old is None:
        yield f"a new problem: {new['code']}"
    if (
        table == "submissions"
        and new["status"] in ("failed", "partial")
        and (not old or old["status"] != new["status"])
    ):
        yield f"it is now {new['status']}"
    if table == "reports" and old is not None:
        for name in ("organization", "period_start", "period_end"):
            if old[name] is not None and new[name] is None:
                yield f"{name} is no longer known"


def tier(table: str, sort: str, old: Row | None, new: Row | None, checks: Sequence[str]) -> Tier:
    """The tier of a change. What only moved or describes the row is never among the doubtful ones."""
    if sort == "removed":
        return "loss" if table in LOSSES or table.endswith("_mentions") else "rest"
    if checks and sort in ("added", "changed"):
        return "check"
    unsure = new is not None and new.get("confidence") is not None and new["confidence"] < LOW_CONFIDENCE
    return "doubt" if unsure and sort in ("added", "changed") else "rest"


def reading_order(change: Change) -> tuple[Any, ...]:
    """Sorts changes by tier, then tables of structure before mentions, submission, report, section, kind and place."""
    place, row = change.place, change.row
    return (
        TIERS.index(change.tier),
        place.file_name,
        place.report_ordinal,
        place.section_ordinal,
        -1 if change.kind is None else KINDS.index(change.kind),
        change.table,
        row.get("field") != "title",
        row.get("char_start") or 0,
        SORTS.index(change.sort),
        change.change_id,
    )
