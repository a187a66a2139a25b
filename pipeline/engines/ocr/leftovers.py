"""Short words that were passed over, such as lone page numbers and digits in tables, or read without confidence.

Tesseract needs text around a word to know its size and its line. So what is drawn alone is moved beside a line of the
same page that was read well, once before it and once after it, and both are read together. What is read alike twice,
or once with confidence as a number or a label, is taken.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from PIL import Image

from pipeline.engines.ocr.rows import Blob, Place, Row, Seen, around, read_rows

_MOST = 60
"""Words of a page that are read again; a page with more of them shows something else than text."""
_HEIGHT, _WIDTH = (0.2, 2.6), 3.0
"""How high and wide a blob of a word is, in heights of the page's small letters."""
_TALL = 0.8
"""How high a blob is that tells the size of its word, in the same."""
_LONGEST = 9.0
"""How wide a word that was passed over is at most, in the same."""
_SPACE, _APART = 0.42, 1.5
"""White space between words, and between groups of them, in the same."""
_CRACK = 0.2
"""White space in a character that is broken in two, one above the other, at most, in the same."""
_SPACE_OF_DASH = 0.25
"""The same beside a dash."""
_DASH, _EN_DASH, _FLAT = (0.4, 2.4), 0.95, 0.35
"""How wide a dash is, from what width it is a long one, and how high it is, in the same."""
_DOUBTED, _AGREED, _SURE = 60.0, 40.0, 85.0
_LONGEST_DOUBTED = 6
_EDGE, _BETWEEN = 1.5, 0.65
"""White space around what is read again, and between its parts, in the same."""
_BESIDE = 28.0
"""How much of a line is read beside a word, in the same."""
_AROUND = 0.5
"""White space above and below a line that is read again, in the same."""
_WELL, _FEWEST_LETTERS = 85.0, 15
_ONLY = "tessedit_char_whitelist"
"""The variable of the engine that names the characters it may read; all when empty."""
_ONES = {"1", "|", "I", "l", ""}
_EXPECTED = re.compile(
    r"[(\[]?[A-Za-z]?\d{1,4}(?:[.,/:-]\d{1,4}){0,3}[A-Za-z]?[.,;:)\]%]{0,2}|[IVXLCivxl]{1,5}[.)]?|[A-Za-z][.)]|&"
)
"""What is taken although it was read well but once: numbers, labels, and the sign for `and`."""


class Piece(Struct, frozen=True):
    """A word that was drawn: its place, where it stands, and the dash that it is, if it is one."""

    place: Place
    base: int
    dash: str = ""


class Reader(Struct, frozen=True):
    """Reads single words beside a line that was read well. `letter` is the height of the page's small letters."""

    engine: Any
    level: Any
    picture: Image.Image
    lines: Sequence[tuple[Place, int]]
    letter: float

    def read(self, piece: Piece) -> Seen | None:
        """What a piece says, or None where that is not sure."""
        if piece.dash:
            return Seen(piece.dash, piece.place, 100.0, [])
        place, base = min(
            self.lines, key=lambda line: abs((line[0][3] - line[0][1]) - (piece.place[3] - piece.place[1]))
        )
        before, after = self._beside(piece, place, base, first=True), self._beside(piece, place, base, first=False)
        if {before[0], after[0]} <= _ONES and "1" in (before[0], after[0]):
            return Seen("1", piece.place, _SURE, [])
        texts = [(text, sure) for text, sure in (before, after) if text]
        if len(texts) == 2 and before[0] == after[0] and min(before[1], after[1]) >= _AGREED:
            return Seen(before[0], piece.place, max(before[1], after[1]), [])
        best = max(texts, key=lambda read: read[1], default=("", 0.0))
        return Seen(*best[:1], piece.place, best[1], []) if best[1] >= _SURE and _EXPECTED.fullmatch(best[0]) else None

    def _beside(self, piece: Piece, place: Place, base: int, *, first: bool) -> tuple[str, float]:
        """The text of a piece read before or after a line, and how sure the model is of it."""
        edge, gap = int(_EDGE * self.letter), int(_BETWEEN * self.letter)
        own, other = (piece.place, piece.base), (place, base)
        parts = [own, other] if first else [other, own]
        above = max(base - place[1] for place, base in parts) + 2
        below = max(place[3] - base for place, base in parts) + 2
        width = sum(place[2] - place[0] + 2 for place, _ in parts) + gap + 2 * edge
        line = Image.new("L", (width, above + below + 2 * edge), 255)
        at, span = edge, (0, 0)
        for part in parts:
            (left, top, right, bottom), stands = part
            cut = self.picture.crop((left - 1, top - 1, right + 1, bottom + 1))
            line.paste(cut, (at, edge + above - (stands - top) - 1))
            span = (at, at + cut.width) if part is own else span
            at += cut.width + gap
        self.engine.SetImage(line)
        if not self.engine.Recognize():
            return "", 0.0
        words = [
            seen
            for row in read_rows(self.engine.GetIterator(), self.level)
            for seen in row.seen
            if span[0] - gap / 2 <= (seen.place[0] + seen.place[2]) / 2 <= span[1] + gap / 2
        ]
        return "".join(seen.text for seen in words), min((seen.confidence for seen in words), default=0.0)

    def read_digits(self, place: Place) -> Seen | None:
        """The number that stands alone in a place, whatever letters it looks like; None where that is not sure."""
        edge = int(_EDGE * self.letter)
        left, top, right, bottom = place
        cut = self.picture.crop((left - 1, top - 1, right + 1, bottom + 1))
        alone = Image.new("L", (cut.width + 2 * edge, cut.height + 2 * edge), 255)
        alone.paste(cut, (edge, edge))
        self.engine.SetVariable(_ONLY, "0123456789")
        try:
            self.engine.SetImage(alone.resize((2 * alone.width, 2 * alone.height), Image.Resampling.BICUBIC))
            if not self.engine.Recognize():
                return None
            words = [seen for row in read_rows(self.engine.GetIterator(), self.level) for seen in row.seen]
        finally:
            self.engine.SetVariable(_ONLY, "")
        sure = len(words) == 1 and words[0].text.isdecimal() and words[0].confidence >= _DOUBTED
        return Seen(words[0].text, place, words[0].confidence, []) if sure else None

    def read_line(self, place: Place) -> list[Seen]:
        """The words of a line that is cut out of its page."""
        edge = int(_EDGE * self.letter)
        left, top = place[0] - 1, int(place[1] - _AROUND * self.letter)
        cut = self.picture.crop((left, top, place[2] + 1, int(place[3] + _AROUND * self.letter)))
        line = Image.new("L", (cut.width + 2 * edge, cut.height + 2 * edge), 255)
        line.paste(cut, (edge, edge))
        self.engine.SetImage(line)
        if not self.engine.Recognize():
            return []
        return [
            Seen(seen.text, _moved(seen.place, by), seen.confidence, [_moved(place, by) for place in seen.places])
            for by in [(left - edge, top - edge)]
            for row in read_rows(self.engine.GetIterator(), self.level)
            for seen in row.seen
        ]


