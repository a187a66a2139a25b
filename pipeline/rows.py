"""From what the stages left to the rows of the tables.

Mention ids are made of what survives re-extraction and re-submission: who reports on which period, the section's path,
the kind, the words, and which of several occurrences it is. A report that names neither organization nor period can
only be told by its file, so there the submission's id takes their place.
"""

import datetime
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from pipeline import schema
from pipeline.askew import box_on_page
from pipeline.records import (
    CountryValue,
    ExtractedSubmission,
    LedgerEntry,
    Mention,
    OrganizationValue,
    Page,
    PlacedMention,
    Problem,
    Report,
    Section,
    SegmentedSubmission,
    TaggedSubmission,
    Value,
)
from pipeline.resolution import NameUse, organization_id

ID_LENGTH = 16
SPACE = re.compile(r"\s+")
FEWEST_MENTIONS = 3
"""Mentions of a country from which on it can be what a report is mainly about."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]


class Submission(Struct, frozen=True):
    """All that is known of one submission: its entry in the ledger, and what each stage left."""

    entry: LedgerEntry
    extracted: ExtractedSubmission
    segmented: SegmentedSubmission
    tagged: TaggedSubmission

    @property
    def submission_id(self) -> str:
        """First 16 hex digits of the bytes' SHA-256."""
        return self.extracted.submission_id


def report_id(submission_id: str, ordinal: int) -> str:
    """The key of a report."""
    return f"{submission_id}-{ordinal}"


def section_id(submission_id: str, report: Report, section: Section) -> str:
    """The key of a section."""
    return f"{report_id(submission_id, report.ordinal)}/{section.path}"


def name_uses(segmented: SegmentedSubmission, tagged: TaggedSubmission) -> Iterator[NameUse]:
    """The names of organizations in one submission, for `resolution`: each report's own, then each mention in order."""
    submission_id = segmented.submission_id
    countries = _report_countries(tagged)
    for report in segmented.reports:
        if report.organization:
            yield NameUse(
                report_id=report_id(submission_id, report.ordinal),
                name=report.organization,
                acronym=report.acronym,
                text=report.organization,
                form="name",
                is_submitter=True,
                report_country=countries.get(report.ordinal),
            )
    for placed in tagged.mentions:
        value = placed.mention.value
        if isinstance(value, OrganizationValue):
            yield NameUse(
                report_id=report_id(submission_id, placed.report),
                name=value.name,
                acronym=value.acronym,
                text=placed.mention.text,
                form=value.form,
                country=value.country,
                parent=value.parent,
                report_country=countries.get(placed.report),
            )


def _report_countries(tagged: TaggedSubmission) -> dict[int, str]:
    """The country of which each report speaks more than of all others together, by the report's ordinal."""
    seen: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for placed in tagged.mentions:
        if isinstance(placed.mention.value, CountryValue):
            seen[placed.report][placed.mention.value.alpha2] += 1
    mostly = {}
    for report, codes in seen.items():
        [(code, times)] = codes.most_common(1)
        if times >= FEWEST_MENTIONS and times * 2 > codes.total():
            mostly[report] = code
    return mostly


def report_identities(segmented: SegmentedSubmission) -> dict[int, str]:
    """What tells each report of a submission from all others, by its ordinal."""
    facts = [
        (report.ordinal, report.organization, report.period_start, report.period_end) for report in segmented.reports
    ]
    return identities(facts, segmented.submission_id)


def identities(
    reports: Iterable[tuple[int, str | None, datetime.date | None, datetime.date | None]], submission_id: str
) -> dict[int, str]:
    """What tells reports from all others; see the module's first lines.

    Args:
        reports: ordinal, organization, first and last day of all reports of a submission, in order.
        submission_id: the submission.
    """
    seen: Counter[str] = Counter()
    found = {}
    for ordinal, organization, *period in reports:
        parts = [SPACE.sub(" ", str(part)).strip().casefold() for part in (organization, *period) if part is not None]
        identity = "|".join(parts) if organization and len(parts) > 1 else submission_id
        seen[identity] += 1
        found[ordinal] = identity if seen[identity] == 1 else f"{identity}|{seen[identity]}"
    return found


