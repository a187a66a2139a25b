"""The data dictionary."""

from collections.abc import Collection

from pipeline.schema.columns import Column, Table
from pipeline.schema.declared import TABLES


def data_dictionary(names: Collection[str] | None = None) -> str:
    """The data dictionary as Markdown: every table, or those of these names, its key, its columns and their meaning."""
    parts = [
        "# Data dictionary",
        "",
        "Written from `pipeline/schema/` by every run. One Parquet file a table, in `tables/`. Missing is null.",
    ]
    for table in TABLES.values():
        if names is not None and table.name not in names:
            continue
        key = ", ".join(f"`{name}`" for name in table.key)
        parts += ["", f"## {table.name}", "", f"{table.description} Key: {key}.", ""]
        parts += ["| column | type | null | meaning |", "|---|---|---|---|"]
        parts += [_dictionary_line(table, column) for column in table.columns]
    return "\n".join(parts) + "\n"


def _dictionary_line(table: Table, column: Column) -> str:
    meaning = column.description
    if column.values:
        meaning += " One of " + ", ".join(f"`{value}`" for value in column.values) + "."
    for reference in table.references:
        if reference.column == column.name:
            meaning += f" Points to `{reference.table}`."
    return f"| `{column.name}` | {column.type} | {'yes' if column.nullable else 'no'} | {meaning} |"
