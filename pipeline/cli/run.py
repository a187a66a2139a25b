"""`pipeline run`: the whole chain without DVC, and what it found."""

import contextlib
import itertools
import json
import platform
import resource
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from msgspec import structs
from rich.table import Table
from rich.text import Text

from pipeline import command, progress, store, tabulate, upkeep, watch
from pipeline.batch import Batch, Doing, Done, Work, do, process
from pipeline.cli.screen import console, number_of, table, visible
from pipeline.evaluate import evaluate
from pipeline.isolate.confinement import missing_protection
from pipeline.isolate.workers import Workers
from pipeline.params import Params, ParamsError, read_params
from pipeline.records import KINDS
from pipeline.schema import leave_out_frames
from pipeline.stages import CHAIN

Row = dict[str, Any]
MAX_SUBMISSIONS_SHOWN = 40
SOON = 100
"""Submissions before the last, when the processes that help with the tables begin to load."""


def run(
    raw: Path,
    out: Path,
    *,
    jobs: int | None,
    engine: str | None,
    params_file: Path | None,
    force: bool,
    strict: bool,
    watching: bool = False,
    engine_address: str | None = None,
    storage: str | None = None,
) -> int:
    """Brings the tables up to date and prints what they hold; returns the exit code of the contract."""

    def work() -> int:
        command.refuse_results_among_submissions(raw, out)
        leave_out_frames()
        batch = Batch(raw, out, _params(params_file, engine), jobs or command.default_jobs(), force)
        with _doing(engine_address, storage, batch.jobs) as doing:
            if watching:
                return _watch(batch, doing)
            _once(batch, doing)
        failed = _report(out)
        return 1 if strict and failed else 0

    return command.guarded(work)


@contextlib.contextmanager
def _doing(address: str | None, storage: str | None, jobs: int) -> Iterator[Doing]:
    """What does the work: this machine, or a cluster."""
    if address is None:
        yield do
        return
    from pipeline.cluster import Cluster

    with Cluster(address, storage, workers=jobs) as remote:
        yield remote.do


def _once(batch: Batch, doing: Doing) -> list[Done]:
    """Brings the tables up to date."""
    started = time.time()
    tabulate.read_decisions(batch)  # a file that cannot be used is told before hours of extraction
    with store.locked(batch.extracted), tabulate.workers(batch) as helping:
        store.sweep(batch.extracted)
        with store.open_index(batch.extracted) as index:
            with progress.telling("pipeline") as tell:
                done = process(batch, CHAIN, tell, partial(_warming, doing, helping), index)
            if done:
                command.warn_of_missing_protection()
            tabulate.tabulate(batch, helping, index)
        evaluate(batch)
        _note_run(batch, done, started)
    return done


def _warming(doing: Doing, helping: Workers | None, batch: Batch, work: Sequence[Work]) -> Iterator[Done]:
    """Has work done, and makes ready what the tables need in the meantime."""
    warming = threading.Thread(target=tabulate.warm, daemon=True)
    if work:
        warming.start()
    for number, item in enumerate(doing(batch, work), 1):
        if helping and len(work) >= upkeep.MANY and number == len(work) - SOON:
            helping.start()
        yield item
    if work:
        warming.join()


def _watch(batch: Batch, doing: Doing) -> int:
    """Brings the tables up to date whenever a change in the folder of submissions has come to rest, until Ctrl-C."""
    errors = console(errors=True)
    changes = watch.changes_in(batch.raw)
    try:
        growing = next(changes) | watch.growing(batch.raw)
        rests = watch.settled(itertools.chain([growing], changes), partial(watch.look_at, batch.raw))
        for left_alone in itertools.chain([growing], rests):
            done = _once(structs.replace(batch, left_alone=left_alone), doing)
            if done:
                submissions = store.read_table(batch.extracted / "tables" / "submissions.parquet")
                _name_failures(submissions, {item.file_name for item in done})
            told = f"{number_of(len(done), 'submission')} done" if done else "Nothing to do"
            waiting = f", {len(left_alone)} still growing" if left_alone else ""
            errors.print(f"{told}{waiting}. Watching {batch.raw}; Ctrl-C stops.", markup=False, highlight=False)
            batch = structs.replace(batch, force=False)
    except KeyboardInterrupt:
        errors.print("Stopped. What was finished is kept; run again to go on.")
    return 0


