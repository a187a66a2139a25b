"""Numbers as reports write them: digits in any grouping, words, scale words, fractions.

What a number counts or costs is not decided here. `scan` reads every cardinal of a text once, for whoever asks. Values
are exact decimals. `qualifiers` and `ranges` read what may stand before, after and between numbers.

A comma or dot before three digits groups (`12,345`, `15.000.000`), before one or two it is a decimal sign (`8,6`);
`1.234` alone is a decimal unless the caller knows that thousandths make no sense (`Numeral.whole`). Indian grouping
(`1,50,000`), thin and plain spaces (`54 200`) and apostrophes (`1'000`) are understood. Digits that belong to something
longer (`1.2.3`, `1,2,3`) are no number.
"""

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct

Form = Literal["digits", "words", "mixed"]

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TIES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL: dict[str, int] = {word: value for value, word in enumerate(_UNITS + _TEENS)}
TENS: dict[str, int] = {word: 10 * value for value, word in enumerate(_TIES, start=2)} | {"fourty": 40}
SCALES: dict[str, int] = {
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "lac": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "doz": 12,
    "ribu": 1000,
    "juta": 10**6,
    "miliar": 10**9,
    "triliun": 10**12,
    "millones": 10**6,
    "milhão": 10**6,
    "milhões": 10**6,
    "milliard": 10**9,
}
ABBREVIATED_SCALES: dict[str, int] = {
    "mn": 10**6,
    "mln": 10**6,
    "mio": 10**6,
    "mill": 10**6,
    "mrd": 10**9,
    "mld": 10**9,
    "tys": 10**3,
    "cr": 10**7,
    "bn": 10**9,
    "bln": 10**9,
    "tn": 10**12,
    "trn": 10**12,
}
LETTERS: dict[str, int] = {"k": 10**3, "m": 10**6, "mm": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}
FRACTIONS: dict[str, Decimal] = {
    "½": Decimal("0.5"),
    "¼": Decimal("0.25"),
    "¾": Decimal("0.75"),
    "1/2": Decimal("0.5"),
    "1/4": Decimal("0.25"),
    "3/4": Decimal("0.75"),
}

LARGEST = Decimal(10) ** 18
"""Numbers from here on are no amounts or counts of anything."""

_SPACE = " \u00a0\u202f\u2009"
_DIGITS = (
    r"(?<![\d])(?<!\d[.,'’/])(?:"
    r"\d{1,3}(?>(?:,\d{3}){1,6})(?:\.\d{1,9}+)?"
    r"|\d{1,2}(?>(?:,\d{2}(?!\d)){1,6}),\d{3}(?:\.\d{1,9}+)?"
    r"|\d{1,3}(?>(?:['’]\d{3}){1,6})(?:\.\d{1,9}+)?"
    rf"|\d{{1,3}}(?>(?:[{_SPACE}]\d{{3}}){{1,6}})(?:[.,]\d{{1,2}})?"
    r"|\d{1,3}(?>(?:\.\d{3}){2,6})(?:,\d{1,9}+)?"
    r"|\d{1,3}\.\d{3},\d{1,2}"
    r"|\d{1,18}+(?:[.,]\d{1,9}+)?"
    r"|(?<!\w)\.\d{1,9}+"
    rf")(?![.,'’]?\d)(?!(?<=[{_SPACE}]\d{{3}})[{_SPACE}]\d{{3}}(?!\d))"
)
_WORD_LIST = sorted((*SMALL, *TENS, *SCALES, *ABBREVIATED_SCALES, "half", "quarter", "quarters"), key=len, reverse=True)


