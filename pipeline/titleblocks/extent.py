"""How far a title block goes: up to the first heading or the first running text."""

from collections.abc import Sequence

from pipeline.headings.looks import Setting, is_bulleted
from pipeline.layout import Line
from pipeline.numbering import parse_label
from pipeline.periods import parse_period
from pipeline.titleblocks.entries import columns_of
from pipeline.titleblocks.wording import LABELLED_BODY, NUMBER, is_period, role_of, stated_period

LONGEST = 24
"""Lines that a title block can have."""
SMALL = 0.93
"""The part of the running text's size below which type is small: that of page headers and notes."""


def length_of(lines: Sequence[Line], setting: Setting) -> int:
    """How many lines the block takes: up to the first heading or the first running text; none that say nothing."""
    length = _end(lines, setting)
    said = ("title", "period", "body", "labelled", "number")
    return length if any(role_of(line.text) in said for line in lines[:length]) else 0


def _end(lines: Sequence[Line], setting: Setting) -> int:
    entitled = False
    for index, line in enumerate(lines[:LONGEST]):
        if line.role == "table" and entitled:
            return index
        if _begins_text(lines, index, setting) or _is_first_heading(lines, index, setting):
            return index
        if entitled and (
            _is_heading_below_title(lines, index, setting)
            or _leaves_middle(lines, index, setting)
            or _is_heading_in_middle(lines, index, setting)
        ):
            return index
        # A page's running title in small type says the same as the block's title, but above it.
        states = role_of(line.text) == "title" or stated_period(line.text) is not None
        entitled = entitled or (states and line.size > SMALL * setting.size)
        if line.page != lines[0].page:
            return index
    return min(len(lines), LONGEST)


def _begins_text(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether running text begins here: a sentence, a list, or several lines set like the body."""
    line = lines[index]
    if is_bulleted(line):
        return True
    if setting.is_distinct(line) or setting.is_in_middle(line) or line.role not in ("body", "table"):
        return False
    if LABELLED_BODY.match(line.text) or (len(line.words) <= 12 and is_period(line.text)):
        return False
    words = len(line.words)
    if index == 0 and line.text[:1].islower():
        return True
    if words >= 5 and line.text.rstrip().endswith("."):
        return True
    if line.size < SMALL * setting.size or line.text.isupper():
        return False
    following = lines[index + 1] if index + 1 < len(lines) else None
    goes_on = following is not None and following.page == line.page and not setting.is_in_middle(following)
    return words >= 8 and (goes_on or words >= 14) and not columns_of(line)


def _is_first_heading(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    label = parse_label(lines[index].text)
    if label is None or NUMBER.match(lines[index].text):
        return False
    if label.style == "#" and not setting.is_distinct(lines[index]):
        # A bare figure is a heading's when it is the first one before a title, at the edge of the text.
        begins = label.path == "1" and lines[index].text[label.end :][:1].isupper() and index > 0
        if not begins or setting.is_in_middle(lines[index]) or role_of(lines[index].text) not in ("other", "body"):
            return False
    return parse_period(lines[index].text[: label.end + 24]) is None or label.style not in ("#", "#-", "#-#")


def _is_heading_below_title(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether a line below the title is a heading already: nothing a block says, and text right below it."""
    line = lines[index]
    role = role_of(line.text)
    said = _said(lines[:index], setting)
    if setting.is_in_middle(line) or role in ("title", "number", "labelled") or (role == "period" and role not in said):
        return False
    if role == "body" and "body" not in said:
        return False
    below = index + 1
    while (
        below < len(lines)
        and below < index + 3
        and lines[below].role == "body"
        and setting.is_distinct(lines[below])
        and not setting.is_in_middle(lines[below])
    ):
        if lines[below].size > 1.06 * line.size or role_of(lines[below].text) in {"title", "period"} - said:
            return False
        below += 1
    if below >= len(lines):
        return False
    return setting.is_distinct(line) and (
        lines[below].role == "table"
        or _begins_text(lines, below, setting)
        or (not setting.is_distinct(lines[below]) and len(lines[below].words) > 6)
    )


def _said(lines: Sequence[Line], setting: Setting) -> frozenset[str]:
    """What lines of a block have said; the small type of page headers does not count."""
    large = [line.text for line in lines if line.size > SMALL * setting.size]
    said = {role_of(text) for text in large}
    return frozenset(said | ({"period"} if any(stated_period(text) for text in large) else set()))


def _leaves_middle(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether a block in the middle of the page ends at a line that stands out but not in the middle."""
    line = lines[index]
    if not (setting.is_distinct(line) or line.text.isupper()):
        return False
    if line.bbox[0] - setting.left > line.size or setting.is_in_middle(line):
        return False
    if not all(setting.is_in_middle(above) for above in lines[:index] if above.size > SMALL * setting.size):
        return False
    said = {role_of(above.text) for above in lines[:index]}
    known = {"body"} & said | ({"period", "title"} if {"period", "title"} <= said else set())
    return role_of(line.text) in known | {"other", "country"}


def _is_heading_in_middle(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether a line in the middle is the first heading: the block has said all it says, and text begins below."""
    line, above = lines[index], lines[index - 1]
    if index + 1 >= len(lines) or not setting.is_in_middle(line) or not (line.bold or line.text.isupper()):
        return False
    if above.page != line.page or line.bbox[1] - above.bbox[3] < _CLEAR_SPACE * line.size:
        return False
    largest = max(other.size for other in lines[:index])
    if line.size >= largest or not {"title", "period", "body"} <= _said(lines[:index], setting):
        return False
    return role_of(line.text) in ("other", "country") and _begins_text(lines, index + 1, setting)


_CLEAR_SPACE = 0.8
"""White space above the first heading below a block, in ems."""
