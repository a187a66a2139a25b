"""The laws of the tables: what keeps them, what breaks them, and what a person is told then."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pandera.errors
import pyarrow as pa
import pytest

import pipeline
from pipeline import activities, checks, command, schema, store
from pipeline.checks.laws import LAWS
from tests.changed_tables import extraction
from tests.test_upkeep import Shelf

TEXT = (
    "On [3 May 2021|date 2021-05-03] we trained [45 officials|count 45] in [Peru|country PE] "
    "for [1,200 USD|money 1200 USD]."
)


@pytest.fixture
def tables() -> dict[str, pa.Table]:
    made = extraction({"name": "a.pdf", "sections": {"1 Work": TEXT, "2 More": "We met [two mayors|count 2]."}})
    return made | activities.tables_of(made)


def altered(tables: dict[str, pa.Table], name: str, **values: Any) -> dict[str, pa.Table]:
    """The tables with other values in the first row of one."""
    rows = tables[name].to_pylist()
    rows[0] |= values
    return tables | {name: schema.to_arrow(schema.TABLES[name], rows)}


def test_sound_tables_pass(tables: dict[str, pa.Table]) -> None:
    checks.check(tables)


def test_empty_tables_pass() -> None:
    checks.check({name: table.schema.empty_table() for name, table in schema.TABLES.items()})


@pytest.mark.parametrize(
    ("name", "values", "law"),
    [
        ("date_mentions", {"end_date": datetime.date(2020, 1, 1)}, "start_date is not after end_date"),
        ("date_mentions", {"kind": "duration"}, "a duration or recurrence has a duration"),
        ("count_mentions", {"value_max": 3.0, "qualifier": "range"}, "value is not above value_max"),
        ("count_mentions", {"qualifier": "range"}, "a range has a value_max"),
        ("count_mentions", {"char_end": 1}, "char_start lies before char_end"),
        ("count_mentions", {"text": "46 officials"}, "text is what the section holds there"),
        ("count_mentions", {"char_start": 1, "char_end": 13}, "text is what the section holds there"),
        ("count_mentions", {"page_number": 9}, "page_number is a page of the submission"),
        ("count_mentions", {"section_id": "nowhere"}, "section_id 'nowhere' is not in sections"),
        ("money_mentions", {"amount_max": Decimal(1), "qualifier": "range"}, "amount is not above amount_max"),
        ("money_mentions", {"currency": "EURO"}, "currency is a code of ISO 4217"),
        ("country_mentions", {"alpha3": "PEX"}, "are a country of ISO 3166-1"),
        ("reports", {"period_end": datetime.date(2020, 1, 1)}, "period_start is not after period_end"),
        ("reports", {"ordinal": 2}, "report_id is submission_id, a dash and ordinal"),
        ("sections", {"page_first": 2}, "page_first is not after page_last"),
        ("sections", {"path": "9"}, "section_id is report_id, a slash and path"),
        ("mention_boxes", {"x0": 900.0}, "x0 is not right of x1"),
        ("mention_boxes", {"mention_id": "gone"}, "mention_id 'gone' is not in the tables of mentions"),
        ("submissions", {"sha256": "f" * 64}, "submission_id begins the file's SHA-256"),
        ("activities", {"text": "else"}, "text is what the section holds there"),
        ("activity_mentions", {"mention_id": "gone"}, "'gone' is not in the tables of mentions"),
        ("activity_amounts", {"currency": "ZZZ"}, "currency is a code of ISO 4217"),
    ],
)
def test_a_broken_law_is_told_with_its_row(tables: dict[str, pa.Table], name: str, values: Any, law: str) -> None:
    broken = altered(tables, name, **values)
    with pytest.raises(checks.CheckError) as caught:
        checks.check(broken)
    message = str(caught.value)
    assert f"{name}: " in message
    assert law in message
    key = str(broken[name].to_pylist()[0][schema.TABLES[name].key[0]])
    assert key in message or "is not in" in message


def test_many_rows_are_counted(tables: dict[str, pa.Table]) -> None:
    row = tables["count_mentions"].to_pylist()[0]
    rows = [row | {"mention_id": f"count-{n}", "currency": None, "text": "x"} for n in range(9)]
    for one in rows:
        del one["currency"]
    with pytest.raises(checks.CheckError, match=r"and 4 more"):
        checks.check(tables | {"count_mentions": schema.to_arrow(schema.COUNT_MENTIONS, rows)})


def test_only_what_is_given_is_asked(tables: dict[str, pa.Table]) -> None:
    checks.check({"count_mentions": tables["count_mentions"]})
    stub = pa.table({"organization_id": pa.array([], schema.STRING)})
    checks.check({"reports": tables["reports"], "organizations": stub})


def test_every_law_is_about_a_table() -> None:
    for law in LAWS:
        assert any(law.is_about(table) for table in schema.TABLES.values()), law.name
    assert len({law.words for law in LAWS}) == len(LAWS)


def test_a_broken_law_ends_a_command_with_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise checks.CheckError("The tables were not written. reports: page_first is not after page_last.")

    assert command.guarded(work) == 2
    assert "page_first is not after page_last" in capsys.readouterr().err


def test_a_failing_check_leaves_the_old_tables_whole(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put("a.pdf", 1)
    shelf.update()
    before = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}

    shelf.put("b.pdf", 2)
    sound = shelf.held["b.pdf"]
    placed = sound.tagged.mentions[0]
    wrong = msgspec.structs.replace(placed, mention=msgspec.structs.replace(placed.mention, text="not there"))
    mentions = (wrong, *sound.tagged.mentions[1:])
    shelf.held["b.pdf"] = msgspec.structs.replace(
        sound, tagged=msgspec.structs.replace(sound.tagged, mentions=mentions)
    )
    with pytest.raises(checks.CheckError, match="text is "):
        shelf.update()
    assert {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()} == before

    shelf.held["b.pdf"] = sound
    shelf.update()
    assert shelf.differing() == []


@pytest.fixture
def folder(tables: dict[str, pa.Table], tmp_path: Path) -> Path:
    for name, arrow in tables.items():
        store.write_bytes(tmp_path / f"{name}.parquet", store.tables.encode_table(arrow))
    return tmp_path


@pytest.mark.parametrize("name", schema.TABLES)
def test_loaded_frames_fit_their_schema(name: str, folder: Path) -> None:
    for plot_ready in (False, True):
        frame = pipeline.load(name, folder, plot_ready=plot_ready)
        checks.schema(name).validate(frame, lazy=True)
        checks.schema(name).validate(frame.head(0), lazy=True)


def test_a_frame_that_breaks_its_declaration_is_refused(folder: Path) -> None:
    frame = pipeline.load("count_mentions", folder)
    for column, value in (("confidence", 1.5), ("page_number", 0), ("text", None)):
        broken = frame.copy()
        broken.loc[0, column] = value
        with pytest.raises(pandera.errors.SchemaErrors):
            checks.schema("counts").validate(broken, lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        checks.schema("counts").validate(frame.drop(columns="unit"), lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        checks.schema("counts").validate(frame.assign(value="many"), lazy=True)


def test_kinds_and_tables_are_known_by_their_names() -> None:
    assert checks.schema("countries").name == "country_mentions"
    assert checks.schema("money").name == "money_mentions"
    assert checks.schema("activities").unique == ["activity_id"]
    with pytest.raises(KeyError, match="There are: submissions"):
        checks.schema("cats")
