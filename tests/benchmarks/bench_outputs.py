"""What making and giving out tables costs: activities, checks and totals by submission, and the forms of an export.

Run as `python tests/benchmarks/bench_outputs.py`. Activities, checks and totals are timed on the tables of the samples
against making Arrow of the same rows; exports on 200,000 mentions against pandas' own `to_csv` (Excel on a tenth of
them, against pandas' `to_excel`). CPU time, medians, interleaved.
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline import activities, checks, schema, store, totals
from pipeline.exports import as_csv, as_duckdb, as_sqlite, as_xlsx
from tests.test_analysis import example

TABLES = Path(__file__).parents[2] / "extracted" / "tables"
ROWS = 200_000
FEWER = 20_000
ROUNDS = 5
EXPORT_ROUNDS = 3

Works = Mapping[str, Callable[[], object]]


def medians(works: Works, rounds: int) -> dict[str, float]:
    """CPU seconds of each work, in turn."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work()
            found[name].append(time.process_time() - start)
    return {name: statistics.median(times) for name, times in found.items()}


def of_samples() -> Works:
    """The work of `tabulate` on the sample tables, beyond making Arrow of their rows."""
    tables = {name: store.read_table(TABLES / f"{name}.parquet") for name in schema.TABLES}
    rows: dict[str, list[dict[str, Any]]] = {name: arrow.to_pylist() for name, arrow in tables.items()}
    ids = {row["submission_id"] for row in rows["submissions"]}
    parts = [
        {name: [row for row in held if row.get("submission_id") == one] for name, held in rows.items()} for one in ids
    ]
    return {
        "rows to Arrow": lambda: [schema.to_arrow(schema.TABLES[name], held) for name, held in rows.items()],
        "activities": lambda: activities.build(rows),
        "checks": lambda: checks.check(tables),
        "totals": lambda: [totals.find(part) for part in parts],
    }


def mentions(rows: int) -> pa.Table:
    """Counts with a text that needs a guard here and there."""
    table = schema.COUNT_MENTIONS
    arrow = schema.to_arrow(table, [example(table, text=text) for text in ("45 officials", "-45 officials", "=45")])
    taken = arrow.take([number % 3 for number in range(rows)])
    return taken.set_column(0, table.schema.field(0), pa.array([f"count-{number:016x}" for number in range(rows)]))


def of_exports(folder: Path) -> tuple[Works, Works]:
    """The forms of an export, each beside what pandas does: for many rows, and for fewer."""
    table, many, few = schema.COUNT_MENTIONS, mentions(ROWS), mentions(FEWER)
    plain, short = many.to_pandas(), few.to_pandas()

    def duckdb() -> None:
        (folder / "t.duckdb").unlink(missing_ok=True)
        as_duckdb.fill({table.name: many}, folder / "t.duckdb")

    return {
        "pandas to_csv": lambda: plain.to_csv(io.StringIO()),
        "csv": lambda: as_csv.encode(table, many),
        "sqlite": lambda: as_sqlite.encode({table.name: many}),
        "duckdb": duckdb,
    }, {
        "pandas to_excel": lambda: short.to_excel(io.BytesIO()),
        "xlsx": lambda: as_xlsx.encode({table.name: few}),
    }


def show(title: str, works: Works, rounds: int) -> None:
    """Prints the CPU time of each work and its ratio to the first."""
    print(title)
    found = medians(works, rounds)
    first = next(iter(found.values()))
    for name, seconds in found.items():
        print(f"  {name:16} {seconds:8.3f} s   {seconds / first:6.2f}x")


def main() -> None:
    """Prints all figures."""
    show("the tables of the samples", of_samples(), ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        many, few = of_exports(Path(folder))
        show(f"{ROWS:,} mentions", many, EXPORT_ROUNDS)
        show(f"{FEWER:,} mentions", few, EXPORT_ROUNDS)


if __name__ == "__main__":
    main()
