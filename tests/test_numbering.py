"""What a line can be numbered with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.numbering import parse_label, roman_value


@pytest.mark.parametrize(
    ("line", "number", "path", "title"),
    [
        ("1. Training", "1.", "1", "Training"),
        ("1) Training", "1)", "1", "Training"),
        ("(1) Training", "(1)", "1", "Training"),
        ("1 Training", "1", "1", "Training"),
        ("1.1 Training", "1.1", "1.1", "Training"),
        ("1.1.1. Training", "1.1.1.", "1.1.1", "Training"),
        ("2.0 Training", "2.0", "2", "Training"),
        ("I. Training", "I.", "I", "Training"),
        ("Ⅳ. Training", "Ⅳ.", "IV", "Training"),
        ("A. Training", "A.", "A", "Training"),
        ("a) training", "a)", "a", "training"),
        ("(iv) training", "(iv)", "iv", "training"),
        ("① Training", "①", "1", "Training"),
        ("⑵ Training", "⑵", "2", "Training"),
        ("（３）Training", "（３）", "3", "Training"),
        ("Section 3: Training", "Section 3:", "3", "Training"),
        ("Part II", "Part II", "II", ""),
        ("CHAPTER ONE: Training", "CHAPTER ONE:", "1", "Training"),
        ("02 Training", "02", "02", "Training"),
        ("Annex A – Partners", "Annex A –", "A", "Partners"),
        ("Objective 1.2: Training", "Objective 1.2:", "1.2", "Training"),
        ("A.1 Training", "A.1", "A.1", "Training"),
        ("II.b Training", "II.b", "II.b", "Training"),
        ("3.Training", "3.", "3", "Training"),
        ("4.", "4.", "4", ""),
        ("§ 4 Training", "§ 4", "4", "Training"),
        ("§2. Training", "§2.", "2", "Training"),
        ("Art. 3 Training", "Art. 3", "3", "Training"),
        ("1/ Training", "1/", "1", "Training"),
        ("II/ Training", "II/", "II", "Training"),
        ("1 ) Training", "1 )", "1", "Training"),
        ("1a. Training", "1a.", "1.a", "Training"),
        ("B2) Training", "B2)", "B.2", "Training"),
        ("Key Result Area 2: Training", "Key Result Area 2:", "2", "Training"),
        ("2-1 Training", "2-1", "2.1", "Training"),
        ("A-1 Training", "A-1", "A.1", "Training"),
        ("1° Training", "1°", "1", "Training"),
        ("2-1. Training", "2-1.", "2.1", "Training"),
        ("Work Package 3 – Training", "Work Package 3 –", "3", "Training"),
    ],
)
def test_reads_the_number_and_where_the_title_begins(line: str, number: str, path: str, title: str) -> None:
    label = parse_label(line)
    assert label is not None
    assert (label.printed, label.path, line[label.end :]) == (number, path, title)


@pytest.mark.parametrize(
    "line",
    [
        "2020 was a good year",
        "1,000 kits were sent",
        "24th Conference",
        "i.e. the members",
        "U.S. partners",
        "12:30 Lunch",
        "1/2 of the members",
        "3-5 May",
        "3-5 people",
        "20° C in the shade",
        "3-5 2019",
        "3a Station Road",
        "1/ 2",
        "A4 paper",
        "3.125 and more",
        "01 January",
        "Participants came",
        "CD. 5",
        "",
        "   ",
    ],
)
def test_finds_no_number(line: str) -> None:
    assert parse_label(line) is None


def test_a_letter_that_may_be_roman_has_two_readings() -> None:
    label = parse_label("i) training")
    assert label is not None
    assert {(reading.families, reading.values) for reading in label.readings} == {
        (("roman",), (1,)),
        (("alpha",), (9,)),
    }


@pytest.mark.parametrize(
    ("text", "value"), [("i", 1), ("IV", 4), ("xix", 19), ("XL", 40), ("iiii", 0), ("vx", 0), ("", 0)]
)
def test_roman_numerals(text: str, value: int) -> None:
    assert roman_value(text) == value


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=60))
def test_any_line_is_read_or_refused(line: str) -> None:
    label = parse_label(line)
    if label is not None:
        assert 0 < label.end <= len(line)
        assert label.printed in line
        assert label.readings


@pytest.mark.parametrize("part", ["1.", "(", "I", "1.1.", "Section ", " ", "a)", "．"])
def test_what_stands_far_behind_a_number_does_not_matter(part: str) -> None:
    assert parse_label("3. " + part * 50_000) == parse_label("3. " + part * 100)
