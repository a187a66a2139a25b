"""What joins two numbers into a range: `20-30`, `between 20 and 30`, `from 20 to 30`, `two or three`."""

import re
from decimal import Decimal

from pipeline.numerals import Numeral

_SPACE = " \u00a0\u202f\u2009"
_LINK = re.compile(r"[ \u00a0\u202f\u2009]?(?:[-–—~～]|\bto\b|\bor\b|\band\b)[ \u00a0\u202f\u2009]?", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(between|from|ranging from)[ \u00a0]\Z", re.IGNORECASE)


def link(text: str, end: int, start: int) -> str | None:
    """Returns what joins the numbers around `end:start` into a range (`-`, `to`, `or`, `and`), or None."""
    gap = text[end:start]
    if len(gap) > 6 or not _LINK.fullmatch(gap):
        return None
    word = gap.strip(_SPACE).lower()
    return word if word in ("to", "or", "and") else "-"


def opening(text: str, start: int) -> tuple[str, int] | None:
    """Returns the `between` or `from` right before `start` and where it begins."""
    match = _BETWEEN.search(text, max(0, start - 14), start)
    return (match[1].lower(), match.start(1)) if match else None


def bounds(low: Numeral, high: Numeral) -> tuple[Decimal, Decimal] | None:
    """Returns the ends of a range, or None; the lower takes the scale of the higher (`10-15 million`, `10-12,000`)."""
    thousands = high.value / 1000
    if low.scale == 1 and high.scale > 1 and low.value < high.mantissa:
        low_value = low.value * high.scale
    elif not low.grouped and low.scale == 1 and high.grouped and low.value < thousands < 1000 and thousands % 1 == 0:
        low_value = low.value * 1000
    else:
        low_value = low.whole or low.value
    high_value = high.whole or high.value
    return (low_value, high_value) if low_value < high_value else None


_CHANGE = re.compile(
    r"\b(?:increas|rais|rose|ris|grew|grow|fall|fell|drop|declin|decreas|reduc|expand|chang|went|go|jump|soar|climb|move"
    r"|improv|doubl|tripl|up|down|upgrad|shift)\w{0,6}\b[^.;:\n]{0,60}\Z",
    re.IGNORECASE,
)


_BY = re.compile(r"\bby[ \u00a0]\Z", re.IGNORECASE)
_FAR_APART = 3
"""Times as much as by how much something changed that it may come to be, so that the two are no range of either."""


def differs(text: str, start: int, low: Decimal, high: Decimal) -> bool:
    """Says whether the number at `start` tells a difference, the next what it came to: `grew by 5 to 80`."""
    return low * _FAR_APART <= high and _BY.search(text, max(0, start - 4), start) is not None and changes(text, start)


def changes(text: str, start: int) -> bool:
    """Says whether what stands before `start` tells of a change: then `from 20 to 30` are two values, no range."""
    return _CHANGE.search(text, max(0, start - 90), start) is not None
