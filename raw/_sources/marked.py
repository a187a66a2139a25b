"""The format of the sample submissions' sources: what is printed, where, and what a careful reader finds in it.

One text file a submission, read line by line:

    %file NAME.pdf                  the submission
    %style key=value ...            how it looks from here on (read by `build.py`)
    %report ORGANIZATION | ENTITY | TITLE | FIRST DAY | LAST DAY | PAGES | COUNTRY
    %t / %cover / %toc / %p ...     other printed lines and page breaks (read by `build.py`; `TOPICS` lists them)
    @ PATH | NUMBER | TITLE         a heading; NUMBER is empty when none is printed
    * text    - text                a list item, an item below it
    | a | b                         a row of a table
    text                            a paragraph

A mention is written `[evidence|kind value]`; it may hold others. `?` behind the kind makes it optional.

    [3-5 May 2021|d 2021-05-03/2021-05-05]     a date; the shortest notation gives the precision (`2021-05`: month)
    [Q3 2021|d 2021-07/2021-09 quarter]        a date whose precision must be said
    [within 3 years|d P3Y]                     a duration or recurrence, always optional
    [about 40 new wells|n ~40 new wells]       a count: `~` `>` `>=` `<` `<=` or `20..30`, and what is counted
    [12 boats/ of the fleet|n 12 boats/ of the fleet]   the counted head noun ends at the `/`
    [6 to 8 litres|n ...; other unit]          further readings of the unit stand behind a `;`
    [Rs. 5 lakh|m 500000 LKR]                  money; `-` when the text does not say the currency
    [Kenyan|c KE]                              a country; within an organization's name it is inside one, `c!`: either
    [KRC|o KRC; Kenya Relief Council]          an organization, its key, other spans that are as good
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOPICS = ("t", "cover", "toc", "p", "space", "caption", "note", "style", "column", "side", "cols", "header", "footer")
PRECISIONS = {4: "year", 7: "month", 10: "day"}
QUALIFIERS = {"~": "approximately", ">=": "at_least", "<=": "at_most", ">": "more_than", "<": "less_than"}
LAST_DAYS = {"02": "28", "04": "30", "06": "30", "09": "30", "11": "30"}


@dataclass(frozen=True)
class Block:
    topic: str
    text: str
    mentions: tuple[dict[str, Any], ...] = ()
    path: str = "0"
    number: str = ""
    cells: tuple[str, ...] = ()


@dataclass
class Submission:
    file: str
    blocks: list[Block] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)


def read(source: Path) -> Submission:
    """The submission a marked source describes."""
    return parse(source.read_text(encoding="utf-8"))


def parse(text: str) -> Submission:
    """The submission that marked text describes."""
    submission, path = Submission(""), "0"
    for line in text.splitlines():
        if not line.strip() or line.startswith("%%"):
            continue
        if line.startswith("%file "):
            submission.file = line[6:].strip()
        elif line.startswith("%report "):
            submission.reports.append(_report(line[8:]))
            submission.blocks.append(Block("report", ""))
            path = "0"
        else:
            block = _block(line, path)
            path = block.path
            submission.blocks.append(block)
            if path != "0" and block.topic not in ("toc", "style", "t", "header", "footer"):
                _keep(submission.reports[-1], block)
    return submission


def _report(line: str) -> dict[str, Any]:
    organization, entity, title, start, end, pages, country = (part.strip() for part in line.split("|"))
    first, last = pages.split("-")
    return {
        "organization": organization,
        "entity": entity,
        "title": title,
        "period_start": start,
        "period_end": end,
        "page_first": int(first),
        "page_last": int(last),
        "country": country,
        "sections": [],
        "unnumbered": [],
        "mentions": [],
    }


def _block(line: str, path: str) -> Block:
    if line.startswith("%"):
        topic, _, rest = line[1:].partition(" ")
        if topic not in TOPICS:
            raise ValueError(f"unknown directive in {line!r}")
        text, mentions = unmark(rest)
        return Block(topic, text, tuple(mentions), path)
    if line.startswith("@ "):
        path, number, title = (part.strip() for part in line[2:].split(" | ", 2))
        text, mentions = unmark(title)
        return Block("heading", text, tuple(mentions), path, number.strip("~"))
    if line.startswith("| "):
        cells, mentions = [], []
        for cell in re.split(r"\s\|(?:\s|$)", line[1:].rstrip().removesuffix("|")):
            text, found = unmark(cell.strip())
            cells.append(text)
            mentions += found
        return Block("row", " ".join(cells), tuple(mentions), path, cells=tuple(cells))
    topic = {"* ": "item", "- ": "subitem"}.get(line[:2], "paragraph")
    text, mentions = unmark(line if topic == "paragraph" else line[2:])
    return Block(topic, text, tuple(mentions), path)


def _keep(report: dict[str, Any], block: Block) -> None:
    if block.topic == "heading":
        entry = {"path": block.path, "number": block.number or None, "title": block.text}
        report["sections" if block.number else "unnumbered"].append(entry)
    place = {"path": block.path, "field": "title" if block.topic == "heading" else "text"}
    for mention in block.mentions:
        kept = {"kind": mention["kind"], **place, **mention}
        kept["optional"] = kept["optional"] or block.topic in ("row", "caption", "note")
        report["mentions"].append(kept)


def unmark(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The printed text without its marks, and the mentions it was marked with."""
    mentions: list[dict[str, Any]] = []
    printed, _ = _unmark(text, 0, mentions, inside=False, nested=False)
    return printed, mentions


