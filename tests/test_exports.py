"""Every form gives back what went in: types, missing values, hostile and very long texts; and none holds a formula."""

import csv
import datetime
import hashlib
import io
import json
import random
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import datapackage, exports, schema, store
from pipeline.cli.app import app
from pipeline.exports import as_csv, as_duckdb, as_sqlite, as_xlsx
from tests.changed_tables import extraction

HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+49 30 1234",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    "'=1",
    "'quoted'",
    '"a","b"',
    "a,b;c\td",
    "first\nsecond\r\nthird",
    "\x07bell\x00null\x1b[31m",
    "_x0041_ is no A",
    "_x005F_x0041_",
    "\ufffe \uffff",
    " leading and trailing ",
    "ŵ 語 🦜 العربية",
    "NULL",
    "nan",
    "1e5",
    "2021-05-03",
    "001",
    "x" * 100_000,
    "🦜" * 40_000,
    "_x0007_" * 6_000,
    "=" + "y" * 50_000,
]
"""Texts that programs take for something else, or cannot hold."""
EXTREMES: dict[pa.DataType, list[Any]] = {
    schema.STRING: HOSTILE,
    schema.INT: [0, -1, 2**31 - 1, -(2**31)],
    schema.LONG: [0, 2**53 + 1, 2**63 - 1, -(2**63)],
    schema.FLOAT: [0.1, -1.5, 1e300, 5e-324, 123456789012345680.0],
    schema.BOOL: [True, False],
    schema.DATE: [
        datetime.date(1, 1, 1),
        datetime.date(1900, 2, 28),
        datetime.date(2020, 2, 29),
        datetime.date(9999, 12, 31),
    ],
    schema.MONEY_TYPE: [Decimal("0.0001"), Decimal("-5.2500"), Decimal("12345678901234567890.1234"), Decimal("1E+3")],
}


def strange(table: schema.Table, rows: int = 40) -> pa.Table:
    """A table full of what is hard to write: every column its own extremes, a third of them missing."""
    dice = random.Random(table.name)
    columns = []
    for column in table.columns:
        found = [dice.choice(EXTREMES[column.type]) for _ in range(rows)]
        if column.name in table.key and column.type == schema.STRING:
            found = [f"{number:03} {value[:40]}" for number, value in enumerate(found)]
        elif column.name in table.key:
            found = list(range(rows))
        elif column.nullable:
            found = [None if dice.random() < 0.33 else value for value in found]
        elif column.type == schema.STRING:
            found[:1] = [""]
        columns.append(pa.array(found, column.type))
    return pa.Table.from_arrays(columns, schema=table.schema)


def all_null(table: schema.Table) -> pa.Table:
    arrow = strange(table, 3)
    for at, column in enumerate(table.columns):
        if column.nullable:
            arrow = arrow.set_column(at, table.schema.field(at), pa.nulls(3, column.type))
    return arrow


TABLES = [schema.MONEY_MENTIONS, schema.SUBMISSIONS, schema.ACTIVITIES, schema.DATE_MENTIONS]
SHAPES = {"strange": strange, "empty": lambda table: table.schema.empty_table(), "all null": all_null}
CASES = [pytest.param(table, make, id=f"{table.name} {name}") for table in TABLES for name, make in SHAPES.items()]


@pytest.mark.parametrize(("table", "make"), CASES)
def test_csv_gives_back_what_went_in(table: schema.Table, make: Any) -> None:
    arrow = make(table)
    data = as_csv.encode(table, arrow)
    assert as_csv.decode(table, data).equals(arrow)
    assert data == as_csv.encode(table, arrow)


@pytest.mark.parametrize(("table", "make"), CASES)
def test_xlsx_gives_back_what_went_in(table: schema.Table, make: Any) -> None:
    arrow = make(table)
    data = as_xlsx.encode({table.name: arrow})
    assert as_xlsx.decode(data, table).to_pylist() == arrow.to_pylist()
    assert data == as_xlsx.encode({table.name: arrow})


@pytest.mark.parametrize(("table", "make"), CASES)
def test_sqlite_gives_back_what_went_in(table: schema.Table, make: Any) -> None:
    arrow = make(table)
    data = as_sqlite.encode({table.name: arrow})
    assert as_sqlite.decode(data, table).to_pylist() == arrow.to_pylist()
    assert data == as_sqlite.encode({table.name: arrow})


