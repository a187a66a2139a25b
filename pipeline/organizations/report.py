"""Which stretches of one report are organizations, and which of them are the same one.

What is decided, in order of trust: names and acronyms that the report defines, organizations of the whole world (a
gazetteer), names built around a head such as `Ministry`, names that the recognizer saw and nothing speaks against,
members of a list with one of these. What is found anywhere is then looked for in every text of the report.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct
from simplemma import is_known

from pipeline.acronyms import Definition, find_definitions
from pipeline.organizations import world
from pipeline.organizations.grammar import (
    AND,
    ARTICLES,
    FOR,
    OF,
    Candidate,
    Evidence,
    find_candidates,
    is_capitals,
    is_title,
)
from pipeline.organizations.words import Token, common_acronym, is_generic, role_of, split_words
from pipeline.records import Context, CountryValue, Mention, OrganizationValue, Source, Span

ACRONYM = re.compile(
    r"(?<![\w&/.-])[A-Z][A-Za-z0-9]{0,5}(?:[A-Z0-9]|[&/-][A-Z0-9]{1,6})[A-Z0-9]{0,5}(?:(?=s\b)|(?![\w&]))(?!-\d)"
)
LEADING = re.compile(r"(?:[\s\"“”'‘’(\[•*–—-]|(?:the|an?|our|its|their)\s)+", re.IGNORECASE)
TRAILING = re.compile(r"(?:[\s\"“”'‘’,;:.–—-]|['’]s|\s(?:and|of|for|the|in|on|&|No|Nos|Ms|Mr|Dr))+\Z")
SMALL = OF | FOR | AND | ARTICLES | {"in", "to", "with", "at", "per"}
BRACKET_LIST = re.compile(r"\(([^()\n]{3,200})\)")
_LISTED = r"(?:the )?[A-Z][\w’'.&-]{0,40}+(?: (?:(?:of|for|on|de|du)(?: the)? )?[A-Z][\w’'.&-]{0,40}+){0,8}+"
PROSE_LIST = re.compile(rf"{_LISTED}(?:, {_LISTED}){{0,12}}+(?:,? (?:and|&) {_LISTED}|, etc\b)")
LIST_SEPARATOR = re.compile(r"\s*(?:,|;|/|\band\b|&)\s*(?:\band\b\s*)?(?:the\s+)?")
EVENT_HEADS = frozenset(
    {"forum", "congress", "assembly", "exchange", "league", "dialogue", "mission", "games", "platform"}
)
EVENT_BEFORE = re.compile(
    r"\b(?:attend\w*|organi[sz]\w+|host\w*|co-host\w*|held?|holding|hold|participat\w+ in|part in|"
    r"speak\w* at|spoke at|present\w* at|at|during|opened|after|before)\s(?:the\s|a\s|an\s|its\s|our\s)?\Z"
)
EVENT_AFTER = re.compile(
    r"\s?(?:was|were|is|will be|took|takes) (?:held|place|organi[sz]ed|hosted|opened|attended|cancelled|postponed)"
    r"|\s(?:in|on) [A-Z0-9]"
)
BEFORE_PERSON = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Hon|Rev|Sir)\.?\s+"
    r"|\b(?:minister|governor|mayor|bishop|king|queen|ambassador|president|people|city|province|district) of (?:the )?"
    r"|\b(?:president|director|member|chair\w*|secretary|general|officer|manager|treasurer|head|coordinator)s?:\s+)\Z",
    re.IGNORECASE,
)
NUMBER_BEFORE = re.compile(r"\d\s?\Z")
QUOTED = re.compile(r"[“\"‘]([^“”\"\n]{3,200})[”\"’]")
PLACES = frozenset({"PLACE", "GPE", "LOC", "FAC"})
TRUST = ("own", "definition", "gazetteer", "head+model", "head", "model", "list", "propagated")
"""Rules, the most trusted first; decides between readings of one stretch."""


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
    """A stretch of one text that is an organization, and the rule that says so."""

    start: int
    end: int
    rule: str
    parent: int | None = None


class Rules(Struct, frozen=True):
    """Which rules are used; all of them but for measurements of what each adds."""

    cleaning: bool = True
    heads: bool = True
    gazetteer: bool = True
    definitions: bool = True
    lists: bool = True
    propagation: bool = True


CONFIDENCE = {
    "own": 0.99,
    "definition": 0.97,
    "gazetteer": 0.97,
    "head+model": 0.96,
    "head": 0.88,
    "model": 0.85,
    "list": 0.8,
    "propagated": 0.9,
}
"""Share of right mentions by rule, from the reliability table of the project's own test set and rounded down."""


