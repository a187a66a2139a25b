"""Canonical text while it is being written, with the place on the page of every character."""

import itertools
import re
import unicodedata
from operator import add

from pipeline.layout import Line, spelled
from pipeline.passages.hyphens import HYPHENS, SUSPENDED, Vocabulary, is_broken, is_cut_in_cell
from pipeline.records import Bbox, Passage, Piece, Word

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ",
}  # fmt: skip
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_CHANGED = re.compile(f"[{''.join(_LIGATURES)}{''.join(sorted(_INVISIBLE))}]")


class Writing:
    """A passage while it is being written."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0

    def write(self, text: str) -> None:
        """Write characters that were not read anywhere, as those that part lines are."""
        self.parts.append(text)
        self.length += len(text)

    def place(self, text: str, line: Line, bbox: Bbox, edges: tuple[float, ...] | None) -> None:
        """Write characters that were read in one place."""
        if text:
            self.pieces.append(Piece(self.length, self.length + len(text), line.page, line.number, bbox, edges))
            self.write(text)

    def place_words(self, line: Line) -> None:
        """Write the words of a line as they are, a space between two."""
        words = line.words
        lengths = [len(word.text) for word in words]
        starts = list(itertools.accumulate([length + 1 for length in lengths[:-1]], initial=self.length))
        self.pieces += map(
            Piece,
            starts,
            map(add, starts, lengths),
            itertools.repeat(line.page),
            itertools.repeat(line.number),
            [word.bbox for word in words],
            [word.edges for word in words],
        )
        self.write(line.text)

    def trim(self) -> None:
        """Take back the last character, a hyphen that was not part of the word."""
        last = self.pieces.pop()
        self.parts[-1] = self.parts[-1][:-1]
        self.length -= 1
        if last.end - 1 > last.start:
            bbox, edges = last.bbox, last.edges
            if edges is not None:
                edges = edges[:-1]
                bbox = (bbox[0], bbox[1], edges[-1], bbox[3])
            self.pieces.append(Piece(last.start, last.end - 1, last.page, last.line, bbox, edges))

    def passage(self) -> Passage:
        """What was written."""
        return Passage("".join(self.parts), tuple(self.pieces))


def bridge(text: Writing, before: Line, line: Line, known: Vocabulary) -> None:
    """Write what joins two lines of one paragraph: a space, nothing, or nothing and the hyphen taken back."""
    left, right = before.words[-1].text, line.words[0].text
    if is_cut_in_cell(before, line):
        return
    if len(left) < 2 or not right:
        text.write(" ")
    elif left[-1] == "\u00ad":
        text.trim()
    elif left[-1] in HYPHENS:
        if right.casefold() in SUSPENDED and left[-2].isalpha():
            text.write(" ")
        elif is_broken(left, right, known):
            text.trim()
    elif not (left[-1] in "–/~" and (right[0].isdigit() or left[-1] == "/") and left[-2].isalnum()):
        text.write(" ")


def write_line(text: Writing, line: Line, bullet: str | None, glued: str | None = None) -> None:
    """Write one line; a bullet at its head becomes `- `, a label glued to its text has a space after it."""
    if not (bullet or glued) and line.is_even and line.text.isascii():
        text.place_words(line)
        return
    parts = spelled(line.words)
    if bullet:
        spoken, word = parts[0]
        assert word is not None
        rest, edges = _clean(spoken, word)
        x = word.bbox[2] if edges is None or len(rest) == 1 else edges[1]
        text.place("-", line, (word.bbox[0], word.bbox[1], x, word.bbox[3]), None)
        text.write(" ")
        parts = parts[1:]
        if len(rest) > len(bullet):
            text.place(rest[1:], line, (x, *word.bbox[1:]), None if edges is None else edges[1:])
        elif parts and parts[0][1] is None:
            parts = parts[1:]
    elif glued:
        spoken, word = parts[0]
        assert word is not None
        rest, edges = _clean(spoken, word)
        edges, cut = edges or _even_edges(word), len(glued)
        text.place(rest[:cut], line, (*word.bbox[:2], edges[cut], word.bbox[3]), edges[: cut + 1])
        text.write(" ")
        text.place(rest[cut:], line, (edges[cut], *word.bbox[1:]), edges[cut:])
        parts = parts[1:]
    for spoken, word in parts:
        if word is None:
            text.write(" ")
        else:
            cleaned, edges = _clean(spoken, word)
            text.place(cleaned, line, word.bbox, edges)


def _clean(text: str, word: Word) -> tuple[str, tuple[float, ...] | None]:
    """A word as it is written in the canonical text, and its edges.

    Ligatures are spelled out, characters that cannot be seen are left out, accents joined to their letters.
    """
    if text.isascii():
        return text, word.edges
    changes = _CHANGED.search(text, 0, len(text) - 1) or (_CHANGED.match(text[-1]) and text[-1] != "\u00ad")
    if not changes and unicodedata.is_normalized("NFC", text):
        return text, word.edges
    edges = word.edges or _even_edges(word)
    out: list[str] = []
    bounds = [edges[0]]
    for index, character in enumerate(text):
        right = edges[index + 1]
        if character in _INVISIBLE and not (character == "\u00ad" and index == len(text) - 1):
            bounds[-1] = right if not out else bounds[-1]
            continue
        composed = unicodedata.normalize("NFC", out[-1] + character) if out and unicodedata.combining(character) else ""
        if len(composed) == 1:
            out[-1], bounds[-1] = composed, max(bounds[-1], right)
            continue
        spelled_out = _LIGATURES.get(character, character)
        left = bounds[-1]
        for number, letter in enumerate(spelled_out, 1):
            out.append(letter)
            bounds.append(left + (right - left) * number / len(spelled_out))
    return "".join(out), tuple(bounds)


def _even_edges(word: Word) -> tuple[float, ...]:
    x0, x1, length = word.bbox[0], word.bbox[2], len(word.text)
    return tuple(x0 + (x1 - x0) * index / length for index in range(length + 1))
