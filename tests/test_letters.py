"""The letters of a page without their places: strings, fonts, forms, and what must not cost time."""

import pytest

from pipeline.engines import letters, pdfplumber_engine
from tests.raw_pdf import FONT, pdf

FORM = b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] %s /Length %d >>\nstream\n%s\nendstream"


def form(drawing: bytes, entries: bytes = b"") -> bytes:
    return FORM % (entries, len(drawing), drawing)


def read(drawing: bytes, resources: str = "", objects: dict[int, bytes] | None = None) -> str:
    data = pdf(drawing, resources=resources, objects=objects)
    return letters.read_letters(pdfplumber_engine.open_document(data), 1)


@pytest.mark.parametrize(
    ("drawing", "text"),
    [
        (b"BT /F1 12 Tf (paid 40) Tj ET", "paid 40"),
        (b"BT /F1 12 Tf [(pa) -20 (id) 3 <2034 30>] TJ ET", "paid 40"),
        (b"BT /F1 12 Tf <706169643> Tj ET", "paid0"),
        (b"BT /F1 12 Tf (one) ' 0 0 (two) \" ET", "onetwo"),
        (rb"BT /F1 12 Tf (a \(b\) \\ \163\151x (nested (deep)) end) Tj ET", "a (b) \\ six (nested (deep)) end"),
        (b"BT /F1 12 Tf (over \\\ntwo lines) Tj ET", "over two lines"),
        (b"/Span << /ActualText (no) >> BDC BT /F1 12 Tf (yes) Tj ET EMC", "yes"),
        (b"% (no) Tj\nBT /F1 12 Tf (yes) Tj ET", "yes"),
        (b"q BI /W 1 /H 1 /BPC 8 /CS /G ID (no) Tj EI Q BT /F1 12 Tf (yes) Tj ET", "yes"),
        (b"BT (without a font) Tj ET", ""),
        (b"q BT /F1 12 Tf (kept) Tj ET Q BT (no font again) Tj ET", "kept"),
        (b"BT /F1 12 Tf (its end is missing Tj ET", ""),
    ],
)
def test_reads_what_a_page_shows(drawing: bytes, text: str) -> None:
    assert read(drawing) == text


def test_text_in_forms_comes_where_they_are_drawn() -> None:
    objects = {
        900: form(b"BT /F1 12 Tf (inner) Tj ET /Deeper Do", b"/Resources << /Font << /F1 3 0 R >> >>"),
        901: FONT,
    }
    drawing = b"BT /F1 12 Tf (before) Tj ET /Box Do BT (after) Tj ET"
    assert read(drawing, "/XObject << /Box 900 0 R >>", objects) == "beforeinnerafter"


def test_forms_that_draw_themselves_end() -> None:
    itself = {
        900: form(
            b"BT /F1 12 Tf (x) Tj ET /Me Do", b"/Resources << /XObject << /Me 900 0 R >> /Font << /F1 3 0 R >> >>"
        )
    }
    assert read(b"/Me Do", "/XObject << /Me 900 0 R >>", itself) == "x"


def test_forms_that_multiply_are_refused() -> None:
    calls = b"/Next Do " * 10
    many = {
        number: form(calls, b"/Resources << /XObject << /Next %d 0 R >> >>" % (number + 1))
        for number in range(900, 908)
    }
    with pytest.raises(letters.TooMuchError):
        read(b"/Next Do", "/XObject << /Next 900 0 R >>", many)


@pytest.mark.parametrize("unit", [b"(", b"(\\", b"(a", b"[(\\(", b"<0", b"/a ", b"BI ID ", b"q Q ", b"[(a)", b"/F1 1 "])
def test_odd_content_is_passed_over_once(unit: bytes) -> None:
    read(b"/F1 12 Tf " + unit * 200_000)  # would take minutes if each place were scanned to the end