def mention_ids(segmented: SegmentedSubmission, tagged: TaggedSubmission) -> list[str]:
    """The id of each mention of a submission, in order; unique within it."""
    identities = report_identities(segmented)
    paths = {(report.ordinal, s.ordinal): s.path for report in segmented.reports for s in report.sections}
    seen: Counter[tuple[str, ...]] = Counter()
    ids = []
    for placed in tagged.mentions:
        path = paths[placed.report, placed.section]
        text = SPACE.sub(" ", placed.mention.text)
        facts = (identities[placed.report], path, placed.mention.kind, text)
        seen[facts] += 1
        digest = hashlib.sha256("\0".join((*facts, str(seen[facts]))).encode()).hexdigest()
        ids.append(f"{placed.mention.kind}-{digest[:ID_LENGTH]}")
    return ids


def submission_rows(submission: Submission, ids: list[str], organization_ids: Iterable[str]) -> Rows:
    """The rows of all tables that one submission gives, but for its row in `submissions`.

    Args:
        submission: what the stages left.
        ids: the id of each of its mentions, in order.
        organization_ids: the organization of each of its `name_uses`, in order.
    """
    rows: Rows = {name: [] for name in schema.TABLES}
    identities = iter(organization_ids)
    rows["pages"] = [_page_row(submission.submission_id, page) for page in submission.extracted.pages]
    rows["table_cells"] = list(_cell_rows(submission.submission_id, submission.extracted.pages))
    for report in submission.segmented.reports:
        identity = next(identities) if report.organization else None
        rows["reports"].append(_report_row(submission.submission_id, report, identity))
        rows["sections"] += _section_rows(submission.submission_id, report)
    sections = _sections(submission)
    for mention_id, placed in zip(ids, submission.tagged.mentions, strict=True):
        section = sections[placed.report, placed.section]
        row = _mention_row(submission.submission_id, mention_id, section, placed)
        row |= value_columns(placed.mention.value, identities)
        rows[f"{placed.mention.kind}_mentions"].append(row)
        rows["mention_boxes"] += _box_rows(mention_id, placed)
    rows["problems"] = problem_rows(submission, ())
    return rows


def value_columns(value: Value, organization_ids: Iterator[str]) -> Row:
    """The value of a mention as the columns of its kind's table; an organization takes the next of the ids."""
    if isinstance(value, OrganizationValue):
        return {"organization_id": next(organization_ids), "form": value.form}
    return msgspec.structs.asdict(value)


def tagged_columns(mention: Mention) -> Row:
    """A mention in a bare text as columns; an organization's id is that of its name alone.

    `kind` is that of the mention; the column of that name of a date, which would hide it, is called `date_kind`.
    """
    row: Row = {"kind": mention.kind, "char_start": mention.start, "char_end": mention.end, "text": mention.text}
    row |= {"source": mention.source, "rule": mention.rule, "confidence": mention.confidence}
    identity = organization_id(mention.value.name) if isinstance(mention.value, OrganizationValue) else ""
    value = value_columns(mention.value, iter([identity]))
    return row | {"date_kind" if name == "kind" else name: value[name] for name in value}


def _sections(submission: Submission) -> dict[tuple[int, int], str]:
    return {
        (report.ordinal, section.ordinal): section_id(submission.submission_id, report, section)
        for report in submission.segmented.reports
        for section in report.sections
    }


def submission_row(entry: LedgerEntry, submission: Submission | None) -> Row:
    """The row in `submissions` of one entry: what became of it at the door, then in the stages."""
    row: Row = {
        "file_name": entry.file_name,
        "submission_id": entry.submission_id,
        "sha256": entry.sha256,
        "size_bytes": entry.size_bytes,
        "page_count": None,
        "status": "duplicate" if entry.duplicate_of else "failed",
        "error_code": entry.error_code,
        "error_message": entry.error_message,
        "duplicate_of": entry.duplicate_of,
    }
    if submission is None or entry.duplicate_of:
        return row
    read = submission.extracted
    row |= {"page_count": read.page_count, "status": read.status}
    row |= {"error_code": read.error_code, "error_message": read.error_message}
    for later in (submission.segmented, submission.tagged):
        if later.error_code and read.status != "failed":
            return row | {
                "status": "partial",
                "error_code": later.error_code,
                "error_message": later.error_message,
            }
    return row


