"""A folder that is watched: files that grow are left alone, what has come to rest is worked on, Ctrl-C ends it well."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline import store, watch
from tests.conftest import RAW, ROOT

SAMPLE = RAW / "pacific_savings_league_q3_2022.pdf"
SECONDS = 120


class Disk:
    """Sizes of files over time, and the clock."""

    def __init__(self, *moments: dict[str, int]) -> None:
        self.moments = moments
        self.now = -1

    def changes(self) -> Iterator[set[str]]:
        """The names whose size is another than a second before."""
        for number, sizes in enumerate(self.moments):
            before = self.moments[number - 1] if number else {}
            self.now = number
            yield {name for name in before.keys() | sizes.keys() if before.get(name) != sizes.get(name)}

    def look(self, name: str) -> bytes | None:
        size = self.moments[self.now].get(name)
        return None if size is None else bytes([size])

    def clock(self) -> float:
        return float(self.now)


def rests(disk: Disk) -> list[tuple[int, set[str]]]:
    return [(disk.now, set(left)) for left in watch.settled(disk.changes(), disk.look, disk.clock)]


def test_a_file_is_worked_on_once_it_has_stopped_growing() -> None:
    assert rests(Disk({"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}, {"a": 3}, {"a": 3})) == [(4, set())]


def test_a_file_that_grows_keeps_no_other_waiting() -> None:
    sizes = [{"a": 1, "b": number} for number in range(6)]
    assert rests(Disk(*sizes)) == [(2, {"b"})]


def test_a_file_that_is_taken_away_is_a_change() -> None:
    assert rests(Disk({"a": 1}, {"a": 1}, {"a": 1}, {}, {}, {})) == [(2, set()), (5, set())]


def test_what_is_dropped_into_the_folder_is_worked_on_until_someone_stops_it(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    command = [sys.executable, "-m", "pipeline.cli", "run", str(raw), "--out", str(out), "--watch", "--jobs", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: (out / "tables" / "submissions.parquet").exists())
        shutil.copy(SAMPLE, raw)
        wait_for(lambda: names_in(out) == [SAMPLE.name])
        time.sleep(0.5)
    finally:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, told
    assert "Stopped. What was finished is kept" in told
    assert "Traceback" not in told


def test_ctrl_c_in_the_middle_keeps_what_was_finished_and_leaves_no_process(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for number in range(6):
        (raw / f"{number}.pdf").write_bytes(SAMPLE.read_bytes() + b"%% %d\n" % number)
    command = [sys.executable, "-m", "pipeline.cli", "run", str(raw), "--out", str(out), "--jobs", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    wait_for(lambda: len(store.marks(out, "tag")) >= 2)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert "stopped. What was finished is kept; run again to go on." in told
    finished = store.marks(out, "tag")
    assert 2 <= len(finished) < 6
    wait_for(lambda: not group_exists(process.pid))
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    after = store.marks(out, "tag")
    assert len(after) == 6
    assert finished.items() <= after.items(), "what was finished is not done again"


def group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def names_in(out: Path) -> list[str]:
    names: list[str] = store.read_table(out / "tables" / "submissions.parquet")["file_name"].to_pylist()
    return names


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
