"""What each stage does to one submission: bytes in, bytes out, no disk.

These functions run in the expendable children of `isolate`, under its keeper; `preload` is what the keeper does once.
"""

import importlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct, structs

from pipeline import rehearsal
from pipeline.params import Engine, Params
from pipeline.records import ExtractedSubmission, Page, Problem, SegmentedSubmission, TaggedSubmission

Give = Callable[[bytes], None]
"""Takes a part of the answer as soon as it is known."""


class Preload(Struct, frozen=True):
    """What a keeper loads: the parameters, and the imports and the model of these stages."""

    params: Params
    stages: tuple[str, ...]


class Request(Struct, frozen=True):
    """Work on one submission: the stages to do in turn, and what the first of them starts from.

    For `extract` that is the PDF, else the JSON that the stage before left. When the usual way of reading broke on
    this file, `engine` is the one to read it with, alone: no page is compared with the other engine's. `uncompared` are
    pages that broke when they were compared. `without` are pages on which every reading broke. `passwords` are tried
    on a file that needs one.
    """

    submission_id: str
    stages: tuple[str, ...]
    engine: Engine | None = None
    without: tuple[int, ...] = ()
    uncompared: tuple[int, ...] = ()
    passwords: tuple[str, ...] = ()
    source: bytes = b""


def encode_request(request: Request, source: bytes) -> tuple[bytes, bytes]:
    """A request for this source as the two parts of a task's arguments; the second is the source itself.

    An empty source is the last of the request in msgpack, `c4 00`; in its place comes the head of a longer one.
    """
    head = msgspec.msgpack.encode(request)
    assert head.endswith(b"\xc4\x00")
    return head[:-2] + b"\xc6" + len(source).to_bytes(4), source


NO_PAGE = msgspec.Raw(b"null")


class PageRead(Struct, frozen=True, tag=True):
    """A line of the answer: the document is open and has so many pages, or one of them was read.

    One that has a number and no page says that the second engine is about to read that page, or, for 0, the whole file.
    """

    page_count: int
    page_number: int | None = None
    page: msgspec.Raw = NO_PAGE
    problems: tuple[Problem, ...] = ()


class StageDone(Struct, frozen=True, tag=True):
    """A line of the answer: what one stage left; for `extract` without the pages, which were told one by one.

    `locked` says that the result depends on the passwords that there are.
    """

    stage: str
    result: msgspec.Raw
    locked: bool = False


class Answer(Struct, frozen=True):
    """What came of a request: the JSON that each stage left which came to its end.

    `pages` are those that `extract` read before it was stopped, each a page's number and its JSON, with what was found
    out about them; `page_count` is null when the document was not open yet. `comparing` is the page that the second
    engine was reading then, 0 for the whole file.
    """

    finished: dict[str, bytes]
    locked: bool = False
    page_count: int | None = None
    pages: tuple[tuple[int, msgspec.Raw], ...] = ()
    problems: tuple[Problem, ...] = ()
    comparing: int | None = None

    def broke_on(self, without: Collection[int] = ()) -> int | None:
        """The number of the page that the reading was stopped on; None when it was on none.

        `without` are the pages that it left out.
        """
        following = self.pages[-1][0] + 1 if self.pages else 1
        return next((number for number in range(following, (self.page_count or 0) + 1) if number not in without), None)


_Line = PageRead | StageDone


def read_answer(answer: bytes) -> Answer:
    """What a child told, until its end or until it was stopped; a line that was cut off is none."""
    finished: dict[str, bytes] = {}
    locked, told = False, []
    for line in _lines(answer):
        one = msgspec.json.decode(line, type=_Line)
        if isinstance(one, PageRead):
            told.append(one)
        elif one.stage == "extract":
            locked = one.locked
            finished[one.stage] = _with_pages(one.result, (item.page for item in told if item.page != NO_PAGE))
            told = []
        else:
            finished[one.stage] = bytes(one.result)
    pages = tuple((item.page_number, item.page) for item in told if item.page_number and item.page != NO_PAGE)
    problems = tuple(problem for item in told for problem in item.problems)
    comparing = told[-1].page_number if told and told[-1].page == NO_PAGE else None
    return Answer(finished, locked, told[0].page_count if told else None, pages, problems, comparing)


def _lines(answer: bytes) -> Iterator[memoryview]:
    """The lines of an answer, which may be long: none is copied."""
    start, view = 0, memoryview(answer)
    while (end := answer.find(b"\n", start)) >= 0:
        yield view[start:end]
        start = end + 1


def _with_pages(result: msgspec.Raw, pages: Iterable[msgspec.Raw]) -> bytes:
    """The JSON of what `extract` left, its pages put back."""
    parts = structs.asdict(msgspec.json.decode(result, type=ExtractedSubmission))
    return msgspec.json.encode(parts | {"pages": tuple(pages)})


def partial_result(submission_id: str, answer: Answer, result: ExtractedSubmission) -> bytes:
    """The JSON of what `extract` leaves when it was stopped: the pages read until then, under what `result` says."""
    parts = structs.asdict(result) | {"submission_id": submission_id, "page_count": answer.page_count}
    parts |= {"pages": tuple(page for _, page in answer.pages), "problems": answer.problems + result.problems}
    return msgspec.json.encode(parts)


