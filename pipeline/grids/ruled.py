"""Tables drawn with lines and boxes: their cells, and what stands in them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from pipeline.grids.cells import FIGURE_GAP, SNAP, around, holds, numbered, rows_of
from pipeline.records import Bbox, Table, Word

THIN = 3.0
_BAND = 16.0
_MOST_BANDS = 64
_CLEAR_OF_EDGE = 1.5
WIDEST_PADDING = 12.0
"""White space between the side of a cell and its text, in points, at the most."""
MOST_RULINGS = 4_000
_MOST_CROSSINGS = 1_500
_MOST_PAIRS = 60_000
_FILLED_SHARE = 0.3
_SMALLEST_CELL = 6.5
"""Points between two lines that are two lines, not one drawn double."""
_Edge = dict[str, Any]


def without_shades(rulings: Sequence[Bbox]) -> list[Bbox]:
    """The drawn boxes without those behind the lines of a cell: a little narrower than the cell, on both sides."""
    bands: defaultdict[int, list[Bbox]] = defaultdict(list)
    for box in rulings:
        if box[3] - box[1] > THIN:
            for band in range(int(box[1] // _BAND), min(int(box[3] // _BAND), int(box[1] // _BAND) + _MOST_BANDS) + 1):
                bands[band].append(box)
    return [box for box in rulings if not any(_shades(box, cell) for cell in bands[int(box[1] // _BAND)])]


def _shades(box: Bbox, cell: Bbox) -> bool:
    left, right = box[0] - cell[0], cell[2] - box[2]
    if not (_CLEAR_OF_EDGE < left < WIDEST_PADDING and _CLEAR_OF_EDGE < right < WIDEST_PADDING):
        return False
    return box[3] - box[1] > THIN and cell[1] - 1 <= box[1] and box[3] <= cell[3] + 1


def ruled_cells(rulings: Sequence[Bbox]) -> list[list[Bbox]]:
    """The boxes of the cells of each ruled grid."""
    edges = _merged([edge for box in rulings for edge in _edges(box)])
    upright = sum(edge["orientation"] == "v" for edge in edges)
    if upright < 2 or len(edges) - upright < 2 or upright * (len(edges) - upright) > _MOST_PAIRS:
        return []
    crossings = edges_to_intersections(_merged([*edges, *_sides(edges)]), SNAP, SNAP)
    if not 6 <= len(crossings) <= _MOST_CROSSINGS:
        return []
    return [list(cells) for cells in cells_to_tables(intersections_to_cells(crossings))]


def _merged(edges: list[_Edge]) -> list[_Edge]:
    """Edges with those that nearly coincide made one, and those that touch end to end."""
    return list(merge_edges(edges, SNAP, SNAP, SNAP, SNAP))


def _sides(edges: Sequence[_Edge]) -> list[_Edge]:
    """The upright edges that a table drawn without its outer sides lacks: where its horizontal lines end."""
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    level = sorted((edge for edge in edges if edge["orientation"] == "h"), key=lambda edge: float(edge["top"]))
    sides = []
    for at, above in enumerate(level):
        for end in ("x0", "x1"):
            below = next((edge for edge in level[at + 1 :] if abs(edge[end] - above[end]) <= SNAP), None)
            if below is not None and any(_joins(edge, above, below) for edge in upright):
                sides.append(_edge(above[end], above["top"], above[end], below["top"], "v"))
    return sides


def _joins(edge: _Edge, above: _Edge, below: _Edge) -> bool:
    """Whether an upright edge leads from one horizontal edge to the other."""
    return bool(
        above["x0"] - SNAP <= edge["x0"] <= above["x1"] + SNAP
        and edge["top"] <= above["top"] + SNAP
        and edge["bottom"] >= below["top"] - SNAP
    )


def _edges(box: Bbox) -> list[_Edge]:
    """A drawn box as pdfplumber's edges: one for a thin line, four for a frame."""
    x0, top, x1, bottom = box
    middle_x, middle_y = (x0 + x1) / 2, (top + bottom) / 2
    if bottom - top <= THIN:
        return [_edge(x0, middle_y, x1, middle_y, "h")] if x1 - x0 > THIN else []
    if x1 - x0 <= THIN:
        return [_edge(middle_x, top, middle_x, bottom, "v")]
    return [
        _edge(x0, top, x1, top, "h"),
        _edge(x0, bottom, x1, bottom, "h"),
        _edge(x0, top, x0, bottom, "v"),
        _edge(x1, top, x1, bottom, "v"),
    ]


def _edge(x0: float, top: float, x1: float, bottom: float, orientation: str) -> _Edge:
    return {
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
        "orientation": orientation,
    }


def table_of(boxes: Sequence[Bbox], words: Sequence[Word]) -> Table | None:
    """The table that these boxes make; None when they are a chart, a frame, or one row or column."""
    boxes = [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) >= _SMALLEST_CELL]
    if not boxes:
        return None
    whole = around(boxes)
    inside = [word for word in words if holds(whole, word)]
    filled = [(box, held) for box in boxes if (held := [word for word in inside if holds(box, word)])]
    if len(filled) < max(_FILLED_SHARE * len(boxes), 4):
        return None
    tops, lefts = _positions(box[1] for box in boxes), _positions(box[0] for box in boxes)
    filled = [part for box, held in filled for part in _parts(box, held, lefts)]
    columns = _shared_columns([(_place(tops, box[1]), _place(lefts, box[0])) for box, _ in filled], lefts)
    return numbered({(_place(tops, box[1]), columns[_place(lefts, box[0])]): (box, held) for box, held in filled})


def _shared_columns(places: Sequence[tuple[int, int]], lefts: Sequence[float]) -> list[int]:
    """For each left side its column: sides a padding apart are one column where no row has a cell at both."""
    rows: defaultdict[int, set[int]] = defaultdict(set)
    columns = [0]
    for row, at in places:
        rows[at].add(row)
    taken = set(rows[0])
    for at in range(1, len(lefts)):
        same = lefts[at] - lefts[at - 1] < WIDEST_PADDING and not taken & rows[at]
        taken = taken | rows[at] if same else set(rows[at])
        columns.append(columns[-1] if same else at)
    return columns


def _parts(box: Bbox, held: list[Word], lefts: Sequence[float]) -> list[tuple[Bbox, list[Word]]]:
    """A cell cut at the columns that other rows show, where all its lines have a wide gap there; else the cell."""
    starts = [box[0], *(left for left in lefts if box[0] + SNAP < left < box[2] - SNAP)]
    if len(starts) == 1:
        return [(box, held)]
    parts: list[list[Word]] = [[] for _ in starts]
    for row in rows_of(held):
        before: tuple[int, Word] | None = None
        for word in row:
            at = max(i for i, start in enumerate(starts) if i == 0 or start <= word.bbox[0] + 1)
            if at + 1 < len(starts) and word.bbox[2] > starts[at + 1] + 1:
                return [(box, held)]
            if before is not None and at != before[0] and word.bbox[0] - before[1].bbox[2] < FIGURE_GAP * word.size:
                return [(box, held)]
            before = at, word
            parts[at].append(word)
    if sum(map(bool, parts)) < 2:
        return [(box, held)]
    ends = [*starts[1:], box[2]]
    return [((start, box[1], end, box[3]), part) for start, end, part in zip(starts, ends, parts, strict=True) if part]


def _positions(values: Iterable[float]) -> list[float]:
    """Distinct positions, those within the tolerance of each other counted once."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SNAP:
            found.append(value)
    return found


def _place(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda at: abs(positions[at] - value))
