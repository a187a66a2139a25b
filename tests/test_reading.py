"""What becomes of a submission: which engine reads it, what is said when it cannot be, and what is never silent."""

import io
import random
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from msgspec import structs
from reportlab.pdfgen import canvas

from pipeline import engines
from pipeline.engines import Reading, damage, glyphs, ocr, read_submission, streams
from pipeline.params import ExtractParams
from pipeline.records import ErrorCode, Page, Problem
from tests.raw_pdf import FONT, image, line, pdf, written

PARAMS = ExtractParams()
PICTURE = b"q 500 0 0 700 50 50 cm /I Do Q "


def pages_of_text(count: int) -> bytes:
    out = io.BytesIO()
    paper = canvas.Canvas(out, invariant=1, pageCompression=0)
    for number in range(1, count + 1):
        for at in range(1, 25):
            paper.drawString(
                72, 760 - 20 * at, f"{number}.{at} Clause number {at} of page {number} word{number:02}{at:02}"
            )
        paper.showPage()
    paper.save()
    return out.getvalue()


def text(reading: Reading) -> str:
    return " ".join(word.text for page in reading.pages for word in page.words)


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def encrypted(user: str, owner: str = "owner") -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pages_of_text(1))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner=owner, user=user, R=6))
    return out.getvalue()


def test_reads_what_is_whole_and_has_nothing_to_say() -> None:
    reading = read_submission(pages_of_text(3), PARAMS)
    assert (reading.status, reading.error_code, reading.page_count) == ("extracted", None, 3)
    assert reading.problems == ()
    assert [page.page_number for page in reading.pages] == [1, 2, 3]
    assert "word0324" in text(reading)


def test_both_engines_read_the_same() -> None:
    data = pages_of_text(2)
    assert text(read_submission(data, PARAMS)) == text(read_submission(data, ExtractParams(engine="pdfplumber")))


@pytest.mark.parametrize(
    ("data", "code", "advice"),
    [
        (b"", "empty_file", "sent again"),
        (b"<!doctype html><p>404", "not_a_pdf", "export it as PDF"),
        (b"x" * 2000 + b"%PDF-1.7", "not_a_pdf", "export it as PDF"),
        (b"%PDF-1.7\n", "corrupt", "export it as PDF again"),
        (b"%PDF-1.7\n" + b"1 0 obj\n" * 1000, "corrupt", "export it as PDF again"),
        (
            written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
            "corrupt",
            "again",
        ),
        (encrypted("secret"), "encrypted", "add the password as a line of _passwords.txt"),
        (pdf(b""), "no_text", "submit one that has text"),
        (pdf(b"BT 3 Tr ET " + line("Nobody sees this")), "no_text", "can be seen"),
    ],
)
def test_refuses_with_advice(data: bytes, code: ErrorCode, advice: str) -> None:
    reading = read_submission(data, PARAMS)
    assert (reading.status, reading.error_code) == ("failed", code)
    assert reading.error_message is not None
    assert advice in reading.error_message
    assert reading.error_message.endswith(".")


def test_limits_are_named_with_their_parameter() -> None:
    data = pages_of_text(3)
    small = read_submission(data, ExtractParams(max_bytes=100))
    few = read_submission(data, ExtractParams(max_pages=2))
    assert (small.error_code, few.error_code) == ("too_large", "too_large")
    assert "extract.max_bytes" in (small.error_message or "")
    assert "extract.max_pages" in (few.error_message or "")


def test_passwords() -> None:
    opened = read_submission(encrypted("secret"), PARAMS, passwords=("wrong", "secret"))
    refused = read_submission(encrypted("secret"), PARAMS, passwords=("wrong",))
    assert (opened.status, opened.locked) == ("extracted", True)
    assert (refused.error_code, refused.locked) == ("encrypted", True)
    assert read_submission(encrypted(""), PARAMS).status == "extracted", "only its owner has a password"


def test_header_may_come_late() -> None:
    assert read_submission(b"MIME: x\r\n" * 100 + pages_of_text(1), PARAMS).status == "extracted"


def test_hidden_words_are_kept_apart_and_reported() -> None:
    reading = read_submission(pdf(line("Visible 100 EUR") + b"1 g " + line("SECRET 900", y=600)), PARAMS)
    assert reading.status == "extracted"
    assert text(reading) == "Visible 100 EUR"
    assert [word.text for word in reading.pages[0].hidden] == ["SECRET", "900"]
    (problem,) = reading.problems
    assert (problem.code, problem.page_number) == ("hidden_text", 1)
    assert "SECRET 900" in problem.message


