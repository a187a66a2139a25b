"""Which submissions need work, and the doing of it: the same for one stage and for the whole chain.

Trust in a result rests on its key alone. A submission whose results all carry the wanted keys costs nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from pipeline import stages, store
from pipeline.isolate import Outcome, Task, cost_cap, run_tasks
from pipeline.params import Engine, Params
from pipeline.records import (
    ErrorCode,
    ExtractedSubmission,
    LedgerEntry,
    Problem,
    SegmentedSubmission,
    TaggedSubmission,
)
from pipeline.steps import Answer, Preload, Request
from pipeline.store.door import admit
from pipeline.store.results import read_result_bytes

BYTES_A_PAGE = 10_000
"""For the budget of a file that nobody has opened yet: few pages take less."""


class Batch(Struct, frozen=True):
    """What a run works on: the two folders, the parameters, and how."""

    raw: Path
    extracted: Path
    params: Params
    jobs: int = 1
    force: bool = False


class Done(Struct, frozen=True):
    """One submission that has been worked on, for progress and for `run.json`."""

    file_name: str
    submission_id: str
    stages: tuple[str, ...]
    pages: int
    cpu_seconds: float
    peak_bytes: int
    trouble: str = ""


class Work(Struct, frozen=True):
    """The stages that one submission still needs, with the key that each result will carry."""

    entry: LedgerEntry
    submission_id: str
    stages: tuple[str, ...]
    keys: dict[str, str]


def take_stock(batch: Batch) -> list[LedgerEntry]:
    """Looks through the door and writes the ledger: every entry found, with its hash or the reason it was refused.

    Entries with the same bytes as one before them in order of name are duplicates of it.

    Raises:
        StoreError: the folder of submissions cannot be read, or the ledger cannot be written.
    """
    first: dict[str, str] = {}
    ledger = []
    for name in store.find_entries(batch.raw):
        entry = admit(batch.raw, name, batch.params.extract.max_bytes)
        if entry.sha256 and not entry.error_code:
            original = first.setdefault(entry.sha256, entry.file_name)
            if original != entry.file_name:
                entry = msgspec.structs.replace(entry, duplicate_of=original)
        ledger.append(entry)
    store.write_ledger(batch.extracted, ledger)
    return ledger


def readable(ledger: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The entries to work on: those let in, each content once."""
    return [entry for entry in ledger if entry.sha256 and not entry.error_code and not entry.duplicate_of]


def find_work(batch: Batch, ledger: Sequence[LedgerEntry], names: Sequence[str]) -> list[Work]:
    """The submissions whose results of these stages are missing or have another key, and what is needed for each."""
    needed_for = stages.CHAIN[: stages.CHAIN.index(names[-1]) + 1]
    recipes = {stage: stages.recipe(stage, batch.params) for stage in needed_for}
    known = {stage: store.known_keys(batch.extracted, stage) for stage in names}
    found = []
    for entry in readable(ledger):
        assert entry.sha256 is not None
        submission_id = entry.sha256[:16]
        keys = stages.keys(entry.sha256, recipes)
        stale = [
            stage
            for stage in names
            if batch.force
            or known[stage].get(submission_id) not in (keys[stage], stages.failure_key(keys[stage], batch.params))
        ]
        if stale:
            needed = tuple(names[list(names).index(stale[0]) :])
            found.append(Work(entry, submission_id, needed, {stage: keys[stage] for stage in needed}))
    return found


def forget_withdrawn(batch: Batch, ledger: Sequence[LedgerEntry], names: Sequence[str]) -> int:
    """Removes the results of submissions that are no longer in the ledger; returns how many files."""
    keep = {entry.sha256[:16] for entry in readable(ledger) if entry.sha256}
    return sum(store.forget_results(batch.extracted, stage, keep) for stage in names)


def do(batch: Batch, work: Sequence[Work]) -> Iterator[Done]:
    """Does the work, each submission in a process of its own, writes the results, and tells of each as it ends.

    A chain of stages that fails is done again stage by stage, so that what can be had of the submission is kept. When
    a PDF breaks the first engine, the second one is tried.

    Raises:
        StoreError: a result cannot be written.
    """
    by_name = {item.submission_id: item for item in work}
    names = tuple(stage for stage in stages.CHAIN if any(stage in item.stages for item in work))
    preload = msgspec.json.encode(Preload(batch.params, names))
    failed: list[Work] = []
    for outcome in run_tasks((_task(batch, item, item.stages) for item in work), preload, batch.jobs):
        item = by_name[outcome.name]
        if outcome.ending == "done":
            pages = _keep(batch, item, outcome.answer)
            yield _done(item, outcome, pages)
        else:
            failed.append(item)
    for item in failed:
        yield from _one_by_one(batch, item, preload)


