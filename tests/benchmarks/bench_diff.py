"""What a diff of 200,000 mentions with 2,000 changes costs, and how soon a report of 10,000 changes opens.

Prints CPU seconds and memory of the whole command (the wanted bounds are 5 s and 1 GB), and the seconds until the
browser shows the first cards (2 s).
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline import store
from pipeline.changes import Tables
from pipeline.store.tables import encode_table
from tests.browser import browser
from tests.changed_tables import ORGANIZATION, extraction

MENTIONS = 200_000
CHANGES = 2_000
MANY = 10_000
KINDS = ("count 7", "money 12 EUR", "date 2021-05-03", "country PE")
SENTENCE = (
    "In the {} month of the year the council and its partners met {} in the town hall, and wrote about it at length."
)


def submissions(mentions: int, seed: int) -> list[dict[str, object]]:
    """Files of 50 sections with ten mentions each, each in a sentence of its own."""
    rng = random.Random(seed)
    files = []
    for number in range(mentions // 500):
        sections = {
            f"{section} Title {section}": " ".join(
                SENTENCE.format(rng.randint(1, 999), f"[{rng.randint(1, 10**6)} people|{rng.choice(KINDS)}]")
                for _ in range(10)
            )
            for section in range(1, 51)
        }
        files.append({"name": f"{number}.pdf", "organization": f"{ORGANIZATION} {number}", "sections": sections})
    return files


def altered(tables: Tables, number: int) -> dict[str, pa.Table]:
    """The tables with so many changes: a third of the rows gone, a third of another value, a third longer."""
    rng = random.Random(1)
    result = dict(tables)
    for name in ("count_mentions", "money_mentions", "date_mentions", "country_mentions"):
        table = tables[name]
        picked = rng.sample(range(table.num_rows), number // 4)
        third = len(picked) // 3
        gone, value, longer = set(picked[:third]), set(picked[third : 2 * third]), set(picked[2 * third :])
        confidence = [0.3 if row in value else c for row, c in enumerate(table["confidence"].to_pylist())]
        starts = [s - 3 if row in longer else s for row, s in enumerate(table["char_start"].to_pylist())]
        table = table.set_column(
            table.schema.get_field_index("confidence"), table.schema.field("confidence"), pa.array(confidence)
        )
        table = table.set_column(
            table.schema.get_field_index("char_start"), table.schema.field("char_start"), pa.array(starts, pa.int32())
        )
        result[name] = table.filter(pa.array([row not in gone for row in range(table.num_rows)]))
    kept = pa.concat_arrays(
        [chunk for n in result if n.endswith("_mentions") for chunk in result[n]["mention_id"].chunks]
    )
    result["mention_boxes"] = tables["mention_boxes"].filter(pc.is_in(tables["mention_boxes"]["mention_id"], kept))
    return result


def write(folder: Path, tables: Tables) -> Path:
    for name, table in tables.items():
        store.write_bytes(folder / f"{name}.parquet", encode_table(table))
    return folder


def timed(old: Path, new: Path, output: Path, form: str) -> None:
    """Runs the command in a process of its own: reading, comparing, writing."""
    started = time.perf_counter()
    command = (sys.executable, "-m", "pipeline.cli", "diff", str(old), str(new), "--format", form, "-o", str(output))
    child = subprocess.Popen(command)
    _, _, usage = os.wait4(child.pid, 0)
    wall, cpu = time.perf_counter() - started, usage.ru_utime + usage.ru_stime
    size = output.stat().st_size / 1e6
    print(f"{form}: {cpu:.2f} s of CPU, {wall:.2f} s, peak {usage.ru_maxrss / 1024:,.0f} MB, {size:.1f} MB written")


def opening(path: Path) -> float:
    with browser() as chromium:
        tab = chromium.new_page()
        started = time.perf_counter()
        tab.goto(path.as_uri())
        tab.wait_for_selector(".card")
        return time.perf_counter() - started


def main() -> None:
    old = extraction(*submissions(MENTIONS, 0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{MENTIONS:,} mentions")
        before = write(folder / "old", old)
        for number in (CHANGES, MANY):
            after = write(folder / str(number), altered(old, number))
            print(f"{number:,} changes")
            timed(before, after, folder / "diff.json", "json")
        timed(before, folder / str(MANY), folder / "diff.html", "html")
        print(f"first cards after {sorted(opening(folder / 'diff.html') for _ in range(3))[1]:.2f} s")


if __name__ == "__main__":
    main()
