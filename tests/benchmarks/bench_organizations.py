"""Organizations: what each rule adds, how often each rule is right, and what the whole tag stage costs.

    python tests/benchmarks/bench_organizations.py [--base FOLDER] [--split test] [--model FOLDER] [--tables FOLDER]

Names are compared strictly: both ends must be right. `--base` is the folder of a stock pipeline (`en_core_web_sm`),
measured in the same run; `models/README.md` says where it comes from. The sentences of a group are settled together,
as a report. The groups are those of the files `sentences*.txt` in `models/`; how often each rule is right in whole
documents is read off the tables of the sample submissions and their gold.
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

from pipeline import annotated, recognizer, schema, scoring, store
from pipeline.components import reading_of
from pipeline.organizations import Reading, Rules, settle
from pipeline.organizations.identities import CONFIDENCE
from pipeline.records import Context, Passage, Report, Section
from pipeline.tagging import tag_report

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
JUDGED = ("submissions", "reports", "sections", *(table.name for table in schema.MENTION_TABLES.values()))
NAMES = ("cleaning", "heads", "gazetteer", "definitions", "lists", "propagation")
NONE = Rules(**dict.fromkeys(NAMES, False))
ALL = Rules()
ROUNDS = 5


def read_sets(split: str) -> dict[str, list[annotated.Group]]:
    """The marked groups of each file that has some of `split`."""
    files = {
        path.name: annotated.read_groups(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(MODELS.glob("sentences*.txt"))
    }
    return {name: groups for name, groups in files.items() if any(group.split == split for group in groups)}


def score(groups: Sequence[annotated.Group], readings: Sequence[list[Reading]], rules: Rules) -> tuple[float, ...]:
    """Precision, recall and F1."""
    right = found = wanted = 0
    for group, texts in zip(groups, readings, strict=True):
        for sentence, mentions in zip(group.sentences, settle(texts, Context(), rules), strict=True):
            marks = {mark[:2] for mark in sentence.marks if mark[2] == "ORG"}
            spans = {(mention.start, mention.end) for mention in mentions}
            right, found, wanted = right + len(marks & spans), found + len(spans), wanted + len(marks)
    precision, recall = right / max(1, found), right / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def count_right(
    groups: Sequence[annotated.Group], readings: Sequence[list[Reading]], found: Counter[str], right: Counter[str]
) -> None:
    """Adds the mentions of each rule in marked sentences, and how many are right."""
    for group, texts in zip(groups, readings, strict=True):
        for sentence, mentions in zip(group.sentences, settle(texts, Context()), strict=True):
            for mention in mentions:
                found[mention.rule] += 1
                right[mention.rule] += (mention.start, mention.end, "ORG") in sentence.marks


def count_judged(tables: Path, gold: Path, found: Counter[str], right: Counter[str]) -> None:
    """Adds the mentions of each rule in tables that gold judges; each rule goes through the scorer as a number."""
    rows = {name: store.read_table(tables / f"{name}.parquet").to_pylist() for name in JUDGED}
    rules = list(CONFIDENCE)
    for row in rows["organization_mentions"]:
        row["confidence"] = float(rules.index(row["rule"])) if row["rule"] in rules else -1.0
    files = {row["file_name"] for row in rows["submissions"]}
    for path in sorted(gold.glob("*.json")):
        parsed = scoring.parse_gold(path.read_bytes(), path.name)
        for verdict in scoring.score(parsed, rows).verdicts if parsed.file in files else ():
            if verdict.kind == "organization" and verdict.confidence >= 0:
                found[rules[int(verdict.confidence)]] += 1
                right[rules[int(verdict.confidence)]] += verdict.is_right


def print_reliability(found: Counter[str], right: Counter[str]) -> None:
    """Of the mentions of each rule, how many are right, beside the confidence they are given."""
    print("\nrule          confidence    right    of")
    for rule, number in sorted(found.items(), key=lambda item: -CONFIDENCE[item[0]]):
        print(f"{rule:<14}{CONFIDENCE[rule]:>10.2f}{right[rule] / number:>9.2f}{number:>6}")


def read_all(nlp: Language, groups: Sequence[annotated.Group]) -> list[list[Reading]]:
    return [
        [reading_of(doc.text, doc, doc._.mentions) for doc in nlp.pipe(sentence.text for sentence in group.sentences)]
        for group in groups
    ]


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


def print_ablation(stock: Language | None, nlp: Language, groups: Sequence[annotated.Group]) -> list[list[Reading]]:
    """Precision, recall and F1 of the stock pipeline, of the model, with each rule added, and with each left out."""

    def show(name: str, texts: Sequence[list[Reading]], rules: Rules) -> None:
        precision, recall, f1 = score(groups, texts, rules)
        print(f"{name:<28}{precision:>9.3f}{recall:>8.3f}{f1:>6.3f}")

    if stock is not None:
        others = read_all(stock, groups)
        show("stock model alone", others, NONE)
        show("stock model, all rules", others, ALL)
    readings = read_all(nlp, groups)
    show("model alone", readings, NONE)
    rules = NONE
    for name in NAMES:
        rules = replace(rules, **{name: True})
        show(f"+ {name}", readings, rules)
    for name in NAMES:
        show(f"all but {name}", readings, replace(ALL, **{name: False}))
    return readings


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--base", type=Path)
    parser.add_argument("--model", type=Path, default=MODELS / "report_tagger")
    parser.add_argument("--split", default="test")
    parser.add_argument("--tables", type=Path, default=ROOT / "extracted" / "tables")
    parser.add_argument("--gold", type=Path, default=ROOT / "raw" / "_gold")
    args = parser.parse_args()
    stock = None
    if args.base:
        stock = spacy.load(args.base, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
        for name in recognizer.REPORT_COMPONENTS[:-1]:
            stock.add_pipe(name)
    nlp = recognizer.load(args.model)
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    every: list[annotated.Group] = []
    for title, read in read_sets(args.split).items():
        groups = [group for group in read if group.split == args.split]
        every += read
        marks = [
            mark for group in groups for sentence in group.sentences for mark in sentence.marks if mark[2] == "ORG"
        ]
        sentences = sum(len(group.sentences) for group in groups)
        print(f"\n{title}, {args.split}: {len(marks)} names in {sentences} sentences of {len(groups)} authors")
        print(f"{'':<28}precision  recall    F1")
        readings = print_ablation(stock, nlp, groups)
        count_right(groups, readings, found, right)
    count_judged(args.tables, args.gold, found, right)
    print_reliability(found, right)
    print_speed(nlp, every)


if __name__ == "__main__":
    main()
