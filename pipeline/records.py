"""Every value type that crosses a module boundary.

Values are frozen `msgspec` structs, so that they are cheap, hashable and go to readable JSON and back without code of
their own. Coordinates are points from the top-left corner of the page as it is shown (rotation and crop box applied);
`page_number` counts from 1; spans are half-open and count code points.
"""

import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Bbox = tuple[float, float, float, float]
"""`(x0, top, x1, bottom)` in points from the page's top-left corner."""

Kind = Literal["date", "count", "money", "country", "organization"]
KINDS: tuple[Kind, ...] = ("date", "count", "money", "country", "organization")

Status = Literal["extracted", "partial", "failed", "duplicate"]
ErrorCode = Literal[
    "empty_file", "not_a_pdf", "corrupt", "encrypted", "no_text", "too_large", "timeout", "crashed", "unreadable"
]
TextSource = Literal["text_layer", "ocr", "none"]
Source = Literal["rule", "model", "gazetteer", "correction"]
Qualifier = Literal["exact", "approximately", "more_than", "at_least", "less_than", "at_most", "range"]
DateKind = Literal["date", "range", "duration", "recurrence"]
Field = Literal["title", "text"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """Something a person must look at: where it is and what to do."""

    code: str
    message: str
    page_number: int | None = None
    report: int | None = None
    section: int | None = None


class Word(Struct, frozen=True, array_like=True, gc=False):
    """A run of characters without white space on one line of a page.

    `line` numbers the physical lines of the page in the order the engine met them. `edges` holds the x coordinate of
    every character boundary (`len(text) + 1` of them) where a part of the word may be needed alone, as in `2019,` or
    `(WHO)`; without it a part is placed in proportion.
    """

    text: str
    bbox: Bbox
    font: str
    size: float
    bold: bool
    italic: bool
    line: int
    page: int
    edges: tuple[float, ...] | None = None


class Cell(Struct, frozen=True, array_like=True):
    """One cell of a table; `row` and `column` count from 0."""

    row: int
    column: int
    text: str
    is_header: bool
    bbox: Bbox


class Table(Struct, frozen=True):
    """A table found on one page. `continues` says that it goes on from the last table of the page before."""

    bbox: Bbox
    cells: tuple[Cell, ...]
    continues: bool = False


class Page(Struct, frozen=True):
    """What an engine read off one page. `hidden` are words that no reader of the page can see.

    `rulings` are the boxes of thin lines and rectangles drawn on the page: table rules, underlines, footnote rules.
    `skew` says how many degrees, clockwise, a scanned page lies askew; its words and tables are where they stand when
    it is turned upright around its middle (`askew` tells where that is on the page).
    """

    page_number: int
    width: float
    height: float
    rotation: int
    text_source: TextSource
    words: tuple[Word, ...]
    hidden: tuple[Word, ...] = ()
    rulings: tuple[Bbox, ...] = ()
    tables: tuple[Table, ...] = ()
    skew: float = 0.0


class Piece(Struct, frozen=True, array_like=True, gc=False):
    """Characters `start:end` of a passage and the place on a page that they were read from.

    `line` tells the physical lines of one page apart. `edges` as in `Word`, but for `start:end`.
    """

    start: int
    end: int
    page: int
    line: int
    bbox: Bbox
    edges: tuple[float, ...] | None = None


class Passage(Struct, frozen=True):
    """Canonical text and the map back to the page. White space between pieces has no piece."""

    text: str = ""
    pieces: tuple[Piece, ...] = ()


class Section(Struct, frozen=True):
    """A heading and the text up to the next heading of any level. `parent` is the ordinal of the section above.

    `why` names the evidence on which the heading was taken for one.
    """

    ordinal: int
    parent: int | None
    level: int
    number: str | None
    path: str
    title: Passage
    text: Passage
    page_first: int
    page_last: int
    why: str = ""


class Report(Struct, frozen=True):
    """One organization's report inside a submission. `organization` is as printed, without the acronym in brackets.

    `places` are the lines of its title block that say where the organization is: its address, or its country alone.
    """

    ordinal: int
    organization: str | None
    acronym: str | None
    title: str | None
    period_start: datetime.date | None
    period_end: datetime.date | None
    page_first: int
    page_last: int
    sections: tuple[Section, ...]
    places: tuple[str, ...] = ()


class Span(Struct, frozen=True, array_like=True, order=True):
    """A half-open stretch of code points."""

    start: int
    end: int


class Box(Struct, frozen=True, array_like=True):
    """One line's worth of evidence on a page."""

    page_number: int
    bbox: Bbox


class DateValue(Struct, frozen=True, tag="date"):
    """What a date says. Durations and recurrences have null dates and a `duration` (ISO 8601)."""

    start_date: datetime.date | None
    end_date: datetime.date | None
    precision: str | None
    kind: DateKind
    duration: str | None = None
    edtf: str | None = None
    is_approximate: bool = False
    is_inferred: bool = False


class CountValue(Struct, frozen=True, tag="count"):
    """How many of what. `unit` is the noun phrase as written, `unit_head` the lemma of its head noun."""

    value: float
    value_max: float | None
    qualifier: Qualifier
    unit: str | None
    unit_head: str | None


class MoneyValue(Struct, frozen=True, tag="money"):
    """An amount in units of `currency` (ISO 4217; null when the text does not say)."""

    amount: Decimal
    amount_max: Decimal | None
    qualifier: Qualifier
    currency: str | None


class CountryValue(Struct, frozen=True, tag="country"):
    """A country or territory of ISO 3166-1."""

    alpha2: str
    alpha3: str
    name: str
    form: Literal["name", "demonym", "abbreviation"]
    inside_organization: bool = False


class OrganizationValue(Struct, frozen=True, tag="organization"):
    """An organization as the report it stands in knows it.

    `name` is the fullest form that the report gives for this body, `acronym` the acronym that the report defines for
    it. Which bodies of different reports are one is settled later, in `resolution`.
    """

    name: str
    acronym: str | None
    form: Literal["name", "acronym", "alias"]
    country: str | None = None
    parent: str | None = None


Value = DateValue | CountValue | MoneyValue | CountryValue | OrganizationValue


class Mention(Struct, frozen=True):
    """A stretch of a text that states a value we keep. `rule` names the pattern or model that found it."""

    kind: Kind
    start: int
    end: int
    text: str
    value: Value
    rule: str
    source: Source = "rule"
    confidence: float = 1.0


class Refusal(Struct, frozen=True):
    """A stretch that looked like a mention and was refused, for `pipeline tag --why`."""

    kind: Kind
    start: int
    end: int
    text: str
    rule: str
    reason: str


class Context(Struct, frozen=True):
    """What is known around a text before it is read: settled once a report, by `context.of_report`.

    `day_first` tells `03/04/2020` apart when the report shows which it uses. `currency` is what a bare `$` (or another
    shared symbol) means here, by symbol. `fiscal_year_start` is the month a fiscal year begins in when the
    report shows it; `FY2021` begins in 2021 where `fiscal_year_named_for_start`, else it ends in 2021.
    `reference_date` stands for the day of writing.
    """

    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    reference_date: datetime.date | None = None
    day_first: bool | None = None
    currencies: tuple[tuple[str, str], ...] = ()
    fiscal_year_start: int | None = None
    fiscal_year_named_for_start: bool = False
    country: str | None = None
    organization: str | None = None
    acronym: str | None = None


class PlacedMention(Struct, frozen=True):
    """A mention in its report and section (by ordinals), with its sentence and its place on the page."""

    report: int
    section: int
    field: Field
    mention: Mention
    sentence: str
    page_number: int
    boxes: tuple[Box, ...]


class ExtractedSubmission(Struct, frozen=True):
    """What `extract` leaves for one submission: its pages and how the reading ended."""

    submission_id: str
    status: Status
    page_count: int | None
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    error_code: ErrorCode | None = None
    error_message: str | None = None


class SegmentedSubmission(Struct, frozen=True):
    """What `segment` leaves for one submission. An error says that the step was stopped; the pages are kept."""

    submission_id: str
    reports: tuple[Report, ...] = ()
    problems: tuple[Problem, ...] = ()
    error_code: ErrorCode | None = None
    error_message: str | None = None


class TaggedSubmission(Struct, frozen=True):
    """What `tag` leaves for one submission. An error says that the step was stopped; the sections are kept."""

    submission_id: str
    mentions: tuple[PlacedMention, ...] = ()
    problems: tuple[Problem, ...] = ()
    error_code: ErrorCode | None = None
    error_message: str | None = None


class LedgerEntry(Struct, frozen=True):
    """One entry found under the folder of submissions, whatever it was. Without `sha256` it was not read."""

    file_name: str
    sha256: str | None
    size_bytes: int | None
    error_code: ErrorCode | None = None
    error_message: str | None = None
    duplicate_of: str | None = None

    @property
    def submission_id(self) -> str | None:
        """First 16 hex digits of the bytes' SHA-256."""
        return self.sha256[:16] if self.sha256 else None
