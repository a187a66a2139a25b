"""What a step leaves for one submission: a JSON file that carries the key of all that shaped it, and a seal.

The file is `{"key": …, "seal": …, "result": …}`. Its first bytes have a fixed form, so that a key can be read without
the rest. The seal is a digest of the key and of the result: no byte of either can change unnoticed.
"""

import hashlib
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from pipeline.records import ExtractedSubmission, SegmentedSubmission, TaggedSubmission
from pipeline.store.files import StoreError, write_bytes
from pipeline.store.index import Index, Mark, look_at, mark_of

FOLDERS: dict[str, str] = {"extract": "pages", "segment": "sections", "tag": "mentions"}
SUFFIX = ".json"
Result = ExtractedSubmission | SegmentedSubmission | TaggedSubmission
ResultT = TypeVar("ResultT", ExtractedSubmission, SegmentedSubmission, TaggedSubmission)
RESULT_TYPES: dict[str, type[Result]] = {
    "extract": ExtractedSubmission,
    "segment": SegmentedSubmission,
    "tag": TaggedSubmission,
}
HEAD = re.compile(rb'\{"key":"([0-9a-f]{64})","seal":"([0-9a-f]{64})","result":')
HEAD_LENGTH = len(b'{"key":"","seal":"","result":') + 128


def result_key(parts: Iterable[str]) -> str:
    """One key of many parts; every part counts, and so does their order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "backslashreplace")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def result_name(stage: str, submission_id: str) -> str:
    """Where a result is, below the output folder."""
    return f"{FOLDERS[stage]}/{submission_id}{SUFFIX}"


def _path(extracted: Path, stage: str, submission_id: str) -> Path:
    return extracted / result_name(stage, submission_id)


def write_result(extracted: Path, stage: str, submission_id: str, key: str, body: bytes) -> None:
    """Writes the JSON `body` of one step's result.

    Raises:
        StoreError: the folder cannot be written.
    """
    head = f'{{"key":"{key}","seal":"{_seal(key.encode(), body)}","result":'.encode()
    write_bytes(_path(extracted, stage, submission_id), b"".join((head, body, b"}\n")))


def _seal(key: bytes, body: bytes) -> str:
    digest = hashlib.sha256(key)
    digest.update(body)
    return digest.hexdigest()


def marks(extracted: Path, stage: str, index: Index | None = None) -> dict[str, Mark]:
    """What tells whether each result that is there is as it was, by submission_id.

    With an index the disk is asked once, and again only of what `look_again` names.
    """
    if index and stage in index.looks:
        return index.looks[stage]
    try:
        with os.scandir(extracted / FOLDERS[stage]) as found:
            seen = {
                entry.name.removesuffix(SUFFIX): mark_of(entry.stat(follow_symlinks=False))
                for entry in found
                if entry.name.endswith(SUFFIX) and not entry.name.startswith(".")
            }
    except FileNotFoundError:
        seen = {}
    if index:
        index.looks[stage] = seen
    return seen


def look_again(extracted: Path, ids: Iterable[str], index: Index) -> None:
    """Asks the disk once more of the results of these submissions, which may have been written."""
    for one in ids:
        for stage, seen in index.looks.items():
            facts = look_at(_path(extracted, stage, one))
            if facts is None:
                seen.pop(one, None)
            else:
                seen[one] = mark_of(facts)


def known_keys(extracted: Path, stage: str, index: Index | None = None) -> dict[str, str]:
    """The key of every result that is there, by submission_id; with an index, only what has changed is read."""
    there = marks(extracted, stage, index)
    query = "SELECT id, mark, key FROM results WHERE stage = ?"
    known = {one: (mark, key) for one, mark, key in index.rows(query, (stage,))} if index else {}
    keys = {one: known[one][1] for one, mark in there.items() if one in known and known[one][0] == mark}
    fresh = []
    for one, mark in there.items():
        if one not in keys and (key := _read_key(_path(extracted, stage, one))):
            keys[one] = key
            fresh.append((stage, one, mark, key))
    if index:
        index.many("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", fresh)
        gone = ((stage, one) for one in known if one not in there)
        index.many("DELETE FROM results WHERE stage = ? AND id = ?", gone)
    return keys


def _read_key(path: Path) -> str:
    with path.open("rb") as file:
        head = HEAD.fullmatch(file.read(HEAD_LENGTH))
    return head[1].decode() if head else ""


def read_result(extracted: Path, stage: str, submission_id: str, type_: type[ResultT]) -> ResultT:
    """Reads one step's result.

    Raises:
        StoreError: it is not there, or a byte of it has changed since it was written.
    """
    return msgspec.json.decode(read_result_bytes(extracted, stage, submission_id), type=type_)


def read_result_bytes(extracted: Path, stage: str, submission_id: str) -> bytes:
    """The JSON of one step's result, checked against its seal.

    Raises:
        StoreError: it is not there, or a byte of it has changed since it was written.
    """
    path = _path(extracted, stage, submission_id)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError(error.errno, f"{path} could not be read: {error.strerror}. Run the {stage} stage.") from error
    head, body = HEAD.fullmatch(data[:HEAD_LENGTH]), data[HEAD_LENGTH:-2]
    if not head or data[-2:] != b"}\n" or _seal(head[1], body) != head[2].decode():
        raise StoreError(5, f"{path} is damaged. Delete it and run again.")
    return body


def verify_results(extracted: Path) -> list[str]:
    """The results a byte of which has changed since they were written, by their path below `extracted`."""
    odd = []
    for stage, folder in FOLDERS.items():
        for one in sorted(marks(extracted, stage)):
            try:
                read_result_bytes(extracted, stage, one)
            except StoreError:
                odd.append(f"{folder}/{one}{SUFFIX}")
    return odd


def forget_results(extracted: Path, stage: str, keep: Collection[str], index: Index | None = None) -> int:
    """Removes the results of submissions that are no longer there; returns how many."""
    there = marks(extracted, stage, index)
    gone = [one for one in there if one not in keep]
    for one in gone:
        _path(extracted, stage, one).unlink(missing_ok=True)
        del there[one]
    return len(gone)
