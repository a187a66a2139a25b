"""What leads an item of a list, as far as the line alone shows: bullets, and numbers or letters with a mark."""

import re
import unicodedata

from pipeline.layout import Line

_BULLETS = frozenset("•‣⁃◦∙●○◉◎■□▪▫◆◇❖►▶▸▻➢➤➔→⇒✓✔✗✘☑☐★☆·*-–—−‐‑¨§»›")
_BULLET_LETTERS = frozenset("oOØüvqnl")
"""Letters that stand for a bullet when they stand alone before a wide space (Wingdings and Courier New bullets)."""
CIRCLE = "o"
"""A bullet in some type, and a word in some languages."""
_ENUMERATOR = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxl]{1,5}|[IVXL]{1,5})[.)]|\(?\d{1,2}(?:\.\d{1,2}){1,4}[.)]?)")
_GLUED_LABEL = re.compile(r"\(?\d{1,3}[.)](?=[^\W\d_])|\(?[a-z]\)(?=[^\W\d_a-z])")
"""A label that stands so near its text that they look like one word: it counts where it is one of a sequence."""
FIRST_LABELS = ("1", "a", "i", "A", "I")
"""What sequences of labels begin with, without their marks."""


def bullet_of(line: Line) -> str | None:
    """The bullet glyph that a line begins with, or None."""
    if not line.words:
        return None
    first = line.words[0]
    glyph = first.text[0]
    if (line.role == "footnote" and glyph == "*") or (line.role == "table" and glyph in "-–—−*"):
        return None
    if len(first.text) == 1:
        if len(line.words) == 1:
            return None
        if glyph in _BULLET_LETTERS and not _is_private(glyph):
            return glyph if line.words[1].bbox[0] - first.bbox[2] > 0.45 * first.size else None
        return glyph if glyph in _BULLETS or _is_private(glyph) else None
    if (glyph in "•●■▪◦‣➢✓✔" or _is_private(glyph)) and first.text[1].isalnum():
        return glyph
    if glyph in "-–" and first.text[1].isalpha() and first.text[1].isupper():
        return glyph
    return None


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def is_enumerator(label: str) -> bool:
    """Whether a word may be the label of an item."""
    return (label[-1] in ".)" or label[-1].isdigit()) and _ENUMERATOR.fullmatch(label) is not None


def label_of(line: Line) -> str:
    """What would be the label of a line, if it begins an item."""
    first = line.words[0].text
    if not (first[0] == "(" or first[0].isdigit() or first[1:2] == ")"):
        return first
    glued = _GLUED_LABEL.match(first)
    return glued.group() if glued else first


def successor(label: str) -> str:
    """The label that follows: `3.` after `2.`, `(c)` after `(b)`. Roman numerals stay as they are."""
    found = re.search(r"\d+|[a-zA-Z]", label[::-1])
    if found is None:
        return label
    start, end = len(label) - found.end(), len(label) - found.start()
    part = label[start:end]
    return f"{label[:start]}{int(part) + 1 if part.isdigit() else chr(ord(part) + 1)}{label[end:]}"
