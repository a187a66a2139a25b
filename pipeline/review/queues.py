"""In which order things are looked at: what changed, what the machine is unsure of, problems, decisions made.

An `Entry` is a line of a queue in words. What stands in the lines does not depend on decisions; those are told apart.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from pipeline import corrections
from pipeline.changes import Change, Comparison
from pipeline.records import Kind
from pipeline.review.side import Row, Side
from pipeline.views import cards, words
from pipeline.views.cards import CardView

MOST = 20_000
"""Lines of a queue; a longer one is cut, and says so."""
GROUPS = ("date", "count", "money", "country", "organization", "structure", "problems", "derived")
STALE = corrections.replay.CODE


class Entry(Struct, frozen=True, array_like=True):
    """One line of a queue: ids, what it is about and where, and what a search looks through.

    `heading` is what lines are put together under. Only `decidable` lines wait for a decision; `quiet` ones are hidden
    at first.
    """

    id: str
    group: str
    heading: str
    badge: str
    badge_words: str
    words: str
    value: str
    file_name: str
    where: str
    search: str
    decidable: bool
    quiet: bool


def entry(view: CardView, entry_id: str, heading: str, *, decidable: bool) -> Entry:
    """The line for a card."""
    both = view.old_value and view.new_value and view.old_value != view.new_value
    value = f"{view.old_value} → {view.new_value}" if both else view.new_value or view.old_value
    where = f"§ {view.path} {view.title}".strip() if view.path else ""
    page = f"p. {view.page_number}" if view.page_number else ""
    return Entry(
        id=entry_id,
        group=view.group,
        heading=heading,
        badge=view.sort,
        badge_words=view.sort_words,
        words=view.subject,
        value=value,
        file_name=view.file_name,
        where=" · ".join(part for part in (where, page) if part),
        search=view.search,
        decidable=decidable,
        quiet=view.is_quiet,
    )


def of_changes(comparison: Comparison) -> Iterator[Entry]:
    """The changes in reading order."""
    for change in comparison.changes[:MOST]:
        view = cards.card(change, comparison.organizations)
        yield entry(view, change.change_id, view.tier_words, decidable=change.kind is not None)


def of_mentions(side: Side, mentions: Iterable[tuple[Kind, Row]], *, by_section: bool) -> Iterator[Entry]:
    """Mentions in the order given, under the headings of their sections or all under one."""
    for kind, row in mentions:
        view = mention_card(side, kind, row)
        section = f"§ {view.path} {view.title}".strip()
        yield entry(view, row["mention_id"], section if by_section else "Least certain first", decidable=True)


def of_problems(side: Side) -> Iterator[Entry]:
    """Files that failed and rows of `problems`; decisions that hold no more are told by their mentions instead."""
    for key, row in problems(side).items():
        yield entry(problem_card(side, row), key, words.visible(side.place(row).file_name), decidable=False)


def problems(side: Side) -> dict[str, Row]:
    """The files that failed and the rows of `problems`, by an id of their own, but for stale decisions."""
    rows = side.tables["problems"].to_pylist()
    return _failures(side) | {
        f"problem-{row['submission_id']}-{row['problem_number']}": row for row in rows if row["code"] != STALE
    }


def _failures(side: Side) -> dict[str, Row]:
    """The files of which nothing could be read, told as problems are."""
    return {
        f"problem-file-{number}": {
            "file_name": row["file_name"],
            "submission_id": row["submission_id"],
            "code": row["error_code"],
            "message": row["error_message"] or "Nothing of this file is in the tables.",
        }
        for number, row in enumerate(side.tables["submissions"].to_pylist())
        if row["status"] == "failed"
    }


def mention_card(side: Side, kind: Kind, row: Row) -> CardView:
    """A mention that is compared with nothing, as a card; its badge says how sure the machine is."""
    change = Change(row["mention_id"], f"{kind}_mentions", kind, "moved", "rest", side.place(row), row, row)
    names: Mapping[str, str] = side.organizations
    view = cards.card(change, names)
    return replace(view, sort="metadata", sort_words=f"{row['confidence']:.0%} sure", confidence="", is_quiet=False)


def problem_card(side: Side, row: Row) -> CardView:
    """A problem as a card; its badge is its code."""
    change = Change("problem", "problems", None, "added", "check", side.place(row), None, row)
    return replace(cards.card(change, {}), sort="changed", sort_words=row["code"].replace("_", " "))
