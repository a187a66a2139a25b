"""The recognizer's parser, which goes from word to word and opens, continues or ends entities.

What it does where no entity is open depends on the word at hand only, so that it is decided for all words at once.
Within an entity it also depends on the first word of the entity and on the word before: entities that may begin at
different words grow side by side, and those that turn out to lie in another one are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.entities.layers import EMPTY, Flags, Floats, Line, Rows

Found = list[tuple[int, int, str]]
"""The entities of one text: first word, word after the last, label."""

ROUNDS = ((1, 3), (4, 9))
"""The words behind its first by which every possible entity grows, side by side: from which, how many."""
LONG = 64
"""How many words a longer entity grows on by, alone, when it is no part of another."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What the parser may do, as columns of its scores.

    Where no entity is open: the column `out`, those of `begins` and of `units` (entities of one word), one for each of
    `labels`. Where one is open: `inside` it or at its `last` word, one for each of `labels`.
    """

    labels: tuple[str, ...]
    out: int
    begins: Rows
    units: Rows
    inside: Rows
    last: Rows


@dataclass(frozen=True, slots=True)
class Parser:
    """The weights: what the word at hand, the first of the open entity and the word before add to the hidden layer."""

    project: tuple[Floats, Floats]
    here: Floats
    first: Floats
    before: Floats
    bias_outside: Floats
    bias_inside: Floats
    upper: tuple[Floats, Floats]
    moves: Moves

    def find(self, vectors: Floats, line: Line, is_space: Flags) -> list[Found]:
        """The entities of each text of a line of words, from the vectors of the words; none begins with a space."""
        words: Floats = vectors @ self.project[0] + self.project[1]
        here: Floats = words @ self.here
        scores = self._scores(here + self.bias_outside)
        begins, units = scores[:, self.moves.begins], scores[:, self.moves.units]
        begin, unit, out = begins.max(axis=1), units.max(axis=1), scores[:, self.moves.out]
        begin[line.ends - 1] = -np.inf
        is_word = ~is_space & (line.rows != EMPTY)
        opens = is_word & (begin > unit) & (begin > out)
        stands = is_word & ~opens & (unit > out)
        labels = np.where(opens, begins.argmax(axis=1), units.argmax(axis=1))
        growth = _Growth(self, words, here, labels, line)
        ends = np.where(stands, np.arange(1, len(stands) + 1), 0)
        pending = np.flatnonzero(opens)
        for first, count in ROUNDS:
            ends[pending] = growth.ends(pending, first, count)
            pending = pending[ends[pending] == 0]
        found: list[Found] = [[] for _ in line.starts]
        for start, end in _apart(np.flatnonzero(opens | stands), ends, growth):
            text = int(np.searchsorted(line.starts, start, side="right")) - 1
            before = int(line.starts[text])
            found[text].append((start - before, end - before, self.moves.labels[labels[start]]))
        return found

    def _scores(self, sums: Floats) -> Floats:
        half = sums.shape[1] // 2
        return np.maximum(sums[:, :half], sums[:, half:]) @ self.upper[0] + self.upper[1]


@dataclass(frozen=True, slots=True)
class _Growth:
    """A line of words in which entities grow."""

    parser: Parser
    words: Floats
    here: Floats
    labels: Rows
    line: Line

    def ends(self, starts: Rows, first: int, count: int) -> Rows:
        """Where entities end that begin at `starts`, when it is within `count` words from the word `first`; else 0."""
        if not len(starts):
            return starts
        moves = self.parser.moves
        last_words = self.line.ends[np.searchsorted(self.line.ends, starts, side="right")] - 1
        places = np.minimum(starts[:, None] + np.arange(first, first + count), last_words[:, None])
        flat = places.ravel()
        sums = self.here[flat]
        sums += self.words[flat - 1] @ self.parser.before
        sums += np.repeat(self.words[starts] @ self.parser.first + self.parser.bias_inside, count, axis=0)
        scores = self.parser._scores(sums)
        labels = np.repeat(self.labels[starts], count)
        rows = np.arange(len(flat))
        is_end = (scores[rows, moves.last[labels]] > scores[rows, moves.inside[labels]]).reshape(places.shape)
        is_end |= places == last_words[:, None]
        return np.where(is_end.any(axis=1), places[np.arange(len(starts)), is_end.argmax(axis=1)] + 1, 0)


def _apart(starts: Rows, ends: Rows, growth: _Growth) -> Iterator[tuple[int, int]]:
    """The entities that the parser meets on its way: each begins behind the one before."""
    free = 0
    for start in starts.tolist():
        if start < free:
            continue
        free, first = int(ends[start]), sum(ROUNDS[-1])
        while not free:
            free, first = int(growth.ends(np.array([start]), first, LONG)[0]), first + LONG
        yield start, free
