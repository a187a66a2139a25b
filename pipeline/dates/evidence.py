"""Whether what looks like a date is one: what stands around it decides, and how sure we may be.

`judge` answers with a confidence or with the reason why it is no date. The confidences are shares of right mentions to
expect, rounded: a spelled day is hardly ever wrong, a lone number like a year sometimes is.
"""

import re
from typing import NamedTuple

import pycountry

from pipeline.dates.atoms import DASHES
from pipeline.dates.shapes import Phrase


class Verdict(NamedTuple):
    """`confidence` that it is a date, or why it is none."""

    confidence: float
    refusal: str | None = None


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


REACH = 48
"""Characters on each side that are looked at."""

CURRENCIES = frozenset(currency.alpha_3 for currency in pycountry.currencies)

_NUMBERED = _words(
    """nos no nr number page pages pp p room section article art chapter paragraph para annex appendix table figure fig
    iso iec en tel telephone fax phone mobile code id ref reference box resolution decree law act regulation directive
    convention rule version model type size gate hall flat suite zip postcode standard protocol bill order item invoice
    contract grant extension ext v"""
)
"""Words that a number after them counts or names."""
_CODE_SIGNS = "#№+@_\\"
_MONEY_SIGNS = "$€£¥₩₹₱₦₫฿"
_MEASURES = "|".join(
    _words(
        """percent kg km m m2 m² mm cm ha hectares? acres? metres? meters? tonnes? tons? mt mw kw kwh litres? liters? sq
        cubic square hours? hrs days? weeks? months? years? minutes? million billion thousand lakh crore mn bn won yen
        euros? dollars? pounds? rupees? pesos? francs? shillings? kroner usd eur gbp calories kcal"""
    )
)
_MEASURE_AFTER = re.compile(rf"\s?(?:[%‰°]|(?:per cent|{_MEASURES})(?![^\W\d_]))", re.IGNORECASE)
_STRONG_CUES = _words(
    """in since during until till before after throughout within year years early mid late end date dated period
    established founded est fy spring summer autumn winter fall circa ca c approx maybe uncertain"""
)
_STRONG_PAIRS = frozenset(
    {("as", "of"), ("as", "at"), ("prior", "to"), *((part, "of") for part in ("beginning", "start", "middle", "end"))}
)
_WEAK_CUES = _words("of for to from by and or between through about around &")
_COUNTING = _words(
    """some over nearly almost than approximately total reached with only additional estimated exactly least most
    another these those all its distributed provided delivered trained deliver"""
)
_DETERMINERS = _words("the this our their its annual each every")
_NEXT_WORDS = re.compile(r"\s(?P<one>[^\W\d_][\w’'-]*)(?:\s(?P<two>[^\W\d_][\w’'-]*))?")
_DOCUMENT_AFTER = re.compile(
    r"\s(?:(?!(?:by|and|or|in|under|with|the|to|an?)\s)\w+\s)?(?:guidelines?|acts?|laws?|regulations?|constitution|convention|edition|version|directive|"
    r"standards?|rules|code|protocol|declaration|decree|ordinance|treaty)(?![^\W\d_])",
    re.IGNORECASE,
)
_DOCUMENTS = _words("Act Law Decree Regulation Regulations Ordinance Constitution Convention Directive Bill Code")
_FUNCTION_WORDS = _words(
    """a an the and or but nor of to in on at by for from with as than that which who whose when where while until till
    through via was were is are be been has have had did does do will would shall should can could may might must not no
    this these those its our their his her we they it he she you i if because since after before during under over also
    only both all due respectively onward onwards compared alone saw brought marked showed shows thus however including
    includes plus versus vs"""
)
COUNTED = _words(
    """people persons participants households women men children girls boys units cases staff students pupils members
    families pieces volunteers samples copies homes patients beneficiaries residents workers refugees officials teachers
    farmers schools books kits masks items seats places beds doses tickets visitors respondents individuals trainees
    youths adults followers subscribers users inhabitants employees deaths birds trees seedlings bags boxes sets meals
    calls jobs delegates attendees applicants candidates experts leaders entrepreneurs fishers migrants victims
    survivors villagers citizens voters smallholders clients customers learners trainers nurses soldiers fighters"""
)
"""Nouns that are counted far more often than they have a year."""


class _Around(NamedTuple):
    """What stands around a phrase: characters, and the last words before it, bare of punctuation, nearest first."""

    before: str
    after: str
    words: tuple[str, ...]

    @property
    def has_strong_cue(self) -> bool:
        """Whether the words before can only be followed by a time."""
        words = tuple(word.lower() for word in self.words if word.lower() != "the")
        return bool(words) and (words[0] in _STRONG_CUES or words[1::-1] in _STRONG_PAIRS)


