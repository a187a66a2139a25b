"""What is known about the stretches of one text before its names are settled."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import TypeVar

from msgspec import Struct

from pipeline.organizations.words import Role
from pipeline.records import Span

REACH = 40
"""How many items may begin between an item and what it reaches over."""


class Candidate(Struct, frozen=True):
    """A stretch that is built like a name. `role` is its head's; null when the head says nothing.

    `parent` is where the body begins that this one is a part of (`Labour Department of the Harbour Government`).
    """

    start: int
    end: int
    role: Role | None
    has_complement: bool
    words: int
    parent: int | None = None


Placed = TypeVar("Placed", Span, "Candidate")

_START = attrgetter("start")


def over(items: Sequence[Placed], start: int, end: int) -> list[Placed]:
    """The items that share a character with `start:end`; items come in order of their starts, and few overlap."""
    if not items:
        return []
    first = bisect_left(items, end, key=_START)
    return [item for item in items[max(0, first - REACH) : first] if start < item.end]


class Evidence(Struct, frozen=True):
    """What the recognizer and other rules know about a text: organizations, places, people, and dates and money."""

    organizations: tuple[Span, ...] = ()
    places: tuple[Span, ...] = ()
    people: tuple[Span, ...] = ()
    taken: tuple[Span, ...] = ()

    def covers(self, start: int, end: int) -> bool:
        """Whether one organization stretches over all of it."""
        return any(span.start <= start and end <= span.end for span in over(self.organizations, start, end))

    def begins_name(self, start: int, first: int) -> bool:
        """Whether a name of any sort begins at `start`, and does not begin before `first`."""
        return any(span.start == start for span in over(self.organizations, start, start + 1)) or any(
            span.start > first for spans in (self.places, self.people) for span in over(spans, start, start + 1)
        )
