"""Small signs that the model confuses, told by the ink itself: bullets, and commas beside full stops.

A bullet is what begins a line, stands alone and is filled from side to side, as discs, squares and diamonds are and no
letter is, or a small ring; the model takes it for `e`, `@` or `M@`. A comma hangs below its line and a full stop does
not: between the digits of a number this is a thousandfold.
"""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import structs

from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.rows import Blob, Place, Row, Seen

BULLET, _RING = "•", "o"
_LONGEST = 2
"""Characters that a bullet is taken for at most."""
_SIZES, _LARGEST_OPEN, _RING_SIZE = (0.25, 1.7), 1.05, 0.95
"""How high and wide a bullet is, a diamond at most, and a ring at most, in heights of small letters."""
_SQUARE, _ROUND = 1.4, 1.2
"""How many times as wide as high a bullet is at most, or as high as wide, and a ring."""
_FULL, _HALF_FULL, _HOLLOW = 0.72, 0.45, 0.55
"""How much of its box a disc or a square fills, a diamond or a triangle, and a ring at most."""
_APART = 0.5
"""White space after a bullet, in heights of small letters."""
_HANGS, _LONG = 0.17, 1.2
"""How far below its line a comma ends at least, in heights of small letters, and its height in widths at least."""
_LOW = (0.75, 0.75)
"""How high and wide the sign at the foot of the line is at most, in the same."""


def with_signs(rows: Sequence[Row], ink: Ink, letter: float) -> None:
    """Corrects the bullets and the commas of the lines of a page whose small letters are so high, in pixels."""
    blobs = sorted(ink.blobs, key=lambda blob: blob.bottom)
    for row in rows:
        near = _blobs_of(row, blobs, letter)
        if (bullet := _bullet(row, near, ink, letter)) is not None:
            row.seen[0] = bullet
        for seen in row.seen:
            _set_commas(seen, row, near, letter)


def _blobs_of(row: Row, blobs: Sequence[Blob], letter: float) -> list[Blob]:
    """The blobs that stand or hang on a line, from left to right."""
    left, right = row.seen[0].place[0] - letter, row.seen[-1].place[2] + letter
    found = [
        blob
        for blob in blobs
        if left <= blob.middle <= right and -letter <= row.base(_place(blob)) - blob.bottom <= 2 * letter
    ]
    return sorted(found, key=lambda blob: blob.left)


def _place(blob: Blob) -> Place:
    return blob.left, blob.top, blob.right, blob.bottom


def _bullet(row: Row, blobs: Sequence[Blob], ink: Ink, letter: float) -> Seen | None:
    """The bullet that begins a line, whatever it was taken for; None where it begins with a word."""
    if len(row.seen) < 2 or len(row.seen[0].text) > _LONGEST or row.seen[0].text.isdecimal():
        return None
    first, second = row.seen[0], row.seen[1]
    inside = [blob for blob in blobs if first.place[0] - 1 <= blob.middle <= first.place[2] + 1]
    inside = [blob for blob in inside if max(blob.width, blob.height) >= _SIZES[0] * letter]
    if len(inside) != 1 or second.place[0] - inside[0].right < _APART * letter:
        return None
    sign = _sign(inside[0], ink, letter)
    return structs.replace(first, text=sign, place=_place(inside[0]), confidence=100.0, places=[]) if sign else None


def _sign(blob: Blob, ink: Ink, letter: float) -> str:
    """The bullet that a blob is; empty where it may be a letter."""
    wide, high = blob.width, blob.height
    longest, shortest = max(wide, high), min(wide, high)
    if not _SIZES[0] * letter <= longest <= _SIZES[1] * letter or longest > _SQUARE * shortest:
        return ""
    full = blob.area / (wide * high)
    if full >= _FULL:
        return BULLET
    if full >= _HALF_FULL and longest <= _LARGEST_OPEN * letter and _is_solid(blob, ink):
        return BULLET
    ring = full <= _HOLLOW and longest <= _RING_SIZE * letter and longest <= _ROUND * shortest
    return _RING if ring and _is_ring(blob, ink) else ""


def _is_solid(blob: Blob, ink: Ink) -> bool:
    """Whether each row of pixels of a blob is one run, and grows and shrinks at most once."""
    rows = [row for row, _, _ in ink.runs(blob)]
    return len(rows) == len(set(rows))


def _is_ring(blob: Blob, ink: Ink) -> bool:
    """Whether a blob is whole above and below and has its two sides in between."""
    counts: dict[int, int] = {}
    for row, _, _ in ink.runs(blob):
        counts[row] = counts.get(row, 0) + 1
    runs = [counts[row] for row in sorted(counts)]
    changes = [two for one, two in pairwise(runs) if one != two]
    return runs[0] == runs[-1] == 1 and changes == [2, 1]


def _set_commas(seen: Seen, row: Row, blobs: Sequence[Blob], letter: float) -> None:
    """Sets commas for the full stops of a word that hang below the line."""
    if len(seen.places) != len(seen.text):
        return
    for at, sign in enumerate(seen.text):
        if sign == "." and (blob := _at_foot(seen, at, row, blobs, letter)) is not None:
            hangs = blob.bottom - row.base(_place(blob)) >= _HANGS * letter
            if hangs and blob.height >= _LONG * blob.width:
                seen.text = seen.text[:at] + "," + seen.text[at + 1 :]


def _at_foot(seen: Seen, at: int, row: Row, blobs: Sequence[Blob], letter: float) -> Blob | None:
    """The blob of a full stop or comma at the foot of its line; None where there is not just one."""
    left = (seen.places[at - 1][0] + seen.places[at - 1][2]) / 2 if at else seen.place[0] - 1
    right = (seen.places[at + 1][0] + seen.places[at + 1][2]) / 2 if at + 1 < len(seen.text) else seen.place[2] + 2
    found = [
        blob
        for blob in blobs
        if left < blob.middle < right
        and blob.height <= _LOW[0] * letter
        and blob.width <= _LOW[1] * letter
        and row.base(_place(blob)) - blob.top <= _LOW[0] * letter
    ]
    return found[0] if len(found) == 1 else None
