"""The layers of the recognizer's network: from the words of texts to a vector a word, which knows its neighbours.

What depends on a word alone is kept, a row for each word: its embedding, and its products with the weights of the first
layer. Texts lie behind one another with as many empty words between them as there are layers, which is as far as a word
is seen, and go through each layer in blocks of rows that stay in the processor's cache. Words are worked out some at
a time at least, since BLAS adds up a few rows in another order than many: what is known of a word, and so what is found
in a text, depends on nothing that was read before.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]

BLOCK = 512
"""Rows that go through a layer together."""
TOGETHER = 40
"""Words that are worked out together at least."""
ROOM = 6000
"""Words that there is room for from the first: room that is not written to takes no memory, and none is moved."""
EMPTY = 0
"""The row of the empty word."""
EPSILON = np.float32(1e-8)
"""What thinc adds to a variance."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that looks one word to each side; `weights` give its three pieces, one behind another."""

    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats

    def activate(self, sums: Floats) -> Floats:
        """The largest of the three pieces, brought to the mean and the spread that were learned."""
        width = len(self.scale)
        best = np.maximum(sums[:, :width], sums[:, width : 2 * width])
        np.maximum(best, sums[:, 2 * width :], out=best)
        best -= best.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + EPSILON
        best *= (variance ** np.float32(-0.5))[:, None]
        best *= self.scale
        best += self.shift
        return best


@dataclass(frozen=True, slots=True)
class Line:
    """The rows of the words of texts and, for each text, the place of its first word and that behind its last."""

    rows: Rows
    starts: Rows
    ends: Rows


class Words:
    """What is known of words by themselves: their vectors, and these times the weights of the first layer.

    `embed` makes vectors of the features of words. `rows` says where a word is, by its key.
    """

    def __init__(self, embed: Callable[[Any], Floats], weights: Floats) -> None:
        """Knows the empty word only."""
        self.rows: dict[int, int] = {}
        self._embed = embed
        self._weights = weights.reshape(3, -1, weights.shape[1])
        self.vectors = np.zeros((1, self._weights.shape[1]), np.float32)
        self.products = np.zeros((1, *self._weights.shape[::2]), np.float32)
        self.is_space = np.ones(1, np.bool_)

    def forget(self) -> None:
        """Knows the empty word only, as in the beginning."""
        self.rows.clear()
        self.vectors = _with_room(self.vectors, 1, 1)
        self.products = _with_room(self.products, 1, 1)
        self.is_space = _with_room(self.is_space, 1, 1)

    def learn(self, keys: Sequence[int], features: Any, is_space: Flags) -> None:
        """Works out what is to be known of words that are not known yet."""
        known, after = len(self.rows) + 1, len(self.rows) + 1 + len(keys)
        if after > len(self.vectors):
            more = after + max(len(self.vectors), ROOM)
            self.vectors = _with_room(self.vectors, known, more)
            self.products = _with_room(self.products, known, more)
            self.is_space = _with_room(self.is_space, known, more)
        vectors = self._embed(np.resize(features, (max(len(keys), TOGETHER), features.shape[1])))
        self.vectors[known:after] = vectors[: len(keys)]
        for side, weights in enumerate(self._weights):
            self.products[known:after, side] = (vectors @ weights)[: len(keys)]
        self.is_space[known:after] = is_space
        self.rows.update(zip(keys, range(known, after), strict=True))


def _with_room(kept: NDArray[Any], known: int, rows: int) -> NDArray[Any]:
    made = np.empty((rows, *kept.shape[1:]), kept.dtype)
    made[:known] = kept[:known]
    return made


def line_of(texts: Iterable[Sequence[int]], apart: int) -> Line:
    """The rows of the words of all texts, `apart` empty words before, between and behind them."""
    gap = [EMPTY] * apart
    rows = [*gap]
    starts, ends = [], []
    for text in texts:
        starts.append(len(rows))
        rows += text
        ends.append(len(rows))
        rows += gap
    return Line(np.array(rows, np.intp), np.array(starts, np.intp), np.array(ends, np.intp))


def vectors_of(line: Line, words: Words, layers: Sequence[Layer]) -> Floats:
    """The vectors of a line of words after all layers."""
    rows = line.rows
    vectors = words.vectors[rows]
    for first, after in _blocks(len(rows)):
        sums = words.products[rows[first - 1 : after - 1], 0]
        sums += words.products[rows[first:after], 1]
        sums += words.products[rows[first + 1 : after + 1], 2]
        sums += layers[0].bias
        vectors[first:after] += layers[0].activate(sums)
    for layer in layers[1:]:
        before, vectors = vectors, vectors.copy()
        for first, after in _blocks(len(rows)):
            sides = [before[first + side : after + side] for side in (-1, 0, 1)]
            sums = np.concatenate(sides, axis=1) @ layer.weights
            sums += layer.bias
            vectors[first:after] += layer.activate(sums)
    return vectors


def _blocks(rows: int) -> list[tuple[int, int]]:
    """Where blocks of rows begin and end, without the outermost empty words, which nothing looks at later."""
    return [(first, min(first + BLOCK, rows - 1)) for first in range(1, rows - 1, BLOCK)]
