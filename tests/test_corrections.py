"""A person's decisions: how they are written, which are in force, and what they do to the tables."""

import datetime
import hashlib
import multiprocessing
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline import corrections, gold, schema, scoring, store, tabulation
from pipeline.corrections import Correction, CorrectionError, Target
from pipeline.records import (
    Box,
    CountryValue,
    CountValue,
    ExtractedSubmission,
    LedgerEntry,
    Mention,
    MoneyValue,
    OrganizationValue,
    Passage,
    Piece,
    PlacedMention,
    Report,
    Section,
    SegmentedSubmission,
    TaggedSubmission,
    Value,
)
from pipeline.registry import Registry
from pipeline.rows import Submission

TEXT = "In Peru the Harbour Council trained 45 officials for USD 4,500 and twelve boatmen."
IDENTITY = "harbour council|2021-01-01|2021-12-31"
VALUES: dict[str, Value] = {
    "Peru": CountryValue("PE", "PER", "Peru", "name"),
    "Harbour Council": OrganizationValue("Harbour Council", None, "name"),
    "45 officials": CountValue(45.0, None, "exact", "officials", "official"),
    "USD 4,500": MoneyValue(Decimal("4500"), None, "exact", "USD"),
}
KINDS = {"Peru": "country", "Harbour Council": "organization", "45 officials": "count", "USD 4,500": "money"}
Tables = dict[str, list[dict[str, Any]]]


def submission(name: str = "a.pdf", text: str = TEXT, **values: Value) -> Submission:
    """One report of one section; `values` say what the machine reads otherwise, by kind."""
    sha = hashlib.sha256(name.encode()).hexdigest()
    piece = Piece(0, len(text), 1, 1, (72.0, 100.0, 500.0, 112.0))
    day = datetime.date
    section = Section(1, None, 1, "1.", "1", Passage("Training"), Passage(text, (piece,)), 1, 1)
    report = Report(1, "Harbour Council", None, None, day(2021, 1, 1), day(2021, 12, 31), 1, 1, (section,))
    mentions = []
    for words, kind in KINDS.items():
        if words in text:
            start = text.index(words)
            value = values.get(kind, VALUES[words])
            mention = Mention(kind, start, start + len(words), words, value, "by hand", "rule", 0.8)  # type: ignore[arg-type]
            boxes = (Box(1, (72.0 + start, 100.0, 90.0 + start, 112.0)),)
            mentions.append(PlacedMention(1, 1, "text", mention, text, 1, boxes))
    return Submission(
        LedgerEntry(name, sha, 1000),
        ExtractedSubmission(sha[:16], "extracted", 1),
        SegmentedSubmission(sha[:16], (report,)),
        TaggedSubmission(sha[:16], tuple(mentions)),
    )


def tabulated(*decisions: Correction, found: tuple[Submission, ...] = ()) -> Tables:
    submissions = {item.entry.file_name: item for item in found or (submission(),)}
    ledger = [item.entry for item in submissions.values()]
    in_force = corrections.in_force(decisions)
    tables = tabulation.build_tables(ledger, lambda entry: submissions[entry.file_name], Registry(), in_force)
    return {name: table.to_pylist() for name, table in tables.items()}


def row(tables: Tables, words: str) -> dict[str, Any]:
    (found,) = [row for row in tables[f"{KINDS[words]}_mentions"] if row["text"] == words]
    return found


def decide(decision: str, words: str, **facts: Any) -> Correction:
    kind: Any = KINDS[words]
    now = row(tabulated(), words)
    target = Target(
        now["mention_id"], kind, now["submission_id"], IDENTITY, "1", "text", now["char_start"], now["char_end"], words
    )
    facts.setdefault("who", "ab")
    facts.setdefault("when", "2025-02-03T09:30:00Z")
    if "value" in facts:
        facts["value"] = corrections.complete(kind, facts["value"], now)
    machine = corrections.machine_value(kind, now)
    return corrections.decide(decision, mention=target, machine=machine, **facts)  # type: ignore[arg-type]


def add(words: str, value: dict[str, Any], start: int | None = None) -> Correction:
    at = TEXT.index(words) if start is None else start
    mention_id = corrections.added_id("count", IDENTITY, "1", "text", at, words)
    target = Target(mention_id, "count", "0" * 16, IDENTITY, "1", "text", at, at + len(words), words)
    value = corrections.complete("count", value)
    return corrections.decide("add", who="ab", when="2025-02-03T09:31:00Z", mention=target, value=value)


