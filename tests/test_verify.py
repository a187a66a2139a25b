"""The check that an independent engine spells every mention from its boxes."""

import io
from collections.abc import Sequence

import pypdfium2
import pytest
from reportlab.pdfgen import canvas

from pipeline.engines import ocr, pdfium
from pipeline.records import Box, Page
from pipeline.verify import Evidence, agrees, holds, recognize, spell


def printed(lines: Sequence[str], turned: int = 0) -> bytes:
    out = io.BytesIO()
    paper = canvas.Canvas(out, invariant=1)
    paper.setPageRotation(turned)
    for at, text in enumerate(lines):
        paper.drawString(72, 700 - 20 * at, text)
    paper.save()
    return out.getvalue()


def read(data: bytes) -> Page:
    (page,) = pdfium.iter_pages(data)
    return page


def test_every_word_is_spelled_by_its_box() -> None:
    data = printed(["In May 2021, (WHO) trained 1,250", "people; 42% co-operated. It’s “fine”."])
    evidence = [Evidence(str(at), word.text, (Box(1, word.bbox),)) for at, word in enumerate(read(data).words)]
    found = dict(spell(data, evidence))
    assert len(found) == len(evidence)
    assert all(agrees(item.text, found[item.mention_id]) for item in evidence)


def test_a_part_of_a_word_by_its_edges() -> None:
    data = printed(["(WHO),"])
    (word,) = read(data).words
    assert word.edges is not None
    box = Box(1, (word.edges[1], word.bbox[1], word.edges[4], word.bbox[3]))
    assert dict(spell(data, [Evidence("m", "WHO", (box,))])) == {"m": "WHO"}


def test_a_mention_over_two_lines() -> None:
    data = printed(["a programme of inter-", "national training"])
    words = {word.text: Box(1, word.bbox) for word in read(data).words}
    item = Evidence("m", "international training", (words["inter-"], words["national"], words["training"]))
    ((_, found),) = spell(data, [item])
    assert agrees(item.text, found)


def test_a_wrong_box_is_told() -> None:
    data = printed(["12 countries"])
    (first, second) = read(data).words
    assert dict(spell(data, [Evidence("m", first.text, (Box(1, second.bbox),))])) == {"m": "countries"}
    assert not agrees("12", "countries")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 nothing", printed(["text"])])
def test_says_nothing_of_what_cannot_be_read(data: bytes) -> None:
    assert dict(spell(data, [Evidence("m", "text", (Box(7, (0, 0, 10, 10)),))])) == {}


@pytest.mark.parametrize(
    ("text", "found", "same"),
    [("co-operation", "cooperation", True), ("final", "ﬁnal", True), ("12 000", "12000", True), ("12", "13", False)],
)
def test_agreement(text: str, found: str, same: bool) -> None:
    assert agrees(text, found) is same


def test_boxes_on_a_picture_are_read_once_more() -> None:
    document = pypdfium2.PdfDocument(
        printed(["In May 2021 the office trained 1,250 people.", "They came from 12 villages."])
    )
    scan = io.BytesIO()
    document[0].render(scale=200 / 72, grayscale=True).to_pil().save(scan, "PDF", resolution=200)
    with pdfium.open_page(pdfium.open_document(scan.getvalue()), 1) as page:
        words = ocr.read_page(page).words
    evidence = [
        Evidence(str(at), word.text, (Box(1, word.bbox),)) for at, word in enumerate(words) if len(word.text) > 3
    ]
    found = dict(recognize(scan.getvalue(), evidence))
    assert len(found) == len(evidence)
    assert sum(holds(item.text, found[item.mention_id]) for item in evidence) >= len(evidence) - 1
    assert dict(recognize(b"nothing that can be read", evidence)) == {}


@pytest.mark.parametrize(
    ("text", "read", "held"),
    [
        ("30 May 2018", ["n 30 May 2018,"], True),
        ("30 May 2018", ["n 30 May 201,"], False),
        ("30 May 2018", ["on 30 May", "2018 in"], True),
        ("30 May 2018", ["on 30 May", "2017 in"], False),
    ],
)
def test_what_is_read_in_and_beside_boxes(text: str, read: list[str], held: bool) -> None:
    assert holds(text, read) is held
