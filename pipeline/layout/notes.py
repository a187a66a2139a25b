"""Footnotes and captions."""

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec import structs

from pipeline.layout.lines import Line
from pipeline.records import Page

_NOTE_SIZE = 0.92
_NOTE_MARK = re.compile(r"[*†‡]{1,3}|\(?[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3}\)?")
_CAPTION = re.compile(
    r"(?i)(?:figure|fig\.|table|chart|graph|map|photo|box|annex table)\s{1,3}\d{1,3}[a-z]?\s{0,2}[:.–—-]"
)

_ENDS = ".!?:;…"
_AFTER_ENDS = "\"'”’»)]⁰¹²³⁴⁵⁶⁷⁸⁹"


def with_footnotes(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
    """Mark the notes at the foot of each column: small lines, from the first that has a mark or a rule above it."""
    marked = list(lines)
    by_column: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.role == "body":
            by_column[line.page, line.column].append(index)
    by_number = {page.page_number: page for page in pages}
    for (number, _), indexes in by_column.items():
        page = by_number[number]
        notes: list[int] = []
        for index in sorted(indexes, key=lambda i: -lines[i].bbox[1]):
            line = lines[index]
            if line.size > _NOTE_SIZE * body_size or line.bbox[1] < 0.4 * page.height:
                break
            notes.append(index)
            if _begins_with_mark(line) or _is_under_rule(line, page):
                for note in notes:
                    marked[note] = structs.replace(lines[note], role="footnote")
    return marked


def _begins_with_mark(line: Line) -> bool:
    return bool(_NOTE_MARK.match(line.text))


def _is_under_rule(line: Line, page: Page) -> bool:
    """Whether a short rule lies just above a line, as the one that parts notes from text does."""
    near = [box for box in page.rulings if -0.3 * line.size < line.bbox[1] - box[3] < 1.5 * line.size]
    if len(near) != 1:
        return False
    x0, top, x1, bottom = near[0]
    return bottom - top < 2 and 40 < x1 - x0 < 0.55 * page.width and abs(x0 - line.column_left) < line.size


def with_captions(lines: list[Line]) -> list[Line]:
    """Mark the lines that begin a caption, and those it wraps to."""
    marked: list[Line] = []
    for line in lines:
        before = marked[-1] if marked else None
        if line.role == "body" and (
            (_CAPTION.match(line.text) and not (before is not None and _is_wrapped(before, line)))
            or (before is not None and _goes_on_with(before, line))
        ):
            line = structs.replace(line, role="caption")
        marked.append(line)
    return marked


def _is_wrapped(before: Line, line: Line) -> bool:
    """Whether running text wrapped to a line: it looks like the one before, is as close, and that is full and open."""
    if before.role != "body" or (before.page, before.band) != (line.page, line.band) or line.gap_before is None:
        return False
    if (before.size, before.bold, before.italic) != (line.size, line.bold, line.italic):
        return False
    ended = before.text.rstrip(_AFTER_ENDS)[-1:] in _ENDS
    usual = max(0.5 * line.size, before.gap_before or 0.0) + 0.1 * line.size
    return line.gap_before <= usual and _is_full(before, line) and not ended


def _goes_on_with(caption: Line, line: Line) -> bool:
    """Whether a line is the next one of a caption: as close, as large, and the caption's line is full."""
    if caption.role != "caption" or caption.page != line.page or caption.band != line.band or line.gap_before is None:
        return False
    if caption.size != line.size or caption.bold != line.bold or line.gap_before > 0.5 * line.size:
        return False
    return _is_full(caption, line)


def _is_full(before: Line, line: Line) -> bool:
    """Whether the first word of a line would hardly have fitted after the line before it."""
    first = line.words[0].bbox
    return before.bbox[2] + first[2] - first[0] > before.column_right - line.size
