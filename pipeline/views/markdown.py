"""A comparison as Markdown that fits a comment on a pull request: what is worth a look first, the rest counted."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from pipeline.changes import SORTS, TIERS, Change, Comparison
from pipeline.records import KINDS
from pipeline.views import words
from pipeline.views.terminal import is_quiet

MOST_BYTES = 60_000
"""Web hosts refuse comments of 65,536 characters and more."""
MOST = 120
"""Characters of a value in a line."""
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$^:])")


def escape(text: str) -> str:
    """A text from outside as Markdown that shows just this text: no markup, no HTML, no names called."""
    harmless = words.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    return re.sub(r"(&(?:amp|lt|gt|#64);)|" + SPECIAL.pattern, _escaped, harmless)


def _escaped(match: re.Match[str]) -> str:
    return match[0] if match[1] else f"\\{match[0]}"


def render(comparison: Comparison, old: str, new: str, most: int = MOST_BYTES) -> str:
    """The comment, at most `most` bytes of UTF-8."""
    head = "\n".join(_head(comparison, old, new)) + "\n"
    told = [change for change in comparison.changes if not is_quiet(change)]
    parts, size, shown = [head], len(head.encode()), 0
    for block in _blocks(told, comparison.organizations):
        text = "\n".join(block[1]) + "\n"
        size += len(text.encode())
        if size > most - 200:
            break
        parts.append(text)
        shown += block[0]
    if shown < len(told):
        parts.append(f"\n… and {len(told) - shown:,} more changes. The HTML report has all of them.\n")
    return "".join(parts)


def _head(comparison: Comparison, old: str, new: str) -> Iterator[str]:
    yield f"### What changed in the tables: {escape(old)} → {escape(new)}"
    yield ""
    if comparison.is_equal:
        yield "No differences."
        return
    yield f"| | {' | '.join(words.SORT_WORDS[sort] for sort in SORTS)} |"
    yield f"|---|{'--:|' * len(SORTS)}"
    for name in (*KINDS, "other rows"):
        found = Counter(change.sort for change in comparison.changes if (change.kind or "other rows") == name)
        if found:
            yield f"| {name} | {' | '.join(f'{found[sort]:,}' if found[sort] else '' for sort in SORTS)} |"
    yield ""
    for fate in comparison.submissions:
        names = " → ".join(escape(name) for name in dict.fromkeys((fate.old_name, fate.new_name)) if name)
        yield f"- {fate.fate} submission: {names}"
    for note in comparison.notes:
        yield f"- {escape(note)}"


def _blocks(told: list[Change], organizations: Mapping[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Pieces that are shown whole or not at all, each with the number of changes in it."""
    tiers = Counter(change.tier for change in told)
    for tier in TIERS:
        changes = [change for change in told if change.tier == tier]
        if changes:
            yield 0, ["", f"#### {words.TIER_WORDS[tier]} ({tiers[tier]:,})"]
        for _, group in groupby(changes, key=lambda change: (change.place.file_name, change.place.report_id)):
            found = list(group)
            at = found[0].place
            name = " › ".join(escape(part) for part in (at.file_name, at.report) if part) or "all submissions"
            yield 0, ["", f"**{name}**", ""]
            for change in found:
                yield 1, list(_lines(change, organizations))


def _lines(change: Change, organizations: Mapping[str, str]) -> Iterator[str]:
    before, after = (escape(value) for value in words.values(change, organizations))
    at = change.place
    where = ", ".join(
        part
        for part in (f"§ {escape(at.path)}" if at.section_id else "", f"p. {at.page_number}" if at.page_number else "")
        if part
    )
    value = f": {before} → {after}" if change.sort == "changed" and before != after else f": {after or before}"
    line = f"- {words.SORT_WORDS[change.sort]} {words.what(change)} **{escape(words.subject(change))}**"
    line += value if before or after else ""
    line += f" ({where})" if where else ""
    line += f"; because of {escape(change.reason)}" if change.reason else ""
    yield line + (f"<br>{_sentence(change)}" if change.kind is not None else "")
    if change.kind is None:
        for column in change.columns[:6]:
            old, new = (escape(value) for value in words.shortened(column.old, column.new, MOST))
            yield f"  - {escape(column.name)}: {old} → {new}"
    for check in change.checks:
        yield f"  - ⚠ {escape(check)}"


def _sentence(change: Change) -> str:
    first, middle, last = words.marked(change.row["sentence"], change.row["text"])
    return f"{escape(first)}<b>{escape(middle)}</b>{escape(last)}" if middle else escape(first)
