"""What a decision can be about: a mention that is there, one that is gone, or one that a person added.

The queue of changes and the queues of one extraction give the same subjects, so that a decision reads the same
wherever it was made.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from pipeline import corrections, schema
from pipeline.corrections import Correction, Target, added_id, base_id, machine_value, nearest
from pipeline.records import Box, Kind
from pipeline.review.decisions import Known
from pipeline.review.side import Side
from pipeline.sentences import sentence_around

Row = dict[str, Any]
State = Literal["open", "accepted", "rejected", "edited", "added", "stale"]


class Gone(Exception):
    """What was asked for is not there; the message says what to do."""


class Refused(Exception):
    """A decision that cannot be taken; the message says why and what to do."""


class Subject(Struct, frozen=True):
    """What is decided on.

    `row` is the mention as the tables have it, `target` how a decision names it. `before` is the row that it had in
    the older extraction. A mention that `is_gone` can be put back where `back` says.
    """

    subject_id: str
    kind: Kind
    row: Row
    target: Target
    boxes: tuple[Box, ...] = ()
    before: Row | None = None
    is_gone: bool = False
    back: Target | None = None

    @property
    def mention_ids(self) -> tuple[str, ...]:
        """The mentions that decisions about this may name."""
        own = self.target.mention_id
        return (own,) if self.back is None else (own, self.back.mention_id)


class Standing(Struct, frozen=True):
    """Where a subject stands: its state, the decision behind it, what it means now, and the version of it all.

    `words` say what the decision did; `why` says why it does not hold any more.
    """

    state: State
    version: str
    decision: Correction | None = None
    value: Row | None = None
    words: str = ""
    why: str = ""


DID: dict[corrections.Decision, str] = {
    "accept": "accepted",
    "reject": "rejected",
    "edit": "edited",
    "add": "added",
    "undo": "taken back",
}


def standing(subject: Subject, known: Known) -> Standing:
    """Where a subject stands, with the decisions that are known."""
    version = known.version(subject.mention_ids)
    own = known.last.get(base_id(subject.target.mention_id))
    if subject.is_gone:
        return _standing_of_gone(subject, known, version, own)
    value = machine_row(subject.kind, subject.row)
    if own is None:
        return Standing("open", version, value=value)
    force = known.in_force.get(base_id(subject.target.mention_id))
    if own.decision == "reject":
        why = _why_stale(subject, own)
        state: State = "stale" if why else "rejected"
        return Standing(state, version, own, value, DID["reject"], why)
    if force is not None and force.decision == "add":
        return Standing("added", version, own, typed(subject.kind, force.value or {}), DID["add"])
    why = _why_stale(subject, own)
    if why:
        return Standing("stale", version, own, value, DID[own.decision], why)
    if own.decision == "edit":
        return Standing("edited", version, own, typed(subject.kind, own.value or {}), DID["edit"])
    return Standing("accepted", version, own, value, DID["accept"])


def _standing_of_gone(subject: Subject, known: Known, version: str, own: Correction | None) -> Standing:
    value = value_of(subject.kind, subject.row)
    back = known.last.get(base_id(subject.back.mention_id)) if subject.back else None
    if back is not None and back.decision != "reject":
        return Standing("added", version, back, typed(subject.kind, back.value or {}), "put back")
    if own is None:
        return Standing("open", version, value=value)
    if own.decision == "reject":
        return Standing("rejected", version, own, value, "agreed: it is gone")
    return Standing("stale", version, own, value, DID[own.decision], "the machine no longer finds this mention")


def _why_stale(subject: Subject, decision: Correction) -> str:
    if decision.machine is None or subject.row.get("rule") == corrections.ADDED:
        return ""
    return corrections.why_stale(subject.kind, subject.row, decision)


def machine_row(kind: Kind, row: Row) -> Row:
    """The machine's value columns of a row, which a correction may have replaced since."""
    return typed(kind, machine_value(kind, row)) if row.get("machine_value") else value_of(kind, row)


