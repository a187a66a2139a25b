"""The boxes of the mentions of both extractions: which differ, and where they are."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipeline.records import Box

FACTS = ["box_number", "page_number", "x0", "top", "x1", "bottom"]


class Places(NamedTuple):
    """The ids of mentions that have boxes, and the row where the boxes of each begin; the last row ends them."""

    ids: "pd.Index[Any]"
    starts: npt.NDArray[np.int64]


class Boxes:
    """The boxes of the old (0) and the new (1) extraction; both tables are in the order of their key."""

    def __init__(self, old: pa.Table, new: pa.Table) -> None:
        self._tables = old, new
        self._prints = tuple(_fingerprints(table) for table in self._tables)
        self._places: list[Places | None] = [None, None]

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
        number = int(places.ids.get_indexer(pd.Index([mention_id]))[0])
        if number < 0:
            return ()
        start, end = int(places.starts[number]), int(places.starts[number + 1])
        rows = self._tables[side].slice(start, end - start).to_pylist()
        return tuple(Box(row["page_number"], (row["x0"], row["top"], row["x1"], row["bottom"])) for row in rows)


def _fingerprints(table: pa.Table) -> "pd.Series[Any]":
    hashes = pd.util.hash_pandas_object(table.select(FACTS).to_pandas(), index=False)
    return hashes.groupby(table["mention_id"].to_pandas()).sum()


def _places(table: pa.Table) -> Places:
    ids = table["mention_id"].to_pandas().astype(object)
    starts = np.flatnonzero(~ids.duplicated().to_numpy())
    return Places(pd.Index(ids.iloc[starts]), np.append(starts, len(ids)))
