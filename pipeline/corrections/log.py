"""The lines of the file of decisions: reading them, making one, and which are in force."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from pipeline.corrections.values import CorrectionError, parse_value, plain
from pipeline.records import Box, Field, Kind

Decision = Literal["accept", "reject", "edit", "add", "undo"]
ID_LENGTH = 12


class Target(Struct, frozen=True, forbid_unknown_fields=True):
    """The mention decided on. `report` is what tells its report from all others (`rows.identities`).

    The place and the words are there to put in a mention that was missed, and for whoever reads the file.
    """

    mention_id: str
    kind: Kind
    submission_id: str
    report: str
    path: str
    field: Field
    start: int
    end: int
    text: str


class Correction(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision; see the package's description."""

    id: str
    when: str
    who: str
    decision: Decision
    why: str = ""
    mention: Target | None = None
    machine: dict[str, Any] | None = None
    value: dict[str, Any] | None = None
    undoes: str | None = None
    boxes: tuple[Box, ...] = ()


def decide(
    decision: Decision,
    *,
    who: str,
    when: str,
    why: str = "",
    mention: Target | None = None,
    machine: Mapping[str, Any] | None = None,
    value: Mapping[str, Any] | None = None,
    undoes: str | None = None,
    boxes: Sequence[Box] = (),
) -> Correction:
    """A decision with its id, checked.

    Args:
        decision: what was decided.
        who: the reviewer.
        when: the time in UTC, as `2025-02-03T09:30:00Z`.
        why: the reason, in the reviewer's words.
        mention: what it is about; not for `undo`.
        machine: the machine's value columns now (`machine_value`); null for `add`.
        value: the value columns as they should be, for `edit` and `add` (`complete` fills them up).
        undoes: the id of the decision taken back.
        boxes: where an added mention is on the page.

    Raises:
        CorrectionError: something is missing or a value is not allowed.
    """
    kind = mention.kind if mention else None
    correction = Correction(
        id="",
        when=when,
        who=who.strip(),
        decision=decision,
        why=why.strip(),
        mention=mention,
        machine=None if machine is None or kind is None else plain(kind, machine),
        value=None if value is None or kind is None else plain(kind, parse_value(kind, value)),
        undoes=undoes,
        boxes=tuple(boxes),
    )
    digest = hashlib.sha256(msgspec.json.encode(correction)).hexdigest()
    made = msgspec.structs.replace(correction, id=f"c-{digest[:ID_LENGTH]}")
    for complaint in _complaints(made):
        raise CorrectionError(f"This decision {complaint}.")
    return made


def encode(correction: Correction) -> bytes:
    """The line of a decision."""
    return msgspec.json.encode(correction) + b"\n"


def parse_corrections(data: bytes) -> tuple[Correction, ...]:
    """Reads the whole lines of the file of decisions (`store.read_log`), in their order; no bytes are no decisions.

    Raises:
        CorrectionError: a line is no decision; the message names it.
    """
    corrections: list[Correction] = []
    known: set[str] = set()
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        where = f"Line {number} of the corrections (_corrections.jsonl)"
        try:
            correction = msgspec.json.decode(line, type=Correction)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CorrectionError(f"{where} cannot be used: {error}. Mend the line; do not delete it.") from None
        for complaint in _complaints(correction, known):
            raise CorrectionError(f"{where} ({correction.id}) {complaint}. Mend the line; do not delete it.")
        known.add(correction.id)
        corrections.append(correction)
    return tuple(corrections)


def _complaints(correction: Correction, known: set[str] | None = None) -> Iterable[str]:
    if not correction.who:
        yield "does not say who decided"
    if correction.decision == "undo":
        if not correction.undoes or (known is not None and correction.undoes not in known):
            yield f"takes back {correction.undoes}, which is no decision above it"
        return
    mention = correction.mention
    if mention is None:
        yield "does not say which mention it is about"
        return
    if known is not None and correction.id in known:
        yield "has the id of a decision above it"
    if correction.decision in ("edit", "add"):
        try:
            parse_value(mention.kind, correction.value or {})
        except CorrectionError as error:
            yield f"has no value that can be used: {error}"
    if correction.decision == "add" and not 0 <= mention.start < mention.end:
        yield "has no words: its end must be after its start"
    if correction.decision != "add" and correction.machine is None:
        yield "does not say what the machine's value was"


def in_force(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """The last decision about each mention that was not taken back, in the order of the file."""
    last: dict[str, Correction] = {}
    for correction in standing(corrections):
        assert correction.mention is not None
        key = base_id(correction.mention.mention_id)
        before = last.pop(key, None)
        after = correction if before is None else _after(before, correction)
        if after is not None:
            last[key] = after
    return tuple(last.values())


def standing(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """All decisions about mentions that were not taken back, in the order of the file."""
    corrections = tuple(corrections)
    undone = set()
    for correction in reversed(corrections):
        if correction.undoes is not None and correction.id not in undone:
            undone.add(correction.undoes)
    return tuple(c for c in corrections if c.mention is not None and c.id not in undone)


def _after(before: Correction, correction: Correction) -> Correction | None:
    """What holds when a mention is decided on again; one that a person added has no machine's value to fall back on."""
    if before.decision != "add" or correction.decision == "add":
        return correction
    if correction.decision == "reject":
        return None
    return msgspec.structs.replace(before, id=correction.id, value=correction.value or before.value)


def base_id(mention_id: str) -> str:
    """A mention's id without the suffix that it gets when its report was handed in twice."""
    return mention_id.partition("~")[0]
