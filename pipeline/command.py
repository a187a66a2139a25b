"""How stages are called from a shell: their arguments, their messages, their exit codes.

Exit codes: 0 the work was done; 2 nothing could be done, with a sentence on standard error that says why.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline import progress, store
from pipeline.batch import Batch, process
from pipeline.checks import CheckError
from pipeline.cluster import ClusterError
from pipeline.corrections import CorrectionError
from pipeline.exports import ExportError
from pipeline.isolate import KeeperError
from pipeline.isolate.confinement import missing_protection
from pipeline.params import ParamsError, read_params
from pipeline.registry import RegistryError
from pipeline.revisions import RevisionError
from pipeline.scoring import GoldError
from pipeline.store.door import NOT_SUBMISSIONS
from pipeline.watch import WatchError

NOTHING_DONE = 2
ACTIONABLE = (
    ClusterError,
    WatchError,
    *(store.StoreError, ParamsError, KeeperError, RegistryError, CorrectionError, RevisionError, GoldError),
    *(ExportError, CheckError),
)
"""Errors whose message tells a person what to do."""


def parse_batch(argv: Sequence[str] | None, description: str | None) -> Batch:
    """Reads a stage's arguments.

    Raises:
        ParamsError: the parameters cannot be used.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw", nargs="?", type=Path, default=Path("raw"), help="folder of submissions (default: raw)")
    parser.add_argument("--out", type=Path, default=Path("extracted"), help="folder of results (default: extracted)")
    parser.add_argument("--params", type=Path, help="parameters (default: params.yaml)")
    parser.add_argument("--jobs", type=int, default=default_jobs(), help="submissions at a time (default: one a core)")
    parser.add_argument("--force", action="store_true", help="do it again even where nothing has changed")
    args = parser.parse_args(argv)
    refuse_results_among_submissions(args.raw, args.out)
    return Batch(args.raw, args.out, read_params(args.params), max(1, args.jobs), args.force)


def refuse_results_among_submissions(raw: Path, out: Path) -> None:
    """Refuses a folder of results whose files the next run would take for submissions.

    Raises:
        ParamsError: it lies in the folder of submissions, or is that folder.
    """
    inside, among = out.resolve(), raw.resolve()
    if inside.is_relative_to(among):
        parts = inside.relative_to(among).parts
        if not any(part.startswith(NOT_SUBMISSIONS) for part in parts):
            where = f"{out} is in the folder of submissions ({raw})" if parts else f"{out} is the folder of submissions"
            raise ParamsError(f"{where}: its files would be taken for submissions. Name another one with --out.")


def default_jobs() -> int:
    """As many submissions at a time as there are cores to use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def guarded(work: Callable[[], int]) -> int:
    """Does the work of a command; an error a person can act on becomes one sentence and exit code 2."""
    try:
        return work()
    except ACTIONABLE as error:
        print(f"pipeline: {error.strerror if isinstance(error, OSError) else error}", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("pipeline: stopped. What was finished is kept; run again to go on.", file=sys.stderr)
        return NOTHING_DONE


def warn_of_missing_protection() -> None:
    """Says on standard error what this system cannot take from the processes that read strangers' files."""
    for sentence in missing_protection():
        print(f"pipeline: {sentence} Read strangers' files on a system that has it.", file=sys.stderr)


def run_stage(stage: str, argv: Sequence[str] | None, description: str | None) -> int:
    """Runs one of the stages that work on one submission at a time."""

    def work() -> int:
        batch = parse_batch(argv, description)
        with store.locked(batch.extracted):
            store.sweep(batch.extracted)
            with progress.telling(stage) as tell:
                done = process(batch, (stage,), tell)
        if done:
            warn_of_missing_protection()
        print(f"{stage}: {len(done)} submissions done, the others were up to date", file=sys.stderr)
        return 0

    return guarded(work)
