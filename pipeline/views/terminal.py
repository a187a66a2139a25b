"""A comparison for a terminal: a summary, then the changes in reading order."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.text import Text

from pipeline.changes import SORTS, TIERS, Change, Comparison
from pipeline.records import KINDS
from pipeline.views import words

STYLES = {"removed": "red", "added": "green", "changed": "yellow", "moved": "cyan", "boxes": "dim", "metadata": "dim"}
MOST = 80
"""Characters of a value in a line."""
QUIET = ("boxes", "metadata")
"""Sorts of change that are only counted unless all are asked for."""
COUNTED = (
    *("pages", "table_cells", "organizations", "organization_aliases"),
    *("activity_mentions", "activity_amounts"),
)
"""Tables whose changes follow from others or are many, only counted unless all are asked for."""


def is_quiet(change: Change) -> bool:
    """Whether a change is only counted at first."""
    return change.sort in QUIET or change.table in COUNTED


def lines(comparison: Comparison, limit: int, *, everything: bool = False) -> Iterator[Text]:
    """The lines to print; at most `limit` changes are told one by one."""
    if comparison.is_equal:
        yield Text("No differences.")
        return
    yield from _summary(comparison)
    told = [change for change in comparison.changes if everything or not is_quiet(change)]
    for tier, changes in groupby(told[:limit], key=lambda change: change.tier):
        yield Text()
        yield Text(words.TIER_WORDS[tier], style="bold")
        for where, found in groupby(changes, key=_group):
            yield Text(f" {where}", style="bold dim")
            for change in found:
                yield from _lines(change, comparison.organizations)
    yield Text()
    if len(told) > limit:
        yield Text(f"… and {len(told) - limit} more; --limit shows more, --format html all of them.")
    if len(told) < len(comparison.changes):
        rest = len(comparison.changes) - len(told)
        yield Text(f"{rest} changes of boxes, of metadata or in derived tables are not shown; --all shows them.")


def _group(change: Change) -> str:
    at = change.place
    parts = [words.visible(part) for part in (at.file_name, at.report) if part]
    parts += [f"{words.visible(at.path)} {words.visible(at.title)}".strip()] if at.section_id else []
    return " › ".join(parts) or "all submissions"


def _summary(comparison: Comparison) -> Iterator[Text]:
    for fate in comparison.submissions:
        names = " → ".join(words.visible(name) for name in dict.fromkeys((fate.old_name, fate.new_name)) if name)
        yield Text(f"{fate.fate} submission: {names}")
    for note in comparison.notes:
        yield Text(note)
    for name in (*KINDS, "other rows"):
        found = Counter(change.sort for change in comparison.changes if (change.kind or "other rows") == name)
        if found:
            told = ", ".join(f"{found[sort]:,} {words.SORT_WORDS[sort]}" for sort in SORTS if found[sort])
            yield Text(f"{name}: {told}")
    tiers = Counter(change.tier for change in comparison.changes)
    told = ", ".join(f"{words.TIER_WORDS[tier].lower()} {tiers[tier]:,}" for tier in TIERS if tiers[tier])
    yield Text(f"in all: {told}")


def _lines(change: Change, organizations: Mapping[str, str]) -> Iterator[Text]:
    before, after = words.values(change, organizations)
    line = Text("  ")
    line.append(f"{words.SORT_WORDS[change.sort]:<8} ", STYLES[change.sort])
    line.append(f"{words.what(change):<12} ", "dim")
    line.append(words.subject(change), "bold")
    if change.sort == "changed" and before != after:
        line.append(f"   {before} → {after}")
    elif before or after:
        line.append(f"   {after or before}")
    if change.place.page_number:
        line.append(f"   p. {change.place.page_number}", "dim")
    yield line
    if change.sort in ("changed", "moved", "boxes", "metadata"):
        for column in change.columns:
            if column.name not in ("sentence", "machine_value") and (change.kind is None or column.name == "text"):
                before, after = words.shortened(column.old, column.new, MOST)
                yield Text(f"      {column.name}: {before} → {after}", style="dim")
    for check in change.checks:
        yield Text(f"      ! {check}", style="red")
    if change.kind is not None and change.sort not in QUIET:
        yield Text(f"      {words.visible(change.row['sentence'])}", style="dim")
    if change.reason:
        yield Text(f"      because of {change.reason}", style="dim")
