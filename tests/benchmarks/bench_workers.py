"""One machine used fully: what two workers take against one, by the clock, and what one more submission costs.

Run as `python tests/benchmarks/bench_workers.py` on a machine that does nothing else; the load average before is told.
About four minutes for 1,000 submissions of one section on two cores.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.generator import make_submission


def run(raw: Path, out: Path, jobs: int) -> tuple[float, float, float]:
    """Seconds by the clock, CPU seconds of the run and its children, and the peak MiB of the largest process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", "pipeline.cli", "run", str(raw), "--out", str(out), "--jobs", str(jobs)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, usage.ru_maxrss / 1024


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=1000)
    args = parser.parse_args()
    print(f"load before: {', '.join(f'{load:.2f}' for load in os.getloadavg())}; {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as place:
        raw = Path(place) / "raw"
        raw.mkdir()
        for seed in range(args.submissions):
            (raw / f"{seed:05}.pdf").write_bytes(make_submission(seed, 1, 1)[0])
        wall = {}
        for jobs in (2, 1):
            wall[jobs], cpu, peak = run(raw, Path(place) / f"out{jobs}", jobs)
            print(
                f"--jobs {jobs}: {wall[jobs]:.1f} s by the clock, {cpu:.1f} s of CPU, peak {peak:.0f} MiB", flush=True
            )
        print(f"two workers are {wall[1] / wall[2]:.2f} times one")
        for what in ("nothing new", "one more", "one more", "one more"):
            if what == "one more":
                seed = args.submissions + len(list(raw.iterdir()))
                (raw / f"more{seed}.pdf").write_bytes(make_submission(seed, 1, 1)[0])
            _, cpu, peak = run(raw, Path(place) / "out1", 1)
            print(f"{what}: {cpu:.2f} s of CPU, peak {peak:.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
