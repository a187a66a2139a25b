"""Text in frames: cells as wide as their table hold running text and headings, not tabular data.

Word processors are used to draw boxes around whole reports; what stands in them is read like the rest of the page.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec import structs

from pipeline.layout import Line
from pipeline.records import Bbox, Page, Table

_WIDE = 0.7
"""The part of the table's width from which the only cell of a row is a frame."""


def unframe(lines: Sequence[Line], pages: Sequence[Page]) -> tuple[Line, ...]:
    """Lines in frames as lines of the body, the others as they are."""
    frames = {
        (page.page_number, index): boxes
        for page in pages
        for index, table in enumerate(page.tables)
        if (boxes := _frames(table))
    }
    if not frames:
        return tuple(lines)
    return tuple(
        structs.replace(line, role="body", table=None)
        if line.role == "table" and line.table is not None and _is_inside(line, frames.get((line.page, line.table), ()))
        else line
        for line in lines
    )


def _frames(table: Table) -> tuple[Bbox, ...]:
    width = table.bbox[2] - table.bbox[0]
    in_row = Counter(cell.row for cell in table.cells if cell.text.strip())
    return tuple(
        cell.bbox
        for cell in table.cells
        if in_row[cell.row] == 1 and cell.text.strip() and cell.bbox[2] - cell.bbox[0] >= _WIDE * width
    )


def _is_inside(line: Line, boxes: Sequence[Bbox]) -> bool:
    x, y = (line.bbox[0] + line.bbox[2]) / 2, (line.bbox[1] + line.bbox[3]) / 2
    return any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)
