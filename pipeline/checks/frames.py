"""Declarations and laws as pandera schemas."""

from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandas.api import types

from pipeline import schema
from pipeline.checks.keeping import keeps
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
    return pandera.Check(lambda frame: _keeps(law, frame), name=law.name, error=law.words)


def _keeps(law: Law, frame: pd.DataFrame) -> "pd.Series[bool]":
    rows = pa.Table.from_pandas(frame[list(law.columns)], preserve_index=False)
    return pd.Series(keeps(law, _plain(rows)).to_numpy(), index=frame.index, dtype=bool)


def _plain(rows: pa.Table) -> pa.Table:
    """Rows whose categories and long strings are strings, as laws take them."""
    odd = (pa.types.is_dictionary, pa.types.is_large_string, pa.types.is_string_view)
    fields = [
        field.with_type(schema.STRING) if any(is_odd(field.type) for is_odd in odd) else field for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))
