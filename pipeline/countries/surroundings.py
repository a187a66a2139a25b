"""What the words around a country's name say: whether the country is meant, and which.

Every rule looks at a bounded window on each side of the name, on the same line. The word lists are in the gazetteer
`country_context.yaml`. A rule answers with the reason against the country, or with `None`.
"""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipeline import gazetteers
from pipeline.countries.spellings import Form, Found, Spelling, find_spellings
from pipeline.gazetteers import currencies
from pipeline.records import Context

_WINDOW = 90
"""Code points on each side of a name that the rules look at."""

_WORD_AFTER = re.compile(r"\s*([\w'’]+)")
_CAPITAL_AFTER = re.compile(r"[^\S\n]{1,2}([A-Z][\w'’]+)")
_WORD_BEFORE = re.compile(r"([\w'’.]+)[^\S\n]{1,2}$")
_SPEECH_AFTER = re.compile(r"\s*(?:,|\.|$|;|\)|'s?\b|’s?\b|and\b|&|[a-z])")
_JOINT = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s*/\s*|\s+and\s+|\s+or\s+|\s*&\s*|\s*-\s*)"


class Place(NamedTuple):
    """A spelling in its text: as written, with the line before and after it within the window.

    `named` are the countries that the text names otherwise than by an abbreviation or a name that two share.
    """

    text: str
    context: Context
    named: frozenset[str]
    spelling: Spelling
    written: str
    before: str
    after: str


def places(text: str, context: Context, found: Sequence[Found]) -> Iterator[Place]:
    """Yields each spelling with what surrounds it."""
    named = frozenset(
        f.spelling.alpha2
        for f in found
        if f.spelling.form != "abbreviation" and text[f.start : f.end].title() not in _WHICH
    )
    for start, end, spelling in found:
        before = text[max(0, start - _WINDOW) : start].rpartition("\n")[2]
        after = text[end : end + _WINDOW].partition("\n")[0]
        yield Place(text, context, named, spelling, text[start:end], before, after)


class Decision(NamedTuple):
    """Which country is meant; or, with a `reason`, why none is. A homograph is one that needed its surroundings."""

    alpha2: str
    reason: str | None = None
    is_homograph: bool = False


def decide(place: Place) -> Decision:
    """Returns what a spelling at its place means."""
    spelling = place.spelling
    if not spelling.alpha2:
        return Decision("", spelling.reason)
    for rule in _RULES[spelling.form]:
        reason = rule(place)
        if reason is not None:
            return Decision("", reason)
    word = place.written.title()
    which = _WHICH.get(word)
    alpha2 = which(place) if which else spelling.alpha2
    return Decision(alpha2, None, which is not None or word in _words("first_names"))


@functools.cache
def _words(key: str) -> frozenset[str]:
    return frozenset(map(str, gazetteers.read_words("country_context.yaml")[key]))


@functools.cache
def _alternatives(*keys: str) -> str:
    words = sorted({word for key in keys for word in _words(key)}, key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words))


@functools.cache
def _any_of(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(*keys)})(?!\w)")


@functools.lru_cache(maxsize=256)
def _says(text: str, *keys: str) -> bool:
    """Tells whether a text has one of the words of these lists; remembered, since a text may have many countries."""
    return _any_of(*keys).search(text) is not None


def _next_word(after: str) -> str:
    match = _WORD_AFTER.match(after)
    return match.group(1) if match else ""


def _last_word(before: str) -> str:
    match = _WORD_BEFORE.search(before)
    return match.group(1) if match else ""


def _is_address(place: Place) -> str | None:
    if any(sign in place.before for sign in ("www.", "http", "@")) and re.search(
        r"(?:www\.|https?:|@)\S*$", place.before
    ):
        return "part of an address"
    return None


