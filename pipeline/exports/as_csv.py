"""A table as CSV: UTF-8, texts quoted, missing an empty cell without quotes, and no cell that a program runs.

Spreadsheets take a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, in some places also
the wide forms of these signs. Such a text has one `'` in front. So has a text that begins with `'`, and an empty text
in a column that can be missing; so that taking one leading `'` off gives every text back.
"""

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from pipeline import schema

GUARD = "'"
_DANGEROUS = r"^('|[\t\r\n]|\s*[=+\-@＝＋－＠])"


def guarded(values: pa.ChunkedArray, *, nullable: bool) -> pa.ChunkedArray:
    """Texts with the guard in front of those that need it."""
    found = pc.replace_substring_regex(values, _DANGEROUS, rf"{GUARD}\1")
    return pc.replace_substring_regex(found, "^$", GUARD) if nullable else found


def unguarded(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as they were before `guarded`."""
    return pc.replace_substring_regex(values, f"^{GUARD}", "")


def encode(table: schema.Table, arrow: pa.Table) -> bytes:
    """The table as CSV."""
    columns = []
    for column in table.columns:
        values = arrow[column.name]
        columns.append(guarded(values, nullable=column.nullable) if column.type == schema.STRING else values)
    shown = pa.table(columns, names=[column.name for column in table.columns])
    sink = io.BytesIO()
    pcsv.write_csv(shown, sink, pcsv.WriteOptions(quoting_style="needed", eol="\n"))
    return sink.getvalue()


def decode(table: schema.Table, data: bytes) -> pa.Table:
    """The table that `encode` wrote, exactly."""
    types = {column.name: column.type for column in table.columns}
    read = pcsv.read_csv(
        io.BytesIO(data),
        parse_options=pcsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pcsv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    columns = [
        unguarded(read[column.name]) if column.type == schema.STRING else read[column.name] for column in table.columns
    ]
    return pa.Table.from_arrays([column.combine_chunks() for column in columns], schema=table.schema)
