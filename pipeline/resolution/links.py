"""Identities that are one body after all: misspelt words, words run together, the same acronym for nearly one name.

Cautious on purpose: two names are joined only when one word of them differs, and that word by a letter or two (see
`is_misspelling`); when a word is split in two; or when reports give both the same acronym and one name has one word
more. Countries, parents and figures must agree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from rapidfuzz.distance import OSA

from pipeline.resolution.identities import Identity
from pipeline.resolution.keys import is_common

_Pair = tuple[str, str]
FEW = 16
"""Words in one place of a name, up to which all pairs of them are compared."""
SHORTEST, SHORTEST_OF_TWO = 5, 8
"""Letters from which on a word may be misspelt by one letter, and by two."""


class Name(NamedTuple):
    """An identity as the pairs are found: its key, its words, and its scope and parent."""

    key: str
    words: tuple[str, ...]
    place: tuple[str, str]


def link(
    identities: Mapping[str, Identity],
    weights: Mapping[str, int],
    acronyms: Mapping[str, set[str]],
    known: Collection[_Pair] | None = None,
) -> dict[str, str]:
    """Returns the key that stands for each key.

    Args:
        identities: by key.
        weights: how many reports use each key.
        acronyms: the keys for which reports define each acronym.
        known: the pairs of these and perhaps other identities, where they have been found before.
    """
    groups: dict[str, str] = {}

    def root(key: str) -> str:
        while groups.get(key, key) != key:
            key = groups[key]
        return key

    for first, second in find_pairs(identities, acronyms) if known is None else known:
        if first not in identities or second not in identities:
            continue
        one, other = root(first), root(second)
        if one == other:
            continue
        best = min(one, other, key=lambda key: _rank(identities[key], weights.get(key, 0)))
        groups[one] = groups[other] = best
    return {key: root(key) for key in identities}


def find_pairs(
    identities: Mapping[str, Identity], acronyms: Mapping[str, set[str]], about: frozenset[str] | None = None
) -> list[_Pair]:
    """Returns the keys that are to be joined, two by two; whether two are depends on no third.

    Args:
        identities: by key.
        acronyms: the keys for which reports define each acronym.
        about: only pairs with one of these keys are found, in a time that hardly grows with the others.
    """
    if about is not None:
        acronyms = {acronym: keys for acronym, keys in acronyms.items() if not keys.isdisjoint(about)}
        identities = _near(identities, acronyms, {key for key in about if key in identities})
    names = {
        key: Name(key, identity.words, (identity.scope, identity.parent.key if identity.parent else ""))
        for key, identity in sorted(identities.items())
    }
    full = [name for key, name in names.items() if not identities[key].is_acronym]
    found = {*_misspelt(full), *_run_together(full), *_same_acronym(names, acronyms)}
    return sorted(found if about is None else {pair for pair in found if not about.isdisjoint(pair)})


def _near(
    identities: Mapping[str, Identity], acronyms: Mapping[str, set[str]], about: Collection[str]
) -> dict[str, Identity]:
    """The identities that may be joined to some of them, those included: no pair with these is among the others.

    They share an acronym, all words but one, or have a word that is made of two words of the other.
    """
    words = [identities[key].words for key in about]
    rests = {rest for own in words if len(own) > 1 for rest in _rests(own)}
    whole = {one + other for own in words for one, other in permutations(own, 2)}
    cuts = {(word[:at], word[at:]) for own in words for word in own for at in range(1, len(word))}
    pieces = {piece for cut in cuts for piece in cut}
    near = set(about).union(*acronyms.values())
    return {
        key: identity
        for key, identity in identities.items()
        if key in near
        or not whole.isdisjoint(identity.words)
        or not rests.isdisjoint(_rests(identity.words))
        or sum(word in pieces for word in identity.words) > 1
    }


def _rests(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What is left of some words when each of them is taken away."""
    return (words[:index] + words[index + 1 :] for index in range(len(words)))


