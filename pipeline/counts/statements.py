"""Numbers whose sentence says elsewhere what they count: `the number of cases is 71`, `of these, 25 were women`."""

import math
import re
from collections.abc import Sequence

from pipeline import nouns
from pipeline.counts.readings import Reading, Thing, is_year
from pipeline.numerals import qualifiers
from pipeline.records import CountValue, Mention

_REACH = 130
"""Characters before a number in which its `number of` is looked for."""

_NUMBER_OF = re.compile(r"\b(?:number|total|count|tally) of ", re.IGNORECASE)
_IS = re.compile(
    r"[^.;:\n]{0,60}?\b(?:is|are|was|were|be|being|reached|reaching|totall?ed|to|at|from|by)"
    r"(?: now| currently| only| just)?[ \u00a0]"
)
_OWN_NOUN = re.compile(r" [a-z]*s\b")
_WERE = re.compile(r"(?: \(\d{1,3}(?:[.,]\d+)? ?(?:%|per cent)\))? (?:were|are|was|is|being)(?: all)?(?= )")


_OF_THESE = re.compile(r"\bof (?:which|whom|these|those|them)\b[^.;:\n]{0,20}\Z", re.IGNORECASE)


def stated(text: str, reading: Reading) -> Thing | None:
    """Returns the thing whose number a sentence gives: `the number of cases is 71`, or None."""
    _, value_start = qualifiers.before(text, reading.start)
    if " of " not in text[max(0, value_start - _REACH) : value_start]:
        return None
    openings = list(_NUMBER_OF.finditer(text, max(0, value_start - _REACH), value_start))
    if not openings or is_year(text, reading.number) or _OWN_NOUN.match(text, reading.end):
        return None
    stretch = text[openings[-1].end() : value_start]
    phrase = nouns.noun_phrase(stretch, 0)
    if phrase is None or not _IS.fullmatch(stretch, phrase.end):
        return None
    if phrase.head in nouns.words("durations") or phrase.head in nouns.words("measures"):
        return None
    return Thing(value_start, stretch[phrase.start : phrase.end], phrase.head, "stated")


_CLAUSE = re.compile(r"[.;:\n] ?|, (?:and|while|but) ")
_VERB_OF_CHANGE = (
    r"(?:rose|risen|increased|grew|grown|went (?:up|down)|fell|fallen|dropped|declined|decreased|climbed|jumped|doubled"
    r"|trebled|tripled|reached|totall?ed|numbered|stood at|amounted to|came to|dwindled|shrank|peaked at|remained at)"
)
_CHANGED = re.compile(
    rf"[^.;:,\n]{{0,40}}? (?:(?:has|have|had) )?(?:[a-z]{{4,12}}ly |also |further )?{_VERB_OF_CHANGE}"
    r"(?: [a-z]{4,12}ly)?(?: (?:to|from|at) \d[\d.,'’]{0,12}(?: in (?:[a-z ]{1,24} )?(?:19|20)\d\d)?)?"
    r"(?:,? (?:to|from|at|down to|up to|up from|down from))? "
)
_MOVING = (
    "rose",
    "rise",
    "crea",
    "gre",
    "went",
    "fell",
    "fall",
    "drop",
    "clin",
    "climb",
    "jump",
    "ble",
    "each",
    "total",
)
_MOVING_TOO = ("numbered", "stood", "amount", "came", "dwind", "shrank", "peak", "remain")


def changed(text: str, reading: Reading) -> Thing | None:
    """Returns the subject that rose, fell or came to a number: `Admissions fell from 96 to 71`, or None."""
    _, value_start = qualifiers.before(text, reading.start)
    window = text[max(0, value_start - _REACH) : value_start]
    if not any(sign in window for sign in _MOVING + _MOVING_TOO) or is_year(text, reading.number):
        return None
    if _OWN_NOUN.match(text, reading.end):
        return None
    clauses = [match.end() for match in _CLAUSE.finditer(window)]
    begin = clauses[-1] if clauses else 0 if value_start <= _REACH else None
    if begin is None:
        return None
    begin += len(_DETERMINER.match(window, begin)[0])  # type: ignore[index]  # matches the empty string
    phrase = nouns.noun_phrase(window, begin)
    if phrase is None or phrase.start != begin or not _CHANGED.fullmatch(window, phrase.end):
        return None
    if any(phrase.head in nouns.words(group) for group in ("durations", "measures", "value_labels")):
        return None
    return Thing(value_start, window[phrase.start : phrase.end], phrase.head, "stated")


_DETERMINER = re.compile(r"(?:- )?(?:(?:The|Our|Their|Its|the|our|their|its) )?")


_COMPARED = re.compile(
    r"[^.;:\n]{0,60}(?:\b(?:up|down) from|compared (?:to|with)|\bagainst|\bversus|\bvs\.?) \Z"
    r"|(?: [^.;:()\n]{1,40})? ?\((?:(?:in )?(?:19|20)\d\d|(?:last|previous) (?:year|quarter|month)|the year before)"
    r"[:,]? \Z"
)
_COMPARISON_ENDS = re.compile(
    r"[.,;)]|\Z|\n| (?:in|at|on) (?:the |19|20|[A-Z])| (?:the|a) (?:year|month|quarter|week|day) (?:before|earlier|ago)"
    r"| (?:last|the previous|the preceding|the prior|the same) "
)


def compared(text: str, reading: Reading, before: Sequence[Mention]) -> Thing | None:
    """Returns what a count before a number counts, when the number is of another time: `40 members, up from 38`.

    Of the counts of its sentence that is the one nearest in size: `212 members in 11 halls, against 198 before`.
    """
    if not before:
        return None
    _, start = qualifiers.before(text, reading.start)
    last = before[-1].end
    if not 0 < start - last <= _REACH or is_year(text, reading.number):
        return None
    if _COMPARISON_ENDS.match(text, reading.end) is None or not _COMPARED.fullmatch(text, last, start):
        return None
    near = [
        mention.value
        for mention in before[-MOST_COUNTS:]
        if isinstance(mention.value, CountValue) and start - mention.start <= _REACH
        if mention.value.value > 0 and not _SENTENCE_ENDS.search(text, mention.end, start)
    ]
    nearest = min(near, key=lambda value: abs(math.log(value.value / float(reading.number.value or 1))), default=None)
    if nearest is None or nearest.unit is None:
        return None
    return Thing(start, nearest.unit, nearest.unit_head or "", "stated")


MOST_COUNTS = 4
"""Counts of a sentence that a number of another time may belong to."""
_SENTENCE_ENDS = re.compile(r"[.;\n] ?[A-Z]|\n")


def described(text: str, reading: Reading) -> Thing | None:
    """Returns what a number's predicate says it counts: `of these, 25 were women`, or None."""
    verb = _WERE.match(text, reading.end)
    phrase = nouns.noun_phrase(text, verb.end()) if verb else None
    if phrase is None or is_year(text, reading.number):
        return None
    _, start = qualifiers.before(text, reading.start)
    if phrase.head not in nouns.words("people") and not _OF_THESE.search(text, max(0, start - 40), start):
        return None
    return Thing(start, text[phrase.start : phrase.end], phrase.head, "described", phrase.end)
