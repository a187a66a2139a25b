"""Stage 4: mentions become tables, checked against their declaration, with the data dictionary and a manifest."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline import command, registry, store, tabulation
from pipeline.batch import Batch
from pipeline.records import ExtractedSubmission, LedgerEntry, SegmentedSubmission, TaggedSubmission
from pipeline.rows import Submission


def tabulate(batch: Batch) -> None:
    """Builds and writes every table from what the stages before left.

    Raises:
        StoreError: a result is missing or damaged, or the tables cannot be written.
        RegistryError: the file of decisions about organizations cannot be used.
    """
    known = registry.parse_registry(store.read_optional(batch.raw / batch.params.tabulate.registry))

    def read(entry: LedgerEntry) -> Submission | None:
        return None if entry.error_code else read_submission(batch.extracted, entry)

    store.write_tables(batch.extracted, tabulation.build_tables(store.read_ledger(batch.extracted), read, known))


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
        with store.locked(batch.extracted):
            store.sweep(batch.extracted)
            tabulate(batch)
        return 0

    return command.guarded(work)


if __name__ == "__main__":
    sys.exit(main())
