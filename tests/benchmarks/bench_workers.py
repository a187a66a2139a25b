"""One machine used fully: what two workers take against one, by the clock, and what one more submission costs.

Run as `python tests/benchmarks/bench_workers.py` on a machine that does nothing else: what it did besides is told for
each run, in cores, as is the load average before. Libraries under Python take one thread in all processes. About four
minutes for 1,000 submissions of one section on two cores; `--rounds 3` takes medians of runs in turn.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.isolate import ONE_THREAD
from tests.generator import make_submission


class Cost(NamedTuple):
    """Seconds by the clock; CPU seconds in all and of the first process; its peak in MiB; CPU seconds of others."""

    wall: float
    cpu: float
    own: float
    peak: float
    others: float

    def __str__(self) -> str:
        return (
            f"{self.wall:.1f} s by the clock, {self.cpu:.1f} s of CPU, {self.own:.1f} of it in the first process, "
            f"its peak {self.peak:.0f} MiB; other programs took {max(0.0, self.others / self.wall):.2f} cores"
        )


def run(raw: Path, out: Path, jobs: int) -> Cost:
    """What one run costs."""
    before, busy, started = resource.getrusage(resource.RUSAGE_CHILDREN), busy_seconds(), time.perf_counter()
    command = [sys.executable, "-m", "pipeline.cli", "run", str(raw), "--out", str(out), "--jobs", str(jobs)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=os.environ | ONE_THREAD, **quiet)
    peak = 0
    while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        peak = peak_of(process.pid) or peak
        time.sleep(0.02)
    wall, busy = time.perf_counter() - started, busy_seconds() - busy
    own = own_seconds(process.pid)
    assert process.wait() == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, own, peak / 1024, busy - cpu)


def peak_of(process: int) -> int:
    """KiB that a process, its children left aside, has held at most; 0 when it has ended."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def own_seconds(process: int) -> float:
    """CPU seconds of a process, its children left aside."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """CPU seconds that all programs of this machine have taken."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        raw = Path(place) / "raw"
        raw.mkdir()
        for seed in range(args.submissions):
            (raw / f"{seed:05}.pdf").write_bytes(make_submission(seed, 1, 1)[0])
        print(
            f"load before: {', '.join(f'{load:.2f}' for load in os.getloadavg())}; {os.cpu_count()} cores", flush=True
        )
        walls: dict[int, list[float]] = {2: [], 1: []}
        for number in range(args.rounds):
            for jobs, seconds in walls.items():
                cost = run(raw, Path(place) / f"out{jobs}-{number}", jobs)
                seconds.append(cost.wall)
                print(f"--jobs {jobs}: {cost}", flush=True)
        two, one = (statistics.median(walls[jobs]) for jobs in (2, 1))
        print(f"two workers are {one / two:.2f} times one")
        for what in ("nothing new", "one more", "one more", "one more"):
            if what == "one more":
                seed = args.submissions + len(list(raw.iterdir()))
                (raw / f"more{seed}.pdf").write_bytes(make_submission(seed, 1, 1)[0])
            print(f"{what}: {run(raw, Path(place) / 'out1-0', 1)}", flush=True)


if __name__ == "__main__":
    main()
