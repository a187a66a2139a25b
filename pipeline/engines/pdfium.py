"""Words, lines and boxes read off a PDF by pdfium, through its raw interface.

This is the engine for everyday use: it costs little more than asking pdfium for bare text. What it decides:

- A word is a run of characters without white space, where white space includes the spaces pdfium generates. It is cut
  where pdfium joined a word over a line end (U+FFFE or U+0002 stand for the hyphen), and where raised or lowered small
  characters begin or end (`24` and `th`), so that a footnote mark never becomes part of a number.
- A word's bbox runs from the origin of its first character to the right edge of its last; vertically it is the
  font size high and hangs from the baseline by the font's descent, as pdfplumber has it. pdfium's own loose boxes are
  not used for y: they are wrong for fonts that LibreOffice embeds.
- Bold is: the font's name says so, or its weight is at least 600, or it is flagged ForceBold, or the
  glyphs are filled and stroked; of fonts without names `stems` tells it. Italic likewise by name, flag or slanted
  matrix.
- `edges` are given to every word that holds more than letters and digits, and are exact where letters, digits and
  signs meet.
- Characters that stand for nothing (NUL, lone surrogates, other control characters) become U+FFFD, never nothing.

For a look at single glyphs, such as the search for text that nobody can see, open a page and ask for its words with
the characters each was made of::

    with open_page(document, 1) as page:
        for word, (start, end) in words_with_characters(page):   # page.text[start:end] are the word's characters
            boxes = [glyph_box(page, index) for index in range(start, end)]   # ink, on the page as shown

pdfium must not be called by two threads at a time.
"""

import ctypes
import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as raw

from pipeline import directions
from pipeline.engines import accents, affine, bindings, fonts, tex
from pipeline.engines.affine import Affine as Affine
from pipeline.engines.bindings import char_origin, loose_box, text_object
from pipeline.engines.rulings import read_rulings
from pipeline.records import Bbox, Page, Word

PAGES_HELD = 50
"""Pages after which a document is opened anew: pdfium keeps the fonts, pictures and objects of all that it has read."""
_NORMAL_DESCENT = -0.2
_RAISED_SIZE = 0.85
_RAISED_SHIFT = 0.12
_APART = 0.12
"""White space between two signs of one word, in ems, at the most."""

_TOKEN = re.compile(r"[\r\n]+|\S+")
_JOINED = "\ufffe\x02"
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0\ufffe\uffff]")
_SIGNS_OR_NOT = re.compile(r"[^\W_]+|[\W_]+")
_MEETING = re.compile(r"[^\W\d_]+|\d+|[\W_]")

_FORCE_BOLD = 1 << 18
_ITALIC_FLAG = 1 << 6
_FILL_AND_STROKE = 2


class OpenPage(NamedTuple):
    """A page held open in pdfium. `text[i]` is pdfium's character `i`; `shown` maps user space to the page as shown.

    `text_page` is the address of pdfium's text page. `has_leftward` says that some letters are read from right to left.
    """

    page_number: int
    page: Any
    text_page: bindings.Handle
    text: str
    width: float
    height: float
    rotation: int
    shown: Affine
    has_leftward: bool


class _Font(NamedTuple):
    """A font's name, how it looks, and its descent in ems, below zero."""

    name: str
    bold: bool
    italic: bool
    descent: float


class _Style(NamedTuple):
    """How the characters of one text object are set.

    `upright` says that they read from left to right on the page as shown, `below` how far a line reaches below its
    baseline.
    """

    font: str
    size: float
    bold: bool
    italic: bool
    upright: bool
    below: float


def open_document(data: bytes, password: str | None = None) -> pypdfium2.PdfDocument:
    """Open a PDF.

    Raises:
        pypdfium2.PdfiumError: pdfium cannot open it; `err_code` says why.
    """
    return pypdfium2.PdfDocument(data, password=password)


def iter_pages(data: bytes, password: str | None = None) -> Iterator[Page]:
    """Read the pages of a PDF one by one; only one is held at a time.

    Raises:
        pypdfium2.PdfiumError: the document or a page cannot be read.
    """
    document = open_document(data, password)
    try:
        for page_number in range(1, len(document) + 1):
            if page_number % PAGES_HELD == 0:
                document.close()
                document = open_document(data, password)
            yield read_page(document, page_number)
    finally:
        document.close()


def read_page(document: pypdfium2.PdfDocument, page_number: int) -> Page:
    """Read one page, counted from 1.

    Raises:
        pypdfium2.PdfiumError: the page cannot be read.
    """
    with open_page(document, page_number) as page:
        return page_of(page, [word for word, _ in words_with_characters(page)])


