"""How activities are held against what a person read."""

import pytest

from pipeline import activities, activity_gold, schema
from pipeline.nouns import lemma
from pipeline.scoring import GoldError, Tables, Tally
from tests.changed_tables import extraction

GOLD = """
a.pdf:
- - {section: "1", date: 2021-05-03/2021-05-03, people: 45, countries: [PE], amounts: [USD 1200]}
  - {section: "2", item: built, optional: true}
  - {section: "3"}
"""
SECTIONS = {
    "1 Training": "On [3 May 2021|date 2021-05-03] we trained [45 nurses|count 45] in [Chile|country CL].",
    "2 Works": "Last year we:\n- built [3 wells|count 3] for [1,200 USD|money 1200 USD];\n- repaired two roofs.",
}


@pytest.fixture
def tables() -> Tables:
    made = extraction({"name": "a.pdf", "sections": SECTIONS})
    counts = [row | {"unit_head": lemma(row["text"].split()[-1])} for row in made["count_mentions"].to_pylist()]
    made |= {"count_mentions": schema.to_arrow(schema.COUNT_MENTIONS, counts)}
    return {name: arrow.to_pylist() for name, arrow in (made | activities.tables_of(made)).items()}


def test_activities_and_their_cells_are_told_apart(tables: Tables) -> None:
    score = activity_gold.score(activity_gold.parse(GOLD.encode(), "gold"), tables)
    assert score.activities == Tally(right=1, spurious=1, missed=1)
    assert score.cells["date"] == Tally(right=1)
    assert score.cells["people"] == Tally(right=1)
    assert score.cells["countries"] == Tally(spurious=1, missed=1)
    assert score.cells["amounts"] == Tally(missed=1)
    assert "a.pdf report 1 section 3 '': activity missed" in score.differences
    assert "a.pdf report 1 section 2: activity spurious: 'repaired two roofs'" in score.differences


def test_no_gold_gives_full_marks(tables: Tables) -> None:
    figures = activity_gold.metrics(activity_gold.score(activity_gold.parse(b"", "gold"), tables))
    assert figures["found"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


@pytest.mark.parametrize("data", [b"- a", b"a.pdf: 5", b"a.pdf: [[{item: x}]]", b"{"])
def test_gold_that_cannot_be_used_is_named(data: bytes) -> None:
    with pytest.raises(GoldError, match=r"activities\.yaml"):
        activity_gold.parse(data, "activities.yaml")


def test_gold_without_its_submission_is_named(tables: Tables) -> None:
    with pytest.raises(GoldError, match=r"b\.pdf"):
        activity_gold.score(activity_gold.parse(b"b.pdf: []", "gold"), tables)
