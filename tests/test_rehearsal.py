"""What a keeper reads before it forks is an ordinary report to every stage, and changes no result."""

import msgspec
import pytest

from pipeline import engines, rehearsal, reports, steps
from pipeline.params import ExtractParams, Params
from pipeline.records import KINDS, SegmentedSubmission, TaggedSubmission
from pipeline.stages import CHAIN
from pipeline.steps import Preload, Request
from tests.generator import make_submission


def answered(work: steps.Work, data: bytes, stages: tuple[str, ...] = CHAIN) -> dict[str, bytes]:
    parts: list[bytes] = []
    work(msgspec.msgpack.encode(Request("0123", stages, source=data)), parts.append)
    return steps.read_answer(b"".join(parts)).finished


@pytest.fixture(scope="module")
def work() -> steps.Work:
    return steps.preload(msgspec.json.encode(Preload(Params(ExtractParams(ocr="off")), CHAIN)))


def test_the_file_says_what_the_pages_say() -> None:
    reading = engines.read_submission(rehearsal.as_pdf(), ExtractParams())
    assert (reading.status, reading.problems) == ("extracted", ())
    [page] = rehearsal.as_extracted().pages
    assert [word.text for word in reading.pages[0].words] == [word.text for word in page.words]
    assert [word.bold for word in reading.pages[0].words] == [word.bold for word in page.words]


def test_its_headings_are_found_in_both() -> None:
    for pages in (
        engines.read_submission(rehearsal.as_pdf(), ExtractParams()).pages,
        rehearsal.as_extracted().pages,
    ):
        [report], problems = reports.segment_pages(pages)
        assert [f"{section.number} {section.title.text}" for section in report.sections if section.number] == list(
            rehearsal.HEADINGS
        )
        assert problems == ()


def test_it_has_every_kind_of_mention(work: steps.Work) -> None:
    source = msgspec.json.encode(rehearsal.as_segmented())
    tagged = msgspec.json.decode(answered(work, source, ("tag",))["tag"], type=TaggedSubmission)
    assert {placed.mention.kind for placed in tagged.mentions} == set(KINDS)


def test_no_result_depends_on_it(work: steps.Work) -> None:
    files = [make_submission(seed, reports=1, paragraphs=2)[0] for seed in range(3)]
    before = [answered(work, data) for data in files]
    work.rehearse()
    assert [answered(work, data) for data in files] == before
    assert all(msgspec.json.decode(answer["segment"], type=SegmentedSubmission).reports for answer in before), (
        "there is something to depend on it"
    )
