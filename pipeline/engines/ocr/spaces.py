"""Words that were run together, or cut in two: told by the white space in their ink, and by what is a word.

The model overlooks narrow spaces (`31complaints`) and sees some where letters stand wide (`su rplus`). A word is parted
where there is about as much white space as between the words of its line, and joined where there is hardly any, but
only if that makes words of English, or a number and a word, of what is none.
"""

import itertools
import re
from collections.abc import Sequence
from statistics import median

import simplemma

from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.rows import Row, Seen

_SPACE, _NO_SPACE = 0.5, 0.45
"""How wide white space is that parts a word, and that joins two, beside what is usual in the line."""
_SPACE_OF_NUMBER, _WIDER, _THOUSANDS = 0.3, 1.8, 3
"""The same between thousands, how much wider than between other digits, and how many digits a group has."""
_GROUPED = re.compile(r"(?!(?:19|20)\d\d\D{0,2}$)(?!0)\d{0,2}[02-9]\d{3}[.,;:)]{0,2}")
"""Numbers of thousands, of which years are none; beside a `1` there is white space anyway."""
_FEWEST = 3
"""Spaces of a line that show what is usual in it."""
_NUMBER_AND_WORD = re.compile(r"(?:\d{1,3}(?:[.,]\d{3}){0,3})(?!st|nd|rd|th)(?=[^\W\d_]{3,}\W{0,2}$)")
_WORD = re.compile(r"(\W{0,2})([^\W\d_]+)(\W{0,3})")
_ONE_LETTER = {"a", "A", "I"}


def with_spaces(rows: Sequence[Row], ink: Ink) -> None:
    """Parts and joins the words of the lines of a page."""
    usual = median([gap for row in rows for gap in _gaps(row)] or [0])
    for row in rows:
        gaps = _gaps(row)
        space = median(gaps) if len(gaps) >= _FEWEST else usual
        if space > 0:
            row.seen = _joined([part for seen in row.seen for part in _parted(seen, ink, space)], space)


def _gaps(row: Row) -> list[int]:
    return [two.place[0] - one.place[2] for one, two in itertools.pairwise(row.seen) if two.place[0] > one.place[2]]


def _parted(seen: Seen, ink: Ink, space: float) -> list[Seen]:
    """A word in two, where its letters and the white space in it say that it was two."""
    if len(seen.places) != len(seen.text):
        return [seen]
    if _GROUPED.fullmatch(seen.text):
        return _in_groups(seen, ink, space)
    for at in _cuts(seen.text):
        end, begin = _sides(seen, at, ink)
        if begin - end >= _SPACE * space:
            return _cut(seen, at, end, begin)
    return [seen]


def _cut(seen: Seen, at: int, end: int, begin: int) -> list[Seen]:
    left, top, right, bottom = seen.place
    return [
        Seen(seen.text[:at], (left, top, end, bottom), seen.confidence, seen.places[:at]),
        Seen(seen.text[at:], (begin, top, right, bottom), seen.confidence, seen.places[at:]),
    ]


def _in_groups(seen: Seen, ink: Ink, space: float) -> list[Seen]:
    """A number parted before its thousands, where there is far more white space than between its other digits."""
    sides = {at: _sides(seen, at, ink) for at in range(1, len(seen.text)) if seen.text[at - 1 : at + 1].isdecimal()}
    at = len(seen.text.rstrip(".,;:)")) - _THOUSANDS
    end, begin = sides.pop(at)
    others = [right - left for left, right in sides.values()]
    wide = max(_SPACE_OF_NUMBER * space, _WIDER * max(others, default=0))
    return _cut(seen, at, end, begin) if begin - end >= wide else [seen]


def _cuts(text: str) -> list[int]:
    """Where a text may be cut so that both parts are words, or a number and a word."""
    if found := _NUMBER_AND_WORD.match(text):
        return [found.end()]
    word = _WORD.fullmatch(text)
    if word is None or _is_word(word[2]):
        return []
    start, end = word.span(2)
    return [at for at in range(start + 1, end - 1) if _is_word(text[start:at]) and _is_word(text[at:end])]


def _is_word(text: str) -> bool:
    if len(text) == 1:
        return text in _ONE_LETTER
    plain = text in (text.lower(), text.upper(), text.capitalize())
    return plain and bool(simplemma.is_known(text.lower(), lang="en"))


def _sides(seen: Seen, at: int, ink: Ink) -> tuple[int, int]:
    """Where the ink ends before a character of a word, and where it begins again."""
    border = (seen.places[at - 1][2] + seen.places[at][0]) / 2
    inside = [
        blob
        for blob in ink.within(seen.place[0], seen.place[2])
        if blob.top < seen.place[3] and blob.bottom > seen.place[1]
    ]
    end = max((blob.right for blob in inside if blob.middle < border), default=seen.place[2])
    return end, min((blob.left for blob in inside if blob.middle >= border), default=seen.place[0])


def _joined(words: Sequence[Seen], space: float) -> list[Seen]:
    """The words of a line with those joined that hardly any space parts and that are none alone."""
    joined: list[Seen] = []
    for seen in words:
        before = joined[-1] if joined else None
        if before is not None and _is_one(before, seen, space):
            (left, top, _, bottom), (_, other_top, right, other_bottom) = before.place, seen.place
            place = (left, min(top, other_top), right, max(bottom, other_bottom))
            both = len(before.places) == len(before.text) and len(seen.places) == len(seen.text)
            places = [*before.places, *seen.places] if both else []
            joined[-1] = Seen(before.text + seen.text, place, min(before.confidence, seen.confidence), places)
        else:
            joined.append(seen)
    return joined


def _is_one(left: Seen, right: Seen, space: float) -> bool:
    if not left.text.isalpha() or not right.text[:1].islower() or right.place[0] - left.place[2] >= _NO_SPACE * space:
        return False
    word = _WORD.fullmatch(left.text + right.text)
    if word is None or not _is_word(word[2]):
        return False
    return not (_is_word(left.text) and _is_word(word[2][len(left.text) :]))
