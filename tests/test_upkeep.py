"""Tables that are kept up to date have the bytes of tables made from nothing, whatever came, went or was decided."""

import datetime
import hashlib
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from pipeline import corrections, registry, schema, store, tabulation, upkeep
from pipeline.corrections import Correction, Target
from pipeline.records import (
    Box,
    CountValue,
    DateValue,
    ExtractedSubmission,
    LedgerEntry,
    Mention,
    OrganizationValue,
    Page,
    Passage,
    PlacedMention,
    Problem,
    Report,
    Section,
    SegmentedSubmission,
    TaggedSubmission,
)
from pipeline.rows import Submission
from pipeline.store import groups

BODIES = (
    ("Harbour Council of Volunteers", "HCV"),
    ("Highland Volunteers Board", "HVB"),
    ("Harbor Council of Volunteers", None),
    ("Ministry of Health", "MoH"),
    ("World Health Organization", "WHO"),
    ("Honest Voters Board", "HVB"),
    ("Training Unit of HCV", None),
    ("Peru Youth Federation", None),
)
PAGE = Page(1, 595.0, 842.0, 0, "text_layer", ())


def made_submission(name: str, seed: int) -> Submission:
    """One or two reports with a few mentions each; the seed decides on what."""
    rng = random.Random(seed)
    sha = hashlib.sha256(f"{name} {seed}".encode()).hexdigest()
    reports, mentions = [], []
    for ordinal in range(1, rng.choice((2, 3))):
        report, found = _report(rng, ordinal)
        reports.append(report)
        mentions += found
    problems = (Problem("hidden_text", "Look at page 1.", 1),) * rng.choice((0, 0, 1))
    return Submission(
        LedgerEntry(name, sha, 1000),
        ExtractedSubmission(sha[:16], "extracted", 1, (PAGE,), problems),
        SegmentedSubmission(sha[:16], tuple(reports)),
        TaggedSubmission(sha[:16], tuple(mentions)),
    )


def _report(rng: random.Random, ordinal: int) -> tuple[Report, list[PlacedMention]]:
    own, acronym = rng.choice(BODIES[:3])
    year = rng.choice((2019, 2020, 2021))
    words, mentions = [], []
    for _ in range(rng.randint(1, 5)):
        name, short = rng.choice(BODIES)
        written = short if short and rng.random() < 0.5 else name
        known = name if rng.random() < 0.5 else written
        words.append(f"{written} trained 45 officials on 3 May {year}.")
        start = len(" ".join(words)) - len(words[-1])
        organization = OrganizationValue(
            known, short if known == name else None, "name" if written == name else "acronym"
        )
        count = CountValue(45.0, None, "exact", "officials", "official")
        day = datetime.date(year, 5, 3)
        date = DateValue(day, day, "day", "date")
        for kind, text, value in (
            ("organization", written, organization),
            ("count", "45 officials", count),
            ("date", f"3 May {year}", date),
        ):
            at = start + words[-1].index(text)
            mention = Mention(kind, at, at + len(text), text, value, "by hand", "rule", 0.8)  # type: ignore[arg-type]
            boxes = (Box(1, (72.0, 100.0 + at, 90.0, 112.0 + at)),)
            mentions.append(PlacedMention(ordinal, 1, "text", mention, words[-1], 1, boxes))
    section = Section(1, None, 1, "1.", "1", Passage("Training"), Passage(" ".join(words)), 1, 1)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return Report(ordinal, own, acronym, None, first, last, 1, 1, (section,)), mentions


