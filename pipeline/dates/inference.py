"""The year that a date leaves out, taken from its line or its report when only one is possible."""

import datetime
import re
from collections.abc import Iterator, Sequence

from pipeline.dates import periods
from pipeline.dates.atoms import MONTHS_ELSEWHERE
from pipeline.dates.shapes import Part, Phrase, order
from pipeline.records import Context

NEAR = 183
"""Days around the day of writing in which a date without a year lies: half a year each way leaves one choice."""

SHORT_PERIOD = 62
"""Days that a period may have for the report to speak of what is near rather than of what is inside."""

MARGIN = 92
"""Most days before and after a period that a report of a quarter or a half year speaks of as well; it is a third of the
rest of the year, so that the other day of the same name is twice as far away."""
YEAR = 365


def year_of(part: Part, line_year: int | None, context: Context, planned: int | None = None) -> int | None:
    """The one year that `part` can be in, or None when it is not certain.

    A year that the same line names goes first, unless the report's period knows better. `planned` is a year after the
    period that the same sentence names: what is still to come is not inside the period.
    """
    if planned is not None and context.period_end is not None and planned > context.period_end.year:
        return planned
    inside = _years_inside(part, context)
    if line_year is not None and (not inside or line_year in inside):
        return line_year
    if len(inside) == 1:
        return inside[0]
    return None


def _years_inside(part: Part, context: Context) -> list[int]:
    start, end = _window(context)
    if start is None or end is None:
        return []
    years = []
    for year in range(start.year, end.year + 1):
        days = periods.days(part._replace(year=year))
        if days is not None and days[0] <= end and start <= days[1]:
            years.append(year)
    return years


