"""Headings without a number, known by their type: bold, larger or in capitals, short, with text below.

Only a line that stands apart from the running text counts; bold words that begin a paragraph, bold list items, captions
and the names below a signature do not.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from pipeline.headings.looks import (
    Look,
    Setting,
    Shape,
    cut_line,
    is_bulleted,
    is_centred,
    look_of,
    without_stop,
)
from pipeline.headings.numbered import Heading
from pipeline.headings.titles import title_lines
from pipeline.layout import Line

_ENOUGH = 2.5
_LARGER = 1.1
"""How much larger than the running text a bold line is that is a heading in spite of a sign before it."""
_MOST_WORDS = 22
_COLUMN, _FAR_COLUMN = 1.8, 2.5
"""White space between the columns of a table, in ems: of three, and of two."""
_CAPTION = re.compile(
    r"(?i)(?:figure|fig\.|table|chart|graph|map|photo|picture|box|source|note)s?\b\s{0,3}(?:\d|:|[IVX]+\b)"
)
_SIGNATURE = re.compile(
    r"(?i)^(?:signed|signature|sincerely|yours|respectfully|submitted by|prepared by|approved by|date\b)"
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:\d\d){1,2})?")
_LETTERS = re.compile(r"[^\W\d_]{3}")


class _Draft(Struct, frozen=True):
    first: int
    last: int
    title: tuple[Line, ...]
    look: Look
    evidence: tuple[tuple[str, float], ...]

    @property
    def own(self) -> float:
        return sum(points for _, points in self.evidence)

    @property
    def series(self) -> tuple[Look, bool]:
        return self.look, self.title[-1].text.endswith(":")


def _shared(drafts: Sequence[_Draft]) -> dict[tuple[Look, bool], float]:
    """What speaks for the lines of each look on average: a report sets all headings of one level alike.

    What stands above no text of its own says nothing about the others.
    """
    found: dict[tuple[Look, bool], list[float]] = defaultdict(list)
    for draft in drafts:
        found[draft.series].append(draft.own)
    return {series: median([own for own in owns if own > 0] or owns) for series, owns in found.items()}


def find_unnumbered(
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    setting: Setting,
    *,
    start: int = 0,
    numbered: frozenset[int] = frozenset(),
    refused: frozenset[int] = frozenset(),
) -> list[Heading]:
    """Headings without a number from line `start` on.

    `numbered` are the lines of headings with a number, `refused` those that begin with a number and are none. Where
    the report numbers its headings, more is asked of others.
    """
    used = numbered | refused
    drafts = []
    index = start
    while index < len(lines):
        draft = None if index in used else _draft(lines, shapes, index, setting, used)
        if draft is not None:
            drafts.append(draft)
            index = draft.last
        index += 1
    drafts = _without_running_titles(drafts)
    looks = Counter(draft.look for draft in drafts)
    weighed = []
    for position, draft in enumerate(drafts):
        following = drafts[position + 1] if position + 1 < len(drafts) else None
        company = _company(lines, draft, following, looks, numbered, setting)
        weighed.append(replace(draft, evidence=(*draft.evidence, *company)))
    shared = _shared(weighed)
    out = []
    for draft in weighed:
        evidence = draft.evidence
        worth = 0.5 * draft.own + 0.5 * shared[draft.series] - (0.5 if numbered else 0.0)
        if worth >= _ENOUGH:
            why = ", ".join(f"{name} {points:+.1f}" for name, points in evidence)
            title = (*draft.title[:-1], without_stop(draft.title[-1]) or draft.title[-1])
            out.append(Heading(draft.first, draft.last, None, draft.look, title, why=f"{why}; together {worth:+.1f}"))
    return out


def _without_running_titles(drafts: list[_Draft]) -> list[_Draft]:
    """Drops what returns at one place of three pages or more: a logo's words, a title carried along."""
    pages: dict[tuple[str, int], set[int]] = defaultdict(set)
    for draft in drafts:
        pages[_place(draft)].add(draft.title[0].page)
    running = {place[0] for place, found in pages.items() if len(found) >= 3}
    return [draft for draft in drafts if _place(draft)[0] not in running]


def _place(draft: _Draft) -> tuple[str, int]:
    line = draft.title[0]
    return line.text.casefold(), round(line.bbox[1] / max(2 * line.size, 1.0))


def _draft(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, setting: Setting, used: frozenset[int]
) -> _Draft | None:
    line = lines[index]
    slanted = line.italic and not setting.italic
    if line.role != "body" or not (setting.is_distinct(line) or line.text.isupper() or slanted):
        return None
    bulleted = is_bulleted(line)
    if bulleted and not (line.bold and line.size > _LARGER * setting.size):
        return None
    if _is_row(lines, index):
        return None
    title, last = title_lines(lines, shapes, index, setting, used)
    if bulleted:
        title = (cut_line(title[0], 1) or title[0], *title[1:])
    text = " ".join(part.text for part in title).strip()
    if not _could_be_title(text) or _CAPTION.match(text) or _SIGNATURE.match(text):
        return None
    look = look_of(title, setting)
    evidence = _evidence(lines, shapes, index, last, text, look, setting)
    return None if evidence is None else _Draft(index, last, title, look, tuple(evidence))


