"""Folders of submissions and runs over them, shared by the tests that need the whole machine."""

import shutil
from pathlib import Path

import pytest

from pipeline.batch import Batch
from pipeline.params import Params
from pipeline.tabulate import tabulate

ROOT = Path(__file__).parent.parent
RAW = ROOT / "raw"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much a test did that is bounded by time."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder with two of the sample submissions."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in ("flood_situation_update_no14.pdf", "pacific_savings_league_q3_2022.pdf"):
        shutil.copy(RAW / name, folder)
    return folder


@pytest.fixture
def batch(few: Path, tmp_path: Path) -> Batch:
    """What a run over the two samples works on."""
    return Batch(few, tmp_path / "out", Params())


COPIES = 5


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some submissions: the same small report with other bytes behind its end."""
    folder = tmp_path_factory.mktemp("raw")
    data = (RAW / "pacific_savings_league_q3_2022.pdf").read_bytes()
    for number in range(COPIES):
        (folder / f"{number}.pdf").write_bytes(data + b"\n%% copy %d\n" % number)
    return folder


def tables_of(batch: Batch) -> dict[str, bytes]:
    """Makes the tables of what the stages left, and gives the bytes of each file."""
    tabulate(batch)
    return {path.name: path.read_bytes() for path in sorted((batch.extracted / "tables").iterdir())}