def stale(tables: Tables) -> list[str]:
    return [row["message"] for row in tables["problems"] if row["code"] == "stale_correction"]


def test_an_edit_replaces_the_value_and_keeps_the_machines_own() -> None:
    found = row(tabulated(decide("edit", "USD 4,500", value={"amount": "4500000"})), "USD 4,500")
    assert (found["amount"], found["currency"]) == (Decimal(4500000), "USD")
    assert (found["source"], found["confidence"], found["rule"]) == ("correction", 1.0, "by hand")
    assert corrections.machine_value("money", found) == {
        "amount": "4500",
        "amount_max": None,
        "qualifier": "exact",
        "currency": "USD",
    }


def test_an_accepted_mention_is_certain_and_stays_the_machines() -> None:
    found = row(tabulated(decide("accept", "45 officials")), "45 officials")
    assert (found["source"], found["confidence"], found["machine_value"]) == ("rule", 1.0, None)


def test_a_rejected_mention_and_its_boxes_go() -> None:
    tables = tabulated(decide("reject", "45 officials"))
    assert tables["count_mentions"] == []
    assert not [box for box in tables["mention_boxes"] if box["mention_id"].startswith("count-")]


def test_an_added_mention_is_placed_drawn_and_told_apart() -> None:
    (found,) = [
        r
        for r in tabulated(add("twelve boatmen", {"value": 12, "unit": "boatmen"}))["count_mentions"]
        if r["source"] == "correction"
    ]
    assert TEXT[found["char_start"] : found["char_end"]] == found["text"] == "twelve boatmen"
    assert (found["value"], found["unit"], found["rule"], found["sentence"]) == (12.0, "boatmen", "correction", TEXT)
    tables = tabulated(add("twelve boatmen", {"value": 12, "unit": "boatmen"}))
    assert [box["page_number"] for box in tables["mention_boxes"] if box["mention_id"] == found["mention_id"]] == [1]


def test_an_added_mention_follows_its_words() -> None:
    moved = submission(text="It rained. " + TEXT)
    tables = tabulated(add("twelve boatmen", {"value": 12, "unit": "boatmen"}), found=(moved,))
    assert [r["char_start"] for r in tables["count_mentions"] if r["source"] == "correction"] == [
        11 + TEXT.index("twelve")
    ]


def test_an_added_mention_whose_words_are_gone_is_listed() -> None:
    gone = submission(text=TEXT.replace("twelve", "many"))
    (message,) = stale(tabulated(add("twelve boatmen", {"value": 12}), found=(gone,)))
    assert "its words are no longer in the section" in message


def test_an_added_mention_that_the_machine_now_finds_is_no_double() -> None:
    tables = tabulated(add("45 officials", {"value": 45, "unit": "officials", "unit_head": "official"}))
    assert [r["confidence"] for r in tables["count_mentions"]] == [1.0]
    assert not stale(tables)


def test_an_added_mention_that_the_machine_now_reads_otherwise_is_stale() -> None:
    tables = tabulated(add("45 officials", {"value": 46, "unit": "officials"}))
    assert [r["value"] for r in tables["count_mentions"]] == [45.0]
    assert "the machine now finds '45 officials' there" in stale(tables)[0]


def test_a_stale_decision_is_not_applied_and_listed() -> None:
    decision = decide("edit", "USD 4,500", value={"amount": "4500000"})
    later = submission(money=MoneyValue(Decimal("4500"), None, "approximately", "USD"))
    tables = tabulated(decision, found=(later,))
    assert row(tables, "USD 4,500")["source"] == "rule"
    (message,) = stale(tables)
    assert decision.id in message
    assert "qualifier was exact, is approximately" in message


@pytest.mark.parametrize(("decision", "is_listed"), [("accept", True), ("reject", False)])
def test_a_mention_that_the_machine_lost(decision: str, is_listed: bool) -> None:
    without = submission(text=TEXT.replace("45 officials", "some people"))
    assert bool(stale(tabulated(decide(decision, "45 officials"), found=(without,)))) is is_listed


def test_a_lost_mention_that_a_person_put_back_needs_no_second_decision() -> None:
    whole = submission()
    kept = tuple(placed for placed in whole.tagged.mentions if placed.mention.kind != "count")
    without = msgspec.structs.replace(whole, tagged=TaggedSubmission(whole.submission_id, kept))
    accepted = decide("accept", "45 officials")
    assert len(stale(tabulated(accepted, found=(without,)))) == 1
    back = add("45 officials", {"value": 45, "unit": "officials"})
    tables = tabulated(accepted, back, found=(without,))
    assert [r["text"] for r in tables["count_mentions"]] == ["45 officials"]
    assert not stale(tables)


