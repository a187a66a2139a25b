"""Accents: the marks above letters that the English model does not know.

The model reads `ñ` as `n`, `fi` or `é`. So the marks are found among the blobs of the page, the lines that have some
are read again with the marks wiped off, and each mark is put back on the letter below it. What its shape is decides
among the marks that this letter can carry in the languages of Europe that are written with Latin letters. On an `i`
the mark is made a dot while the line is read. What was read as a word of English at first stays that, since over it the
hook of an `f` or a speck is likelier than an accent.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from statistics import median

import numpy as np
import simplemma
from msgspec import Struct, structs
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.engines.ocr.accent_shapes import HEIGHT, SHAPES, WIDTH
from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.leftovers import Reader
from pipeline.engines.ocr.rows import Blob, Place, Row, Seen, around

LETTERS = {
    "\u0301": "aceinosuyzACEINOSUYZ",
    "\u0300": "aeiouAEIOU",
    "\u0302": "aeiouwyAEIOUWY",
    "\u0303": "anoANO",
    "\u0308": "aeiouyAEIOUY",
    "\u030a": "auAU",
    "\u0304": "aeouAEOU",
    "\u030c": "cdenrstzCDENRSTZ",
    "\u0306": "agAG",
    "\u0307": "",
    "\u030b": "ouOU",
}
"""Which letters carry which mark. A dot, and a bar on an `i`, are left out: they are too
often the dot of an `i`."""
_SPECK, _THIN = 0.12, 2
"""What is no higher and no wider, in heights of small letters, or lower in pixels, is dirt on the scanner."""
_GAP, _HIGH, _WIDE = 0.5, 0.65, 1.0
"""How far a mark is above its letter at most, how high and wide it is at most, in heights of small letters."""
_LOWEST, _HIGHEST = 0.95, 2.3
"""Between which heights above the baseline a mark ends below, in the same."""
_LETTER = 0.85
"""How high the letter below a mark is at least, in the same."""
_DOT, _DOT_SIZE, _FULL = (0.5, 1.9), 0.5, 0.6
"""Width by height of a dot, its size in heights of small letters, and how much of its box is ink."""
_STEM = 0.5
"""How wide a letter is at most that may be an `i`, in its heights."""
_DOTTED, _USUAL = "ij", 0.3
"""What has a dot of its own, and how much less it counts that this is unlike one."""
_MACRON, _LONG = "\u0304", 2.6
"""A macron is at least so many times as long as high."""
_HANGING = 0.45
"""How far a comma may hang below its line, in heights of small letters."""
_CERTAIN = 94.0
_UNLIKE = 1.6
"""From what distance on a shape is no mark."""
_FAR, _APART = 0.8, 1.3
"""How much it counts that a letter does not stand where it should, and how many letters it may be away."""
_WIPED = 2
_WORSE = 12.0
"""How much less sure the model may be of the line without its marks."""
_AROUND = ".,;:!?()[]\"'“”‘’«»/-–—"
"""What stands around a word."""
_GRID, _SIZES = 0.25, (1.0, 0.8, 0.8)
"""How much the fields, and the proportions, count when shapes are compared."""


class Mark(Struct, frozen=True):
    """A mark above a letter: its place, that of the letter, and what its shape is like."""

    place: Place
    letter: Place
    shape: tuple[float, ...]

    @property
    def is_on_stem(self) -> bool:
        """Whether the letter is so narrow that it may be an `i`."""
        return _is_stem(self.letter)


def _is_stem(letter: Place) -> bool:
    return letter[2] - letter[0] <= _STEM * (letter[3] - letter[1])


def with_accents(rows: Sequence[Row], ink: Ink, reader: Reader) -> None:
    """Reads the lines again that have accents, and puts the accents on their letters."""
    for row in rows:
        height = median(row.small) if row.small else reader.letter
        marks = [mark for mark in _marks(ink, row, height) if not _is_of_other(mark, row, rows, height)]
        if marks:
            _accent(row, marks, reader)


def _is_of_other(mark: Mark, row: Row, rows: Sequence[Row], height: float) -> bool:
    """Whether a mark is the hook of an `f` whose stem is broken, or hangs below the line above."""
    left, _, right, bottom = mark.place
    above = any(
        -_HANGING * height <= other.base(mark.place) - bottom <= height
        for other in rows
        if other is not row and other.seen[0].place[0] - height <= left and right <= other.seen[-1].place[2] + height
    )
    return above or any(
        seen.text[at] == "f" and seen.confidence >= _CERTAIN and place[0] - 1 <= (left + right) / 2 <= place[2] + 1
        for seen in row.seen
        if len(seen.places) == len(seen.text)
        for at, place in enumerate(seen.places)
    )


def _marks(ink: Ink, row: Row, height: float) -> list[Mark]:
    """The marks above the letters of a line whose small letters are so high."""
    left, right = row.seen[0].place[0], row.seen[-1].place[2]
    near = [
        blob
        for blob in ink.within(left - height, right + height)
        if -height < row.base(_place(blob)) - blob.bottom < _HIGHEST * height
    ]
    letters = [
        blob
        for blob in near
        if blob.height >= _LETTER * height and abs(row.base(_place(blob)) - blob.bottom) <= 0.75 * height
    ]
    found: dict[Place, list[Blob]] = {}
    for blob in near:
        above = row.base(_place(blob)) - blob.bottom
        is_speck = blob.height < _THIN or max(blob.height, blob.width) < _SPECK * height
        if (
            not is_speck
            and blob.height <= _HIGH * height
            and blob.width <= _WIDE * height
            and above >= _LOWEST * height
        ):
            letter = _letter_below(blob, letters, height)
            if letter is not None:
                found.setdefault(_place(letter), []).append(blob)
    return [
        _mark(ink, blobs, letter, height)
        for letter, blobs in found.items()
        if not (len(blobs) == 1 and _is_dot(blobs[0], height) and _is_stem(letter))
    ]


def _place(blob: Blob) -> Place:
    return (blob.left, blob.top, blob.right, blob.bottom)


def _letter_below(blob: Blob, letters: Iterable[Blob], height: float) -> Blob | None:
    below = [
        letter
        for letter in letters
        if letter.left - 2 <= blob.middle <= letter.right + 2 and 0 <= letter.top - blob.bottom <= _GAP * height
    ]
    return min(below, key=lambda letter: letter.top, default=None)


def _is_dot(blob: Blob, height: float) -> bool:
    """Whether a mark is a dot, as an `i` has it."""
    lying = _DOT[0] <= blob.width / blob.height <= _DOT[1] and max(blob.width, blob.height) <= _DOT_SIZE * height
    return lying and blob.area >= _FULL * blob.width * blob.height


def _mark(ink: Ink, blobs: Sequence[Blob], letter: Place, height: float) -> Mark:
    """The mark that some blobs above one letter are."""
    place = around(blobs)
    return Mark(place, letter, tuple(_weighed(*shape_of(ink, blobs, height)).tolist()))


def shape_of(ink: Ink, blobs: Sequence[Blob], height: float) -> tuple[NDArray[np.float64], tuple[float, float, float]]:
    """The fields of the mark that some blobs are, and its proportions: how dark each is, from 0 to 1.

    The proportions are the logarithm of width by height, and height and width in heights of small letters.
    """
    left, top, right, bottom = around(blobs)
    pixels = np.zeros((bottom - top, right - left), np.uint8)
    for blob in blobs:
        for row, start, end in ink.runs(blob):
            pixels[row - top, start - left : end - left] = 255
    fields = np.asarray(Image.fromarray(pixels).resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.float64) / 255
    high, wide = bottom - top, right - left
    return fields.ravel(), (math.log(wide / high), high / height, wide / height)


def _weighed(fields: NDArray[np.float64], sizes: Sequence[float]) -> NDArray[np.float64]:
    return np.concatenate([fields * _GRID, np.asarray(sizes) * _SIZES])


@cache
def _known() -> tuple[tuple[str, NDArray[np.float64]], ...]:
    return tuple(
        (mark, _weighed(np.array([int(field) for field in fields]) / 9, sizes)) for mark, *sizes, fields in SHAPES
    )


def _accent(row: Row, marks: Sequence[Mark], reader: Reader) -> None:
    """Reads a line without its marks, and puts them back."""
    places = [seen.place for seen in row.seen]
    left, top, right, bottom = zip(*places, strict=True)
    clean = reader.picture.copy()
    pencil = ImageDraw.Draw(clean)
    for mark in marks:
        x0, y0, x1, y1 = mark.place
        pencil.rectangle((x0 - _WIPED, y0 - _WIPED, x1 + _WIPED - 1, y1 + _WIPED - 1), fill=255)
        if mark.is_on_stem:
            middle, half = (mark.letter[0] + mark.letter[2]) / 2, max((mark.letter[2] - mark.letter[0]) // 4, 2)
            pencil.ellipse((middle - half, y1 - 2 * half - 1, middle + half, y1 - 1), fill=0)
    again = structs.replace(reader, picture=clean).read_line((min(left), min(top), max(right), max(bottom)))
    if again and _sure(again) >= _sure(row.seen) - _WORSE:
        placed = sum(_put_back(again, mark) for mark in marks)
        row.seen = _agreed(row.seen, again) if 2 * placed > len(marks) else row.seen


def _agreed(before: list[Seen], again: list[Seen]) -> list[Seen]:
    """The words with their accents, but for those that were numbers or words of English as they were read at first."""
    if len(before) == len(again):
        pairs = zip(before, again, strict=True)
        return [old if new.text.isascii() or _is_settled(old) else new for old, new in pairs]
    return again if sum(map(_is_english, again)) >= sum(map(_is_english, before)) else before


def _is_settled(seen: Seen) -> bool:
    """Whether a word has no accents for sure: it is a number, or a word of English."""
    return any(map(str.isdecimal, seen.text)) or _is_english(seen)


def _is_english(seen: Seen) -> bool:
    word = seen.text.strip(_AROUND)
    is_plain = word in (word.lower(), word.upper(), word.capitalize())
    return bool(word) and is_plain and bool(simplemma.is_known(word.lower(), lang="en"))


def _sure(words: Sequence[Seen]) -> float:
    return sum(seen.confidence for seen in words) / len(words)


def _put_back(words: Sequence[Seen], mark: Mark) -> bool:
    """Puts a mark on the letter that stands about where its letter does, if that can carry a mark of that shape."""
    middle, wide = (mark.letter[0] + mark.letter[2]) / 2, mark.letter[2] - mark.letter[0]
    best = (_UNLIKE, "", 0, words[0])
    for seen in words:
        if len(seen.places) != len(seen.text) or not seen.place[0] - wide <= middle <= seen.place[2] + wide:
            continue
        for at, place in enumerate(seen.places):
            apart = abs((place[0] + place[2]) / 2 - middle) / max(wide, (place[2] - place[0]), 1)
            if apart <= _APART:
                unlike, accented = _accented(_plain(seen.text[at]), mark)
                best = min(best, (unlike + _FAR * apart**2, accented, at, seen), key=lambda found: found[0])
    _, accented, at, seen = best
    if accented:
        seen.text = seen.text[:at] + accented + seen.text[at + 1 :]
    return bool(accented)


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _accented(letter: str, mark: Mark) -> tuple[float, str]:
    """The letter with the mark that the shape is most like, and how unlike that is; empty where none stands on it."""
    shape = np.array(mark.shape)
    likely = [(float(((shape - known) ** 2).sum()), sign) for sign, known in _known() if letter in LETTERS[sign]]
    if letter in _DOTTED:
        dot = min(float(((shape - known) ** 2).sum()) for sign, known in _known() if sign == "\u0307")
        likely.append((_USUAL * dot, ""))
    if not likely:
        return _UNLIKE, ""
    unlike, sign = min(likely)
    if sign == _MACRON and mark.place[2] - mark.place[0] < _LONG * (mark.place[3] - mark.place[1]):
        return _UNLIKE, ""
    return unlike, unicodedata.normalize("NFC", letter + sign)
