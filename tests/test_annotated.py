"""Marked sentences, corpora and composed sentences: the text and the names in it."""

from pathlib import Path

import pytest

from pipeline import annotated, composed
from pipeline.organizations import world

MODELS = Path(__file__).parent.parent / "models"


def marked(text: annotated.AnnotatedText) -> list[tuple[str, str]]:
    return [(text.text[start:end], label) for start, end, label in text.marks]


def test_reads_brackets() -> None:
    sentence = annotated.read_marked("The [Harbour Trust] ([HT]) met.")
    assert sentence.text == "The Harbour Trust (HT) met."
    assert marked(sentence) == [("Harbour Trust", "ORG"), ("HT", "ORG")]


def test_reads_people_and_places() -> None:
    lines = ["## train: x", "{Ada Novak} of the [Harbour Trust] spoke in <Mokota>.", "All went."]
    [full] = annotated.read_groups(lines)
    assert marked(full.sentences[0]) == [("Ada Novak", "PERSON"), ("Harbour Trust", "ORG"), ("Mokota", "PLACE")]
    [bare] = annotated.read_groups(["## train: x", "Ada Novak of the [Harbour Trust] spoke."])
    assert full.is_full
    assert not bare.is_full


def test_reads_groups() -> None:
    [group] = annotated.read_groups(["# remark", "## test: a report", "", "[HT] met.", "All went."])
    assert (group.split, group.title, len(group.sentences)) == ("test", "a report", 2)


@pytest.mark.parametrize(
    "lines", [["[HT] met."], ["## dev: x"], ["## test: x", "[HT met."], ["## test: x", "{HT> met."]]
)
def test_says_which_line_is_wrong(lines: list[str]) -> None:
    with pytest.raises(annotated.AnnotationError, match=f"line {len(lines)}"):
        annotated.read_groups(lines)


def test_reads_a_corpus() -> None:
    lines = ["The O", "Harbour B-ORG", "Trust I-ORG", "( O", "HT B-ORG", ") O", "met O", "Ann I-PER", ". O", "", "x O"]
    first, second = annotated.read_conll(lines, {"ORG": "ORG", "PER": "PERSON"})
    assert first.text == "The Harbour Trust (HT) met Ann."
    assert marked(first) == [("Harbour Trust", "ORG"), ("HT", "ORG"), ("Ann", "PERSON")]
    assert second.marks == ()


def test_no_organization_of_a_test_group_is_trained_on() -> None:
    """But for those that the whole world knows (`UNICEF`) and one that every country has."""
    paths = sorted(MODELS.glob("sentences*.txt"))
    files = [path.read_text(encoding="utf-8") for path in paths]
    assert len(files) > 5
    groups = annotated.read_groups("\n".join(files).splitlines())
    parts = composed.read_parts((MODELS / "parts.yaml").read_text(encoding="utf-8"))
    known = world.names() | {"Ministry of Health"}
    names: dict[str, set[str]] = {"train": {part.casefold() for some in parts.values() for part in some}}
    names |= {"tune": set(), "test": set()}
    for group in groups:
        marks = {mark for sentence in group.sentences for mark in marked(sentence)}
        names[group.split] |= {name.casefold() for name, label in marks if label == "ORG" and name not in known}
    assert not names["test"] & names["train"]
    assert not names["tune"] & names["train"]


def test_composed_sentences_are_the_same_for_a_seed() -> None:
    parts = composed.read_parts((MODELS / "parts.yaml").read_text(encoding="utf-8"))
    some = list(composed.compose(parts, 200, 7))
    assert some == list(composed.compose(parts, 200, 7))
    assert not any("{" in sentence.text for sentence in some)
    assert {mark[2] for sentence in some for mark in sentence.marks} == {"ORG", "PERSON", "PLACE"}
