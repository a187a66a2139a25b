"""The memory that tables take to make does not grow with the number of submissions."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

FEW, MANY = 256, 1024
"""Both are more than what is held together: `upkeep.RUN` submissions."""
GROWTH = 1.1


def test_four_times_the_submissions_take_hardly_more_memory(tmp_path: Path) -> None:
    few, many = (peak_of(number, tmp_path / str(number)) for number in (FEW, MANY))
    assert many <= GROWTH * few, f"{few >> 10} MiB for {FEW} submissions, {many >> 10} MiB for {MANY}"


def peak_of(number: int, folder: Path) -> int:
    command = [sys.executable, "-m", "tests.memory_of_tables", str(number), str(folder)]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
