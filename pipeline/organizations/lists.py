"""Lists with an organization in them: `(WaterAid, Zenda and NRC)`, `the Harbour Council, Zendavo and Novamar`."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from simplemma import is_known

from pipeline.organizations import world
from pipeline.organizations.evidence import Evidence, over
from pipeline.organizations.readings import SMALL, Found, Reading, clean_length, head_role, trimmed
from pipeline.organizations.refusals import is_person
from pipeline.organizations.words import common_acronym, is_generic, role_of, split_words
from pipeline.records import Span

BRACKETS = re.compile(r"\(([^()\n]{3,200})\)")
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w’'.&-]{0,40}+"
_MEMBER = rf"(?:the )?{_WORD}(?>(?: (?:(?:of|for|on|in|de|du|&)(?: the)? )?{_WORD}){{0,8}})"
PROSE = re.compile(rf"{_MEMBER}(?>(?:, {_MEMBER}){{0,12}})(?:,? and {_MEMBER}|, etc\b)")
Sort = Literal["brackets", "prose", "label"]
LONGEST_PLAIN = 6
"""Words in the longest member that no head makes a body."""
LABELS = (
    "Donors|Funding|Funders|Funded by|Partners|Implementing partners|Sponsors|Supporters|Grantees|Grants|Members"
    "|Participants|Contractors?|Consultants?|Consultancy|Supervision|Bidders|Suppliers?|Auditors?|Organi[sz]ers?|Sources?"
    "|Agencies|Organi[sz]ations|Associations|Companies|NGOs|Bankers?|Hosts"
)
LABELLED = re.compile(
    rf"(?m)^\W{{0,4}}(?:[A-Z]\w+ (?:\w+ ){{0,2}})?(?i:{LABELS})(?: \w+){{0,3}}: ([^\n]{{3,300}}?)\.?$"
)
"""A line that says what its members are: `Donors: Zendavo, Novamar`."""
SEPARATOR = re.compile(r"\s*(?:,|;|/|\band\b)\s*(?:\band\b\s*)?(?:the\s+)?")


def find_listed(reading: Reading, evidence: Evidence, found: Sequence[Found]) -> Iterator[Found]:
    """The members of lists one of which is an organization already, when nothing speaks against them."""
    if not found:
        return
    known = {(item.start, item.end) for item in found}
    lists: list[tuple[tuple[int, int], Sort]] = [(m.span(1), "brackets") for m in BRACKETS.finditer(reading.text)]
    lists += [(match.span(), "prose") for match in PROSE.finditer(reading.text)]
    lists += [(match.span(1), "label") for match in LABELLED.finditer(reading.text)]
    for (start, end), sort in lists:
        members = list(members_of(reading.text, start, end))
        sure = sum((member.start, member.end) in known for member in members)
        if len(members) > 1 and sure:
            for member in members:
                if _may_be_one(reading, evidence, member, sort, is_sure=sure > 1):
                    yield Found(member.start, member.end, "list")


def members_of(text: str, start: int, end: int) -> Iterator[Span]:
    """The members of the list in a stretch of text, without articles before and marks after them."""
    position = start
    for stop, after in [*(match.span() for match in SEPARATOR.finditer(text, start, end)), (end, end)]:
        first, last = trimmed(text, position, stop)
        last = first + clean_length(text[first:last])
        if first < last and text[first:last] != "etc":
            yield Span(first, last)
        position = after


def _may_be_one(reading: Reading, evidence: Evidence, member: Span, sort: Sort, *, is_sure: bool) -> bool:
    name = reading.text[member.start : member.end]
    words = name.split()
    if (
        len(name) < 2
        or is_generic(name)
        or name in world.cities()
        or not all(word[0].isupper() or word in SMALL for word in words)
    ):
        return False
    if "&" not in words and is_person(split_words(name)):
        return False
    if len(words) > LONGEST_PLAIN and head_role(name) not in ("body", "firm"):
        return False
    is_acronym = len(words) == 1 and name.isupper()
    if (head_role(name) in ("other", "role") and not is_acronym) or role_of((words[0].lower(),)) == "opener":
        return False
    kind = common_acronym(name)
    if kind == "term" or (kind == "currency" and sort == "prose"):
        return False
    if len(words) == 1 and not name.isupper() and is_known(name.lower(), "en"):
        return sort != "prose" and evidence.covers(member.start, member.end)
    return not _is_something_else(reading, evidence, member, sort, is_sure)


def _is_something_else(reading: Reading, evidence: Evidence, member: Span, sort: Sort, is_sure: bool) -> bool:
    """Whether a member is a country, a person or a place.

    The recognizer is trusted on people in brackets, where nothing else helps. Elsewhere it is trusted on people, and in
    prose on places, unless two other members are organizations for sure.
    """
    spans = [tuple(Span(country.start, country.end) for country in reading.countries)]
    if sort == "brackets" or not is_sure:
        spans.append(evidence.people)
    if sort == "prose" and not is_sure:
        spans.append(evidence.places)
    return any(over(some, member.start, member.end) for some in spans)
