"""Text that is written from right to left: the order of its letters and words, and its brackets.

pdfium puts the letters of Hebrew and Arabic in the order in which they are read, unless the file says of them what they
read: then they come as they stand on the page, from left to right. Where they stand tells which it was. And pdfium
turns every bracket that follows such letters, whatever the page shows; here they are turned back.

The words of a line are read from right to left where most of those that have letters are; words of the other direction
that follow each other, with the figures between them, keep their own.
"""

import itertools
import re
import unicodedata
from collections.abc import Sequence

LETTERS = re.compile("[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]+")
"""A run of letters and marks of scripts that are read from right to left; their digits are read as all digits are."""
_TURNED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_LINE_END = re.compile(r"([\r\n]+)")
_SIDES = {"L": "left", "R": "right", "AL": "right", "EN": "digit", "AN": "digit"}


def with_brackets_as_shown(text: str) -> str:
    """The text of a page, with the brackets turned back that pdfium turned; its length stays."""
    return "".join(_turned_back(part) if LETTERS.search(part) else part for part in _LINE_END.split(text))


def _turned_back(line: str) -> str:
    sides = [_SIDES.get(unicodedata.bidirectional(character), "") for character in line]
    runs = [side for side, _ in itertools.groupby(sides)]
    side = "right" if runs.count("right") >= runs.count("left") else "left"
    out = []
    for character, own in zip(line, sides, strict=True):
        side = own if own in ("left", "right") else side
        out.append(character.translate(_TURNED) if side == "right" else character)
    return "".join(out)


def as_read(text: str, places: Sequence[float]) -> str:
    """A word with the letters in the order in which they are read; `places` are where its characters stand."""
    out, done = [], 0
    for run in LETTERS.finditer(text):
        start, end = run.span()
        backwards = places[start] < places[end - 1]
        out += [text[done:start], run.group()[::-1] if backwards else run.group()]
        done = end
    return "".join(out) + text[done:]


def in_reading_order(words: Sequence[str]) -> list[int]:
    """The places of the words of a line in the order in which they are read; they are given from left to right."""
    sides = [_side(word) for word in words]
    leftward = sides.count("right") > sides.count("left")
    other = "left" if leftward else "right"
    order = list(range(len(words)))[:: -1 if leftward else 1]
    at = 0
    while at < len(order):
        end = at + 1
        if sides[order[at]] == other:
            for further in range(at + 1, len(order)):
                if sides[order[further]] == other:
                    end = further + 1
                elif sides[order[further]]:
                    break
            order[at:end] = order[at:end][::-1]
        at = end
    return order


def _side(word: str) -> str:
    if LETTERS.search(word):
        return "right"
    return "left" if any(map(str.isalpha, word)) else ""
