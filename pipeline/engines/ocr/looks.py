"""How the words of a page are set: the size of their font, whether they are bold, and where they stand.

The size is reckoned from the heights of tall characters, or else of small letters, which are measured more surely than
whole lines, and sizes that are nearly alike are one size. Bold is what has clearly thicker strokes, for its size, than
most of the page.
"""

import re
from collections.abc import Sequence
from statistics import median

from msgspec import structs
from PIL import Image, ImageChops

from pipeline.engines.ocr.rows import Place, Row, Seen
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
_BULLET = "•"
_BULLET_SIZE = 0.5
"""A bullet is at most so high and wide, in sizes of its line."""
_FONT = "ocr"
_ENOUGH_TALL = 2
_AS_USUAL = 0.07
_ALIKE = 0.07
_ALIKE_BOLD = 0.1
_BOLD = 1.2
"""Strokes are bold that are so many times as thick as those of most text, for their size."""
_CLEARLY_BOLD = 1.35
_TELLING = 4
"""Characters of a word whose strokes tell how it is set."""


def sizes_of(rows: Sequence[Row]) -> list[float]:
    """The size of the font of each line, in pixels."""
    weights = [sum(_weight(seen) for seen in row.seen) for row in rows]
    usual = max(_SIZE_OF_ROW * _usual([row.height for row in rows], weights), 1.0)
    tall = usual / max(_usual([median(row.tall or [0]) for row in rows], weights), 1.0)
    small = usual / max(_usual([median(row.small or [0]) for row in rows], weights), 1.0)
    sizes = []
    for row in rows:
        heights = [height * small for height in row.small]
        if len(row.tall) >= _ENOUGH_TALL or not row.small:
            heights += [height * tall for height in row.tall]
        sizes.append(median(heights or [_SIZE_OF_ROW * row.height]))
    return _evened(sizes, weights, usual)


def _evened(sizes: Sequence[float], weights: Sequence[int], usual: float) -> list[float]:
    """The sizes with those that are nearly the usual one made it, and others that are nearly alike made one."""
    even = [usual if abs(size - usual) <= _AS_USUAL * usual else size for size in sizes]
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


def _usual(values: Sequence[float], weights: Sequence[int]) -> float:
    """The value in the middle, each counted by its weight."""
    half = sum(weights) / 2
    for value, weight in sorted(zip(values, weights, strict=True)):
        half -= weight
        if half <= 0:
            return value
    return 0.0


def stroke(picture: Image.Image, place: Place) -> float:
    """How thick the strokes of a word are, in pixels: twice its ink for the length of its outline."""
    left, top, right, bottom = place
    ink = picture.crop((left - 1, top - 1, right + 1, bottom + 1)).point(INK)
    width, height = ink.size
    beside = ImageChops.difference(ink.crop((1, 0, width, height)), ink.crop((0, 0, width - 1, height)))
    below = ImageChops.difference(ink.crop((0, 1, width, height)), ink.crop((0, 0, width, height - 1)))
    return 2 * _count(ink) / max(_count(beside) + _count(below), 1)


def _weight(seen: Seen) -> int:
    """How much a word tells of how its page is set; the dots of a leader tell nothing."""
    return 0 if seen.text.startswith("....") else len(seen.text)


def _count(marked: Image.Image) -> int:
    return int(marked.histogram()[255])


def bold_of(rows: Sequence[Row], strokes: Sequence[Sequence[float]]) -> list[list[bool]]:
    """Which words of each line are bold: a short word is as its line is, a longer one may differ from it."""
    lengths = [[_weight(seen) for seen in row.seen] for row in rows]
    usual = _usual([s for line in strokes for s in line], [n for line in lengths for n in line])
    found = []
    for line, counts in zip(strokes, lengths, strict=True):
        whole_line = sum(s * n for s, n in zip(line, counts, strict=True)) >= _BOLD * usual * sum(counts)
        found.append(
            [
                (s >= _BOLD * usual if whole_line else s >= _CLEARLY_BOLD * usual) if n >= _TELLING else whole_line
                for s, n in zip(line, counts, strict=True)
            ]
        )
    return found


def word_of(seen: Seen, row: Row, line: int, size: float, scale: float, page_number: int, bold: bool) -> Word:
    """The word as other engines have it; sizes and places in points. `scale` is pixels a point."""
    text = _BULLET if is_dot(seen, row, size * scale) else seen.text
    if STROKES.fullmatch(text):
        text = text.translate(AS_ROMAN)
    left, right = seen.place[0] / scale, seen.place[2] / scale
    bottom = row.base(seen.place) / scale + DESCENT * size
    edges = (*(place[0] / scale for place in seen.places), right)
    exact = len(seen.places) == len(text) and not text.isalpha() and list(edges) == sorted(edges)
    box = (left, bottom - size, right, bottom)
    size = max(round(2 * size) / 2, 1.0)
    return Word(text, box, _FONT, size, bold, False, line, page_number, edges if exact else None)


def is_dot(seen: Seen, row: Row, size: float) -> bool:
    """Whether a sign that begins a line and stands alone is a small dot, whatever it was taken for."""
    width, height = seen.place[2] - seen.place[0], seen.place[3] - seen.place[1]
    if len(seen.text) > 2 or seen.text.isdecimal() or seen is not row.seen[0]:
        return False
    return max(width, height) <= _BULLET_SIZE * size and width <= 2 * height


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
