"""Which rows of a table keep a law."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.checks.laws import Law


def keeps(law: Law, rows: pa.Table) -> pa.ChunkedArray:
    """Which rows keep a law. One that misses a value does, unless the law is about that."""
    kept = pc.fill_null(law.test(rows), True)
    if not law.sees_missing and not pc.all(kept).as_py():
        for name in law.columns:
            kept = pc.or_(kept, pc.is_null(rows[name]))
    return kept


def broken(rows: pa.Table, laws: Sequence[Law]) -> Iterator[tuple[Law, pa.Table]]:
    """The laws that rows of a table break, and those rows."""
    for law in laws:
        keeping = keeps(law, rows)
        if not pc.all(keeping).as_py():
            yield law, rows.filter(pc.invert(keeping))