def _moved(place: Place, by: tuple[int, int]) -> Place:
    return (place[0] + by[0], place[1] + by[1], place[2] + by[0], place[3] + by[1])


def reader(engine: Any, level: Any, picture: Image.Image, rows: Sequence[Row], letter: float) -> Reader | None:
    """A reader of single words; None where no line of the page was read well."""
    lines = []
    for row in rows:
        sure = [seen for seen in row.seen if seen.confidence >= _WELL]
        if len(sure) == len(row.seen) and sum(len(seen.text) for seen in sure) >= _FEWEST_LETTERS:
            left, right = row.seen[0].place[0], row.seen[-1].place[2]
            ends = [seen.place[2] for seen in row.seen if seen.place[2] <= left + _BESIDE * letter]
            right = max(ends, default=right)
            inside = [seen.place for seen in row.seen if seen.place[2] <= right]
            place = (left, min(p[1] for p in inside), right, max(p[3] for p in inside))
            lines.append((place, round(row.base(place))))
    return Reader(engine, level, picture, lines, letter) if lines else None


def with_doubted(rows: Sequence[Row], reader: Reader) -> None:
    """Reads the short words again that the model doubts, and corrects those that are then read better."""
    doubted = [(row, seen) for row in rows for seen in row.seen if _is_doubted(seen, reader.letter)]
    for row, seen in doubted[:_MOST]:
        again = reader.read(Piece(seen.place, round(row.base(seen.place))))
        if again is not None and again.confidence > seen.confidence:
            seen.text, seen.confidence, seen.places = again.text, again.confidence, []


def _is_doubted(seen: Seen, letter: float) -> bool:
    height = seen.place[3] - seen.place[1]
    odd = not (seen.text.isdecimal() and seen.confidence)
    return odd and seen.confidence < _DOUBTED and len(seen.text) <= _LONGEST_DOUBTED and height >= _TALL * letter


def with_leftovers(rows: Sequence[Row], reader: Reader, blobs: Iterable[Blob]) -> list[Row]:
    """The lines with the words that were passed over: in the line they stand in, or on lines of their own."""
    groups = _groups(_uncovered(blobs, rows, reader.letter), reader.letter)
    words = [_pieces(group, reader.letter) for group in groups]
    words = [pieces for pieces in words if any(not piece.dash for piece in pieces)]
    found = list(rows)
    if sum(map(len, words)) <= _MOST:
        broken = [row for row in found if any(_is_inside(row, pieces, reader.letter) for pieces in words)]
        for row in broken:
            _mend(row, reader)
        for pieces in words:
            if any(_is_inside(row, pieces, reader.letter) for row in broken):
                continue
            read = [seen for piece in pieces if (seen := reader.read(piece)) is not None]
            if any(seen.text == "&" or any(map(str.isalnum, seen.text)) for seen in read):
                _put(found, read, pieces, reader.letter)
    return found


