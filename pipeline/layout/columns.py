"""A page cut into stretches of columns: by its tables first, then by the gutters between prose."""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct, structs

from pipeline.layout.lines import Region
from pipeline.layout.runs import Run, around, follows, middle, runs_of, shared
from pipeline.records import Bbox, Cell, Page, Table, Word

_LABEL = re.compile(r"\W{0,2}(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxlIVXL]{1,6})?\W{0,2}")
_LONGEST_LABEL = 23
_SHORTEST_TURNED = 3
_FRAME = 0.95
_NARROWEST_GUTTER = 7.0
_WIDE_GUTTER = 40.0
_MOST_SEGMENTS = 3000
_FEWEST_ASIDES = 3
_NARROWEST_ASIDE = 20.0
_LEVEL = 1.0
_MOST_STARTS = 40
_FEWEST_ROWS = 4


def regions_of(page: Page) -> list[Region]:
    """The page cut into stretches of columns, in reading order."""
    # A word of some length that is higher than it is wide does not read from left to right.
    turned = [
        word
        for word in page.words
        if (box := word.bbox)[3] - box[1] >= 2 * (box[2] - box[0]) and len(word.text) >= _SHORTEST_TURNED
    ]
    free: Sequence[Word] = page.words
    if turned:
        aside = set(map(id, turned))
        free = [word for word in page.words if id(word) not in aside]
    if not page.tables:
        regions = _columns(runs_of(free))
    else:
        free, inside = _apart(free, [table.bbox for table in page.tables])
        places = [_place_of(page.tables[at], at) for at in sorted(inside)]
        regions = [part for region in _columns(runs_of(free) + places) for part in _with_tables(region, page, inside)]
    if turned:
        regions.append(Region(tuple(runs_of(turned)), role="side"))
    return regions


def _apart(words: Sequence[Word], tables: Sequence[Bbox]) -> tuple[list[Word], dict[int, list[Word]]]:
    """Words outside of all tables, and those whose middle the first table to do so holds, by its index."""
    free: list[Word] = []
    inside: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        left, over, right, under = word.bbox
        x, y = (left + right) / 2, (over + under) / 2
        for index, (x0, top, x1, bottom) in enumerate(tables):
            if top <= y <= bottom and x0 <= x <= x1:
                inside[index].append(word)
                break
        else:
            free.append(word)
    return free, inside


def _place_of(table: Table, index: int) -> Run:
    """A run that holds the place of a table while columns are looked for; its line is below zero."""
    size = table.bbox[3] - table.bbox[1]
    word = Word("", table.bbox, "", size, False, False, -1 - index, 0)
    return Run((word,), table.bbox, size, word.line, False, False)


def _with_tables(region: Region, page: Page, inside: dict[int, list[Word]]) -> list[Region]:
    """A region with its tables in their places: what is above each, its cells, what is below the last."""
    parts: list[Region] = []
    rest = [run for run in region.runs if run.line >= 0]
    for place in sorted((run for run in region.runs if run.line < 0), key=lambda run: run.bbox[1]):
        above = [run for run in rest if middle(run.bbox) / 2 < place.bbox[1]]
        rest = [run for run in rest if middle(run.bbox) / 2 >= place.bbox[1]]
        parts += [structs.replace(region, runs=tuple(above))] if above else []
        at = -1 - place.line
        for cell in _cells(inside[at], page.tables[at], at):
            parts.append(structs.replace(cell, column=cell.column + region.column) if region.column else cell)
    return parts + ([structs.replace(region, runs=tuple(rest))] if rest else [])


def _cells(words: Sequence[Word], table: Table, index: int) -> list[Region]:
    """The cells of a table, row by row; words outside every cell come last.

    A cell as wide as the table is a frame around text, and so are the cells of a table of one row and a wide cell that
    is alone in its row.
    """
    by_cell: dict[tuple[int, int] | None, list[Word]] = defaultdict(list)
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    rows = [list(row) for _, row in itertools.groupby(cells, key=lambda cell: cell.row)]
    spans = [(min(cell.bbox[1] for cell in row), max(cell.bbox[3] for cell in row), row) for row in rows]
    for word in words:
        by_cell[_cell_of(word.bbox, spans)].append(word)
    wide = _FRAME * (table.bbox[2] - table.bbox[0])
    filled = Counter(place[0] for place in by_cell if place is not None)
    single = len(filled) == 1 and not table.continues
    frames = {
        (cell.row, cell.column)
        for cell in cells
        if single or cell.bbox[2] - cell.bbox[0] >= (wide / 2 if filled[cell.row] == 1 else wide)
    }
    order = sorted(by_cell, key=lambda place: (place is None, place or (0, 0)))
    regions: list[Region] = []
    for place in order:
        if place in frames:
            regions += _columns(runs_of(by_cell[place]))
        else:
            regions.append(Region(tuple(runs_of(by_cell[place])), role="table", table=index, cell=place))
    return regions