def test_decisions_hold_for_the_report_in_another_file_and_in_both() -> None:
    decision = decide("edit", "USD 4,500", value={"amount": "9"})
    tables = tabulated(decision, found=(submission("b.pdf"),))
    assert row(tables, "USD 4,500")["amount"] == 9
    both = tabulated(decision, found=(submission("b.pdf"), submission("c.pdf")))
    assert [r["amount"] for r in both["money_mentions"]] == [9, 9]


def test_a_decision_whose_report_is_gone_is_still_listed() -> None:
    other = submission()
    report = other.segmented.reports[0]
    renamed = Report(
        *(getattr(report, name) if name != "organization" else "River Trust" for name in Report.__struct_fields__)
    )
    elsewhere = Submission(
        other.entry, other.extracted, SegmentedSubmission(other.submission_id, (renamed,)), other.tagged
    )
    (message,) = stale(tabulated(decide("accept", "Peru"), found=(elsewhere,)))
    assert "its report is in no submission any more" in message


def test_a_rejected_organization_is_counted_no_more() -> None:
    before, after = tabulated(), tabulated(decide("reject", "Harbour Council"))
    assert [row["mention_count"] for row in before["organizations"]] == [1]
    assert [(row["mention_count"], row["report_count"]) for row in after["organizations"]] == [(0, 1)]
    assert [row["mention_count"] for row in after["organization_aliases"]] == [0]


def test_an_organization_that_is_not_there_is_no_crash() -> None:
    tables = tabulated(decide("edit", "Harbour Council", value={"organization_id": "org-000000000000"}))
    assert "there is no organization org-000000000000" in stale(tables)[0]


def test_the_last_decision_is_in_force_and_can_be_taken_back() -> None:
    first = decide("edit", "45 officials", value={"value": 4}, when="2025-02-03T09:00:00Z")
    second = decide("reject", "45 officials", when="2025-02-03T10:00:00Z")
    undo = corrections.decide("undo", who="cd", when="2025-02-03T11:00:00Z", undoes=second.id)
    redo = corrections.decide("undo", who="cd", when="2025-02-03T12:00:00Z", undoes=undo.id)
    assert [row["value"] for row in tabulated(first)["count_mentions"]] == [4.0]
    assert tabulated(first, second)["count_mentions"] == []
    assert [row["value"] for row in tabulated(first, second, undo)["count_mentions"]] == [4.0]
    assert tabulated(first, second, undo, redo)["count_mentions"] == []


def test_an_added_mention_can_be_changed_and_taken_out() -> None:
    added = add("twelve boatmen", {"value": 12, "unit": "boatmen"})
    facts: dict[str, Any] = {
        "who": "ab",
        "when": "2025-02-04T00:00:00Z",
        "mention": added.mention,
        "machine": added.value,
    }
    edited = corrections.decide("edit", value={**(added.value or {}), "value": 13.0}, **facts)
    rejected = corrections.decide("reject", **facts)
    values = [row["value"] for row in tabulated(added, edited)["count_mentions"]]
    assert sorted(values) == [13.0, 45.0]
    assert [row["value"] for row in tabulated(added, rejected)["count_mentions"]] == [45.0]


def test_lines_are_read_as_they_were_written() -> None:
    decisions = (
        decide("edit", "USD 4,500", value={"amount": "4500000.50"}, why="in thousands, says page 12"),
        add("twelve boatmen", {"value": 12}),
        decide("accept", "Peru"),
    )
    assert corrections.parse_corrections(b"".join(map(corrections.encode, decisions))) == decisions
    assert corrections.parse_corrections(b"") == ()


def test_an_interrupted_save_loses_the_decision_in_flight_only(tmp_path: Path) -> None:
    path = tmp_path / "_corrections.jsonl"
    first, second = decide("accept", "Peru"), decide("accept", "45 officials")
    path.write_bytes(corrections.encode(first) + corrections.encode(second)[:40])
    assert corrections.parse_corrections(store.read_log(path)[0]) == (first,)
    store.append_line(path, corrections.encode(second))
    assert corrections.parse_corrections(path.read_bytes()) == (first, second)


def test_a_last_line_that_an_editor_left_without_its_end_is_a_decision(tmp_path: Path) -> None:
    path = tmp_path / "_corrections.jsonl"
    first, second, third = decide("accept", "Peru"), decide("accept", "45 officials"), decide("reject", "Peru")
    path.write_bytes(corrections.encode(first) + corrections.encode(second).rstrip(b"\n"))
    lines, torn = store.read_log(path)
    assert corrections.parse_corrections(lines) == (first, second)
    assert torn == b""
    store.append_line(path, corrections.encode(third))
    assert corrections.parse_corrections(path.read_bytes()) == (first, second, third)
    assert not store.torn_path(path).exists()


