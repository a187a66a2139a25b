"""Lines and words as Tesseract has them, and the ink they are made of: places are in pixels, confidences to 100."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

Place = tuple[int, int, int, int]
"""`(left, top, right, bottom)` in pixels."""

_BELIEVED = 30.0
_TALL, _SMALL = re.compile(r"[A-Zbdfhkl0-9]"), re.compile(r"[acemnorsuvwxz]")


class Blob(Struct, frozen=True):
    """One piece of connected ink: its box in pixels, the number of its dark pixels, and its number."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    number: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way between its sides."""
        return (self.left + self.right) / 2


def around(blobs: Sequence[Blob]) -> Place:
    """The box around some blobs, of which there is at least one."""
    return (
        min(blob.left for blob in blobs),
        min(blob.top for blob in blobs),
        max(blob.right for blob in blobs),
        max(blob.bottom for blob in blobs),
    )


class Seen(Struct):
    """A word: its place, how much the model believes in it, and the places of its characters.

    `places` is empty where they are not known, and else has one place for each character of the text.
    """

    text: str
    place: Place
    confidence: float
    places: list[Place]

    @property
    def believed(self) -> bool:
        """Whether the word may be kept in a line that the model does not believe in."""
        return self.confidence >= _BELIEVED


class Row(Struct):
    """A line: its height, two points of its baseline, and its words."""

    height: float
    baseline: tuple[tuple[float, float], tuple[float, float]] | None
    seen: list[Seen]

    @property
    def letters(self) -> list[tuple[str, int]]:
        """The letters and digits whose heights are known; those of a number that was read alone are as high as it."""
        found = []
        for seen in self.seen:
            if len(seen.places) == len(seen.text):
                found += [(one, place[3] - place[1]) for one, place in zip(seen.text, seen.places, strict=True)]
            elif seen.text.isdecimal():
                found += [(one, seen.place[3] - seen.place[1]) for one in seen.text]
        return [(one, height) for one, height in found if one.isalnum() and height > 0]

    @property
    def tall(self) -> list[int]:
        """The heights of its tall characters."""
        return [height for letter, height in self.letters if _TALL.fullmatch(letter)]

    @property
    def small(self) -> list[int]:
        """The heights of its small letters."""
        return [height for letter, height in self.letters if _SMALL.fullmatch(letter)]

    @property
    def is_stack(self) -> bool:
        """Whether its words stand above each other: a column of numbers that was taken for upright text."""
        pairs = list(itertools.pairwise(seen.place for seen in self.seen))
        above = sum(max(a[1], b[1]) >= min(a[3], b[3]) and max(a[0], b[0]) < min(a[2], b[2]) for a, b in pairs)
        return 2 * above > len(pairs)

    @property
    def is_credible(self) -> bool:
        """Whether the model believes in most of the line, and so in the line."""
        return 2 * sum(seen.believed for seen in self.seen) >= len(self.seen) > 1

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its baseline."""
        left, right = self.seen[0].place[0], self.seen[-1].place[2]
        bottoms = sorted(seen.place[3] for seen in self.seen)
        return (left + right) / 2, self.base((left, 0, right, bottoms[len(bottoms) // 2]))

    def base(self, place: Place) -> float:
        """The height, from the top, of the baseline below a place."""
        if self.baseline is None:
            return place[3]
        (x0, y0), (x1, y1) = self.baseline
        middle = (place[0] + place[2]) / 2
        return y0 + (y1 - y0) * (middle - x0) / (x1 - x0) if x1 > x0 else y0


def read_rows(found: Any, level: Any) -> Iterator[Row]:
    """The lines that the engine holds, in its reading order.

    Args:
        found: the engine's iterator at its beginning.
        level: the engine's names of what can be iterated over.
    """
    row: Row | None = None
    for at in _symbols(found, level):
        if row is None or at.IsAtBeginningOf(level.TEXTLINE):
            if row is not None and row.seen:
                yield row
            row = Row(at.RowAttributes()["row_height"], at.Baseline(level.TEXTLINE), [])
        if at.IsAtBeginningOf(level.WORD):
            text, place = at.GetUTF8Text(level.WORD).strip(), at.BoundingBox(level.WORD)
            if text and place is not None:
                row.seen.append(Seen(text, place, at.Confidence(level.WORD), []))
        if row.seen and (symbol := at.BoundingBox(level.SYMBOL)) is not None:
            row.seen[-1].places += [symbol] * len(at.GetUTF8Text(level.SYMBOL))
    if row is not None and row.seen:
        yield row


def _symbols(found: Any, level: Any) -> Iterator[Any]:
    """The iterator itself, at one recognised character after the other."""
    while not found.Empty(level.SYMBOL):
        yield found
        if not found.Next(level.SYMBOL):
            return
