"""Glyphs of fonts without names, drawn to see whether they are what they read."""

import io
from pathlib import Path

import pytest
import reportlab
from fontTools.ttLib import TTFont

from pipeline.engines import likeness, read_submission, shapes
from pipeline.params import ExtractParams
from tests.raw_pdf import written

FONTS = Path(reportlab.__file__).parent / "fonts"
TEXT = "Paid USD 1900 to 45 people in May 2023"
PARAMS = ExtractParams(ocr="off")


def stream(data: bytes, head: str = "") -> bytes:
    return f"<< {head} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def embedded(file: str, reads: dict[str, str], text: str = TEXT) -> bytes:
    """A page of text in a font without names, by numbers of glyphs, some of which read otherwise than they look."""
    font = TTFont(FONTS / file)
    numbers = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    widths = " ".join(f"{numbers[one]} [{font['hmtx'][font.getGlyphName(numbers[one])][0] // 2}]" for one in set(text))
    font["post"].formatType = 3.0
    program = io.BytesIO()
    font.save(program)
    pairs = "".join(f"<{numbers[one]:04x}> <{ord(reads.get(one, one)):04x}>\n" for one in sorted(set(text)))
    cmap = "/CMapName /X def 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    cmap += f"{len(set(text))} beginbfchar\n{pairs}endbfchar"
    shown = "".join(f"{numbers[one]:04x}" for one in text)
    page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>"
    below = "/Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Any /CIDToGIDMap /Identity /FontDescriptor 7 0 R "
    below += f"/W [{widths}] /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    described = "/Type /FontDescriptor /FontName /ABCDEF+Any /Flags 4 /FontFile2 8 0 R /FontBBox [0 -200 1000 900] "
    described += "/ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80"
    above = "/Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Any /Encoding /Identity-H /DescendantFonts [6 0 R]"
    return written(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: f"<< {page} >>".encode(),
            4: stream(f"BT /F 12 Tf 72 700 Td <{shown}> Tj ET".encode()),
            5: f"<< {above} /ToUnicode 9 0 R >>".encode(),
            6: f"<< {below} >>".encode(),
            7: f"<< {described} >>".encode(),
            8: stream(program.getvalue(), f"/Length1 {len(program.getvalue())}"),
            9: stream(cmap.encode()),
        }
    )


@pytest.mark.parametrize("file", ["Vera.ttf", "VeraBd.ttf", "VeraIt.ttf", "VeraBI.ttf"])
@pytest.mark.parametrize(
    ("reads", "told"),
    [
        ({}, None),
        ({"1": "9", "9": "1"}, "“9” reads “1”"),
        ({"4": "8"}, "“4” reads “8”"),
        ({"a": "e", "e": "o", "o": "a"}, "reads “"),
    ],
)
def test_a_glyph_that_looks_like_another_character_is_told(file: str, reads: dict[str, str], told: str | None) -> None:
    reading = read_submission(embedded(file, reads), PARAMS)
    found = [problem.message for problem in reading.problems if problem.code == "text_not_as_shown"]
    assert len(found) == (told is not None)
    assert told is None or told in found[0]


def test_characters_that_look_alike_everywhere_are_not_told_apart() -> None:
    reading = read_submission(embedded("Vera.ttf", {"l": "I", "0": "O"}), PARAMS)
    assert reading.problems == ()


def test_known_faces_have_all_characters() -> None:
    faces = likeness.known_faces()
    assert len(faces.characters) == len(likeness.FACES) * len(shapes.CHARACTERS) == len(faces.pictures)
