"""Tables on a page: which there are, their cells, and whether one goes on from the page before.

Two kinds are found, in this order of trust.

- *Ruled*: the lines and boxes drawn on the page cross each other in at least two rows and two columns of cells, found
  with pdfplumber's own geometry. The lines come with the page, whichever engine read it: nothing is parsed twice.
- *Borderless*: at least three rows in a row whose words stand in the same columns, with a clear gap between the columns
  over all rows. What looks like that but is running text is refused: columns of prose, lists with their labels, tables
  of contents. Two columns are only taken for a table when the second holds figures.

A chart is not a table: its grid holds hardly any words. Empty cells are left out; the numbers of the others show the
gap.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import mean
from typing import Any

from msgspec import Struct, structs
from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from pipeline.records import Bbox, Cell, Page, Table, Word

_THIN = 3.0
_SNAP = 3.0
_BAND = 16.0
_MOST_BANDS = 64
_CLEAR_OF_EDGE = 1.5
_WIDEST_PADDING = 12.0
"""White space between the side of a cell and its text, in points, at the most."""
_MOST_RULINGS = 4_000
_MOST_CROSSINGS = 1_500
_MOST_PAIRS = 60_000
_MOST_WORDS = 6_000
_FILLED_SHARE = 0.3
_SMALLEST_CELL = 6.5
"""Points between two lines that are two lines, not one drawn double."""
_GAP = 1.0
"""White space between two columns, in sizes of the text, at the least; between words it is about 0.3."""
_FIGURE_GAP = 0.7
"""The same before a figure, which is often set to the right of its column."""
_ROW_GAP = 2.5
"""White space between the baselines of two rows of a borderless table, in sizes of the text, at the most."""
_FEWEST_ROWS = 3
_WRAPPED = 1.08
"""Lines of one cell are at most so many times as far apart as the closest lines of the table."""
_CLOSE_LINES = 1.6
"""And at most so many sizes of their text."""
_LEVEL = 1.5
_LEVEL_SHARE = 0.3
_OWN_ROW = 1.15
"""Rows of a table are at least so many times as far apart as the lines of one cell."""
_PROSE_WORDS = 4.0
_LONGEST_CELL = 14
_FULL_ROWS = 0.5
_FIGURES_SHARE = 0.6
_EDGE_TOLERANCE = 4.0
_PAGE_EDGE = 0.25

_FIGURE = re.compile(r"[^\w\s]{0,3}\d[\d\s.,'’%–/-]{0,30}\S{0,4}|[-–—]|n/?a|nil", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LABEL = re.compile(r"[^\w\s]{1,2}|[([]?[\dA-Za-z]{1,4}[.)\]]{0,2}|[([]?\d{1,2}(?:\.\d{1,2}){1,3}[.)\]]?")
_BULLET = re.compile(r"[^\w\s$€£¥%]|o|[([]?(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]{1,2}|\d{1,2}(?:\.\d{1,2}){1,3}\.?")
_CAPTION = re.compile(r"(?:annex )?(?:table|figure|fig|chart|graph|map|photo|box)\.?\s?\d", re.IGNORECASE)
_PAGE_REFERENCE = re.compile(r"\d{1,4}|[ivxlc]{1,7}")


class _Segment(Struct, frozen=True):
    """Words of one row with no wide gap between them."""

    words: tuple[Word, ...]

    @property
    def x0(self) -> float:
        return self.words[0].bbox[0]

    @property
    def x1(self) -> float:
        return max(word.bbox[2] for word in self.words)


_Row = tuple[_Segment, ...]
_Edge = dict[str, Any]
_Column = tuple[float, float]


def find_tables(page: Page) -> tuple[Table, ...]:
    """The tables of a page, from top to bottom."""
    rulings = _without_shades(page.rulings) if len(page.rulings) <= _MOST_RULINGS else []
    ruled = [table for cells in _ruled(rulings) if (table := _table(cells, page.words)) is not None]
    free = [word for word in page.words if not any(_holds(table.bbox, word) for table in ruled)]
    return tuple(sorted((*ruled, *_borderless(free, rulings)), key=lambda table: (table.bbox[1], table.bbox[0])))


def continued(before: Page, page: Page) -> Page:
    """The page, with its first table marked where it goes on from the last table of the page before.

    It does when it begins in the uppermost quarter of the page, the other ends in the lowest, nothing but a header or
    footer stands between them, and both have the same columns.
    """
    if not before.tables or not page.tables or page.page_number != before.page_number + 1:
        return page
    last, first = before.tables[-1], page.tables[0]
    if first.bbox[1] > _PAGE_EDGE * page.height or last.bbox[3] < (1 - _PAGE_EDGE) * before.height:
        return page
    if not _same_columns(last, first):
        return page
    return structs.replace(page, tables=(structs.replace(first, continues=True), *page.tables[1:]))


def _same_columns(one: Table, two: Table) -> bool:
    """Whether two tables have as many columns, each begins or ends at the same place, and drawn ones are as wide."""
    ones, twos = _column_sides(one), _column_sides(two)
    if _is_drawn(one) and _is_drawn(two) and abs(one.bbox[2] - two.bbox[2]) > _EDGE_TOLERANCE:
        return False
    return ones.keys() == twos.keys() and all(
        min(abs(ones[at][side] - twos[at][side]) for side in (0, 1)) <= _EDGE_TOLERANCE for at in ones
    )


def _is_drawn(table: Table) -> bool:
    """Whether cells are as wide as the lines drawn around them: those of one column are as wide as each other."""
    places: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for cell in table.cells:
        places[cell.column].add((round(cell.bbox[0]), round(cell.bbox[2])))
    return sum(map(len, places.values())) < 2 * len(places)


def _column_sides(table: Table) -> dict[int, _Column]:
    """Where each column begins and ends, by the cells that are no wider than the column."""
    boxes: defaultdict[int, list[Bbox]] = defaultdict(list)
    for cell in table.cells:
        boxes[cell.column].append(cell.bbox)
    starts = {at: min(box[0] for box in held) for at, held in boxes.items()}
    sides = {}
    for at, held in boxes.items():
        following = starts.get(at + 1)
        own = [box[2] for box in held if following is None or box[2] <= following + _EDGE_TOLERANCE]
        sides[at] = starts[at], max(own or [box[2] for box in held])
    return sides


def _without_shades(rulings: Sequence[Bbox]) -> list[Bbox]:
    """The drawn boxes without those behind the lines of a cell: a little narrower than the cell, on both sides."""
    bands: defaultdict[int, list[Bbox]] = defaultdict(list)
    for box in rulings:
        if box[3] - box[1] > _THIN:
            for band in range(int(box[1] // _BAND), min(int(box[3] // _BAND), int(box[1] // _BAND) + _MOST_BANDS) + 1):
                bands[band].append(box)
    return [box for box in rulings if not any(_shades(box, cell) for cell in bands[int(box[1] // _BAND)])]


def _shades(box: Bbox, cell: Bbox) -> bool:
    left, right = box[0] - cell[0], cell[2] - box[2]
    if not (_CLEAR_OF_EDGE < left < _WIDEST_PADDING and _CLEAR_OF_EDGE < right < _WIDEST_PADDING):
        return False
    return box[3] - box[1] > _THIN and cell[1] - 1 <= box[1] and box[3] <= cell[3] + 1


def _ruled(rulings: Sequence[Bbox]) -> list[list[Bbox]]:
    """The boxes of the cells of each ruled grid."""
    edges = _merged([edge for box in rulings for edge in _edges(box)])
    upright = sum(edge["orientation"] == "v" for edge in edges)
    if upright < 2 or len(edges) - upright < 2 or upright * (len(edges) - upright) > _MOST_PAIRS:
        return []
    crossings = edges_to_intersections(_merged([*edges, *_sides(edges)]), _SNAP, _SNAP)
    if not 6 <= len(crossings) <= _MOST_CROSSINGS:
        return []
    return [list(cells) for cells in cells_to_tables(intersections_to_cells(crossings))]


def _merged(edges: list[_Edge]) -> list[_Edge]:
    """Edges with those that nearly coincide made one, and those that touch end to end."""
    return list(merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP))


def _sides(edges: Sequence[_Edge]) -> list[_Edge]:
    """The upright edges that a table drawn without its outer sides lacks: where its horizontal lines end."""
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    level = sorted((edge for edge in edges if edge["orientation"] == "h"), key=lambda edge: float(edge["top"]))
    sides = []
    for at, above in enumerate(level):
        for end in ("x0", "x1"):
            below = next((edge for edge in level[at + 1 :] if abs(edge[end] - above[end]) <= _SNAP), None)
            if below is not None and any(_joins(edge, above, below) for edge in upright):
                sides.append(_edge(above[end], above["top"], above[end], below["top"], "v"))
    return sides


def _joins(edge: _Edge, above: _Edge, below: _Edge) -> bool:
    """Whether an upright edge leads from one horizontal edge to the other."""
    return bool(
        above["x0"] - _SNAP <= edge["x0"] <= above["x1"] + _SNAP
        and edge["top"] <= above["top"] + _SNAP
        and edge["bottom"] >= below["top"] - _SNAP
    )


def _edges(box: Bbox) -> list[_Edge]:
    """A drawn box as pdfplumber's edges: one for a thin line, four for a frame."""
    x0, top, x1, bottom = box
    middle_x, middle_y = (x0 + x1) / 2, (top + bottom) / 2
    if bottom - top <= _THIN:
        return [_edge(x0, middle_y, x1, middle_y, "h")] if x1 - x0 > _THIN else []
    if x1 - x0 <= _THIN:
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


