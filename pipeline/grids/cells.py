"""The words of cells, and the table that cells make."""

import re
from collections.abc import Sequence

from pipeline.records import Bbox, Cell, Table, Word

SNAP = 3.0
FIGURE_GAP = 0.7
"""The same before a figure, which is often set to the right of its column."""
FIGURE = re.compile(r"[^\w\s]{0,3}\d[\d\s.,'’%–/-]{0,30}\S{0,4}|[-–—]|n/?a|nil", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


def holds(box: Bbox, word: Word) -> bool:
    """Whether the middle of a word lies in a box."""
    x, y = (word.bbox[0] + word.bbox[2]) / 2, (word.bbox[1] + word.bbox[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def numbered(placed: dict[tuple[int, int], tuple[Bbox, list[Word]]]) -> Table | None:
    """The table with rows and columns that hold nothing closed up; None for a single row or column."""
    rows = {row: number for number, row in enumerate(sorted({row for row, _ in placed}))}
    columns = {column: number for number, column in enumerate(sorted({column for _, column in placed}))}
    if len(rows) < 2 or len(columns) < 2:
        return None
    header = _has_header(placed)
    first = min(row for row, _ in placed)
    cells = tuple(
        Cell(rows[row], columns[column], in_order(held), header and row == first, box)
        for (row, column), (box, held) in sorted(placed.items())
    )
    return Table(around([cell.bbox for cell in cells]), cells)


def _has_header(placed: dict[tuple[int, int], tuple[Bbox, list[Word]]]) -> bool:
    """Whether the first row names the columns: bold above what is not, or words above figures."""
    first = min(row for row, _ in placed)
    above = [held for (row, _), (_, held) in placed.items() if row == first]
    below = [held for (row, _), (_, held) in placed.items() if row != first]
    if any(FIGURE.fullmatch(text) and not _YEAR.fullmatch(text) for text in map(in_order, above)):
        return False
    if all(word.bold for held in above for word in held):
        return not all(word.bold for held in below for word in held)
    return any(FIGURE.fullmatch(in_order(held)) for held in below)


def around(boxes: Sequence[Bbox]) -> Bbox:
    """The smallest box around some boxes, of which there is at least one."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def in_order(words: Sequence[Word]) -> str:
    """The words of a cell, line after line."""
    return " ".join(word.text for row in rows_of(words) for word in row)


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand beside each other, from top to bottom; each row from left to right."""
    rows: list[list[Word]] = []
    before: Bbox | None = None
    for word in sorted(words, key=lambda word: (word.bbox[1] + word.bbox[3], word.bbox[0])):
        if before is not None and _beside(before, word.bbox):
            rows[-1].append(word)
        else:
            rows.append([word])
        before = word.bbox
    return [sorted(row, key=lambda word: word.bbox[0]) for row in rows]


def _beside(one: Bbox, two: Bbox) -> bool:
    """Whether two boxes share half of the height of the less high one."""
    _, top, _, bottom = one
    _, other_top, _, other_bottom = two
    shared = (bottom if bottom < other_bottom else other_bottom) - (top if top > other_top else other_top)
    return shared >= 0.5 * min(bottom - top, other_bottom - other_top)
