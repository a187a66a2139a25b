"""The grammar of dates: which shapes are one day, month or year, which are ranges and which are lists.

The tokens of a line that only spaces and joining words separate form a run; a run is spelled as its *shape*, one letter
for a token (see `atoms`) and one for a joint:

- `-` a dash or tilde, `t` to / until / through, `&` and, `,` `/` `.` themselves, `i` of / in, nothing for white space.

`4 to 22 January, 1995` is `dtdM,Y`. Every repetition is bounded, so a line is read in time in proportion to its length.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from pipeline.dates.atoms import PART_OF, Gap, Token, full_year, gap

Unit = Literal["day", "week", "month", "quarter", "season", "half", "year", "decade", "century"]


class Part(NamedTuple):
    """A day, month, year … as far as it is written; `number` counts quarters, halves and weeks (0: the last)."""

    unit: Unit
    year: int | None = None
    month: int | None = None
    day: int | None = None
    number: int = 0
    last_year: int | None = None
    is_fiscal: bool = False
    is_approximate: bool = False


class Phrase(NamedTuple):
    """One date (one part), a range (two parts) or one member of a list, at `start:end` of its line.

    `joint` is the letter before it in its run when another phrase ends there. `doubtful_order` says that the order of
    day and month was not settled by the figures.
    """

    start: int
    end: int
    shape: str
    parts: tuple[Part, ...]
    joint: str = ""
    doubtful_order: bool = False


_WEEKDAY = r"(?:W\.?,?)?"
_DAY = "[do]"
_YEAR = r"(?:\.?,?i?[Yy])"
_OWN_YEAR_FOLLOWS = r"(?!\.?,?[do]?(?:[-t,&][do]){0,4},?[Yy])"

POINTS = (
    rf"{_WEEKDAY}(?:{_DAY}\.?|o,)i?[-/]?M[-/,]?{_YEAR}",  # 8 May 2018; 26th of June of 2020; 8/May/2018
    rf"{_WEEKDAY}M\.?[-,]?{_DAY}-?{_YEAR}",  # May 8, 2018
    rf"{_WEEKDAY}Y[-/.]M[-/.]{_DAY}|{_WEEKDAY}Y,?M{_DAY}(?![-t,&]{{0,1}}[do]?,?Y)",  # 2019/Aug/01; 2018 March 18
    r"M-Y-d|d-Y-M",
    rf"[QHK]iM{_YEAR}?",  # the first half of May 2020
    r"M\.?[-/]?\.?,?i?[Yy]",  # May 2018
    rf"Y[-/.,]?M{_OWN_YEAR_FOLLOWS}",  # 2018 May
    rf"[QHSK][-,/]?{_YEAR}|Y[-/.,]?[QHS]",  # third quarter of 2019; 2017-Q1; Q2/2020
    r"[QH],?i?F,?[RYyd]|F,?[RYyd],?[QH]",  # Q1 FY2022
    r"F,?i?[RYydP]",  # FY2019/20; FY19/20
    rf"{_WEEKDAY}{_DAY}\.?i?-?M(?![-/,.]?M)",  # 8 May
    rf"{_WEEKDAY}M\.?,?{_DAY}",  # May 8
    rf"{_WEEKDAY}N",
    r"[RmXVYMQHP]",
)
_POINT = "|".join(POINTS)

RANGE = re.compile(rf"(?P<first>{_POINT})\.?,?[-t](?P<last>{_POINT})")
BETWEEN = re.compile(rf"(?P<first>{_POINT})\.?,?&(?P<last>{_POINT})")
FIGURE_RANGE = re.compile(r"(?P<first>[doP])[-t](?P<last>N)")
DAYS_IN_FIGURES = re.compile(r"N[-t]d(?![-/.])")
POINT = re.compile(_POINT)
_ITEM = rf"{_WEEKDAY}{_DAY}(?:[-t]{_WEEKDAY}{_DAY})?"
DAYS_OF_MONTH = re.compile(
    rf"(?P<days>{_ITEM}(?:,{_ITEM}){{0,12}},?(?:&{_ITEM})?)\.?i?[-/]?M\.?(?P<year>[-/]?{_YEAR})?"
)
MONTH_AND_DAYS = re.compile(rf"{_WEEKDAY}M\.?,?(?P<days>{_ITEM}(?:,{_ITEM}){{0,12}},?(?:&{_ITEM})?)(?P<year>{_YEAR})?")
MONTH_AND_TWO_DAYS = re.compile(rf"{_WEEKDAY}M\.?,?(?P<days>{_DAY}[-t]{_DAY})(?P<year>{_YEAR})?")
"""`March 7-11`, also where a number that is no day follows: `March 7-11, 28 persons`."""
TWO_DAYS = re.compile(rf"P\.?i?M{_YEAR}?|M\.?P{_YEAR}?")
MONTHS = re.compile(rf"M\.?(?:,M\.?){{0,11}},?[&/]M(?P<year>{_YEAR})?")
PARTS_OF_YEAR = re.compile(rf"(?:[oQ](?:,[oQ]){{0,2}},?[-t&/]Q|[oH][-&/]H)(?P<year>,?{_YEAR})?")
LONGEST_PHRASE = 48
"""Letters of a shape that one phrase may have."""


class _Way(NamedTuple):
    """How to read what is open: which comes first in figures, and whether `and` joins the ends of a range."""

    day_first: bool | None
    and_is_to: bool


class _Run(NamedTuple):
    shape: str
    owners: tuple[Token | None, ...]  # the token of each letter; None for a joint
    abouts: tuple[bool, ...]  # whether `about`, `early` … stands in the joint before the token

    def tokens(self, start: int, end: int) -> list[Token]:
        return [token for token in self.owners[start:end] if token is not None]


def _runs(line: str, tokens: list[Token]) -> Iterator[_Run]:
    """The stretches of tokens that nothing but joints separate; a number that is no date's ends one."""
    letters: list[str] = []
    owners: list[Token | None] = []
    abouts: list[bool] = []
    before: Token | None = None
    for token in tokens:
        if token.kind == "W" and _WEEKDAY_IN_BRACKETS.match(line, token.start - 1):
            continue
        joint: Gap | None = gap(_between(line, before.end, token.start)) if before is not None else None
        if joint is None and letters:
            yield _Run("".join(letters), tuple(owners), tuple(abouts))
            letters, owners, abouts = [], [], []
        if joint is not None and joint.letter and letters:
            letters.append(joint.letter)
            owners.append(None)
            abouts.append(False)
        letters.append(token.kind)
        owners.append(token)
        abouts.append(joint is not None and joint.approximate)
        before = token
    if letters:
        yield _Run("".join(letters), tuple(owners), tuple(abouts))


