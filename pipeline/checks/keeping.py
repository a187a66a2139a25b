"""Which rows of a frame keep a law, and the frames of Arrow tables that laws are asked of."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline import schema
from pipeline.checks.laws import Law

_PANDAS: dict[pa.DataType, Any] = {
    schema.STRING: pd.StringDtype("pyarrow", na_value=pd.NA),
    schema.INT: pd.Int32Dtype(),
    schema.LONG: pd.Int64Dtype(),
    schema.FLOAT: pd.Float64Dtype(),
    schema.BOOL: pd.BooleanDtype(),
}


def keeps(law: Law, frame: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows keep a law. One that misses a value does, unless the law is about that."""
    kept: pd.Series[bool] = pd.Series(law.test(frame), index=frame.index).astype("boolean").fillna(True).astype(bool)
    return kept if law.sees_missing or kept.all() else kept | frame[list(law.columns)].isna().any(axis=1)


def of_arrow(table: schema.Table, arrow: pa.Table, laws: Sequence[Law]) -> pd.DataFrame:
    """The key and the columns that laws are about."""
    names = list(dict.fromkeys((*table.key, *(name for law in laws for name in law.columns))))
    frame: pd.DataFrame = arrow.select(names).to_pandas(
        types_mapper=lambda kind: _PANDAS.get(kind, pd.ArrowDtype(kind)), use_threads=False
    )
    return frame


def broken(frame: pd.DataFrame, laws: Sequence[Law]) -> Iterator[tuple[Law, "pd.Index[Any]"]]:
    """The laws that rows of a frame break, and those rows."""
    for law in laws:
        keeping = keeps(law, frame)
        if not keeping.all():
            yield law, frame.index[~keeping]
