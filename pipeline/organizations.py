"""Names of organizations in one report: what the recognizer saw, corrected by what the whole report says."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from pipeline.records import Context, Mention, OrganizationValue, Span

LEADING = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)


class Entity(Struct, frozen=True, array_like=True):
    """A stretch that the recognizer takes for a name, with its label."""

    start: int
    end: int
    label: str


class Reading(Struct, frozen=True):
    """One text of a report, what the recognizer saw in it, and the spans that are dates or money."""

    text: str
    entities: tuple[Entity, ...] = ()
    taken: tuple[Span, ...] = ()


def settle(readings: Sequence[Reading], context: Context) -> list[list[Mention]]:
    """The organizations in each text of one report."""
    return [
        [_mention(reading.text, entity) for entity in reading.entities if entity.label == "ORG"] for reading in readings
    ]


def _mention(text: str, entity: Entity) -> Mention:
    start = entity.start
    article = LEADING.match(text, start, entity.end)
    if article:
        start = article.end()
    name = text[start : entity.end]
    form: Literal["name", "acronym"] = "acronym" if name.isupper() and " " not in name else "name"
    return Mention("organization", start, entity.end, name, OrganizationValue(name, None, form), "model", "model", 0.7)