def page_of(page: OpenPage, words: Sequence[Word]) -> Page:
    """The page as it is passed on, with the words that were read off it."""
    return Page(
        page_number=page.page_number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        text_source="text_layer" if words else "none",
        words=tuple(words),
        rulings=read_rulings(bindings.handle(page.page), page.shown, page.width, page.height),
    )


@contextmanager
def open_page(document: pypdfium2.PdfDocument, page_number: int) -> Iterator[OpenPage]:
    """Hold one page open, counted from 1.

    Raises:
        pypdfium2.PdfiumError: the page cannot be read.
    """
    page = raw.FPDF_LoadPage(document.raw, page_number - 1)
    if not page:
        raise pypdfium2.PdfiumError(f"pdfium cannot load page {page_number}")
    text_page = raw.FPDFText_LoadPage(page)
    try:
        if not text_page:
            raise pypdfium2.PdfiumError(f"pdfium cannot load the text of page {page_number}")
        rotation = raw.FPDFPage_GetRotation(page) % 4
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
        shown, width, height = affine.shown((box.left, box.bottom, box.right, box.top), rotation)
        text = tex.spelled(_characters(text_page), _nameless_fonts(bindings.handle(text_page)))
        leftward = not text.isascii() and directions.LETTERS.search(text) is not None
        if leftward:
            text = directions.with_brackets_as_shown(text)
        text = accents.composed(text, lambda index: _ink_box(bindings.handle(text_page), index, shown))
        yield OpenPage(
            page_number, page, bindings.handle(text_page), text, width, height, rotation * 90, shown, leftward
        )
    finally:
        if text_page:
            raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)


def _characters(text_page: Any) -> str:
    """The text of a page, one code point for each of pdfium's characters."""
    count = raw.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    written = raw.FPDFText_GetText(text_page, 0, count, buffer)
    data = memoryview(buffer).cast("B")[: 2 * max(written - 1, 0)]
    text = bytes(data).decode("utf-16-le", "surrogatepass")
    if len(text) != count:
        codes = (raw.FPDFText_GetUnicode(text_page, index) for index in range(count))
        text = "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)
    return text


def _nameless_fonts(text_page: bindings.Handle) -> tex.FontOf:
    """What gives the font of a character where that font has no name, else 0."""
    known: dict[bindings.Handle, bindings.Handle] = {}

    def font_of(index: int) -> int:
        item = text_object(text_page, index)
        if not item:
            return 0
        if item not in known:
            font = bindings.object_font(item) or 0
            known[item] = font if font and not _name(font) else 0
        return known[item]

    return font_of


# Words


_x, _y, _rect, _set_at = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
_x_ref, _y_ref, _rect_ref, _set_at_ref = (ctypes.byref(value) for value in (_x, _y, _rect, _set_at))
_ink = tuple(ctypes.c_double() for _ in range(4))
_ink_refs = tuple(ctypes.byref(side) for side in _ink)


def words_with_characters(page: OpenPage) -> Iterator[tuple[Word, tuple[int, int]]]:
    """The words of a page in pdfium's order, each with the half-open range of `page.text` that it was made of."""
    text_page, text = page.text_page, page.text
    line = 0
    styles = _Styles(page)
    style_of = styles.by_object.get
    leftward = page.has_leftward
    word = _word_of(page)
    for token in _TOKEN.finditer(text):
        written = token.group()
        if written[0] in "\r\n":
            line += 1
            continue
        start, end = token.span()
        item = text_object(text_page, start)
        style = style_of(item) or styles.of(item, start)
        if style is None:
            continue
        if written.isalpha() or (
            (written.isalnum() or not (leftward or _ODD.search(written)))
            and (end - start == 1 or text_object(text_page, end - 1) == item)
        ):
            yield word(start, end, line, style, written), (start, end)
            continue
        for begin, stop in _cut(page, start, end, styles):
            if begin > start and text[begin - 1] in _JOINED:
                line += 1
            while begin < stop and text[begin] == accents.NOTHING:
                begin += 1
            if begin == stop:
                continue
            written = _ODD.sub(_plain, text[begin:stop])
            style = styles.of(text_object(text_page, begin), begin) or style
            yield word(begin, stop, line, style, written), (begin, stop)


def _plain(odd: re.Match[str]) -> str:
    """What a character that cannot be written stands for: the hyphen at a joined line end, or nothing known."""
    if odd.group() == accents.NOTHING:
        return ""
    return "-" if odd.group() in _JOINED else "\ufffd"


