"""Values, places and changes in words. Text from outside is shown with its control characters as escapes."""

import difflib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.changes import Change, Sort, Tier
from pipeline.records import Kind

TIER_WORDS: dict[Tier, str] = {
    "loss": "Losses",
    "check": "Failed checks",
    "doubt": "Low confidence",
    "rest": "Everything else",
}
HOW_MANY: dict[Tier, tuple[str, str]] = {
    "loss": ("loss", "losses"),
    "check": ("failed check", "failed checks"),
    "doubt": ("of low confidence", "of low confidence"),
    "rest": ("other", "others"),
}
SORT_WORDS: dict[Sort, str] = {
    "removed": "gone",
    "added": "new",
    "changed": "changed",
    "moved": "moved",
    "boxes": "box only",
    "metadata": "metadata only",
}
QUALIFIER_WORDS = {
    "approximately": "about ",
    "more_than": "more than ",
    "at_least": "at least ",
    "less_than": "less than ",
    "at_most": "at most ",
}
ONE_ROW = {
    "submissions": "submission",
    "pages": "page",
    "reports": "report",
    "sections": "section",
    "organizations": "organization entry",
    "organization_aliases": "organization alias",
    "table_cells": "table cell",
    "activities": "activity",
    "activity_mentions": "activity link",
    "activity_amounts": "activity amount",
    "problems": "problem",
}
GROUPS = {
    "submissions": "structure",
    "reports": "structure",
    "sections": "structure",
    "problems": "problems",
}
"""What tables without mentions are called together; those not named here are `derived`."""
CONTEXT = 8
"""Unchanged words shown around a changed one."""
MOST_WORDS = 4000
"""Longer texts are not compared word by word."""

Row = Mapping[str, Any]
Part = tuple[str, str]
"""`same`, `old`, `new` or `cut`, and a stretch of text."""


def visible(text: str) -> str:
    """A text from outside with its control and direction characters shown as escapes; line ends become spaces."""
    flat = text.replace("\n", " ")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in flat)


def number(value: Any) -> str:
    """A number with thousands apart and without needless zeros."""
    if isinstance(value, Decimal):
        value = value.normalize() + 0
        return f"{value:,f}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


def value(kind: Kind, row: Row, organizations: Mapping[str, str]) -> str:
    """What a mention is taken to mean, in a few words; `organizations` are names by id."""
    if kind == "date":
        return _date(row)
    if kind == "count":
        return f"{_range(row, 'value', 'value_max')} {row['unit'] or ''}".strip()
    if kind == "money":
        return f"{_range(row, 'amount', 'amount_max')} {row['currency'] or '(currency not known)'}"
    if kind == "country":
        inside = ", in an organization’s name" if row["inside_organization"] else ""
        return f"{row['name']} ({row['alpha2']}){inside}"
    return organizations.get(row["organization_id"], str(row["organization_id"]))


def _range(row: Row, low: str, high: str) -> str:
    most = f"–{number(row[high])}" if row[high] is not None else ""
    return f"{QUALIFIER_WORDS.get(row['qualifier'], '')}{number(row[low])}{most}"


def _date(row: Row) -> str:
    about = "about " if row["is_approximate"] else ""
    if row["start_date"] is None and row["end_date"] is None:
        return f"{about}{row['duration'] or row['edtf'] or ''} ({row['kind']})"
    days = [str(day) if day else "open" for day in (row["start_date"], row["end_date"])]
    shown = days[0] if days[0] == days[1] else " to ".join(days)
    precision = f" ({row['precision']})" if row["precision"] not in (None, "day") else ""
    return f"{about}{shown}{precision}"


def plain(value_: Any) -> str:
    """One column's value."""
    if value_ is None:
        return "—"
    if isinstance(value_, bool):
        return "yes" if value_ else "no"
    if isinstance(value_, (float, Decimal)):
        return number(value_)
    return visible(str(value_))


def shortened(old: Any, new: Any, most: int) -> tuple[str, str]:
    """Two values of a column, of `most` characters each, cut so that it can be seen where they begin to differ."""
    before, after = plain(old), plain(new)
    if max(len(before), len(after)) <= most:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((number for number, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, same - most // 4) if same > most // 2 else 0
    return _window(before, start, most), _window(after, start, most)


def _window(text: str, start: int, most: int) -> str:
    shown = f"…{text[start + 1 :]}" if start else text
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def subject(change: Change) -> str:
    """What the row is about: the words of a mention, else what names the row."""
    row = change.row
    if change.kind is not None:
        return visible(row["text"])
    if change.table == "sections":
        if row["path"] == "0":
            return "before the first heading"
        return visible(f"{row['number'] or row['path']} {row['title'] or ''}".strip())
    if change.table == "problems":
        return visible(row["message"])
    if change.table == "reports":
        return visible(change.place.report)
    if change.table == "pages":
        return f"page {row['page_number']}"
    if change.table == "table_cells":
        return visible(f"{row['text'] or '(empty)'} — table {row['table_number']}, row {row['row']}, {row['column']}")
    if change.table == "activity_amounts":
        return f"{row['currency']} {row['amount']}"
    for name in ("file_name", "alias", "name", "title", "role"):
        if row.get(name):
            return visible(row[name])
    return ""


def what(change: Change) -> str:
    """Which sort of row: `date`, `section`."""
    return change.kind or ONE_ROW[change.table]


def group(change: Change) -> str:
    """What it is counted under: a kind of mention, `structure`, `problems` or `derived`."""
    return change.kind or GROUPS.get(change.table, "derived")


def values(change: Change, organizations: Mapping[str, str]) -> tuple[str, str]:
    """The value before and the value now; empty where there is none or where the row is no mention."""
    if change.kind is None:
        return "", ""
    rows = (change.old, change.new)
    before, after = (visible(value(change.kind, row, organizations)) if row else "" for row in rows)
    if before == after and change.kind == "organization" and change.old and change.new:
        ids = [row["organization_id"] for row in (change.old, change.new)]
        before, after = (before, after) if ids[0] == ids[1] else (f"{before} ({ids[0]})", f"{after} ({ids[1]})")
    return before, after


def marked(sentence: str, words_: str) -> tuple[str, str, str]:
    """A sentence in three: before the words, the words, after them."""
    start = sentence.find(words_)
    if start < 0 or not words_:
        return visible(sentence), "", ""
    return visible(sentence[:start]), visible(words_), visible(sentence[start + len(words_) :])


def differing(old: str, new: str) -> list[Part]:
    """Two texts as one: what stayed, what went, what came, and cuts where nothing changed for long."""
    left, right = (re.findall(r"\s+|[^\s]+", text) for text in (old, new))
    if max(len(left), len(right)) > MOST_WORDS:
        return [("old", visible(_cut(old))), ("new", visible(_cut(new)))]
    parts: list[Part] = []
    for sort, i, j, k, n in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if sort == "equal":
            parts += _shortened(left[i:j], i == 0, j == len(left))
            continue
        parts += [("old", visible("".join(left[i:j])))] if j > i else []
        parts += [("new", visible("".join(right[k:n])))] if n > k else []
    return parts


def _shortened(same: Sequence[str], is_first: bool, is_last: bool) -> list[Part]:
    keep = 2 * CONTEXT
    if len(same) <= 2 * keep + 2:
        return [("same", visible("".join(same)))]
    head = [] if is_first else [("same", visible("".join(same[:keep])))]
    tail = [] if is_last else [("same", visible("".join(same[-keep:])))]
    return [*head, ("cut", " … "), *tail]


def _cut(text: str, most: int = 400) -> str:
    return text if len(text) <= most else text[: most - 2] + " …"
