"""What must hold in the tables, checked before they are written and by analysts whenever they like.

`schema` makes a pandera schema of a table's declaration: types, what is never missing, allowed values and ranges, the
primary key, and the laws of its rows (`laws`). It fits frames as `pipeline.load` gives them, whole or in part:

    from pipeline import checks

    counts = pipeline.load("count_mentions")
    checks.schema("counts").validate(counts, lazy=True)

`check` is what a run asks of its tables: those laws, and what one table says of another: keys that point somewhere,
mentions that are exactly the characters they name, pages that are there (`relations`). A failure stops the run before
anything is written, and names table, law and rows.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline import schema as declared
from pipeline.checks import keeping, relations
from pipeline.checks.laws import LAWS, Law

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

SHOWN = 5
"""Rows that a failure names."""

Tables = Mapping[str, pa.Table]


class CheckError(declared.SchemaError):
    """Tables break a law; the message names table, law and rows."""


def schema(name: str) -> "DataFrameSchema":
    """The pandera schema of a table.

    Args:
        name: the table, or a kind of mention as `pipeline.joined` takes it: `counts` is `count_mentions`.

    Example:
        >>> schema("counts").unique
        ['mention_id']

    Raises:
        KeyError: there is no such table.
    """
    from pipeline.checks import frames

    return frames.full(_table(name))


def _table(name: str) -> declared.Table:
    kinds = {f"{kind}s": table for kind, table in declared.MENTION_TABLES.items()}
    found = declared.TABLES.get(name) or kinds.get(name) or declared.MENTION_TABLES.get(name)  # type: ignore[call-overload]  # a name that may be no kind
    if found is None and name == "countries":
        found = declared.COUNTRY_MENTIONS
    if found is None:
        raise KeyError(f"There is no table {name!r}. There are: {', '.join(declared.TABLES)}.")
    return found


def check(tables: Tables) -> None:
    """Checks tables together: all of a run, or those of some of its submissions with all that they point to.

    What is declared of single columns was checked when the tables were built (`pipeline.schema`). Of a table that is
    only pointed to, the key is enough.

    Raises:
        CheckError: a law is broken.
    """
    complaints = [*_of_rows(tables), *relations.complaints(tables)]
    if complaints:
        further = f" (and {len(complaints) - SHOWN} further laws)" if len(complaints) > SHOWN else ""
        raise CheckError(f"The tables were not written. {' '.join(complaints[:SHOWN])}{further}")


def _of_rows(tables: Tables) -> Iterator[str]:
    """What is wrong within rows, a sentence a law."""
    for name, arrow in tables.items():
        table = declared.TABLES[name]
        held = [law for law in LAWS if law.is_about(table) and {*law.columns, *table.key} <= set(arrow.schema.names)]
        if arrow.num_rows:
            for law, rows in keeping.broken(arrow, held):
                yield complaint(table, law, rows)


def complaint(table: declared.Table, law: Law, rows: pa.Table) -> str:
    """A broken law as a sentence that names the first rows by their keys."""
    keys = [", ".join(map(str, row.values())) for row in rows.select(list(table.key)).slice(0, SHOWN).to_pylist()]
    further = f" and {rows.num_rows - SHOWN} more" if rows.num_rows > SHOWN else ""
    return f"{table.name}: {law.words}, which is not so in {'; '.join(keys)}{further}."
