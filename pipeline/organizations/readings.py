"""One text of a report as the recognizer and the other rules left it, and how a name is cut clean."""

import re
from collections.abc import Sequence

from msgspec import Struct
from simplemma import is_known

from pipeline.organizations.evidence import Evidence
from pipeline.organizations.vocabulary import AND, ARTICLES, FOR, FOREIGN, OF, ROMANCE_ADJECTIVES
from pipeline.organizations.words import (
    ABBREVIATION,
    ATTACHED,
    SMALL_FORMS,
    Token,
    common_acronym,
    role_of,
    split_words,
)
from pipeline.records import Mention, Span

LEADING = re.compile(
    r"(?:[\s\"“”'‘’(\[•*–—-]|(?:the|an?|our|its|their|i?ngos?|csos?|q[1-4])\s|(?-i:[LlDd]['’](?=[^\W\d_a-z]))"
    r"|(?-i:(?:January|February|April|June|July|August|September|October|November|December)\s(?=[A-Z]{2}))"
    r"|(?:volunteers|members|staff|students|delegates|representatives|officials) of the\s"
    r"|(?:partners|representatives|employees|consultations|instructors) of (?:the )?(?=[^\W\d_]))+",
    re.IGNORECASE,
)
FOREIGN_ARTICLE = re.compile(r"(?:[Ll][aeo]s?|[Ee]l|[Ii]l)\s(?=([^\W\d_]\S*)(?:\s([^\W\d_]\S*))?)")
LEADS = frozenset(
    {"association", "organisation", "coordination", "coalition", "alliance", "commission", "union", "mission"}
)
"""Heads that other languages have, too, and put first."""
TRAILING = re.compile(
    r"(?:[\s\"“”'‘’,;:.–—-]|['’]s|\s(?:and|of|for|the|in|on|&|No|Nos|Ms|Mr|Dr"
    r"|de|du|des|del|la|le|les|et|y|da|do|und|der|für|pour|para))+\Z"
)
SHORT_WORDS = frozenset(
    {"as", "be", "by", "do", "go", "he", "if", "is", "it", "me", "my", "no", "or", "so", "up", "us", "we"}
)
"""English words of two letters that no name has inside; other languages have many: `Zašto ne`."""
OWNS_NOTHING = re.compile(r"\s*(?:\Z|\n|[,.;:)]|(?:and|or)\b)")
"""What stands behind a name that ends like a possessor, and is none: `St Zeno's and Mokota`."""
SMALL = OF | FOR | AND | ARTICLES | {"in", "to", "with", "at", "per"}
BETWEEN = re.compile(r"(?:[\s,;/&-]|\band\b|\bthe\b|['’]s\b)*")
NUMBER = re.compile(
    r"(?:[A-Z][a-z]{2,5}(?:teen|ty)|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Dozens of)\s"
)
"""How many people of a country, at the beginning of a sentence: `Seventeen Ukrainian teachers`."""
PLACES = frozenset({"PLACE", "GPE", "LOC", "FAC"})
PROGRAMMES = frozenset({"programme", "program", "project", "prize", "award", "scheme", "conference", "festival"})
PREPOSITIONS = OF | FOR | {"in", "to"}
CUT = re.compile(r"\n| \(|[“”\":;]")
SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})(?<!Inc|Ltd|Pvt|Pty|Pte)(?<!Corp|Dept|Univ|Ltda|Govt)\. (?=[A-Z])")


class Entity(Struct, frozen=True, array_like=True):
    """A stretch that the recognizer takes for a name, with its label."""

    start: int
    end: int
    label: str