def _unmark(text: str, at: int, mentions: list[dict[str, Any]], *, inside: bool, nested: bool) -> tuple[str, int]:
    out = []
    while at < len(text):
        if text[at] == "[":
            end = _closing(text, at)
            bar = _bar(text, at, end)
            meaning = text[bar + 1 : end]
            kind = meaning[0]
            place = len(mentions)
            mentions.append({})
            evidence, _ = _unmark(text[at + 1 : bar], 0, mentions, inside=inside or kind == "o", nested=True)
            mentions[place] = _mention(evidence, meaning, inside=inside)
            out.append(evidence)
            at = end + 1
        else:
            out.append(text[at])
            at += 1
    return "".join(out), at


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        if not depth:
            return at
    raise ValueError(f"unclosed mark in {text!r}")


def _bar(text: str, start: int, end: int) -> int:
    depth = 0
    for at in range(start, end):
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        if text[at] == "|" and depth == 1:
            return at
    raise ValueError(f"mark without a meaning in {text[start : end + 1]!r}")


def _mention(evidence: str, meaning: str, *, inside: bool) -> dict[str, Any]:
    kind, _, value = meaning.partition(" ")
    optional = "?" in kind
    reading = {"d": _date, "n": _count, "m": _money, "c": _country, "o": _organization}[kind[0]]
    name = {"d": "date", "n": "count", "m": "money", "c": "country", "o": "organization"}[kind[0]]
    mention = {"kind": name, "text": evidence, "optional": optional, **reading(value.strip())}
    if name == "country":
        mention["inside_organization"] = None if "!" in kind else inside
    if name == "date" and mention["start"] is None:
        mention["optional"] = True
    return mention


def _date(value: str) -> dict[str, Any]:
    if value.startswith(("P", "R/")):
        return {"start": None, "end": None, "precision": None, "duration": value}
    days, _, precision = value.partition(" ")
    first, _, last = days.partition("/")
    last = last or first
    return {
        "start": {4: f"{first}-01-01", 7: f"{first}-01"}.get(len(first), first),
        "end": _last_day(last),
        "precision": precision or PRECISIONS[min(len(first), len(last))],
    }


def _last_day(last: str) -> str:
    if len(last) == 4:
        return f"{last}-12-31"
    if len(last) == 7:
        year, month = last.split("-")
        leap = month == "02" and int(year) % 4 == 0
        return f"{last}-{'29' if leap else LAST_DAYS.get(month, '31')}"
    return last


def _amount(value: str) -> tuple[str, int | float, int | float | None]:
    sign = re.match(r"[~<>=]*", value)
    assert sign is not None
    low, _, high = value[sign.end() :].partition("..")
    qualifier = "range" if high and not sign.group() else QUALIFIERS.get(sign.group(), "exact")
    return qualifier, _number(low), _number(high) if high else None


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _count(value: str) -> dict[str, Any]:
    number, _, unit = value.partition(" ")
    qualifier, low, high = _amount(number)
    units: list[str] = []
    for reading in unit.split(";"):
        for candidate in _units(reading.strip()):
            if candidate not in units:
                units.append(candidate)
    mention: dict[str, Any] = {"value": low, "unit": units, "qualifier": qualifier}
    return mention if high is None else {**mention, "value_max": high}


def _units(phrase: str) -> Iterator[str]:
    """Every reading of a noun phrase that keeps its head: fewer words before it, with and without those behind it."""
    front, slash, behind = phrase.partition("/")
    words = front.split()
    for first in range(len(words)):
        if words[first] in ("and", "of", "or", "for", "in", "on"):
            continue
        if slash:
            yield " ".join([*words[first:], behind.strip()])
        yield " ".join(words[first:])


def _money(value: str) -> dict[str, Any]:
    number, currency = value.split()
    qualifier, low, high = _amount(number)
    mention = {"amount": low, "currency": None if currency == "-" else currency, "qualifier": qualifier}
    return mention if high is None else {**mention, "amount_max": high}


def _country(value: str) -> dict[str, Any]:
    return {"alpha2": value}


def _organization(value: str) -> dict[str, Any]:
    entity, *alts = (part.strip() for part in value.split(";"))
    return {"entity": entity, "alts": alts}
