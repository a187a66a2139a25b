"""What must hold within each row of a table, as data: the columns that a law is about, and a test of a table."""

from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from pipeline import schema
from pipeline.gazetteers import read_rows
from pipeline.gazetteers.currencies import load

Test = Callable[[pa.Table], pa.ChunkedArray]

NO_CURRENCY = "XXX"


class Law(Struct, frozen=True):
    """A law of rows: its name, what it says in words, its columns, and its test.

    The test is true for the rows that keep the law, and null where it says nothing.

    `tables` limits it to some of the tables that have the columns. A law that `sees_missing` is asked of rows that miss
    a value, too.
    """

    name: str
    words: str
    columns: tuple[str, ...]
    test: Test
    tables: tuple[str, ...] = ()
    sees_missing: bool = False

    def is_about(self, table: schema.Table) -> bool:
        """Whether a table has the columns of the law."""
        has_all = {column.name for column in table.columns} >= set(self.columns)
        return has_all and (not self.tables or table.name in self.tables)


@cache
def _currencies() -> pa.Array:
    return pa.array(sorted((*load().codes, NO_CURRENCY)), schema.STRING)


@cache
def _countries() -> pa.Array:
    rows = read_rows("countries.csv")
    return pa.array(["\0".join((row["alpha2"], row["alpha3"], row["name"])) for row in rows], schema.STRING)


@cache
def _alpha2() -> pa.Array:
    return pa.array([row["alpha2"] for row in read_rows("countries.csv")], schema.STRING)


def _in_order(first: str, last: str) -> Test:
    return lambda rows: pc.less_equal(rows[first], rows[last])


def _length_is_kept(rows: pa.Table) -> pa.ChunkedArray:
    return pc.equal(pc.utf8_length(rows["text"]), pc.subtract(rows["char_end"], rows["char_start"]))


def _range_has_an_end(value_max: str) -> Test:
    return lambda rows: pc.equal(pc.equal(rows["qualifier"], "range"), pc.is_valid(rows[value_max]))


def _is_a_country(rows: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(pc.binary_join_element_wise(rows["alpha2"], rows["alpha3"], rows["name"], "\0"), _countries())


def _has_a_duration(rows: pa.Table) -> pa.ChunkedArray:
    wants_one = pc.or_(pc.equal(rows["kind"], "duration"), pc.equal(rows["kind"], "recurrence"))
    return pc.or_kleene(pc.invert(wants_one), pc.is_valid(rows["duration"]))


def _joined_id(whole: str, stem: str, mark: str, part: str) -> Test:
    return lambda rows: pc.equal(
        rows[whole], pc.binary_join_element_wise(rows[stem], pc.cast(rows[part], schema.STRING), mark)
    )


LAWS: tuple[Law, ...] = (
    Law(
        "characters",
        "char_start lies before char_end",
        ("char_start", "char_end"),
        lambda rows: pc.less(rows["char_start"], rows["char_end"]),
    ),
    Law("length", "text is as long as char_start to char_end", ("text", "char_start", "char_end"), _length_is_kept),
    Law("days", "start_date is not after end_date", ("start_date", "end_date"), _in_order("start_date", "end_date")),
    Law(
        "days done", "date_start is not after date_end", ("date_start", "date_end"), _in_order("date_start", "date_end")
    ),
    Law(
        "period",
        "period_start is not after period_end",
        ("period_start", "period_end"),
        _in_order("period_start", "period_end"),
    ),
    Law(
        "pages", "page_first is not after page_last", ("page_first", "page_last"), _in_order("page_first", "page_last")
    ),
    Law("box across", "x0 is not right of x1", ("x0", "x1"), _in_order("x0", "x1")),
    Law("box down", "top is not below bottom", ("top", "bottom"), _in_order("top", "bottom")),
    Law(
        "duration", "a duration or recurrence has a duration", ("kind", "duration"), _has_a_duration, sees_missing=True
    ),
    Law("count range", "value is not above value_max", ("value", "value_max"), _in_order("value", "value_max")),
    Law("money range", "amount is not above amount_max", ("amount", "amount_max"), _in_order("amount", "amount_max")),
    Law(
        "people range",
        "people_reached is not above people_reached_max",
        ("people_reached", "people_reached_max"),
        _in_order("people_reached", "people_reached_max"),
    ),
    Law(
        "count range end",
        "a range has a value_max, nothing else has",
        ("qualifier", "value_max"),
        _range_has_an_end("value_max"),
        sees_missing=True,
    ),
    Law(
        "money range end",
        "a range has an amount_max, nothing else has",
        ("qualifier", "amount_max"),
        _range_has_an_end("amount_max"),
        sees_missing=True,
    ),
    Law(
        "currency",
        "currency is a code of ISO 4217",
        ("currency",),
        lambda rows: pc.is_in(rows["currency"], _currencies()),
    ),
    Law("country", "alpha2, alpha3 and name are a country of ISO 3166-1", ("alpha2", "alpha3", "name"), _is_a_country),
    Law(
        "organization's country",
        "country is an alpha-2 code of ISO 3166-1",
        ("country",),
        lambda rows: pc.is_in(rows["country"], _alpha2()),
        ("organizations",),
    ),
    Law(
        "digest",
        "submission_id begins the file's SHA-256",
        ("submission_id", "sha256"),
        lambda rows: pc.equal(rows["submission_id"], pc.utf8_slice_codeunits(rows["sha256"], 0, 16)),
    ),
    Law(
        "report's id",
        "report_id is submission_id, a dash and ordinal",
        ("report_id", "submission_id", "ordinal"),
        _joined_id("report_id", "submission_id", "-", "ordinal"),
        ("reports",),
    ),
    Law(
        "section's id",
        "section_id is report_id, a slash and path",
        ("section_id", "report_id", "path"),
        _joined_id("section_id", "report_id", "/", "path"),
        ("sections",),
    ),
)
