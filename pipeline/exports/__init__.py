"""The tables in the forms other programs read: CSV, an Excel workbook, DuckDB, SQLite; each can be turned back.

No form lets a text become a formula. Each keeps exact decimals, dates, and the difference between an empty text and a
missing value, or says beside the data how it is written (`datapackage.json`, `README.md`):

- CSV: a text cell that begins with `'`, `=`, `+`, `-`, `@`, a tab or a line break, or with spaces before one of these
  signs, has one `'` in front. Take one leading `'` off to have the text back; `as_csv.decode` does.
- Excel: texts are typed as texts, so nothing is put in front. Control characters are written `_x0007_`, as the format
  has it. What a cell cannot hold (texts beyond 32,767 characters) goes on in the sheet `_long_texts`; numbers of more
  than 15 digits and dates before 1900-03-01 are texts. `as_xlsx.decode` undoes all of it.
- DuckDB: the types of the tables, keys, and the meaning of every column as its comment.
- SQLite: dates and amounts are texts, exact; truth values are 0 and 1; keys are declared.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa

from pipeline import datapackage, schema

Form = Literal["csv", "xlsx", "duckdb", "sqlite"]
FORMS: tuple[Form, ...] = ("csv", "xlsx", "duckdb", "sqlite")
MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "duckdb": "application/vnd.duckdb",
    "sqlite": "application/vnd.sqlite3",
}
DICTIONARY = "DATA_DICTIONARY.md"
PACKAGE = "datapackage.json"
README = "README.md"

Tables = Mapping[str, pa.Table]
Write = Callable[[str, bytes], None]
Fill = Callable[[str, Callable[[Path], None]], bytes]


class ExportError(ValueError):
    """The tables cannot be exported as asked; the message says what to do."""


def chosen(present: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """The names of the tables to export, in the order of the schema; all that are there when none is wanted.

    Raises:
        ExportError: one of them is not there.
    """
    known = [name for name in schema.TABLES if name in set(present)]
    lost = [name for name in wanted if name not in known]
    if lost:
        raise ExportError(f"There is no table {lost[0]!r}. There are: {', '.join(known)}.")
    return [name for name in known if not wanted or name in wanted]


def as_declared(name: str, arrow: pa.Table) -> pa.Table:
    """A table with the declared columns, in their order.

    Raises:
        ExportError: it lacks one, or one has another type.
    """
    table = schema.TABLES[name]
    try:
        return arrow.select([column.name for column in table.columns]).cast(table.schema)
    except (KeyError, ValueError, pa.ArrowException) as error:
        words = f"The table {name} was written by another version of the package ({error})."
        raise ExportError(f"{words} Run `pipeline run` again, or leave it out with --tables.") from error


def export(tables: Tables, forms: Sequence[Form], write: Write, fill: Fill) -> list[str]:
    """Writes the tables in these forms, then what describes them; returns the names of the files.

    Args:
        tables: the tables by name.
        forms: the forms.
        write: puts bytes at a name, whole or not at all.
        fill: has a file made by a function that is given its path, puts it at a name, and returns its bytes.

    Raises:
        ExportError: a library that a form needs is not installed.
    """
    resources: list[dict[str, Any]] = []
    if "csv" in forms:
        resources += _export_csv(tables, write)
    whole: dict[Form, Callable[[Tables], bytes]] = {"xlsx": _encode_xlsx, "sqlite": _encode_sqlite}
    for form, encode in whole.items():
        if form in forms:
            data = encode(tables)
            write(f"tables.{form}", data)
            resources.append(_file(form, data))
    if "duckdb" in forms:
        resources.append(_file("duckdb", fill("tables.duckdb", lambda path: _fill_duckdb(tables, path))))
    write(DICTIONARY, schema.data_dictionary(tables).encode())
    write(README, _readme().encode())
    package = msgspec.json.format(msgspec.json.encode(datapackage.package(resources)), indent=1) + b"\n"
    write(PACKAGE, package)
    return [*(resource["path"] for resource in resources), DICTIONARY, README, PACKAGE]


def _export_csv(tables: Tables, write: Write) -> list[dict[str, Any]]:
    from pipeline.exports import as_csv

    resources = []
    for name, arrow in tables.items():
        data = as_csv.encode(schema.TABLES[name], arrow)
        write(f"{name}.csv", data)
        resources.append(datapackage.resource(schema.TABLES[name], f"{name}.csv", data, set(tables)))
    return resources


def _encode_xlsx(tables: Tables) -> bytes:
    try:
        from pipeline.exports import as_xlsx
    except ModuleNotFoundError as error:
        raise ExportError(_missing("openpyxl")) from error
    return as_xlsx.encode(tables)


def _encode_sqlite(tables: Tables) -> bytes:
    from pipeline.exports import as_sqlite

    return as_sqlite.encode(tables)


def _fill_duckdb(tables: Tables, path: Path) -> None:
    try:
        from pipeline.exports import as_duckdb
    except ModuleNotFoundError as error:
        raise ExportError(_missing("duckdb")) from error
    as_duckdb.fill(tables, path)


def _missing(library: str) -> str:
    return f"{library} is not installed, and this form needs it. Install it with: pip install -e '.[analysis]'"


def _file(form: Form, data: bytes) -> dict[str, Any]:
    """The description of a file that holds all tables."""
    digest = hashlib.sha256(data).hexdigest()
    facts = {
        "name": f"tables-{form}",
        "type": "file",
        "path": f"tables.{form}",
        "format": form,
        "mediatype": MEDIA_TYPES[form],
    }
    return facts | {"bytes": len(data), "hash": f"sha256:{digest}"}


def _readme() -> str:
    """How to read the files, for whoever finds them in a folder: the first lines of this package."""
    return "# How these files are written\n\n" + (__doc__ or "") + "\nEvery column: `DATA_DICTIONARY.md`.\n"