def _import_spacy() -> None:
    """Imports spaCy without its command line, which brings web clients and templates that no child uses.

    spaCy's package imports one name of it, its function `info`. That is a tenth of what a keeper takes to start.
    Whoever asks for that function or for `spacy.cli` afterwards has the whole of it imported.
    """
    if "spacy" in sys.modules:
        return

    def info(*args: Any, **kwargs: Any) -> Any:
        return importlib.import_module("spacy.cli.info").info(*args, **kwargs)

    stand_in = ModuleType("spacy.cli.info")
    vars(stand_in)["info"] = info
    names = ("spacy.cli", "spacy.cli.info")
    sys.modules |= dict.fromkeys(names, stand_in)
    try:
        importlib.import_module("spacy")
    finally:
        for name in names:
            del sys.modules[name]


class Work:
    """What the children of a keeper do: for each stage that it loaded, a function of the request and its source."""

    def __init__(self, load: Preload) -> None:
        """Imports and loads what the stages need."""
        makers = {"extract": _extractor, "segment": _segmenter, "tag": _tagger}
        self._stages: dict[str, Callable[[Request, Any, Give], Any]] = {
            stage: make(load.params) for stage, make in makers.items() if stage in load.stages
        }

    def __call__(self, arguments: bytes, give: Give) -> None:
        """Does the work of one task."""
        request = msgspec.msgpack.decode(arguments, type=Request)
        source: Any = request.source
        for stage in request.stages:
            source = self._stages[stage](request, source, give)

    def rehearse(self) -> None:
        """Reads a report of our own, so that no child to come makes for itself what is made on first use."""
        sources: dict[str, Callable[[], bytes]] = {
            "extract": rehearsal.as_pdf,
            "segment": lambda: msgspec.json.encode(rehearsal.as_extracted()),
            "tag": lambda: msgspec.json.encode(rehearsal.as_segmented()),
        }
        if "extract" in self._stages:
            from pipeline.engines import likeness

            likeness.known_faces()
        for stage in self._stages:
            self(msgspec.msgpack.encode(Request("rehearsal", (stage,), source=sources[stage]())), _to_nobody)


def _to_nobody(_: bytes) -> None:
    """Nobody listens."""


def preload(data: bytes) -> Work:
    """Imports and loads what the stages need, and returns what does the work of a task."""
    return Work(msgspec.json.decode(data, type=Preload))


def _tell(give: Give, line: _Line) -> None:
    give(msgspec.json.encode(line) + b"\n")


def _tell_result(give: Give, stage: str, result: Struct, *, locked: bool = False) -> None:
    _tell(give, StageDone(stage, msgspec.Raw(msgspec.json.encode(result)), locked))


def _extractor(params: Params) -> Callable[[Request, bytes, Give], ExtractedSubmission]:
    from pipeline import engines

    def extract(request: Request, data: bytes, give: Give) -> ExtractedSubmission:
        def watch(page_count: int, page: Page | int | None, problems: Sequence[Problem]) -> None:
            encoded = NO_PAGE
            if isinstance(page, Page):
                page, encoded = page.page_number, msgspec.Raw(msgspec.json.encode(page))
            _tell(give, PageRead(page_count, page, encoded, tuple(problems)))

        chosen = params.extract
        if request.engine is not None:
            chosen = structs.replace(chosen, engine=request.engine, cross_check_pages=0)
        reading = engines.read_submission(
            data,
            chosen,
            watch,
            passwords=request.passwords,
            without=request.without,
            uncompared=request.uncompared,
            keep_pages=request.stages != ("extract",),
        )
        left_out = (_not_compared(request.engine),) if request.engine and reading.read_count else ()
        extracted = ExtractedSubmission(
            submission_id=request.submission_id,
            status=reading.status,
            page_count=reading.page_count,
            pages=reading.pages,
            problems=reading.problems + left_out,
            error_code=reading.error_code,
            error_message=reading.error_message,
        )
        _tell_result(give, "extract", structs.replace(extracted, pages=()), locked=reading.locked)
        return extracted

    return extract


def _not_compared(engine: Engine) -> Problem:
    message = (
        f"The usual reading of this file broke or took too long, so it was read with {engine} alone and no page was "
        "compared with a second engine: look at its text."
    )
    return Problem("not_cross_checked", message)


def _segmenter(_: Params) -> Callable[[Request, ExtractedSubmission | bytes, Give], SegmentedSubmission]:
    from pipeline import reports

    def segment(request: Request, source: ExtractedSubmission | bytes, give: Give) -> SegmentedSubmission:
        extracted = _decoded(source, ExtractedSubmission)
        found, problems = reports.segment_pages(extracted.pages)
        segmented = SegmentedSubmission(request.submission_id, found, problems)
        _tell_result(give, "segment", segmented)
        return segmented

    return segment


def _tagger(params: Params) -> Callable[[Request, SegmentedSubmission | bytes, Give], TaggedSubmission]:
    _import_spacy()
    from pipeline import context, recognizer, tagging

    nlp = recognizer.load(params.tag.place)

    def tag(request: Request, source: SegmentedSubmission | bytes, give: Give) -> TaggedSubmission:
        segmented = _decoded(source, SegmentedSubmission)
        mentions = [
            mention
            for report in segmented.reports
            for mention in tagging.tag_report(nlp, report, context.of_report(report))
        ]
        tagged = TaggedSubmission(request.submission_id, tuple(mentions))
        _tell_result(give, "tag", tagged)
        return tagged

    return tag


def _decoded(source: Any, type_: Any) -> Any:
    return msgspec.json.decode(source, type=type_) if isinstance(source, bytes) else source
