"""Trains the recognizer: `python -m pipeline.train CORPORA BASE`.

CORPORA is a folder with the public corpora and BASE the folder of `en_core_web_sm` 3.8; `models/README.md` says where
both come from. Our own sentences are the `train` groups of `models/sentences*.txt`. Training starts from the entity
recognizer of BASE, keeps a few of its eighteen labels, and adapts it to activity reports: minutes on one core, the same
weights for the same seeds and machine. What is saved is the mean of the weights after some epochs, which do not err
alike. The folder is sealed with a manifest that says what it was made of.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # a second thread would only wait

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import filter_spans
from thinc.api import fix_random_seed

from pipeline import annotated, composed, organizations, recognizer
from pipeline.annotated import AnnotatedText
from pipeline.organizations import Entity, Reading, world
from pipeline.records import Context

SEEDS = (20,)
"""One training each, from the same weights; the first also composes the sentences."""
EPOCHS = 5
AVERAGED = (4, 5)
"""The epochs after which the weights count: their mean over all trainings is the recognizer."""
DROPOUT = 0.25
LEARN_RATE = 0.001
WORDS_A_BATCH = (600, 2000)
TEXTS_TOGETHER = 40
COMPOSED = 4000
OWN_COPIES = 5
"""How often each of our own sentences is seen in an epoch, but for the first time with other names."""

VERSION = "1.2.0"

KEPT = {
    "ORG": "ORG",
    "GPE": "PLACE",
    "LOC": "PLACE",
    "FAC": "PLACE",
    "PERSON": "PERSON",
    "EVENT": "OTHER",
    "WORK_OF_ART": "OTHER",
    "LAW": "OTHER",
    "PRODUCT": "OTHER",
}
"""The labels of the base model that we keep, and what we call them. The first of several gives its weights."""

Weights = list[Any]
ALL = frozenset(KEPT.values())

SOURCES = [
    {
        "name": "en_core_web_sm 3.8.0, entity recognizer (Explosion; trained on OntoNotes 5)",
        "license": "MIT",
    },
    {"name": "suralk/multiNER, English: annual reports of the government of Sri Lanka", "license": "CC0-1.0"},
    {"name": "Wikigold (Balasuriya and others, 2009)", "license": "CC-BY-4.0"},
    {"name": "models/sentences*.txt, groups `train`, written and annotated for this project", "license": "MIT"},
    {"name": "models/parts.yaml, from which further sentences are composed", "license": "MIT"},
    {"name": "Names of people of Faker, in the sentences composed and varied", "license": "MIT"},
]

CORPORA = {
    "suralk_multiner_english.conll": {"ORG": "ORG", "LOC": "PLACE", "PER": "PERSON"},
    "wikigold.conll": {"ORG": "ORG", "LOC": "PLACE", "PER": "PERSON"},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Trains, averages, saves and seals."""
    args = _parse_args(argv)
    base = spacy.load(args.base, exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
    texts = _texts(args, base)
    weights = [snapshot for seed in SEEDS for snapshot in _train(base, texts, seed)]
    nlp = _adapt(base)
    _set_weights(nlp, [sum(same) / len(same) for same in zip(*weights, strict=True)])
    _save(nlp, args.out, _provenance(args, len(texts)))
    return 0


def _texts(args: argparse.Namespace, base: Language) -> list[AnnotatedText]:
    """All that is trained on: our own sentences with other names, composed ones, and the corpora."""
    groups = [group for path in _sentence_files(args.sentences) for group in _read_groups(path)]
    bare = [sentence for group in groups if not group.is_full for sentence in group.sentences]
    full = [sentence for group in groups if group.is_full for sentence in group.sentences]
    parts = _with_names_of_people(composed.read_parts(args.parts.read_text(encoding="utf-8")))
    bare = list(composed.vary(bare, parts, OWN_COPIES, SEEDS[0]))
    full = [*composed.vary(full, parts, OWN_COPIES, SEEDS[0]), *composed.compose(parts, COMPOSED, SEEDS[0])]
    texts = [*_with_silver(base, bare, ALL - {"ORG"}), *_with_silver(base, full, frozenset({"OTHER"}))]
    return [*texts, *_with_silver(base, list(_read_corpora(args.corpora)), ALL)]


def _with_names_of_people(parts: composed.Parts) -> composed.Parts:
    """The parts with the first names and surnames of the world, so that no few of them are learned by heart."""
    more = {"first": sorted(world.first_names()), "last": sorted(world.surnames())}
    return {**parts, **{kind: [*parts[kind], *names] for kind, names in more.items()}}


def _train(base: Language, texts: Sequence[AnnotatedText], seed: int) -> list[Weights]:
    """One training; the weights after each epoch that counts."""
    fix_random_seed(seed)
    nlp = _adapt(base)
    return list(_fit(nlp, [_example(nlp, text) for text in texts]))


def _parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pipeline.train", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("corpora", type=Path, help="folder with " + " and ".join(CORPORA))
    parser.add_argument("base", type=Path, help="folder of the base model, the one with its config.cfg")
    parser.add_argument("--sentences", type=Path, default=Path("models"), help="folder with sentences*.txt")
    parser.add_argument("--parts", type=Path, default=Path("models/parts.yaml"))
    parser.add_argument("--out", type=Path, default=Path("models/report_tagger"))
    return parser.parse_args(argv)


def _sentence_files(folder: Path) -> list[Path]:
    """Our own files with sentences to train on, in order of name."""
    return [path for path in sorted(folder.glob("sentences*.txt")) if _read_groups(path)]


def _read_groups(path: Path) -> list[annotated.Group]:
    groups = annotated.read_groups(path.read_text(encoding="utf-8").splitlines())
    return [group for group in groups if group.split == "train"]


def _read_corpora(folder: Path) -> Iterator[AnnotatedText]:
    for name, labels in CORPORA.items():
        with (folder / name).open(encoding="utf-8") as lines:
            yield from annotated.read_conll(lines, labels)


def _with_silver(base: Language, texts: Sequence[AnnotatedText], labels: frozenset[str]) -> Iterator[AnnotatedText]:
    """Adds to the marks of each text what the base model sees of `labels` where nothing is marked.

    Our own texts have every organization marked, and some every person and place. An article before an organization
    belongs to its mark, as it does in the base model.
    """
    docs = list(base.pipe((text.text for text in texts), batch_size=64))
    for text, seen in zip(texts, _seen(docs), strict=True):
        free = [
            mark
            for mark in seen
            if mark[2] in labels and not any(mark[0] < end and start < mark[1] for start, end, _ in text.marks)
        ]
        marks = sorted(_with_article(text.text, mark) for mark in (*text.marks, *free))
        yield AnnotatedText(text.text, tuple(marks))


def _with_article(text: str, mark: tuple[int, int, str]) -> tuple[int, int, str]:
    start, end, label = mark
    has_article = label == "ORG" and text[max(0, start - 4) : start].lower() == "the "
    return start - 4 * has_article, end, label


def _seen(docs: Sequence[Doc]) -> Iterator[list[tuple[int, int, str]]]:
    """What the base model sees in each text, organizations as our rules correct them over some texts together."""
    for first in range(0, len(docs), TEXTS_TOGETHER):
        some = docs[first : first + TEXTS_TOGETHER]
        entities = [tuple(Entity(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents) for doc in some]
        readings = [Reading(doc.text, seen) for doc, seen in zip(some, entities, strict=True)]
        for doc, found in zip(some, organizations.settle(readings, Context()), strict=True):
            marks = [(mention.start, mention.end, "ORG") for mention in found]
            for ent in doc.ents:
                is_free = not any(ent.start_char < end and start < ent.end_char for start, end, _ in marks)
                if KEPT.get(ent.label_, "ORG") != "ORG" and is_free:
                    marks.append((ent.start_char, ent.end_char, KEPT[ent.label_]))
            yield marks


def _adapt(base: Language) -> Language:
    """A pipeline with a recognizer of our labels that starts with the weights of the base model."""
    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer
    tokenizer.from_bytes(getattr(base.tokenizer, "to_bytes")())  # noqa: B009 # the stub has a plain callable here
    config = {key: value for key, value in base.get_pipe_config("ner").items() if key != "factory"}
    ner: Any = nlp.add_pipe("ner", config=config)
    for label in dict.fromkeys(KEPT.values()):
        ner.add_label(label)
    nlp.initialize()
    old: Any = base.get_pipe("ner")
    for part in ("tok2vec", "lower"):
        for new_node, old_node in zip(ner.model.get_ref(part).walk(), old.model.get_ref(part).walk(), strict=True):
            for param in old_node.param_names:
                new_node.set_param(param, old_node.get_param(param).copy())
    _copy_actions(old, ner)
    recognizer.use_numpy_products(nlp)
    return nlp


def _copy_actions(old: Any, new: Any) -> None:
    rows = {old.moves.get_class_name(i): i for i in range(old.moves.n_moves)}
    first = {ours: theirs for theirs, ours in reversed(KEPT.items())}
    upper, source = new.model.get_ref("upper"), old.model.get_ref("upper")
    weights, bias = upper.get_param("W").copy(), upper.get_param("b").copy()
    for i in range(new.moves.n_moves):
        action, dash, label = new.moves.get_class_name(i).partition("-")
        row = rows.get(action + dash + first.get(label, label))
        if row is not None:
            weights[i], bias[i] = source.get_param("W")[row], source.get_param("b")[row]
    upper.set_param("W", weights)
    upper.set_param("b", bias)


def _example(nlp: Language, text: AnnotatedText) -> Example:
    doc, gold = nlp.make_doc(text.text), nlp.make_doc(text.text)
    spans = [gold.char_span(start, end, label=label, alignment_mode="contract") for start, end, label in text.marks]
    gold.ents = filter_spans([span for span in spans if span is not None])
    return Example(doc, gold)


def _fit(nlp: Language, examples: list[Example]) -> Iterator[Weights]:
    """Trains for all epochs; yields the moving average of the weights, which generalises better than the last ones."""
    optimizer = nlp.resume_training()
    optimizer.learn_rate = LEARN_RATE
    words, most = WORDS_A_BATCH
    for epoch in range(1, EPOCHS + 1):
        random.shuffle(examples)
        losses: dict[str, float] = {}
        began = time.process_time()
        for batch in _batches(examples, words):
            nlp.update(batch, sgd=optimizer, drop=DROPOUT, losses=losses)
        words = min(most, int(words * 1.3))
        print(f"epoch {epoch}: loss {losses['ner']:.0f}, {time.process_time() - began:.0f} CPU s", flush=True)
        if epoch in AVERAGED:
            with nlp.use_params(optimizer.averages):
                yield [node.get_param(name).copy() for node, name in _params(nlp)]


def _params(nlp: Language) -> Iterator[tuple[Any, str]]:
    """Every array of weights of the recognizer, always in the same order."""
    ner: Any = nlp.get_pipe("ner")
    return ((node, name) for node in ner.model.walk() for name in node.param_names if node.has_param(name))


def _set_weights(nlp: Language, weights: Weights) -> None:
    for (node, name), array in zip(list(_params(nlp)), weights, strict=True):
        node.set_param(name, array.astype("f"))


def _batches(examples: Iterable[Example], words: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    size = 0
    for example in examples:
        batch.append(example)
        size += len(example.reference)
        if size >= words:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _save(nlp: Language, folder: Path, provenance: dict[str, Any]) -> None:
    """Writes the pipeline with our components, without the strings it can do without, and seals it."""
    for name in recognizer.REPORT_COMPONENTS:
        nlp.add_pipe(name)
    nlp.meta |= {
        "name": folder.name,
        "version": VERSION,
        "description": "Organizations, dates, money, counts and countries in activity reports",
        "author": "the authors of pipeline",
        "license": "MIT",
        "sources": [{"name": source["name"], "license": source["license"]} for source in provenance["sources"]],
    }
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(folder, exclude=["lookups"])
    labels = sorted(nlp.get_pipe("ner").labels)  # type: ignore[attr-defined] # a Pipe in spaCy's stub
    (folder / "vocab" / "strings.json").write_text(json.dumps(labels) + "\n", encoding="utf-8")
    recognizer.seal(folder, folder.name, VERSION, provenance)


def _provenance(args: argparse.Namespace, examples: int) -> dict[str, Any]:
    """What the model was made of and how: for the manifest."""
    files = {name: _sha256(args.corpora / name) for name in CORPORA}
    files |= {path.name: _sha256(path) for path in (*_sentence_files(args.sentences), args.parts)}
    files |= {"base: ner/model": _sha256(args.base / "ner" / "model")}
    return {
        "sources": SOURCES,
        "sha256": files,
        "examples": examples,
        "seeds": SEEDS,
        "averaged epochs": AVERAGED,
        "epochs": EPOCHS,
        "dropout": DROPOUT,
        "learn_rate": LEARN_RATE,
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
