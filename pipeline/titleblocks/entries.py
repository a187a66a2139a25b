"""The statements of a title block: its lines put together, in the order they are read.

Wrapped lines of one look are one statement. Of a letterhead in two languages the English side is read. What a bar
parts on one line are statements of their own.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.headings.looks import cut_line, cut_text, is_centred
from pipeline.layout import Line
from pipeline.titleblocks.forms import is_statement
from pipeline.titleblocks.wording import BODIES, WEAK_TITLE, is_period, role_of

_JOINING = re.compile(r"(?i)(?:\b(?:of|for|and|on|in|to|the|de|des|du|la|le|et|pour|y|&|against|with|by)|,|&|-)$")
_JOINED = re.compile(r"(?i)(?:of|for the|and)\s")
"""What the second half of a name begins with."""
_ENGLISH = re.compile(
    r"(?i)\b(?:the|of|for|and|in|on|to|united|republic|office|ministry|national|secretariat|department)\b"
)
_FOREIGN = re.compile(
    r"(?i)\b(?:de|des|du|la|le|les|et|pour|à|der|die|das|und|für|y|el|los|del|da|do|das|dos|une?|unis)\b"
)


@dataclass(slots=True)
class Entry:
    """One statement of a block: a line, or several that belong together."""

    text: str
    size: float
    bold: bool
    centred: bool
    role: str = ""


def columns_of(line: Line) -> list[Line]:
    """A line cut where white space of more than two and a half ems parts it."""
    cuts = [
        i
        for i in range(1, len(line.words))
        if line.words[i].bbox[0] - line.words[i - 1].bbox[2] > 2.5 * max(line.size, 1.0)
    ]
    if not cuts:
        return []
    bounds = [0, *cuts, len(line.words)]
    parts = [cut_line(line, a, b) for a, b in itertools.pairwise(bounds)]
    return [part for part in parts if part is not None]


def read_entries(lines: Sequence[Line]) -> list[Entry]:
    """The statements of a block, the English side of a letterhead in its place, wrapped lines joined."""
    out: list[Entry] = []
    for group in _side_by_side(lines):
        stacks = group if len(group) == 1 else _in_english(group)
        for stack in stacks:
            out += _joined(stack)
    return out


def _side_by_side(lines: Sequence[Line]) -> list[list[list[Line]]]:
    """The lines of a block in groups: one stack of lines, or several that stand side by side as in a letterhead."""
    groups: list[list[list[Line]]] = []
    apart = False
    for line in (part for whole in lines for part in _between_bars(whole)):
        stated = is_statement(line)
        parts = [] if stated else columns_of(line)
        if stated:
            groups.append([[line]])
        elif parts:
            if not apart:
                groups.append([])
            _stack(groups[-1], parts)
        elif groups and not apart and _is_beside(groups[-1], line):
            _stack(groups[-1], [line])
        elif groups and not apart and len(groups[-1]) == 1 and _is_one_region(groups[-1][0][-1], line):
            groups[-1][0].append(line)
        else:
            groups.append([[line]])
        apart = bool(parts)
    return groups


def _between_bars(line: Line) -> list[Line]:
    """What stands between the bars of one line: `Water Board | Annual Report 2020`."""
    bars = [i for found in re.finditer(r"\s[|•·]\s", line.text) for i in found.span()]
    if not bars:
        return [line]
    bounds = [0, *bars, len(line.text)]
    parts = [cut_text(line, a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    return [part for part in parts if part is not None]


def _is_one_region(one: Line, other: Line) -> bool:
    return one.page == other.page and one.column == other.column and one.bbox[1] < other.bbox[1]


def _is_beside(stacks: Sequence[Sequence[Line]], line: Line) -> bool:
    """Whether a line stands beside the lines of a stack rather than below them."""
    last = stacks[-1]
    if last[-1].page != line.page:
        return False
    if len(stacks) > 1 and _is_one_region(last[-1], line) and abs(_middle(last[-1]) - _middle(line)) < _NEAR:
        return any(line.bbox[1] < above.bbox[3] for stack in stacks[:-1] for above in stack)
    return any(
        line.bbox[1] < above.bbox[3] - 0.3 * line.size
        and (line.bbox[0] > above.bbox[2] or line.bbox[2] < above.bbox[0])
        for above in last
    )


_NEAR = 60.0
"""Points within which the middles of lines of one stack lie."""


def _middle(line: Line) -> float:
    return (line.bbox[0] + line.bbox[2]) / 2


def _stack(stacks: list[list[Line]], parts: Sequence[Line]) -> None:
    """Puts each part below the stack it lines up with, or begins one."""
    for part in parts:
        for stack in stacks:
            if abs(_middle(stack[-1]) - _middle(part)) < _NEAR or abs(stack[-1].bbox[0] - part.bbox[0]) < 20:
                stack.append(part)
                break
        else:
            stacks.append([part])


def _in_english(stacks: list[list[Line]]) -> list[list[Line]]:
    """Of stacks in two languages only the English ones."""
    english = [_englishness(" ".join(line.text for line in stack)) for stack in stacks]
    if max(english) > 0 and min(english) < 0:
        return [stack for stack, score in zip(stacks, english, strict=True) if score > 0]
    return stacks


def _englishness(text: str) -> int:
    accents = sum(not word.isascii() for word in text.split())
    return len(_ENGLISH.findall(text)) - len(_FOREIGN.findall(text)) - accents


def _joined(lines: Sequence[Line]) -> list[Entry]:
    out: list[Entry] = []
    left = min((line.bbox[0] for line in lines), default=0.0)
    right = max((line.bbox[2] for line in lines), default=0.0)
    before: Line | None = None
    for line in lines:
        text = line.text.strip()
        last = out[-1] if out else None
        if last is not None and before is not None and _belongs(last, before, line, text, right - left):
            last.text = f"{last.text} {text}"
        elif text:
            out.append(Entry(text, line.size, line.bold, is_centred(line)))
        before = line
    return out


def _belongs(last: Entry, before: Line, line: Line, text: str, width: float) -> bool:
    """Whether a line goes on with the statement before it."""
    if abs(line.size - last.size) > 0.6 or line.bold != last.bold or line.page != before.page:
        return False
    if line.bbox[1] - before.bbox[3] > 0.9 * line.size:
        return False
    if not _JOINING.search(last.text) and _stands_alone(text, last.text):
        return False
    if text[:1].islower() or _JOINING.search(last.text):
        return True
    if role_of(text) in ("period", "number", "labelled") or role_of(last.text) in ("period", "labelled"):
        return False
    if _JOINED.match(text) and role_of(last.text) in ("other", "body"):
        halves = ("other", "body", "addressed") if line.size >= _LARGE else ("other", "body")
        if role_of(text) in halves:
            return True
    if line.size >= _LARGE and 1 in (_words(text), _words(last.text)):
        roles = {role_of(text), role_of(last.text)}
        if roles in ({"body"}, {"body", "other"}, {"title", "other"}):
            return True
    if role_of(text) == "country" or before.column_right - before.column_left > 2.5 * width:
        return False
    if (
        len(last.text) > _LONG_NAME
        and role_of(last.text) == "body"
        and role_of(text) == "other"
        and line.size == before.size
    ):
        return True
    first = line.words[0].bbox
    room = before.column_right - before.bbox[2]
    if is_centred(before) or is_centred(line):
        room = room + before.bbox[0] - before.column_left
    return room < (first[2] - first[0]) + 0.2 * line.size and not (WEAK_TITLE.search(text) and BODIES.search(last.text))


def _stands_alone(text: str, last: str) -> bool:
    """Whether a line says all of something: a name again in another language, in brackets, or a body's period."""
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1 and _words(text) > 1:
        return role_of(last) == "body"
    return role_of(text) == "period" and role_of(last) in ("body", "other") and is_period(text)


def _words(text: str) -> int:
    """The words of a name, its acronym in brackets aside."""
    return len(re.sub(r"\s[(\[][A-Z][\w&./-]{1,11}[)\]]$", "", text).split())


_LARGE = 16
"""Points from which type is a cover's, where names are broken by hand, a word a line."""
_LONG_NAME = 36
"""Characters of a name from which the line below it, if set alike and nothing else, is its second half."""
