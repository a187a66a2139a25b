"""Compares the tables of two extractions."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from pipeline import schema
from pipeline.changes import judgement, mentions
from pipeline.changes.boxes import Boxes
from pipeline.changes.identity import Correspondence, correspond
from pipeline.changes.others import row_changes
from pipeline.changes.places import Places
from pipeline.changes.structure import Change, Comparison, Tables

IDS = ("submission_id", "report_id", "section_id", "parent_section_id")
HEADS = ("submissions", "reports", "sections")


def compare(old: Tables, new: Tables) -> Comparison:
    """Compares two extractions. Tables that one of them lacks count as empty, columns as null."""
    before, dropped_or_new = _completed(old, new)
    after, dropped = _completed(new, old)
    heads = [{name: side[name].to_pylist() for name in HEADS} for side in (before, after)]
    same = correspond(*heads)
    places = Places(*heads)
    grounds = mentions.Grounds(
        same,
        places,
        Boxes(before["mention_boxes"], after["mention_boxes"]),
        mentions.texts(heads[0]["sections"]),
        mentions.changed_texts(heads[0]["sections"], heads[1]["sections"], same),
    )
    changes: list[Change] = []
    for kind, table in schema.MENTION_TABLES.items():
        raw = before[table.name]
        changes += mentions.mention_changes(kind, raw, _translated(raw, same), after[table.name], grounds)
    for name in schema.TABLES:
        if name != "mention_boxes" and not name.endswith("_mentions"):
            raw = before[name]
            changes += row_changes(name, raw, _translated(raw, same), after[name], same, places)
    changes.sort(key=judgement.reading_order)
    rows = {name: (before[name].num_rows, after[name].num_rows) for name in schema.TABLES}
    notes = [f"The column {column} is new." for column in dropped_or_new]
    notes += [f"The column {column} is gone." for column in dropped]
    return Comparison(tuple(changes), same.fates, rows, tuple(notes), _organizations(changes, before, after))


def _organizations(changes: Sequence[Change], before: Tables, after: Tables) -> dict[str, str]:
    wanted = {row.get("organization_id") for change in changes for row in (change.old, change.new) if row is not None}
    rows = [row for side in (before, after) for row in side["organizations"].to_pylist()]
    return {row["organization_id"]: row["name"] for row in rows if row["organization_id"] in wanted}


def _completed(tables: Tables, others: Tables) -> tuple[dict[str, pa.Table], list[str]]:
    """All tables with the columns that either side has, and the columns that had to be made up."""
    result, missing = {}, []
    for name, table in schema.TABLES.items():
        wanted = others[name].schema if name in others else table.schema
        arrow = tables.get(name)
        if arrow is None:
            result[name] = wanted.empty_table()
            continue
        for field in wanted:
            if field.name not in arrow.schema.names:
                arrow = arrow.append_column(field.name, pa.nulls(arrow.num_rows, field.type))
                missing.append(f"{name}.{field.name}")
        result[name] = arrow
    return result, missing


def _translated(arrow: pa.Table, same: Correspondence) -> pa.Table:
    """The old table with ids as the new extraction has them."""
    for name in IDS:
        if name in arrow.schema.names and arrow.num_rows:
            encoded = pa.concat_arrays(arrow[name].chunks).dictionary_encode()
            values = [same.translate(name, value) for value in encoded.dictionary.to_pylist()]
            arrays = pa.array(values, pa.string()).take(encoded.indices)
            arrow = arrow.set_column(arrow.schema.get_field_index(name), name, arrays)
    return arrow


def tables_of(rows: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, pa.Table]:
    """Tables made of rows by hand; those not named are empty."""
    return {name: schema.to_arrow(table, rows.get(name, ())) for name, table in schema.TABLES.items()}
