"""How countries are written, and where a text writes one.

A spelling is matched token by token from a capital letter on, the longest first: spaces, hyphens and apostrophes may
vary, capitals must be where the spelling has them (or everywhere), accents may be missing from English names only.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from pipeline import gazetteers

Form = Literal["name", "demonym", "abbreviation"]

_START = re.compile(r"(?<![\w@#])(?<!\w\.)(?:[^\W\d_a-zß-öø-ÿ]\w*|oPt\b|eSwatini\b)")
_TOKEN = re.compile(r"\w+|[&,()]")
_GAP = re.compile(r"[^\S\n]?[-–][^\S\n]?|[.‐‑'’‘ʼ`/]?[^\S\n]{0,2}")


class Spelling(NamedTuple):
    """One way to write a country, or a lookalike (then `alpha2` is empty and `reason` says what it is).

    `tokens` are the words and punctuation as written, `dots` which of them a period follows. `exact` asks for the
    accents as written.
    """

    alpha2: str
    form: Form
    tokens: tuple[str, ...]
    dots: tuple[bool, ...]
    exact: bool = False
    reason: str = ""


class Found(NamedTuple):
    """A spelling at a place of the text, before its surroundings are read."""

    start: int
    end: int
    spelling: Spelling


def read_spellings() -> Iterator[Spelling]:
    """Yields every spelling of the gazetteers, those kept by hand first."""
    for row in gazetteers.read_rows("country_lookalikes.csv"):
        for phrase in row["phrases"].split("|"):
            yield _spelling("", "name", phrase, reason=row["reason"])
    for row in gazetteers.read_rows("country_aliases.csv"):
        for alias in row["aliases"].split("|"):
            yield _spelling(row["alpha2"], _form(row["form"]), alias)
    for row in gazetteers.read_rows("country_names.csv"):
        foreign = row["source"].startswith("cldr/") and row["source"] != "cldr/en"
        exact = foreign or row["alias"] == "Réunion"
        yield _spelling(row["alpha2"], _form(row["form"]), row["alias"], exact=exact)


def _form(text: str) -> Form:
    if text == "demonym":
        return "demonym"
    return "abbreviation" if text == "abbreviation" else "name"


def _spelling(alpha2: str, form: Form, alias: str, *, exact: bool = False, reason: str = "") -> Spelling:
    matches = list(_TOKEN.finditer(alias.removeprefix("The ").removeprefix("the ")))
    dots = tuple(m.string[m.end() : m.end() + 1] == "." for m in matches)
    return Spelling(alpha2, form, tuple(m.group() for m in matches), dots, exact, reason)


@functools.cache
def _by_first_word() -> dict[str, tuple[int, dict[tuple[str, ...], list[Spelling]]]]:
    """Returns, by folded first word, the greatest length in tokens and the spellings by folded tokens."""
    index: dict[str, dict[tuple[str, ...], list[Spelling]]] = {}
    for spelling in read_spellings():
        key = tuple(_fold_token(token) for token in spelling.tokens)
        index.setdefault(key[0], {}).setdefault(key, []).append(spelling)
    return {first: (max(map(len, keys)), keys) for first, keys in index.items()}


def _fold_token(token: str) -> str:
    return "and" if token == "&" else gazetteers.fold(token)


def find_spellings(text: str) -> Iterator[Found]:
    """Yields the spellings in a text, in order and without overlap."""
    index = _by_first_word()
    end = 0
    for match in _START.finditer(text):
        if match.start() < end:
            continue
        entry = index.get(_fold_token(match.group()))
        if entry is None:
            continue
        found = _longest(text, match.start(), *entry)
        if found is not None:
            end = found.end
            yield found


def _longest(text: str, start: int, most: int, keys: dict[tuple[str, ...], list[Spelling]]) -> Found | None:
    matches = _tokens_from(text, start, most)
    folded = tuple(_fold_token(m.group()) for m in matches)
    for length in range(len(matches), 0, -1):
        for spelling in keys.get(folded[:length], ()):
            end = _end_of(text, spelling, matches[:length])
            if end is not None and not _is_list(text, start, end, spelling):
                return Found(start, end, spelling)
    return None


def _is_list(text: str, start: int, end: int, spelling: Spelling) -> bool:
    """`Hong Kong, China, Japan`: the comma of the spelling is one of a list that goes on and has no China before."""
    if "," not in spelling.tokens or spelling.tokens[-1] != "China" or "China" in text[max(0, start - 80) : start]:
        return False
    following = re.match(r",\s(?:and\s)?(\w+)|\sand\s(\w+)", text[end : end + 40])
    word = (following.group(1) or following.group(2)) if following else ""
    return word[:1].isupper() and _fold_token(word) in _by_first_word()


def _tokens_from(text: str, start: int, most: int) -> list[re.Match[str]]:
    """Returns up to `most` tokens from `start` on, as far as only what may stand inside a name is between them."""
    matches: list[re.Match[str]] = []
    at = start
    while len(matches) < most:
        match = _TOKEN.match(text, at)
        if match is None:
            break
        matches.append(match)
        gap = _GAP.match(text, match.end())
        at = gap.end() if gap else match.end()
    return matches


def _end_of(text: str, spelling: Spelling, matches: Sequence[re.Match[str]]) -> int | None:
    """Returns where the spelling ends in the text, or `None` when case, accents or periods speak against it."""
    abbreviation = spelling.form == "abbreviation"
    for token, dot, match, following in zip(spelling.tokens, spelling.dots, matches, [*matches[1:], None], strict=True):
        if not _is_written_so(token, match.group(), exact=spelling.exact, abbreviation=abbreviation):
            return None
        has_dot = text[match.end() : match.end() + 1] == "."
        if following is not None and has_dot != dot and (has_dot or abbreviation):
            return None
    end = matches[-1].end()
    if text[end : end + 1] == "@" or re.match(r"\.(?:com|org|net|edu|gov|[a-z]{2}\b)", text[end : end + 5]):
        return None
    closes = spelling.dots[-1] and text[end : end + 1] == "."
    return end + 1 if closes else end


def _is_written_so(token: str, written: str, *, exact: bool, abbreviation: bool) -> bool:
    if written == token or token == "and" or not token[0].isalpha():
        return True
    if abbreviation:
        return False
    if exact and gazetteers.fold(token) != token.lower() and written.lower() != token.lower():
        return False
    if token[0].islower() or token == "&":
        return True
    return written[0].isupper() and (written[1:] == written[1:].lower() or written.isupper() or len(written) == 1)
