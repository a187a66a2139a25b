"""Words to lines: what shares a baseline, and how it is spelled."""

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import lt
from statistics import median
from typing import Literal

from msgspec import Struct

from pipeline.records import Bbox, Word

Role = Literal["body", "header", "footer", "page_number", "footnote", "table", "caption", "side"]
_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_RAISED_SIZE = 0.85
_MARK = re.compile(r"[\d*†‡]{1,3}")
_FEWEST_SPREAD = 6
_GLUED = 0.12
"""Words nearer than this, in ems, are one word that was cut at a change of height."""
_SAME_BASELINE = 0.25
_LEVEL_SHIFT = 0.04
"""Words whose baselines differ by no more than this, in ems, are level."""
_BETWEEN = (" ", None)


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


class Region(Struct, frozen=True):
    """A stretch of one column: words that are read from top to bottom together."""

    words: tuple[Word, ...]
    column: int = 0
    role: Role = "body"
    table: int | None = None
    cell: tuple[int, int] | None = None


def line_of(
    words: Sequence[Word],
    page: int,
    number: int,
    region: Region,
    band: int,
    sides: tuple[float, float],
    above: float | None,
) -> Line:
    """The line that some words of a region make; `above` is where the line before it in the region ends."""
    lefts, tops, rights, bottoms = zip(*[word.bbox for word in words], strict=True)
    texts, sizes = [word.text for word in words], [word.size for word in words]
    core, size, top = words, sizes[0], min(tops)
    if sizes.count(size) < len(sizes):
        size = _size_of(words)
        core = [word for word in words if word.size >= _RAISED_SIZE * size]
        top = min([word.bbox[1] for word in core])
    return Line(
        page=page,
        number=number,
        bbox=(min(lefts), min(tops), max(rights), max(bottoms)),
        words=tuple(words),
        text=" ".join(texts)
        if _is_even(texts, sizes, bottoms)
        else "".join([text for text, _ in _spelled_unevenly(words)]),
        size=size,
        bold=_is_throughout(core, [word.bold for word in core]),
        italic=_is_throughout(core, [word.italic for word in core]),
        column=region.column,
        column_left=sides[0],
        column_right=sides[1],
        gap_before=None if above is None else top - above,
        role=region.role,
        table=region.table,
        cell=region.cell,
        band=band,
    )


def _size_of(words: Sequence[Word]) -> float:
    """The size that most characters are set in, the larger of two."""
    weight: Counter[float] = Counter()
    for word in words:
        weight[word.size] += len(word.text)
    return max(weight, key=lambda size: (weight[size], size))


def _is_throughout(words: Sequence[Word], marked: Sequence[bool]) -> bool:
    """Whether the words that hold letters or digits are all marked, or all words where none does."""
    if len(set(marked)) == 1:
        return marked[0]
    lettered = [mark for word, mark in zip(words, marked, strict=True) if any(c.isalnum() for c in word.text)]
    return all(lettered or marked)


def around(boxes: Iterable[Bbox]) -> Bbox:
    """The smallest box around some boxes, of which there is at least one."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def spelled(words: Sequence[Word]) -> list[tuple[str, Word | None]]:
    """The text of a line in parts: each word as it is read, and the space between two, which has no word.

    Raised digits are written as superscripts, so that a footnote mark is never part of a number; raised letters
    (`24th`) are joined to what they stand on, and so are letters that are spread out (`R E P O R T`).
    """
    if _is_even([word.text for word in words], [word.size for word in words], [word.bbox[3] for word in words]):
        parts: list[tuple[str, Word | None]] = [_BETWEEN] * (2 * len(words) - 1)
        parts[::2] = [(word.text, word) for word in words]
        return parts
    return _spelled_unevenly(words)


def _is_even(texts: Sequence[str], sizes: Sequence[float], bottoms: Sequence[float]) -> bool:
    """Whether words are of one size on one baseline, with next to no single letters among them."""
    if sizes.count(sizes[0]) < len(sizes):
        return False
    slack, bottom = _LEVEL_SHIFT / 2 * sizes[0], bottoms[0]
    if max(bottoms) - bottom > slack or bottom - min(bottoms) > slack:
        return False
    return len(texts) < _FEWEST_SPREAD or list(map(len, texts)).count(1) < _FEWEST_SPREAD


def _spelled_unevenly(words: Sequence[Word]) -> list[tuple[str, Word | None]]:
    parts: list[tuple[str, Word | None]] = []
    base = words[0]
    spread = _spread_letters(words)
    for index, word in enumerate(words):
        text = word.text
        if index:
            glued = is_glued(words[index - 1], word) or index in spread
            if not glued:
                parts.append(_BETWEEN)
            if _is_raised(word, base):
                text = text.translate(_SUPERSCRIPTS)
            elif not glued or word.size > base.size:
                base = word
        elif len(words) > 1 and _is_raised(word, words[1]):
            text = text.translate(_SUPERSCRIPTS)
        parts.append((text, word))
    return parts


def _spread_letters(words: Sequence[Word]) -> set[int]:
    """The indexes of words that are one letter of a word that is spread out, its first letter left out.

    Within a run of single letters, a gap clearly wider than the others is a space.
    """
    joined: set[int] = set()
    for single, run in itertools.groupby(
        range(len(words)), key=lambda i: len(words[i].text) == 1 and words[i].text.isalpha()
    ):
        indexes = list(run)
        if single and len(indexes) >= _FEWEST_SPREAD:
            gaps = {i: words[i].bbox[0] - words[i - 1].bbox[2] for i in indexes[1:]}
            usual = median(gaps.values())
            joined.update(index for index, gap in gaps.items() if gap < 1.6 * usual)
    return joined


def is_glued(left: Word, right: Word) -> bool:
    """Whether two words are parts of one that was cut where small raised or lowered characters begin or end."""
    size = max(left.size, right.size)
    gap = right.bbox[0] - left.bbox[2]
    changes = (
        abs(left.bbox[3] - right.bbox[3]) > _LEVEL_SHIFT * size or min(left.size, right.size) < _RAISED_SIZE * size
    )
    return -0.3 * size < gap < _GLUED * size and changes


def _is_raised(word: Word, base: Word) -> bool:
    """Whether a word is small and stands high beside its base, as a superscript does."""
    if not word.size < _RAISED_SIZE * base.size or base.bbox[3] - word.bbox[3] < 0.15 * base.size:
        return False
    return word.bbox[1] > base.bbox[1] - 0.5 * base.size and abs(_apart(word, base)) < base.size


def _apart(one: Word, other: Word) -> float:
    """The white space between two words beside each other, in points; below zero when they overlap."""
    return max(one.bbox[0], other.bbox[0]) - min(one.bbox[2], other.bbox[2])


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a baseline, from top to bottom, each row from left to right.

    Small words come last, so that a superscript joins the row it was raised from.
    """
    if len(words) == 1:
        return [list(words)]
    sizes = [word.size for word in words]
    usual = median(sizes)
    small: list[Word] = []
    large = words
    if min(sizes) < _RAISED_SIZE * usual:
        small = sorted([word for word in words if _is_small(word, usual)], key=middle)
        large = [word for word in words if not _is_small(word, usual)]
    rows = _level_rows(large)
    smaller: list[list[Word]] = []
    tops = [row[0].bbox[1] for row in rows]
    for word in small:
        at = bisect_right(tops, word.bbox[3])
        row = next((row for row in (*rows[max(0, at - 4) : at], *reversed(smaller[-3:])) if _in_row(word, row)), None)
        if row is None:
            smaller.append([word])
        else:
            row.append(word)
    rows = sorted(rows + smaller, key=lambda row: middle(row[0]))
    return [_across(row) for row in rows]


