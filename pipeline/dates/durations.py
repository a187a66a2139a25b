"""How long and how often: `within 3 years`, `18-month`, `two decades`, `every five years`, `twice a year`, `quarterly`.

They have no dates, only an ISO 8601 duration; a recurrence carries the time from one occurrence to the next. Found from
the unit backwards, so that ordinary prose costs one look at each word. Ages are no durations.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from pipeline.records import DateKind


class Spell(NamedTuple):
    """A duration or recurrence at `start:end`."""

    start: int
    end: int
    kind: DateKind
    duration: str
    rule: str
    is_approximate: bool = False
    refusal: str | None = None


ISO_UNITS: dict[str, tuple[int, str]] = {
    "decade": (10, "Y"),
    "year": (1, "Y"),
    "yr": (1, "Y"),
    "semester": (6, "M"),
    "quarter": (3, "M"),
    "month": (1, "M"),
    "fortnight": (2, "W"),
    "week": (1, "W"),
    "day": (1, "D"),
    "hour": (1, "TH"),
    "hr": (1, "TH"),
    "minute": (1, "TM"),
    "min": (1, "TM"),
}
"""Unit to how many of which ISO 8601 designator, `T` before those of the clock."""

CONFIDENCE = {
    "duration.number": 0.97,
    "duration.word": 0.9,
    "recurrence.every": 0.95,
    "recurrence.adverb": 0.8,
}
"""How sure each rule is."""

ADVERBS: dict[str, str] = {
    "hourly": "PT1H",
    "daily": "P1D",
    "weekly": "P1W",
    "fortnightly": "P2W",
    "biweekly": "P2W",
    "monthly": "P1M",
    "bimonthly": "P2M",
    "quarterly": "P3M",
    "annual": "P1Y",
    "annually": "P1Y",
    "yearly": "P1Y",
    "biennial": "P2Y",
    "biennially": "P2Y",
    "triennial": "P3Y",
    **dict.fromkeys(("half-yearly", "semi-annual", "semi-annually", "semiannual", "semiannually", "biannual"), "P6M"),
    "bi-weekly": "P2W",
    "bi-monthly": "P2M",
    "twice-weekly": "P3.5D",
    **dict.fromkeys(("bi-annual", "bi-annually", "biannually", "half yearly", "twice-yearly"), "P6M"),
}
"""Words that say by themselves how often."""

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = tuple(f"{ten}teen" for ten in ("thir", "four", "fif", "six", "seven", "eigh", "nine"))
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL_NUMBERS = {word: number for number, word in enumerate((*_ONES, *_TEENS), 1)}
TENS = {word: 10 * number for number, word in enumerate(_TENS, 2)}


def _any(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first, that asks for each first letter once."""
    rests: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())


_WORD = rf"(?:(?:{_any(TENS)})(?:[- ](?:{_any(SMALL_NUMBERS)}))?|{_any(SMALL_NUMBERS)})"
_NUMBER = rf"(?:[0-9]{{1,4}}(?:\.[0-9]{{1,2}}|[ -]?[½¼¾]| [1-9]/[1-9])?|½|{_WORD})"