def _by_first_letter(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first, that asks for each first letter once."""
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in groups.items())


_ATOM = re.compile(
    rf"(?=[\d.½¼¾])(?:(?P<fraction>[½¼¾]|(?<![\d/.,])(?:1/[24]|3/4)(?![\d/]))|(?P<digits>{_DIGITS}))"
    r"|(?<![^\W\d_])(?=[A-Za-z])(?:(?P<article>(?<![^\W_])(?i:an?)"
    r"(?= (?i:hundred|thousand|million|billion|trillion|dozen|lakh|crore|half|quarter)\b))"
    rf"|(?P<word>(?i:{_by_first_letter(_WORD_LIST)})s?(?![^\W\d_])))"
)
_BETWEEN_DIGITS = re.compile(rf"[{_SPACE}'’]")
_FIGURE = re.compile(r"[\d.,]{1,60}")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}")
_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_GROUPED = re.compile(rf"\d[,.'’{_SPACE}]\d{{3}}(?!\d)")
_HYPHENATED = re.compile(r"-([^\W\d_]{1,20})")
_GAP = re.compile(rf"[{_SPACE}]{{0,3}}(?:-|–|\band\b|\bof\b)?[{_SPACE}]{{0,3}}")


class Numeral(Struct, frozen=True, gc=False):
    """A cardinal. `mantissa` is the value before its scale words; `scale` their product (1 without).

    `grouped` tells `12,345` from `12345`; `whole` is another reading, without a fraction, of a dot that may group.
    """

    start: int
    end: int
    value: Decimal
    form: Form
    mantissa: Decimal
    scale: int = 1
    grouped: bool = False
    whole: Decimal | None = None


class _Atom(Struct, frozen=True, gc=False):
    kind: Literal["digits", "small", "tens", "scale", "abbreviation", "half", "quarter", "fraction", "article"]
    start: int
    end: int
    value: Decimal
    plural: bool = False
    compound: bool = False
    grouped: bool = False
    whole: Decimal | None = None


def parse_digits(text: str) -> Decimal | None:
    """Returns the value of digits in any grouping, or None for none."""
    bare = _BETWEEN_DIGITS.sub("", text)
    if not _FIGURE.fullmatch(bare) or not any(c.isdigit() for c in bare):
        return None
    if bare.count(",") and bare.count("."):
        decimal_sign = max(".", ",", key=bare.rfind)
        bare = bare.replace("," if decimal_sign == "." else ".", "").replace(",", ".")
    elif bare.count(".") > 1:
        bare = bare.replace(".", "")
    elif "," in bare:
        head, _, tail = bare.partition(",")
        groups = bool(_COMMA_GROUPS.fullmatch(bare)) and head != "0"
        bare = bare.replace(",", "") if groups else f"{head}.{tail}"
    try:
        return Decimal(bare if bare[0] != "." else "0" + bare)
    except ArithmeticError:
        return None


@lru_cache(maxsize=256)
def scan(text: str) -> tuple[Numeral, ...]:
    """Returns every cardinal of the text, in order, without overlap."""
    found: list[Numeral] = []
    chain: list[_Atom] = []
    for match in _ATOM.finditer(text):
        atom = _read_atom(text, match)
        if atom is None:
            continue
        if chain and not _links(text, chain[-1], atom):
            found += _parse_chain(text, chain)
            chain = []
        chain.append(atom)
    found += _parse_chain(text, chain)
    return tuple(found)


def _read_atom(text: str, match: re.Match[str]) -> _Atom | None:
    start, end = match.span()
    raw = match.group().lower()
    if match.lastgroup == "digits":
        if raw.isdecimal():
            return _Atom("digits", start, end, Decimal(raw))
        value = parse_digits(raw)
        if value is None:
            return None
        whole = Decimal(raw.replace(".", "")) if _THOUSANDS_OR_DECIMALS.fullmatch(raw) else None
        grouped = whole is None and _GROUPED.search(raw) is not None
        return _Atom("digits", start, end, value, grouped=grouped, whole=whole)
    if match.lastgroup == "fraction":
        return _Atom("fraction", start, end, FRACTIONS[raw])
    if match.lastgroup == "article":
        return _Atom("article", start, end, Decimal(1))
    plural = raw.endswith("s") and raw not in SMALL and raw not in SCALES and raw not in ABBREVIATED_SCALES
    word = raw[:-1] if plural else raw
    following = _HYPHENATED.match(text, end)
    compound = following is not None and following[1].lower() not in SMALL
    if word in SMALL:
        return None if plural else _Atom("small", start, end, Decimal(SMALL[word]), compound=compound)
    if word in TENS:
        return None if plural else _Atom("tens", start, end, Decimal(TENS[word]), compound=compound)
    if word in SCALES:
        return _Atom("scale", start, end, Decimal(SCALES[word]), plural=plural, compound=compound)
    if word in ABBREVIATED_SCALES:
        return _Atom("abbreviation", start, end, Decimal(ABBREVIATED_SCALES[word]))
    if word == "half":
        return _Atom("half", start, end, Decimal("0.5"))
    return _Atom("quarter", start, end, Decimal("0.25"), plural=plural)


def _links(text: str, left: _Atom, right: _Atom) -> bool:
    gap = text[left.end : right.start]
    if len(gap) > 11 or not _GAP.fullmatch(gap):
        return False
    if _is_compound_scale(gap, left, right):
        return True
    if "-" in gap or "–" in gap:
        return left.kind not in ("digits", "fraction") and right.kind not in ("digits", "fraction", "article")
    return True


def _is_compound_scale(gap: str, left: _Atom, right: _Atom) -> bool:
    """Says whether a hyphen joins figures to their scale: `50-million`."""
    return gap == "-" and left.kind == "digits" and right.kind == "scale" and right.value >= 1000 and not right.plural


def _parse_chain(text: str, chain: list[_Atom]) -> list[Numeral]:
    found: list[Numeral] = []
    at = 0
    while at < len(chain):
        numeral, after = _parse_one(text, chain, at)
        if numeral is not None and numeral.value < LARGEST:
            found.append(numeral)
        at = max(after, at + 1)
    return found


def _gap(text: str, chain: list[_Atom], at: int) -> str:
    """Returns the word between atom `at - 1` and atom `at`: nothing, a hyphen, `and` or `of`."""
    return text[chain[at - 1].end : chain[at].start].strip(_SPACE).lower()


def _parse_one(text: str, chain: list[_Atom], at: int) -> tuple[Numeral | None, int]:
    first = chain[at]
    fraction = _parse_fraction(text, chain, at)
    if fraction is not None:
        value, scale, after = fraction
        last = chain[after - 1]
        return Numeral(first.start, last.end, value * scale, "words", value, scale), after
    lead = _parse_small(text, chain, at)
    if lead is None:
        return None, at + 1
    mantissa, after = lead
    scale, after = _parse_scales(text, chain, after, first)
    if first.kind == "article" and scale == 1:
        return None, after
    value = mantissa * scale
    if scale > 1:
        value, after = _parse_rest(text, chain, after, value, first)
    form: Form = "words" if first.kind != "digits" else ("digits" if after == at + 1 else "mixed")
    numeral = Numeral(
        first.start,
        chain[after - 1].end,
        value,
        form,
        mantissa,
        scale,
        first.grouped,
        first.whole if after == at + 1 else None,
    )
    return numeral, after


def _parse_fraction(text: str, chain: list[_Atom], at: int) -> tuple[Decimal, int, int] | None:
    """Reads `half a million`, `a quarter of a million`, `three quarters of a billion`, `1/2 million`."""
    share, after = Decimal(1), at
    if chain[after].kind in ("article", "small") and after + 1 < len(chain) and not _gap(text, chain, after + 1):
        share, after = chain[after].value, after + 1
    if chain[after].kind not in ("half", "quarter", "fraction"):
        return None
    share, after = share * chain[after].value, after + 1
    if after < len(chain) and chain[after].kind == "article" and _gap(text, chain, after) in ("", "of"):
        after += 1
    if after < len(chain) and chain[after].kind == "scale" and _gap(text, chain, after) in ("", "of"):
        return share, int(chain[after].value), after + 1
    return None


def _parse_small(text: str, chain: list[_Atom], at: int) -> tuple[Decimal, int] | None:
    """Reads what may stand before a scale word: digits, or words below a thousand."""
    first, after = chain[at], at + 1
    value = first.value
    if first.kind == "digits":
        if after < len(chain) and chain[after].kind == "fraction" and not _gap(text, chain, after):
            return value + chain[after].value, after + 1
        return _and_a_half(text, chain, value, after)
    if first.kind == "fraction":
        return value, after
    if first.kind == "article":
        return (value, after) if after < len(chain) and chain[after].kind == "scale" else None
    if first.kind == "scale":
        followed = after < len(chain) and chain[after].kind == "scale" and not _gap(text, chain, after)
        return (Decimal(1), at) if followed and not first.plural else None
    if first.kind not in ("small", "tens"):
        return None
    value, after = _tens_and_unit(text, chain, at)
    if after < len(chain) and chain[after].kind == "scale" and chain[after].value == 100 and not chain[after].plural:
        value, after = value * 100, after + 1
        if (
            after < len(chain)
            and chain[after].kind in ("small", "tens")
            and _gap(text, chain, after) in ("and", "", "-")
        ):
            rest, then = _tens_and_unit(text, chain, after)
            if not chain[after].compound or _gap(text, chain, after) == "-":
                value, after = value + rest, then
    return _and_a_half(text, chain, value, after)


def _tens_and_unit(text: str, chain: list[_Atom], at: int) -> tuple[Decimal, int]:
    value, after = chain[at].value, at + 1
    if (
        chain[at].kind == "tens"
        and after < len(chain)
        and chain[after].kind == "small"
        and 0 < chain[after].value < 10
        and not (chain[after].compound and not _gap(text, chain, after))
        and _gap(text, chain, after) in ("", "-", "–")
    ):
        return value + chain[after].value, after + 1
    return value, after


def _and_a_half(text: str, chain: list[_Atom], value: Decimal, after: int) -> tuple[Decimal, int]:
    if (
        after + 1 < len(chain)
        and chain[after].kind == "article"
        and chain[after + 1].kind in ("half", "quarter")
        and _gap(text, chain, after) == "and"
    ):
        return value + chain[after + 1].value, after + 2
    return value, after


def _parse_scales(text: str, chain: list[_Atom], at: int, first: _Atom) -> tuple[int, int]:
    scale = 1
    while at < len(chain):
        atom = chain[at]
        if at > 0 and chain[at - 1] is not first and _gap(text, chain, at):
            break
        if atom.kind == "scale" or (atom.kind == "abbreviation" and not atom.compound):
            gap = _gap(text, chain, at) if atom is not first else ""
            if gap and not _is_compound_scale(gap, chain[at - 1], atom):
                break
            scale, at = scale * int(atom.value), at + 1
        else:
            break
    return scale, at


def _parse_rest(text: str, chain: list[_Atom], at: int, value: Decimal, first: _Atom) -> tuple[Decimal, int]:
    """Adds what follows a scale: `two thousand and two hundred`, `1 lakh 20 thousand`, `3 hundred and 21`."""
    limit = chain[at - 1].value
    while at < len(chain) and chain[at].kind in ("digits", "small", "tens") and limit > 12:
        joint = _gap(text, chain, at)
        lead = _parse_small(text, chain, at)
        if joint not in ("", "and") or lead is None or (chain[at].compound and not joint):
            break
        rest, after = lead
        scale, after = _parse_scales(text, chain, after, chain[at])
        rest *= scale
        digits = chain[at].kind == "digits"
        if digits != (first.kind == "digits") or rest >= limit or rest == 0:
            break
        if digits and not (scale > 1 and not joint) and not (limit == 100 and joint == "and"):
            break
        value, limit, at = value + rest, chain[after - 1].value if scale > 1 else Decimal(1), after
    return value, at


_LETTER = re.compile(rf"([{_SPACE}]?)(k|K|MM|M|m|B|b|G|T)(?![\w°²³])")


def scale_letter(
    text: str, numeral: Numeral, letters: Collection[str], *, spaced: Collection[str] = ()
) -> Numeral | None:
    """Returns the numeral with the scale letter after it (`1.2M`), if it is one of `letters` (`spaced`: after a space).

    None when there is no such letter.
    """
    match = _LETTER.match(text, numeral.end)
    if match is None or numeral.form != "digits" or match[2] not in (spaced if match[1] else letters):
        return None
    scale = LETTERS[match[2].lower()]
    return Numeral(numeral.start, match.end(), numeral.value * scale, "mixed", numeral.mantissa, scale)
