"""The entity recognizer of a spaCy pipeline, for reading: the same weights and entities in less than half of the time.

`Recognizer` is spaCy's class with another way of reading (`layers`, `parser`), whose sums differ from spaCy's in the
last bits of a float. A network of another make, and texts that come with entities or sentences, are left to spaCy.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span

from pipeline.entities import weights
from pipeline.entities.layers import Line, line_of, vectors_of
from pipeline.entities.parser import Found

FACTORY = "report_names"
"""The factory of `Recognizer`; its configuration is that of spaCy's factory `ner`."""
WORDS_KEPT = 6000
"""Words that are known from one batch to the next, some 4 kB each."""
WORDS_TOGETHER = 100_000
"""Words of texts that are read together at the most, which bounds the memory; a longer text is read alone."""
_READ: list[int | str] = ["ORTH", "NORM", "ENT_IOB", "SENT_START"]
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Recognizer(EntityRecognizer):  # type: ignore[misc] # spaCy's class is compiled and has no stub
    """spaCy's entity recognizer that reads in its own way; training and saving are spaCy's."""

    _reader: "Reader | None" = None
    _is_ready = False

    def predict(self, docs: Sequence[Doc]) -> Any:
        """The entities of each text, or spaCy's states where its own way is taken."""
        if not self._is_ready:
            self._reader, self._is_ready = Reader(self) if weights.is_usual(self) else None, True
        found = self._reader.find(docs) if self._reader is not None else None
        return super().predict(docs) if found is None else found

    def set_annotations(self, docs: Sequence[Doc], states: Any) -> None:
        """Writes the entities into the texts."""
        if not states or not isinstance(states[0], list):
            super().set_annotations(docs, states)
            return
        for doc, found in zip(docs, states, strict=True):
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label in found], default="outside")

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Reads texts in batches and returns them in their order."""
        for docs in _batches(stream, batch_size):
            self.set_annotations(docs, self.predict(docs))
            yield from docs

    def update(self, *args: Any, **kwargs: Any) -> Any:
        """Trains as spaCy does; what is read next is read with the new weights."""
        self._is_ready = False
        return super().update(*args, **kwargs)


def _batches(stream: Iterable[Doc], most: int) -> Iterator[list[Doc]]:
    batch: list[Doc] = []
    words = 0
    for doc in stream:
        words += len(doc)
        if batch and (len(batch) == most or words > WORDS_TOGETHER):
            yield batch
            batch, words = [], len(doc)
        batch.append(doc)
    if batch:
        yield batch


class Reader:
    """The network of a recognizer, and the words that it knows."""

    def __init__(self, ner: EntityRecognizer) -> None:
        """Lays out the weights."""
        self.layers = weights.layers_of(ner)
        self.words = weights.words_of(ner, self.layers)
        self._parser = weights.parser_of(ner)
        self._columns = weights.columns_of(ner)

    def find(self, docs: Sequence[Doc]) -> list[Found] | None:
        """The entities of each text; None when a text comes with entities or sentences, which the parser must heed."""
        line = self.line(docs)
        if line is None:
            return None
        return self._parser.find(vectors_of(line, self.words, self.layers), line, self.words.is_space[line.rows])

    def line(self, docs: Sequence[Doc]) -> Line | None:
        """The words of all texts in a line, known from now on; None when a text comes with entities or sentences."""
        arrays: list[Any] = [doc.to_array(_READ).reshape(len(doc), len(_READ)) for doc in docs]
        if any(array[:, 2].any() or (array[1:, 3] == 1).any() for array in arrays):
            return None
        if len(self.words.rows) > WORDS_KEPT:
            self.words.forget()
        texts = [(array[:, 0] ^ (array[:, 1] * _MIX)).tolist() for array in arrays]
        self._learn(docs, texts)
        rows = self.words.rows
        return line_of(([rows[key] for key in keys] for keys in texts), apart=len(self.layers))

    def _learn(self, docs: Sequence[Doc], texts: Sequence[Sequence[int]]) -> None:
        known = self.words.rows
        keys: dict[int, None] = {}
        features, is_space = [], []
        for doc, text in zip(docs, texts, strict=True):
            new = {key: place for place, key in enumerate(text) if key not in known and key not in keys}
            if new:
                places = list(new.values())
                features.append(doc.to_array(self._columns).reshape(len(doc), -1)[places])
                is_space.append(doc.to_array(["IS_SPACE"]).reshape(-1)[places] != 0)
                keys |= dict.fromkeys(new)
        if keys:
            self.words.learn(list(keys), np.concatenate(features), np.concatenate(is_space))


def make_recognizer(
    nlp: Language,
    name: str,
    model: Any,
    moves: Any = None,
    update_with_oracle_cut_size: int = 100,
    incorrect_spans_key: str | None = None,
    scorer: Any = None,
) -> Recognizer:
    """The component `report_names`: what spaCy's factory `ner` makes of the same configuration, but for the reading."""
    return Recognizer(
        nlp.vocab,
        model,
        name,
        moves,
        update_with_oracle_cut_size=update_with_oracle_cut_size,
        incorrect_spans_key=incorrect_spans_key,
        scorer=scorer,
    )


Language.factory(FACTORY, assigns=["doc.ents", "token.ent_iob", "token.ent_type"], func=make_recognizer)
