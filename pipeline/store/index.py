"""The index of an output folder: what is known of its files, so that what has not changed is not read again.

One SQLite file beside the results. Everything in it can be made again from the submissions, the results and the tables;
one that is damaged or of another form is thrown away. A file is taken for unchanged while its size, its times of change
to the nanosecond and its inode are those it had when it was read, and it was not read within moments of its last
change. That finds every edit, not the bit that flips on a disk: `verify` reads the bytes.

While nobody writes to it, the index lies under a seal, its mark and the digest of its bytes in a file beside it; one
that fits neither is thrown away. A run that is killed leaves no seal, and what SQLite makes of that index is believed.
"""

import contextlib
import errno
import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from pipeline.store.files import StoreError, advice

FILE = ".index.sqlite"
SEAL = ".index.sqlite.seal"
DIGEST = 32
"""Bytes of the digest with which a seal begins; the mark of the index as it was sealed follows."""
FORM = 4
"""The form of the tables below; another number throws an index away."""
MOMENTS = 2_000_000_000
"""Nanoseconds within which a file may change twice and keep its time of change."""
PAGES_KEPT = 1024
"""Pages of 4 KiB that SQLite keeps in memory."""
SCHEMA = """
CREATE TABLE facts(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE files(path TEXT PRIMARY KEY, mark BLOB, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE results(stage TEXT, id TEXT, mark BLOB, key TEXT, PRIMARY KEY(stage, id)) WITHOUT ROWID;
CREATE TABLE held(id TEXT PRIMARY KEY, file_name TEXT, marks BLOB, entry BLOB, problems INT, decided TEXT, names BLOB)
  WITHOUT ROWID;
CREATE TABLE identities(identity TEXT, id TEXT, PRIMARY KEY(identity, id)) WITHOUT ROWID;
CREATE INDEX identities_by_id ON identities(id);
CREATE TABLE counts(sort TEXT, key TEXT, rest BLOB, n INT, PRIMARY KEY(sort, key, rest)) WITHOUT ROWID;
CREATE TABLE users(sort TEXT, key TEXT, report TEXT, PRIMARY KEY(sort, key, report)) WITHOUT ROWID;
CREATE TABLE outcomes(sort TEXT, key TEXT, value BLOB, PRIMARY KEY(sort, key)) WITHOUT ROWID;
"""

_REFUSALS = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
"""What SQLite says where the disk, not the index, is to blame, and the system's word for it."""

Mark = bytes
"""What tells whether a file is as it was: size, times, inode."""


def mark_of(facts: os.stat_result) -> Mark:
    """The mark of a file."""
    return msgspec.msgpack.encode((facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino))


def is_settled(facts: os.stat_result) -> bool:
    """Whether a file that is read now cannot change any more without changing its mark."""
    return time.time_ns() - max(facts.st_mtime_ns, facts.st_ctime_ns) > MOMENTS


def look_at(path: Path) -> os.stat_result | None:
    """What the disk says of a regular file; None when there is none."""
    try:
        facts = os.lstat(path)
    except OSError:
        return None
    return facts if stat.S_ISREG(facts.st_mode) else None


class Index:
    """The open index; changes become lasting together, when the block it is opened in ends well or `keep` is called.

    `looks` is what the disk said of each stage's results when this run last looked at them, by submission_id.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.looks: dict[str, dict[str, Mark]] = {}
        self.seal = path.with_name(SEAL)
        facts = look_at(path)
        self._seal_before = self.seal.read_bytes() if self.seal.is_file() else b""
        is_trusted = facts is not None and self._seal_before[DIGEST:] == mark_of(facts)
        if not is_trusted and not is_sealed(path.parent):
            path.unlink(missing_ok=True)
        self.seal.unlink(missing_ok=True)
        self.database = _open(path)
        self._before = self.database.total_changes if is_trusted else -1

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None:
                self.database.commit()
            else:
                self.database.rollback()
        finally:
            is_as_before = self.database.total_changes == self._before
            self.database.close()
        if kind is None:
            seal = self._seal_before if is_as_before else _seal_of(self.path, mark_of(self.path.lstat()))
            self.seal.write_bytes(seal)

    def keep(self) -> None:
        """Makes the changes so far lasting."""
        self.database.commit()

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """What a query finds, row by row."""
        return self.database.execute(query, values)

    def many(self, query: str, values: Iterable[Sequence[Any]]) -> None:
        """Does the same for many rows."""
        self.database.executemany(query, values)

    def fact(self, name: str) -> bytes:
        """A single fact; nothing when it is not known."""
        found = self.database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return bytes(found[0]) if found else b""

    def set_fact(self, name: str, value: bytes) -> None:
        """Keeps a single fact."""
        if self.fact(name) != value:
            self.database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def forget(self, *tables: str) -> None:
        """Empties tables of the index."""
        for table in tables:
            self.database.execute(f"DELETE FROM {table}")

    def known_files(self) -> dict[str, tuple[Mark, str]]:
        """The mark and the SHA-256 of each submission that was read, by its name on the disk."""
        return {path: (mark, sha256) for path, mark, sha256 in self.rows("SELECT path, mark, sha256 FROM files")}

    def keep_files(self, found: Mapping[str, tuple[Mark, str]]) -> None:
        """Keeps what was read of submissions, in place of what was known of these names."""
        self.many("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", ((name, *rest) for name, rest in found.items()))

    def forget_files(self, names: Iterable[str]) -> None:
        """Forgets submissions that are gone."""
        self.many("DELETE FROM files WHERE path = ?", ((name,) for name in names))


def is_sealed(extracted: Path) -> bool:
    """Whether the index of an output folder fits its seal, or is not there, or has none since a run was killed."""
    path, seal = extracted / FILE, extracted / SEAL
    if not path.is_file() or not seal.is_file():
        return True
    found = seal.read_bytes()
    return found == _seal_of(path, found[DIGEST:])


def _seal_of(path: Path, mark: Mark) -> bytes:
    """The digest of a mark and of the bytes of an index, and the mark."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.sha256(mark)).digest()
    return digest + mark


@contextlib.contextmanager
def open_index(extracted: Path) -> Iterator[Index]:
    """Opens the index of an output folder; one that cannot be used is made anew.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        extracted.mkdir(parents=True, exist_ok=True)
        index = Index(extracted / FILE)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(5, f"{extracted / FILE} could not be written: {error}. Choose another folder.") from error
    try:
        with index:
            yield index
    except sqlite3.DatabaseError as error:
        if (reason := _REFUSALS.get(error.sqlite_errorcode & 0xFF)) is not None:
            refused = OSError(reason, os.strerror(reason))
            raise StoreError(reason, advice(extracted / FILE, refused)) from error
        (extracted / FILE).unlink(missing_ok=True)
        message = f"{extracted / FILE} was damaged ({error}) and has been removed. Run again; results are kept."
        raise StoreError(5, message) from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(sqlite3.connect(path))
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        return _prepared(sqlite3.connect(path))


def _prepared(database: sqlite3.Connection) -> sqlite3.Connection:
    database.execute(f"PRAGMA cache_size = {PAGES_KEPT}")
    database.execute("PRAGMA synchronous = NORMAL")
    (form,) = database.execute("PRAGMA user_version").fetchone()
    if form != FORM:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            database.execute(f"DROP TABLE {name}")
        database.executescript(SCHEMA)
        database.execute(f"PRAGMA user_version = {FORM}")
    return database
