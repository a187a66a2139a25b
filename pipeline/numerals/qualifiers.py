"""Words and signs that qualify a number: `more than`, `at least`, `about`, `up to`, `+`, `or more`."""

import re

from pipeline.records import Qualifier

QUALIFIERS_BEFORE: dict[Qualifier, tuple[str, ...]] = {
    "at_least": (
        "at least",
        "no fewer than",
        "no less than",
        "not less than",
        "not fewer than",
        "no lower than",
        "a minimum of",
        "minimum of",
        "at least or equal to",
        "more than or equal to",
        "greater than or equal to",
        "equal to or more than",
        "equal to or greater than",
        "at a minimum",
        ">=",
        "≥",
    ),
    "more_than": (
        "more than",
        "over",
        "well over",
        "just over",
        "slightly over",
        "a little over",
        "a little more than",
        "above",
        "greater than",
        "higher than",
        "larger than",
        "in excess of",
        "upwards of",
        "upward of",
        "exceeding",
        "exceed",
        "exceeds",
        "exceeded",
        "slightly more than",
        "well above",
        ">",
    ),
    "at_most": (
        "up to",
        "at most",
        "no more than",
        "not more than",
        "not exceeding",
        "a maximum of",
        "maximum of",
        "less than or equal to",
        "fewer than or equal to",
        "equal to or less than",
        "equal to or fewer than",
        "<=",
        "≤",
    ),
    "less_than": (
        "less than",
        "fewer than",
        "lower than",
        "smaller than",
        "under",
        "below",
        "just under",
        "slightly under",
        "a little under",
        "a little less than",
        "well under",
        "well below",
        "slightly less than",
        "just below",
        "<",
    ),
    "approximately": (
        "about",
        "around",
        "some",
        "an estimated",
        "estimated",
        "estimated at",
        "est",
        "est.",
        "approximately",
        "approx",
        "approx.",
        "nearly",
        "almost",
        "roughly",
        "circa",
        "ca.",
        "c.",
        "close to",
        "just short of",
        "in the neighbourhood of",
        "in the vicinity of",
        "an approximate",
        "in the region of",
        "in the order of",
        "of the order of",
        "more or less",
        "~",
        "≈",
        "±",
    ),
}
_QUALIFIER_OF: dict[str, Qualifier] = {p: q for q, phrases in QUALIFIERS_BEFORE.items() for p in phrases}
_LAST_WORDS = frozenset(p.split()[-1] for p in _QUALIFIER_OF)
_SIGNS = tuple(p for p in _QUALIFIER_OF if len(p) == 1)
_OPENING = "([“\"'‘"
_PIECE = re.compile(r"\S+")
_LEADING = re.compile(
    r"(?:(?:a|the|an) )?(?:grand |sub-?)?total(?: number)? of \Z|all (?:of )?(?:the )?\Z", re.IGNORECASE
)


def before(text: str, start: int) -> tuple[Qualifier | None, int]:
    """Returns the qualifier that ends right before `start`, and where it begins (`start` without one)."""
    pieces = text[max(0, start - 18) : start].split()
    if not pieces:
        return None, start
    last = pieces[-1].lower().lstrip(_OPENING)
    if last in ("of", "all", "the"):
        led = _led_by_total(text, start)
        if led < start:
            qualifier, begin = before(text, led)
            return qualifier, begin
    sign = last[-1:] if last[-1:] in _SIGNS else ""
    if last not in _LAST_WORDS and not sign:
        return None, start
    offset = max(0, start - 60)
    window = text[offset:start]
    for begin in [match.start() for match in _PIECE.finditer(window)][-6:]:
        phrase = " ".join(window[begin:].split()).lower()
        opening = len(phrase) - len(phrase.lstrip(_OPENING))
        qualifier = _QUALIFIER_OF.get(phrase[opening:])
        if qualifier is not None and phrase[opening:] == "up to" and _MOVED.search(window, 0, begin):
            return None, start
        if qualifier is not None:
            return qualifier, _led_by_total(text, offset + begin + opening)
    return (_QUALIFIER_OF[sign], text.rindex(sign, 0, start)) if sign else (None, start)


_MOVED = re.compile(r"\b(?:go|goes|going|gone|went|rise|rises|rose|risen|grew|grown|increased|jumped|climbed|shot) \Z")
"""Verbs after which `up to` says where a number went."""


def _led_by_total(text: str, start: int) -> int:
    total = _LEADING.search(text, max(0, start - 30), start)
    return total.start() if total is not None else start


_AFTER = re.compile(
    r"(?P<at_least>\s?\+(?! ?[\d(])| or equal to\b|[ -]plus\b(?= [a-z])"
    r"|,? (?:or|and) (?:more|above|over|greater|up|higher)(?: than)?(?: or equal to)?\b)"
    r"|(?P<at_most>,? (?:or|and) (?:less|fewer|below|under|lower)\b)"
    r"|(?P<approximately> or so\b|-odd\b(?= [a-z])| \(approx(?:\.|imately)?\)"
    r"| approx(?:\.|imately)?(?=[,;)\n]|\Z| (?:a|an|per|each)\b))",
    re.IGNORECASE,
)
_AFTER_QUALIFIERS: dict[str, Qualifier] = {
    "at_least": "at_least",
    "at_most": "at_most",
    "approximately": "approximately",
}


def after(text: str, end: int) -> tuple[Qualifier | None, int]:
    """Returns the qualifier that begins right after `end` (`+`, `or more`), and where it ends (`end` without one)."""
    match = _AFTER.match(text, end)
    if match is None or match.lastgroup is None:
        return None, end
    return _AFTER_QUALIFIERS[match.lastgroup], match.end()
