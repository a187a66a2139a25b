"""Bold letters of fonts without names: what is drawn decides."""

import pytest

from pipeline.engines import read_submission
from pipeline.params import ExtractParams
from tests.raw_pdf import pdf

LETTERS = "hilmn"


def bitmap_font(first: int, stem: int) -> dict[int, bytes]:
    """A font without a name, each letter one, two or three upright strokes that are so many thousandths wide."""
    strokes = {"h": 2, "i": 1, "l": 1, "m": 3, "n": 2}
    drawn = {}
    for number, letter in enumerate(LETTERS, first + 1):
        bars = "".join(f"{60 + 220 * at} 0 {stem} 700 re f " for at in range(strokes[letter]))
        drawing = f"{120 + 220 * strokes[letter]} 0 0 0 800 700 d1 {bars}".encode()
        drawn[number] = b"<< /Length %d >>\nstream\n" % len(drawing) + drawing + b"\nendstream"
    codes = " ".join(f"{ord(letter)} /a{ord(letter)}" for letter in LETTERS)
    procs = " ".join(f"/a{ord(letter)} {number} 0 R" for number, letter in enumerate(LETTERS, first + 1))
    widths = " ".join(str(120 + 220 * strokes.get(chr(code), 0)) for code in range(ord("h"), ord("n") + 1))
    font = "<< /Type /Font /Subtype /Type3 /FontMatrix [.001 0 0 .001 0 0] /FontBBox [0 0 800 700] /Resources << >> "
    font += f"/Encoding << /Differences [{codes}] >> /CharProcs << {procs} >> /FirstChar 104 /LastChar 110 "
    return {first: f"{font}/Widths [{widths}] >>".encode(), **drawn}


def page(*stems: int) -> bytes:
    """A line of each font, the first above."""
    text = b"".join(b"BT /T%d 11 Tf 72 %d Td (hill milimin) Tj ET\n" % (at, 700 - 20 * at) for at in range(len(stems)))
    fonts = {at: bitmap_font(900 + 10 * at, stem) for at, stem in enumerate(stems)}
    named = " ".join(f"/T{at} {900 + 10 * at} 0 R" for at in fonts)
    objects = {number: body for font in fonts.values() for number, body in font.items()}
    return pdf(text, objects=objects).replace(b"/F1 3 0 R", f"/F1 3 0 R {named}".encode())


@pytest.mark.parametrize(
    ("stems", "bold"),
    [
        ((66, 108), [False, True]),
        ((140, 90), [True, False]),
        ((110,), [True]),
        ((70, 84), [False, False]),
    ],
)
def test_letters_with_thick_strokes_are_bold(stems: tuple[int, ...], bold: list[bool]) -> None:
    (read,) = read_submission(page(*stems), ExtractParams(cross_check_pages=0, ocr="off")).pages
    assert [(word.text, word.font) for word in read.words] == [("hill", ""), ("milimin", "")] * len(stems)
    assert [word.bold for word in read.words] == [mark for mark in bold for _ in range(2)]