def _is_inside(row: Row, pieces: Sequence[Piece], letter: float) -> bool:
    """Whether a word that was passed over stands between words of a line that are close to it."""
    piece = next(piece for piece in pieces if not piece.dash)
    gaps = [piece.place[0] - seen.place[2] for seen in row.seen], [seen.place[0] - piece.place[2] for seen in row.seen]
    beside = [min((gap for gap in side if gap >= -letter / 3), default=2 * _APART * letter) for side in gaps]
    return max(beside) <= _APART * letter and abs(row.base(piece.place) - piece.base) <= letter / 3


def _mend(row: Row, reader: Reader) -> None:
    """Reads a line again in which words were passed over, and takes what has more letters and is as sure."""
    places = [seen.place for seen in row.seen]
    left, top, right, bottom = zip(*places, strict=True)
    again = reader.read_line((min(left), min(top), max(right), max(bottom)))
    more = sum(len(seen.text) for seen in again) > sum(len(seen.text) for seen in row.seen)
    if more and min(seen.confidence for seen in again) >= min(seen.confidence for seen in row.seen):
        row.seen = again


def _uncovered(blobs: Iterable[Blob], rows: Sequence[Row], letter: float) -> list[Blob]:
    """The blobs of the size of letters that lie in no word."""
    places = [seen.place for row in rows for seen in row.seen]
    return [
        blob
        for blob in blobs
        if _HEIGHT[0] * letter <= max(blob.height, blob.width)
        and blob.height <= _HEIGHT[1] * letter
        and blob.width <= _WIDTH * letter
        and not any(_touches(blob, place, _SPACE * letter) for place in places)
    ]


def _touches(blob: Blob, place: Place, near: float) -> bool:
    """Whether a blob is of a word, whose place may leave out a part of its first or last character."""
    beside = place[0] - near <= blob.right and blob.left <= place[2] + near
    return beside and blob.top < place[3] and blob.bottom > place[1]


def _groups(blobs: Sequence[Blob], letter: float) -> list[list[Blob]]:
    """Blobs that stand beside each other, each group from left to right."""
    groups: list[list[Blob]] = []
    for blob in sorted(blobs, key=lambda blob: blob.left):
        near = [
            group
            for group in groups
            if blob.left - max(b.right for b in group) <= _APART * letter
            and blob.top < max(b.bottom for b in group) + _CRACK * letter
            and blob.bottom > min(b.top for b in group) - _CRACK * letter
        ]
        groups = [group for group in groups if not any(group is other for other in near)]
        groups.append([*(one for group in near for one in group), blob])
    return [group for group in groups if max(b.bottom for b in group) - min(b.top for b in group) >= _TALL * letter]


def _pieces(group: Sequence[Blob], letter: float) -> list[Piece]:
    """The words of a group, from left to right."""
    words: list[list[Blob]] = []
    for blob in sorted(group, key=lambda blob: blob.left):
        flat = _is_flat(blob, letter) or bool(words and _is_flat(words[-1][-1], letter))
        space = (_SPACE_OF_DASH if flat else _SPACE) * letter
        if words and blob.left - max(b.right for b in words[-1]) <= space:
            words[-1].append(blob)
        else:
            words.append([blob])
    return [piece for word in words if (piece := _piece(word, letter)) is not None]


def _is_flat(blob: Blob, letter: float) -> bool:
    return blob.height <= _FLAT * letter and blob.width >= _DASH[0] * letter


def _piece(word: Sequence[Blob], letter: float) -> Piece | None:
    place = around(word)
    width, height = place[2] - place[0], place[3] - place[1]
    if height <= _FLAT * letter:
        is_dash = _DASH[0] * letter <= width <= _DASH[1] * letter and width > 2 * height
        return Piece(place, place[3], "–" if width >= _EN_DASH * letter else "-") if is_dash else None
    tallest = max(word, key=lambda blob: blob.height)
    base = tallest.bottom if tallest.height >= _TALL * letter else place[3]
    return Piece(place, base) if width <= _LONGEST * letter and height >= _TALL * letter else None


def _put(rows: list[Row], read: list[Seen], pieces: Sequence[Piece], letter: float) -> None:
    """Puts words into the line that they stand in, or adds a line of them."""
    piece = next(piece for piece in pieces if not piece.dash)
    for row in rows:
        left, right = row.seen[0].place[0], row.seen[-1].place[2]
        beside = left - _APART * letter <= piece.place[2] and piece.place[0] <= right + _APART * letter
        if beside and abs(row.base(piece.place) - piece.base) <= letter / 3:
            row.seen = sorted([*row.seen, *read], key=lambda seen: seen.place[0])
            return
    height = piece.base - piece.place[1]
    base = ((float(piece.place[0]), float(piece.base)), (float(piece.place[2]), float(piece.base)))
    rows.append(Row(height, base, read))
