"""Two readings of one page compared, and the rule that says which text is better.

Two engines that read a page alike find the same letters and digits, whatever they make of spaces, hyphens and order.
They *disagree* when more than 2 % of the letters and digits, and at least 8, stand where the other engine sees
nothing, are other letters in the same place, or stand for nothing. Where a page says of its text that it reads
otherwise than it looks, one letter is enough. Text struck twice, to look bold or as a shadow, is no difference. The
better text is, in this order:

1. the one with fewer characters that stand for nothing (U+FFFD, private use, glyph numbers such as `(cid:12)`);
2. the one that has letters and digits where the other has none;
3. where the letters are others in the same place, pdfplumber's: pdfium believes a text that says of itself that it
   reads otherwise than it looks;
4. the one with fewer words that cannot be words: single letters, or more than 30 letters, as where spaces were lost;
5. the first engine's.

A disagreement always leaves a problem that names the page, whichever text was chosen.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from pipeline.records import Bbox, Page, Problem, Word

_UNLIKE_CHARACTERS = 0.02
_FEWEST_CHARACTERS = 8
_IMPOSSIBLE_WORDS = 0.2
_FEWEST_WORDS = 20
_LONGEST_WORD = 30
_BAND = 16.0
_COVERED = 0.3
_MOST_BANDS = 64
_DOUBLED = re.compile(r"(.{6,80}?)\1", re.DOTALL)
"""Letters drawn twice, one time after the other, as for a shadow."""
_GLYPH_NUMBER = re.compile(r"\(cid:\d{1,7}\)")
_BULLETS = frozenset("\uf0a7\uf0b7\uf0d8\uf0fc\uf02d\uf076\uf0e0")


class _Text(Struct, frozen=True):
    """What counts when texts are compared: letters and digits, characters without meaning, words that are none."""

    letters: Counter[str]
    meaningless: int
    words: int
    impossible_words: int


class _Difference(Struct, frozen=True):
    """Letters and digits that stand where the other text has nothing, and those that are others in the same place."""

    only_first: int
    only_second: int
    replaced: int


def sample(page_count: int, wanted: int) -> frozenset[int]:
    """Numbers of the pages to compare: all where there are few, else evenly spread from the first to the last."""
    if page_count <= wanted:
        return frozenset(range(1, page_count + 1))
    if wanted <= 1:
        return frozenset(range(1, wanted + 1))
    return frozenset(1 + step * (page_count - 1) // (wanted - 1) for step in range(wanted))


def is_plausible(page: Page, letters: str, *, strict: bool = False) -> bool:
    """Whether a page needs no second reading: its words can be words, and the other engine meets the same letters.

    Args:
        page: the reading of the first engine.
        letters: the characters of the page in the order in which they are drawn, as the other engine decodes them.
        strict: whether one letter makes a difference.
    """
    text = _text((*page.words, *page.hidden))
    if text.meaningless or text.impossible_words >= _IMPOSSIBLE_WORDS * max(text.words, _FEWEST_WORDS):
        return False
    drawn = _letters(letters)
    return _are_alike(text.letters, drawn, strict) or _are_alike(text.letters, _DOUBLED.sub(r"\1", drawn), strict)


def _are_alike(held: Counter[str], drawn: str, strict: bool) -> bool:
    """Whether letters and the drawn ones differ by less than what counts."""
    other = Counter(drawn)
    return max((held - other).total(), (other - held).total()) < _threshold(held, other, strict)


def settle(first: Page, second: Page, *, reference: bool, strict: bool = False) -> tuple[Page, tuple[Problem, ...]]:
    """The better of two readings of one page, and a problem when they disagree.

    Args:
        first: the reading of the engine that is trusted when there is nothing to choose.
        second: the reading of the other engine.
        reference: whether the second engine is pdfplumber, the reference for what the glyphs on the page are.
        strict: whether one letter makes a difference.
    """
    words = (*first.words, *first.hidden), (*second.words, *second.hidden)
    one, two = _text(words[0]), _text(words[1])
    found = _difference(words[0], words[1], one, two)
    threshold = _threshold(one.letters, two.letters, strict)
    meaningless = abs(one.meaningless - two.meaningless)
    if max(found.only_first, found.only_second, found.replaced, meaningless) < threshold:
        return first, ()
    better = _is_better(two, one, found, reference if found.replaced >= threshold else None)
    message = (
        f"Two engines read page {first.page_number} differently ({found.only_first} letters or digits were found by "
        f"the first only, {found.only_second} by the second only, {found.replaced} are not the same), and the text of "
        f"the {'second' if better else 'first'} was kept: compare it with the page."
    )
    return second if better else first, (Problem("engines_disagree", message, first.page_number),)


def _threshold(one: Counter[str], two: Counter[str], strict: bool) -> float:
    return 1 if strict else max(_UNLIKE_CHARACTERS * max(one.total(), two.total()), _FEWEST_CHARACTERS)


def _letters(text: str) -> str:
    """The letters and digits of a text, without regard to case, accents and the form of ligatures and figures.

    Accents may be glyphs of their own, and then engines differ in whether they put them on their letters.
    """
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKD", text).casefold().replace("ı", "i")
    return plain if plain.isalnum() else unicodedata.normalize("NFC", "".join(filter(str.isalnum, plain)))


def _text(words: Iterable[Word]) -> _Text:
    letters: list[str] = []
    meaningless = impossible = 0
    for word in words:
        text = word.text
        if not text.isascii() or "(" in text:
            text, numbers = _GLYPH_NUMBER.subn("", text)
            meaningless += numbers + sum(map(_is_meaningless, text))
        held = _letters(text)
        if held:
            letters.append(held)
            impossible += len(held) > _LONGEST_WORD or (len(held) == 1 and held.isalpha() and held not in "ai")
    return _Text(Counter("".join(letters)), meaningless, len(letters), impossible)


def _is_meaningless(character: str) -> bool:
    if character.isascii():
        return False
    return character == "\ufffd" or (unicodedata.category(character) in ("Co", "Cn") and character not in _BULLETS)


def _difference(first: Sequence[Word], second: Sequence[Word], one: _Text, two: _Text) -> _Difference:
    surplus, lack = one.letters - two.letters, two.letters - one.letters
    only_first = (surplus & _text(_elsewhere(first, second)).letters).total()
    only_second = (lack & _text(_elsewhere(second, first)).letters).total()
    changed = surplus.total() - only_first, lack.total() - only_second
    return _Difference(only_first, only_second, max(changed) if min(changed) > 0 else 0)


def _elsewhere(words: Sequence[Word], others: Sequence[Word]) -> list[Word]:
    """Those of the words that stand where the others have none."""
    bands: defaultdict[int, list[Bbox]] = defaultdict(list)
    for other in others:
        lowest = int(other.bbox[1] // _BAND)
        for band in range(lowest, min(int(other.bbox[3] // _BAND), lowest + _MOST_BANDS) + 1):
            bands[band].append(other.bbox)
    return [word for word in words if not _is_covered(word.bbox, bands)]


def _is_covered(box: Bbox, bands: dict[int, list[Bbox]]) -> bool:
    y = (box[1] + box[3]) / 2
    beside = [other for other in bands.get(int(y // _BAND), ()) if other[1] <= y <= other[3]]
    shared = sum(max(min(box[2], other[2]) - max(box[0], other[0]), 0.0) for other in beside)
    return shared >= _COVERED * (box[2] - box[0]) and shared > 0


def _is_better(candidate: _Text, other: _Text, found: _Difference, reference: bool | None) -> bool:
    """Whether the rule of this module prefers the candidate, the second text, to the first.

    `reference` says, where letters are others in the same place, whether the candidate is pdfplumber's.
    """
    if candidate.meaningless != other.meaningless:
        return candidate.meaningless < other.meaningless
    if found.only_first != found.only_second:
        return found.only_second > found.only_first
    if reference is not None:
        return reference
    return candidate.impossible_words < other.impossible_words
