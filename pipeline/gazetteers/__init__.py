"""Spellings and the identifiers they stand for: data files a reviewer can read, and how to read them.

`country_names.csv` and `countries.csv` are generated (see `build`); the other files are kept by hand.
"""

import csv
import functools
import importlib.resources
import unicodedata
from typing import Any

import yaml

_PACKAGE = "pipeline.gazetteers"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(name: str) -> str:
    """Returns the text of one data file of this package."""
    return importlib.resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")


@functools.cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Returns the rows of a CSV file of this package, one dict a row."""
    names, *rows = csv.reader(read_text(name).splitlines())
    return tuple(dict(zip(names, row, strict=True)) for row in rows if row)  # a third of what DictReader takes


def read_column(name: str) -> frozenset[str]:
    """Returns what stands below the heading of a file of one column, of which there may be tens of thousands."""
    return frozenset(read_text(name).splitlines()[1:])


@functools.cache
def read_words(name: str) -> dict[str, Any]:
    """Returns the lists of a YAML file of this package."""
    words: dict[str, Any] = yaml.load(read_text(name), Loader=_Loader)  # a SafeLoader, in C where there is one
    return words


def fold(text: str) -> str:
    """Returns text without case and accents, with plain apostrophes: what two spellings of one name have in common."""
    if text.isascii():
        return text.lower()
    plain = text.replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    decomposed = unicodedata.normalize("NFKD", plain.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
