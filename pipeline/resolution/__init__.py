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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from pipeline import gazetteers
from pipeline.registry import ORGANIZATION_ID, Entry, Registry
from pipeline.resolution import keys
from pipeline.resolution.identities import Identity, NameUse, ReportNames, identify, read_report, strip, undotted
from pipeline.resolution.links import link

__all__ = ["Alias", "NameUse", "Organization", "Resolution", "organization_id", "resolve"]

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


class Alias(Struct, frozen=True):
    """One row of `organization_aliases`."""

    organization_id: str
    alias: str
    form: _Form
    mention_count: int


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
        decisions.id_for(use, identity, reports[use.report_id].country) or id_of(identity.key)
        for use, identity in zip(uses, standing, strict=True)
    )
    groups: dict[str, list[tuple[NameUse, Identity]]] = defaultdict(list)
    for use, identity, organization in zip(uses, standing, ids, strict=True):
        groups[organization].append((use, identity))
    rows = {organization: _row(organization, members, decisions) for organization, members in groups.items()}
    for whole in _unseen_wholes(standing, ids, decisions, rows.keys()):
        rows.setdefault(whole.organization_id, whole)
    aliases = [
        alias for organization, members in groups.items() for alias in _aliases(organization, members, decisions)
    ]
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
    acronyms = _definitions(uses, alone)
    standing = _link(uses, alone, acronyms)
    elsewhere = {acronym: _only_one([standing[key] for key in sorted(keys_)]) for acronym, keys_ in acronyms.items()}
    again = [identify(use.name, reports[use.report_id], use.country, use.parent, elsewhere) for use in uses]
    joined = _link(uses, again, acronyms)
    return [joined[identity.key] for identity in again]


def _only_one(identities: Sequence[Identity]) -> Identity | None:
    return identities[0] if len({identity.key for identity in identities}) == 1 else None


def _definitions(uses: Sequence[NameUse], identities: Sequence[Identity]) -> dict[str, set[str]]:
    """Returns the keys of the bodies for which reports define each acronym."""
    definitions: dict[str, set[str]] = defaultdict(set)
    for use, identity in zip(uses, identities, strict=True):
        _, bracketed = keys.split_bracket(use.name)
        for acronym in {use.acronym, bracketed} - {None}:
            if not identity.is_acronym:
                definitions[undotted(str(acronym))].add(identity.key)
    return definitions


def _link(
    uses: Sequence[NameUse], identities: Sequence[Identity], acronyms: Mapping[str, set[str]]
) -> dict[str, Identity]:
    by_key: dict[str, Identity] = {}
    reports: dict[str, set[str]] = defaultdict(set)
    for use, identity in zip(uses, identities, strict=True):
        by_key[identity.key] = min(by_key.get(identity.key, identity), identity, key=lambda i: (-len(i.name), i.name))
        reports[identity.key].add(use.report_id)
    standing = link(by_key, {key: len(members) for key, members in reports.items()}, acronyms)
    return {key: by_key[other] for key, other in standing.items()}


class Decisions:
    """The registry, looked up by what a name means without it."""

    def __init__(self, registry: Registry) -> None:
        self._by_id: dict[str, Entry] = {}
        self._own: dict[str, str] = {}
        self._conditions: list[tuple[str, tuple[str, ...], str | None, str]] = []
        for entry in registry.entries:
            self._file(entry)

    def _file(self, entry: Entry) -> None:
        report = ReportNames(entry.country)
        own = entry.id or id_of(identify(entry.name, report).key)
        self._by_id[own] = entry
        self._own[own] = own
        for form in (entry.name, *entry.aliases, *entry.merges):
            is_id = ORGANIZATION_ID.fullmatch(form) is not None
            self._own[form if is_id else id_of(identify(form, report).key)] = own
            if not is_id and keys.is_acronym(undotted(form)):
                self._own[f"acronym {undotted(form)}"] = own
        for condition in entry.only:
            self._conditions.append((gazetteers.fold(condition.form), condition.reports, condition.country, own))

    def id_for(self, use: NameUse, identity: Identity, country: str | None) -> str | None:
        """Returns the id that a person has decided on, the narrowest decision first."""
        written = {gazetteers.fold(use.text), gazetteers.fold(use.name)}
        for form, reports, place, own in self._conditions:
            if form in written and (use.report_id in reports or (place is not None and place == country)):
                return own
        if identity.is_acronym and f"acronym {identity.words[0]}" in self._own:
            return self._own[f"acronym {identity.words[0]}"]
        return self._own.get(id_of(identity.key))

    def entry(self, organization: str) -> Entry | None:
        """Returns the entry of an organization."""
        return self._by_id.get(organization)

    def standing(self, name_or_id: str, country: str | None = None) -> str:
        """Returns the id that a name or an id leads to."""
        if ORGANIZATION_ID.fullmatch(name_or_id):
            return self._own.get(name_or_id, name_or_id)
        found = id_of(identify(name_or_id, ReportNames(country)).key)
        return self._own.get(found, found)


