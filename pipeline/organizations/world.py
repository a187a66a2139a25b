"""Organizations known all over the world, by name and by acronym: `gazetteers/organizations.csv`."""

from functools import cache

from pipeline import gazetteers


@cache
def names() -> frozenset[str]:
    """Every name and acronym that means the organization wherever it stands."""
    return frozenset(row["alias"] for row in _rows())


@cache
def acronyms() -> frozenset[str]:
    """The acronyms among them."""
    return frozenset(name for name in names() if name.isupper() and " " not in name)


def _rows() -> tuple[dict[str, str], ...]:
    try:
        return gazetteers.read_rows("organizations.csv")
    except FileNotFoundError:
        return ()
