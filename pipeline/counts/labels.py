"""Numbers that are values of labels: `Number of deaths: 31`, in a table too, and the breakdown below such a line.

A label names what its value counts when it begins with a plural noun phrase, or with `Number of` and one. A label that
names none (a place, a group) takes the thing from the nearest line above that names one, over the items beside it.
"""

import re

from msgspec import Struct

from pipeline import nouns
from pipeline.counts.readings import Reading, Thing, is_year
from pipeline.nouns import NounPhrase
from pipeline.numerals import qualifiers

LONGEST_UNIT = 6
"""Words of a label that is taken as the unit whole; of a longer one, only its noun phrase."""

_SUB_LABEL = re.compile(
    r"(?P<parent>[^\W\d_][^:;|\n\t]{2,79}):[ \u00a0](?:[^\n]{0,120}[;,/][ \u00a0](?:and[ \u00a0])?)?"
    r"(?P<label>[^\W\d_][^:=;,|\n()]{0,40}?)[ \u00a0]?(?::|=|[ \u00a0]?[-–—](?=[ \u00a0\d]))[ \u00a0]*"
)
_GROUPS = frozenset(("male", "female", "males", "females", "m", "f", "total", "other", "others", "overall", "both"))
"""Labels that never name what is counted, only whom of it."""

Parents = dict[int, "Label | None"]
"""The label that governs the items below a line, by the line's start; filled while a text is read."""

_VALUE_END = re.compile(
    r"[*†‡]?\s?(?:\([^()\n]{0,60}\))?\s?"
    r"(?=\Z|[\n\t;|,)]| {1,4}(?:No|Nos|Number|Total)[. ]|\.(?:\s|\Z)| (?:out )?of (?:the )?\d)",
)
_LABEL = re.compile(
    r"(?P<label>[^\W\d_][^:;|\n]{0,110}?|[#№][^:;|\n]{0,110}?)[ \u00a0]?"
    r"(?::|=|[ \u00a0][-–—](?=[ \u00a0])|(?P<cell>\t))[ \u00a0]*"
)
_NUMBER_OF = re.compile(
    r"(?:the )?(?:(?:grand|overall|estimated|cumulative|approximate|average|current) )?(?:total )?"
    r"(?:(?:number|no\.?|nos\.?|nr\.?|count|total|tally|#|№)(?: number)?(?: of)? |#|№|total[:,]? )",
    re.IGNORECASE,
)
_VALUE_BEHIND = re.compile(
    r"\d\+?[ \u00a0]{1,4}(?=(?:No|Nos|Number|Total)[. ])"
    r"|\d\+?(?: ?\([^()\n]{0,20}\))?[,(][ \u00a0]?|\((?=[^()]{1,40}[:=][ \u00a0]?\Z)"
)
_EARLIER_VALUE = re.compile(
    r"(?<=[:=][ \u00a0]|[,;][ \u00a0])(?P<value>\d[\d.,'’ \u00a0\u202f\u2009]{0,18}\+?)[ \u00a0]?"
    r"\((?!\d)[^()\n]{1,60}\)[,;][ \u00a0](?:and[ \u00a0])?\Z"
)
MOST_VALUES = 12
"""Values of one label, each with its source in brackets."""

_ITEM = re.compile(
    r"(?::|=|[ \u00a0][-–—](?=[ \u00a0]))[ \u00a0]*"
    r"(?P<value>(?:\D{0,20}[ \u00a0])?\d[\d.,'’ \u00a0\u202f\u2009]{0,18}\+?)(?:[ \u00a0]?\([^()]{0,60}\))?[.;,]?\s*\Z"
)


class Label(Struct, frozen=True, gc=False):
    """The label before a value: where it stands, and the thing it names if it names one."""

    start: int
    end: int
    phrase: NounPhrase | None
    unit: str


def labelled(text: str, reading: Reading, parents: Parents) -> Thing | None:
    """Returns what the label before a number says that it counts, or None."""
    if _VALUE_END.match(text, reading.end) is None:
        return None
    _, value_start = qualifiers.before(text, reading.start)
    line_start = text.rfind("\n", 0, value_start) + 1
    label = _label(text, line_start, _first_value(text, line_start, value_start))
    if label is None or text[label.start : label.end].lower() in _GROUPS:
        part = _part_of_line(text, line_start, value_start)
        if part is not None and not is_year(text, reading.number):
            return part
    if label is None:
        return None
    if label.phrase is None and text[label.start : label.end].lower() in nouns.words("fates"):
        return Thing(label.start, label.unit, label.unit.lower(), "label")
    looks_like_year = is_year(text, reading.number)
    if label.phrase is not None:
        if looks_like_year and not _NUMBER_OF.match(text, label.start):
            return None
        return Thing(label.start, label.unit, label.phrase.head, "label")
    parent = _parent(text, line_start, parents)
    if parent is None or parent.phrase is None or looks_like_year:
        return None
    return Thing(label.start, parent.unit, parent.phrase.head, "breakdown")


