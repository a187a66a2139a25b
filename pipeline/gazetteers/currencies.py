"""The currencies of the world: codes, names and symbols, and what several of them share.

The data are in `currencies.json`, which `build_currencies` writes; what a report means by a shared sign is not decided
here.
"""

from functools import cache

import msgspec

from pipeline.gazetteers import read_text


class Shared(msgspec.Struct, frozen=True):
    """A sign or word that several currencies share: its currencies, and which of them it means in which country."""

    default: str | None
    members: tuple[str, ...]
    countries: dict[str, str]


class Currencies(msgspec.Struct, frozen=True):
    """Every way to write a currency. Names are casefolded; symbols are as written.

    `codes` gives the decimal places of each ISO 4217 code. Marks in `cautious_codes`, `cautious_symbols` and
    `domestic` (by country) mean money only beside an amount that looks like money, those in `acronym_codes` beside one
    that is no year.
    """

    codes: dict[str, int]
    cautious_codes: frozenset[str]
    acronym_codes: frozenset[str]
    names: dict[str, str]
    symbols: dict[str, str]
    cautious_symbols: dict[str, str]
    domestic: dict[str, dict[str, str]]
    shared: dict[str, Shared]
    shared_words: dict[str, str]
    minor: dict[str, str | None]


@cache
def load() -> Currencies:
    """Returns the gazetteer."""
    return msgspec.json.decode(read_text("currencies.json"), type=Currencies)
