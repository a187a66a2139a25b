"""Rows of words as lines: how each is set, and how it is spelled."""

import itertools
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Literal

from msgspec import Struct

from pipeline import directions
from pipeline.layout.rows import RAISED_SIZE, Row, apart
from pipeline.layout.runs import Run, words_of
from pipeline.records import Bbox, Word

Role = Literal["body", "header", "footer", "page_number", "footnote", "table", "caption", "side"]
_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_FEWEST_SPREAD, _FEWEST_ALONE = 6, 4
"""Single letters from which they may be those of a word that is spread out, beside other words and on their own."""
_CLOSE = 0.8
"""White space between the letters of a short word that is spread out, in ems, at the most."""
_GLUED = 0.12
"""Words nearer than this, in ems, are one word that was cut at a change of height."""
_ABUTTING = 0.06
"""Words of two of the engine's lines that are nearer than this, in ems, or overlap by less, are one that it cut."""
_LEVEL_SHIFT = 0.04
"""Words whose baselines differ by no more than this, in ems, are level."""
_BETWEEN = (" ", None)


class Line(Struct, frozen=True):
    """One visual line. `number` counts the lines of a page in reading order from 0, `column` the columns of its band.

    `gap_before` is the white space above the line, in points, up to the line before it in its column; None for the
    first. `column_left` and `column_right` are the sides of the column as the pages of the document show it. `band`
    tells the stretches of column on a page apart that are read one after the other. `table` is the index in
    `Page.tables` of the table the line is part of, `cell` the row and column of its cell. Where a line `is_even` its
    text is its words with a space between two.
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
    is_even: bool = False


class Region(Struct, frozen=True):
    """A stretch of one column: words that are read from top to bottom together."""

    runs: tuple[Run, ...]
    column: int = 0
    role: Role = "body"
    table: int | None = None
    cell: tuple[int, int] | None = None


class _Cast(Struct, frozen=True):
    """How the words of a line are set, and where their letters begin: raised and lowered ones do not count."""

    bbox: Bbox
    top: float
    size: float
    bold: bool
    italic: bool
    is_even: bool


def line_of(
    row: Row,
    page: int,
    number: int,
    region: Region,
    band: int,
    sides: tuple[float, float],
    above: float | None,
) -> Line:
    """The line that a row of a region makes; `above` is where the line before it in the region ends."""
    if len(row) == 1:
        run = row[0]
        words = run.words
        cast = _Cast(run.bbox, run.bbox[1], run.size, run.bold, run.italic, not _is_spread(words))
    else:
        words = tuple(words_of(row))
        cast = _cast_of(words)
    text = _text_of(words, even=cast.is_even)
    if not text.isascii() and directions.LETTERS.search(text):
        words = tuple([words[at] for at in directions.in_reading_order([word.text for word in words])])
        text = _text_of(words, even=cast.is_even)
    return Line(
        page=page,
        number=number,
        bbox=cast.bbox,
        words=words,
        text=text,
        size=cast.size,
        bold=cast.bold,
        italic=cast.italic,
        column=region.column,
        column_left=sides[0],
        column_right=sides[1],
        gap_before=None if above is None else cast.top - above,
        role=region.role,
        table=region.table,
        cell=region.cell,
        band=band,
        is_even=cast.is_even,
    )


def _text_of(words: Sequence[Word], *, even: bool) -> str:
    return " ".join([w.text for w in words]) if even else "".join([text for text, _ in _spelled_unevenly(words)])


def _cast_of(words: Sequence[Word]) -> _Cast:
    lefts, tops, rights, bottoms = zip(*[word.bbox for word in words], strict=True)
    core, size, top = words, words[0].size, min(tops)
    if not _is_of_one_size(words):
        size = _size_of(words)
        core = [word for word in words if word.size >= RAISED_SIZE * size]
        top = min([word.bbox[1] for word in core])
    return _Cast(
        (min(lefts), min(tops), max(rights), max(bottoms)),
        top,
        size,
        _is_throughout(core, [word.bold for word in core]),
        _is_throughout(core, [word.italic for word in core]),
        is_even(words),
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


def spelled(words: Sequence[Word]) -> list[tuple[str, Word | None]]:
    """The text of a line in parts: each word as it is read, and the space between two, which has no word.

    Raised digits are written as superscripts, so that a footnote mark is never part of a number; raised letters
    (`24th`) are joined to what they stand on, and so are letters that are spread out (`R E P O R T`).
    """
    if is_even(words):
        parts: list[tuple[str, Word | None]] = [_BETWEEN] * (2 * len(words) - 1)
        parts[::2] = [(word.text, word) for word in words]
        return parts
    return _spelled_unevenly(words)


def is_even(words: Sequence[Word]) -> bool:
    """Whether words are of one size on one baseline, with next to no single letters among them."""
    if not _is_of_one_size(words):
        return False
    bottoms = [word.bbox[3] for word in words]
    slack = _LEVEL_SHIFT / 2 * words[0].size
    if max(bottoms) - bottoms[0] > slack or bottoms[0] - min(bottoms) > slack:
        return False
    return not _is_spread(words) and not (words[0].line != words[-1].line and any(map(_is_cut, words, words[1:])))


def _is_of_one_size(words: Sequence[Word]) -> bool:
    sizes = [word.size for word in words]
    return sizes.count(sizes[0]) == len(sizes)


def _is_spread(words: Sequence[Word]) -> bool:
    """Whether there are so many single letters that some may be those of a word that is spread out."""
    if len(words) < _FEWEST_ALONE:
        return False
    single = [len(word.text) for word in words].count(1)
    return single >= _FEWEST_SPREAD or single == len(words)


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
        if single and (len(indexes) >= _FEWEST_SPREAD or len(indexes) == len(words) >= _FEWEST_ALONE):
            gaps = {i: words[i].bbox[0] - words[i - 1].bbox[2] for i in indexes[1:]}
            usual = median(gaps.values())
            if len(indexes) >= _FEWEST_SPREAD or max(gaps.values()) < _CLOSE * words[0].size:
                joined.update(index for index, gap in gaps.items() if gap < 1.6 * usual)
    return joined


def is_glued(left: Word, right: Word) -> bool:
    """Whether two words are parts of one that was cut, as where small raised or lowered characters begin or end."""
    if _is_cut(left, right):
        return True
    size = max(left.size, right.size)
    gap = right.bbox[0] - left.bbox[2]
    changes = abs(left.bbox[3] - right.bbox[3]) > _LEVEL_SHIFT * size or min(left.size, right.size) < RAISED_SIZE * size
    return -0.3 * size < gap < _GLUED * size and changes


def _is_cut(left: Word, right: Word) -> bool:
    """Whether the engine, which takes some pages for set from top to bottom, cut one word into two of its lines."""
    if left.line == right.line or left.size != right.size or left.bbox[3] != right.bbox[3]:
        return False
    return abs(right.bbox[0] - left.bbox[2]) < _ABUTTING * left.size


def _is_raised(word: Word, base: Word) -> bool:
    """Whether a word is small and stands high beside its base, as a superscript does."""
    if not word.size < RAISED_SIZE * base.size or base.bbox[3] - word.bbox[3] < 0.15 * base.size:
        return False
    return word.bbox[1] > base.bbox[1] - 0.5 * base.size and abs(apart(word.bbox, base.bbox)) < base.size
