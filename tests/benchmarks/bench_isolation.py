"""What it costs to read each submission in a process of its own: CPU time of runs over ordinary submissions.

`python tests/benchmarks/bench_isolation.py [COUNT] [ROUNDS]` makes COUNT submissions (200 when not given) and compares,
in turns, a child for each with one process that does all:

- `work`: extract, segment and tag alone. What a process loads once is left out on both sides; what a keeper does once
  more than the other, because it forks, is not.
- `run`: all of `pipeline run`, from a folder to tables.

Every process takes one thread for its sums. CPU time is that of all processes together, with their children. A last
line tells what a page of memory costs on this machine that a child is the first to change: on virtual machines several
times as much as elsewhere, and most of what isolation costs is that.
"""

import mmap
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import msgspec

from pipeline import batch as batches
from pipeline import steps
from pipeline.cli.run import run
from pipeline.isolate import Outcome, Task, run_tasks
from pipeline.params import Params
from pipeline.stages import CHAIN
from pipeline.steps import Preload, Request
from tests.generator import make_submission

LOAD = msgspec.json.encode(Preload(Params(), CHAIN))

PAGES = 4000
"""Pages of memory that a child changes, to see what that costs."""


def tasks(files: Iterable[bytes]) -> Iterator[Task]:
    for number, data in enumerate(files):
        asked = msgspec.msgpack.encode(Request(f"{number:016x}", CHAIN, source=data))
        yield Task(str(number), asked, 60, 240, 1 << 30)


def in_this_process(tasks: Iterable[Task], preload: bytes, jobs: int) -> Iterator[Outcome]:
    """What `run_tasks` does, without a process for each task."""
    perform = steps.preload(preload)
    for task in tasks:
        parts: list[bytes] = []
        perform(task.arguments + task.further, parts.append)
        yield Outcome(task.name, "done", b"".join(parts))


WAYS = {"isolated": run_tasks, "together": in_this_process}


def work(way: str, files: list[bytes]) -> int:
    """Bytes of the answers of extract, segment and tag."""
    return sum(len(outcome.answer) for outcome in WAYS[way](tasks(files), LOAD, 1))


def whole_run(way: str, files: list[bytes]) -> int:
    """Bytes of the tables of a run."""
    batches.run_tasks = WAYS[way]
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder, "raw"), Path(folder, "out")
        raw.mkdir()
        for number, data in enumerate(files):
            (raw / f"{number}.pdf").write_bytes(data)
        run(raw, out, jobs=1, engine=None, params_file=None, force=False, strict=False)
        return sum(path.stat().st_size for path in (out / "tables").iterdir())


def cpu_of(task: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds of a task in a process of its own with all that it starts, and what it returns."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        before = _seconds()
        size = task()
        os.write(writing, f"{_seconds() - before} {size}".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(process, 0)
    seconds, size = os.read(reading, 100).split()
    os.close(reading)
    return float(seconds), int(size)


def _seconds() -> float:
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def microseconds_a_page() -> float:
    """What it costs a child to be the first to change a page of memory."""
    memory = mmap.mmap(-1, PAGES * mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    def change(pages: int) -> int:
        for page in range(pages):
            memory[page * mmap.PAGESIZE] = 1
        return 0

    change(PAGES)
    costs = [cpu_of(lambda: change(PAGES))[0] for _ in range(5)]
    change_again = [_timed(lambda: change(PAGES)) for _ in range(5)]
    return 1e6 * (statistics.median(costs) - statistics.median(change_again)) / PAGES


def _timed(task: Callable[[], int]) -> float:
    before = _seconds()
    task()
    return _seconds() - before


def main(count: int = 200, rounds: int = 5) -> None:
    """Prints the medians and their ratios."""
    files = [make_submission(seed)[0] for seed in range(count)]
    net: dict[str, list[float]] = {way: [] for way in WAYS}
    whole: dict[str, list[float]] = {way: [] for way in WAYS}
    sizes, table_sizes = set(), set()
    for _ in range(rounds):
        for way in WAYS:
            idle, _ = cpu_of(lambda way=way: work(way, files[:1]))
            busy, size = cpu_of(lambda way=way: work(way, files))
            net[way].append(busy - idle)
            sizes.add(size)
        for way in WAYS:
            seconds, size = cpu_of(lambda way=way: whole_run(way, files))
            whole[way].append(seconds)
            table_sizes.add(size)
    assert len(sizes) == len(table_sizes) == 1, "both ways give the same"
    for name, found, submissions in (("work", net, count - 1), ("run", whole, count)):
        medians = {way: statistics.median(seconds) for way, seconds in found.items()}
        for way, seconds in medians.items():
            print(f"{name:5} {way:9} {1000 * seconds / submissions:6.1f} CPU ms a submission, {seconds:.2f} s in all")
        print(f"{name:5} isolation costs {100 * (medians['isolated'] / medians['together'] - 1):.1f} %")
    print(f"a page of memory that a child changes first: {microseconds_a_page():.2f} microseconds")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
