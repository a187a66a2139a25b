"""Series of numbers: which numbered lines, taken together, count as one outline.

Every candidate is either taken as a heading, at one place in the outline that is open above it, or refused. Taking it
earns what its own evidence is worth, less what the step from the open outline costs: going on (`3.` after `2.`) is
free, opening a level below the last heading nearly so, leaving a number out or starting again dear. The best reading
of the whole report is found by a search that keeps the best few readings open.
"""

import math
from collections.abc import Sequence
from operator import itemgetter

from msgspec import Struct

from pipeline.headings.looks import Look
from pipeline.numbering import APPENDED, DIVISIONS, Label, Reading

WIDTH = 12
"""Readings kept open at a time."""
DEEPEST = 8
"""Levels of headings below which no report goes."""


class Candidate(Struct, frozen=True):
    """A numbered line: its label, what the evidence on it is worth (above 0 for a heading) and how it is set.

    `anew` says that an unnumbered heading of larger type stands between it and the numbered line before.
    """

    label: Label
    worth: float
    look: Look
    anew: bool = False


class Taken(Struct, frozen=True):
    """A candidate taken as a heading: `parent` is the index of the candidate above it, `skipped` how many numbers lack.

    `again` says that the series starts over beside itself.
    """

    index: int
    parent: int | None
    reading: Reading
    skipped: int = 0
    again: bool = False


class _Level(Struct, frozen=True):
    """A series that is open. `left` is the series that stood open below the number before this one."""

    style: str
    reading: Reading
    index: int
    look: Look
    left: "_Level | None" = None


class _State(Struct, frozen=True):
    """A reading of the candidates so far. `open` says of each level of its `stack` which series it is."""

    score: float
    stack: tuple[_Level, ...]
    open: tuple[tuple[str, Reading], ...]
    last: "_State | None"
    taken: Taken | None


class _Step(Struct, frozen=True):
    keep: int
    cost: float
    skipped: int = 0
    again: bool = False
    goes_on: bool = False


def choose_outline(candidates: Sequence[Candidate]) -> tuple[Taken, ...]:
    """The candidates that are headings, in reading order, each under its parent."""
    states = [_State(0.0, (), (), None, None)]
    for index, candidate in enumerate(candidates):
        if candidate.worth > _HOPELESS:
            states = _best([*_refused(states), *_moves(states, candidate)], index, candidate)
    found: list[Taken] = []
    end: _State | None = max(states, key=lambda s: s.score)
    while end is not None:
        if end.taken is not None:
            found.append(end.taken)
        end = end.last
    return tuple(reversed(found))


_HOPELESS = -8
"""A candidate worth no more than this is never taken."""
_Move = tuple[float, _State, Reading | None, _Step | None]
"""The score that a state comes to by refusing a candidate, or by taking it as some reading at some place."""


def _refused(states: Sequence[_State]) -> list[_Move]:
    return [(state.score, state, None, None) for state in states]


def _moves(states: Sequence[_State], candidate: Candidate) -> list[_Move]:
    """What taking the candidate leads to, but for states that fall so far behind by it that they are not kept."""
    behind = states[-1].score if len(states) == WIDTH else -math.inf
    return [
        (state.score + candidate.worth - step.cost, state, reading, step)
        for state in states
        if state.score + candidate.worth >= behind
        for reading in candidate.label.readings
        for step in _steps(state.stack, candidate, reading)
        if step.keep < DEEPEST
    ]


def _best(moves: list[_Move], index: int, candidate: Candidate) -> list[_State]:
    """The best readings; of those with the same outline open, only the best one."""
    kept: dict[tuple[tuple[str, Reading], ...], _State] = {}
    for score, state, reading, step in sorted(moves, key=itemgetter(0), reverse=True):
        if reading is None or step is None:
            if state.open not in kept:
                kept[state.open] = _State(score, state.stack, state.open, state, None)
        else:
            series = (*state.open[: step.keep], (candidate.label.style, reading))
            if series not in kept:
                kept[series] = _taken(score, state, series, step, index, candidate)
        if len(kept) == WIDTH:
            break
    return list(kept.values())


def _taken(
    score: float,
    state: _State,
    series: tuple[tuple[str, Reading], ...],
    step: _Step,
    index: int,
    candidate: Candidate,
) -> _State:
    """The state in which a candidate is taken at the place that a step says."""
    parents = state.stack[: step.keep]
    left = state.stack[step.keep + 1] if step.goes_on and len(state.stack) > step.keep + 1 else None
    style, reading = series[-1]
    level = _Level(style, reading, index, candidate.look, left)
    taken = Taken(index, parents[-1].index if parents else None, reading, step.skipped, step.again)
    return _State(score, (*parents, level), series, state, taken)


def _steps(stack: tuple[_Level, ...], candidate: Candidate, reading: Reading) -> list[_Step]:
    """Every place that a candidate could take in the open outline, with what it costs."""
    if not stack:
        return [_Step(0, _opening_cost(reading, candidate, empty=True))]
    alike = [keep for keep, level in enumerate(stack) if _is_one_series(level, candidate, reading)]
    out = [step for keep in alike if (step := _along(stack[:keep], stack[keep], candidate, reading)) is not None]
    if len(reading.values) > 1:
        out.extend(_below_prefix(stack, candidate, reading))
        return out
    implied = _implied(stack, reading)
    if implied is not None:
        out.append(implied)
    if not alike:
        out.append(_Step(len(stack), _opening_cost(reading, candidate) + _rank_cost(stack[-1], candidate)))
        out.extend(_beside(stack, candidate, reading))
        if _goes_on_in_words(stack[0], candidate, reading):
            out.append(_Step(0, 0.3, goes_on=True))
        if _is_resumed(stack[-1], candidate, reading):
            out.append(_Step(len(stack), 0.3 + _rank_cost(stack[-1], candidate)))
    return out


