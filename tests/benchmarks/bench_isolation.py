"""What it costs to read each submission in a process of its own: CPU time of a run over ordinary submissions.

`python tests/benchmarks/bench_isolation.py [COUNT] [ROUNDS]` makes COUNT submissions (200 when not given) and takes
them through extract, segment and tag, once with a child for each and once all in one process, in turns. In both, a
keeper loads the model first; what is compared is the work after that, in all processes together.
"""

import os
import resource
import statistics
import sys
from collections.abc import Iterator

import msgspec

from pipeline import steps
from pipeline.isolate import Task, run_tasks
from pipeline.params import Params
from pipeline.stages import CHAIN
from pipeline.steps import Preload, Request
from tests.generator import make_submission

LOAD = msgspec.json.encode(Preload(Params(), CHAIN))


def tasks(files: list[bytes]) -> Iterator[Task]:
    for number, data in enumerate(files):
        asked = msgspec.msgpack.encode(Request(f"{number:016x}", CHAIN, source=data))
        yield Task(str(number), asked, 60, 240, 1 << 30)


def isolated(files: list[bytes]) -> int:
    """Bytes of the answers, each from a child of its own."""
    return sum(len(outcome.answer) for outcome in run_tasks(tasks(files), LOAD, 1))


def together(files: list[bytes]) -> int:
    """Bytes of the answers, all from one process that has forked off, so that it shares what is loaded."""
    perform = steps.preload(LOAD)
    parts: list[bytes] = []
    for task in tasks(files):
        perform(task.arguments, parts.append)
    return sum(map(len, parts))


def cpu_of(work: str, files: list[bytes]) -> tuple[float, int]:
    """CPU seconds of the work in a process of its own with all that it starts, and the bytes of the answers."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        size = {"isolated": isolated, "together": together}[work](files)
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        seconds = sum(one.ru_utime + one.ru_stime for one in usage)
        os.write(writing, f"{seconds} {size}".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(process, 0)
    seconds, size = os.read(reading, 100).split()
    os.close(reading)
    return float(seconds), int(size)


def main(count: int = 200, rounds: int = 5) -> None:
    """Prints the medians and their ratio."""
    files = [make_submission(seed)[0] for seed in range(count)]
    net: dict[str, list[float]] = {"isolated": [], "together": []}
    sizes = set()
    for _ in range(rounds):
        for work, found in net.items():
            idle, _ = cpu_of(work, files[:1])
            busy, size = cpu_of(work, files)
            found.append(busy - idle)
            sizes.add(size)
    assert len(sizes) == 1, "both ways give the same answers"
    medians = {work: statistics.median(found) for work, found in net.items()}
    for work, seconds in medians.items():
        print(f"{work:9} {1000 * seconds / (count - 1):6.1f} CPU ms a submission, {seconds:.2f} s in all")
    print(f"isolation costs {100 * (medians['isolated'] / medians['together'] - 1):.1f} %")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
