import datetime

from pipeline.records import CountryValue, Mention, Span
from tests import marked


def test_reads_text_and_marks() -> None:
    text, expected = marked.read("trained [45 officials|count 45 more_than officials/official] in [Peru|country PE]")
    assert text == "trained 45 officials in Peru"
    assert [(e.kind, text[e.start : e.end]) for e in expected] == [("count", "45 officials"), ("country", "Peru")]
    assert expected[0].value == {
        "value": 45.0,
        "value_max": None,
        "qualifier": "more_than",
        "unit": "officials",
        "unit_head": "official",
    }
    assert marked.spans(expected, "country") == [Span(24, 28)]


def test_reads_the_short_forms_of_dates() -> None:
    _, [mention] = marked.read("[May 2023 or so|date 2023-05 approximate]")
    assert mention.value == {
        "is_approximate": True,
        "is_inferred": False,
        "start_date": datetime.date(2023, 5, 1),
        "end_date": datetime.date(2023, 5, 31),
        "precision": "month",
    }
    _, [mention] = marked.read("[x|date 1990s] [see note]")
    assert (mention.value["end_date"], mention.value["precision"]) == (datetime.date(1999, 12, 31), "decade")
    _, [mention] = marked.read("[every two years|date R/P2Y]")
    assert (mention.value["kind"], mention.value["duration"]) == ("recurrence", "P2Y")


def test_says_what_differs() -> None:
    _, expected = marked.read("[Peru|country PE inside] and [Chile|country CL] for [2 days|date P2D]")
    value = CountryValue("PE", "PER", "Peru", "name")
    found = [Mention("country", 0, 4, "Peru", value, "x"), Mention("country", 5, 8, "and", value, "x")]
    assert marked.differences(expected, found, "country") == [
        "country 'Peru': inside_organization is False, not True",
        f"extra country 'and' {value}",
        "missing country 'Chile' {'alpha2': 'CL'}",
    ]
