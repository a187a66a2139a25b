"""The door: what lies in the folder of submissions, and the one way in.

Names are data. Only regular files are opened, never through a link; whatever else is found becomes an entry with the
reason. Names that begin with `.` or `_` are not submissions, nor is anything below them.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pipeline.records import ErrorCode, LedgerEntry
from pipeline.store.files import StoreError, read_bytes, write_bytes

NOT_SUBMISSIONS = (".", "_")
LEDGER = "submissions.json"


class DoorError(Exception):
    """An entry that was not let in: one of the closed list of codes, and what to do."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def find_entries(raw: Path) -> list[str]:
    """The names of all entries below `raw`, as POSIX paths, sorted. Folders are walked, links are not followed.

    A folder is no entry unless it is called a PDF or cannot be walked.

    Raises:
        StoreError: `raw` is not a folder that can be read.
    """
    if not raw.is_dir():
        raise StoreError(2, f"{raw} is not a folder. Name the folder that holds the submitted PDFs.")
    try:
        return sorted(_walk(raw, ""))
    except PermissionError as error:
        raise StoreError(error.errno, f"{raw} could not be read: no permission. Change its permissions.") from error


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith(NOT_SUBMISSIONS):
            continue
        name = prefix + entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield name
            continue
        if name.lower().endswith(".pdf"):
            yield name
        try:
            yield from _walk(folder / entry.name, f"{name}/")
        except PermissionError:
            if not name.lower().endswith(".pdf"):
                yield name


def printable_name(name: str) -> str:
    """The name as data: bytes that are not UTF-8 become visible escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def open_submission(raw: Path, name: str, max_bytes: int) -> bytes:
    """The bytes of one entry, by its name on the disk or as the ledger shows it.

    Raises:
        DoorError: it is no regular file, is empty, is larger than `max_bytes`, or cannot be read.
    """
    path = raw / _name_on_disk(raw, name)
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags)
    except OSError as error:
        raise DoorError("unreadable", _why_unreadable(path, error)) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(facts.st_mode) else "not a regular file"
        raise DoorError("unreadable", f"This is {what}. Put the PDF itself into the folder of submissions.")
    with os.fdopen(descriptor, "rb") as file:
        if facts.st_size == 0:
            raise DoorError("empty_file", "The file is empty. Ask for it to be sent again.")
        if facts.st_size > max_bytes:
            raise DoorError("too_large", _too_large(max_bytes))
        try:
            data = file.read(min(max_bytes, facts.st_size) + 1)
        except OSError as error:
            raise DoorError("unreadable", f"The file cannot be read: {error.strerror}. Copy it again.") from error
    if len(data) > facts.st_size:
        raise DoorError("unreadable", "The file is still growing. Run again when it is complete.")
    return data


def _name_on_disk(raw: Path, shown: str) -> str:
    """The name of the entry that is shown so; the two differ where the bytes of a name are not UTF-8."""
    if "\\" not in shown or (raw / shown).is_symlink() or (raw / shown).exists():
        return shown
    return next((name for name in find_entries(raw) if printable_name(name) == shown), shown)


def _too_large(max_bytes: int) -> str:
    return f"The file has more than {max_bytes:,} bytes. Split it, or raise extract.max_bytes in params.yaml."


def _why_unreadable(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return "This is a link, and links are not followed. Put the PDF itself into the folder."
    if path.is_dir():
        return "This folder cannot be read. Change its permissions."
    return f"The file cannot be opened: {error.strerror}. Check its permissions or copy it again."


def admit(raw: Path, name: str, max_bytes: int) -> LedgerEntry:
    """The ledger's entry for one name: its hash and size, or why it was not let in."""
    shown = printable_name(name)
    try:
        data = open_submission(raw, name, max_bytes)
    except DoorError as refused:
        try:
            facts = os.lstat(raw / name)
            size = facts.st_size if stat.S_ISREG(facts.st_mode) else None
        except OSError:
            size = None
        empty = hashlib.sha256(b"").hexdigest() if refused.code == "empty_file" else None
        return LedgerEntry(shown, empty, size, refused.code, refused.message)
    return LedgerEntry(shown, hashlib.sha256(data).hexdigest(), len(data))


def write_ledger(extracted: Path, entries: Sequence[LedgerEntry]) -> None:
    """Writes the ledger of all entries found.

    Raises:
        StoreError: the folder cannot be written.
    """
    body = msgspec.json.format(msgspec.json.encode(list(entries)), indent=1)
    write_bytes(extracted / LEDGER, body + b"\n")


def read_ledger(extracted: Path) -> list[LedgerEntry]:
    """Reads the ledger.

    Raises:
        StoreError: it is not there or is damaged.
    """
    try:
        return msgspec.json.decode(read_bytes(extracted / LEDGER), type=list[LedgerEntry])
    except msgspec.DecodeError as error:
        raise StoreError(5, f"{extracted / LEDGER} is damaged: {error}. Run the extract stage again.") from error
