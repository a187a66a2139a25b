"""From a part of a calendar to its first and last day, its precision and its EDTF form (ISO 8601-2).

A value is as precise as its evidence: a month is all of its days, a range is as precise as the coarser of its ends.
"""

import datetime
from functools import lru_cache

from pipeline.dates.shapes import Part, Unit, order
from pipeline.records import DateValue

Days = tuple[datetime.date, datetime.date]

UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "season", "half", "year", "decade", "century")
"""From the finest to the coarsest."""


def days(part: Part, fiscal_year_start: int | None = None, named_for_start: bool = False) -> Days | None:
    """First and last day, inclusive; None where the year is missing or the calendar has no such day."""
    if part.year is None:
        return None
    try:
        if part.unit == "day":
            day = datetime.date(part.year, part.month or 0, part.day or 0)
            return day, day
        if part.unit == "week":
            return _week(part)
        if part.is_fiscal and fiscal_year_start not in (None, 1):
            return _fiscal_year(part, fiscal_year_start or 1, named_for_start)
        return _months(part)
    except ValueError:
        return None


def _week(part: Part) -> Days:
    """An ISO week, from Monday; week 0 is the last one of its year."""
    year = part.year or 0
    last = datetime.date(year, 12, 28).isocalendar().week
    monday = datetime.date.fromisocalendar(year, part.number or last, 1)
    return monday, monday + datetime.timedelta(days=6)


def _fiscal_year(part: Part, start: int, named_for_start: bool) -> Days:
    """`FY2019/20` from month `start` of 2019; `FY2020` ends in 2020, unless years are named for their start."""
    year = part.year or 0
    if part.last_year is None and not named_for_start:
        year -= 1
    length = {"quarter": 3, "half": 6}.get(part.unit, 12 * ((part.last_year or year + 1) - year))
    first = 12 * year + start - 1 + (length * (part.number - 1) if part.number else 0)
    return _whole_months(first, length)


def _months(part: Part) -> Days:
    """Units that are whole months. A season is named for the year it begins in."""
    year, month = part.year or 0, order(part)[0] or 1
    length = {"month": 1, "quarter": 3, "season": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}[part.unit]
    if part.last_year is not None and part.unit == "year":
        length = 12 * (part.last_year - year + 1)
    return _whole_months(12 * year + month - 1, length)


def _whole_months(first: int, length: int) -> Days:
    """`length` months from the one that is number `first`, counted from January of the year 0."""
    after = first + length
    return datetime.date(first // 12, first % 12 + 1, 1), datetime.date(
        after // 12, after % 12 + 1, 1
    ) - datetime.timedelta(days=1)


def edtf(part: Part, bounds: Days, mark: str = "") -> str:
    """The part in EDTF; `mark` is `~` for about, `?` for uncertain. Halves and quarters by their level 2 numbers."""
    first, last = bounds
    if part.unit == "day":
        return first.isoformat() + mark
    if part.unit == "week":
        return f"{first}{mark}/{last}{mark}"
    if part.is_fiscal and first.month != 1:
        return _interval(first, last, mark)
    if part.unit == "month":
        return f"{first:%Y-%m}{mark}"
    numbers = {"quarter": 32 + part.number, "half": 39 + part.number, "season": part.number}
    if part.unit in numbers and not mark:
        return f"{first:%Y}-{numbers[part.unit]}"
    if part.unit == "decade":
        return f"{first:%Y}"[:3] + "X" + mark
    if part.unit == "century" and not mark:
        return f"{first:%Y}"[:2] + "XX"
    if part.last_year is None and part.unit == "year":
        return f"{first:%Y}{mark}"
    return _interval(first, last, mark)


def _interval(first: datetime.date, last: datetime.date, mark: str = "") -> str:
    """From month to month or from year to year, whichever is coarser and still true."""
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    form = "%Y" if whole_years else "%Y-%m"
    return f"{first:{form}}{mark}/{last:{form}}{mark}"


def _end(part: Part, bounds: Days, mark: str, first: bool) -> str:
    """One end of an interval, where EDTF knows no quarters, seasons or halves."""
    written = edtf(part, bounds, mark)
    if "/" in written or part.unit in ("quarter", "half", "season", "century"):
        written = _interval(*bounds, mark).split("/")[0 if first else 1]
    return written


@lru_cache(maxsize=4096)  # reports name the same years and months again and again: a third of the time of a date
def value(
    parts: tuple[Part, ...],
    fiscal_year_start: int | None = None,
    named_for_start: bool = False,
    *,
    open_end: str = "",
    is_uncertain: bool = False,
    is_inferred: bool = False,
) -> DateValue | None:
    """The value of one part or of the range between two; None where a year is missing or the calendar has no such day.

    `open_end` is `after` or `before`: EDTF says `2018/..`.
    """
    read = [days(part, fiscal_year_start, named_for_start) for part in parts]
    bounds = [both for both in read if both is not None]
    if len(bounds) < len(read) or bounds[0][0] > bounds[-1][1]:
        return None
    marks = ["~" if part.is_approximate else "?" if is_uncertain else "" for part in parts]
    if len(parts) == 1:
        written = edtf(parts[0], bounds[0], marks[0])
        if open_end:
            end = _end(parts[0], bounds[0], marks[0], first=open_end == "after")
            written = f"{end}/.." if open_end == "after" else f"../{end}"
    else:
        written = "/".join(
            _end(p, b, m, first=n == 0) for n, (p, b, m) in enumerate(zip(parts, bounds, marks, strict=True))
        )
    several = len(parts) > 1 or parts[0].last_year is not None
    return DateValue(
        start_date=bounds[0][0],
        end_date=bounds[-1][1],
        precision=max((part.unit for part in parts), key=UNITS.index),
        kind="range" if several or open_end else "date",
        edtf=written,
        is_approximate=is_uncertain or any(part.is_approximate for part in parts),
        is_inferred=is_inferred,
    )