def _level_rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words of about one size in rows, in the order of their heights."""
    heights = [word.bbox[1] + word.bbox[3] for word in words]
    rows: list[list[Word]] = []
    row: list[Word] = []
    top = bottom = size = 0.0
    for index in sorted(range(len(words)), key=heights.__getitem__):
        word = words[index]
        box = word.bbox
        # Nearly all words of a row are of one size at one height.
        if box[1] == top and box[3] == bottom > top and word.size == size > 0:
            row.append(word)
            continue
        held = next((other for other in reversed(rows[-3:]) if _in_row(word, other)), None)
        if held is None:
            row, top, bottom, size = [word], box[1], box[3], word.size
            rows.append(row)
        else:
            held.append(word)
    return rows


def _across(row: list[Word]) -> list[Word]:
    """The words of a row from left to right."""
    lefts = [word.bbox[0] for word in row]
    if all(map(lt, lefts, lefts[1:])):
        return row
    return sorted(row, key=lambda word: (word.bbox[0], word.bbox[2]))


def _is_small(word: Word, usual: float) -> bool:
    """Whether a word is smaller than the usual as what is raised from a line is; the mark of a note is so sooner."""
    return word.size < 0.75 * usual or (word.size < _RAISED_SIZE * usual and bool(_MARK.fullmatch(word.text)))


def _in_row(word: Word, row: Sequence[Word]) -> bool:
    """Whether a word stands on the line that the first word of a row began.

    Far from all its words, only the same baseline counts; next to one, a raised or lowered word belongs to it.
    """
    first = row[0]
    if first.bbox[3] < word.bbox[1] or first.bbox[1] > word.bbox[3]:
        return False
    if shared((first.bbox[1], first.bbox[3]), (word.bbox[1], word.bbox[3])) <= 0.5:
        return False
    size, smaller = max(first.size, word.size), min(first.size, word.size)
    if abs(first.bbox[3] - word.bbox[3]) <= _SAME_BASELINE * smaller and smaller > 0.7 * size:
        return True
    return any(_apart(word, other) < 0.6 * size for other in row)


def labels_first(rows: list[list[Word]]) -> list[list[Word]]:
    """Move a label that stands beside a block of lines, centred on it, before the block's first line."""
    lefts = [row[0].bbox[0] for row in rows]
    places = [
        index
        for index, (above, left, below) in enumerate(zip(lefts, lefts[1:], lefts[2:], strict=False), 1)
        if above > left < below and max([word.bbox[2] for word in rows[index]]) < min(above, below)
    ]
    if not places:
        return rows
    ordered = list(rows)
    boxes = [around([word.bbox for word in row]) for row in rows]
    for index in places:
        at = index
        while at > 0 and _is_beside(boxes[index], rows, boxes, at):
            at -= 1
        ordered.insert(at, ordered.pop(index))
    return ordered


def _is_beside(label: Bbox, rows: Sequence[Sequence[Word]], boxes: Sequence[Bbox], index: int) -> bool:
    """Whether the lines before and after a place are of one block, to the right of a label."""
    above, below = boxes[index - 1], boxes[index]
    if below == label:
        below = boxes[index + 1]
    size = max(word.size for word in rows[index - 1])
    return above[0] > label[2] and below[1] - above[3] < 0.8 * size


def middle(word: Word) -> float:
    """Twice the height, from the top of the page, of the middle of a word."""
    return word.bbox[1] + word.bbox[3]


def shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The part of the smaller of two intervals that lies inside the other."""
    smaller = min(one[1] - one[0], other[1] - other[0])
    if smaller <= 0:
        return 0.0
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0])) / smaller
