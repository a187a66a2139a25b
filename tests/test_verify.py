"""The check that an independent engine spells every mention from its boxes."""

import io
from collections.abc import Sequence

import pytest
from reportlab.pdfgen import canvas

from pipeline.engines import pdfium
from pipeline.records import Box, Page
from pipeline.verify import Evidence, agrees, spell


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
