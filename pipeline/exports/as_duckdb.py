"""The tables as a DuckDB database: the same types, keys, and the meaning of tables and columns as their comments."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import schema

TYPES: dict[pa.DataType, str] = {
    schema.STRING: "VARCHAR",
    schema.INT: "INTEGER",
    schema.LONG: "BIGINT",
    schema.FLOAT: "DOUBLE",
    schema.BOOL: "BOOLEAN",
    schema.DATE: "DATE",
    schema.MONEY_TYPE: f"DECIMAL({schema.MONEY_TYPE.precision}, {schema.MONEY_TYPE.scale})",
}

BLOCK_SIZE = 16_384
"""The smallest there is: with the usual one a few rows take megabytes."""


def fill(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Makes the database at a path where no file is yet."""
    with duckdb.connect(str(path), config={"threads": 1, "default_block_size": BLOCK_SIZE}) as connection:
        for name, arrow in tables.items():
            table = schema.TABLES[name]
            connection.execute(_create(table))
            connection.register("arrow_rows", arrow)
            connection.execute(f'INSERT INTO "{name}" SELECT * FROM arrow_rows')
            connection.unregister("arrow_rows")
            connection.execute(f'COMMENT ON TABLE "{name}" IS {_quoted(table.description)}')
            for column in table.columns:
                comment = f'COMMENT ON COLUMN "{name}"."{column.name}" IS {_quoted(column.description)}'
                connection.execute(comment)


def _create(table: schema.Table) -> str:
    """The table with its primary key. No other keys: DuckDB adds no row that points to one of its own statement."""
    lines = [
        f'"{column.name}" {TYPES[column.type]}{"" if column.nullable else " NOT NULL"}' for column in table.columns
    ]
    lines.append("PRIMARY KEY (" + ", ".join(f'"{name}"' for name in table.key) + ")")
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)})'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
