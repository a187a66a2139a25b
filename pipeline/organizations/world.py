"""Organizations known all over the world, by name and by acronym, and towns and provinces: what is one, what is none.

`gazetteers/organizations.csv` is written by hand, with the English and French names of the bodies in the OECD's list of
channel codes. `gazetteers/cities.csv` has the places of 15,000 people and more of GeoNames (CC BY 4.0, geonames.org)
and the subdivisions of ISO 3166-2 that are no English words and no better known as companies.
`gazetteers/first_names.csv` and `gazetteers/surnames.csv` have the names of Faker (MIT, see `LICENSE_NAMES`) that are
no English words and no towns; common Asian and African surnames were added by hand.
"""

from functools import cache

from simplemma import is_known

from pipeline.gazetteers import read_column, read_rows
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
    """Towns and provinces of the world: `gazetteers/cities.csv`. A place alone is no organization."""
    return read_column("cities.csv")


@cache
def first_names() -> frozenset[str]:
    """First names of people in some seventy countries that are no English words and no towns."""
    return read_column("first_names.csv")


@cache
def surnames() -> frozenset[str]:
    """Family names of people in the same countries."""
    return read_column("surnames.csv")


@cache
def acronyms() -> frozenset[str]:
    """The acronyms among them."""
    return frozenset(name for name in names() if name.isupper() and " " not in name)


def _is_plain(alias: str) -> bool:
    is_word = " " not in alias and not alias.isupper() and is_known(alias.lower(), "en")
    return len(alias) > 1 and common_acronym(alias) is None and not is_word