def test_text_over_a_scanned_picture_is_read() -> None:
    data = pdf(
        PICTURE + b"BT 3 Tr ET " + line("Recognised text"),
        resources="/XObject << /I 901 0 R >>",
        objects={901: image()},
    )
    reading = read_submission(data, PARAMS)
    assert text(reading) == "Recognised text"
    assert codes(reading) == ["scanned_text"]


def test_text_that_reads_otherwise_than_it_looks() -> None:
    reading = read_submission(pdf(b"/Span << /ActualText (HIDDENWORD) >> BDC " + line("seen by all") + b"EMC"), PARAMS)
    assert text(reading) == "seen by all"
    assert codes(reading) == ["engines_disagree"]


def test_the_other_engine_reads_a_page_that_the_first_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Page:
        raise ValueError("broken page")

    monkeypatch.setattr(engines, "_by_pdfium", broken)
    reading = read_submission(pages_of_text(2), ExtractParams(cross_check_pages=0))
    assert reading.status == "partial"
    assert codes(reading) == ["second_engine", "second_engine"]
    assert "word0224" in text(reading)


def test_a_page_that_no_engine_reads_makes_it_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    read = engines._by_pdfium

    def not_the_second(source: object, number: int) -> object:
        if number == 2:
            raise ValueError("broken page")
        return read(source, number)  # type: ignore[arg-type]  # the source is passed on as it came

    monkeypatch.setattr(engines, "_by_pdfium", not_the_second)
    monkeypatch.setattr(engines, "_by_pdfplumber", lambda source, number: None)
    reading = read_submission(pages_of_text(3), PARAMS)
    assert reading.status == "partial"
    assert [(problem.code, problem.page_number) for problem in reading.problems] == [("page_unreadable", 2)]
    assert [page.page_number for page in reading.pages] == [1, 3]


def test_values_of_form_fields_are_not_lost_in_silence() -> None:
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (4 200 EUR) /Rect [72 600 300 620] >>"
    form = {"catalog": "/AcroForm << /Fields [900 0 R] >>", "page": "/Annots [900 0 R]"}
    reading = read_submission(pdf(line("Amount:"), **form, objects={900: field}), PARAMS)
    assert reading.status == "partial"
    assert [(problem.code, problem.page_number) for problem in reading.problems] == [("form_values", 1)]
    assert "4 200 EUR" in reading.problems[0].message
    empty = read_submission(pdf(line("Amount:"), **form, objects={900: field.replace(b"4 200 EUR", b"")}), PARAMS)
    assert (empty.status, empty.problems) == ("extracted", ())


def test_watch_hears_of_the_document_and_of_every_page() -> None:
    heard: list[int | None] = []

    def watch(page_count: int, page: Page | int | None, problems: Sequence[Problem]) -> None:
        assert (page_count, list(problems)) == (2, [])
        heard.append(page.page_number if isinstance(page, Page) else page)

    read_submission(pages_of_text(2), PARAMS, watch)
    assert heard == [None, 1, 1, 2, 2, 0], "each page before it is compared, and when it was read"


def test_a_page_that_is_not_to_be_compared_is_named() -> None:
    reading = read_submission(pages_of_text(3), PARAMS, uncompared=(2, 0))
    assert [(problem.code, problem.page_number) for problem in reading.problems] == [
        ("not_cross_checked", 2),
        ("not_cross_checked", None),
    ]
    assert reading.status == "extracted"


