"""Activities: what a report tells of having been done, one row each, and the mentions behind every cell.

An activity is the running text of a section, or a list item with the items that say more about it, when general
evidence says that it tells of something done: a verb of doing in the past or the name of an event; a date in the
report's period; people, things or money; who did it. Against it speak titles over plans, needs, accounts, contacts or
background, sentences about the future, and things called off. Each piece of evidence has a weight (`WEIGHTS`); from
`LEAST` on, the sum is the activity's confidence. No rule knows a document or an organization.

The steps: `units` cuts a section into what may be one activity, `telling` reads its sentences, `links` finds its
mentions and their roles, and this module weighs and makes the rows. It works on the finished tables, corrections
included.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from msgspec import Struct

from pipeline import schema
from pipeline.activities import telling, units
from pipeline.activities.links import Around, Link, Row, links
from pipeline.activities.telling import Sentence
from pipeline.activities.units import Unit
from pipeline.records import KINDS, Kind, Span
from pipeline.rows import ID_LENGTH, identities, unique_ids

WEIGHTS: dict[str, float] = {
    "done": 0.5,
    "done again": 0.05,
    "event": 0.25,
    "date": 0.2,
    "number": 0.1,
    "names": 0.05,
    "own act": 0.1,
    "event in title": 0.1,
    "title of something else": -0.4,
    "mostly not done": -0.2,
    "no period": -0.15,
}
"""What each piece of evidence adds."""
LEAST = 0.5
MOST = 0.98
NO_CURRENCY = "XXX"
"""ISO 4217's code for no currency: the text does not say which."""
LONGEST_TITLE = 120
_PRECISIONS = ("day", "week", "month", "quarter", "season", "half", "year", "decade", "century")
"""From the finest on."""
_TITLE_WORDS = 6
_EVENT_WORDS = 8
_DONE_SHARE = 0.25
_FROM_REPORTER = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_LABELLED = re.compile(r"[^:]{0,24}\d[^:]{0,24}:\s")
"""A number or a date that leads a list item, which is no title without that of the section."""
_NOT_LETTERS = re.compile(r"[\W_]+")

Tables = Mapping[str, pa.Table]


class Told(Struct, frozen=True):
    """Something done: what tells of it, its mentions, and the names of its evidence in `WEIGHTS`."""

    unit: Unit
    links: list[Link]
    evidence: list[str]

    @property
    def confidence(self) -> float:
        """The sum of the evidence."""
        return round(min(sum(WEIGHTS[name] for name in self.evidence), MOST), 4)


def tables_of(tables: Tables) -> dict[str, pa.Table]:
    """The tables `activities`, `activity_mentions` and `activity_amounts`, made of the other tables."""
    rows = build({name: tables[name].to_pylist() for name in (*_READ, *(f"{kind}_mentions" for kind in KINDS))})
    return {
        name: schema.joined(schema.TABLES[name], [schema.to_arrow(schema.TABLES[name], found)])
        for name, found in rows.items()
    }


_READ = ("submissions", "reports", "sections", "organizations")


