"""The tables as data frames, with types in which missing is NA and nothing loses exactness.

Dates are days that compare with dates, ISO strings and timestamps; money is an exact decimal; whole numbers and truth
values are nullable; a column with declared values is a category that knows all of them. `plot_ready=True` trades that
for what plotting and statistics take.
"""

import difflib
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema, store
from pipeline.analysis.amounts import AmountDtype
from pipeline.analysis.days import DateDtype

TABLES = "extracted/tables"
"""Where a run leaves its tables, from the project's folder."""
RAW = "raw"
"""Where the submissions are, from the project's folder."""

_PANDAS: Mapping[pa.DataType, Any] = {
    schema.STRING: pd.StringDtype("pyarrow", na_value=pd.NA),
    schema.INT: pd.Int32Dtype(),
    schema.LONG: pd.Int64Dtype(),
    schema.FLOAT: pd.Float64Dtype(),
    schema.BOOL: pd.BooleanDtype(),
    schema.DATE: DateDtype(),
    schema.MONEY_TYPE: AmountDtype(),
}
_NUMBERS = (schema.INT, schema.LONG, schema.FLOAT, schema.MONEY_TYPE)


class AnalysisError(ValueError):
    """What was asked for is not there; the message says what is, or what to do."""


def tables() -> pd.DataFrame:
    """The tables there are: name, what a row of it is, and the columns of its primary key.

    Example:
        >>> tables().loc["money_mentions", "description"]
        'One row an amount of money that a report states.'
    """
    known = schema.TABLES.values()
    return pd.DataFrame(
        {"description": [table.description for table in known], "key": [", ".join(table.key) for table in known]},
        index=pd.Index([table.name for table in known], name="table"),
    )


def describe(table: str) -> pd.DataFrame:
    """The columns of a table: type in the file and in pandas, whether they can be missing, and what they mean.

    Example:
        >>> describe("money_mentions").loc["amount", "nullable"]
        np.False_

    Raises:
        AnalysisError: there is no such table.
    """
    declared = _declared(table)
    points_to = {reference.column: f"{reference.table}.{reference.target}" for reference in declared.references}
    rows = [
        {
            "type": str(column.type),
            "pandas_type": "category" if column.values else str(_PANDAS[column.type]),
            "nullable": column.nullable,
            "meaning": column.description,
            "values": ", ".join(column.values),
            "points_to": points_to.get(column.name, ""),
        }
        for column in declared.columns
    ]
    return pd.DataFrame(rows, index=pd.Index([column.name for column in declared.columns], name="column"))


def load(table: str, path: str | Path = TABLES, rev: str | None = None, plot_ready: bool = False) -> pd.DataFrame:
    """One table as a data frame.

    Args:
        table: its name; `tables()` lists them.
        path: the folder of tables; its usual place is found from any folder of the project.
        rev: a git revision (`HEAD~1`, a branch, a tag) to read the table from, instead of the folder as it is now.
        plot_ready: dates as datetime64[s]; decimals, floats and whole numbers that can be missing as float64; other
            whole numbers and truth values as numpy's. Decimals lose exactness and missing is NaN or NaT.

    Example:
        >>> counts = load("count_mentions")  # doctest: +SKIP
        >>> counts.groupby("unit_head").value.sum()  # doctest: +SKIP

    Raises:
        AnalysisError: there is no such table, folder or revision, or a column had a type that cannot become its own.
        StoreError: the file is damaged.
    """
    declared = _declared(table)
    file = at_home(path) / f"{declared.name}.parquet"
    if rev is not None:
        arrow = _at_revision(file, rev)
    elif file.is_file():
        arrow = store.read_table(file)
    else:
        raise AnalysisError(f"There is no {file}. Run `make run` first, or say where the tables are with path=.")
    return _frame(declared, arrow, plot_ready=plot_ready)


def at_home(folder: str | Path) -> Path:
    """A folder of the project by its usual name, from the project's root or from any folder below it, as git does."""
    usual = Path(folder)
    if str(usual) not in (TABLES, RAW) or usual.is_dir():
        return usual
    return next((above / usual for above in Path.cwd().parents if (above / TABLES).is_dir()), usual)


def _declared(table: str) -> schema.Table:
    if table in schema.TABLES:
        return schema.TABLES[table]
    raise AnalysisError(no_such("table", table, list(schema.TABLES)))


def no_such(sort: str, asked: object, known: list[str]) -> str:
    """A message for a name that is not there: the nearest that is, and all that are."""
    near = difflib.get_close_matches(str(asked), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"There is no {sort} {asked!r}.{hint} There are: {', '.join(known)}."


def _at_revision(file: Path, rev: str) -> pa.Table:
    """A table as git keeps it at a revision; the folder itself need not be there any more."""
    folder = file.absolute().parent
    standing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    place = (folder / file.name).relative_to(standing).as_posix()
    if rev.startswith("-") or not rev.strip():
        raise AnalysisError(f"{rev!r} is no git revision. Give a commit, a branch or a tag, such as HEAD~1.")
    command = ["git", "-C", str(standing), "cat-file", "blob", f"{rev}:./{place}"]
    try:
        shown = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise AnalysisError("git is not installed, and rev= needs it.") from error
    if shown.returncode:
        said = shown.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise AnalysisError(f"git has no {file} at revision {rev!r}: {said}")
    try:
        return store.decode_table(shown.stdout, str(file))
    except store.StoreError as error:
        raise AnalysisError(f"{file} at revision {rev!r} is no readable Parquet file ({error.strerror})") from error


def _frame(table: schema.Table, arrow: pa.Table, *, plot_ready: bool) -> pd.DataFrame:
    """Arrow columns as pandas columns; those that an older table does not have are left out, unknown ones kept."""
    declared = {column.name: column for column in table.columns}
    columns = {}
    for name in arrow.column_names:
        values = arrow[name]
        if name in declared:
            columns[name] = _series(declared[name], _cast(table, declared[name], values), plot_ready=plot_ready)
        else:
            columns[name] = values.to_pandas(types_mapper=_PANDAS.get)
    return pd.DataFrame(columns)


def _cast(table: schema.Table, column: schema.Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return values.cast(column.type)
    except pa.ArrowException as error:
        raise AnalysisError(
            f"{table.name}.{column.name} is {values.type} in this file and {column.type} now ({error}). "
            "Read it with the version of the package that wrote it."
        ) from error


def _series(column: schema.Column, values: pa.ChunkedArray, *, plot_ready: bool) -> pd.Series:
    if column.values:
        seen = pc.unique(values).drop_null().to_pylist()
        categories = [*column.values, *sorted(set(seen) - set(column.values))]
        codes = pc.index_in(values, pa.array(categories, schema.STRING)).fill_null(-1)
        return pd.Series(pd.Categorical.from_codes(codes.to_numpy(), pd.Index(categories)))
    if plot_ready and column.type == schema.DATE:
        return pd.Series(values.cast(pa.timestamp("s")).to_numpy(), dtype="datetime64[s]")
    if plot_ready and column.type in _NUMBERS and (column.nullable or column.type not in (schema.INT, schema.LONG)):
        return pd.Series(values.cast(schema.FLOAT).to_numpy(), dtype="float64")
    if plot_ready and column.type != schema.STRING and not column.nullable:
        return pd.Series(values.to_numpy())
    series: pd.Series = values.to_pandas(types_mapper=_PANDAS.get)
    return series
