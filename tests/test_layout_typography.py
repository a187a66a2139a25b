"""Lines as typographers set them: spaced letters, raised initials, small capitals, raised ordinals, spread words."""

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.engines import pdfium
from pipeline.layout import lay_out

Part = tuple[float, float, str, float, float]
"""Left, height above the page's foot, text, size, and space between letters, in points."""


def lines_of(*parts: Part) -> list[str]:
    """The lines read off a page on which these parts are drawn."""
    out = io.BytesIO()
    paper = Canvas(out, invariant=1)
    for left, foot, text, size, space in parts:
        drawing = paper.beginText(left, foot)
        drawing.setFont("Helvetica", size)
        drawing.setCharSpace(space)
        drawing.textOut(text)
        paper.drawText(drawing)
    paper.save()
    return [line.text for line in lay_out(tuple(pdfium.iter_pages(out.getvalue()))).lines]


FAR_APART = ("These", "words", "are", "far", "apart")
SPREAD = tuple((72.0 + 80 * at, 570.0, word, 11.0, 0.0) for at, word in enumerate(FAR_APART))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([(72, 780, "ANNUAL REPORT", 14, 8)], ["ANNUAL REPORT"], id="letters spaced by the program"),
        pytest.param([(72, 780, "R E P O R T", 14, 0)], ["REPORT"], id="letters spaced by hand"),
        pytest.param(
            [
                (72, 700, "T", 40, 0),
                (100, 720, "he office trained 12 people in May and", 11, 0),
                (100, 705, "gave them books. Most went on to", 11, 0),
                (72, 690, "work in other towns of the country.", 11, 0),
            ],
            [
                "The office trained 12 people in May and",
                "gave them books. Most went on to",
                "work in other towns of the country.",
            ],
            id="raised initial",
        ),
        pytest.param(
            [(72, 660, "C", 12, 0), (81, 660, "OUNCIL", 9, 0), (120, 660, "O", 12, 0), (130, 660, "FFICE", 9, 0)],
            ["COUNCIL OFFICE"],
            id="small capitals",
        ),
        pytest.param(
            [(72, 630, "On the 24", 11, 0), (121, 634, "th", 7, 0), (130, 630, "of May they met.", 11, 0)],
            ["On the 24th of May they met."],
            id="raised ordinal",
        ),
        pytest.param(SPREAD, ["These words are far apart"], id="words spread over a line"),
    ],
)
def test_a_line_is_read_as_a_reader_reads_it(parts: list[Part], expected: list[str]) -> None:
    assert lines_of(*parts) == expected
