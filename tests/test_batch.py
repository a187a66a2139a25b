"""What a run looks at, holds and draws: no more than it needs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import batch as batches
from pipeline import schema, store
from pipeline.batch import Batch, changed_files, take_stock
from pipeline.isolate import Task, run_tasks
from pipeline.params import Params
from pipeline.rows import submission_row

WORKER = "tests.isolated_work"


def test_no_more_tasks_are_drawn_than_there_are_places() -> None:
    drawn = 0

    def tasks() -> Iterator[Task]:
        nonlocal drawn
        for number in range(12):
            drawn += 1
            yield Task(str(number), b"echo x", 5, 20, 1 << 30)

    for ended, _ in enumerate(run_tasks(tasks(), b"", 2, WORKER), 1):
        assert drawn <= ended + 2
    assert drawn == 12


@pytest.fixture
def settled(few: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Submissions that were put there long ago."""
    for path in few.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))
    monkeypatch.setattr("pipeline.store.index.MOMENTS", -(1 << 62))
    return few


def admitted(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that taking stock reads."""
    usual, read = batches.admit, []

    def admit(raw: Path, name: str, limit: int) -> batches.LedgerEntry:
        read.append(name)
        return usual(raw, name, limit)

    with monkeypatch.context() as patched, store.open_index(batch.extracted) as index:
        patched.setattr(batches, "admit", admit)
        take_stock(batch, index)
    return read


def test_files_that_are_as_they_were_are_not_read_again(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch(settled, tmp_path / "out", Params())
    names = sorted(path.name for path in settled.iterdir())
    assert admitted(batch, monkeypatch) == names
    ledger = store.read_ledger(batch.extracted)
    assert admitted(batch, monkeypatch) == []
    assert store.read_ledger(batch.extracted) == ledger


def test_a_file_that_was_edited_is_read_again_although_its_size_and_date_are_the_same(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch(settled, tmp_path / "out", Params())
    first, second = sorted(settled.iterdir())
    admitted(batch, monkeypatch)
    facts = first.stat()
    first.write_bytes(first.read_bytes()[:-1] + b"!")
    os.utime(first, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert admitted(batch, monkeypatch) == [first.name]
    shutil.copy(second, settled / "copy.pdf")
    second.unlink()
    assert admitted(batch, monkeypatch) == ["copy.pdf"]


def test_a_file_that_changed_a_moment_ago_is_read_again(
    few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch(few, tmp_path / "out", Params())
    assert admitted(batch, monkeypatch) == admitted(batch, monkeypatch)


def test_names_that_are_left_alone_are_not_in_the_ledger(few: Path, tmp_path: Path) -> None:
    first, second = sorted(path.name for path in few.iterdir())
    batch = Batch(few, tmp_path / "out", Params(), left_alone=frozenset({first}))
    with store.open_index(batch.extracted) as index:
        assert [entry.file_name for entry in take_stock(batch, index)] == [second]


def test_a_flipped_bit_that_no_date_tells_of_is_found_by_reading_every_byte(few: Path, tmp_path: Path) -> None:
    batch = Batch(few, tmp_path / "out", Params())
    with store.open_index(batch.extracted) as index:
        ledger = take_stock(batch, index)
    rows = [submission_row(entry, None) for entry in ledger]
    tables = {name: table.schema.empty_table() for name, table in schema.TABLES.items()}
    store.write_tables(batch.extracted, tables | {"submissions": schema.to_arrow(schema.SUBMISSIONS, rows)})
    assert changed_files(few, batch.extracted) == []
    first, second = sorted(few.iterdir())
    data = bytearray(first.read_bytes())
    data[100] ^= 1
    first.write_bytes(data)
    second.unlink()
    assert changed_files(few, batch.extracted) == [first.name], "what is gone was told by the run"
