"""Accents that are glyphs of their own, as TeX sets them, and the letters they stand on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines import read_submission
from pipeline.engines.accents import NOTHING, composed
from pipeline.params import ExtractParams
from pipeline.records import Bbox
from pipeline.verify import agrees
from tests.raw_pdf import line, pdf

ACUTE, CEDILLA, WIDTH, SIZE = "´", "¸", 4.0, 12


def words(*parts: tuple[str, float, float]) -> list[str]:
    """The words of a page on which these texts are drawn in this order, each at its place."""
    drawn = b"".join(line(text, x=x, y=y) for text, x, y in parts)
    reading = read_submission(pdf(drawn), ExtractParams())
    assert reading.problems == (), "the other engine reads the same letters"
    return [word.text for page in reading.pages for word in page.words]


def test_an_accent_drawn_before_its_letter_is_put_on_it() -> None:
    assert words(("M", 72, 700), (ACUTE, 83.3, 700), ("exico paid", 82, 700)) == ["México", "paid"]


def test_an_accent_over_a_capital_is_put_on_it_wherever_the_engine_met_it() -> None:
    assert words(("in", 60, 700), (ACUTE, 74, 702.5), ("Evora", 72, 700)) == ["in", "Évora"]


def test_a_cedilla_is_put_under_its_letter_without_a_space_after_it() -> None:
    assert words(("Cura", 72, 700), (CEDILLA, 98.6, 700), ("cao", 97.4, 700)) == ["Curaçao"]


def test_signs_that_stand_for_themselves_stay() -> None:
    assert words(
        ("the ` and ´ keys", 72, 700),
    ) == ["the", "`", "and", "´", "keys"]


def typed(index: int) -> Bbox:
    """Where a typewriter puts a character."""
    return (6.0 * index, 0.0, 6.0 * index + 5, 7.0)


@settings(derandomize=True, max_examples=100)
@given(st.text("ae´ˇ¸ \n", max_size=40))
def test_text_of_letters_beside_each_other_is_left_alone(text: str) -> None:
    assert composed(text, typed) == text


def test_very_many_accents_take_no_minutes() -> None:
    text = "e´" * 50_000
    assert len(composed(text, lambda index: typed(index // 2))) == len(text)


@pytest.mark.parametrize(
    ("text", "found", "alike"),
    [
        ("México", "M´exico", True),
        ("México", "Mexico", False),
        ("Curaçao 45", "Cura¸cao45", True),
        ("Curaçao 45", "Cura¸cao54", False),
    ],
)
def test_boxes_may_hold_accents_as_glyphs_of_their_own(text: str, found: str, alike: bool) -> None:
    assert agrees(text, found) == alike
    assert NOTHING not in text
