"""Every table builds, refuses what does not fit, and comes back from Parquet as it was declared."""

import datetime
import io
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import schema
from pipeline.store.tables import encode_table

EXAMPLES: dict[pa.DataType, Any] = {
    schema.STRING: "x",
    schema.INT: 1,
    schema.LONG: 1,
    schema.FLOAT: 1.0,
    schema.BOOL: True,
    schema.DATE: datetime.date(2020, 2, 29),
    schema.MONEY_TYPE: Decimal("1.2500"),
}


def example(table: schema.Table, **values: Any) -> dict[str, Any]:
    row = {column.name: column.values[0] if column.values else EXAMPLES[column.type] for column in table.columns}
    return row | values


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=lambda table: table.name)
def test_rows_come_back_from_parquet_as_declared(table: schema.Table) -> None:
    row = example(table)
    arrow = schema.joined(table, [schema.to_arrow(table, [row])])
    back = pq.read_table(io.BytesIO(encode_table(arrow)))
    assert back.to_pylist() == [row]
    assert back.schema.equals(table.schema, check_metadata=False)
    for column in table.columns:
        assert back.schema.field(column.name).metadata[b"description"].decode() == column.description
    assert back.schema.metadata[b"description"].decode() == table.description


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=lambda table: table.name)
def test_empty_tables_build(table: schema.Table) -> None:
    assert schema.joined(table, []).num_rows == 0


def test_the_same_rows_give_the_same_bytes_in_any_order() -> None:
    rows = [example(schema.COUNT_MENTIONS, mention_id=f"count-{n}") for n in range(5)]
    forwards = schema.joined(schema.COUNT_MENTIONS, [schema.to_arrow(schema.COUNT_MENTIONS, rows)])
    backwards = schema.joined(
        schema.COUNT_MENTIONS, [schema.to_arrow(schema.COUNT_MENTIONS, [row]) for row in reversed(rows)]
    )
    assert encode_table(forwards) == encode_table(backwards)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"qualifier": "roughly"}, "count_mentions.qualifier: 'roughly' is not one of exact"),
        ({"text": None}, "count_mentions.text: 1 values are null"),
        ({"confidence": 1.5}, "count_mentions.confidence: a value is above 1"),
        ({"value": float("nan")}, "count_mentions.value: a value is not finite"),
        ({"page_number": 0}, "count_mentions.page_number: a value is below 1"),
        ({"text": "\ud800"}, "count_mentions.text"),
        ({"value": "many"}, "count_mentions.value"),
        ({"further": 1}, "differ in further"),
    ],
)
def test_rows_that_do_not_fit_are_refused(values: dict[str, Any], complaint: str) -> None:
    table = schema.COUNT_MENTIONS
    with pytest.raises(schema.SchemaError, match=complaint):
        schema.joined(table, [schema.to_arrow(table, [example(table, **values)])])


def test_a_doubled_key_is_refused() -> None:
    part = schema.to_arrow(schema.REPORTS, [example(schema.REPORTS)])
    with pytest.raises(schema.SchemaError, match=r"2 rows have the key \{'report_id': 'x'\}"):
        schema.joined(schema.REPORTS, [part, part])


def test_no_list_or_struct_columns_and_every_column_is_described() -> None:
    for table in schema.TABLES.values():
        assert set(table.key) <= {column.name for column in table.columns}
        for column in table.columns:
            assert column.type in EXAMPLES, (table.name, column.name)
            assert column.description.endswith("."), (table.name, column.name)


def test_the_dictionary_names_every_table_and_column() -> None:
    text = schema.data_dictionary()
    for table in schema.TABLES.values():
        assert f"## {table.name}\n" in text
        for column in table.columns:
            assert f"| `{column.name}` | {column.type} |" in text


def test_tables_are_made_and_checked_without_pandas_which_is_there_for_whoever_asks() -> None:
    program = """
import sys
import pyarrow as pa
import pipeline.cli.run
from pipeline import checks, schema
schema.leave_out_frames()
row = dict.fromkeys((column.name for column in schema.REPORTS.columns), None)
row |= {"report_id": "a-1", "submission_id": "a", "ordinal": 1, "page_first": 1, "page_last": 2}
reports = schema.joined(schema.REPORTS, [schema.to_arrow(schema.REPORTS, [row])])
checks.check({"reports": reports})
assert "pandas" not in sys.modules
assert reports.to_pandas()["report_id"].tolist() == ["a-1"]
import pandas as pd
assert pa.array(pd.Series([1.0, float("nan")])).to_pylist() == [1.0, None]
"""
    subprocess.run([sys.executable, "-c", program], check=True)
