"""What each stage does to one submission: bytes in, bytes out, no disk.

These functions run in the expendable children of `isolate`, under its keeper; `preload` is what the keeper does once.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from pipeline.params import Engine, Params
from pipeline.records import ExtractedSubmission, Problem, SegmentedSubmission, TaggedSubmission


class Preload(Struct, frozen=True):
    """What a keeper loads: the parameters, and the imports and the model of these stages."""

    params: Params
    stages: tuple[str, ...]


class Request(Struct, frozen=True):
    """Work on one submission: the stages to do in turn, and what the first of them starts from.

    For `extract` that is the PDF, else the JSON that the stage before left. When the usual way of reading broke on
    this file, `engine` is the one to read it with, alone: no page is compared with the other engine's.
    """

    submission_id: str
    stages: tuple[str, ...]
    source: bytes
    engine: Engine | None = None


class Answer(Struct, frozen=True):
    """What one stage left. The answer to a request is a line of JSON for each stage that came to its end."""

    stage: str
    result: msgspec.Raw


def read_answers(answer: bytes) -> dict[str, bytes]:
    """The JSON that each stage left, by stage; a line that was cut off is none."""
    lines = answer.split(b"\n")[:-1]
    found = (msgspec.json.decode(line, type=Answer) for line in lines)
    return {one.stage: bytes(one.result) for one in found}


def preload(data: bytes) -> Callable[[bytes], Iterator[bytes]]:
    """Imports and loads what the stages need, and returns the function that does the work of one task."""
    load = msgspec.json.decode(data, type=Preload)
    works: dict[str, Callable[[Request, Any], Any]] = {}
    if "extract" in load.stages:
        works["extract"] = _extractor(load.params)
    if "segment" in load.stages:
        works["segment"] = _segmenter()
    if "tag" in load.stages:
        works["tag"] = _tagger(load.params)

    def perform(arguments: bytes) -> Iterator[bytes]:
        request = msgspec.msgpack.decode(arguments, type=Request)
        source: Any = request.source
        for stage in request.stages:
            source = works[stage](request, source)
            yield msgspec.json.encode(Answer(stage, msgspec.Raw(msgspec.json.encode(source)))) + b"\n"

    return perform


def _extractor(params: Params) -> Callable[[Request, bytes], ExtractedSubmission]:
    from pipeline import engines

    def extract(request: Request, data: bytes) -> ExtractedSubmission:
        chosen = params.extract
        if request.engine is not None:
            chosen = msgspec.structs.replace(chosen, engine=request.engine, cross_check_pages=0)
        reading = engines.read_submission(data, chosen)
        left_out = (_not_compared(request.engine),) if request.engine and reading.pages else ()
        return ExtractedSubmission(
            submission_id=request.submission_id,
            status=reading.status,
            page_count=reading.page_count,
            pages=reading.pages,
            problems=reading.problems + left_out,
            error_code=reading.error_code,
            error_message=reading.error_message,
        )

    return extract


def _not_compared(engine: Engine) -> Problem:
    message = (
        f"The usual reading of this file broke or took too long, so it was read with {engine} alone and no page was "
        "compared with a second engine: look at its text."
    )
    return Problem("not_cross_checked", message)


def _segmenter() -> Callable[[Request, ExtractedSubmission | bytes], SegmentedSubmission]:
    from pipeline import reports

    def segment(request: Request, source: ExtractedSubmission | bytes) -> SegmentedSubmission:
        extracted = _decoded(source, ExtractedSubmission)
        found, problems = reports.segment_pages(extracted.pages)
        return SegmentedSubmission(request.submission_id, found, problems)

    return segment


def _tagger(params: Params) -> Callable[[Request, SegmentedSubmission | bytes], TaggedSubmission]:
    from pipeline import context, recognizer, tagging

    nlp = recognizer.load(params.tag.place)

    def tag(request: Request, source: SegmentedSubmission | bytes) -> TaggedSubmission:
        segmented = _decoded(source, SegmentedSubmission)
        mentions = [
            mention
            for report in segmented.reports
            for mention in tagging.tag_report(nlp, report, context.of_report(report))
        ]
        return TaggedSubmission(request.submission_id, tuple(mentions))

    return tag


def _decoded(source: Any, type_: Any) -> Any:
    return msgspec.json.decode(source, type=type_) if isinstance(source, bytes) else source
