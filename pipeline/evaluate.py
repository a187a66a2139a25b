"""Stage 5: tables against the gold that people made, as figures that `dvc metrics` shows."""

import json
import sys
from collections.abc import Sequence

from pipeline import command, schema, scoring, store
from pipeline.batch import Batch

JUDGED = ("submissions", "reports", "sections", *(table.name for table in schema.MENTION_TABLES.values()))


def evaluate(batch: Batch) -> scoring.Score:
    """Scores the tables on every gold file, and writes `metrics.json`.

    Raises:
        StoreError: a table is missing or damaged, or the figures cannot be written.
        GoldError: a gold file cannot be used.
    """
    tables = {name: store.read_table(batch.extracted / "tables" / f"{name}.parquet").to_pylist() for name in JUDGED}
    total, by_file = scoring.Score(), {}
    for name, data in store.read_folder(batch.raw / batch.params.evaluate.gold, "*.json"):
        gold = scoring.parse_gold(data, name)
        score = scoring.score(gold, tables)
        by_file[gold.file] = scoring.summary(score)
        scoring.add(total, score)
    figures = {"all": scoring.metrics(total), "submissions": by_file}
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    store.write_bytes(batch.extracted / "metrics.json", text.encode())
    return total


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
