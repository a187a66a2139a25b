"""Whether what looks like a date is one: what stands around it decides, and how sure we may be.

`judge` answers with a confidence or with the reason why it is no date. The confidences are shares of right mentions to
expect, rounded: a spelled day is hardly ever wrong, a lone number like a year sometimes is.
"""

import re
from typing import NamedTuple

import pycountry

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

_NUMBERED = "|".join(
    sorted(
        _words(
            """nos no nr number page pages pp p room section article art chapter paragraph para annex appendix table
            figure fig iso iec en tel telephone fax phone mobile code id ref reference box resolution decree law act
            regulation directive convention rule version model type size gate hall flat suite zip postcode standard
            protocol bill order item invoice contract grant v"""
        ),
        key=len,
        reverse=True,
    )
)
_CODE_BEFORE = re.compile(
    rf"(?:(?<![^\W\d_])(?:{_NUMBERED})[.:]?(?: (?:no|nr|number)\.?)?\s?|[#№+@_\\]|\w=)$", re.IGNORECASE
)
_MONEY_BEFORE = re.compile(r"[$€£¥₩₹₱₦₫฿]\s?$|(?<![^\W\d_])(?P<code>[A-Z]{3})\s?$")
_MEASURES = "|".join(
    _words(
        """percent kg km m2 m² mm cm ha hectares? acres? metres? meters? tonnes? tons? mt mw kw kwh litres? liters? sq
        cubic square hours? hrs days? weeks? months? years? minutes? million billion thousand lakh crore mn bn won yen
        euros? dollars? pounds? rupees? pesos? francs? shillings? kroner usd eur gbp calories kcal"""
    )
)
_MEASURE_AFTER = re.compile(rf"\s?(?:[%‰°]|(?:per cent|{_MEASURES})(?![^\W\d_]))", re.IGNORECASE)
_STRONG_CUE = re.compile(
    r"(?<![^\W\d_])(?:in|since|during|until|till|before|after|throughout|within|as of|as at|prior to|years?|early|mid|"
    r"late|beginning of|start of|middle of|end of|end|dated?|period|established|founded|est\.?|fy|calendar year|"
    r"spring|summer|autumn|winter|fall|(?:circa|ca|c|approx)\.?|maybe|uncertain)[\s:–-]{1,2}(?:the )?(?:year )?$",
    re.IGNORECASE,
)
_WEAK_CUE = re.compile(
    r"(?<![^\W\d_])(?:of|for|to|from|by|and|or|between|through|about|around)\s(?:the )?$", re.IGNORECASE
)
_COUNTING = re.compile(
    r"(?<![^\W\d_])(?:some|over|nearly|almost|than|approximately|total(?: of)?|reached|with|only|additional|estimated|"
    r"exactly|least|most|another|these|those|all|its|distributed|provided|delivered|trained|deliver)\s$",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"(?:(?<![^\W\d_])(?:the|this|our|their|its|annual|each|every)|['’]s)\s$", re.IGNORECASE)
