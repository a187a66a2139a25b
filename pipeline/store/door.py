"""The door: what lies in the folder of submissions, and the one way in.

Names are data (`names`). Only regular files are opened, never through a link; whatever else is found becomes an entry
with the reason. Names that begin with `.` or `_` are not submissions, nor is anything below them.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipeline.records import ErrorCode, LedgerEntry
from pipeline.store import names
from pipeline.store.files import StoreError, read_bytes, read_optional, write_bytes

NOT_SUBMISSIONS = (".", "_")
LEDGER = "submissions.json"
_LEDGER_HEAD, _LEDGER_END = b'{"digest":"%s","entries":', b"}\n"
_HEX_DIGITS = 64
CHUNK = 1 << 20
_TO_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class DoorError(Exception):
    """An entry that was not let in: one of the closed list of codes, and what to do."""

    def __init__(self, code: ErrorCode, message: str, size_bytes: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.size_bytes = size_bytes


def find_entries(raw: Path) -> list[str]:
    """The names of all entries below `raw`, as POSIX paths, as they are shown, sorted.

    Folders are walked, links are not followed. A folder is no entry unless it is called a PDF or cannot be walked.

    Raises:
        StoreError: `raw` is not a folder that can be read.
    """
    return sorted(_found(raw))


def look_around(raw: Path) -> dict[str, os.stat_result | None]:
    """The names of all entries as `find_entries` has them, each with what the disk says of it if it is a regular file.

    Raises:
        StoreError: `raw` is not a folder that can be read.
    """
    return {name: _facts(entry) for name, entry in sorted(_found(raw).items(), key=itemgetter(0))}


def _facts(entry: os.DirEntry[str] | None) -> os.stat_result | None:
    try:
        facts = entry.stat(follow_symlinks=False) if entry else None
    except OSError:
        return None
    return facts if facts and stat.S_ISREG(facts.st_mode) else None


def _found(raw: Path) -> dict[str, os.DirEntry[str] | None]:
    if not raw.is_dir():
        raise StoreError(2, f"{raw} is not a folder. Name the folder that holds the submitted PDFs.")
    found: dict[str, os.DirEntry[str] | None] = {}
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            inside = list(_inside(raw / prefix))
        except OSError as error:
            if not prefix:
                message = f"{raw} could not be read: {error.strerror}. Change its permissions."
                raise StoreError(error.errno, message) from error
            found[names.shown(prefix[:-1])] = None
            continue
        for entry in inside:
            is_folder = entry.is_dir(follow_symlinks=False)
            pending += [f"{prefix}{entry.name}/"] if is_folder else []
            if not is_folder or entry.name.lower().endswith(".pdf"):
                found[names.shown(prefix + entry.name)] = entry
    return found


def _inside(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What is in a folder and may be a submission, or hold some."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(NOT_SUBMISSIONS):
                yield entry


@contextmanager
def submission_file(raw: Path, name: str, max_bytes: int) -> Iterator[tuple[BinaryIO, int]]:
    """One entry open for reading, and its size. `name` is as the ledger shows it.

    Raises:
        DoorError: it is no regular file, is empty, is larger than `max_bytes`, or cannot be opened.
    """
    try:
        descriptor = _open(raw, names.on_disk(name).split("/"))
    except (OSError, ValueError) as error:
        raise DoorError("unreadable", _why_unreadable(error)) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(facts.st_mode) else "not a regular file"
        raise DoorError("unreadable", f"This is {what}. Put the PDF itself into the folder of submissions.")
    with os.fdopen(descriptor, "rb") as file:
        if facts.st_size == 0:
            raise DoorError("empty_file", "The file is empty. Ask for it to be sent again.", 0)
        if facts.st_size > max_bytes:
            raise DoorError("too_large", _too_large(max_bytes), facts.st_size)
        yield file, facts.st_size


def _open(raw: Path, parts: Sequence[str]) -> int:
    """A descriptor of the file, reached folder by folder so that no link on the way is followed."""
    if not {"", ".", ".."}.isdisjoint(parts):
        raise ValueError("not a path below the folder of submissions")
    folder = os.open(raw, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _TO_READ | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _TO_READ, dir_fd=folder)
    finally:
        os.close(folder)


def chunks(file: BinaryIO, size: int, most: int = CHUNK) -> Iterator[bytes]:
    """The bytes of an entry that was opened with this size, in pieces of `most` bytes.

    Raises:
        DoorError: it cannot be read, or has another size by now.
    """
    left = size
    try:
        while piece := file.read(min(most, left + 1)):
            left -= len(piece)
            if left < 0:
                break
            yield piece
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}. Copy it again."
        raise DoorError("unreadable", message, size) from error
    if left:
        raise DoorError("unreadable", "The file is still being written. Run again when it is complete.", size)


def open_submission(raw: Path, name: str, max_bytes: int) -> bytes:
    """The bytes of one entry, by its name as the ledger shows it.

    Raises:
        DoorError: it is no regular file, is empty, is larger than `max_bytes`, or cannot be read.
    """
    with submission_file(raw, name, max_bytes) as (file, size):
        return b"".join(chunks(file, size, size + 1))  # one piece, so that no copy is made


def _too_large(max_bytes: int) -> str:
    return f"The file has more than {max_bytes:,} bytes. Split it, or raise extract.max_bytes in params.yaml."


def _why_unreadable(error: OSError | ValueError) -> str:
    code = error.errno if isinstance(error, OSError) else errno.ENOENT
    if code in (errno.ELOOP, errno.ENOTDIR):
        return "This is a link, and links are not followed. Put the PDF itself into the folder."
    if code == errno.ENXIO:
        return "This is not a regular file. Put the PDF itself into the folder of submissions."
    if code == errno.ENOENT:
        return "The file is not there any more. Run again."
    reason = os.strerror(code) if code else "for a reason that the system does not give"
    return f"This cannot be opened: {reason}. Check its permissions or copy it again."


def admit(raw: Path, name: str, max_bytes: int) -> LedgerEntry:
    """The ledger's entry for one name: its hash and size, or why it was not let in."""
    digest = hashlib.sha256()
    try:
        with submission_file(raw, name, max_bytes) as (file, size):
            for piece in chunks(file, size):
                digest.update(piece)
    except DoorError as refused:
        empty = digest.hexdigest() if refused.code == "empty_file" else None
        return LedgerEntry(name, empty, refused.size_bytes, refused.code, refused.message)
    return LedgerEntry(name, digest.hexdigest(), size)


