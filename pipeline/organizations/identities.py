"""Which names in one report are one organization, and the mention that says so."""

import re
from collections.abc import Iterable, Mapping

from pipeline.organizations.readings import Found, Reading
from pipeline.records import Context, CountryValue, Mention, OrganizationValue, Source

CONFIDENCE = {
    "own": 0.98,
    "definition": 0.98,
    "gazetteer": 0.98,
    "head+model": 0.96,
    "head": 0.93,
    "list": 0.9,
    "model": 0.88,
    "propagated": 0.5,
}
"""How often a mention of each rule is right, by the reliability table of `tests/benchmarks/bench_organizations.py`."""
SOURCES: Mapping[str, Source] = {"model": "model", "gazetteer": "gazetteer"}

SIGNS = re.compile(r"\W+")


def key_of(name: str) -> str:
    """A name without what may differ between two spellings of it."""
    return SIGNS.sub(" ", name.casefold().replace("&", " and ")).strip().removeprefix("the ")


class Identities:
    """The fullest name and the acronym of each organization of a report."""

    def __init__(self, acronyms: Mapping[str, str], names: Iterable[str]) -> None:
        self.name_of = dict(acronyms)
        self.acronym_of: dict[str, str] = {}
        self.fullest: dict[str, str] = {}
        for short, long in acronyms.items():
            self.acronym_of.setdefault(key_of(long), short)
        for name in names:
            kept = self.fullest.get(key_of(name))
            if name not in self.name_of and (kept is None or (kept.isupper() and not name.isupper())):
                self.fullest[key_of(name)] = name
        for long in acronyms.values():
            self.fullest.setdefault(key_of(long), long)

    def of(self, name: str) -> tuple[str, str | None]:
        """The fullest name and the acronym of the body called `name`."""
        long = self.name_of.get(name, name)
        return self.fullest.get(key_of(long), long), self.acronym_of.get(key_of(long))

    def mention(self, reading: Reading, item: Found, context: Context) -> Mention:
        """What is published of one find."""
        surface = reading.text[item.start : item.end]
        name, acronym = self.of(surface)
        is_short = surface in self.name_of or (" " not in surface and surface.isupper() and len(surface) < 11)
        is_own = context.organization is not None and key_of(name) == key_of(context.organization)
        value = OrganizationValue(
            name=name,
            acronym=acronym if acronym is not None or not is_short else surface,
            form="acronym" if is_short else "name",
            country=_country_in(reading, item) or (context.country if is_own else None),
            parent=self.of(reading.text[item.parent : item.end])[0] if item.parent is not None else None,
        )
        source = SOURCES.get(item.rule, "rule")
        return Mention("organization", item.start, item.end, surface, value, item.rule, source, CONFIDENCE[item.rule])


def _country_in(reading: Reading, item: Found) -> str | None:
    for country in reading.countries:
        if isinstance(country.value, CountryValue) and item.start <= country.start and country.end <= item.end:
            return country.value.alpha2
    return None
