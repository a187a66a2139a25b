"""Countries: names, demonyms and abbreviations of ISO 3166-1 in running text, and what they stand for.

The longest spelling of the gazetteers that starts at a capital letter wins. A spelling may also be a *lookalike*
(`New Mexico`, `Guinea pig`, `Gulf of Guinea`), which swallows the country's name inside it. What is left is then judged
by its surroundings: a person's name, a language, a currency, a state or town of the United States, the pronoun in a
line of capitals. `Congo`, `Korea` and `Georgia` are settled by the words around them, then by the report's country.

Spans of other kinds do not hide a country: in `12 Korean officials` both the count and the country are stated. The
names of currencies (`Hong Kong dollars`) are no countries.

`spellings` knows how countries are written, `surroundings` what speaks against one.
"""

import functools
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from pipeline import gazetteers
from pipeline.countries.spellings import find_spellings, read_spellings
from pipeline.countries.surroundings import Decision, Place, decide, places
from pipeline.records import Context, CountryValue, Mention, Refusal, Span

CONFIDENCE = {"name": 0.98, "demonym": 0.96, "abbreviation": 0.95, "homograph": 0.85}
"""How sure a mention is by the way it was found; a homograph is a spelling that only its surroundings settle."""


class Country(NamedTuple):
    """The codes and the English short name of an entry of ISO 3166-1."""

    alpha2: str
    alpha3: str
    name: str


def find_countries(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Returns the countries that a text names, in order and without overlap; appends what was refused to `refused`.

    `taken` is accepted for the sake of the common interface and not used: see the module's description.
    `inside_organization` is left false; `mark_inside` sets it once the organizations are known.
    """
    mentions: list[Mention] = []
    found = tuple(find_spellings(text))
    for (start, end, spelling), place in zip(found, places(text, context, found), strict=True):
        decision = decide(place)
        if decision.reason is None:
            mentions.append(_mention(start, place, decision))
        elif refused is not None:
            rule = f"country.{spelling.form}"
            refused.append(Refusal("country", start, end, place.written, rule, decision.reason))
    return mentions


def mark_inside(mentions: Sequence[Mention], organizations: Sequence[Span]) -> list[Mention]:
    """Returns the mentions with `inside_organization` set for countries within one of the organizations' spans."""
    marked: list[Mention] = []
    for mention in mentions:
        if isinstance(mention.value, CountryValue):
            inside = any(span.start <= mention.start and mention.end <= span.end for span in organizations)
            mention = replace(mention, value=replace(mention.value, inside_organization=inside))
        marked.append(mention)
    return marked


@functools.cache
def by_code() -> dict[str, Country]:
    """Returns the countries by their alpha-2 code."""
    rows = gazetteers.read_rows("countries.csv")
    return {row["alpha2"]: Country(row["alpha2"], row["alpha3"], row["name"]) for row in rows}


@functools.cache
def codes_by_spelling() -> dict[str, str]:
    """Returns the alpha-2 code of every name, demonym and abbreviation, by its folded words with spaces between."""
    codes: dict[str, str] = {}
    for spelling in read_spellings():
        if spelling.alpha2:
            codes.setdefault(" ".join(map(gazetteers.fold, spelling.tokens)), spelling.alpha2)
    return codes


def _mention(start: int, place: Place, decision: Decision) -> Mention:
    country = by_code()[decision.alpha2]
    form = place.spelling.form
    value = CountryValue(country.alpha2, country.alpha3, country.name, form)
    confidence = CONFIDENCE["homograph" if decision.is_homograph else form]
    end = start + len(place.written)
    return Mention("country", start, end, place.written, value, f"country.{form}", "gazetteer", confidence)
