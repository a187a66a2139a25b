"""Two readings of a page: when they disagree, and which text is kept."""

import pytest

from pipeline.crosscheck import is_plausible, sample, settle
from pipeline.records import Page, Word
from tests.typeset import put, sheet

TEXT = ["The council trained 1,250 people in 12 countries", "at a cost of EUR 2.4 million in 2021 and 2022"]


def reading(*lines: str) -> Page:
    return sheet(*(put(60, 100 + 20 * number, text) for number, text in enumerate(lines)))


def kept(first: Page, second: Page, *, reference: bool = True) -> str:
    """Which text is kept: `both` when they agree."""
    chosen, problems = settle(first, second, reference=reference)
    if not problems:
        assert chosen is first
        return "both"
    assert problems[0].code == "engines_disagree"
    assert problems[0].page_number == 1
    return "first" if chosen is first else "second"


def test_white_space_hyphens_ligatures_and_order_are_no_difference() -> None:
    other = sheet(put(60, 120, TEXT[1]), put(60, 100, TEXT[0].replace("trained", "trai- ned")))
    assert kept(reading(*TEXT), other) == "both"
    assert kept(reading("eﬃcient ﬁnal offices"), reading("efficient final offices")) == "both"


def test_text_struck_twice_is_no_difference() -> None:
    twice = sheet(*(put(60.4 if again else 60, 100, TEXT[0]) for again in (False, True)))
    assert kept(reading(TEXT[0]), twice) == "both"
    assert kept(twice, reading(TEXT[0])) == "both"


def test_the_text_that_has_more_places_is_kept() -> None:
    assert kept(reading(*TEXT), reading(TEXT[0])) == "first"
    assert kept(reading(TEXT[0]), reading(*TEXT)) == "second"
    assert kept(reading(), reading(*TEXT)) == "second"


def test_the_text_without_meaningless_characters_is_kept() -> None:
    broken = reading(*TEXT, "\ufffd\ufffd\ufffd (cid:12)(cid:13) \ufffd\ufffd\ufffd\ufffd")
    assert kept(broken, reading(*TEXT, "another line of text")) == "second"


def test_where_letters_are_others_the_reference_is_kept() -> None:
    first, second = reading("Visible amount 999 999 999"), reading("Visible amount 100 100 000")
    assert kept(first, second, reference=True) == "second"
    assert kept(first, second, reference=False) == "first"


def test_one_letter_counts_where_text_reads_otherwise_than_it_looks() -> None:
    first, second = reading("paid 900 EUR"), reading("paid 100 EUR")
    assert settle(first, second, reference=True) == (first, ())
    assert settle(first, second, reference=True, strict=True)[0] is second
    assert not is_plausible(first, "paid 100 EUR", strict=True)


def test_the_difference_of_a_few_letters_is_none() -> None:
    assert kept(reading(*TEXT), reading(*TEXT, "1 ab")) == "both"


@pytest.mark.parametrize(
    ("letters", "plausible"),
    [
        (" ".join(TEXT), True),
        ("".join(reversed("".join(TEXT))), True),
        (TEXT[0], False),
        (" ".join(TEXT) + "and a sentence that is missing", False),
    ],
)
def test_needs_a_second_reading(letters: str, plausible: bool) -> None:
    assert is_plausible(reading(*TEXT), letters) is plausible


def test_a_page_of_single_letters_needs_a_second_reading() -> None:
    spread = " ".join("The council trained many people")
    assert not is_plausible(reading(spread), spread)


def test_hidden_words_count_as_read() -> None:
    page = reading(*TEXT)
    hidden: tuple[Word, ...] = tuple(put(60, 300, "a sentence that nobody sees"))
    page = Page(1, page.width, page.height, 0, "text_layer", page.words, hidden)
    assert is_plausible(page, " ".join([*TEXT, "a sentence that nobody sees"]))


def test_sample_is_spread_over_the_file() -> None:
    assert sample(3, 3) == {1, 2, 3}
    assert sample(100, 3) == {1, 50, 100}
    assert sample(100, 1) == {1}
    assert sample(100, 0) == frozenset()
