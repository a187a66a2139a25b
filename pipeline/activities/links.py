"""Which mentions belong to an activity, in which role, and how sure that is.

Nearness in the text is the evidence: a mention is linked to the activity in whose lines it stands (`own`), to all
activities of a list when it stands in the sentence that leads the list (`lead`), and to all of a section when it
stands in the section's title (`title`). What the sentence tells at its place and the words around it give the role:

- dates: `when` it was done; `limit` (since, until, as of); `background` when it lies outside the report's period.
- counts: `people` reached; `people_part` (of whom, in a bracket behind the whole); `people_other`; `count` of things.
- money: `amount`; `price` of one of many; `part` of another amount; `aside` (the same amount again, or one compared).
- countries and organizations: `place`, `from`; `reporter`, `partner`, `funder`; `named` when no word tells which;
  `inside_name` for a country that only names an organization.
- any kind: `planned` and `called_off`, where the sentence says so; `background`, where it tells of nothing done.

Only roles in `CELLS` fill a cell of `activities`.
"""

import datetime
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct, structs

from pipeline.activities import telling
from pipeline.activities.telling import Sentence
from pipeline.activities.units import Unit
from pipeline.records import Kind

Row = Mapping[str, Any]

CELLS: dict[str, str] = {
    "when": "date_start",
    "people": "people_reached",
    "count": "other_counts",
    "amount": "amounts",
    "place": "countries",
    "from": "countries",
    "reporter": "organization_id",
    "partner": "organizations",
    "funder": "organizations",
    "named": "organizations",
}
"""The column of `activities` that a role fills; `named` fills `countries` for a country."""

CONFIDENCE: dict[tuple[str, str], float] = {
    ("own", "done"): 0.92,
    ("own", "plain"): 0.95,
    ("own", "state"): 0.85,
    ("own", "around"): 0.6,
    ("title", "plain"): 0.7,
    ("lead", "plain"): 0.9,
}
"""How often a link is right, by where the mention stands and what is told there: `plain` tells it without a verb,
`around` is a sentence of the activity that tells of nothing done. Measured on the 375 links of the sample submissions
whose activities one person read, and drawn towards the middle where there were few.
"""
REFUSED_CONFIDENCE = 0.8
"""The same for roles that fill no cell."""

SLACK = datetime.timedelta(days=31)
"""How far outside the report's period something reported may have been done."""

LONG = datetime.timedelta(days=27)
"""How long a period must be for a report to be written some time after it; one on a day or a week is of that day."""
YEAR = datetime.timedelta(days=366)
"""The same for whole years, which seldom begin and end with the period."""

_LEADING = ("date", "country", "organization")
"""What a sentence that leads a list says of every item; its numbers and amounts are of all together."""

_BEFORE = 60
_MOST_SPANS = 500
_NEAR = 60
"""Links of one sentence that are looked back at, at the most."""
_LIMIT = re.compile(
    r"\b(?:since|until|till|as (?:of|at|on)|up to|than in)\s+(?:the\s+)?(?:\w+\s+of\s+)?$", re.IGNORECASE
)
_PRICE_AFTER = re.compile(
    r"\s*(?:(?:a|an)\s+(?!third|quarter|half|total)[a-z]+|,?\s*(?:per|each|every)\s+[a-z]+|/\s*[a-z]+|each\b|apiece\b)",
    re.IGNORECASE,
)
_PRICE_BEFORE = re.compile(
    r"\b(?:each|average|median|minimum|maximum|price|fee|fare|rate|wage|salary|dues)\b[^.;]{0,40}$", re.I
)
_MANY_OF = re.compile(r"\w{3,}s (?:(?:of|from|between) )?$")
_OWN = re.compile(r"\b(?:our|its|their)\s+$", re.IGNORECASE)
_EXCEEDING = re.compile(r"exceed", re.IGNORECASE)
_JOINT = re.compile(r"\s*,?\s*(?:and|&|,)\s*")
_FEMALE = frozenset(("woman", "female", "girl"))
_MALE = frozenset(("man", "male", "boy"))
_RATE_AFTER = re.compile(r"\s*(?:a|per|each|every)\s+(?:day|week|month|year|night)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at|to|within|across|visited|throughout|near|into)\s+(?:the\s+|[A-Z][\w’'-]+,?\s+){0,3}$")
_PLACE_COMMA = re.compile(r"[A-Z][\w’'-]+,\s*$")
_FROM = re.compile(r"\b(?:from|of)\s+(?:the\s+|[A-Z][\w’'-]+,?\s+){0,3}$")
_OPEN_BRACKET = re.compile(r"[(\[][^)\]]*$")


