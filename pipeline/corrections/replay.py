"""Decisions applied to the rows of one submission at a time, and what became of each.

A decision is found by the id of its mention, which is made of the report and not of the file; so it holds when the
report is handed in again. A mention that was added is placed by its offsets when the text there still reads the same,
else where the same words stand nearest in the section.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from pipeline import passages, schema
from pipeline.corrections.log import Correction, Target, base_id
from pipeline.corrections.values import machine_value, parse_value, plain
from pipeline.records import Box, Kind, Passage, Problem, Report, Section
from pipeline.sentences import sentence_around

ADDED = "correction"
"""The rule of a mention that a person added."""
CODE = "stale_correction"

Row = dict[str, Any]
Rows = dict[str, list[Row]]


class Stale(Struct, frozen=True):
    """A decision that was not applied, and why, in words."""

    correction: Correction
    why: str


class Replay:
    """Applies the decisions in force to one submission after another, and keeps account of them."""

    def __init__(self, corrections: Sequence[Correction], organizations: Collection[str] = ()) -> None:
        self._decided: dict[str, Correction] = {}
        self._added: dict[str, list[Correction]] = {}
        for correction in corrections:
            assert correction.mention is not None
            if correction.decision == "add":
                self._added.setdefault(correction.mention.report, []).append(correction)
            else:
                self._decided[base_id(correction.mention.mention_id)] = correction
        self._by_report: dict[str, list[Correction]] = {}
        for correction in self._decided.values():
            assert correction.mention is not None
            self._by_report.setdefault(correction.mention.report, []).append(correction)
        self._organizations = frozenset(organizations)
        self._seen: set[str] = set()
        self._given: set[str] = set()
        self.has_organizations = any(c.mention and c.mention.kind == "organization" for c in corrections)

    def apply(self, rows: Rows, submission_id: str, reports: Iterable[tuple[str, Report]]) -> list[Stale]:
        """Applies what concerns the reports of one submission to its rows, in place, and returns what is stale.

        Args:
            rows: the rows of all tables that the submission gives.
            submission_id: the submission.
            reports: what tells each of its reports from all others, and the report.
        """
        reports = list(reports)
        identities = {identity for identity, _ in reports}
        wanted = [correction for identity in identities for correction in self._by_report.get(identity, ())]
        self._seen |= {correction.id for correction in wanted}
        self._seen |= {correction.id for identity in identities for correction in self._added.get(identity, ())}
        stale = []
        if self._decided:
            stale = self._decide(rows, wanted)
        for identity, report in reports:
            for correction in self._added.get(identity, ()):
                adding = _Adding(rows, submission_id, report, correction, self._given)
                why = adding.why_not(self._unknown(correction))
                stale += [Stale(correction, why)] if why else []
        return stale

    def homeless(self) -> list[Stale]:
        """The decisions whose report was in no submission; to be asked for last."""
        added = [correction for found in self._added.values() for correction in found]
        why = "its report is in no submission any more"
        return [Stale(c, why) for c in (*self._decided.values(), *added) if c.id not in self._seen]

    def _unknown(self, correction: Correction) -> str:
        identity = (correction.value or {}).get("organization_id")
        known = identity is None or identity in self._organizations
        return "" if known else f"there is no organization {identity} any more"

    def _decide(self, rows: Rows, wanted: Iterable[Correction]) -> list[Stale]:
        met: set[str] = set()
        stale: dict[str, Stale] = {}
        gone: set[str] = set()
        for kind, table in schema.MENTION_TABLES.items():
            kept = []
            for row in rows[table.name]:
                correction = self._decided.get(base_id(row["mention_id"]))
                if correction is None:
                    kept.append(row)
                    continue
                self._seen.add(correction.id)
                met.add(correction.id)
                why = why_stale(kind, row, correction) or self._unknown(correction)
                if why:
                    stale[correction.id] = Stale(correction, why)
                elif correction.decision == "reject":
                    gone.add(row["mention_id"])
                    continue
                else:
                    _confirm(kind, row, correction)
                kept.append(row)
            rows[table.name] = kept
        if gone:
            rows["mention_boxes"] = [box for box in rows["mention_boxes"] if box["mention_id"] not in gone]
        for correction in wanted:
            if correction.id not in met and correction.decision != "reject" and not self._is_put_back(correction):
                stale[correction.id] = Stale(correction, "the machine no longer finds this mention")
        return list(stale.values())

    def _is_put_back(self, correction: Correction) -> bool:
        """Whether a person added what the machine no longer finds, so that there is nothing left to decide."""
        lost = correction.mention
        assert lost is not None
        targets = [added.mention for added in self._added.get(lost.report, ())]
        return any(target is not None and (target.kind, target.text) == (lost.kind, lost.text) for target in targets)


def why_stale(kind: Kind, row: Row, correction: Correction) -> str:
    """Why a decision does not hold for the mention's row any more; empty when it does."""
    now, then = machine_value(kind, row), correction.machine or {}
    if now == _plain_again(kind, then):
        return ""
    differing = [f"{name} was {then.get(name)}, is {now[name]}" for name in now if now[name] != then.get(name)]
    return f"the machine's value has changed since: {', '.join(differing)}"


