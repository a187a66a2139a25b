"""Killed runs, full disks, flipped bytes and runs at the same time: the tables stay whole, and nothing is lost."""

import os
import random
import re
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
from pipeline.cli.verify import find_damage
from pipeline.store.manifest import MANIFEST
from pipeline.store.results import verify_results
from tests.conftest import RAW, ROOT
from tests.generator import make_submission
from tests.kills import STAGES, World, do
from tests.real_kills import RealWorld

KILLS_A_STAGE = 3
CHANGES_A_FILE = 24


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWorld]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "run_tasks", batches.run_tasks)
        yield RealWorld(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_stage_leaves_whole_tables_and_loses_nothing(world: World, stage: str) -> None:
    chance = random.Random(f"kills of {stage}")
    for turn in range(KILLS_A_STAGE):
        assert world.kill(turn % 2, stage, chance.random()) == []


@pytest.mark.parametrize(
    ("command", "victim"), [("run", "command"), ("run", "keeper"), ("run", "child"), ("tabulate", "command")]
)
def test_a_killed_command_leaves_nothing_behind_and_loses_nothing(world: RealWorld, command: str, victim: str) -> None:
    share = random.Random(f"{victim} of {command}").random()
    assert world.kill_real(1, command, victim, share)[1] == []


def test_a_changed_byte_is_noticed_wherever_it_is(world: World) -> None:
    """Every file of the output folder, at its head, at its end and between."""
    world.bring_up_to_date(0)
    out = world.batch.extracted
    chance = random.Random(20260)
    paths = sorted(path for path in out.rglob("*") if path.is_file() and path.stat().st_size)
    assert {path.name for path in paths} > {"submissions.json", "PROVENANCE.json", "MANIFEST.json", ".index.sqlite"}
    for path in paths:
        data = path.read_bytes()
        between = [chance.randrange(len(data)) for _ in range(CHANGES_A_FILE)]
        for place in {0, 10, 80, 150, 250, len(data) - 1, *between} & set(range(len(data))):
            changed = bytearray(data)
            changed[place] ^= chance.randrange(1, 256)
            path.write_bytes(changed)
            told = damage(out)
            assert told if path.name == MANIFEST else path.name.removesuffix(".seal") in told, (path, place)
        path.write_bytes(data)
    assert damage(out) == ""


def damage(out: Path) -> str:
    """What a check names: the files that have changed, or why nothing can be checked."""
    try:
        return " ".join(find_damage(out))
    except store.StoreError as error:
        return str(error.strerror)


def test_a_run_mends_what_stands_beside_the_tables(world: World) -> None:
    world.bring_up_to_date(0)
    before, out = world.written(), world.batch.extracted
    for name in ("submissions.json", "PROVENANCE.json", "MANIFEST.json", "DATA_DICTIONARY.md"):
        (out / name).write_bytes(before[name][:-9] + b"!" + before[name][-8:])
    world.submit(0)
    for stage in STAGES:
        do(world.batch, stage)
    assert world.written() == before


def test_a_changed_index_is_made_anew(world: World) -> None:
    world.bring_up_to_date(0)
    before, path = world.written(), world.batch.extracted / ".index.sqlite"
    data = path.read_bytes()
    name = data.index(b"bad.pdf")
    path.write_bytes(data[:name] + b"sad" + data[name + 3 :])
    world.submit(0)
    for stage in STAGES:
        do(world.batch, stage)
    assert world.written() == before
    assert damage(world.batch.extracted) == ""


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
    ("what", "message", "attempts"),
    [
        ("full", "the disk is full|no file may grow", 5),
        ("full limits", "no file may grow|error", 5),
        ("read-only", "permission", 1),
        ("read-only limits", "permission", 1),
    ],
)
def test_a_disk_that_takes_nothing_leaves_the_old_tables(
    tmp_path: Path, what: str, message: str, attempts: int
) -> None:
    command = [sys.executable, "-m", "tests.small_disk", str(tmp_path), *what.split()]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.splitlines()
    assert (told[0], told[-1]) == ("first: done", "last: done []")
    assert len(told) == attempts + 2
    for line in told[1:-1]:
        assert re.search(message, line)
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


DVC_FILE = """
stages:
  run:
    cmd: {python} -m pipeline.cli run raw --out extracted --params {root}/params.yaml --jobs 1
    deps: [raw]
    outs:
      - extracted: {{cache: false, persist: true}}
"""


def test_dvc_killed_alone_leaves_a_stage_that_ends_and_a_project_that_goes_on(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.pdf").write_bytes(make_submission(0, reports=1, paragraphs=1)[0])
    (tmp_path / "dvc.yaml").write_text(DVC_FILE.format(python=sys.executable, root=ROOT))
    (tmp_path / "models").symlink_to(ROOT / "models")
    usual = os.environ | {"PYTHONPATH": str(ROOT), "DVC_NO_ANALYTICS": "1"}
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "--no-scm", "--quiet"], cwd=tmp_path, env=usual, check=True)
    subprocess.run([*dvc, "repro", "--quiet"], cwd=tmp_path, env=usual, check=True, capture_output=True)
    out = tmp_path / "extracted"
    before = [path.name for path in (out / "tables").iterdir()]

    (tmp_path / "raw" / "b.pdf").write_bytes(make_submission(1, reports=1, paragraphs=1)[0])
    with subprocess.Popen([*dvc, "repro", "--quiet"], cwd=tmp_path, env=usual, stderr=subprocess.DEVNULL) as repro:
        while not is_held(out):
            time.sleep(0.01)
        repro.kill()
    assert [store.read_table(out / "tables" / name).num_rows for name in sorted(before)], "old or new, they are whole"
    ends = time.monotonic() + 120
    while is_held(out) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not is_held(out), "the stage ends by itself"
    assert damage(out) == ""
    after = {path.name: path.read_bytes() for path in (out / "tables").iterdir()}
    assert store.read_table(out / "tables" / "submissions.parquet").num_rows == 2

    again = subprocess.run([*dvc, "repro"], cwd=tmp_path, env=usual, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert {path.name: path.read_bytes() for path in (out / "tables").iterdir()} == after


def is_held(out: Path) -> bool:
    """Whether a run holds the output folder."""
    try:
        with store.locked(out):
            return False
    except store.StoreError:
        return True