@pytest.mark.parametrize(("table", "make"), CASES)
def test_duckdb_gives_back_what_went_in(table: schema.Table, make: Any, tmp_path: Path) -> None:
    arrow = make(table)
    as_duckdb.fill({table.name: arrow}, tmp_path / "t.duckdb")
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as connection:
        read = connection.sql(f'SELECT * FROM "{table.name}"').to_arrow_table()
        comments = dict(connection.sql("SELECT column_name, comment FROM duckdb_columns()").fetchall())
    assert read.cast(table.schema).to_pylist() == arrow.to_pylist()
    assert comments[table.columns[0].name] == table.columns[0].description


def test_no_csv_cell_begins_like_a_formula() -> None:
    data = as_csv.encode(schema.ACTIVITIES, strange(schema.ACTIVITIES, 200)).decode()
    texts = [at for at, column in enumerate(schema.ACTIVITIES.columns) if column.type == schema.STRING]
    for row in csv.reader(io.StringIO(data, newline="")):
        for at in texts:
            assert not row[at].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")), row[at][:20]


def test_no_workbook_cell_is_a_formula() -> None:
    data = as_xlsx.encode({"activities": strange(schema.ACTIVITIES, 200)})
    book = openpyxl.load_workbook(io.BytesIO(data))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    [[quoted, _]] = [
        [cell.quotePrefix, cell.value] for row in book["activities"].iter_rows() for cell in row if cell.value == "=1+1"
    ][:1]
    assert quoted


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), max_size=8))
def test_any_text_comes_back(texts: list[str | None]) -> None:
    texts = [None if text is None else text.encode("utf-8", "ignore").decode() for text in texts]
    columns = (schema.Column("a", schema.STRING, "A text."), schema.required("b", schema.STRING, "A text."))
    table = schema.Table("t", "One row two texts.", columns, ("a",))
    arrow = pa.table(
        [pa.array(texts, schema.STRING), pa.array([text or "" for text in texts], schema.STRING)], schema=table.schema
    )
    assert as_csv.decode(table, as_csv.encode(table, arrow)).to_pylist() == arrow.to_pylist()
    for text in texts:
        assert text is None or as_xlsx.unescape(as_xlsx.escape(text)) == text


