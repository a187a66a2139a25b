"""Where a title ends: its lines, and what runs on from it on the last of them."""

import re
from collections.abc import Sequence

from pipeline.headings.looks import Setting, Shape, cut_line, cut_text, is_bulleted, is_centred, without_stop
from pipeline.layout import Line
from pipeline.numbering import Label, parse_label

MOST_TITLE_LINES = 10
PLAIN_TITLE_LINES = 3
SENTENCE_END = (".", "!", "?", ":", ";")
_UNFINISHED = re.compile(r"(?i)(?:\b(?:and|or|of|the|a|an|in|on|at|to|for|from|by|with)|[,&])$")
_LONGEST_UNFINISHED = 6
"""Characters at the end of a text that hold the longest of these words and what stands before it."""
_FEW = 4
"""Words of a title that one line holds together with its text."""
_RUN_IN = re.compile(r"(?P<title>[A-Z“\"‘][^.:!?\n]{2,70}?)(?:[.:]| [–—-])\s+(?=[“\"‘]?[A-Z0-9])")


def find_title(
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    start: int,
    first: Line,
    setting: Setting,
    label: Label,
    limit: int | None,
) -> tuple[tuple[Line, ...], Line | None, int, bool]:
    """The title's lines, what follows it on its last line, the index of that line, and whether text runs on from it."""
    cut = _bold_run_in(first, setting)
    if cut is not None:
        return (cut[0],), cut[1], start, True
    title = [first]
    last = start
    distinct = setting.is_distinct(first)
    most = limit or (MOST_TITLE_LINES if distinct else PLAIN_TITLE_LINES + 3)
    while (
        last + 1 < len(lines)
        and len(title) < most
        and _goes_on(lines, shapes, last, first, distinct, setting)
        and not _is_next_number(label, parse_label(lines[last + 1].text))
    ):
        last += 1
        cut = _bold_run_in(lines[last], setting) if distinct else None
        if cut is not None:
            return (*title, cut[0]), cut[1], last, True
        title.append(lines[last])
    if not distinct:
        plain = _plain_run_in(title, label)
        if plain is not None:
            return (plain[0],), plain[1], start, True
    return tuple(title), None, last, False


def is_unfinished(text: str) -> bool:
    """Whether a text ends in a word or sign that no title ends with."""
    return _UNFINISHED.search(text[-_LONGEST_UNFINISHED:]) is not None


def title_lines(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, setting: Setting, used: frozenset[int]
) -> tuple[tuple[Line, ...], int]:
    """The lines of a title that begins with line `index`, and the index of the last of them."""
    first = lines[index]
    last = index
    distinct = setting.is_distinct(first)
    while (
        last + 1 < len(lines)
        and last - index < MOST_TITLE_LINES
        and last + 1 not in used
        and _goes_on(lines, shapes, last, first, distinct, setting)
    ):
        last += 1
    return tuple(lines[index : last + 1]), last


def _bold_run_in(line: Line, setting: Setting) -> tuple[Line, Line] | None:
    """A line whose first words are set in bold and whose rest is not, cut in two."""
    if setting.bold:
        return None
    bold = 0
    while bold < len(line.words) and (line.words[bold].bold or not any(c.isalnum() for c in line.words[bold].text)):
        bold += 1
    if bold in (0, len(line.words)) or not line.words[0].bold:
        return None
    title, rest = without_stop(cut_line(line, 0, bold)), cut_line(line, bold)
    return (title, rest) if title is not None and rest is not None else None


def _plain_run_in(title: Sequence[Line], label: Label) -> tuple[Line, Line] | None:
    """`Training. In May we …`: a short phrase, a full stop and a sentence, over more than one line.

    Behind a number below another, as `2.1`, the sentence may end on the first line.
    """
    found = _RUN_IN.match(title[0].text)
    if found is None or len(found.group("title").split()) > (8 if len(title) > 1 else _FEW):
        return None
    if len(title) == 1 and (len(label.segments) == 1 or not title[0].text.endswith(".")):
        return None
    head, rest = cut_text(title[0], 0, found.end("title")), cut_text(title[0], found.end())
    return (head, rest) if head is not None and rest is not None else None


def _is_next_number(label: Label, other: Label | None) -> bool:
    """Whether a label counts on from another, or is the first one below it."""
    if other is None:
        return False
    return any(
        (
            a.families == b.families[: len(a.families)]
            and (
                (len(a.values) == len(b.values) and a.values[:-1] == b.values[:-1] and b.values[-1] == a.values[-1] + 1)
                or (*a.values, 1) == b.values
            )
        )
        or (b.values == (1,) and other.style != "#")
        for a in label.readings
        for b in other.readings
    )


def _goes_on(
    lines: Sequence[Line], shapes: Sequence[Shape], last: int, first: Line, distinct: bool, setting: Setting
) -> bool:
    """Whether the line after `last` belongs to the title that begins with `first`."""
    here, shape, above = lines[last + 1], shapes[last + 1], lines[last]
    if here.role != "body" or is_bulleted(here) or abs(here.size - first.size) > 0.06 * first.size:
        return False
    if here.words[0].bold != first.words[-1].bold and distinct:
        return False
    if here.italic != first.italic or (not distinct and here.bold and not first.bold):
        return False
    if parse_label(here.text) is not None and not shape.wraps:
        return False
    if shape.space is None:
        if not distinct:
            return is_unfinished(above.text) and here.text[:1].isupper()
        return (shape.wraps or is_unfinished(above.text)) and not above.text.rstrip().endswith(SENTENCE_END)
    if shape.space > (0.45 if here.size < 1.3 * setting.size else 0.7):
        return False
    if shape.wraps:
        return True
    if is_unfinished(above.text):
        return True
    if not distinct:
        return False
    offset = min(abs(here.bbox[0] - first.bbox[0]), abs(here.bbox[0] - above.bbox[0]))
    if here.size > 1.25 * setting.size and offset < 0.5 * first.size and shape.space < 0.25:
        return True
    centred = is_centred(above) and is_centred(here)
    long = above.bbox[2] > above.column_left + 0.6 * (above.column_right - above.column_left)
    return centred or (long and offset < first.size)