class Shelf:
    """Submissions that come and go, and the output folder that is kept up to date with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held: dict[str, Submission] = {}
        self.decisions: tuple[Correction, ...] = ()
        self.registry = b""
        self.broken: list[LedgerEntry] = []
        self.is_spread = False

    def ledger(self) -> list[LedgerEntry]:
        return sorted([*(item.entry for item in self.held.values()), *self.broken], key=lambda entry: entry.file_name)

    def read(self, entry: LedgerEntry) -> Submission | None:
        return None if entry.error_code else self.held[entry.file_name]

    def update(self) -> int:
        marks = {item.submission_id: item.entry.sha256[:4].encode() for item in self.held.values() if item.entry.sha256}
        sources = upkeep.Sources(
            self.ledger(),
            marks,
            self.read,
            registry.parse_registry(self.registry),
            corrections.in_force(self.decisions),
            self.registry.decode(),
            self.spread if self.is_spread else None,
            2 if self.is_spread else 1,
        )
        with store.open_index(self.folder) as index:
            return upkeep.update(self.folder, index, sources)

    def spread(self, jobs: Iterable[bytes]) -> Iterator[bytes]:
        """As workers do: each job travels as bytes, and what comes first is not what was asked first."""
        yield from reversed([upkeep.perform(job, self.read) for job in jobs])

    def differing(self) -> list[str]:
        """The tables whose bytes are not those of a run from nothing."""
        tables = tabulation.build_tables(
            self.ledger(), self.read, registry.parse_registry(self.registry), corrections.in_force(self.decisions)
        )
        return [name for name, table in tables.items() if self.path(name).read_bytes() != store.encode_table(table)]

    def path(self, name: str) -> Path:
        return self.folder / "tables" / f"{name}.parquet"

    def put(self, name: str, seed: int) -> None:
        self.held[name] = made_submission(name, seed)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_changes_gives_the_bytes_of_a_run_from_nothing(
    shelf: Shelf, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    shelf.is_spread = seed % 2 == 1
    monkeypatch.setattr(upkeep, "MANY", 1)
    monkeypatch.setattr(upkeep, "CHUNK", 5)
    for step in range(9):
        change(shelf, rng, step)
        shelf.update()
        assert shelf.differing() == [], step
        assert store.verify_tables(shelf.folder) == []


def change(shelf: Shelf, rng: random.Random, step: int) -> None:
    """One thing that happens to a folder of submissions."""
    names = sorted(shelf.held)
    what = rng.choice(("put", "put", "put", "drop", "rename", "again", "decide", "undecide")) if step else "fill"
    if what == "fill":
        for number in range(12):
            shelf.put(f"{number:02}.pdf", number)
    elif what == "put":
        shelf.put(f"{rng.randrange(20):02}.pdf", rng.randrange(100))
    elif what == "drop" and len(names) > 1:
        del shelf.held[rng.choice(names)]
    elif what == "rename" and names:
        old = shelf.held.pop(rng.choice(names))
        new = f"z{step}.pdf"
        shelf.held[new] = msgspec.structs.replace(old, entry=msgspec.structs.replace(old.entry, file_name=new))
    elif what == "again" and names:
        shelf.put(f"again {step}.pdf", rng.randrange(12))
    elif what == "decide":
        shelf.decisions += tuple(decision(shelf, rng, step))
    elif what == "undecide":
        shelf.decisions = shelf.decisions[:-1]


def decision(shelf: Shelf, rng: random.Random, step: int) -> Sequence[Correction]:
    """A decision about a mention that stands in the tables; now and then about a report that nobody has handed in."""
    kind = rng.choice(("count", "organization"))
    rows = store.read_table(shelf.path(f"{kind}_mentions")).to_pylist()
    row = rng.choice([row for row in rows if row["source"] == "rule"])
    reports = {one["report_id"]: one for one in store.read_table(shelf.path("reports")).to_pylist()}
    report = reports[row["report_id"]]
    identity = f"{report['organization'].lower()}|{report['period_start']}|{report['period_end']}"
    target = Target(
        corrections.base_id(row["mention_id"]),
        kind,
        row["submission_id"],
        identity if rng.random() < 0.8 else "nobody|2000-01-01|2000-12-31",
        "1",
        "text",
        row["char_start"],
        row["char_end"],
        row["text"],
    )
    machine = corrections.machine_value(kind, row)
    value = None
    choice = rng.choice(("accept", "reject", "edit"))
    if choice == "edit":
        others = store.read_table(shelf.path("organizations"))["organization_id"].to_pylist()
        value = machine | ({"value": 54.0} if kind == "count" else {"organization_id": rng.choice(others)})
    when = f"2025-02-03T09:{step:02}:00Z"
    return [corrections.decide(choice, who="ab", when=when, why="seen", mention=target, machine=machine, value=value)]


def test_only_the_submission_that_comes_has_its_rows_made(shelf: Shelf) -> None:
    for number in range(12):
        shelf.put(f"{number:02}.pdf", number)
    assert shelf.update() == 12
    assert shelf.update() == 0
    shelf.held["new.pdf"] = unrelated("new.pdf")
    assert shelf.update() == 1
    assert shelf.differing() == []
    del shelf.held["new.pdf"]
    assert shelf.update() == 0
    assert shelf.differing() == []


def unrelated(name: str) -> Submission:
    """A submission that shares no report and explains no acronym."""
    item = made_submission(name, 3)
    reports = tuple(
        msgspec.structs.replace(report, organization=f"Isle of {name} Sailing Club", acronym=None)
        for report in item.segmented.reports
    )
    tagged = msgspec.structs.replace(item.tagged, mentions=())
    return msgspec.structs.replace(
        item, segmented=msgspec.structs.replace(item.segmented, reports=reports), tagged=tagged
    )


def test_an_acronym_that_gets_a_second_meaning_changes_the_rows_of_others(shelf: Shelf) -> None:
    shelf.put("a.pdf", 1)
    shelf.put("b.pdf", 2)
    shelf.update()
    for number in range(3, 9):
        shelf.put(f"{number}.pdf", number)
        shelf.update()
        assert shelf.differing() == []


def test_the_registry_and_damaged_tables_make_everything_anew(shelf: Shelf) -> None:
    for number in range(6):
        shelf.put(f"{number}.pdf", number)
    shelf.update()
    shelf.registry = b"organizations:\n- name: Harbour Volunteers\n  merges: [Harbour Council of Volunteers]\n"
    assert shelf.update() == 6
    assert shelf.differing() == []
    shelf.path("reports").write_bytes(b"PAR1")
    assert shelf.update() == 6
    assert shelf.differing() == []
    (shelf.folder / ".index.sqlite").write_bytes(b"no database" * 1000)
    assert shelf.update() == 6
    assert shelf.differing() == []


def test_many_submissions_go_through_runs_on_the_disk(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "RUN", 4)
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    for number in range(20):
        shelf.put(f"{number:02}.pdf", number)
    assert shelf.update() == 20
    assert shelf.differing() == []
    for number in range(20, 32):
        shelf.put(f"{number:02}.pdf", number)
    assert shelf.update() >= 12
    assert shelf.differing() == []
    assert not list(shelf.folder.glob(".spill*"))


def test_a_large_table_is_cut_where_its_keys_say_and_groups_without_a_change_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "BLOCK", 7)
    table = schema.ORGANIZATION_ALIASES
    rows = [alias_row(number) for number in range(5000)]
    layout = published(tmp_path, schema.joined(table, [schema.to_arrow(table, rows)]), store.Layout())
    assert 10 < len(layout.contents.groups) < 40
    for gone, come in ((range(3), ()), ((), (6001, 6002)), (range(100, 700), range(100, 500)), (range(5000), (7,))):
        leaving = {row["organization_id"] for row in map(alias_row, gone)}
        rows = [row for row in rows if row["organization_id"] not in leaving] + [alias_row(number) for number in come]
        fresh = schema.joined(table, [schema.to_arrow(table, [alias_row(number) for number in come])])
        layout = published(tmp_path, fresh, layout, leaving)
        expected = store.encode_table(schema.joined(table, [schema.to_arrow(table, rows)]))
        assert (tmp_path / "tables" / "organization_aliases.parquet").read_bytes() == expected


def alias_row(number: int) -> dict[str, object]:
    digest = hashlib.sha256(str(number).encode()).hexdigest()[:12]
    return {
        "organization_id": f"org-{digest}",
        "alias": f"Council {number}",
        "form": "name",
        "mention_count": number,
    }


def published(folder: Path, fresh: pa.Table, layout: store.Layout, leaving: Collection[str] = ()) -> store.Layout:
    gone = store.Those("organization_id", frozenset(leaving))
    written = store.update_table(folder, schema.ORGANIZATION_ALIASES, layout, [(None, fresh)], gone)
    assert written is not None
    written.path.rename(folder / "tables" / "organization_aliases.parquet")
    return written.layout
