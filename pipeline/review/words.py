"""The words inside a box that a person drew on a page: which text of which section they are, and where in it.

A word counts when most of it is inside. Of several texts, the one with the most characters inside is meant. The span
goes from the first to the last word inside, less punctuation at its ends.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from pipeline.records import Bbox, Field, Passage, Piece, Report, Section

WORD = re.compile(r"\S+")
ENDS = re.compile(r"^[\s\"'“”‘’(\[{,;:.!?•·–—-]+|[\s\"'“”‘’)\]},;:.!?–—-]+$")
"""Punctuation that is taken off at both ends of what was boxed."""
INSIDE = 0.5
"""Share of a word that must be inside the box."""
MANY = 300
"""Characters that no mention has; a box that holds more was drawn too large."""
NO_WORDS = (
    "There are no words of a section in this box. Draw it around words of the running text or of a heading; page "
    "headers, footers and tables of contents belong to no section."
)
TOO_MANY = "There are too many words in this box. Draw it around the mention alone."


class WordsError(Exception):
    """There is nothing in a box that could be a mention; the message says what to do."""


class Boxed(Struct, frozen=True):
    """Words of a section: `text` is `start:end` of the passage that `field` names."""

    report: int
    section: Section
    field: Field
    start: int
    end: int

    @property
    def passage(self) -> Passage:
        """The passage that the span points into."""
        return self.section.title if self.field == "title" else self.section.text

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.text[self.start : self.end]


def inside(reports: Iterable[Report], page_number: int, box: Bbox) -> Boxed:
    """The words in a box on a page.

    Raises:
        WordsError: it holds none of a section, or more than a mention has.
    """
    found = [(len(boxed.text), boxed) for boxed in _candidates(reports, page_number, box)]
    if not found:
        raise WordsError(NO_WORDS)
    length, boxed = max(found, key=lambda item: item[0])
    if length > MANY:
        raise WordsError(TOO_MANY)
    return boxed


def _candidates(reports: Iterable[Report], page_number: int, box: Bbox) -> Iterator[Boxed]:
    for report in reports:
        for section in report.sections:
            if section.page_first <= page_number <= section.page_last:
                for field, passage in (("title", section.title), ("text", section.text)):
                    span = _span(passage, page_number, box)
                    if span is not None:
                        yield Boxed(report.ordinal, section, field, *span)  # type: ignore[arg-type]


def _span(passage: Passage, page_number: int, box: Bbox) -> tuple[int, int] | None:
    places = {
        place
        for piece in passage.pieces
        if piece.page == page_number and _crosses(piece.bbox, box)
        for place in _characters(piece, box)
    }
    if not places:
        return None
    found = [
        word.span()
        for word in WORD.finditer(passage.text, _word_start(passage.text, min(places)))
        if word.start() <= max(places) and sum(place in places for place in range(*word.span())) > INSIDE * len(word[0])
    ]
    if not found:
        return None
    return _trimmed(passage.text, found[0][0], found[-1][1])


def _word_start(text: str, place: int) -> int:
    while place and not text[place - 1].isspace():
        place -= 1
    return place


def _crosses(piece: Bbox, box: Bbox) -> bool:
    """Whether the middle line of a piece goes through the box."""
    middle = (piece[1] + piece[3]) / 2
    return box[1] <= middle <= box[3] and piece[0] < box[2] and piece[2] > box[0]


def _characters(piece: Piece, box: Bbox) -> Iterator[int]:
    """The places of the characters whose middle is inside the box."""
    length = piece.end - piece.start
    x0, _, x1, _ = piece.bbox
    edges = piece.edges or [x0 + (x1 - x0) * number / length for number in range(length + 1)]
    for number in range(length):
        if box[0] <= (edges[number] + edges[number + 1]) / 2 <= box[2]:
            yield piece.start + number


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without the punctuation around it; None when nothing else is left."""
    words = text[start:end]
    stripped = ENDS.sub("", words)
    if not stripped:
        return None
    first = words.index(stripped)
    return start + first, start + first + len(stripped)
