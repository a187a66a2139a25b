"""Sentences of reports in many registers, read by all rules one after another, as a report is."""

from pathlib import Path

import pytest

from pipeline.countries import find_countries
from pipeline.counts import find_counts
from pipeline.dates import find_dates
from pipeline.money import find_money
from pipeline.records import Context, Mention, Span
from tests import marked

SENTENCES = [
    line
    for line in Path(__file__).with_name("report_sentences.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_finds_what_the_reader_marked(sentence: str) -> None:
    text, expected = marked.read(sentence)
    found: list[Mention] = []
    for find in (find_dates, find_money, find_counts, find_countries):
        found += find(text, Context(), [Span(mention.start, mention.end) for mention in found])
    assert marked.differences(expected, found) == []


def test_the_sentences_are_many() -> None:
    assert len(SENTENCES) >= 300
