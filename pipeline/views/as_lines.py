"""A table as lines that a line-by-line diff reads well: the key of a row, then a line a column."""

from collections.abc import Iterator

import pyarrow as pa

from pipeline.views.words import visible


def lines(arrow: pa.Table) -> Iterator[str]:
    """The lines of a table; nulls are left out. The key is named in the table's own metadata."""
    metadata = arrow.schema.metadata or {}
    key = metadata.get(b"primary_key", arrow.schema.names[0].encode()).decode().split(",")
    for row in arrow.to_pylist():
        yield visible(" ".join(str(row.get(name)) for name in key))
        for name, value in row.items():
            if value is not None and name not in key:
                yield f"  {name}: {visible(str(value))}"
