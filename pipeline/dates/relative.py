"""Times said by another: `the same month` of a date just named, `yesterday` and `this year` of the day of writing.

Read only when the other end is certain: the day of writing is known to the day only in a report of a day or a few, and
`this year` means one year only in a report whose period lies in one.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.dates.inference import SHORT_PERIOD
from pipeline.dates.shapes import Part
from pipeline.records import Context


class Relative(NamedTuple):
    """A relative time at `start:end` of its line; without a part it is not certain which time is meant."""

    start: int
    end: int
    part: Part | None


class Stated(NamedTuple):
    """A date that the line states before: where it ends, and its last part."""

    end: int
    part: Part


_RELATIVE = re.compile(
    r"(?<![\w-])(?=[tynl])(?:(?P<day>today|yesterday|tomorrow)"
    r"|(?:the (?P<nth>[0-9]{1,2})(?:st|nd|rd|th) of )?(?P<same>the same|that same)\s(?P<anchored>year|month|day)"
    r"|(?P<which>this|last|next)\s(?P<unit>year|month))(?![\w-])",
    re.IGNORECASE,
)
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_STEPS = {"this": 0, "last": -1, "next": 1}
CONFIDENCE = 0.8


def find(line: str, stated: Sequence[Stated], context: Context) -> Iterator[Relative]:
    """Every relative time of a line, from left to right; `stated` are the dates before and between them, in order."""
    index, anchor = 0, None
    for match in _RELATIVE.finditer(line):
        while index < len(stated) and stated[index].end <= match.start():
            anchor = stated[index].part
            index += 1
        if match["same"]:
            part = _same(match["anchored"].lower(), anchor)
            if part is not None and match["nth"] is not None:
                part = part._replace(unit="day", day=int(match["nth"])) if part.unit == "month" else None
        elif match["day"]:
            part = _day(_DAYS[match["day"].lower()], context)
        else:
            part = _near(match["unit"].lower(), _STEPS[match["which"].lower()], context)
        yield Relative(*match.span(), part)


def _same(unit: str, anchor: Part | None) -> Part | None:
    """The year, month or day of the date named last, if that is so precise."""
    if anchor is None or anchor.year is None:
        return None
    if unit == "year":
        is_one = anchor.last_year is None and anchor.unit not in ("decade", "century")
        return Part("year", anchor.year) if is_one else None
    if unit == "month":
        return Part("month", anchor.year, anchor.month) if anchor.month is not None else None
    return anchor if anchor.unit == "day" else None


def _day(step: int, context: Context) -> Part | None:
    reference = _day_of_writing(context)
    if reference is None or not 2 < reference.year < 9998:
        return None
    day = reference + datetime.timedelta(days=step)
    return Part("day", day.year, day.month, day.day)


def _day_of_writing(context: Context) -> datetime.date | None:
    start, end = context.period_start, context.period_end
    if start is not None and end is not None and start != end:
        return None
    return context.reference_date


def _near(unit: str, step: int, context: Context) -> Part | None:
    reference = context.reference_date
    start, end = context.period_start or reference, context.period_end or reference
    if reference is None or start is None or end is None or (end - start).days > 366:
        return None
    if unit == "year":
        return Part("year", reference.year + step) if start.year == end.year == reference.year else None
    if (end - start).days > SHORT_PERIOD or (start.year, start.month) != (end.year, end.month):
        return None
    months = 12 * reference.year + reference.month - 1 + step
    return Part("month", months // 12, months % 12 + 1)