def phrases(line: str, tokens: list[Token], day_first: bool | None) -> Iterator[Phrase]:
    """Every date, range and member of a list in a line, from left to right, as far as it is written."""
    for run in _runs(line, tokens):
        position = 0
        while position < len(run.shape):
            found, end = _longest(line, run, position, day_first)
            joint = run.shape[position - 1] if position and run.owners[position - 1] is None else ""
            for phrase in found:
                yield phrase._replace(joint=joint) if joint and not phrase.joint else phrase
            position = max(end, position + 1)


_WEEKDAY_IN_BRACKETS = re.compile(r" ?\([A-Za-z]{3,9}\.?\)")


def _between(line: str, start: int, end: int) -> str:
    """What stands between two tokens, without a day of the week in brackets: `July 21 (Wed.) to August 3, 2021`."""
    between = line[start:end]
    if "(" in between and (named := _WEEKDAY_IN_BRACKETS.match(between)):
        return between[named.end() :]
    return between


_BETWEEN = re.compile(rf"\bbetween\s+(?:the\s+)?(?:{PART_OF})?$", re.IGNORECASE)


def _longest(line: str, run: _Run, position: int, day_first: bool | None) -> tuple[list[Phrase], int]:
    """The phrases of the longest reading at `position`, the first of equals, and where it ends in the shape."""
    limit = min(len(run.shape), position + LONGEST_PHRASE)
    first = run.owners[position]
    if first is None:
        return [], position
    ahead = run.shape[position:limit]
    best: list[Phrase] = []
    best_end = position
    letters = set(ahead)
    for begins, joined, pattern, build in _READINGS:
        if (begins and ahead[0] not in begins) or (joined and letters.isdisjoint(joined)):
            continue
        match = pattern.match(run.shape, position, limit)
        if match is None or match.end() <= best_end:
            continue
        joins_ends = "&" in match.group() and _BETWEEN.search(line[max(0, first.start - 48) : first.start]) is not None
        if pattern is BETWEEN and not joins_ends:
            continue
        found = build(run, match, _Way(day_first, joins_ends))
        if found:
            best, best_end = found, match.end()
    return best, best_end


