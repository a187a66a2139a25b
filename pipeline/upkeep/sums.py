"""What the names in one submission add to the sums over all: how many reports use a key, its forms, its places.

It is made of the submission's own names, and of what other reports say that an acronym means. While they say nothing
about the acronyms asked for, which is nearly always so, it depends on the submission alone.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct, structs

from pipeline.resolution import Identity, NameUse, Pins, definitions, identify, read_report

WEIGHT, WEIGHT_AGAIN = "weight", "weight again"
"""How many reports use a key: as the report alone has it, and with the acronyms that other reports explain."""
FORM, FORM_AGAIN = "form", "form again"
"""How many reports have an identity with that key."""
ACRONYM = "acronym"
"""How many times a report defines an acronym for a key."""
MEMBER = "member"
"""How many times a use was met under a place: a key, and the id that a person has pinned it to."""
PLACE, CONSULTED = "place", "consulted"
"""Which reports have a use in a place; which reports asked what an acronym means elsewhere."""

Count = tuple[str, str, bytes, int]
User = tuple[str, str, str]
Elsewhere = Mapping[str, Identity | None]


class Remembered(Struct, frozen=True, array_like=True):
    """The names in one submission with the place of each, and what they add to the sums.

    `first` is what they add when each report stands alone, `second` and `users` when acronyms that it does not explain
    are explained by others.
    """

    uses: tuple[NameUse, ...]
    places: tuple[str, ...]
    first: tuple[Count, ...]
    second: tuple[Count, ...]
    users: tuple[User, ...]


class _Met(NamedTuple):
    """A use with what it means, its place, and the acronyms that others were asked about for it."""

    use: NameUse
    identity: Identity
    key: str
    place: str
    asked: frozenset[str]


class _Asked(Mapping[str, Identity | None]):
    """What acronyms mean elsewhere; it notes which were asked for."""

    def __init__(self, known: Elsewhere) -> None:
        self._known = known
        self.asked: set[str] = set()

    def __getitem__(self, acronym: str) -> Identity | None:
        self.asked.add(acronym)
        return self._known[acronym]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __bool__(self) -> bool:
        return True  # one that knows nothing is to be asked all the same


def remember(uses: Sequence[NameUse], pins: Pins) -> Remembered:
    """What names add while nobody else explains their acronyms."""
    met = list(_meet(uses, {}, pins))
    return _with_others(Remembered(tuple(uses), (), _alone(met), (), ()), met)


def again(remembered: Remembered, others: Elsewhere, pins: Pins) -> Remembered:
    """What names add when other reports explain acronyms."""
    return _with_others(remembered, list(_meet(remembered.uses, others, pins)))


def pack(remembered: Remembered) -> bytes:
    """As the index keeps it."""
    return zlib.compress(msgspec.msgpack.encode(remembered), level=1)


def unpack(data: bytes) -> Remembered:
    """What `pack` was given."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=Remembered)


def total(counts: Iterable[Count]) -> tuple[Count, ...]:
    """The same sums with each key once, in order."""
    sums: Counter[tuple[str, str, bytes]] = Counter()
    for sort, key, rest, times in counts:
        sums[sort, key, rest] += times
    return _listed(sums)


def _meet(uses: Sequence[NameUse], others: Elsewhere, pins: Pins) -> Iterator[_Met]:
    by_report: dict[str, list[NameUse]] = defaultdict(list)
    for use in uses:
        by_report[use.report_id].append(use)
    reports = {report: read_report(members) for report, members in by_report.items()}
    for use in uses:
        report, asked = reports[use.report_id], _Asked(others)
        identity = identify(use.name, report, use.country, use.parent, asked)
        key = identity.key
        yield _Met(use, identity, key, f"{key}\0{pins.of(use, report.country) or ''}", frozenset(asked.asked))


def _alone(met: Iterable[_Met]) -> tuple[Count, ...]:
    sums: Counter[tuple[str, str, bytes]] = Counter()
    once = set()
    for use, identity, key, *_ in met:
        once.add((use.report_id, WEIGHT, key, b""))
        once.add((use.report_id, FORM, key, msgspec.msgpack.encode(identity)))
        sums.update((ACRONYM, acronym, key.encode()) for acronym in definitions(use, identity))
    sums.update((sort, key, rest) for _, sort, key, rest in once)
    return _listed(sums)


def _with_others(remembered: Remembered, met: Sequence[_Met]) -> Remembered:
    sums: Counter[tuple[str, str, bytes]] = Counter()
    once = set()
    users: set[User] = set()
    for use, identity, key, place, asked in met:
        sums[MEMBER, place, msgspec.msgpack.encode(structs.replace(use, report_id=""))] += 1
        once.add((use.report_id, WEIGHT_AGAIN, key, b""))
        once.add((use.report_id, FORM_AGAIN, key, msgspec.msgpack.encode(identity)))
        users.add((PLACE, place, use.report_id))
        users |= {(CONSULTED, acronym, use.report_id) for acronym in asked}
    sums.update((sort, key, rest) for _, sort, key, rest in once)
    places = tuple(item.place for item in met)
    return structs.replace(remembered, places=places, second=_listed(sums), users=tuple(sorted(users)))


def _listed(sums: Mapping[tuple[str, str, bytes], int]) -> tuple[Count, ...]:
    return tuple((*what, times) for what, times in sorted(sums.items()))