UNIT = re.compile(
    rf"(?<![^\W\d_])(?:(?P<unit>{_any(ISO_UNITS)})s?(?![^\W\d_])|(?<!-)(?P<adverb>{_any(ADVERBS)})(?![\w-]))",
    re.IGNORECASE,
)
_FILLER = (
    r"(?:(?:full|consecutive|calendar|working|business|previous|past|last|more|additional|further|whole|long|short|"
    r"intensive)[ -])?"
)
_QUALIFIER = (
    r"(?:(?:at least|at most|up to|more than|less than|over|about|around|approximately|nearly|almost|some|within|"
    r"an additional|another) )?"
)
AMOUNT = re.compile(
    rf"(?<![\w.,/$€£-])(?P<low>{_NUMBER})(?:(?:\s?[-–—]\s?| to | or | and )(?P<high>{_NUMBER}))?(?P<half> and a half)?"
    rf"(?P<join>[ \u00a0-]|(?<=[0-9]))(?:\([0-9]{{1,3}}\) )?{_FILLER}$",
    re.IGNORECASE,
)
HALF = re.compile(r"(?<!\w)(?:half an?|half a|a half|half|another|all|one and a half)[ -]$", re.IGNORECASE)
A_UNIT_AND_A_HALF = re.compile(r" and a half(?!\w)", re.IGNORECASE)
ONE = re.compile(r"(?<!\w)an? $", re.IGNORECASE)
EVERY = re.compile(
    rf"(?<!\w)(?:(?:every|each)(?: (?P<other>other|second)"
    rf"|[ -](?P<number>{_NUMBER})(?:(?:\s?[-–]\s?| to | or )(?P<high>{_NUMBER}))?)?"
    rf"|(?P<times>once|twice|thrice|{_NUMBER} times|one) (?:an?|per|each|every|in an?)) $",
    re.IGNORECASE,
)
AGE_BEFORE = re.compile(
    r"(?<!\w)(?:aged?|ages|age of|child(?:ren)?|people|persons|women|men|girls|boys|youths?|adults?|those|residents|"
    r"infants)(?: (?:is|are|was|were|aged))?"
    r"(?: (?:under|over|above|below|from|between|than|at least|older than|younger than|up to))?\s?\(?$",
    re.IGNORECASE,
)
AGE_AFTER = re.compile(
    r"[ -]olds?(?!\w)|\s(?:of age|(?:or|and) (?:older|younger|above|below|over|under))(?!\w)", re.IGNORECASE
)
APPROXIMATE = re.compile(
    r"(?<!\w)(?:about|around|approximately|approx\.?|nearly|almost|some|roughly|circa|~)\s?$", re.IGNORECASE
)
LED_BY = re.compile(rf"(?<!\w){_QUALIFIER}$", re.IGNORECASE)
"""Qualifiers that belong to the stretch."""

_REACH = 48
"""Characters before a unit that may say how many: more than the longest number in words and its qualifier."""


Amounts = dict[str, Fraction]


def find(line: str) -> list[Spell]:
    """Every duration and recurrence of a line, from left to right; those that are ages carry a refusal."""
    found: list[tuple[Spell, Amounts]] = []
    for match in UNIT.finditer(line):
        if match["adverb"]:
            if not _is_part_of_a_name(line, match):
                word = match["adverb"].lower()
                found.append((Spell(*match.span(), "recurrence", ADVERBS[word], "recurrence.adverb"), {}))
            continue
        current = _recurrence(line, match) or _duration(line, match)
        if current is None:
            continue
        joined = _joined(found[-1], current, line) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(current)
    return [spell for spell, _ in found]


def _is_part_of_a_name(line: str, match: re.Match[str]) -> bool:
    """`Annual General Meeting`, `Daily Star`."""
    return match["adverb"][0].isupper() and line[match.end() + 1 : match.end() + 2].isupper()


def _recurrence(line: str, match: re.Match[str]) -> tuple[Spell, Amounts] | None:
    start = max(0, match.start() - _REACH)
    every = EVERY.search(line[start : match.start()])
    if every is None:
        return None
    count, designator = ISO_UNITS[match["unit"].lower()]
    number = Fraction(2) if every["other"] else _number(every["number"]) if every["number"] else Fraction(1)
    if every["times"]:
        times = every["times"].lower().removesuffix(" times")
        number /= {"once": 1, "twice": 2, "thrice": 3}.get(times) or _number(times) or 1
    amounts = {designator: number * count}
    vague = every["high"] is not None
    spell = Spell(start + every.start(), match.end(), "recurrence", iso(amounts), "recurrence.every", vague)
    return spell, amounts


