"""The recognizer of names: what its network costs, what was tried to make it cheaper, and what that would lose.

    python tests/benchmarks/bench_recognizer.py [--raw FOLDER] [--model FOLDER ...] [--rounds N]

Texts are those of generated submissions, or of the PDFs in FOLDER. All ways read the same texts in turn, several rounds
of it; what counts is CPU time of one thread, the median of the rounds, for a thousand words. Making the tokens is not
counted. "Lost" are entities that the shipped way finds and the other one does not, and "new" the reverse.

Networks of other widths and with fewer labels have random weights, which says what they cost and not what they find. A
trained one is given with `--model`, and the names of `models/sentences*.txt` (`test` groups) tell how good it is, with
the rules for organizations and without.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # as the pipeline's workers have it

import numpy as np
import spacy
from simplemma import is_known
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc
from spacy.util import minibatch
from thinc.api import NumpyOps

from pipeline import annotated, engines, entities, recognizer, reports
from pipeline.components import reading_of
from pipeline.entities import Recognizer
from pipeline.organizations import Rules, settle
from pipeline.params import read_params
from pipeline.records import Context
from pipeline.sentences import SENTENCE_END
from tests.generator import make_submission

MODELS = Path(__file__).parents[2] / "models"
ROUNDS = 5
SEEDS = range(6)
REACH = 4
"""As many words as the network sees on each side."""
Way = Callable[[Sequence[Doc]], object]
Spans = set[tuple[int, int, int, str]]
"""Entities by text, first word, word after the last, and label."""


def texts_of(raw: Path | None) -> list[str]:
    """The titles and texts of all sections."""
    files = [path.read_bytes() for path in sorted(raw.glob("*.pdf"))] if raw else [make_submission(n)[0] for n in SEEDS]
    found = []
    for data in files:
        for report in reports.segment_pages(engines.read_submission(data, read_params().extract).pages)[0]:
            found += [text for section in report.sections for text in (section.title.text, section.text.text) if text]
    return found


def in_batches(ner: EntityRecognizer, size: int) -> Way:
    """Reading so many texts together."""
    return lambda docs: [ner.predict(batch) for batch in minibatch(docs, size)]


def unprepared(ner: Recognizer) -> Way:
    """Reading by a recognizer that has read nothing before."""
    return lambda docs: in_batches(Recognizer(ner.vocab, ner.model, moves=ner.moves), 64)(docs)


def by_spacy(*, blis: bool) -> EntityRecognizer:
    """spaCy's own way with the same weights, on blis or on numpy's BLAS."""
    ner = recognizer.load(MODELS / "report_tagger").get_pipe("ner")
    assert isinstance(ner, Recognizer)
    for node in ner.model.walk():
        node.ops = NumpyOps(use_blis=blis)
    return EntityRecognizer(ner.vocab, ner.model, moves=ner.moves)


def with_random_weights(width: int, labels: Sequence[str]) -> Recognizer:
    """A network of another width."""
    nlp = spacy.blank("en")
    tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": width, "depth": 4, "embed_size": 2000}
    tok2vec |= {"window_size": 1, "maxout_pieces": 3, "subword_features": True, "pretrained_vectors": None}
    model = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "hidden_width": 64}
    model |= {"extra_state_tokens": False, "maxout_pieces": 2, "use_upper": True, "tok2vec": tok2vec}
    made = nlp.add_pipe(entities.FACTORY, config={"model": model})
    assert isinstance(made, Recognizer)
    for label in labels:
        made.add_label(label)
    nlp.initialize()
    recognizer.use_numpy_products(nlp)
    return made


def sentences(doc: Doc) -> Iterator[tuple[int, int]]:
    """The words of each sentence or line."""
    text = doc.text
    ends = {0, len(text), *(match.end() for match in SENTENCE_END.finditer(text))}
    ends |= {place + 1 for place, character in enumerate(text) if character == "\n"}
    starts = [word.idx for word in doc] + [len(text)]
    for start, end in pairwise(sorted(ends)):
        first, after = (int(np.searchsorted(starts, place)) for place in (start, end))
        if first < after:
            yield first, min(after, len(doc))


def with_names(doc: Doc) -> list[tuple[int, int]]:
    """The sentences that may hold a name: a capital behind the first word, or a first word that no lexicon knows."""
    kept = []
    for first, after in sentences(doc):
        words = [word.text for word in doc[first:after] if word.is_alpha]
        if words and (any(not word.islower() for word in words[1:]) or not is_known(words[0].lower(), "en")):
            kept.append((first, after))
    return kept


def around_capitals(doc: Doc) -> list[tuple[int, int]]:
    """The stretches of words within reach of a capital."""
    kept: list[tuple[int, int]] = []
    for place, word in enumerate(doc):
        if word.is_alpha and not word.is_lower:
            first, after = max(0, place - REACH), min(len(doc), place + REACH + 1)
            if kept and first <= kept[-1][1]:
                kept[-1] = (kept[-1][0], after)
            else:
                kept.append((first, after))
    return kept


def found_in(ner: Recognizer, docs: Sequence[Doc]) -> Spans:
    """What the recognizer finds in whole texts."""
    return {(n, *entity) for n, found in enumerate(ner.predict(docs)) for entity in found}


def found_in_parts(ner: Recognizer, docs: Sequence[Doc], parts: Callable[[Doc], list[tuple[int, int]]]) -> Spans:
    """What the recognizer finds in parts of texts, each read as a text of its own."""
    places = [(n, first, after) for n, doc in enumerate(docs) for first, after in parts(doc)]
    read = ner.predict([docs[n][first:after].as_doc() for n, first, after in places])
    return {
        (n, first + start, first + end, label)
        for (n, first, _), found in zip(places, read, strict=True)
        for start, end, label in found
    }


def costs(ways: dict[str, tuple[Way, Sequence[Doc]]], rounds: int) -> dict[str, list[float]]:
    """CPU seconds of each way in each round, all in turn; the first round fills caches."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, (read, docs) in ways.items():
            began = time.process_time()
            read(docs)
            if turn:
                found[name].append(time.process_time() - began)
    return found


