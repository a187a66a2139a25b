"""The published tables as they are read: whole, in part, or counted, their page checksums verified."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.store.files import StoreError, read_bytes
from pipeline.store.tables import Those

BATCH = 1 << 16
"""Rows read at a time."""


def read_table(path: Path) -> pa.Table:
    """Reads one Parquet file and verifies its page checksums.

    Raises:
        StoreError: the file is not there or is damaged.
    """
    return decode_table(read_bytes(path), str(path))


def read_columns(path: Path, columns: Sequence[str], of: Those | None = None) -> pa.Table:
    """Reads some columns of one Parquet file, with `of` only the rows that have one of its values in its column.

    Raises:
        StoreError: the file is not there or is damaged.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            wanted = list(columns) or file.schema_arrow.names
            if of is None:
                return file.read(wanted, use_threads=False)
            values = pa.array(sorted(of.values), pa.string())
            parts = []
            for number in range(file.num_row_groups):
                which = pc.is_in(file.read_row_group(number, [of.column], use_threads=False)[of.column], values)
                if pc.any(which).as_py():
                    parts.append(file.read_row_group(number, wanted, use_threads=False).filter(which))
            return pa.concat_tables(parts) if parts else file.schema_arrow.empty_table().select(wanted)
    except (pa.ArrowException, OSError) as error:
        raise StoreError(5, f"{path} could not be read ({error}). Run the pipeline again.") from error


def count_values(path: Path, of: Those) -> tuple[Counter[str], int]:
    """How many rows of a Parquet file have each of some values, and how many there are.

    Raises:
        StoreError: the file is not there or is damaged.
    """
    found: Counter[str] = Counter()
    try:
        wanted = pa.array(sorted(of.values), pa.string())
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            rows = int(file.metadata.num_rows)
            for batch in file.iter_batches(BATCH, columns=[of.column], use_threads=False):
                found.update(batch[of.column].filter(pc.is_in(batch[of.column], wanted)).to_pylist())
    except (pa.ArrowException, OSError) as error:
        raise StoreError(5, f"{path} could not be read ({error}). Run the pipeline again.") from error
    return found, rows


def decode_table(data: bytes, name: str) -> pa.Table:
    """One table from the bytes of a Parquet file, its page checksums verified.

    Raises:
        StoreError: the bytes are damaged; the message has the `name`.
    """
    try:
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
            return file.read(use_threads=False)  # threads that are still starting abort a process that ends
    except (pa.ArrowException, OSError) as error:
        raise StoreError(5, f"{name} is damaged ({error}). Run the pipeline again, or take it from git.") from error
