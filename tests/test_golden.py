"""The sample submissions through the whole machine: the same tables as those committed, and as good as they were.

When a rule changes the tables on purpose: `make run`, look at what changed row by row, and commit the tables.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import store, verify
from pipeline.batch import Batch, process
from pipeline.cli.screen import visible
from pipeline.evaluate import evaluate
from pipeline.params import read_params
from pipeline.records import KINDS
from pipeline.scoring import Score
from pipeline.stages import CHAIN
from pipeline.tabulate import tabulate
from tests.conftest import RAW, ROOT

FLOORS = {"date": 0.97, "count": 0.97, "money": 0.94, "country": 0.94, "organization": 0.84}
"""Strict F1 on the samples' gold that no change may undercut."""


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    batch = Batch(RAW, tmp_path_factory.mktemp("golden"), read_params(ROOT / "params.yaml"), jobs=2)
    process(batch, CHAIN, lambda done, total: None)
    tabulate(batch)
    yield batch


@pytest.fixture(scope="module")
def score(golden: Batch) -> Score:
    return evaluate(golden)


def test_the_committed_tables_are_those_of_a_fresh_run(golden: Batch) -> None:
    assert store.verify_tables(ROOT / "extracted") == []
    assert store.read_manifest(golden.extracted) == store.read_manifest(ROOT / "extracted")


def test_the_committed_figures_are_those_of_a_fresh_run(golden: Batch, score: Score) -> None:
    fresh = json.loads((golden.extracted / "metrics.json").read_text())
    assert fresh == json.loads((ROOT / "extracted" / "metrics.json").read_text())


def test_reports_and_sections_are_as_a_person_reads_them(score: Score) -> None:
    assert (score.fields.spurious, score.fields.missed) == (0, 0), score.differences
    assert (score.sections.spurious, score.sections.missed) == (0, 0), score.differences


@pytest.mark.parametrize("kind", KINDS)
def test_mentions_are_as_good_as_they_were(score: Score, kind: str) -> None:
    assert score.strict[kind].f1 >= FLOORS[kind], [line for line in score.differences if f" {kind} " in line]


def test_every_box_spells_its_mention(golden: Batch) -> None:
    result = verify.verify_tables(golden.extracted / "tables", RAW)
    assert result.mentions > 800
    assert result.complaints == ()


def test_names_are_shown_harmlessly() -> None:
    assert visible("a\u202eb\x1b[31m\n") == "a\\u202eb\\x1b[31m\\n"


def test_every_sample_has_gold() -> None:
    assert {path.stem for path in RAW.glob("*.pdf")} == {path.stem for path in Path(RAW / "_gold").glob("*.json")}
