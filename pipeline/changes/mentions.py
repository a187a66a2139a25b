"""The changes of the mentions of one kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from pipeline import schema
from pipeline.changes.boxes import Boxes
from pipeline.changes.identity import Correspondence
from pipeline.changes.making import Maker
from pipeline.changes.pairing import Codes, Side, Texts, codes, joint, pair_mentions, translate_offsets
from pipeline.changes.places import Places
from pipeline.changes.structure import Change
from pipeline.records import Kind

Row = Mapping[str, Any]
Flags = npt.NDArray[np.bool_]
PLACE = ("section_id", "field", "char_start", "char_end", "page_number")
"""Columns that say where a mention is."""


class Grounds(Struct, frozen=True):
    """What the comparison of each kind starts from."""

    same: Correspondence
    places: Places
    boxes: Boxes
    old_texts: Texts
    changed_texts: Texts


def texts(sections: Sequence[Row]) -> dict[tuple[str, str], str]:
    """The title and the text of each section."""
    return {(row["section_id"], field): row[field] or "" for row in sections for field in ("title", "text")}


def changed_texts(old: Sequence[Row], new: Sequence[Row], same: Correspondence) -> dict[tuple[str, str], str]:
    """The new text of each old section whose text is another one now, by the old section."""
    after = {row["section_id"]: row for row in new}
    changed = {}
    for row in old:
        other = after.get(same.sections.get(row["section_id"], ""))
        for field in ("title", "text"):
            if other is not None and other[field] != row[field]:
                changed[row["section_id"], field] = other[field] or ""
    return changed


def mention_changes(kind: Kind, raw: pa.Table, old: pa.Table, new: pa.Table, grounds: Grounds) -> Iterator[Change]:
    """The changes of one kind.

    Args:
        kind: the kind.
        raw: its old table as published.
        old: the same with ids as the new extraction has them.
        new: its new table.
        grounds: what all kinds share.
    """
    values = tuple(column.name for column in schema.value_columns(kind))
    both = {name: codes(old[name], new[name].cast(old[name].type)) for name in old.schema.names}
    left, right = _sides(both, joint([both[name] for name in values]), raw, new, grounds)
    pairs = pair_mentions(left, right)
    differing = {name: side[0][pairs.old] != side[1][pairs.new] for name, side in both.items()}
    differing["section_id"] |= _path_differs(raw, new, pairs.old, pairs.new)
    shifted = (left.start[pairs.old] != right.start[pairs.new]) | (left.end[pairs.old] != right.end[pairs.new])
    ids = raw["mention_id"].to_pandas().iloc[pairs.old], new["mention_id"].to_pandas().iloc[pairs.new]
    sorts = _sorts(differing, values, shifted, grounds.boxes.differ(*ids))
    make = Maker(raw_name(kind), (raw, new), grounds.places, kind, grounds.boxes)
    for row in pairs.removed:
        yield make.change("removed", int(row), None)
    for row in pairs.added:
        yield make.change("added", None, int(row))
    order = ("text", *values, *PLACE)
    columns = (*order, *(name for name in both if name not in order))
    for number in np.flatnonzero(sorts != ""):
        differ = [name for name in columns if differing[name][number]]
        yield make.change(str(sorts[number]), int(pairs.old[number]), int(pairs.new[number]), differ)  # type: ignore[arg-type]


def raw_name(kind: Kind) -> str:
    """The name of a kind's table."""
    return schema.MENTION_TABLES[kind].name


def _sides(
    both: Mapping[str, tuple[Codes, Codes]], value: tuple[Codes, Codes], raw: pa.Table, new: pa.Table, grounds: Grounds
) -> tuple[Side, Side]:
    offsets = {
        name: (_translated(raw, name, grounds), new[name].to_numpy().astype(np.int64))
        for name in ("char_start", "char_end")
    }
    sides = [
        Side(
            section=both["section_id"][side],
            report=both["report_id"][side],
            field=both["field"][side],
            start=offsets["char_start"][side],
            end=offsets["char_end"][side],
            text=both["text"][side],
            sentence=both["sentence"][side],
            value=value[side],
        )
        for side in (0, 1)
    ]
    return sides[0], sides[1]


def _translated(raw: pa.Table, name: str, grounds: Grounds) -> Codes:
    offsets: Codes = raw[name].to_numpy().astype(np.int64)
    if not grounds.changed_texts:
        return offsets
    sections, fields = raw["section_id"].to_pylist(), raw["field"].to_pylist()
    return translate_offsets(sections, fields, offsets, grounds.old_texts, grounds.changed_texts)


def _path_differs(old: pa.Table, new: pa.Table, left: Codes, right: Codes) -> Flags:
    """Whether the path in the section's id is another one: the same section with a new number."""
    paths = [pc.replace_substring_regex(table["section_id"], "^[^/]*/", "") for table in (old, new)]
    numbers = codes(*paths)
    return np.asarray(numbers[0][left] != numbers[1][right])


def _sorts(differing: Mapping[str, Flags], values: Sequence[str], shifted: Flags, boxed: Flags) -> npt.NDArray[np.str_]:
    """What sort of change each pair is; empty when it is none."""
    changed = np.logical_or.reduce([differing[name] for name in ("text", *values)])
    moved = shifted | differing["section_id"] | differing["field"] | differing["page_number"]
    other = np.logical_or.reduce(list(differing.values()))
    return np.asarray(np.select([changed, moved, other, boxed], ["changed", "moved", "metadata", "boxes"], ""))