class Link(Struct, frozen=True):
    """A mention of an activity; `sentence` is the number of its sentence there, -1 for one in the title or lead."""

    kind: Kind
    row: Row
    role: str
    basis: str
    told: str
    sentence: int
    confidence: float

    @property
    def cell(self) -> str | None:
        """The column of `activities` that it may fill."""
        if self.kind == "country" and self.role == "named":
            return "countries"
        return CELLS.get(self.role)


Placed = tuple[Kind, Row]
"""A mention and its kind."""


class Around(Struct, frozen=True):
    """What is known around an activity: its report's organization and period, its section's texts and mentions.

    `in_text` and `in_title` are the mentions of the section in the order of the text.
    """

    title: str
    text: str
    in_title: Sequence[Placed]
    in_text: Sequence[Placed]
    organization_id: str | None
    period_start: datetime.date | None
    period_end: datetime.date | None

    def between(self, start: int, end: int) -> Sequence[Placed]:
        """The mentions that begin in a stretch of the text."""
        first = bisect_left(self.in_text, start, key=_place)
        return self.in_text[first : bisect_left(self.in_text, end, first, key=_place)]


def _place(placed: Placed) -> int:
    place: int = placed[1]["char_start"]
    return place


def links(unit: Unit, read: Sequence[Sentence], around: Around) -> list[Link]:
    """The links of a unit, in the order of the text; one for people is the largest of its numbers of people.

    Args:
        unit: the lines of the activity.
        read: its sentences.
        around: its section and report.
    """
    found = [_link(placed, "title", unit, read, around) for placed in around.in_title]
    if unit.lead is not None:
        leading = around.between(unit.lead.start, unit.lead.end)
        found += [_link(placed, "lead", unit, read, around) for placed in leading if placed[0] in _LEADING]
    for line in unit.lines:
        inside = around.between(line.span.start, line.span.end)
        found += [_link(placed, "own", unit, read, around) for placed in inside]
    return _with_one_number_of_people(_without_parts(_without_coarser_dates(found), around.text), around.text)


def _link(placed: Placed, basis: str, unit: Unit, read: Sequence[Sentence], around: Around) -> Link:
    kind, row = placed
    text = around.title if basis == "title" else around.text
    before = text[max(0, row["char_start"] - _BEFORE) : row["char_start"]].rpartition("\n")[2]
    after = text[row["char_end"] : row["char_end"] + _BEFORE].partition("\n")[0]
    number = bisect_right(read, row["char_start"], key=_start) - 1 if basis == "own" else -1
    told = _told(row["char_start"], unit, read[number]) if number >= 0 else "plain"
    role = told if told in ("planned", "called_off") else _role(kind, row, before, after, around)
    if told == "around" and kind not in ("country", "organization"):
        role = "background"
    link_confidence = CONFIDENCE.get((basis, told), REFUSED_CONFIDENCE) if role in CELLS else REFUSED_CONFIDENCE
    return Link(kind, row, role, basis, told, number, round(row["confidence"] * link_confidence, 4))


def _start(sentence: Sentence) -> int:
    return sentence.start


def _told(place: int, unit: Unit, sentence: Sentence) -> str:
    """What is told at a place: as the marks of its sentence say; a list item without any is taken at its word."""
    sort = sentence.sort_at(place)
    if sort is not None:
        return sort
    line = unit.line_at(place)
    return "plain" if line is not None and (line.is_item or unit.is_item) else "around"


def _role(kind: Kind, row: Row, before: str, after: str, around: Around) -> str:
    if kind == "date":
        return _date_role(row, before, around)
    if kind == "count":
        return _count_role(row, before, after)
    if kind == "money":
        return _money_role(row, before, after)
    if kind == "country":
        return _country_role(row, before)
    return _organization_role(row, before, after, around)


