"""What lies on the desk while somebody reviews: one extraction, perhaps what changed in it, and the decisions.

The address handlers of `app` ask it for lines, cards and pages, and hand it decisions.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlencode

from msgspec.structs import replace

from pipeline import corrections, store
from pipeline.changes import Change, Comparison
from pipeline.changes.judgement import LOW_CONFIDENCE
from pipeline.corrections import Correction, Target, base_id
from pipeline.records import Bbox, Box, Field, Kind, Report
from pipeline.review import adding, forms, queues, sheets, subjects
from pipeline.review.adding import Found
from pipeline.review.decisions import Conflict, Known, Log
from pipeline.review.forms import Mistake
from pipeline.review.pictures import LATE, Pictures
from pipeline.review.queues import Entry
from pipeline.review.sheets import Sheet
from pipeline.review.side import Side
from pipeline.review.subjects import Gone, Refused, Subject
from pipeline.review.suggestions import Suggestion
from pipeline.views import cards, evidence, words
from pipeline.views.cards import CardView, Picture

Queue = Literal["changes", "unsure", "problems", "decisions"]
QUEUES: tuple[Queue, ...] = ("changes", "unsure", "problems", "decisions")
Action = Literal["accept", "reject", "edit", "restore"]
PATIENCE = 1.5
"""Seconds that a card waits for its picture; a later one is put in when it is there."""
NO_MAP = (
    "Adding needs the places of the words on the pages. Run `pipeline run` in this folder, then open the review again."
)
NEWER = (
    "The tables were written again since this review was opened. Stop `pipeline review` and start it again to see them."
)
NO_NAME = "Say who you are first: every decision carries a name."

Segmented = Callable[[str], Sequence[Report] | None]
"""Gives the reports of a submission with the map back to the page; None when there is none."""
Row = dict[str, Any]


class Desk:
    """One review. `is_current` tells whether the tables are still those on the disk, `clock` the time of a decision."""

    def __init__(
        self,
        new: Side,
        log: Log,
        pictures: Pictures,
        segmented: Segmented,
        *,
        comparison: Comparison | None = None,
        old: Side | None = None,
        names: tuple[str, str] = ("", ""),
        reviewer: str = "",
        is_current: Callable[[], bool] = lambda: True,
        clock: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    ) -> None:
        self.new, self.log, self.pictures = new, log, pictures
        self.comparison, self.old = comparison, old
        self.names, self.reviewer = names, reviewer
        self._segmented, self._is_current, self._clock = segmented, is_current, clock
        self._subjects: dict[str, Subject | None] = {}
        self._torn = b""

    def notice(self, known: Known) -> str:
        """What a reviewer must know: what an interrupted save left, and that there are newer tables."""
        told = [self._told_of_torn(known), "" if self._is_current() else NEWER]
        return " ".join(text for text in told if text)

    def _told_of_torn(self, known: Known) -> str:
        if known.torn:
            self._torn = known.torn
        if not self._torn:
            return ""
        half = words.visible(self._torn.decode("utf-8", "replace"))
        aside = store.torn_path(self.log.path)
        where = f"the next decision moves it to {aside}" if known.torn else f"it was moved to {aside}"
        return f"A save was interrupted, and half a decision is not in force: {half[:160]}… Decide it again; {where}."

    # Queues

    @property
    def queues(self) -> tuple[Queue, ...]:
        """The queues that there are."""
        return QUEUES if self.comparison is not None else QUEUES[1:]

    def entries(self, queue: Queue, below: float = LOW_CONFIDENCE, submission_id: str = "") -> list[Entry]:
        """The lines of a queue.

        Args:
            queue: which.
            below: the confidence under which a mention is doubtful.
            submission_id: the submission to which the doubtful mentions are limited, if any.
        """
        if queue == "changes":
            return self._change_entries
        if queue == "unsure":
            found = self.new.unsure(below, queues.MOST, submission_id)
            return list(queues.of_mentions(self.new, found, by_section=bool(submission_id)))
        if queue == "problems":
            return [*self._stale_entries(self.log.read()), *self._problem_entries]
        return list(self._decision_entries(self.log.read()))

    @cached_property
    def _change_entries(self) -> list[Entry]:
        return list(queues.of_changes(self.comparison)) if self.comparison is not None else []

    @cached_property
    def _problem_entries(self) -> list[Entry]:
        return list(queues.of_problems(self.new))

    def _stale_entries(self, known: Known) -> list[Entry]:
        found = []
        for decision in known.last.values():
            subject = self._of_mention(decision.mention.mention_id, known) if decision.mention else None
            if subject is not None and subjects.standing(subject, known).state == "stale":
                found.append(self._entry(subject, "Decisions that do not hold any more"))
        return found

    def _decision_entries(self, known: Known) -> list[Entry]:
        order = {item.id: number for number, item in enumerate(known.corrections)}
        last = sorted(known.last.values(), key=lambda item: -order[item.id])
        found = []
        for decision in last[: queues.MOST]:
            subject = self._of_mention(decision.mention.mention_id, known) if decision.mention else None
            if subject is not None:
                line = self._entry(subject, f"{words.visible(decision.who)}, {decision.when[:10]}")
                now = subjects.standing(subject, known)
                if now.state == "edited" and now.value is not None:
                    line = replace(line, value=f"{line.value} → {self.value_words(subject.kind, now.value)}")
                said = words.visible(f"{decision.who} {decision.why} {decision.decision}").casefold()
                found.append(replace(line, search=f"{line.search} {said}"))
        return found

    def _entry(self, subject: Subject, heading: str) -> Entry:
        view = queues.mention_card(self.new, subject.kind, subject.row)
        return queues.entry(view, subject.subject_id, heading, decidable=True)

    def states(self, entries: Sequence[Entry], known: Known) -> dict[str, tuple[str, str]]:
        """The state of each line that is not open, and who decided."""
        if not known.last:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for line in entries:
            subject = self.subject(line.id, known) if line.decidable else None
            if subject is not None:
                now = subjects.standing(subject, known)
                if now.state != "open":
                    found[line.id] = (now.state, words.visible(now.decision.who) if now.decision else "")
        return found

    # Subjects and their cards

    def subject(self, subject_id: str, known: Known) -> Subject | None:
        """What a line is about, if it is a mention."""
        change = self._changes.get(subject_id)
        if change is None:
            return self._of_mention(subject_id, known)
        if subject_id not in self._subjects:
            self._subjects[subject_id] = self._of_change(change)
        return self._subjects[subject_id]

    @cached_property
    def _changes(self) -> dict[str, Change]:
        return {change.change_id: change for change in self.comparison.changes} if self.comparison else {}

    def _of_change(self, change: Change) -> Subject | None:
        if change.kind is None:
            return None
        if change.new is None:
            assert change.old is not None
            old = self.old or self.new
            return subjects.gone(old, self.new, change.kind, change.old, change.old_boxes, change.change_id)
        target = self.new.target(change.kind, change.new)
        return Subject(change.change_id, change.kind, change.new, target, change.new_boxes, change.old)

    def _of_mention(self, mention_id: str, known: Known) -> Subject | None:
        found = subjects.there(self.new, mention_id)
        decision = known.last.get(base_id(mention_id))
        if found is not None or decision is None:
            return found
        force = known.in_force.get(base_id(mention_id))
        return subjects.of_decision(self.new, force if force is not None else decision)

    def card(self, subject_id: str, known: Known) -> CardView:
        """The card of a line.

        Raises:
            Gone: there is no such line any more.
        """
        change = self._changes.get(subject_id)
        if change is not None and self.comparison is not None:
            return cards.card(change, self.comparison.organizations, tuple(self._change_pictures(change)))
        problem = queues.problems(self.new).get(subject_id) if subject_id.startswith("problem-") else None
        if problem is not None:
            return queues.problem_card(self.new, problem)
        subject = self._of_mention(subject_id, known)
        if subject is None:
            raise Gone("This is not in the tables any more. Choose another line.")
        view = queues.mention_card(self.new, subject.kind, subject.row)
        if subject.is_gone:
            view = replace(view, sort="removed", sort_words="gone")
        picture = self._picture(subject.row["submission_id"], subject.boxes, "") if subject.boxes else None
        return replace(view, pictures=(picture,) if picture else ())

    def _change_pictures(self, change: Change) -> list[Picture]:
        found = [self._picture(asked.submission_id, asked.boxes, asked.label) for asked in evidence.wanted(0, change)]
        return [picture for picture in found if picture is not None]

    def _picture(self, submission_id: str, boxes: tuple[Box, ...], label: str) -> Picture | None:
        drawn = self.pictures.crop(submission_id, boxes, PATIENCE)
        if not drawn.picture:
            return None
        query = urlencode({"of": submission_id, "box": [_encoded(box) for box in boxes]}, doseq=True)
        return Picture(
            f"crop.webp?{query}",
            round(drawn.width / evidence.ON_SCREEN),
            round(drawn.height / evidence.ON_SCREEN),
            label,
        )

    def is_late(self, subject_id: str, known: Known) -> bool:
        """Whether a picture of a card is still being drawn."""
        change = self._changes.get(subject_id)
        if change is not None:
            asked = [(item.submission_id, item.boxes) for item in evidence.wanted(0, change)]
        else:
            subject = self._of_mention(subject_id, known)
            asked = [(subject.row["submission_id"], subject.boxes)] if subject is not None and subject.boxes else []
        return any(self.pictures.crop(submission_id, boxes, 0) is LATE for submission_id, boxes in asked)

    def value_words(self, kind: Kind, value: Mapping[str, Any]) -> str:
        """A value in words."""
        names = self.new.organizations
        if self.comparison is not None:
            names = {**self.comparison.organizations, **names}
        return words.visible(words.value(kind, value, names))

    # Pages

    def sheet(self, submission_id: str, page_number: int, known: Known) -> Sheet:
        """A page with all mentions on it, those added since among them.

        Raises:
            Gone: there is no such page.
        """
        return sheets.sheet(self.new, submission_id, page_number, known, self.value_words)

    # Decisions

    def decide(
        self, subject_id: str, action: Action, *, who: str, why: str, version: str, typed: Mapping[str, str]
    ) -> Correction:
        """Takes a decision about a line.

        Raises:
            Gone: there is no such line any more.
            Refused: the decision cannot be taken; the message says why.
            Mistake: what was typed is no value.
            Conflict: somebody else decided since `version`.
        """
        known = self.log.read()
        subject = self.subject(subject_id, known)
        if subject is None:
            raise Gone("There is nothing to decide on here any more. Choose another line.")
        if known.version(subject.mention_ids) != version:
            raise Conflict(known.newest(subject.mention_ids))
        now = subjects.standing(subject, known)
        who, when = _name(who), self._now()
        names = self.new.organizations
        if action == "accept":
            correction = subjects.accept(subject, now, who, when, why)
        elif action == "reject":
            correction = subjects.reject(subject, now, who, when, why)
        elif action == "edit":
            value = forms.read(subject.kind, typed, now.value, names)
            correction = subjects.edit(subject, now, value, who, when, why)
        else:
            correction = subjects.restore(subject, who, when, why, names)
        self.log.append(correction, subject.mention_ids, version)
        return correction

    def undo(self, decision_id: str, *, who: str, why: str) -> Target:
        """Takes a decision back, by adding that it was; returns what it was about.

        Raises:
            Refused: it is not the last one about its mention.
            Conflict: somebody else decided in the meantime.
        """
        known = self.log.read()
        decision = next((item for item in known.corrections if item.id == decision_id), None)
        target = decision.mention if decision else None
        last = known.last.get(base_id(target.mention_id)) if target else None
        if target is None or last is None or last.id != decision_id:
            raise Refused("This decision was taken back already, or another one came after it.")
        made = corrections.decide("undo", who=_name(who), when=self._now(), why=why, undoes=decision_id)
        self.log.append(made, [target.mention_id], known.version([target.mention_id]))
        return target

    def _now(self) -> str:
        return self._clock().astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    # Adding

    def words_in(self, submission_id: str, page_number: int, box: Bbox) -> Found:
        """The words in a box that was drawn on a page.

        Raises:
            Refused: there are none, or it cannot be known.
        """
        return adding.words_in(self.new, self._reports(submission_id), submission_id, page_number, box)

    def suggest(self, submission_id: str, section_id: str, field: Field, span: tuple[int, int]) -> Suggestion:
        """What some words of a section may mean.

        Raises:
            Refused: there is no such section.
        """
        return adding.suggest_for(self.new, self._reports(submission_id), section_id, field, span)

    def _reports(self, submission_id: str) -> Sequence[Report]:
        reports = self._segmented(submission_id)
        if reports is None:
            raise Refused(NO_MAP)
        return reports

    def add(
        self,
        submission_id: str,
        section_id: str,
        field: Field,
        span: tuple[int, int],
        kind: Kind,
        *,
        who: str,
        why: str,
        typed: Mapping[str, str],
    ) -> Correction:
        """Adds a mention that the machine missed.

        Raises:
            Refused: there are no such words, or the machine found them.
            Mistake: what was typed is no value.
            Conflict: somebody else added it in the meantime.
        """
        who = _name(who)
        known = self.log.read()
        place = adding.place(self.new, self._reports(submission_id), section_id, field, span)
        target = adding.target(self.new, place, kind)
        adding.refuse_double(self.new, section_id, target, known)
        value = forms.read(kind, typed, None, self.new.organizations)
        made = corrections.decide(
            "add", who=who, when=self._now(), why=why, mention=target, value=value, boxes=place.boxes
        )
        self.log.append(made, [target.mention_id], known.version([target.mention_id]))
        return made


def _name(who: str) -> str:
    name = " ".join(who.split())[:80]
    if not name:
        raise Mistake({"who": NO_NAME})
    return name


def _encoded(box: Box) -> str:
    return ",".join([str(box.page_number), *(f"{edge:.2f}" for edge in box.bbox)])


def decoded(text: str) -> Box | None:
    """A box out of an address; None when it is none."""
    try:
        page, *edges = text.split(",")
        x0, top, x1, bottom = map(float, edges)
        return Box(int(page), (x0, top, x1, bottom))
    except ValueError:
        return None
