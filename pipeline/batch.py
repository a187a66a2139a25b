"""Which submissions need work, and the doing of it: the same for one stage and for the whole chain.

Trust in a result rests on its key alone. A submission whose results all carry the wanted keys costs nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, structs

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
from pipeline.steps import Preload, Request, read_answers
from pipeline.store.door import admit
from pipeline.store.results import read_result_bytes

BYTES_A_PAGE = 10_000
"""For the budget of a file that nobody has opened yet: few pages take less."""
SECOND_CHANCE = 1 / 3
"""Of the time budget, for a file that has used it up once."""
ABORTS = ("SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV")
"""How native code ends when it is refused memory."""
NEARLY_ALL = 0.5
"""Of the memory budget: native code asks for memory in large pieces, and the one refused is not counted."""


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


class Turn(Struct, frozen=True):
    """Where the work on one submission stands: the stages left, and how the first of them broke so far."""

    work: Work
    left: tuple[str, ...]
    broken: tuple[Outcome, ...] = ()
    pages: int = 0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    trouble: str = ""


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
                entry = structs.replace(entry, duplicate_of=original)
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

    What a process gave before it was stopped is kept. The stage that it broke on is tried in other ways, if it has
    any, and else leaves a result that says what went wrong; the stages after it go on from there.

    Raises:
        StoreError: a result cannot be written.
    """
    turns = [Turn(item, item.stages) for item in work]
    while turns:
        by_name = {turn.work.submission_id: turn for turn in turns}
        names = tuple(stage for stage in stages.CHAIN if any(stage in turn.left for turn in turns))
        preload = msgspec.json.encode(Preload(batch.params, names))
        turns = []
        for outcome in run_tasks((_task(batch, turn) for turn in by_name.values()), preload, batch.jobs):
            turn = _after(batch, by_name[outcome.name], outcome)
            if turn.left:
                turns.append(turn)
            else:
                yield _done(turn)


def _after(batch: Batch, turn: Turn, outcome: Outcome) -> Turn:
    """Writes what came of a turn, and says what is to be done next for its submission."""
    finished = read_answers(outcome.answer)
    for stage, body in finished.items():
        _keep(batch, turn, stage, body)
    extracted = finished.get("extract")
    turn = structs.replace(
        turn,
        left=tuple(stage for stage in turn.left if stage not in finished),
        broken=() if finished else turn.broken,
        pages=_count_pages(extracted) if extracted else turn.pages,
        cpu_seconds=turn.cpu_seconds + outcome.cpu_seconds,
        peak_bytes=max(turn.peak_bytes, outcome.peak_bytes),
    )
    if finished or not turn.left:
        return turn
    turn = structs.replace(turn, broken=(*turn.broken, outcome))
    if len(turn.broken) < (len(_ways(batch.params.extract.engine)) if turn.left[0] == "extract" else 1):
        return turn
    return _given_up(batch, turn)


def _given_up(batch: Batch, turn: Turn) -> Turn:
    """Writes that the stage failed in every way there is."""
    stage = turn.left[0]
    code, message = _explain(turn.broken, stage, batch.params.budget.memory_bytes)
    _keep(batch, turn, stage, msgspec.json.encode(_failure(turn.work.submission_id, stage, code, message)))
    return structs.replace(turn, left=turn.left[1:], broken=(), trouble=turn.trouble or message)


def _ways(engine: Engine) -> tuple[Engine | None, ...]:
    """How to read a PDF: as always, then without comparing the engines, then with the other engine."""
    return None, engine, "pdfplumber" if engine == "pdfium" else "pdfium"


def _task(batch: Batch, turn: Turn) -> Task:
    item = turn.work
    source = _source(batch, item, turn.left[0])
    cpu, wall = cost_cap(batch.params.budget, (item.entry.size_bytes or 0) // BYTES_A_PAGE)
    if any(outcome.ending == "timeout" for outcome in turn.broken):
        cpu, wall = cpu * SECOND_CHANCE, wall * SECOND_CHANCE
    engine = _ways(batch.params.extract.engine)[len(turn.broken)]
    request = msgspec.msgpack.encode(Request(item.submission_id, turn.left, source, engine))
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


def _keep(batch: Batch, turn: Turn, stage: str, body: bytes) -> None:
    """Writes a result. One that was got after a failure has a key that another budget makes stale."""
    key = turn.work.keys[stage]
    if turn.broken:
        key = stages.failure_key(key, batch.params)
    store.write_result(batch.extracted, stage, turn.work.submission_id, key, body)


def _count_pages(extracted: bytes) -> int:
    return msgspec.json.decode(extracted, type=ExtractedSubmission).page_count or 0


def _done(turn: Turn) -> Done:
    item = turn.work
    return Done(
        item.entry.file_name,
        item.submission_id,
        item.stages,
        turn.pages,
        turn.cpu_seconds,
        turn.peak_bytes,
        turn.trouble,
    )


def _explain(broken: Sequence[Outcome], stage: str, memory_bytes: int) -> tuple[ErrorCode, str]:
    """The code for a stage that failed in every way, and what to do about it."""
    if any(_wanted_memory(outcome, memory_bytes) for outcome in broken):
        message = (
            f"The {stage} stage needs more than the {memory_bytes >> 20} MiB it may have, as files do that are made to "
            "swell. Ask for a simpler PDF, or raise budget.memory_bytes in params.yaml."
        )
        return "too_large", message
    if any(outcome.ending == "timeout" for outcome in broken):
        return (
            "timeout",
            f"The {stage} stage used up its time. Raise the budget in params.yaml, or ask for a simpler PDF.",
        )
    detail = broken[0].detail or "it gave no answer"
    return (
        "crashed",
        f"The {stage} stage broke on this file ({detail}). Open it, print it to a new PDF, try that.",
    )


def _wanted_memory(outcome: Outcome, memory_bytes: int) -> bool:
    """Whether memory is what it broke on: it said so, or it aborted when it held most of what it may."""
    aborted = outcome.ending == "crashed" and outcome.detail.endswith(ABORTS)
    return outcome.ending == "memory" or (aborted and outcome.peak_bytes >= NEARLY_ALL * memory_bytes)


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
