"""The period that a title block states: `July 2019 – October 2020`, `2019/20`, `FY2021-22`, `Q3 2021`, `1 May 2014`.

Dates are read by `dates`; here is only what a title block adds: a year that ended on a day is the year up to it, and
years named side by side are one period.
"""

import calendar
import datetime
import re
from collections.abc import Iterable

from pipeline.dates import find_dates
from pipeline.records import Context, DateValue

Period = tuple[datetime.date, datetime.date]

_LONGEST = 300
_YEAR = re.compile(r"(?:19|20)\d\d|['’]\d\d")
_FISCAL = re.compile(r"(?i)\b(?:fy|fiscal year|financial year)\s{1,2}(?=(?:19|20)\d\d)")
_OTHER_ERA = re.compile(
    r"(?i)\b(?:20[5-9]\d(?:\s?[/–-]\s?\d{2,4})?|2[45]\d\d)(?:\s?(?:b\.?\s?[es]\.?|v\.?\s?s\.?))?\s?(?=[(\[/]\s?(?:a\.?d\.?\s?)?(?:19|20)[0-4]\d)"
)
"""A year of the Nepalese or the Buddhist era before the year of ours that it is: `2077/78 (2020/21)`, `2563 (2020)`."""
_POINTED = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)[./](\d{1,2})(?:[./](\d{1,2}))?\s{0,2}[–—~-]\s{0,2}((?:19|20)\d\d)[./](\d{1,2})(?:[./](\d{1,2}))?(?![\d.])"
)
"""Ranges with the year first, as East Asian reports have them: `2019.7 – 2020.6`."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_YEAR_SPAN = re.compile(
    rf"(?i)\b(?:1(?:st)?\s)?(?P<first>{_NAME})(?:\s1(?:st)?)?(?:,?\s\d{{4}})?\s{{0,2}}(?:to|until|[-–—])\s{{0,2}}"
    rf"(?:(?:28|29|30|31)(?:st|th)?\s)?(?P<last>{_NAME})\b"
)
_CALLED = re.compile(r"(?i)\b(?:financial|fiscal|accounting|reporting|business) year\b[^.]{0,60}$")
_ENDED = re.compile(
    r"(?i)\b(?P<length>(?:financial |fiscal )?year|(?:twelve|six|three|12|6|3) months?|quarter|half[ -]year|month)"
    r" (?:ended|ending|to)(?: on)?(?: the)?(?=\s{1,3}\w)"
)
_MONTHS_ENDED = {"twelve": 12, "12": 12, "six": 6, "6": 6, "half": 6, "three": 3, "3": 3, "quarter": 3, "month": 1}


def parse_period(text: str) -> Period | None:
    """The first and last day of the period that `text` states, or `None` when it states none."""
    text = _plainly(_OTHER_ERA.sub("", _FISCAL.sub("", text[:_LONGEST])))
    if not _YEAR.search(text):
        return None
    if (pointed := _POINTED.search(text)) is not None and (period := _pointed(pointed)) is not None:
        return period
    ended = _ENDED.search(text)
    if ended is not None and (last := parse_period(text[ended.end() :])) is not None:
        return _before(last[1], ended["length"].casefold())
    found = [
        (mention.start, mention.end, mention.value.start_date, mention.value.end_date)
        for mention in find_dates(text, Context())
        if isinstance(mention.value, DateValue) and mention.value.start_date and mention.value.end_date
    ]
    if not found:
        return None
    exact = more_exact((found[0][2], found[0][3]), [(first, last) for _, _, first, last in found[1:]])
    if exact is not None:
        return exact
    _, end, first, last_day = found[0]
    for next_start, next_end, next_first, next_last in found[1:]:
        if re.fullmatch(r"\s?(?:and|&|,)\s?", text[end:next_start]) and next_first == last_day + datetime.timedelta(1):
            end, last_day = next_end, next_last
    return first, last_day


_BOTH = r"\s?(?:to|until|[-–—~])\s?"
_SPACED_YEARS = re.compile(r"\b((?:19|20)(\d\d))\s{1,2}[-–—]\s{1,2}(\d\d)(?![\d.,/-]|\s\w)")
_SHORT_YEARS = re.compile(r"\b(?:FY|F\.Y\.)\s?['’]?(\d\d)\s?[/–-]\s?(\d\d)\b")
_SHORT = r"(?:[-–.]\s?['’]?|\s?['’])(\d\d)"
_SHORT_MONTHS = re.compile(rf"(?i)\b({_NAME}){_SHORT}{_BOTH}({_NAME}){_SHORT}(?!\d|,?\s?(?:19|20)\d\d)")
_MONTHS_OF_YEARS = re.compile(rf"(?i)\b({_NAME} (?:19|20)\d\d)\s?/\s?(?={_NAME} (?:19|20)\d\d)")
_MONTH_LIST = re.compile(rf"(?i)\b({_NAME})\s?/\s?(?={_NAME}\s?(?:/|(?:19|20)\d\d))")
_ROMANCE_MONTH = (
    r"janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|se[pt]{1,2}iembre|octubre|noviembre"
    r"|janeiro|fevereiro|mar[çc]o|maio|junho|julho|setembro|outubro|novembro"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre"
)
_ROMANCE_RANGE = re.compile(rf"(?i)\b((?:{_ROMANCE_MONTH})(?:(?: de)? (?:19|20)\d\d)?) [aà] (?=[^\W\d_])")
"""`janvier à juin 2020`, `enero a junio de 2020`; no range begins with the last month of a year."""
_SPACED_POINTS = re.compile(r"(?<=\d)\.\s(?=\d{1,2}(?:\.|\s{0,2}(?:[~–—-]|$)))|(?<=\d)\.(?=\s{0,2}(?:[~–—-]|$))")
_HALF_YEAR = re.compile(r"(?i)\b(half)[ -]year(?:ly)?\b")
_REPORT_BETWEEN = re.compile(
    r"(?i)\b((?:(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:quarter|half|semester))|[qh][1-4])(?:ly)?"
    r" (?:\w{1,14} ){0,2}(?:report|review|update|bulletin|newsletter),? (?:for |of |[-–—] )?(?=(?:19|20)\d\d)"
)


def _plainly(text: str) -> str:
    """A period in the words that `dates` reads: title blocks shorten years and put other words between."""

    def next_year(found: re.Match[str]) -> str:
        first, second = (int(figures) for figures in found.groups()[-2:])
        return f"20{found[1]}-{found[2]}" if second == first + 1 else found[0]

    def joined(found: re.Match[str]) -> str:
        return f"{found[1]}-{found[3]}" if int(found[3]) == int(found[2]) + 1 else found[0]

    if not any(map(str.isdigit, text)):
        return text
    text = _SHORT_YEARS.sub(next_year, _SPACED_YEARS.sub(joined, text))
    text = _SHORT_MONTHS.sub(r"\1 20\2 – \3 20\4", text)
    text = _MONTH_LIST.sub(r"\1, ", _MONTHS_OF_YEARS.sub(r"\1 – ", text))
    text = _REPORT_BETWEEN.sub(r"\1 ", _HALF_YEAR.sub(r"\1", _ROMANCE_RANGE.sub(r"\1 – ", text)))
    return _SPACED_POINTS.sub(lambda found: "." if found[0] != "." else "", text) if _POINTS.search(text) else text


_POINTS = re.compile(r"\b(?:19|20)\d\d\.\s\d{1,2}\.")

LEAST_DAYS = 27
"""Days between the first and the last of a period that says which months a year is."""


def more_exact(period: Period, others: Iterable[Period]) -> Period | None:
    """The one of the others that says which months a year is: `2022-23 (1 April 2022 to 31 March 2023)`."""
    if not _is_calendar_years(period):
        return None
    return next(
        (
            (first, last)
            for first, last in others
            if not _is_calendar_years((first, last))
            and (last - first).days >= LEAST_DAYS
            and period[0] <= first <= period[1]
        ),
        None,
    )


def _is_calendar_years(period: Period) -> bool:
    start, end = period
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)


def fiscal_month(texts: Iterable[str], *, called: bool = False) -> int | None:
    """The month that a year begins in where the texts name its first and last day, `1 April to 31 March`, all alike.

    With `called`, only what is called a financial year or the like counts.
    """
    months = set()
    for text in texts:
        for found in _YEAR_SPAN.finditer(text):
            if called and not _CALLED.search(text, max(0, found.start() - 80), found.start()):
                continue
            first, last = (_MONTHS.index(found[part][:3].casefold()) for part in ("first", "last"))
            if (last + 1) % 12 == first:
                months.add(first + 1)
    return months.pop() if len(months) == 1 else None


def as_fiscal(period: Period, first_month: int) -> Period:
    """Two calendar years as the one fiscal year that begins in a month of the first: `FY2021-22` from April on."""
    start, end = period
    if not _is_calendar_years(period) or end.year != start.year + 1 or first_month == 1:
        return period
    last = datetime.date(end.year, first_month, 1) - datetime.timedelta(1)
    return datetime.date(start.year, first_month, 1), last


def _pointed(found: re.Match[str]) -> Period | None:
    year, month, day, last_year, last_month, last_day = (int(part) if part else 0 for part in found.groups())
    if not (1 <= month <= 12 and 1 <= last_month <= 12):
        return None
    try:
        first = datetime.date(year, month, day or 1)
        last = datetime.date(last_year, last_month, last_day or calendar.monthrange(last_year, last_month)[1])
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _before(last: datetime.date, length: str) -> Period:
    """The months that end with `last`: `year ended 31 March 2020`."""
    months = next((months for word, months in _MONTHS_ENDED.items() if length.startswith(word)), 12)
    at = last.year * 12 + last.month - months
    return datetime.date(at // 12, at % 12 + 1, 1), last