def _task(batch: Batch, item: Work, names: tuple[str, ...], engine: Engine | None = None) -> Task:
    source = _source(batch, item, names[0])
    cpu, wall = cost_cap(batch.params.budget, (item.entry.size_bytes or 0) // BYTES_A_PAGE)
    request = msgspec.msgpack.encode(Request(item.submission_id, names, source, engine))
    return Task(item.submission_id, request, cpu, wall, batch.params.budget.memory_bytes)


def _source(batch: Batch, item: Work, stage: str) -> bytes:
    """What a stage starts from; nothing when the file has changed or gone since stock was taken."""
    if stage != "extract":
        before = stages.CHAIN[stages.CHAIN.index(stage) - 1]
        return read_result_bytes(batch.extracted, before, item.submission_id)
    try:
        return store.open_submission(batch.raw, item.entry.file_name, batch.params.extract.max_bytes)
    except store.DoorError:
        return b""


def _keep(batch: Batch, item: Work, answer: bytes) -> int:
    pages = 0
    for stage, body in msgspec.json.decode(answer, type=Answer).results.items():
        store.write_result(batch.extracted, stage, item.submission_id, item.keys[stage], bytes(body))
        if stage == "extract":
            pages = msgspec.json.decode(body, type=ExtractedSubmission).page_count or 0
    return pages


def _done(item: Work, outcome: Outcome, pages: int, trouble: str = "") -> Done:
    return Done(
        item.entry.file_name,
        item.submission_id,
        item.stages,
        pages,
        outcome.cpu_seconds,
        outcome.peak_bytes,
        trouble,
    )


def _one_by_one(batch: Batch, item: Work, preload: bytes) -> Iterator[Done]:
    """Does the stages of one submission each in its own process; a stage that fails leaves a result that says so."""
    for stage in item.stages:
        outcome = _attempt(batch, item, stage, preload)
        if outcome.ending != "done":
            code, message = _explain(outcome, stage)
            body = msgspec.json.encode(_failure(item.submission_id, stage, code, message))
            key = stages.failure_key(item.keys[stage], batch.params)
            store.write_result(batch.extracted, stage, item.submission_id, key, body)
            yield _done(item, outcome, 0, message)
        else:
            yield _done(item, outcome, _keep(batch, item, outcome.answer))


def _attempt(batch: Batch, item: Work, stage: str, preload: bytes) -> Outcome:
    second = (_other(batch.params.extract.engine),) if stage == "extract" else ()
    outcome = Outcome(item.submission_id, "crashed")
    for engine in (None, *second):
        outcome = next(iter(run_tasks([_task(batch, item, (stage,), engine)], preload, 1)))
        if outcome.ending == "done":
            break
    return outcome


def _other(engine: Engine) -> Engine:
    return "pdfplumber" if engine == "pdfium" else "pdfium"


def _explain(outcome: Outcome, stage: str) -> tuple[ErrorCode, str]:
    if outcome.ending == "timeout":
        return (
            "timeout",
            f"The {stage} stage used up its time. Raise the budget in params.yaml, or ask for a simpler PDF.",
        )
    if outcome.ending == "memory":
        message = f"The {stage} stage used up its memory. Raise budget.memory_bytes in params.yaml, or split the PDF."
        return "crashed", message
    return (
        "crashed",
        f"The {stage} stage broke on this file ({outcome.detail}). Open it, print it to a new PDF, try that.",
    )


def _failure(
    submission_id: str, stage: str, code: ErrorCode, message: str
) -> ExtractedSubmission | SegmentedSubmission | TaggedSubmission:
    problem = (Problem(code, message),)
    if stage == "extract":
        return ExtractedSubmission(submission_id, "failed", None, (), problem, code, message)
    if stage == "segment":
        return SegmentedSubmission(submission_id, (), problem, code, message)
    return TaggedSubmission(submission_id, (), problem, code, message)


def process(batch: Batch, names: Sequence[str], tell: Callable[[Done, int], None]) -> list[Done]:
    """Brings the results of these stages up to date, and calls `tell` with each submission done and how many there are.

    Raises:
        StoreError: a folder cannot be read or written.
    """
    ledger = take_stock(batch) if "extract" in names else store.read_ledger(batch.extracted)
    forget_withdrawn(batch, ledger, names)
    work = find_work(batch, ledger, names)
    done = []
    for item in do(batch, work):
        tell(item, len(work))
        done.append(item)
    return done
