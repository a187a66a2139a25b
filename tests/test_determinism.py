"""The tables are the same bytes whatever the time zone, locale, hash seed, clock, workers and order of the folder."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.generator import make_submission

EAST = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
WEST = {
    "TZ": "America/St_Johns",
    "LC_ALL": "tr_TR.UTF-8",
    "PYTHONHASHSEED": "31337",
    "PYTHONPATH": str(Path(__file__).parent / "otherwise"),
    "CLOCK_AHEAD": str(11 * 366 * 86_400),
    "FOLDERS_REVERSED": "yes",
}
CLOCK = "import datetime, os; print(datetime.date.today().year, datetime.datetime.now().year, os.listdir('tests')[0])"


def tables(raw: Path, out: Path, surroundings: dict[str, str], jobs: int) -> dict[str, bytes]:
    command = [sys.executable, "-m", "pipeline.cli", "run", str(raw), "--out", str(out), "--jobs", str(jobs)]
    subprocess.run(command, cwd=ROOT, env=os.environ | surroundings, check=True, capture_output=True)
    found = sorted((out / "tables").glob("*.parquet"))
    return {path.name: path.read_bytes() for path in (*found, out / "MANIFEST.json", out / "DATA_DICTIONARY.md")}


def test_the_tables_do_not_depend_on_where_and_when_they_are_made(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for seed in range(3):
        (raw / f"{seed}.pdf").write_bytes(make_submission(seed, paragraphs=1)[0])
    (raw / "9.pdf").write_bytes((raw / "0.pdf").read_bytes())
    (raw / "empty.pdf").touch()
    assert tables(raw, tmp_path / "east", EAST, 1) == tables(raw, tmp_path / "west", WEST, 3)


def test_the_other_clock_and_order_are_in_force() -> None:
    def seen(surroundings: dict[str, str]) -> list[str]:
        command = [sys.executable, "-c", CLOCK]
        return subprocess.check_output(command, cwd=ROOT, env=os.environ | surroundings, text=True).split()

    east, west = seen(EAST), seen(WEST)
    assert {int(west[at]) - int(east[at]) for at in (0, 1)} <= {11, 12}
    assert west[2] == max(path.name for path in (ROOT / "tests").iterdir())
