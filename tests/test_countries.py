"""Countries in sentences that a reader marked, and laws for any text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.countries import by_code, codes_by_spelling, find_countries, mark_inside
from pipeline.countries.spellings import read_spellings
from pipeline.records import Context, CountryValue, Mention, Refusal, Span
from tests import marked

SENTENCES = [
    line
    for line in Path(__file__).with_name("country_sentences.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
NOTHING = Context()


def codes(text: str, context: Context = NOTHING) -> list[str]:
    return [m.value.alpha2 for m in find_countries(text, context) if isinstance(m.value, CountryValue)]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_finds_what_the_reader_marked(sentence: str) -> None:
    text, expected = marked.read(sentence)
    assert marked.differences(expected, find_countries(text, NOTHING), "country") == []


def test_the_sentences_are_many() -> None:
    assert len(SENTENCES) >= 200


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("Schools in Congo reopened.", "CD", ["CD"]),
        ("Schools in Congo reopened.", "CG", ["CG"]),
        ("Congolese teachers met.", "CG", ["CG"]),
        ("The Dominican government", "DM", ["DM"]),
        ("Korea and its regions", "KP", ["KP"]),
        ("Rome, Georgia", "US", []),
        ("Vake, Georgia", "GE", ["GE"]),
        ("The FSM government", "FM", ["FM"]),
        ("The FSM government", None, []),
    ],
)
def test_the_reports_country_settles_what_the_words_do_not(text: str, country: str | None, expected: list[str]) -> None:
    assert codes(text, Context(country=country)) == expected


def test_a_refusal_says_why() -> None:
    refused: list[Refusal] = []
    assert find_countries("Jordan Lee flew to New Mexico.", NOTHING, refused=refused) == []
    assert [(refusal.text, refusal.reason) for refusal in refused] == [
        ("Jordan", "a person's name"),
        ("New Mexico", "place in another country"),
    ]


def test_a_count_does_not_hide_a_country() -> None:
    assert len(find_countries("12 Korean officials", NOTHING, [Span(0, 19)])) == 1


def test_inside_an_organization() -> None:
    text = "Korea Customs Service in Korea"
    first, second = mark_inside(find_countries(text, NOTHING), [Span(0, 21)])
    assert isinstance(first.value, CountryValue)
    assert isinstance(second.value, CountryValue)
    assert (first.value.inside_organization, second.value.inside_organization) == (True, False)


def test_mark_inside_leaves_other_kinds_alone() -> None:
    [country] = find_countries("Peru", NOTHING)
    other = Mention("organization", 0, 4, "Peru", country.value, "x")
    assert len(mark_inside([country, other], [])) == 2


@pytest.mark.parametrize(
    ("alpha2", "alpha3", "name"),
    [("KR", "KOR", "South Korea"), ("CD", "COD", "Democratic Republic of the Congo"), ("VN", "VNM", "Vietnam")],
)
def test_codes_and_short_name(alpha2: str, alpha3: str, name: str) -> None:
    assert by_code()[alpha2] == (alpha2, alpha3, name)


def test_every_country_is_found_by_its_short_name() -> None:
    missed = [country for country in by_code().values() if codes(f"We met in {country.name}.") != [country.alpha2]]
    assert missed == []


def test_no_spelling_means_two_countries() -> None:
    seen: dict[tuple[str, ...], set[str]] = {}
    for spelling in read_spellings():
        seen.setdefault(spelling.tokens, set()).add(spelling.alpha2)
    assert {tokens: found for tokens, found in seen.items() if len(found) > 1} == {}
    assert codes_by_spelling()["south korea"] == "KR"


@given(st.text(st.sampled_from("KoreaJdn GUSP.-()’'é\n,&"), max_size=80))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_spans_are_slices_in_order(text: str) -> None:
    mentions = find_countries(text, NOTHING)
    end = 0
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end
