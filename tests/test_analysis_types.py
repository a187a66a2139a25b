"""What an analyst does with a column of each type, in pandas, DuckDB and Polars: full, all null and empty."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import matplotlib
import numpy as np
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from matplotlib import pyplot

from pipeline import schema, store
from pipeline.analysis import AmountDtype, DateDtype, load
from pipeline.store.tables import encode_table
from tests.test_analysis import example, mention

MAY = datetime.date(2021, 5, 1)
JUNE = datetime.date(2021, 6, 30)
ROWS = {
    "date_mentions": [
        {"start_date": MAY, "end_date": MAY, "kind": "date", "is_inferred": False},
        {"start_date": None, "end_date": JUNE, "kind": "range", "is_inferred": True},
        {"start_date": JUNE, "end_date": JUNE, "kind": "date", "is_inferred": True},
    ],
    "money_mentions": [
        {"amount": Decimal("0.1000"), "amount_max": None, "currency": "EUR"},
        {"amount": Decimal("0.2000"), "amount_max": Decimal("0.3000"), "currency": "EUR"},
        {"amount": Decimal("99999999999999999999.9999"), "amount_max": None, "currency": None},
    ],
    "count_mentions": [
        {"value": 45.0, "value_max": None, "unit_head": "farmer", "qualifier": "exact", "page_number": 1},
        {"value": 5.0, "value_max": 7.0, "unit_head": "farmer", "qualifier": "range", "page_number": 2},
        {"value": 0.5, "value_max": None, "unit_head": None, "qualifier": "exact", "page_number": 2},
    ],
}
COLUMNS = [
    ("date_mentions", "start_date", MAY),
    ("date_mentions", "is_inferred", True),
    ("date_mentions", "kind", "date"),
    ("money_mentions", "amount", Decimal("0.2")),
    ("money_mentions", "amount_max", Decimal("0.3")),
    ("money_mentions", "currency", "EUR"),
    ("count_mentions", "value", 5.0),
    ("count_mentions", "value_max", 7.0),
    ("count_mentions", "page_number", 2),
]
"""A column of each type, with and without gaps, and a value in it."""
STATES = ("full", "null", "empty")

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three tables: with rows, with every column null that may be, and empty."""
    home = tmp_path_factory.mktemp("tables")
    for name, values in ROWS.items():
        table = schema.TABLES[name]
        full = [mention(table, f"m-{number}", **row) for number, row in enumerate(values)]
        gaps = {column.name: None for column in table.columns if column.nullable}
        for state, rows in {"full": full, "null": [row | gaps for row in full], "empty": []}.items():
            arrow = schema.joined(table, [schema.to_arrow(table, rows)])
            store.write_bytes(home / state / f"{name}.parquet", encode_table(arrow))
    return {state: home / state for state in STATES}


def known(folder: Path, table: str, column: str) -> list[Any]:
    return [value for value in pq.read_table(folder / f"{table}.parquet")[column].to_pylist() if value is not None]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("table", "column", "value"), COLUMNS)
def test_pandas_compares_groups_joins_and_plots(
    table: str, column: str, value: Any, state: str, folders: dict[str, Path]
) -> None:
    frame = load(table, folders[state])
    held = known(folders[state], table, column)
    assert frame[frame[column] == value].shape[0] == held.count(value)
    if frame[column].dtype != "category":
        assert frame[frame[column] >= value].shape[0] == sum(one >= value for one in held)
        assert frame.sort_values(column)[column].dropna().tolist() == sorted(held)
    sizes = frame.groupby(column, observed=True).size()
    assert sizes.to_dict() == {one: held.count(one) for one in held}
    other = frame[[column]].dropna().drop_duplicates().assign(there=True)
    both = frame.merge(other, "left", column)
    assert both[column].dtype == frame[column].dtype
    assert both.there.sum() == len(held)
    again = pd.concat([frame, frame.head(0), frame])
    assert again.dtypes.to_dict() == frame.dtypes.to_dict()
    assert again[column].notna().sum() == 2 * len(held)
    ready = load(table, folders[state], plot_ready=True)[column]
    figure, axes = pyplot.subplots()
    if ready.dtype in ("float64", "int32") or pd.api.types.is_datetime64_dtype(ready):
        axes.scatter(ready, range(len(ready)))
        axes.hist(ready.dropna())
    else:
        sizes.plot.barh(ax=axes) if len(sizes) else axes.barh(list(sizes.index.astype(str)), sizes)
    figure.draw_without_rendering()
    pyplot.close(figure)


