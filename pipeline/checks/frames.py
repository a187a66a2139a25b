"""Declarations and laws as pandera schemas, and the frames that they look at."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandas.api import types

from pipeline import schema
from pipeline.checks.laws import LAWS, Law

_IS_TYPE: dict[pa.DataType, Any] = {
    schema.STRING: lambda dtype: types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype),
    schema.INT: types.is_any_real_numeric_dtype,
    schema.LONG: types.is_any_real_numeric_dtype,
    schema.FLOAT: types.is_any_real_numeric_dtype,
    schema.BOOL: types.is_bool_dtype,
    schema.DATE: lambda dtype: types.is_datetime64_any_dtype(dtype) or "date" in str(dtype),
    schema.MONEY_TYPE: lambda dtype: types.is_any_real_numeric_dtype(dtype) or "decimal" in str(dtype),
}
_PANDAS: dict[pa.DataType, Any] = {
    schema.STRING: pd.StringDtype("pyarrow", na_value=pd.NA),
    schema.INT: pd.Int32Dtype(),
    schema.LONG: pd.Int64Dtype(),
    schema.FLOAT: pd.Float64Dtype(),
    schema.BOOL: pd.BooleanDtype(),
}


def full(table: schema.Table) -> pandera.DataFrameSchema:
    """All that is declared of a table, for frames with or without `plot_ready`; further columns and fewer rows fit."""
    columns = {column.name: _column(column) for column in table.columns}
    return pandera.DataFrameSchema(
        columns,
        checks=[_check(law) for law in LAWS if law.is_about(table)],
        unique=list(table.key),
        name=table.name,
        description=table.description,
    )


def _column(column: schema.Column) -> pandera.Column:
    is_type = _IS_TYPE[column.type]
    checks = [pandera.Check(lambda values: bool(is_type(values.dtype)), name=f"type {column.type}")]
    if column.values:
        checks.append(pandera.Check.isin(list(column.values)))
    if column.minimum is not None:
        checks.append(pandera.Check.ge(column.minimum))
    if column.maximum is not None:
        checks.append(pandera.Check.le(column.maximum))
    return pandera.Column(checks=checks, nullable=column.nullable, description=column.description, name=column.name)


def _check(law: Law) -> pandera.Check:
    return pandera.Check(lambda frame: _kept(law, frame), name=law.name, error=law.words)


def _kept(law: Law, frame: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows keep a law. One that misses a value does, unless the law is about that."""
    kept: pd.Series[bool] = pd.Series(law.test(frame), index=frame.index).astype("boolean").fillna(True).astype(bool)
    return kept if law.sees_missing else kept | frame[list(law.columns)].isna().any(axis=1)


def of_arrow(table: schema.Table, arrow: pa.Table, laws: Sequence[Law]) -> pd.DataFrame:
    """The key and the columns that laws are about."""
    names = list(dict.fromkeys((*table.key, *(name for law in laws for name in law.columns))))
    frame: pd.DataFrame = arrow.select(names).to_pandas(
        types_mapper=lambda kind: _PANDAS.get(kind, pd.ArrowDtype(kind))
    )
    return frame


def broken(table: schema.Table, frame: pd.DataFrame, laws: Sequence[Law]) -> Iterator[tuple[Law, "pd.Index[Any]"]]:
    """The laws that rows of a frame break, and those rows."""
    asked = pandera.DataFrameSchema(checks=[_check(law) for law in laws], name=table.name)
    try:
        asked.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        found = {error.check.error for error in errors.schema_errors}
        for law in laws:
            if law.words in found:
                yield law, frame.index[~_kept(law, frame)]
