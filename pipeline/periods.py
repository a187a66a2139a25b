"""The period that a title block states: `July 2019 – October 2020`, `2019/20`, `FY2021-22`, `Q3 2021`, `1 May 2014`."""

import calendar
import datetime
import re

_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = (
    r"(?P<month{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year{0}>(?:19|20)\d\d)(?!\d)"
_DAY = (
    r"(?:(?P<from{0}>\d{{1,2}})(?:st|nd|rd|th)?\s{{0,2}}(?:–|—|-|~|to|and|&)\s{{0,2}})?"
    r"(?P<day{0}>\d{{1,2}})(?:st|nd|rd|th)?"
)
_TO = r"\s{0,3}(?:–|—|-|−|~|/|to|until|till|through|and|&)\s{0,3}"
_TEXTUAL = (
    rf"(?:{_DAY}\s{{{{0,2}}}}(?:of\s)?)?\b{_MONTH}"
    rf"(?:\s{{{{0,2}}}}(?P<after{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)?(?!\d))?(?:,?\s{{{{0,3}}}}{_YEAR})?"
)
_NUMERIC = r"(?P<one{0}>\d{{1,2}})[./-](?P<two{0}>\d{{1,2}})[./-](?P<year{0}>(?:19|20)\d\d)(?!\d)"
_ISO = r"(?P<year{0}>(?:19|20)\d\d)-(?P<iso{0}>\d\d)-(?P<day{0}>\d\d)(?!\d)"


def _range(atom: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<!\d){atom.format(1)}(?:{_TO}(?:the\s)?{atom.format(2)})?")


_TEXT_RANGE = _range(_TEXTUAL)
_NUMERIC_RANGE = _range(_NUMERIC)
_ISO_RANGE = _range(_ISO)
_QUARTER = re.compile(
    r"(?i)\b(?:q(?P<q>[1-4])|(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)\s(?P<part>quarter|half))"
    r"(?:\s(?:of|,))?,?\s{0,2}"
    r"(?:fy\s?)?'?(?P<year>(?:19|20)\d\d|\d\d)(?!\d)"
)
_YEARS = re.compile(
    r"(?i)(?:(?<![\w./-])|(?<=FY)|(?<=FY'))(?P<from>(?:19|20)\d\d)(?![a-z])"
    r"(?:\s{0,2}[-–—/~]\s{0,2}(?P<to>(?:19|20)\d\d|\d\d)(?!\d)|\s(?:to|and)\s(?P<to2>(?:19|20)\d\d)(?!\d))?(?!\d)"
)
_ENDED = re.compile(
    r"(?i)\b(?P<length>(?:financial |fiscal )?year|(?:twelve|six|three|12|6|3) months?|quarter|half[ -]year|month)"
    r" (?:ended|ending|to)(?: on)?(?: the)?(?=\s{1,3}\w)"
)
_MONTHS_ENDED = {"twelve": 12, "12": 12, "six": 6, "6": 6, "half": 6, "three": 3, "3": 3, "quarter": 3, "month": 1}
_DAY_AND_WORD = re.compile(r"(?i)\d{1,2}(?:er|st|nd|rd|th|º|\.)?\s{1,2}(?:de\s)?[a-zéûç]{3,12}\.?,?\s(?:de\s)?$")
"""A day and a month right before a year: one in another language, or a day that there was not."""
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}

Period = tuple[datetime.date, datetime.date]


def parse_period(text: str) -> Period | None:
    """The first and last day of the period that `text` states, or `None` when it states none."""
    ended = _ENDED.search(text[:400])
    if ended is not None and (last := parse_period(text[ended.end() : 400])) is not None:
        return _before(last[1], ended["length"].lower())
    for pattern, read in ((_ISO_RANGE, _iso), (_NUMERIC_RANGE, _numeric), (_TEXT_RANGE, _textual)):
        for found in pattern.finditer(text[:400]):
            period = read(found)
            if period is not None:
                return period
    return _quarter(text[:400]) or _years(text[:400])


def _before(last: datetime.date, length: str) -> Period:
    """The months that end with `last`: `year ended 31 March 2020`."""
    months = next((months for word, months in _MONTHS_ENDED.items() if length.startswith(word)), 12)
    at = last.year * 12 + last.month - months
    return datetime.date(at // 12, at % 12 + 1, 1), last


def _days(first: tuple[int, int, int | None], last: tuple[int, int, int | None]) -> Period | None:
    year, month, day = first
    last_year, last_month, last_day = last
    if last_day is None:
        last_day = calendar.monthrange(last_year, last_month)[1] if 1 <= last_month <= 12 else 0
    try:
        start, end = datetime.date(year, month, day or 1), datetime.date(last_year, last_month, last_day)
    except ValueError:
        return None
    return (start, end) if start <= end else None


def _iso(found: re.Match[str]) -> Period | None:
    one = int(found["year1"]), int(found["iso1"]), int(found["day1"])
    if found["year2"] is None:
        return _days(one, one)
    return _days(one, (int(found["year2"]), int(found["iso2"]), int(found["day2"])))


def _numeric(found: re.Match[str]) -> Period | None:
    """Days in figures; the month comes first only where the day could not."""
    pairs = [(int(found["one1"]), int(found["two1"]), int(found["year1"]))]
    if found["year2"] is not None:
        pairs.append((int(found["one2"]), int(found["two2"]), int(found["year2"])))
    if any(two > 12 for _, two, _ in pairs):
        pairs = [(two, one, year) for one, two, year in pairs]
    (day, month, year), (last_day, last_month, last_year) = pairs[0], pairs[-1]
    return _days((year, month, day), (last_year, last_month, last_day))


def _textual(found: re.Match[str]) -> Period | None:
    """Months in words, with or without days; a year missing at the start is that of the end."""
    end = "2" if found["month2"] else "1"
    year_text = found[f"year{end}"] or found["year1"]
    if year_text is None:
        return None
    year = int(year_text)
    month, last_month = _month(found["month1"]), _month(found[f"month{end}"])
    first_year = int(found["year1"]) if found["year1"] else year - (1 if month > last_month else 0)
    day = found["day1"] or found["after1"]
    if found["from1"] and found["day1"] and int(found["from1"]) < int(found["day1"]):
        day = found["from1"]
    last_day = found[f"day{end}"] or found[f"after{end}"]
    return _days(
        (first_year, month, int(day) if day else None), (year, last_month, int(last_day) if last_day else None)
    )


def _month(name: str) -> int:
    return next(i for i, full in enumerate(_NAMES, 1) if full.startswith(name.lower()[:3]))


def _quarter(text: str) -> Period | None:
    found = _QUARTER.search(text)
    if found is None:
        return None
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    part = int(found["q"]) if found["q"] else _ORDINALS[found["word"].lower()]
    months = 6 if found["part"] and found["part"].lower() == "half" else 3
    return _days((year, months * (part - 1) + 1, 1), (year, months * part, None)) if months * part <= 12 else None


def _years(text: str) -> Period | None:
    """Years named, as calendar years: `2019/20` runs from January 2019 to December 2020."""
    for found in _YEARS.finditer(text):
        if _DAY_AND_WORD.search(text, 0, found.start()):
            continue
        first = int(found["from"])
        last_text = found["to"] or found["to2"]
        last = (
            first
            if last_text is None
            else int(last_text)
            if len(last_text) == 4
            else first // 100 * 100 + int(last_text)
        )
        if first <= last <= first + 20:
            return datetime.date(first, 1, 1), datetime.date(last, 12, 31)
    return None