def _window(context: Context) -> tuple[datetime.date | None, datetime.date | None]:
    """The days a date of this report lies in: its period and what borders on it, or half a year around its writing."""
    start, end = context.period_start, context.period_end
    if start is not None and end is not None and (end - start).days > SHORT_PERIOD:
        margin = datetime.timedelta(days=max(0, min(MARGIN, (YEAR - (end - start).days) // 3)))
        return max(start, datetime.date.min + margin) - margin, min(end, datetime.date.max - margin) + margin
    centre = context.reference_date or end
    if centre is None or not 1 < centre.year < 9999:
        return None, None
    return centre - datetime.timedelta(days=NEAR), centre + datetime.timedelta(days=NEAR - 1)


CONFIDENCE = 0.92
"""Of a date whose year was inferred."""

_MONTH_CUE = re.compile(
    r"(?<![^\W\d_])(?:in|of|by|since|until|till|from|during|to|between|early|mid|late|end|this|last|through|and|before|after|for|"
    r"through(?:out)?|as of)[\s-](?:the )?$",
    re.IGNORECASE,
)
_OF_THE_YEAR = re.compile(r"\s(?:of|in) (?:the|this) year(?!\w)", re.IGNORECASE)
_WORDS_TOO = frozenset(("may", "march", "mar", "sun", "sat", "august"))
"""Names that are also words: without a capital and a year they name no month."""


LONGEST_SENTENCE = 240
"""Characters over which a year reaches forward in its sentence."""
_SENTENCE_END = re.compile(r"[.;!?][\s)]")
_DAY_CUE = re.compile(r"(?<!\w)(?:on|by|until|till|since|before|after|dated)\s$", re.IGNORECASE)
"""What makes a day of `19/03`."""


def _is_one_sentence(line: str, start: int, end: int) -> bool:
    return end - start <= LONGEST_SENTENCE and _SENTENCE_END.search(line, start, end) is None


def with_years(line: str, read: Sequence[Phrase], context: Context) -> Iterator[tuple[Phrase, bool]]:
    """Every phrase with its year, and whether the year was inferred; the year stays open where it is not certain."""
    shared = _share_years(read)
    before: int | None = None
    stated_end = 0
    for phrase in shared:
        last = phrase.parts[-1]
        if last.year is not None:
            before, stated_end = _one_year(phrase), phrase.end
            yield phrase, False
        elif _names_a_time(line, phrase):
            said, end = _said_year(line, phrase, before, context)
            planned = before if _is_one_sentence(line, stated_end, phrase.start) else None
            year = said or year_of(last, before, context, planned)
            longer = phrase if end == phrase.end else phrase._replace(end=end)
            yield (longer if year is None else _in_year(longer, year)), year is not None


def _one_year(phrase: Phrase) -> int | None:
    """The year that a phrase leaves in mind, if it is one."""
    years = {part.year for part in phrase.parts} | {part.last_year or part.year for part in phrase.parts}
    is_long = phrase.parts[-1].unit in ("decade", "century")
    return None if len(years) > 1 or is_long else phrase.parts[-1].year


_SAID_YEAR = re.compile(r",?\s(?:of )?(?:(?P<which>this|last|next)|(?:the|that) same)\syear(?!\w)", re.IGNORECASE)
_STEPS = {"this": 0, "last": -1, "next": 1}


def _said_year(line: str, phrase: Phrase, before: int | None, context: Context) -> tuple[int | None, int]:
    """The year of `November last year`, and where the words end; the same year is the one that the line named before.

    Counted from the day of writing when the report's period lies in one year; else the words are left to the caller.
    """
    said = _SAID_YEAR.match(line, phrase.end)
    if said is not None and said["which"] is None:
        return (before, said.end()) if before is not None else (None, phrase.end)
    written = context.reference_date
    if said is None or written is None or (context.period_start or written).year != written.year:
        return None, phrase.end
    return written.year + _STEPS[said["which"].lower()], said.end()


def _share_years(read: Sequence[Phrase]) -> list[Phrase]:
    """`14 May and 3 December 2019`: members of a list share the year that the last one names."""
    shared = list(read)
    for index in range(len(shared) - 2, -1, -1):
        phrase, follower = shared[index], shared[index + 1]
        year = follower.parts[0].year
        if phrase.parts[-1].year is None and year is not None and follower.joint in ("&", ",", "/"):
            fits = {phrase.parts[-1].unit, follower.parts[0].unit} <= {"day", "month"} or (
                phrase.parts[-1].unit == follower.parts[0].unit
            )
            if fits and order(phrase.parts[-1]) <= order(follower.parts[0]):
                shared[index] = _in_year(phrase, year)
    return shared


def _in_year(phrase: Phrase, year: int) -> Phrase:
    """The phrase with its last part in `year`; a range that crosses the new year begins in the year before."""
    last = phrase.parts[-1]._replace(year=year)
    first = phrase.parts[0]
    crosses = len(phrase.parts) > 1 and order(first) > order(last)
    parts = (first._replace(year=year - crosses), last) if len(phrase.parts) > 1 else (last,)
    return phrase._replace(parts=parts)


def _names_a_time(line: str, phrase: Phrase) -> bool:
    """Whether a phrase without a year is a time at all: `May`, `march` and `first half` may be other things."""
    words = line[phrase.start : phrase.end]
    if "M" not in phrase.shape and phrase.parts[0].unit in ("quarter", "half"):
        return words[:1] == "Q" or _OF_THE_YEAR.match(line, phrase.end) is not None
    named = re.findall(r"[^\W\d_]+", words)
    if any(word.lower() in MONTHS_ELSEWHERE for word in named) or (named and named[0] in _WORDS_TOO):
        return False
    if phrase.shape == "P":
        return _DAY_CUE.search(line[max(0, phrase.start - 8) : phrase.start]) is not None
    if phrase.shape == "M":
        cue = _MONTH_CUE.search(line[max(0, phrase.start - 16) : phrase.start])
        return cue is not None or (not line[: phrase.start].strip(" -–•") and line[phrase.end : phrase.end + 1] == ":")
    return True
