"""What a table and a column are, and the columns that several tables share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import pyarrow as pa

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
