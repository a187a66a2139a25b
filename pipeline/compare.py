"""Compares two extractions: what differs, and on request why."""

from pipeline import changes, revisions
from pipeline.changes import Comparison
from pipeline.revisions import Extraction


def compare(old: Extraction, new: Extraction, *, why: bool = False) -> Comparison:
    """What differs between two extractions; with `why`, each change has its reason."""
    found = changes.compare(old.tables, new.tables)
    return changes.explain(found, old.provenance, new.provenance) if why else found


def read_both(old: str, new: str) -> tuple[Extraction, Extraction]:
    """Reads two extractions: each a folder of tables or a git revision.

    Raises:
        RevisionError: one of them is not there.
        StoreError: a table is damaged.
    """
    return revisions.read_extraction(old), revisions.read_extraction(new)
