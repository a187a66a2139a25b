"""Cardinals in every form reports use."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import numerals
from pipeline.numerals import qualifiers, ranges

VALUES = [
    ("12", "12"),
    ("12,345", "12345"),
    ("12,345.67", "12345.67"),
    ("1,50,000", "150000"),
    ("12,34,567.89", "1234567.89"),
    ("61 300", "61300"),
    ("61\u00a0300", "61300"),
    ("61\u202f300", "61300"),
    ("1\u2009531\u2009408", "1531408"),
    ("1'000", "1000"),
    ("1’000’000", "1000000"),
    ("15.000.000", "15000000"),
    ("1.200,50", "1200.50"),
    ("8,6", "8.6"),
    ("3.14", "3.14"),
    (".5", "0.5"),
    ("2½", "2.5"),
    ("2 1/2", "2.5"),
    ("zero", "0"),
    ("nineteen", "19"),
    ("forty-two", "42"),
    ("forty two", "42"),
    ("fifty - two", "52"),
    ("one hundred", "100"),
    ("a hundred", "100"),
    ("three hundred and fifty", "350"),
    ("three hundred fifty", "350"),
    ("two hundred and forty-five", "245"),
    ("two thousand and two hundred", "2200"),
    ("hundred thousand", "100000"),
    ("one million two hundred thousand", "1200000"),
    ("1.2 million", "1200000"),
    ("8,6 million", "8600000"),
    ("1 214 million", "1214000000"),
    ("10 thousand", "10000"),
    ("3 hundred and 21", "321"),
    ("1 lakh 20 thousand", "120000"),
    ("three lakh crore", "3000000000000"),
    ("12 lakhs", "1200000"),
    ("4 crores", "40000000"),
    ("1.5 mn", "1500000"),
    ("1.5bn", "1500000000"),
    ("2,5 juta", "2500000"),
    ("a dozen", "12"),
    ("two dozen", "24"),
    ("12 dozen", "144"),
    ("half a million", "500000"),
    ("50-million", "50000000"),
    ("a half million", "500000"),
    ("half a dozen", "6"),
    ("a quarter of a million", "250000"),
    ("three quarters of a billion", "750000000"),
    ("one and a half million", "1500000"),
    ("2½ million", "2500000"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_reads_one_number_in_a_sentence(text: str, value: str) -> None:
    [number] = numerals.scan(f"We sent {text} letters.")
    assert (number.value, number.start, number.end) == (Decimal(value), 8, 8 + len(text))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty one-day courses", [20, 1]),
        ("5 thousand and two schools", [5000, 2]),
        ("$1 million and 20 volunteers", [1000000, 20]),
        ("between 20 and 30", [20, 30]),
        ("two to three", [2, 3]),
        ("20-30", [20, 30]),
        ("one two", [1, 2]),
        ("in 2019 125 places", [2019, 125]),
        ("half the people", []),
        ("a quarter of the people", []),
        ("millions of people", []),
        ("someone often tends to attend", []),
        ("1.2.3", []),
        ("1,2,3", []),
        ("hundreds of thousands", []),
    ],
)
def test_tells_numbers_apart(text: str, values: list[int]) -> None:
    assert [number.value for number in numerals.scan(text)] == values


def test_a_dot_before_three_digits_has_two_readings() -> None:
    [number] = numerals.scan("15.000")
    assert (number.value, number.whole) == (Decimal("15.000"), Decimal(15000))


@pytest.mark.parametrize(
    ("text", "letters", "spaced", "value"),
    [("100k", "kM", "", 100000), ("2.33 k", "k", "k", 2330), ("1.2M", "kM", "", 1200000), ("5 km", "kM", "k", None)],
)
def test_scale_letters(text: str, letters: str, spaced: str, value: int | None) -> None:
    [number] = numerals.scan(text)
    scaled = numerals.scale_letter(text, number, letters, spaced=spaced)
    assert (None if scaled is None else scaled.value) == value


@pytest.mark.parametrize(
    ("text", "qualifier", "start"),
    [
        ("saw more than 5", "more_than", 4),
        ("saw a total of 5", None, 4),
        ("saw a total of about 5", "approximately", 4),
        ("saw all 5", None, 4),
        ("saw (nearly 5", "approximately", 5),
        ("saw no fewer than 5", "at_least", 4),
        ("saw >5", "more_than", 4),
        ("saw in excess of 5", "more_than", 4),
        ("saw the 5", None, 8),
        ("5", None, 0),
    ],
)
def test_qualifiers_before(text: str, qualifier: str | None, start: int) -> None:
    assert qualifiers.before(text, text.index("5")) == (qualifier, start)


@pytest.mark.parametrize(
    ("text", "qualifier"), [("5+", "at_least"), ("5 or more", "at_least"), ("5 or less", "at_most"), ("5 + 6", None)]
)
def test_qualifiers_after(text: str, qualifier: str | None) -> None:
    assert qualifiers.after(text, 1)[0] == qualifier


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("10-15 million", (10_000_000, 15_000_000)),
        ("10-12,000", (10_000, 12_000)),
        ("500-2 million", (500, 2_000_000)),
        ("15-10", None),
        ("20-30", (20, 30)),
    ],
)
def test_bounds(text: str, ends: tuple[int, int] | None) -> None:
    low, high = numerals.scan(text)
    assert ranges.bounds(low, high) == ends


PIECES = (
    "one",
    "hundred",
    "twenty",
    "and",
    "5",
    "1,000",
    "half",
    "a",
    "-",
    "million",
    "of",
    "quarter",
    "½",
    "dozen",
    "x",
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_numbers_are_in_order_and_apart(text: str) -> None:
    end = 0
    for number in numerals.scan(text):
        assert number.start >= end
        end = number.end
