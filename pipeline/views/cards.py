"""What a template needs to draw one change: everything in words, nothing left to work out.

`card(change, …)` makes a `CardView`; the macro in `assets/card.html` draws it. Both the HTML report and the review
page use them, so that a change looks the same in both. All strings are plain text: the template escapes them.
"""

from collections.abc import Callable, Mapping
from importlib import resources
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.changes import Change, Sort, Tier
from pipeline.views import words
from pipeline.views.terminal import is_quiet

if TYPE_CHECKING:
    from jinja2 import Environment

TEXTS = ("title", "text", "message", "sentence")
"""Columns that are read as prose and compared word by word."""
HIDDEN = ("mention_id", "submission_id", "report_id", "section_id", "parent_section_id", "machine_value")
"""Columns whose values say little to a reader; they stand under the details."""


class Sentence(Struct, frozen=True):
    """A sentence in three parts, the words of the mention in the middle, and a label when there are two of them."""

    label: str
    before: str
    words: str
    after: str


class ColumnView(Struct, frozen=True):
    """A column before and after, in words; `parts` instead when it is prose."""

    name: str
    old: str
    new: str
    parts: tuple[words.Part, ...] = ()


class Picture(Struct, frozen=True):
    """A crop of a page: which one (`source` is a URL or the number of an embedded one), its size, and what it shows."""

    source: str
    width: int
    height: int
    label: str


class CardView(Struct, frozen=True):
    """One change in words."""

    change_id: str
    mention_id: str
    sort: Sort
    sort_words: str
    tier: Tier
    tier_words: str
    what: str
    group: str
    subject: str
    old_subject: str
    old_value: str
    new_value: str
    sentences: tuple[Sentence, ...]
    columns: tuple[ColumnView, ...]
    details: tuple[ColumnView, ...]
    checks: tuple[str, ...]
    file_name: str
    report: str
    path: str
    title: str
    page_number: int | None
    confidence: str
    rule: str
    source: str
    reason: str
    pictures: tuple[Picture, ...]
    is_quiet: bool

    @property
    def search(self) -> str:
        """What a search looks through."""
        parts = [
            self.subject,
            self.old_subject,
            self.old_value,
            self.new_value,
            self.file_name,
            self.report,
            self.title,
        ]
        parts += [self.path, self.mention_id, self.rule, self.reason, *self.checks]
        parts += [f"{s.before}{s.words}{s.after}" for s in self.sentences]
        return " ".join(part for part in parts if part).casefold()


def card(change: Change, organizations: Mapping[str, str], pictures: tuple[Picture, ...] = ()) -> CardView:
    """A change in words; `organizations` are names by id (`Comparison.organizations`)."""
    before, after = words.values(change, organizations)
    columns, details = _columns(change)
    at, row = change.place, change.row
    return CardView(
        change_id=change.change_id,
        mention_id=row.get("mention_id") or "",
        sort=change.sort,
        sort_words=words.SORT_WORDS[change.sort],
        tier=change.tier,
        tier_words=words.TIER_WORDS[change.tier],
        what=words.what(change),
        group=words.group(change),
        subject=words.subject(change),
        old_subject=_old_subject(change),
        old_value=before,
        new_value=after,
        sentences=_sentences(change),
        columns=columns,
        details=details,
        checks=change.checks,
        file_name=words.visible(at.file_name),
        report=words.visible(at.report),
        path=words.visible(at.path),
        title=words.visible(at.title),
        page_number=at.page_number,
        confidence=f"{row['confidence']:.0%}" if change.kind else "",
        rule=words.visible(row["rule"] or "") if change.kind else "",
        source=row["source"] if change.kind else "",
        reason=words.visible(change.reason),
        pictures=pictures,
        is_quiet=is_quiet(change),
    )


def _old_subject(change: Change) -> str:
    if change.kind is None or change.old is None or change.new is None or change.old["text"] == change.new["text"]:
        return ""
    return words.visible(change.old["text"])


def _sentences(change: Change) -> tuple[Sentence, ...]:
    if change.kind is None:
        return ()
    rows = [row for row in (change.old, change.new) if row is not None]
    facts = [(row["sentence"], row["text"]) for row in rows]
    shown = facts[-1:] if len(set(facts)) == 1 else facts
    labels = ("before", "now") if len(shown) == 2 else ("",)
    return tuple(Sentence(label, *words.marked(*fact)) for label, fact in zip(labels, shown, strict=True))


def _columns(change: Change) -> tuple[tuple[ColumnView, ...], tuple[ColumnView, ...]]:
    """Columns to show, and those to keep under the details; a mention's value and sentence are shown elsewhere."""
    shown, details = [], []
    for column in change.columns:
        view = ColumnView(column.name.replace("_", " "), words.plain(column.old), words.plain(column.new))
        if change.kind is not None and column.name == "section_id":
            before, after = visible_path(column.old), visible_path(column.new)
            shown += [ColumnView("section", before, after)] if before != after else []
        if change.kind is None and column.name in TEXTS and column.old and column.new:
            parts = tuple(words.differing(column.old, column.new))
            shown.append(ColumnView(view.name, "", "", parts))
        elif (change.kind is not None and column.name != "page_number") or column.name in HIDDEN:
            details.append(view)
        else:
            shown.append(view)
    return tuple(shown), tuple(details)


def visible_path(section_id: str) -> str:
    """The path in a section's id."""
    return f"§ {words.visible(section_id.partition('/')[2])}"


def asset(name: str) -> str:
    """The text of a file in `assets`."""
    return (resources.files(__package__) / "assets" / name).read_text("utf-8")


def environment() -> "Environment":
    """The templates in `assets`, everything escaped. Needs jinja2, which the `review` and `analysis` extras bring."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    load: Callable[[str], str] = asset
    return Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
