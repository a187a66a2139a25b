"""Organizations: what each rule adds, how often each rule is right, and what the whole tag stage costs.

    python tests/benchmarks/bench_organizations.py [--base FOLDER] [--split test]

Names are compared strictly: both ends must be right. `--base` is the folder of a stock pipeline (`en_core_web_sm`),
measured in the same run; `models/README.md` says where it comes from. The sentences of a group are settled together,
as a report.
"""

import argparse
import os
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # as the pipeline's workers have it

import spacy
from msgspec.structs import replace
from spacy.language import Language

from pipeline import annotated, recognizer
from pipeline.components import readings_of
from pipeline.organizations import Reading, Rules, settle
from pipeline.records import Context, Passage, Report, Section
from pipeline.tagging import tag_report

MODELS = Path(__file__).parents[2] / "models"
NAMES = ("cleaning", "heads", "gazetteer", "definitions", "lists", "propagation")
NONE = Rules(**dict.fromkeys(NAMES, False))
ALL = Rules()
ROUNDS = 5


def score(groups: Sequence[annotated.Group], readings: Sequence[list[Reading]], rules: Rules) -> tuple[float, ...]:
    """Precision, recall and F1."""
    right = found = wanted = 0
    for group, texts in zip(groups, readings, strict=True):
        for sentence, mentions in zip(group.sentences, settle(texts, Context(), rules), strict=True):
            marks = {mark[:2] for mark in sentence.marks}
            spans = {(mention.start, mention.end) for mention in mentions}
            right, found, wanted = right + len(marks & spans), found + len(spans), wanted + len(marks)
    precision, recall = right / max(1, found), right / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def print_reliability(groups: Sequence[annotated.Group], readings: Sequence[list[Reading]]) -> None:
    """Of the mentions of each rule and confidence, how many are right."""
    found: Counter[tuple[str, float]] = Counter()
    right: Counter[tuple[str, float]] = Counter()
    for group, texts in zip(groups, readings, strict=True):
        for sentence, mentions in zip(group.sentences, settle(texts, Context()), strict=True):
            for mention in mentions:
                found[mention.rule, mention.confidence] += 1
                right[mention.rule, mention.confidence] += any(
                    mark[:2] == (mention.start, mention.end) for mark in sentence.marks
                )
    print("\nrule          confidence   right   of")
    for (rule, confidence), number in sorted(found.items(), key=lambda item: -item[0][1]):
        share = right[rule, confidence] / number
        print(f"{rule:<14}{confidence:>9.2f}{share:>9.2f}{number:>6}")


def read_all(nlp: Language, groups: Sequence[annotated.Group]) -> list[list[Reading]]:
    return [readings_of([nlp(sentence.text) for sentence in group.sentences]) for group in groups]


def print_speed(nlp: Language, groups: Sequence[annotated.Group]) -> None:
    """CPU seconds of loading, and words a CPU second of the tag stage, medians."""
    sections = tuple(
        Section(n, None, 1, None, str(n), Passage(), Passage("\n".join(s.text for s in group.sentences)), 1, 1)
        for n, group in enumerate([*groups] * 3)
    )
    report = Report(1, None, None, None, None, None, 1, 1, sections)
    words = sum(len(section.text.text.split()) for section in sections)
    loads, tags, models = [], [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        recognizer.load(MODELS / "report_tagger")
        loads.append(time.process_time() - began)
        began = time.process_time()
        tag_report(nlp, report, Context())
        tags.append(time.process_time() - began)
        began = time.process_time()
        for doc in nlp.pipe((section.text.text for section in sections), disable=recognizer.REPORT_COMPONENTS):
            doc.ents  # noqa: B018 # the work is done on the way
        models.append(time.process_time() - began)
    print(f"\nload {statistics.median(loads):.2f} CPU s; {words} words; words a CPU second: ", end="")
    print(
        f"recognizer alone {words / statistics.median(models):,.0f}, tag stage {words / statistics.median(tags):,.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--base", type=Path)
    parser.add_argument("--split", default="test")
    args = parser.parse_args()
    lines = (MODELS / "sentences.txt").read_text(encoding="utf-8").splitlines()
    every = annotated.read_groups(lines)
    groups = [group for group in every if group.split == args.split]
    nlp = recognizer.load(MODELS / "report_tagger")
    readings = read_all(nlp, groups)
    number = sum(len(sentence.marks) for group in groups for sentence in group.sentences)
    print(
        f"{number} names in {sum(len(g.sentences) for g in groups)} sentences of {len(groups)} authors ({args.split})"
    )
    print(f"{'':<28}precision  recall    F1")

    def show(name: str, texts: Sequence[list[Reading]], rules: Rules) -> None:
        precision, recall, f1 = score(groups, texts, rules)
        print(f"{name:<28}{precision:>9.3f}{recall:>8.3f}{f1:>6.3f}")

    if args.base:
        stock = spacy.load(args.base, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
        for name in recognizer.REPORT_COMPONENTS[:-1]:
            stock.add_pipe(name)
        others = read_all(stock, groups)
        show("stock model alone", others, NONE)
        show("stock model, all rules", others, ALL)
    else:
        print("stock model: not measured, give its folder with --base")
    show("model alone", readings, NONE)
    rules = NONE
    for name in NAMES:
        rules = replace(rules, **{name: True})
        show(f"+ {name}", readings, rules)
    for name in NAMES:
        show(f"all but {name}", readings, replace(ALL, **{name: False}))
    print_reliability(groups, readings)
    print_speed(nlp, every)


if __name__ == "__main__":
    main()
