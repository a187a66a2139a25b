"""Which submission, report and section of the new extraction is which of the old one.

A submission is the same when its bytes are. A report is the same when organization and period are, wherever it was
handed in; else when it has the same place in the same file. A section is the same when path and title are, else title
alone, else its text, else its path.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from pipeline.changes.structure import Submitted

Row = Mapping[str, Any]
Key = Callable[[Row], Hashable]
GONE = "\0gone"
"""Ends the ids of what has no counterpart, so that they meet no id of the new extraction."""


class Correspondence(Struct, frozen=True):
    """Old ids and the new ones they correspond to, for submissions, reports and sections."""

    submissions: dict[str, str]
    reports: dict[str, str]
    sections: dict[str, str]
    fates: tuple[Submitted, ...]

    def translate(self, column: str, value: str | None) -> str | None:
        """An old id as the new extraction has it."""
        if value is None:
            return None
        known = {"submission_id": self.submissions, "report_id": self.reports}.get(column, self.sections)
        return known.get(value, value + GONE)


def correspond(old: Mapping[str, Sequence[Row]], new: Mapping[str, Sequence[Row]]) -> Correspondence:
    """Pairs submissions, reports and sections, from the rows of these three tables."""
    reports = _pair_reports(old, new)
    submissions = _pair_submissions(old, new, reports)
    sections = _pair_sections(old["sections"], new["sections"], reports)
    return Correspondence(submissions, reports, sections, tuple(_fates(old, new, submissions)))


def pair(old: Sequence[Row], new: Sequence[Row], keys: Sequence[Key]) -> list[tuple[Row, Row]]:
    """Pairs rows by the first key that fits, in order of appearance; rows whose key is None wait for the next one."""
    pairs: list[tuple[Row, Row]] = []
    left, right = list(old), list(new)
    for key in keys:
        waiting: dict[Hashable, list[Row]] = {}
        for row in reversed(right):
            wanted = key(row)
            if wanted is not None:
                waiting.setdefault(wanted, []).append(row)
        unpaired = []
        for row in left:
            candidates = waiting.get(key(row))
            if candidates:
                pairs.append((row, candidates.pop()))
            else:
                unpaired.append(row)
        used = {id(row) for _, row in pairs}
        left, right = unpaired, [row for row in right if id(row) not in used]
    return pairs


def _who_and_when(report: Row) -> tuple[str, Any, Any] | None:
    known = report["period_start"] or report["period_end"]
    if not report["organization"] or not known:
        return None
    return " ".join(report["organization"].split()).casefold(), report["period_start"], report["period_end"]


def _names(tables: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """The file name of each submission that has rows."""
    return {
        row["submission_id"]: row["file_name"]
        for row in tables["submissions"]
        if row["submission_id"] and not row["duplicate_of"]
    }


def _pair_reports(old: Mapping[str, Sequence[Row]], new: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    old_names, new_names = _names(old), _names(new)
    names = {**old_names, **new_names}

    def same_file(row: Row) -> Hashable:
        identity = _who_and_when(row)
        return identity and (row["submission_id"], identity)

    def same_place(row: Row) -> Hashable:
        return row["submission_id"], row["ordinal"]

    def same_name(row: Row) -> Hashable:
        stays = row["submission_id"] in old_names and row["submission_id"] in new_names
        return None if stays else (names.get(row["submission_id"]), row["ordinal"])

    pairs = pair(old["reports"], new["reports"], (same_file, same_place, _who_and_when, same_name))
    return {before["report_id"]: after["report_id"] for before, after in pairs}


def _pair_submissions(
    old: Mapping[str, Sequence[Row]], new: Mapping[str, Sequence[Row]], reports: Mapping[str, str]
) -> dict[str, str]:
    old_names, new_names = _names(old), _names(new)
    same = {key: key for key in old_names if key in new_names}
    owner = {row["report_id"]: row["submission_id"] for row in new["reports"]}
    free = {key: name for key, name in new_names.items() if key not in same}
    by_name = {name: key for key, name in free.items()}
    for row in old["reports"]:
        target = owner.get(reports.get(row["report_id"], ""))
        if row["submission_id"] not in same and target in free:
            same[row["submission_id"]] = target
            del free[target]
    for key, name in old_names.items():
        if key not in same and by_name.get(name) in free:
            same[key] = by_name[name]
            del free[by_name[name]]
    return same


def _fates(
    old: Mapping[str, Sequence[Row]], new: Mapping[str, Sequence[Row]], submissions: Mapping[str, str]
) -> list[Submitted]:
    old_names, new_names = _names(old), _names(new)
    found = []
    for key, name in old_names.items():
        target = submissions.get(key)
        if target is None:
            found.append(Submitted("withdrawn", old_name=name, old_id=key))
        elif target != key:
            found.append(Submitted("changed", name, new_names[target], key, target))
        elif new_names[target] != name:
            found.append(Submitted("renamed", name, new_names[target], key, target))
    kept = set(submissions.values())
    found += [Submitted("new", new_name=name, new_id=key) for key, name in new_names.items() if key not in kept]
    return found


def _pair_sections(old: Sequence[Row], new: Sequence[Row], reports: Mapping[str, str]) -> dict[str, str]:
    def report(row: Row) -> str:
        return reports.get(row["report_id"], row["report_id"] + GONE) if id(row) in from_old else row["report_id"]

    def path_and_title(row: Row) -> Hashable:
        return report(row), row["path"], row["title"]

    def title(row: Row) -> Hashable:
        return (report(row), row["title"]) if row["title"] else None

    def text(row: Row) -> Hashable:
        return (report(row), row["text"]) if row["text"] else None

    def path(row: Row) -> Hashable:
        return report(row), row["path"]

    from_old = {id(row) for row in old}
    pairs = pair(old, new, (path_and_title, title, text, path))
    return {before["section_id"]: after["section_id"] for before, after in pairs}
