"""The tables as an Excel workbook, a sheet each: texts typed as texts, so that no cell is a formula.

Excel holds 1,048,576 rows a sheet, 32,767 characters a cell, 15 digits a number, and days from 1900 on. Rows beyond go
on in `<table>~2`; a longer text goes on in the sheet `_long_texts` by table, row, column and part; whole numbers and
amounts with more digits and earlier days are texts. Control characters, which XML cannot hold, are written `_xHHHH_`,
and a text that looks like that is kept apart from one as the format prescribes (ECMA-376, part 1, 22.9.2.19).
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from pipeline import schema

MOST_ROWS = 1_048_575
"""Rows of a sheet below its header."""
MOST_CHARACTERS = 16_000
"""Characters of one cell: half of what Excel holds, since it counts those beyond the basic plane twice."""
MOST_ESCAPED = 4_000
"""The same where some are escaped, which takes seven each."""
MOST_DIGITS = 15
FIRST_DAY = datetime.date(1900, 3, 1)
"""Before it Excel's calendar has a day that never was."""
LONG_TEXTS = "_long_texts"
NEXT_SHEET = "~"
FIXED_TIME = datetime.datetime(2000, 1, 1)
"""Stands for the clock in the file, so that the same tables give the same bytes."""

_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HOSTILE = re.compile(r"\s*[=+\-@'＝＋－＠]|[\t\r\n]")


def encode(tables: Mapping[str, pa.Table]) -> bytes:
    """The workbook."""
    book = openpyxl.Workbook(write_only=True)
    long_texts: list[tuple[str, int, str, int, str]] = []
    for name, arrow in tables.items():
        _add_table(book, schema.TABLES[name], arrow, long_texts)
    _add_dictionary(book, tables)
    sheet = book.create_sheet(LONG_TEXTS)
    sheet.append(["table", "row", "column", "part", "text"])
    for table, row, column, part, text in long_texts:
        sheet.append([table, row, column, part, _text_cell(sheet, text)])
    sink = io.BytesIO()
    book.save(sink)
    return _without_clock(sink.getvalue())


def _add_table(
    book: openpyxl.Workbook, table: schema.Table, arrow: pa.Table, long_texts: list[tuple[str, int, str, int, str]]
) -> None:
    sheet: Any = None
    for number, row in enumerate(_rows(table, arrow)):
        if number % MOST_ROWS == 0:
            sheet = _new_sheet(book, table, number // MOST_ROWS + 1)
        cells = []
        for column, value in zip(table.columns, row, strict=True):
            if isinstance(value, str) and len(value) > MOST_ESCAPED:
                parts = _parts(value)
                long_texts += [(table.name, number + 1, column.name, n, p) for n, p in enumerate(parts[1:], 2)]
                value = parts[0]
            cells.append(_cell(sheet, value))
        sheet.append(cells)
    if sheet is None:
        _new_sheet(book, table, 1)


def _parts(text: str) -> list[str]:
    """A text cut into what a cell holds."""
    most = MOST_ESCAPED if _ILLEGAL.search(text) else MOST_CHARACTERS
    return [text[at : at + most] for at in range(0, len(text), most)]


def _new_sheet(book: openpyxl.Workbook, table: schema.Table, number: int) -> Any:
    sheet: Any = book.create_sheet(table.name if number == 1 else f"{table.name}{NEXT_SHEET}{number}")
    sheet.freeze_panes = "A2"
    header = []
    for column in table.columns:
        cell = WriteOnlyCell(sheet, column.name)
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    return sheet


def _rows(table: schema.Table, arrow: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in arrow.to_batches(max_chunksize=10_000):
        yield from zip(*(batch[column.name].to_pylist() for column in table.columns), strict=True)


def _cell(sheet: Any, value: Any) -> Any:
    """What goes into a cell: numbers, days and truth values that Excel holds exactly as such, all else as text."""
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return _float_cell(sheet, value)
    if isinstance(value, datetime.date):
        return value if value >= FIRST_DAY else value.isoformat()
    digits = len(str(abs(value))) if isinstance(value, int) else len(value.normalize().as_tuple().digits)
    if digits <= MOST_DIGITS:
        return value
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _float_cell(sheet: Any, value: float) -> Any:
    """A number with as many digits as it needs; by itself the library writes 16."""
    cell = WriteOnlyCell(sheet, repr(value))
    cell.data_type = "n"
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    """A text as itself: typed so, and told to stay one when a person edits it."""
    escaped = escape(text)
    if escaped == text and not _HOSTILE.match(text) and text != "":
        return text
    cell = WriteOnlyCell(sheet, escaped)
    cell.data_type = "s"
    if _HOSTILE.match(text):
        cell.quotePrefix = True
    return cell


def escape(text: str) -> str:
    """A text with what XML cannot hold, and what would read like an escape, written `_xHHHH_`."""
    return _ILLEGAL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescape(text: str) -> str:
    """A text as it was before `escape`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _add_dictionary(book: openpyxl.Workbook, tables: Mapping[str, pa.Table]) -> None:
    sheet: Any = book.create_sheet("_dictionary")
    sheet.append(["table", "column", "type", "meaning"])
    for name in tables:
        sheet.append([name, None, None, schema.TABLES[name].description])
        for column in schema.TABLES[name].columns:
            sheet.append([name, column.name, str(column.type), column.description])


def _without_clock(data: bytes) -> bytes:
    """The workbook with a fixed time in place of the clock's."""
    sink = io.BytesIO()
    stamp = FIXED_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb">\d{4}-\d\d-\d\dT[\d:]+Z<", b">" + stamp + b"<", part)
            new.writestr(zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6]), part, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def decode(data: bytes, table: schema.Table) -> pa.Table:
    """A table that `encode` wrote, exactly."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    names = [name for name in book.sheetnames if name == table.name or name.startswith(f"{table.name}{NEXT_SHEET}")]
    rows = [list(row) for name in names for row in book[name].iter_rows(min_row=2, values_only=True)]
    places = {column.name: at for at, column in enumerate(table.columns)}
    rows = [[_unescaped(cell) for cell in row] + [None] * (len(places) - len(row)) for row in rows]
    for name, number, column, _, text in book[LONG_TEXTS].iter_rows(min_row=2, values_only=True):
        if name == table.name:
            rows[int(number) - 1][places[str(column)]] += _unescaped(text) or ""
    arrays = [
        pa.array([_value(column, row[at]) for row in rows], column.type) for at, column in enumerate(table.columns)
    ]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _unescaped(cell: Any) -> Any:
    return unescape(cell) if isinstance(cell, str) else cell


def _value(column: schema.Column, value: Any) -> Any:
    """A cell as the column's type. An empty cell of a text that is never missing is an empty text."""
    if column.type == schema.STRING:
        return str(value) if value is not None else None if column.nullable else ""
    if value is None:
        return None
    if column.type == schema.DATE:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else value.date()
    if column.type == schema.MONEY_TYPE:
        return Decimal(str(value))
    return float(value) if column.type == schema.FLOAT else bool(value) if column.type == schema.BOOL else int(value)
