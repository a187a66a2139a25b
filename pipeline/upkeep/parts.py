"""What can be made of some submissions without a look at the others, in this process or in one beside it.

There are two such jobs. `Enter` reads submissions that are new to the index and finds what they bring to it. `Make`
makes the rows of submissions once it is settled which organization each of their names is. Both are functions of values
and of what the stages left; `perform` does either on bytes.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec
import pyarrow as pa
from msgspec import Struct

from pipeline import activities, checks, corrections, rows, schema, tabulation
from pipeline.corrections import Correction
from pipeline.records import (
    DateValue,
    ExtractedSubmission,
    LedgerEntry,
    Mention,
    OrganizationValue,
    Page,
    Passage,
    PlacedMention,
    Report,
    Section,
    SegmentedSubmission,
    TaggedSubmission,
)
from pipeline.resolution import Pins
from pipeline.rows import Rows, Submission
from pipeline.upkeep import sums
from pipeline.upkeep.sums import Count, User

OF_NAMES = ("organizations", "organization_aliases")
"""Tables that no job makes: they are about all submissions together. So is `submissions`."""
STUB = pa.schema({"organization_id": pa.string(), "parent_organization_id": pa.string()})

Read = Callable[[LedgerEntry], Submission | None]
"""Gives what the stages left for an entry; None when there is nothing."""
Spread = Callable[[Iterable[bytes]], Iterator[bytes]]
"""Has each of many jobs performed, several at a time, and gives what comes of them in any order."""


class Enter(Struct, frozen=True, tag=True):
    """Submissions that are new to the index, and the decisions that bear on what their names mean."""

    entries: tuple[LedgerEntry, ...]
    pins: Pins


class Entered(Struct, frozen=True, array_like=True):
    """What the index keeps of one submission: its entry, how many problems it has, and its names."""

    submission_id: str
    entry: bytes
    problems: int
    names: bytes


class Brought(Struct, frozen=True, array_like=True):
    """What some submissions bring to the index; `identities` are what tells reports from others, and who holds them."""

    entered: tuple[Entered, ...]
    identities: tuple[tuple[str, str], ...]
    counts: tuple[Count, ...]
    users: tuple[User, ...]


class Settling(Struct, frozen=True):
    """A submission, and the organization of each of its names, in order."""

    entry: LedgerEntry
    organization_ids: tuple[str, ...]


class Make(Struct, frozen=True, tag=True):
    """Submissions whose rows are wanted; those that share a report together, in order of their files.

    `names` are those of the organizations they may mention. `decisions` are all in force, `known` the organizations
    among those that they name.
    """

    groups: tuple[tuple[Settling, ...], ...]
    names: dict[str, str]
    decisions: tuple[Correction, ...] = ()
    known: frozenset[str] = frozenset()


class Made(Struct, frozen=True):
    """Rows of some submissions, checked, by table; how many problems each has; which decisions their mentions met."""

    tables: Mapping[str, pa.Table]
    problems: dict[str, int]
    seen: frozenset[str]


class _Sent(Struct, frozen=True, array_like=True):
    """`Made` as bytes: of each table its one batch, without the schema, which both sides know."""

    tables: dict[str, bytes]
    problems: dict[str, int]
    seen: frozenset[str]


def enter(job: Enter, read: Read) -> Brought:
    """Finds what submissions bring to the index."""
    entered, identities, counts = [], [], []
    users: list[User] = []
    for submission in _all_of(job.entries, read):
        one = submission.submission_id
        uses = list(rows.name_uses(submission.segmented, submission.tagged))
        names = sums.remember(uses, job.pins)
        light = msgspec.msgpack.encode(_without_contents(submission))
        entered.append(Entered(one, light, len(rows.problem_rows(submission, ())), sums.pack(names)))
        identities += [(what, one) for what in rows.report_identities(submission.segmented).values()]
        counts.append(chain(names.first, names.second))
        users += names.users
    return Brought(tuple(entered), tuple(identities), sums.total(chain.from_iterable(counts)), tuple(users))


def make(job: Make, read: Read) -> Made:
    """Makes the rows of submissions, corrected and checked.

    Raises:
        SchemaError: rows do not fit their declaration or break a law, which is a fault of this program.
    """
    replay = corrections.Replay(job.decisions, job.known)
    gathered: Rows = {name: [] for name in schema.TABLES}
    problems = {}
    for group in job.groups:
        found: Rows = {name: [] for name in schema.TABLES}
        taken: set[str] = set()
        submissions = _all_of([settling.entry for settling in group], read)
        for settling, submission in zip(group, submissions, strict=True):
            own = tabulation.rows_of(submission, settling.organization_ids, taken, replay)
            problems[submission.submission_id] = len(own["problems"])
            for name in own:
                found[name] += own[name]
            found["submissions"].append(rows.submission_row(settling.entry, submission))
        found |= _activities(found, job.names)
        for name in found:
            gathered[name] += found[name]
    arrow = {name: schema.to_arrow(schema.TABLES[name], found) for name, found in gathered.items()}
    known = [{"organization_id": one, "parent_organization_id": None} for one in _used(gathered) & job.names.keys()]
    checks.check(arrow | {"organizations": pa.Table.from_pylist(known, STUB)})
    kept = {name: table for name, table in arrow.items() if name not in ("submissions", *OF_NAMES)}
    unmet = {item.correction.id for item in replay.homeless()}
    return Made(kept, problems, frozenset(decision.id for decision in job.decisions) - unmet)


def perform(data: bytes, read: Read) -> bytes:
    """Does a job that came as bytes."""
    job = msgspec.msgpack.decode(data, type=Enter | Make)
    if isinstance(job, Enter):
        return msgspec.msgpack.encode(enter(job, read))
    made = make(job, read)
    tables = {name: _sent(table) for name, table in made.tables.items() if table.num_rows}
    return msgspec.msgpack.encode(_Sent(tables, made.problems, made.seen))


def rehearse() -> None:
    """Does both jobs once on a made-up submission, so that all they read and compile is there for who forks."""
    date = DateValue(datetime.date(2020, 3, 3), datetime.date(2020, 3, 3), "day", "date")
    body = OrganizationValue("Ministry of Health of Peru", "MoH", "name")
    text = "On 3 March 2020 the Ministry of Health of Peru trained us."
    found = (
        Mention("date", 3, 15, text[3:15], date, "sample"),
        Mention("organization", 20, 46, text[20:46], body, "sample"),
    )
    section = Section(1, None, 1, "1.", "1", Passage("Training"), Passage(text), 1, 1)
    submission = Submission(
        LedgerEntry("", "0" * 64, 1),
        ExtractedSubmission("0" * 16, "extracted", 1, (Page(1, 595.0, 842.0, 0, "text_layer", ()),)),
        SegmentedSubmission("0" * 16, (Report(1, "Harbour Council", "HC", None, None, None, 1, 1, (section,)),)),
        TaggedSubmission("0" * 16, tuple(PlacedMention(1, 1, "text", mention, text, 1, ()) for mention in found)),
    )
    data = msgspec.json.encode(submission)
    names = {f"org-{number}": "" for number in range(2)}
    jobs = Enter((submission.entry,), Pins()), Make(((Settling(submission.entry, tuple(names)),),), names)
    for job in jobs:
        perform(msgspec.msgpack.encode(job), lambda _: msgspec.json.decode(data, type=Submission))


def entering(jobs: Iterable[Enter], read: Read, spread: Spread | None) -> Iterator[Brought]:
    """Does each of many jobs, here or elsewhere."""
    if spread is None:
        yield from (enter(job, read) for job in jobs)
    else:
        for data in spread(map(msgspec.msgpack.encode, jobs)):
            yield msgspec.msgpack.decode(data, type=Brought)


def making(jobs: Iterable[Make], read: Read, spread: Spread | None) -> Iterator[Made]:
    """Does each of many jobs, here or elsewhere."""
    if spread is None:
        yield from (make(job, read) for job in jobs)
    else:
        for data in spread(map(msgspec.msgpack.encode, jobs)):
            sent = msgspec.msgpack.decode(data, type=_Sent)
            yield Made({name: _received(name, rows_) for name, rows_ in sent.tables.items()}, sent.problems, sent.seen)


def _sent(table: pa.Table) -> bytes:
    [batch] = table.combine_chunks().to_batches()
    return memoryview(batch.serialize()).tobytes()


def _received(name: str, data: bytes) -> pa.Table:
    table = schema.TABLES[name].schema
    return pa.Table.from_batches([pa.ipc.read_record_batch(pa.py_buffer(data), table)])


def _all_of(entries: Sequence[LedgerEntry], read: Read) -> Iterator[Submission]:
    for entry in entries:
        submission = read(entry)
        assert submission is not None
        yield submission


def _used(found: Rows) -> set[str]:
    used = {row["organization_id"] for name in ("organization_mentions", "reports") for row in found[name]}
    return {one for one in used if one is not None}


def _activities(found: Rows, names: Mapping[str, str]) -> Rows:
    known = [{"organization_id": one, "name": names[one]} for one in _used(found)]
    return activities.build(found | {"organizations": known})


def _without_contents(submission: Submission) -> Submission:
    """What became of a submission, without what was found in it."""
    read, cut, tagged = submission.extracted, submission.segmented, submission.tagged
    return Submission(
        submission.entry,
        ExtractedSubmission(
            read.submission_id, read.status, read.page_count, (), (), read.error_code, read.error_message
        ),
        SegmentedSubmission(cut.submission_id, (), (), cut.error_code, cut.error_message),
        TaggedSubmission(tagged.submission_id, (), (), tagged.error_code, tagged.error_message),
    )
