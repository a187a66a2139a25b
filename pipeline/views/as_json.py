"""A comparison as JSON, for programs. Dates and decimals are strings, as `_corrections.jsonl` has them."""

import msgspec

from pipeline.changes import Comparison


def encode(comparison: Comparison, old: str, new: str) -> bytes:
    """All of a comparison, in reading order. `old` and `new` are the names of the two extractions."""
    whole = {"old": old, "new": new, "is_equal": comparison.is_equal, **msgspec.structs.asdict(comparison)}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
