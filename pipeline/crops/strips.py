"""Where to cut a page around some words so that no line of it is cut in half.

Lines are found in the picture itself, where text, scans and drawings are alike: rows without ink part them. The cut
goes where rows are blank over the whole width of the page; where columns or pictures leave no such row, over the
words' own column; else over their nearest surroundings; at last a margin is left and may cut.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.Image import Image

Edges = tuple[float, float, float, float]
Ink = npt.NDArray[np.bool_]

DARK = 190
"""Of 255: darker is ink, lighter is paper or shading."""
DUST = (0, 2)
"""Dark pixels that a blank row may have: none, or on a scanned page a few."""
BESIDE, RULED = 0.7, 0.95
"""Heights of a line above and below the words, over which a column of pixels with this share dark is a rule."""
GUTTER = 1.2
"""Heights of a line that part two columns."""
NEAR = 5.0
"""Heights of a line to each side, for the nearest surroundings."""
REACH = 2.6
"""Heights of a line above and below in which to look for blank rows: there is room for one more line."""
AIR = 5
"""Pixels left between the words' boxes and the edge, at least."""
WIDEST, HIGHEST = 1000, 640
"""Pixels that a strip may measure."""


def find(picture: "Image", words: Sequence[Edges]) -> tuple[int, int, int, int]:
    """The strip around some words, in pixels: their lines in whole, with one more above and below where there is room.

    Args:
        picture: a page or a part of one.
        words: the edges of the boxes around the words, in pixels: left, upper, right, lower.
    """
    height = max(4.0, float(np.median([lower - upper for _, upper, _, lower in words])))
    left, upper = (
        _inside(min(word[side] for word in words), size) for side, size in ((0, picture.width), (1, picture.height))
    )
    right = max(left + 1, min(picture.width, round(max(word[2] for word in words))))
    lower = max(upper + 1, min(picture.height, round(max(word[3] for word in words))))
    reach = round(REACH * height)
    first, last = max(0, upper - reach), min(picture.height, lower + reach)
    lines = slice(upper - first, lower - first)
    beside = round(BESIDE * height)
    band = slice(max(0, lines.start - beside), lines.stop + beside)
    ink = _ink(picture.crop((0, first, picture.width, last)), band)
    for dust in DUST:
        for look in (_whole, _column, _nearest):
            start, end = look(ink, lines, left, right, height)
            dark = ink[:, start:end].sum(axis=1) > dust
            above, below = _blank(dark[: lines.start][::-1], height), _blank(dark[lines.stop :], height)
            if above is not None and below is not None:
                rows = slice(lines.start - above, lines.stop + below)
                start, end = _trimmed(ink[rows], *look(ink, rows, left, right, height), round(height / 2))
                return _kept(picture, (start, upper - above, end, lower + below), (left, upper, right, lower))
    start, end = _nearest(ink, lines, left, right, height)
    margin = round(height)
    return _kept(picture, (start, upper - margin, end, lower + margin), (left, upper, right, lower))


def _ink(picture: "Image", band: slice) -> Ink:
    """Where a picture is dark, without vertical rules: columns that are dark all through the band around the words."""
    ink: Ink = np.asarray(picture.convert("L")) < DARK
    ink[:, np.mean(ink[band], axis=0) > RULED] = False
    return ink


def _inside(edge: float, size: int) -> int:
    return max(0, min(round(edge), size - 1))


def _whole(ink: Ink, rows: slice, left: int, right: int, height: float) -> tuple[int, int]:
    """All the page across."""
    return 0, ink.shape[1]


def _column(ink: Ink, rows: slice, left: int, right: int, height: float) -> tuple[int, int]:
    """From gutter to gutter, as these rows have them."""
    columns = np.any(ink[rows], axis=0)
    gap = round(GUTTER * height)
    return _column_edge(columns[:left][::-1], gap, left, -1), _column_edge(columns[right:], gap, right, 1)


def _nearest(ink: Ink, rows: slice, left: int, right: int, height: float) -> tuple[int, int]:
    """A few words to each side."""
    near = round(NEAR * height)
    return max(0, left - near), min(ink.shape[1], right + near)


def _trimmed(ink: Ink, start: int, end: int, pad: int) -> tuple[int, int]:
    """Without the paper at both ends, but for a little."""
    inked = np.flatnonzero(ink[:, start:end].any(axis=0))
    if not inked.size:
        return start, end
    return start + int(inked[0]) - pad, start + int(inked[-1]) + 1 + pad


def _column_edge(outward: Ink, gap: int, start: int, step: int) -> int:
    """Where the ink that begins at `start` ends, going outward: before the first gap as wide as a gutter."""
    inked = np.flatnonzero(outward)
    if not inked.size:
        return start
    jumps = np.flatnonzero(np.diff(inked, prepend=-1) > gap)
    reached = inked if not jumps.size else inked[: jumps[0]]
    return start + step * (int(reached[-1]) + 1) if reached.size else start


def _blank(dark: Ink, height: float) -> int | None:
    """Rows to take outward from the words: over one more line to the blank after it, else to the first blank.

    None when the words' own line does not end in blank rows.
    """
    own = _first(~dark, 0)
    if own is None or own > height:
        return None
    line = _first(dark, own)
    if line is None:  # the page is blank beyond
        return min(len(dark), own + AIR)
    after = _first(~dark, line)
    if after is None or line - own > height:  # it does not end in reach, or is another paragraph
        return own + min(AIR, (line - own) // 2)
    beyond = _first(dark, after)
    room = (len(dark) if beyond is None else beyond) - after
    return after + min(AIR, room // 2)


def _first(rows: Ink, start: int) -> int | None:
    found = np.flatnonzero(rows[start:])
    return start + int(found[0]) if found.size else None


def _kept(
    picture: "Image", strip: tuple[int, int, int, int], words: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """The strip with the words' boxes inside, on the picture, and no larger than allowed."""
    x0, y0 = max(0, min(strip[0], words[0] - AIR)), max(0, min(strip[1], words[1] - AIR))
    x1, y1 = min(picture.width, max(strip[2], words[2] + AIR)), min(picture.height, max(strip[3], words[3] + AIR))
    if x1 - x0 > WIDEST:
        x0 = max(x0, min((words[0] + words[2] - WIDEST) // 2, words[0] - AIR))
    if y1 - y0 > HIGHEST:
        y0 = max(y0, words[1] - AIR)
    return x0, y0, min(x1, x0 + WIDEST), min(y1, y0 + HIGHEST)
