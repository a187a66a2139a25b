"""What reading the tables costs: `load` against plain pyarrow to pandas, `joined`, pictures of evidence, the import.

Run as `python tests/benchmarks/bench_analysis.py`; it makes 200,000 mentions and a PDF of 50 pages in a temporary
folder. CPU time with that of child processes, medians, interleaved; the elapsed time beside it.
"""

import hashlib
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from reportlab.pdfgen.canvas import Canvas

from pipeline import analysis, schema, store
from pipeline.store.tables import encode_table
from tests.test_analysis import example

ROWS = 200_000
ROUNDS = 5
SHOWN = 50


def drawn_pdf() -> bytes:
    """Fifty pages of forty lines."""
    sink = io.BytesIO()
    canvas = Canvas(sink, invariant=True)
    for _ in range(SHOWN):
        for line in range(40):
            canvas.drawString(50, 780 - 18 * line, f"In week {line} the union trained 45 farmers and paid USD 1,250.")
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def write(folder: Path) -> None:
    """The tables: every mention table long, one submission, report and section."""
    data = drawn_pdf()
    submission_id = hashlib.sha256(data).hexdigest()[:16]
    store.write_bytes(folder / "raw" / "a.pdf", data)
    for name, table in schema.TABLES.items():
        values: Mapping[str, Any] = {"submission_id": submission_id} if "submission_id" in example(table) else {}
        values = {**values, "duplicate_of": None, "file_name": "a.pdf"} if name == "submissions" else values
        arrow = schema.to_arrow(table, [example(table, **values)])
        if name.endswith("_mentions"):
            ids = [f"{name.removesuffix('_mentions')}-{number:016x}" for number in range(ROWS)]
            arrow = arrow.take([0] * ROWS).set_column(0, table.schema.field(0), pa.array(ids))
        if name == "mention_boxes":
            box = {"box_number": 1, "x0": 140.0, "top": 100.0, "x1": 210.0, "bottom": 114.0}
            rows = [{"mention_id": f"count-{n:016x}", "page_number": n + 1, **box} for n in range(SHOWN)]
            arrow = schema.to_arrow(table, rows)
        store.write_bytes(folder / "tables" / f"{name}.parquet", encode_table(arrow))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and elapsed seconds of one round."""
    cpu, elapsed = _cpu(), time.perf_counter()
    work()
    return _cpu() - cpu, time.perf_counter() - elapsed


def _cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def imported(words: str) -> Callable[[], object]:
    """A new interpreter that does nothing else."""
    return lambda: subprocess.run([sys.executable, "-c", words], check=True)


def main() -> None:
    """Prints seconds, and ratios to what pyarrow and pandas do by themselves."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        write(folder)
        path = folder / "tables"
        rows = analysis.load("count_mentions", path).head(SHOWN)
        works: dict[str, Callable[[], object]] = {
            "pyarrow to pandas": lambda: pq.read_table(path / "money_mentions.parquet").to_pandas(),
            "load": lambda: analysis.load("money_mentions", path),
            "load, plot_ready": lambda: analysis.load("money_mentions", path, plot_ready=True),
            "joined": lambda: analysis.joined("money", path),
            f"evidence of {SHOWN} rows": lambda: analysis.evidence(rows, folder / "raw", path=path)._repr_html_(),
            "python, nothing else": imported("pass"),
            "import pipeline": imported("import pipeline"),
            "and its load": imported("import pipeline; pipeline.load"),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, work in works.items():
                taken[name].append(timed(work))
    base = statistics.median(cpu for cpu, _ in taken["pyarrow to pandas"])
    for name, rounds in taken.items():
        cpu, elapsed = (statistics.median(values) for values in zip(*rounds, strict=True))
        print(f"{name:22} {cpu:6.2f} s CPU {elapsed:6.2f} s elapsed  {cpu / base:5.2f} x pyarrow to pandas")


if __name__ == "__main__":
    main()