def _around(line: str, phrase: Phrase) -> _Around:
    before = line[max(0, phrase.start - REACH) : phrase.start]
    words = [word.strip(".,:;–-(") for word in before.rsplit(None, 3)[-3:]]
    return _Around(before, line[phrase.end : phrase.end + REACH], tuple(word for word in reversed(words) if word))


def judge(line: str, phrase: Phrase) -> Verdict:
    """Whether `phrase` is a date in its line."""
    around = _around(line, phrase)
    glued = _is_glued(around, phrase.shape)
    if glued:
        return Verdict(0.0, "part of a longer code")
    if _is_of_another_era(around, phrase):
        return Verdict(0.0, "a year of another era")
    if phrase.shape[0] in "YR" and (len(phrase.shape) == 1 or _TWO_YEARS.fullmatch(phrase.shape)):
        refusal = _not_a_year(around)
        if refusal is not None:
            return Verdict(0.0, refusal)
        return (
            _judge_lone_year(phrase, around) if phrase.shape == "Y" else Verdict(0.97 if around.has_strong_cue else 0.9)
        )
    if phrase.doubtful_order:
        return Verdict(0.5)
    return Verdict(0.9 if _WITH_A_YEAR.isdisjoint(phrase.shape) else 0.99)


_NEPALESE = (
    r"(?i:baisakh|baishakh|jestha|jeth|asar|ashadh?|asadh|shrawan|saun|bhadra|bhadau|ashwin|asoj|kartik|mangsir|poush"
    r"|magh|falgun|phalgun|chaitra?)"
)
_ERA_BEFORE = re.compile(rf"(?<!\w)(?:{_NEPALESE}\s(?:[0-9]{{1,2}},?\s)?|(?:BS|B\.\s?S\.|VS|V\.\s?S\.)\s?)(?:FY\s?)?$")
_ERA_AFTER = re.compile(r"\s?(?:(?:BS|B\.\s?S\.|VS|V\.\s?S\.)(?!\w)|[(/]\s?(?:A\.?D\.?\s?)?20[0-4][0-9](?![0-9]))")
_FIRST_OF_ERA = 2040
"""The year from which a number may be one of Bikram Sambat, the era of Nepal, which is 56 or 57 years ahead."""


def _is_of_another_era(around: _Around, phrase: Phrase) -> bool:
    """Whether a year is one of Bikram Sambat, by its mark, its month or the year of ours: `2077/78 (2020/21)`."""
    year = phrase.parts[0].year
    if year is None or year < _FIRST_OF_ERA:
        return False
    return _ERA_AFTER.match(around.after) is not None or _ERA_BEFORE.search(around.before) is not None


_WITH_A_YEAR = frozenset("YyNRmXV")
_TWO_YEARS = re.compile(r"[YR][-t&][YR]")


def _is_glued(around: _Around, shape: str) -> bool:
    """A date in figures that goes on, on either side, in figures or letters: a code, a telephone number, a ratio."""
    before, after = around.before, around.after
    if shape[0] in _FIGURES and len(before) > 1 and before[-1] in _GLUE and before[-2].isalnum():
        word = _LAST_WORD.search(before)
        spelled = word.group() if word is not None and word.group().isalpha() else ""
        apart = spelled and (shape[0] == "N" or before[-1] in ":–—")
        if not apart and spelled.lower() not in _PARTS_OF_YEARS:
            return True
    if (
        shape[-1] in _FIGURES
        and len(after) > 1
        and after[0] in _GLUE
        and after[1].isalnum()
        and not TO_NOW.match(after)
    ):
        return not (after[1].isalpha() and (after[0] in ".:–—" or shape[-1] == "N"))
    return False


_FIGURES = "YRNmPd"
TO_NOW = re.compile(rf"\s?(?:[{DASHES}]|to)\s?(?:present|date|now|today|ongoing|current)(?!\w)", re.IGNORECASE)
"""What makes a date the beginning of something that goes on: `2018-present`."""
_IN_A_YEAR = re.compile(r"\s(?:people |cases |members )?in (?:early |mid-|late )?(?:19|20)[0-9]{2}(?![0-9])")
_GLUE = f"{DASHES}/.:_+"
_LAST_WORD = re.compile(rf"[^\W_]+(?=[{_GLUE}]$)")
_PARTS_OF_YEARS = ("mid", "early", "late", "end", "post", "pre")
_YEAR = re.compile(r"(?:1[5-9]|20)[0-9]{2}")
_FIGURES_AFTER = re.compile(r"[ \u00a0](?P<figures>[0-9]{3,})(?![0-9])")


