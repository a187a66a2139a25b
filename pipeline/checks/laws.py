"""What must hold within each row of a table, as data: the columns that a law is about, and a test of a frame."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline import schema
from pipeline.gazetteers import read_rows
from pipeline.gazetteers.currencies import load

if TYPE_CHECKING:
    import pandas as pd

Test = Callable[["pd.DataFrame"], Any]

NO_CURRENCY = "XXX"


class Law(Struct, frozen=True):
    """A law of rows: its name, what it says in words, its columns, and its test: true for the rows that keep it.

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
def _currencies() -> frozenset[str]:
    return frozenset((*load().codes, NO_CURRENCY))


@cache
def _countries() -> frozenset[tuple[str, str, str]]:
    return frozenset((row["alpha2"], row["alpha3"], row["name"]) for row in read_rows("countries.csv"))


@cache
def _alpha2() -> frozenset[str]:
    return frozenset(alpha2 for alpha2, _, _ in _countries())


def _in_order(first: str, last: str) -> Test:
    return lambda frame: frame[first] <= frame[last]


def _length_is_kept(frame: "pd.DataFrame") -> Any:
    return frame["text"].str.len() == frame["char_end"] - frame["char_start"]


def _range_has_an_end(value_max: str) -> Test:
    return lambda frame: (frame["qualifier"] == "range") == frame[value_max].notna()


def _is_a_country(frame: "pd.DataFrame") -> list[bool]:
    known = _countries()
    return [row in known for row in frame[["alpha2", "alpha3", "name"]].itertuples(index=False, name=None)]


def _has_a_duration(frame: "pd.DataFrame") -> Any:
    return ~frame["kind"].isin(["duration", "recurrence"]) | frame["duration"].notna()


def _joined_id(whole: str, stem: str, mark: str, part: str) -> Test:
    return lambda frame: frame[whole] == frame[stem] + mark + frame[part].astype("string[pyarrow]")


LAWS: tuple[Law, ...] = (
    Law(
        "characters",
        "char_start lies before char_end",
        ("char_start", "char_end"),
        lambda f: f["char_start"] < f["char_end"],
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
        lambda f: f["currency"].isin(list(_currencies())),
    ),
    Law("country", "alpha2, alpha3 and name are a country of ISO 3166-1", ("alpha2", "alpha3", "name"), _is_a_country),
    Law(
        "organization's country",
        "country is an alpha-2 code of ISO 3166-1",
        ("country",),
        lambda f: f["country"].isin(list(_alpha2())),
        ("organizations",),
    ),
    Law(
        "digest",
        "submission_id begins the file's SHA-256",
        ("submission_id", "sha256"),
        lambda f: f["submission_id"] == f["sha256"].str.slice(0, 16),
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
