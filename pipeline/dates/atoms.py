"""The words and figures that dates are made of, and what may stand between two of them.

`tokens(line)` reads one line from left to right. Each token has a one-letter kind, so that the kinds of neighbouring
tokens, with one letter for what joins them, spell a *shape*: `24th-28th September, 2019` is `o-oM,Y`. The grammar in
`shapes` is written over these letters.

| kind | what | kind | what |
|---|---|---|---|
| `d` | a plain number from 1 to 31 | `Q` | a quarter, `Q3`, `third quarter` |
| `o` | an ordinal: `24th`, `first` | `H` | a half, `H1`, `second half` |
| `M` | a month's name | `S` | a season |
| `Y` | a year in four figures | `K` | a week, `week 3`, `first week` |
| `y` | a year after an apostrophe: `’19` | `W` | a day of the week |
| `R` | a year and its follower: `2018-19` | `X` | a decade: `1990s` |
| `m` | a month in figures: `07/2019`, `2019/07` | `V` | a century |
| `N` | a day in figures: `2019-10-21`, `21.10.2019` | `F` | `FY`, `fiscal year` |
| `P` | a day and a month in figures: `5/7` | `n` | any other number |
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from babel import Locale


class Token(NamedTuple):
    """A word or figure of a date at `start:end` of its line. `numbers` is what it says, by kind."""

    kind: str
    start: int
    end: int
    numbers: tuple[int, ...] = ()


class Gap(NamedTuple):
    """What joins two tokens: a letter of the shape (`""` for white space alone) and whether it says `about`."""

    letter: str
    approximate: bool = False


MONTH_NAMES = (
    ("january", "jan"),
    ("february", "feb", "febr"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, 1) for name in names}

OTHER_LANGUAGES = ("fr", "es", "pt", "de", "it", "nl", "sv", "da", "nb", "fi", "id", "sw")
"""Languages whose month names, in CLDR, are read beside a year; they begin with the letters that ours begin with."""
MONTHS_ELSEWHERE = {
    name.lower(): number
    for language in OTHER_LANGUAGES
    for number, name in Locale(language).months["format"]["wide"].items()
    if name.lower() not in MONTHS
}
_NAMES_WITH_CAPITALS = ("Mars", "MARS")
"""Capitalised, these are no month in any of the languages."""

WEEKDAYS = (
    *("monday", "mon", "tuesday", "tues", "tue", "wednesday", "wed", "thursday", "thurs", "thur", "thu"),
    *("friday", "fri", "saturday", "sat", "sunday", "sun"),
)

SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
"""Season to its EDTF number."""

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    "tenth",
    "eleventh",
    "twelfth",
    *(f"{x}teenth" for x in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
)
_TENS = ("twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first")
ORDINALS = {word: number for number, word in enumerate((*_UNITS, *_TEENS, *_TENS), 1)}
LAST = ("last", "final", "latter")

_ORDER = r"(?:first|second|third|fourth|last|final|latter|1st|2nd|3rd|4th)"
_YEAR = r"(?:1[5-9]|20)[0-9]{2}"
_END = r"(?![0-9])"
DASHES = "-‐‑–—−~〜～"
"""Hyphens, dashes and tildes that a range may be written with; the plain hyphen first, for sets of characters."""


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH_WITH_DOT = rf"0[1-9]\.(?:19|20)[0-9]{{2}}{_END}(?!\.[0-9])"

_MONTHS_IN_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN = _any(_MONTHS_IN_ROMAN)

FIGURES = {
    "N": rf"{_YEAR}(?P<s>[-./])[0-9]{{1,2}}(?P=s)[0-9]{{1,2}}{_END}"
    rf"|[0-9]{{1,2}}(?P<t>[-./])[0-9]{{1,2}}(?P=t)(?:{_YEAR}|[0-9]{{2}}){_END}"
    rf"|{_YEAR} ?[年년] ?[0-9]{{1,2}} ?[月월] ?[0-9]{{1,2}} ?[日일]"
    rf"|[0-9]{{1,2}}(?P<u>[. ]) ?(?:{_ROMAN})(?P=u) ?{_YEAR}{_END}",
    "n": rf"[0-9]{{1,3}}(?:[,'’\u00a0\u202f][0-9]{{3}})+{_END}(?:\.[0-9]+)?"
    rf"|[0-9]{{1,3}}(?: [0-9]{{3}})+{_END}|[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?{_END}"
    rf"|(?!{_MONTH_WITH_DOT})[0-9]+\.[0-9]+",
    "R": rf"{_YEAR}(?:[{DASHES}/][0-9]{{1,2}}|/{_YEAR}){_END}",
    "m": rf"{_MONTH_WITH_DOT}|(?:0?[1-9]|1[0-2])/{_YEAR}{_END}|{_YEAR} ?[年년] ?[0-9]{{1,2}} ?[月월]",
    "P": rf"[0-9]{{1,2}}/[0-9]{{1,2}}{_END}",
    "X": r"(?:1[5-9]|20)[0-9]0['’]?s|['’][0-9]0s",
    "V": r"(?:1[5-9]|2[01])(?:th|st)[ -]century(?![a-z])",
    "Q": r"(?:1st|2nd|3rd|4th)[ -](?:quarters?|qtr)|[1-4]q(?![a-z])",
    "H": r"(?:1st|2nd)[ -](?:half|halves|semesters?)|[12]h(?![a-z])",
    "K": r"(?:1st|2nd|3rd|4th)[ -]week(?![a-z])",
    "o": r"(?:[0-2]?[0-9]|3[01])(?:st|nd|rd|th)(?![a-z])|1er(?![a-z])|[0-9]{1,2}[º°]",
    "Y": rf"{_YEAR}{_END}",
    "y": rf"['’][0-9]{{2}}{_END}",
    "d": rf"[0-9]{{1,2}}{_END}",
    "z": r"[0-9]+",
}
"""Tokens that begin with a figure, by kind, in order of trial. `z` is `n` in the shape."""

WORDS = {
    "m": rf"(?:{_any(name for name in MONTHS if len(name) == 3)})-[1-3][0-9](?![-–/.]?[0-9]|,? [0-9]{{4}})",
    "Q": rf"{_ORDER}[ -](?:quarters?|qtr)|q[1-4]|quarter [1-4]",
    "B": r"(?:first|last) (?:three|3|six|6) months",
    "H": rf"{_ORDER}[ -](?:half|halves|semesters?)|h[12]|semester [12]",
    "K": rf"{_ORDER}[ -]week|week (?:[1-4][0-9]|5[0-3]|[1-9])|w(?:0[1-9]|[1-4][0-9]|5[0-3])",
    "o": _any(ORDINALS),
    "M": _any([*MONTHS, *MONTHS_ELSEWHERE]),
    "W": _any(WEEKDAYS),
    "S": _any(SEASONS),
    "F": r"fy|(?:fiscal|financial|budget) years?",
}
"""Tokens that begin with a letter, by kind. A month's or weekday's name may be cut short and end with a dot."""


def _named(atoms: dict[str, str], suffix: str) -> str:
    return "|".join(f"(?P<{kind}{suffix}>{expression})" for kind, expression in atoms.items())


_TOKEN = re.compile(
    rf"(?<![0-9])(?=[0-9'’])(?:{_named(FIGURES, '0')})"
    rf"|(?<![^\W\d_])(?=[a-w])(?:{_named(WORDS, '1')})(?![^\W\d_])"
)


def _beginnings() -> str:
    """The first three letters of every word that a token begins with, by their first letter."""
    words = {*MONTHS, *MONTHS_ELSEWHERE, *WEEKDAYS, *ORDINALS, *LAST, *SEASONS}
    words |= {"quarter", "semester", "week", "fy", "fiscal", "financial", "budget"}
    words |= {letter + figure for letter, figures in _FIRST_FIGURES.items() for figure in figures}
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[0], set()).add(re.escape(word[1:3]))
    return "|".join(f"{letter}(?:{_any(rest)})" for letter, rest in sorted(rests.items()))


_FIRST_FIGURES = {"q": "1234", "h": "12", "w": "012345"}
_CANDIDATE = re.compile(rf"[0-9]|['’][0-9]|\b(?:{_beginnings()})")
"""Where a token may begin, in lower case: a quick look that ordinary words do not pass."""
_ASCII_LOWER = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}
_WORD_AHEAD = re.compile(rf"(?:{_any([*MONTHS, *MONTHS_ELSEWHERE])}|q[1-4]|h[12])(?![^\W\d_])", re.IGNORECASE)
_CLOCK = re.compile("T[0-9]{2}:")
_DIGITS = re.compile("[0-9]+")
_YEAR_SIGNS = "年년"
"""East Asian signs for `year` that follow the figures without a space."""


def tokens(line: str) -> list[Token]:
    """Every word and figure of a date in `line`, from left to right; figures inside words and codes are `n`."""
    found: list[Token] = []
    lower = line.lower()
    if len(lower) != len(line):  # a capital whose small letter is two characters
        lower = line.translate(_ASCII_LOWER)
    end = 0
    while (candidate := _CANDIDATE.search(lower, end)) is not None:
        match = _TOKEN.match(lower, candidate.start())
        end = match.end() if match is not None else candidate.end()
        while match is not None:
            token = _token(line, match, found)
            if token is not None:
                found.append(token)
            match = _TOKEN.match(lower, end)  # `14april`
            end = match.end() if match is not None else end
    return found


def _token(line: str, match: re.Match[str], before: list[Token]) -> Token | None:
    start, end = match.span()
    group = match.lastgroup or ""
    if line[start:end] in _NAMES_WITH_CAPITALS:
        return None
    kind, numbers = _read(group[0], match.group())
    if kind == "N" and any("a" <= letter <= "z" for letter in line[start:end]):  # a Roman numeral is in capitals
        return Token("n", start, end, ())
    if group.endswith("0") and _is_inside_a_word(line, start, end, before):
        kind, numbers = "n", ()
    return Token(kind, start, end, numbers)


def _is_inside_a_word(line: str, start: int, end: int, before: list[Token]) -> bool:
    """Whether letters touch the figures at `start:end`, other than those of a date: `Dec31`, `14april`, `FY2019`."""
    if start and line[start - 1].isalpha() and not (before and before[-1].end == start and before[-1].kind in "MFQH"):
        return line[start - 1] not in _YEAR_SIGNS
    if end < len(line) and line[end].isalpha() and line[end] not in _YEAR_SIGNS and not _CLOCK.match(line, end):
        return line[end - 1].isdigit() and _WORD_AHEAD.match(line, end) is None
    return False


Reading = tuple[str, tuple[int, ...]]


@lru_cache(maxsize=4096)  # few different words and figures make nearly all dates of a report
def _read(kind: str, words: str) -> Reading:
    return READERS[kind](words)


def full_year(two_figures: int) -> int:
    """The year that two figures most likely mean: `19` is 2019, `87` is 1987."""
    return two_figures + (2000 if two_figures < 50 else 1900)


def _numbers(words: str) -> list[int]:
    return [int(figures) for figures in _DIGITS.findall(words)]


def _day_in_figures(words: str) -> Reading:
    """`(year, month, day)`, or `(figure, figure, year)` where the order of the first two is open.

    In Central Europe the month may be a Roman numeral, `7 IX 2019`.
    With dots the day comes first, and two figures are a year only where the others can be no section (`30.06.23`, not
    `1.2.19`); with dashes they are none.
    """
    if (month := re.search("[ivx]+", words)) is not None:
        day, year = _numbers(words)
        return ("N", (year, _MONTHS_IN_ROMAN.index(month.group()) + 1, day)) if 1 <= day <= 31 else ("n", ())
    first, second, third = _numbers(words)
    if first > 31:
        return "N", (first, second, third)
    if third > 99:
        return "N", (third, second, first) if "." in words and second <= 12 else (first, second, third)
    if "." in words:
        is_padded = len(words) == len("05.06.23") and (first > 12 or "0" in (words[0], words[3]))
        is_day = is_padded and 0 < first <= 31 and 0 < second <= 12
        return ("N", (full_year(third), second, first)) if is_day else ("n", ())
    return ("N", (first, second, full_year(third))) if "/" in words and len(words) >= 6 else ("n", ())


def _year_and_figures(words: str) -> Reading:
    """`2018-19` is two years, `2019/07` a month. `2000-06` is years: prose writes months with a slash or a name."""
    year, figures = _numbers(words)
    if figures > 99:
        return ("R", (year, figures)) if figures == year + 1 else ("n", ())
    follower = year - year % 100 + figures + (100 if figures < year % 100 else 0)
    two, slash = words[-2].isdigit(), words[-3] == "/" or words[-2] == "/"
    if (two and follower == year + 1) or (two and not slash and year % 100 < figures <= year % 100 + 40):
        return "R", (year, follower)
    return ("m", (year, figures)) if 1 <= figures <= 12 and (two or slash) else ("n", ())


def _month_in_figures(words: str) -> Reading:
    if words[0].isalpha():  # `Mar-21`, as tables have it
        return "m", (full_year(int(words[-2:])), MONTHS[words[:3]])
    first, second = _numbers(words)
    return "m", (first, second) if first > 31 else (second, first)


def _decade(words: str) -> Reading:
    [number] = _numbers(words)
    return "X", (number if number > 99 else number + (1900 if number >= 30 else 2000),)


def _ordinal(words: str) -> int:
    """`first`, `1st` → 1; `last` → 0."""
    word = re.split(r"[ -](?=[qhws])", words)[0]
    return 0 if word in LAST else ORDINALS.get(word) or _numbers(words)[0]


def _part_of_year(kind: str, last: int) -> Callable[[str], Reading]:
    def read(words: str) -> Reading:
        return kind, (_ordinal(words) or last,)

    return read


def _months_of_year(words: str) -> Reading:
    """`first six months`: a half; `last three months`: a quarter."""
    kind, last = ("H", 2) if words.split()[1] in ("six", "6") else ("Q", 4)
    return kind, (1 if words.startswith("first") else last,)


def _plain_number(words: str) -> Reading:
    number = int(words)
    return ("d", (number,)) if 1 <= number <= 31 else ("n", (number,))


READERS: dict[str, Callable[[str], Reading]] = {
    "N": _day_in_figures,
    "n": lambda words: ("n", ()),
    "z": lambda words: ("n", ()),
    "R": _year_and_figures,
    "m": _month_in_figures,
    "P": lambda words: ("P", tuple(_numbers(words))),
    "X": _decade,
    "V": lambda words: ("V", (100 * _numbers(words)[0] - 99,)),
    "B": _months_of_year,
    "Q": _part_of_year("Q", 4),
    "H": _part_of_year("H", 2),
    "K": _part_of_year("K", 0),
    "o": lambda words: ("o", (_ordinal(words),)),
    "Y": lambda words: ("Y", (int(words),)),
    "y": lambda words: ("y", (full_year(int(words[1:])),)),
    "d": _plain_number,
    "M": lambda words: ("M", (MONTHS.get(words) or MONTHS_ELSEWHERE[words],)),
    "W": lambda words: ("W", ()),
    "S": lambda words: ("S", (SEASONS[words],)),
    "F": lambda words: ("F", ()),
}
"""What the lower-case words of a token say, by the kind that matched: the kind they turn out to be, and numbers."""

_OF_THE = r"\s+(?:of|in)\s+(?:the\s+)?"
PART_OF = (
    rf"(?:(?:the\s+)?(?:very\s+)?(?:beginning|start|middle|mid|end|close|outset|(?:first|last)\s+(?:days?|weeks?)){_OF_THE}"
    r"|(?:the\s+)?(?:very\s+)?(?:early|mid|middle|late|later|(?:mid|early)-to-(?:mid|late)|(?:year-)?end)"
    r"(?:\s*[-–]\s*|\s+)(?:in\s+|of\s+|part of\s+)?)"
)
"""Words before a date that single out a part of it that has no certain bounds."""

ABOUT = r"(?:circa|maybe|c\.?|ca\.?|approx\.?|approximately|about|around|roughly|~|≈|sometime in|some time in)\s*"

_AND = ("and", "et", "y", "und")
_TO = ("to", "until", "till", "til", "through", "thru", "up to", "au", "al", "até", "bis", "hasta", "tot")
_OF = ("of", "in", "de", "del", "du")
"""Words that join, in English and in the languages whose months are read."""

_GAP = re.compile(
    rf"\s*(?:\.(?=\s*(?:[{DASHES},&]|(?:{_any([*_AND, *_TO])})(?![^\W\d_]))))?\s*"
    rf"(?P<joint>,?\s*(?:&|(?:{_any(_AND)})(?![^\W\d_]))|[{DASHES}/,&.]|(?:{_any([*_TO, *_OF])})(?![^\W\d_]))?"
    rf"\s*(?:(?:from|on)\s+)?(?:the\s+)?(?P<part>{PART_OF})?(?P<about>{ABOUT})?\s*",
    re.IGNORECASE,
)
LONGEST_GAP = 32


_LETTERS = dict.fromkeys(_AND, "&") | dict.fromkeys(_TO, "t") | dict.fromkeys(_OF, "i")


@lru_cache(maxsize=4096)
def gap(between: str) -> Gap | None:
    """What the characters between two tokens say, or None when the tokens have nothing to do with each other."""
    match = _GAP.fullmatch(between) if len(between) <= LONGEST_GAP else None
    if match is None:
        return None
    joint = re.sub(r",\s*(?=\S)", "", (match["joint"] or "").lower())
    letter = "-" if joint and joint in DASHES else _LETTERS.get(joint, joint)
    qualified = bool(match["part"] or match["about"])
    return None if qualified and letter not in ("-", "t", "&", "") else Gap(letter, qualified)
