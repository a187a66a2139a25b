"""Numbers whose sentence says elsewhere what they count: `the number of cases is 71`, `of these, 25 were women`."""

import re

from pipeline import nouns
from pipeline.counts.readings import Reading, Thing, is_year
from pipeline.numerals import qualifiers

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
