"""What a report settles for the reading of its texts: its period, how it writes dates, its fiscal year, its currency.

Each fact is taken from the report itself, by evidence, and stays open where the evidence is missing or divided.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from pipeline.countries import find_countries
from pipeline.dates import find_dates
from pipeline.dates.atoms import MONTHS
from pipeline.money import FAR_MORE, Written, settle_symbols, written_currencies
from pipeline.records import Context, CountryValue, DateValue, Report

COUNTRIES_MONTH_FIRST = frozenset({"AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "US", "VI"})
"""Countries that write `5/31/2020`, by the short date format of their English locale in CLDR."""

COUNTRIES_OF_NEITHER = frozenset({"CA", "CN", "HU", "JP", "KP", "KR", "LT", "MN", "SE", "TW"})
"""Countries that write the year first or use both orders, so that their custom does not tell."""

COUNTRIES_THAT_NAME_FISCAL_YEARS_FOR_THEIR_START = frozenset({"JP", "SG"})

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_IN_FIGURES = re.compile(
    r"(?<![\w./-])(?P<first>[0-9]{1,2})(?P<sign>[/-])(?P<second>[0-9]{1,2})(?P=sign)(?:[0-9]{2}){1,2}(?![\w/-])"
)
_SPELLED = re.compile(
    rf"(?<!\w)(?:(?P<day_first>[0-9]{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\.?,? [0-9]{{4}})"
    rf"|(?P<month_first>(?:{_MONTH})\.? [0-9]{{1,2}}(?:st|nd|rd|th)?, ?[0-9]{{4}}))(?!\w)",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"(?<![a-z])(?:(?:fiscal|financial|budget|accounting) year|FY)(?![a-z])", re.IGNORECASE)
_FROM_MONTH_TO_MONTH = re.compile(
    rf"(?<![a-z])(?P<first>{_MONTH})\.?(?: 1(?:st)?)?,?(?: [0-9]{{4}})?\s?(?:-|–|—|to|until|through)\s?(?:the )?"
    rf"(?:[0-9]{{1,2}}(?:st|th)? )?(?:of )?(?P<last>{_MONTH})(?![a-z])",
    re.IGNORECASE,
)
_BEGINS_IN = re.compile(
    rf"(?:begin|start|commenc)[a-z]* (?:on |in |from )?(?:the )?(?:1(?:st)? |first )?(?:of )?(?P<first>{_MONTH})"
    r"(?![a-z])",
    re.IGNORECASE,
)
_NEAR = 80
"""Characters on each side of `fiscal year` in which its months are named."""


def of_report(report: Report) -> Context:
    """Returns the context of every text of `report`; the day of writing is taken to be the last day of the period."""
    texts = tuple(_texts(report))
    written = written_currencies(texts)
    country = country_of(report) or ("US" if is_american(texts) else None) or country_of_dollars(written, texts)
    return Context(
        period_start=report.period_start,
        period_end=report.period_end,
        reference_date=report.period_end,
        day_first=day_first(texts, country or country_by_money(written)),
        currencies=settle_symbols(written, country),
        fiscal_year_start=fiscal_year_start(texts) or _month_of_its_year(report),
        fiscal_year_named_for_start=is_named_for_start(texts, report, country),
        country=country,
        organization=report.organization,
        acronym=report.acronym,
    )


def of_section(context: Context, title: str) -> Context:
    """Returns the context of the text under `title`: a year, half, quarter or months that it names are the period.

    They are when the title names no other time: `Dates for 2023`, `Plans for July–September 2021`; not a single month.
    What is planned (`Next steps`) lies in the year after the report's period.
    """
    times = [
        mention.value
        for mention in find_dates(title, context)
        if isinstance(mention.value, DateValue) and mention.value.start_date is not None
    ]
    if context.period_end is not None and _PLANS.search(title) and all(time.is_inferred for time in times):
        return _in_the_year_after(context, context.period_end)
    if len(times) != 1 or times[0].is_inferred or ".." in (times[0].edtf or ""):
        return context
    start, end = times[0].start_date, times[0].end_date
    is_single = times[0].precision not in ("year", "half", "quarter") and times[0].edtf != f"{start:%Y-%m}/{end:%Y-%m}"
    return context if is_single else msgspec.structs.replace(context, period_start=start, period_end=end)


def is_named_for_start(texts: Iterable[str], report: Report, country: str | None) -> bool:
    """Returns whether `FY2021` begins in 2021: the year the report covers is the one it names most often.

    Where it names the years of its first and its last day equally often, the custom of the country decides. The former,
    named once and alone, may be the year before of a report that names its own for its end.
    """
    if _month_of_its_year(report) is not None and report.period_start is not None:
        named = Counter(int(figures) % 100 for text in texts for figures in _NAMED_YEAR.findall(text))
        first = report.period_start.year % 100
        if named[first] != named[first + 1]:
            return named[first] > named[first + 1] and (named[first] > 1 or named[first - 1] > 0)
    return country in COUNTRIES_THAT_NAME_FISCAL_YEARS_FOR_THEIR_START


_NAMED_YEAR = re.compile(r"(?<![a-z])(?:FY|(?:fiscal|financial) year) ?((?:20)?[0-9]{2})(?![-–/]?[0-9])", re.IGNORECASE)


_PLANS = re.compile(
    r"(?i)(?<!\w)(?:next steps?|outlook|looking (?:ahead|forward)|way forward|upcoming|forthcoming"
    r"|future (?:plans?|work)|planned (?:activities|events)|(?:plans?|priorities|work) for the (?:next|coming|second)"
    r"|(?:our |work ?|action )?plans?$|next (?:meetings?|year|quarter|period))(?!\w)"
)
"""Titles of sections about what comes after the period."""


def _in_the_year_after(context: Context, last: datetime.date) -> Context:
    if last.year >= datetime.MAXYEAR - 1:
        return context
    start = last + datetime.timedelta(days=1)
    end = start.replace(year=start.year + 1, day=min(start.day, 28)) - datetime.timedelta(days=1)
    return msgspec.structs.replace(context, period_start=start, period_end=end)


def _month_of_its_year(report: Report) -> int | None:
    """Returns the month that a report's period begins in, when it is a year that is no calendar year."""
    start, end = report.period_start, report.period_end
    if start is None or end is None or start.day != 1 or start.month == 1:
        return None
    return start.month if (end + datetime.timedelta(days=1)) == start.replace(year=start.year + 1) else None


