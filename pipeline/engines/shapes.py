"""Glyphs that are drawn as another letter or digit than they read, whatever their font says of itself.

A subset of a font need not name its glyphs, and then nothing but the drawing tells whether its map to text is true. So
each letter and digit of ASCII that a page has in an embedded font is drawn once, asked for by what it reads. A glyph
lies when its picture is clearly that of another character and clearly not that of its own, capitals and small letters
alike: see `likeness`.
"""

import ctypes
import string
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as raw
from msgspec import Struct, field

from pipeline.engines import bindings as pdf
from pipeline.engines import fonts, hidden
from pipeline.engines.affine import Affine
from pipeline.engines.glyphs import SYMBOLS, Lie
from pipeline.records import Page

CHARACTERS = frozenset(string.ascii_letters + string.digits)
_MOST_PAGES = 24
"""Pages of a file that are opened because glyphs stand on them that no page before had."""


class Met(Struct):
    """The letters and digits of each font, by its name, and the pages on which each of them was met first."""

    known: dict[str, set[str]] = field(default_factory=dict)
    first: dict[int, dict[str, set[str]]] = field(default_factory=dict)

    def note(self, page: Page) -> None:
        """Notes what a page has that no page before it had."""
        if len(self.first) == _MOST_PAGES or page.text_source != "text_layer":
            return
        held: dict[str, set[str]] = {}
        for word in page.words:
            held.setdefault(word.font, set()).update(word.text)
        for font, characters in held.items():
            new = characters & CHARACTERS - self.known.get(font, set())
            if new and not SYMBOLS.search(font):
                self.known.setdefault(font, set()).update(new)
                self.first.setdefault(page.page_number, {})[font] = new


def find_lies(document: pypdfium2.PdfDocument, met: Met) -> Iterator[Lie]:
    """The first lie of each page that has one, in the order in which the pages were noted."""
    for page_number, wanted in met.first.items():
        lie = next(_lies(document, page_number, wanted), None)
        if lie is not None:
            yield lie


def _lies(document: pypdfium2.PdfDocument, page_number: int, wanted: dict[str, set[str]]) -> Iterator[Lie]:
    page = raw.FPDF_LoadPage(document.raw, page_number - 1)
    if not page:
        return
    try:
        done: set[pdf.Handle] = set()
        for item, kind, _ in hidden.page_objects(pdf.handle(page), Affine(1, 0, 0, 1, 0, 0)):
            font = pdf.object_font(item) if kind == raw.FPDF_PAGEOBJ_TEXT else None
            if font and font not in done:
                done.add(font)
                characters = sorted(wanted.get(_name(font), ()))
                if characters and raw.FPDFFont_GetIsEmbedded(ctypes.cast(font, raw.FPDF_FONT)) == 1:
                    from pipeline.engines import likeness  # numpy takes 15 MiB, and many files embed no font

                    yield from (Lie(page_number, *lie) for lie in likeness.unlike(document, font, characters))
    finally:
        raw.FPDF_ClosePage(page)


def _name(font: pdf.Handle) -> str:
    buffer = ctypes.create_string_buffer(256)
    length = raw.FPDFFont_GetBaseFontName(ctypes.cast(font, raw.FPDF_FONT), buffer, 256)
    return fonts.plain_name(buffer.raw[: max(min(length, 256) - 1, 0)].decode("utf-8", "replace"))
