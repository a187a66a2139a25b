"""Which stretches of one report are organizations.

What is decided, in order of trust: names and acronyms that the report defines, organizations of the whole world (a
gazetteer), names built around a head such as `Ministry`, names that the recognizer saw and nothing speaks against,
members of a list with one of these. What is found anywhere is then looked for in every text of the report.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace
from simplemma import is_known

from pipeline.acronyms import Definition, find_definitions
from pipeline.organizations import world
from pipeline.organizations.deeds import is_done_by_body
from pipeline.organizations.evidence import Candidate, over
from pipeline.organizations.grammar import find_candidates
from pipeline.organizations.identities import Identities
from pipeline.organizations.lines import is_capitals, line_at
from pipeline.organizations.lists import SEPARATOR, find_listed
from pipeline.organizations.readings import (
    Entity,
    Found,
    Reading,
    bare_entities,
    clean_entities,
    clean_length,
    evidence_in,
    head_role,
    is_countries,
    leads_name,
    trimmed,
)
from pipeline.organizations.refusals import (
    is_named_by_fields,
    is_of_people,
    may_be_body,
    why_refused,
    why_refused_acronym,
)
from pipeline.organizations.usage import Names, Usage, by_first_word, occurrences
from pipeline.organizations.vocabulary import AND
from pipeline.organizations.words import ABBREVIATION, common_acronym, is_generic, role_of, split_words
from pipeline.records import Context, Mention, Refusal, Span

ACRONYM = re.compile(
    r"(?<![\w&/.-])[A-Z][A-Za-z0-9]{0,5}(?:[A-Z0-9]|[&/-][A-Z0-9]{1,6})[A-Z0-9]{0,5}(?:(?=s\b)|(?![\w&]))(?!-\d)"
)
OF_ITSELF = re.compile(r"[^\W\d_]+ of (?:the )?[^\W\d_]+")
"""A name that is none when its last word says only what body it is: `Organization of the Council`."""
ENGLISH = re.compile(r"[,;:/()]|\b(?:and|of|for|with|the|in|on|to|by|at|from)\b")
"""What ends a name in another language."""
NEXT_NAME = re.compile(r"\s(?:et|y|e|ed|und|og|och)\s(?:l['’]|\w{1,3}\s)?([^\W\d_]\w+)(?:\s(\w+))?")
PROGRAMME_OF = re.compile(
    r".+\b(?:Project|Programme|Program|Initiative|Scheme|Campaign|Strategy|Plan|Fellowship|Award)\b.* (?:of|by)"
    r" (?:the )?([A-Z]{2,6})"
)
"""What a body of which only the acronym stands there does: `Skills Project of ZB`."""
STATE = re.compile(r"(?:(?!The )[A-Z]\w+['’]?s? ){0,3}(?:Republic|Kingdom|Commonwealth|Union) of (?:the )?\Z")
IN_COMPANY = re.compile(
    r"(?:(?<!led )(?<!chaired )(?<!headed )(?<!written )(?<!edited )(?<!signed )\bby|\b(?:with|from|at|of|to))"
    r"\s(?:the\s)?\Z"
)
"""What stands before somebody in running text, but not before one who leads or writes."""
BY = re.compile(r"\b(?:by|with)\s(?:the\s)?\Z")
QUOTED_PART = re.compile(
    r"\s[\"“„«][^\W\d_a-z][^\"“”„»\n]{1,30}[\"”“»](?: [^\W\d_a-z]\w+)?"
    r"(?! (?:campaign|project|programme|program|report|award|event|study|conference|initiative|series|book|film|prize))"
)
"""A part of a name in quotes, as bodies of Eastern Europe have it: `Charity Foundation “Zenda”`."""
NAMED_AFTER = re.compile(r"(?:\b(?:Drs?|Prof|Professor|Sir|Dame|Lady|Lord|Rev|St|Sister|Sheikh|Chief)\.? )\Z")
"""The title of whom a body is named after, before the name."""
NAME_HEADS = frozenset(
    {"foundation", "fund", "trust", "school", "hospital", "college", "institute", "centre", "center"}
)
"""Heads of bodies that are named after people: `Dr Ada Novak Memorial Fund`."""
PARTNERSHIP = re.compile(
    r"(?<![\w.&-])(?!(?:The|Our|An?|At|In|By|With|From|To) )(?:[A-Z][a-z][\w'’-]{1,30}, )?"
    r"(?:[A-Z]\. ?){0,3}[A-Z][\w'’-]{1,30}(?: [A-Z][\w'’-]{1,30}){0,2}"
    r" (?:& (?:Associates|Partners|Sons|Co\b\.?|Company|Brothers|Bros\b\.?)|and Associates)"
)
"""What firms of lawyers, auditors and merchants are called: `S. K. Novak & Associates`."""
LONGEST = 200
"""Characters in the longest name."""
ELSE = "its head is that of an event, office, law or programme"
TRUST = ("own", "definition", "gazetteer", "head+model", "head", "model", "list", "propagated")
"""Rules, the most trusted first; decides between readings of one stretch."""


class Rules(Struct, frozen=True):
    """Which rules are used: all of them, but for measurements of what each adds."""

    cleaning: bool = True
    heads: bool = True
    gazetteer: bool = True
    definitions: bool = True
    lists: bool = True
    propagation: bool = True


def settle(readings: Sequence[Reading], context: Context, rules: Rules | None = None) -> list[list[Mention]]:
    """The organizations in each text of one report, in order, none overlapping another in its text.

    A tab between the cells of a table ends a name as a line break does.
    """
    readings = [replace(reading, text=reading.text.replace("\t", "\n")) for reading in readings]
    report = _Report(readings, context, rules or Rules())
    found = [report.find(index) for index in range(len(readings))]
    if report.rules.propagation:
        found = report.propagate(found)
    identities = Identities(report.acronyms, report.names(found))
    return [
        [identities.mention(reading, item, context) for item in items]
        for reading, items in zip(readings, found, strict=True)
    ]


def find_refusals(readings: Sequence[Reading], context: Context) -> list[list[Refusal]]:
    """What looked like an organization in each text of one report and was refused, for `pipeline tag --why`."""
    found = settle(readings, context)
    report = _Report(readings, context, Rules())
    return [sorted(report.refusals(index, mentions), key=lambda r: r.start) for index, mentions in enumerate(found)]


class _Report:
    """What is known about all texts of one report while its organizations are being settled."""

    def __init__(self, readings: Sequence[Reading], context: Context, rules: Rules) -> None:
        self.readings = readings
        self.rules = rules
        self.own = by_first_word(name.removeprefix("The ") for name in (context.organization, context.acronym) if name)
        self.seen = [clean_entities(reading) if rules.cleaning else bare_entities(reading) for reading in readings]
        self.usage = Usage(readings, self.seen)
        self.evidence = [evidence_in(reading, seen) for reading, seen in zip(readings, self.seen, strict=True)]
        self.candidates = [
            find_candidates(reading.text, evidence) for reading, evidence in zip(readings, self.evidence, strict=True)
        ]
        self.definitions = [find_definitions(reading.text) if rules.definitions else [] for reading in readings]
        self.acronyms: dict[str, str] = {}
        if context.acronym and context.organization:
            self.acronyms[context.acronym] = context.organization
        self.others: set[str] = set()
        """What the report defines that is no organization."""
        self._read_definitions()

    def _read_definitions(self) -> None:
        for index, definitions in enumerate(self.definitions):
            text = self.readings[index].text
            for definition in definitions:
                short = text[definition.short.start : definition.short.end]
                long = self._long_form(index, definition)
                if is_generic(short) or role_of((short.lower(),)) == "body":
                    self.others.add(short)
                elif short not in self.acronyms and self._is_body(index, short, long):
                    self.acronyms[short] = text[long.start : long.end]
                elif short not in self.acronyms:
                    self.others.add(short)
        self.others -= self.acronyms.keys()

    def _long_form(self, index: int, definition: Definition) -> Span:
        """The long form with what the grammar has on its left (`Harbour National Council (NC)`)."""
        start, end = definition.long.start, definition.long.end
        for candidate in over(self.candidates[index], start, end):
            if candidate.start < start < candidate.end <= end:
                start = candidate.start
        return Span(*trimmed(self.readings[index].text, start, end))

    def _is_body(self, index: int, short: str, long: Span) -> bool:
        head = head_role(self.readings[index].text[long.start : long.end])
        if head in ("body", "firm", "weak"):
            return True
        if short in world.acronyms():
            return head != "role"
        if head is not None or common_acronym(short) == "term":
            return False
        return bool(over(self.evidence[index].organizations, long.start, long.end))

    def find(self, index: int) -> list[Found]:
        """The organizations of one text by all rules but propagation."""
        found = [*self._by_definition(index), *self._by_name(index), *self._by_head(index), *self._by_model(index)]
        found += self._by_company(index) if self.rules.lists else ()
        found = self._settled(index, found)
        if self.rules.lists:
            listed = find_listed(self.readings[index], self.evidence[index], found)
            found = self._settled(index, [*found, *listed])
        return [self._with_quoted_part(index, item) for item in found]

    def _with_quoted_part(self, index: int, item: Found) -> Found:
        """A find with the part of its name that stands in quotes behind it."""
        text = self.readings[index].text
        if item.rule not in ("head", "head+model", "model") or not QUOTED_PART.match(text, item.end):
            return item
        words = [token.lower for token in split_words(text[item.start : item.end])]
        if len(words) < 2 and role_of((words[0],)) is None and is_known(words[0], "en"):
            return item
        quoted = QUOTED_PART.match(text, item.end)
        return replace(item, end=quoted.end()) if quoted else item

    def _settled(self, index: int, found: Iterable[Found]) -> list[Found]:
        """What touches no date and no money: of those that overlap the longest, of equals the most trusted."""
        taken = self.evidence[index].taken
        kept: list[Found] = []
        for item in sorted(found, key=lambda f: (f.start - f.end, TRUST.index(f.rule), f.start)):
            place = bisect(kept, item.start, key=lambda f: f.start)
            is_free = (not place or kept[place - 1].end <= item.start) and (
                place == len(kept) or item.end <= kept[place].start
            )
            if is_free and item.start < item.end and not over(taken, item.start, item.end):
                kept.insert(place, item)
        return kept

    def _by_definition(self, index: int) -> Iterator[Found]:
        text = self.readings[index].text
        for definition in self.definitions[index]:
            if text[definition.short.start : definition.short.end] in self.acronyms:
                long = self._long_form(index, definition)
                candidates = over(self.candidates[index], long.start, long.end)
                parent = next((c.parent for c in candidates if c.start <= long.start and c.end == long.end), None)
                yield Found(definition.short.start, definition.short.end, "definition")
                yield Found(long.start, long.end, "definition", parent)

    def _by_name(self, index: int) -> Iterator[Found]:
        """The report's own organization, those of the gazetteer, and acronyms."""
        text = self.readings[index].text
        words = self.usage.words[index]
        for start, end in occurrences(text, words, self.own):
            yield Found(start, end, "own")
        for start, end in occurrences(text, words, _world_names()) if self.rules.gazetteer else ():
            name = text[start:end]
            is_word_in_capitals = name.isupper() and is_known(name.lower(), "en") and is_capitals(line_at(text, start))
            is_unit = name.isupper() and " " not in name and self.usage.around(name).is_counted
            if name not in self.others and not is_word_in_capitals and not is_unit:
                yield Found(start, end, "gazetteer")
        for match in ACRONYM.finditer(text):
            if match[0] in self.acronyms:
                yield Found(match.start(), match.end(), "definition")
            elif self._is_acronym_of_body(match[0]) and not is_capitals(line_at(text, match.start())):
                yield Found(match.start(), match.end(), "model")

    def _is_acronym_of_body(self, short: str) -> bool:
        """Whether the recognizer mostly takes an acronym that nothing defines for an organization."""
        if short not in self.usage.votes or not short.isupper() or short in self.others:
            return False
        return self.usage.is_mostly_organization(short) and why_refused_acronym(short, self.usage) is None

    def _by_head(self, index: int) -> Iterator[Found]:
        if not self.rules.heads:
            return
        text = self.readings[index].text
        for candidate in self.candidates[index]:
            if not _is_body(candidate) and not self._is_body_here(index, candidate):
                continue
            name = text[candidate.start : candidate.end]
            if is_generic(name) or name in self.others or self._is_programme(name):
                continue
            if is_capitals(line_at(text, candidate.start)) and not candidate.has_complement:
                continue
            if OF_ITSELF.fullmatch(name) and role_of((name.split()[-1].lower(),)) == "body":
                continue
            seen = over(self.evidence[index].organizations, candidate.start, candidate.end)
            end = _foreign_end(text, candidate, seen)
            end += _has_own_stop(text, candidate.start, end)
            start = min(_state_start(text, candidate, seen), _title_start(text, candidate))
            yield Found(start, end, "head+model" if seen else "head", candidate.parent)
        for match in PARTNERSHIP.finditer(text):
            if not is_capitals(line_at(text, match.start())):
                yield Found(match.start(), match.end(), "head")

    def _is_body_here(self, index: int, candidate: Candidate) -> bool:
        """Whether a candidate whose head programmes share (`Zenda Initiative`) does what bodies do."""
        if candidate.role != "weak" or candidate.words + candidate.has_complement < 2:
            return False
        text, taken = self.readings[index].text, self.evidence[index].taken
        return is_done_by_body(text, candidate.start, candidate.end, taken)

    def _is_programme(self, name: str) -> bool:
        return name not in self.acronyms and name not in world.names() and self.usage.around(name).is_programme

    def _by_model(self, index: int) -> Iterator[Found]:
        for entity in (entity for entity in self.seen[index] if entity.label == "ORG"):
            if not self.rules.cleaning:
                yield Found(entity.start, entity.end, "model")
                continue
            programme = self._owner_of_programme(index, entity)
            for part in [programme] if programme else self._parts(index, entity):
                bounded = part if programme else self._bounded(index, part)
                if bounded is not None and self._why_refused(index, bounded) is None:
                    yield Found(bounded.start, bounded.end, "model")

    def _by_company(self, index: int) -> Iterator[Found]:
        """What the recognizer takes for a person or a place, but stands where bodies stand.

        A person has no name of people in it, and a place is none that is known.
        """
        text = self.readings[index].text
        for entity in (entity for entity in self.seen[index] if entity.label in ("PERSON", "PLACE")):
            before = text[max(0, entity.start - 20) : entity.start]
            if entity.label == "PLACE":
                is_here = BY.search(before) is not None
            else:
                is_here = IN_COMPANY.search(before) is not None or self._beside(index, entity) > 0
                is_here &= may_be_body(text, entity)
            if is_here and self._why_refused(index, entity) is None:
                yield Found(entity.start, entity.end, "model")

    def _owner_of_programme(self, index: int, entity: Entity) -> Entity | None:
        """The body at the end of the name of a programme: `ZB` of `Skills Project of ZB`."""
        end = min(entity.end, entity.start + LONGEST)
        owner = PROGRAMME_OF.fullmatch(self.readings[index].text, entity.start, end)
        return Entity(*owner.span(1), "ORG") if owner else None

    def _why_refused(self, index: int, entity: Entity) -> str | None:
        text = self.readings[index].text
        if text[entity.start : entity.end] in self.others:
            return "short for something else in this report"
        if is_countries(self.readings[index], entity):
            return "a country"
        return why_refused(text, entity, self.usage, self._beside(index, entity))

    def _beside(self, index: int, entity: Entity) -> int:
        """How many other organizations stand next to an entity in a list: before it, or behind a comma after it.

        Behind an `and` may stand the other half of a name (`Light and Sight Foundation`).
        """
        text = self.readings[index].text
        near = over(self.evidence[index].organizations, entity.start - 6, entity.end + 6)
        before = any(SEPARATOR.fullmatch(text, span.end, entity.start) for span in near if span.end < entity.start)
        after = any(text[entity.end : span.start].strip() in {",", ";"} for span in near if span.start > entity.end)
        return before + after

    def refusals(self, index: int, found: Sequence[Mention]) -> Iterator[Refusal]:
        """What the recognizer saw or the grammar read in one text and the rules refused."""
        text = self.readings[index].text
        taken = sorted(Span(mention.start, mention.end) for mention in found)
        for entity in (entity for entity in self.seen[index] if entity.label == "ORG"):
            bounded = self._bounded(index, entity)
            reason = ELSE if bounded is None else self._why_refused(index, bounded)
            if reason is not None and not over(taken, entity.start, entity.end):
                name = text[entity.start : entity.end]
                yield Refusal("organization", entity.start, entity.end, name, "model", reason)
                taken = sorted([*taken, Span(entity.start, entity.end)])
        for candidate in self.candidates[index]:
            name = text[candidate.start : candidate.end]
            if candidate.role in ("body", "firm", "weak") and not over(taken, candidate.start, candidate.end):
                reason = (
                    "says only what kind of body it is" if is_generic(name) else "nothing but its head speaks for it"
                )
                yield Refusal("organization", candidate.start, candidate.end, name, "head", reason)

    def _parts(self, index: int, entity: Entity) -> list[Entity]:
        """The entity; when bodies stand in it that the heads give, what else stands beside them."""
        near = over(self.candidates[index], entity.start, entity.end)
        if is_named_by_fields(self.readings[index].text, entity):
            return [entity]
        if self.rules.heads and self._is_series(index, entity, near):
            return [Entity(max(c.start, entity.start), min(c.end, entity.end), "ORG") for c in near if not _is_body(c)]
        if not self.rules.heads or not any(_is_body(candidate) for candidate in near):
            return [entity]
        rest = [c for c in near if c.role in (None, "weak") and entity.start <= c.start and c.end <= entity.end]
        return [Entity(candidate.start, candidate.end, "ORG") for candidate in rest]

    def _is_series(self, index: int, entity: Entity, near: Sequence[Candidate]) -> bool:
        """Whether an entity is several names with `and` or commas between them."""
        text = self.readings[index].text
        inside = [c for c in near if entity.start <= c.start and c.end <= entity.end]
        is_apart = (_is_between_two(text, one, other) for one, other in pairwise(inside))
        return len(inside) > 1 and len(inside) == len(near) and all(is_apart)

    def _bounded(self, index: int, entity: Entity) -> Entity | None:
        """The entity in the bounds that the grammar sees; null when its head is an event, an office or a law."""
        text = self.readings[index].text
        if is_named_by_fields(text, entity):
            return entity
        for candidate in over(self.candidates[index], entity.start, entity.end):
            if candidate.role == "other" and candidate.start <= entity.start and entity.end <= candidate.end:
                ends_early = entity.start == candidate.start and entity.end < candidate.end
                if entity.end == candidate.end and is_of_people(text[candidate.start : candidate.end]):
                    return entity
                return entity if ends_early and self._is_known(text[entity.start : entity.end]) else None
            if candidate.role in ("other", "role") and entity.end >= candidate.end:
                return entity if is_of_people(text[candidate.start : candidate.end]) else None
            if candidate.role == "weak" and (candidate.words > 1 or candidate.has_complement):
                end = max(candidate.end, entity.end)
                return Entity(trimmed(text, min(candidate.start, entity.start), end)[0], end, entity.label)
            is_inside = candidate.start <= entity.start and entity.end <= candidate.end
            if candidate.role is None and is_inside and candidate.end - candidate.start <= LONGEST:
                start, end = trimmed(text, candidate.start, candidate.end)
                return Entity(start, start + clean_length(text[start:end]), entity.label)
        return entity

    def _is_known(self, name: str) -> bool:
        """Whether the beginning of a longer name is a body of its own (`Water Trust Annual Report`)."""
        return head_role(name) in ("body", "firm") or name in self.acronyms or (name.isupper() and " " not in name)

    def names(self, found: Sequence[Sequence[Found]]) -> list[str]:
        """The names found, in order of their places."""
        return [self.readings[index].text[item.start : item.end] for index, items in enumerate(found) for item in items]

    def propagate(self, found: Sequence[Sequence[Found]]) -> list[list[Found]]:
        """Adds every further occurrence of the names found, and of those that the report defines."""
        names = {*self.names(found), *(name for name in self.acronyms.values() if " " in name)}
        table = by_first_word(name for name in names if self._spreads(name))
        result = []
        for index, items in enumerate(found):
            places = occurrences(self.readings[index].text, self.usage.words[index], table)
            result.append(self._settled(index, [*items, *(Found(start, end, "propagated") for start, end in places)]))
        return result

    def _spreads(self, name: str) -> bool:
        """Whether a name can mean nothing else elsewhere in the report."""
        if name in self.others:
            return False
        if " " in name or name in self.acronyms:
            return True
        is_word = role_of((name.lower(),)) is not None or is_known(name.lower(), "en")
        is_plain = name.lower() not in self.usage.small and not is_word
        return len(name) > 2 and is_plain and self.usage.is_mostly_organization(name)


