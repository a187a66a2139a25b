"""Files that are written whole or not at all, and the lock of an output folder.

A write goes to a temporary file beside the target, is flushed to the disk, and takes the target's name in one rename;
then the folder is flushed. Whoever reads sees the old bytes or the new ones.
"""

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from filelock import FileLock, Timeout

TEMPORARY = ".tmp"
LOCK = ".lock"


class StoreError(OSError):
    """Something could not be read or written; the message says what to do."""


def write_bytes(path: Path, data: bytes) -> None:
    """Puts `data` at `path`, whole or not at all.

    Raises:
        StoreError: the folder cannot be written or the disk is full; what was at `path` before is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(suffix=TEMPORARY, prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
            os.replace(name, path)  # noqa: PTH105 - os.replace is the documented atomic rename
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        flush_folder(path.parent)
    except OSError as error:
        raise StoreError(error.errno, advice(path, error)) from error


def flush_folder(folder: Path) -> None:
    """Sees the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def advice(path: Path, error: OSError) -> str:
    """Why a file could not be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{path} could not be written: the disk is full. Free some space and run again; nothing was lost."
    if error.errno == errno.EFBIG:
        return (
            f"{path} could not be written: no file may grow that large here. Raise the limit (ulimit -f) and run "
            "again; nothing was lost."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{path} could not be written: no permission. Choose another folder with --out, or change its permissions."
        )
    return f"{path} could not be written: {error.strerror or error}."


def read_bytes(path: Path) -> bytes:
    """Reads a file of the project's own.

    Raises:
        StoreError: it is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise StoreError(error.errno, f"{path} could not be read: {error.strerror or error}.") from error


def read_optional(path: Path) -> bytes:
    """Reads a file that a person may keep; nothing when it is not there.

    Raises:
        StoreError: it is there and cannot be read.
    """
    return read_bytes(path) if path.exists() else b""


def read_log(path: Path) -> tuple[bytes, bytes]:
    """The whole lines of a file of JSON that only grows, and what an interrupted writer left of a last one.

    Waits for a writer that is at work. A file that is not there is empty.

    Raises:
        StoreError: it is there and cannot be read.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return _whole_lines(file.read())
    except FileNotFoundError:
        return b"", b""
    except OSError as error:
        raise StoreError(error.errno, f"{path} could not be read: {error.strerror or error}.") from error


def append_line(path: Path, line: bytes, check: Callable[[bytes], None] = lambda lines: None) -> None:
    """Adds one line of JSON to a file that only grows, and sees it onto the disk before it returns.

    Writers take turns. Half a last line, which an interrupted writer left, is first moved to the end of a file beside
    it (`torn_path`), so that nothing is lost; a whole one that lacks its end is given it.

    Args:
        path: the file.
        line: the line to add.
        check: is given the lines that are there, while no one else can write; nothing is added when it raises.

    Raises:
        StoreError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            there = file.read()
            whole, torn = _whole_lines(there)
            check(whole)
            if torn:
                _append(torn_path(path), torn + b"\n")
                file.truncate(len(whole))
            file.write(whole[len(there) :])
            file.write(line.removesuffix(b"\n") + b"\n")
            _flush(file)
        if not whole:
            flush_folder(path.parent)
    except OSError as error:
        raise StoreError(error.errno, advice(path, error)) from error


def torn_path(path: Path) -> Path:
    """Where the halves of lines are kept that interrupted writers left in a file that only grows."""
    return path.with_name(f"{path.name}.torn")


def _whole_lines(data: bytes) -> tuple[bytes, bytes]:
    """The lines, and a last one that was cut off; one that only lacks its end, as an editor may leave it, is whole."""
    end = data.rfind(b"\n") + 1
    whole, rest = data[:end], data[end:]
    try:
        msgspec.json.decode(rest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return whole, rest
    return data + b"\n", b""


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
        _flush(file)
    flush_folder(path.parent)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def read_folder(folder: Path, pattern: str) -> list[tuple[str, bytes]]:
    """The name and the bytes of each file in a folder that fits the pattern, in order of name; none without the folder.

    Raises:
        StoreError: one of them cannot be read.
    """
    return [(path.name, read_bytes(path)) for path in sorted(folder.glob(pattern))]


def sweep(folder: Path) -> int:
    """Removes temporaries that an interrupted run left below `folder`; returns how many. Call it under the lock."""
    found = (
        Path(inside, name)
        for inside, _, names in os.walk(folder)
        for name in names
        if name.startswith(".") and name.endswith(TEMPORARY)
    )
    stale = [path for path in found if path.is_file() and not path.is_symlink()]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the output folder for one run.

    Raises:
        StoreError: another run holds it, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        message = f"Another run is writing to {folder}. Wait for it to end, or choose another folder with --out."
        raise StoreError(errno.EAGAIN, message) from error
    except OSError as error:
        raise StoreError(error.errno, advice(folder, error)) from error
    try:
        yield
    finally:
        lock.release()
