"""The tables as a Frictionless Data Package: types, keys, allowed values and meanings, made from the schema.

Written after https://datapackage.org/standard/table-schema/ (version 2). Nothing in it depends on the run.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa

from pipeline import schema

TYPES: dict[pa.DataType, str] = {
    schema.STRING: "string",
    schema.INT: "integer",
    schema.LONG: "integer",
    schema.FLOAT: "number",
    schema.BOOL: "boolean",
    schema.DATE: "date",
    schema.MONEY_TYPE: "number",
}


def package(resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The package that holds these resources."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "activity-reports",
        "title": "Activity reports, as tables",
        "description": "What organizations' activity reports state, with the place of every value. See README.md.",
        "resources": list(resources),
    }


def resource(table: schema.Table, path: str, data: bytes, beside: Collection[str]) -> dict[str, Any]:
    """One CSV file; keys to tables that are not `beside` it in the package are left out."""
    return {
        "name": table.name,
        "type": "table",
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "description": table.description,
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table_schema(table, beside),
    }


def table_schema(table: schema.Table, beside: Collection[str]) -> dict[str, Any]:
    """The Table Schema of a table."""
    keys = [
        {
            "fields": [reference.column],
            "reference": {"resource": _target(table, reference), "fields": [reference.target]},
        }
        for reference in table.references
        if reference.table in beside
    ]
    found: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    return found | ({"foreignKeys": keys} if keys else {})


def _target(table: schema.Table, reference: schema.Reference) -> str:
    """The table that a key points to; the standard writes an empty name for the table itself."""
    return "" if reference.table == table.name else reference.table


def _field(column: schema.Column) -> dict[str, Any]:
    """A column. In a text that is never missing an empty cell is an empty text."""
    found: dict[str, Any] = {"name": column.name, "type": TYPES[column.type], "description": column.description}
    if column.type == schema.BOOL:
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.type == schema.DATE:
        found["format"] = "default"
    constraints: dict[str, Any] = {}
    if not column.nullable and column.type == schema.STRING:
        found["missingValues"] = []
    if not column.nullable:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    return found | ({"constraints": constraints} if constraints else {})
