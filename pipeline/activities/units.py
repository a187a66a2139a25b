"""What one activity is made of: a section's running text, or a list item with the items that say more about it.

A list is cut into groups. An item that holds only a date, a number, an amount or a label, or that goes on in lower case
where no sentence with a colon leads the list, says more about the item before; the next other item begins a new group.
So does every item that tells of something by itself. A list that begins with such details says them of all its items.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from pipeline.activities import telling
from pipeline.records import Span

_LINE = re.compile(r"[^\n]+")
_ITEM = re.compile(r"(?:-\s+|\d{1,2}\.\s+|\(?[a-z]\)\s*)(?=\S)")
_APART = re.compile(
    r"(?:table|figure|fig\.|chart|graph|map|photo|box|source|sources|note|notes)\b\.?\s*\d{0,3}\s*[:.–-]|\(?[\d¹²³⁴⁵⁶⁷⁸⁹]{1,2}\)\s",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"[^\W\d_]+ (?:on|in|at|by|with|from|to|for)\b")
_LABEL = re.compile(r"[^:\n]{1,40}:\s+(?=\S)")
_EVENT_WORDS = 8
_WORD = re.compile(r"[^\W\d_]{3,}")


class Line(Struct, frozen=True):
    """A line of a section's text: where its words stand, and whether it is a list item or led by a colon."""

    span: Span
    is_item: bool
    text: str


class Unit(Struct, frozen=True):
    """What may be one activity: its lines, whether it is a list item, and the line with a colon that leads its list."""

    lines: tuple[Line, ...]
    is_item: bool
    lead: Span | None = None

    @property
    def span(self) -> Span:
        """From its first character to its last."""
        return Span(self.lines[0].span.start, self.lines[-1].span.end)

    def line_at(self, place: int) -> Line | None:
        """The line that holds a place of the text."""
        at = bisect_right(self.lines, place, key=_start) - 1
        return self.lines[at] if at >= 0 and place < self.lines[at].span.end else None


def _start(line: Line) -> int:
    return line.span.start


def lines(text: str) -> Iterator[Line]:
    """The lines that tell something: without rows of tables, captions, sources and footnotes."""
    for match in _LINE.finditer(text):
        marker = _ITEM.match(match.group())
        start = match.start() + (marker.end() if marker else 0)
        words = text[start : match.end()]
        if "\t" not in words and not _APART.match(words) and words.strip():
            yield Line(Span(start, match.end()), marker is not None, words)


def split(text: str, mentions: Sequence[Span]) -> tuple[list[Unit], list[Unit]]:
    """The running text of a section and its list items, each as units.

    Args:
        text: the section's text.
        mentions: where dates, numbers and amounts stand in it, in any order.
    """
    prose: list[Line] = []
    groups: list[list[Line]] = []
    leads: list[Span | None] = []
    lead: Span | None = None
    open_list = False
    ordered = sorted(mentions)
    for line in lines(text):
        if not line.is_item:
            if open_list and len(groups[-1]) == 1 and _goes_on(line.text):
                groups[-1].append(line)
                continue
            open_list = False
            told, lead = _lead(text, line)
            prose += told
            continue
        if open_list and _says_more(line, groups[-1], ordered, is_led=lead is not None):
            groups[-1].append(line)
        else:
            if open_list and lead is None and all(is_detail(other, ordered) for other in groups[-1]):
                leads.pop()
                lead = Span(groups[-1][0].span.start, groups.pop()[-1].span.end)
            groups.append([line])
            leads.append(lead)
        open_list = True
    whole = [Unit(tuple(prose), is_item=False)] if prose else []
    items = [Unit(tuple(group), is_item=True, lead=lead) for group, lead in zip(groups, leads, strict=True)]
    return whole, items


def _lead(text: str, line: Line) -> tuple[list[Line], Span | None]:
    """A line of running text without its last sentence when that leads a list, and that sentence."""
    if not line.text.rstrip().endswith(":"):
        return [line], None
    last = list(telling.sentences(text, line.span.start, line.span.end))[-1]
    before = text[line.span.start : last.start].rstrip()
    told = [Line(Span(line.span.start, line.span.start + len(before)), False, before)] if before else []
    return told, Span(last.start, line.span.end)


def _goes_on(words: str) -> bool:
    """Whether a line after a list item belongs to it: short, as names and titles below an item are."""
    return len(words) < 120


def _says_more(line: Line, group: Sequence[Line], mentions: Sequence[Span], *, is_led: bool) -> bool:
    """Whether an item says more about the group before it."""
    if is_detail(line, mentions, most=0 if is_led else 1) or (line.text[0].islower() and not is_led):
        return True
    if _PARTICIPLE.match(line.text) and telling.is_past(line.text.split()[0].lower()):
        return not telling.read(group[0].text, 0, len(group[0].text)).marks
    if is_led:
        return False
    begun = any(is_detail(other, mentions) or other.text[0].islower() for other in group[1:])
    return not (begun or _stands_alone(line, mentions) or _stands_alone(group[0], mentions))


def is_detail(line: Line, mentions: Sequence[Span], *, most: int = 1) -> bool:
    """Whether an item holds hardly more than dates, numbers and amounts, or begins with a number and tells nothing.

    Args:
        line: the item.
        mentions: where dates, numbers and amounts stand in the text, in order.
        most: other words that it may hold.
    """
    marks = telling.read(line.text, 0, len(line.text)).marks
    if any(mark.sort == "done" for mark in marks) and not _PARTICIPLE.match(line.text):
        return False
    rest, at = "", line.span.start
    for span in mentions[bisect_left(mentions, Span(line.span.start, 0)) :]:
        if span.start >= line.span.end:
            break
        if span.start == line.span.start and _is_label(line, span):
            return False
        rest += line.text[at - line.span.start : span.start - line.span.start] + " "
        at = max(at, span.end)
    rest += line.text[at - line.span.start :]
    if rest[:1] == " " and not _LABEL.match(line.text) and not marks:
        return True
    found = [word for word in _WORD.findall(rest) if word.lower() not in telling.words("of_details")]
    return bool(len(rest.strip()) < len(line.text.strip())) and len(found) <= most


def _is_label(line: Line, span: Span) -> bool:
    """Whether a mention with which an item begins is its label, as in `2021: twelve grants`."""
    return line.text[span.end - span.start :].lstrip().startswith(":")


def _stands_alone(line: Line, mentions: Sequence[Span]) -> bool:
    """Whether an item tells of something by itself, is led by a label of its own, or names an event with its date."""
    if _LABEL.match(line.text) or _is_dated_event(line, mentions):
        return True
    return any(mark.sort != "state" for mark in telling.read(line.text, 0, len(line.text)).marks)


def _is_dated_event(line: Line, mentions: Sequence[Span]) -> bool:
    """Whether an item begins with an event and holds a date or number that is not in brackets."""
    if not telling.words("events") & {word.lower() for word in _WORD.findall(line.text)[:_EVENT_WORDS]}:
        return False
    for span in mentions[bisect_left(mentions, Span(line.span.start, 0)) :]:
        if span.start >= line.span.end:
            return False
        before = line.text[: span.start - line.span.start]
        if before.count("(") == before.count(")"):
            return True
    return False
