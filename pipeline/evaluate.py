"""Stage 5: tables against the gold that people made, as figures that `dvc metrics` shows."""

import json
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from pipeline import activity_gold, command, schema, scoring, store
from pipeline.batch import Batch

JUDGED = ("submissions", "reports", "sections", *(table.name for table in schema.MENTION_TABLES.values()))

ACTIVITIES = "activities.yaml"
"""The gold of the activities, in the folder of gold."""


def has_gold(batch: Batch) -> bool:
    """Whether there is anything to score the tables on."""
    folder = batch.raw / batch.params.evaluate.gold
    return bool(store.read_folder(folder, "*.json") or store.read_optional(folder / ACTIVITIES))


def evaluate(batch: Batch) -> scoring.Score:
    """Scores the tables on every gold file, and writes `metrics.json`.

    Raises:
        StoreError: a table is missing or damaged, or the figures cannot be written.
        GoldError: a gold file cannot be used.
    """
    files = store.read_folder(batch.raw / batch.params.evaluate.gold, "*.json")
    golds = [scoring.parse_gold(data, name) for name, data in files]
    tables = _tables_of(batch.extracted / "tables", {gold.file for gold in golds})
    total, by_file = scoring.Score(), {}
    for gold in golds:
        score = scoring.score(gold, tables)
        by_file[gold.file] = scoring.summary(score)
        scoring.add(total, score)
    done = activity_gold.metrics(score_activities(batch))
    figures = {"all": scoring.metrics(total), "activities": done, "submissions": by_file}
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    store.write_bytes(batch.extracted / "metrics.json", text.encode())
    return total


def score_activities(batch: Batch) -> activity_gold.ActivityScore:
    """Scores the activities on their gold; all figures are 1 when there is none.

    Raises:
        StoreError: a table is missing or damaged.
        GoldError: the gold cannot be used.
    """
    file = batch.raw / batch.params.evaluate.gold / ACTIVITIES
    gold = activity_gold.parse(store.read_optional(file), ACTIVITIES)
    folder = batch.extracted / "tables"
    tables = _tables_of(folder, gold.keys(), (*JUDGED, "activities"))
    ids = store.Those("activity_id", frozenset(row["activity_id"] for row in tables["activities"]))
    links = store.read_columns(folder / "activity_mentions.parquet", (), ids).to_pylist() if gold else []
    return activity_gold.score(gold, tables | {"activity_mentions": links})


def _tables_of(folder: Path, files: Collection[str], names: Sequence[str] = JUDGED) -> dict[str, list[dict[str, Any]]]:
    """The rows of the submissions that there is gold for."""
    submissions = store.read_table(folder / "submissions.parquet").to_pylist() if files else []
    known = [row for row in submissions if row["file_name"].split("/")[-1] in files]
    those = store.Those("submission_id", frozenset(row["submission_id"] for row in known if row["submission_id"]))
    rows = {
        name: store.read_columns(folder / f"{name}.parquet", (), those).to_pylist() if known else [] for name in names
    }
    return rows | {"submissions": known}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the stage; returns the exit code."""

    def work() -> int:
        batch = command.parse_batch(argv, __doc__)
        with store.locked(batch.extracted):
            evaluate(batch)
        return 0

    return command.guarded(work)


if __name__ == "__main__":
    sys.exit(main())