_NEXT_WORDS = re.compile(r"\s(?P<one>[^\W\d_][\w’'-]*)(?:\s(?P<two>[^\W\d_][\w’'-]*))?")
_DOCUMENT_AFTER = re.compile(
    r"\s(?:\w+\s)?(?:guidelines?|acts?|laws?|regulations?|constitution|convention|edition|version|directive|standards?|"
    r"rules|code|protocol|declaration|decree|ordinance|treaty)(?![^\W\d_])",
    re.IGNORECASE,
)
_DOCUMENT_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:Act|Law|Decree|Regulations?|Ordinance|Constitution|Convention|Directive|Bill|Code|Rules|Order),?\s\(?$"
)
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
    calls jobs"""
)
"""Nouns that are counted far more often than they have a year."""


def judge(line: str, phrase: Phrase) -> Verdict:
    """Whether `phrase` is a date in its line."""
    before = line[max(0, phrase.start - REACH) : phrase.start]
    after = line[phrase.end : phrase.end + REACH]
    glued = _is_glued(before, after, phrase)
    if glued:
        return Verdict(0.0, glued)
    if phrase.shape in ("Y", "R") or re.fullmatch(r"[YR][-t&][YR]", phrase.shape):
        return _judge_years(line, phrase, before, after)
    if phrase.doubtful_order:
        return Verdict(0.5)
    return Verdict(0.99 if any(kind in phrase.shape for kind in "YyNR") else 0.9)


def _is_glued(before: str, after: str, phrase: Phrase) -> str | None:
    """A date in figures that goes on, on either side, in figures or letters: a code, a telephone number, a ratio."""
    if phrase.shape[0] in _FIGURES and len(before) > 1 and before[-1] in "-–/.:_+" and before[-2].isalnum():
        word = _LAST_WORD.search(before)
        spelled = word.group() if word is not None and word.group().isalpha() else ""
        apart = spelled and (phrase.shape[0] == "N" or before[-1] in ":–")
        if not apart and spelled.lower() not in _PARTS_OF_YEARS:
            return "part of a longer code"
    if phrase.shape[-1] in _FIGURES and len(after) > 1 and after[0] in "-–/.:_" and after[1].isalnum():
        apart = after[1].isalpha() and (after[0] in ".:–" or phrase.shape[-1] == "N")
        if not apart:
            return "part of a longer code"
    return None


_FIGURES = "YRNmPd"
_LAST_WORD = re.compile(r"[^\W_]+(?=[-–/.:_+]$)")
_PARTS_OF_YEARS = ("mid", "early", "late", "end", "post", "pre")


def _judge_years(line: str, phrase: Phrase, before: str, after: str) -> Verdict:
    """A lone year or two years: a number like any other until something says that it is a time."""
    if _CODE_BEFORE.search(before):
        return Verdict(0.0, "a number of something")
    money = _MONEY_BEFORE.search(before)
    if money is not None and (money["code"] is None or money["code"] in CURRENCIES):
        return Verdict(0.0, "an amount of money")
    if after[:4].strip(" ")[:3] in CURRENCIES:
        return Verdict(0.0, "an amount of money")
    if _MEASURE_AFTER.match(after):
        return Verdict(0.0, "a measure")
    if _DOCUMENT_BEFORE.search(before) or _DOCUMENT_AFTER.match(after):
        return Verdict(0.0, "the name of a document")
    if _is_in_a_row_of_figures(before, after):
        return Verdict(0.0, "one of several groups of figures")
    if _STRONG_CUE.search(before):
        return Verdict(0.97)
    if phrase.shape != "Y":
        return Verdict(0.9)
    return _judge_lone_year(line, phrase, before, after)


def _is_in_a_row_of_figures(before: str, after: str) -> bool:
    """`2864 2929`: a telephone number; other years beside a year are years."""
    year = re.compile(r"(?:1[5-9]|20)[0-9]{2}")
    left = re.search(r"([0-9]+)[ \u00a0]$", before)
    right = re.match(r"[ \u00a0]([0-9]{3,})(?![0-9])", after)
    beside = [match.group(1) for match in (left, right) if match]
    return any(len(figures) > 2 and not year.fullmatch(figures) for figures in beside) and not _STRONG_CUE.search(
        before
    )


def _judge_lone_year(line: str, phrase: Phrase, before: str, after: str) -> Verdict:
    number = phrase.parts[0].year or 0
    is_round = number % 50 == 0 or number < 1900
    words = _NEXT_WORDS.match(after)
    first = (words["one"] if words else "") or ""
    second = (words["two"] if words else "") or ""
    plural = _is_plural(first) or (first not in _FUNCTION_WORDS and _is_plural(second))
    counted = first in COUNTED or (second in COUNTED and first not in _FUNCTION_WORDS)
    determined = _DETERMINED.search(before) is not None
    if _COUNTING.search(before) and (plural or is_round):
        return Verdict(0.0, "a count")
    if (counted and not determined) or (plural and is_round):
        return Verdict(0.0, "a count")
    if not line[: phrase.start].strip(" -–•·*(“\"'=") or _WEAK_CUE.search(before):
        return Verdict(0.93 if not is_round and not plural else 0.8)
    if before.rstrip().endswith((",", "(", ";", ":", "[", "–", "-", "/")) or determined:
        return Verdict(0.85)
    if is_round:
        return Verdict(0.0, "a round number that nothing says is a year")
    return Verdict(0.7)


def _is_plural(word: str) -> bool:
    return word in COUNTED or (
        len(word) > 3 and word.islower() and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    )


def is_counted(line: str, end: int) -> bool:
    """Whether the word or two at `end` name things that a number before them counts."""
    words = _NEXT_WORDS.match(line[end : end + REACH])
    if words is None or words["one"] in _FUNCTION_WORDS:
        return False
    second = words["two"] or ""
    return _is_plural(words["one"]) or (second not in _FUNCTION_WORDS and _is_plural(second))
