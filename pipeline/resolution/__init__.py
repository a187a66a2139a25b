"""Names across reports and submissions: which are one organization, and the id that it keeps.

An id is a hash of the normalised key of a name (`keys`), with its country or whole where the name alone does not say
whose it is (`identities`). What can be promised: the id of a body that its report names in full depends on that report
and the gazetteers alone, so no submission that is added or removed changes it. What cannot: an acronym that its own
report does not explain takes the id of the one body for which other reports define it, and loses it when a second
meaning turns up; a misspelt name takes the id of the spelling that is taken to be right (`links`), once that is seen.
Where that matters, a person settles it in the registry, whose decisions win over all of this.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct, structs

from pipeline import gazetteers
from pipeline.registry import ORGANIZATION_ID, Entry, Registry
from pipeline.resolution import keys
from pipeline.resolution.identities import Identity, NameUse, ReportNames, identify, read_report, strip, undotted
from pipeline.resolution.links import find_pairs, link

__all__ = [
    "Alias",
    "Decisions",
    "Identity",
    "Member",
    "NameUse",
    "Organization",
    "Pins",
    "Resolution",
    "alias_rows",
    "definitions",
    "elsewhere",
    "find_pairs",
    "fullest",
    "id_of",
    "identify",
    "link",
    "organization_id",
    "organization_row",
    "read_report",
    "resolve",
    "unseen_wholes",
]

_Form = Literal["name", "acronym", "alias"]


class Organization(Struct, frozen=True):
    """One row of `organizations`."""

    organization_id: str
    name: str
    acronym: str | None
    country: str | None
    parent_organization_id: str | None
    mention_count: int
    report_count: int
    kind: str | None = None
    ror: str | None = None
    wikidata: str | None = None
    other_ids: str | None = None


class Alias(Struct, frozen=True):
    """One row of `organization_aliases`."""

    organization_id: str
    alias: str
    form: _Form
    mention_count: int


class Member(NamedTuple):
    """A use of an organization's name, whichever report it stands in, what it means, and how many times it was met."""

    use: NameUse
    identity: Identity
    times: int


class Resolution(Struct, frozen=True):
    """The organization of each use, in the order of the uses, and the rows about organizations, in order of key."""

    organization_ids: tuple[str, ...]
    organizations: tuple[Organization, ...]
    aliases: tuple[Alias, ...]


def resolve(uses: Sequence[NameUse], registry: Registry) -> Resolution:
    """Returns which uses of names are one organization, and what is known of each.

    The order of the uses does not matter.
    """
    reports = _reports(uses)
    standing = _identities(uses, reports)
    decisions = Decisions(registry)
    ids = tuple(
        decisions.pins.of(use, reports[use.report_id].country) or decisions.id_standing(identity)
        for use, identity in zip(uses, standing, strict=True)
    )
    met: dict[str, Counter[tuple[NameUse, Identity]]] = defaultdict(Counter)
    used_by: dict[str, set[str]] = defaultdict(set)
    for use, identity, organization in zip(uses, standing, ids, strict=True):
        met[organization][structs.replace(use, report_id=""), identity] += 1
        used_by[organization].add(use.report_id)
    groups = {one: [Member(*what, times) for what, times in counts.items()] for one, counts in met.items()}
    rows = {one: organization_row(one, members, len(used_by[one]), decisions) for one, members in groups.items()}
    rows = unseen_wholes(standing, rows.keys(), decisions) | rows
    aliases = [alias for one, members in groups.items() for alias in alias_rows(one, members, decisions)]
    return Resolution(
        ids,
        tuple(rows[organization] for organization in sorted(rows)),
        tuple(sorted(aliases, key=lambda alias: (alias.organization_id, alias.alias))),
    )


def organization_id(name: str) -> str:
    """Returns the id of a name that stands in no report."""
    return id_of(identify(name, ReportNames()).key)


def id_of(key: str) -> str:
    """Returns the id that a key gives: `org-` and 12 hex digits."""
    return f"org-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _reports(uses: Iterable[NameUse]) -> dict[str, ReportNames]:
    by_report: dict[str, list[NameUse]] = defaultdict(list)
    for use in uses:
        by_report[use.report_id].append(use)
    return {report: read_report(members) for report, members in by_report.items()}


def _identities(uses: Sequence[NameUse], reports: Mapping[str, ReportNames]) -> list[Identity]:
    """Returns the identity of each use: as its report has it, joined to those of others, acronyms explained."""
    alone = [identify(use.name, reports[use.report_id], use.country, use.parent) for use in uses]
    acronyms: dict[str, set[str]] = defaultdict(set)
    for use, identity in zip(uses, alone, strict=True):
        for acronym in definitions(use, identity):
            acronyms[acronym].add(identity.key)
    standing = _link(uses, alone, acronyms)
    others = elsewhere(standing, acronyms)
    again = [identify(use.name, reports[use.report_id], use.country, use.parent, others) for use in uses]
    joined = _link(uses, again, acronyms)
    return [joined[identity.key] for identity in again]