def question(table: str, column: str) -> str:
    return f"select {column}, count(*) from read_parquet(?) where {column} >= ? group by 1 order by 1"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("table", "column", "value"), COLUMNS)
def test_duckdb_and_polars_compare_group_and_join(
    table: str, column: str, value: Any, state: str, folders: dict[str, Path]
) -> None:
    file = str(folders[state] / f"{table}.parquet")
    wanted = [one for one in known(folders[state], table, column) if one >= value]
    expected = sorted((one, wanted.count(one)) for one in set(wanted))
    assert duckdb.execute(question(table, column), [file, value]).fetchall() == expected
    frame = polars.read_parquet(file)
    kept = frame.filter(polars.col(column) >= value)
    assert sorted(kept.group_by(column).len().rows()) == expected
    joined = frame.join(kept.select("mention_id", polars.lit(True).alias("there")), "mention_id", "left")
    assert joined["there"].sum() == len(wanted)
    both = "select count(*) from read_parquet($1) a join read_parquet($1) b using (mention_id, field)"
    assert duckdb.execute(both, [file]).fetchall() == [(frame.height,)]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("table", ROWS)
def test_a_frame_goes_to_a_file_and_back_and_to_the_other_libraries(
    table: str, state: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    first = load(table, folders[state])
    first.to_parquet(tmp_path / f"{table}.parquet")
    second = load(table, tmp_path)
    pd.testing.assert_frame_equal(first, second)
    second.to_parquet(tmp_path / f"{table}.parquet")
    pd.testing.assert_frame_equal(first, load(table, tmp_path))
    declared = {column.name: column.type for column in schema.TABLES[table].columns}
    saved = pq.read_schema(tmp_path / f"{table}.parquet")
    text = (pa.string(), pa.large_string())
    for name, type_ in declared.items():
        kept = saved.field(name).type
        kept = kept.value_type if pa.types.is_dictionary(kept) else kept
        assert kept == type_ or (kept in text and type_ in text), name
    assert duckdb.sql("select count(*) from first").fetchall() == [(len(first),)]
    moved = polars.from_pandas(first)
    dates = [name for name, type_ in declared.items() if type_ == schema.DATE]
    money = [name for name, type_ in declared.items() if type_ == schema.MONEY_TYPE]
    assert {moved[name].dtype for name in dates} <= {polars.Date()}
    assert {moved[name].dtype for name in money} <= {polars.Decimal(24, 4)}


MIDNIGHT = datetime.datetime(2021, 5, 1)
WAYS_TO_WRITE = [MAY, "2021-05-01", "2021-05", MIDNIGHT, pd.Timestamp(MIDNIGHT), np.datetime64("2021-05-01")]


def days() -> pd.Series:
    return pd.Series(
        pa.chunked_array([pa.array([MAY, None, JUNE, None], schema.DATE)]).to_pandas(
            types_mapper={schema.DATE: DateDtype()}.get
        )
    )


@pytest.mark.parametrize("written", WAYS_TO_WRITE, ids=lambda value: f"{type(value).__name__} {value}")
def test_days_compare_with_a_day_however_it_is_written(written: Any) -> None:
    column = days()
    missing = [False, True, False, True]
    for result, first in ((column == written, True), (column >= written, True), (written < column, False)):
        assert result.isna().tolist() == missing
        assert result[0] == first
        assert column[result.fillna(False)].notna().all()
    assert (column != written).tolist()[2] is True
    assert column.isin([written]).tolist() == ["-" in str(written), False, False, False]
    assert column.between(written, "2021-06-30").sum() == 2
    assert pd.Series(pd.Index(column) >= written).sum() == 2
    assert len(column.to_frame("day").query("day > @written")) == 1


def test_days_compare_with_columns_of_days_and_of_instants() -> None:
    column = days()
    instants = pd.to_datetime(column)
    for other in (
        column,
        instants,
        instants.dt.as_unit("ns"),
        instants.to_numpy(),
        instants.astype("timestamp[us][pyarrow]"),
    ):
        assert (column == other).tolist()[0] is True
        assert (column == other).sum() == 2
    noon = pd.Timestamp("2021-05-01 12:00")
    assert (column < noon).tolist()[0] is True
    assert not column.isin([noon]).any()
    assert column.isin(column).sum() == 2 + 2  # as everywhere in pandas, missing is in what holds missing


def test_what_is_no_day_is_refused_or_differs() -> None:
    column = days()
    for odd in ("yesterday", "01/05/2021", "2021-13-01", "2021-02-30", "", "5" * 1000):
        assert (column == odd).fillna(False).sum() == 0
        with pytest.raises(TypeError, match="Invalid comparison"):
            _ = column > odd


def test_days_stay_days() -> None:
    frame = pd.DataFrame({"day": days(), "who": ["a", "a", "b", "b"]})
    plain = pd.Series([MAY], dtype=pd.ArrowDtype(pa.date32()))

    def made() -> Iterator[pd.Series]:
        yield frame.groupby("who").agg(first=("day", "min"))["first"]
        yield pd.concat([frame, frame])["day"]
        yield pd.concat([frame["day"], plain])
        yield pd.concat([plain, frame["day"]])
        yield frame[["day"]].assign(other=frame.day).melt()["value"]
        yield frame.merge(frame, "left", "day")["day"]
        yield frame["day"].fillna(MAY)
        yield frame.sort_values("day")["day"]
        yield frame["day"].shift()
        yield frame.reindex([0, 99])["day"]

    for series in made():
        assert series.dtype == DateDtype()
    assert frame.day.dt.year.tolist()[::2] == [2021, 2021]
    assert frame.day.max() == JUNE
    assert (frame.day - frame.day.min()).dt.days.tolist()[::2] == [0, 60]
    assert pd.to_datetime(frame.day).dtype == "datetime64[s]"


def amounts(*values: str | None) -> pd.Series:
    array = pa.chunked_array([pa.array([value and Decimal(value) for value in values], schema.MONEY_TYPE)])
    return pd.Series(array.to_pandas(types_mapper={schema.MONEY_TYPE: AmountDtype()}.get))


def test_sums_and_multiples_of_amounts_are_exact_and_quotients_are_floats() -> None:
    column = amounts("0.1", "0.2", None, "99999999999999999999.9999")
    assert column.head(2).sum() == Decimal("0.3")
    assert column.sum() == Decimal("100000000000000000000.2999")
    assert (column * 3)[0] == Decimal("0.3")
    assert (3 * column - column)[1] == Decimal("0.4")
    assert (column + column.max())[0] == Decimal("100000000000000000000.0999")
    for quotient in (column / 2, column / column.sum(), column / column, 1 / column, column / Decimal(3)):
        assert quotient.dtype == pd.ArrowDtype(pa.float64())
        assert quotient.isna().tolist() == [False, False, True, False]
    assert (column / 2)[1] == pytest.approx(0.1)


def test_amounts_group_exactly() -> None:
    frame = pd.DataFrame({"amount": amounts("0.1", "0.2", None, "5"), "currency": ["EUR", "EUR", "USD", "USD"]})
    sums = frame.groupby("currency").amount.sum()
    assert sums.to_dict() == {"EUR": Decimal("0.3"), "USD": Decimal("5")}
    assert (sums / sums.sum()).round(3).to_dict() == {"EUR": 0.057, "USD": 0.943}
    assert frame.pivot_table(index="currency", values="amount", aggfunc="max").amount.tolist() == [Decimal("0.2"), 5]


def test_examples_of_all_types_are_here() -> None:
    """Every type that a table declares is tried above."""
    tried = {schema.TABLES[table].column(column).type for table, column, _ in COLUMNS} | {schema.LONG}
    assert {column.type for table in schema.TABLES.values() for column in table.columns} <= tried
    assert example(schema.SUBMISSIONS)["size_bytes"] == 1
