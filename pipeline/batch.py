"""Which submissions need work, and the doing of it: the same for one stage and for the whole chain.

Trust in a result rests on its key alone. A submission whose results all carry the wanted keys costs nothing.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from pipeline.steps import Answer, Preload, Request, encode_request, partial_result, read_answer
from pipeline.store.door import admit, read_passwords
from pipeline.store.results import read_result_bytes

BYTES_A_PAGE = 10_000
"""For the budget of a file that nobody has opened yet: few pages take less."""
SECOND_CHANCE = 1 / 3
"""Of the time budget, for a file that has used it up once."""
ABORTS = ("SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV")
"""How native code ends when it is refused memory."""
MOST_UNCOMPARED = 2
"""Pages that the second engine may break on before it is left out altogether."""
NEARLY_ALL = 0.5
"""Of the memory budget: native code asks for memory in large pieces, and the one refused is not counted."""


class Batch(Struct, frozen=True):
    """What a run works on: the two folders, the parameters, and how. Names in `left_alone` are not looked at yet."""

    raw: Path
    extracted: Path
    params: Params
    jobs: int = 1
    force: bool = False
    left_alone: frozenset[str] = frozenset()


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
    """The stages that one submission still needs, and the key of what the first of them starts from."""

    entry: LedgerEntry
    submission_id: str
    stages: tuple[str, ...]
    source_key: str


class Means(Struct, frozen=True):
    """What results are made with: the recipe of each stage, and the passwords that there are."""

    recipes: dict[str, str]
    passwords: tuple[str, ...] = ()


class Turn(Struct, frozen=True):
    """Where the work on one submission stands.

    `left` are the stages to do, `source_key` is the key of what the first of them starts from, `broken` how that stage
    broke so far, and `best` the answer with the most pages among those that were cut short. `without` are the pages
    that a reading broke on, `uncompared` those that only the second engine broke on, 0 for the whole file.
    """

    work: Work
    left: tuple[str, ...]
    source_key: str
    broken: tuple[Outcome, ...] = ()
    best: Answer | None = None
    without: tuple[int, ...] = ()
    uncompared: tuple[int, ...] = ()
    pages: int = 0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    trouble: str = ""


class Way(Struct, frozen=True):
    """A way to read a PDF: as always, or with one engine alone, or without pages that other ways broke on."""

    engine: Engine | None = None
    without: tuple[int, ...] = ()
    uncompared: tuple[int, ...] = ()


def take_stock(batch: Batch, index: store.Index) -> list[LedgerEntry]:
    """Looks through the door and writes the ledger: every entry found, with its hash or the reason it was refused.

    Entries with the same bytes as one before them in order of name are duplicates of it. Files that are as they were
    when they were last read are not read again.

    Raises:
        StoreError: the folder of submissions cannot be read, or the ledger cannot be written.
    """
    first: dict[str, str] = {}
    ledger = []
    for entry in _admitted(batch, index):
        if entry.sha256 and not entry.error_code:
            original = first.setdefault(entry.sha256, entry.file_name)
            if original != entry.file_name:
                entry = structs.replace(entry, duplicate_of=original)
        ledger.append(entry)
    store.write_ledger(batch.extracted, ledger)
    return ledger


def _admitted(batch: Batch, index: store.Index) -> Iterator[LedgerEntry]:
    """The ledger's entry for each name, from the index where that knows the file, else through the door."""
    known, fresh = index.known_files(), {}
    limit = batch.params.extract.max_bytes
    for name, facts in store.look_around(batch.raw).items():
        if name in batch.left_alone:
            continue
        mark = store.mark_of(facts) if facts and 0 < facts.st_size <= limit else None
        before, sha256 = known.pop(name, (None, ""))
        if facts and mark is not None and mark == before:
            yield LedgerEntry(name, sha256, facts.st_size)
            continue
        settled = facts is not None and store.is_settled(facts)
        entry = admit(batch.raw, name, limit)
        if settled and mark is not None and entry.sha256 and not entry.error_code:
            fresh[name] = mark, entry.sha256
        elif before is not None:
            known[name] = before, sha256
        yield entry
    index.keep_files(fresh)
    index.forget_files(known)