def elsewhere(standing: Mapping[str, Identity], acronyms: Mapping[str, set[str]]) -> dict[str, Identity | None]:
    """Returns the body for which reports define each acronym; null where they differ."""
    found = {acronym: [standing[key] for key in sorted(keys_)] for acronym, keys_ in acronyms.items()}
    return {
        acronym: bodies[0] if len({body.key for body in bodies}) == 1 else None for acronym, bodies in found.items()
    }


def definitions(use: NameUse, identity: Identity) -> set[str]:
    """Returns the acronyms that a use defines for the body it means."""
    if identity.is_acronym:
        return set()
    _, bracketed = keys.split_bracket(use.name)
    return {undotted(acronym) for acronym in (use.acronym, bracketed) if acronym is not None}


def fullest(one: Identity, other: Identity) -> Identity:
    """Returns which of two identities with one key stands for it: the longer name, then the first in the alphabet."""
    if one == other:
        return one
    return min(one, other, key=lambda identity: (-len(identity.name), identity.name, repr(identity)))


def _link(
    uses: Sequence[NameUse], identities: Sequence[Identity], acronyms: Mapping[str, set[str]]
) -> dict[str, Identity]:
    by_key: dict[str, Identity] = {}
    reports: dict[str, set[str]] = defaultdict(set)
    for use, identity in zip(uses, identities, strict=True):
        by_key[identity.key] = fullest(by_key.get(identity.key, identity), identity)
        reports[identity.key].add(use.report_id)
    standing = link(by_key, {key: len(members) for key, members in reports.items()}, acronyms)
    return {key: by_key[other] for key, other in standing.items()}


class Pins(Struct, frozen=True):
    """The forms that a person has decided on for some reports or one country only, and the id that they have there."""

    conditions: tuple[tuple[str, tuple[str, ...], str | None, str], ...] = ()

    def of(self, use: NameUse, country: str | None) -> str | None:
        """Returns the id of this form in this report or country."""
        written = {gazetteers.fold(use.text), gazetteers.fold(use.name)} if self.conditions else set()
        for form, reports, place, own in self.conditions:
            if form in written and (use.report_id in reports or (place is not None and place == country)):
                return own
        return None


class Decisions:
    """The registry, looked up by what a name means without it."""

    def __init__(self, registry: Registry) -> None:
        self._by_id: dict[str, Entry] = {}
        self._own: dict[str, str] = {}
        filed = [(self._file(entry), entry) for entry in registry.entries]
        self.pins = Pins(
            tuple(
                (gazetteers.fold(condition.form), condition.reports, condition.country, own)
                for own, entry in filed
                for condition in entry.only
            )
        )

    def _file(self, entry: Entry) -> str:
        report = ReportNames(entry.country)
        own = entry.id or id_of(identify(entry.name, report).key)
        self._by_id[own] = entry
        self._own[own] = own
        for form in (entry.name, *entry.aliases, *entry.merges):
            is_id = ORGANIZATION_ID.fullmatch(form) is not None
            self._own[form if is_id else id_of(identify(form, report).key)] = own
            if not is_id and keys.is_acronym(undotted(form)):
                self._own[f"acronym {undotted(form)}"] = own
        return own

    def entries(self) -> list[tuple[str, Entry]]:
        """Returns every entry with the id of its organization, in order of id."""
        return sorted(self._by_id.items(), key=lambda item: item[0])

    def id_standing(self, identity: Identity) -> str:
        """Returns the id of what a name means where no narrower decision holds."""
        if identity.is_acronym and f"acronym {identity.words[0]}" in self._own:
            return self._own[f"acronym {identity.words[0]}"]
        own = id_of(identity.key)
        return self._own.get(own, own)

    def entry(self, organization: str) -> Entry | None:
        """Returns the entry of an organization."""
        return self._by_id.get(organization)

    def standing(self, name_or_id: str, country: str | None = None) -> str:
        """Returns the id that a name or an id leads to."""
        if ORGANIZATION_ID.fullmatch(name_or_id):
            return self._own.get(name_or_id, name_or_id)
        found = id_of(identify(name_or_id, ReportNames(country)).key)
        return self._own.get(found, found)


def organization_row(organization: str, members: Sequence[Member], reports: int, decisions: Decisions) -> Organization:
    """Returns what is known of one organization from all uses of its names, in so many reports."""
    entry = decisions.entry(organization)
    is_known = any(identity.is_known for _, identity, _ in members)
    row = Organization(
        organization_id=organization,
        name=_fullest(members),
        acronym=_most((undotted(a), times) for use, _, times in members for a in _acronyms(use)),
        country=_most((identity.country, times) for _, identity, times in members)
        or (None if is_known else _most((use.country, times) for use, _, times in members)),
        parent_organization_id=_parent(organization, members, decisions),
        mention_count=sum(times for use, _, times in members if not use.is_submitter),
        report_count=reports,
    )
    return row if entry is None else _decided(row, entry, decisions)