def _params(params_file: Path | None, engine: str | None) -> Params:
    params = read_params(params_file)
    if engine is None:
        return params
    if engine not in ("pdfium", "pdfplumber"):
        raise ParamsError(f"There is no engine {engine!r}. Use pdfium or pdfplumber.")
    return msgspec.structs.replace(params, extract=msgspec.structs.replace(params.extract, engine=engine))


def _note_run(batch: Batch, done: list[Done], started: float) -> None:
    """Leaves what depends on this run, and so is in no table, in `run.json`."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    note = {
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 3),
        "cpu_seconds_of_children": round(children.ru_utime + children.ru_stime, 3),
        "jobs": batch.jobs,
        "missing_protection": missing_protection(),
        "python": platform.python_version(),
        "submissions_done": [msgspec.to_builtins(item) for item in done],
    }
    store.write_bytes(batch.extracted / "run.json", json.dumps(note, indent=1).encode() + b"\n")


def _report(out: Path) -> int:
    """Prints what the tables hold, names every failure on standard error, and returns how many submissions failed."""
    submissions = store.read_table(out / "tables" / "submissions.parquet")
    screen = console()
    if submissions.num_rows:
        screen.print(_summary(out, submissions))
    else:
        screen.print("No submissions were found. Put PDFs into the folder and run again.")
    screen.print(f"The tables are in {out / 'tables'}, described in {out / 'DATA_DICTIONARY.md'}.", soft_wrap=True)
    _, problems = _count(out, "problems", frozenset())
    if problems:
        screen.print(f"{number_of(problems, 'problem')} to look at: `pipeline review`.", markup=False, highlight=False)
    return _name_failures(submissions)


def _name_failures(submissions: pa.Table, among: Collection[str] | None = None) -> int:
    """Names what is failed or partial, of these names or of all, on standard error; returns how many failed."""
    troubled = [n for n, status in enumerate(submissions["status"].to_pylist()) if status in ("failed", "partial")]
    found: list[Row] = [submissions.slice(n, 1).to_pylist()[0] for n in troubled]
    failures = [row for row in found if among is None or row["file_name"] in among]
    errors = console(errors=True)
    for row in failures:
        message = f"{visible(row['file_name'])}: {row['status']}, {row['error_code'] or 'see problems'}"
        errors.print(f"{message}. {visible(row['error_message'] or '')}", soft_wrap=True, markup=False, highlight=False)
    return sum(row["status"] == "failed" for row in failures)


def _count(out: Path, name: str, shown: frozenset[str]) -> tuple[Counter[str], int]:
    """How many rows of a table each of some submissions has, and how many there are in all."""
    path = out / "tables" / f"{name}.parquet"
    return store.count_values(path, store.Those("submission_id", shown))


def _summary(out: Path, submissions: pa.Table) -> Table:
    listed: list[Row] = submissions.slice(0, MAX_SUBMISSIONS_SHOWN).to_pylist()
    shown = frozenset(row["submission_id"] or "" for row in listed)
    counts = {name: _count(out, name, shown) for name in ("reports", *(f"{kind}_mentions" for kind in KINDS))}
    summary = table(number_of(submissions.num_rows, "submission"))
    summary.add_column("submission", overflow="fold", min_width=16)
    summary.add_column("status", no_wrap=True)
    for name in ("pages", "reports", *KINDS[:-1], "orgs"):
        summary.add_column(name, justify="right", no_wrap=True)
    for row in listed:
        key = row["submission_id"] if row["status"] in ("extracted", "partial") else ""
        figures = [row["page_count"], *(by_submission[key] for by_submission, _ in counts.values())]
        cells = ["" if figure is None else f"{figure:,}" for figure in figures]
        summary.add_row(Text(visible(row["file_name"])), row["status"], *(cells if key else [""] * len(figures)))
    if submissions.num_rows > MAX_SUBMISSIONS_SHOWN:
        summary.add_row(f"and {submissions.num_rows - MAX_SUBMISSIONS_SHOWN} more", "")
    statuses = Counter(submissions["status"].to_pylist())
    ending = "\n".join(f"{number} {status}" for status, number in sorted(statuses.items()))
    of_their_own = zip(*(submissions[name].to_pylist() for name in ("status", "page_count")), strict=True)
    pages = sum(count or 0 for status, count in of_their_own if status != "duplicate")
    summary.add_section()
    totals = [pages, *(total for _, total in counts.values())]
    summary.add_row("all", ending, *(f"{total:,}" for total in totals))
    return summary
