"""The published tables: Parquet with page checksums, and a manifest of digests beside them.

All tables of a run are written before the manifest, which is written last; a reader who finds a table that does not fit
the manifest is told so.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import schema
from pipeline.store.files import StoreError, read_bytes, write_bytes

FOLDER = "tables"
MANIFEST = "MANIFEST.json"
DICTIONARY = "DATA_DICTIONARY.md"
PROVENANCE = "PROVENANCE.json"


def encode_table(arrow: pa.Table) -> bytes:
    """One table as Parquet: zstd, page checksums, the same bytes for the same rows on any machine."""
    sink = io.BytesIO()
    pq.write_table(
        arrow,
        sink,
        compression="zstd",
        compression_level=6,
        version="2.6",
        write_page_checksum=True,
        store_schema=True,
        row_group_size=1 << 20,
    )
    return sink.getvalue()


def write_tables(extracted: Path, tables: Mapping[str, pa.Table]) -> None:
    """Writes all tables, the data dictionary and the manifest; files whose bytes stay the same are left alone.

    Raises:
        StoreError: the folder cannot be written.
    """
    digests = {}
    for name in schema.TABLES:
        data = encode_table(tables[name])
        digests[f"{FOLDER}/{name}.parquet"] = hashlib.sha256(data).hexdigest()
        _write_if_new(extracted / FOLDER / f"{name}.parquet", data)
    dictionary = schema.data_dictionary().encode()
    digests[DICTIONARY] = hashlib.sha256(dictionary).hexdigest()
    _write_if_new(extracted / DICTIONARY, dictionary)
    manifest = msgspec.json.format(msgspec.json.encode(dict(sorted(digests.items()))), indent=1) + b"\n"
    _write_if_new(extracted / MANIFEST, manifest)


def _write_if_new(path: Path, data: bytes) -> None:
    if not (path.is_file() and path.read_bytes() == data):
        write_bytes(path, data)


def write_provenance(extracted: Path, data: bytes) -> None:
    """Writes what the tables were made with beside them. It names versions, so it is not in the manifest.

    Raises:
        StoreError: the folder cannot be written.
    """
    _write_if_new(extracted / PROVENANCE, data)


def read_table(path: Path) -> pa.Table:
    """Reads one Parquet file and verifies its page checksums.

    Raises:
        StoreError: the file is not there or is damaged.
    """
    return decode_table(read_bytes(path), str(path))


def decode_table(data: bytes, name: str) -> pa.Table:
    """One table from the bytes of a Parquet file, its page checksums verified.

    Raises:
        StoreError: the bytes are damaged; the message has the `name`.
    """
    try:
        return pq.read_table(pa.BufferReader(data), page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise StoreError(5, f"{name} is damaged ({error}). Run the pipeline again, or take it from git.") from error


def read_manifest(extracted: Path) -> dict[str, str]:
    """The digest of every published file, by its path below `extracted`.

    Raises:
        StoreError: it is not there or is damaged.
    """
    try:
        return msgspec.json.decode(read_bytes(extracted / MANIFEST), type=dict[str, str])
    except msgspec.DecodeError as error:
        raise StoreError(5, f"{extracted / MANIFEST} is damaged. Run the pipeline again.") from error


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
