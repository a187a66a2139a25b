"""Numbers that headings carry: `1.`, `(2)`, `3.1.2`, `2-1`, `IV.`, `b)`, `1a.`, `①`, `§ 4`, `Section 3:`, `Part II`.

The grammar says only what a line could be numbered with. Whether a numbered line is a heading, a list item or a wrapped
line that happens to begin with a year is decided in `sections`, by evidence that one line does not hold.
"""

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

Family = Literal["arabic", "roman", "ROMAN", "alpha", "ALPHA", "circled"]

HIGHEST = 199
"""No report has more sections than this at one level; larger numbers are years, amounts or codes."""

DIVISIONS = frozenset(
    (
        "section", "sections", "chapter", "part", "annex", "annexe", "appendix", "article", "schedule",
        "module", "unit", "attachment", "exhibit", "volume", "art.", "§",
    )
)  # fmt: skip
"""Words and signs that name a division of a document; on a line of their own, they and a number are a heading's."""

THEMES = frozenset(
    (
        "activity", "aim", "area", "axis", "challenge", "commitment", "component", "deliverable", "goal",
        "indicator", "intervention", "item", "lesson", "milestone", "objective", "outcome", "output", "package",
        "phase", "pillar", "priority", "program", "programme", "project", "question", "recommendation", "result",
        "session", "stage", "step", "strand", "target", "task", "theme", "topic", "workstream",
    )
)  # fmt: skip
"""Words that name a part of a programme of work; reports number their headings with them as well."""

APPENDED = frozenset(
    {
        "annex",
        "annexe",
        "appendix",
        "attachment",
        "exhibit",
        "schedule",
    }
)

_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN = re.compile(r"(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2007: 0x20,
    0x202F: 0x20,
}
_KINDS_OF_THEME = frozenset(
    (
        "agenda",
        "focus",
        "key",
        "priority",
        "programme",
        "result",
        "results",
        "specific",
        "strategic",
        "thematic",
        "work",
    )
)
_DIVISION = re.compile(
    rf"(?P<word>(?:(?:{'|'.join(sorted(_KINDS_OF_THEME))})\s){{0,2}}"
    rf"(?:{'|'.join(map(re.escape, sorted(DIVISIONS | THEMES)))}))(?:\s|(?<=§))",
    re.I,
)
_ANNOUNCING = DIVISIONS | THEMES | _KINDS_OF_THEME
_ROMAN_LETTERS = frozenset("ivxlcIVXLC")
_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
"""Numbers as words, which only stand behind a word like `chapter`."""
_SPELLED = re.compile(rf"(?:{'|'.join(sorted(_WORDS, reverse=True))})\b", re.I)
_SEGMENT = r"(?:[0-9]{1,3}|[A-Za-z]|[IVXLCivxlc]{1,7})"
_ALONE = rf"{_SEGMENT}(?![A-Za-z0-9])"
_CHAIN = re.compile(rf"{_ALONE}(?>(?:\.{_ALONE}){{0,6}})")
_CLOSED = re.compile(rf"[(\[]({_ALONE}(?>(?:\.{_ALONE}){{0,6}}))[)\]]\.?")
_AFTER = re.compile(
    r"(?P<close>\.?\)|[°º](?=\s{1,3}(?![CF]\b)[^\W\d_])|\.-|\.|:|/(?=\s{1,3}[^\W\d])|\s[.)](?=\s)|\s?[-–—](?=\s))?(?P<space>\s*)"
)
_MIXED = re.compile(r"(?:(?P<number>\d{1,2})(?P<letter>[a-h])|(?P<capital>[A-H])(?P<place>\d{1,2}))(?=[.):]\s)")
_HYPHENED = re.compile(r"(?P<number>\d{1,2}|[A-H])[-–](?P<place>[1-9]\d?)(?P<close>[.):]?)(?P<space>\s+)(?=[^\W\d_])")
_NUMERO = re.compile(r"(?:no|nr|n°|nº|№)\.?\s?", re.I)


class Reading(Struct, frozen=True):
    """One way to read a label: each segment's family and value, `3.b` being `(arabic, alpha)` and `(3, 2)`."""

    families: tuple[Family, ...]
    values: tuple[int, ...]