def _date_role(row: Row, before: str, around: Around) -> str:
    start, end = row["start_date"], row["end_date"]
    if start is None or end is None:
        return "background"
    if _LIMIT.search(before):
        return "limit"
    return "when" if _is_in_period(row, start, end, around) else "background"


def _is_in_period(row: Row, start: datetime.date, end: datetime.date, around: Around) -> bool:
    """Whether days may be those of something that the report tells of; always when it states no period.

    A single date must lie within; a year must overlap; a range must end within and overlap.
    """
    first, last = around.period_start, around.period_end
    if first is None or last is None or not datetime.date(1, 3, 1) < first <= last < datetime.date(9999, 1, 1):
        return True
    later = SLACK if last - first >= LONG else datetime.timedelta(0)
    before = YEAR if row["precision"] == "year" or row["kind"] == "range" else SLACK
    after = YEAR if row["precision"] == "year" else later
    is_year = row["precision"] == "year"
    if start > (last if is_year else last + later) or end < (first if is_year else first - SLACK):
        return False
    return (start >= first or first - start <= before) and (end <= last or end - last <= after)


def is_person(head: str | None) -> bool:
    """Whether the head of what is counted, a lemma, is a word for a person."""
    word = (head or "").lower()
    return word in telling.words("persons") or (word.endswith(("ians", "ian")) and len(word) > 5)


def _count_role(row: Row, before: str, after: str) -> str:
    is_part = _ends_with_cue("part_cues", before) or after.startswith(" of them")
    if is_person(row["unit_head"]):
        if is_part:
            return "people_part"
        return "people_other" if _RATE_AFTER.match(after) else "people"
    return "count_part" if is_part else "count"


def _money_role(row: Row, before: str, after: str) -> str:
    if _ends_with_cue("part_cues", before):
        return "part"
    if _PRICE_AFTER.match(after) or _PRICE_BEFORE.search(before):
        return "price"
    if _MANY_OF.search(before) and (row["amount_max"] is not None or after.startswith((" to ", " and "))):
        return "price"
    if _EXCEEDING.match(row["text"]):
        return "aside"
    bracket = _OPEN_BRACKET.search(before)
    if (bracket and re.search(r"\d\s*[(\[]", before)) or _ends_with_cue("aside_cues", before):
        return "aside"
    return "amount"


def _country_role(row: Row, before: str) -> str:
    if row["inside_organization"]:
        return "inside_name"
    if row["form"] == "demonym":
        return "named"
    if _FROM.search(before):
        return "from"
    return "place" if _PLACE.search(before) or _PLACE_COMMA.search(before) else "named"


def _organization_role(row: Row, before: str, after: str, around: Around) -> str:
    if row["organization_id"] == around.organization_id:
        return "reporter"
    cue_before = re.sub(r"(?:\s+(?:the|our|its|a|an))+\s*$", " ", before)
    if _ends_with_cue("funder_cues", cue_before):
        return "funder"
    if re.match(
        rf"(?:\s*\([^)]*\))?\s+(?:also\s+|has\s+|have\s+)?(?:{telling.phrases('funding_verbs').pattern})", after
    ):
        return "funder"
    return "partner" if _ends_with_cue("partner_cues", cue_before) else "named"


def _ends_with_cue(group: str, before: str) -> bool:
    """Whether the words right before a mention are one of a list of cues."""
    end = len(before.rstrip(" (,:"))
    return any(match.end() >= end for match in telling.phrases(group).finditer(before))


def _without_coarser_dates(found: Sequence[Link]) -> list[Link]:
    """The links with dates that another date of the activity makes needless no longer in the role `when`.

    These are a month or year that holds a finer date, and dates of how things were beside those of what was done.
    """
    when = [link for link in found if link.role == "when" and link.basis == "own"]
    is_any_done = any(link.told == "done" for link in when)
    spans = sorted({_days(link) for link in when})[:_MOST_SPANS]

    def is_coarser(link: Link) -> bool:
        if link.role != "when" or link.basis != "own":
            return False
        if is_any_done and link.told == "state":
            return True
        return bool(link.row["kind"] == "date" and any(_holds(_days(link), days) for days in spans))

    return [structs.replace(link, role="background") if is_coarser(link) else link for link in found]