def _is_currency(place: Place) -> str | None:
    after = place.after
    match = re.match(r"[^\S\n]{0,2}[-‐‑]?([\w]+)", after)
    nouns = "currency_nouns" if place.spelling.form == "demonym" else "currency_nouns_after_names"
    is_currency = match is not None and match.group(1).lower() in _words(nouns)
    sign = after.lstrip(" \u00a0")[:1]
    has_dollars = sign == "$" and place.spelling.alpha2 in currencies.load().shared["$"].countries
    is_priced = place.spelling.form == "name" and after[:1] != sign and not has_dollars  # `Portugal €6,000`
    if (sign in ("$", "€", "£", "¥") and not is_priced) or is_currency:
        return "part of a currency's name"
    return None


def _is_pronoun(place: Place) -> str | None:
    if place.written != "US" or _last_word(place.before) not in _words("before_the_pronoun_us"):
        return None
    line = place.before + place.after
    return "the pronoun in capitals" if line.upper() == line else None


def _is_other_abbreviation(place: Place) -> str | None:
    """An abbreviation that the text itself defines as something else, or that needs its country near."""
    written = place.written
    alpha2 = place.spelling.alpha2
    if written in _words("needs_support") and alpha2 not in place.named and place.context.country != alpha2:
        neighbours = written == "CAR" and not place.named.isdisjoint(_words("neighbours_of_car"))
        if not neighbours:
            return "the abbreviation of something else as often"
    if written == "PNG" and (
        _next_word(place.after.lstrip(", /")) in _words("image_words")
        or _last_word(place.before.rstrip(", /") + " ") in _words("image_words")
    ):
        return "an image format"
    if _is_defined_otherwise(place.text, written, alpha2):
        return "the text gives the abbreviation another meaning"
    return None


@functools.lru_cache(maxsize=256)
def _is_defined_otherwise(text: str, written: str, alpha2: str) -> bool:
    """The text puts the abbreviation in brackets after a name that is not the country's."""
    stem = text[: max(0, text.find(f"({written})"))].rstrip()
    if not re.search(r"[A-Z][\w'’]*$", stem[-40:]):
        return False
    start = max(0, len(stem) - _WINDOW)
    last = [found for found in find_spellings(stem[start:]) if found.end + start == len(stem)]
    return not any(found.spelling.alpha2 == alpha2 for found in last)


def _is_verb_polish(place: Place) -> str | None:
    if place.written == "Polish" and re.match(
        r"\s+(?:the|your|our|their|his|her|its|my|all|each|every|up|a|an|and\s+\w+\s+the)\b", place.after
    ):
        return "the verb"
    return None


def _is_language(place: Place) -> str | None:
    written = place.written
    if written.title() not in _languages():
        return None
    before, after = place.before, place.after
    chain_after, chain_before = _chain_after().match(after), _chain_before().search(before)
    rest = after[chain_after.end() :] if chain_after else after
    lead = before[: chain_before.start()] if chain_before else before
    following = re.match(r"[^\S\n]*[-‐‑]?\s?([\w'’]*)", rest)
    next_word = following.group(1) if following else ""
    if next_word.lower() in _words("language_nouns"):
        return "a language"
    ends_here = not next_word or next_word in _words("function_words") or not re.match(r"[^\S\n-]*[-‐‑]?\s?\w", rest)
    if not ends_here:
        return None
    members = (chain_before.group() if chain_before else "") + (chain_after.group() if chain_after else "")
    if _any_of("pure_languages").search(members):
        return "a language"
    last = _last_word(lead).lower()
    is_object = last in _words("language_verbs") or last in ("in", "into", "from", "both", "to")
    if last == "both":
        is_object = _last_word(lead[: lead.rfind("both")]).lower() in (*_words("language_verbs"), "in", "into")
    if last in ("from", "to"):
        is_object = bool(re.search(r"\b(?:translat|interpret)\w*\b[^.]{0,40}$", lead))
    return "a language" if is_object else None


@functools.cache
def _languages() -> frozenset[str]:
    return frozenset(row["language"].title() for row in gazetteers.read_rows("demonym_languages.csv"))