def _part(tokens: list[Token], day_first: bool | None, is_approximate: bool = False) -> Part | None:
    """What the tokens of one point say; None when no calendar has such a day."""
    numbers = {token.kind: token.numbers for token in tokens}
    year = numbers.get("Y", numbers.get("y", (None,)))[0]
    month = numbers.get("M", (None,))[0]
    if "N" in numbers:
        return _day_in_figures(numbers["N"], day_first, is_approximate)
    if "F" in numbers and numbers.keys() & {"Q", "H"}:
        return _part_of_fiscal_year(numbers)
    if "F" in numbers:
        return _fiscal_year(numbers, is_approximate)
    if "R" in numbers:
        first, last = numbers["R"]
        return Part("year", first, last_year=last, is_approximate=is_approximate)
    if "m" in numbers:
        year, month = numbers["m"]
        return Part("month", year, month, is_approximate=is_approximate)
    if "P" in numbers:
        return _day_of_no_year(*numbers["P"])
    for kind, unit in _UNITS.items():
        if kind in numbers:
            if month is not None:  # the first half of May: May, roughly
                return Part("month", year, month, is_approximate=True)
            own = numbers[kind][0]
            start = own if kind in "XV" else year
            return Part(unit, start, number=own, is_approximate=is_approximate)
    day = numbers.get("d", numbers.get("o", (None,)))[0]
    if day is not None and not 1 <= day <= (31 if month is None else LONGEST_MONTHS[month]):
        return None
    return Part("day" if day else "month" if month else "year", year, month, day, is_approximate=is_approximate)


_UNITS: dict[str, Unit] = {"Q": "quarter", "H": "half", "K": "week", "S": "season", "X": "decade", "V": "century"}
LONGEST_MONTHS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _day_in_figures(numbers: tuple[int, ...], day_first: bool | None, is_approximate: bool) -> Part | None:
    first, second, _ = numbers
    if first > 31:
        year, month, day = numbers
    elif first > 12 or (second <= 12 and day_first is True):
        day, month, year = numbers
    else:
        month, day, year = numbers
    if not (1 <= month <= 12 and 1 <= day <= LONGEST_MONTHS[month]):
        return None
    return Part("day", year, month, day, is_approximate=is_approximate)


def _day_of_no_year(first: int, second: int) -> Part | None:
    """`19/03`: only where a figure above 12 tells the day from the month."""
    day, month = (first, second) if first > 12 else (second, first)
    if not (1 <= month <= 12 < day <= LONGEST_MONTHS[month]):
        return None
    return Part("day", None, month, day)


def _fiscal_year(numbers: dict[str, tuple[int, ...]], is_approximate: bool) -> Part | None:
    if "R" in numbers:
        first, last = numbers["R"]
        return Part("year", first, last_year=last, is_fiscal=True, is_approximate=is_approximate)
    if "P" in numbers:
        first, last = map(full_year, numbers["P"])
        return Part("year", first, last_year=last, is_fiscal=True) if last == first + 1 else None
    year = numbers["Y"][0] if "Y" in numbers else numbers["y"][0] if "y" in numbers else full_year(numbers["d"][0])
    return Part("year", year, is_fiscal=True, is_approximate=is_approximate)


def _part_of_fiscal_year(numbers: dict[str, tuple[int, ...]]) -> Part | None:
    whole = _fiscal_year({kind: value for kind, value in numbers.items() if kind not in "QH"}, is_approximate=False)
    kind = "Q" if "Q" in numbers else "H"
    return whole and whole._replace(unit=_UNITS[kind], number=numbers[kind][0])


