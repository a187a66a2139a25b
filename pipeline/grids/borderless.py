"""Tables without lines: rows of words that stand in the same columns."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import mean

from msgspec import Struct

from pipeline.grids.cells import FIGURE, FIGURE_GAP, around, in_order, numbered, rows_of
from pipeline.grids.ruled import THIN, WIDEST_PADDING
from pipeline.records import Bbox, Table, Word

_MOST_WORDS = 6_000
_GAP = 1.0
"""White space between two columns, in sizes of the text, at the least; between words it is about 0.3."""
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
Column = tuple[float, float]


def borderless_tables(words: Sequence[Word], rulings: Sequence[Bbox]) -> list[Table]:
    """The tables that words make by standing in columns; `rulings` may part their rows."""
    if len(words) > _MOST_WORDS:
        return []
    found: list[Table] = []
    block: list[_Row] = []
    columns: list[Column] = []
    for row in map(_segments, rows_of(words)):
        wider = _columns([*columns, *((segment.x0, segment.x1) for segment in row)])
        if block and (len(wider) < 2 or not _follows(block[-1], row) or _is_caption(row)):
            found += _tables_in(block, rulings)
            block = []
        if block:
            block.append(row)
            columns = wider
        elif len(row) >= 2 and not _is_caption(row):
            block = [row]
            columns = _columns((segment.x0, segment.x1) for segment in row)
    return found + _tables_in(block, rulings)


def _segments(row: Sequence[Word]) -> _Row:
    """A row cut at its wide gaps; a bullet or list number stays with the text that it leads."""
    segments: list[list[Word]] = [[row[0]]]
    for before, word in pairwise(row):
        if _is_wide(before, word) and not (before is row[0] and _BULLET.fullmatch(before.text)):
            segments.append([])
        segments[-1].append(word)
    return tuple(_Segment(tuple(segment)) for segment in segments)


def _is_wide(before: Word, word: Word) -> bool:
    """Whether the gap between two words parts cells; before a figure a smaller one does."""
    gap = word.bbox[0] - before.bbox[2]
    if gap <= FIGURE_GAP * word.size:
        return False
    size = max(before.size, word.size)
    return gap > _GAP * size or (gap > FIGURE_GAP * size and FIGURE.fullmatch(word.text) is not None)


def _is_caption(row: _Row) -> bool:
    return _CAPTION.match(" ".join(word.text for word in row[0].words[:3])) is not None


def _follows(before: _Row, row: _Row) -> bool:
    """Whether a row stands closely below another."""
    above, below = before[0].words[0], row[0].words[0]
    return below.bbox[3] - above.bbox[3] <= _ROW_GAP * max(above.size, below.size)


def _columns(spans: Iterable[Column]) -> list[Column]:
    """Where columns begin and end: what is left when spans that share some x are made one."""
    merged: list[Column] = []
    for x0, x1 in sorted(spans):
        if merged and x0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _tables_in(block: Sequence[_Row], rulings: Sequence[Bbox]) -> list[Table]:
    """The block as a table, or nothing when it is something else; a heading right below a table is no part of it."""
    while block and len(block[-1]) < 2 and not _is_wrapped_end(block):
        block = block[:-1]
    columns = _columns((segment.x0, segment.x1) for row in block for segment in row)
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
    table = numbered({place: (around([word.bbox for word in held]), held) for place, held in placed.items()})
    return [table] if table is not None else []


_Cells = dict[int, list[Word]]
"""The words of one line or row of a table, by column."""


def _by_column(row: _Row, columns: Sequence[Column]) -> _Cells:
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
        if min(box[2], right) - max(box[0], left) > min(2 * WIDEST_PADDING, (right - left) / 2)
        for edge in ((box[1], box[3]) if box[3] - box[1] > THIN else ((box[1] + box[3]) / 2,))
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
        figures = [line[at] for line in group if at in line and FIGURE.fullmatch(in_order(line[at]))]
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
    return sum(bool(FIGURE.fullmatch(text)) for text in texts) >= _FIGURES_SHARE * len(texts)


def _ascend(texts: Sequence[str]) -> bool:
    numbers = [int(text) for text in texts if text.isdecimal()]
    return len(numbers) > 2 and numbers == sorted(numbers)
