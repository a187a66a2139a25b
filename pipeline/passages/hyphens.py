"""Words that were cut in two: at the end of a line by a hyphen, or by a cell that is narrower than they are."""

import re
from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from pipeline.layout import Line

HYPHENS = "-\u2010\u2011\u00ad"
SUSPENDED = frozenset(("and", "or", "to", "und", "et", "y", "e", "o", "ou"))
_GROUPED = re.compile(r"[^\w\s]?\d{1,3}(?:([.,’'])\d{3})(?:\1\d{3}){0,4}")
"""A number whose thousands are parted."""


class Vocabulary(Struct, frozen=True):
    """What a document shows about hyphens at line ends: the words it uses elsewhere, and whether it breaks words."""

    words: frozenset[str]
    hyphenates: bool


def vocabulary(lines: Sequence[Line]) -> Vocabulary:
    """What the lines of a document show about its words and its hyphens; without hyphens no words are asked for."""
    ends = [line.words[-1].text for line in lines]
    open_ends = [index for index, end in enumerate(ends) if end[-1] in HYPHENS]
    if not open_ends:
        return Vocabulary(frozenset(), False)
    texts = {word.text for line in lines for word in line.words[:-1]}
    texts.update(end for end in ends if end[-1] not in HYPHENS)
    broken = 0
    for index in open_ends:
        if index + 1 < len(lines):
            first, second = _halves(ends[index], lines[index + 1].words[0].text)
            broken += ends[index][-1] == "\u00ad" or _is_only_whole(first, second)
    return Vocabulary(frozenset(map(_stripped, texts)), broken > 0)


def is_cut_in_cell(before: Line, line: Line) -> bool:
    """Whether the only word of a line in a table's cell goes on in the next, because the cell is narrower than it."""
    if before.role != "table" or len(before.words) > 1:
        return False
    left, right = before.words[0].text, line.words[0].text
    if left[-1].isdigit():
        whole = len(left) > 3 and _GROUPED.fullmatch(left + right) is not None
        return whole and _GROUPED.fullmatch(left) is None and not left.isdigit()
    return right.islower() and _is_word((left + right).casefold()) and not _is_word(left.casefold())


def is_broken(left: str, right: str, known: Vocabulary) -> bool:
    """Whether the hyphen between two halves of a word stands only for the line end."""
    if not (left[-2].isalpha() and right[0].islower()):
        return False
    whole, hyphened = _stripped(left[:-1] + right), _stripped(left[:-1] + "-" + right)
    if (whole in known.words) != (hyphened in known.words):
        return whole in known.words
    first, second = _halves(left, right)
    if not known.hyphenates:
        return _is_only_whole(first, second)
    if "-" in left[:-1]:
        return _is_word(first + second)
    return _is_word(first + second) or not (_is_word(first) and _is_word(second))


def _halves(left: str, right: str) -> tuple[str, str]:
    """The letters before and after the hyphen at a line end, in lower case."""
    return re.split(r"[^\w’']", left[:-1])[-1].casefold(), re.split(r"[^\w’']", right)[0].casefold()


def _is_only_whole(first: str, second: str) -> bool:
    """Whether two halves make a word that they cannot make with a hyphen."""
    return bool(first and second) and _is_word(first + second) and not (_is_word(first) and _is_word(second))


def _stripped(word: str) -> str:
    return word.strip(".,;:!?()[]\"'“”‘’«»").casefold()


@cache
def _is_word(word: str) -> bool:
    from simplemma import is_known  # with it come rules for many languages, of no use to those who join no words

    return len(word) > 1 and bool(is_known(word, lang="en"))
