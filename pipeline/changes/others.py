"""The changes of a table that holds no mentions."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline import schema
from pipeline.changes.identity import Correspondence
from pipeline.changes.making import Maker
from pipeline.changes.pairing import Codes, codes, joint
from pipeline.changes.places import Places
from pipeline.changes.structure import Change, Sort

WHERE = ("ordinal", "page_first", "page_last", "page_number", "x0", "top", "x1", "bottom")
"""Columns that say where a row is."""
DERIVED = ("mention_count", "report_count", "word_count")
"""Columns that follow from what is reported elsewhere."""
SHOWN: dict[str, str] = {"sections": "path", "submissions": "file_name", "reports": "report_id"}
"""A part of the key that is compared as published, since translated ids hide that it changed."""


def row_changes(
    name: str, raw: pa.Table, old: pa.Table, new: pa.Table, same: Correspondence, places: Places
) -> Iterator[Change]:
    """The changes of one table; `old` is `raw` with ids as the new extraction has them. Rows are paired by key."""
    if name == "submissions":
        old = _with_new_names(old, same)
    both = {column: codes(old[column], new[column].cast(old[column].type)) for column in old.schema.names}
    if name in ("sections", "submissions"):
        both[SHOWN[name]] = codes(raw[SHOWN[name]], new[SHOWN[name]])
    key: Sequence[str] = schema.TABLES[name].key
    left, right = joint([codes(old[column], new[column]) for column in key])
    if name == "problems":
        both.pop("problem_number")
        left, right = joint(list(both.values()))
    rows = _paired(left, right)
    make = Maker(name, (raw, new), places)
    for row in np.setdiff1d(np.arange(len(left)), rows[0]):
        yield make.change("removed", int(row), None)
    for row in np.setdiff1d(np.arange(len(right)), rows[1]):
        yield make.change("added", None, int(row))
    differing = {column: sides[0][rows[0]] != sides[1][rows[1]] for column, sides in both.items()}
    for number in np.flatnonzero(np.logical_or.reduce(list(differing.values()))):
        columns = [column for column in differing if differing[column][number]]
        yield make.change(_sort(columns), int(rows[0][number]), int(rows[1][number]), columns)


def _paired(left: Codes, right: Codes) -> tuple[Codes, Codes]:
    frames = [pd.DataFrame({"key": side, "row": np.arange(len(side))}) for side in (left, right)]
    for frame in frames:
        frame["nth"] = frame.groupby("key").cumcount()
    merged = frames[0].merge(frames[1], on=["key", "nth"])
    return merged["row_x"].to_numpy(np.int64), merged["row_y"].to_numpy(np.int64)


def _with_new_names(old: pa.Table, same: Correspondence) -> pa.Table:
    names = {fate.old_name: fate.new_name for fate in same.fates if fate.old_name and fate.new_name}
    values = pa.array([names.get(value, value) for value in old["file_name"].to_pylist()], pa.string())
    return old.set_column(old.schema.get_field_index("file_name"), "file_name", values)


def _sort(columns: Sequence[str]) -> Sort:
    if any(column not in (*WHERE, *DERIVED) for column in columns):
        return "changed"
    return "moved" if any(column in WHERE for column in columns) else "metadata"
