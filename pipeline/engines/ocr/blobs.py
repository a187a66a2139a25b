"""Connected ink on the picture of a page.

Each blob is a set of dark pixels that touch, corners included: most letters are one, `i` and `é` are two. The picture
is cut into the dark runs of each row of pixels, runs of neighbouring rows that touch are joined, and all of it is done
on whole arrays.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.engines.ocr.rows import Blob

Numbers = NDArray[np.int64]
_DARK = 128


class Ink:
    """All blobs of a picture, with the runs of pixels that each is made of."""

    def __init__(self, picture: Image.Image) -> None:
        self._rows, self._starts, self._ends = _runs(np.asarray(picture) < _DARK)
        self._owners = _joined(self._rows, self._starts, self._ends)
        self.blobs = _measured(self._owners, self._rows, self._starts, self._ends)
        self._order = np.argsort(self._owners, kind="stable")
        self._firsts = np.searchsorted(self._owners[self._order], np.arange(len(self.blobs) + 1))

    def within(self, left: float, right: float) -> Iterator[Blob]:
        """The blobs whose middle is between two sides."""
        return (blob for blob in self.blobs if left <= blob.middle <= right)

    def runs(self, blob: Blob) -> Iterator[tuple[int, int, int]]:
        """Row, start and end of each run of a blob, from the top."""
        for run in self._order[self._firsts[blob.number] : self._firsts[blob.number + 1]]:
            yield int(self._rows[run]), int(self._starts[run]), int(self._ends[run])


def _runs(dark: NDArray[np.bool_]) -> tuple[Numbers, Numbers, Numbers]:
    """Row, start and end of every dark run, in rows from the top."""
    width = dark.shape[1] + 1
    edges = np.flatnonzero(np.diff(np.pad(dark, ((0, 0), (1, 1))).view(np.int8), axis=1).ravel())
    return edges[::2] // width, edges[::2] % width, edges[1::2] % width


def _joined(rows: Numbers, starts: Numbers, ends: Numbers) -> Numbers:
    """The number of the blob that each run belongs to."""
    if not len(rows):
        return rows
    width = int(ends.max()) + 2
    first = np.searchsorted(rows * width + ends, (rows + 1) * width + starts, side="left")
    last = np.searchsorted(rows * width + starts, (rows + 1) * width + ends, side="right")
    counts = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(rows)), counts)
    below = np.arange(len(above)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    owners = np.arange(len(rows))
    while True:
        one, two = owners[above], owners[below]
        apart = one != two
        if not apart.any():
            break
        above, below, one, two = above[apart], below[apart], one[apart], two[apart]
        np.minimum.at(owners, np.maximum(one, two), np.minimum(one, two))
        while not np.array_equal(higher := owners[owners], owners):
            owners = higher
    return np.unique(owners, return_inverse=True)[1].astype(np.int64)


def _measured(owners: Numbers, rows: Numbers, starts: Numbers, ends: Numbers) -> list[Blob]:
    if not len(owners):
        return []
    count = int(owners.max()) + 1
    left, top = np.full(count, np.iinfo(np.int64).max), np.full(count, np.iinfo(np.int64).max)
    right, bottom = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(left, owners, starts)
    np.minimum.at(top, owners, rows)
    np.maximum.at(right, owners, ends)
    np.maximum.at(bottom, owners, rows + 1)
    area = np.bincount(owners, ends - starts, count).astype(np.int64)
    boxes = zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), area.tolist(), strict=True)
    return [Blob(*box, number) for number, box in enumerate(boxes)]
