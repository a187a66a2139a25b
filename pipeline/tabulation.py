"""All submissions together: names resolved, ids made unique, corrections replayed, rows turned into checked tables.

Submissions are read one at a time and twice: once for the names of organizations, which are resolved together, and once
for the rows, which are turned into Arrow as they come.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
from msgspec import Struct, structs

from pipeline import activities, checks, corrections, rows, schema, totals
from pipeline.corrections import Correction
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


def build_tables(
    ledger: Sequence[LedgerEntry], read: Read, registry: Registry, decisions: Sequence[Correction] = ()
) -> dict[str, pa.Table]:
    """Builds every table.

    Args:
        ledger: the entries found, in order of name.
        read: gives what the stages left for an entry.
        registry: what a person has decided about organizations.
        decisions: what a person has decided about mentions, in force.

    Raises:
        SchemaError: rows do not fit their declaration or break a law, which is a fault of this program.
    """
    gathered = _gather_names(ledger, read, registry)
    known = {organization.organization_id for organization in gathered.resolution.organizations}
    replay = corrections.Replay(decisions, known)
    parts: dict[str, list[pa.Table]] = {name: [] for name in schema.TABLES}
    submissions = []
    taken: set[str] = set()
    for entry in ledger:
        submission = read(entry) if entry.sha256 else None
        submissions.append(rows.submission_row(entry, submission))
        if submission is None or entry.duplicate_of:
            continue
        ids = gathered.resolution.organization_ids[gathered.places[submission.submission_id]]
        for name, found in rows_of(submission, ids, taken, replay).items():
            parts[name].append(schema.to_arrow(schema.TABLES[name], found))
    numbers = Counter(name for table in parts["problems"] for name in table["submission_id"].to_pylist())
    parts["problems"].append(schema.to_arrow(schema.PROBLEMS, list(homeless_rows(replay.homeless(), numbers))))
    parts["submissions"] = [schema.to_arrow(schema.SUBMISSIONS, submissions)]
    parts["organizations"] = [schema.to_arrow(schema.ORGANIZATIONS, list(_organization_rows(gathered.resolution)))]
    aliases = list(_alias_rows(gathered.resolution))
    parts["organization_aliases"] = [schema.to_arrow(schema.ORGANIZATION_ALIASES, aliases)]
    tables = {name: schema.joined(schema.TABLES[name], found) for name, found in parts.items()}
    if replay.has_organizations:
        tables |= recounted(tables)
    tables |= activities.tables_of(tables)
    checks.check(tables)
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


def rows_of(
    submission: Submission, organization_ids: Iterable[str], taken: set[str], replay: corrections.Replay
) -> rows.Rows:
    """The rows of all tables that one submission gives, corrected.

    Args:
        submission: what the stages left.
        organization_ids: the organization of each of its `rows.name_uses`, in order.
        taken: the ids of mentions that submissions before it have; its own are added.
        replay: the decisions in force.
    """
    wanted = rows.mention_ids(submission.segmented, submission.tagged)
    ids, clashes = rows.unique_ids(wanted, taken)
    found = rows.submission_rows(submission, ids, organization_ids)
    further = list(_resubmitted(clashes)) if clashes else []
    identities = rows.report_identities(submission.segmented)
    reports = [(identities[report.ordinal], report) for report in submission.segmented.reports]
    further += map(corrections.problem, replay.apply(found, submission.submission_id, reports))
    further += totals.find(found)
    if further:
        found["problems"] = rows.problem_rows(submission, further)
    return found


def homeless_rows(stale: Iterable[corrections.Stale], problems: Mapping[str, int]) -> Iterator[Row]:
    """Problems about decisions whose report is gone, under the submission that it was in.

    Args:
        stale: the decisions.
        problems: how many problems each submission has otherwise.
    """
    numbers = Counter(problems)
    for item in stale:
        assert item.correction.mention is not None
        submission_id = item.correction.mention.submission_id
        numbers[submission_id] += 1
        problem = corrections.problem(item)
        row: Row = {"submission_id": submission_id, "problem_number": numbers[submission_id]}
        yield row | {"page_number": None, "section_id": None, "code": problem.code, "message": problem.message}


def _resubmitted(clashes: int) -> Iterable[Problem]:
    message = f"{clashes} mentions have ids that another submission of the same report has; these got a suffix."
    return (Problem("report_resubmitted", f"{message} Keep one of the two files."),)


def _organization_rows(resolution: Resolution) -> Iterator[Row]:
    for organization in resolution.organizations:
        yield structs.asdict(organization)


def _alias_rows(resolution: Resolution) -> Iterator[Row]:
    for alias in resolution.aliases:
        yield structs.asdict(alias)


def recounted(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables about organizations with their counts made anew from the mentions that corrections left."""
    mentions, reports = (tables[name].to_pylist() for name in ("organization_mentions", "reports"))
    by_id = Counter(row["organization_id"] for row in mentions)
    named = {(row["organization_id"], row["report_id"]) for row in (*mentions, *reports)}
    in_reports = Counter(organization for organization, _ in named)
    organizations = [
        row | {"mention_count": by_id[row["organization_id"]], "report_count": in_reports[row["organization_id"]]}
        for row in tables["organizations"].to_pylist()
    ]
    by_form = Counter((row["organization_id"], row["text"]) for row in mentions)
    aliases = {(row["organization_id"], row["alias"]): row for row in tables["organization_aliases"].to_pylist()}
    for row in mentions:
        key = row["organization_id"], row["text"]
        aliases.setdefault(key, {"organization_id": key[0], "alias": key[1], "form": row["form"]})
    counted = [row | {"mention_count": by_form[key]} for key, row in aliases.items()]
    return {
        table.name: schema.joined(table, [schema.to_arrow(table, found)])
        for table, found in ((schema.ORGANIZATIONS, organizations), (schema.ORGANIZATION_ALIASES, counted))
    }
