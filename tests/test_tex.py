"""Codes of TeX's bitmap fonts as the characters that they show, and no other font's codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines import pdfium, tex
from tests.raw_pdf import pdf


def spelled(*pieces: str | tuple[str, int]) -> str:
    """The text of pieces, each in the font of its number; 1 where none is given, and 0 for a font with a name."""
    set_in = [(piece, 1) if isinstance(piece, str) else piece for piece in pieces]
    numbers = [number for piece, number in set_in for _ in piece]
    return tex.spelled("".join(piece for piece, _ in set_in), lambda index: numbers[index])


@pytest.mark.parametrize(
    ("codes", "shown"),
    [
        ("In 2020\x1521 \x16 the \x10\x1crst\x11 o\x1ece", "In 2020–21 — the “ﬁrst” oﬃce"),
        ("sta\x1b, \x1dow and `a\x1fuent' \x12so\x11, \x13so\x14", "staﬀ, ﬂow and ‘aﬄuent’ „so”, «so»"),
        (
            "Stra\xffe, \xf8re, \xd7uvre, \x8a\xf3d\xb9 in \x9f 4, a \x1cgure",
            "Straße, øre, Œuvre, Łódź in § 4, a ﬁgure",
        ),
        ('In 2020{21 | the \\\x0crst" o\x0ece', "In 2020–21 — the “ﬁrst” oﬃce"),
        ("sta\x0b, \row and a\x0fuent\r\nlines", "staﬀ, ﬂow and aﬄuent\r\nlines"),
        ("Stra\x19e, \x1cre, \x1euvre and a \x0cgure", "Straße, øre, Œuvre and a ﬁgure"),
    ],
)
def test_both_encodings_of_text(codes: str, shown: str) -> None:
    assert spelled(codes) == shown


@pytest.mark.parametrize(
    "text",
    [
        ("the \x1cgures 2020\x1521", 0),
        "x\x0by + \x0c\x15z",
        'Set {1} | \\ "so" <a>\r\nnext {2{3}',
        "Café – naïve\x02\r\nÿ ß ×",
    ],
    ids=["a font with a name", "a formula", "no code of TeX's", "line ends"],
)
def test_other_text_stays(text: str | tuple[str, int]) -> None:
    assert spelled(text) == (text if isinstance(text, str) else text[0])


def test_each_font_by_itself() -> None:
    assert spelled("the \x0cgures 2019{20 ", ("Table 2018{19 ", 3), ("x\x0by ", 2), ("{c|d}", 0), (" code|{e}", 4)) == (
        "the ﬁgures 2019–20 Table 2018–19 x\x0by {c|d} code|{e}"
    )


def test_dashes_between_figures_in_a_font_of_figures() -> None:
    assert spelled("the \x1cgures ", ("2019\x1520 ", 2), ("5", 2), ("\x15", 3), ("4", 2)) == "the ﬁgures 2019–20 5\x154"


def test_a_sign_of_another_font_before_a_line_is_a_bullet() -> None:
    assert spelled("the \x1cgures\r\n", ("\x88", 2), " one\r\n", ("\x0f", 3), " two") == "the ﬁgures\r\n• one\r\n• two"


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.tuples(st.characters(max_codepoint=0x17F), st.integers(0, 2)), max_size=40))
def test_any_text_keeps_its_length(characters: list[tuple[str, int]]) -> None:
    text = "".join(character for character, _ in characters)
    assert len(tex.spelled(text, lambda index: characters[index][1])) == len(text)


@pytest.mark.parametrize(
    ("codes", "word"), [("<6F1E6365>", "oﬃce"), ("<746865206F0E6365>", "oﬃce"), ("<6F660D6F77>", "ofﬂow")]
)
def test_a_font_without_a_name_in_a_file(codes: str, word: str) -> None:
    glyph = b"500 0 0 0 500 500 d1 0 0 500 500 re f"
    names = b" ".join(b"/a%d" % code for code in range(128))
    objects = {
        3: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 500] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 0 "
        b"/LastChar 127 /Widths ["
        + b"500 " * 128
        + b"] /CharProcs << "
        + b" ".join(b"/a%d 900 0 R" % code for code in range(128))
        + b" >> /Encoding << /Type /Encoding /Differences [0 "
        + names
        + b"] >> >>",
        900: b"<< /Length %d >>\nstream\n" % len(glyph) + glyph + b"\nendstream",
    }
    (page,) = pdfium.iter_pages(pdf(b"BT /F1 12 Tf 72 700 Td " + codes.encode() + b" Tj ET", objects=objects))
    assert page.words[-1].text == word