def _duration(line: str, match: re.Match[str]) -> tuple[Spell, Amounts] | None:
    reach = max(0, match.start() - _REACH)
    before = line[reach : match.start()]
    count, designator = ISO_UNITS[match["unit"].lower()]
    amount, half, one = AMOUNT.search(before), HALF.search(before), ONE.search(before)
    end, vague = match.end(), False
    if amount is not None:
        number = _number(amount["low"]) + (Fraction(1, 2) if amount["half"] else 0)
        vague = amount["high"] is not None
        start, rule = reach + amount.start(), "duration.number"
        if amount["join"] == "" and len(match["unit"]) < 2:
            return None
    elif half is not None:
        words = half.group().lower().rstrip(" -")
        number = Fraction(3, 2) if words.startswith("one") else Fraction(1, 2) if "half" in words else Fraction(1)
        start, rule = reach + half.start(), "duration.word"
    elif one is not None and (tail := A_UNIT_AND_A_HALF.match(line, end)):
        number, start, end, rule = Fraction(3, 2), reach + one.start(), tail.end(), "duration.word"
    else:
        return None
    if amount is not None and (tail := A_UNIT_AND_A_HALF.match(line, end)):
        number, end = number + Fraction(1, 2), tail.end()
    if number == 0 or _is_of_a_thing(line, match, amount):
        return None
    led = line[max(0, start - _REACH) : start]
    refusal = "an age" if AGE_BEFORE.search(led) or AGE_AFTER.match(line, end) else None
    qualifier = LED_BY.search(led)
    start = start - len(qualifier.group()) if qualifier else start
    vague = vague or APPROXIMATE.search(led) is not None
    amounts = {designator: number * count}
    return Spell(start, end, "duration", iso(amounts), rule, vague, refusal), amounts


def _is_of_a_thing(line: str, match: re.Match[str], amount: re.Match[str] | None) -> bool:
    """Whether the unit says what sort of thing a number counts: `six day centres`, `two night shelters`."""
    if amount is None or amount["join"] != " " or match["unit"].lower() not in ("day", "night"):
        return False
    following = _NEXT_WORD.match(line, match.end())
    return following is not None and following[1].lower() in _DAY_THINGS


_NEXT_WORD = re.compile(r" (?:care )?([a-z]{4,9})(?![\w-])", re.IGNORECASE)
_DAY_THINGS = frozenset(("centres", "centers", "shelters", "schools", "nurseries"))


def _joined(before: tuple[Spell, Amounts], current: tuple[Spell, Amounts], line: str) -> tuple[Spell, Amounts] | None:
    """`2 years and 3 months`: one duration, when the second unit is a smaller one right behind the first."""
    (first, amounts), (second, more) = before, current
    sizes = list(_SIZES)
    if first.kind != "duration" or second.kind != "duration" or first.refusal or second.refusal:
        return None
    if line[first.end : second.start] not in (" ", ", ", " and ", ", and ") or not amounts:
        return None
    if max(map(sizes.index, amounts)) >= min(map(sizes.index, more)):
        return None
    total = {**amounts, **more}
    spell = first._replace(
        end=second.end, duration=iso(total), is_approximate=first.is_approximate or second.is_approximate
    )
    return spell, total


_SIZES = ("Y", "M", "W", "D", "TH", "TM")
_FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


def _number(words: str) -> Fraction:
    """`12`, `2.5`, `2 1/2`, `2½` or a number word below a hundred."""
    words = words.lower().strip()
    if words[0].isdigit() or words[0] in _FRACTIONS:
        total = Fraction(0)
        for part in re.findall(r"[0-9]/[0-9]|[0-9.]+|[½¼¾]", words):
            total += _FRACTIONS[part] if part in _FRACTIONS else Fraction(part.rstrip("."))
        return total
    return Fraction(sum(TENS.get(word) or SMALL_NUMBERS[word] for word in re.split(r"[- ]", words)))


def iso(amounts: Amounts) -> str:
    """ISO 8601: parts of years are months where they can be, parts of weeks are days; others are decimals."""
    amounts = dict(amounts)
    years = amounts.get("Y", Fraction(0))
    if years % 1 and (12 * years) % 1 == 0:
        amounts["Y"], amounts["M"] = Fraction(years // 1), amounts.get("M", Fraction(0)) + 12 * (years % 1)
    weeks = amounts.get("W", Fraction(0))
    if weeks % 1:
        amounts["W"], amounts["D"] = Fraction(0), amounts.get("D", Fraction(0)) + 7 * weeks
    written = {unit: _decimal(amounts[unit]) + unit[-1] for unit in _SIZES if amounts.get(unit)}
    date = "".join(text for unit, text in written.items() if unit[0] != "T")
    clock = "".join(text for unit, text in written.items() if unit[0] == "T")
    return f"P{date}" + (f"T{clock}" if clock else "")


def _decimal(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{float(number):.3f}".rstrip("0").rstrip(".")
