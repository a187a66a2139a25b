"""The noun phrase after a number: what is counted, its head, and the head's lemma.

English only and without a tagger: a phrase goes from its first word to the first plural noun that no further plural
noun follows (`6 staff members`, `5 sports clubs`), or, for one thing, to the last word before a verb, a preposition or
punctuation. Adjectives joined by commas and `and` are followed through (`municipal, county and district councils`).
The words that decide are in `gazetteers/count_words.yaml`.
"""

import re
from functools import cache, lru_cache
from typing import Literal

import simplemma
from msgspec import Struct

from pipeline.gazetteers import read_words
from pipeline.numerals import SCALES, SMALL, TENS

LONGEST_PHRASE = 9
"""Words in a noun phrase, beyond which no head is looked for."""

NUMBER_WORDS = frozenset((*SMALL, *TENS, *SCALES))

WordClass = Literal["function", "verb", "plural", "adverb", "participle", "other"]

_WORD = re.compile(r"[^\W\d_][\w'’&./-]{0,40}(?:\((?:s|es|ies)\))?")
_GAP = re.compile(r"[ \u00a0\u202f\u2009]{1,2}(?:[\"“‘'](?=\w))?")
_COMMA = re.compile(r",[ \u00a0]")


class NounPhrase(Struct, frozen=True, gc=False):
    """A stretch of text that names a thing, and the lemma of its head."""

    start: int
    end: int
    head: str


@cache
def words(group: str) -> frozenset[str]:
    """Returns one list of `count_words.yaml`."""
    return frozenset(read_words("count_words.yaml")[group].split())


_ACRONYMS = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{0,8}[A-Z]s\Z")


@lru_cache(maxsize=8192)
def lemma(word: str) -> str:
    """Returns the dictionary form of an English noun, lower case; of its last part in `ex-trainees`."""
    last = re.split(r"[/-]", word.partition("(")[0].rstrip("'’./-").lower())[-1] or word.lower()
    last = re.sub(r"['’]s?$", "", last)
    if _ACRONYMS.search(word):
        return last[:-1]
    if last.endswith("wives"):
        return last[:-3] + "fe"
    if simplemma.is_known(last, "en"):
        return str(simplemma.lemmatize(last, "en"))
    for ending, base in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("s", "")):
        if last.endswith(ending) and not last.endswith(("ss", "us", "is")):
            return last[: -len(ending)] + base
    return last


@lru_cache(maxsize=8192)
def is_plural(word: str) -> bool:
    """Says whether a word may be a plural noun."""
    if word.endswith("s)"):
        return True
    parts = [p for p in re.split(r"[/-]", word.rstrip("'’./-")) if p]
    if not parts:
        return False
    last = parts[-1]
    low = last.lower()
    if low in words("invariant_plurals"):
        return True
    if low in words("not_plural") or low in words("function_words") or len(low) < 3:
        return False
    if _ACRONYMS.search(last):
        return True
    if low.endswith(("ss", "'s", "’s")) or "'" in low or "’" in low:
        return False
    known = simplemma.is_known(low, "en")
    if low.endswith("men") and low not in ("specimen", "regimen", "abdomen", "omen", "acumen", "semen", "yemen"):
        return True
    if known and not last[0].isupper():
        return low != simplemma.lemmatize(low, "en") and (low.endswith("s") or low in words("irregular_plurals"))
    return low.endswith("s") and not low.endswith(("us", "is", "ous"))


@lru_cache(maxsize=8192)
def word_class(word: str) -> WordClass:
    """Returns what part a word can play in a noun phrase."""
    low = word.lower().rstrip(".'’")
    if low in words("function_words") or low in NUMBER_WORDS:
        return "function"
    if low in words("verbs") and low not in words("participles") and not word[0].isupper():
        return "verb"
    if is_plural(word):
        return "plural"
    if (
        low.endswith("ly")
        and len(low) > 4
        and low not in ("family", "assembly", "supply", "reply", "elderly", "monthly")
    ):
        return "adverb"
    if low in words("participles"):
        return "participle"
    if word[0].islower() and _is_inflected_verb(low):
        return "verb"
    if low.endswith("ed") and len(low) > 4 and not low.endswith("eed") and word[0].islower():
        return "participle"
    return "other"


def _is_inflected_verb(low: str) -> bool:
    """Says whether a word is a past form like `flew`: known under another form, without the ending of another kind."""
    if low.endswith(("s", "ed", "ing", "er", "est", "n", "r")) or len(low) < 3:
        return False
    return simplemma.is_known(low, "en") and simplemma.lemmatize(low, "en") != low


def noun_phrase(text: str, start: int, *, singular: bool = False) -> NounPhrase | None:
    """Returns the noun phrase that begins at `start` (white space before it is skipped), or None.

    Without `singular` its head is a plural noun (or one that has no other form).
    """
    gap = _GAP.match(text, start)
    position = gap.end() if gap else start
    return _singular_phrase(text, position) if singular else _plural_phrase(text, position)


