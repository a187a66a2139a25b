"""How well `activities` agrees with what a person read: which activities are found, and whether their cells are right.

An activity of the gold is found when a row of the same report and section is of its kind: a list item that begins with
the same words, or the section. Cells are judged of those found. A date is right when both days are; people when the
number is; organizations, countries and amounts one by one, an organization by any of the ways it is written there. Gold
marked optional neither helps nor hurts.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from pipeline.scoring import GoldError, Row, Tables, Tally, plain

CELLS = ("date", "people", "countries", "organizations", "amounts")


class GoldActivity(Struct, frozen=True):
    """Something done, as a person read it. `date` is two days with `/` between, `amounts` as `USD 1200`."""

    section: str
    item: str = ""
    date: str | None = None
    people: float | None = None
    countries: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    optional: bool = False


Gold = dict[str, tuple[tuple[GoldActivity, ...], ...]]


class ActivityScore(Struct):
    """The tallies of the activities and of each cell, and what was missed or spurious, in words."""

    activities: Tally = msgspec.field(default_factory=Tally)
    cells: dict[str, Tally] = msgspec.field(default_factory=lambda: {cell: Tally() for cell in CELLS})
    differences: list[str] = msgspec.field(default_factory=list)


def parse(data: bytes, name: str) -> Gold:
    """Reads the gold: by file, the activities of each of its reports.

    Raises:
        GoldError: it is not YAML, or misses something.
    """
    try:
        return msgspec.yaml.decode(data or b"{}", type=Gold)
    except msgspec.DecodeError as error:
        raise GoldError(f"The gold file {name} cannot be used: {error}.") from error


def score(gold: Gold, tables: Tables) -> ActivityScore:
    """Scores the tables on all files of the gold.

    Raises:
        GoldError: no submission has the name of one.
    """
    result = ActivityScore()
    for file, reports in gold.items():
        ids = [row["submission_id"] for row in tables["submissions"] if row["file_name"].split("/")[-1] == file]
        if not ids:
            raise GoldError(
                f"There are gold activities for {file}, but no such submission. Remove them or bring it back."
            )
        found = sorted(
            (row for row in tables["reports"] if row["submission_id"] in ids), key=lambda row: row["ordinal"]
        )
        for number in range(max(len(found), len(reports))):
            report = found[number]["report_id"] if number < len(found) else None
            wanted = reports[number] if number < len(reports) else ()
            _score_report(wanted, _rows(tables, report), f"{file} report {number + 1}", result)
    return result


def _rows(tables: Tables, report: str | None) -> list[dict[str, Any]]:
    """The activities of a report with the path of their section, and each of their organizations as it is written."""
    paths = {row["section_id"]: row["path"] for row in tables["sections"] if row["report_id"] == report}
    texts = {row["mention_id"]: row for row in tables["organization_mentions"]}
    written: dict[str, dict[str, set[str]]] = {}
    for link in tables["activity_mentions"]:
        if link["cell"] == "organizations":
            row = texts[link["mention_id"]]
            written.setdefault(link["activity_id"], {}).setdefault(row["organization_id"], set()).add(
                plain(row["text"])
            )
    return [
        dict(row) | {"path": paths[row["section_id"]], "written": list(written.get(row["activity_id"], {}).values())}
        for row in tables["activities"]
        if row["report_id"] == report
    ]


def _score_report(
    wanted: Sequence[GoldActivity], rows: list[dict[str, Any]], where: str, result: ActivityScore
) -> None:
    free = list(rows)
    for activity in wanted:
        row = next((row for row in free if _is_same(activity, row)), None)
        if row is not None:
            free.remove(row)
        if activity.optional:
            continue
        name = f"{where} section {activity.section} {activity.item!r}"
        result.activities.add(Tally(int(row is not None), 0, int(row is None)))
        if row is None:
            result.differences.append(f"{name}: activity missed")
        else:
            _score_cells(activity, row, name, result)
    result.activities.spurious += len(free)
    result.differences += [f"{where} section {row['path']}: activity spurious: {row['title']!r}" for row in free]


def _is_same(activity: GoldActivity, row: Row) -> bool:
    if activity.section != row["path"] or (row["unit"] == "item") != bool(activity.item):
        return False
    return bool(row["text"].casefold().startswith(activity.item.casefold()))


def _score_cells(activity: GoldActivity, row: Row, name: str, result: ActivityScore) -> None:
    amounts = {part.replace(",", "") for part in (row["amounts"] or "").split("; ") if part}
    pairs: dict[str, tuple[set[Any], set[Any]]] = {
        "date": ({activity.date} - {None}, {_days(row)} - {None}),
        "people": ({activity.people} - {None}, {row["people_reached"]} - {None}),
        "countries": (set(activity.countries), {part for part in (row["countries"] or "").split("; ") if part}),
        "amounts": (set(activity.amounts), amounts),
    }
    for cell, (gold, found) in pairs.items():
        _add(result, cell, name, Tally(len(gold & found), len(found - gold), len(gold - found)), gold, found)
    written: list[set[str]] = list(row["written"])
    missed = [one for one in map(plain, activity.organizations) if not any(one in forms for forms in written)]
    spurious = [sorted(forms)[0] for forms in written if not forms & set(map(plain, activity.organizations))]
    tally = Tally(len(activity.organizations) - len(missed), len(spurious), len(missed))
    _add(result, "organizations", name, tally, missed, spurious)


def _days(row: Row) -> str | None:
    start, end = row["date_start"], row["date_end"]
    if not isinstance(start, datetime.date) or not isinstance(end, datetime.date):
        return None
    return f"{start.isoformat()}/{end.isoformat()}"


def _add(result: ActivityScore, cell: str, name: str, tally: Tally, gold: Any, found: Any) -> None:
    result.cells[cell].add(tally)
    if tally.spurious or tally.missed:
        result.differences.append(f"{name}: {cell}: {list(gold)} in the gold, {list(found)} in the table")


def metrics(result: ActivityScore) -> Mapping[str, Any]:
    """The figures as nested numbers, rounded, for `dvc metrics`."""
    return {name: _figures(tally) for name, tally in {"found": result.activities, **result.cells}.items()}


def _figures(tally: Tally) -> dict[str, float]:
    return {name: round(getattr(tally, name), 4) for name in ("precision", "recall", "f1")}