def _cell_of(box: Bbox, rows: Sequence[tuple[float, float, Sequence[Cell]]]) -> tuple[int, int] | None:
    """The row and column of the first cell that holds the middle of a box; rows come with their top and bottom."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for top, bottom, row in rows:
        if top <= y <= bottom:
            for cell in row:
                held = cell.bbox
                if held[0] <= x <= held[2] and held[1] <= y <= held[3]:
                    return cell.row, cell.column
    return None


def _columns(runs: list[Run]) -> list[Region]:
    """Cut runs into columns where a gutter runs down between two stretches of prose; else keep them together."""
    if not runs:
        return []
    segments = _segments(runs)
    found = _best_gutter(segments)
    if found is None:
        return [Region(tuple(runs))]
    x, top, bottom = found
    above = [s for s in segments if s.bbox[3] <= top]
    below = [s for s in segments if s.bbox[1] >= bottom]
    band = [s for s in segments if s.bbox[3] > top and s.bbox[1] < bottom]
    left, right = [s for s in band if s.bbox[0] < x], [s for s in band if s.bbox[0] >= x]
    regions = _columns(_runs(above))
    regions += _columns(_runs(left))
    column = max((region.column for region in regions), default=0) + 1
    aside = not _is_prose(right) and _characters(right) < _characters(left)
    for region in [Region(tuple(_runs(right)), role="side")] if aside else _columns(_runs(right)):
        regions.append(structs.replace(region, column=region.column + column))
    return regions + _columns(_runs(below))


class _Segment(Struct, frozen=True):
    """Runs next to each other on one line of the engine, without a wide gap."""

    runs: list[Run]
    bbox: Bbox

    @property
    def text(self) -> str:
        """The characters of its words."""
        return "".join([word.text for run in self.runs for word in run.words])


def _runs(segments: Sequence[_Segment]) -> list[Run]:
    return [run for segment in segments for run in segment.runs]


def _segments(runs: Sequence[Run]) -> list[_Segment]:
    groups: list[list[Run]] = []
    for run in runs:
        if groups and follows(groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [
        _Segment(group, group[0].bbox if len(group) == 1 else around([run.bbox for run in group])) for group in groups
    ]


def _best_gutter(segments: Sequence[_Segment]) -> tuple[float, float, float] | None:
    """The gutter that parts the most text: its x, and the top and bottom of the band it runs through."""
    if not 2 * _FEWEST_ROWS <= len(segments) <= _MOST_SEGMENTS:
        return None
    placed = sorted([s for s in segments if s.bbox[2] > s.bbox[0]], key=_height)
    gutters = _possible_gutters(segments, placed)
    if not gutters:
        return None
    heights = [_height(segment) for segment in placed]
    spans = sorted([(s.bbox[1], s.bbox[3], s.bbox[0], s.bbox[2]) for s in placed])
    best: tuple[float, Sequence[_Segment]] | None = None
    most = 0
    for x, reach in gutters:
        across = [(top, bottom) for top, bottom, x0, x1 in spans if x0 < x and x1 > reach]
        if len(placed) - len(across) < 2 * _FEWEST_ROWS:
            continue
        for band in _clear_bands(placed, heights, across):
            weight = _parted(band, x, most)
            if weight > most:
                best, most = (x, band), weight
    if best is None:
        return None
    x, band = best
    return x, min(s.bbox[1] for s in band) - 0.01, max(s.bbox[3] for s in band) + 0.01


def _possible_gutters(segments: Sequence[_Segment], placed: Sequence[_Segment]) -> list[tuple[float, float]]:
    """Where gutters may end and begin: left of what several segments begin with, with enough on either side."""
    starts: Counter[int] = Counter([round(segment.bbox[0]) for segment in segments])
    lefts, rights = sorted([s.bbox[0] for s in placed]), sorted([s.bbox[2] for s in placed])
    found = []
    for start in sorted([start for start, _ in starts.most_common(_MOST_STARTS)]):
        common = starts[start - 1] + starts[start] + starts[start + 1] >= _FEWEST_ROWS
        x = start - 1.5
        reach = x - (_NARROWEST_GUTTER if common else _WIDE_GUTTER)
        if bisect_right(rights, reach) >= _FEWEST_ROWS and len(lefts) - bisect_left(lefts, x) >= _FEWEST_ASIDES:
            found.append((x, reach))
    return found


def _height(segment: _Segment) -> float:
    """The height, from the top of the page, of the middle of a segment."""
    return (segment.bbox[1] + segment.bbox[3]) / 2


def _clear_bands(
    placed: Sequence[_Segment], heights: Sequence[float], across: Sequence[tuple[float, float]]
) -> list[Sequence[_Segment]]:
    """The stretches of the page that a gutter can run down, between the segments `across` it, which come by their tops.

    Segments come from top to bottom, by the heights of their middles.
    """
    bands = []
    begins, clear_from = 0, float("-inf")
    for top, bottom in across:
        if top >= clear_from:
            bands.append(placed[begins : bisect_right(heights, top, begins)])
        if bottom > clear_from:
            clear_from = bottom
            begins = bisect_left(heights, bottom, begins)
    bands.append(placed[begins:])
    return [band for band in bands if len(band) >= 2 * _FEWEST_ROWS]


def _parted(band: Sequence[_Segment], x: float, most: int) -> int:
    """How much text a gutter at `x` parts, when more than `most`: the characters of the smaller side.

    0 when the left side is not prose, or the right one is neither prose nor set apart from it.
    """
    left = [s for s in band if s.bbox[0] < x]
    right = [s for s in band if s.bbox[0] >= x]
    weight = min(_characters(left), _characters(right))
    if weight <= most or not _is_prose(left) or not (_is_prose(right) or _is_aside(left, right)):
        return 0
    return weight


def _is_aside(prose: Sequence[_Segment], right: Sequence[_Segment]) -> bool:
    """Whether words right of prose are a box or a chart of their own: far from it, and not on its lines."""
    if len(right) < _FEWEST_ASIDES:
        return False
    gutter = min(s.bbox[0] for s in right) - max(s.bbox[2] for s in prose)
    baselines = sorted(s.bbox[3] for s in prose)
    level = 0
    for segment in right:
        at = bisect_right(baselines, segment.bbox[3])
        level += any(abs(baseline - segment.bbox[3]) < _LEVEL for baseline in baselines[max(0, at - 1) : at + 1])
    return gutter >= _NARROWEST_ASIDE and level < 0.5 * len(right)


def _characters(segments: Sequence[_Segment]) -> int:
    return sum([len(segment.text) for segment in segments])


def _is_prose(side: Sequence[_Segment]) -> bool:
    """Whether segments fill their column as running text does: most lines reach most of the way across."""
    rows = [row for row in _side_rows(side) if len(row[1]) > _LONGEST_LABEL or not _LABEL.fullmatch(row[1])]
    if len(rows) < _FEWEST_ROWS:
        return False
    width = max(box[2] for box, _ in rows) - min(box[0] for box, _ in rows)
    full = sum([box[2] - box[0] >= 0.7 * width for box, _ in rows])
    text = "".join([text for _, text in rows])
    if full < 0.5 * len(rows) or len(text) < 14 * len(rows):
        return False
    return sum(map(str.isalpha, text)) >= 0.7 * len(text)


def _side_rows(side: Sequence[_Segment]) -> list[tuple[Bbox, str]]:
    """The lines on one side of a gutter: segments at one height together, as in a line set wide."""
    rows: list[tuple[Bbox, str]] = []
    for segment in sorted(side, key=lambda s: (s.bbox[1] + s.bbox[3], s.bbox[0])):
        if rows and shared((rows[-1][0][1], rows[-1][0][3]), (segment.bbox[1], segment.bbox[3])) > 0.6:
            rows[-1] = around((rows[-1][0], segment.bbox)), rows[-1][1] + segment.text
        else:
            rows.append((segment.bbox, segment.text))
    return rows