def _days(link: Link) -> tuple[datetime.date, datetime.date]:
    return link.row["start_date"], link.row["end_date"]


def _holds(one: tuple[datetime.date, datetime.date], other: tuple[datetime.date, datetime.date]) -> bool:
    return one != other and one[0] <= other[0] and other[1] <= one[1]


def _without_parts(found: Sequence[Link], text: str) -> list[Link]:
    """The links with parts of a number named before them in the same sentence in the role of a part.

    These are people in a bracket behind other people, amounts behind the whole cost in the same currency, and amounts
    joined to a part.
    """
    result: list[Link] = []
    for link in found:
        role = link.role
        if role in ("people", "amount"):
            earlier = [one for one in result[-_NEAR:] if _is_one_sentence(one, link)]
            is_part = _is_part_of_people if role == "people" else _is_part_of_amount
            if is_part(link, earlier, text):
                role = "people_part" if role == "people" else "part"
            elif role == "amount" and _is_whole_of_one(link, earlier, text):
                role = "aside"
        result.append(link if role == link.role else structs.replace(link, role=role))
    return result


def _is_part_of_people(link: Link, earlier: Sequence[Link], text: str) -> bool:
    return any(one.role == "people" for one in earlier) and _OPEN_BRACKET.search(_before(link, text)) is not None


def _is_part_of_amount(link: Link, earlier: Sequence[Link], text: str) -> bool:
    money = [one for one in earlier if one.kind == "money"]
    if any(one.role == "amount" and _is_whole(one, text) and _is_less(link.row, one.row) for one in money):
        return True
    goes_on = bool(money) and " and " in text[money[-1].row["char_end"] : link.row["char_start"]]
    return goes_on and money[-1].role == "part"


def _is_whole_of_one(link: Link, earlier: Sequence[Link], text: str) -> bool:
    """Whether an amount is only named as the whole of which one before it is a part: `3 of a total of 9 million`."""
    lesser = any(one.role == "amount" and _is_less(one.row, link.row) for one in earlier)
    return lesser and _is_whole(link, text)


def _before(link: Link, text: str) -> str:
    """The words before a mention, on its line."""
    return text[max(0, link.row["char_start"] - _BEFORE) : link.row["char_start"]].rpartition("\n")[2]


def _is_one_sentence(one: Link, other: Link) -> bool:
    return one.sentence == other.sentence >= 0


def _is_whole(link: Link, text: str) -> bool:
    """Whether the words before an amount, or those it begins with, say that it is the whole of something."""
    before = _before(link, text)
    return _ends_with_cue("whole_cues", before) or telling.phrases("whole_cues").match(link.row["text"]) is not None


def _is_less(row: Row, whole: Row) -> bool:
    return bool(row["currency"] == whole["currency"] and row["amount"] < whole["amount"])


def _is_pair(one: Link, other: Link, text: str) -> bool:
    """Whether two numbers are those of both sexes, joined."""
    heads = {one.row["unit_head"], other.row["unit_head"]}
    between = text[one.row["char_end"] : other.row["char_start"]]
    in_text = one.row["field"] == other.row["field"] == "text"
    return bool(in_text and heads & _FEMALE and heads & _MALE and _JOINT.fullmatch(between))


def _preference(link: Link, text: str) -> tuple[bool, bool, bool, float, int]:
    is_staff = link.row["unit_head"] in telling.words("staff") or _OWN.search(_before(link, text)) is not None
    return (link.basis == "own", link.told != "state", not is_staff, link.row["value"], -link.row["char_start"])


def _with_one_number_of_people(found: Iterable[Link], text: str) -> list[Link]:
    """The links with one number of people kept for the cell: of the surest ones the largest.

    Women and men joined by `and` are one number.
    """
    held = list(found)
    people = [link for link in held if link.role == "people"]
    if not people:
        return held
    best = max(people, key=lambda link: _preference(link, text))
    pairs = (pair for pair in pairwise(people) if best is pair[0] or best is pair[1])
    kept = next((pair for pair in pairs if _is_pair(*pair, text)), (best,))
    ids = {link.row["mention_id"] for link in kept}
    return [
        structs.replace(link, role="people_other")
        if link.role == "people" and link.row["mention_id"] not in ids
        else link
        for link in held
    ]