class _Styles:
    """The styles of a page's text objects, each asked for once. An object that pdfium does not name is as the last."""

    def __init__(self, page: OpenPage) -> None:
        self.page = page
        self.by_object: dict[bindings.Handle, _Style] = {}
        self.by_look: dict[tuple[float, ...], _Style] = {}
        self.by_font: dict[bindings.Handle, _Font] = {}
        self.last: _Style | None = None

    def of(self, item: bindings.Handle | None, index: int) -> _Style | None:
        """The style of a text object, one of whose characters has this index; None before the first object."""
        if item:
            self.last = self.by_object.get(item)
            if self.last is None:
                self.last = self.by_object[item] = self._read(item, index)
        return self.last

    def _read(self, item: bindings.Handle, index: int) -> _Style:
        font = bindings.object_font(item) or 0
        size = bindings.font_size(self.page.text_page, index)
        bindings.char_matrix(self.page.text_page, index, _set_at_ref)
        mode = bindings.render_mode(item)
        look = (font, size, _set_at.a, _set_at.b, _set_at.c, _set_at.d, mode)
        known = self.by_look.get(look)
        if known is None:
            if font not in self.by_font:
                self.by_font[font] = _font(font)
            matrix = Affine(_set_at.a, _set_at.b, _set_at.c, _set_at.d, 0, 0).then(self.page.shown)
            known = self.by_look[look] = _style(self.by_font[font], size, matrix, mode == _FILL_AND_STROKE)
        return known


def _style(font: _Font, size: float, matrix: Affine, stroked: bool) -> _Style:
    """How text looks on the page as shown; `matrix` maps the space it is set in to it."""
    height = math.hypot(matrix.c, matrix.d) or math.hypot(matrix.a, matrix.b)
    size = round(abs(size * height), 3)
    upright = matrix.a > 0 and abs(matrix.b) <= 0.05 * matrix.a
    slanted = upright and abs(matrix.c) > 0.1 * abs(matrix.d)
    return _Style(font.name, size, font.bold or stroked, font.italic or slanted, upright, -font.descent * size)


def _font(address: bindings.Handle) -> _Font:
    font, name = ctypes.cast(address, raw.FPDF_FONT), _name(address)
    flags = max(raw.FPDFFont_GetFlags(font), 0)
    bold = fonts.is_bold(name) or raw.FPDFFont_GetWeight(font) >= 600 or bool(flags & _FORCE_BOLD)
    italic = fonts.is_italic(name) or bool(flags & _ITALIC_FLAG)
    descent = ctypes.c_float()
    known = raw.FPDFFont_GetDescent(font, 1000.0, ctypes.byref(descent))
    ems = descent.value / 1000
    return _Font(name, bold, italic, ems if known and -0.6 < ems < 0 else _NORMAL_DESCENT)


def _name(address: bindings.Handle) -> str:
    buffer = ctypes.create_string_buffer(256)
    length = raw.FPDFFont_GetBaseFontName(ctypes.cast(address, raw.FPDF_FONT), buffer, 256)
    return fonts.plain_name(buffer.raw[: max(min(length, 256) - 1, 0)].decode("utf-8", "replace"))


def _word_of(page: OpenPage) -> Callable[[int, int, int, _Style, str], Word]:
    """What makes a word of the characters `start` to `end` of a page: its place is all that is left to ask for."""
    text_page, number, turned, shown = page.text_page, page.page_number, page.rotation != 0, page.shown
    right_by, down_by, leftward = shown.e, shown.f, page.has_leftward

    def word(start: int, end: int, line: int, style: _Style, text: str) -> Word:
        font, size, bold, italic, upright, below = style
        if not upright:
            return _turned_word(page, start, end, line, style, text)
        char_origin(text_page, start, _x_ref, _y_ref)
        loose_box(text_page, end - 1, _rect_ref)
        if turned:
            x0, bottom = shown.point(_x.value, _y.value)
            x1 = shown.box(_rect.left, _rect.bottom, _rect.right, _rect.top)[2]
        else:
            x0, bottom, x1 = _x.value + right_by, down_by - _y.value, _rect.right + right_by
        bottom += below
        if leftward and directions.LETTERS.search(text):
            return _leftward_word(page, start, end, line, style, text, bottom)
        if x1 < x0:
            x1 = x0
        edges = (
            None if text.isalnum() or end - start == 1 or len(text) < end - start else _edges(page, start, text, x0, x1)
        )
        return Word(text, (x0, bottom - size, x1, bottom), font, size, bold, italic, line, number, edges)

    return word


