"""Hebrew and Arabic in the order in which they are read, alone and inside English."""

import pytest

from pipeline.directions import as_read, in_reading_order, with_brackets_as_shown
from pipeline.engines import read_submission
from pipeline.layout import lay_out
from pipeline.params import ExtractParams
from tests.raw_pdf import line, pdf

LETTERS = "אבגדהוזחטיכלמנסעפצקרשת"
CODES = "abcdefghijklmnopqrstuv"
NAMED = str.maketrans(LETTERS, CODES)


def printed(*texts: tuple[str, float]) -> bytes:
    """A page on which words stand at these places; Hebrew letters are glyphs of a font of their own."""
    pairs = "".join(f"<{ord(code):02X}> <{ord(letter):04X}>\n" for code, letter in zip(CODES, LETTERS, strict=True))
    cmap = f"1 begincodespacerange <00> <FF> endcodespacerange {len(CODES)} beginbfchar\n{pairs}endbfchar".encode()
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 901 0 R >>"
    drawn = b""
    for text, x in texts:
        hebrew = any(letter in LETTERS for letter in text)
        shown = text[::-1].translate(NAMED) if hebrew else text
        drawn += line(shown, x=x).replace(b"/F1", b"/F2" if hebrew else b"/F1")
    stream = b"<< /Length %d >>\nstream\n" % len(cmap) + cmap + b"\nendstream"
    return pdf(drawn, objects={900: font, 901: stream}).replace(b"/F1 3 0 R", b"/F1 3 0 R /F2 900 0 R")


def lines(data: bytes) -> list[str]:
    reading = read_submission(data, ExtractParams())
    assert reading.problems == (), "text from right to left is not hidden, and both engines read the same letters"
    return [found.text for found in lay_out(reading.pages).lines]


def test_a_line_from_right_to_left_is_read_that_way() -> None:
    data = printed(("המועצה", 300), ("הכשירה", 240), ("45", 220), ("עובדות", 170))
    assert lines(data) == ["המועצה הכשירה 45 עובדות"]


def test_a_name_inside_english_keeps_its_place_and_its_own_order() -> None:
    data = printed(
        ("The", 72), ("council", 100), ("ישראל", 190), ("מועצת", 150), ("met", 240), ("in", 265), ("2021.", 280)
    )
    assert lines(data) == ["The council ישראל מועצת met in 2021."]


def test_the_box_of_a_word_from_right_to_left_holds_all_its_letters() -> None:
    (page,) = read_submission(printed(("המועצה", 300)), ExtractParams()).pages
    (word,) = page.words
    assert word.text == "המועצה"
    assert word.bbox[0] == pytest.approx(300, abs=1)
    assert word.bbox[2] > 325


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("in 2021 the council", "in 2021 the council"),
        ("2021 שנתי דוח", "דוח שנתי 2021"),
        ("met צפון 5 סניף there", "met סניף 5 צפון there"),
        ("צפון בחיפה World 12 Organization עם", "עם World 12 Organization בחיפה צפון"),
        ("", ""),
        ("12 5", "12 5"),
    ],
)
def test_words_from_left_to_right_are_put_in_reading_order(words: str, read: str) -> None:
    seen = words.split()
    assert [seen[at] for at in in_reading_order(seen)] == read.split()


@pytest.mark.parametrize(
    ("text", "places", "read"),
    [
        ("חוד", (1, 2, 3), "דוח"),
        ("דוח", (3, 2, 1), "דוח"),
        ("(חוד)", (1, 2, 3, 4, 5), "(דוח)"),
        ("May", (1, 2, 3), "May"),
    ],
)
def test_letters_are_put_in_reading_order_by_where_they_stand(text: str, places: tuple[int, ...], read: str) -> None:
    assert as_read(text, places) == read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the board (of 5)", "the board (of 5)"),
        ("a board (דוח (met", "a board (דוח )met"),
        ("עבדה )צפון(.\r\n(plain)", "עבדה (צפון).\r\n(plain)"),
    ],
)
def test_brackets_are_as_the_page_shows_them(text: str, shown: str) -> None:
    assert with_brackets_as_shown(text) == shown
