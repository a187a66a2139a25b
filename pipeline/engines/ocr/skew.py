"""Pages that lie askew on the scanner: the angle that their lines have, and the page turned upright.

When a page is seen along its lines, the feet of its letters fall into few rows of pixels. The angle at which they
do that most is the page's. Where that is less than half a degree the picture is left alone, since the model reads that
as well and turning blurs, and only the places of words are turned.
"""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image

from pipeline.askew import turned
from pipeline.engines.ocr.rows import Blob

_MOST, _STEP, _LEAST = 3.0, 0.1, 0.5
"""The largest angle that is looked for, the steps, and the least that is turned, in degrees."""
_FEWEST = 40
_LETTER = (0.6, 1.8)
"""How high the blobs are that are looked at, in heights of small letters."""


class Upright(Struct, frozen=True):
    """A page whose lines are level: the picture to read, and how to get there from it.

    `angle` says in degrees how far the page lay askew, clockwise; `is_turned` whether the picture was turned upright.
    """

    picture: Image.Image
    angle: float = 0.0
    is_turned: bool = False

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a place on the picture is when the page is upright, both in pixels."""
        if self.is_turned or not self.angle:
            return x, y
        return turned(x, y, -self.angle, self.picture.width, self.picture.height)


def upright(picture: Image.Image, blobs: Sequence[Blob], letter: float) -> Upright:
    """The page and how far it lies askew, its picture turned where that is much; level, where there is little text."""
    feet = [(b.middle, b.bottom) for b in blobs if _LETTER[0] * letter <= b.height <= _LETTER[1] * letter]
    angle = _angle(np.array(feet)) if len(feet) >= _FEWEST else 0.0
    if abs(angle) < _LEAST:
        return Upright(picture, angle)
    return Upright(picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255), angle, is_turned=True)


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
    return round(found, 1)