@pytest.mark.parametrize("share", [50, 75, 90, 99])
def test_a_cut_file_is_never_whole(share: int) -> None:
    data = pages_of_text(3)
    reading = read_submission(data[: len(data) * share // 100], PARAMS)
    assert reading.status in ("partial", "failed")


def test_a_page_that_cannot_be_reached_is_missed() -> None:
    data = pages_of_text(3)
    start = data.index(b"startxref")
    reading = read_submission(data[:start].replace(b"/Count 3", b"/Count 1") + b"startxref\n7\n%%EOF\n", PARAMS)
    assert reading.status != "extracted" or reading.problems or "word0324" in text(reading)


def test_signs_of_loss() -> None:
    data = pages_of_text(2)
    assert damage.sign_of_loss(data, 2) is None
    assert damage.sign_of_loss(data + b"\0junk" * 100, 2) is None
    assert damage.sign_of_loss(data[:-6], 2) == "its end is missing"
    assert damage.sign_of_loss(data, 1) is None, "a page was deleted from a file that is whole"
    broken = data.replace(b"startxref\n", b"startxref\n9")
    assert damage.sign_of_loss(broken, 1) == "it holds 2 pages, of which 1 can be reached"


def test_a_file_that_says_it_has_billions_of_objects_stays_away_from_pdfminer() -> None:
    assert damage.declares_too_much(b"<< /Type /XRef /Size 9 /Index [0 2147483647] >>")
    assert damage.declares_too_much(b"xref\n0 999999999\n")
    assert not damage.declares_too_much(pages_of_text(1))


def scanned(pages: int = 1) -> bytes:
    """Pages that are pictures of text."""
    from pipeline.engines import drawing, pdfium

    out = io.BytesIO()
    document = pdfium.open_document(pages_of_text(pages))
    pictures = []
    for number in range(1, pages + 1):
        with pdfium.open_page(document, number) as page:
            pictures.append(drawing.draw(page, drawing.whole(page), 200 / 72))
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=200)
    return out.getvalue()


def test_scans_are_recognised() -> None:
    reading = read_submission(scanned(), PARAMS)
    (page,) = reading.pages
    assert (reading.status, page.text_source) == ("extracted", "ocr")
    wanted = text(read_submission(pages_of_text(1), PARAMS)).split()
    found = [word.text for word in page.words]
    assert sum(word in found for word in wanted) > 0.97 * len(wanted)
    at = found.index("word0101")
    word = page.words[at]
    assert word.bbox[0] == pytest.approx(240, abs=5)
    assert word.edges is not None
    assert len(word.edges) == len("word0101") + 1
    assert word.size == pytest.approx(12, abs=3)
    assert len({word.line for word in page.words}) == 24


def test_scans_without_ocr_say_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    switched_off = read_submission(scanned(), ExtractParams(ocr="off"))
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    missing = read_submission(scanned(), PARAMS)
    assert (switched_off.error_code, missing.error_code) == ("no_text", "no_text")
    assert "extract.ocr" in (switched_off.error_message or "")
    assert ocr.INSTALL in (missing.error_message or "")


def test_scans_are_read_with_the_model_of_another_language_from_a_folder(tmp_path: Path) -> None:
    lacking = read_submission(scanned(), structs.replace(PARAMS, ocr_language="eng+xyz", ocr_models=str(tmp_path)))
    assert lacking.error_message == (
        "The pages are pictures without text: put `eng.traineddata` and `xyz.traineddata` into "
        f"{tmp_path}, or change extract.ocr_language in params.yaml and run again."
    )
    shutil.copy(ocr.Model().files[0], tmp_path / "xyz.traineddata")
    read = read_submission(scanned(), structs.replace(PARAMS, ocr_language="xyz", ocr_models=str(tmp_path)))
    assert (read.status, read.pages[0].text_source) == ("extracted", "ocr")


def test_a_scanned_page_among_others_makes_it_partial_without_ocr() -> None:
    data = pdf(line("Text of the first page"), PICTURE, resources="/XObject << /I 901 0 R >>", objects={901: image()})
    reading = read_submission(data, ExtractParams(ocr="off"))
    assert reading.status == "partial"
    assert [(problem.code, problem.page_number) for problem in reading.problems] == [("page_without_text", 2)]


@pytest.mark.parametrize("installed", [True, False])
def test_a_page_and_its_file_name_the_same_remedy(monkeypatch: pytest.MonkeyPatch, installed: bool) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: installed)
    off, lacking = (read_submission(scanned(), ExtractParams(ocr=mode, ocr_language="xyz")) for mode in ("off", "auto"))
    for reading, remedy in ((off, "set extract.ocr to auto"), (lacking, "xyz.trained" if installed else ocr.INSTALL)):
        for message in (reading.error_message or "", reading.problems[0].message):
            assert remedy in message
            assert "and run again" in message
            assert ("extract.ocr to" in message) == (reading is off)
            assert (ocr.INSTALL in message) == (reading is lacking and not installed)


def test_mutations_end_in_the_closed_list_of_outcomes() -> None:
    data = pages_of_text(2)
    chance = random.Random(20260)
    for _ in range(60):
        mutated = bytearray(data)
        for _ in range(chance.choice((1, 8, 64))):
            mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
        reading = read_submission(bytes(mutated), PARAMS)
        assert reading.status in ("extracted", "partial", "failed")
        assert (reading.error_code is None) == (reading.status != "failed")
        assert (reading.error_message is None) == (reading.status != "failed")