def _is_between_two(text: str, one: Candidate, other: Candidate) -> bool:
    """Whether two names, not two halves of one, stand on both sides: `and`, a comma, `et` between two acronyms."""
    gap = text[one.end : other.start]
    are_acronyms = text[one.start : one.end].isupper() and text[other.start : other.end].isupper()
    return SEPARATOR.fullmatch(gap) is not None or (are_acronyms and gap.strip() in AND)


def _state_start(text: str, candidate: Candidate, seen: Sequence[Span]) -> int:
    """The start of a name with the form of state that the recognizer sees before it: `Republic of Zenda Red Cross`."""
    state = STATE.search(text, max(0, candidate.start - 60), candidate.start)
    return state.start() if state and any(span.start == state.start() for span in seen) else candidate.start


def _has_own_stop(text: str, start: int, end: int) -> bool:
    """Whether the full stop behind a name is its own, as in `Novatrade Pvt. Ltd.`, where a form before it has one."""
    return text.startswith(".", end) and "." in text[start:end] and bool(ABBREVIATION.search(text[start : end + 1]))


def _title_start(text: str, candidate: Candidate) -> int:
    """The start of a name with the title of the person that it keeps: `Dr Ada Novak Memorial Fund`."""
    title = NAMED_AFTER.search(text, max(0, candidate.start - 12), candidate.start)
    head = text[candidate.start : candidate.end].split()[-1].lower()
    is_named = title is not None and candidate.role == "body" and candidate.words > 1 and head in NAME_HEADS
    return title.start() if title and is_named else candidate.start


def _foreign_end(text: str, candidate: Candidate, seen: Sequence[Span]) -> int:
    """The end of a name; where its first word is another language's head, the recognizer may see further.

    But not over a comma, a bracket, an English word or the head of the next name.
    """
    if role_of((text[candidate.start : candidate.end].split()[0].lower(),)) != "first":
        return candidate.end
    ends = [span.end for span in seen if span.start == candidate.start and span.end > candidate.end]
    return max([candidate.end, *(end for end in ends if not _is_beyond(text, candidate.end, end))])


def _is_beyond(text: str, start: int, end: int) -> bool:
    """Whether a stretch behind a name in another language goes past its end."""
    heads = (leads_name(after[1], after[2] or "") for after in NEXT_NAME.finditer(text, start, end))
    return ENGLISH.search(text, start, end) is not None or any(heads)


def _is_body(candidate: Candidate) -> bool:
    """Whether a candidate is a body by its head, with a word beside the head."""
    return candidate.role in ("body", "firm") and (candidate.words > 1 or candidate.has_complement)


@cache
def _world_names() -> Names:
    return by_first_word(world.names())
