"""Whether confidences mean what they say: of the mentions given 0.9, how many are right.

A reliability table sorts the mentions that gold judges into bands of confidence, and sets the mean confidence of each
band beside the share of its mentions that is right. The spread of a share that was counted on few mentions is wide, so
each has its Wilson interval (Wilson 1927, at 95 %).
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from pipeline.records import KINDS, Kind
from pipeline.scoring import Verdict

BANDS = (0.0, 0.55, 0.75, 0.85, 0.925, 0.965, 1.0)
"""Bounds of the bands; the last band includes its upper bound."""
Z = 1.96
"""Standard deviations on either side that hold 95 % of a normal distribution."""


class Band(NamedTuple):
    """The mentions of one kind with a confidence in `low` to `high`."""

    kind: Kind
    low: float
    high: float
    mentions: int
    confidence: float
    right: float

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share of right ones lies, with 95 % certainty."""
        return wilson(self.right, self.mentions)

    @property
    def is_off(self) -> bool:
        """Whether the mean confidence lies outside the interval."""
        low, high = self.interval
        return not low <= self.confidence <= high


def wilson(share: float, count: int) -> tuple[float, float]:
    """The interval that holds the true share, when `share` of `count` were right."""
    if count == 0:
        return 0.0, 1.0
    middle = share + Z * Z / (2 * count)
    spread = Z * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    whole = 1 + Z * Z / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def bands(verdicts: Iterable[Verdict]) -> Iterator[Band]:
    """Every band that holds a mention, by kind, the most certain first."""
    judged = list(verdicts)
    for kind in KINDS:
        for low, high in reversed(list(pairwise(BANDS))):
            inside = [
                verdict
                for verdict in judged
                if verdict.kind == kind
                and (low <= verdict.confidence < high or verdict.confidence == high == BANDS[-1])
            ]
            if inside:
                mean = sum(verdict.confidence for verdict in inside) / len(inside)
                right = sum(verdict.is_right for verdict in inside) / len(inside)
                yield Band(kind, low, high, len(inside), mean, right)
