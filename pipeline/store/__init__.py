"""Every byte read or written: submissions at the door, results of the steps, tables, locks.

Nothing else in the package opens a file. Writes are whole or not at all; reads notice a flipped byte.
"""

from pipeline.store.door import DoorError, find_entries, look_around, open_submission, read_ledger, write_ledger
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
from pipeline.store.index import Index, Mark, is_sealed, is_settled, look_at, mark_of, open_index
from pipeline.store.manifest import read_manifest, verify_tables, write_provenance
from pipeline.store.published import count_values, decode_table, read_columns, read_table
from pipeline.store.remote import Storage
from pipeline.store.results import forget_results, known_keys, look_again, marks, read_result, result_key, write_result
from pipeline.store.spill import Spill
from pipeline.store.tables import FOLDER as TABLES_FOLDER
from pipeline.store.tables import (
    Layout,
    Those,
    Written,
    confirmed,
    encode_table,
    leaving_keys,
    publish,
    update_table,
    write_tables,
)

__all__ = [
    "TABLES_FOLDER",
    "DoorError",
    "Index",
    "Layout",
    "Mark",
    "Spill",
    "Storage",
    "StoreError",
    "Those",
    "Written",
    "append_line",
    "confirmed",
    "count_values",
    "decode_table",
    "encode_table",
    "find_entries",
    "forget_results",
    "is_sealed",
    "is_settled",
    "known_keys",
    "leaving_keys",
    "locked",
    "look_again",
    "look_around",
    "look_at",
    "mark_of",
    "marks",
    "open_index",
    "open_submission",
    "publish",
    "read_bytes",
    "read_columns",
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
    "update_table",
    "verify_tables",
    "write_bytes",
    "write_ledger",
    "write_provenance",
    "write_result",
    "write_tables",
]