def settle(readings: Sequence[Reading], context: Context, rules: Rules | None = None) -> list[list[Mention]]:
    """The organizations in each text of one report, in order, none overlapping another in its text."""
    report = _Report(readings, context, rules or Rules())
    found = [report.find(index) for index in range(len(readings))]
    if report.rules.propagation:
        found = report.propagate(found)
    identities = _Identities(report, found)
    return [
        [_mention(reading, item, identities, context) for item in items]
        for reading, items in zip(readings, found, strict=True)
    ]


class _Report:
    """What is known about all texts of one report while its organizations are being settled."""

    def __init__(self, readings: Sequence[Reading], context: Context, rules: Rules) -> None:
        self.readings = readings
        self.context = context
        self.rules = rules
        self.seen = [_clean_entities(reading) if rules.cleaning else _raw_entities(reading) for reading in readings]
        self.evidence = [_evidence(reading, seen) for reading, seen in zip(readings, self.seen, strict=True)]
        self.candidates = [
            find_candidates(reading.text, evidence) for reading, evidence in zip(readings, self.evidence, strict=True)
        ]
        self.definitions = [find_definitions(reading.text) if rules.definitions else [] for reading in readings]
        self.lower_words = Counter(
            word for reading in readings for word in re.findall(r"(?<![\w’'-])[a-z]{4,}", reading.text)
        )
        self.words = Counter(word for reading in readings for word in re.findall(r"\b[A-Z][\w’'-]+", reading.text))
        self.acronyms: dict[str, str] = {}
        self.others: set[str] = set()
        self._read_definitions()
        self.votes = self._count_votes()

    def _read_definitions(self) -> None:
        """Sorts what is defined into organizations, with their long forms, and other things."""
        own = self.context.acronym
        if own and self.context.organization:
            self.acronyms[own] = self.context.organization
        for index, definitions in enumerate(self.definitions):
            text = self.readings[index].text
            for definition in definitions:
                short = text[definition.short.start : definition.short.end]
                if short in self.acronyms:
                    continue
                long = self.long_form(index, definition)
                if self._is_body(index, definition, long):
                    self.acronyms[short] = text[long.start : long.end]
                else:
                    self.others.add(short)
        self.others -= self.acronyms.keys()

    def long_form(self, index: int, definition: Definition) -> Span:
        """The long form with what the grammar adds on its left (`Korea National Council (NC)`), without its article."""
        start, end = definition.long.start, definition.long.end
        for candidate in self.candidates[index]:
            if candidate.start < start < candidate.end and end <= candidate.end <= definition.long.end:
                start = candidate.start
        article = LEADING.match(self.readings[index].text, start, end)
        return Span(article.end() if article else start, end)

    def _is_body(self, index: int, definition: Definition, long: Span) -> bool:
        text = self.readings[index].text
        short = text[definition.short.start : definition.short.end]
        head = _head_role(text[long.start : long.end])
        if head in ("body", "firm", "weak"):
            return True
        if head in ("other", "role") or common_acronym(short) == "term":
            return short in world.acronyms() and head != "role"
        seen = (*self.evidence[index].organizations,)
        return short in world.acronyms() or any(span.start < long.end and long.start < span.end for span in seen)

    def _count_votes(self) -> dict[str, Counter[str]]:
        """How often the recognizer gave each label to each surface, over the whole report."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for reading, seen in zip(self.readings, self.seen, strict=True):
            for entity in seen:
                name = reading.text[entity.start : entity.end]
                is_acronym = name.isupper() and name.isalpha() and 1 < len(name) < 7
                votes[name]["ORG" if is_acronym and entity.label == "PERSON" else entity.label] += 1
        return votes

    def find(self, index: int) -> list[Found]:
        """The organizations of one text by all rules but propagation."""
        found = [*self._by_definition(index), *self._by_head(index), *self._by_gazetteer(index), *self._by_model(index)]
        found += [*self._by_acronym(index)]
        found = _without_overlaps(self._allowed(index, found))
        if self.rules.lists:
            found = _without_overlaps([*found, *self._allowed(index, self._by_list(index, found))])
        return found

    def _allowed(self, index: int, found: Iterable[Found]) -> list[Found]:
        taken = self.readings[index].taken
        return [
            item
            for item in found
            if item.start < item.end and not any(span.start < item.end and item.start < span.end for span in taken)
        ]

    def _by_definition(self, index: int) -> Iterator[Found]:
        text = self.readings[index].text
        for definition in self.definitions[index]:
            if text[definition.short.start : definition.short.end] in self.acronyms:
                yield Found(definition.short.start, definition.short.end, "definition")
                long = self.long_form(index, definition)
                yield Found(long.start, long.end, "definition", self._parent(index, long))

    def _parent(self, index: int, long: Span) -> int | None:
        return next((c.parent for c in self.candidates[index] if c.start <= long.start and c.end == long.end), None)

    def _by_head(self, index: int) -> Iterator[Found]:
        if not self.rules.heads:
            return
        text = self.readings[index].text
        for candidate in self.candidates[index]:
            name = text[candidate.start : candidate.end]
            if not _is_body(candidate):
                continue
            if is_generic(name) or name in self.others:
                continue
            seen = any(s.start < candidate.end and candidate.start < s.end for s in self.evidence[index].organizations)
            yield Found(candidate.start, candidate.end, "head+model" if seen else "head", candidate.parent)

    def _by_gazetteer(self, index: int) -> Iterator[Found]:
        if not self.rules.gazetteer:
            return
        text = self.readings[index].text
        own = {name for name in (self.context.organization, self.context.acronym) if name}
        for start, end in _occurrences(text, _world_table()):
            name = text[start:end]
            if name not in self.others and not (name.isupper() and is_capitals(_line_at(text, start))):
                yield Found(start, end, "gazetteer")
        for start, end in _occurrences(text, _by_first_word(own)):
            yield Found(start, end, "own")

    def _by_model(self, index: int) -> Iterator[Found]:
        text = self.readings[index].text
        for entity in self.seen[index]:
            if entity.label != "ORG":
                continue
            for part in self._parts(index, entity):
                widened = self._widened(index, part) if self.rules.cleaning else part
                if widened is not None and not (self.rules.cleaning and self._is_refused(text, widened)):
                    yield Found(widened.start, widened.end, "model")

    def _parts(self, index: int, entity: Entity) -> list[Entity]:
        """The entity; when bodies stand in it that the heads give, what else stands beside them."""
        if not self.rules.heads:
            return [entity]
        over = [c for c in self.candidates[index] if c.start < entity.end and entity.start < c.end]
        if not any(candidate.role in ("body", "firm") and _is_body(candidate) for candidate in over):
            return [entity]
        rest = [c for c in over if c.role in (None, "weak") and entity.start <= c.start and c.end <= entity.end]
        return [Entity(candidate.start, candidate.end, "ORG") for candidate in rest]

    def _widened(self, index: int, entity: Entity) -> Entity | None:
        """The entity in the bounds that the grammar sees; null when its head is an event, an office or a law."""
        for candidate in self.candidates[index]:
            if candidate.end <= entity.start or entity.end <= candidate.start:
                continue
            if candidate.role == "other" and candidate.start <= entity.start and entity.end <= candidate.end:
                ends_early = entity.start == candidate.start and entity.end < candidate.end
                return entity if ends_early and self._is_known_body(index, entity) else None
            if candidate.role in ("other", "role") and entity.end >= candidate.end:
                return None
            if candidate.role == "weak" and (candidate.words > 1 or candidate.has_complement):
                return Entity(min(candidate.start, entity.start), max(candidate.end, entity.end), entity.label)
            if candidate.role is None and candidate.start <= entity.start and entity.end <= candidate.end:
                return Entity(candidate.start, candidate.end, entity.label)
        return entity

    def _is_known_body(self, index: int, entity: Entity) -> bool:
        """Whether the beginning of a longer name is a body of its own (`Water Trust Annual Report`)."""
        name = self.readings[index].text[entity.start : entity.end]
        return _head_role(name) in ("body", "firm") or name in self.acronyms or (name.isupper() and " " not in name)

    def _is_refused(self, text: str, entity: Entity) -> bool:
        """Whether what the recognizer takes for an organization is none, by its words or by what stands around it."""
        name = text[entity.start : entity.end]
        words = [token for token in split_words(name) if token.text[0].isalpha()]
        if not any(token.text[0].isupper() for token in words) or name in self.others or is_generic(name):
            return True
        role = _head_role(name)
        before = text[max(0, entity.start - 30) : entity.start]
        if role in ("other", "role") or BEFORE_PERSON.search(before) or NUMBER_BEFORE.search(before):
            return True
        if words[-1].lower in EVENT_HEADS and (EVENT_BEFORE.search(before) or EVENT_AFTER.match(text, entity.end)):
            return True
        votes = self.votes[name]
        if votes["ORG"] * 2 < sum(votes.values()):
            return True
        if role is None and any(m.start() < entity.start and entity.end < m.end() for m in QUOTED.finditer(text)):
            return True
        if len(words) == 1:
            return self._is_refused_word(words[0])
        if role is None and is_title(_line_at(text, entity.start)) and all(is_known(w.lower, "en") for w in words):
            return True
        return is_capitals(_line_at(text, entity.start)) and role is None

    def _is_refused_word(self, word: Token) -> bool:
        """Whether a single word is a common one, or seldom taken for an organization in this report."""
        if common_acronym(word.text) is not None or len(word.text) < 2 or role_of((word.lower,)) is not None:
            return True
        if word.text.isupper():
            return False
        bare = word.lower.removesuffix("'s").removesuffix("’s")
        is_common = self.lower_words[bare] > 0 or is_known(bare, "en")
        return is_common or self.votes[word.text]["ORG"] * 3 < self.words[word.text]

    def _by_acronym(self, index: int) -> Iterator[Found]:
        """Acronyms that the report defines anywhere, and those that the recognizer mostly takes for organizations."""
        text = self.readings[index].text
        for match in ACRONYM.finditer(text):
            short = match[0]
            if short in self.acronyms:
                yield Found(match.start(), match.end(), "definition")
            elif common_acronym(short) is None and short not in self.others and len(short) > 1 and short.isupper():
                votes = self.votes[short]
                if votes["ORG"] > sum(votes.values()) / 2 and not is_capitals(_line_at(text, match.start())):
                    yield Found(match.start(), match.end(), "model")

    def _by_list(self, index: int, found: Sequence[Found]) -> Iterator[Found]:
        """The members of a list one of which is an organization: `(WaterAid, Zenda and NRC)`."""
        text = self.readings[index].text
        spans = {(item.start, item.end) for item in found}
        stretches = [(match.span(1), True) for match in BRACKET_LIST.finditer(text)]
        stretches += [(match.span(), False) for match in PROSE_LIST.finditer(text)]
        for (start, end), in_brackets in stretches:
            members = list(_members(text, start, end))
            sure = [member for member in members if (member.start, member.end) in spans]
            if len(members) > 1 and sure:
                for member in members:
                    if self._may_be_listed(index, member, in_brackets):
                        yield Found(member.start, member.end, "list")

    def _may_be_listed(self, index: int, member: Span, in_brackets: bool) -> bool:
        """Whether a member of a list with organizations can be one itself."""
        name = self.readings[index].text[member.start : member.end]
        words = name.split()
        if not words or len(name) < 2 or not all(word[0].isupper() or word in SMALL for word in words):
            return False
        countries = [Span(mention.start, mention.end) for mention in self.readings[index].countries]
        kinds = [*self.evidence[index].people] if in_brackets or len(words) > 1 else []
        kinds += (
            countries if in_brackets else [*countries, *self.evidence[index].places] if len(words) > 1 else countries
        )
        if any(span.start < member.end and member.start < span.end for span in kinds):
            return False
        kind = common_acronym(name)
        if (
            kind == "term"
            or (kind == "currency" and not in_brackets)
            or _head_role(name) in ("other", "role", "opener")
        ):
            return False
        return not is_generic(name) and not (len(words) == 1 and not name.isupper() and is_known(name.lower(), "en"))

    def propagate(self, found: list[list[Found]]) -> list[list[Found]]:
        """Adds every further occurrence of the names found, and of those that the report defines."""
        names = {
            self.readings[index].text[item.start : item.end] for index, items in enumerate(found) for item in items
        } | {name for name in self.acronyms.values() if len(name.split()) > 1}
        table = _by_first_word(name for name in names if self._spreads(name))
        result = []
        for index, items in enumerate(found):
            text = self.readings[index].text
            more = [Found(start, end, "propagated") for start, end in _occurrences(text, table)]
            result.append(_without_overlaps([*items, *self._allowed(index, more)]))
        return result

    def _spreads(self, name: str) -> bool:
        """Whether a name can mean nothing else elsewhere in the report."""
        if "\n" in name or name in self.others:
            return False
        if " " in name:
            return True
        votes = self.votes[name]
        is_plain = self.lower_words[name.lower()] == 0 and role_of((name.lower(),)) is None
        return name in self.acronyms or (len(name) > 2 and is_plain and votes["ORG"] * 2 >= sum(votes.values()))


class _Identities:
    """Which names in one report are one organization: the fullest name and the acronym of each."""

    def __init__(self, report: _Report, found: Sequence[Sequence[Found]]) -> None:
        self.acronym_of: dict[str, str] = {}
        self.name_of: dict[str, str] = {}
        for short, long in report.acronyms.items():
            self.name_of.setdefault(short, long)
            self.acronym_of.setdefault(_key(long), short)
        self.fullest: dict[str, str] = {}
        for reading, items in zip(report.readings, found, strict=True):
            for item in items:
                name = reading.text[item.start : item.end]
                if name not in self.name_of:
                    kept = self.fullest.get(_key(name))
                    if kept is None or (kept.isupper() and not name.isupper()):
                        self.fullest[_key(name)] = name
        for long in self.name_of.values():
            self.fullest.setdefault(_key(long), long)

    def of(self, name: str) -> tuple[str, str | None]:
        """The fullest name and the acronym of the body called `name`."""
        long = self.name_of.get(name, name)
        return self.fullest.get(_key(long), long), self.acronym_of.get(_key(long))


def _mention(reading: Reading, item: Found, identities: _Identities, context: Context) -> Mention:
    surface = reading.text[item.start : item.end]
    name, acronym = identities.of(surface)
    is_short = surface in identities.name_of or (" " not in surface and surface.isupper() and len(surface) < 11)
    parent = reading.text[item.parent : item.end] if item.parent is not None and item.parent > item.start else None
    country = next(
        (
            mention.value.alpha2
            for mention in reading.countries
            if isinstance(mention.value, CountryValue) and item.start <= mention.start and mention.end <= item.end
        ),
        None,
    )
    is_own = context.organization is not None and _key(name) == _key(context.organization)
    value = OrganizationValue(
        name=name,
        acronym=acronym if acronym is not None or not is_short else surface,
        form="acronym" if is_short else "name",
        country=country or (context.country if is_own else None),
        parent=identities.of(parent)[0] if parent else None,
    )
    source: Source = "model" if item.rule == "model" else "gazetteer" if item.rule == "gazetteer" else "rule"
    return Mention("organization", item.start, item.end, surface, value, item.rule, source, CONFIDENCE[item.rule])


def _is_body(candidate: Candidate) -> bool:
    """Whether a candidate is a body by its head alone, with a word beside the head."""
    return candidate.role in ("body", "firm") and (candidate.words > 1 or candidate.has_complement)


@cache
def _world_table() -> dict[str, tuple[str, ...]]:
    return _by_first_word(world.names())


def _key(name: str) -> str:
    """A name without what may differ between two spellings of it."""
    return re.sub(r"\W+", " ", name.casefold().replace("&", " and ")).strip().removeprefix("the ")


def _clean_entities(reading: Reading) -> list[Entity]:
    """Entities without articles, quotes, possessives, dangling words or anything past a line break."""
    cleaned = []
    for start, end, label in ((entity.start, entity.end, entity.label) for entity in reading.entities):
        name = reading.text[start:end]
        lead = LEADING.match(name)
        start += lead.end() if lead else 0
        end = start + _clean_length(reading.text[start:end])
        if start < end:
            cleaned.append(Entity(start, end, label))
    return cleaned


def _clean_length(name: str) -> int:
    """How much of a name is left when dangling words, all from a bracket or verb on, and an everyday acronym go."""
    name = name.split("\n")[0].split(" (")[0]
    for token in split_words(name):
        if token.start and token.text[0].islower() and token.lower not in SMALL and "-" not in token.text:
            name = name[: token.start]
            break
    tail = TRAILING.search(name)
    name = name[: tail.start()] if tail else name
    first, _, last = name.rpartition(" ")
    return len(first) if first and common_acronym(last) == "term" and first.isupper() else len(name)


def _raw_entities(reading: Reading) -> list[Entity]:
    cleaned = []
    for entity in reading.entities:
        article = re.match(r"[Tt]he ", reading.text[entity.start : entity.end])
        cleaned.append(Entity(entity.start + (article.end() if article else 0), entity.end, entity.label))
    return cleaned


def _evidence(reading: Reading, seen: Sequence[Entity]) -> Evidence:
    bodies = tuple(Span(entity.start, entity.end) for entity in seen if entity.label == "ORG")
    places = [Span(entity.start, entity.end) for entity in seen if entity.label in PLACES]
    places += [Span(country.start, country.end) for country in reading.countries]
    people = tuple(Span(entity.start, entity.end) for entity in seen if entity.label == "PERSON")
    return Evidence(bodies, tuple(places), people, reading.taken)


def _head_role(name: str) -> str | None:
    """The role of the head of a name: its last word before the first preposition."""
    words = [token.lower.removesuffix("'s").removesuffix("’s") for token in split_words(name)]
    stop = next(
        (i for i, word in enumerate(words) if i and word in ("of", "for", "on", "in", "de", "to", "against")),
        len(words),
    )
    role = role_of(tuple(words[:stop][-3:]))
    if role is None and words and role_of((words[0],)) == "first":
        return "body"
    return "body" if role == "first" else role


def _line_at(text: str, position: int) -> str:
    end = text.find("\n", position)
    return text[text.rfind("\n", 0, position) + 1 : len(text) if end < 0 else end]


def _by_first_word(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Names by their first word, the longest first."""
    table: dict[str, list[str]] = defaultdict(list)
    for name in names:
        table[split_words(name)[0].text if name.strip() else ""].append(name)
    return {word: tuple(sorted(group, key=len, reverse=True)) for word, group in table.items()}


