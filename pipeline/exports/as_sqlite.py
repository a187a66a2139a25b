"""The tables as a SQLite database, made in memory: exact texts for dates and amounts, keys declared.

A key is declared where it points to the primary key of a table in the database. `data_dictionary` holds the meaning of
every column. `SUM(amount)` and `CAST(amount AS REAL)` turn an amount into a number.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline import schema

TYPES: dict[pa.DataType, str] = {
    schema.STRING: "TEXT",
    schema.INT: "INTEGER",
    schema.LONG: "INTEGER",
    schema.FLOAT: "REAL",
    schema.BOOL: "INTEGER",
    schema.DATE: "TEXT",
    schema.MONEY_TYPE: "TEXT",
}
DICTIONARY = "data_dictionary"


def encode(tables: Mapping[str, pa.Table]) -> bytes:
    """The database's file."""
    connection = sqlite3.connect(":memory:")
    try:
        with connection:
            for name in tables:
                connection.execute(_create(schema.TABLES[name], tables))
                _fill(connection, schema.TABLES[name], tables[name])
            _describe(connection, tables)
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def _create(table: schema.Table, beside: Mapping[str, pa.Table]) -> str:
    lines = []
    for column in table.columns:
        needed = "" if column.nullable else " NOT NULL"
        lines.append(f'"{column.name}" {TYPES[column.type]}{needed}')
    lines.append(f"PRIMARY KEY ({_names(table.key)})")
    for reference in table.references:
        target = schema.TABLES[reference.table]
        if reference.table in beside and target.key == (reference.target,):
            lines.append(f'FOREIGN KEY ("{reference.column}") REFERENCES "{reference.table}" ("{reference.target}")')
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n) STRICT"


def _fill(connection: sqlite3.Connection, table: schema.Table, arrow: pa.Table) -> None:
    slots = ", ".join("?" * len(table.columns))
    insert = f'INSERT INTO "{table.name}" VALUES ({slots})'
    for batch in arrow.to_batches(max_chunksize=10_000):
        columns = [[_plain(value) for value in batch[column.name].to_pylist()] for column in table.columns]
        connection.executemany(insert, zip(*columns, strict=True))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    return format(value, "f") if isinstance(value, Decimal) else value.isoformat()


def _describe(connection: sqlite3.Connection, tables: Mapping[str, pa.Table]) -> None:
    connection.execute(f"CREATE TABLE {DICTIONARY} (table_name TEXT, column_name TEXT, type TEXT, meaning TEXT) STRICT")
    connection.executemany(f"INSERT INTO {DICTIONARY} VALUES (?, ?, ?, ?)", _meanings(tables))


def _meanings(tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, str, str, str]]:
    for name in tables:
        yield name, "", "", schema.TABLES[name].description
        for column in schema.TABLES[name].columns:
            yield name, column.name, str(column.type), column.description


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def decode(data: bytes, table: schema.Table) -> pa.Table:
    """A table that `encode` wrote, exactly."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        order = _names(table.key)
        rows = connection.execute(f'SELECT * FROM "{table.name}" ORDER BY {order}').fetchall()
    finally:
        connection.close()
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.columns)
    arrays = [_array(column, list(values)) for column, values in zip(table.columns, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _array(column: schema.Column, values: list[Any]) -> pa.Array:
    if column.type in (schema.DATE, schema.MONEY_TYPE):
        return pa.array(values, schema.STRING).cast(column.type)
    return pa.array(
        [None if value is None else bool(value) for value in values] if column.type == schema.BOOL else values,
        column.type,
    )
