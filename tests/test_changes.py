"""What differs between two small extractions, and in which order it is told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import changes
from pipeline.changes import Comparison, pairing
from pipeline.changes.pairing import _aligned
from pipeline.changes.reasons import explain
from pipeline.provenance import Provenance, Recipe
from pipeline.views import terminal, words
from tests.changed_tables import extraction

GOLDEN = Path(__file__).parent / "golden" / "diffs"
TRAINING = "We trained [45 officials|count 45] in [Peru|country PE] on [3 May 2021|date 2021-05-03]."
FUNDS = "The work cost [USD 1,200|money 1200 USD] and reached [300 officials|count 300]."
BEFORE = {"name": "harbour.pdf", "sections": {"1 Training": TRAINING, "2 Funds": FUNDS}}


def changed(**facts: Any) -> dict[str, Any]:
    return {**BEFORE, **facts}


CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "edited_span": (
        [BEFORE],
        [
            changed(
                sections={
                    "1 Training": TRAINING.replace("trained [45", "[trained 45"),
                    "2 Funds": FUNDS,
                }
            )
        ],
    ),
    "renumbered_section": (
        [BEFORE],
        [changed(sections={"1 Training": TRAINING, "2 Partners": "Nobody joined.", "3 Funds": FUNDS})],
    ),
    "resubmitted_under_another_name": ([BEFORE], [changed(name="harbour final.pdf", bytes="others")]),
    "withdrawn": (
        [BEFORE, {"name": "river.pdf", "organization": "River Trust", "sections": {"1 Floods": TRAINING}}],
        [BEFORE],
    ),
    "rule_change": (
        [BEFORE],
        [
            changed(
                sections={
                    "1 Training": TRAINING.replace("|date 2021-05-03", "|date 2021-03-05"),
                    "2 Funds": "The work cost [USD 1,200|money 1200000 USD] and reached 300 officials.",
                }
            )
        ],
    ),
}


def compared(case: str) -> Comparison:
    old, new = CASES[case]
    return changes.compare(extraction(*old), extraction(*new))


def told(comparison: Comparison) -> list[tuple[str, str]]:
    return [(change.sort, change.row["text"]) for change in comparison.changes if change.kind]


@pytest.mark.parametrize("case", sorted(CASES))
def test_golden(case: str) -> None:
    text = "".join(f"{line.plain}\n" for line in terminal.lines(compared(case), 1000, everything=True))
    path = GOLDEN / f"{case}.txt"
    if not path.exists():
        path.write_text(text)
        pytest.fail(f"{path} was not there; it is written now. Read it before you commit it.")
    assert text == path.read_text()


def test_equal_extractions_have_no_changes() -> None:
    comparison = changes.compare(extraction(BEFORE), extraction(BEFORE))
    assert comparison.is_equal
    assert not comparison.changes


def test_an_edited_span_is_one_change() -> None:
    assert told(compared("edited_span")) == [("changed", "trained 45 officials")]


def test_a_section_with_a_new_number_moves_its_mentions() -> None:
    comparison = compared("renumbered_section")
    assert told(comparison) == [("moved", "300 officials"), ("moved", "USD 1,200")]
    assert [(c.sort, c.row["path"]) for c in comparison.changes if c.table == "sections"] == [
        ("added", "2"),
        ("changed", "3"),
    ]


def test_a_report_handed_in_again_keeps_its_mentions() -> None:
    comparison = compared("resubmitted_under_another_name")
    assert {change.table for change in comparison.changes} == {"submissions"}
    assert [fate.fate for fate in comparison.submissions] == ["changed"]


def test_losses_are_told_first_then_failed_checks() -> None:
    comparison = compared("rule_change")
    assert [change.tier for change in comparison.changes if change.kind] == ["loss", "check", "rest"]
    assert comparison.changes[0].row["text"] == "300 officials"
    assert [check for change in comparison.changes for check in change.checks] == [
        "amount is another order of magnitude"
    ]


def test_a_withdrawn_submission_is_all_losses() -> None:
    comparison = compared("withdrawn")
    kinds = {change.kind for change in comparison.changes if change.tier == "loss"}
    assert kinds == {None, "count", "country", "date"}


def test_words_put_in_further_up_move_nothing() -> None:
    longer = {"1 Training": f"It rained for days. {TRAINING}", "2 Funds": FUNDS}
    comparison = changes.compare(extraction(BEFORE), extraction(changed(sections=longer)))
    assert {sort for sort, _ in told(comparison)} == {"metadata"}


@pytest.mark.parametrize(("facts", "sort"), [({"shift": 3}, "boxes"), ({"confidence": 0.9}, "metadata")])
def test_what_only_describes_a_mention_is_apart(facts: dict[str, Any], sort: str) -> None:
    comparison = changes.compare(extraction(BEFORE), extraction(changed(**facts)))
    assert {change.sort for change in comparison.changes} == {sort}
    assert {change.tier for change in comparison.changes} == {"rest"}


def test_an_unsure_new_mention_is_doubtful() -> None:
    new = changed(confidence=0.4, sections={**BEFORE["sections"], "3 Travel": "We went to [Chad|country TD]."})
    comparison = changes.compare(extraction(BEFORE), extraction(new))
    assert [change.row["text"] for change in comparison.changes if change.tier == "doubt"] == ["Chad"]


def test_an_older_extraction_may_lack_columns_and_tables() -> None:
    old = {name: table for name, table in extraction(BEFORE).items() if name != "table_cells"}
    old["count_mentions"] = old["count_mentions"].drop_columns(["rule"])
    comparison = changes.compare(old, extraction(BEFORE))
    assert comparison.notes == ("The column count_mentions.rule is new.",)
    assert {change.sort for change in comparison.changes} == {"metadata"}


def test_every_change_has_an_id_of_its_own() -> None:
    for case in CASES:
        ids = [change.change_id for change in compared(case).changes]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("case", "recipe", "reason"),
    [
        ("withdrawn", {}, "a withdrawn submission"),
        ("resubmitted_under_another_name", {}, "a changed PDF"),
        ("rule_change", {"code": "other"}, "the code of tag"),
        ("rule_change", {"parameters": {"model": "b"}}, "parameter tag.model was absent, is b"),
        ("rule_change", {"files": {"model": "b"}}, "the model of tag"),
    ],
)
def test_why(case: str, recipe: dict[str, Any], reason: str) -> None:
    empty = Provenance({stage: Recipe() for stage in ("extract", "segment", "tag", "tabulate")})
    other = Provenance({**empty.stages, "tag": Recipe(**recipe)})
    explained = explain(compared(case), empty, other)
    assert reason in {change.reason for change in explained.changes}


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text("ab ", max_size=12), st.text("ab ", max_size=12), st.text("ab ", max_size=12), st.text("xy", max_size=4))
def test_offsets_after_an_insertion_point_at_the_same_words(first: str, second: str, third: str, more: str) -> None:
    old, new = f"{first}#{second}#{third}", f"{first}#{more}{second}#{third}"
    offsets = np.arange(len(old) + 1)
    moved = _aligned(old, new, offsets)
    assert all(0 <= place <= len(new) for place in moved)
    for mark in (len(first), len(first) + 1 + len(second)):
        assert new[moved[mark]] == "#"


def test_long_values_are_cut_so_that_the_difference_can_be_seen() -> None:
    long = "The hall was painted, and the roof was mended by volunteers in the summer holidays. " * 2
    before, after = words.shortened(f"{long}47 boats came.", f"{long}52 boats came.", 80)
    assert before == f"…{long[-19:]}47 boats came."
    assert after == f"…{long[-19:]}52 boats came."
    before, after = words.shortened(f"A{long}", f"B{long}", 80)
    assert (before[0], after[0], before[-1], len(before)) == ("A", "B", "…", 80)
    assert words.shortened(None, long, 80) == ("—", f"{long[:79]}…")
    assert words.shortened("short", "too", 80) == ("short", "too")


def test_spans_that_overlap_are_paired_by_the_most_shared_letters() -> None:
    def side(*spans: tuple[int, int]) -> pairing.Side:
        start, end = (np.array([span[edge] for span in spans], np.int64) for edge in (0, 1))
        none, own = np.zeros(len(spans), np.int64), np.arange(len(spans)) + 100 * len(spans)
        return pairing.Side(none, none, none, start, end, own, own, own)

    old, new = side((0, 10), (12, 20), (30, 40), (50, 51)), side((8, 20), (0, 9), (60, 70), (39, 45), (51, 52))
    pairs = pairing.pair_mentions(old, new)
    assert sorted(zip(pairs.old.tolist(), pairs.new.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 3)]
    assert (pairs.removed.tolist(), pairs.added.tolist()) == ([3], [2, 4])
