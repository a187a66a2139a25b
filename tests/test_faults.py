"""Killed runs, full disks, flipped bytes and runs at the same time: the tables stay whole, and nothing is lost."""

import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import batch as batches
from pipeline import store
from pipeline.cli.app import app
from pipeline.stages import CHAIN
from pipeline.store.results import verify_results
from tests.conftest import RAW, ROOT
from tests.kills import STAGES, World

KILLS_A_STAGE = 3
FLIPS = 150


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "run_tasks", batches.run_tasks)
        yield World(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_stage_leaves_whole_tables_and_loses_nothing(world: World, stage: str) -> None:
    chance = random.Random(f"kills of {stage}")
    for turn in range(KILLS_A_STAGE):
        assert world.kill(turn % 2, stage, chance.random()) == []


def test_a_flipped_bit_is_noticed_wherever_it_is(world: World) -> None:
    world.bring_up_to_date(0)
    out = world.batch.extracted
    names = sorted(name for name in world.written() if name not in ("submissions.json", "PROVENANCE.json"))
    keys = [store.known_keys(out, stage) for stage in CHAIN]
    chance = random.Random(20260)
    for _ in range(FLIPS):
        path = out / chance.choice(names)
        data = path.read_bytes()
        flipped = bytearray(data)
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        assert noticed(out, keys), path
        path.write_bytes(data)
    assert not noticed(out, keys)


def noticed(out: Path, keys: list[dict[str, str]]) -> bool:
    """Whether a check tells of it, or a run sees another key and makes the result anew."""
    if [store.known_keys(out, stage) for stage in CHAIN] != keys:
        return True
    try:
        return bool(store.verify_tables(out) or verify_results(out))
    except store.StoreError:
        return True


def test_verify_names_a_damaged_result(world: World) -> None:
    world.bring_up_to_date(0)
    out = world.batch.extracted
    path = next((out / "mentions").glob("*.json"))
    data = path.read_bytes()
    path.write_bytes(data[:-3] + b"x" + data[-2:])
    result = CliRunner().invoke(app, ["verify", str(world.batch.raw), "--out", str(out)])
    path.write_bytes(data)
    assert result.exit_code == 1
    assert f"mentions/{path.name} has changed since it was written" in result.output


@pytest.mark.parametrize(
    ("what", "message", "attempts"), [("full", "the disk is full", 5), ("read-only", "permission", 1)]
)
def test_a_disk_that_takes_nothing_leaves_the_old_tables(
    tmp_path: Path, what: str, message: str, attempts: int
) -> None:
    command = [sys.executable, "-m", "tests.small_disk", str(tmp_path), what]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.splitlines()
    assert (told[0], told[-1]) == ("first: done", "last: done []")
    assert len(told) == attempts + 2
    for line in told[1:-1]:
        assert message in line
        assert line.endswith("tables are whole")


def extraction(raw: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "pipeline.extract", str(raw), "--out", str(out), "--jobs", "1"]


def test_a_stage_outlives_its_starter_and_keeps_others_out(tmp_path: Path) -> None:
    """As when DVC is killed alone: the shell that it started a stage with goes, and the stage goes on."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    shutil.copy(RAW / "pacific_savings_league_q3_2022.pdf", raw)
    command = f"{shlex.join(extraction(raw, out))}; true"
    starter = subprocess.Popen(["sh", "-c", command], cwd=ROOT, stderr=subprocess.DEVNULL)
    while not (out / "submissions.json").exists():
        time.sleep(0.02)
    [stage] = map(int, Path(f"/proc/{starter.pid}/task/{starter.pid}/children").read_text().split())
    os.kill(stage, signal.SIGSTOP)
    starter.kill()
    starter.wait()
    second = subprocess.run(extraction(raw, out), cwd=ROOT, capture_output=True, text=True)
    assert second.returncode == 2
    assert "Another run is writing to" in second.stderr
    os.kill(stage, signal.SIGCONT)
    while is_held(out):
        time.sleep(0.05)
    assert len(list((out / "pages").glob("*.json"))) == 1
    assert store.sweep(out) == 0
    assert verify_results(out) == []


def is_held(out: Path) -> bool:
    """Whether a run holds the output folder."""
    try:
        with store.locked(out):
            return False
    except store.StoreError:
        return True