def _holds(box: Bbox, word: Word) -> bool:
    x, y = (word.bbox[0] + word.bbox[2]) / 2, (word.bbox[1] + word.bbox[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _table(boxes: Sequence[Bbox], words: Sequence[Word]) -> Table | None:
    """The table that these boxes make; None when they are a chart, a frame, or one row or column."""
    boxes = [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) >= _SMALLEST_CELL]
    if not boxes:
        return None
    around = _around(boxes)
    inside = [word for word in words if _holds(around, word)]
    filled = [(box, held) for box in boxes if (held := [word for word in inside if _holds(box, word)])]
    if len(filled) < max(_FILLED_SHARE * len(boxes), 4):
        return None
    tops, lefts = _positions(box[1] for box in boxes), _positions(box[0] for box in boxes)
    filled = [part for box, held in filled for part in _parts(box, held, lefts)]
    columns = _shared_columns([(_place(tops, box[1]), _place(lefts, box[0])) for box, _ in filled], lefts)
    return _numbered({(_place(tops, box[1]), columns[_place(lefts, box[0])]): (box, held) for box, held in filled})


def _shared_columns(places: Sequence[tuple[int, int]], lefts: Sequence[float]) -> list[int]:
    """For each left side its column: sides a padding apart are one column where no row has a cell at both."""
    rows: defaultdict[int, set[int]] = defaultdict(set)
    columns = [0]
    for row, at in places:
        rows[at].add(row)
    taken = set(rows[0])
    for at in range(1, len(lefts)):
        same = lefts[at] - lefts[at - 1] < _WIDEST_PADDING and not taken & rows[at]
        taken = taken | rows[at] if same else set(rows[at])
        columns.append(columns[-1] if same else at)
    return columns


def _parts(box: Bbox, held: list[Word], lefts: Sequence[float]) -> list[tuple[Bbox, list[Word]]]:
    """A cell cut at the columns that other rows show, where all its lines have a wide gap there; else the cell."""
    starts = [box[0], *(left for left in lefts if box[0] + _SNAP < left < box[2] - _SNAP)]
    if len(starts) == 1:
        return [(box, held)]
    parts: list[list[Word]] = [[] for _ in starts]
    for row in _rows(held):
        before: tuple[int, Word] | None = None
        for word in row:
            at = max(i for i, start in enumerate(starts) if i == 0 or start <= word.bbox[0] + 1)
            if at + 1 < len(starts) and word.bbox[2] > starts[at + 1] + 1:
                return [(box, held)]
            if before is not None and at != before[0] and word.bbox[0] - before[1].bbox[2] < _FIGURE_GAP * word.size:
                return [(box, held)]
            before = at, word
            parts[at].append(word)
    if sum(map(bool, parts)) < 2:
        return [(box, held)]
    ends = [*starts[1:], box[2]]
    return [((start, box[1], end, box[3]), part) for start, end, part in zip(starts, ends, parts, strict=True) if part]


def _numbered(placed: dict[tuple[int, int], tuple[Bbox, list[Word]]]) -> Table | None:
    """The table with rows and columns that hold nothing closed up; None for a single row or column."""
    rows = {row: number for number, row in enumerate(sorted({row for row, _ in placed}))}
    columns = {column: number for number, column in enumerate(sorted({column for _, column in placed}))}
    if len(rows) < 2 or len(columns) < 2:
        return None
    header = _has_header(placed)
    first = min(row for row, _ in placed)
    cells = tuple(
        Cell(rows[row], columns[column], _in_order(held), header and row == first, box)
        for (row, column), (box, held) in sorted(placed.items())
    )
    return Table(_around([cell.bbox for cell in cells]), cells)


def _has_header(placed: dict[tuple[int, int], tuple[Bbox, list[Word]]]) -> bool:
    """Whether the first row names the columns: bold above what is not, or words above figures."""
    first = min(row for row, _ in placed)
    above = [held for (row, _), (_, held) in placed.items() if row == first]
    below = [held for (row, _), (_, held) in placed.items() if row != first]
    if any(_FIGURE.fullmatch(text) and not _YEAR.fullmatch(text) for text in map(_in_order, above)):
        return False
    if all(word.bold for held in above for word in held):
        return not all(word.bold for held in below for word in held)
    return any(_FIGURE.fullmatch(_in_order(held)) for held in below)


def _positions(values: Iterable[float]) -> list[float]:
    """Distinct positions, those within the tolerance of each other counted once."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return found


def _place(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda at: abs(positions[at] - value))


def _around(boxes: Sequence[Bbox]) -> Bbox:
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def _in_order(words: Sequence[Word]) -> str:
    """The words of a cell, line after line."""
    return " ".join(word.text for row in _rows(words) for word in row)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand beside each other, from top to bottom; each row from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.bbox[1] + word.bbox[3], word.bbox[0])):
        if rows and _beside(rows[-1][-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.bbox[0]) for row in rows]


def _beside(one: Word, two: Word) -> bool:
    shared = min(one.bbox[3], two.bbox[3]) - max(one.bbox[1], two.bbox[1])
    return shared >= 0.5 * min(one.bbox[3] - one.bbox[1], two.bbox[3] - two.bbox[1])


def _borderless(words: Sequence[Word], rulings: Sequence[Bbox]) -> list[Table]:
    if len(words) > _MOST_WORDS:
        return []
    found: list[Table] = []
    block: list[_Row] = []
    columns: list[_Column] = []
    for row in map(_segments, _rows(words)):
        wider = _columns([*columns, *((segment.x0, segment.x1) for segment in row)])
        if block and (len(wider) < 2 or not _follows(block[-1], row) or _is_caption(row)):
            found += _tables_in(block, columns, rulings)
            block = []
        if block:
            block.append(row)
            columns = wider
        elif len(row) >= 2 and not _is_caption(row):
            block = [row]
            columns = _columns((segment.x0, segment.x1) for segment in row)
    return found + _tables_in(block, columns, rulings)


def _segments(row: Sequence[Word]) -> _Row:
    """A row cut at its wide gaps; a bullet or list number stays with the text that it leads."""
    segments: list[list[Word]] = [[row[0]]]
    for before, word in pairwise(row):
        least = _FIGURE_GAP if _FIGURE.fullmatch(word.text) else _GAP
        wide = word.bbox[0] - before.bbox[2] > least * max(before.size, word.size)
        leads = before is row[0] and _BULLET.fullmatch(before.text)
        if wide and not leads:
            segments.append([])
        segments[-1].append(word)
    return tuple(_Segment(tuple(segment)) for segment in segments)


def _is_caption(row: _Row) -> bool:
    return _CAPTION.match(" ".join(word.text for word in row[0].words[:3])) is not None


def _follows(before: _Row, row: _Row) -> bool:
    """Whether a row stands closely below another."""
    above, below = before[0].words[0], row[0].words[0]
    return below.bbox[3] - above.bbox[3] <= _ROW_GAP * max(above.size, below.size)


def _columns(spans: Iterable[_Column]) -> list[_Column]:
    """Where columns begin and end: what is left when spans that share some x are made one."""
    merged: list[_Column] = []
    for x0, x1 in sorted(spans):
        if merged and x0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _tables_in(block: Sequence[_Row], columns: Sequence[_Column], rulings: Sequence[Bbox]) -> list[Table]:
    """The block as a table, or nothing when it is something else."""
    while block and len(block[-1]) < 2 and not _is_wrapped_end(block):
        block = block[:-1]
    if len(columns) < 2 or len(block) < _FEWEST_ROWS:
        return []
    lines = [_by_column(row, columns) for row in block]
    parted = _parted_rows(lines, rulings)
    rows = _made_rows(lines, parted or _sentences(lines))
    full = rows if parted else lines
    if sum(len(row) >= 2 for row in full) < max(_FEWEST_ROWS, _FULL_ROWS * len(full)) or not _are_level(lines):
        return []
    if _is_running_text(
        {(number, at): held for number, row in enumerate(lines) for at, held in row.items()}, len(columns)
    ):
        return []
    placed = {(number, at): held for number, row in enumerate(rows) for at, held in row.items()}
    table = _numbered({place: (_around([word.bbox for word in held]), held) for place, held in placed.items()})
    return [table] if table is not None else []


_Cells = dict[int, list[Word]]
"""The words of one line or row of a table, by column."""


def _by_column(row: _Row, columns: Sequence[_Column]) -> _Cells:
    held: _Cells = {}
    for segment in row:
        at = max(i for i, (start, _) in enumerate(columns) if start <= segment.x0)
        held.setdefault(at, []).extend(segment.words)
    return held


def _is_wrapped_end(block: Sequence[_Row]) -> bool:
    """Whether the last line of a block goes on with a cell of the line before, in the middle of a sentence."""
    return len(block) > 1 and block[-1][0].words[0].text[0].islower() and _step(block[-2], block[-1]) <= _CLOSE_LINES


def _step(above: _Row, below: _Row) -> float:
    """How far apart the baselines of two lines are, in sizes of their text."""
    one, two = above[0].words[0], below[0].words[0]
    return (two.bbox[3] - one.bbox[3]) / max(one.size, two.size, 1.0)


def _are_level(lines: Sequence[_Cells]) -> bool:
    """Whether cells beside each other stand on one baseline often enough; text beside a chart does not."""
    baselines = [[held[0].bbox[3] for held in line.values()] for line in lines if len(line) >= 2]
    level = sum(max(ends) - min(ends) <= _LEVEL for ends in baselines)
    return level >= _LEVEL_SHARE * len(baselines)


def _parted_rows(lines: Sequence[_Cells], rulings: Sequence[Bbox]) -> list[bool]:
    """For each pair of lines, whether a row ends between them; nothing where the page does not show it.

    What parts rows, in order of trust: a line or the edge of a shade drawn between them, white space wider than that
    between the lines of a cell.
    """
    drawn = [_is_parted(above, below, rulings) for above, below in pairwise(lines)]
    steps = [_distance(above, below) for above, below in pairwise(lines)]
    for parted in (drawn if sum(drawn) >= _FEWEST_ROWS - 1 else [], _by_white_space(steps, drawn)):
        if parted and all(map(_is_one_row, _grouped(lines, parted))):
            return parted
    return []


def _sentences(lines: Sequence[_Cells]) -> list[bool]:
    """The same where nothing shows it: a row goes on only in the middle of a sentence."""
    return [_distance(above, below) > _CLOSE_LINES or not _goes_on(above, below) for above, below in pairwise(lines)]


def _made_rows(lines: Sequence[_Cells], parted: Sequence[bool]) -> list[_Cells]:
    return [_made_one(group) for group in _grouped(lines, parted)]


def _is_parted(above: _Cells, below: _Cells, rulings: Sequence[Bbox]) -> bool:
    """Whether a line, or the edge of a box, is drawn across the page between two lines."""
    upper, lower = ([word.bbox for held in line.values() for word in held] for line in (above, below))
    top, bottom = max(_middle(box) for box in upper), min(_middle(box) for box in lower)
    left, right = min(box[0] for box in (*upper, *lower)), max(box[2] for box in (*upper, *lower))
    return any(
        top < edge < bottom
        for box in rulings
        if min(box[2], right) - max(box[0], left) > min(2 * _WIDEST_PADDING, (right - left) / 2)
        for edge in ((box[1], box[3]) if box[3] - box[1] > _THIN else ((box[1] + box[3]) / 2,))
    )


def _middle(box: Bbox) -> float:
    return (box[1] + box[3]) / 2


def _distance(above: _Cells, below: _Cells) -> float:
    """How far apart two lines are, in sizes of their text."""
    one, two = next(iter(above.values()))[0], next(iter(below.values()))[0]
    return (two.bbox[3] - one.bbox[3]) / max(one.size, two.size, 1.0)


def _by_white_space(steps: Sequence[float], drawn: Sequence[bool]) -> list[bool]:
    """Where rows are parted by white space; nothing when all lines are equally far apart."""
    open_steps = [step for step, apart in zip(steps, drawn, strict=True) if not apart]
    if not open_steps:
        return []
    close = min(open_steps)
    parted = [apart or step > _WRAPPED * close for step, apart in zip(steps, drawn, strict=True)]
    clear = [step for step in open_steps if step > _WRAPPED * close]
    if close > _CLOSE_LINES or len(clear) < 2 or min(clear) < _OWN_ROW * close:
        return []
    return parted


def _grouped(lines: Sequence[_Cells], parted: Sequence[bool]) -> list[list[_Cells]]:
    groups = [[lines[0]]]
    for line, apart in zip(lines[1:], parted, strict=True):
        if apart:
            groups.append([])
        groups[-1].append(line)
    return groups


def _is_one_row(group: Sequence[_Cells]) -> bool:
    """Whether lines can be one row: a cell of figures has one line, and not all cells have as many lines as the row."""
    if len(group) == 1:
        return True
    columns = {at for line in group for at in line}
    for at in columns:
        figures = [line[at] for line in group if at in line and _FIGURE.fullmatch(_in_order(line[at]))]
        if len(figures) > 1:
            return False
    return len(columns) == 1 or any(any(at not in line for line in group) for at in columns)


def _goes_on(above: _Cells, below: _Cells) -> bool:
    """Whether a line of a single cell goes on with that cell of the line above, in the middle of a sentence."""
    if len(below) != 1 or len(above) < 2:
        return False
    ((at, held),) = below.items()
    return at in above and held[0].text[0].islower()


def _made_one(group: Sequence[_Cells]) -> _Cells:
    row: _Cells = {}
    for line in group:
        for at, held in line.items():
            row.setdefault(at, []).extend(held)
    return dict(sorted(row.items()))


def _is_running_text(placed: dict[tuple[int, int], list[Word]], columns: int) -> bool:
    """Whether the columns are prose, a list with its labels, a table of contents, or names beside text."""
    lengths = [len(held) for held in placed.values()]
    if max(lengths) > _LONGEST_CELL:
        return True
    texts = [
        [" ".join(word.text for word in held) for (_, column), held in sorted(placed.items()) if column == number]
        for number in range(columns)
    ]
    figures = [_are_figures(column) for column in texts]
    if not any(figures[1:]):
        return columns == 2 or mean(lengths) > _PROSE_WORDS
    if columns == 2:
        labels = all(_LABEL.fullmatch(text) for text in texts[0]) and not figures[1]
        return labels or (all(_PAGE_REFERENCE.fullmatch(text) for text in texts[1]) and _ascend(texts[1]))
    return False


def _are_figures(texts: Sequence[str]) -> bool:
    return sum(bool(_FIGURE.fullmatch(text)) for text in texts) >= _FIGURES_SHARE * len(texts)


def _ascend(texts: Sequence[str]) -> bool:
    numbers = [int(text) for text in texts if text.isdecimal()]
    return len(numbers) > 2 and numbers == sorted(numbers)
