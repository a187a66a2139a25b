"""Two readings of one page compared, and the rule that says which text is better.

Two engines that read a page alike find the same letters and digits, whatever they make of spaces, hyphens and order.
They *disagree* when more than 2 % of the letters and digits, and at least 8, are found by one engine only, or when
fewer than 80 % of the words are the same though the letters are. The better text is, in this order:

1. the one with fewer characters that stand for nothing (U+FFFD, private use, glyph numbers such as `(cid:12)`);
2. the one that does not say everything two or three times, as text struck twice for boldness does;
3. the one with more letters and digits;
4. the one with fewer words that cannot be words: single letters, or more than 30 letters, as where spaces were lost;
5. the first engine's.

A disagreement always leaves a problem that names the page, whichever text was chosen.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from pipeline.records import Page, Problem, Word

_UNLIKE_CHARACTERS = 0.02
_FEWEST_CHARACTERS = 8
_LIKE_WORDS = 0.8
_FEWEST_WORDS = 10
_LONGEST_WORD = 30
_REPEATED_TOLERANCE = 0.1
_GLYPH_NUMBER = re.compile(r"\(cid:\d{1,7}\)")
_BULLETS = frozenset("\uf0a7\uf0b7\uf0d8\uf0fc\uf02d\uf076\uf0e0")
_PAGE_OBJECT = re.compile(rb"(\d{1,10}) \d{1,5} obj\s{0,8}<<[^\0]{0,400}?/Type\s{0,4}/Page(?![A-Za-z])")
_START_OF_XREF = re.compile(rb"startxref\s{1,8}(\d{1,10})\s")
_XREF = re.compile(rb"\s{0,8}(?:xref|\d{1,10} \d{1,5} obj)")


class _Text(Struct, frozen=True):
    """What counts when texts are compared: letters and digits, words made of them, and characters without meaning."""

    characters: Counter[str]
    words: Counter[str]
    meaningless: int

    @property
    def length(self) -> int:
        return self.characters.total()

    @property
    def impossible_words(self) -> int:
        return sum(
            count
            for word, count in self.words.items()
            if len(word) > _LONGEST_WORD or (len(word) == 1 and word.isalpha() and word not in "ai")
        )


def sample(page_count: int, wanted: int) -> frozenset[int]:
    """Numbers of the pages to compare: all where there are few, else evenly spread from the first to the last."""
    if page_count <= wanted:
        return frozenset(range(1, page_count + 1))
    if wanted <= 1:
        return frozenset(range(1, wanted + 1))
    return frozenset(1 + step * (page_count - 1) // (wanted - 1) for step in range(wanted))


def settle(first: Page, second: Page) -> tuple[Page, tuple[Problem, ...]]:
    """The better of two readings of one page, and a problem when they disagree.

    Args:
        first: the reading of the engine that is trusted when there is nothing to choose.
        second: the reading of the other engine, with the words that cannot be seen among its words.
    """
    one, two = _text((*first.words, *first.hidden)), _text(second.words)
    difference = _difference(one, two)
    if difference is None:
        return first, ()
    chosen = second if _is_better(two, one) else first
    message = f"Two engines read page {first.page_number} differently: {difference}. "
    message += "The second engine's text was kept: " if chosen is second else "The first engine's text was kept: "
    problem = Problem("engines_disagree", message + "compare it with the page.", first.page_number)
    return chosen, (problem,)


def _text(words: Iterable[Word]) -> _Text:
    characters: Counter[str] = Counter()
    found: Counter[str] = Counter()
    meaningless = 0
    for word in words:
        text, numbers = _GLYPH_NUMBER.subn("", word.text)
        meaningless += numbers + sum(map(_is_meaningless, text))
        letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
        if letters:
            characters.update(letters)
            found[letters] += 1
    return _Text(characters, found, meaningless)


def _is_meaningless(character: str) -> bool:
    if character.isascii():
        return False
    return character == "\ufffd" or (unicodedata.category(character) in ("Co", "Cn") and character not in _BULLETS)


def _difference(one: _Text, two: _Text) -> str | None:
    """How two texts differ, in words; None when they are alike."""
    only_one = (one.characters - two.characters).total()
    only_two = (two.characters - one.characters).total()
    longest = max(one.length, two.length)
    if max(only_one, only_two) >= max(_UNLIKE_CHARACTERS * longest, _FEWEST_CHARACTERS):
        return f"{only_one} letters and digits were found by the first only, {only_two} by the second only"
    total = one.words.total() + two.words.total()
    if total >= 2 * _FEWEST_WORDS and 2 * (one.words & two.words).total() < _LIKE_WORDS * total:
        return (
            f"the letters are the same, but the first makes {one.words.total()} words of them and the second "
            f"{two.words.total()}"
        )
    return None


def _is_better(candidate: _Text, other: _Text) -> bool:
    """Whether the rule of this module prefers the candidate."""
    if candidate.meaningless != other.meaningless:
        return candidate.meaningless < other.meaningless
    if _repeats(candidate, other) or _repeats(other, candidate):
        return candidate.length < other.length
    if abs(candidate.length - other.length) >= _FEWEST_CHARACTERS:
        return candidate.length > other.length
    return candidate.impossible_words < other.impossible_words


def _repeats(long: _Text, short: _Text) -> bool:
    """Whether the long text says two or three times what the short one says once."""
    if not short.length:
        return False
    times = round(long.length / short.length)
    if times not in (2, 3):
        return False
    repeated = Counter({character: times * count for character, count in short.characters.items()})
    unlike = (long.characters - repeated).total() + (repeated - long.characters).total()
    return unlike <= _REPEATED_TOLERANCE * long.length


def signs_of_damage(data: bytes, page_count: int) -> str | None:
    """What in the bytes of a PDF says that a part of it is missing; None when nothing does.

    Readers repair such files in silence, and what they cannot repair is lost in silence. A page that nothing leads to
    is no such sign in a file that is otherwise whole: it was deleted.
    """
    ending = data.rfind(b"%%EOF")
    if ending < 0 or b" obj" in data[ending:]:
        return "its end is missing"
    if _is_whole(data):
        return None
    pages = len({found[1] for found in _PAGE_OBJECT.finditer(data)})
    if pages > page_count:
        return f"it holds {pages} pages, of which {page_count} can be reached"
    return None


def _is_whole(data: bytes) -> bool:
    """Whether the last pointer to a table of contents leads to one, so that the file needs no repair."""
    pointers = _START_OF_XREF.findall(data, data.rfind(b"startxref"))
    begins = max(data.find(b"%PDF-", 0, 2048), 0)
    return bool(pointers) and any(_XREF.match(data, int(pointers[-1]) + shift) for shift in {0, begins})