@functools.cache
def _language() -> str:
    words = sorted(_languages() | _words("pure_languages"), key=lambda word: (-len(word), word))
    return rf"\b(?:{'|'.join(map(re.escape, words))})\b"


@functools.cache
def _chain_after() -> re.Pattern[str]:
    return re.compile(rf"(?:{_JOINT}{_language()}){{1,8}}")


@functools.cache
def _chain_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{_language()}{_JOINT}){{1,8}}$")


def _is_person(place: Place) -> str | None:
    before, after = place.before, place.after
    last = _last_word(before)
    name = place.written.title()
    title = last.rstrip(".")
    if title in _words("titles") and (
        name not in ("America", "India") or title != "Miss" or _CAPITAL_AFTER.match(after)
    ):
        return "a person's name"
    if name not in _words("person_names"):
        return None
    if last in _words("given_names") or re.search(r"\b[A-Z]\.\s$", before):
        return "a person's name"
    if _full_name_before().search(before):
        return "a person's name"
    if name in _words("first_names"):
        if _next_word(after) in _words("personal_verbs"):
            return "a person's name"
        return _is_before_surname(last, after) or _is_known_person(place)
    return None


@functools.cache
def _full_name_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_alternatives('titles')})\.?\s(?:[A-Z][\w.'’-]*\s){{1,3}}$")


def _is_before_surname(last: str, after: str) -> str | None:
    surname = _CAPITAL_AFTER.match(after)
    if surname is None or surname.group(1) in _words("organization_words") or last.lower() in _words("locatives"):
        return None
    rest = after[surname.end() :]
    is_surname = not surname.group(1).isupper() and _SPEECH_AFTER.match(rest)
    return "a person's name" if is_surname else None


def _is_known_person(place: Place) -> str | None:
    """The text calls a person by the whole name elsewhere, and nothing here speaks of a place."""
    if re.search(r"\b(?:in|to|from|across|of|at|for|between|throughout)\s$", place.before):
        return None
    return "a person's name" if _has_person(place.text, place.written) else None


@functools.lru_cache(maxsize=64)
def _has_person(text: str, name: str) -> bool:
    before = f"(?:(?:{_alternatives('titles')})\\.?|{_alternatives('given_names')})"
    return re.search(rf"(?<!\w){before}\s{re.escape(name)}(?!\w)", text) is not None


def _is_american_place(place: Place) -> str | None:
    """A town before its state: `Lebanon, Ohio`, `Peru, IN`."""
    if place.written.isupper():
        return None
    match = re.match(r",\s?([A-Z]\w+(?: [A-Z]\w+)?)", place.after)
    if match is None:
        return None
    state = match.group(1)
    if state in _words("states") or state.split()[0] in _words("states") | _words("state_codes"):
        return "a town of the United States"
    return None


def _is_state_of_georgia(place: Place) -> str | None:
    if place.written.title() != "Georgia":
        return None
    before, after = place.before, place.after
    city = re.search(r"([A-Z]\w+(?: [A-Z]\w+)?),\s$", before)
    is_city = city is not None and (
        city.group(1) in _words("cities_of_the_state_of_georgia")
        or city.group(1).split()[-1] in _words("cities_of_the_state_of_georgia")
    )
    if is_city or re.match(r",?\s\(?(?:USA|U\.S\.|US\b|\d{5})", after):
        return "the state of the United States"
    if place.context.country == "GE" or _says(place.text, "signs_of_the_country_georgia"):
        return None
    if _state_before().search(before) or _state_after().match(after):
        return "the state of the United States"
    if city is not None and (
        place.context.country == "US" or _says(place.text, "states", "signs_of_the_united_states")
    ):
        return "the state of the United States"
    return None


@functools.cache
def _state_before() -> re.Pattern[str]:
    return re.compile(rf"{_any_of('states').pattern}(?:,\s(?:and\s|or\s)?|\sand\s|\sor\s)$")


@functools.cache
def _state_after() -> re.Pattern[str]:
    return re.compile(rf"(?:,\s(?:and\s|or\s)?|\sand\s|\sor\s){_any_of('states').pattern}")


def _is_bird(place: Place) -> str | None:
    if place.written.title() != "Turkey":
        return None
    before, after = place.before, place.after
    if re.search(r"\b(?:in|to|from|of|and|across|for|between|with|,)\s$", before):
        return None
    return "the bird" if _any_of("bird_words").search(before[-30:] + " " + after[:30]) else None


def _is_saint(place: Place) -> str | None:
    written = place.written
    if written.split()[0].rstrip(".").title() not in ("Saint", "St"):
        return None
    match = re.match(r"(?:['’]s)?\s([A-Z]\w+)", place.after)
    if place.after[:2] in ("'s", "’s") or (match and match.group(1) in _words("saint_words")):
        return "a saint's name"
    return None


def _is_region(place: Place) -> str | None:
    """Micronesia beside Melanesia and Polynesia is the region, the Somali Region is one of Ethiopia."""
    if place.written == "Somali" and _next_word(place.after).lower() in ("region", "regional"):
        return "the region"
    if place.written.title() in ("Micronesia", "Micronesian") and _says(place.text, "signs_of_oceania"):
        return "the region"
    return None


def _is_other_plural(place: Place) -> str | None:
    """`Poles` and `Swedes` at the start of a sentence before a passive are things."""
    if place.written in ("Poles", "Swedes", "Turks", "Danes") and re.match(
        r"\s(?:were|are) (?:erected|installed|put|planted|harvested|grown|placed)\b", place.after
    ):
        return "a common noun"
    return None


_Rule = Callable[[Place], str | None]
_RULES: dict[Form, tuple[_Rule, ...]] = {
    "name": (
        _is_address,
        _is_currency,
        _is_person,
        _is_american_place,
        _is_state_of_georgia,
        _is_bird,
        _is_saint,
        _is_region,
    ),
    "demonym": (_is_address, _is_currency, _is_verb_polish, _is_language, _is_region, _is_other_plural),
    "abbreviation": (_is_address, _is_currency, _is_pronoun, _is_other_abbreviation),
}


def _congo(place: Place) -> str:
    """`Congo` by the report's country, then by what else the text names, then as ISO 3166-1 has it."""
    return _which_of(place, ("CG", "signs_of_cg"), ("CD", "signs_of_cd"), otherwise="CG")


def _congolese(place: Place) -> str:
    """`Congolese` as `Congo`, but by default of the larger of the two."""
    return _which_of(place, ("CG", "signs_of_cg"), ("CD", "signs_of_cd"), otherwise="CD")


def _korea(place: Place) -> str:
    """`Korea` alone is the Republic of Korea, unless only the other one is spoken of."""
    return _which_of(place, ("KR", "signs_of_kr"), ("KP", "signs_of_kp"), otherwise="KR")


def _which_of(place: Place, first: tuple[str, str], second: tuple[str, str], otherwise: str) -> str:
    """Returns the report's country when it is one of the two, else the one that alone is spoken of: codes and signs."""
    if place.context.country in (first[0], second[0]):
        return str(place.context.country)
    spoken = [code for code, signs in (first, second) if code in place.named or _says(place.text, signs)]
    return spoken[0] if len(spoken) == 1 else otherwise


def _dominican(place: Place) -> str:
    is_dominica = "DM" in place.named and "Dominican Republic" not in place.text
    return "DM" if place.context.country == "DM" or is_dominica else "DO"


_WHICH: dict[str, Callable[[Place], str]] = {
    "Congo": _congo,
    "Congolese": _congolese,
    "Dominican": _dominican,
    "Dominicans": _dominican,
    "Korea": _korea,
    "Korean": _korea,
    "Koreans": _korea,
}