def _is_before_its_currency(after: str) -> bool:
    """Whether a currency follows that is not the next amount's: `2000 USD`, not `in 2017, CHF 500`."""
    code = after.lstrip(" \u00a0")[:4]
    return code[:3] in CURRENCIES and not code[3:].isalpha() and not _AMOUNT_AHEAD.match(after)


_AMOUNT_AHEAD = re.compile(r"[ \u00a0]?[A-Z]{3}[ \u00a0]?[0-9]")


def _not_a_year(around: _Around) -> str | None:
    """What a number like a year is instead, by what it stands between."""
    before, after, words = around
    last = words[0] if words else ""
    if (
        last.lower() in _NUMBERED
        or before[-1:] in tuple(_CODE_SIGNS)
        or (before[-1:] == "=" and before[-2:-1].isalnum())
    ):
        return "a number of something"
    if before.rstrip()[-1:] in tuple(_MONEY_SIGNS) or last in CURRENCIES or _is_before_its_currency(after):
        return "an amount of money"
    if _MEASURE_AFTER.match(after):
        return "a measure"
    names_document = _DOCUMENT_AFTER.match(after) is not None and not around.has_strong_cue
    if last in _DOCUMENTS or names_document or _is_in_a_citation(before):
        return "the name of a document"
    if _is_in_a_row_of_figures(around):
        return "one of several groups of figures"
    return None


_CITED = re.compile(
    r"(?<!\w)(?:resolution|decision|recommendation|decree|law|act|directive|regulation|convention|order|bill|circular)s?"
    r"\s(?:no\.?\s?)?[0-9][\w/.-]{0,12},?\s(?:\(|of\s)$",
    re.IGNORECASE,
)


def _is_in_a_citation(before: str) -> bool:
    """`Resolution 1325 (2000)`, `Law No. 25 of 2004`."""
    return before.endswith(("(", "of ")) and _CITED.search(before) is not None


def _is_in_a_row_of_figures(around: _Around) -> bool:
    """`2864 2929`: a telephone number; other years beside a year are years."""
    right = _FIGURES_AFTER.match(around.after)
    beside = [right["figures"]] if right is not None else []
    if around.before[-1:] in (" ", "\u00a0") and around.before[-2:-1].isdigit():
        beside.append(around.words[0])
    numbers = (figures for figures in beside if figures.isdigit() and len(figures) > 2)
    return any(not _YEAR.fullmatch(figures) for figures in numbers) and not around.has_strong_cue


def _judge_lone_year(phrase: Phrase, around: _Around) -> Verdict:
    """A number like a year that nothing forbids: a time by its cue, a count by the noun behind it, or open."""
    number = phrase.parts[0].year or 0
    is_round = number % 50 == 0 or number < 1900
    first, second = _next_words(around.after)
    plural = _is_plural(first) or (first not in _FUNCTION_WORDS and _is_plural(second))
    counted = first in COUNTED or (second in COUNTED and first not in _FUNCTION_WORDS)
    last = around.words[0].lower() if around.words else ""
    determined = last in _DETERMINERS or last.endswith(("'s", "’s"))
    if around.has_strong_cue:
        return Verdict(0.0, "a count") if is_round and first in COUNTED else Verdict(0.97)
    if _IN_A_YEAR.match(around.after) and not determined:
        return Verdict(0.0, "a count")
    if (last in _COUNTING and (plural or is_round)) or (counted and not determined) or (plural and is_round):
        return Verdict(0.0, "a count")
    if not around.before.strip(" -–•·*(“\"'=") or last in _WEAK_CUES:
        return Verdict(0.8 if is_round or plural else 0.93)
    if around.before.rstrip().endswith((",", "(", ";", ":", "[", "–", "-", "/")) or determined:
        return Verdict(0.85)
    if is_round:
        return Verdict(0.0, "a round number that nothing says is a year")
    return Verdict(0.6 if around.words and around.words[0][0].isupper() else 0.7)


def _next_words(after: str) -> tuple[str, str]:
    words = _NEXT_WORDS.match(after)
    return (words["one"], words["two"] or "") if words is not None else ("", "")


def _is_plural(word: str) -> bool:
    regular = len(word) > 3 and word.islower() and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return regular or word in COUNTED


def is_counted(line: str, end: int) -> bool:
    """Whether the word or two at `end` name things that a number before them counts."""
    first, second = _next_words(line[end : end + REACH])
    return first not in _FUNCTION_WORDS and (
        _is_plural(first) or (second not in _FUNCTION_WORDS and _is_plural(second))
    )
