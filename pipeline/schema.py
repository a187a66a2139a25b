"""Every table and column, declared once.

The Arrow schemas (with descriptions in the field metadata), the checks made at writing, the data dictionary and the
tests are computed from here. Missing is null; there are no list or struct columns.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import records

MONEY_TYPE = pa.decimal128(24, 4)
STRING = pa.string()
INT = pa.int32()
LONG = pa.int64()
FLOAT = pa.float64()
BOOL = pa.bool_()
DATE = pa.date32()

Row = Mapping[str, Any]


class SchemaError(ValueError):
    """Rows do not fit their table; the message names table, column and the first bad value."""


@dataclass(frozen=True)
class Column:
    """One column: its meaning and unit in words, and what may stand in it."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = True
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def field(self) -> pa.Field:
        """The Arrow field, with the description as metadata."""
        return pa.field(self.name, self.type, self.nullable, {"description": self.description})


@dataclass(frozen=True)
class Reference:
    """`columns` of this table hold keys of `table`."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns, its primary key, and the tables it points to."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = field(default=())

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the table's description and key as metadata."""
        metadata = {"description": self.description, "primary_key": ",".join(self.key)}
        return pa.schema([column.field for column in self.columns], metadata)

    def column(self, name: str) -> Column:
        """The column called `name`.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")


def required(name: str, type_: pa.DataType, description: str, **limits: Any) -> Column:
    """A column that is never null."""
    return Column(name, type_, description, nullable=False, **limits)


SUBMISSION_ID = required("submission_id", STRING, "First 16 hex digits of the SHA-256 of the submitted file's bytes.")
REPORT_ID = required("report_id", STRING, "The report: its submission_id, a dash, and its place in the file from 1.")
SECTION_ID = required("section_id", STRING, "The section: its report_id, a slash, and its path.")
PAGE_NUMBER = Column("page_number", INT, "Page of the PDF, counted from 1.", minimum=1)
QUALIFIERS = get_args(records.Qualifier)
QUALIFIER = required("qualifier", STRING, "How the number is bounded by the words around it.", values=QUALIFIERS)
PAGES = (
    required("page_first", INT, "First page, counted from 1.", minimum=1),
    required("page_last", INT, "Last page, counted from 1.", minimum=1),
)
BOX = (
    required("x0", FLOAT, "Left edge, in points from the page's left edge."),
    required("top", FLOAT, "Upper edge, in points from the page's upper edge."),
    required("x1", FLOAT, "Right edge, in points from the page's left edge."),
    required("bottom", FLOAT, "Lower edge, in points from the page's upper edge."),
)
MENTION = (
    required("mention_id", STRING, "Key of the mention; it survives re-extraction and re-submission of the report."),
    SUBMISSION_ID,
    REPORT_ID,
    SECTION_ID,
    required("field", STRING, "Which text of the section the offsets point into.", values=get_args(records.Field)),
    required("char_start", INT, "First character of the mention in that field, counted from 0.", minimum=0),
    required("char_end", INT, "One past the last character of the mention in that field.", minimum=0),
    required("text", STRING, "The mention as written: exactly the characters char_start to char_end of the field."),
    required("sentence", STRING, "The sentence or list item around the mention."),
    required("page_number", INT, "Page on which the mention starts, counted from 1.", minimum=1),
    required("source", STRING, "What found the mention.", values=get_args(records.Source)),
    required("confidence", FLOAT, "Share of mentions found this way that are right.", minimum=0, maximum=1),
    required("rule", STRING, "The pattern or model that found the mention."),
    Column("machine_value", STRING, "The machine's own value columns as JSON, where a correction replaced them."),
)
MENTION_REFERENCES = (
    Reference("submission_id", "submissions", "submission_id"),
    Reference("report_id", "reports", "report_id"),
    Reference("section_id", "sections", "section_id"),
)


def mention_table(kind: str, description: str, *columns: Column, references: tuple[Reference, ...] = ()) -> Table:
    """A table of mentions of one kind: the shared columns, then its own."""
    return Table(
        f"{kind}_mentions", description, (*MENTION, *columns), ("mention_id",), (*MENTION_REFERENCES, *references)
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
ACTIVITIES = Table(
    "activities",
    "One row a section or list item that tells of something done. Made of the other tables: a mention is linked to the "
    "activity in whose lines, title or leading sentence it stands, and only what is told there as done fills a cell; "
    "`activity_mentions` names the mentions behind every cell.",
    (
        required(
            "activity_id", STRING, "Key of the activity; it survives re-extraction and re-submission of the report."
        ),
        SUBMISSION_ID,
        REPORT_ID,
        SECTION_ID,
        Column("organization_id", STRING, "The reporting organization."),
        required("ordinal", INT, "Reading order in the report, from 1.", minimum=1),
        required(
            "unit",
            STRING,
            "Whether the row is a section, or a list item with those below it.",
            values=("section", "item"),
        ),
        required(
            "title", STRING, "Title of the section, or the first sentence of the list item; cut at 120 characters."
        ),
        Column(
            "date_start",
            DATE,
            "First day on which it was done, of the dates in the role `when`; null when none is told.",
        ),
        Column("date_end", DATE, "Last day on which it was done, inclusive."),
        Column("date_precision", STRING, "The coarsest precision of the dates it is made of: day, month and so on."),
        Column(
            "date_basis",
            STRING,
            "Where those dates stand: in the activity's own words, in the section's title, or in what leads the list.",
            values=("own", "title", "lead"),
        ),
        Column(
            "people_reached",
            FLOAT,
            "The largest number of people it tells of; women and men joined are added, parts and further groups not.",
            minimum=0,
        ),
        Column("people_reached_max", FLOAT, "Upper end of a range.", minimum=0),
        Column("people_qualifier", STRING, "How people_reached is bounded by the words around it.", values=QUALIFIERS),
        Column("people_unit", STRING, "The people, as written."),
        Column(
            "organizations", STRING, "Other organizations by name, each once, with '; ' between; not the reporting one."
        ),
        Column("countries", STRING, "Countries, ISO 3166-1 alpha-2, each once, with '; ' between."),
        Column("other_counts", STRING, "Numbers of things other than people, as written, with '; ' between."),
        Column("amounts", STRING, "Sums of money by currency, with '; ' between; as numbers in `activity_amounts`."),
        required(
            "page_number",
            INT,
            "Page of its first mention, or else first page of its section, counted from 1.",
            minimum=1,
        ),
        required(
            "char_start", INT, "First character of the activity in the section's text, counted from 0.", minimum=0
        ),
        required("char_end", INT, "One past its last character in the section's text.", minimum=0),
        required("text", STRING, "The words that tell of it: exactly the characters char_start to char_end."),
        required(
            "evidence",
            STRING,
            "What speaks for and against it, by the names of `pipeline/activities`, with '; ' between.",
        ),
        required(
            "confidence", FLOAT, "Sum of the evidence that something done is told, from 0.5 on.", minimum=0, maximum=1
        ),
    ),
    ("activity_id",),
    (
        Reference("submission_id", "submissions", "submission_id"),
        Reference("report_id", "reports", "report_id"),
        Reference("section_id", "sections", "section_id"),
        Reference("organization_id", "organizations", "organization_id"),
    ),
)
ACTIVITY_ROLES = (
    *(
        "when",
        "limit",
        "people",
        "people_part",
        "people_other",
        "count",
        "count_part",
        "amount",
        "price",
        "part",
        "aside",
    ),
    *("place", "from", "inside_name", "reporter", "partner", "funder", "named", "planned", "called_off", "background"),
)
ACTIVITY_MENTIONS = Table(
    "activity_mentions",
    "One row a mention that an activity is linked to, with its role in it.",
    (
        required("activity_id", STRING, "The activity."),
        required("mention_id", STRING, "The mention, in the table of its kind."),
        required("kind", STRING, "Kind of the mention.", values=records.KINDS),
        required(
            "role",
            STRING,
            "What it is to the activity: when, people, count, amount, place, partner and so on fill a cell; limit "
            "(since, until, as of), part, price, aside (the same amount again, or one compared), planned, called_off "
            "and background do not.",
            values=ACTIVITY_ROLES,
        ),
        required(
            "basis",
            STRING,
            "Why it is linked: it stands in the activity's own words, in the section's title, or in the sentence that "
            "leads the list.",
            values=("own", "title", "lead"),
        ),
        Column("cell", STRING, "Column of `activities` that it fills or helps to fill; null when it fills none."),
        required("confidence", FLOAT, "Confidence of the mention times that of such a link.", minimum=0, maximum=1),
    ),
    ("activity_id", "mention_id"),
    (Reference("activity_id", "activities", "activity_id"),),
)
ACTIVITY_AMOUNTS = Table(
    "activity_amounts",
    "One row an activity and currency: the sum of the amounts of money it tells of, without prices, parts and asides.",
    (
        required("activity_id", STRING, "The activity."),
        required("currency", STRING, "Currency, ISO 4217; XXX (its code for no currency) when the text does not say."),
        required("amount", MONEY_TYPE, "Sum of the mentions in the role `amount`, in units of currency."),
        required("mention_count", INT, "Mentions added up.", minimum=1),
        required("confidence", FLOAT, "The least confidence of the links added up.", minimum=0, maximum=1),
    ),
    ("activity_id", "currency"),
    (Reference("activity_id", "activities", "activity_id"),),
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


def to_arrow(table: Table, rows: Sequence[Row]) -> pa.Table:
    """Builds an Arrow table of rows as they come; `joined` orders and checks it.

    Raises:
        SchemaError: a row misses or adds a column, or a value has the wrong type.
    """
    names = [column.name for column in table.columns]
    for row in rows:
        if row.keys() != set(names):
            odd = ", ".join(sorted(set(names) ^ row.keys()))
            raise SchemaError(f"{table.name}: a row and the declared columns differ in {odd}")
    arrays = [_array(table, column, [row[column.name] for row in rows]) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def joined(table: Table, parts: Sequence[pa.Table]) -> pa.Table:
    """One table of many, in primary-key order, checked.

    Raises:
        SchemaError: the columns are not the declared ones, a value is null or not allowed, or a key is doubled.
    """
    arrow = pa.concat_tables([table.schema.empty_table(), *parts]).combine_chunks()
    if arrow.num_rows:
        arrow = arrow.take(pc.sort_indices(arrow, sort_keys=[(name, "ascending") for name in table.key]))
    check(table, arrow)
    return arrow


def _array(table: Table, column: Column, values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError, OverflowError) as error:
        raise SchemaError(f"{table.name}.{column.name}: {error}") from error


def check(table: Table, arrow: pa.Table) -> None:
    """Checks an Arrow table against its declaration.

    Raises:
        SchemaError: the schema differs, a value is null or not allowed, or a key is doubled.
    """
    if not arrow.schema.equals(table.schema):
        raise SchemaError(f"{table.name}: the columns are not the declared ones")
    for column in table.columns:
        for complaint in _complaints(column, arrow[column.name]):
            raise SchemaError(f"{table.name}.{column.name}: {complaint}")
    keys = arrow.select(list(table.key)).group_by(list(table.key)).aggregate([([], "count_all")])
    if keys.num_rows != arrow.num_rows:
        doubled = keys.filter(pc.greater(keys["count_all"], 1)).to_pylist()[0]
        raise SchemaError(f"{table.name}: {doubled.pop('count_all')} rows have the key {doubled}")


def _complaints(column: Column, values: pa.ChunkedArray) -> Iterator[str]:
    if not column.nullable and values.null_count:
        yield f"{values.null_count} values are null"
    if column.type == FLOAT and pc.any(pc.invert(pc.is_finite(values))).as_py():
        yield "a value is not finite"
    if column.values:
        odd = pc.unique(values.filter(pc.invert(pc.is_in(values, pa.array(column.values, STRING), skip_nulls=False))))
        odd = [value for value in odd.to_pylist() if value is not None]
        if odd:
            yield f"{odd[0]!r} is not one of {', '.join(column.values)}"
    if column.minimum is not None and pc.any(pc.less(values, column.minimum)).as_py():
        yield f"a value is below {column.minimum}"
    if column.maximum is not None and pc.any(pc.greater(values, column.maximum)).as_py():
        yield f"a value is above {column.maximum}"


def data_dictionary(names: Collection[str] | None = None) -> str:
    """The data dictionary as Markdown: every table, or those of these names, its key, its columns and their meaning."""
    parts = [
        "# Data dictionary",
        "",
        "Written from `pipeline/schema.py` by every run. One Parquet file a table, in `tables/`. Missing is null.",
    ]
    for table in TABLES.values():
        if names is not None and table.name not in names:
            continue
        key = ", ".join(f"`{name}`" for name in table.key)
        parts += ["", f"## {table.name}", "", f"{table.description} Key: {key}.", ""]
        parts += ["| column | type | null | meaning |", "|---|---|---|---|"]
        parts += [_dictionary_line(table, column) for column in table.columns]
    return "\n".join(parts) + "\n"


def _dictionary_line(table: Table, column: Column) -> str:
    meaning = column.description
    if column.values:
        meaning += " One of " + ", ".join(f"`{value}`" for value in column.values) + "."
    for reference in table.references:
        if reference.column == column.name:
            meaning += f" Points to `{reference.table}`."
    return f"| `{column.name}` | {column.type} | {'yes' if column.nullable else 'no'} | {meaning} |"
