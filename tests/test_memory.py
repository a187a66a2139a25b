"""Memory does not grow with the pages of a submission, nor that of tables with the number of submissions."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

FEW_PAGES, MANY_PAGES = 60, 360
"""Both are more than what an engine is allowed to hold of one file: `pdfium.PAGES_HELD`."""
FEW, MANY = 256, 1024
"""Both are more than what is held together: `upkeep.RUN` submissions."""
GROWTH, GROWTH_WITH_THE_FILE = 1.1, 1.2


def test_six_times_the_pages_take_hardly_more_memory_and_no_heavy_library() -> None:
    few, many = (told_by("tests.memory_of_pages", str(number)) for number in (FEW_PAGES, MANY_PAGES))
    assert few[1:] == many[1:] == [], "nothing to draw, to recognise or to tag"
    assert int(many[0]) <= GROWTH_WITH_THE_FILE * int(few[0]), (
        f"{few} KiB for {FEW_PAGES} pages, {many} for {MANY_PAGES}"
    )


def test_four_times_the_submissions_take_hardly_more_memory(tmp_path: Path) -> None:
    few, many = (peak_of(number, tmp_path / str(number)) for number in (FEW, MANY))
    assert many <= GROWTH * few, f"{few >> 10} MiB for {FEW} submissions, {many >> 10} MiB for {MANY}"


def peak_of(number: int, folder: Path) -> int:
    return int(told_by("tests.memory_of_tables", str(number), str(folder))[0])


def told_by(program: str, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", program, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