def _point(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    tokens = run.tokens(*match.span())
    part = _part(tokens, way.day_first, run.abouts[match.start()] and match.start() > 0)
    if part is None:
        return []
    return [Phrase(tokens[0].start, tokens[-1].end, match.group(), (part,), doubtful_order=_is_doubtful(tokens, way))]


def _days_in_figures(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    """`2020/4/27-28`: two days of the month that the figures begin with."""
    tokens = run.tokens(*match.span())
    if tokens[0].numbers[0] <= 31:
        return []
    first = _part(tokens[:1], way.day_first)
    last = None if first is None else _day_of(first, tokens[1].numbers[0])
    if first is None or last is None or order(first) >= order(last):
        return []
    return [Phrase(tokens[0].start, tokens[1].end, match.group(), (first, last))]


def _is_doubtful(tokens: list[Token], way: _Way) -> bool:
    if way.day_first is not None:
        return False
    return any(t.kind == "N" and max(t.numbers[:2]) <= 12 and t.numbers[0] != t.numbers[1] for t in tokens)


def _range(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    tokens = run.tokens(*match.span())
    day_first = settled_order(tokens, way.day_first)
    last = _part(run.tokens(*match.span("last")), day_first, run.abouts[match.start("last")])
    if match["first"] in ("d", "o") and last is not None and tokens[-1].numbers[0] <= 31:  # 2-3/05/2021
        day_first = True
        last = _part(tokens[-1:], day_first)
    first = _part(run.tokens(*match.span("first")), day_first, match.start() > 0 and run.abouts[match.start()])
    if match["first"] == "P":
        first = _part([Token("N", 0, 0, (*tokens[0].numbers, last.year if last and last.year else 0))], day_first)
    elif match["first"] in ("d", "o") and last is not None:
        first = Part("day", last.year, last.month, tokens[0].numbers[0])
    if first is None or last is None or (filled := _filled(first, last)) is None:
        return []
    doubtful = _is_doubtful(tokens, way._replace(day_first=day_first))
    return [Phrase(tokens[0].start, tokens[-1].end, match.group(), filled, doubtful_order=doubtful)]


def settled_order(tokens: Iterable[Token], day_first: bool | None) -> bool | None:
    """Day first or month first, by a figure above 12 among the days in figures; else as given."""
    for token in tokens:
        if token.kind == "N" and token.numbers[0] <= 31 and max(token.numbers[:2]) > 12:
            return token.numbers[0] > 12
    return day_first


def _filled(first: Part, last: Part) -> tuple[Part, Part] | None:
    """Both ends of a range with the year that only one of them names; None when the range would run backwards."""
    if {first.year, last.year} > {None} and "year" in (first.unit, last.unit):
        return None  # `2017-Q1`, `Dec-2018`
    if first.year is None and last.year is not None and first.unit not in ("decade", "century"):
        first = first._replace(year=last.year - (order(first) > order(last)))
    elif last.year is None and first.year is not None and last.unit not in ("decade", "century"):
        last = last._replace(year=first.year + (order(last) < order(first)))
    if first.is_fiscal and last.unit == "year":
        last = last._replace(is_fiscal=True)
    if first.year is not None and last.year is not None and (last.year, *order(last)) < (first.year, *order(first)):
        return None
    return None if first == last else (first, last)


def order(part: Part) -> tuple[int, int]:
    """Month and day that a part begins with, to put parts of one year in order. A whole year is before all."""
    months = {"quarter": 3 * part.number - 2, "half": 6 * part.number - 5, "season": 3 * (part.number - 20)}
    return months.get(part.unit, part.month or 0), part.day or 0


def _items(tokens: list[Token], before: list[str], way: _Way) -> list[tuple[int, int, Token, Token]]:
    """Members of a list of days or months, neighbours taken together: first and last number, first and last token."""
    items: list[tuple[int, int, Token, Token]] = []
    ranges = ("-", "t", "&") if way.and_is_to and len(tokens) == 2 else ("-", "t")
    for token, joint in zip(tokens, before, strict=True):
        number = token.numbers[0]
        if items and (joint in ranges or number == items[-1][1] + 1):
            items[-1] = (items[-1][0], number, items[-1][2], token)
        else:
            items.append((number, number, token, token))
    return items


def _joints(run: _Run, start: int, end: int, kinds: str) -> tuple[list[Token], list[str]]:
    """The tokens of these kinds in `start:end`, and the joint before each."""
    tokens, joints, joint = [], [], ""
    for letter, token in zip(run.shape[start:end], run.owners[start:end], strict=True):
        if token is None:
            joint = joint if letter == "," and joint == "&" else letter
        elif letter in kinds:
            tokens.append(token)
            joints.append(joint)
            joint = ""
    return tokens, joints


def _days(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    """`8-9`, `2 & 3` or `3, 10 and 17` of one month: neighbouring days are one phrase, others one each."""
    days, joints = _joints(run, *match.span("days"), "do")
    if len(days) < 2 or ("," in joints and "&" not in joints):
        return []
    tokens = run.tokens(*match.span())
    whole = _part([t for t in tokens if t.kind not in "do"], way.day_first)
    if whole is None or whole.month is None:
        return []
    return _members(match, tokens, _items(days, joints, way), lambda day: _day_of(whole, day))


def _two_days(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    """`12/13 October 2022`."""
    tokens = run.tokens(*match.span())
    first, last = next(token.numbers for token in tokens if token.kind == "P")
    whole = _part([token for token in tokens if token.kind != "P"], way.day_first)
    ends = (_day_of(whole, first), _day_of(whole, last)) if whole is not None else (None, None)
    if ends[0] is None or ends[1] is None or first >= last:
        return []
    return [Phrase(tokens[0].start, tokens[-1].end, match.group(), (ends[0], ends[1]))]


def _day_of(month: Part, day: int) -> Part | None:
    if month.month is None or not 1 <= day <= LONGEST_MONTHS[month.month]:
        return None
    return Part("day", month.year, month.month, day)


def _months(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    """`July, August and September 2020`: neighbouring months are one phrase, others one each."""
    months, joints = _joints(run, *match.span(), "M")
    tokens = run.tokens(*match.span())
    year = next((token.numbers[0] for token in tokens if token.kind in "Yy"), None)
    return _members(match, tokens, _items(months, joints, way), lambda month: Part("month", year, month))


def _parts_of_year(run: _Run, match: re.Match[str], way: _Way) -> list[Phrase]:
    """`first and second quarters of 2020`: like months."""
    kind: Literal["Q", "H"] = "Q" if "Q" in match.group() else "H"
    numbered, joints = _joints(run, *match.span(), f"o{kind}")
    tokens = run.tokens(*match.span())
    year = next((token.numbers[0] for token in tokens if token.kind in "Yy"), None)
    last = 4 if kind == "Q" else 2
    return _members(
        match,
        tokens,
        _items(numbered, joints, way),
        lambda number: Part(_UNITS[kind], year, number=number) if 1 <= number <= last else None,
    )


def _members(
    match: re.Match[str],
    tokens: list[Token],
    items: list[tuple[int, int, Token, Token]],
    part: Callable[[int], Part | None],
) -> list[Phrase]:
    """One phrase a member; the first and the last reach to the ends of the list, where the month or year stands."""
    phrases = []
    for index, (first, last, first_token, last_token) in enumerate(items):
        ends = (part(first), part(last))
        if ends[0] is None or ends[1] is None or first > last:
            return []
        start = tokens[0].start if index == 0 else first_token.start
        end = tokens[-1].end if index == len(items) - 1 else last_token.end
        parts = (ends[0],) if first == last else (ends[0], ends[1])
        phrases.append(Phrase(start, end, match.group(), parts, joint="" if index == 0 else "&"))
    return phrases


_READINGS: tuple[tuple[str, str, re.Pattern[str], Callable[[_Run, re.Match[str], _Way], list[Phrase]]], ...] = (
    ("", "&", BETWEEN, _range),
    ("doP", "-t", FIGURE_RANGE, _range),
    ("N", "-t", DAYS_IN_FIGURES, _days_in_figures),
    ("", "-t", RANGE, _range),
    ("doW", "-t,&", DAYS_OF_MONTH, _days),
    ("MW", "-t,&", MONTH_AND_DAYS, _days),
    ("MW", "-t", MONTH_AND_TWO_DAYS, _days),
    ("PM", "", TWO_DAYS, _two_days),
    ("M", "&/", MONTHS, _months),
    ("oQH", "-t&/", PARTS_OF_YEAR, _parts_of_year),
    ("", "", POINT, _point),
)
"""The letters it begins with and the joints of which it has one (empty for any); how it is found and how built."""