def packed(drawing: bytes) -> bytes:
    data = zlib.compress(drawing)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def with_packed_text() -> bytearray:
    text = b"".join(line(f"Clause number {at}", y=700 - 20 * at) for at in range(20))
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>", 3: FONT}
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 11 0 R "
    page += b"/Resources << /Font << /F1 3 0 R >> >> >>"
    return bytearray(written({**objects, 10: page, 11: packed(text)}))


def test_a_bit_flipped_in_a_packed_stream_is_seen() -> None:
    data = with_packed_text()
    assert codes(read_submission(bytes(data), PARAMS)) == []
    start = data.index(b"stream\n") + 7
    for place in range(start + 2, data.index(b"\nendstream"), 17):
        data[place] ^= 8
        reading = read_submission(bytes(data), PARAMS)
        data[place] ^= 8
        assert reading.status == "failed" or "damaged_file" in codes(reading), place


def test_a_lost_block_is_seen() -> None:
    data = bytearray(pages_of_text(3))
    middle = len(data) // 3
    data[middle : middle + 1024] = bytes(1024)
    reading = read_submission(bytes(data), PARAMS)
    assert reading.status == "partial"
    assert "damaged_file" in codes(reading)


def test_zeros_in_pictures_and_palettes_are_no_lost_block() -> None:
    palette = b"[/Indexed /DeviceRGB 255 (" + bytes(768) + b")]"
    picture = image(64, 64, 0).replace(b"/DeviceGray", palette)
    plain = b"<< /Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceGray "
    plain += b"/Length 4096 >>\nstream\n" + bytes(4096) + b"\nendstream"
    assert not streams.is_damaged(pdf(line("Seen"), objects={900: picture, 901: plain}))


def spoken(mapping: str, encoding: str = "/WinAnsiEncoding") -> bytes:
    """A page that shows `Total 100 EUR` in a font that says of itself how its codes read."""
    head = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
    cmap = (head + mapping + "\nendcmap end").encode()
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding {encoding} /ToUnicode 901 0 R >>".encode()
    stream = b"<< /Length %d >>\nstream\n" % len(cmap) + cmap + b"\nendstream"
    text = line("Total 100 EUR").replace(b"/F1", b"/F2")
    return pdf(text, objects={900: font, 901: stream}).replace(b"/F1 3 0 R", b"/F1 3 0 R /F2 900 0 R")


@pytest.mark.parametrize(
    ("mapping", "encoding", "told"),
    [
        ("1 beginbfrange <20> <7E> <0020> endbfrange", "/WinAnsiEncoding", None),
        ("1 beginbfrange <20> <7E> <0020> endbfrange 1 beginbfchar <31> <0039> endbfchar", "/WinAnsiEncoding", "“9”"),
        ("1 beginbfrange <0000> <0FFF> <0041> endbfrange", "/WinAnsiEncoding", "“q”"),
        ("1 beginbfrange <30> <31> [<0030> <0039>] endbfrange", "/MacRomanEncoding", "“9”"),
        ("1 beginbfchar <31> <0039> endbfchar", "<< /Differences [49 /one] >>", "“9”"),
        ("1 beginbfchar <31> <0039> endbfchar", "<< /Differences [49 /g17] >>", None),
        ("1 beginbfchar <61> <0915> endbfchar", "/WinAnsiEncoding", None),
        ("1 beginbfchar <54> <D8> endbfchar <", "7", "“Ø”"),
    ],
)
def test_a_font_that_says_other_than_it_shows_is_told(mapping: str, encoding: str, told: str | None) -> None:
    reading = read_submission(spoken(mapping, encoding), PARAMS)
    messages = [problem.message for problem in reading.problems if problem.code == "text_not_as_shown"]
    assert [told in message for message in messages] == ([True] if told else [])


def test_a_page_with_very_many_characters_takes_no_minutes() -> None:
    data = pdf(line("x" * 60_000))
    assert len(text(read_submission(data, ExtractParams(engine="pdfplumber")))) == 60_000


def test_an_endless_map_is_followed_no_further_than_there_are_codes() -> None:
    assert len(glyphs._map(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange")) == 256


@pytest.mark.parametrize(("place", "seen"), [(b"ET", True), (b"Td", True), (b"(Clause", True), (b"number", False)])
def test_a_byte_changed_in_unpacked_instructions_is_seen_unless_it_is_text(place: bytes, seen: bool) -> None:
    data = pdf(line("Clause number one") + line("Clause (of) number two").replace(b"(of)", rb"(of \) them)"))
    assert not streams.is_damaged(data)
    assert streams.is_damaged(data.replace(place, b"$" + place[1:], 1)) == seen
