"""What differs between two extractions, as a structure that views draw and a reviewer decides on.

`compare(old, new)` takes the tables of two extractions, by name, and gives a `Comparison`: one `Change` for each row
that was added, removed or is not the same. Ids that carry a submission are translated first (`identity`), so that a
report handed in again in another file keeps its rows. Mentions are then paired by exact place, by sentence, by overlap,
and across sections (`pairing`); so an edited span is one change, and a section with a new number moves its mentions.

The order of `Comparison.changes` is the order to read them in: losses first, then failed checks, low confidence, the
rest; within these by submission, report, section and kind.
"""

from pipeline.changes.comparison import compare
from pipeline.changes.reasons import explain
from pipeline.changes.structure import (
    SORTS,
    TIERS,
    Change,
    ColumnChange,
    Comparison,
    Place,
    Sort,
    Tables,
    Tier,
    values_of,
)

__all__ = [
    "SORTS",
    "TIERS",
    "Change",
    "ColumnChange",
    "Comparison",
    "Place",
    "Sort",
    "Tables",
    "Tier",
    "compare",
    "explain",
    "values_of",
]
