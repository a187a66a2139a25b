"""Amounts of money in pandas: exact decimals with which one can reckon.

pandas' own decimals refuse to be multiplied by a whole number or divided by their sum, since Arrow reserves 38 digits
for each. Here sums, differences and whole multiples stay exact decimals, and a quotient is a float.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from pandas.arrays import ArrowExtensionArray

from pipeline import schema
from pipeline.analysis.arrow import ArrowAlike, ArrowArray

QUOTIENTS = ("truediv", "rtruediv")


class AmountDtype(ArrowAlike):
    """The type of a column of amounts: Arrow's decimal with 24 digits, 4 of them after the point."""

    def __init__(self, pyarrow_dtype: pa.DataType = schema.MONEY_TYPE) -> None:
        super().__init__(pyarrow_dtype)

    @classmethod
    def construct_array_type(cls) -> type["AmountArray"]:
        """The class of its columns."""
        return AmountArray


class AmountArray(ArrowArray):  # type: ignore[misc]  # untyped, see arrow.py
    """A column of amounts."""

    def __init__(self, values: pa.Array | pa.ChunkedArray) -> None:
        super().__init__(values)
        if pa.types.is_decimal128(self._pa_array.type):
            self._dtype = AmountDtype(self._pa_array.type)

    def _arith_method(self, other: Any, op: Callable[[Any, Any], Any]) -> Any:
        if not pa.types.is_decimal128(self._pa_array.type):
            return super()._arith_method(other, op)
        if op.__name__ in QUOTIENTS:
            mine = ArrowArray(self._pa_array.cast(schema.FLOAT))
            return mine._arith_method(_as_float(other), op)
        if isinstance(other, int | np.integer) and not isinstance(other, bool):
            other = Decimal(int(other))
        return super()._arith_method(other, op)


def _as_float(other: Any) -> Any:
    if isinstance(other, Decimal):
        return float(other)
    if isinstance(other, ArrowExtensionArray):
        held: pa.ChunkedArray = pa.chunked_array([pa.array(other)])
        return ArrowArray(held.cast(schema.FLOAT)) if pa.types.is_decimal(held.type) else other
    return other
