"""Organizations known all over the world, by name and by acronym (`gazetteers/organizations.csv`), and large cities."""

from functools import cache

from simplemma import is_known

from pipeline.gazetteers import read_rows
from pipeline.organizations.words import common_acronym


@cache
def names() -> frozenset[str]:
    """Every name and acronym that means the organization wherever it stands; none is a common word or currency."""
    return frozenset(
        alias
        for alias in (row["alias"].removeprefix("The ") for row in read_rows("organizations.csv"))
        if _is_plain(alias)
    )


@cache
def cities() -> frozenset[str]:
    """Capitals and other large cities of the world: `gazetteers/cities.csv`. A city alone is no organization."""
    return frozenset(row["city"] for row in read_rows("cities.csv"))


@cache
def acronyms() -> frozenset[str]:
    """The acronyms among them."""
    return frozenset(name for name in names() if name.isupper() and " " not in name)


def _is_plain(alias: str) -> bool:
    is_word = " " not in alias and not alias.isupper() and is_known(alias.lower(), "en")
    return len(alias) > 1 and common_acronym(alias) is None and not is_word
