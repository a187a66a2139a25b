"""What a sentence tells: something done, how things were, something to come, or something called off.

English and without a tagger. A word counts as a verb in the past by its form (`-ed`, or a list) and its place: after an
auxiliary, after who did it, or first in a list item; never between an article or a number and a noun (`the affected
areas`, `15 confirmed cases`). The lists are in `gazetteers/activity_words.yaml`.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

from msgspec import Struct

from pipeline.gazetteers import read_words
from pipeline.sentences import SENTENCE_END

Sort = Literal["done", "state", "planned", "called_off"]

LONGEST_SENTENCE = 2_000
"""Characters of a sentence that are looked at."""

_WORD = re.compile(r"[^\W\d_][\w’'-]{0,40}")
_GOES_ON = re.compile(r"\s+(?:in|on|at|to|into|from|with|by|for|the|a|an|our|their|its)\b|[.;,]?\s*$")
"""What follows a verb rather than a participle that belongs to the next noun."""
_TIGHT = re.compile(r"\s+(?:(?:not|also|then|be|have|been|only|soon)\s+){0,3}")
_HABIT = re.compile(r"\s+(?:(?:[^\W\d_]+\s+){0,3})(?:once|twice|every|annually|yearly|monthly|weekly|daily|each)\b")
"""What follows a verb that tells of a habit rather than of once."""
_ABBREVIATION = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|N?Rs|Tk|approx|incl|est|Dept|Govt)\.\Z")
"""Short forms before a number, which end no sentence."""
_BE = frozenset(("was", "were", "been"))
_HAVE = frozenset(("has", "have", "had"))
_PRESENT_BE = frozenset(("is", "are", "be", "being", "am"))
_AUXILIARIES = _BE | _HAVE | _PRESENT_BE
_FINITE = frozenset(("was", "were", "is", "are", "has", "have"))
_PRONOUNS = frozenset(("we", "they", "he", "she", "it", "i", "who", "which", "that", "you"))
_AND = frozenset(("and", "then", "also", "or", "but", "further", "again", "jointly", "both"))


class Mark(Struct, frozen=True):
    """A word in a sentence that says what it tells: its place and its sort."""

    start: int
    end: int
    sort: Sort
    word: str


class Sentence(Struct, frozen=True):
    """A sentence or list item of a section's text, and what it tells. Offsets of marks count from `start`."""

    start: int
    end: int
    marks: tuple[Mark, ...]

    @property
    def is_done(self) -> bool:
        """Whether it tells of something done."""
        return any(mark.sort == "done" for mark in self.marks)

    def sort_at(self, place: int) -> Sort | None:
        """What is told at a place of the text: by the last mark before it, else by the first one after it."""
        before = [mark for mark in self.marks if self.start + mark.start <= place]
        ruling = before[-1:] or self.marks[:1]
        return ruling[0].sort if ruling else None


@cache
def words(group: str) -> frozenset[str]:
    """One list of words of `activity_words.yaml`."""
    return frozenset(read_words("activity_words.yaml")[group].split())


@cache
def phrases(group: str) -> re.Pattern[str]:
    """The phrases of one list of `activity_words.yaml`, longest first, as whole words in lower case."""
    lines = [line.strip() for line in read_words("activity_words.yaml")[group].splitlines() if line.strip()]
    spelled = (re.escape(line).replace(r"\ ", r"\s+") for line in sorted(lines, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled)})(?![\w-])")


def sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of a stretch of a text; a line break ends one."""
    for line in re.finditer(r"[^\n]+", text[start:end]):
        first = start + line.start()
        last = start + line.end()
        for stop in SENTENCE_END.finditer(text, first, last):
            if _ABBREVIATION.search(text, first, stop.end()):
                continue
            yield read(text, first, stop.end())
            first = stop.end()
        if text[first:last].strip():
            yield read(text, first, last)


def read(text: str, start: int, end: int) -> Sentence:
    """A stretch of a text as one sentence."""
    shown = text[start:end][:LONGEST_SENTENCE]
    lead = len(shown) - len(shown.lstrip(" -\t"))
    return Sentence(start + lead, end, marks(shown[lead:]))


@lru_cache(maxsize=4096)
def marks(sentence: str) -> tuple[Mark, ...]:
    """The marks of a sentence, in order."""
    sentence = sentence[:1].lower() + sentence[1:] if sentence[:2].lower() != "may" else sentence
    found = [_mark(match, "called_off") for match in phrases("called_off").finditer(sentence)]
    found += [_mark(match, "planned") for match in phrases("planned").finditer(sentence)]
    taken = [(mark.start, mark.end) for mark in found]
    found += [mark for mark in _verbs(sentence) if not any(_rules(sentence, a, b, mark) for a, b in taken)]
    return tuple(sorted(found, key=lambda mark: mark.start))


def _rules(sentence: str, start: int, end: int, mark: Mark) -> bool:
    """Whether a verb is part of a phrase at these places, or follows it at once: `may cost`, `will not be held`."""
    return start <= mark.start < end or (end <= mark.start and _TIGHT.fullmatch(sentence[end : mark.start]) is not None)


def _mark(match: re.Match[str], sort: Sort) -> Mark:
    return Mark(match.start(), match.end(), sort, match.group().lower())


def _verbs(sentence: str) -> Iterator[Mark]:
    """The verbs in the past: of doing, or of how things were."""
    tokens = list(_WORD.finditer(sentence))
    lower = [token.group().lower() for token in tokens]
    for at, token in enumerate(tokens):
        word = lower[at]
        if _is_present(lower, at):
            yield _mark(token, "state")
        elif is_past(word) and (token.group()[0].islower() or at == 0) and _is_verb_here(sentence, tokens, lower, at):
            is_state = word in words("states") or _is_no_act(sentence, lower, at, token)
            yield _mark(token, "state" if is_state else "done")


def _is_no_act(sentence: str, lower: list[str], at: int, token: re.Match[str]) -> bool:
    """Whether a verb tells of a habit, of what still goes on, or only by whom the noun before it is done."""
    if _HABIT.match(sentence, token.end()):
        return True
    near = lower[max(0, at - 3) : at]
    if any(word in ("has", "have") for word in near) and "since" in lower[at:]:
        return True
    return lower[at + 1 : at + 2] == ["by"] and not any(word in _BE | _HAVE for word in near)


def _is_present(lower: list[str], at: int) -> bool:
    """Whether a word is a verb that says how things are or were; an auxiliary when no past follows it."""
    if lower[at] in _FINITE:
        return not _past_follows(lower, at + 1)
    return lower[at] in words("presents") and at > 0 and lower[at - 1] not in words("before_nouns")


@lru_cache(maxsize=4096)
def is_past(word: str) -> bool:
    """Whether a word, in lower case, may be a verb in the past tense or its participle."""
    word = _bare(word)
    if (
        word in words("irregular_pasts")
        or word in words("preterites")
        or word in words("same_forms")
        or (word in words("states") and word not in _AUXILIARIES)
    ):
        return True
    return word.endswith("ed") and len(word) > 4 and word not in words("not_pasts") and "-" not in _bare(word)


def _bare(word: str) -> str:
    """A word without a prefix that verbs take: `hosted` of `co-hosted`."""
    return re.sub(r"^(?:co|re|pre)-", "", word)


def _past_follows(lower: list[str], at: int) -> bool:
    return any(is_past(word) for word in lower[at : at + 3])


def _is_verb_here(sentence: str, tokens: list[re.Match[str]], lower: list[str], at: int) -> bool:
    """Whether a word that may be in the past is the verb of a clause here."""
    word = lower[at]
    between = sentence[tokens[at - 1].end() : tokens[at].start()] if at else sentence[: tokens[at].start()]
    after = sentence[tokens[at].end() : tokens[at].end() + 2].strip()
    near = next((w for w in reversed(lower[max(0, at - 3) : at]) if not w.endswith("ly") and w not in _AND), "")
    if near in _BE | _HAVE:
        return True
    if near in _PRESENT_BE:
        return False
    if not at:
        return not after.startswith(":") and word not in words("same_forms") and (not between.strip() or ":" in between)
    if word.endswith("ed") and any(w in _FINITE for w in lower[at + 2 : at + 3]):
        return False
    before = lower[at - 1]
    if word in words("same_forms"):
        return before in _PRONOUNS or ((before.endswith("s") or before == "people") and not between.strip())
    if after.startswith((":", ",")) and between.strip():
        return False
    is_after_number = re.search(r"\d\s*$", between) is not None and not _GOES_ON.match(sentence, tokens[at].end())
    is_before_noun = before in words("before_nouns") and not re.search(r"\d", between)
    if word not in words("preterites") and (is_after_number or is_before_noun):
        return False
    return not after.startswith(":")
