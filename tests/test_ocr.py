"""Words recognised on a picture: placed, sized and marked bold as other engines have them."""

import io
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
import reportlab
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from pipeline.askew import box_on_page
from pipeline.engines import ocr, pdfium
from pipeline.engines.ocr.accents import Mark, _accented, _weighed
from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.build_accents import draw_marks, table_of, written
from pipeline.engines.ocr.looks import Sizes, with_known_sizes
from pipeline.records import Page, Word

TEXT = (
    "The office trained 1,250 people in 12 countries in May 2021.",
    "Most of them had never taken part in a course before,",
    "and many asked for another one in the following year.",
)


MORE = (
    "Many Niños of Bolivia met the others in Zürich, and most went on.",
    "Foreword ........................................................ 3",
    "Who we are ................................................... 12",
)


def scanned(data: bytes, angle: float = 0.0) -> Page:
    """The first page as it is read off its picture, laid on the scanner at an angle."""
    scan = io.BytesIO()
    picture = pypdfium2.PdfDocument(data)[0].render(scale=200 / 72, grayscale=True).to_pil()
    picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255).save(scan, "PDF", resolution=200)
    with pdfium.open_page(pdfium.open_document(scan.getvalue()), 1) as opened:
        return ocr.read_page(opened)


def printed() -> bytes:
    """A page with a heading whose number hangs far left of it, accents, contents with leaders, and a page number."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=A4, invariant=1)
    paper.setFont("Helvetica-Bold", 14)
    paper.drawString(72, 740, "2.1")
    paper.drawString(130, 740, "Training of volunteers")
    paper.setFont("Helvetica", 11)
    for at, text in enumerate(TEXT + MORE):
        paper.drawString(130, 700 - 15 * at, text)
    paper.drawString(290, 40, "7")
    paper.save()
    return out.getvalue()


def spelled(word: Word) -> str:
    """The text, however many dots a leader has."""
    return "..." if word.text.startswith("....") else word.text


def test_a_picture_is_read_as_the_text_is() -> None:
    true, found = next(pdfium.iter_pages(printed())), scanned(printed())
    assert [spelled(word) for word in found.words] == [spelled(word) for word in true.words]
    assert [word.bold for word in found.words] == [word.bold for word in true.words]
    for word, other in zip(found.words, true.words, strict=True):
        assert abs(word.size - other.size) <= 0.1 * other.size
        assert abs(word.bbox[0] - other.bbox[0]) < 2 or word.text.startswith("..")
        assert abs(word.bbox[3] - other.bbox[3]) < 2
    assert len({word.size for word in found.words}) == 2


@pytest.mark.parametrize("angle", [1.0, -0.4])
def test_a_page_that_lies_askew_is_read_upright_and_its_places_are_told_as_they_are(angle: float) -> None:
    true, found = next(pdfium.iter_pages(printed())), scanned(printed(), angle)
    known = {spelled(word): word for word in true.words}
    assert abs(found.skew + angle) <= 0.1
    assert len([word for word in found.words if spelled(word) in known]) >= len(true.words) - 2
    number, heading = (next(word for word in found.words if word.text == text) for text in ("7", "Training"))
    for word in (number, heading):
        assert abs(word.bbox[0] - known[word.text].bbox[0]) < 2
        assert abs(word.bbox[3] - known[word.text].bbox[3]) < 2
    assert (box_on_page(number.bbox, found)[0] - known["7"].bbox[0]) * angle > 2 * angle**2
    assert (box_on_page(heading.bbox, found)[3] - known["Training"].bbox[3]) * angle > 0.4 * angle**2
    assert len({word.bbox[3] for word in found.words if word.line == heading.line}) == 1


def test_blobs_are_ink_that_touches_corners_included() -> None:
    picture = Image.new("L", (12, 8), 255)
    for x, y in [(1, 1), (2, 2), (3, 1), (8, 1), (8, 2), (8, 4)]:
        picture.putpixel((x, y), 0)
    ink = Ink(picture)
    boxes = sorted((blob.left, blob.top, blob.right, blob.bottom, blob.area) for blob in ink.blobs)
    assert boxes == [(1, 1, 4, 3, 3), (8, 1, 9, 3, 2), (8, 4, 9, 5, 1)]
    assert sum(end - start for blob in ink.blobs for _, start, end in ink.runs(blob)) == 6
    assert Ink(Image.new("L", (5, 5), 255)).blobs == []


def test_the_table_of_accents_tells_marks_of_fonts_it_was_not_made_from() -> None:
    fonts = Path(reportlab.__file__).parent / "fonts"
    drawn = list(draw_marks([str(fonts / "Vera.ttf"), str(fonts / "VeraBd.ttf")], sizes=(11,)))
    assert {one.mark for one in drawn} >= {"\u0301", "\u0300", "\u0302", "\u0303", "\u0308", "\u0307"}
    told = 0
    for one in drawn:
        mark = Mark((0, 0, 10, 1), (0, 2, 10, 20), tuple(_weighed(one.fields, one.proportions).tolist()))
        wanted = "" if one.mark == "\u0307" else unicodedata.normalize("NFC", one.letter + one.mark)
        told += _accented(one.letter, mark)[1] == wanted
    assert told >= 0.88 * len(drawn)
    table = table_of(drawn)
    assert written(table) == written(table_of(drawn))
    assert len(table) == 2 * len({one.mark for one in drawn})


def test_sizes_of_type_that_are_nearly_alike_are_the_same_on_all_pages() -> None:
    known: Sizes = []
    one = Word("Funding", (72.0, 90.0, 120.0, 102.5), "ocr", 12.5, True, False, 0, 1)
    two = Word("Contacts", (72.0, 90.0, 120.0, 103.0), "ocr", 13.0, True, False, 0, 2)
    body = Word("and", (72.0, 90.0, 90.0, 101.0), "ocr", 11.0, False, False, 1, 2)
    assert [word.size for word in with_known_sizes((one,), known)] == [12.5]
    same, other = with_known_sizes((two, body), known)
    assert (same.size, other) == (12.5, body)
    assert same.bbox[1] > two.bbox[1] and same.bbox[3] < two.bbox[3]
    assert known == [(True, 12.5), (False, 11.0)]
