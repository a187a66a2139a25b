"""Rows as Arrow tables, and the checks made at writing."""

import functools
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.schema.columns import FLOAT, STRING, Column, Row, SchemaError, Table


def leave_out_frames() -> None:
    """Has pyarrow leave pandas alone until somebody asks for a frame.

    Before it makes its first array, pyarrow looks for pandas once, since values may come from there, and so imports it:
    a fifth of a second and 40 MB for a process that makes no frame. It is out of sight here while pyarrow looks.
    `to_pandas` has it imported all the same.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        try:
            pa.array([])
        finally:
            sys.meta_path.remove(_NoPandas)


class _NoPandas(MetaPathFinder):
    """A finder of modules that finds no pandas, and leaves all else to others."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def to_arrow(table: Table, rows: Sequence[Row]) -> pa.Table:
    """Builds an Arrow table of rows as they come; `joined` orders and checks it.

    Raises:
        SchemaError: a row misses or adds a column, or a value has the wrong type.
    """
    names = [column.name for column in table.columns]
    for row in rows:
        if row.keys() != set(names):
            odd = ", ".join(sorted(set(names) ^ row.keys()))
            raise SchemaError(f"{table.name}: a row and the declared columns differ in {odd}")
    arrays = [_array(table, column, [row[column.name] for row in rows]) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def ordered(table: Table, parts: Sequence[pa.Table]) -> pa.Table:
    """One table of many, in primary-key order, for `joined` to check."""
    arrow = pa.concat_tables([table.schema.empty_table(), *parts]).combine_chunks()
    if arrow.num_rows:
        arrow = arrow.take(pc.sort_indices(arrow, sort_keys=[(name, "ascending") for name in table.key]))
    return arrow


def joined(table: Table, parts: Sequence[pa.Table]) -> pa.Table:
    """One table of many, in primary-key order, checked.

    Raises:
        SchemaError: the columns are not the declared ones, a value is null or not allowed, or a key is doubled.
    """
    arrow = ordered(table, parts)
    check(table, arrow)
    return arrow


def merged(table: Table, old: pa.Table, fresh: pa.Table) -> pa.Table:
    """Fresh rows among old ones, in primary-key order; each side has been checked before.

    Raises:
        SchemaError: a fresh row has the key of another.
    """
    arrow = pa.concat_tables([old, fresh]).combine_chunks()
    arrow = arrow.take(pc.sort_indices(arrow, sort_keys=[(name, "ascending") for name in table.key]))
    same = [pc.equal(arrow[name].chunk(0)[1:], arrow[name].chunk(0)[:-1]) for name in table.key if arrow.num_rows > 1]
    if same and pc.any(functools.reduce(pc.and_, same)).as_py():
        check(table, arrow)
    return arrow


def _array(table: Table, column: Column, values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError, OverflowError) as error:
        raise SchemaError(f"{table.name}.{column.name}: {error}") from error


def check(table: Table, arrow: pa.Table) -> None:
    """Checks an Arrow table against its declaration.

    Raises:
        SchemaError: the schema differs, a value is null or not allowed, or a key is doubled.
    """
    if not arrow.schema.equals(table.schema):
        raise SchemaError(f"{table.name}: the columns are not the declared ones")
    for column in table.columns:
        for complaint in _complaints(column, arrow[column.name]):
            raise SchemaError(f"{table.name}.{column.name}: {complaint}")
    keys = arrow.select(list(table.key)).group_by(list(table.key), use_threads=False).aggregate([([], "count_all")])
    if keys.num_rows != arrow.num_rows:
        doubled = keys.filter(pc.greater(keys["count_all"], 1)).to_pylist()[0]
        raise SchemaError(f"{table.name}: {doubled.pop('count_all')} rows have the key {doubled}")


def _complaints(column: Column, values: pa.ChunkedArray) -> Iterator[str]:
    if not column.nullable and values.null_count:
        yield f"{values.null_count} values are null"
    if column.type == FLOAT and pc.any(pc.invert(pc.is_finite(values))).as_py():
        yield "a value is not finite"
    if column.values:
        odd = pc.unique(values.filter(pc.invert(pc.is_in(values, pa.array(column.values, STRING), skip_nulls=False))))
        odd = [value for value in odd.to_pylist() if value is not None]
        if odd:
            yield f"{odd[0]!r} is not one of {', '.join(column.values)}"
    if column.minimum is not None and pc.any(pc.less(values, column.minimum)).as_py():
        yield f"a value is below {column.minimum}"
    if column.maximum is not None and pc.any(pc.greater(values, column.maximum)).as_py():
        yield f"a value is above {column.maximum}"
