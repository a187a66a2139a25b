"""The boxes of the mentions of both extractions: which differ, and where they are."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipeline.records import Box

FACTS = ["box_number", "page_number", "x0", "top", "x1", "bottom"]


class Boxes:
    """The boxes of the old (0) and the new (1) extraction; both tables are in the order of their key."""

    def __init__(self, old: pa.Table, new: pa.Table) -> None:
        self._tables = old, new
        self._prints = tuple(_fingerprints(table) for table in self._tables)
        self._places: list[dict[str, slice] | None] = [None, None]

    def differ(self, old: "pd.Series[str]", new: "pd.Series[str]") -> npt.NDArray[np.bool_]:
        """For each pair of mention ids, whether their boxes differ."""
        found = [
            prints.reindex(ids, fill_value=0).to_numpy() for ids, prints in zip((old, new), self._prints, strict=True)
        ]
        return np.asarray(found[0] != found[1])

    def of(self, side: int, mention_id: str) -> tuple[Box, ...]:
        """The boxes of one mention."""
        places = self._places[side]
        if places is None:
            places = self._places[side] = _places(self._tables[side])
        where = places.get(mention_id, slice(0, 0))
        rows = self._tables[side].slice(where.start, where.stop - where.start).to_pylist()
        return tuple(Box(row["page_number"], (row["x0"], row["top"], row["x1"], row["bottom"])) for row in rows)


def _fingerprints(table: pa.Table) -> "pd.Series[Any]":
    hashes = pd.util.hash_pandas_object(table.select(FACTS).to_pandas(), index=False)
    return hashes.groupby(table["mention_id"].to_pandas()).sum()


def _places(table: pa.Table) -> dict[str, slice]:
    ids = table["mention_id"].to_pandas()
    starts = np.flatnonzero(~ids.duplicated().to_numpy())
    ends = np.append(starts[1:], len(ids))
    return {str(ids.iloc[start]): slice(int(start), int(end)) for start, end in zip(starts, ends, strict=True)}
