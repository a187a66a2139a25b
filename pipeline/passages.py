"""Lines to canonical text, with the way back from every character to its place on a page.

This is where text is cleaned, once, before anything is looked for in it. Wrapped lines are joined, hyphens undone only
where a word was broken, list items led by `- ` whatever their bullet was, one paragraph or item a line.
Every character that is not white space lies in a `Piece` that says where it was read.

A paragraph ends, in order of trust, where: a list item or another kind of line begins; the white space above a line is
wider than usual; a line stops so early that the next word would have fitted; the indent changes as it does at a
paragraph's first line.
"""

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Sequence
from functools import cache
from operator import add, attrgetter
from statistics import median

import simplemma
from msgspec import Struct

from pipeline.layout import Line, is_glued, spelled
from pipeline.records import Bbox, Box, Passage, Piece, Word

_BULLETS = frozenset("•‣⁃◦∙●○◉◎■□▪▫◆◇❖►▶▸▻➢➤➔→⇒✓✔✗✘☑☐★☆·*-–—−‐‑¨§»›")
_BULLET_LETTERS = frozenset("oOØüvqnl")
"""Letters that stand for a bullet when they stand alone before a wide space (Wingdings and Courier New bullets)."""
_CIRCLE = "o"
_ENUMERATOR = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxl]{1,5}|[IVXL]{1,5})[.)]|\(?\d{1,2}(?:\.\d{1,2}){1,4}[.)]?)")
_GLUED_LABEL = re.compile(r"\(?\d{1,3}[.)](?=[^\W\d_])|\(?[a-z]\)(?=[^\W\d_a-z])")
"""A label that stands so near its text that they look like one word: it counts where it is one of a sequence."""
_FIRST_LABELS = ("1", "a", "i", "A", "I")
_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ",
}  # fmt: skip
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_CHANGED = re.compile(f"[{''.join(_LIGATURES)}{''.join(sorted(_INVISIBLE))}]")
_HYPHENS = "-\u2010\u2011\u00ad"
_TERMINAL = re.compile(r"[.!?:;。…][\"'”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]{0,3}$")
_LONGEST_END = 4
_TITLE_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Mx|Messrs|Mme|Mlle|Dr|Prof|Rev|Capt|Col|Gen|Lt|Maj|Sgt)|[^\W\d_][.!?]\s[A-Z])\.$"
)
"""A title or first initial that a name must follow: its full stop ends no sentence."""
_LONGEST_TITLE = 8
_INITIAL = re.compile(r"[A-Z]\.")
_OPEN_END = re.compile(r"(?i)(?:[&(/]|\b(?:and|or|of|the|a|an|in|to|for|with|by|at|from|et|de|la|du|des))$")
"""Words and signs that no paragraph ends with."""
_LONGEST_OPEN_END = 6
"""Characters at the end of a text that hold the longest of them and what stands before it."""
_SUSPENDED = frozenset(("and", "or", "to", "und", "et", "y", "e", "o", "ou"))
_GROUPED = re.compile(r"[^\w\s]?\d{1,3}(?:([.,’'])\d{3})(?:\1\d{3}){0,4}")
"""A number whose thousands are parted."""
_CLEAR_GAP = 0.3
_SPACE = 0.25
_SLACK = 0.1
_CLEAR_INDENT = 0.6


class Vocabulary(Struct, frozen=True):
    """What a document shows about hyphens at line ends: the words it uses elsewhere, and whether it breaks words."""

    words: frozenset[str]
    hyphenates: bool


