"""What the types of days and of amounts share: they are Arrow's own, with columns that can do more."""

from typing import Any, Self

import pandas as pd
from pandas.arrays import ArrowExtensionArray

ArrowArray: Any = ArrowExtensionArray
"""Untyped, since pandas' stubs know few of its methods."""


class ArrowAlike(pd.ArrowDtype):
    """Arrow's type under its own name: equal to it, so that columns of both go together."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return other == self.name
        return isinstance(other, pd.ArrowDtype) and bool(other.pyarrow_dtype == self.pyarrow_dtype)

    def __hash__(self) -> int:
        return hash(str(self))

    @classmethod
    def construct_from_string(cls, string: str) -> Self:
        """No string makes it, since its name stands for pandas' own type.

        Raises:
            TypeError: always, which sends pandas to the next type that may know the name.
        """
        raise TypeError(f"{string!r} makes no {cls.__name__}. Use the class.")