def read_passwords(raw: Path, name: str) -> tuple[str, ...]:
    """The passwords that a person keeps in a file, one a line; none without the file.

    Raises:
        StoreError: the file cannot be read, or is not UTF-8.
    """
    try:
        text = read_optional(raw / name).decode()
    except UnicodeDecodeError as error:
        raise StoreError(
            errno.EILSEQ, f"{raw / name} is not UTF-8 text. Save it as UTF-8, one password a line."
        ) from error
    return tuple(dict.fromkeys(line for line in text.splitlines() if line))


def write_ledger(extracted: Path, entries: Sequence[LedgerEntry]) -> None:
    """Writes the ledger of all entries found, under a digest of its bytes.

    Raises:
        StoreError: the folder cannot be written.
    """
    body = msgspec.json.format(msgspec.json.encode(list(entries)), indent=1)
    write_bytes(extracted / LEDGER, _LEDGER_HEAD % hashlib.sha256(body).hexdigest().encode() + body + _LEDGER_END)


def read_ledger(extracted: Path) -> list[LedgerEntry]:
    """Reads the ledger.

    Raises:
        StoreError: it is not there or is damaged.
    """
    data = read_bytes(extracted / LEDGER)
    start, end = len(_LEDGER_HEAD) + _HEX_DIGITS - 2, len(data) - len(_LEDGER_END)
    body = data[start:end]
    if data != _LEDGER_HEAD % hashlib.sha256(body).hexdigest().encode() + body + _LEDGER_END:
        raise StoreError(5, f"{extracted / LEDGER} is damaged. Run the extract stage again.")
    return msgspec.json.decode(body, type=list[LedgerEntry])
