"""Names of organizations as the index remembers them: what each submission adds, and what that changes for others.

The same steps as `resolution.resolve`, on sums: how many reports use a key, which forms a key was met in and how often.
A submission that comes, goes or changes adds to the sums and takes from them; its own names are kept, so that what was
added can be taken away exactly. The sums hold as many rows as there are different names, not as there are mentions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct

from pipeline.registry import Registry
from pipeline.resolution import (
    Alias,
    Decisions,
    Identity,
    Member,
    NameUse,
    Organization,
    Pins,
    alias_rows,
    elsewhere,
    find_pairs,
    fullest,
    link,
    organization_row,
    unseen_wholes,
)
from pipeline.store import Index
from pipeline.upkeep.sums import (
    ACRONYM,
    CONSULTED,
    FORM,
    FORM_AGAIN,
    MEMBER,
    PLACE,
    WEIGHT,
    WEIGHT_AGAIN,
    Count,
    Remembered,
    User,
    again,
    pack,
    unpack,
)

ELSEWHERE, STANDING, ROW, ALIASES = "elsewhere", "standing", "row", "aliases"
"""What the last run settled: acronyms; the id and the identity of each place; the rows about each organization."""


class Settled(Struct, frozen=True):
    """What a change of names came to.

    `affected` are the submissions whose rows change with it. `gone` are the ids whose rows change or leave, `rows` and
    `aliases` what stands in their place.
    """

    affected: frozenset[str]
    rows: tuple[Organization, ...]
    aliases: tuple[Alias, ...]
    gone: frozenset[str]


class Names:
    """The names in all submissions, through one run."""

    def __init__(self, index: Index, registry: Registry) -> None:
        self._index = index
        self._decisions = Decisions(registry)
        self._fresh: set[str] = set()
        self._consulted: set[str] = set()
        self._touched: set[str] = set()
        self._recounted: set[str] = set()
        self._elsewhere: dict[str, Identity | None] = {}
        self._ids: dict[str, str] = {}

    def leave(self, submission: str) -> None:
        """Takes away what a submission added."""
        remembered = self._remembered(submission)
        if remembered is not None:
            self._count((*remembered.first, *remembered.second), -1)
            self._index.many("DELETE FROM users WHERE sort = ? AND key = ? AND report = ?", remembered.users)

    @property
    def pins(self) -> Pins:
        """What a person has decided about forms of names in some places only."""
        return self._decisions.pins

    def enter(self, submissions: Iterable[str], counts: Iterable[Count], users: Collection[User]) -> None:
        """Adds the names in some submissions, as `sums.remember` has them; the index holds already each one's."""
        self._count(counts, 1)
        self._index.many("INSERT OR IGNORE INTO users VALUES (?, ?, ?)", users)
        self._consulted |= {acronym for sort, acronym, _ in users if sort == CONSULTED}
        self._fresh.update(submissions)

    def settle(self) -> Settled:
        """Settles which names are one organization."""
        acronyms: dict[str, set[str]] = defaultdict(set)
        for acronym, key in self._index.rows("SELECT key, rest FROM counts WHERE sort = ?", (ACRONYM,)):
            acronyms[acronym].add(key.decode())
        forms = self._forms_of(FORM)
        pairs = self._pairs("pairs", forms, acronyms)
        self._elsewhere = elsewhere(self._linked(forms, WEIGHT, acronyms, pairs), acronyms)
        explained = {acronym: _encoded(body) for acronym, body in self._elsewhere.items()}
        asking = self._users(CONSULTED, self._renewed(ELSEWHERE, explained))
        told = self._users(CONSULTED, self._consulted & explained.keys()) & self._fresh
        for submission in sorted(asking | told):
            self._read_again(submission)
        self._fresh.clear()
        self._consulted.clear()
        others = self._forms_of(FORM_AGAIN, forms)
        if not others.keys() <= forms.keys():
            pairs = self._pairs("pairs again", forms | others, acronyms)
        else:
            self._index.set_fact("pairs again", b"")
        self._recounted.clear()
        return self._settled(self._linked(others, WEIGHT_AGAIN, acronyms, pairs), asking)

    def _read_again(self, submission: str) -> None:
        """Takes what a submission's names mean from what others explain now."""
        remembered = self._remembered(submission)
        assert remembered is not None
        self._count(remembered.second, -1)
        self._index.many("DELETE FROM users WHERE sort = ? AND key = ? AND report = ?", remembered.users)
        renewed = again(remembered, self._elsewhere, self.pins)
        self._count(renewed.second, 1)
        self._index.many("INSERT OR IGNORE INTO users VALUES (?, ?, ?)", renewed.users)
        self._index.many("UPDATE held SET names = ? WHERE id = ?", [(pack(renewed), submission)])

    def organization_ids(self, submission: str) -> list[str]:
        """The organization of each name in a submission, in order; to be asked for after `settle`."""
        remembered = self._remembered(submission)
        assert remembered is not None
        return [self._ids[place] for place in remembered.places]

    @cached_property
    def rows(self) -> dict[str, Organization]:
        """The row of each organization; to be asked for after `settle`."""
        found = self._index.rows("SELECT key, value FROM outcomes WHERE sort = ? ORDER BY key", (ROW,))
        return {key: msgspec.msgpack.decode(value, type=Organization) for key, value in found}

    @cached_property
    def aliases(self) -> list[Alias]:
        """Every form of every organization; to be asked for after `settle`."""
        found = self._index.rows("SELECT value FROM outcomes WHERE sort = ? ORDER BY key", (ALIASES,))
        return [alias for (value,) in found for alias in msgspec.msgpack.decode(value, type=list[Alias])]

    def _remembered(self, submission: str) -> Remembered | None:
        for (names,) in self._index.rows("SELECT names FROM held WHERE id = ?", (submission,)):
            return unpack(names) if names else None
        return None

    def _count(self, counts: Iterable[Count], sign: int) -> None:
        rows = [(sort, key, rest, sign * times) for sort, key, rest, times in counts]
        self._touched |= {key for sort, key, *_ in rows if sort == MEMBER}
        self._recounted |= {key for sort, key, *_ in rows if sort in (FORM, FORM_AGAIN)}
        self._recounted |= {key.decode() for sort, _, key, _ in rows if sort == ACRONYM}
        add = "INSERT INTO counts VALUES (?, ?, ?, ?) ON CONFLICT(sort, key, rest) DO UPDATE SET n = n + excluded.n"
        self._index.many(add, rows)
        if sign < 0:
            gone = "DELETE FROM counts WHERE sort = ? AND key = ? AND rest = ? AND n = 0"
            self._index.many(gone, (row[:3] for row in rows))

    def _forms_of(self, sort: str, known: Mapping[str, Identity] | None = None) -> dict[str, Identity]:
        """The identity with each key that has the fullest name; one that is known is not held twice."""
        found: dict[str, Identity] = {}
        for key, form in self._index.rows("SELECT key, rest FROM counts WHERE sort = ?", (sort,)):
            identity = msgspec.msgpack.decode(form, type=Identity)
            found[key] = fullest(found[key], identity) if key in found else identity
        if known is not None:
            found = {key: known[key] if known.get(key) == identity else identity for key, identity in found.items()}
        return found

    def _linked(
        self,
        forms: Mapping[str, Identity],
        weights: str,
        acronyms: Mapping[str, set[str]],
        pairs: Collection[tuple[str, str]],
    ) -> dict[str, Identity]:
        """The identity that stands for each key."""
        reports = dict(self._index.rows("SELECT key, n FROM counts WHERE sort = ?", (weights,)))
        return {key: forms[other] for key, other in link(forms, reports, acronyms, pairs).items()}

    def _pairs(
        self, fact: str, identities: Mapping[str, Identity], acronyms: Mapping[str, set[str]]
    ) -> list[tuple[str, str]]:
        """The pairs of keys that are one body, kept as a fact: those of a key are found again when its sums change."""
        kept = self._index.fact(fact)
        about = frozenset(self._recounted) if kept else None
        before = msgspec.msgpack.decode(kept, type=list[tuple[str, str]]) if kept else []
        stays = {pair for pair in before if self._recounted.isdisjoint(pair)}
        pairs = sorted(stays.union(find_pairs(identities, acronyms, about)))
        self._index.set_fact(fact, msgspec.msgpack.encode(pairs))
        return pairs

    def _renewed(self, sort: str, now: Mapping[str, bytes]) -> set[str]:
        """Keeps what is settled now, and returns what has changed since the last run."""
        before = dict(self._index.rows("SELECT key, value FROM outcomes WHERE sort = ?", (sort,)))
        changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
        self._index.many("DELETE FROM outcomes WHERE sort = ? AND key = ?", ((sort, key) for key in changed))
        kept = ((sort, key, now[key]) for key in changed if key in now)
        self._index.many("INSERT INTO outcomes VALUES (?, ?, ?)", kept)
        return changed

    def _users(self, sort: str, keys: Iterable[str]) -> set[str]:
        """The submissions with a report that uses one of the keys."""
        query = "SELECT report FROM users WHERE sort = ? AND key = ?"
        return {report.partition("-")[0] for key in keys for (report,) in self._index.rows(query, (sort, key))}

    def _settled(self, standing: Mapping[str, Identity], asking: set[str]) -> Settled:
        places = [place for (place,) in self._index.rows("SELECT DISTINCT key FROM counts WHERE sort = ?", (MEMBER,))]
        identities = {}
        members: dict[str, list[str]] = defaultdict(list)
        outcomes = {}
        for place in places:
            key, _, pinned = place.partition("\0")
            identities[place] = standing[key]
            self._ids[place] = pinned or self._decisions.id_standing(standing[key])
            members[self._ids[place]].append(place)
            outcomes[place] = msgspec.msgpack.encode((self._ids[place], standing[key]))
        before = {
            place: msgspec.msgpack.decode(value, type=tuple[str, Identity])[0]
            for place, value in self._index.rows("SELECT key, value FROM outcomes WHERE sort = ?", (STANDING,))
            if outcomes.get(place) != value
        }
        moved = self._renewed(STANDING, outcomes)
        moved_ids = {place for place in moved if before.get(place) != self._ids.get(place)}
        stirred = {self._ids[place] for place in (self._touched | moved) if place in self._ids}
        stirred |= set(before.values()) & members.keys()
        rows, aliases = {}, {}
        for organization in stirred:
            rows[organization], aliases[organization] = self._about(organization, members[organization], identities)
        for key, value in self._index.rows("SELECT key, value FROM outcomes WHERE sort = ?", (ROW,)):
            if key in members and key not in rows:
                rows[key] = msgspec.msgpack.decode(value, type=Organization)
        rows = unseen_wholes(identities.values(), members.keys(), self._decisions) | rows
        names_before = self._names_before()
        changed = self._renewed(ROW, {key: msgspec.msgpack.encode(row) for key, row in rows.items()})
        forms = self._forms(aliases, members)
        renewed = changed | self._renewed(ALIASES, forms)
        renamed = {one for one in changed if one in rows and names_before.get(one, "") != rows[one].name}
        affected = asking | self._users(PLACE, moved_ids)
        affected |= self._users(PLACE, (place for one in renamed for place in members.get(one, ())))
        return Settled(
            frozenset(affected),
            tuple(rows[one] for one in sorted(renewed & rows.keys())),
            tuple(
                alias
                for one in sorted(renewed & forms.keys())
                for alias in msgspec.msgpack.decode(forms[one], type=list[Alias])
            ),
            frozenset(renewed),
        )

    def _names_before(self) -> dict[str, str]:
        found = self._index.rows("SELECT key, value FROM outcomes WHERE sort = ?", (ROW,))
        return {key: msgspec.msgpack.decode(value, type=Organization).name for key, value in found}

    def _forms(self, aliases: Mapping[str, list[Alias]], members: Mapping[str, list[str]]) -> dict[str, bytes]:
        kept = self._index.rows("SELECT key, value FROM outcomes WHERE sort = ?", (ALIASES,))
        forms = {key: bytes(value) for key, value in kept if key in members}
        return forms | {key: msgspec.msgpack.encode(found) for key, found in aliases.items()}

    def _about(
        self, organization: str, places: Sequence[str], identities: Mapping[str, Identity]
    ) -> tuple[Organization, list[Alias]]:
        members = [
            Member(msgspec.msgpack.decode(use, type=NameUse), identities[place], times)
            for place in sorted(places)
            for use, times in self._index.rows("SELECT rest, n FROM counts WHERE sort = ? AND key = ?", (MEMBER, place))
        ]
        row = organization_row(organization, members, self._reports(places), self._decisions)
        return row, sorted(alias_rows(organization, members, self._decisions), key=lambda alias: alias.alias)

    def _reports(self, places: Sequence[str]) -> int:
        """How many reports use a name in one of these places."""
        query = "SELECT report FROM users WHERE sort = ? AND key = ?"
        if len(places) == 1:
            ((number,),) = self._index.rows(query.replace("report", "COUNT(*)", 1), (PLACE, places[0]))
            return int(number)
        return len({report for place in places for report in self._index.rows(query, (PLACE, place))})


def _encoded(identity: Identity | None) -> bytes:
    return msgspec.msgpack.encode(identity)
