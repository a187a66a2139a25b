"""Whether a line goes on with a paragraph.

A paragraph ends, in order of trust, where: a list item or another kind of line begins; the white space above a line is
wider than usual; a line stops so early that the next word would have fitted; the indent changes as it does at a
paragraph's first line.
"""

import itertools
import re
from collections.abc import Sequence
from statistics import median

from pipeline.layout import Line, is_glued
from pipeline.passages.labels import CIRCLE, bullet_of, is_enumerator

_TERMINAL = re.compile(r"[.!?:;。…][\"'”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}$")
_LONGEST_END = 4
_TITLE_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Mx|Messrs|Mme|Mlle|Dr|Prof|Rev|Capt|Col|Gen|Lt|Maj|Sgt)|[^\W\d_][.!?]\s[A-Z])\.$"
)
"""A title or first initial that a name must follow: its full stop ends no sentence."""
_LONGEST_TITLE = 8
_OPEN_END = re.compile(r"(?i)(?:[&(/]|\b(?:and|or|of|the|a|an|in|to|for|with|by|at|from|et|de|la|du|des))$")
"""Words and signs that no paragraph ends with."""
_LONGEST_OPEN_END = 6
"""Characters at the end of a text that hold the longest of them and what stands before it."""
_CLEAR_GAP = 0.3
SPACE = 0.25
_SLACK = 0.1
CLEAR_INDENT = 0.6


def usual_gap(lines: Sequence[Line]) -> float:
    """The white space between the lines of one paragraph, in ems: that above lines that follow a full line."""
    gaps = [
        line.gap_before / line.size
        for before, line in itertools.pairwise(lines)
        if line.gap_before is not None and before.page == line.page and is_full(before, line) and line.size > 0
    ]
    return min(median(gaps), 1.5) if gaps else 0.35


def goes_on(paragraph: Sequence[Line], line: Line, usual: float) -> bool:
    """Whether a line goes on with a paragraph."""
    before = paragraph[-1]
    if before.role != line.role or before.table != line.table or before.cell != line.cell:
        return False
    if line.role == "table":
        return line.cell is not None and before.page == line.page
    ended = is_ended(before.text)
    if abs(before.size - line.size) > 0.08 * max(before.size, line.size):
        return False
    if before.bold != line.bold and (ended or not is_full(before, line) or line.text[0].isupper()):
        return False
    if is_over_break(before, line) or line.gap_before is None:
        return not ended and (is_full(before, line) or line.text[0].islower())
    if not -0.5 * line.size < line.gap_before <= (usual + _CLEAR_GAP) * line.size:
        return False
    if not ended and (_OPEN_END.search(before.text[-_LONGEST_OPEN_END:]) or ends_in_title(before.text)):
        return True
    if not ended and line.text[0].islower() and before.text[-1] not in ",;":
        return True
    if not is_full(before, line):
        return False
    return not _is_indented(paragraph, line)


def is_full(before: Line, line: Line) -> bool:
    """Whether the first word of `line` would not have fitted after `before`."""
    first = line.words[0]
    for left, right in itertools.pairwise(line.words):
        if (left.size == right.size and left.bbox[3] == right.bbox[3]) or not is_glued(left, right):
            break
        first = right
    needed = first.bbox[2] - line.bbox[0] + SPACE * line.size
    return needed > before.column_right - before.bbox[2] - _SLACK * line.size


def _is_indented(paragraph: Sequence[Line], line: Line) -> bool:
    """Whether a line stands further in than its paragraph does, as the first line of a new one would."""
    reach = CLEAR_INDENT * line.size
    before = paragraph[-1]
    if len(paragraph) == 1:
        hanging = bool(bullet_of(before)) or before.words[0].text == CIRCLE or is_enumerator(before.words[0].text)
        if hanging:
            return line.bbox[0] < before.bbox[0] - reach
        return line.bbox[0] > before.bbox[0] + reach and is_ended(before.text)
    return abs(line.bbox[0] - before.bbox[0]) > reach and (line.bbox[0] < before.bbox[0] or is_ended(before.text))


def is_over_break(before: Line, line: Line) -> bool:
    """Whether a page or a column ends between two lines."""
    return (before.page, before.band) != (line.page, line.band)


def is_ended(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _TERMINAL.search(text[-_LONGEST_END:]) is not None and not ends_in_title(text)


def ends_in_title(text: str) -> bool:
    """Whether a text ends in the title or the first initial of a person."""
    return text[-1:] == "." and _TITLE_END.search(text[-_LONGEST_TITLE:]) is not None
