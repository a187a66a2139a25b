import io
from collections.abc import Callable
from types import ModuleType

import pikepdf
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from pipeline.engines import fonts, pdfium, pdfplumber_engine
from pipeline.records import Page, Word

ENGINES = [pytest.param(pdfium, id="pdfium"), pytest.param(pdfplumber_engine, id="pdfplumber")]
WIDTH, HEIGHT = A4
TEXT = "In 2019, the board (WHO) met 24 people; low-income groups paid US$1.5m."


def drawn(draw: Callable[[canvas.Canvas], None], pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        sheet.setFont("Times-Roman", 12)
        draw(sheet)
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


def changed(data: bytes, change: Callable[[pikepdf.Page], None]) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            change(page)
        document.save(buffer)
    return buffer.getvalue()


def plain(sheet: canvas.Canvas) -> None:
    sheet.drawString(100, 700, TEXT)
    sheet.setFont("Helvetica-Bold", 9)
    sheet.drawString(100, 680, "Bold words, and")
    sheet.setFont("Helvetica-Oblique", 9)
    sheet.drawString(100, 660, "slanted ones.")


def only_page(engine: ModuleType, data: bytes) -> Page:
    (page,) = engine.iter_pages(data)
    assert isinstance(page, Page)
    return page


def by_text(page: Page) -> dict[str, Word]:
    return {word.text: word for word in page.words}


@pytest.mark.parametrize("engine", ENGINES)
def test_words_have_place_and_style(engine: ModuleType) -> None:
    page = only_page(engine, drawn(plain))
    assert " ".join(word.text for word in page.words) == f"{TEXT} Bold words, and slanted ones."
    first = page.words[0]
    assert first.bbox[0] == pytest.approx(100)
    assert (first.font, first.size, first.bold, first.italic, first.line) == ("Times-Roman", 12, False, False, 0)
    assert first.bbox[1] < HEIGHT - 700 < first.bbox[3]
    words = by_text(page)
    assert words["Bold"].bold and not words["Bold"].italic
    assert words["slanted"].italic and not words["slanted"].bold
    assert len({words["In"].line, words["Bold"].line, words["ones."].line}) == 3


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_both_engines_agree_on_turned_and_cropped_pages(turn: int) -> None:
    def turned(page: pikepdf.Page) -> None:
        page.Rotate = turn
        page.CropBox = [50, 400, 500, 750]

    data = changed(drawn(plain), turned)
    fast, reference = only_page(pdfium, data), only_page(pdfplumber_engine, data)
    assert (fast.width, fast.height) == pytest.approx((350, 450) if turn % 180 else (450, 350))
    assert (fast.width, fast.height, fast.rotation) == pytest.approx(
        (reference.width, reference.height, reference.rotation)
    )
    if turn == 0:
        assert [word.text for word in fast.words] == [word.text for word in reference.words]
        for one, other in zip(fast.words, reference.words, strict=True):
            assert one.bbox == pytest.approx(other.bbox, abs=1)
    for word in fast.words:
        assert 0 <= word.bbox[0] < word.bbox[2] <= fast.width
        assert 0 <= word.bbox[1] < word.bbox[3] <= fast.height


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_turned_so_that_its_text_stands_upright_reads_as_any_other(engine: ModuleType) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        sheet.rotate(90)
        sheet.drawString(100, -200, TEXT)

    def turned(page: pikepdf.Page) -> None:
        page.Rotate = 90

    page = only_page(engine, changed(drawn(draw), turned))
    assert " ".join(word.text for word in page.words) == TEXT
    first = page.words[0]
    assert first.bbox[0] == pytest.approx(100)
    assert first.bbox[1] == pytest.approx(200 - 9.4, abs=1)
    assert first.bbox[3] - first.bbox[1] == pytest.approx(12)
    assert page.words[1].edges is not None


@pytest.mark.parametrize("engine", ENGINES)
def test_edges_are_where_the_characters_are(engine: ModuleType) -> None:
    word = by_text(only_page(engine, drawn(plain)))["2019,"]
    widths = (6.0, 6.0, 6.0, 6.0, 3.0)
    assert word.edges is not None
    assert [right - left for left, right in zip(word.edges, word.edges[1:], strict=False)] == pytest.approx(widths)
    assert (word.edges[0], word.edges[-1]) == pytest.approx((word.bbox[0], word.bbox[2]))
    assert by_text(only_page(engine, drawn(plain)))["board"].edges is None


@pytest.mark.parametrize("engine", ENGINES)
def test_raised_characters_are_words_of_their_own(engine: ModuleType) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        text = sheet.beginText(100, 700)
        for part, size, rise in (("on the 24", 12, 0), ("th", 7, 5), (" of May", 12, 0)):
            text.setFont("Times-Roman", size)
            text.setRise(rise)
            text.textOut(part)
        sheet.drawText(text)

    words = only_page(engine, drawn(draw)).words
    assert [word.text for word in words] == ["on", "the", "24", "th", "of", "May"]
    assert [word.size for word in words] == [12, 12, 12, 7, 12, 12]


@pytest.mark.parametrize("engine", ENGINES)
def test_text_drawn_twice_to_look_bold_is_read_once(engine: ModuleType) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        sheet.drawString(100, 700, "Twice drawn")
        sheet.drawString(100.3, 700, "Twice drawn")

    assert [word.text for word in only_page(engine, drawn(draw)).words] == ["Twice", "drawn"]


def test_stroked_text_is_bold() -> None:
    page = only_page(pdfium, drawn(lambda sheet: sheet.drawString(100, 700, "Heavy", mode=2)))
    assert page.words[0].bold


def test_a_hyphen_at_a_line_end_stays_a_character_and_the_word_is_cut() -> None:
    def draw(sheet: canvas.Canvas) -> None:
        sheet.drawString(100, 700, "a long develop-")
        sheet.drawString(100, 686, "ment plan")

    words = only_page(pdfium, drawn(draw)).words
    assert [word.text for word in words] == ["a", "long", "develop-", "ment", "plan"]
    assert [word.line for word in words] == [0, 0, 0, 1, 1]
    assert words[3].bbox[0] == pytest.approx(100)


def test_text_that_stands_on_its_side_has_the_box_of_its_characters() -> None:
    def draw(sheet: canvas.Canvas) -> None:
        sheet.translate(300, 300)
        sheet.rotate(90)
        sheet.drawString(0, 0, "upwards")

    (word,) = only_page(pdfium, drawn(draw)).words
    x0, top, x1, bottom = word.bbox
    assert bottom - top > 3 * (x1 - x0)
    assert bottom == pytest.approx(HEIGHT - 300, abs=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_rulings_are_lines_and_frames(engine: ModuleType) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        plain(sheet)
        sheet.line(100, 500, 300, 500)
        sheet.rect(100, 300, 200, 100)
        sheet.rect(0, 0, WIDTH, HEIGHT)
        sheet.circle(400, 400, 50)

    rulings = only_page(engine, drawn(draw)).rulings
    assert len(rulings) == 2
    assert rulings[0] == pytest.approx((100, HEIGHT - 500, 300, HEIGHT - 500), abs=1.5)
    assert rulings[1] == pytest.approx((100, HEIGHT - 400, 300, HEIGHT - 300), abs=1.5)


def test_characters_that_stand_for_nothing_are_never_nothing() -> None:
    def nul(page: pikepdf.Page) -> None:
        page.Resources.Font.F1.Encoding = pikepdf.Dictionary(
            BaseEncoding=pikepdf.Name.WinAnsiEncoding, Differences=pikepdf.Array([66, pikepdf.Name("/nothing")])
        )

    data = changed(drawn(lambda sheet: sheet.drawString(100, 700, "ABC")), nul)
    (word,) = only_page(pdfium, data).words
    assert word.text.startswith("A") and word.text.endswith("C")
    assert word.text.encode()
    assert "\0" not in word.text


def test_pages_are_counted_from_one_and_empty_pages_are_pages() -> None:
    pages = list(pdfium.iter_pages(drawn(lambda sheet: None, pages=3)))
    assert [(page.page_number, page.text_source, page.words) for page in pages] == [
        (number, "none", ()) for number in (1, 2, 3)
    ]


def test_glyphs_have_ink() -> None:
    document = pdfium.open_document(drawn(plain))
    with pdfium.open_page(document, 1) as page:
        word, (start, end) = next(pdfium.words_with_characters(page))
        assert page.text[start:end] == word.text == "In"
        x0, top, x1, bottom = pdfium.glyph_box(page, start)
        assert word.bbox[0] - 1 <= x0 < x1 <= word.bbox[2]
        assert word.bbox[1] <= top < bottom <= word.bbox[3]
    document.close()


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        list(pdfium.iter_pages(b"%PDF-1.4 and no more"))


@pytest.mark.parametrize(
    ("name", "bold", "italic"),
    [
        ("LiberationSerif-Bold", True, False),
        ("NimbusRomNo9L-Medi", True, False),
        ("NimbusRomNo9L-MediItal", True, True),
        ("CMBX12", True, False),
        ("CMR10", False, False),
        ("HelveticaNeueLT-Bd", True, False),
        ("OpenSans-SemiboldItalic", True, True),
        ("Arial-Black", True, False),
        ("TimesNewRomanPS-ItalicMT", False, True),
        ("Arial", False, False),
        ("FuturaPT-Demi", True, False),
        ("Calibri-Light", False, False),
    ],
)
def test_the_name_of_a_font_says_how_it_looks(name: str, bold: bool, italic: bool) -> None:
    assert (fonts.is_bold(name), fonts.is_italic(name)) == (bold, italic)
    assert fonts.plain_name(f"ABCDEF+{name}") == name