def _decided(row: Organization, entry: Entry, decisions: Decisions) -> Organization:
    parent = row.parent_organization_id
    if entry.parent is not None:
        parent = None if entry.parent == "none" else decisions.standing(entry.parent, entry.country)
    return Organization(
        row.organization_id,
        entry.name,
        entry.acronym or row.acronym,
        entry.country or row.country,
        parent,
        row.mention_count,
        row.report_count,
        entry.kind,
        entry.external_ids.get("ror"),
        entry.external_ids.get("wikidata"),
        _other_ids(entry.external_ids),
    )


def _other_ids(external: Mapping[str, str]) -> str | None:
    """Returns the ids of schemes that have no column of their own: `isni 0000 0001 2163 3905; lei …`."""
    others = [f"{scheme} {value}" for scheme, value in sorted(external.items()) if scheme not in ("ror", "wikidata")]
    return "; ".join(others) or None


def _parent(organization: str, members: Iterable[Member], decisions: Decisions) -> str | None:
    key = _most((identity.parent.key, times) for _, identity, times in members if identity.parent is not None)
    if key is None:
        return None
    parent = decisions.standing(id_of(key))
    return None if parent == organization else parent


def _fullest(members: Sequence[Member]) -> str:
    """Returns the fullest form seen: most words, then most often, then first in the alphabet; spelt as most are."""
    known = sorted({identity.name for _, identity, _ in members if identity.is_known})
    if known:
        return known[0]
    standing = min((identity for _, identity, _ in members), key=lambda identity: (identity.key, repr(identity)))
    names: Counter[str] = Counter()
    for use, _, times in members:
        name = strip(keys.split_bracket(use.name)[0])
        is_spelt_so = " ".join(sorted(keys.key_of(name).words)) == " ".join(sorted(standing.words))
        if not keys.is_acronym(undotted(name)):
            names[name] += (1000 if is_spelt_so else 1) * times
    if not names:
        return standing.name
    best = max(names.values()) >= 1000
    fitting = [name for name, times in names.items() if times >= 1000 or not best]
    return min(fitting, key=lambda name: (-len(name.split()), name.isupper(), -names[name], name))


def _acronyms(use: NameUse) -> Iterator[str]:
    _, bracketed = keys.split_bracket(use.name)
    candidates = {use.acronym, bracketed, use.text if use.form == "acronym" else None}
    yield from sorted(a for a in candidates if a and keys.is_acronym(undotted(a)))


def _most(values: Iterable[tuple[str | None, int]]) -> str | None:
    counts: Counter[str] = Counter()
    for value, times in values:
        if value:
            counts[value] += times
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def alias_rows(organization: str, members: Iterable[Member], decisions: Decisions) -> Iterator[Alias]:
    """Yields every form in which one organization's names were met or are curated."""
    forms: dict[str, Counter[_Form]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    for use, _, times in members:
        forms[use.text][use.form] += times
        counts[use.text] += 0 if use.is_submitter else times
    entry = decisions.entry(organization)
    for alias in (entry.name, *entry.aliases) if entry else ():
        if alias not in forms:
            forms[alias]["acronym" if keys.is_acronym(undotted(alias)) else "name"] += 1
    for alias, seen in forms.items():
        form = min(seen, key=lambda form: (-seen[form], form))
        yield Alias(organization, alias, form, counts[alias])


def unseen_wholes(
    identities: Iterable[Identity], seen: Collection[str], decisions: Decisions
) -> dict[str, Organization]:
    """Returns rows for wholes that no report mentions by themselves, so that every parent has its row."""
    above = {identity.parent for identity in identities if identity.parent is not None}
    found: dict[str, Organization] = {}
    wholes = sorted(above, key=lambda whole: (-len(whole.name), whole.name, repr(whole)))
    while wholes:
        for whole in wholes:
            organization = decisions.standing(id_of(whole.key))
            parent = decisions.standing(id_of(whole.parent.key)) if whole.parent else None
            if organization not in seen and organization not in found:
                row = Organization(organization, whole.name, None, whole.country, parent, 0, 0)
                entry = decisions.entry(organization)
                found[organization] = row if entry is None else _decided(row, entry, decisions)
        above = {whole.parent for whole in wholes if whole.parent is not None}
        wholes = sorted(above, key=lambda whole: (-len(whole.name), whole.name, repr(whole)))
    for organization, entry in decisions.entries():
        if organization in seen and entry.parent not in (None, "none"):
            parent = decisions.standing(str(entry.parent), entry.country)
            above_entry = decisions.entry(parent)
            if parent not in seen and parent not in found:
                name = above_entry.name if above_entry else str(entry.parent)
                row = Organization(parent, name, None, None, None, 0, 0)
                found[parent] = row if above_entry is None else _decided(row, above_entry, decisions)
    return found
