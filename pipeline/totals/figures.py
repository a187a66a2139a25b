"""Figures as tables print them, read in each way that they can be read, and sums that fit or not."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Way = Literal["grouped", "decimal"]
WAYS: tuple[Way, ...] = ("grouped", "decimal")
"""Whether a comma or dot before three digits groups them, or begins a fraction. One way holds for a whole column."""

LONGEST = 40
_SPACES = "\u0020\u00a0\u202f\u2009"
_FIGURE = re.compile(
    rf"(?P<open>\()?[^\w\s(%]{{0,2}}(?:[A-Z]{{1,3}}[^\w\s%]?\s?)?(?P<sign>[-−–])?"
    rf"(?P<digits>\d[\d.,'’{_SPACES}]*\d|\d)[^\w%]{{0,3}}(?:/[-=])?"
)
_NOTHING = re.compile(r"[-–—.]*|nil|none|n/?a", re.IGNORECASE)
_GROUPED = re.compile(rf"\d{{1,3}}(?:[.,'’{_SPACES}]\d{{2,3}})*[.,'’{_SPACES}]\d{{3}}(?P<rest>[.,]\d{{1,2}})?")
_PLAIN = re.compile(r"(?P<whole>\d+)(?:[.,](?P<part>\d+))?")


class Figure(Struct, frozen=True):
    """A number and how many decimal places it was printed with."""

    value: Decimal
    places: int


def parse(text: str, way: Way) -> Figure | None:
    """The figure that a cell holds and nothing else; an empty cell or a dash is zero; a share is none."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if _NOTHING.fullmatch(text):
        return Figure(Decimal(0), 0)
    match = _FIGURE.fullmatch(text)
    if match is None:
        return None
    found = _read(match["digits"], way)
    if found is None:
        return None
    return Figure(-found.value, found.places) if match["open"] or match["sign"] else found


def _read(digits: str, way: Way) -> Figure | None:
    grouped = _GROUPED.fullmatch(digits)
    if grouped and not (way == "decimal" and re.fullmatch(r"\d{1,3}[.,]\d{3}", digits)):
        rest = grouped["rest"] or ""
        whole = re.sub(r"\D", "", digits[: len(digits) - len(rest)])
        return Figure(Decimal(f"{whole}.{rest[1:] or '0'}"), max(len(rest) - 1, 0))
    plain = _PLAIN.fullmatch(digits)
    if plain is None:
        return None
    part = plain["part"] or ""
    return Figure(Decimal(f"{plain['whole']}.{part or '0'}"), len(part))


def missing(total: Figure, addends: Sequence[Figure], *, rounded: bool) -> Decimal:
    """By how much a total is above the sum of what makes it up; zero when they fit.

    Args:
        total: the total.
        addends: what makes it up.
        rounded: the figures are rounded, so that each may be half a unit of its last place off.
    """
    difference = total.value - sum((one.value for one in addends), Decimal())
    places = max([total.places, *(one.places for one in addends)])
    tolerance = Decimal(1).scaleb(-places) * (len(addends) + 1) / 2 if rounded or places else Decimal(0)
    return Decimal(0) if abs(difference) <= tolerance else difference


def shown(value: Decimal) -> str:
    """A number as a person writes it."""
    plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    return format(plain, ",f")


def differs(difference: Decimal) -> str:
    """By how much a total differs, in words."""
    return f"{shown(abs(difference))} {'more' if difference > 0 else 'less'}"
