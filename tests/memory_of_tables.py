"""`python -m tests.memory_of_tables NUMBER FOLDER`: makes tables of so many made submissions, and prints its peak.

Each submission is made when it is read, so that what is held is what the making of tables holds.
"""

import resource
import sys
from pathlib import Path

import msgspec

from pipeline import corrections, registry, store, upkeep
from pipeline.records import LedgerEntry
from pipeline.rows import Submission
from tests.test_upkeep import made_submission


def submission(seed: int) -> Submission:
    """One that nobody else's report is in: what shares a report is made together."""
    made = made_submission(f"{seed:06}.pdf", seed)
    own = f"{'ABCDEFGHIJ'[seed % 10]}{seed // 10:04} Council"
    reports = tuple(
        msgspec.structs.replace(report, organization=own, acronym=None) for report in made.segmented.reports
    )
    return msgspec.structs.replace(made, segmented=msgspec.structs.replace(made.segmented, reports=reports))


def peak_of(number: int, folder: Path) -> int:
    """KiB that this process held at most."""
    ledger = [submission(seed).entry for seed in range(number)]

    def read(entry: LedgerEntry) -> Submission:
        return submission(int(entry.file_name[:6]))

    marks = {str(entry.submission_id): b"as it was" for entry in ledger}
    known, decided = registry.parse_registry(b""), corrections.in_force(())
    with store.open_index(folder) as index:
        upkeep.update(folder, index, upkeep.Sources(ledger, marks, read, known, decided, "one"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(peak_of(int(sys.argv[1]), Path(sys.argv[2])))
