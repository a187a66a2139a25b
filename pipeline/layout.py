"""Pages of words to lines in reading order, each with the part it plays on its page.

Decided from geometry, in this order of trust: tables and frames found on the page, gutters between columns, then the
baseline. The engine's own lines are only a hint: it may cut one visual line in two or join lines of two columns.
A number that hangs far left of its title on one baseline makes one line with it, number first.

Roles are decided for the whole document at once: what returns at one height on many pages is a header or footer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Literal

from msgspec import Struct, structs

from pipeline.records import Bbox, Page, Word

Role = Literal["body", "header", "footer", "page_number", "footnote", "table", "caption", "side"]

_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_RAISED_SIZE = 0.85
_GLUED = 0.12
"""Words nearer than this, in ems, are one word that was cut at a change of height."""
_EDGE_LINES = 5
_SAME_HEIGHT = 6.0
_PAGE_NUMBER = re.compile(
    r"""(?ix) \W{0,3} (?: (?:page|seite|p\.?) \s{0,3} )? (?: \d{1,4} | [ivxl]{1,7} )
        (?: \s{0,3} (?: of | / | \| | von | de ) \s{0,3} \d{1,4} )? \W{0,3} """
)
_CAPTION = re.compile(
    r"(?i)(?:figure|fig\.|table|chart|graph|map|photo|box|annex table)\s{1,3}\d{1,3}[a-z]?\s{0,2}[:.–—-]"
)
_LABEL = re.compile(r"\W{0,2}(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxlIVXL]{1,6})?\W{0,2}")


class Line(Struct, frozen=True):
    """One visual line. `number` counts the lines of a page in reading order from 0, `column` the columns of its band.

    `gap_before` is the white space above the line, in points, up to the line before it in its column; None for the
    first. `table` is the index in `Page.tables` of the table it is part of.
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


def lay_out(pages: Sequence[Page]) -> Layout:
    """Put the words of all pages into lines, in reading order, and say what part each line plays."""
    body_size = _body_size(word for page in pages for word in page.words)
    lines: list[Line] = []
    for page in pages:
        lines += _lines_of(page)
    lines = _with_margins(lines, pages, body_size)
    lines = _with_footnotes(lines, pages, body_size)
    return Layout(tuple(_with_captions(lines)), body_size)


def _body_size(words: Iterable[Word]) -> float:
    """The size most characters are set in, to half a point; 10 when there are none."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 10.0


# Words to lines


def _lines_of(page: Page) -> list[Line]:
    lines: list[Line] = []
    for region in _regions(page):
        rows = _rows(region.words)
        left = min((word.bbox[0] for word in region.words), default=0.0)
        right = max((word.bbox[2] for word in region.words), default=0.0)
        bottom: float | None = None
        for row in rows:
            line = _line(row, page.page_number, len(lines), region, (left, right), bottom)
            bottom = line.bbox[3]
            lines.append(line)
    return lines


def _line(
    words: Sequence[Word], page: int, number: int, region: _Region, sides: tuple[float, float], above: float | None
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
    for index, word in enumerate(words):
        text = word.text
        if index:
            before = words[index - 1]
            if not _is_glued(before, word):
                parts.append((" ", None))
            if _is_raised(word, before):
                text = text.translate(_SUPERSCRIPTS)
        parts.append((text, word))
    return parts


def _is_glued(left: Word, right: Word) -> bool:
    size = max(left.size, right.size)
    gap = right.bbox[0] - left.bbox[2]
    return gap < _GLUED * size and abs(left.bbox[3] - right.bbox[3]) > 0.04 * size


def _is_raised(word: Word, base: Word) -> bool:
    return word.size < _RAISED_SIZE * base.size and base.bbox[3] - word.bbox[3] > 0.1 * base.size


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a baseline, from top to bottom, each row from left to right.

    Small words come last, so that a superscript joins the row it was raised from.
    """
    usual = median(word.size for word in words) if words else 0.0
    rows: list[list[Word]] = []
    cores: list[tuple[float, float]] = []
    small = [word for word in words if word.size < 0.75 * usual]
    large = [word for word in words if word.size >= 0.75 * usual]
    for word in sorted(large, key=_middle) + sorted(small, key=_middle):
        best, most = None, 0.5
        for index in range(len(rows) - 1, -1, -1):
            shared = _shared(cores[index], (word.bbox[1], word.bbox[3]))
            if shared > most:
                best, most = index, shared
            if word.size >= 0.75 * usual and index < len(rows) - 3:
                break
        if best is None:
            rows.append([word])
            cores.append((word.bbox[1], word.bbox[3]))
        else:
            rows[best].append(word)
    order = sorted(range(len(rows)), key=lambda index: cores[index][0] + cores[index][1])
    return [sorted(rows[index], key=lambda word: word.bbox[0]) for index in order]


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
    regions: list[_Region] = []
    rest = free
    for at in sorted(inside, key=lambda i: page.tables[i].bbox[1]):
        top = page.tables[at].bbox[1]
        regions += _columns([word for word in rest if _middle(word) / 2 < top])
        rest = [word for word in rest if _middle(word) / 2 >= top]
        regions.append(_Region(tuple(inside[at]), role="table", table=at))
    return regions + _columns(rest)


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
    regions += [structs.replace(region, column=region.column + column) for region in _columns(right)]
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


