"""Writes are whole or not at all, reads notice a flipped byte, and nothing but regular files comes through the door."""

import os
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import schema, store
from pipeline.records import ExtractedSubmission
from pipeline.store import names as entry_names
from pipeline.store.door import admit, chunks, submission_file
from pipeline.store.results import HEAD_LENGTH

KEY = "0" * 64


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_write_replaces_the_file_and_leaves_no_temporary(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    store.write_bytes(path, b"old")
    store.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(path.parent) == ["file"]


def test_a_write_that_fails_keeps_the_old_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    store.write_bytes(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(store.StoreError, match="the disk is full"):
        store.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(store.StoreError, match="could not be written"):
        store.write_bytes(tmp_path / "file" / "below", b"x")


def test_stale_temporaries_are_swept(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / ".x.json.abc.tmp").write_bytes(b"half")
    (tmp_path / "pages" / "x.json").write_bytes(b"whole")
    assert store.sweep(tmp_path) == 1
    assert names(tmp_path / "pages") == ["x.json"]


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    other = pytest.raises(store.StoreError, match="Another run is writing")
    with store.locked(tmp_path), other, store.locked(tmp_path):
        raise AssertionError("the lock let two in")
    with store.locked(tmp_path):
        pass


def written(folder: Path) -> Path:
    store.write_result(folder, "extract", "s", KEY, b'{"submission_id":"s","status":"partial","page_count":1}')
    return folder / "pages" / "s.json"


def test_a_result_comes_back_with_its_key(tmp_path: Path) -> None:
    written(tmp_path)
    assert store.known_keys(tmp_path, "extract") == {"s": KEY}
    assert store.read_result(tmp_path, "extract", "s", ExtractedSubmission).page_count == 1


@pytest.mark.parametrize("place", [0, 10, 80, HEAD_LENGTH, HEAD_LENGTH + 5, -3, -1])
def test_a_flipped_byte_in_a_result_is_noticed(tmp_path: Path, place: int) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    if store.known_keys(tmp_path, "extract") == {"s": KEY}:
        with pytest.raises(store.StoreError, match="is damaged"):
            store.read_result(tmp_path, "extract", "s", ExtractedSubmission)


def test_results_of_withdrawn_submissions_go(tmp_path: Path) -> None:
    written(tmp_path)
    assert store.forget_results(tmp_path, "extract", {"s"}) == 0
    assert store.forget_results(tmp_path, "extract", set()) == 1
    assert store.known_keys(tmp_path, "extract") == {}


def test_results_are_looked_at_once_and_again_where_they_were_written(tmp_path: Path) -> None:
    with store.open_index(tmp_path) as index:
        assert store.marks(tmp_path, "extract", index) == {}
        written(tmp_path)
        assert store.marks(tmp_path, "extract", index) == {}
        store.look_again(tmp_path, ["s", "t"], index)
        assert store.marks(tmp_path, "extract", index) == store.marks(tmp_path, "extract") != {}
        assert store.forget_results(tmp_path, "extract", set(), index) == 1
        assert store.marks(tmp_path, "extract", index) == store.marks(tmp_path, "extract") == {}


def test_keys_tell_parts_apart() -> None:
    assert store.result_key(["a", "b"]) != store.result_key(["ab"])
    assert store.result_key(["a", "b"]) != store.result_key(["b", "a"])


def test_a_flipped_byte_in_a_table_is_noticed(tmp_path: Path) -> None:
    tables = {name: schema.joined(table, []) for name, table in schema.TABLES.items()}
    store.write_tables(tmp_path, tables)
    assert store.verify_tables(tmp_path) == []
    path = tmp_path / "tables" / "pages.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert store.verify_tables(tmp_path) == ["tables/pages.parquet"]


def test_the_door_lists_every_entry_but_hidden_ones(tmp_path: Path) -> None:
    for name in ("a.pdf", "b/c.pdf", "b/_d.pdf", "_sources/e.pdf", ".f.pdf", "b/.g/h.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a.pdf")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "fifo.pdf")
    assert store.find_entries(tmp_path) == ["a.pdf", "b/c.pdf", "fifo.pdf", "link.pdf", "loop"]
    looked_at = store.look_around(tmp_path)
    assert list(looked_at) == store.find_entries(tmp_path)
    assert [name for name, facts in looked_at.items() if facts] == ["a.pdf", "b/c.pdf"]
    for name in looked_at:
        facts = store.look_at(tmp_path / name)
        assert looked_at[name] == facts or (facts is None and looked_at[name] is None)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(store.StoreError, match="is not a folder"):
        store.find_entries(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "socket", "empty", "large"])
