"""Bodies known all over the world: by acronym as written, by name as normalised.

They are in the gazetteer `organizations.csv`. Each row is one form of one body:
`name` (its full name), `alias` (the form), `form`, and `country` where it has one.
"""

import functools
from typing import NamedTuple

from pipeline import gazetteers
from pipeline.resolution.keys import key_of

_TELLING = 5
"""Letters from which on an acronym means its body in any case: `Unicef`."""


class Known(NamedTuple):
    """A body of the gazetteer: its full name, and its country, if it is of one."""

    name: str
    country: str | None


def by_acronym(acronym: str) -> Known | None:
    """Returns the body that an acronym means the world over."""
    return _acronyms().get(acronym)


def by_name(name: str) -> Known | None:
    """Returns the body that a name means, in any spelling with the same key."""
    return _names().get(str(key_of(name)))


@functools.cache
def _acronyms() -> dict[str, Known]:
    rows = gazetteers.read_rows("organizations.csv")
    return {row["alias"]: Known(row["name"], row["country"] or None) for row in rows if row["form"] == "acronym"}


@functools.cache
def _names() -> dict[str, Known]:
    rows = gazetteers.read_rows("organizations.csv")
    return {
        str(key_of(row["alias"])): Known(row["name"], row["country"] or None)
        for row in rows
        if row["form"] != "acronym" or len(row["alias"]) >= _TELLING
    }