def typed(kind: Kind, value: Mapping[str, Any]) -> Row:
    """A value out of a decision with the types of its columns; as it stands when it does not fit them any more."""
    try:
        return corrections.parse_value(kind, value)
    except corrections.CorrectionError:
        return value_of(kind, value)


def value_of(kind: Kind, row: Mapping[str, Any]) -> Row:
    """The value columns of a row."""
    return {column.name: row.get(column.name) for column in schema.value_columns(kind)}


def accept(subject: Subject, now: Standing, who: str, when: str, why: str) -> Correction:
    """The decision that the machine is right: the mention holds, or is rightly gone.

    Raises:
        Refused: a decision that says so, or otherwise, is there already.
    """
    if subject.is_gone:
        if now.state == "rejected":
            raise Refused("That it is gone is agreed already.")
        return _decide("reject", subject, who, when, why or "agreed: it is gone")
    if now.state in ("accepted", "edited", "added"):
        raise Refused(f"It is {now.words} already. Undo (u) takes that back.")
    return _decide("accept", subject, who, when, why)


def reject(subject: Subject, now: Standing, who: str, when: str, why: str) -> Correction:
    """The decision that this is no mention.

    Raises:
        Refused: it is rejected already, or is gone.
    """
    if subject.is_gone and now.state != "added":
        raise Refused("It is gone already. Accept (a) agrees, old value (o) puts it back.")
    if now.state == "rejected":
        raise Refused("It is rejected already. Undo (u) takes that back.")
    if now.state == "added" and now.decision is not None and now.decision.mention is not None:
        target, machine = now.decision.mention, corrections.plain(subject.kind, now.value or {})
        return corrections.decide("reject", who=who, when=when, why=why, mention=target, machine=machine)
    return _decide("reject", subject, who, when, why)


def edit(subject: Subject, now: Standing, value: Mapping[str, Any], who: str, when: str, why: str) -> Correction:
    """The decision that the value is another one; for a mention that is gone, that it is put back with this value.

    Raises:
        Refused: nothing is changed by it.
    """
    if subject.is_gone and now.state != "added":
        return put_back(subject, value, who, when, why)
    plain = corrections.plain(subject.kind, value)
    if now.value is not None and plain == _plain(subject.kind, now.value):
        raise Refused("Nothing was changed. Accept (a) says that the value is right.")
    if now.state == "added" and now.decision is not None and now.decision.mention is not None:
        machine = _plain(subject.kind, now.value or {})
        target = now.decision.mention
        return corrections.decide("edit", who=who, when=when, why=why, mention=target, machine=machine, value=value)
    if plain == machine_value(subject.kind, subject.row):
        raise Refused("That is the machine’s own value. Undo (u) the decision, or accept (a) the value.")
    return _decide("edit", subject, who, when, why, value)


def restore(subject: Subject, who: str, when: str, why: str, organizations: Mapping[str, str]) -> Correction:
    """The decision that the older extraction was right.

    Raises:
        Refused: there is no older value, or it cannot be had any more.
    """
    if subject.is_gone:
        return put_back(subject, value_of(subject.kind, subject.row), who, when, why)
    if subject.before is None:
        raise Refused("There is no old value to go back to. Edit (e) sets another one.")
    value = value_of(subject.kind, subject.before)
    if corrections.plain(subject.kind, value) == machine_value(subject.kind, subject.row):
        raise Refused("The old value is the new one. Accept (a) says that it is right.")
    if subject.kind == "organization" and value["organization_id"] not in organizations:
        raise Refused("The old organization is in no report any more. Edit (e) chooses another one.")
    return _decide("edit", subject, who, when, why or "the old value is right", value)