def _plural_phrase(text: str, position: int) -> NounPhrase | None:
    begin: int | None = None
    joined = after_adverb = False
    for _ in range(LONGEST_PHRASE):
        match = _WORD.match(text, position)
        if match is None:
            return None
        word = _trimmed(match[0])
        end = match.start() + len(word)
        kind = word_class(word)
        if kind == "verb" and after_adverb:
            kind = "participle"
        if kind == "verb" and begin is None and word.lower() in words("verbs_before_nouns"):
            kind = "other"
        after_adverb = kind == "adverb"
        if word.lower() in ("and", "or", "&"):
            if begin is None or joined:
                return None
            joined = True
        elif kind == "verb" or (kind == "function" and not (begin is None and word.lower() in words("openers"))):
            return None
        elif kind == "plural":
            return _extended(text, match.start() if begin is None else begin, match.start(), end)
        else:
            if not (begin is None and word.lower() in words("openers")):
                begin = match.start() if begin is None else begin
            joined = False
        following = _GAP.match(text, end) or _COMMA.match(text, end)
        if following is None or (following[0].startswith(",") and kind not in ("other", "participle")):
            return None
        position = following.end()
        if text[position : position + 2] == "& ":
            position += 2
    return None


_MANY = ("scores", "dozens", "hundreds", "thousands", "millions", "tens", "lots")
"""Plurals that say how many of what follows, and are counted themselves by no number."""


def _trimmed(word: str) -> str:
    """Returns a word without the punctuation that ends it."""
    return word.rstrip("'’./-&") or word


def _extended(text: str, begin: int, head_start: int, end: int) -> NounPhrase:
    """Goes on from a plural noun to the plurals that follow it."""
    head = text[head_start:end]
    for _ in range(3):
        further = _next_plural(text, end, reach=2 if head.lower() in words("modifier_plurals") else 0)
        if further is None:
            break
        head_start, end = further
        head = text[head_start:end]
    joined = re.compile(r"[ \u00a0](?:and|or|&)[ \u00a0]").match(text, end)
    if joined is not None:
        other = _WORD.match(text, joined.end())
        if other is not None and word_class(word := _trimmed(other[0])) == "plural" and word not in _MANY:
            after = _GAP.match(text, other.start() + len(word))
            beyond = _WORD.match(text, after.end()) if after else None
            if beyond is None or word_class(_trimmed(beyond[0])) in ("function", "verb", "participle", "adverb"):
                end = other.start() + len(word)
    return NounPhrase(begin, end, lemma(head))


def _next_plural(text: str, end: int, reach: int) -> tuple[int, int] | None:
    """Returns the plural noun right after `end`, or up to `reach` nouns further."""
    for _ in range(reach + 1):
        gap = _GAP.match(text, end)
        match = _WORD.match(text, gap.end()) if gap else None
        if match is None:
            return None
        word = _trimmed(match[0])
        kind = word_class(word)
        end = match.start() + len(word)
        if kind == "plural":
            return match.start(), end
        if kind != "other" or word[0].isupper():
            return None
    return None


def _singular_phrase(text: str, position: int) -> NounPhrase | None:
    begin: int | None = None
    last: tuple[int, int] | None = None
    nouns = 0
    after_adverb = False
    for _ in range(LONGEST_PHRASE):
        match = _WORD.match(text, position)
        if match is None:
            break
        word = _trimmed(match[0])
        end = match.start() + len(word)
        kind = word_class(word)
        if kind == "verb" and after_adverb:
            kind = "participle"
        after_adverb = kind == "adverb"
        opens = begin is None and word.lower() in words("openers")
        if (kind == "function" and not opens) or kind == "verb" or word.lower() in ("and", "or", "&"):
            break
        if kind in ("adverb", "participle") and nouns:
            break
        if kind == "plural" and nouns and not _GAP.match(text, end):
            break
        if not opens:
            begin = match.start() if begin is None else begin
            last = (match.start(), end)
            nouns += kind in ("other", "plural") and not is_adjective(word)
        following = _GAP.match(text, end)
        if following is None:
            break
        position = following.end()
    if begin is None or last is None or not nouns or is_adjective(text[last[0] : last[1]]):
        return None
    return NounPhrase(begin, last[1], lemma(text[last[0] : last[1]]))


_ADJECTIVE_ENDINGS = ("ous", "ful", "less", "able", "ible", "ish", "ic", "ive", "al", "ary", "ant", "ent")


def is_adjective(word: str) -> bool:
    """Says whether a word looks like an adjective or a participle by its ending, or is a common one."""
    low = word.lower()
    if low in words("nouns_like_adjectives"):
        return False
    return (
        low in words("adjectives")
        or (low.endswith(_ADJECTIVE_ENDINGS) and not low.endswith("ment"))
        or low.endswith("ed")
    )
