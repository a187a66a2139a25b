"""Stage 4: mentions become tables, checked against their declaration, with the data dictionary and a manifest."""

import contextlib
import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline import command, corrections, provenance, registry, schema, stages, store, upkeep
from pipeline.batch import Batch
from pipeline.isolate import Give, Perform
from pipeline.isolate.workers import Workers
from pipeline.records import ExtractedSubmission, LedgerEntry, SegmentedSubmission, TaggedSubmission
from pipeline.resolution import organization_id
from pipeline.rows import Submission


@contextlib.contextmanager
def workers(batch: Batch) -> Iterator[Workers | None]:
    """Processes that can help `tabulate`, none of them started yet; with one job there are none."""
    if batch.jobs == 1:
        yield None
        return
    with Workers("pipeline.tabulate", os.fsencode(batch.extracted), batch.jobs, batch.params.budget) as found:
        yield found


def preload(extracted: bytes) -> Perform:
    """Makes a keeper ready for the work of `tabulate`."""
    schema.leave_out_frames()
    upkeep.rehearse()
    read = partial(_read, Path(os.fsdecode(extracted)))

    def perform(arguments: bytes, give: Give) -> None:
        gc.disable()  # a child ends with its job
        give(upkeep.perform(arguments, read))

    return perform


def tabulate(batch: Batch, helping: Workers | None = None, index: store.Index | None = None) -> None:
    """Builds and writes every table from what the stages before left.

    Args:
        batch: what to work on.
        helping: what `workers` gave; without it all is done in this process.
        index: the open index of the output folder; by default it is opened here.

    Raises:
        StoreError: a result is missing or damaged, or the tables cannot be written.
        RegistryError: the file of decisions about organizations cannot be used.
        CorrectionError: the file of decisions about mentions cannot be used.
    """
    decisions = read_decisions(batch)
    if decisions.torn:
        half = "ends in half a line, which is no decision: mend it, or let the next decision move it aside"
        print(f"tabulate: {batch.raw / batch.params.tabulate.corrections} {half}.", file=sys.stderr)
    read = partial(_read, batch.extracted)
    spread = partial(helping.each, here=lambda job: upkeep.perform(job, read)) if helping else None
    made = provenance.of_run(batch.params, decisions.files)
    recipe = store.result_key([msgspec.json.encode(made.stages["tabulate"]).decode(), metadata.version("pyarrow")])
    ledger = store.read_ledger(batch.extracted)
    with contextlib.nullcontext(index) if index else store.open_index(batch.extracted) as opened:
        marks = _marks(batch.extracted, opened)
        sources = upkeep.Sources(
            ledger, marks, read, decisions.organizations, decisions.mentions, recipe, spread, batch.jobs
        )
        upkeep.update(batch.extracted, opened, sources)
    store.write_provenance(batch.extracted, provenance.encode_provenance(made))


class Decisions(NamedTuple):
    """What people have decided about organizations and mentions, and the bytes of the files that say so.

    `torn` says that the file about mentions ends in half a line.
    """

    organizations: registry.Registry
    mentions: Sequence[corrections.Correction]
    files: Mapping[str, bytes]
    torn: bool


def read_decisions(batch: Batch) -> Decisions:
    """Reads both files of decisions; one that is not there holds none.

    Raises:
        StoreError: a file cannot be read.
        RegistryError: the file of decisions about organizations cannot be used.
        CorrectionError: the file of decisions about mentions cannot be used.
    """
    lines, torn = store.read_log(batch.raw / batch.params.tabulate.corrections)
    files = {"registry": store.read_optional(batch.raw / batch.params.tabulate.registry), "corrections": lines}
    known = registry.parse_registry(files["registry"])
    return Decisions(known, corrections.in_force(corrections.parse_corrections(lines)), files, bool(torn))


def _marks(extracted: Path, index: store.Index) -> dict[str, bytes]:
    """What tells whether the results of each submission are as they were."""
    found: dict[str, bytes] = {}
    for stage in stages.CHAIN:
        for one, mark in store.marks(extracted, stage, index).items():
            found[one] = found.get(one, b"") + mark
    index.looks.clear()  # nobody asks for them again
    return found


def warm() -> None:
    """Imports and reads what `tabulate` needs, so that a run can do it while its workers are busy."""
    organization_id("Ministry of Health")
    schema.to_arrow(schema.REPORTS, [])


def _read(extracted: Path, entry: LedgerEntry) -> Submission | None:
    return None if entry.error_code else read_submission(extracted, entry)


def read_submission(extracted: Path, entry: LedgerEntry) -> Submission:
    """Reads what the stages left for one entry.

    Raises:
        StoreError: a result is missing or damaged.
    """
    assert entry.submission_id is not None
    return Submission(
        entry,
        store.read_result(extracted, "extract", entry.submission_id, ExtractedSubmission),
        store.read_result(extracted, "segment", entry.submission_id, SegmentedSubmission),
        store.read_result(extracted, "tag", entry.submission_id, TaggedSubmission),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the stage; returns the exit code."""

    def work() -> int:
        batch = command.parse_batch(argv, __doc__)
        with store.locked(batch.extracted), workers(batch) as helping:
            store.sweep(batch.extracted)
            tabulate(batch, helping)
        return 0

    return command.guarded(work)


if __name__ == "__main__":
    sys.exit(main())