def changed_files(raw: Path, extracted: Path) -> list[str]:
    """The submissions whose bytes are not those that the tables were made of; every byte of those there is read.

    Raises:
        StoreError: the table of submissions is not there or is damaged.
    """
    found = []
    for row in store.read_table(extracted / store.TABLES_FOLDER / "submissions.parquet").to_pylist():
        if row["sha256"] and not row["error_code"]:
            entry = admit(raw, row["file_name"], row["size_bytes"] + 1)
            found += [row["file_name"]] if entry.sha256 not in (None, row["sha256"]) else []
    return found


def readable(ledger: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The entries to work on: those let in, each content once."""
    return [entry for entry in ledger if entry.sha256 and not entry.error_code and not entry.duplicate_of]


def find_work(
    batch: Batch, ledger: Sequence[LedgerEntry], names: Sequence[str], index: store.Index | None = None
) -> list[Work]:
    """The submissions whose results of these stages are missing or have another key, and what is needed for each."""
    means = find_means(batch, names)
    known = {stage: store.known_keys(batch.extracted, stage, index) for stage in means.recipes}
    found = []
    for entry in readable(ledger):
        assert entry.sha256 is not None
        held = {stage: keys.get(entry.sha256[:16]) for stage, keys in known.items()}
        if (stale := _first_stale(batch, means, entry.sha256, held, names)) is not None:
            stage, source_key = stale
            found.append(Work(entry, entry.sha256[:16], tuple(names[list(names).index(stage) :]), source_key))
    return found


def find_means(batch: Batch, names: Sequence[str]) -> Means:
    """What the results of these stages, and of those before them, are made with.

    Raises:
        StoreError: the file of passwords cannot be read.
    """
    needed_for = stages.CHAIN[: stages.CHAIN.index(names[-1]) + 1]
    recipes = {stage: stages.recipe(stage, batch.params) for stage in needed_for}
    return Means(recipes, read_passwords(batch.raw, batch.params.extract.passwords_file))


def _first_stale(
    batch: Batch, means: Means, sha256: str, held: Mapping[str, str | None], names: Sequence[str]
) -> tuple[str, str] | None:
    """The first of the stages whose result is missing or has another key, and the key of what it starts from."""
    source_key = sha256
    for stage, recipe in means.recipes.items():
        key, there = store.result_key([source_key, recipe]), held[stage]
        if stage in names and (batch.force or (there != key and there not in _keys(batch, means, key))):
            return stage, source_key
        source_key = there or key
    return None


def _keys(batch: Batch, means: Means, key: str) -> dict[str, tuple[bool, bool]]:
    """Every key that an up-to-date result may have, and whether it was got after a failure and with a password.

    Another budget makes stale what was got after a failure, and other passwords what was got of a locked file; no
    other result.
    """
    locked = store.result_key([key, "passwords", *means.passwords])
    return {
        key: (False, False),
        stages.failure_key(key, batch.params): (True, False),
        locked: (False, True),
        stages.failure_key(locked, batch.params): (True, True),
    }


def forget_withdrawn(
    batch: Batch, ledger: Sequence[LedgerEntry], names: Sequence[str], index: store.Index | None = None
) -> int:
    """Removes the results of submissions that are no longer in the ledger; returns how many files."""
    keep = {entry.sha256[:16] for entry in readable(ledger) if entry.sha256}
    return sum(store.forget_results(batch.extracted, stage, keep, index) for stage in names)


def do(batch: Batch, work: Sequence[Work]) -> Iterator[Done]:
    """Does the work, each submission in a process of its own, writes the results, and tells of each as it ends.

    What a process gave before it was stopped is kept. The stage that it broke on is tried in other ways, if it has
    any, and else leaves a result that says what went wrong; the stages after it go on from there.

    Raises:
        StoreError: a result cannot be written.
    """
    if not work:
        return
    means = find_means(batch, work[0].stages)
    turns: Iterable[Turn] = (Turn(item, item.stages, item.source_key) for item in work)
    needed = {stage for item in work for stage in item.stages}
    while needed:
        names = tuple(stage for stage in stages.CHAIN if stage in needed)
        again: list[Turn] = []
        for turn in _turned(batch, means, turns, names):
            if turn.left:
                again.append(turn)
            else:
                yield _done(turn)
        turns, needed = again, {stage for turn in again for stage in turn.left}


def finish(batch: Batch, means: Means, work: Work, perform: Callable[[Task], Outcome]) -> Done:
    """Does all the work on one submission, each task by `perform`, and writes the results.

    Raises:
        StoreError: a result cannot be written.
    """
    turn = Turn(work, work.stages, work.source_key)
    while turn.left:
        turn = _after(batch, means, turn, perform(_task(batch, means, turn)))
    return _done(turn)


def _turned(batch: Batch, means: Means, turns: Iterable[Turn], names: tuple[str, ...]) -> Iterator[Turn]:
    """Each turn when it has been taken; no more of them are at hand at a time than there are places to work."""
    at_work: dict[str, Turn] = {}

    def tasks() -> Iterator[Task]:
        for turn in turns:
            at_work[turn.work.submission_id] = turn
            yield _task(batch, means, turn)

    for outcome in run_tasks(tasks(), msgspec.json.encode(Preload(batch.params, names)), batch.jobs):
        yield _after(batch, means, at_work.pop(outcome.name), outcome)


def _after(batch: Batch, means: Means, turn: Turn, outcome: Outcome) -> Turn:
    """Writes what came of a turn, and says what is to be done next for its submission."""
    answer = read_answer(outcome.answer)
    for stage, body in answer.finished.items():
        turn = _kept(batch, means, turn, stage, body, locked=answer.locked and stage == "extract")
    extracted = answer.finished.get("extract")
    turn = structs.replace(
        turn,
        broken=() if answer.finished else turn.broken,
        pages=_count_pages(extracted) if extracted else turn.pages,
        cpu_seconds=turn.cpu_seconds + outcome.cpu_seconds,
        peak_bytes=max(turn.peak_bytes, outcome.peak_bytes),
    )
    if answer.finished or not turn.left:
        return turn
    turn = _broken(turn, outcome, answer, _ways(batch.params.extract.engine, turn)[len(turn.broken)])
    if len(turn.broken) < (len(_ways(batch.params.extract.engine, turn)) if turn.left[0] == "extract" else 1):
        return turn
    return _given_up(batch, means, turn)


def _broken(turn: Turn, outcome: Outcome, answer: Answer, way: Way) -> Turn:
    """The turn with one more way that broke: what it broke on, and the pages that it read if they are the most."""
    best = answer if turn.best is None or len(answer.pages) > len(turn.best.pages) else turn.best
    turn = structs.replace(turn, broken=(*turn.broken, structs.replace(outcome, answer=b"")), best=best)
    if answer.comparing is not None and len(turn.uncompared) == len(turn.broken) - 1 < MOST_UNCOMPARED:
        return structs.replace(turn, uncompared=(*turn.uncompared, answer.comparing))
    on = answer.broke_on(way.without)
    return structs.replace(turn, without=turn.without if on in (None, *turn.without) else (*turn.without, on))


def _given_up(batch: Batch, means: Means, turn: Turn) -> Turn:
    """Writes that the stage failed in every way there is, with the pages that were read in the best of them."""
    stage, submission_id = turn.left[0], turn.work.submission_id
    code, message = _explain(turn.broken, stage, batch.params.budget.memory_bytes)
    failure = _failure(submission_id, stage, code, message)
    body = msgspec.json.encode(failure)
    if isinstance(failure, ExtractedSubmission) and turn.best is not None and turn.best.pages:
        body = partial_result(submission_id, turn.best, _partial(failure, turn.best))
    turn = _kept(batch, means, turn, stage, body)
    return structs.replace(turn, broken=(), trouble=turn.trouble or message)


def _partial(failure: ExtractedSubmission, answer: Answer) -> ExtractedSubmission:
    """The failure of a submission some pages of which were read, with a problem that names the others."""
    assert answer.page_count is not None
    missing = sorted({*range(1, answer.page_count + 1)} - {number for number, _ in answer.pages})
    left_out = f"Of {answer.page_count} pages, {_in_words(missing)} could not be read: look at them in the file."
    problem = Problem("pages_missing", left_out, missing[0]) if missing else None
    return structs.replace(
        failure,
        status="partial",
        problems=failure.problems + ((problem,) if problem else ()),
        error_message=f"{left_out} {failure.error_message}" if missing else failure.error_message,
    )


def _in_words(numbers: Sequence[int]) -> str:
    """Numbers in order, those that follow one another as a range: `2, 5 to 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join(" to ".join(map(str, run)) for run in runs)


def _ways(engine: Engine, turn: Turn) -> tuple[Way, ...]:
    """How to read a PDF, in the order in which the ways are tried.

    Where only the second engine broke, on a page, that page is not compared the next time; where it breaks again, and
    on all else, the engines are tried alone. Pages that break these too are left out, and the others read as always,
    or, if that breaks as well, by one engine.
    """
    other: Engine = "pdfplumber" if engine == "pdfium" else "pdfium"
    apart = turn.uncompared
    usual = [Way(uncompared=apart[:count]) for count in range(len(apart) + 1)]
    others = turn.best is not None and (turn.best.page_count or 0) > len(turn.without)
    last = [Way(way, turn.without, apart) for way in (None, engine)] if turn.without and others else []
    return *usual, Way(engine, (), apart), Way(other, (), apart), *last


def _task(batch: Batch, means: Means, turn: Turn) -> Task:
    item = turn.work
    source = _source(batch, item, turn.left[0])
    cpu, wall = cost_cap(batch.params.budget, (item.entry.size_bytes or 0) // BYTES_A_PAGE)
    if any(outcome.ending == "timeout" for outcome in turn.broken):
        cpu, wall = cpu * SECOND_CHANCE, wall * SECOND_CHANCE
    way = _ways(batch.params.extract.engine, turn)[len(turn.broken)]
    asked = Request(item.submission_id, turn.left, way.engine, way.without, way.uncompared, means.passwords)
    head, further = encode_request(asked, source)
    return Task(item.submission_id, head, cpu, wall, batch.params.budget.memory_bytes, further)


def _source(batch: Batch, item: Work, stage: str) -> bytes:
    """What a stage starts from; nothing when the file has changed or gone since stock was taken."""
    if stage != "extract":
        before = stages.CHAIN[stages.CHAIN.index(stage) - 1]
        return read_result_bytes(batch.extracted, before, item.submission_id)
    try:
        return store.open_submission(batch.raw, item.entry.file_name, batch.params.extract.max_bytes)
    except store.DoorError:
        return b""


def _kept(batch: Batch, means: Means, turn: Turn, stage: str, body: bytes, *, locked: bool = False) -> Turn:
    """Writes a result, and goes on to the next stage."""
    kinds = _keys(batch, means, store.result_key([turn.source_key, means.recipes[stage]]))
    key = next(key for key, kind in kinds.items() if kind == (bool(turn.broken), locked))
    store.write_result(batch.extracted, stage, turn.work.submission_id, key, body)
    return structs.replace(turn, left=tuple(other for other in turn.left if other != stage), source_key=key)


class _PageCount(Struct):
    """All that is wanted of what `extract` left."""

    page_count: int | None


def _count_pages(extracted: bytes) -> int:
    return msgspec.json.decode(extracted, type=_PageCount).page_count or 0


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


Doing = Callable[[Batch, Sequence[Work]], Iterator[Done]]
"""Does the work on many submissions, and tells of each as it ends."""


def process(
    batch: Batch,
    names: Sequence[str],
    tell: Callable[[Done, int], None],
    doing: Doing = do,
    index: store.Index | None = None,
) -> list[Done]:
    """Brings the results of these stages up to date, and calls `tell` with each submission done and how many there are.

    Args:
        batch: what to work on.
        names: the stages.
        tell: is called with each submission done, and how many there are to do.
        doing: does the work; by default on this machine.
        index: the open index of the output folder; by default it is opened here.

    Raises:
        StoreError: a folder cannot be read or written.
    """
    with contextlib.nullcontext(index) if index else store.open_index(batch.extracted) as known:
        ledger = take_stock(batch, known) if "extract" in names else store.read_ledger(batch.extracted)
        forget_withdrawn(batch, ledger, names, known)
        work = find_work(batch, ledger, names, known)
        known.keep()
    done = []
    for item in doing(batch, work):
        tell(item, len(work))
        done.append(item)
    if index:
        store.look_again(batch.extracted, (item.submission_id for item in work), index)
    return done