def _is_row(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is a row of a table: its words stand in three columns, or in two of which one has figures.

    A heading may have its day at the far right, so that of two columns the line above or below has some as well.
    """
    line = lines[index]
    gaps = _gaps(line)
    wide = [at for at, gap in enumerate(gaps, 1) if gap > _FAR_COLUMN * line.size]
    if not any(character.isdecimal() for at in wide for word in line.words[at:] for character in word.text):
        return sum(gap > _COLUMN * line.size for gap in gaps) > 1
    near = (*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2])
    return any(other.page == line.page and max(_gaps(other), default=0) > _COLUMN * other.size for other in near)


def _gaps(line: Line) -> list[float]:
    """The white space between the words of a line, in points."""
    return [right.bbox[0] - left.bbox[2] for left, right in itertools.pairwise(line.words)]


def _could_be_title(text: str) -> bool:
    first = text.lstrip("“\"‘'([«¿¡")[:1]
    words = text.split()
    return (
        (first.isupper() or first.isdigit() or (first.isalpha() and not first.islower()))
        and len(words) <= _MOST_WORDS
        and bool(_LETTERS.search(text) or _YEARS.fullmatch(text))
        and not text.endswith((".", ",", ";", "-"))
        and "@" not in text
        and "www." not in text
        and "://" not in text
    )


def _evidence(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, last: int, text: str, look: Look, setting: Setting
) -> list[tuple[str, float]] | None:
    line, shape = lines[index], shapes[index]
    ratio = look.size / max(setting.size, 1.0)
    out = []
    if look.bold and not setting.bold:
        out.append(("bold", 2.0))
    if ratio > 1.06:
        out.append(("larger", 2.5 if ratio > 1.15 else 1.5))
    if look.capitals and len(text) > 5:
        out.append(("capitals", 1.5))
    if look.underlined:
        out.append(("underlined", 2.0))
    if not out and _is_slanted_title(lines, shapes, index, last, text):
        out.append(("italic", 0.8))
    if not out:
        return None
    if ratio < 0.93:
        out.append(("smaller", -1.5))
    if shape.space is not None:
        if shape.space > 0.3:
            out.append(("space above", 1.0))
        elif shape.space < 0.15:
            out.append(("no space above", -0.5))
    else:
        out.append(("first in its column", 0.5))
    if (words := len(text.split())) > 10:
        out.append(("long", -0.5 if words <= 16 else -1.0))
    if text.endswith(":"):
        out.append(("colon last", -1.0))
    if text[0].isdigit():
        out.append(("digit first", -1.0))
    indent = (line.bbox[0] - line.column_left) / max(line.size, 1.0)
    if indent > 1.5 and not is_centred(line) and not setting.is_in_middle(line):
        out.append(("indented", -1.0))
    if (
        shape.wraps
        and (shape.space is None or shape.space < 0.3)
        and (shape.same_look or _is_last_of_phrase(lines, shape, line))
    ):
        out.append(("goes on from the line above", -3.0))
    return out


def _is_last_of_phrase(lines: Sequence[Line], shape: Shape, line: Line) -> bool:
    """Whether the line above ends in words set like this line, as where a link or a bold phrase wraps."""
    if shape.before is None:
        return False
    last, first = lines[shape.before].words[-1], line.words[0]
    return (last.bold, last.italic, last.font) == (first.bold, first.italic, first.font)


def _is_slanted_title(lines: Sequence[Line], shapes: Sequence[Shape], index: int, last: int, text: str) -> bool:
    """Whether a line in italics alone may be a title: one short line, nearer to the upright text below than above."""
    if (
        last > index
        or last + 1 >= len(lines)
        or len(text.split()) > _MOST_SLANTED
        or text.endswith((":", ")", "”", '"'))
    ):
        return False
    below, after = lines[last + 1], shapes[last + 1].space
    above = shapes[index].space
    apart = above is None or (above > 0.3 and (after is None or above >= after - 0.1))
    return apart and not below.italic and below.role == "body"


_MOST_SLANTED = 8
"""Words of a title that only italics set apart; longer lines are captions or quotations."""


def _company(
    lines: Sequence[Line],
    draft: _Draft,
    following: _Draft | None,
    looks: Counter[Look],
    numbered: frozenset[int],
    setting: Setting,
) -> list[tuple[str, float]]:
    after = draft.last + 1
    if after >= len(lines):
        return [("nothing below", -4.0)]
    out = []
    if looks[draft.look] > 1:
        out.append(("look returns", 0.5))
    heading_below = following.look if following is not None and following.first == after else None
    if after in numbered:
        heading_below = look_of([lines[after]], setting)
    if heading_below is not None and heading_below.outranks(draft.look):
        out.append(("a higher heading below", -4.0))
    elif heading_below is not None and not draft.look.outranks(heading_below):
        out.append(("another like it below", -1.5 if after in numbered else -2.0))
    elif lines[after].text[:1].islower() and not is_bulleted(lines[after]) and after not in numbered:
        out.append(("goes on below", -3.0))
    elif lines[after].role == "body" and after not in numbered:
        out.append(("text below", 0.5))
    return out