def put_back(subject: Subject, value: Mapping[str, Any], who: str, when: str, why: str) -> Correction:
    """The decision that a mention that is gone is there all the same.

    Raises:
        Refused: its words are no longer in the section.
    """
    if subject.back is None:
        raise Refused("Its words are no longer in the report, so it cannot be put back.")
    why = why or "it is there all the same"
    same_file = subject.back.submission_id == subject.row["submission_id"]
    boxes = subject.boxes if same_file else ()
    return corrections.decide("add", who=who, when=when, why=why, mention=subject.back, value=value, boxes=boxes)


def _decide(
    decision: corrections.Decision,
    subject: Subject,
    who: str,
    when: str,
    why: str,
    value: Mapping[str, Any] | None = None,
) -> Correction:
    machine = machine_value(subject.kind, subject.row)
    return corrections.decide(
        decision, who=who, when=when, why=why, mention=subject.target, machine=machine, value=value
    )


def _plain(kind: Kind, value: Mapping[str, Any]) -> Row:
    return corrections.plain(kind, typed(kind, value))


def differs(subject: Subject) -> bool:
    """Whether the older extraction had another value."""
    before = value_of(subject.kind, subject.before or {})
    return corrections.plain(subject.kind, before) != machine_value(subject.kind, subject.row)


def there(side: Side, mention_id: str) -> Subject | None:
    """A mention that is in an extraction."""
    found = side.mention(mention_id)
    if found is None:
        return None
    kind, row = found
    boxes = side.boxes([mention_id]).get(mention_id, ())
    return Subject(mention_id, kind, row, side.target(kind, row), boxes)


def gone(old: Side, new: Side, kind: Kind, row: Row, boxes: tuple[Box, ...], subject_id: str) -> Subject:
    """A mention that only the older extraction has."""
    target = old.target(kind, row)
    return Subject(subject_id, kind, row, target, boxes, None, True, _back(new, target))


def _back(new: Side, target: Target) -> Target | None:
    """Where a mention that is gone would be in the new extraction, by its words: in its section or any other."""
    for report_id in new.reports_called(target.report, target.submission_id)[:1]:
        for section in sorted(new.sections_of(report_id), key=lambda row: bool(row["path"] != target.path)):
            start = nearest(section[target.field] or "", target.text, target.start)
            if start is not None:
                path, report = section["path"], new.identities[report_id]
                mention_id = added_id(target.kind, report, path, target.field, start, target.text)
                return msgspec.structs.replace(
                    target,
                    mention_id=mention_id,
                    submission_id=section["submission_id"],
                    report=report,
                    path=path,
                    start=start,
                    end=start + len(target.text),
                )
    return None


def of_decision(side: Side, decision: Correction) -> Subject | None:
    """What a decision is about when no table has it: a mention that was added since, or one that is gone."""
    target = decision.mention
    if target is None:
        return None
    section = side.section_of(target)
    if decision.decision != "add":
        row = _row_of(side, decision, section, decision.machine or {})
        return Subject(target.mention_id, target.kind, row, target, (), None, True, _back(side, target))
    row = _row_of(side, decision, section, decision.value or {})
    return Subject(target.mention_id, target.kind, row, target, decision.boxes)


def _row_of(side: Side, decision: Correction, section: Row | None, value: Mapping[str, Any]) -> Row:
    target = decision.mention
    assert target is not None
    text = (section or {}).get(target.field) or ""
    start = nearest(text, target.text, target.start)
    page = decision.boxes[0].page_number if decision.boxes else (section or {}).get("page_first")
    return {
        "mention_id": target.mention_id,
        "submission_id": (section or {}).get("submission_id", target.submission_id),
        "report_id": (section or {}).get("report_id", ""),
        "section_id": (section or {}).get("section_id", f"/{target.path}"),
        "field": target.field,
        "char_start": target.start,
        "char_end": target.end,
        "text": target.text,
        "sentence": target.text if start is None else sentence_around(text, start, start + len(target.text)),
        "page_number": page,
        "source": "correction" if decision.decision == "add" else "rule",
        "confidence": 1.0,
        "rule": corrections.ADDED if decision.decision == "add" else "",
        "machine_value": None,
        **typed(target.kind, value),
    }
