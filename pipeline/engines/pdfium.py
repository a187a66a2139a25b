"""Words, lines and boxes read off a PDF by pdfium, through its raw interface.

This is the engine for everyday use: it costs little more than asking pdfium for bare text. What it decides:

- A word is a run of characters without white space, where white space includes the spaces pdfium generates. It is cut
  where pdfium joined a word over a line end (U+FFFE or U+0002 stand for the hyphen), and where raised or lowered small
  characters begin or end (`24` and `th`), so that a footnote mark never becomes part of a number.
- A word's bbox runs from the origin of its first character to the right edge of its last; vertically it is the
  font size high and hangs from the baseline by the font's descent, as pdfplumber has it. pdfium's own loose boxes are
  not used for y: they are wrong for fonts that LibreOffice embeds.
- Bold is: the font's name says so, or its weight is at least 600, or it is flagged ForceBold, or the
  glyphs are filled and stroked. Italic likewise by name, flag or slanted matrix.
- `edges` are given to every word that is not letters only.
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

from pipeline.engines import fonts
from pipeline.records import Bbox, Page, Word

THIN = 3.0
"""A drawn line or rectangle at most this thick, in points, is a ruling."""
_SHORTEST_RULING = 4.0
_MOST_SEGMENTS = 400
_DEEPEST_FORM = 6
_NORMAL_DESCENT = -0.2
_RAISED_SIZE = 0.85
_RAISED_SHIFT = 0.12

_TOKEN = re.compile(r"[\r\n]+|\S+")
_JOINED = re.compile("[\ufffe\x02]")
_MEANINGLESS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_FORCE_BOLD = 1 << 18
_ITALIC_FLAG = 1 << 6
_FILL_AND_STROKE = 2


def _bound(name: str, result: Any, *arguments: Any) -> Any:
    """A pdfium function bound to plain addresses, which spares a pointer object for each call."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result, *arguments)(address)


_char_origin = _bound(
    "FPDFText_GetCharOrigin", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)
