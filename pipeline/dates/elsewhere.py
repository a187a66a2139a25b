"""Days and months written out in a language that our grammar does not read: `12 sierpnia 2014`, `5 Ağustos 2019`.

Our own tables hold the months of English and of the languages nearest to it; dateparser knows those of many more. A
year that our grammar found alone is looked at once more: when a month of some language stands beside it, dateparser
reads the whole under fixed settings, in the languages that have such a month, and a full reading stands.
"""

import re
from functools import cache, lru_cache
from importlib import import_module

from pipeline.dates.atoms import MONTHS, MONTHS_ELSEWHERE
from pipeline.dates.shapes import Part, Phrase

LANGUAGES = 59
"""How many of dateparser's languages are asked, in its order: by the number of people who write them on the web."""
LONGEST = 64
"""Characters that dateparser is given at most."""
SHORTEST_NAME = 4
"""Letters of a month's name: shorter ones are words of English too (`sat`, `out`, `pro`)."""
SHORTEST_LONE_NAME = 6
"""Letters of a month's name that stands without a day."""
MOST_NAMES = 60
"""Different names of months that are looked up for one text: two languages have fewer, and each language must load."""
NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SETTINGS = {"PREFER_DAY_OF_MONTH": "first", "PARSERS": ["absolute-time"], "TIMEZONE": "UTC"}

SAMPLE_DAY, SAMPLE_YEAR = "28", "2000"
_OF = r"(?:(?:de|del|di|da|do|of)\s)?"
_BEFORE = re.compile(
    rf"(?<!\w)(?:(?P<day>0?[1-9]|[12][0-9]|3[01])(?:\.|º|ª|er|-?(?:го|а))?\s{_OF})?(?P<month>[^\W\d_]{{3,16}})[.,]?\s{_OF}$"
)
_NUMBERED_BEFORE = re.compile(
    r"(?<!\w)(?:(?:ngày\s)?(?P<day>[0-9]{1,2})\s)?(?P<month>tháng\s[0-9]{1,2})[,\s]\s?(?:năm\s)?$", re.I
)
_AFTER = re.compile(r"\.?(?:\sm\.)?\s(?P<month>[^\W\d_]{3,16})(?:\s(?P<day>[0-9]{1,2})(?!\d)(?:\.|\sd\.)?)?(?!\w)")
_YEAR_SIGN = re.compile(r"\s?(?:г\.?|года|р\.|року|r\.|roku|ж\.)(?!\w)")
_REACH = 36


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages that have a month of this name, by the name in small letters."""
    from dateparser.data.languages_info import language_order  # dateparser is long in coming, and few texts ask it

    found: dict[str, list[str]] = {}
    for language in language_order[:LANGUAGES]:
        info = import_module(f"dateparser.data.date_translation_data.{language}").info
        for name in {name.lower() for month in NAMES for name in info.get(month, ())}:
            found.setdefault(name, []).append(language)
    return {name: tuple(languages) for name, languages in found.items()}


def written_out(line: str, phrase: Phrase, met: set[str]) -> Phrase:
    """`phrase`, a year alone, with the month and day beside it in another language; as it is when there are none.

    `met` holds the names of months that were looked up for this text before, and takes those that are new.
    """
    if phrase.shape != "Y":
        return phrase
    before = line[max(0, phrase.start - _REACH) : phrase.start]
    for pattern in (_NUMBERED_BEFORE, _BEFORE):
        match = pattern.search(before)
        if match is not None:
            sign = _YEAR_SIGN.match(line, phrase.end)
            start, end = phrase.start - len(before) + match.start(), sign.end() if sign else phrase.end
            read = _read(line, phrase, match, start, end, met)
            if read is not None:
                return read
    match = _AFTER.match(line, phrase.end)
    if match is not None and match["day"]:
        return _read(line, phrase, match, phrase.start, match.end(), met) or phrase
    return phrase


def _read(line: str, phrase: Phrase, match: re.Match[str], start: int, end: int, met: set[str]) -> Phrase | None:
    name, day = match["month"].lower(), match["day"]
    if name in MONTHS or name in MONTHS_ELSEWHERE or len(name) < (SHORTEST_NAME if day else SHORTEST_LONE_NAME):
        return None
    languages = _languages().get(name, ("vi",) if name.startswith("tháng") else ())
    year = phrase.parts[0].year
    if not languages or end - start > LONGEST or year is None or (name not in met and len(met) >= MOST_NAMES):
        return None
    met.add(name)
    month = _month(_sample(line[start:end], day, str(year)), languages, bool(day))
    if month is None:
        return None
    part = Part("day", year, month, int(day)) if day else Part("month", year, month)
    return Phrase(start, end, "dMY" if day else "MY", (part,), phrase.joint)


def _sample(text: str, day: str | None, year: str) -> str:
    """The same words with a day and a year that every month has, so that few texts are read however many are met."""
    sample = text.replace(year, SAMPLE_YEAR, 1)
    return re.sub(rf"(?<!\d){day}(?!\d)", SAMPLE_DAY, sample, count=1) if day else sample


@lru_cache(maxsize=4096)
def _month(text: str, languages: tuple[str, ...], has_day: bool) -> int | None:
    """The month that dateparser reads in `text`, when it reads all of its parts."""
    from dateparser.date import DateDataParser  # as above

    settings = SETTINGS | {"REQUIRE_PARTS": ["day", "month", "year"] if has_day else ["month", "year"]}
    found = DateDataParser(languages=list(languages), settings=settings).get_date_data(text).date_obj
    if found is None or str(found.year) != SAMPLE_YEAR or (has_day and str(found.day) != SAMPLE_DAY):
        return None
    month: int = found.month
    return month
