"""The normalised key of an organization's name: what all spellings of the name have in common, and nothing more.

Case, accents, articles, prepositions, `&`, plurals, spelling habits, abbreviations of common words and the legal form
of a company do not count. A country counts by its code, wherever and however it stands (`Ministry of Health of Japan`,
`Japanese Ministry of Health`). The order of the other words counts only for universities, banks and the like.
The word lists are in the gazetteer `name_words.yaml`.
"""

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import OSA

from pipeline import gazetteers
from pipeline.countries import find_countries
from pipeline.records import Context, CountryValue

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*|&")
_BRACKETED = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,80})\s*[)\]]\s*$")
_TRAILING_COUNTRY = re.compile(r"(?:,\s*|\(\s*)$")
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9.&/-]{0,11}")


class Key(NamedTuple):
    """The words of a name, normalised, and the countries in it (alpha-2 codes, sorted).

    A generic name has words only that fit many bodies in many countries.
    """

    words: tuple[str, ...]
    countries: tuple[str, ...]
    is_generic: bool

    def __str__(self) -> str:
        """The key as text, the countries first."""
        return " ".join([*(f"@{code.lower()}" for code in self.countries), *self.words])


def is_acronym(name: str) -> bool:
    """Tells whether a name is one word of mostly capitals, as `WHO`, `UNHCR` and `MoSW` are."""
    letters = [character for character in name if character.isalpha()]
    capitals = sum(character.isupper() for character in letters)
    return bool(_ACRONYM.fullmatch(name)) and capitals >= 2 and capitals * 2 >= len(letters)


def split_bracket(name: str) -> tuple[str, str | None]:
    """Returns a name without the acronym in brackets after it, and that acronym."""
    match = _BRACKETED.search(name)
    if match is None or not name[: match.start()].strip():
        return name.strip(), None
    full, short = name[: match.start()].strip(), match.group(1).strip()
    return (full, short) if is_acronym(short) or _is_short_for(short, full) else (name.strip(), None)


def _is_short_for(short: str, full: str) -> bool:
    """`Norad` for `Norwegian Agency for Development`: a capitalised word with letters of the name in order.

    So is `Swiss TPH` for `Swiss Tropical and Public Health Institute`: a word of the name, then letters of the others.
    """
    words = short.split()
    if len(words) == 2 and is_acronym(words[1]):
        others = [word for word in full.split() if word != words[0]]
        return words[0] in full.split() and _are_initials(words[1], others)
    if not short.isalpha() or not short[0].isupper() or short[0] != full[0] or short in full:
        return False
    letters = iter(full.lower())
    return all(letter in letters for letter in short.lower())


def _are_initials(letters: str, words: Iterable[str]) -> bool:
    """Whether the letters begin words of a name, in order."""
    initials = iter([word[0].lower() for word in words])
    return all(letter in initials for letter in letters.lower())


@functools.lru_cache(maxsize=100_000)
def key_of(name: str) -> Key:
    """Returns the key of a name as it stands, without what its report knows."""
    bare, _ = split_bracket(name)
    places = [m for m in find_countries(bare, Context()) if isinstance(m.value, CountryValue)]
    pieces, position, countries = [], 0, set()
    trailing: str | None = None
    for mention in places:
        assert isinstance(mention.value, CountryValue)
        pieces.append(bare[position : mention.start])
        position = mention.end
        countries.add(mention.value.alpha2)
        if _TRAILING_COUNTRY.search(bare[: mention.start]) and not bare[mention.end :].strip(" ).,"):
            trailing = mention.value.alpha2
    pieces.append(bare[position:])
    words = words_of(" ".join(pieces))
    generic = all(word in _list("generic") for word in words)
    if trailing is not None and not generic and len(words) > 1 and countries == {trailing}:
        countries = set()
    if countries and len(words) > 1 and "government" in words:
        words = [word for word in words if word != "government"]
    is_ordered = any(_is_ordered(word) for word in words)
    return Key(tuple(words if is_ordered else sorted(words)), tuple(sorted(countries)), generic and not countries)


def words_of(text: str) -> list[str]:
    """Returns the words of a name that count, normalised, in order."""
    words = [word for token in _WORD.findall(text) for word in _normalised(gazetteers.fold(token))]
    kept = [word for word in words if word not in _list("legal")] if len(words) > 1 else words
    return _without_society(kept or words)


def _is_ordered(word: str) -> bool:
    """Whether the order of words counts beside this one, also when it is misspelt (`instiute`)."""
    if word in _list("ordered") or is_common(word):
        return word in _list("ordered")
    return len(word) > 6 and any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in _list("ordered"))


def is_common(word: str) -> bool:
    """Tells whether a normalised word is an everyday word of organizations' names."""
    return word in _list("generic")


def is_unit_head(word: str) -> bool:
    """Tells whether a normalised word heads the name of a unit: `division`, `section`."""
    return word in _list("units")


def is_whole_head(word: str) -> bool:
    """Tells whether a normalised word heads the name of a body that has units: `ministry`, `university`."""
    return word in _list("wholes")


def _normalised(token: str) -> list[str]:
    same = _same()
    if token.endswith("centre"):
        token = token[:-2] + "er"
    if token in ("&", "and"):
        return []
    token = same.get(token.replace("’", "'"), token)
    if token.endswith(("'s", "s'")):
        token = token[:-2] + ("s" if token.endswith("s'") else "")
    if token in _list("small"):
        return []
    singular = _singular(token.replace("'", ""))
    return [same.get(singular, singular)]


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1]


def _without_society(words: list[str]) -> list[str]:
    """`Red Cross Society` is the Red Cross."""
    is_red = "red" in words and ("cross" in words or "crescent" in words)
    return [word for word in words if word != "society"] if is_red else words


@functools.cache
def _list(key: str) -> frozenset[str]:
    return frozenset(map(str, gazetteers.read_words("name_words.yaml")[key]))


@functools.cache
def _same() -> dict[str, str]:
    return dict(gazetteers.read_words("name_words.yaml")["same"])
