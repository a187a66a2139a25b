"""The commands themselves, killed at any moment: the one that was started, its keeper, or a child at work.

`python -m tests.real_kills [COUNT] [SEED] [COMMAND …]` kills each command COUNT times (100 when not given), at moments
and among processes drawn with the seed, and prints how many of these left anything but whole tables, left a process
behind, or lost or doubled a row. When the command itself is killed, the stages are done again; it outlives its helpers
by itself.
"""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.kills import STAGES, World, do

COMMANDS = (*STAGES, "run")
VICTIMS = ("command", "keeper", "child")
PATIENCE = 10.0
"""Seconds until a process whose parent was killed must have gone."""


class RealWorld(World):
    """Submissions that go back and forth between two states, and commands that are killed on the way."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.params = folder / "params.yaml"
        text = (ROOT / "params.yaml").read_text()
        self.params.write_text(text.replace("ocr: auto", 'ocr: "off"'))
        self.seconds: dict[str, float] = {}

    def command(self, name: str) -> list[str]:
        """How a person starts this command."""
        module = ["pipeline.cli", "run"] if name == "run" else [f"pipeline.{name}"]
        raw, out = str(self.batch.raw), str(self.batch.extracted)
        return [sys.executable, "-m", *module, raw, "--out", out, "--params", str(self.params), "--jobs", "2"]

    def prepare(self, state: int, name: str) -> tuple[str, ...]:
        """Goes all the way to the other state and up to this command towards this one; returns the stages left."""
        self.bring_up_to_date(1 - state)
        self.submit(state)
        done = () if name == "run" else STAGES[: STAGES.index(name)]
        for stage in done:
            do(self.batch, stage)
        return STAGES[len(done) :]

    def measure(self, name: str) -> float:
        """Seconds that a command takes undisturbed."""
        if name not in self.seconds:
            self.prepare(0, name)
            started = time.monotonic()
            subprocess.run(self.command(name), cwd=ROOT, check=True, capture_output=True)
            self.seconds[name] = time.monotonic() - started
        return self.seconds[name]

    def kill_real(self, state: int, name: str, victim: str, share: float) -> tuple[bool, list[str]]:
        """Kills a process of a command at this share of its time; whether it was there, and what is wrong after it."""
        seconds = self.measure(name)
        left = self.prepare(state, name)
        with subprocess.Popen(self.command(name), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as at:
            found, below = _kill(at, victim, share * seconds)
            code = at.wait()
        wrong = [] if victim == "command" or code == 0 else [f"it ended with {code}"]
        wrong += [f"process {process} was left" for process in _lasting(below)]
        wrong += self._unreadable()
        for stage in left:
            do(self.batch, stage)
        for note in ("run.json", "metrics.json"):
            (self.batch.extracted / note).unlink(missing_ok=True)
        written, expected = self.written(), self.expected[state]
        names = written.keys() | expected.keys()
        return found, wrong + [one for one in sorted(names) if written.get(one) != expected.get(one)]


def _kill(at: subprocess.Popen[bytes], victim: str, seconds: float) -> tuple[bool, list[int]]:
    """Kills one process of a command after so many seconds, or the first such one after that; what else it had."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and at.poll() is None:
        time.sleep(0.005)
    while at.poll() is None:
        keepers = _children(at.pid)
        below = [*keepers, *(child for keeper in keepers for child in _children(keeper))]
        at_hand = {"command": [at.pid], "keeper": keepers, "child": below[len(keepers) :]}[victim]
        if at_hand:
            with contextlib.suppress(ProcessLookupError):
                os.kill(at_hand[0], signal.SIGKILL)
            return True, below
        time.sleep(0.002)
    return False, []


def _children(process: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _lasting(processes: list[int]) -> Iterator[int]:
    """Those of the processes that do not end."""
    until = time.monotonic() + PATIENCE
    for process in processes:
        while time.monotonic() < until and Path(f"/proc/{process}").exists():
            time.sleep(0.01)
        if Path(f"/proc/{process}").exists():
            yield process


def main(count: int = 100, seed: int = 1, *names: str) -> int:
    """Kills each of the commands so many times; returns 1 when anything was wrong."""
    chance = random.Random(seed)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = RealWorld(Path(folder))
        for name in names or COMMANDS:
            victims = VICTIMS if name != "tabulate" else VICTIMS[:1]
            seconds = world.measure(name)
            killed: Counter[str] = Counter()
            bad = []
            for turn in itertools.count():
                victim = chance.choice(victims)
                found, wrong = world.kill_real(turn % 2, name, victim, chance.random())
                killed[victim] += found
                bad += [wrong] if wrong else []
                if killed.total() == count:
                    break
            print(f"{name} ({seconds:.1f} s): {dict(killed)}, {len(bad)} with something wrong {bad[:3]}", flush=True)
            failed += len(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3]), *sys.argv[3:]))