_NARROWEST_GUTTER = 7.0
_FEWEST_ROWS = 4


def _best_gutter(segments: Sequence[_Segment]) -> tuple[float, float, float] | None:
    """The gutter that parts the most text: its x, and the top and bottom of the band it runs through."""
    starts: Counter[int] = Counter(round(segment.bbox[0]) for segment in segments)
    best: tuple[float, float, float] | None = None
    most = 0.0
    for start in sorted(starts):
        if starts[start - 1] + starts[start] + starts[start + 1] < _FEWEST_ROWS:
            continue
        x = start - 1.5
        for top, bottom, band in _clear_bands(segments, x):
            weight = _parted(band, x)
            if weight > most:
                best, most = (x, top, bottom), weight
    return best


def _clear_bands(segments: Sequence[_Segment], x: float) -> list[tuple[float, float, list[_Segment]]]:
    """The stretches of the page in which nothing crosses `x`."""
    crossing = sorted((s.bbox[1], s.bbox[3]) for s in segments if s.bbox[0] < x and s.bbox[2] > x - _NARROWEST_GUTTER)
    edges = [float("-inf"), *(y for pair in crossing for y in pair), float("inf")]
    bands = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        band = [s for s in segments if top <= (s.bbox[1] + s.bbox[3]) / 2 <= bottom and s.bbox[2] - s.bbox[0] > 0]
        if len(band) >= 2 * _FEWEST_ROWS:
            first, last = min(s.bbox[1] for s in band), max(s.bbox[3] for s in band)
            bands.append((first - 0.01, last + 0.01, band))
    return bands


def _parted(band: Sequence[_Segment], x: float) -> float:
    """How much prose a gutter at `x` parts: the characters of the smaller side, 0 when a side is not prose."""
    left = [s for s in band if s.bbox[0] < x]
    right = [s for s in band if s.bbox[0] >= x]
    if not (_is_prose(left) and _is_prose(right)):
        return 0.0
    return float(min(_characters(left), _characters(right)))


def _characters(segments: Sequence[_Segment]) -> int:
    return sum(len(word.text) for s in segments for word in s.words)


def _is_prose(side: Sequence[_Segment]) -> bool:
    """Whether segments fill their column as running text does: most lines reach most of the way across."""
    rows = [s for s in side if not _LABEL.fullmatch("".join(w.text for w in s.words))]
    if len(rows) < _FEWEST_ROWS:
        return False
    width = max(s.bbox[2] for s in rows) - min(s.bbox[0] for s in rows)
    full = sum(s.bbox[2] - s.bbox[0] >= 0.7 * width for s in rows)
    return full >= 0.5 * len(rows) and _characters(rows) >= 14 * len(rows)