class Label(Struct, frozen=True):
    """What numbers a line: as printed, its segments without punctuation, and where the title begins.

    `style` says how it is punctuated, `(#)` or `#.` or `section #:`, so that labels of one series share it. `readings`
    holds more than one where letters may be Roman numerals.
    """

    printed: str
    segments: tuple[str, ...]
    style: str
    readings: tuple[Reading, ...]
    end: int
    word: str = ""

    @property
    def path(self) -> str:
        """The label as paths carry it: without punctuation, and `2.0` as `2`."""
        return ".".join(self.segments)

    @property
    def is_word(self) -> bool:
        """Whether it may be a word rather than a number: `A` or `I` without a mark."""
        return self.style == "#" and self.segments[0] in ("A", "I")


@lru_cache(maxsize=8192)
def parse_label(text: str) -> Label | None:
    """Reads the number that `text` begins with, or returns `None` when it begins with none."""
    plain = text[:80]
    if _is_word_first(plain):
        return None
    plain = plain.translate(_WIDE)
    start = len(plain) - len(plain.lstrip())
    body = plain[start:]
    if not body:
        return None
    found = (
        _parse_sign(body)
        or _parse_division(body)
        or _parse_closed(body)
        or _parse_mixed(body)
        or _parse_hyphened(body)
        or _parse_chain(body)
    )
    if found is None:
        return None
    segments, style, word, length, end = found
    readings = _readings(segments)
    if not readings:
        return None
    kept = segments
    if len(segments) == 2 and segments[1] == "0":
        kept, style = segments[:1], style.replace("#.#", "#.0")
    printed = text[start : start + length].strip()
    return Label(printed, kept, style, tuple(_without_zero(r, len(kept)) for r in readings), start + end, word)


def _is_word_first(text: str) -> bool:
    """Whether a text begins with a plain word, neither a Roman numeral nor one that announces a number."""
    first = text.split(None, 1)[0] if text.isascii() and not text.isspace() and text else ""
    if len(first) < 2 or not first.isalpha():
        return False
    return first.casefold() not in _ANNOUNCING and not _ROMAN_LETTERS.issuperset(first)


_Found = tuple[tuple[str, ...], str, str, int, int]


def _parse_sign(body: str) -> _Found | None:
    """A number that is one character: `①`, `⑴`, `⒈`, `Ⅳ`."""
    code = ord(body[0])
    space = len(body[1:]) - len(body[1:].lstrip())
    if 0x2460 <= code <= 0x2473:
        return (str(code - 0x245F),), "○", "", 1, 1 + space
    if 0x2474 <= code <= 0x2487:
        return (str(code - 0x2473),), "(#)", "", 1, 1 + space
    if 0x2488 <= code <= 0x249B:
        return (str(code - 0x2487),), "#.", "", 1, 1 + space
    if 0x2160 <= code <= 0x216B:
        roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][code - 0x2160]
        close = _AFTER.match(body, 1)
        end = close.end() if close else 1
        mark = (close.group("close") or "").strip() if close else ""
        return (roman,), f"#{mark}", "", 1 + len(mark), end
    return None


def _parse_division(body: str) -> _Found | None:
    """A number that a word announces: `Section 3:`, `Part II`, `ANNEX A –`."""
    word = _DIVISION.match(body) if body[0].isalpha() or body[0] == "§" else None
    if word is None:
        return None
    at = word.end()
    at += len(body[at:]) - len(body[at:].lstrip())
    numero = _NUMERO.match(body, at)
    at = numero.end() if numero else at
    chain = _CHAIN.match(body, at) or _SPELLED.match(body, at)
    if chain is None:
        return None
    after = _AFTER.match(body, chain.end())
    close = (after.group("close") or "").strip() if after else ""
    end = after.end() if after else chain.end()
    length = chain.end() + len(body[chain.end() : end].rstrip()) if close else chain.end()
    name = word.group("word").casefold()
    spelled = chain.group().casefold()
    segments = (str(_WORDS.index(spelled) + 1),) if spelled in _WORDS else tuple(chain.group().split("."))
    return segments, f"{name} #{close}", name, length, end


def _parse_closed(body: str) -> _Found | None:
    """A number in brackets: `(2)`, `(iv)`, `[3]`."""
    closed = _CLOSED.match(body)
    if closed is None:
        return None
    end = closed.end() + len(body[closed.end() :]) - len(body[closed.end() :].lstrip())
    style = "[#]" if body[0] == "[" else "(#)"
    return tuple(closed.group(1).split(".")), style, "", closed.end(), end


