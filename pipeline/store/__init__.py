"""Every byte read or written: submissions at the door, results of the steps, tables, locks.

Nothing else in the package opens a file. Writes are whole or not at all; reads notice a flipped byte.
"""

from pipeline.store.door import DoorError, find_entries, open_submission, read_ledger, write_ledger
from pipeline.store.files import (
    StoreError,
    append_line,
    locked,
    read_bytes,
    read_folder,
    read_log,
    read_optional,
    sweep,
    torn_path,
    write_bytes,
)
from pipeline.store.results import forget_results, known_keys, read_result, result_key, write_result
from pipeline.store.tables import decode_table, read_manifest, read_table, verify_tables, write_provenance, write_tables

__all__ = [
    "DoorError",
    "StoreError",
    "append_line",
    "decode_table",
    "find_entries",
    "forget_results",
    "known_keys",
    "locked",
    "open_submission",
    "read_bytes",
    "read_folder",
    "read_ledger",
    "read_log",
    "read_manifest",
    "read_optional",
    "read_result",
    "read_table",
    "result_key",
    "sweep",
    "torn_path",
    "verify_tables",
    "write_bytes",
    "write_ledger",
    "write_provenance",
    "write_result",
    "write_tables",
]
