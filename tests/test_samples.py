"""The sample submissions, their sources and their gold agree."""

import runpy
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "raw" / "_sources"


def test_sources_gold_and_pdfs_agree(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.syspath_prepend(str(SOURCES))
    monkeypatch.setattr(sys, "argv", ["gold.py", "--check"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(SOURCES / "gold.py"), run_name="__main__")
    assert left.value.code == 0, capsys.readouterr().out
