"""Dates in pandas that are days, and compare with whatever an analyst writes for a day.

pandas' own `date32[day][pyarrow]` compares with `datetime.date` alone. Here a day also compares with an ISO string
(`"2021-05-01"`; `"2021-05"` and `"2021"` are their first day), with `datetime`, `Timestamp` and `datetime64`, and with
columns of them. The values stay days: missing is NA, and they are saved as `date32`.
"""

import datetime
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from pipeline.analysis.arrow import ArrowAlike, ArrowArray

DAY = pa.date32()
INSTANT = pa.timestamp("us")
NO_DAY = object()
ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class DateDtype(ArrowAlike):
    """The type of a column of days: Arrow's `date32`, with comparisons that take more."""

    def __init__(self, pyarrow_dtype: pa.DataType = DAY) -> None:
        super().__init__(pyarrow_dtype)

    @classmethod
    def construct_array_type(cls) -> type["DateArray"]:
        """The class of its columns."""
        return DateArray


class DateArray(ArrowArray):  # type: ignore[misc]  # untyped, see arrow.py
    """A column of days. What is made of one and is no day, such as its years, is Arrow's own."""

    def __init__(self, values: pa.Array | pa.ChunkedArray) -> None:
        super().__init__(values)
        if self._pa_array.type == DAY:
            self._dtype = DateDtype()

    def _cmp_method(self, other: Any, op: Callable[[Any, Any], Any]) -> Any:
        if self._pa_array.type != DAY:
            return super()._cmp_method(other, op)
        other = _day_of(other)
        if _has_time(other):
            mine = ArrowArray(self._pa_array.cast(INSTANT))
            return mine._cmp_method(_instants(other), op)
        return super()._cmp_method(other, op)

    def isin(self, values: Any) -> Any:
        """Where the day is one of `values`: dates, ISO strings or timestamps at midnight."""
        days = (_midnight(_day_of(value)) for value in values)
        return super().isin([None if day is pd.NA or day is pd.NaT else day for day in days if day is not NO_DAY])


def _day_of(value: Any) -> Any:
    """The day that an ISO string names; anything else as it is."""
    if not isinstance(value, str) or not (found := ISO.fullmatch(value)):
        return value
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return value


def _has_time(value: Any) -> bool:
    if isinstance(value, DateArray):
        return False
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return isinstance(value, datetime.datetime | np.datetime64) or (
        kind == "M" and isinstance(value, ExtensionArray | np.ndarray)
    )


def _instants(value: Any) -> Any:
    if isinstance(value, datetime.datetime | np.datetime64):
        return pd.Timestamp(value)
    return ArrowArray(pa.array(pd.Series(value), INSTANT, from_pandas=True))


def _midnight(value: Any) -> Any:
    """The day of an instant that is the beginning of it; another one is no day."""
    if isinstance(value, datetime.datetime | np.datetime64) and not pd.isna(value):
        instant = pd.Timestamp(value)
        return instant.date() if instant == instant.normalize() else NO_DAY
    return value
