"""The published tables kept up to date: the cost of a run is the cost of what has changed.

The bytes are those of `tabulation.build_tables` over everything. A submission's rows depend on what its stages left, on
the organizations that its names turn out to be, on other submissions of the same report that come before it, and on
decisions about it. The index knows all four of each submission that is in the tables; where one has changed, the rows
of that submission are made anew, and all others stay. When the code, a library or the registry changes, or the tables
are not those of the last run, everything is made anew.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pyarrow as pa
from msgspec import Struct, structs

from pipeline import corrections, rows, schema, store, tabulation
from pipeline.corrections import Correction
from pipeline.records import LedgerEntry
from pipeline.registry import Registry
from pipeline.rows import Row, Submission
from pipeline.store import Index, Layout, Spill, Those, Written
from pipeline.upkeep import parts
from pipeline.upkeep.names import Names, Settled
from pipeline.upkeep.parts import OF_NAMES, Brought, Enter, Make, Read, Settling, Spread
from pipeline.upkeep.parts import perform as perform
from pipeline.upkeep.parts import rehearse as rehearse

RUN = 128
"""Submissions whose rows are held in memory together."""
CHUNK = 64
"""Submissions that are entered, or whose rows become Arrow, together."""
MANY = 256
"""Submissions from which on other processes are asked to help: they take as long to start as 60 take here."""
FEWER = 2
"""When more than one submission in so many is new, everything is made anew."""
OF_SUBMISSIONS = tuple(
    name for name, table in schema.TABLES.items() if name != "submissions" and "submission_id" in table.schema.names
)
OF_MENTIONS = tuple(table.name for table in schema.MENTION_TABLES.values())
DEPENDENT = {"mention_boxes": OF_MENTIONS, "activity_mentions": ("activities",), "activity_amounts": ("activities",)}
"""Tables whose rows leave with those of other tables, by their key."""


NOTHING = Settled(frozenset(), (), (), frozenset())


class Sources(Struct, frozen=True):
    """What the tables are made of.

    Args:
        ledger: the entries found, in order of name.
        marks: what tells whether the results of a submission are as they were, by submission_id.
        read: gives what the stages left for an entry; None when there is nothing.
        registry: what a person has decided about organizations.
        decisions: what a person has decided about mentions, in force.
        recipe: names the code, the libraries and the files that shape the tables.
        spread: has jobs performed by other processes, if there are any; `read` gives the same in each of them.
        jobs: how many tables are written at a time.
    """

    ledger: Sequence[LedgerEntry]
    marks: Mapping[str, bytes]
    read: Read
    registry: Registry
    decisions: Sequence[Correction]
    recipe: str
    spread: Spread | None = None
    jobs: int = 1

    def spread_over(self, number: int) -> Spread | None:
        """What has jobs about so many submissions performed; None when it is not worth it."""
        return self.spread if number >= MANY else None


class Held(Struct, frozen=True):
    """What the index knows of a submission that is in the tables."""

    file_name: str
    marks: bytes
    decided: str


def update(extracted: Path, index: Index, sources: Sources) -> int:
    """Brings the published tables up to date; returns how many submissions had their rows made anew.

    Raises:
        StoreError: a result is missing or damaged, or the tables cannot be written.
        SchemaError: rows do not fit their declaration or break a law, which is a fault of this program.
    """
    layouts = _layouts(extracted, index)
    if layouts is None or index.fact("recipe") != sources.recipe.encode():
        layouts = _begin_anew(index)
    wanted = {entry.submission_id: entry for entry in sources.ledger if _is_read(entry)}
    held = _held(index)
    if held and sum(one not in held for one in wanted) * FEWER > len(wanted):
        layouts, held = _begin_anew(index), {}
    run = _Run(extracted, index, sources, {str(one): entry for one, entry in wanted.items()}, held)
    dirty, settled = run.settle()
    if run.has_news or not layouts or index.fact("ledger") != run.ledger_digest:
        layouts = run.write(dirty, settled, layouts)
        index.set_fact("layouts", msgspec.msgpack.encode(layouts))
    else:
        store.publish(extracted, layouts, {})  # mends what stands beside the tables
    index.set_fact("ledger", run.ledger_digest)
    index.set_fact("recipe", sources.recipe.encode())
    return len(dirty)


def _layouts(extracted: Path, index: Index) -> dict[str, Layout] | None:
    """The layouts of the tables as they stand; None when one of them is not that of the last run."""
    data = index.fact("layouts")
    kept = msgspec.msgpack.decode(data, type=dict[str, Layout]) if data else {}
    found = {name: store.confirmed(extracted, name, kept.get(name, Layout())) for name in schema.TABLES}
    sound = {name: layout for name, layout in found.items() if layout is not None}
    return sound if len(sound) == len(schema.TABLES) else None


def _begin_anew(index: Index) -> dict[str, Layout]:
    index.forget("held", "identities", "counts", "users", "outcomes")
    for name in ("layouts", "homeless", "ledger", "pairs", "pairs again"):
        index.set_fact(name, b"")
    return {}


def _held(index: Index) -> dict[str, Held]:
    found = index.rows("SELECT id, file_name, marks, decided FROM held")
    return {one: Held(file_name, marks, decided) for one, file_name, marks, decided in found}


def _is_read(entry: LedgerEntry) -> bool:
    return bool(entry.sha256) and not entry.error_code and not entry.duplicate_of


class _Run:
    """One bringing up to date: what has changed, and what follows from it."""

    def __init__(
        self,
        extracted: Path,
        index: Index,
        sources: Sources,
        wanted: Mapping[str, LedgerEntry],
        held: Mapping[str, Held],
    ) -> None:
        self.extracted, self.index, self.sources = extracted, index, sources
        self.wanted, self.held = wanted, held
        self.changed = [one for one in wanted if one not in held or held[one].marks != sources.marks.get(one, b"")]
        self.left = [one for one in held if one not in wanted]
        self.names = Names(index, sources.registry)
        self.ledger_digest = hashlib.sha256(msgspec.msgpack.encode(list(sources.ledger))).digest()
        self.homeless_before = msgspec.msgpack.decode(index.fact("homeless") or b"\x90", type=list[tuple[str, str]])
        self.has_news = True

    def settle(self) -> tuple[list[str], Settled]:
        """Notes what has changed in the index, and returns the submissions to be made anew, in order of their files."""
        dirty = set(self.changed)
        renamed = {one for one in self.wanted.keys() & self.held.keys() if self._is_renamed(one)}
        near = self._sharing({*self.left, *self.changed, *renamed} & self.held.keys())
        for one in (*self.left, *(one for one in self.changed if one in self.held)):
            self.names.leave(one)
            self.index.many("DELETE FROM identities WHERE id = ?", [(one,)])
        self.index.many("DELETE FROM held WHERE id = ?", ((one,) for one in self.left))
        for brought in parts.entering(self._entering(), self.sources.read, self.sources.spread_over(len(self.changed))):
            self._enter(brought)
        file_names = ((self.wanted[one].file_name, one) for one in renamed)
        self.index.many("UPDATE held SET file_name = ? WHERE id = ?", file_names)
        near |= self._sharing({*self.changed, *renamed})
        settled = self.names.settle() if self.changed or self.left else NOTHING
        decided = self._decided()
        dirty |= {one for one, digest in decided.items() if one in self.held and self.held[one].decided != digest}
        dirty |= {one for one, held in self.held.items() if held.decided and one not in decided}
        dirty = (dirty | near | settled.affected) & self.wanted.keys()
        dirty |= self._sharing(dirty)
        self.has_news = bool(dirty or self.left or settled.gone or self.homeless() != self.homeless_before)
        if self.has_news:
            dirty |= {one for one, _ in (*self.homeless(), *self.homeless_before)} & self.wanted.keys()
            settled = self.names.settle() if settled is NOTHING else settled
        self.index.many("UPDATE held SET decided = ? WHERE id = ?", ((decided.get(one, ""), one) for one in dirty))
        return [one for one in self.wanted if one in dirty], settled

    def _is_renamed(self, one: str) -> bool:
        return self.held[one].file_name != self.wanted[one].file_name

    def _entering(self) -> Iterator[Enter]:
        """All that is new to the index, some submissions at a time."""
        for place in range(0, len(self.changed), CHUNK):
            yield Enter(tuple(self.wanted[one] for one in self.changed[place : place + CHUNK]), self.names.pins)

    def _enter(self, brought: Brought) -> None:
        held = (
            (one, self.wanted[one].file_name, self.sources.marks.get(one, b""), entry, problems, "", names)
            for one, entry, problems, names in map(structs.astuple, brought.entered)
        )
        self.index.many("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?, ?)", held)
        self.index.many("INSERT OR IGNORE INTO identities VALUES (?, ?)", brought.identities)
        self.names.enter((item.submission_id for item in brought.entered), brought.counts, brought.users)

    def _sharing(self, ids: Collection[str]) -> set[str]:
        """The submissions that hold a report which one of these holds too, and those that hold one of theirs."""
        found: set[str] = set()
        pending = list(ids)
        query = (
            "SELECT DISTINCT other.id FROM identities own JOIN identities other ON own.identity = other.identity "
            "WHERE own.id = ? AND other.id != own.id"
        )
        while pending:
            for (other,) in self.index.rows(query, (pending.pop(),)):
                if other not in found:
                    found.add(other)
                    pending.append(other)
        return found

    def _decided(self) -> dict[str, str]:
        """For each submission that decisions are about, what tells them from others."""
        digests: dict[str, list[bytes]] = defaultdict(list)
        for decision in self.sources.decisions:
            assert decision.mention is not None
            organization = (decision.value or {}).get("organization_id")
            known = organization is None or organization in self.names.rows
            facts = msgspec.json.encode((decision, known))
            query = "SELECT id FROM identities WHERE identity = ?"
            about = {one for (one,) in self.index.rows(query, (decision.mention.report,))}
            own = decision.mention.submission_id
            about |= {own, *self._sharing([own])} & self.wanted.keys()
            for one in about:
                digests[one].append(facts)
        return {one: hashlib.sha256(b"\n".join(facts)).hexdigest() for one, facts in digests.items()}

    def homeless(self) -> list[tuple[str, str]]:
        """The decisions whose report is in no submission any more: the submission it was in, and the decision's id."""
        query = "SELECT COUNT(*) FROM identities WHERE identity = ?"
        found = []
        for decision in self.sources.decisions:
            assert decision.mention is not None
            if next(self.index.rows(query, (decision.mention.report,))) == (0,):
                found.append((decision.mention.submission_id, decision.id))
        return sorted(found)

    def write(self, dirty: Sequence[str], settled: Settled, layouts: dict[str, Layout]) -> dict[str, Layout]:
        """Writes the tables that change, and returns the layouts of all."""
        runs = len(dirty) // RUN + 1
        starts = {name: layout.contents.starts for name, layout in layouts.items()} if runs > 1 else {}
        has_organizations = any(one.mention and one.mention.kind == "organization" for one in self.sources.decisions)
        with Spill(self.extracted, runs, starts) as spill:
            problems: dict[str, int] = {}
            seen: set[str] = set()
            jobs = parts.making(self._making(dirty), self.sources.read, self.sources.spread_over(len(dirty)))
            for number, made in enumerate(jobs, 1):
                for name, arrow in made.tables.items():
                    spill.add(name, arrow)
                if number % (RUN // CHUNK) == 0:
                    spill.end_run()
                problems |= made.problems
                seen |= made.seen
            spill.add("problems", schema.to_arrow(schema.PROBLEMS, list(self._homeless(seen, problems))))
            spill.end_run()
            gone = {*self.left, *(one for one in dirty if one in self.held), *(one for one, _ in self.homeless_before)}
            written = self._merged(spill, gone, layouts)
        written |= self._merged_names(settled, layouts, written, recount=has_organizations)
        written |= self._merged_submissions(dirty, layouts.get("submissions", Layout()))
        self.index.set_fact("homeless", msgspec.msgpack.encode(self.homeless()))
        return store.publish(self.extracted, layouts, written)

    def _units(self, dirty: Sequence[str]) -> Iterator[list[list[str]]]:
        """Some submissions at a time; those that share a report together, in order of their files."""
        order = {one: place for place, one in enumerate(dirty)}
        done: set[str] = set()
        chunk: list[list[str]] = []
        for one in dirty:
            if one in done:
                continue
            together = sorted({one, *self._sharing([one])} & order.keys(), key=lambda other: order[other])
            done |= set(together) if len(together) > 1 else set()
            chunk.append(together)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _making(self, dirty: Sequence[str]) -> Iterator[Make]:
        """The rows to be made, some submissions at a time."""
        named = {(decision.value or {}).get("organization_id") for decision in self.sources.decisions}
        known = frozenset(one for one in named if one in self.names.rows)
        for unit in self._units(dirty):
            groups = [
                tuple(Settling(self.wanted[one], tuple(self.names.organization_ids(one))) for one in together)
                for together in unit
            ]
            used = known.union(*(settling.organization_ids for group in groups for settling in group))
            names = {one: self.names.rows[one].name for one in used}
            yield Make(tuple(groups), names, tuple(self.sources.decisions), known)

    def _homeless(self, seen: Collection[str], problems: Mapping[str, int]) -> Iterator[Row]:
        """Problems about decisions whose report is gone, under the submission that it was in."""
        lost = {decision for _, decision in self.homeless()} - set(seen)
        stale = corrections.Replay(self.sources.decisions).homeless()
        yield from tabulation.homeless_rows([item for item in stale if item.correction.id in lost], problems)

    def _merged(self, spill: Spill, gone: set[str], layouts: Mapping[str, Layout]) -> dict[str, Written]:
        """The new files of all tables that hold rows of submissions."""
        of_submissions = Those("submission_id", frozenset(gone))
        leaving = dict.fromkeys(OF_SUBMISSIONS, of_submissions)
        for name, sources in DEPENDENT.items():
            keys = (self._leaving_keys(source, layouts, of_submissions) for source in sources)
            leaving[name] = Those(schema.TABLES[name].key[0], frozenset[str]().union(*keys))

        def update(name: str) -> Written | None:
            table, layout = schema.TABLES[name], layouts.get(name, Layout())
            return store.update_table(self.extracted, table, layout, spill.buckets(name), leaving[name])

        with ThreadPoolExecutor(self.sources.jobs) as threads:
            written = dict(zip(leaving, threads.map(update, leaving), strict=True))
        return {name: new for name, new in written.items() if new is not None}

    def _leaving_keys(self, name: str, layouts: Mapping[str, Layout], gone: Those) -> frozenset[str]:
        return store.leaving_keys(self.extracted, schema.TABLES[name], layouts.get(name, Layout()), gone)

    def _merged_names(
        self, settled: Settled, layouts: Mapping[str, Layout], written: Mapping[str, Written], *, recount: bool
    ) -> dict[str, Written]:
        """The new files of the tables about organizations; counted anew where people have decided about mentions."""
        was_recounted = self.index.fact("recounted") == b"1"
        self.index.set_fact("recounted", b"1" if recount else b"0")
        whole = recount or was_recounted or not layouts
        organizations = self.names.rows.values() if whole else settled.rows
        aliases = self.names.aliases if whole else settled.aliases
        fresh = {
            "organizations": schema.to_arrow(schema.ORGANIZATIONS, [structs.asdict(row) for row in organizations]),
            "organization_aliases": schema.to_arrow(
                schema.ORGANIZATION_ALIASES, [structs.asdict(alias) for alias in aliases]
            ),
        }
        if recount:
            fresh |= tabulation.recounted(fresh | self._naming(written))
        gone = Those("organization_id", frozenset() if whole else settled.gone)
        found = {}
        for name in OF_NAMES:
            layout = Layout() if whole else layouts.get(name, Layout())
            table = schema.TABLES[name]
            new = store.update_table(self.extracted, table, layout, [(None, schema.joined(table, [fresh[name]]))], gone)
            if new is not None:
                found[name] = new
        return found

    def _naming(self, written: Mapping[str, Written]) -> dict[str, pa.Table]:
        """The tables that name organizations, as they will be published."""
        names = ("organization_mentions", "reports")
        places = {name: self.extracted / store.TABLES_FOLDER / f"{name}.parquet" for name in names}
        return {name: store.read_table(written[name].path if name in written else places[name]) for name in names}

    def _merged_submissions(self, dirty: Collection[str], layout: Layout) -> dict[str, Written]:
        """The new file of the table of all entries. A row stays while its file does and its results do."""
        standing = self._standing(dirty) if layout.sha256 else {}
        entries = [entry for entry in self.sources.ledger if standing.pop(entry.file_name, "") != _what_stays(entry)]
        gone = Those("file_name", frozenset({*standing, *(entry.file_name for entry in entries)}))
        fresh = self._submissions(entries)
        new = store.update_table(self.extracted, schema.SUBMISSIONS, layout, [(None, fresh)], gone)
        return {} if new is None else {"submissions": new}

    def _standing(self, dirty: Collection[str]) -> dict[str, str | None]:
        """The digest behind each row of the table of entries; none where the row is to be made anew."""
        path = self.extracted / store.TABLES_FOLDER / "submissions.parquet"
        columns = store.read_columns(path, ["file_name", "sha256", "submission_id", "duplicate_of"])
        rows_ = zip(*(column.to_pylist() for column in columns.columns), strict=True)
        renewed = set(dirty)
        return {name: None if one in renewed or original else sha for name, sha, one, original in rows_}

    def _submissions(self, ledger: Sequence[LedgerEntry]) -> pa.Table:
        """The rows of some entries."""
        parts = []
        for place in range(0, len(ledger), 1000):
            entries = ledger[place : place + 1000]
            ids = [entry.submission_id for entry in entries if _is_read(entry)]
            query = f"SELECT id, entry FROM held WHERE id IN ({', '.join('?' * len(ids))})"
            known = dict(self.index.rows(query, ids))
            found = [_submission_row(entry, known) for entry in entries]
            parts.append(schema.to_arrow(schema.SUBMISSIONS, found))
        return schema.joined(schema.SUBMISSIONS, parts)


def _what_stays(entry: LedgerEntry) -> str:
    """What the row of an entry is made of, if it was read; of another nothing is taken for unchanged."""
    return entry.sha256 if entry.sha256 and _is_read(entry) else "not read"


def _submission_row(entry: LedgerEntry, known: Mapping[str, bytes]) -> Row:
    """The row of one entry; `known` is what became of those that were read."""
    if not _is_read(entry):
        return rows.submission_row(entry, None)
    return rows.submission_row(entry, msgspec.msgpack.decode(known[str(entry.submission_id)], type=Submission))
