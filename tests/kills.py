"""A run that is killed at any moment, and what is found after it.

`python -m tests.kills [COUNT] [SEED]` kills each stage COUNT times (100 when not given) at places drawn with the seed,
and prints how many of them left anything but whole tables, or lost or doubled a row.

A folder of submissions changes back and forth between two states, so that there is always something to add, to change
and to take out. The work is done in this process by the steps themselves, without a child for each submission; what is
killed is the process that writes. It dies before a call that opens, renames or removes a file of the output folder:
between two such calls nothing changes that a reader could see.
"""

import os
import random
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import batch as batches
from pipeline import schema, steps, store
from pipeline.batch import Batch, process
from pipeline.isolate import Outcome, Perform, Task
from pipeline.params import ExtractParams, Params
from pipeline.stages import CHAIN
from pipeline.tabulate import tabulate
from tests.generator import make_submission

STAGES = (*CHAIN, "tabulate")
EVENTS = frozenset(("open", "os.rename", "os.remove", "os.truncate", "sqlite3.connect"))
PARAMS = Params(ExtractParams(ocr="off"))

_answers: dict[bytes, bytes] = {}
_perform = cache(steps.preload)


def in_this_process(tasks: Iterable[Task], preload: bytes, jobs: int) -> Iterator[Outcome]:
    """What `run_tasks` does, without a process for each task, and each task once."""
    for task in tasks:
        yield Outcome(task.name, "done", _answered(_perform(preload), task.arguments + task.further))


def _answered(perform: Perform, arguments: bytes) -> bytes:
    if arguments not in _answers:
        parts: list[bytes] = []
        perform(arguments, parts.append)
        _answers[arguments] = b"".join(parts)
    return _answers[arguments]


def do(batch: Batch, stage: str) -> None:
    """One stage as its command does it."""
    with store.locked(batch.extracted):
        store.sweep(batch.extracted)
        if stage == "tabulate":
            tabulate(batch)
        else:
            process(batch, (stage,), lambda done, total: None)


def killed_at(batch: Batch, stage: str, place: int) -> int:
    """Does a stage in a process that is killed before its so-many-th event; returns how many events came to pass."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        _die_at(str(batch.extracted), place, writing)
        try:
            do(batch, stage)
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(process, 0)
    with os.fdopen(reading, "rb") as counted:
        return len(counted.read())


def _die_at(folder: str, place: int, pipe: int) -> None:
    passed = 0

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal passed
        if event in EVENTS and isinstance(arguments[0], (str, Path)) and str(arguments[0]).startswith(folder):
            passed += 1
            if passed == place:
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(pipe, b".")

    sys.addaudithook(listen)


class World:
    """A folder of submissions with two states, its output, and what that is in either state."""

    def __init__(self, folder: Path) -> None:
        self.batch = Batch(folder / "raw", folder / "out", PARAMS)
        self.batch.raw.mkdir()
        batches.run_tasks = in_this_process
        files = [make_submission(seed, reports=1, paragraphs=1)[0] for seed in range(4)]
        self.states = [
            {"a.pdf": files[0], "b.pdf": files[1], "same.pdf": files[0], "bad.pdf": b"no PDF"},
            {"a.pdf": files[0], "b.pdf": files[2], "c.pdf": files[3], "empty.pdf": b""},
        ]
        self.expected = [self.bring_up_to_date(state) for state in (0, 1)]
        self.events = self._count_events()

    def bring_up_to_date(self, state: int) -> dict[str, bytes]:
        """Changes the submissions, does all stages undisturbed, and returns what was written."""
        self.submit(state)
        for stage in STAGES:
            do(self.batch, stage)
        return self.written()

    def submit(self, state: int) -> None:
        """Puts the folder of submissions in one of its two states."""
        for path in self.batch.raw.iterdir():
            path.unlink()
        for name, data in self.states[state].items():
            (self.batch.raw / name).write_bytes(data)

    def written(self) -> dict[str, bytes]:
        """Every file of the output that a reader may look at, with its bytes."""
        out = self.batch.extracted
        paths = [path for path in out.rglob("*") if path.is_file() and not path.name.startswith(".")]
        return {str(path.relative_to(out)): path.read_bytes() for path in sorted(paths)}

    def kill(self, state: int, stage: str, share: float) -> list[str]:
        """Kills a stage, at this share of its way, on the way to a state; returns what is wrong after it."""
        self.bring_up_to_date(1 - state)
        self.submit(state)
        before = STAGES[: STAGES.index(stage)]
        for earlier in before:
            do(self.batch, earlier)
        events = self.events[state, stage]
        killed_at(self.batch, stage, 1 + int(share * events))
        wrong = list(self._unreadable())
        for later in STAGES[len(before) :]:
            do(self.batch, later)
        found, expected = self.written(), self.expected[state]
        wrong += [name for name in sorted(found.keys() | expected.keys()) if found.get(name) != expected.get(name)]
        return wrong

    def _count_events(self) -> dict[tuple[int, str], int]:
        """How many events each stage has on its way to each state."""
        events = {}
        for state in (0, 1):
            self.submit(state)
            for stage in STAGES:
                events[state, stage] = killed_at(self.batch, stage, 0)
        return events

    def _unreadable(self) -> Iterator[str]:
        """Tables that are neither the old nor the new ones, or that cannot be read."""
        for name in schema.TABLES:
            path = self.batch.extracted / "tables" / f"{name}.parquet"
            try:
                store.read_table(path)
            except store.StoreError as error:
                yield f"{name}: {error}"
            if path.read_bytes() not in [expected[f"tables/{name}.parquet"] for expected in self.expected]:
                yield f"{name}: neither old nor new"


def main(count: int = 100, seed: int = 1) -> int:
    """Kills each stage so many times; returns 1 when anything was wrong."""
    chance = random.Random(seed)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for stage in STAGES:
            bad = [wrong for turn in range(count) if (wrong := world.kill(turn % 2, stage, chance.random()))]
            places = "/".join(str(world.events[state, stage]) for state in (0, 1))
            print(
                f"{stage}: killed {count} times among {places} places, {len(bad)} with something wrong {bad[:3]}",
                flush=True,
            )
            failed += len(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
