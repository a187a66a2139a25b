"""Words that share a baseline, whatever lines the engine made of them."""

import itertools
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from statistics import median

from pipeline.layout.runs import Run, around, middle, shared, singly
from pipeline.records import Bbox, Word

RAISED_SIZE = 0.85
"""The part of the size beside it below which a word is small, as what is raised from a line is."""
_MARK = re.compile(r"[\d*†‡]{1,3}")
_SAME_BASELINE = 0.25

Row = list[Run]


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """Runs that share a baseline, from top to bottom, each row from left to right.

    Small words come last, so that a superscript joins the row it was raised from.
    """
    if len(runs) == 1:
        return [list(runs)]
    usual = median([run.size for run in runs for _ in run.words])
    small: list[Run] = []
    if min([run.size for run in runs]) < RAISED_SIZE * usual:
        parts = [part for run in runs for part in (singly(run) if run.size < RAISED_SIZE * usual else [run])]
        small = sorted([part for part in parts if _is_small(part.words[0], usual)], key=_middle)
        runs = [part for part in parts if not _is_small(part.words[0], usual)]
    rows = _level_rows(runs)
    if small:
        rows = sorted(rows + _with_small(rows, small), key=lambda row: middle(row[0].bbox))
    else:
        rows.sort(key=lambda row: middle(row[0].bbox))
    return [row if len(row) == 1 else _across(row) for row in rows]


def _middle(run: Run) -> float:
    return middle(run.bbox)


def _level_rows(runs: Sequence[Run]) -> list[Row]:
    """Runs of about one size in rows, in the order of their heights."""
    rows: list[Row] = []
    top = bottom = size = 0.0
    waiting = deque(sorted(runs, key=_middle))
    while waiting:
        run = waiting.popleft()
        box = run.bbox
        # Nearly all words of a row are of one size at one height.
        if box[1] == top and box[3] == bottom > top and run.size == size > 0:
            rows[-1].append(run)
            continue
        held = next((row for row in reversed(rows[-3:]) if _in_row(run, row)), None)
        if held is None:
            top, bottom, size = box[1], box[3], run.size
            rows.append([run])
        elif len(run.words) == 1 or _is_level(run, held[0]):
            held.append(run)
        else:
            waiting.extendleft(reversed(singly(run)))
    return rows


def _with_small(rows: Sequence[Row], small: Sequence[Run]) -> list[Row]:
    """Puts small words into the rows they belong to; returns the rows of those that belong to none."""
    smaller: list[Row] = []
    tops = [row[0].bbox[1] for row in rows]
    for run in small:
        at = bisect_right(tops, run.bbox[3])
        row = next((row for row in (*rows[max(0, at - 4) : at], *reversed(smaller[-3:])) if _in_row(run, row)), None)
        if row is None:
            smaller.append([run])
        else:
            row.append(run)
    return smaller


def _across(row: Row) -> Row:
    """The runs of a row from left to right, word by word where they reach into each other."""
    ordered = sorted(row, key=lambda run: run.bbox[0])
    for before, run in itertools.pairwise(ordered):
        if before.words[-1].bbox[0] >= run.bbox[0]:
            single = [part for run in row for part in singly(run)]
            return sorted(single, key=lambda run: (run.bbox[0], run.bbox[2]))
    return ordered


def _is_small(word: Word, usual: float) -> bool:
    """Whether a word is smaller than the usual as what is raised from a line is; the mark of a note is so sooner."""
    return word.size < 0.75 * usual or (word.size < RAISED_SIZE * usual and bool(_MARK.fullmatch(word.text)))


def _in_row(run: Run, row: Row) -> bool:
    """Whether the first word of a run stands on the line that the first word of a row began.

    Far from all its words, only the same baseline counts; next to one, a raised or lowered word belongs to it.
    """
    first, word = row[0].bbox, run.words[0].bbox
    if first[3] < word[1] or first[1] > word[3] or shared(first[1::2], word[1::2]) <= 0.5:
        return False
    if _is_level(run, row[0]):
        return True
    reach = 0.6 * max(row[0].size, run.size)
    return any(apart(word, other.bbox) < reach for part in row for other in part.words)


def _is_level(run: Run, first: Run) -> bool:
    """Whether a run has the baseline of another, and about its size."""
    size, smaller = max(first.size, run.size), min(first.size, run.size)
    return abs(first.bbox[3] - run.bbox[3]) <= _SAME_BASELINE * smaller and smaller > 0.7 * size


def apart(one: Bbox, other: Bbox) -> float:
    """The white space between two words beside each other, in points; below zero when they overlap."""
    return max(one[0], other[0]) - min(one[2], other[2])


def labels_first(rows: list[Row]) -> list[Row]:
    """Move a label that stands beside a block of lines, centred on it, before the block's first line."""
    lefts = [row[0].bbox[0] for row in rows]
    places = [
        index
        for index, (above, left, below) in enumerate(zip(lefts, lefts[1:], lefts[2:], strict=False), 1)
        if above > left < below and max([run.bbox[2] for run in rows[index]]) < min(above, below)
    ]
    if not places:
        return rows
    ordered = list(rows)
    boxes = [around([run.bbox for run in row]) for row in rows]
    for index in places:
        at = index
        while at > 0 and _is_beside(boxes[index], rows, boxes, at):
            at -= 1
        ordered.insert(at, ordered.pop(index))
    return ordered


def _is_beside(label: Bbox, rows: Sequence[Row], boxes: Sequence[Bbox], index: int) -> bool:
    """Whether the lines before and after a place are of one block, to the right of a label."""
    above, below = boxes[index - 1], boxes[index]
    if below == label:
        below = boxes[index + 1]
    size = max(run.size for run in rows[index - 1])
    return above[0] > label[2] and below[1] - above[3] < 0.8 * size