def _occurrences(text: str, table: "dict[str, tuple[str, ...]]") -> Iterator[tuple[int, int]]:
    """Where the names of a table stand in a text, whole words only, the longest at each place."""
    for match in re.finditer(r"(?<![\w&])[^\W_][\w]*+(?:['’.&/+-](?=\w)\w++)*+", text):
        word = match[0]
        for candidate in table.get(word) or table.get(re.sub(r"['’]s$", "", word)) or ():
            end = match.start() + len(candidate)
            if text.startswith(candidate, match.start()) and not text[end : end + 1].isalnum():
                yield match.start(), end
                break


def _members(text: str, start: int, end: int) -> Iterator[Span]:
    """The members of a list, without articles before and marks after them."""
    position = start
    for stop, after in [*(match.span() for match in LIST_SEPARATOR.finditer(text, start, end)), (end, end)]:
        lead = LEADING.match(text, position, stop)
        first = lead.end() if lead else position
        member = text[first:stop].rstrip(" .")
        if member and member != "etc":
            yield Span(first, first + len(member))
        position = after


def _without_overlaps(found: Iterable[Found]) -> list[Found]:
    """The longest of those that overlap, and of equal ones the most trusted, in order."""
    kept: list[Found] = []
    for item in sorted(found, key=lambda f: (f.start - f.end, TRUST.index(f.rule), f.start)):
        if all(item.end <= other.start or other.end <= item.start for other in kept):
            kept.append(item)
    return sorted(kept)