_loose_box = _bound("FPDFText_GetLooseCharBox", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_text_object = _bound("FPDFText_GetTextObject", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_object_type = _bound("FPDFPageObj_GetType", ctypes.c_int, ctypes.c_void_p)
_page_object = _bound("FPDFPage_GetObject", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


class Affine(NamedTuple):
    """The map from PDF user space to points from the top-left corner of the page as it is shown."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of user space is shown."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, left: float, bottom: float, right: float, top: float) -> Bbox:
        """Where a box of user space is shown."""
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def then(self, other: "Affine") -> "Affine":
        """This map, then another."""
        a, b = other.a * self.a + other.c * self.b, other.b * self.a + other.d * self.b
        c, d = other.a * self.c + other.c * self.d, other.b * self.c + other.d * self.d
        return Affine(a, b, c, d, *other.point(self.e, self.f))


class OpenPage(NamedTuple):
    """A page held open in pdfium. `text[i]` is pdfium's character `i`; `shown` maps user space to the page as shown."""

    page_number: int
    page: Any
    text_page: Any
    text: str
    width: float
    height: float
    rotation: int
    shown: Affine


class _Style(NamedTuple):
    """How the characters of one text object are set. `upright` says that they read left to right as shown."""

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
        rulings=_rulings(page),
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
        shown, width, height = _shown(page, rotation)
        address = ctypes.cast(text_page, ctypes.c_void_p).value
        yield OpenPage(page_number, page, address, _characters(text_page), width, height, rotation * 90, shown)
    finally:
        if text_page:
            raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)


def _shown(page: Any, rotation: int) -> tuple[Affine, float, float]:
    """The map to the page as shown, its width and its height. Rotation is in quarter turns, clockwise."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    width, height = right - left, top - bottom
    if rotation == 0:
        return Affine(1, 0, 0, -1, -left, top), width, height
    if rotation == 1:
        return Affine(0, 1, 1, 0, -bottom, -left), height, width
    if rotation == 2:
        return Affine(-1, 0, 0, 1, right, -bottom), width, height
    return Affine(0, -1, -1, 0, top, right), height, width


def _characters(text_page: Any) -> str:
    """The text of a page, one code point for each of pdfium's characters."""
    count = raw.FPDFText_CountChars(text_page)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    written = raw.FPDFText_GetText(text_page, 0, count, buffer)
    data = memoryview(buffer).cast("B")[: 2 * max(written - 1, 0)]
    text = bytes(data).decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text
    codes = (raw.FPDFText_GetUnicode(text_page, index) for index in range(count))
    return "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)


def words_with_characters(page: OpenPage) -> Iterator[tuple[Word, tuple[int, int]]]:
    """The words of a page in pdfium's order, each with the half-open range of `page.text` that it was made of."""
    line = 0
    styles = _styles(page)
    for token in _TOKEN.finditer(page.text):
        start, end = token.span()
        if page.text[start] in "\r\n":
            line += 1
            continue
        for first, last in _uncut(page, start, end, styles):
            if first > start and _JOINED.match(page.text[first - 1]):
                line += 1
            word = _word(page, first, last, line, styles)
            if word is not None:
                yield word, (first, last)


def _uncut(page: OpenPage, start: int, end: int, styles: Callable[[int], _Style | None]) -> list[tuple[int, int]]:
    """Cut a token at joined line ends and where small raised or lowered characters begin and end."""
    cuts = [start]
    cuts += [m.end() for m in _JOINED.finditer(page.text, start, end) if m.end() < end]
    if _text_object(page.text_page, start) != _text_object(page.text_page, end - 1):
        cuts += _shifts(page, start, end, styles)
    if len(cuts) == 1:
        return [(start, end)]
    cuts = sorted({*cuts, end})
    return list(itertools.pairwise(cuts))


def _shifts(page: OpenPage, start: int, end: int, styles: Callable[[int], _Style | None]) -> list[int]:
    """Where the size or the baseline changes inside a token, as it does at a superscript."""
    found = []
    before: tuple[float, float] | None = None
    previous: int | None = None
    for index in range(start, end):
        identity = _text_object(page.text_page, index)
        if identity == previous or not identity:
            continue
        previous = identity
        style = styles(index)
        if style is None or not style.upright:
            continue
        here = (style.size, page.shown.point(*_origin(page.text_page, index))[1])
        if before is not None and _differs(before, here):
            found.append(index)
        before = here
    return found


def _differs(before: tuple[float, float], here: tuple[float, float]) -> bool:
    large, small = max(before[0], here[0]), min(before[0], here[0])
    shift = abs(before[1] - here[1])
    return (small < _RAISED_SIZE * large and shift > 0.02 * large) or shift > _RAISED_SHIFT * large


_x, _y, _rect = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
_x_ref, _y_ref, _rect_ref = ctypes.byref(_x), ctypes.byref(_y), ctypes.byref(_rect)


def _origin(text_page: Any, index: int) -> tuple[float, float]:
    _char_origin(text_page, index, _x_ref, _y_ref)
    return _x.value, _y.value


def _word(page: OpenPage, start: int, end: int, line: int, styles: Callable[[int], _Style | None]) -> Word | None:
    """The word made of characters `start` to `end`; None where pdfium has no object to tell how it is set."""
    style = styles(start)
    if style is None:
        return None
    text = page.text[start:end]
    if not text.isalnum():
        text = _JOINED.sub("-", text)
        text = _MEANINGLESS.sub("\ufffd", text)
    a, b, c, d, e, f = page.shown
    _char_origin(page.text_page, start, _x_ref, _y_ref)
    x, y = _x.value, _y.value
    _loose_box(page.text_page, end - 1, _rect_ref)
    if not style.upright:
        return _turned_word(page, start, end, line, style, text)
    x0, bottom = a * x + c * y + e, b * x + d * y + f + style.below
    x1 = max(a * _rect.right + c * _rect.top, a * _rect.left + c * _rect.bottom) + e
    edges = None
    if end - start > 1 and not text.isalpha():
        edges = (*(page.shown.point(*_origin(page.text_page, i))[0] for i in range(start, end)), x1)
    bbox = (x0, bottom - style.size, max(x0, x1), bottom)
    return Word(text, bbox, style.font, style.size, style.bold, style.italic, line, page.page_number, edges)


def _turned_word(page: OpenPage, start: int, end: int, line: int, style: _Style, text: str) -> Word:
    """A word that does not read from left to right: its bbox is that of its characters."""
    boxes = []
    for index in range(start, end):
        _loose_box(page.text_page, index, _rect_ref)
        boxes.append(page.shown.box(_rect.left, _rect.bottom, _rect.right, _rect.top))
    x0, top, x1, bottom = zip(*boxes, strict=True)
    bbox = (min(x0), min(top), max(x1), max(bottom))
    return Word(text, bbox, style.font, style.size, style.bold, style.italic, line, page.page_number)


def glyph_box(page: OpenPage, index: int) -> Bbox:
    """The box around the ink of one character, on the page as shown."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(
        ctypes.cast(page.text_page, raw.FPDF_TEXTPAGE),
        index,
        ctypes.byref(left),
        ctypes.byref(right),
        ctypes.byref(bottom),
        ctypes.byref(top),
    )
    return page.shown.box(left.value, bottom.value, right.value, top.value)


def _styles(page: OpenPage) -> Callable[[int], _Style | None]:
    """A reader of styles that asks pdfium once for each text object."""
    by_object: dict[int, _Style] = {}
    by_font: dict[int | None, tuple[str, bool, bool, float]] = {}
    last: _Style | None = None

    def style(index: int) -> _Style | None:
        nonlocal last
        identity = _text_object(page.text_page, index)
        if identity:
            last = by_object.get(identity)
            if last is None:
                last = by_object[identity] = _style(page, index, identity, by_font)
        return last

    return style


def _style(
    page: OpenPage, index: int, identity: int, by_font: dict[int | None, tuple[str, bool, bool, float]]
) -> _Style:
    text_object = ctypes.cast(identity, raw.FPDF_PAGEOBJECT)
    font = raw.FPDFTextObj_GetFont(text_object)
    key = ctypes.cast(font, ctypes.c_void_p).value
    known = by_font.get(key)
    if known is None:
        known = by_font[key] = _font(font)
    name, bold, italic, descent = known
    matrix = raw.FS_MATRIX()
    text_page = ctypes.cast(page.text_page, raw.FPDF_TEXTPAGE)
    raw.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix))
    set_at = Affine(matrix.a, matrix.b, matrix.c, matrix.d, 0, 0).then(page.shown)
    height = math.hypot(set_at.c, set_at.d) or math.hypot(set_at.a, set_at.b)
    size = round(raw.FPDFText_GetFontSize(text_page, index) * height, 3)
    upright = set_at.a > 0 and abs(set_at.b) <= 0.05 * set_at.a
    slanted = upright and abs(set_at.c) > 0.1 * abs(set_at.d)
    bold = bold or raw.FPDFTextObj_GetTextRenderMode(text_object) == _FILL_AND_STROKE
    return _Style(name, abs(size), bold, italic or slanted, upright, -descent * abs(size))


def _font(font: Any) -> tuple[str, bool, bool, float]:
    """Name, boldness, slant and descent (in ems, below zero) of a font."""
    buffer = ctypes.create_string_buffer(256)
    length = raw.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = fonts.plain_name(buffer.raw[: max(min(length, 256) - 1, 0)].decode("utf-8", "replace"))
    flags = max(raw.FPDFFont_GetFlags(font), 0)
    bold = fonts.is_bold(name) or raw.FPDFFont_GetWeight(font) >= 600 or bool(flags & _FORCE_BOLD)
    italic = fonts.is_italic(name) or bool(flags & _ITALIC_FLAG)
    descent = ctypes.c_float()
    known = raw.FPDFFont_GetDescent(font, 1000.0, ctypes.byref(descent))
    ems = descent.value / 1000
    return name, bold, italic, ems if known and -0.6 < ems < 0 else _NORMAL_DESCENT


def _rulings(page: OpenPage) -> tuple[Bbox, ...]:
    """The boxes of lines and rectangles drawn on the page, in drawing order."""
    found: list[Bbox] = []
    address = ctypes.cast(page.page, ctypes.c_void_p).value
    for index in range(raw.FPDFPage_CountObjects(page.page)):
        identity = _page_object(address, index)
        kind = _object_type(identity)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            found += _path_boxes(ctypes.cast(identity, raw.FPDF_PAGEOBJECT), page.shown)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            found += _form_boxes(ctypes.cast(identity, raw.FPDF_PAGEOBJECT), page.shown, _DEEPEST_FORM)
    return tuple(box for box in found if _is_ruling(box, page))


def _form_boxes(form: Any, shown: Affine, depth: int) -> list[Bbox]:
    if depth == 0:
        return []
    inside = _matrix(form).then(shown)
    found: list[Bbox] = []
    for index in range(raw.FPDFFormObj_CountObjects(form)):
        item = raw.FPDFFormObj_GetObject(form, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            found += _path_boxes(item, inside)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            found += _form_boxes(item, inside, depth - 1)
    return found


def _matrix(item: Any) -> Affine:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    return Affine(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _path_boxes(path: Any, shown: Affine) -> list[Bbox]:
    """The box of each straight-edged part of a path; a path with curves or very many parts has none."""
    count = raw.FPDFPath_CountSegments(path)
    if not 2 <= count <= _MOST_SEGMENTS:
        return []
    placed = _matrix(path).then(shown)
    parts: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return []
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        if kind == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
        parts[-1].append(placed.point(x.value, y.value))
    return [_around(points) for points in parts if 2 <= len(points) <= 6]


def _around(points: list[tuple[float, float]]) -> Bbox:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _is_ruling(box: Bbox, page: OpenPage) -> bool:
    """Whether a drawn box is seen as a line or frame: not a dot, not outside the page, not its whole background."""
    width, height = box[2] - box[0], box[3] - box[1]
    if max(width, height) < _SHORTEST_RULING or box[2] <= 0 or box[3] <= 0:
        return False
    if box[0] >= page.width or box[1] >= page.height:
        return False
    return not (width > 0.95 * page.width and height > 0.95 * page.height)
