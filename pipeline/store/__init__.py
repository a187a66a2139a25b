"""Every byte read or written: submissions at the door, results of the steps, tables, locks.

Nothing else in the package opens a file. Writes are whole or not at all; reads notice a flipped byte.
"""

from pipeline.store.door import DoorError, find_entries, open_submission, read_ledger, write_ledger
from pipeline.store.files import StoreError, locked, read_bytes, read_folder, read_optional, sweep, write_bytes
from pipeline.store.results import forget_results, known_keys, read_result, result_key, write_result
from pipeline.store.tables import read_manifest, read_table, verify_tables, write_tables

__all__ = [
    "DoorError",
    "StoreError",
    "find_entries",
    "forget_results",
    "known_keys",
    "locked",
    "open_submission",
    "read_bytes",
    "read_folder",
    "read_ledger",
    "read_manifest",
    "read_optional",
    "read_result",
    "read_table",
    "result_key",
    "sweep",
    "verify_tables",
    "write_bytes",
    "write_ledger",
    "write_result",
    "write_tables",
]
