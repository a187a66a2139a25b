"""Words that no reader can see, whatever hides them, and words that only look as if they were hidden."""

import io

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.engines import hidden, pdfium
from tests.raw_pdf import image, line, pdf

SEEN = line("Visible amount 100 EUR")
SECRET = line("SECRET amount 900", y=600)
DARK = b"0.1 0.1 0.4 rg 60 590 400 30 re f\n"
OFF = {900: b"<< /Type /OCG /Name (L) >>"}


def looked_at(data: bytes) -> tuple[list[str], hidden.Sight]:
    """The hidden words of the first page, and all that was seen."""
    document = pdfium.open_document(data)
    with pdfium.open_page(document, 1) as page:
        found = list(pdfium.words_with_characters(page))
        sight = hidden.look(page, [word for word, _ in found], [characters for _, characters in found])
    document.close()
    return [found[index][0].text for index in sight.hidden], sight


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(b"1 g " + SECRET, id="white on white"),
        pytest.param(b"0.98 g " + SECRET, id="nearly white on white"),
        pytest.param(DARK + b"0.1 0.1 0.4 rg " + SECRET, id="dark on the same dark"),
        pytest.param(b"BT 3 Tr ET " + SECRET, id="invisible mode"),
        pytest.param(line("SECRET amount 900", size=1), id="too small"),
        pytest.param(line("SECRET amount 900", x=5000, y=9000), id="off the page"),
        pytest.param(SECRET + b"1 g 60 590 400 30 re f", id="under a rectangle"),
        pytest.param(SECRET + b"q 400 0 0 30 60 590 cm /I Do Q", id="under an image"),
        pytest.param(b"q 0 0 1 1 re W n " + SECRET + b"Q", id="clipped away"),
        pytest.param(b"/OC /L BDC " + SECRET + b"EMC", id="layer switched off"),
    ],
)
def test_hidden_whatever_hides_it(drawing: bytes) -> None:
    data = pdf(
        SEEN + drawing,
        resources="/XObject << /I 901 0 R >> /Properties << /L 900 0 R >>",
        catalog="/OCProperties << /OCGs [900 0 R] /D << /OFF [900 0 R] >> >>",
        objects={**OFF, 901: image()},
    )
    words, sight = looked_at(data)
    assert words == ["SECRET", "amount", "900"]
    assert not sight.layer
    assert sight.unchecked is None


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(DARK + b"1 g " + line("White on a banner", y=600), id="white on dark"),
        pytest.param(b"0.8 g " + line("Light grey 5", y=600), id="light grey"),
        pytest.param(line("- . ' | , 1 i", y=600), id="small signs"),
        pytest.param(line("Footnote 1", y=600, size=4), id="small"),
        pytest.param(b"q 400 0 0 100 60 560 cm /I Do Q " + line("Over an image", y=600), id="over an image"),
        pytest.param(line("Struck", y=600) + line("Struck", x=72.3, y=600), id="struck twice"),
        pytest.param(b"60 598 400 0.5 re f " + line("Underlined 12", y=600), id="underlined"),
        pytest.param(line("x" * 400, y=600), id="runs off the page"),
        pytest.param(b"BT /F1 12 Tf 0 1 -1 0 300 100 Tm (Upright text) Tj ET", id="turned"),
    ],
)
def test_seen_although_it_looks_suspicious(drawing: bytes) -> None:
    words, sight = looked_at(pdf(SEEN + drawing, resources="/XObject << /I 901 0 R >>", objects={901: image()}))
    assert words == []
    assert not sight.layer


@pytest.mark.parametrize("turned", ["/Rotate 90", "/Rotate 180", "/Rotate 270", "/CropBox [50 500 400 750]"])
def test_turned_and_cropped_pages(turned: str) -> None:
    words, _ = looked_at(pdf(SEEN + b"1 g " + SECRET, page=turned))
    assert words == ["SECRET", "amount", "900"]