def _append(path: Path, who: int) -> None:
    for number in range(20):
        store.append_line(path, b'{"who": %d, "number": %d}' % (who, number))


def test_two_writers_never_overwrite_each_other(tmp_path: Path) -> None:
    path = tmp_path / "_corrections.jsonl"
    writers = [multiprocessing.get_context("fork").Process(target=_append, args=(path, who)) for who in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(path.read_bytes().splitlines())) == 60


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", r"Line 1 of the corrections \(_corrections.jsonl\) cannot be used"),
        (b'{"id": "c-1", "when": "w", "who": "a", "decision": "maybe"}', "Line 1 .* 'maybe'"),
        (b'{"id": "c-1", "when": "w", "who": "a", "decision": "accept"}', "does not say which mention"),
        (b'{"id": "c-1", "when": "w", "who": "a", "decision": "undo", "undoes": "c-0"}', "no decision above it"),
        (b'{"id": "c-1", "when": "w", "who": "", "decision": "undo", "undoes": "c-0"}', "does not say who"),
        (b'{"id": "c-1", "when": "w", "who": "a", "decision": "undo", "odd": 1}', "odd"),
        (b"\xff\xfe", "Line 1"),
    ],
)
def test_a_line_that_is_no_decision_is_told(line: bytes, message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        corrections.parse_corrections(line + b"\n")


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        ("money", {"amount": "a lot"}, "amount cannot be 'a lot'"),
        ("money", {"amount": ""}, "amount is missing"),
        ("money", {"amount": "1", "currency": "dollars"}, "three capitals"),
        ("money", {"amount": "1e30"}, "does not fit"),
        ("count", {"value": "nan"}, "is a number"),
        ("count", {"value": 20, "value_max": 10}, "below the lower value"),
        ("count", {"value": 20, "qualifier": "range"}, "go together"),
        ("count", {"value": 20, "colour": "red"}, "has no colour"),
        ("country", {"alpha2": "XX"}, "ISO 3166-1"),
        ("date", {"start_date": "2021-13-01", "end_date": "2021-12-01"}, "day"),
        ("date", {"start_date": "2021-12-02", "end_date": "2021-12-01"}, "before start_date"),
        ("date", {}, "needs start_date"),
    ],
)
def test_a_value_that_is_not_allowed_is_told(kind: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        corrections.complete(kind, given)


@pytest.mark.parametrize(
    ("kind", "given", "found"),
    [
        ("country", {"alpha2": "pe"}, {"alpha3": "PER", "name": "Peru"}),
        ("count", {"value": "1200", "unit": "food parcels"}, {"value": 1200.0, "unit_head": "parcels"}),
        ("count", {"value": 20, "value_max": 30}, {"qualifier": "range"}),
        (
            "date",
            {"start_date": "2021-02-01", "end_date": "2021-02-28"},
            {"precision": "month", "kind": "date", "edtf": "2021-02"},
        ),
        (
            "date",
            {"start_date": "2020-01-01", "end_date": "2021-12-31"},
            {"precision": "year", "kind": "range", "edtf": "2020/2021"},
        ),
    ],
)
def test_what_follows_from_a_value_is_worked_out(kind: Any, given: dict[str, Any], found: dict[str, Any]) -> None:
    assert found.items() <= corrections.complete(kind, given).items()


def test_a_submission_with_every_mention_decided_becomes_gold() -> None:
    decisions = [decide("accept", words) for words in KINDS]
    decisions[2] = decide("edit", "45 officials", value={"value": 46})
    tables = tabulated(*decisions)
    (review,) = gold.reviews(tables, decisions)
    assert review.is_complete
    assert not gold.reviews(tables, decisions[1:])[0].is_complete
    made = gold.of_submission(tables, review)
    assert scoring.parse_gold(gold.encode(made), "a.json") == made
    score = scoring.score(made, tables)
    assert score.differences == []
    assert score.strict["count"].right == 1
    assert {mention.value for mention in made.reports[0].mentions if mention.kind == "count"} == {46.0}


def test_every_kind_has_checks_and_usual_values() -> None:
    from pipeline.corrections.values import CHECKS, DEFAULTS

    assert set(CHECKS) == set(DEFAULTS) == set(schema.MENTION_TABLES)