def _plain_again(kind: Kind, value: Mapping[str, Any]) -> dict[str, Any]:
    """A recorded value written as `plain` writes it today; as it stands when it does not fit any more."""
    try:
        return plain(kind, parse_value(kind, value))
    except ValueError:
        return dict(value)


def _confirm(kind: Kind, row: Row, correction: Correction) -> None:
    row["confidence"] = 1.0
    if correction.decision == "edit":
        row["machine_value"] = msgspec.json.encode(plain(kind, row)).decode()
        row["source"] = "correction"
        row.update(parse_value(kind, correction.value or {}))


class _Adding:
    """Puts one mention that a person added into the rows of its report."""

    def __init__(self, rows: Rows, submission_id: str, report: Report, correction: Correction, given: set[str]) -> None:
        assert correction.mention is not None
        self._given = given
        self._rows, self._correction = rows, correction
        self._target: Target = correction.mention
        self._report = report
        self._submission_id = submission_id
        self._table = schema.MENTION_TABLES[self._target.kind].name

    def why_not(self, unknown: str) -> str:
        """Adds the mention; or says why it cannot be added."""
        target = self._target
        section = next((section for section in self._report.sections if section.path == target.path), None)
        if unknown or section is None:
            return unknown or f"there is no section {target.path} any more"
        passage = section.title if target.field == "title" else section.text
        start = nearest(passage.text, target.text, target.start)
        if start is None:
            return "its words are no longer in the section"
        end = start + len(target.text)
        section_id = f"{self._submission_id}-{self._report.ordinal}/{section.path}"
        for row in self._rows[self._table]:
            same_text = row["section_id"] == section_id and row["field"] == target.field
            if same_text and row["char_start"] < end and start < row["char_end"]:
                return self._found_by_machine(row)
        self._add(section, section_id, passage, start, end)
        return ""

    def _found_by_machine(self, row: Row) -> str:
        """The machine finds it now. With the value that the person gave, that is well."""
        value = plain(self._target.kind, parse_value(self._target.kind, self._correction.value or {}))
        if plain(self._target.kind, row) == value:
            row["confidence"] = 1.0
            return ""
        return f"the machine now finds {row['text']!r} there"

    def _add(self, section: Section, section_id: str, passage: Passage, start: int, end: int) -> None:
        target = self._target
        boxes = passages.boxes(passage, start, end) or self._correction.boxes
        mention_id = self._new_id()
        self._rows[self._table].append(
            {
                "mention_id": mention_id,
                "submission_id": self._submission_id,
                "report_id": section_id.partition("/")[0],
                "section_id": section_id,
                "field": target.field,
                "char_start": start,
                "char_end": end,
                "text": target.text,
                "sentence": sentence_around(passage.text, start, end),
                "page_number": boxes[0].page_number if boxes else section.page_first,
                "source": "correction",
                "confidence": 1.0,
                "rule": ADDED,
                "machine_value": None,
                **parse_value(target.kind, self._correction.value or {}),
            }
        )
        self._rows["mention_boxes"] += [_box_row(mention_id, number, box) for number, box in enumerate(boxes, 1)]

    def _new_id(self) -> str:
        """The id that the decision names; with a suffix when its report was handed in twice."""
        mention_id, copy = self._target.mention_id, 1
        while mention_id in self._given:
            copy += 1
            mention_id = f"{self._target.mention_id}~{copy}"
        self._given.add(mention_id)
        return mention_id


def added_id(kind: Kind, report: str, path: str, field: str, start: int, text: str) -> str:
    """The id of a mention that a person adds; no id that the machine makes is like it."""
    facts = ("added", report, path, kind, field, str(start), text)
    return f"{kind}-{hashlib.sha256(chr(0).join(facts).encode()).hexdigest()[:16]}"


def nearest(text: str, words: str, start: int) -> int | None:
    """Where `words` stand in `text`: at `start`, else nearest to it; None when they do not."""
    if text.startswith(words, start) and words:
        return start
    places = []
    place = text.find(words) if words else -1
    while place >= 0:
        places.append(place)
        place = text.find(words, place + 1)
    return min(places, key=lambda found: (abs(found - start), found), default=None)


def _box_row(mention_id: str, number: int, box: Box) -> Row:
    x0, top, x1, bottom = box.bbox
    return {
        "mention_id": mention_id,
        "box_number": number,
        "page_number": box.page_number,
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
    }


def problem(stale: Stale) -> Problem:
    """What the `problems` table says of a decision that was not applied."""
    correction, target = stale.correction, stale.correction.mention
    assert target is not None
    message = f"The decision {correction.id} ({correction.decision} by {correction.who}) about {target.text!r}"
    return Problem(CODE, f"{message} in section {target.path} was not applied: {stale.why}. Decide again.")
