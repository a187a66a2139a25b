"""Pages of words to lines in reading order, each with the part it plays on its page.

Decided from geometry, in this order of trust: tables and frames found on the page, gutters between columns, then the
baseline. The engine's own lines are only a hint: it may cut one visual line in two or join lines of two columns.
A number that hangs far left of its title on one baseline makes one line with it, number first.

Roles are decided for the whole document at once: what returns at one height on many pages is a header or footer.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Literal

from msgspec import Struct, structs

from pipeline.records import Bbox, Page, Table, Word

Role = Literal["body", "header", "footer", "page_number", "footnote", "table", "caption", "side"]

_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_RAISED_SIZE = 0.85
_GLUED = 0.12
"""Words nearer than this, in ems, are one word that was cut at a change of height."""
_SAME_BASELINE = 0.25
_EDGE_LINES = 6
_SAME_DEPTH = 6.0
_LARGE = 1.2
_ENOUGH_PAGES = 0.3
_NOTE_SIZE = 0.92
_NOTE_MARK = re.compile(r"[*†‡]{1,3}|\(?[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3}\)?")
_ALIKE = 20.0
"""Columns of different pages begin alike when their left sides differ by less than about this many points."""
_MARGIN_DEPTH = 0.2
_MARGINS: tuple[Role, Role] = ("header", "footer")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"""(?ix) \W{0,3} (?: (?:page|seite|página|pagina|p\.?) [\s|:]{0,3} )? (?: \d{1,4} | [ivxl]{1,7} )
        (?: \s{0,3} (?: of | sur | von | de | di | / | \| ) \s{0,3} \d{1,4} )?
        (?: \s? \| \s? (?: page | p \s a \s g \s e ) )? \W{0,3} """
)
_CAPTION = re.compile(
    r"(?i)(?:figure|fig\.|table|chart|graph|map|photo|box|annex table)\s{1,3}\d{1,3}[a-z]?\s{0,2}[:.–—-]"
)
_LABEL = re.compile(r"\W{0,2}(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxlIVXL]{1,6})?\W{0,2}")


class Line(Struct, frozen=True):
    """One visual line. `number` counts the lines of a page in reading order from 0, `column` the columns of its band.

    `gap_before` is the white space above the line, in points, up to the line before it in its column; None for the
    first. `column_left` and `column_right` are the sides of the column as the pages of the document show it. `band`
    tells the stretches of column on a page apart that are read one after the other. `table` is the index in
    `Page.tables` of the table the line is part of, `cell` the row and column of its cell.
    """

    page: int
    number: int
    bbox: Bbox
    words: tuple[Word, ...]
    text: str
    size: float
    bold: bool
    italic: bool
    column: int
    column_left: float
    column_right: float
    gap_before: float | None
    role: Role = "body"
    table: int | None = None
    cell: tuple[int, int] | None = None
    band: int = 0


class Layout(Struct, frozen=True):
    """All lines of a document in reading order."""

    lines: tuple[Line, ...]
    body_size: float


class _Region(Struct, frozen=True):
    """A stretch of one column: words that are read from top to bottom together."""

    words: tuple[Word, ...]
    column: int = 0
    role: Role = "body"
    table: int | None = None
    cell: tuple[int, int] | None = None


def lay_out(pages: Sequence[Page]) -> Layout:
    """Put the words of all pages into lines, in reading order, and say what part each line plays."""
    body_size = _body_size(word for page in pages for word in page.words)
    lines: list[Line] = []
    for page in pages:
        lines += _lines_of(page)
    lines = _with_margins(lines, pages, body_size)
    lines = _with_footnotes(lines, pages, body_size)
    return Layout(tuple(_with_sides(_with_captions(lines))), body_size)


def _body_size(words: Iterable[Word]) -> float:
    """The size most characters are set in, to half a point; 10 when there are none."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 10.0


# Words to lines


def _lines_of(page: Page) -> list[Line]:
    lines: list[Line] = []
    for band, region in enumerate(_regions(page)):
        left = min(word.bbox[0] for word in region.words)
        right = max(word.bbox[2] for word in region.words)
        bottom: float | None = None
        for row in _labels_first(_rows(region.words)):
            line = _line(row, page.page_number, len(lines), region, band, (left, right), bottom)
            bottom = line.bbox[3]
            lines.append(line)
    return lines


