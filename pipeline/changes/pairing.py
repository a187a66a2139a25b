"""Which mention of the new extraction is which of the old one, for all mentions of one kind at once.

In order of trust: the same words at the same place; the same words in the same sentence of the section; words that
overlap in the section; the same words, value and sentence in another section of the report. Offsets of the old
extraction are first translated into the new text of their section, so that a hyphen mended further up moves nothing.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from msgspec import Struct
from rapidfuzz.distance import Levenshtein

Codes = npt.NDArray[np.int64]
Texts = Mapping[tuple[str, str], str]
"""The text of a section, by its id and the field (`title` or `text`)."""

MAX_ALIGNED = 100_000_000
"""Product of two lengths up to which texts are aligned letter by letter; it costs a bit of memory each, twice."""


class Side(Struct, frozen=True):
    """The mentions of one kind in one extraction; for the old one with ids and offsets as the new one has them."""

    section: Codes
    report: Codes
    field: Codes
    start: Codes
    end: Codes
    text: Codes
    sentence: Codes
    value: Codes

    def __len__(self) -> int:
        """How many mentions."""
        return len(self.start)


class Pairs(Struct, frozen=True):
    """Row numbers of paired mentions, and of those left alone."""

    old: Codes
    new: Codes
    removed: Codes
    added: Codes


def codes(old: pa.ChunkedArray, new: pa.ChunkedArray) -> tuple[Codes, Codes]:
    """Numbers that are equal where values are equal; nulls equal each other."""
    both = pa.concat_arrays([*old.chunks, *new.chunks] or [pa.nulls(0, old.type)])
    numbers: Codes = both.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
    return numbers[: len(old)].astype(np.int64), numbers[len(old) :].astype(np.int64)


def joint(parts: Sequence[tuple[Codes, Codes]]) -> tuple[Codes, Codes]:
    """Numbers that are equal where all the parts are."""
    size = len(parts[0][0])
    result = np.concatenate(parts[0])
    for old, new in parts[1:]:
        further = np.concatenate((old, new))
        width = int(further.max(initial=0)) + 1
        result = pd.factorize(result)[0].astype(np.int64) * width + further
    result = pd.factorize(result)[0].astype(np.int64)
    return result[:size], result[size:]


def pair_mentions(old: Side, new: Side) -> Pairs:
    """Pairs the mentions of one kind, as this module's first lines say."""
    left, right = np.arange(len(old)), np.arange(len(new))
    found: list[tuple[Codes, Codes]] = []
    for names in (("section", "field", "start", "end", "text"), ("section", "text", "sentence")):
        left, right = _by_key(old, new, names, left, right, found)
    left, right = _by_overlap(old, new, left, right, found)
    left, right = _by_key(old, new, ("report", "text", "value", "sentence"), left, right, found)
    pairs = [np.concatenate([pair[side] for pair in found]) for side in (0, 1)]
    return Pairs(pairs[0], pairs[1], left, right)


def _by_key(
    old: Side, new: Side, names: Sequence[str], left: Codes, right: Codes, found: list[tuple[Codes, Codes]]
) -> tuple[Codes, Codes]:
    """Pairs what agrees in these facts, the first with the first and so on; returns what is left."""
    keys = joint([(getattr(old, name)[left], getattr(new, name)[right]) for name in names])
    frames = [pd.DataFrame({"key": key, "row": rows}) for key, rows in zip(keys, (left, right), strict=True)]
    for frame in frames:
        frame["nth"] = frame.groupby("key").cumcount()
    merged = frames[0].merge(frames[1], on=["key", "nth"])
    pair = merged["row_x"].to_numpy(np.int64), merged["row_y"].to_numpy(np.int64)
    found.append(pair)
    return np.setdiff1d(left, pair[0]), np.setdiff1d(right, pair[1])


def _by_overlap(
    old: Side, new: Side, left: Codes, right: Codes, found: list[tuple[Codes, Codes]]
) -> tuple[Codes, Codes]:
    """Pairs spans of one text that share characters, the most shared first; returns what is left."""
    by_text: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for row in right:
        span = int(new.start[row]), int(new.end[row]), int(row)
        by_text.setdefault((int(new.section[row]), int(new.field[row])), []).append(span)
    for spans in by_text.values():
        spans.sort()
    longest = {text: max(end - start for start, end, _ in spans) for text, spans in by_text.items()}
    shared = []
    for row in left:
        text, start, end = (int(old.section[row]), int(old.field[row])), int(old.start[row]), int(old.end[row])
        spans = by_text.get(text, [])
        near = spans[bisect_left(spans, (start - longest.get(text, 0),)) : bisect_left(spans, (end,))]
        for other_start, other_end, other in near:
            length = min(end, other_end) - max(start, other_start)
            if length > 0:
                shared.append((-length, int(row), other))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, row, other in sorted(shared):
        if row not in pairs and other not in taken:
            pairs[row] = other
            taken.add(other)
    pair = np.array(list(pairs), np.int64), np.array(list(pairs.values()), np.int64)
    found.append(pair)
    return np.setdiff1d(left, pair[0]), np.setdiff1d(right, pair[1])


def translate_offsets(
    sections: Sequence[str], fields: Sequence[str], offsets: Codes, old: Texts, new: Mapping[tuple[str, str], str]
) -> Codes:
    """Offsets into old texts as offsets into the new ones.

    Args:
        sections: the old section of each offset.
        fields: its field.
        offsets: the offsets.
        old: the old texts.
        new: the new text of each old section, by the old section's id; only of those whose text is another one.
    """
    result = offsets.copy()
    if not new:
        return result
    frame = pd.DataFrame({"section": sections, "field": fields, "row": np.arange(len(offsets))})
    frame = frame[frame["section"].isin({section for section, _ in new})]
    for (section, field), group in frame.groupby(["section", "field"], sort=False):
        key = (str(section), str(field))
        if key in new:
            rows = group["row"].to_numpy()
            result[rows] = _aligned(old.get(key, ""), new[key], offsets[rows])
    return result


def _aligned(old: str, new: str, offsets: Codes) -> Codes:
    shortest = min(len(old), len(new))
    head = _same_start(old, new, shortest)
    tail = _same_start(old[::-1], new[::-1], shortest - head)
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    result = np.where(offsets > len(old) - tail, offsets + len(new) - len(old), offsets)
    if len(old_middle) * len(new_middle) > MAX_ALIGNED:
        return result
    for step in Levenshtein.opcodes(old_middle, new_middle):
        inside = (offsets >= head + step.src_start) & (offsets < head + step.src_end)
        moved = offsets - step.src_start + step.dest_start
        result = np.where(inside, np.minimum(moved, head + step.dest_end), result)
    return np.where(offsets == len(old) - tail, len(new) - tail, result)


def _same_start(one: str, other: str, most: int) -> int:
    low = 0
    while low < most and one[low] == other[low]:
        low += 1
    return low