def _edges(page: OpenPage, start: int, text: str, x0: float, x1: float) -> tuple[float, ...]:
    """The character boundaries of a word: read where letters, digits and signs meet, evenly spread between."""
    edges = [x0]
    left, length, text_page = 0, len(text), page.text_page
    right_by = page.shown.e if page.rotation == 0 else None
    for meeting in _MEETING.finditer(text):
        right = meeting.end()
        if right == length:
            x = x1
        else:
            char_origin(text_page, start + right, _x_ref, _y_ref)
            x = _x.value + right_by if right_by is not None else page.shown.point(_x.value, _y.value)[0]
        if right - left == 1:
            edges.append(x)
        else:
            step = (x - edges[-1]) / (right - left)
            edges += [edges[-1] + step * index for index in range(1, right - left)]
            edges.append(x)
        left = right
    return tuple(edges)


def _turned_word(page: OpenPage, start: int, end: int, line: int, style: _Style, text: str) -> Word:
    """A word that does not read from left to right: its bbox is that of its characters."""
    boxes = [_loose_box(page, index) for index in range(start, end)]
    x0, top, x1, bottom = zip(*boxes, strict=True)
    bbox = (min(x0), min(top), max(x1), max(bottom))
    return Word(text, bbox, style.font, style.size, style.bold, style.italic, line, page.page_number)


def _leftward_word(page: OpenPage, start: int, end: int, line: int, style: _Style, text: str, bottom: float) -> Word:
    """A word with letters that are read from right to left: it reaches as far as any of its characters."""
    boxes = [_loose_box(page, index) for index in range(start, end)]
    text = directions.as_read(text, [(box[0] + box[2]) / 2 for box in boxes])
    bbox = (min(box[0] for box in boxes), bottom - style.size, max(box[2] for box in boxes), bottom)
    return Word(text, bbox, style.font, style.size, style.bold, style.italic, line, page.page_number)


def _loose_box(page: OpenPage, index: int) -> Bbox:
    loose_box(page.text_page, index, _rect_ref)
    return page.shown.box(_rect.left, _rect.bottom, _rect.right, _rect.top)


def _origin(text_page: bindings.Handle, index: int) -> tuple[float, float]:
    char_origin(text_page, index, _x_ref, _y_ref)
    return _x.value, _y.value


def _cut(page: OpenPage, start: int, end: int, styles: _Styles) -> list[tuple[int, int]]:
    """Cut a token at joined line ends and where small raised or lowered characters begin and end."""
    cuts = {start, end}
    cuts.update(index + 1 for index in range(start, end) if page.text[index] in _JOINED)
    before: tuple[float, float] | None = None
    previous: bindings.Handle | None = None
    text_page, text = page.text_page, page.text
    for index in range(start, end):
        item = text_object(text_page, index)
        if not item or item == previous or text[index] == accents.NOTHING:
            continue
        previous = item
        style = styles.of(item, index)
        if style is None or not style.upright:
            continue
        here = style.size, page.shown.point(*_origin(page.text_page, index))[1]
        if before is not None and _differs(before, here):
            cuts.add(index)
        before = here
    if page.has_leftward and styles.last is not None:
        cuts.update(_strays(page, start, end, _APART * styles.last.size))
    return list(itertools.pairwise(sorted(cuts)))


def _strays(page: OpenPage, start: int, end: int, apart: float) -> Iterator[int]:
    """Where to cut off signs that do not stand beside what they follow: pdfium moves those between two directions."""
    before: Bbox | None = None
    for run in _SIGNS_OR_NOT.finditer(page.text, start, end):
        lefts, tops, rights, bottoms = zip(*(_loose_box(page, index) for index in range(*run.span())), strict=True)
        here = min(lefts), min(tops), max(rights), max(bottoms)
        if before is not None and max(before[0], here[0]) - min(before[2], here[2]) > apart:
            yield run.start()
        before = here


def _differs(before: tuple[float, float], here: tuple[float, float]) -> bool:
    """Whether size and baseline differ as those of a superscript do from what it stands on."""
    large, small = max(before[0], here[0]), min(before[0], here[0])
    shift = abs(before[1] - here[1])
    return (small < _RAISED_SIZE * large and shift > 0.02 * large) or shift > _RAISED_SHIFT * large


def glyph_box(page: OpenPage, index: int) -> Bbox:
    """The box around the ink of one character, on the page as shown."""
    return _ink_box(page.text_page, index, page.shown)


def _ink_box(text_page: bindings.Handle, index: int, shown: Affine) -> Bbox:
    bindings.char_box(text_page, index, *_ink_refs)
    left, right, bottom, top = (side.value for side in _ink)
    return shown.box(left, bottom, right, top)
