"""A mention that the machine missed: from the box that a person drew to what a decision says of it.

The texts on the page (`reports`, with the map to the page) must be those of the tables that are looked at; else the
offsets would point at other words, and nothing is added.
"""

from collections.abc import Sequence

from msgspec import Struct

from pipeline import context, passages
from pipeline.corrections import Target, added_id
from pipeline.records import Bbox, Box, Context, Field, Kind, Report
from pipeline.review import subjects
from pipeline.review import words as boxed_words
from pipeline.review.decisions import Known
from pipeline.review.side import Side
from pipeline.review.subjects import Refused, Subject
from pipeline.review.suggestions import Suggestion, suggest
from pipeline.views import words

OTHER_TEXT = "The texts of this report were written again since. Close the review and open it again."
NO_WORD = "Choose at least one word."


class Found(Struct, frozen=True):
    """Words that were boxed on a page: where they are, and the line of text around them."""

    section_id: str
    path: str
    title: str
    field: str
    start: int
    end: int
    line: str
    line_start: int
    suggestion: Suggestion


class Place(Struct, frozen=True):
    """Where words are: in a field of a section, and on the page."""

    section_id: str
    field: Field
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...]


def words_in(side: Side, reports: Sequence[Report], submission_id: str, page_number: int, box: Bbox) -> Found:
    """The words in a box that was drawn on a page.

    Raises:
        Refused: there are none, or the texts are other ones now.
    """
    try:
        boxed = boxed_words.inside(reports, page_number, box)
    except boxed_words.WordsError as error:
        raise Refused(str(error)) from None
    section_id = f"{submission_id}-{boxed.report}/{boxed.section.path}"
    section = side.sections.get(section_id)
    text = boxed.passage.text
    if section is None or section[boxed.field] != text:
        raise Refused(OTHER_TEXT)
    first = text.rfind("\n", 0, boxed.start) + 1
    last = text.find("\n", boxed.end)
    return Found(
        section_id=section_id,
        path=words.visible(boxed.section.path),
        title=words.visible(boxed.section.title.text),
        field=boxed.field,
        start=boxed.start,
        end=boxed.end,
        line=text[first : len(text) if last < 0 else last],
        line_start=first,
        suggestion=suggest_for(side, reports, section_id, boxed.field, (boxed.start, boxed.end)),
    )


def suggest_for(
    side: Side, reports: Sequence[Report], section_id: str, field: Field, span: tuple[int, int]
) -> Suggestion:
    """What some words of a section may mean.

    Raises:
        Refused: there is no such section, or no word.
    """
    found = place(side, reports, section_id, field, span)
    section = side.sections[section_id]
    ordinal = side.reports[section["report_id"]]["ordinal"]
    report = next((report for report in reports if report.ordinal == ordinal), None)
    known = Context() if report is None else context.of_section(context.of_report(report), section["title"])
    return suggest(found.text, known, side.organizations)


def place(side: Side, reports: Sequence[Report], section_id: str, field: Field, span: tuple[int, int]) -> Place:
    """Some words of a section, and where they are on the page.

    Raises:
        Refused: there is no such section, or no word.
    """
    section = side.sections.get(section_id)
    if section is None:
        raise Refused(OTHER_TEXT)
    start, end = span
    text: str = section[field]
    if not 0 <= start < end <= len(text) or text[start:end].strip() != text[start:end]:
        raise Refused(NO_WORD)
    ordinal = side.reports[section["report_id"]]["ordinal"]
    parts = [part for report in reports if report.ordinal == ordinal for part in report.sections]
    passage = next(
        (part.title if field == "title" else part.text for part in parts if part.path == section["path"]), None
    )
    if passage is None or passage.text != text:
        raise Refused(OTHER_TEXT)
    return Place(section_id, field, start, end, text[start:end], passages.boxes(passage, start, end))


def target(side: Side, found: Place, kind: Kind) -> Target:
    """How a decision names a mention that is to be added there."""
    section = side.sections[found.section_id]
    path, report = section["path"], side.identities[section["report_id"]]
    mention_id = added_id(kind, report, path, found.field, found.start, found.text)
    where = found.field, found.start, found.end, found.text
    return Target(mention_id, kind, section["submission_id"], report, path, *where)


def refuse_double(side: Side, section_id: str, wanted: Target, known: Known) -> None:
    """Refuses a mention where there is one of its kind already.

    Raises:
        Refused: there is; the message says what to do instead.
    """
    kind = wanted.kind
    for row in side.mentions_in(kind, "section_id", section_id):
        if row["field"] == wanted.field and row["char_start"] < wanted.end and wanted.start < row["char_end"]:
            subject = Subject(row["mention_id"], kind, row, side.target(kind, row))
            if subjects.standing(subject, known).state != "rejected":
                there = f"There is a {kind} already: “{words.visible(row['text'])}”."
                raise Refused(f"{there} Choose it on the page and edit or reject it.")
    if wanted.mention_id in known.in_force:
        raise Refused(f"This {kind} was added already.")
