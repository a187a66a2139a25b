"""What words that a person boxed may mean, to spare typing: the machine's own rules, asked about these words alone.

The machine refused or overlooked them where they stand; alone, with the person's word that they mean something, they
are often read right.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from pipeline import numerals
from pipeline.countries import find_countries
from pipeline.counts import find_counts
from pipeline.dates import find_dates
from pipeline.money import find_money
from pipeline.records import Context, Kind, Mention
from pipeline.review import forms
from pipeline.views import words

FINDERS: dict[Kind, Callable[[str, Context], Sequence[Mention]]] = {
    "money": find_money,
    "date": find_dates,
    "country": find_countries,
    "count": find_counts,
}


class Suggestion(Struct, frozen=True):
    """The likeliest kind of some words, and what to put in the fields of each kind that they can be."""

    kind: Kind
    values: dict[Kind, dict[str, str]]


def suggest(text: str, context: Context, organizations: Mapping[str, str]) -> Suggestion:
    """What some words may mean; `organizations` are names by id."""
    found = dict(_read(text, context))
    values = {kind: forms.shown(kind, msgspec.structs.asdict(mention.value), {}) for kind, mention in found.items()}
    if "count" not in values:
        values |= _number(text)
    names = [name for name in organizations.values() if name.casefold() == text.casefold()]
    values |= {"organization": {"organization_id": names[0], "form": "name"}} if names else {}
    covered = {kind: len(mention.text) for kind, mention in found.items()}
    best = max(covered, key=lambda kind: covered[kind], default=None)
    return Suggestion(best or ("count" if "count" in values else "organization"), values)


def _read(text: str, context: Context) -> Iterator[tuple[Kind, Mention]]:
    for kind, find in FINDERS.items():
        mentions = find(text, context)
        if mentions:
            yield kind, max(mentions, key=lambda mention: len(mention.text))


def _number(text: str) -> dict[Kind, dict[str, Any]]:
    """The first number with what stands behind it."""
    for number in numerals.scan(text):
        unit = text[number.end :].strip()
        return {"count": {"value": words.number(number.value), "unit": unit, "qualifier": "exact"}}
    return {}