class _Text:
    """A passage while it is being written."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.length = 0

    def write(self, text: str) -> None:
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
        return Passage("".join(self.parts), tuple(self.pieces))


def one_line(lines: Sequence[Line], lexicon: Vocabulary | None = None) -> Passage:
    """The text of some lines as one line: a title."""
    known = vocabulary(lines) if lexicon is None else lexicon
    text = _Text()
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None:
            _bridge(text, before, line, known)
        _write_line(text, line, bullet=None)
    return text.passage()


def running_text(lines: Sequence[Line], lexicon: Vocabulary | None = None) -> Passage:
    """The text of some lines as it is read: one paragraph, list item or table row a line.

    The cells of a table row have a tab between them. `lexicon` says how the whole document uses hyphens (see
    `vocabulary`); by default only these lines are asked.
    """
    known = vocabulary(lines) if lexicon is None else lexicon
    usual = _usual_gap(lines)
    text = _Text()
    paragraph: list[Line] = []
    counted: set[str] = set()
    labels = {_label(line) for line in lines}
    circles: set[int] = set()
    for line in _uninterrupted(lines, usual):
        bullet = _bullet(line) or (_circle(paragraph[-1], line, circles) if paragraph else None)
        if bullet == _CIRCLE:
            circles.add(round(line.bbox[0]))
        initial = bool(paragraph) and _is_initial(paragraph, line, usual, labels, counted)
        glued = None if bullet else _glued_label(line, labels, counted)
        item = bool(bullet or glued) or (not initial and _is_item(line, paragraph, counted))
        if paragraph and not item and _goes_on(paragraph, line, usual):
            _bridge(text, paragraph[-1], line, known)
            paragraph.append(line)
        else:
            if paragraph:
                text.write("\t" if _shares_row(paragraph[-1], line) else "\n")
            paragraph = [line]
        _write_line(text, line, bullet, glued)
    return text.passage()


def _uninterrupted(lines: Sequence[Line], usual: float) -> list[Line]:
    """The lines with what interrupts a paragraph at the end of a page or column moved behind that paragraph."""
    ordered: list[Line] = []
    waiting: list[Line] = []
    last: Line | None = None
    for line in lines:
        if line.role != "body":
            waiting.append(line)
            continue
        if waiting and (last is None or not (_is_over_break(last, line) and _goes_on([last], line, usual))):
            ordered += waiting
            waiting = []
        ordered.append(line)
        last = line
    return ordered + waiting


def _is_over_break(before: Line, line: Line) -> bool:
    return (before.page, before.band) != (line.page, line.band)


def _shares_row(before: Line, line: Line) -> bool:
    """Whether two lines stand in different cells of one row of a table."""
    if before.table is None or before.cell is None or line.cell is None:
        return False
    return (before.page, before.table, before.cell[0]) == (line.page, line.table, line.cell[0])


def vocabulary(lines: Sequence[Line]) -> Vocabulary:
    """What the lines of a document show about its words and its hyphens; without hyphens no words are asked for."""
    ends = [line.words[-1].text for line in lines]
    open_ends = [index for index, end in enumerate(ends) if end[-1] in _HYPHENS]
    if not open_ends:
        return Vocabulary(frozenset(), False)
    texts = {word.text for line in lines for word in line.words[:-1]}
    texts.update(end for end in ends if end[-1] not in _HYPHENS)
    broken = 0
    for index in open_ends:
        if index + 1 < len(lines):
            first, second = _halves(ends[index], lines[index + 1].words[0].text)
            broken += ends[index][-1] == "\u00ad" or _is_only_whole(first, second)
    return Vocabulary(frozenset(map(_stripped, texts)), broken > 0)


_END = attrgetter("end")


def boxes(passage: Passage, start: int, end: int) -> tuple[Box, ...]:
    """Where `passage.text[start:end]` is on the page: one box for each line it touches."""
    found: list[tuple[tuple[int, int], Bbox]] = []
    for index in range(bisect_right(passage.pieces, start, key=_END), len(passage.pieces)):
        piece = passage.pieces[index]
        if piece.start >= end:
            break
        bbox = _part(piece, max(start, piece.start) - piece.start, min(end, piece.end) - piece.start)
        if found and found[-1][0] == (piece.page, piece.line):
            found[-1] = (found[-1][0], _around(found[-1][1], bbox))
        else:
            found.append(((piece.page, piece.line), bbox))
    return tuple(Box(page, bbox) for (page, _), bbox in found)


def _part(piece: Piece, start: int, end: int) -> Bbox:
    length = piece.end - piece.start
    if start == 0 and end == length:
        return piece.bbox
    x0, top, x1, bottom = piece.bbox
    if piece.edges is not None:
        return min(piece.edges[start], piece.edges[end]), top, max(piece.edges[start], piece.edges[end]), bottom
    each = (x1 - x0) / length
    return x0 + each * start, top, x0 + each * end, bottom


def _around(one: Bbox, other: Bbox) -> Bbox:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


# One line


def _write_line(text: _Text, line: Line, bullet: str | None, glued: str | None = None) -> None:
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


def _bullet(line: Line) -> str | None:
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


def _circle(before: Line, line: Line, circles: Collection[int]) -> str | None:
    """The letter `o` that a line begins with, where its place shows that it is a bullet and no word.

    It stands under another bullet of its kind (`circles` are the left sides of those, in whole points), or further in
    than the text above it begins, or after a line that has room for it and for the word that follows it.
    """
    if len(line.words) < 2 or line.words[0].text != _CIRCLE or line.role == "table" or before.role != line.role:
        return None
    if _is_over_break(before, line):
        return None
    reach = _CLEAR_INDENT * line.size
    left = before.words[1 if len(before.words) > 1 and _bullet(before) else 0].bbox[0]
    room = before.column_right - before.bbox[2] - _SPACE * line.size
    apart = line.bbox[0] > left + reach or room > line.words[1].bbox[2] - line.bbox[0] + line.size
    return _CIRCLE if apart or round(line.bbox[0]) in circles else None


def _is_item(line: Line, paragraph: Sequence[Line], counted: set[str]) -> bool:
    """Whether a line begins a numbered item, and not with a number that the text wrapped to its head.

    Where the line before is full and ends no sentence, the label must be a first one or follow one that was
    counted.
    """
    label = line.words[0].text
    if len(line.words) < 2 or not _is_enumerator(label) or line.role == "table":
        return False
    plain = label.strip("().")
    if paragraph and _is_full(paragraph[-1], line) and not _is_ended(paragraph[-1].text):
        expected = plain in _FIRST_LABELS or label in counted
        if not expected or ("(" in paragraph[-1].text.rpartition(")")[2] and label[0] != "("):
            return False
    counted.add(_successor(label))
    return True


def _is_enumerator(label: str) -> bool:
    """Whether a word may be the label of an item."""
    return (label[-1] in ".)" or label[-1].isdigit()) and _ENUMERATOR.fullmatch(label) is not None


def _label(line: Line) -> str:
    """What would be the label of a line, if it begins an item."""
    first = line.words[0].text
    if not (first[0] == "(" or first[0].isdigit() or first[1:2] == ")"):
        return first
    glued = _GLUED_LABEL.match(first)
    return glued.group() if glued else first


def _glued_label(line: Line, labels: Collection[str], counted: set[str]) -> str | None:
    """The label of an item whose text stands so near that they look like one word, or None.

    It follows a label that was counted, or is in brackets, a first one, and the next begins another line.
    """
    label = _label(line)
    if line.role == "table" or label == line.words[0].text:
        return None
    first = label[-1] == ")" and label.strip("()") in _FIRST_LABELS and _successor(label) in labels
    if not first and label not in counted:
        return None
    counted.add(_successor(label))
    return label


def _is_initial(
    paragraph: Sequence[Line], line: Line, usual: float, labels: Collection[str], counted: Collection[str]
) -> bool:
    """Whether a line begins with the initial of a person, as in `K. Anders`, and not with the label of an item.

    After a title it is one. Otherwise the line must go on with a full one as any wrapped line does, and no label
    (`labels` begin the lines, `counted` is looked for) may come before or after it.
    """
    label = line.words[0].text
    if len(label) != 2 or not _INITIAL.fullmatch(label) or len(line.words) < 2 or line.role == "table":
        return False
    if _ends_in_title(paragraph[-1].text):
        return True
    if label in counted or _successor(label) in labels or f"{label[0]}I." in labels:
        return False
    return _is_full(paragraph[-1], line) and not _is_tabbed(line) and _goes_on(paragraph, line, usual)


def _is_tabbed(line: Line) -> bool:
    """Whether the white space after the first word of a line is wider than that between the others."""
    first, *others = (right.bbox[0] - left.bbox[2] for left, right in itertools.pairwise(line.words))
    return first > max(others, default=_SPACE * line.size) + 0.15 * line.size


def _successor(label: str) -> str:
    """The label that follows: `3.` after `2.`, `(c)` after `(b)`. Roman numerals stay as they are."""
    found = re.search(r"\d+|[a-zA-Z]", label[::-1])
    if found is None:
        return label
    start, end = len(label) - found.end(), len(label) - found.start()
    part = label[start:end]
    return f"{label[:start]}{int(part) + 1 if part.isdigit() else chr(ord(part) + 1)}{label[end:]}"


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


# From line to line


def _bridge(text: _Text, before: Line, line: Line, known: Vocabulary) -> None:
    """Write what joins two lines of one paragraph: a space, nothing, or nothing and the hyphen taken back."""
    left, right = before.words[-1].text, line.words[0].text
    if _is_cut_in_cell(before, line):
        return
    if len(left) < 2 or not right:
        text.write(" ")
    elif left[-1] == "\u00ad":
        text.trim()
    elif left[-1] in _HYPHENS:
        if right.casefold() in _SUSPENDED and left[-2].isalpha():
            text.write(" ")
        elif _is_broken(left, right, known):
            text.trim()
    elif not (left[-1] in "–/~" and (right[0].isdigit() or left[-1] == "/") and left[-2].isalnum()):
        text.write(" ")


def _is_cut_in_cell(before: Line, line: Line) -> bool:
    """Whether the only word of a line in a table's cell goes on in the next, because the cell is narrower than it."""
    if before.role != "table" or len(before.words) > 1:
        return False
    left, right = before.words[0].text, line.words[0].text
    if left[-1].isdigit():
        whole = len(left) > 3 and _GROUPED.fullmatch(left + right) is not None
        return whole and _GROUPED.fullmatch(left) is None and not left.isdigit()
    return right.islower() and _is_word((left + right).casefold()) and not _is_word(left.casefold())