def _part_of_line(text: str, line_start: int, end: int) -> Thing | None:
    """Returns what a value counts whose line names the thing first: `Beneficiaries: Male – 450; Female – 620`."""
    begin = _after_bullet(text, line_start)
    match = _SUB_LABEL.fullmatch(text, begin, end) if end - begin <= 240 else None
    parent = _heading(text, begin, match.end("parent")) if match is not None else None
    if match is None or parent is None or parent.phrase is None or parent.phrase.head in nouns.words("labels"):
        return None
    label = match["label"]
    own = nouns.noun_phrase(label, 0)
    if own is not None and label.lower() not in _GROUPS:
        return Thing(match.start("label"), label[own.start : own.end], own.head, "label")
    if own is None and _is_no_item(label):
        return None
    return Thing(match.start("label"), parent.unit, parent.phrase.head, "breakdown")


def _first_value(text: str, line_start: int, value_start: int) -> int:
    """Returns where the first of several values begins: `Rapid tests: 4 800 (UNICEF), 1 200 (Red Cross)`."""
    for _ in range(MOST_VALUES):
        earlier = _EARLIER_VALUE.search(text, max(line_start, value_start - 90), value_start)
        if earlier is None:
            break
        value_start = earlier.start("value")
    return value_start


def _label(text: str, line_start: int, end: int) -> Label | None:
    """Reads the label that ends right before a value: the whole line so far, or its part after `;`, `,` or `(`."""
    begin = _after_bullet(text, line_start)
    if end - begin > 400:
        begin = end - 400
    piece = max(text.rfind(mark, begin, end - 1) for mark in (";", "|", "\t"))
    begin = max(begin, piece + 1, _behind_value(text, begin, end), _sentence_start(text, begin, end))
    while begin < end and text[begin] in " \u00a0":
        begin += 1
    match = _LABEL.fullmatch(text, begin, end) if end - begin <= 120 else None
    if match is None:
        return None
    label_end = match.end("label")
    counted = _NUMBER_OF.match(text, begin, label_end)
    if match["cell"] and counted is None:  # of the cells of a table, only those that say so hold a number of things
        return None
    unit_start = counted.end() if counted else begin
    phrase = nouns.noun_phrase(text[unit_start:label_end], 0)
    if phrase is not None and _is_no_thing(phrase):
        return None
    if phrase is None and counted is None and _is_no_item(text[begin:label_end]):
        return None
    unit = text[unit_start:label_end].strip()
    if phrase is not None and (len(unit.split()) > LONGEST_UNIT or re.search(r"\d", unit)):
        unit = text[unit_start + phrase.start : unit_start + phrase.end]
    return Label(begin, label_end, phrase, unit)


_SHORT_LABEL = 3
"""Characters before a full stop that may be a number or an initial: `1. Meals served: 40`."""


def _sentence_start(text: str, begin: int, end: int) -> int:
    """Returns where the last sentence of a stretch begins: `Most came on foot. Lunches served: 61,204`."""
    stop = text.rfind(". ", begin, end)
    is_end = stop - begin > _SHORT_LABEL and text[stop + 2 : stop + 3].isupper() and not text[stop - 1].isupper()
    return stop + 2 if is_end else begin


def _after_bullet(text: str, line_start: int) -> int:
    return line_start + (2 if text.startswith("- ", line_start) else 0)


def _behind_value(text: str, begin: int, end: int) -> int:
    """Returns where the label begins after the comma or bracket behind an earlier value of the same line."""
    last = begin
    for match in _VALUE_BEHIND.finditer(text, begin, end):
        last = match.end()
    return last


def _is_no_thing(phrase: NounPhrase) -> bool:
    return any(phrase.head in nouns.words(group) for group in ("value_labels", "measures", "durations"))


def _is_no_item(label: str) -> bool:
    """Says whether a label without a plural cannot be an item of a breakdown: long, or with a value of its own."""
    parts = re.findall(r"[^\W\d_][\w'’.-]*", label)
    if not parts or len(parts) > 6:
        return True
    lowered = {part.lower().rstrip(".") for part in parts}
    return bool(lowered & (nouns.words("value_labels") | nouns.words("durations") | nouns.words("labels")))


def _parent(text: str, line_start: int, parents: Parents) -> Label | None:
    """Returns the label above a breakdown: the nearest line that names a thing, over the items beside this one."""
    passed: list[int] = []
    parent: Label | None = None
    start, end = line_start, line_start - 1
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        if start in parents:
            parent = parents[start]
            break
        passed.append(start)
        line = _line_label(text, start, end)
        if line is None or line.phrase is not None:
            parent = line
            break
        end = start - 1
    parents.update((start, parent) for start in passed)
    return parent


def _line_label(text: str, start: int, end: int) -> Label | None:
    """Reads a line that may govern those below: a label with its value, or a heading that ends in a colon."""
    stripped = start + len(text[start:end].rstrip())
    if end - start > 200:
        return None
    if text.endswith(":", start, stripped):
        return _heading(text, _after_bullet(text, start), stripped - 1)
    value = _ITEM.search(text, _after_bullet(text, start), end)
    return _label(text, start, value.start("value")) if value is not None else None


def _heading(text: str, begin: int, end: int) -> Label | None:
    """Reads a line that ends in a colon as the label of the items below it."""
    counted = _NUMBER_OF.match(text, begin, end)
    unit_start = counted.end() if counted else begin
    phrase = nouns.noun_phrase(text[unit_start:end], 0)
    if phrase is None or _is_no_thing(phrase):
        return None
    return Label(begin, end, phrase, text[unit_start + phrase.start : unit_start + phrase.end])
