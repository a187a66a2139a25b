"""What stands beside the tables: the manifest, with the digest of each published file, and what they were made with."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.store.files import StoreError, read_bytes, write_bytes

MANIFEST = "MANIFEST.json"
PROVENANCE = "PROVENANCE.json"


def write_manifest(extracted: Path, digests: Mapping[str, str]) -> None:
    """Writes the digest of every published file, by its path below `extracted`.

    Raises:
        StoreError: the folder cannot be written.
    """
    write_if_new(extracted / MANIFEST, _encode(digests))


def _encode(digests: Mapping[str, str]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(dict(sorted(digests.items()))), indent=1) + b"\n"


def read_manifest(extracted: Path) -> dict[str, str]:
    """The digest of every published file, by its path below `extracted`.

    Raises:
        StoreError: it is not there, or is not as it was written.
    """
    data = read_bytes(extracted / MANIFEST)
    try:
        digests = msgspec.json.decode(data, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        digests = {}
    if _encode(digests) != data:
        raise StoreError(5, f"{extracted / MANIFEST} is damaged. Run the pipeline again, or take it from git.")
    return digests


def verify_tables(extracted: Path) -> list[str]:
    """The published files whose bytes are not those of the manifest; empty when all is well.

    Raises:
        StoreError: the manifest is not there or is damaged.
    """
    odd = []
    for name, digest in read_manifest(extracted).items():
        path = extracted / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            odd.append(name)
    return odd


def write_provenance(extracted: Path, data: bytes) -> None:
    """Writes what the tables were made with beside them. It names versions, so it is not in the manifest.

    Raises:
        StoreError: the folder cannot be written.
    """
    write_if_new(extracted / PROVENANCE, data)


def write_if_new(path: Path, data: bytes) -> None:
    """Writes a file unless it has these bytes already.

    Raises:
        StoreError: the folder cannot be written.
    """
    if not (path.is_file() and path.read_bytes() == data):
        write_bytes(path, data)
