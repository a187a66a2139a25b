"""Runs of words: what stands next to each other and is set alike, found once a page.

Nearly all words of a page have neighbours of the same size, on the same baseline, as bold as they are. What is decided
about rows, columns and lines is decided about such runs; words are looked at one by one only where it matters.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pipeline.records import Bbox, Word

_WIDEST_GAP, _DEEPEST_OVERLAP = 1.2, 0.5
"""White space between two words of a run at most, and by how much they may overlap, in ems."""


class Run(Struct, frozen=True):
    """Words from left to right on one line of the engine, of one size and one top and bottom, all bold or none."""

    words: tuple[Word, ...]
    bbox: Bbox
    size: float
    line: int
    bold: bool
    italic: bool


def runs_of(words: Iterable[Word]) -> list[Run]:
    """Words, in the order of the engine, as runs."""
    runs: list[list[Word]] = []
    run: list[Word] = []
    line, start, end, above, below, size, bold, italic = -1, 0.0, 0.0, 0.0, 0.0, 0.0, False, False
    for word in words:
        x0, top, x1, bottom = word.bbox
        if (
            run
            and top == above
            and bottom == below
            and word.size == size
            and word.line == line
            and word.bold is bold
            and word.italic is italic
            and start < x0
            and end <= x1
            and -_DEEPEST_OVERLAP * size <= x0 - end <= _WIDEST_GAP * size
        ):
            run.append(word)
        else:
            run = [word]
            runs.append(run)
            line, above, below, size, bold, italic = word.line, top, bottom, word.size, word.bold, word.italic
        start, end = x0, x1
    return [_run(words) for words in runs]


def _run(words: Sequence[Word]) -> Run:
    first = words[0]
    bbox = first.bbox if len(words) == 1 else (*first.bbox[:2], *words[-1].bbox[2:])
    return Run(tuple(words), bbox, first.size, first.line, first.bold, first.italic)


def singly(run: Run) -> list[Run]:
    """Each word of a run as a run of its own."""
    return [run] if len(run.words) == 1 else [_run((word,)) for word in run.words]


def words_of(runs: Iterable[Run]) -> list[Word]:
    """The words of some runs."""
    return [word for run in runs for word in run.words]


def follows(before: Run, run: Run) -> bool:
    """Whether a run goes on from the one before it in the order of the engine, without a wide gap."""
    if before.line != run.line:
        return False
    gap = run.bbox[0] - before.bbox[2]
    return -_DEEPEST_OVERLAP * run.size <= gap <= _WIDEST_GAP * run.size and (
        before.bbox[1::2] == run.bbox[1::2] or shared(before.bbox[1::2], run.bbox[1::2]) >= 0.5
    )


def around(boxes: Iterable[Bbox]) -> Bbox:
    """The smallest box around some boxes, of which there is at least one."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def middle(box: Bbox) -> float:
    """Twice the height, from the top of the page, of the middle of a box."""
    return box[1] + box[3]


def shared(one: Sequence[float], other: Sequence[float]) -> float:
    """The part of the smaller of two intervals that lies inside the other."""
    smaller = min(one[1] - one[0], other[1] - other[0])
    if smaller <= 0:
        return 0.0
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0])) / smaller