def build(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the three tables, from the rows of the others."""
    names = {row["organization_id"]: row["name"] for row in tables["organizations"]}
    mentions: dict[str, list[tuple[Kind, Row]]] = defaultdict(list)
    for kind in KINDS:
        for row in tables[f"{kind}_mentions"]:
            mentions[row["section_id"]].append((kind, row))
    by_report: dict[str, list[Row]] = defaultdict(list)
    for row in tables["sections"]:
        by_report[row["report_id"]].append(row)
    rows: dict[str, list[dict[str, Any]]] = {"activities": [], "activity_mentions": [], "activity_amounts": []}
    taken: set[str] = set()
    for reports in _in_order(tables):
        facts = [(row["ordinal"], row["organization"], row["period_start"], row["period_end"]) for row in reports]
        known = identities(facts, reports[0]["submission_id"])
        found = [
            (_wanted_id(known[report["ordinal"]], section, told.unit), report, section, told)
            for report in reports
            for section, told in _of_report(report, by_report[report["report_id"]], mentions)
        ]
        ids, _ = unique_ids(_told_apart(wanted for wanted, *_ in found), taken)
        ordinals: Counter[str] = Counter()
        for activity_id, (_, report, section, told) in zip(ids, found, strict=True):
            ordinals[report["report_id"]] += 1
            place = {"activity_id": activity_id, "ordinal": ordinals[report["report_id"]]}
            rows["activities"].append(place | _activity_row(report, section, told, names))
            rows["activity_mentions"] += _mention_rows(activity_id, told.links)
            rows["activity_amounts"] += _amount_rows(activity_id, told.links)
    return rows


def _in_order(tables: Mapping[str, Sequence[Row]]) -> Iterator[list[Row]]:
    """The reports of each submission, in the order in which submissions give ids away."""
    held: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tables["reports"], key=lambda row: int(row["ordinal"])):
        held[row["submission_id"]].append(row)
    for submission in sorted(tables["submissions"], key=lambda row: str(row["file_name"])):
        found = held.pop(submission["submission_id"], None) if not submission["duplicate_of"] else None
        if found:
            yield found


def _of_report(
    report: Row, sections: Sequence[Row], mentions: Mapping[str, Sequence[tuple[Kind, Row]]]
) -> Iterator[tuple[Row, Told]]:
    by_id = {row["section_id"]: row for row in sections}
    for section in sorted(sections, key=lambda row: int(row["ordinal"])):
        if not section["level"] and len(sections) > 1:
            continue
        ordered = sorted(mentions.get(section["section_id"], ()), key=lambda placed: int(placed[1]["char_start"]))
        around = Around(
            section["title"],
            section["text"],
            [placed for placed in ordered if placed[1]["field"] == "title"],
            [placed for placed in ordered if placed[1]["field"] == "text"],
            report["organization_id"],
            report["period_start"],
            report["period_end"],
        )
        titles = list(_titles(section, by_id))
        if any(_is_over_what_is_not_done(title) for title in titles):
            continue
        for told in in_section(around, is_other=any(_is_title_of("other_titles", title) for title in titles)):
            yield section, told


def _titles(section: Row, by_id: Mapping[str, Row]) -> Iterator[str]:
    """The titles of a section and of all above it."""
    at: Row | None = section
    for _ in range(64):
        if at is None:
            return
        yield at["title"]
        at = by_id.get(at["parent_section_id"] or "")


def _is_title_of(group: str, title: str) -> bool:
    """Whether a title is one over what a list of words names: short, and no event's own name."""
    found = {word.lower() for word in _WORD.findall(title)}
    return len(found) <= _TITLE_WORDS and bool(telling.words(group) & found) and not telling.words("events") & found


def _is_over_what_is_not_done(title: str) -> bool:
    """Whether a title stands over plans, needs or accounts; `Planned trainings` does, `Business plan training` not."""
    first = next((match.group().lower() for match in _WORD.finditer(title)), "")
    is_planned = first in telling.words("planned_titles") and len(_WORD.findall(title)) <= _TITLE_WORDS
    return is_planned or _is_title_of("planned_titles", title) or _is_title_of("money_titles", title)


def in_section(around: Around, *, is_other: bool) -> list[Told]:
    """The activities of one section: each that its list items tell of, and the one that its running text tells of.

    When no list item tells of something by itself, or there is only one, the section as a whole may.
    """
    numbers = [
        Span(row["char_start"], row["char_end"])
        for kind, row in around.in_text
        if kind in ("count", "money") or (kind == "date" and row["start_date"] is not None)
    ]
    whole, items = units.split(around.text, numbers)
    told = [found for unit in whole if (found := _weighed(unit, around, is_other=is_other))]
    listed = [found for unit in items if (found := _weighed(unit, around, is_other=is_other))]
    if listed and (told or len(items) > 1):
        return sorted([*told, *listed], key=lambda found: found.unit.span.start)
    if listed or (items and not told):
        every = sorted((line for unit in (*whole, *items) for line in unit.lines), key=lambda line: line.span.start)
        together = _weighed(Unit(tuple(every), is_item=False), around, is_other=is_other)
        return [together] if together else listed
    return told


def _weighed(unit: Unit, around: Around, *, is_other: bool) -> Told | None:
    """A unit with its links and its evidence; None when it tells of nothing done."""
    read = [one for line in unit.lines for one in telling.sentences(around.text, line.span.start, line.span.end)]
    linked = links(unit, read, around)
    told = Told(unit, linked, evidence(unit, read, linked, around, is_other=is_other))
    return told if told.confidence >= LEAST else None


def evidence(
    unit: Unit, read: Sequence[Sentence], linked: Sequence[Link], around: Around, *, is_other: bool
) -> list[str]:
    """The pieces of evidence for and against a unit, by their names in `WEIGHTS`; nothing when one rules it out."""
    done = [one for one in read if one.is_done]
    lead = unit.lead and telling.read(around.text, unit.lead.start, unit.lead.end)
    titled = bool(telling.words("events") & {word.lower() for word in _WORD.findall(around.title)})
    is_ruled_out = any(mark.sort in ("planned", "called_off") for one in read for mark in one.marks)
    is_led = bool(lead and lead.is_done and not done and not is_ruled_out)
    if not (done or is_led) and (is_ruled_out or not (titled or _names_event(unit, around.text))):
        return []
    found = ["done", *["done again"][: len(done) - 1]] if done or is_led else ["event"]
    roles = {(link.kind, link.role) for link in linked if link.basis == "own"}
    filled = {link.kind for link in linked if link.basis == "own" and link.cell}
    if around.period_start is None:
        found.append("no period")
    elif ("date", "when") in roles or any(link.role == "when" for link in linked if link.basis == "title"):
        found.append("date")
    if filled & {"count", "money"}:
        found.append("number")
    if filled & {"country", "organization"}:
        found.append("names")
    if any(_is_own_act(one, around) for one in (*done, *([lead] if lead and is_led else []))):
        found.append("own act")
    if titled:
        found.append("event in title")
    if is_other:
        found.append("title of something else")
    if not unit.is_item and len(done) < _DONE_SHARE * len(read):
        found.append("mostly not done")
    return found


def _names_event(unit: Unit, text: str) -> bool:
    first = unit.lines[0].span
    return bool(
        telling.words("events") & {w.lower() for w in _WORD.findall(text[first.start : first.end])[:_EVENT_WORDS]}
    )


def _is_own_act(sentence: Sentence, around: Around) -> bool:
    """Whether the reporting organization is named before the verb, or nobody is, as in lists of what it did."""
    first = next(mark.start for mark in sentence.marks if mark.sort == "done")
    before = around.text[sentence.start : sentence.start + first]
    if not before.strip() or _FROM_REPORTER.search(before):
        return True
    return any(
        kind == "organization" and row["organization_id"] == around.organization_id
        for kind, row in around.between(sentence.start, sentence.start + first)
    )


def _wanted_id(identity: str, section: Row, unit: Unit) -> str:
    """The id of an activity: of its report, its section's path and, for a list item, the letters of its first line."""
    words = section["text"][unit.lines[0].span.start : unit.lines[0].span.end] if unit.is_item else ""
    facts = (identity, section["path"], _NOT_LETTERS.sub("", words).casefold())
    return f"activity-{hashlib.sha256(chr(0).join(facts).encode()).hexdigest()[:ID_LENGTH]}"


def _told_apart(wanted: Iterable[str]) -> list[str]:
    seen: Counter[str] = Counter()
    result = []
    for activity_id in wanted:
        seen[activity_id] += 1
        result.append(activity_id if seen[activity_id] == 1 else f"{activity_id}.{seen[activity_id]}")
    return result


def _activity_row(report: Row, section: Row, told: Told, names: Mapping[str, str]) -> dict[str, Any]:
    own = [link.row["page_number"] for link in told.links if link.basis == "own"]
    start, end = told.unit.span.start, told.unit.span.end
    row: dict[str, Any] = {
        "submission_id": report["submission_id"],
        "report_id": report["report_id"],
        "section_id": section["section_id"],
        "organization_id": report["organization_id"],
        "unit": "item" if told.unit.is_item else "section",
        "title": _title(section, told.unit),
        "page_number": min(own, default=section["page_first"]),
        "char_start": start,
        "char_end": end,
        "text": section["text"][start:end],
        "evidence": "; ".join(told.evidence),
        "confidence": told.confidence,
    }
    return row | _dates(told.links) | _people(told.links) | _names(told.links, names) | _further(told.links)


def _title(section: Row, unit: Unit) -> str:
    if not unit.is_item and section["title"]:
        return str(section["title"])
    first = unit.lines[0]
    words = next(iter(telling.sentences(section["text"], first.span.start, first.span.end)), None)
    shown = section["text"][first.span.start : words.end if words else first.span.end].strip().rstrip(".;:,")
    if _LABELLED.match(shown) and section["title"]:
        shown = f"{section['title']}: {shown}"
    if len(shown) <= LONGEST_TITLE:
        return str(shown)
    return str(shown[:LONGEST_TITLE].rpartition(" ")[0] or shown[:LONGEST_TITLE]) + " …"


def _dates(linked: Sequence[Link]) -> dict[str, Any]:
    """First and last day: of the activity's own dates, else of the title's, else of those that lead its list."""
    for basis in ("own", "title", "lead"):
        held = [link for link in linked if link.role == "when" and link.basis == basis]
        if held:
            break
    else:
        return {"date_start": None, "date_end": None, "date_precision": None, "date_basis": None}
    return {
        "date_start": min(link.row["start_date"] for link in held),
        "date_end": max(link.row["end_date"] for link in held),
        "date_precision": max((str(link.row["precision"]) for link in held), key=_coarseness),
        "date_basis": basis,
    }


def _coarseness(precision: str) -> int:
    return _PRECISIONS.index(precision) if precision in _PRECISIONS else len(_PRECISIONS)


def _people(linked: Sequence[Link]) -> dict[str, Any]:
    rows = [link.row for link in linked if link.role == "people"]
    if not rows:
        return {"people_reached": None, "people_reached_max": None, "people_qualifier": None, "people_unit": None}
    qualifiers = {row["qualifier"] for row in rows}
    return {
        "people_reached": sum(row["value"] for row in rows),
        "people_reached_max": rows[0]["value_max"] if len(rows) == 1 else None,
        "people_qualifier": rows[0]["qualifier"] if len(rows) == 1 else _joint_qualifier(qualifiers),
        "people_unit": " and ".join(row["unit"] for row in rows if row["unit"]) or None,
    }


def _joint_qualifier(qualifiers: set[str]) -> str:
    """How a sum is bounded: exactly when its parts are, else about."""
    return "exact" if qualifiers == {"exact"} else "approximately"


def _names(linked: Sequence[Link], names: Mapping[str, str]) -> dict[str, Any]:
    """Organizations by name and countries by code, each once, in the order of the text."""
    organizations = dict.fromkeys(
        names.get(link.row["organization_id"], link.row["text"])
        for link in linked
        if link.kind == "organization" and link.cell == "organizations"
    )
    countries = dict.fromkeys(link.row["alpha2"] for link in linked if link.kind == "country" and link.cell)
    return {"organizations": "; ".join(organizations) or None, "countries": "; ".join(countries) or None}


def _further(linked: Sequence[Link]) -> dict[str, Any]:
    counts = [link.row["text"] for link in linked if link.role == "count"]
    amounts = [f"{row['currency']} {_plain(row['amount'])}" for row in _totals(linked)]
    return {"other_counts": "; ".join(counts) or None, "amounts": "; ".join(amounts) or None}


def _plain(amount: Decimal) -> str:
    """An amount as a person writes it, with commas and without a useless fraction."""
    return format(amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize(), ",f")


def _totals(linked: Sequence[Link]) -> list[dict[str, Any]]:
    """The amounts of an activity by currency, in order of the codes: sums of the mentions in the role `amount`."""
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for link in linked:
        if link.role == "amount":
            sums[link.row["currency"] or NO_CURRENCY].append(link.row["amount"])
    return [
        {"currency": currency, "amount": sum(held, Decimal()), "mention_count": len(held)}
        for currency, held in sorted(sums.items())
    ]


def _amount_rows(activity_id: str, linked: Sequence[Link]) -> Iterator[dict[str, Any]]:
    for row in _totals(linked):
        held = [
            link
            for link in linked
            if link.role == "amount" and (link.row["currency"] or NO_CURRENCY) == row["currency"]
        ]
        yield {"activity_id": activity_id} | row | {"confidence": min(link.confidence for link in held)}


def _mention_rows(activity_id: str, linked: Sequence[Link]) -> Iterator[dict[str, Any]]:
    for link in linked:
        yield {
            "activity_id": activity_id,
            "mention_id": link.row["mention_id"],
            "kind": link.kind,
            "role": link.role,
            "basis": link.basis,
            "cell": link.cell,
            "confidence": link.confidence,
        }