def page_text(page: Page) -> str:
    """The text of a page, a line a line, in the order in which the engine read it."""
    lines: dict[int, list[str]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(words) for words in lines.values())


def _page_row(submission_id: str, page: Page) -> Row:
    return {
        "submission_id": submission_id,
        "page_number": page.page_number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "text_source": page.text_source,
        "word_count": len(page.words),
        "text": page_text(page),
    }


def _cell_rows(submission_id: str, pages: Iterable[Page]) -> Iterator[Row]:
    number = first_row = next_row = 0
    for page in pages:
        for table in page.tables:
            if table.continues and number:
                first_row = next_row
            else:
                number, first_row = number + 1, 0
            for cell in table.cells:
                row = {"submission_id": submission_id, "page_number": page.page_number, "table_number": number}
                row |= {"row": first_row + cell.row, "column": cell.column, "text": cell.text}
                yield row | {"is_header": cell.is_header} | _box(box_on_page(cell.bbox, page))
            next_row = max((first_row + cell.row + 1 for cell in table.cells), default=first_row)


def _box(bbox: tuple[float, float, float, float]) -> Row:
    return dict(zip(("x0", "top", "x1", "bottom"), bbox, strict=True))


def _report_row(submission_id: str, report: Report, organization_id: str | None) -> Row:
    return {
        "report_id": report_id(submission_id, report.ordinal),
        "submission_id": submission_id,
        "ordinal": report.ordinal,
        "organization": report.organization,
        "organization_id": organization_id,
        "title": report.title,
        "period_start": report.period_start,
        "period_end": report.period_end,
        "page_first": report.page_first,
        "page_last": report.page_last,
    }


def _section_rows(submission_id: str, report: Report) -> Iterator[Row]:
    ids = {section.ordinal: section_id(submission_id, report, section) for section in report.sections}
    for section in report.sections:
        yield {
            "section_id": ids[section.ordinal],
            "report_id": report_id(submission_id, report.ordinal),
            "submission_id": submission_id,
            "ordinal": section.ordinal,
            "parent_section_id": None if section.parent is None else ids[section.parent],
            "level": section.level,
            "number": section.number,
            "path": section.path,
            "title": section.title.text,
            "text": section.text.text,
            "page_first": section.page_first,
            "page_last": section.page_last,
        }


def _mention_row(submission_id: str, mention_id: str, section: str, placed: PlacedMention) -> Row:
    return {
        "mention_id": mention_id,
        "submission_id": submission_id,
        "report_id": report_id(submission_id, placed.report),
        "section_id": section,
        "field": placed.field,
        "char_start": placed.mention.start,
        "char_end": placed.mention.end,
        "text": placed.mention.text,
        "sentence": placed.sentence,
        "page_number": placed.page_number,
        "source": placed.mention.source,
        "confidence": placed.mention.confidence,
        "rule": placed.mention.rule,
        "machine_value": None,
    }


def _box_rows(mention_id: str, placed: PlacedMention) -> Iterator[Row]:
    for number, box in enumerate(placed.boxes, 1):
        row = {"mention_id": mention_id, "box_number": number, "page_number": box.page_number}
        yield row | _box(box.bbox)


def problem_rows(submission: Submission, further: Iterable[Problem]) -> list[Row]:
    """The rows in `problems` of one submission: those of each stage in turn, then `further` ones."""
    sections = _sections(submission)
    found = (*submission.extracted.problems, *submission.segmented.problems, *submission.tagged.problems, *further)
    return [
        {
            "submission_id": submission.submission_id,
            "problem_number": number,
            "page_number": problem.page_number,
            "section_id": sections.get((problem.report or 0, -1 if problem.section is None else problem.section)),
            "code": problem.code,
            "message": problem.message,
        }
        for number, problem in enumerate(found, 1)
    ]


def unique_ids(ids: list[str], taken: set[str]) -> tuple[list[str], int]:
    """Gives ids that an earlier submission already has a suffix, and adds all to `taken`; tells how many had one."""
    result = []
    for wanted in ids:
        mention_id, copy = wanted, 1
        while mention_id in taken:
            copy += 1
            mention_id = f"{wanted}~{copy}"
        taken.add(mention_id)
        result.append(mention_id)
    return result, sum(a != b for a, b in zip(ids, result, strict=True))