class Reading(Struct, frozen=True):
    """One text of a report, what the recognizer saw in it, and the mentions of other kinds.

    `countries` are mentions of countries; `taken` are spans of dates and money.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    countries: tuple[Mention, ...] = ()
    taken: tuple[Span, ...] = ()


class Found(Struct, frozen=True, order=True):
    """A stretch of one text that is an organization, and the rule that says so.

    `parent` is where the name of the body begins that this one is a part of.
    """

    start: int
    end: int
    rule: str
    parent: int | None = None


def clean_entities(reading: Reading) -> list[Entity]:
    """Entities without articles, quotes, possessives, dangling words or anything past a line break."""
    cleaned = []
    for entity in reading.entities:
        start, end = trimmed(reading.text, entity.start, entity.end)
        end = start + clean_length(reading.text[start:end])
        if start < end:
            cleaned.append(Entity(start, end, entity.label))
    return cleaned


def bare_entities(reading: Reading) -> list[Entity]:
    """Entities as they are but for a leading article."""
    bare = []
    for entity in reading.entities:
        article = reading.text[entity.start : entity.start + 4].lower() == "the "
        bare.append(Entity(entity.start + 4 * article, entity.end, entity.label))
    return bare


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without articles and marks before it and dangling words and marks behind it."""
    lead = LEADING.match(text, start, end)
    start = lead.end() if lead else start
    if (attached := ATTACHED.match(text, start, end)) is not None and attached.end() < end:
        start = attached.end() + 1
    article = FOREIGN_ARTICLE.match(text, start, end)
    start = article.end() if article and leads_name(article[1], article[2] or "") else start
    tail = TRAILING.search(text[start:end])
    if tail and not (tail[0].lower() in ("'s", "’s") and OWNS_NOTHING.match(text, end)):
        end = start + tail.start()
    return start, end + bool(ABBREVIATION.search(text[start : end + 1]))


def leads_name(word: str, after: str) -> bool:
    """Whether a word, alone or with the next, heads a name in a language whose names begin with the head."""
    if word.lower() in LEADS and after.lower() in FOREIGN | ROMANCE_ADJECTIVES:
        return True
    return "first" in (role_of((word.lower(),)), role_of((word.lower(), after.lower())))


def clean_length(name: str) -> int:
    """How much of a name is left when all from a bracket, a verb or a full stop on, and a last everyday acronym, go."""
    name = CUT.split(name, maxsplit=1)[0]
    end = SENTENCE_END.search(name)
    name = name[: end.start()] if end else name
    tokens = split_words(name)
    is_foreign = bool(tokens) and role_of((tokens[0].lower,)) == "first"
    for token in tokens:
        if token.start and not is_foreign and _is_prose(token):
            name = name[: token.start]
            break
    name = name[: trimmed(name, 0, len(name))[1]]
    first, _, last = name.rpartition(" ")
    return len(first) if first.isupper() and common_acronym(last) == "term" else len(name)


def _is_prose(token: Token) -> bool:
    """Whether a word in small letters is none that names have inside: `Harbour Trust won`, not `Pôle emploi`."""
    is_small = token.text[0].islower() and token.text.islower() and token.text.isalpha()
    is_small &= len(token.text) > 2 or token.lower in SHORT_WORDS
    return is_small and token.lower not in SMALL and token.lower not in SMALL_FORMS and is_known(token.lower, "en")


def evidence_in(reading: Reading, seen: Sequence[Entity]) -> Evidence:
    """What the grammar may lean on in a text."""
    bodies = tuple(Span(entity.start, entity.end) for entity in seen if entity.label == "ORG")
    places = [Span(entity.start, entity.end) for entity in seen if entity.label in PLACES]
    places += [Span(country.start, country.end) for country in reading.countries]
    people = tuple(Span(entity.start, entity.end) for entity in seen if entity.label == "PERSON")
    return Evidence(bodies, tuple(sorted(places)), people, tuple(sorted(reading.taken)))


def is_countries(reading: Reading, entity: Entity) -> bool:
    """Whether an entity names countries and nothing else: `Moldova and North Macedonia`."""
    number = NUMBER.match(reading.text, entity.start, entity.end)
    position = number.end() if number else entity.start
    inside = [country for country in reading.countries if entity.start <= country.start and country.end <= entity.end]
    for country in inside:
        if not BETWEEN.fullmatch(reading.text, position, country.start):
            return False
        position = country.end
    return bool(inside) and BETWEEN.fullmatch(reading.text, position, entity.end) is not None


def head_role(name: str) -> str | None:
    """What the head of a name, its last word before the first preposition, makes of it."""
    words = [token.lower.removesuffix("'s").removesuffix("’s") for token in split_words(name)]
    stop = next((index for index, word in enumerate(words) if index and word in PREPOSITIONS), len(words))
    if words[:stop][-1:] == ["conference"] and words[stop : stop + 1] == ["of"] and words[-1] != "parties":
        return "weak"
    if len(words) > 1 and role_of((words[-1],)) == "firm":
        return "firm"
    role = role_of(tuple(words[:stop][-3:]))
    if role is None and words[stop:] and words[stop] != "of" and words[-1] in PROGRAMMES:
        return "other"
    if role in (None, "opener", "role"):
        if role == "role" and role_of((words[0],)) not in ("first", "body"):
            return role
        return "body" if words and leads_name(words[0], words[1] if len(words) > 1 else "") else None
    return "body" if role == "first" else role