def _parse_mixed(body: str) -> _Found | None:
    """A figure and a letter without a dot between: `1a.`, `B2)`."""
    mixed = _MIXED.match(body)
    if mixed is None:
        return None
    segments = (mixed["number"], mixed["letter"]) if mixed["number"] else (mixed["capital"], mixed["place"])
    end = mixed.end() + 1
    space = len(body[end:]) - len(body[end:].lstrip())
    return segments, f"{'#a' if mixed['number'] else 'A#'}{body[mixed.end()]}", "", end, end + space


def _parse_hyphened(body: str) -> _Found | None:
    """A number whose parts a hyphen joins, before a title: `2-1 Training`, `2-1. Training`, `A-1 Training`."""
    found = _HYPHENED.match(body)
    if found is None or not body[found.end()].isupper() or _DATED.match(body, found.end("close")):
        return None
    first = "#" if found["number"].isdigit() else "A"
    return (found["number"], found["place"]), f"{first}-#{found['close']}", "", found.end("close"), found.end()


def _parse_chain(body: str) -> _Found | None:
    """A number with or without a mark behind it: `1.`, `1)`, `1.1`, `A.`, `3.2.1.`."""
    chain = _CHAIN.match(body)
    if chain is None:
        return None
    segments = tuple(chain.group().split("."))
    after = _AFTER.match(body, chain.end())
    if after is None:
        return None
    close, space = (after.group("close") or "").strip(), after.group("space")
    ends = after.end() == len(body)
    if not close and not space and not ends:
        return None
    if close in (".", ":", ".)", ")") and not space and not ends and not body[after.end()].isalpha():
        return None
    if not close and len(segments) == 1 and not segments[0].isdigit() and segments[0] not in _BARE_LETTERS:
        return None
    if (
        segments[0].startswith("0")
        and len(segments[0]) > 1
        and (_DATED.match(body, chain.end()) or segments[0] == "00")
    ):
        return None
    length = after.end("close") if close else chain.end()
    depth = "#" if len(segments) == 1 else "#.#"
    return segments, f"{depth}{close}", "", length, after.end()


_DATED = re.compile(r"[\s./-]{1,3}(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I)
"""What makes `01` the day of a date, not the number of a heading."""
_BARE_LETTERS = frozenset(
    (
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "A", "B", "C", "D", "E",
        "F", "G", "H",
    )
)  # fmt: skip
"""Letters that may number a heading without a mark; `A` and `I` are words too, which is for `sections` to weigh."""


def _without_zero(reading: Reading, length: int) -> Reading:
    return Reading(reading.families[:length], reading.values[:length])


def _readings(segments: tuple[str, ...]) -> tuple[Reading, ...]:
    if len(segments) > 1 and not any(segment.isdigit() for segment in segments) and not roman_value(segments[0]):
        return ()
    if len(segments) > 1 and all(segment.isalpha() and segment.islower() for segment in segments):
        return ()
    if any(segment.isdigit() and len(segment) > 1 and segment[0] == "0" for segment in segments[1:]):
        return ()
    if len(segments[0]) > 1 and segments[0][0] == "0" and not (len(segments) == 1 and len(segments[0]) == 2):
        return ()
    if any(segment.isdigit() and len(segment) > 2 for segment in segments[1:]):
        return ()
    choices = [_segment_readings(segment) for segment in segments]
    if any(not choice for choice in choices):
        return ()
    first = Reading(tuple(choice[0][0] for choice in choices), tuple(choice[0][1] for choice in choices))
    if all(len(choice) == 1 for choice in choices):
        return (first,)
    second = Reading(tuple(choice[-1][0] for choice in choices), tuple(choice[-1][1] for choice in choices))
    return (first, second)


def _segment_readings(segment: str) -> list[tuple[Family, int]]:
    if segment.isdigit():
        value = int(segment)
        return [("arabic", value)] if value <= HIGHEST else []
    upper = segment.isupper()
    if not upper and not segment.islower():
        return []
    found: list[tuple[Family, int]] = []
    value = roman_value(segment)
    if value:
        found.append(("ROMAN" if upper else "roman", value))
    if len(segment) == 1:
        found.append(("ALPHA" if upper else "alpha", ord(segment.lower()) - 96))
    return found


def roman_value(text: str) -> int:
    """The value of a well-formed Roman numeral up to 99 in either case, or 0."""
    low = text.lower()
    if not low or not _ROMAN.fullmatch(low):
        return 0
    digits = [_ROMAN_DIGITS[letter] for letter in low]
    return sum(-d if d < max(digits[i + 1 :], default=0) else d for i, d in enumerate(digits))