def test_text_in_a_form_is_switched_off_too() -> None:
    inside = SEEN + b"1 g " + SECRET
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Length %d >>"
        b"\nstream\n" % len(inside)
    )
    data = pdf(b"/X Do", resources="/XObject << /X 901 0 R >>", objects={901: form + inside + b"\nendstream"})
    assert looked_at(data)[0] == ["SECRET", "amount", "900"]


@pytest.mark.parametrize("over", [True, False])
def test_what_a_scanner_laid_on_its_picture_is_kept(over: bool) -> None:
    picture, text = b"q 600 0 0 780 6 6 cm /I Do Q ", b"BT 3 Tr ET " + SEEN
    data = pdf(
        picture + text if over else text + picture, resources="/XObject << /I 901 0 R >>", objects={901: image()}
    )
    words, sight = looked_at(data)
    assert words == []
    assert sight.layer
    assert sight.picture_share > 0.9


def test_an_invisible_word_among_seen_ones_on_a_picture_is_hidden() -> None:
    drawing = b"q 600 0 0 780 6 6 cm /I Do Q " + SEEN + b"BT 3 Tr ET " + SECRET
    words, sight = looked_at(pdf(drawing, resources="/XObject << /I 901 0 R >>", objects={901: image()}))
    assert words == ["SECRET", "amount", "900"]
    assert not sight.layer


def test_says_when_a_page_is_not_drawn() -> None:
    words, sight = looked_at(pdf(SEEN + b"1 1 2 2 re f\n" * 60_000))
    assert words == []
    assert sight.unchecked is not None


def test_tells_a_page_that_shows_something_from_a_blank_one() -> None:
    assert looked_at(pdf(b"100 100 200 200 re f"))[1].drawn
    assert not looked_at(pdf(b""))[1].drawn


def test_text_that_reads_otherwise_than_it_looks() -> None:
    assert looked_at(pdf(b"/Span << /ActualText (OTHER) >> BDC " + SEEN + b"EMC"))[1].respoken
    assert not looked_at(pdf(b"/P << /MCID 0 >> BDC " + SEEN + b"EMC"))[1].respoken


@pytest.mark.parametrize(("invisible", "told"), [(False, []), (True, ["协会报告"])])
def test_a_font_that_the_file_lacks_is_no_sign_but_an_invisible_mode_is(invisible: bool, told: list[str]) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    paper = Canvas(out, invariant=1)
    paper.setFont("STSong-Light", 12)
    paper.drawString(72, 700, "协会报告", mode=3 if invisible else 0)
    paper.setFont("Helvetica", 12)
    paper.drawString(72, 650, "Report 2021")
    paper.save()
    assert looked_at(out.getvalue())[0] == told


TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    b"4 beginbfchar <534F> <534F> <4F1A> <4F1A> <62A5> <62A5> <544A> <544A> endbfchar endcmap end"
)


@pytest.mark.parametrize(("mapped", "told"), [(True, []), (False, ["协会报告"])])
def test_a_font_that_the_file_lacks_must_say_what_its_codes_stand_for(mapped: bool, told: list[str]) -> None:
    to_unicode = b"/ToUnicode 904 0 R" if mapped else b""
    objects = {
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Lacking /Encoding /Identity-H /DescendantFonts [901 0 R] "
        + to_unicode
        + b" >>",
        901: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Lacking /CIDSystemInfo 902 0 R /FontDescriptor 903 0 R "
        b">>",
        902: b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
        903: b"<< /Type /FontDescriptor /FontName /Lacking /Flags 4 >>",
        904: b"<< /Length %d >>\nstream\n" % len(TO_UNICODE) + TO_UNICODE + b"\nendstream",
    }
    paper = pdf(b"BT /F1 12 Tf 72 600 Td <534F4F1A62A5544A> Tj ET", objects=objects)
    assert looked_at(paper)[0] == told