# Headers, footers and page numbers


def _with_margins(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
    """Mark what returns at the top or bottom of pages, and page numbers."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.role in ("body", "side"):
            by_page[line.page].append(index)
    heights = {page.page_number: page.height for page in pages}
    marked = list(lines)
    for role in ("header", "footer"):
        at_edge = {page: _edge(lines, indexes, role, heights[page]) for page, indexes in by_page.items()}
        kinds = _returning(lines, at_edge, len(pages))
        for page, indexes in at_edge.items():
            for index in indexes:
                line = lines[index]
                if _is_page_number(line, heights[page]):
                    marked[index] = structs.replace(line, role="page_number")
                elif _kind(line) in kinds:
                    marked[index] = structs.replace(line, role=role)
                else:
                    break
    return marked


def _edge(lines: Sequence[Line], indexes: Sequence[int], role: str, height: float) -> list[int]:
    """The lines nearest the top (or bottom) of a page, outermost first."""
    if role == "header":
        near = [i for i in indexes if lines[i].bbox[3] < 0.2 * height]
        return sorted(near, key=lambda i: (lines[i].bbox[1], lines[i].bbox[0]))[:_EDGE_LINES]
    near = [i for i in indexes if lines[i].bbox[1] > 0.8 * height]
    return sorted(near, key=lambda i: (-lines[i].bbox[3], lines[i].bbox[0]))[:_EDGE_LINES]


def _kind(line: Line) -> tuple[str, int]:
    """What makes two lines the same header: their text without its numbers, and their height on the page."""
    text = re.sub(r"\d+", "#", line.text).casefold()
    return text, round(line.bbox[1] / _SAME_HEIGHT)


def _returning(lines: Sequence[Line], at_edge: dict[int, list[int]], page_count: int) -> set[tuple[str, int]]:
    """The kinds of line found at the edge of enough pages, of which some follow each other."""
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for page, indexes in at_edge.items():
        for index in indexes:
            seen[_kind(lines[index])].add(page)
    return {
        kind
        for kind, found in seen.items()
        if len(found) >= max(2, 0.3 * page_count)
        and any(page + 1 in found or page + 2 in found for page in found)
        and (len(found) > 2 or len(found) == page_count or any(page + 1 in found for page in found))
    }


def _is_page_number(line: Line, height: float) -> bool:
    near = line.bbox[3] < 0.1 * height or line.bbox[1] > 0.9 * height
    return near and bool(_PAGE_NUMBER.fullmatch(line.text.strip()))


# Footnotes and captions


def _with_footnotes(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
    """Mark the small lines at the foot of a page that begin with a raised number, and those after them."""
    marked = list(lines)
    for page in pages:
        indexes = [i for i, line in enumerate(lines) if line.page == page.page_number]
        body = [i for i in indexes if marked[i].role == "body"]
        noted = False
        for index in body:
            line = marked[index]
            small = line.size <= 0.92 * body_size
            if small and not noted and line.bbox[1] > 0.4 * page.height:
                noted = _begins_with_mark(line)
            elif not small:
                noted = False
            if noted and small:
                marked[index] = structs.replace(line, role="footnote")
    return marked


def _begins_with_mark(line: Line) -> bool:
    first = line.words[0]
    if len(line.words) > 1 and first.size < _RAISED_SIZE * line.words[1].size:
        return first.text.strip("()*†‡").isdigit() or first.text in "*†‡"
    return bool(re.match(r"[*†‡¹²³⁴⁵⁶⁷⁸⁹]|\(?\d{1,2}\)?\s", line.text))


def _with_captions(lines: list[Line]) -> list[Line]:
    return [
        structs.replace(line, role="caption") if line.role == "body" and _CAPTION.match(line.text) else line
        for line in lines
    ]
