"""Rebuilds the generated gazetteers from the public data sets they come from.

Run `python -m pipeline.gazetteers.build`; the files it writes are committed, so that a new release of a data set shows
as a change a person can read. Generated: `countries.csv` (codes and English short names of ISO 3166-1, from pycountry),
`country_names.csv` (what each country is called: pycountry and CLDR as babel carries it) and `demonym_languages.csv`
(demonyms that CLDR has as languages). Kept by hand beside them:
`country_aliases.csv` and `country_lookalikes.csv`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pycountry
from babel import Locale
from babel.core import UnknownLocaleError
from babel.languages import get_official_languages

from pipeline import gazetteers

NAMES = {
    "BQ": "Bonaire, Sint Eustatius and Saba",
    "CC": "Cocos (Keeling) Islands",
    "CD": "Democratic Republic of the Congo",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "MF": "Saint Martin",
    "PS": "Palestine",
    "SX": "Sint Maarten",
    "VA": "Holy See",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}
"""Short names in reading order where ISO prints them inverted or with a comment in brackets."""

NOT_COUNTRIES = frozenset({"AQ"})
"""Entries of ISO 3166-1 that are no country or territory to a reader: a continent."""

REPORT_LANGUAGES = ("fr", "es", "pt", "de", "it", "nl")
"""Languages whose accented names of every country are read, whichever country reports."""

OTHER_THINGS = frozenset(
    {"equateur", "maurice", "mauricio", "reuniao", "saint-martin", "san bartolome", "san martin", "santa lucia"}
    | {"sao bartolomeu", "sao martinho"}
)
"""Names in other languages that are people, saints, provinces or words to most writers, without their accents."""


def main() -> None:
    """Writes the generated files beside this module."""
    folder = Path(__file__).parent
    write(folder / "countries.csv", ("alpha2", "alpha3", "name"), countries())
    write(folder / "country_names.csv", ("alpha2", "form", "alias", "source"), names())
    write(folder / "demonym_languages.csv", ("language",), languages())


def write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Writes one table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def countries() -> Iterator[tuple[str, str, str]]:
    """Yields code, code and English short name: pycountry's common name, else its name, in reading order."""
    for country in sorted(pycountry.countries, key=lambda c: c.alpha_2):
        if country.alpha_2 not in NOT_COUNTRIES:
            name = NAMES.get(country.alpha_2) or getattr(country, "common_name", None) or country.name
            yield country.alpha_2, country.alpha_3, name


def names() -> Iterator[tuple[str, str, str, str]]:
    """Yields what each country is called: in English by ISO and CLDR, then in its own languages."""
    seen: set[tuple[str, str]] = set()
    for alpha2, alias, source in [*english_names(), *native_names()]:
        key = (alpha2, gazetteers.fold(alias))
        if key not in seen and alpha2 not in NOT_COUNTRIES:
            seen.add(key)
            yield alpha2, "name", alias, source


def languages() -> Iterator[tuple[str]]:
    """Yields the demonyms that are names of languages too, by English CLDR."""
    known = {gazetteers.fold(name) for name in Locale("en").languages.values()}
    for row in gazetteers.read_rows("country_aliases.csv"):
        if row["form"] == "demonym":
            yield from ((alias,) for alias in row["aliases"].split("|") if gazetteers.fold(alias) in known)


def english_names() -> Iterator[tuple[str, str, str]]:
    """Yields the names of ISO 3166-1 and of English CLDR."""
    english = Locale("en").territories
    for country in sorted(pycountry.countries, key=lambda c: c.alpha_2):
        code = country.alpha_2
        for field in ("common_name", "name", "official_name"):
            name = getattr(country, field, None)
            if name and "(" not in name:
                yield code, name, "pycountry"
            if name and name.endswith((" of", " of the")):
                head, _, rest = name.partition(", ")
                yield code, f"{head} ({rest})", "pycountry"
                yield code, f"{rest.removeprefix('The ')} {head}", "pycountry"
        yield code, NAMES.get(code, english[code]), "cldr/en"
        if "(" not in english[code]:
            yield code, english[code], "cldr/en"


def native_names() -> Iterator[tuple[str, str, str]]:
    """Yields names in Latin letters in a country's official languages, and accented ones of the report languages."""
    english = Locale("en").territories
    taken = {gazetteers.fold(name) for name in english.values()}
    for country in sorted(pycountry.countries, key=lambda c: c.alpha_2):
        code = country.alpha_2
        official = get_official_languages(code, regional=False, de_facto=True)
        for language in dict.fromkeys((*official, *REPORT_LANGUAGES)):
            name = territory(language, code)
            if name is None or not is_latin(name) or "(" in name or gazetteers.fold(name) in OTHER_THINGS:
                continue
            distinct = gazetteers.fold(name) not in taken and len(name) >= 5 and language in official
            if distinct or not name.isascii():
                yield code, name, f"cldr/{language}"


def territory(language: str, code: str) -> str | None:
    """Returns the name of a territory in a language, where CLDR has both."""
    try:
        name: str | None = Locale.parse(language).territories.get(code)
    except (UnknownLocaleError, ValueError):
        return None
    return name


def is_latin(name: str) -> bool:
    """Tells whether a name is written in Latin letters, as those of Europe, Africa and Viet Nam are."""
    return all(ord(character) < 0x0250 or 0x1E00 <= ord(character) < 0x1F00 or character in "’‘" for character in name)


if __name__ == "__main__":
    main()