def score(nlp: Language, rules: Rules) -> tuple[float, float, float]:
    """Precision, recall and F1 of names in the sentences of the `test` groups."""
    right = found = wanted = 0
    for path in sorted(MODELS.glob("sentences*.txt")):
        for group in annotated.read_groups(path.read_text(encoding="utf-8").splitlines()):
            if group.split != "test":
                continue
            docs = list(nlp.pipe(sentence.text for sentence in group.sentences))
            readings = [reading_of(doc.text, doc, doc._.mentions) for doc in docs]
            for sentence, mentions in zip(group.sentences, settle(readings, Context(), rules), strict=True):
                marks = {mark[:2] for mark in sentence.marks if mark[2] == "ORG"}
                spans = {(m.start, m.end) for m in mentions}
                right, found, wanted = right + len(marks & spans), found + len(spans), wanted + len(marks)
    precision, recall = right / max(1, found), right / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--model", type=Path, nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    nlp = recognizer.load(MODELS / "report_tagger")
    ner = nlp.get_pipe("ner")
    assert isinstance(ner, Recognizer)
    docs = [nlp.make_doc(text) for text in texts_of(args.raw)]
    words = sum(map(len, docs))
    usual = by_spacy(blis=False)
    ways: dict[str, tuple[Way, Sequence[Doc]]] = {
        "spaCy's own way, blis": (in_batches(by_spacy(blis=True), 64), docs),
        "spaCy's own way, numpy's BLAS, batches of 64": (in_batches(usual, 64), docs),
        **{f"spaCy's own way, batches of {size}": (in_batches(usual, size), docs) for size in (1, 16, 256)},
        "ours, batches of 64": (in_batches(ner, 64), docs),
        **{f"ours, batches of {size}": (in_batches(ner, size), docs) for size in (1, 16, 1024)},
        "ours, no word known before": (unprepared(ner), docs),
    }
    whole = found_in(ner, docs)
    lost: dict[str, tuple[int, int]] = {}
    for name, parts in (
        ("ours, sentences that may hold a name", with_names),
        (f"ours, words within {REACH} of a capital", around_capitals),
    ):
        some = found_in_parts(ner, docs, parts)
        lost[name] = len(whole - some), len(some - whole)
        ways[name] = in_batches(ner, 64), [doc[first:after].as_doc() for doc in docs for first, after in parts(doc)]
    labels = ("ORG", "PLACE", "PERSON", "OTHER")
    for width in (96, 64, 48):
        ways[f"ours, random weights, width {width}"] = in_batches(with_random_weights(width, labels), 64), docs
    ways["ours, random weights, width 96, one label"] = in_batches(with_random_weights(96, labels[:1]), 64), docs
    trained = {path.name: recognizer.load(path) for path in args.model}
    for name, other in trained.items():
        ways[f"ours, {name}"] = in_batches(other.get_pipe("ner"), 64), docs  # type: ignore[arg-type] # a Pipe in spaCy's stub
    print(f"{len(docs)} texts, {words} words, {len(whole)} entities; load {os.getloadavg()[0]:.1f}\n")
    print("| | CPU ms for 1,000 words, median (least to most) | to ours | entities lost | new |\n|---|---|---|---|---|")
    measured = costs(ways, args.rounds)
    base = statistics.median(measured["ours, batches of 64"])
    for name, seconds in measured.items():
        middle, least, most = (1e6 * pick(seconds) / words for pick in (statistics.median, min, max))
        print(f"| {name} | {middle:.1f} ({least:.1f} to {most:.1f}) | {middle * words / 1e6 / base:.2f} |", end="")
        print("{} | {} |".format(*(f" {number}" for number in lost[name])) if name in lost else " | |")
    print("\n| names in sentences | precision | recall | F1 | with all rules: precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|")
    alone = Rules(cleaning=False, heads=False, gazetteer=False, definitions=False, lists=False, propagation=False)
    for name, one in {"report_tagger": nlp, **trained}.items():
        figures = (*score(one, alone), *score(one, Rules()))
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")


if __name__ == "__main__":
    main()
