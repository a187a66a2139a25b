"""Entities are those that spaCy itself finds with the same weights, whatever was read before."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span

from pipeline import annotated, entities, recognizer
from pipeline.entities import Reader, Recognizer, layers, parser, weights

MODELS = Path(__file__).parents[1] / "models"
WORDS = (
    "the",
    "Ministry",
    "of",
    "Health",
    "and",
    "Peru",
    "in",
    "May",
    "2021",
    ",",
    ".",
    "WHO",
    "(",
    ")",
    "Bank",
    "said",
    "\n",
    " ",
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    """The pipeline as it is loaded for reading."""
    return recognizer.load(MODELS / "report_tagger")


@pytest.fixture
def ner(nlp: Language) -> Recognizer:
    """Its recognizer, which knows no words yet."""
    found = nlp.get_pipe("ner")
    assert isinstance(found, Recognizer)
    return Recognizer(nlp.vocab, found.model, moves=found.moves)


def by_spacy(nlp: Language, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """What spaCy finds."""
    own = nlp.get_pipe("ner")
    assert isinstance(own, Recognizer)
    plain = EntityRecognizer(nlp.vocab, own.model, moves=own.moves)
    docs = list(plain.pipe(map(nlp.make_doc, texts)))
    return [[(ent.start, ent.end, ent.label_) for ent in doc.ents] for doc in docs]


def by_us(ner: Recognizer, nlp: Language, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """What we find."""
    docs = list(ner.pipe(map(nlp.make_doc, texts)))
    assert all(token.ent_iob in (1, 2, 3) for doc in docs for token in doc)
    return [[(ent.start, ent.end, ent.label_) for ent in doc.ents] for doc in docs]


@pytest.mark.parametrize("name", ["sentences.txt", "sentences_blind.txt"])
def test_the_same_in_sentences(nlp: Language, ner: Recognizer, name: str) -> None:
    groups = annotated.read_groups((MODELS / name).read_text(encoding="utf-8").splitlines())
    texts = [sentence.text for group in groups for sentence in group.sentences][:300]
    assert by_us(ner, nlp, texts) == by_spacy(nlp, texts)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), max_size=6))
def test_the_same_in_any_texts(nlp: Language, texts: list[str]) -> None:
    own = nlp.get_pipe("ner")
    assert isinstance(own, Recognizer)
    assert by_us(own, nlp, texts) == by_spacy(nlp, texts)


@pytest.mark.parametrize("length", [1, 2, 4, 5, 12, 13, 14, 40, 150])
def test_the_same_in_long_names(nlp: Language, ner: Recognizer, length: int) -> None:
    texts = [f"{'Ministry of ' * length}Health", f"the {'Foundation ' * length}", "Bank " * length]
    assert by_us(ner, nlp, texts) == by_spacy(nlp, texts)


def test_vectors_of_a_text_do_not_depend_on_what_was_read_before(nlp: Language, ner: Recognizer) -> None:
    doc = nlp.make_doc("The Ministry of Health of Peru trained 45 officials.")
    others = [nlp.make_doc(text) for text in ("Peru", "officials of the World Bank in Kenya", "")]

    def vectors(*docs: Doc) -> layers.Floats:
        reader = Reader(ner)
        for one in docs[:-1]:
            reader.find([one])
        line = reader.line(docs[-1:])
        return layers.vectors_of(line, reader.words, reader.layers)[line.starts[0] : line.ends[0]]

    assert np.array_equal(vectors(doc), vectors(*others, doc))
    assert np.array_equal(vectors(*others), vectors(doc, *others))


def test_words_are_forgotten_when_there_are_many(
    nlp: Language, ner: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entities, "WORDS_KEPT", 3)
    texts = ["The Ministry of Health of Peru", "trained 45 officials", "of the World Bank"]
    found = list(chain.from_iterable(by_us(ner, nlp, [text]) for text in texts))
    assert found == by_spacy(nlp, texts)


def test_a_text_that_comes_with_entities_keeps_them(nlp: Language, ner: Recognizer) -> None:
    doc = nlp.make_doc("We met the old bridge committee of Lima.")
    doc.set_ents([Span(doc, 3, 6, label="ORG")], default="unmodified")
    ner.set_annotations([doc], ner.predict([doc]))
    assert "old bridge committee" in [ent.text for ent in doc.ents]


def test_texts_read_together_are_bounded(nlp: Language, ner: Recognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    predict = ner.predict
    monkeypatch.setattr(entities, "WORDS_TOGETHER", 10)
    monkeypatch.setattr(ner, "predict", lambda docs: read.append(len(docs)) or predict(docs))
    texts = ["The Council met.", "It paid.", "one " * 30, "two", "three"]
    assert [doc.text for doc in ner.pipe(map(nlp.make_doc, texts), batch_size=2)] == texts
    assert read == [2, 1, 2]


def test_no_texts(ner: Recognizer) -> None:
    assert list(ner.pipe([])) == []


def test_a_network_of_another_make_is_left_to_spacy() -> None:
    blank = spacy.blank("en")
    model = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "hidden_width": 8}
    tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 8, "depth": 1, "embed_size": 50, "window_size": 1}
    tok2vec |= {"maxout_pieces": 2, "subword_features": True, "pretrained_vectors": None}
    config = {"model": model | {"extra_state_tokens": False, "maxout_pieces": 2, "use_upper": True, "tok2vec": tok2vec}}
    made = blank.add_pipe(entities.FACTORY, config=config)
    assert isinstance(made, Recognizer)
    made.add_label("ORG")
    blank.initialize()
    assert not weights.is_usual(made)
    assert len(blank("The Ministry of Health")) == 4


def test_rounds_follow_one_another() -> None:
    firsts = [first for first, _ in parser.ROUNDS]
    assert firsts == [1, *(sum(one) for one in parser.ROUNDS[:-1])]
