"""Every other table, and all of them by name."""

from typing import get_args

from pipeline import records
from pipeline.schema.activities import ACTIVITIES, ACTIVITY_AMOUNTS, ACTIVITY_MENTIONS
from pipeline.schema.columns import (
    BOOL,
    BOX,
    DATE,
    FLOAT,
    INT,
    LONG,
    MENTION,
    MONEY_TYPE,
    PAGE_NUMBER,
    PAGES,
    QUALIFIER,
    REPORT_ID,
    SECTION_ID,
    STRING,
    SUBMISSION_ID,
    Column,
    Reference,
    Table,
    mention_table,
    required,
)

SUBMISSIONS = Table(
    "submissions",
    "One row an entry found in the folder of submissions, whatever became of it.",
    (
        required("file_name", STRING, "POSIX path below the folder of submissions."),
        Column("submission_id", STRING, "First 16 hex digits of the SHA-256 of the file's bytes; null when unread."),
        Column("sha256", STRING, "SHA-256 of the file's bytes, in hex; null when unread."),
        Column("size_bytes", LONG, "Size of the file in bytes.", minimum=0),
        Column("page_count", INT, "Pages in the PDF; null when it could not be opened.", minimum=0),
        required("status", STRING, "What became of it.", values=get_args(records.Status)),
        Column("error_code", STRING, "Why it failed or is partial.", values=get_args(records.ErrorCode)),
        Column("error_message", STRING, "One sentence that says what to do."),
        Column("duplicate_of", STRING, "file_name of the entry with the same bytes that was used instead."),
    ),
    ("file_name",),
)
PAGES_TABLE = Table(
    "pages",
    "One row a page that was read.",
    (
        SUBMISSION_ID,
        required("page_number", INT, "Page of the PDF, counted from 1.", minimum=1),
        required("width", FLOAT, "Width of the page as shown, in points."),
        required("height", FLOAT, "Height of the page as shown, in points."),
        required("rotation", INT, "Rotation that the PDF asks for, in degrees clockwise."),
        required("text_source", STRING, "Where the words came from.", values=get_args(records.TextSource)),
        required("word_count", INT, "Words read off the page.", minimum=0),
        required("text", STRING, "Text of the page in reading order, headers and footers included."),
    ),
    ("submission_id", "page_number"),
    (Reference("submission_id", "submissions", "submission_id"),),
)
REPORTS = Table(
    "reports",
    "One row an organization's report inside a submission.",
    (
        REPORT_ID,
        SUBMISSION_ID,
        required("ordinal", INT, "Place of the report in its submission, from 1.", minimum=1),
        Column("organization", STRING, "The reporting organization as printed, without its acronym in brackets."),
        Column("organization_id", STRING, "The reporting organization."),
        Column("title", STRING, "Title of the report as printed."),
        Column("period_start", DATE, "First day that the report covers."),
        Column("period_end", DATE, "Last day that the report covers."),
        *PAGES,
    ),
    ("report_id",),
    (
        Reference("submission_id", "submissions", "submission_id"),
        Reference("organization_id", "organizations", "organization_id"),
    ),
)
SECTIONS = Table(
    "sections",
    "One row a section: a heading and the text up to the next heading of any level.",
    (
        SECTION_ID,
        REPORT_ID,
        SUBMISSION_ID,
        required(
            "ordinal", INT, "Reading order in the report, from 0 for the matter before the first heading.", minimum=0
        ),
        Column("parent_section_id", STRING, "The section that this one belongs to."),
        required("level", INT, "Depth in the tree: 1 is the top, 0 the matter before the first heading.", minimum=0),
        Column("number", STRING, "Number as printed; null for a heading without one."),
        required("path", STRING, "Labels from the root, without punctuation, with dots between."),
        required(
            "title", STRING, "Title on one line, without the number; empty for the matter before the first heading."
        ),
        required("text", STRING, "Running text: one paragraph or list item a line, list items led by '- '."),
        *PAGES,
    ),
    ("section_id",),
    (
        Reference("report_id", "reports", "report_id"),
        Reference("submission_id", "submissions", "submission_id"),
        Reference("parent_section_id", "sections", "section_id"),
    ),
)
DATE_MENTIONS = mention_table(
    "date",
    "One row a date, range of dates, duration or recurrence that a report states.",
    Column("start_date", DATE, "First day meant; null for durations and recurrences, and for an open start."),
    Column("end_date", DATE, "Last day meant, inclusive; equal to start_date for one day."),
    Column("precision", STRING, "How exact the evidence is: day, month, quarter, year, decade and so on."),
    required("kind", STRING, "Sort of date.", values=get_args(records.DateKind)),
    Column("duration", STRING, "Length of a duration or recurrence in ISO 8601, such as P3Y."),
    Column("edtf", STRING, "The value in the Extended Date/Time Format (ISO 8601-2)."),
    required("is_approximate", BOOL, "The text says about, early, mid, late or the like."),
    required("is_inferred", BOOL, "A part, such as the year, came from the context."),
)
COUNT_MENTIONS = mention_table(
    "count",
    "One row a number of things that a report states.",
    required("value", FLOAT, "The number, multipliers resolved."),
    Column("value_max", FLOAT, "Upper end of a range."),
    QUALIFIER,
    Column("unit", STRING, "What is counted, as written."),
    Column("unit_head", STRING, "Lemma of the head noun of unit."),
)
MONEY_MENTIONS = mention_table(
    "money",
    "One row an amount of money that a report states.",
    required("amount", MONEY_TYPE, "The amount in units of currency, multipliers resolved."),
    Column("amount_max", MONEY_TYPE, "Upper end of a range, in units of currency."),
    QUALIFIER,
    Column("currency", STRING, "Currency, ISO 4217; null when the text does not say."),
)
COUNTRY_MENTIONS = mention_table(
    "country",
    "One row a mention of a country or territory.",
    required("alpha2", STRING, "Country, ISO 3166-1 alpha-2."),
    required("alpha3", STRING, "Country, ISO 3166-1 alpha-3."),
    required("name", STRING, "English short name of the country."),
    required("form", STRING, "How it was written.", values=("name", "demonym", "abbreviation")),
    required("inside_organization", BOOL, "The mention is part of an organization's name."),
)
ORGANIZATION_MENTIONS = mention_table(
    "organization",
    "One row a mention of an organization.",
    required("organization_id", STRING, "The organization meant."),
    required("form", STRING, "How it was written.", values=("name", "acronym", "alias")),
    references=(Reference("organization_id", "organizations", "organization_id"),),
)
ORGANIZATIONS = Table(
    "organizations",
    "One row an organization that is mentioned or reports.",
    (
        required("organization_id", STRING, "Key of the organization; it does not change when submissions are added."),
        required("name", STRING, "Fullest form of the name seen, or the one a person chose."),
        Column("acronym", STRING, "Acronym seen or curated."),
        Column("country", STRING, "Country of the organization, ISO 3166-1 alpha-2, when known."),
        Column("parent_organization_id", STRING, "The organization that this one is a unit of."),
        required("mention_count", INT, "Mentions of it in all reports.", minimum=0),
        required("report_count", INT, "Reports that mention it or are its own.", minimum=0),
        Column("kind", STRING, "Sort of organization, in the words of the person who decided on it."),
        Column("ror", STRING, "Id in the Research Organization Registry, as a person entered it."),
        Column("wikidata", STRING, "Id in Wikidata, as a person entered it."),
        Column("other_ids", STRING, "Ids in other registers, each as scheme and value, with '; ' between."),
    ),
    ("organization_id",),
    (Reference("parent_organization_id", "organizations", "organization_id"),),
)
ORGANIZATION_ALIASES = Table(
    "organization_aliases",
    "One row a form of an organization's name, seen or curated.",
    (
        required("organization_id", STRING, "The organization."),
        required("alias", STRING, "The form as written."),
        required("form", STRING, "Sort of form.", values=("name", "acronym", "alias")),
        required("mention_count", INT, "Mentions written so; 0 for a curated form not seen.", minimum=0),
    ),
    ("organization_id", "alias"),
    (Reference("organization_id", "organizations", "organization_id"),),
)
MENTION_BOXES = Table(
    "mention_boxes",
    "Where to draw the evidence: one row a line that a mention touches.",
    (
        required("mention_id", STRING, "The mention."),
        required("box_number", INT, "Reading order of the boxes of one mention, from 1.", minimum=1),
        required("page_number", INT, "Page of the PDF, counted from 1.", minimum=1),
        *BOX,
    ),
    ("mention_id", "box_number"),
)
TABLE_CELLS = Table(
    "table_cells",
    "One row a cell of a table found on a page.",
    (
        SUBMISSION_ID,
        required("page_number", INT, "Page of the PDF, counted from 1.", minimum=1),
        required(
            "table_number", INT, "Number of the table in its submission, from 1; parts over pages share it.", minimum=1
        ),
        required("row", INT, "Row of the table, from 0; it goes on over pages.", minimum=0),
        required("column", INT, "Column of the table, from 0.", minimum=0),
        required("text", STRING, "Text of the cell on one line; empty for an empty cell."),
        required("is_header", BOOL, "The cell belongs to a header row."),
        *BOX,
    ),
    ("submission_id", "table_number", "row", "column"),
    (Reference("submission_id", "submissions", "submission_id"),),
)
PROBLEMS = Table(
    "problems",
    "One row a thing that a person should look at.",
    (
        SUBMISSION_ID,
        required("problem_number", INT, "Number of the problem in its submission, from 1.", minimum=1),
        PAGE_NUMBER,
        Column("section_id", STRING, "The section concerned, when it is one."),
        required("code", STRING, "Sort of problem."),
        required("message", STRING, "What was seen and what to do."),
    ),
    ("submission_id", "problem_number"),
    (Reference("section_id", "sections", "section_id"),),
)

MENTION_TABLES: dict[records.Kind, Table] = {
    "date": DATE_MENTIONS,
    "count": COUNT_MENTIONS,
    "money": MONEY_MENTIONS,
    "country": COUNTRY_MENTIONS,
    "organization": ORGANIZATION_MENTIONS,
}
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SUBMISSIONS,
        PAGES_TABLE,
        REPORTS,
        SECTIONS,
        *MENTION_TABLES.values(),
        ORGANIZATIONS,
        ORGANIZATION_ALIASES,
        MENTION_BOXES,
        TABLE_CELLS,
        ACTIVITIES,
        ACTIVITY_MENTIONS,
        ACTIVITY_AMOUNTS,
        PROBLEMS,
    )
}


def value_columns(kind: records.Kind) -> tuple[Column, ...]:
    """The columns that hold the normalised value of one kind: those after the shared ones."""
    return MENTION_TABLES[kind].columns[len(MENTION) :]
