"""The tables of an extraction wherever they are: a folder, or a revision of the repository.

A revision is anything that git knows: `HEAD~3`, `v1.2`, `main`, and with another folder `main:old/extracted/tables`.
Tables that git tracks are read with `git show`, without DVC. Where git has none, DVC's cache is asked, if DVC is
installed.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from msgspec import Struct

from pipeline import schema, store
from pipeline.provenance import Provenance, parse_provenance

TABLES = "extracted/tables"
PROVENANCE = "PROVENANCE.json"


class RevisionError(Exception):
    """There are no tables where they were looked for; the message says what to do."""


class Extraction(Struct, frozen=True):
    """The tables of one extraction, what they were made with, and its folder when it has one."""

    name: str
    tables: dict[str, pa.Table]
    provenance: Provenance
    folder: Path | None = None


def read_extraction(source: str) -> Extraction:
    """Reads the tables in a folder, or else at a git revision of the repository that the working folder is in.

    Raises:
        RevisionError: there are none.
        StoreError: a table is damaged.
    """
    folder = Path(source)
    if source and folder.is_dir():
        return _of_folder(folder / "tables" if (folder / "tables").is_dir() else folder)
    revision, _, path = source.partition(":")
    commit = _commit(revision)
    if commit is None:
        raise RevisionError(f"{source} is neither a folder nor a git revision. Name one of the two.")
    return _of_commit(source, commit, path.rstrip("/") or TABLES)


def _of_folder(folder: Path) -> Extraction:
    paths = {name: folder / f"{name}.parquet" for name in schema.TABLES}
    tables = {name: store.read_table(path) for name, path in paths.items() if path.exists()}
    if not tables:
        raise RevisionError(f"There are no tables in {folder}. Run `pipeline run` first, or name another folder.")
    provenance = parse_provenance(store.read_optional(folder.parent / PROVENANCE))
    return Extraction(str(folder), tables, provenance, folder)


def _of_commit(source: str, commit: str, path: str) -> Extraction:
    for read in (_git_reader(commit), _dvc_reader(commit)):
        data = {name: read(f"{path}/{name}.parquet") for name in schema.TABLES}
        tables = {
            name: store.decode_table(body, f"{source}: {name}") for name, body in data.items() if body is not None
        }
        if tables:
            above = path.rpartition("/")[0]
            provenance = read(f"{above}/{PROVENANCE}" if above else PROVENANCE)
            return Extraction(source, tables, parse_provenance(provenance or b""))
    raise RevisionError(
        f"There are no tables in {path} at {source}. Name the folder as REVISION:FOLDER, or fetch it with `dvc pull`."
    )


def _git(*arguments: str) -> bytes | None:
    """What git prints; None when it fails or is not there."""
    try:
        done = subprocess.run(("git", *arguments), capture_output=True, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    return done.stdout


def _commit(revision: str) -> str | None:
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}") if revision else None
    return found.decode().strip() if found else None


def _git_reader(commit: str) -> Callable[[str], bytes | None]:
    return lambda path: _git("show", f"{commit}:./{path}")


def _dvc_reader(commit: str) -> Callable[[str], bytes | None]:
    """Reads from DVC's cache. Whole files, since its file system cannot seek."""
    try:
        from dvc.api import DVCFileSystem
        from dvc.exceptions import DvcException
    except ImportError:
        return lambda path: None

    def read(path: str) -> bytes | None:
        try:
            data: bytes = DVCFileSystem(rev=commit).cat_file(path)
        except (OSError, DvcException):
            return None
        return data

    return read