def is_misspelling(one: str, other: str, words: int) -> bool:
    """Tells whether two words that stand in the same place of two names are one word.

    An everyday word against a word that is none: one letter in five or two in eight. Two words that are both none, so
    perhaps proper names: one letter in nine, or in seven in names of three words or more.
    """
    if (
        one.isdigit()
        or other.isdigit()
        or any(c.isdigit() for c in one + other)
        or (is_common(one) and is_common(other))
    ):
        return False
    shorter = min(len(one), len(other))
    distance = OSA.distance(one, other, score_cutoff=2)
    if is_common(one) or is_common(other):
        return (shorter >= 5 and distance <= 1) or (shorter >= 8 and distance <= 2)
    return distance <= 1 and (shorter >= 9 or (shorter >= 7 and words >= 3)) and one[0] == other[0]


def _rank(identity: Identity, weight: int) -> tuple[bool, int, int, str]:
    """The best first: known to the world, most everyday words (so fewest errors), most reports, first by name."""
    common = sum(is_common(word) for word in identity.words)
    return not identity.is_known, -common, -weight, identity.key


def _misspelt(names: Iterable[Name]) -> Iterator[_Pair]:
    """Pairs that differ in one word: names are filed under what is left when each of their words is taken away."""
    files: dict[tuple[tuple[str, str], tuple[str, ...]], list[tuple[str, str]]] = defaultdict(list)
    for key, words, place in names:
        if len(words) >= 2:
            for word, rest in zip(words, _rests(words), strict=True):
                files[place, rest].append((word, key))
    for (_, rest), entries in files.items():
        if len(entries) == 1:
            continue
        by_word: dict[str, list[str]] = defaultdict(list)
        for word, key in sorted(set(entries)):
            by_word[word].append(key)
        for word, same in by_word.items():
            if len(same) > 1 and is_misspelling(word, word, len(rest) + 1):
                yield from combinations(same, 2)
        for one, other in near_words(by_word) if len(by_word) > FEW else combinations(by_word, 2):
            if is_misspelling(one, other, len(rest) + 1):
                yield from ((first, second) for first in by_word[one] for second in by_word[other] if first != second)


def near_words(words: Collection[str]) -> Iterator[_Pair]:
    """Pairs of words of which `is_misspelling` may hold, far fewer than all pairs.

    Words that are one edit apart have a form in common when each may lose a letter. Two edits count only beside an
    everyday word, and there are few of those.
    """
    forms: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= SHORTEST and not any(character.isdigit() for character in word):
            for form in {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}:
                forms[form].append(word)
    found = {pair for near in forms.values() for pair in combinations(sorted(near), 2)}
    for common in filter(is_common, words):
        if len(common) >= SHORTEST_OF_TWO:
            found |= {(min(common, word), max(common, word)) for word in words if abs(len(common) - len(word)) <= 2}
    yield from (pair for pair in sorted(found) if pair[0] != pair[1])


def _run_together(names: Sequence[Name]) -> Iterator[_Pair]:
    """Pairs of which one writes two words as one: `Food Bank`, `Foodbank`."""
    vocabulary = {word for name in names for word in name.words}
    split: dict[tuple[tuple[str, str], tuple[str, ...]], list[str]] = defaultdict(list)
    for key, words, place in names:
        for one, other in combinations(words, 2):
            for joined in {one + other, other + one} & vocabulary:
                rest = list(words)
                rest.remove(one)
                rest.remove(other)
                split[place, tuple(sorted([*rest, joined]))].append(key)
    if split:
        for name in names:
            for other_key in split.get((name.place, tuple(sorted(name.words))), ()):
                yield other_key, name.key


def _same_acronym(names: Mapping[str, Name], acronyms: Mapping[str, set[str]]) -> Iterator[_Pair]:
    """Pairs with one acronym of which one has a word more."""
    for acronym, keys in acronyms.items():
        if len(acronym) < 3 or len(keys) < 2:
            continue
        known = [(names[key], frozenset(names[key].words)) for key in keys if key in names]
        by_words: dict[tuple[tuple[str, str], frozenset[str]], list[str]] = defaultdict(list)
        for name, words in known:
            by_words[name.place, words].append(name.key)
        for name, words in known:
            for word in words if len(words) > 2 else ():
                yield from ((less, name.key) for less in by_words.get((name.place, words - {word}), ()))