def _row(organization: str, members: Sequence[tuple[NameUse, Identity]], decisions: Decisions) -> Organization:
    entry = decisions.entry(organization)
    mentions = [use for use, _ in members if not use.is_submitter]
    row = Organization(
        organization_id=organization,
        name=_fullest(members),
        acronym=_most(undotted(a) for use, _ in members for a in _acronyms(use)),
        country=_most(identity.country for _, identity in members if identity.country)
        or (None if members[0][1].is_known else _most(use.country for use, _ in members if use.country)),
        parent_organization_id=_parent(organization, members, decisions),
        mention_count=len(mentions),
        report_count=len({use.report_id for use, _ in members}),
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
    )


def _parent(organization: str, members: Iterable[tuple[NameUse, Identity]], decisions: Decisions) -> str | None:
    wholes = (identity.parent.key for _, identity in members if identity.parent is not None)
    key = _most(wholes)
    if key is None:
        return None
    parent = decisions.standing(id_of(key))
    return None if parent == organization else parent


def _fullest(members: Sequence[tuple[NameUse, Identity]]) -> str:
    """Returns the fullest form seen: most words, then most often, then first in the alphabet; spelt as most are."""
    standing = members[0][1]
    if standing.is_known:
        return standing.name
    names: Counter[str] = Counter()
    for use, _ in members:
        name = strip(keys.split_bracket(use.name)[0])
        is_spelt_so = " ".join(sorted(keys.key_of(name).words)) == " ".join(sorted(standing.words))
        if not keys.is_acronym(undotted(name)):
            names[name] += 1000 if is_spelt_so else 1
    if not names:
        return standing.name
    best = max(names.values()) >= 1000
    fitting = [name for name, times in names.items() if times >= 1000 or not best]
    return min(fitting, key=lambda name: (-len(name.split()), name.isupper(), -names[name], name))


def _acronyms(use: NameUse) -> Iterator[str]:
    _, bracketed = keys.split_bracket(use.name)
    candidates = {use.acronym, bracketed, use.text if use.form == "acronym" else None}
    yield from sorted(a for a in candidates if a and keys.is_acronym(undotted(a)))


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _aliases(organization: str, members: Sequence[tuple[NameUse, Identity]], decisions: Decisions) -> Iterator[Alias]:
    forms: dict[str, Counter[_Form]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    for use, _ in members:
        forms[use.text][use.form] += 1
        counts[use.text] += not use.is_submitter
    entry = decisions.entry(organization)
    for alias in (entry.name, *entry.aliases) if entry else ():
        if alias not in forms:
            forms[alias]["acronym" if keys.is_acronym(undotted(alias)) else "name"] += 1
    for alias, seen in forms.items():
        form = min(seen, key=lambda form: (-seen[form], form))
        yield Alias(organization, alias, form, counts[alias])


def _unseen_wholes(
    identities: Iterable[Identity], ids: Iterable[str], decisions: Decisions, seen: Iterable[str]
) -> Iterator[Organization]:
    """Yields rows for wholes that no report mentions by themselves, so that every parent has its row."""
    rows = set(seen)
    for identity in identities:
        whole = identity.parent
        while whole is not None:
            organization = decisions.standing(id_of(whole.key))
            above = decisions.standing(id_of(whole.parent.key)) if whole.parent else None
            if organization not in rows:
                row = Organization(organization, whole.name, None, whole.country, above, 0, 0)
                entry = decisions.entry(organization)
                yield row if entry is None else _decided(row, entry, decisions)
            whole = whole.parent
    for organization in sorted(set(ids)):
        entry = decisions.entry(organization)
        if entry is not None and entry.parent not in (None, "none"):
            parent = decisions.standing(str(entry.parent), entry.country)
            above_entry = decisions.entry(parent)
            name = above_entry.name if above_entry else str(entry.parent)
            if parent not in rows:
                row = Organization(parent, name, None, None, None, 0, 0)
                yield row if above_entry is None else _decided(row, above_entry, decisions)
