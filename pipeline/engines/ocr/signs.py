"""Small signs that the model confuses or overlooks, told by the ink itself.

A bullet is what begins a line, stands alone and is filled from side to side, as discs, squares and diamonds are and no
letter is, or a small ring; the model takes it for `e`, `@` or `M@`. A comma hangs below its line and a full stop does
not: between the digits of a number this is a thousandfold, and so is a comma that was overlooked. A bar that stands on
its line is an `I`.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import structs

from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.rows import Blob, Place, Row, Seen

_DECIMAL = re.compile(r"\d\.(?!\d{3}(?:\D|$))\d.*")
"""A digit, a full stop and other than three digits: no thousands, so that the stop stays as it was read."""
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
_LOW, _SPECK = 0.75, 0.12
"""How high and wide a sign at the foot of the line is at most, and how wide at least, in the same."""
_RULE = 3.0
"""From what height on a bar is a rule, in the same."""
_FEWEST_BEFORE = 3
"""Characters of a word with a stop that may be the tail of a letter, at least."""
_LEVEL, _CAPITAL = 0.12, (1.15, 1.7)
"""How far from its line an `I` ends at most, and how high it is, in the same."""


def with_signs(rows: Sequence[Row], ink: Ink, letter: float) -> None:
    """Corrects the bullets, commas and bars of the lines of a page whose small letters are so high, in pixels."""
    blobs = sorted(ink.blobs, key=lambda blob: blob.bottom)
    for row in rows:
        near = _blobs_of(row, blobs, letter)
        if (bullet := _bullet(row, near, ink, letter)) is not None:
            row.seen[0] = bullet
        row.seen = [seen for seen in row.seen if seen.text != "|" or not _is_rule(seen, ink, letter)] or row.seen
        for seen in row.seen:
            if len(seen.places) == len(seen.text):
                _set_commas(seen, row, near, letter)
                _set_bars(seen, row, near, letter)
                _add_commas(seen, row, near, letter)
                _drop_comma(seen, row, near, letter)


def _is_rule(seen: Seen, ink: Ink, letter: float) -> bool:
    """Whether a bar is a part of a rule that is higher than its line."""
    left, top, right, bottom = seen.place
    near = ink.within(left - letter / 2, right + letter / 2)
    return any(blob.height >= _RULE * letter and blob.top < bottom and blob.bottom > top for blob in near)


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
    if len(row.seen) < 2 or len(row.seen[0].text) > _LONGEST:
        return None
    first, second = row.seen[0], row.seen[1]
    inside = [blob for blob in blobs if first.place[0] - 1 <= blob.middle <= first.place[2] + 1]
    inside = [blob for blob in inside if max(blob.width, blob.height) >= _SIZES[0] * letter]
    if len(inside) != 1 or second.place[0] - inside[0].right < _APART * letter:
        return None
    if first.text.isdecimal() and inside[0].height > _LARGEST_OPEN * letter:
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
    for at, sign in enumerate(seen.text):
        if _DECIMAL.fullmatch(seen.text[max(at - 1, 0) :]):
            continue
        if sign == "." and (blob := _at_foot(seen, at, row, blobs, letter)) is not None and _hangs(blob, row, letter):
            seen.text = seen.text[:at] + "," + seen.text[at + 1 :]


def _hangs(blob: Blob, row: Row, letter: float) -> bool:
    hangs = blob.bottom - row.base(_place(blob)) >= _HANGS * letter
    return hangs and blob.height >= _LONG * blob.width


def _set_bars(seen: Seen, row: Row, blobs: Sequence[Blob], letter: float) -> None:
    """Sets `I` for the bars of a word that stand on the line and are as high as capitals."""
    for at, sign in enumerate(seen.text):
        left, top, right, bottom = seen.places[at]
        inside = [b for b in blobs if left - 1 <= b.middle <= right + 1 and b.top < bottom and b.bottom > top]
        if sign == "|" and len(inside) == 1:
            below = inside[0].bottom - row.base(_place(inside[0]))
            if abs(below) <= _LEVEL * letter and _CAPITAL[0] * letter <= inside[0].height <= _CAPITAL[1] * letter:
                seen.text = seen.text[:at] + "I" + seen.text[at + 1 :]


def _add_commas(seen: Seen, row: Row, blobs: Sequence[Blob], letter: float) -> None:
    """Adds the commas that were overlooked between the digits of a word."""
    for at in range(len(seen.text) - 3, 0, -1):
        if not seen.text[at - 1 : at + 3].isdecimal() or seen.text[at + 3 : at + 4].isdecimal():
            continue
        left, right = ((place[0] + place[2]) / 2 for place in seen.places[at - 1 : at + 1])
        found = [blob for blob in blobs if left < blob.middle < right and _is_low(blob, row, letter)]
        if len(found) == 1 and _hangs(found[0], row, letter):
            place = _place(found[0])
        elif not found and _has_tail(seen, at, row, blobs, letter):
            place = seen.places[at - 1]
        else:
            continue
        seen.text = seen.text[:at] + "," + seen.text[at:]
        seen.places.insert(at, place)


def _has_tail(seen: Seen, at: int, row: Row, blobs: Sequence[Blob], letter: float) -> bool:
    """Whether the digit before a place reaches below its line, as no other of its number does: a comma touches it."""
    below = []
    for place in (seen.places[at - 1], *(seen.places[other] for other in range(len(seen.text)) if other != at - 1)):
        inside = [b for b in blobs if place[0] <= b.middle <= place[2] and b.height >= letter]
        below.append(max((b.bottom - row.base(_place(b)) for b in inside), default=0.0))
    return below[0] >= _HANGS * letter and max(below[1:]) <= _HANGS / 2 * letter


def _drop_comma(seen: Seen, row: Row, blobs: Sequence[Blob], letter: float) -> None:
    """Drops a stop behind an `R` that has no ink of its own: it is the tail of the letter."""
    if len(seen.text) >= _FEWEST_BEFORE and seen.text[-2:] in ("R,", "R.") and not seen.text[:-1].islower():
        left = seen.places[-2][0]
        if not any(left < blob.middle <= seen.place[2] + letter / 4 and _is_low(blob, row, letter) for blob in blobs):
            seen.text, seen.places = seen.text[:-1], seen.places[:-1]


def _is_low(blob: Blob, row: Row, letter: float) -> bool:
    """Whether a blob is a sign at the foot of its line."""
    low = row.base(_place(blob)) - blob.top <= _LOW * letter
    return low and blob.height <= _LOW * letter and _SPECK * letter <= blob.width <= _LOW * letter


def _at_foot(seen: Seen, at: int, row: Row, blobs: Sequence[Blob], letter: float) -> Blob | None:
    """The blob of a full stop or comma at the foot of its line; None where there is not just one."""
    left = (seen.places[at - 1][0] + seen.places[at - 1][2]) / 2 if at else seen.place[0] - 1
    right = (seen.places[at + 1][0] + seen.places[at + 1][2]) / 2 if at + 1 < len(seen.text) else seen.place[2] + 2
    found = [blob for blob in blobs if left < blob.middle < right and _is_low(blob, row, letter)]
    return found[0] if len(found) == 1 else None
