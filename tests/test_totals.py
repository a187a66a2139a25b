"""Totals that fit, totals that do not, and what looks like a total and is none."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import corrections, totals
from pipeline.totals import figures
from tests.marked import read

Rows = dict[str, list[dict[str, Any]]]
EMPTY: Rows = {name: [] for name in ("reports", "sections", "count_mentions", "money_mentions", "table_cells", "pages")}


def table(*lines: str, header: bool = True, page: str = "") -> Rows:
    """A table, a row a line, cells apart by `|`."""
    cells = [
        {"table_number": 1, "row": row, "column": column, "text": text.strip(), "is_header": header and row == 0}
        | {"page_number": 3}
        for row, line in enumerate(lines)
        for column, text in enumerate(line.split("|"))
        if text.strip()
    ]
    return EMPTY | {"table_cells": cells, "pages": [{"page_number": 3, "text": page}]}


def text(marked: str) -> Rows:
    """A section of marked text, as `tests.marked` reads it."""
    plain, marks = read(marked)
    rows = EMPTY | {"sections": [{"section_id": "s", "report_id": "r", "ordinal": 2, "text": plain}]}
    rows |= {"reports": [{"report_id": "r", "ordinal": 1}], "count_mentions": [], "money_mentions": []}
    for number, mark in enumerate(marks):
        row = corrections.complete(mark.kind, mark.value)
        row |= {"mention_id": str(number), "section_id": "s", "field": "text", "text": mark.text, "page_number": 4}
        line = plain[plain.rfind("\n", 0, mark.start) + 1 :].partition("\n")[0]
        rows[f"{mark.kind}_mentions"].append(row | {"char_start": mark.start, "char_end": mark.end, "sentence": line})
    return rows


def told(rows: Rows) -> list[str]:
    return [problem.message for problem in totals.find(rows)]


def test_a_total_row_that_does_not_fit_is_told_with_page_numbers_and_difference() -> None:
    rows = table("County | Tests | Positive", "North | 120 | 14", "South | 80 | 9", "Total | 200 | 24")
    [problem] = totals.find(rows)
    assert (problem.code, problem.page_number) == ("total_differs", 3)
    assert "the row 'Total' of table 1 says 24 in column 'Positive', and the rows above it add up to 23: 1 more" in (
        problem.message
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("County | Tests | Share", "North | 120 | 60%", "South | 80 | 40%", "Total | 200 | 100%"),
        ("Item | USD", "Rent | 1,200.50", "Food | 799.50", "Total | 2,000.00"),
        ("Item | IDR", "Rent | 1.200", "Food | 800", "Total | 2.000"),
        ("Item | EUR", "Rent | 1 200,50", "Food | 799,50", "Total | 2 000,00"),
        ("Item | INR", "Rent | 1,50,000", "Food | 50,000", "Total | 2,00,000"),
        ("Item | USD", "Rent | 10", "Food | 5", "Subtotal | 15", "Fuel | 7", "Cars | 3", "Subtotal | 10", "Total | 25"),
        ("Item | USD", "Income | 100", "Costs | (40)", "Total | 60"),
        ("Item | A | B", "Rent | 10 | -", "Food | 5 | 8", "Total | 15 | 8"),
        ("Sex | Rate", "Men | 11.0", "Women | 6.6", "Total | 8.9"),
        ("Age | Men", "Young | 40.7", "Old | 16.0", "Total | 28.7"),
        ("Cases | Number", "Registered | 60", "Confirmed | 40", "Suspected | 20", "Total | 75"),
        ("Programme | People | Females (%)", "A | 100 | 55", "B | 300 | 73", "Total | 400 | 66"),
        ("Body | Seats", "North | 12", "South | 9", "Total votes cast in both rounds of the election | 4000"),
        ("Name | Town", "A | B", "Total | C"),
        ("Item | thousand USD", "Rent | 10.3", "Food | 5.3", "Fuel | 4.3", "Total | 20"),
    ],
)
def test_what_fits_or_is_no_sum_is_not_told(lines: tuple[str, ...]) -> None:
    assert told(table(*lines)) == []


def test_rounded_figures_may_be_off_by_their_rounding() -> None:
    lines = ("Item | 2021 | 2022", "Rent | 10 | 4", "Food | 5 | 4", "Total | 16 | 8")
    assert told(table(*lines, page="in thousands of euros")) == []
    assert len(told(table(*lines))) == 1


def test_a_single_column_is_told_when_it_nearly_fits() -> None:
    assert len(told(table("Item | USD", "Rent | 1,000", "Food | 500", "Total | 1,600"))) == 1
    assert told(table("Item | USD", "Rent | 1,000", "Food | 500", "Total | 9,600")) == []


def test_a_total_column_is_told_where_the_other_rows_fit() -> None:
    lines = ("Area | Men | Women | Total", "A | 1 | 2 | 3", "B | 4 | 5 | 9", "C | 7 | 8 | 16", "D | 2 | 2 | 4")
    [message] = told(table(*lines))
    assert "the row 'C' of table 1 says a total of 16, and its cells add up to 15: 1 more" in message


@pytest.mark.parametrize(
    ("marked", "difference"),
    [
        (
            "[45 guests|count 45 guests/guest] ([20 men|count 20 men/man] and [24 women|count 24 women/woman])",
            "1 more",
        ),
        (
            "[20 men|count 20 men/man] and [30 women|count 30 women/woman], [a total of 45 staff|count 45 staff].",
            "5 less",
        ),
        ("a total of [USD 900|money 900 USD] ([USD 500|money 500 USD] and [USD 300|money 300 USD])", "100 more"),
        (
            "- North: [12 wells|count 12 wells/well]\n- South: [9 wells|count 9 wells/well]\n"
            "- Total: [22 wells|count 22 wells/well]",
            "1 more",
        ),
    ],
)
def test_parts_that_claim_to_be_all_are_held_against_the_whole(marked: str, difference: str) -> None:
    [problem] = totals.find(text(marked))
    assert (problem.page_number, problem.report, problem.section) == (4, 1, 2)
    assert difference in problem.message


@pytest.mark.parametrize(
    "marked",
    [
        "[45 guests|count 45 guests/guest] ([20 men|count 20 men/man] and [25 women|count 25 women/woman])",
        "[45 staff|count 45 staff/staff], including [20 men|count 20 men/man] and [5 women|count 5 women/woman].",
        "[45 staff|count 45 staff/staff] ([20 women|count 20 women/woman])",
        "[about 45 staff|count 45 approximately staff] ([20 men|count 20 men/man] and [20 women|count 20 women/woman])",
        "[9 trips|count 9 trips/trip] ([2 boats|count 2 boats/boat] and [3 cars|count 3 cars/car])",
        "[9 trips|count 9 trips/trip] ([2 trips|count 2 trips/trip] by sea and [3 trips|count 3 trips/trip] by road)",
        "[14 men|count 14 men/man] and [6 women|count 6 women/woman] of [a total of 90 staff|count 90 staff/staff].",
        "- Cases: [53 cases|count 53 cases/case]\n- Deaths: [9 deaths|count 9 deaths/death]",
        "- North: [12 wells|count 12 wells/well]\n- Total: [22 wells|count 22 wells/well]",
    ],
)
def test_parts_that_fit_or_need_not_be_all_are_not_told(marked: str) -> None:
    assert told(text(marked)) == []


@pytest.mark.parametrize(
    ("printed", "way", "value"),
    [
        ("1,234", "grouped", "1234"),
        ("1,234", "decimal", "1.234"),
        ("1.234.567", "decimal", "1234567"),
        ("2 246 496", "grouped", "2246496"),
        ("(1,200)", "grouped", "-1200"),
        ("-", "grouped", "0"),
        ("US$ 1,200.50", "grouped", "1200.50"),
        ("9*", "grouped", "9"),
        ("1’234", "grouped", "1234"),
        ("12.2%", "grouped", None),
        ("3 to 5", "grouped", None),
        ("x", "grouped", None),
    ],
)
def test_figures_are_read(printed: str, way: figures.Way, value: str | None) -> None:
    found = figures.parse(printed, way)
    assert (None if found is None else found.value) == (None if value is None else Decimal(value))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(alphabet="0123456789.,- ()%Totalx", max_size=12), max_size=4), max_size=8))
def test_any_table_is_read(cells: list[list[str]]) -> None:
    totals.find(table(*(" | ".join(row).replace("\n", " ") for row in cells)))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=9), st.sampled_from([",", ".", " ", "’"]))
def test_true_sums_are_never_told(numbers: list[int], sign: str) -> None:
    lines = [f"row | {number:,} | {number * 2:,}".replace(",", sign) for number in numbers]
    total = f"Total | {sum(numbers):,} | {2 * sum(numbers):,}".replace(",", sign)
    assert told(table("Item | A | B", *lines, total)) == []


@pytest.mark.parametrize("cell", ["1" * 100_000, "1," * 50_000, "Total" * 20_000, " " * 100_000 + "1"])
def test_long_cells_are_read_in_bounded_time(cell: str) -> None:
    totals.find(table("Item | A", f"a | {cell}", f"{cell} | 2", f"Total | {cell}"))


def test_a_table_of_hardly_anything_but_totals_is_left_alone() -> None:
    block = ("North | 120 | 14", "South | 80 | 9", "Total | 200 | 24")
    assert len(told(table("County | Tests | Positive", *block * 2))) == 1
    assert told(table("County | Tests | Positive", *block * 200)) == []