def _goes_on_in_words(level: _Level, candidate: Candidate, reading: Reading) -> bool:
    """Whether `Chapter 2` goes on from a `1.` that is not called a chapter."""
    named = candidate.label.word in DIVISIONS - APPENDED and level.style.lstrip("([")[:1] == "#"
    follows = reading.values[0] == level.reading.values[0] + 1 and len(level.reading.values) == 1
    return named and follows and reading.families == level.reading.families


def _is_resumed(parent: _Level, candidate: Candidate, reading: Reading) -> bool:
    """Whether a number goes on, below `Part II`, from the last one below `Part I`."""
    left = parent.left
    if left is None or not _is_one_series(left, candidate, reading):
        return False
    return reading.values[:-1] == left.reading.values[:-1] and reading.values[-1] == left.reading.values[-1] + 1


def _is_one_series(level: _Level, candidate: Candidate, reading: Reading) -> bool:
    return level.style == candidate.label.style and level.reading.families == reading.families


def _along(above: tuple[_Level, ...], level: _Level, candidate: Candidate, reading: Reading) -> _Step | None:
    """Going on in an open series of the candidate's style, or starting it again."""
    unlike = 0.0 if level.look == candidate.look else 1.5
    *prefix, last = reading.values
    *open_prefix, open_last = level.reading.values
    if prefix != open_prefix:
        if any(tuple(prefix) == a.reading.values for a in above) or prefix < open_prefix:
            return None
        return _Step(len(above), unlike + 1.0 + 1.5 * (last - 1))
    step = last - open_last
    if step == 1:
        return _Step(len(above), unlike, goes_on=True)
    if step > 1:
        return _Step(len(above), unlike + 2.0 + 1.0 * step, skipped=step - 1) if step <= 6 else None
    if last == 1 and not prefix:
        return _Step(len(above), unlike + (1.0 if candidate.anew else 5.0), again=True)
    return _Step(len(above), unlike + 7.0, again=True) if step == 0 else None


def _opening_cost(reading: Reading, candidate: Candidate, *, empty: bool = False) -> float:
    """What it costs to begin a series here: little with its first number, more with a later one."""
    first = reading.values[-1]
    if empty:
        return 0.0 if first == 1 or len(reading.values) > 1 else min(4.0, 1.0 + 0.3 * first)
    if first == 1 and len(reading.values) == 1:
        return 0.3
    return 3.0 + min(first, 6)


def _rank_cost(parent: _Level, candidate: Candidate) -> float:
    """Headings below another are not set larger, and seldom heavier, than it; annexes are below nothing."""
    appended = 3.0 if candidate.label.word in APPENDED else 0.0
    if candidate.look.size > parent.look.size * 1.04 or _is_appended_letter(parent, candidate):
        return appended + 4.0
    return appended + (1.5 if candidate.look.outranks(parent.look) else 0.0)


def _is_appended_letter(parent: _Level, candidate: Candidate) -> bool:
    """Whether a bare `A` is set like the bare figure before it, as LaTeX numbers the annexes of an article."""
    families = candidate.label.readings[0].families, parent.reading.families
    bare = candidate.label.style == parent.style == "#" and families == (("ALPHA",), ("arabic",))
    return bare and candidate.look == parent.look


def _below_prefix(stack: tuple[_Level, ...], candidate: Candidate, reading: Reading) -> list[_Step]:
    """Where a printed `3.1` goes: under the open `3`, else where a lacking `3` would have been."""
    prefix, last = reading.values[:-1], reading.values[-1]
    for keep in range(len(stack), 0, -1):
        values = stack[keep - 1].reading.values
        if values == prefix and stack[keep - 1].reading.families == reading.families[:-1]:
            open_below = any(_is_one_series(level, candidate, reading) for level in stack[keep:])
            return [] if open_below else [_Step(keep, 0.0 if last == 1 else 1.0 + 1.5 * (last - 1))]
    if any(_is_one_series(level, candidate, reading) for level in stack):
        return []
    return [_Step(len(stack), 5.0 + 1.0 * (last - 1))]


def _implied(stack: tuple[_Level, ...], reading: Reading) -> _Step | None:
    """`6.` after `5.4` where no `5.` was seen, because the file begins within it."""
    depth = len(reading.values)
    for keep, level in enumerate(stack):
        values = level.reading.values
        if values[:depth] in [above.reading.values for above in stack[:keep]]:
            return None
        if len(values) > depth and level.reading.families[:depth] == reading.families:
            follows = values[: depth - 1] == reading.values[:-1] and reading.values[-1] == values[depth - 1] + 1
            return _Step(keep, 0.3) if follows else None
    return None


def _beside(stack: tuple[_Level, ...], candidate: Candidate, reading: Reading) -> list[_Step]:
    """A series of another style beside an open one: annexes after the sections, or parts after an introduction."""
    appended = candidate.label.word in APPENDED
    base = 0.5 if appended else 3.0
    first = 0.0 if reading.values[-1] == 1 else 3.0
    if appended:
        return [_Step(0, base + first)]
    larger = [keep for keep, level in enumerate(stack) if not level.look.outranks(candidate.look)]
    return [_Step(larger[0], base + first)] if larger else []