def test_the_package_describes_every_file_and_column(tmp_path: Path) -> None:
    tables = extraction(
        {"name": "a.pdf", "sections": {"1 Work": "trained [45 officials|count 45] in [Peru|country PE]"}}
    )
    written = exports.export(
        tables, ["csv"], lambda name, data: store.write_bytes(tmp_path / name, data), lambda *_: b""
    )
    package = json.loads((tmp_path / "datapackage.json").read_text())
    assert {resource["name"] for resource in package["resources"]} == set(schema.TABLES)
    assert set(written) == {path.name for path in tmp_path.iterdir()}
    for resource in package["resources"]:
        data = (tmp_path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["bytes"] == len(data)
        header = next(csv.reader(io.StringIO(data.decode(), newline="")))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        for key in resource["schema"].get("foreignKeys", ()):
            assert key["reference"]["resource"] in {"", *schema.TABLES}


def test_the_types_of_the_package_read_the_csv() -> None:
    """A reader that knows nothing but the package gets the same numbers, days and truth values."""
    table = schema.DATE_MENTIONS
    arrow = strange(table)
    fields = datapackage.table_schema(table, schema.TABLES)["fields"]
    read: dict[str, Any] = {
        "string": lambda text: text.removeprefix("'"),
        "integer": int,
        "number": float,
        "boolean": lambda text: text == "true",
        "date": datetime.date.fromisoformat,
    }
    rows = list(csv.DictReader(io.StringIO(as_csv.encode(table, arrow).decode(), newline="")))
    for field in fields:
        missing = field.get("missingValues", [""])
        got = [None if row[field["name"]] in missing else read[field["type"]](row[field["name"]]) for row in rows]
        assert got == arrow[field["name"]].to_pylist(), field["name"]


def test_pandas_and_polars_read_the_csv_alike(tmp_path: Path) -> None:
    import pandas as pd

    table = schema.MONEY_MENTIONS
    file = tmp_path / "money.csv"
    file.write_bytes(as_csv.encode(table, strange(table)))
    assert len(pd.read_csv(file, keep_default_na=False, dtype=str)) == 40
    assert pl.read_csv(file, infer_schema=False).height == 40


def test_keys_are_declared_where_the_database_can_hold_them() -> None:
    tables = extraction({"name": "a.pdf", "sections": {"1 Work": "trained [45 officials|count 45]"}})
    connection = sqlite3.connect(":memory:")
    connection.deserialize(as_sqlite.encode(tables))
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    targets = {row[2] for row in connection.execute('PRAGMA foreign_key_list("count_mentions")')}
    assert targets == {"reports", "sections"}
    meaning = connection.execute("SELECT meaning FROM data_dictionary WHERE column_name = 'unit_head'").fetchone()
    assert meaning == ("Lemma of the head noun of unit.",)


def written_tables(folder: Path) -> Path:
    tables = extraction(
        {"name": "a.pdf", "sections": {"1 Work": "paid [1,200 USD|money 1200 USD] to [Peru|country PE]"}}
    )
    for name, arrow in tables.items():
        store.write_bytes(folder / f"{name}.parquet", store.tables.encode_table(arrow))
    return folder


def test_the_command_writes_every_form(tmp_path: Path) -> None:
    tables = written_tables(tmp_path / "tables")
    out = tmp_path / "out"
    forms = [f"--{form}" for form in exports.FORMS]
    result = CliRunner().invoke(app, ["export", *forms, "--from", str(tables), "--out", str(out)])
    assert result.exit_code == 0, result.output
    names = {path.name for path in out.iterdir()}
    assert {"tables.xlsx", "tables.duckdb", "tables.sqlite", "datapackage.json", "DATA_DICTIONARY.md"} <= names
    first = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix != ".duckdb"}
    CliRunner().invoke(app, ["export", *forms, "--from", str(tables), "--out", str(out)])
    again = {name: (out / name).read_bytes() for name in first if name != "datapackage.json"}
    assert again == {name: data for name, data in first.items() if name != "datapackage.json"}


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    tables = written_tables(tmp_path / "tables")
    run = CliRunner().invoke
    for arguments in (["--csv", "--tables", "moneys"], [], ["--csv", "--from", str(tmp_path)]):
        place = [] if "--from" in arguments else ["--from", str(tables)]
        result = run(app, ["export", *arguments, *place, "--out", str(tmp_path / "out")])
        assert result.exit_code == 2, arguments
    assert not (tmp_path / "out").exists()
    result = run(
        app, ["export", "--csv", "--tables", "reports, sections", "--from", str(tables), "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 0
    assert {path.name for path in (tmp_path / "out").glob("*.csv")} == {"reports.csv", "sections.csv"}


def test_tables_of_another_version_are_named(tmp_path: Path) -> None:
    tables = written_tables(tmp_path / "tables")
    older = schema.REPORTS.schema.empty_table().drop_columns(["title"])
    store.write_bytes(tables / "reports.parquet", store.tables.encode_table(older))
    result = CliRunner().invoke(app, ["export", "--csv", "--from", str(tables), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "The table reports was written by another version" in result.output
    assert not (tmp_path / "out").exists()


def test_rows_beyond_a_sheet_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_ROWS", 7)
    arrow = strange(schema.DATE_MENTIONS, 20)
    data = as_xlsx.encode({"date_mentions": arrow})
    assert {"date_mentions", "date_mentions~2", "date_mentions~3"} <= set(
        openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    )
    assert as_xlsx.decode(data, schema.DATE_MENTIONS).to_pylist() == arrow.to_pylist()


def test_an_export_that_fails_leaves_the_old_files(tmp_path: Path) -> None:
    (tmp_path / "tables.duckdb").write_bytes(b"old")

    def fails(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    from pipeline.store.made import write_made

    with pytest.raises(store.StoreError):
        write_made(tmp_path / "tables.duckdb", fails)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"tables.duckdb": b"old"}
