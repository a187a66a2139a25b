"""All submissions together: names resolved, ids made unique, corrections replayed, rows turned into checked tables.

Submissions are read one at a time and twice: once for the names of organizations, which are resolved together, and once
for the rows, which are turned into Arrow as they come.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import pyarrow as pa
from msgspec import Struct, structs

from pipeline import rows, schema
from pipeline.records import LedgerEntry, Problem
from pipeline.registry import Registry
from pipeline.resolution import NameUse, Resolution, resolve
from pipeline.rows import Row, Submission

Read = Callable[[LedgerEntry], Submission | None]
"""Gives what the stages left for an entry; None when there is nothing."""


class Gathered(Struct, frozen=True):
    """Where the names of each submission lie among all names."""

    resolution: Resolution
    places: dict[str, slice]


def build_tables(ledger: Sequence[LedgerEntry], read: Read, registry: Registry) -> dict[str, pa.Table]:
    """Builds every table.

    Args:
        ledger: the entries found, in order of name.
        read: gives what the stages left for an entry.
        registry: what a person has decided about organizations.

    Raises:
        SchemaError: rows do not fit their declaration, which is a fault of this program.
    """
    gathered = _gather_names(ledger, read, registry)
    parts: dict[str, list[pa.Table]] = {name: [] for name in schema.TABLES}
    submissions = []
    taken: set[str] = set()
    for entry in ledger:
        submission = read(entry) if entry.sha256 else None
        submissions.append(rows.submission_row(entry, submission))
        if submission is None or entry.duplicate_of:
            continue
        for name, found in _rows_of(submission, gathered, taken).items():
            parts[name].append(schema.to_arrow(schema.TABLES[name], found))
    parts["submissions"] = [schema.to_arrow(schema.SUBMISSIONS, submissions)]
    parts["organizations"] = [schema.to_arrow(schema.ORGANIZATIONS, list(_organization_rows(gathered.resolution)))]
    aliases = list(_alias_rows(gathered.resolution))
    parts["organization_aliases"] = [schema.to_arrow(schema.ORGANIZATION_ALIASES, aliases)]
    tables = {name: schema.joined(schema.TABLES[name], found) for name, found in parts.items()}
    schema.check_references(tables)
    return tables


def _gather_names(ledger: Sequence[LedgerEntry], read: Read, registry: Registry) -> Gathered:
    uses: list[NameUse] = []
    places = {}
    for entry in ledger:
        submission = None if entry.duplicate_of or not entry.sha256 else read(entry)
        if submission is not None:
            first = len(uses)
            uses += rows.name_uses(submission.segmented, submission.tagged)
            places[submission.submission_id] = slice(first, len(uses))
    return Gathered(resolve(uses, registry), places)


def _rows_of(submission: Submission, gathered: Gathered, taken: set[str]) -> rows.Rows:
    wanted = rows.mention_ids(submission.segmented, submission.tagged)
    ids, clashes = rows.unique_ids(wanted, taken)
    found = rows.submission_rows(
        submission, ids, gathered.resolution.organization_ids[gathered.places[submission.submission_id]]
    )
    if clashes:
        found["problems"] = rows.problem_rows(submission, _resubmitted(clashes))
    return found


def _resubmitted(clashes: int) -> Iterable[Problem]:
    message = f"{clashes} mentions have ids that another submission of the same report has; these got a suffix."
    return (Problem("report_resubmitted", f"{message} Keep one of the two files."),)


def _organization_rows(resolution: Resolution) -> Iterator[Row]:
    for organization in resolution.organizations:
        yield structs.asdict(organization)


def _alias_rows(resolution: Resolution) -> Iterator[Row]:
    for alias in resolution.aliases:
        yield structs.asdict(alias)
