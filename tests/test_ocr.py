"""Words recognised on a picture: placed, sized and marked bold as other engines have them."""

import io

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from pipeline.engines import ocr, pdfium
from pipeline.records import Page

TEXT = (
    "The office trained 1,250 people in 12 countries in May 2021.",
    "Most of them had never taken part in a course before,",
    "and many asked for another one in the following year.",
)


def pictured() -> tuple[Page, Page]:
    """A page with a heading whose number hangs far left of it, read off its text and off its picture."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=A4, invariant=1)
    paper.setFont("Helvetica-Bold", 14)
    paper.drawString(72, 740, "2.1")
    paper.drawString(130, 740, "Training of volunteers")
    paper.setFont("Helvetica", 11)
    for at, text in enumerate(TEXT):
        paper.drawString(130, 700 - 15 * at, text)
    paper.save()
    scan = io.BytesIO()
    page = pypdfium2.PdfDocument(out.getvalue())[0]
    page.render(scale=200 / 72, grayscale=True).to_pil().save(scan, "PDF", resolution=200)
    with pdfium.open_page(pdfium.open_document(scan.getvalue()), 1) as opened:
        return next(pdfium.iter_pages(out.getvalue())), ocr.read_page(opened)


def test_a_picture_is_read_as_the_text_is() -> None:
    true, found = pictured()
    assert [word.text for word in found.words] == [word.text for word in true.words]
    assert [word.bold for word in found.words] == [word.bold for word in true.words]
    for word, other in zip(found.words, true.words, strict=True):
        assert abs(word.size - other.size) <= 0.1 * other.size
        assert abs(word.bbox[0] - other.bbox[0]) < 2
        assert abs(word.bbox[3] - other.bbox[3]) < 2
    assert len({word.size for word in found.words}) == 2
