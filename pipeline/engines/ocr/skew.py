"""Pages that lie askew on the scanner: the angle that their lines have, and the page turned upright.

When a page is seen along its lines, the feet of its letters fall into few rows of pixels. The angle at which they
do that most is the page's. What is less than half a degree is left alone: the model reads that as well, and turning
blurs.
"""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray
from PIL import Image

from pipeline.engines.ocr.rows import Blob
from pipeline.records import Word

_MOST, _STEP, _LEAST = 3.0, 0.1, 0.5
"""The largest angle that is looked for, the steps, and the least that is turned, in degrees."""
_FEWEST = 40
_LETTER = (0.6, 1.8)
"""How high the blobs are that are looked at, in heights of small letters."""


class Turned(Struct, frozen=True):
    """An upright picture, and how to find on the page what is seen on it. `angle` is in degrees, clockwise."""

    picture: Image.Image
    angle: float = 0.0

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """The place on the page of a place on the picture, both in pixels."""
        if not self.angle:
            return x, y
        turn = math.radians(self.angle)
        middle, centre = self.picture.width / 2, self.picture.height / 2
        right, down = x - middle, y - centre
        return (
            middle + right * math.cos(turn) - down * math.sin(turn),
            centre + right * math.sin(turn) + down * math.cos(turn),
        )


def upright(picture: Image.Image, blobs: Sequence[Blob], letter: float) -> Turned:
    """The page turned so that its lines are level; as it is, where they are or where there is little text."""
    feet = [(b.middle, b.bottom) for b in blobs if _LETTER[0] * letter <= b.height <= _LETTER[1] * letter]
    angle = _angle(np.array(feet)) if len(feet) >= _FEWEST else 0.0
    if abs(angle) < _LEAST:
        return Turned(picture)
    return Turned(picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255), angle)


def _angle(feet: NDArray[np.float64]) -> float:
    """The angle, clockwise, along which the feet of letters fall into the fewest rows."""
    best, found = 0.0, 0.0
    steps = round(_MOST / _STEP)
    for angle in (step * _STEP for step in range(-steps, steps + 1)):
        rows = np.round((feet[:, 1] - feet[:, 0] * math.tan(math.radians(angle))) / 2).astype(np.int64)
        counts = np.bincount(rows - rows.min())
        together = float((counts.astype(np.float64) ** 2).sum())
        if together > best:
            best, found = together, angle
    return found


def turned_back(word: Word, turned: Turned, scale: float) -> Word:
    """The word where it stands on the page, its box level as all boxes are. `scale` is pixels a point."""
    if not turned.angle:
        return word
    x0, top, x1, bottom = word.bbox
    x, y = turned.on_page((x0 + x1) / 2 * scale, (top + bottom) / 2 * scale)
    right, down = x / scale - (x0 + x1) / 2, y / scale - (top + bottom) / 2
    edges = None if word.edges is None else tuple(edge + right for edge in word.edges)
    return structs.replace(word, bbox=(x0 + right, top + down, x1 + right, bottom + down), edges=edges)
