"""A page with all mentions on it, to be outlined: those of the tables, and those that a person added since."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from pipeline.records import KINDS, Bbox, Kind
from pipeline.review import subjects
from pipeline.review.decisions import Known
from pipeline.review.side import Side
from pipeline.review.subjects import Gone, Subject
from pipeline.views import words

LINE = 4.0
"""Points by which boxes on one line may differ."""

ValueWords = Callable[[Kind, Mapping[str, Any]], str]
"""Says a value in words."""


class PageMention(Struct, frozen=True):
    """A mention as it is outlined on a page."""

    mention_id: str
    kind: Kind
    text: str
    value: str
    state: str
    boxes: tuple[Bbox, ...]


class Sheet(Struct, frozen=True):
    """A page with what is on it."""

    submission_id: str
    file_name: str
    page_number: int
    pages: tuple[int, ...]
    width: float
    height: float
    mentions: tuple[PageMention, ...]

    @property
    def drawn(self) -> list[PageMention]:
        """The mentions with the small ones last, so that they lie on top and can be clicked on."""
        return sorted(self.mentions, key=lambda mention: -sum((x1 - x0) * (b - t) for x0, t, x1, b in mention.boxes))


def sheet(side: Side, submission_id: str, page_number: int, known: Known, value_words: ValueWords) -> Sheet:
    """A page of a submission.

    Raises:
        Gone: there is no such page.
    """
    sizes = side.page_sizes.get(submission_id, {})
    if page_number not in sizes:
        raise Gone("There is no such page in these tables. Choose another one.")
    width, height = sizes[page_number]
    mentions = [
        _mention(subject, page_number, known, value_words)
        for subject in _subjects(side, submission_id, page_number, known)
    ]
    return Sheet(
        submission_id=submission_id,
        file_name=words.visible(side.files.get(submission_id, {}).get("file_name", submission_id)),
        page_number=page_number,
        pages=tuple(sorted(sizes)),
        width=width,
        height=height,
        mentions=tuple(sorted((mention for mention in mentions if mention.boxes), key=_reading_order)),
    )


def _subjects(side: Side, submission_id: str, page_number: int, known: Known) -> list[Subject]:
    rows = [(kind, row) for kind in KINDS for row in side.mentions_on(kind, submission_id, page_number)]
    boxes = side.boxes(row["mention_id"] for _, row in rows)
    found = [
        Subject(row["mention_id"], kind, row, side.target(kind, row), boxes.get(row["mention_id"], ()))
        for kind, row in rows
        if any(box.page_number == page_number for box in boxes.get(row["mention_id"], ()))
    ]
    there = {subject.subject_id for subject in found}
    for decision in known.in_force.values():
        target = decision.mention
        if decision.decision == "add" and target is not None and target.mention_id not in there:
            subject = subjects.of_decision(side, decision)
            if subject is not None and subject.row["submission_id"] == submission_id:
                found.append(subject)
    return found


def _mention(subject: Subject, page_number: int, known: Known, value_words: ValueWords) -> PageMention:
    now = subjects.standing(subject, known)
    return PageMention(
        mention_id=subject.subject_id,
        kind=subject.kind,
        text=words.visible(subject.row["text"]),
        value=value_words(subject.kind, now.value or subject.row),
        state=now.state,
        boxes=tuple(box.bbox for box in subject.boxes if box.page_number == page_number),
    )


def _reading_order(mention: PageMention) -> tuple[float, float, str]:
    x0, top, _, _ = mention.boxes[0]
    return round(top / LINE) * LINE, x0, mention.mention_id
