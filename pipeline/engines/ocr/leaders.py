"""Dotted leaders, as tables of contents have them: rows of dots from a title to its page.

Tesseract takes the dots for letters and loses the words around them. They are found among the blobs of the picture,
wiped from it, and put back between the words they joined.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from msgspec import Struct, structs
from PIL import Image, ImageDraw

from pipeline.engines.ocr.rows import Blob, Place, Row, Seen, around

_FEWEST = 6
"""Dots of the shortest leader."""
_LOW = 0.3
"""How high and wide a dot is at most, in heights of a letter."""
_LEVEL = 0.12
"""How far a dot may be above or below the one before, in heights of a letter."""
_APART = 2.0
"""How far the next dot may be, in heights of a letter."""
_EVEN = 0.35
"""How far the distance of two dots may be from what is usual in their leader, as a share."""
_WIPED = 2
"""Pixels around a dot that are wiped with it."""


_REACH, _DIGIT = 12.0, (0.8, 2.2)
"""How far right of a leader the number of its page stands, and how high its digits are, in heights of a letter."""

ReadDigits = Callable[[Place], Seen | None]


class Leader(Struct, frozen=True):
    """A row of dots."""

    place: Place
    dots: int


def find_leaders(blobs: Sequence[Blob], letter: float) -> list[Leader]:
    """The leaders of a page whose small letters are so high, in pixels."""
    low = [b for b in blobs if b.height <= _LOW * letter and b.width <= 2 * _LOW * letter and b.area >= 2]
    tall = [b for b in blobs if b.height > _LOW * letter]
    parts = (part for chain in _chains(low, letter) for part in _unbroken(chain, tall, letter))
    return [leader for part in parts if (leader := _leader(part)) is not None]


def _unbroken(chain: Sequence[Blob], tall: Sequence[Blob], letter: float) -> list[list[Blob]]:
    """The parts of a chain between which no letter stands: dots among letters are dirt, or pieces of letters."""
    top, bottom = min(dot.top for dot in chain) - letter / 2, max(dot.bottom for dot in chain)
    among = [b.middle for b in tall if b.top < bottom and b.bottom > top and chain[0].left < b.middle < chain[-1].right]
    parts = [[chain[0]]]
    for before, dot in itertools.pairwise(chain):
        if any(before.middle < middle < dot.middle for middle in among):
            parts.append([])
        parts[-1].append(dot)
    return [part for part in parts if len(part) >= _FEWEST]


def _chains(dots: Iterable[Blob], letter: float) -> list[list[Blob]]:
    """Dots that follow each other on one height."""
    open_: list[list[Blob]] = []
    done: list[list[Blob]] = []
    for dot in sorted(dots, key=lambda dot: (dot.left, dot.bottom)):
        going: list[list[Blob]] = []
        for chain in open_:
            (going if dot.left - chain[-1].right <= _APART * letter else done).append(chain)
        open_ = going
        best = min(open_, key=lambda chain: abs(chain[-1].bottom - dot.bottom), default=None)
        if best is not None and abs(best[-1].bottom - dot.bottom) <= max(_LEVEL * letter, 2):
            best.append(dot)
        else:
            open_.append([dot])
    return [chain for chain in done + open_ if len(chain) >= _FEWEST]


def _leader(chain: Sequence[Blob]) -> Leader | None:
    """The leader that a chain of dots makes; None where they are not evenly spread."""
    steps = [two.left - one.left for one, two in itertools.pairwise(chain)]
    usual = median(steps)
    if sum(abs(step - usual) <= _EVEN * usual for step in steps) < 0.8 * len(steps):
        return None
    place = (chain[0].left, min(b.top for b in chain), chain[-1].right, max(b.bottom for b in chain))
    return Leader(place, round((place[2] - place[0]) / usual) + 1)


def wipe(picture: Image.Image, leaders: Iterable[Leader]) -> None:
    """Takes the leaders off a picture."""
    pencil = ImageDraw.Draw(picture)
    for leader in leaders:
        left, top, right, bottom = leader.place
        pencil.rectangle((left - _WIPED, top - _WIPED, right + _WIPED - 1, bottom + _WIPED - 1), fill=255)


def with_leaders(rows: Sequence[Row], leaders: Iterable[Leader], letter: float) -> list[Row]:
    """The lines with the leaders as words; what a leader joins is one line, and what stands after it is doubted."""
    left = list(rows)
    for leader in leaders:
        on = [row for row in left if _on_line(row, leader, letter)]
        before = [row for row in on if row.seen[0].place[0] < leader.place[0]]
        if not before:
            continue
        row = max(before, key=lambda row: row.seen[-1].place[0])
        right = [other for other in on if other is not row and other.seen[0].place[0] >= leader.place[2] - letter]
        nearest = min(right, key=lambda other: other.seen[0].place[0], default=None)
        dots = Seen("." * leader.dots, leader.place, 100.0, [])
        after = [structs.replace(seen, confidence=0.0) for seen in (nearest.seen if nearest else ())]
        words = sorted([*row.seen, dots, *after], key=lambda seen: seen.place[0])
        joined = structs.replace(row, seen=words)
        left = [joined if other is row else other for other in left if other is not nearest]
    return left


def with_page_numbers(rows: Sequence[Row], blobs: Iterable[Blob], letter: float, read: ReadDigits) -> None:
    """Reads what stands right of each leader as a number, in place of the words that were read there."""
    right_of = sorted(blobs, key=lambda blob: blob.left)
    for row in rows:
        ends = [at for at, seen in enumerate(row.seen) if set(seen.text) == {"."} and len(seen.text) >= _FEWEST]
        if not ends:
            continue
        leader = row.seen[ends[-1]].place
        number = [
            blob
            for blob in right_of
            if leader[2] <= blob.left <= leader[2] + _REACH * letter
            and _DIGIT[0] * letter <= blob.height <= _DIGIT[1] * letter
            and abs(blob.bottom - leader[3]) <= letter / 2
        ]
        if number and (seen := read(around(number))) is not None:
            row.seen = [*row.seen[: ends[-1] + 1], seen]


def _on_line(row: Row, leader: Leader, letter: float) -> bool:
    return abs(row.base(leader.place) - leader.place[3]) <= letter / 2