def _line(
    words: Sequence[Word],
    page: int,
    number: int,
    region: _Region,
    band: int,
    sides: tuple[float, float],
    above: float | None,
) -> Line:
    bbox = around(word.bbox for word in words)
    weight: Counter[float] = Counter()
    for word in words:
        weight[word.size] += len(word.text)
    size = max(weight, key=lambda value: (weight[value], value))
    core = [word for word in words if word.size >= _RAISED_SIZE * size]
    letters = [word for word in core if any(c.isalnum() for c in word.text)] or core
    top = min(word.bbox[1] for word in core)
    return Line(
        page=page,
        number=number,
        bbox=bbox,
        words=tuple(words),
        text="".join(text for text, _ in spelled(words)),
        size=size,
        bold=all(word.bold for word in letters),
        italic=all(word.italic for word in letters),
        column=region.column,
        column_left=sides[0],
        column_right=sides[1],
        gap_before=None if above is None else top - above,
        role=region.role,
        table=region.table,
        cell=region.cell,
        band=band,
    )


def around(boxes: Iterable[Bbox]) -> Bbox:
    """The smallest box around some boxes, of which there is at least one."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def spelled(words: Sequence[Word]) -> list[tuple[str, Word | None]]:
    """The text of a line in parts: each word as it is read, and the space between two, which has no word.

    Raised digits are written as superscripts, so that a footnote mark is never part of a number; raised letters
    (`24th`) are joined to what they stand on.
    """
    parts: list[tuple[str, Word | None]] = []
    base = words[0]
    for index, word in enumerate(words):
        text = word.text
        if index:
            glued = is_glued(words[index - 1], word)
            if not glued:
                parts.append((" ", None))
            if _is_raised(word, base):
                text = text.translate(_SUPERSCRIPTS)
            elif not glued or word.size > base.size:
                base = word
        elif len(words) > 1 and _is_raised(word, words[1]):
            text = text.translate(_SUPERSCRIPTS)
        parts.append((text, word))
    return parts


def is_glued(left: Word, right: Word) -> bool:
    """Whether two words are parts of one that was cut where small raised or lowered characters begin or end."""
    size = max(left.size, right.size)
    gap = right.bbox[0] - left.bbox[2]
    changes = abs(left.bbox[3] - right.bbox[3]) > 0.04 * size or min(left.size, right.size) < _RAISED_SIZE * size
    return -0.3 * size < gap < _GLUED * size and changes


def _is_raised(word: Word, base: Word) -> bool:
    """Whether a word is small and stands high beside its base, as a superscript does."""
    if not word.size < _RAISED_SIZE * base.size or base.bbox[3] - word.bbox[3] < 0.15 * base.size:
        return False
    return word.bbox[1] > base.bbox[1] - 0.5 * base.size and abs(_apart(word, base)) < base.size


def _apart(one: Word, other: Word) -> float:
    """The white space between two words beside each other, in points; below zero when they overlap."""
    return max(one.bbox[0], other.bbox[0]) - min(one.bbox[2], other.bbox[2])


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a baseline, from top to bottom, each row from left to right.

    Small words come last, so that a superscript joins the row it was raised from.
    """
    usual = median(word.size for word in words)
    rows: list[list[Word]] = []
    small = sorted((word for word in words if word.size < 0.75 * usual), key=_middle)
    large = sorted((word for word in words if word.size >= 0.75 * usual), key=_middle)
    for word in large:
        row = next((row for row in reversed(rows[-3:]) if _in_row(word, row)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    smaller: list[list[Word]] = []
    tops = [row[0].bbox[1] for row in rows]
    for word in small:
        at = bisect_right(tops, word.bbox[3])
        row = next((row for row in (*rows[max(0, at - 4) : at], *reversed(smaller[-3:])) if _in_row(word, row)), None)
        if row is None:
            smaller.append([word])
        else:
            row.append(word)
    rows = sorted(rows + smaller, key=lambda row: _middle(row[0]))
    return [sorted(row, key=lambda word: (word.bbox[0], word.bbox[2])) for row in rows]


def _in_row(word: Word, row: Sequence[Word]) -> bool:
    """Whether a word stands on the line that the first word of a row began.

    Far from all its words, only the same baseline counts; next to one, a raised or lowered word belongs to it.
    """
    first = row[0]
    if _shared((first.bbox[1], first.bbox[3]), (word.bbox[1], word.bbox[3])) <= 0.5:
        return False
    size, smaller = max(first.size, word.size), min(first.size, word.size)
    if abs(first.bbox[3] - word.bbox[3]) <= _SAME_BASELINE * smaller and smaller > 0.7 * size:
        return True
    return any(_apart(word, other) < 0.6 * size for other in row)


def _labels_first(rows: list[list[Word]]) -> list[list[Word]]:
    """Move a label that stands beside a block of lines, centred on it, before the block's first line."""
    ordered: list[list[Word]] = []
    boxes = [around(word.bbox for word in row) for row in rows]
    for index, row in enumerate(rows):
        at = len(ordered)
        if 0 < index < len(rows) - 1 and boxes[index][2] < min(boxes[index - 1][0], boxes[index + 1][0]):
            while at > 0 and _is_beside(boxes[index], rows, boxes, at):
                at -= 1
        ordered.insert(at, row)
    return ordered


def _is_beside(label: Bbox, rows: Sequence[Sequence[Word]], boxes: Sequence[Bbox], index: int) -> bool:
    """Whether the lines before and after a place are of one block, to the right of a label."""
    above, below = boxes[index - 1], boxes[index]
    if below == label:
        below = boxes[index + 1]
    size = max(word.size for word in rows[index - 1])
    return above[0] > label[2] and below[1] - above[3] < 0.8 * size


def _middle(word: Word) -> float:
    return word.bbox[1] + word.bbox[3]


def _shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The part of the smaller of two intervals that lies inside the other."""
    smaller = min(one[1] - one[0], other[1] - other[0])
    if smaller <= 0:
        return 0.0
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0])) / smaller


# Regions of a page


def _regions(page: Page) -> list[_Region]:
    """The page cut into stretches of columns, in reading order."""
    words = [word for word in page.words if _is_level(word)]
    turned = [word for word in page.words if not _is_level(word)]
    inside: dict[int, list[Word]] = defaultdict(list)
    free: list[Word] = []
    for word in words:
        at = next((i for i, table in enumerate(page.tables) if _within(word.bbox, table.bbox)), None)
        if at is None:
            free.append(word)
        else:
            inside[at].append(word)
    regions = _around_tables(free, page, inside)
    if turned:
        regions.append(_Region(tuple(turned), role="side"))
    return regions


def _is_level(word: Word) -> bool:
    """Whether a word reads from left to right: a turned one of some length is higher than it is wide."""
    return len(word.text) < 3 or (word.bbox[3] - word.bbox[1]) < 2 * (word.bbox[2] - word.bbox[0])


def _within(inner: Bbox, outer: Bbox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _around_tables(free: list[Word], page: Page, inside: dict[int, list[Word]]) -> list[_Region]:
    """The columns above, between and below the tables of a page, and the tables, cell by cell."""
    regions: list[_Region] = []
    rest = free
    for at in sorted(inside, key=lambda index: page.tables[index].bbox[1]):
        top = page.tables[at].bbox[1]
        regions += _columns([word for word in rest if _middle(word) / 2 < top])
        rest = [word for word in rest if _middle(word) / 2 >= top]
        regions += _cells(inside[at], page.tables[at], at)
    return regions + _columns(rest)


def _cells(words: Sequence[Word], table: Table, index: int) -> list[_Region]:
    """The cells of a table, row by row; words outside every cell come last.

    A cell as wide as the table is a frame around text, and so are the cells of a table of one row and a wide cell that
    is alone in its row.
    """
    by_cell: dict[tuple[int, int] | None, list[Word]] = defaultdict(list)
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    for word in words:
        cell = next((cell for cell in cells if _within(word.bbox, cell.bbox)), None)
        by_cell[None if cell is None else (cell.row, cell.column)].append(word)
    wide = _FRAME * (table.bbox[2] - table.bbox[0])
    filled = Counter(place[0] for place in by_cell if place is not None)
    single = len(filled) == 1 and not table.continues
    frames = {
        (cell.row, cell.column)
        for cell in cells
        if single or cell.bbox[2] - cell.bbox[0] >= (wide / 2 if filled[cell.row] == 1 else wide)
    }
    order = sorted(by_cell, key=lambda place: (place is None, place or (0, 0)))
    regions: list[_Region] = []
    for place in order:
        if place in frames:
            regions += _columns(by_cell[place])
        else:
            regions.append(_Region(tuple(by_cell[place]), role="table", table=index, cell=place))
    return regions


def _columns(words: list[Word]) -> list[_Region]:
    """Cut words into columns where a gutter runs down between two stretches of prose; else keep them together."""
    if not words:
        return []
    segments = _segments(words)
    found = _best_gutter(segments)
    if found is None:
        return [_Region(tuple(words))]
    x, top, bottom = found
    above = [w for s in segments if s.bbox[3] <= top for w in s.words]
    below = [w for s in segments if s.bbox[1] >= bottom for w in s.words]
    band = [s for s in segments if s.bbox[3] > top and s.bbox[1] < bottom]
    left = [w for s in band if s.bbox[0] < x for w in s.words]
    right = [w for s in band if s.bbox[0] >= x for w in s.words]
    regions = _columns(above)
    regions += _columns(left)
    column = max((region.column for region in regions), default=0) + 1
    aside = not _is_prose([s for s in band if s.bbox[0] >= x])
    for region in [_Region(tuple(right), role="side")] if aside else _columns(right):
        regions.append(structs.replace(region, column=region.column + column))
    return regions + _columns(below)


class _Segment(Struct, frozen=True):
    """Words next to each other on one line of the engine, without a wide gap."""

    words: tuple[Word, ...]
    bbox: Bbox


def _segments(words: Sequence[Word]) -> list[_Segment]:
    groups: list[list[Word]] = []
    for word in words:
        before = groups[-1][-1] if groups else None
        gap = word.bbox[0] - before.bbox[2] if before else 0.0
        if (
            before is None
            or before.line != word.line
            or not -0.5 * word.size <= gap <= 1.2 * word.size
            or _shared((before.bbox[1], before.bbox[3]), (word.bbox[1], word.bbox[3])) < 0.5
        ):
            groups.append([])
        groups[-1].append(word)
    return [_Segment(tuple(group), around(word.bbox for word in group)) for group in groups]


_FRAME = 0.95
_NARROWEST_GUTTER = 7.0
_WIDE_GUTTER = 40.0
_MOST_SEGMENTS = 3000
_FEWEST_ASIDES = 3
_NARROWEST_ASIDE = 20.0
_LEVEL = 1.0
_MOST_STARTS = 40
_FEWEST_ROWS = 4


def _best_gutter(segments: Sequence[_Segment]) -> tuple[float, float, float] | None:
    """The gutter that parts the most text: its x, and the top and bottom of the band it runs through."""
    if len(segments) > _MOST_SEGMENTS:
        return None
    starts: Counter[int] = Counter(round(segment.bbox[0]) for segment in segments)
    best: tuple[float, float, float] | None = None
    most = 0.0
    for start in sorted(start for start, _ in starts.most_common(_MOST_STARTS)):
        common = starts[start - 1] + starts[start] + starts[start + 1] >= _FEWEST_ROWS
        x = start - 1.5
        for top, bottom, band in _clear_bands(segments, x, _NARROWEST_GUTTER if common else _WIDE_GUTTER):
            weight = _parted(band, x)
            if weight > most:
                best, most = (x, top, bottom), weight
    return best


def _clear_bands(segments: Sequence[_Segment], x: float, gutter: float) -> list[tuple[float, float, list[_Segment]]]:
    """The stretches of the page in which a gutter as wide as said ends at `x` and nothing crosses it."""
    crossing = sorted((s.bbox[1], s.bbox[3]) for s in segments if s.bbox[0] < x and s.bbox[2] > x - gutter)
    edges = [float("-inf"), *(y for pair in crossing for y in pair), float("inf")]
    bands = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        band = [s for s in segments if top <= (s.bbox[1] + s.bbox[3]) / 2 <= bottom and s.bbox[2] - s.bbox[0] > 0]
        if len(band) >= 2 * _FEWEST_ROWS:
            first, last = min(s.bbox[1] for s in band), max(s.bbox[3] for s in band)
            bands.append((first - 0.01, last + 0.01, band))
    return bands


def _parted(band: Sequence[_Segment], x: float) -> float:
    """How much text a gutter at `x` parts: the characters of the smaller side.

    0 when the left side is not prose, or the right one is neither prose nor set apart from it.
    """
    left = [s for s in band if s.bbox[0] < x]
    right = [s for s in band if s.bbox[0] >= x]
    if not _is_prose(left) or not (_is_prose(right) or _is_aside(left, right)):
        return 0.0
    return float(min(_characters(left), _characters(right)))


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
    return sum(len(word.text) for s in segments for word in s.words)


def _is_prose(side: Sequence[_Segment]) -> bool:
    """Whether segments fill their column as running text does: most lines reach most of the way across."""
    rows = [row for row in _side_rows(side) if not _LABEL.fullmatch(row[1])]
    if len(rows) < _FEWEST_ROWS:
        return False
    width = max(box[2] for box, _ in rows) - min(box[0] for box, _ in rows)
    full = sum(box[2] - box[0] >= 0.7 * width for box, _ in rows)
    text = "".join(text for _, text in rows)
    letters = sum(character.isalpha() for character in text)
    return full >= 0.5 * len(rows) and len(text) >= 14 * len(rows) and letters >= 0.7 * len(text)


def _side_rows(side: Sequence[_Segment]) -> list[tuple[Bbox, str]]:
    """The lines on one side of a gutter: segments at one height together, as in a line set wide."""
    rows: list[tuple[Bbox, str]] = []
    for segment in sorted(side, key=lambda s: (s.bbox[1] + s.bbox[3], s.bbox[0])):
        text = "".join(word.text for word in segment.words)
        if rows and _shared((rows[-1][0][1], rows[-1][0][3]), (segment.bbox[1], segment.bbox[3])) > 0.6:
            rows[-1] = around((rows[-1][0], segment.bbox)), rows[-1][1] + text
        else:
            rows.append((segment.bbox, text))
    return rows


# Headers, footers and page numbers


def _with_margins(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
    """Mark what returns at the top or bottom of pages, and page numbers."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.role in ("body", "side"):
            by_page[line.page].append(index)
    heights = {page.page_number: page.height for page in pages}
    marked = list(lines)
    for role in _MARGINS:
        at_edge = {page: _edge(lines, indexes, role, heights[page]) for page, indexes in by_page.items()}
        depths = {
            index: lines[index].bbox[1] if role == "header" else heights[page] - lines[index].bbox[3]
            for page, indexes in at_edge.items()
            for index in indexes
        }
        returning = _returning(lines, at_edge, depths, len(pages), body_size)
        for page, indexes in at_edge.items():
            for index in indexes:
                line = lines[index]
                if _is_page_number(line, heights[page], index in returning):
                    marked[index] = structs.replace(line, role="page_number")
                elif index in returning:
                    marked[index] = structs.replace(line, role=role)
                else:
                    break
    return marked


def _edge(lines: Sequence[Line], indexes: Sequence[int], role: Role, height: float) -> list[int]:
    """The lines nearest the top (or bottom) of a page, outermost first."""
    if role == "header":
        near = [index for index in indexes if lines[index].bbox[3] < _MARGIN_DEPTH * height]
        return sorted(near, key=lambda index: (lines[index].bbox[1], lines[index].bbox[0]))[:_EDGE_LINES]
    near = [index for index in indexes if lines[index].bbox[1] > (1 - _MARGIN_DEPTH) * height]
    return sorted(near, key=lambda index: (-lines[index].bbox[3], lines[index].bbox[0]))[:_EDGE_LINES]


def _returning(
    lines: Sequence[Line],
    at_edge: dict[int, list[int]],
    depths: dict[int, float],
    page_count: int,
    body_size: float,
) -> set[int]:
    """The lines at the edges of pages whose text, page numbers aside, returns at one depth on enough pages.

    A title that every report of a compilation has does not count: pages between begin with text at its depth.
    """
    seen: dict[str, list[int]] = defaultdict(list)
    for page, indexes in at_edge.items():
        for index in indexes:
            for text in _page_free(lines[index].text, page):
                seen[text].append(index)
    outermost = {page: depths[indexes[0]] for page, indexes in at_edge.items() if indexes}
    found: set[int] = set()
    for indexes in seen.values():
        for level in _levels(indexes, depths):
            on = {lines[index].page for index in level}
            if len(on) < max(2, _ENOUGH_PAGES * page_count) or not any(page + 1 in on or page + 2 in on for page in on):
                continue
            depth = median(depths[index] for index in level)
            taken = sum(abs(top - depth) <= _SAME_DEPTH for page, top in outermost.items() if page not in on)
            large = max(lines[index].size for index in level) > _LARGE * body_size
            if taken < 0.2 * len(on) and not (large and len(on) < max(3, 0.8 * page_count)):
                found.update(level)
    return found


def _levels(indexes: Sequence[int], depths: dict[int, float]) -> list[list[int]]:
    """Lines that stand equally deep in their pages, together."""
    levels: list[list[int]] = []
    for index in sorted(indexes, key=lambda i: depths[i]):
        if levels and depths[index] - depths[levels[-1][-1]] <= _SAME_DEPTH:
            levels[-1].append(index)
        else:
            levels.append([index])
    return levels


def _page_free(text: str, page: int) -> set[str]:
    """The text, and the text with one of its numbers written as its distance from the page number."""
    text = text.casefold()
    numbers = [found for found in _NUMBER.finditer(text) if len(found.group()) < 6][:4]
    free = {f"{text[: n.start()]}\0{int(n.group()) - page}\0{text[n.end() :]}" for n in numbers}
    return {text, *free}


def _is_page_number(line: Line, height: float, returns: bool) -> bool:
    near = returns or line.bbox[3] < 0.1 * height or line.bbox[1] > 0.9 * height
    return near and bool(_PAGE_NUMBER.fullmatch(line.text.strip()))


# Footnotes and captions


def _with_footnotes(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
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


def _with_captions(lines: list[Line]) -> list[Line]:
    """Mark the lines that begin a caption, and those it wraps to."""
    marked: list[Line] = []
    for line in lines:
        before = marked[-1] if marked else None
        if line.role == "body" and (_CAPTION.match(line.text) or (before is not None and _goes_on_with(before, line))):
            line = structs.replace(line, role="caption")
        marked.append(line)
    return marked


def _goes_on_with(caption: Line, line: Line) -> bool:
    """Whether a line is the next one of a caption: as close, as large, and the caption's line is full."""
    if caption.role != "caption" or caption.page != line.page or caption.band != line.band or line.gap_before is None:
        return False
    if caption.size != line.size or caption.bold != line.bold or line.gap_before > 0.5 * line.size:
        return False
    first = line.words[0].bbox
    return caption.bbox[2] + first[2] - first[0] > caption.column_right - line.size


# Sides of columns


def _with_sides(lines: Sequence[Line]) -> list[Line]:
    """Give each line the sides of its column as far as the document shows them.

    A page with few lines does not show how wide its column is; other pages with a column that begins alike do.
    """
    bands: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.role in ("body", "caption", "footnote"):
            bands[line.page, line.band].append(line)
    boxes = {key: around(line.bbox for line in members) for key, members in bands.items()}
    parted = _parted_bands(boxes)
    alike: dict[tuple[int, bool, int], list[Bbox]] = defaultdict(list)
    for key, box in boxes.items():
        alike[bands[key][0].column, key in parted, round(box[0] / _ALIKE)].append(box)
    sides: dict[tuple[int, int], tuple[float, float]] = {}
    for key, box in boxes.items():
        place = round(box[0] / _ALIKE)
        near = [o for step in (-1, 0, 1) for o in alike[bands[key][0].column, key in parted, place + step]]
        sides[key] = min(o[0] for o in near), max(o[2] for o in near)
    return [_between(line, sides.get((line.page, line.band))) for line in lines]


def _between(line: Line, sides: tuple[float, float] | None) -> Line:
    return line if sides is None else structs.replace(line, column_left=sides[0], column_right=sides[1])


def _parted_bands(boxes: dict[tuple[int, int], Bbox]) -> set[tuple[int, int]]:
    """The bands that have another beside them."""
    by_page: dict[int, list[tuple[tuple[int, int], Bbox]]] = defaultdict(list)
    for key, box in boxes.items():
        by_page[key[0]].append((key, box))
    return {
        key
        for items in by_page.values()
        for key, box in items
        if any(other != key and box[1] < o[3] and o[1] < box[3] for other, o in items)
    }
