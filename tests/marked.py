"""Sentences marked by hand: the text and what a reader finds in it, in one line.

`"trained [45 officials|count 45 officials] in [Peru|country PE]"` is the text `trained 45 officials in Peru` with two
mentions. A mark is `[text|kind what]`; `what` says the value, and only what it says is compared, except where a default
is given below. A `[` that opens no mark is text.

- date: `2023-05-03`, `2023-05`, `2023`, `1990s`, or two of them with `/` between (`2023-05/2024`); then any of: a
  precision that the form does not show (`2021-07/2021-09 quarter`), `approximate`, `inferred` (default: neither).
  `P3Y` is a duration, `R/P5Y` a recurrence; then `approximate`.
- count: `45` or `20-30`; then a qualifier (default `exact`, for two numbers `range`); then the unit; then `/` and its
  head: `count 45 more_than local officials/official`.
- money: `1200000` or `10000000-15000000`; then the currency, `?` for null; then a qualifier (default as for counts).
- country: the alpha-2 code; then any of `name`, `demonym`, `abbreviation`, and `inside` or `outside` of a body's name.
- organization: any of `name`, `acronym`, `alias`; then `=` and the full name: `organization acronym = World Bank`.
"""

import calendar
import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, get_args

from pipeline.records import KINDS, Kind, Mention, Qualifier, Span

MARK = re.compile(rf"\[([^\[\]|]+)\|({'|'.join(KINDS)})((?:\s[^\[\]|]*)?)\]")
QUALIFIERS = get_args(Qualifier)
PRECISION = {4: "year", 5: "decade", 7: "month", 10: "day"}


class Expected(NamedTuple):
    """A marked stretch: `value` holds the attributes that the mention's value must have."""

    kind: Kind
    start: int
    end: int
    text: str
    value: dict[str, Any]


def read(marked: str) -> tuple[str, list[Expected]]:
    """The text without its marks, and what they mark."""
    text, expected, position = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        words, kind, what = mark.groups()
        value = READERS[kind](what.strip())
        expected.append(Expected(kind, len(text), len(text) + len(words), words, value))
        text += words
        position = mark.end()
    return text + marked[position:], expected


def differences(expected: Iterable[Expected], mentions: Iterable[Mention], kind: Kind | None = None) -> list[str]:
    """One line for each mention that is missing, extra or has another value; `kind` leaves the other kinds out."""
    wanted = {(e.kind, e.start, e.end): e for e in expected if kind in (None, e.kind)}
    found = {(m.kind, m.start, m.end): m for m in mentions if kind in (None, m.kind)}
    lines = [f"missing {e.kind} {e.text!r} {e.value}" for key, e in wanted.items() if key not in found]
    lines += [f"extra {m.kind} {m.text!r} {m.value}" for key, m in found.items() if key not in wanted]
    for key in wanted.keys() & found.keys():
        for name, want in wanted[key].value.items():
            got = getattr(found[key].value, name)
            if got != want:
                lines.append(f"{key[0]} {found[key].text!r}: {name} is {got!r}, not {want!r}")
    return sorted(lines)


def spans(expected: Sequence[Expected], *kinds: Kind) -> list[Span]:
    """Where the marks of these kinds are: what `taken` holds when they were found before."""
    return [Span(e.start, e.end) for e in expected if e.kind in kinds]


def _date(what: str) -> dict[str, Any]:
    first, *flags = what.split()
    value: dict[str, Any] = {"is_approximate": "approximate" in flags}
    if first.startswith(("P", "R/P")):
        kind = "recurrence" if first.startswith("R") else "duration"
        return value | {"kind": kind, "duration": first.removeprefix("R/"), "start_date": None, "end_date": None}
    ends = [_days(part) for part in first.split("/")]
    coarsest = min(first.split("/"), key=lambda part: (len(part), part.endswith("s")))
    precision = next((f for f in flags if f not in ("approximate", "inferred")), PRECISION[len(coarsest)])
    return value | {
        "start_date": ends[0][0],
        "end_date": ends[-1][1],
        "precision": precision,
        "is_inferred": "inferred" in flags,
    }


def _days(part: str) -> tuple[datetime.date, datetime.date]:
    """First and last day of `2023-05-03`, `2023-05`, `2023` or `1990s`."""
    if part.endswith("s"):
        year = int(part[:-1])
        return datetime.date(year, 1, 1), datetime.date(year + 9, 12, 31)
    year, month, day = ([int(x) for x in part.split("-")] + [0, 0])[:3]
    last = datetime.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    return datetime.date(year, month or 1, day or 1), last


def _numbers(words: list[str]) -> tuple[Decimal, Decimal | None, str]:
    """The number or the two numbers in front, and the qualifier anywhere; both are taken out of `words`."""
    low, _, high = words.pop(0).partition("-")
    qualifier = next((word for word in words if word in QUALIFIERS), "range" if high else "exact")
    if qualifier in words:
        words.remove(qualifier)
    return Decimal(low), Decimal(high) if high else None, qualifier


def _count(what: str) -> dict[str, Any]:
    words = what.split()
    low, high, qualifier = _numbers(words)
    value: dict[str, Any] = {
        "value": float(low),
        "value_max": None if high is None else float(high),
        "qualifier": qualifier,
    }
    unit, _, head = " ".join(words).partition("/")
    return value | ({"unit": unit} if unit else {}) | ({"unit_head": head} if head else {})


def _money(what: str) -> dict[str, Any]:
    words = what.split()
    low, high, qualifier = _numbers(words)
    [currency] = words
    return {
        "amount": low,
        "amount_max": high,
        "qualifier": qualifier,
        "currency": None if currency == "?" else currency,
    }


def _country(what: str) -> dict[str, Any]:
    alpha2, *flags = what.split()
    value: dict[str, Any] = {"alpha2": alpha2}
    for flag in flags:
        value |= {"inside_organization": flag == "inside"} if flag in ("inside", "outside") else {"form": flag}
    return value


def _organization(what: str) -> dict[str, Any]:
    form, _, name = what.partition("=")
    return ({"form": form.strip()} if form.strip() else {}) | ({"name": name.strip()} if name.strip() else {})


READERS = {"date": _date, "count": _count, "money": _money, "country": _country, "organization": _organization}
