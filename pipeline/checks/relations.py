"""What one table says of another: keys that point somewhere, texts that are exactly what they cite, pages there are."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema

SHOWN = 5
MENTION_POINTERS = ("mention_boxes", "activity_mentions")
"""Tables that name a mention of any kind."""

Tables = Mapping[str, pa.Table]


def complaints(tables: Tables) -> Iterator[str]:
    """What is wrong between tables, a sentence each; what a table that is not given would say is not asked."""
    for table in schema.TABLES.values():
        for reference in table.references:
            if reference.table in tables and reference.column in _columns(tables, table.name):
                known = tables[reference.table][reference.target]
                yield from _lost(tables[table.name], table, reference.column, [known], reference.table)
    mentions = [tables[table.name]["mention_id"] for table in schema.MENTION_TABLES.values() if table.name in tables]
    if len(mentions) == len(schema.MENTION_TABLES):
        for name in MENTION_POINTERS:
            if name in tables:
                yield from _lost(tables[name], schema.TABLES[name], "mention_id", mentions, "the tables of mentions")
    yield from _citations(tables)
    yield from _pages(tables)


def _columns(tables: Tables, name: str) -> list[str]:
    return list(tables[name].schema.names) if name in tables else []


def _lost(arrow: pa.Table, table: schema.Table, column: str, known: list[pa.ChunkedArray], where: str) -> Iterator[str]:
    keys = pa.chunked_array([chunk for one in known for chunk in one.chunks], schema.STRING).drop_null()
    lost = pc.and_(arrow[column].is_valid(), pc.invert(pc.is_in(arrow[column], keys)))
    rows = arrow.filter(lost)
    if rows.num_rows:
        odd = f"{column} {rows[column][0].as_py()!r} is not in {where}"
        yield f"{table.name}: {odd}, in {_named(rows, table)}."


def _named(rows: pa.Table, table: schema.Table) -> str:
    """Rows by their keys."""
    keys = [", ".join(map(str, row.values())) for row in rows.select(list(table.key)).slice(0, SHOWN).to_pylist()]
    return "; ".join(keys) + (f" and {rows.num_rows - SHOWN} more" if rows.num_rows > SHOWN else "")


def _citations(tables: Tables) -> Iterator[str]:
    """Mentions and activities whose text is not what their section holds at their place."""
    if "sections" not in tables:
        return
    sections = tables["sections"]
    texts: dict[str, tuple[str, str]] = {
        one: (title, text)
        for one, title, text in zip(
            *(sections[name].to_pylist() for name in ("section_id", "title", "text")), strict=True
        )
    }
    for table in (*schema.MENTION_TABLES.values(), schema.ACTIVITIES):
        if table.name in tables:
            odd = [key for key, cited in _cited(tables[table.name], table, texts) if not cited]
            if odd:
                named = "; ".join(odd[:SHOWN]) + (f" and {len(odd) - SHOWN} more" if len(odd) > SHOWN else "")
                yield f"{table.name}: text is what the section holds there, which is not so in {named}."


def _cited(arrow: pa.Table, table: schema.Table, texts: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """For each row, by its key, whether its section holds its text at its place."""
    names = (table.key[0], "section_id", "char_start", "char_end", "text")
    columns: list[list[Any]] = [arrow[name].to_pylist() for name in names]
    fields = arrow["field"].to_pylist() if "field" in arrow.schema.names else ["text"] * arrow.num_rows
    for key, section, start, end, text, field in zip(*columns, fields, strict=True):
        title, body = texts.get(section, ("", ""))
        yield key, (title if field == "title" else body)[start:end] == text


def _pages(tables: Tables) -> Iterator[str]:
    """Mentions on pages that their submission does not have."""
    if "submissions" not in tables:
        return
    submissions = tables["submissions"]
    known = submissions.filter(submissions["page_count"].is_valid())
    last = dict(zip(known["submission_id"].to_pylist(), known["page_count"].to_pylist(), strict=True))
    for table in schema.MENTION_TABLES.values():
        if table.name in tables:
            arrow = tables[table.name]
            most = pa.array([last.get(one) for one in arrow["submission_id"].to_pylist()], schema.INT)
            beyond = pc.fill_null(pc.greater(arrow["page_number"], most), False)
            rows = arrow.filter(beyond)
            if rows.num_rows:
                yield f"{table.name}: page_number is a page of the submission, not so in {_named(rows, table)}."