def test_the_door_refuses_what_is_no_submission(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.pdf"
    if kind == "link":
        path.symlink_to("/dev/zero")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    else:
        path.write_bytes(b"x" * (0 if kind == "empty" else 11))
    entry = admit(tmp_path, "x.pdf", max_bytes=10)
    assert entry.error_code == {"empty": "empty_file", "large": "too_large"}.get(kind, "unreadable")
    assert entry.error_message and entry.error_message.endswith(".")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("year 2021 – ünïcode.pdf", "year 2021 – ünïcode.pdf"),
        ("new\nline\t.pdf", r"new\nline\t.pdf"),
        ("\u202efdp.exe", r"\u202efdp.exe"),
        ("a\\evil.pdf", r"a\\evil.pdf"),
        ("\x1b[31m.pdf", r"\u001b[31m.pdf"),
        (os.fsdecode(b"caf\xe9.pdf"), r"caf\xe9.pdf"),
    ],
)
def test_names_are_shown_as_what_they_are(tmp_path: Path, name: str, shown: str) -> None:
    (tmp_path / name).write_bytes(b"%PDF-1.7")
    assert store.find_entries(tmp_path) == [shown]
    assert admit(tmp_path, shown, max_bytes=100).size_bytes == 8
    assert store.open_submission(tmp_path, shown, 100) == b"%PDF-1.7"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=12))
def test_no_two_names_are_shown_alike(name: bytes) -> None:
    on_disk = os.fsdecode(name)
    assert entry_names.on_disk(entry_names.shown(on_disk)) == on_disk
    assert "\n" not in entry_names.shown(on_disk)


@pytest.mark.parametrize(
    "name", ["../secret.pdf", "link/secret.pdf", "/etc/passwd", "a/../../secret.pdf", "", r"\u0000"]
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    raw = tmp_path / "raw"
    (raw / "a").mkdir(parents=True)
    (raw / "link").symlink_to(tmp_path)
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7 secret")
    with pytest.raises(store.DoorError) as refused:
        store.open_submission(raw, name, 100)
    assert refused.value.code == "unreadable"


def test_a_file_that_grows_is_not_taken_half(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF-1.7")
    with submission_file(tmp_path, "x.pdf", 100) as (file, size), path.open("ab") as writer:
        writer.write(b"more")
        writer.flush()
        with pytest.raises(store.DoorError, match="still being written"):
            list(chunks(file, size))


def test_an_index_that_nothing_was_written_to_keeps_its_seal_and_a_copy_of_it_is_trusted(tmp_path: Path) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    with store.open_index(first) as index:
        index.set_fact("colour", b"green")
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    with store.open_index(first) as index:
        index.set_fact("colour", b"green")
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    shutil.copytree(first, other)
    with store.open_index(other) as index:
        assert index.fact("colour") == b"green"


def test_an_index_that_was_changed_behind_its_seal_is_thrown_away(tmp_path: Path) -> None:
    with store.open_index(tmp_path) as index:
        index.set_fact("colour", b"green")
    (file,) = tmp_path.glob("*.sqlite")
    file.write_bytes(file.read_bytes().replace(b"green", b"greed"))
    assert not store.is_sealed(tmp_path)
    with store.open_index(tmp_path) as index:
        assert index.fact("colour") == b""
    assert store.is_sealed(tmp_path)