def _is_broken(left: str, right: str, known: Vocabulary) -> bool:
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


def _is_ended(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _TERMINAL.search(text[-_LONGEST_END:]) is not None and not _ends_in_title(text)


def _ends_in_title(text: str) -> bool:
    return text[-1:] == "." and _TITLE_END.search(text[-_LONGEST_TITLE:]) is not None


@cache
def _is_word(word: str) -> bool:
    return len(word) > 1 and bool(simplemma.is_known(word, lang="en"))


def _usual_gap(lines: Sequence[Line]) -> float:
    """The white space between the lines of one paragraph, in ems: that above lines that follow a full line."""
    gaps = [
        line.gap_before / line.size
        for before, line in itertools.pairwise(lines)
        if line.gap_before is not None and before.page == line.page and _is_full(before, line) and line.size > 0
    ]
    return min(median(gaps), 1.5) if gaps else 0.35


def _is_full(before: Line, line: Line) -> bool:
    """Whether the first word of `line` would not have fitted after `before`."""
    first = line.words[0]
    for left, right in itertools.pairwise(line.words):
        if (left.size == right.size and left.bbox[3] == right.bbox[3]) or not is_glued(left, right):
            break
        first = right
    needed = first.bbox[2] - line.bbox[0] + _SPACE * line.size
    return needed > before.column_right - before.bbox[2] - _SLACK * line.size


def _goes_on(paragraph: Sequence[Line], line: Line, usual: float) -> bool:
    """Whether a line goes on with a paragraph."""
    before = paragraph[-1]
    if before.role != line.role or before.table != line.table or before.cell != line.cell:
        return False
    if line.role == "table":
        return line.cell is not None and before.page == line.page
    ended = _is_ended(before.text)
    if abs(before.size - line.size) > 0.08 * max(before.size, line.size):
        return False
    if before.bold != line.bold and (ended or not _is_full(before, line) or line.text[0].isupper()):
        return False
    if _is_over_break(before, line) or line.gap_before is None:
        return not ended and (_is_full(before, line) or line.text[0].islower())
    if not -0.5 * line.size < line.gap_before <= (usual + _CLEAR_GAP) * line.size:
        return False
    if not ended and (_OPEN_END.search(before.text[-_LONGEST_OPEN_END:]) or _ends_in_title(before.text)):
        return True
    if not ended and line.text[0].islower() and before.text[-1] not in ",;":
        return True
    if not _is_full(before, line):
        return False
    return not _is_indented(paragraph, line)


def _is_indented(paragraph: Sequence[Line], line: Line) -> bool:
    """Whether a line stands further in than its paragraph does, as the first line of a new one would."""
    reach = _CLEAR_INDENT * line.size
    before = paragraph[-1]
    if len(paragraph) == 1:
        hanging = bool(_bullet(before)) or before.words[0].text == _CIRCLE or _is_enumerator(before.words[0].text)
        if hanging:
            return line.bbox[0] < before.bbox[0] - reach
        return line.bbox[0] > before.bbox[0] + reach and _is_ended(before.text)
    return abs(line.bbox[0] - before.bbox[0]) > reach and (line.bbox[0] < before.bbox[0] or _is_ended(before.text))