def _texts(report: Report) -> Iterator[str]:
    for section in report.sections:
        yield section.title.text
        yield section.text.text


def country_of(report: Report) -> str | None:
    """Returns the country that the organization's own name states, or else its address, when that states just one."""
    for text in (report.organization or "", "\n".join(report.places)):
        codes = set(_countries_in(text))
        if len(codes) == 1:
            return codes.pop()
    return None


def country_of_dollars(written: Written, texts: Iterable[str]) -> str | None:
    """Returns the country of the one dollar that a report writes out a few times, `C$` among many `$`, if it is theirs.

    It is when the texts name that country twice or more, and none more often.
    """
    codes = [code for code in written.codes if code.endswith("D") and code not in _MONEY_OF_MANY]
    if len(codes) != 1 or written.bare <= FAR_MORE * written.codes[codes[0]]:
        return None
    named = Counter(code for text in texts for code in _countries_in(text))
    own = codes[0][:2]
    return own if named[own] >= max(_OFTEN, *named.values(), 0) else None


def _countries_in(text: str) -> list[str]:
    values = (mention.value for mention in find_countries(text, Context()))
    return [value.alpha2 for value in values if isinstance(value, CountryValue)]


def country_by_money(written: Written) -> str | None:
    """Returns the country whose own money the report writes out most, twice or more; none for money that many use."""
    own = {code: times for code, times in written.codes.items() if code not in _MONEY_OF_MANY}
    code = max(own, key=lambda code: own[code], default=None)
    if code is None or own[code] < _OFTEN or 2 * own[code] <= sum(own.values()):
        return None
    return code[:2]


_MONEY_OF_MANY = frozenset({"USD", "EUR", "XOF", "XAF", "XCD", "XPF", "XDR"})
_OFTEN = 2


def is_american(texts: Iterable[str]) -> bool:
    """Returns whether the texts are of the United States: its forms for charities, or days in figures, month first.

    Canada and the Philippines write such days too: who names them is not taken to be American for the days alone.
    """
    orders: set[bool] = set()
    elsewhere = False
    for text in texts:
        if _AMERICAN.search(text):
            return True
        orders.update(_orders_of_figures(text))
        elsewhere |= "Canad" in text or "Philippine" in text
    return orders == {False} and not elsewhere


_AMERICAN = re.compile(r"\b501\(c\)|\bForm 990\b|\bInternal Revenue Service\b")


def day_first(texts: Iterable[str], country: str | None) -> bool | None:
    """Returns whether `3/4/2020` is the third of April in these texts, or None when nothing tells.

    In order of trust: figures above 12 in the dates in figures; the custom of the country; the order in which dates
    are spelled. Divided evidence of one kind settles nothing and leaves the answer to the next.
    """
    figures: set[bool] = set()
    spelled: Counter[bool] = Counter()
    for text in texts:
        figures.update(_orders_of_figures(text))
        spelled.update(match.lastgroup == "day_first" for match in _SPELLED.finditer(text))
    if len(figures) == 1:
        return figures.pop()
    if country is not None and country not in COUNTRIES_OF_NEITHER:
        return country not in COUNTRIES_MONTH_FIRST
    return next(iter(spelled)) if len(spelled) == 1 else None


def _orders_of_figures(text: str) -> Iterator[bool]:
    for match in _IN_FIGURES.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        if (first > 12) != (second > 12) and max(first, second) <= 31:
            yield first > 12


def fiscal_year_start(texts: Iterable[str]) -> int | None:
    """Returns the month that the fiscal year begins in, when the texts say so and always the same."""
    months = {month for text in texts for match in _FISCAL.finditer(text) for month in _months_beside(text, match)}
    return months.pop() if len(months) == 1 else None


def _months_beside(text: str, fiscal: re.Match[str]) -> Iterator[int]:
    """The first months of the twelve-month spans, and the months of beginning, that the line names near by."""
    start = max(text.rfind("\n", 0, fiscal.start()) + 1, fiscal.start() - _NEAR)
    beside = text[start : fiscal.end() + _NEAR].split("\n")[0]
    for match in _FROM_MONTH_TO_MONTH.finditer(beside):
        first, last = MONTHS[match["first"].lower()], MONTHS[match["last"].lower()]
        if first % 12 == (last + 1) % 12:
            yield first
    for match in _BEGINS_IN.finditer(beside, fiscal.end() - start):
        yield MONTHS[match["first"].lower()]
