"""How the words of a page are set: the size of their font, and where they stand.

The size is reckoned from how high each letter is beside the same letter in most of the page, or else from the heights
of tall characters and small letters; sizes that are nearly alike are one size.
"""

import re
from collections.abc import Sequence
from statistics import mean, median

from msgspec import Struct, structs

from pipeline.engines.ocr.rows import Row, Seen
from pipeline.records import Word

INK = [255 if level < 128 else 0 for level in range(256)]
"""Maps levels of grey to ink (255) and paper (0)."""
DESCENT = 0.2
"""How far a word's box reaches below its baseline, in sizes."""
AS_ROMAN = str.maketrans("l|", "II")
STROKES = re.compile(r"[Il|]{2,3}\.?")
"""Words of upright strokes alone are Roman numerals: no English word is made so."""
_SIZE_OF_ROW = 1.08
"""The size of a font, in heights of its rows as the program measures them."""
_FONT = "ocr"
_ENOUGH_TALL = 2
ENOUGH_LETTERS = 3
"""Letters from which something is told: of a line, or one letter on the whole page."""
AS_USUAL = 0.05
"""How far a size may be from the usual one of the page to be it, as a share."""
_ALIKE, _ALIKE_BOLD = 0.07, 0.1


def sizes_of(rows: Sequence[Row]) -> list[float]:
    """The size of the font of each line, in pixels."""
    weights = [sum(weight_of(seen) for seen in row.seen) for row in rows]
    usual = max(_SIZE_OF_ROW * usual_of([row.height for row in rows], weights), 1.0)
    sizes = _sizes_by_kind(rows, weights, usual)
    known = _heights_of_letters(rows, sizes, usual)
    for at, row in enumerate(rows):
        ratios = [height / known[letter] for letter, height in row.letters if letter in known]
        if len(ratios) >= ENOUGH_LETTERS:
            sizes[at] = usual * median(ratios)
    return _evened(sizes, weights, usual)


def _sizes_by_kind(rows: Sequence[Row], weights: Sequence[int], usual: float) -> list[float]:
    """The sizes as the heights of tall characters, or of small letters where there are none, tell them."""
    tall = usual / max(usual_of([median(row.tall or [0]) for row in rows], weights), 1.0)
    small = usual / max(usual_of([median(row.small or [0]) for row in rows], weights), 1.0)
    sizes = []
    for row in rows:
        heights = [height * small for height in row.small]
        if len(row.tall) >= _ENOUGH_TALL or not heights:
            heights += [height * tall for height in row.tall]
        sizes.append(median(heights or [_SIZE_OF_ROW * row.height]))
    return sizes


def _heights_of_letters(rows: Sequence[Row], sizes: Sequence[float], usual: float) -> dict[str, float]:
    """How high each letter is, in pixels, in the lines of the usual size; rare letters are left out."""
    heights: dict[str, list[int]] = {}
    for row, size in zip(rows, sizes, strict=True):
        if abs(size - usual) <= AS_USUAL * usual:
            for letter, height in row.letters:
                heights.setdefault(letter, []).append(height)
    return {letter: mean(_middle(found)) for letter, found in heights.items() if len(found) >= ENOUGH_LETTERS}


def _middle(values: Sequence[int]) -> Sequence[int]:
    """The values without the fifth that is lowest and the fifth that is highest."""
    fifth = len(values) // 5
    return sorted(values)[fifth : len(values) - fifth]


def _evened(sizes: Sequence[float], weights: Sequence[int], usual: float) -> list[float]:
    """The sizes with those that are nearly the usual one made it, and others that are nearly alike made one."""
    even = [usual if abs(size - usual) <= AS_USUAL * usual else size for size in sizes]
    groups: list[list[int]] = []
    for at in sorted(range(len(even)), key=lambda at: even[at]):
        if (
            groups
            and even[at] <= (1 + _ALIKE) * even[groups[-1][0]]
            and (even[at] == usual) == (even[groups[-1][0]] == usual)
        ):
            groups[-1].append(at)
        else:
            groups.append([at])
    for group in groups:
        total = sum(weights[at] for at in group)
        shared = sum(even[at] * weights[at] for at in group) / total if total else even[group[0]]
        for at in group:
            even[at] = shared
    return [max(size, 1.0) for size in even]


def usual_of(values: Sequence[float], weights: Sequence[int]) -> float:
    """The value in the middle, each counted by its weight."""
    half = sum(weights) / 2
    for value, weight in sorted(zip(values, weights, strict=True)):
        half -= weight
        if half <= 0:
            return value
    return 0.0


def weight_of(seen: Seen) -> int:
    """How much a word tells of how its page is set; the dots of a leader tell nothing."""
    return 0 if seen.text.startswith("....") else len(seen.text)


class Cast(Struct, frozen=True):
    """How a line is set: its size and the height of its baseline on the upright page in pixels, its number."""

    size: float
    base: float
    number: int


def word_of(seen: Seen, cast: Cast, right: float, scale: float, page_number: int, bold: bool) -> Word:
    """The word as other engines have it; sizes and places in points.

    Args:
        seen: the word.
        cast: how its line is set.
        right: how far right the word is on the upright page of where it is on the picture, in pixels.
        scale: pixels a point.
        page_number: the number of its page.
        bold: whether it is.
    """
    text = seen.text.translate(AS_ROMAN) if STROKES.fullmatch(seen.text) else seen.text
    x0, x1 = (seen.place[0] + right) / scale, (seen.place[2] + right) / scale
    size = cast.size / scale
    bottom = cast.base / scale + DESCENT * size
    edges = (*((place[0] + right) / scale for place in seen.places), x1)
    exact = len(seen.places) == len(text) and not text.isalpha() and list(edges) == sorted(edges)
    box = (x0, bottom - size, x1, bottom)
    size = max(round(2 * size) / 2, 1.0)
    return Word(text, box, _FONT, size, bold, False, cast.number, page_number, edges if exact else None)


Sizes = list[tuple[bool, float]]
"""Sizes in points that were met, those of bold words apart."""


def with_known_sizes(words: Sequence[Word], known: Sizes) -> tuple[Word, ...]:
    """The words with sizes that are nearly alike to those of the pages before made the same.

    Bold words stand mostly in headings, which are short: their sizes are measured less surely, and lie further apart.

    Args:
        words: the words of one page.
        known: the sizes of the pages before; new ones of this page are added.
    """
    counts: dict[tuple[bool, float], int] = {}
    for word in words:
        look = word.bold, word.size
        counts[look] = counts.get(look, 0) + len(word.text)
    same: dict[tuple[bool, float], float] = {}
    for bold, size in sorted(counts, key=lambda look: (-counts[look], look)):
        near = min((other for thick, other in known if thick == bold), key=lambda o: abs(o - size), default=0.0)
        if abs(near - size) > (_ALIKE_BOLD if bold else _ALIKE) * max(size, near):
            near = size
            known.append((bold, size))
        same[bold, size] = near
    return tuple(
        word if same[word.bold, word.size] == word.size else _resized(word, same[word.bold, word.size])
        for word in words
    )


def _resized(word: Word, size: float) -> Word:
    """The word at another size, on the same baseline."""
    x0, top, x1, bottom = word.bbox
    base = bottom - DESCENT * (bottom - top)
    return structs.replace(word, size=size, bbox=(x0, base - (1 - DESCENT) * size, x1, base + DESCENT * size))
