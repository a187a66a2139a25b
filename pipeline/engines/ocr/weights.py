"""Which words of a page are bold: those whose letters have more ink, for their size, than the same letters elsewhere.

Ink is weighed in levels of grey, so that blur takes none of it away, and against the darkest of its line, so that
headings in colour are not taken for light ones. Where too few letters of a line are seen in most of the page, the
thickness of strokes tells. A short word is as its line is, a longer one may differ from it.
"""

from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from pipeline.engines.ocr.looks import AS_USUAL, ENOUGH_LETTERS, INK, usual_of, weight_of
from pipeline.engines.ocr.rows import Place, Row, Seen

_BOLD, _STILL_BOLD, _CLEARLY_BOLD = 1.1, 1.03, 1.2
"""How many times as much ink the letters of a line have that is bold, of a word in it, and of a word in one that is
not."""
_THICK, _CLEARLY_THICK = 1.2, 1.35
"""The same for the thickness of strokes."""
_DARKEST = 0.5
"""The share of a line's pixels, in percent, that show how dark its ink is."""
_PALEST = 30.0
"""How far ink is from paper at least, in levels of grey."""
_TELLING = 4
"""Characters of a word that tell how it is set."""
_COMPARED = 0.4
"""The share of the letters of a line that can be compared at least."""

Inks = list[tuple[str, float]]
"""Letters, each with its ink in parts of the square of its height."""


def bold_of(picture: Image.Image, rows: Sequence[Row], sizes: Sequence[float]) -> list[list[bool]]:
    """Which words of each line are bold; sizes of lines are in pixels."""
    pixels = np.asarray(picture)
    paper = float(np.median(pixels[::8, ::8]))
    inks = [[_inks(seen, pixels, paper, dark) for seen in row.seen] for row in rows for dark in [_darkest(row, pixels)]]
    strokes = [[stroke(picture, seen.place) / size for seen in row.seen] for row, size in zip(rows, sizes, strict=True)]
    thick = _thick_of(rows, strokes)
    usual = _usual_inks(inks, rows, sizes, thick)
    return [_heavy_of(words, usual, marks) or marks for words, marks in zip(inks, thick, strict=True)]


def _darkest(row: Row, pixels: NDArray[np.uint8]) -> float:
    """How dark the ink of a line is."""
    left, top, right, bottom = (values for values in zip(*[seen.place for seen in row.seen], strict=True))
    part = pixels[max(min(top), 0) : max(bottom), max(min(left), 0) : max(right)]
    return float(np.percentile(part, _DARKEST)) if part.size else 0.0


def _inks(seen: Seen, pixels: NDArray[np.uint8], paper: float, dark: float) -> Inks:
    """The letters of a word with their ink; empty where their places are not known."""
    if len(seen.places) != len(seen.text):
        return []
    found = []
    for one, (left, top, right, bottom) in zip(seen.text, seen.places, strict=True):
        part = pixels[max(top, 0) : bottom, max(left, 0) : right]
        if one.isalnum() and part.size and bottom > top:
            ink = (paper * part.size - float(part.sum())) / max(paper - dark, _PALEST)
            found.append((one, ink / (bottom - top) ** 2))
    return found


def _usual_inks(
    inks: Sequence[Sequence[Inks]], rows: Sequence[Row], sizes: Sequence[float], thick: Sequence[Sequence[bool]]
) -> dict[str, float]:
    """How much ink each letter has in words of the usual size that are not thick; rare letters are left out."""
    usual = usual_of(sizes, [sum(map(weight_of, row.seen)) for row in rows])
    found: dict[str, list[float]] = {}
    for words, size, marks in zip(inks, sizes, thick, strict=True):
        if abs(size - usual) <= AS_USUAL * usual:
            for one, ink in (pair for word, mark in zip(words, marks, strict=True) if not mark for pair in word):
                found.setdefault(one, []).append(ink)
    return {one: median(inks) for one, inks in found.items() if len(inks) >= ENOUGH_LETTERS}


def _heavy_of(inks: Sequence[Inks], usual: dict[str, float], thick: Sequence[bool]) -> list[bool]:
    """Which words of a line are bold by their ink; empty where too few of its letters can be compared.

    In a line that is not bold, only words that are thick as well are.
    """
    ratios = [[ink / usual[one] for one, ink in word if usual.get(one)] for word in inks]
    together = [ratio for word in ratios for ratio in word]
    if len(together) < max(ENOUGH_LETTERS, _COMPARED * sum(map(len, inks))):
        return []
    whole_line = median(together) >= _BOLD
    least = _STILL_BOLD if whole_line else _CLEARLY_BOLD
    return [
        median(own) >= least and (whole_line or mark) if len(own) >= _TELLING else whole_line
        for own, mark in zip(ratios, thick, strict=True)
    ]


def _thick_of(rows: Sequence[Row], strokes: Sequence[Sequence[float]]) -> list[list[bool]]:
    """Which words of each line are bold by the thickness of their strokes."""
    lengths = [[weight_of(seen) for seen in row.seen] for row in rows]
    usual = usual_of([s for line in strokes for s in line], [n for line in lengths for n in line])
    found = []
    for line, counts in zip(strokes, lengths, strict=True):
        whole_line = sum(s * n for s, n in zip(line, counts, strict=True)) >= _THICK * usual * sum(counts)
        least = _THICK if whole_line else _CLEARLY_THICK
        found.append([s >= least * usual if n >= _TELLING else whole_line for s, n in zip(line, counts, strict=True)])
    return found


def stroke(picture: Image.Image, place: Place) -> float:
    """How thick the strokes of a word are, in pixels: twice its ink for the length of its outline."""
    left, top, right, bottom = place
    ink = picture.crop((left - 1, top - 1, right + 1, bottom + 1)).point(INK)
    width, height = ink.size
    beside = ImageChops.difference(ink.crop((1, 0, width, height)), ink.crop((0, 0, width - 1, height)))
    below = ImageChops.difference(ink.crop((0, 1, width, height)), ink.crop((0, 0, width, height - 1)))
    return 2 * _count(ink) / max(_count(beside) + _count(below), 1)


def _count(marked: Image.Image) -> int:
    return int(marked.histogram()[255])
