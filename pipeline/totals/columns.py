"""Total rows and total columns of tables, held against their cells.

A row that is called total sums what stands above it: since the last total, or all rows, or the totals before it; the
reading that fits is taken. A column of which no reading fits is told when another column of the same row fits, or when
it is the only one and nearly fits. A total between the smallest and the largest cell is an average or a share, no sum.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from pipeline.totals import figures
from pipeline.totals.figures import WAYS, Figure

Row = Mapping[str, Any]
Found = tuple[int, int | None, int | None, str]

MOST_ROWS = 2_000
MOST_LOOKED_AT = 100_000
"""Total rows times rows times columns of a table: what reads more of them would hold up a run, and sums nothing."""
NEAR = Decimal("0.25")
"""How far, as a share of the total, the only sum of a row may be off to be taken for a slip of the report."""
FITTING_ROWS = Decimal("0.6")
"""Share of rows whose total column must fit for the others to be told."""

_TOTAL = re.compile(
    r"(?:grand|overall|sub|general|sum)?[\s-]?(?:totals?|totaux|totale|totaal|gesamt|summe|jumlah|sum)\b[^\d]{0,30}",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:of which|thereof|incl(?:uding|\.)?|among (?:them|which)|[-–•o]\s)", re.IGNORECASE)
_RATE = re.compile(r"%|per ?cent|share|rate|average|mean|ratio|median|year|no\.?$|number of the|page", re.IGNORECASE)
_ROUNDED = re.compile(r"thousand|million|billion|lakh|crore|'000|’000|\b000s?\b|\bm(?:n|io)\b", re.IGNORECASE)


class Grid(Struct, frozen=True):
    """A table: its cells by row and column, its header, the page of each row, and whether figures are rounded."""

    number: int
    cells: dict[tuple[int, int], str]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    header: dict[int, str]
    pages: dict[int, int]
    rounded: bool

    def label(self, row: int) -> str:
        """The first words of a row that are no figure."""
        texts = (self.cells.get((row, column), "") for column in self.columns[:2])
        return next((text for text in texts if text and figures.parse(text, "grouped") is None), "")


def find(cells: Sequence[Row], pages: Sequence[Row]) -> Iterator[Found]:
    """The total rows and columns that do not fit."""
    rounded = {row["page_number"]: bool(_ROUNDED.search(row["text"])) for row in pages}
    tables: dict[int, list[Row]] = defaultdict(list)
    for cell in cells:
        tables[cell["table_number"]].append(cell)
    for number, held in tables.items():
        grid = _grid(number, held, rounded)
        if len(grid.rows) <= MOST_ROWS:
            yield from _total_rows(grid)
            yield from _total_columns(grid)


def _grid(number: int, held: Sequence[Row], rounded: Mapping[int, bool]) -> Grid:
    header: dict[int, str] = {}
    for cell in held:
        if cell["is_header"]:
            header[cell["column"]] = f"{header.get(cell['column'], '')} {cell['text']}".strip()
    body = [cell for cell in held if not cell["is_header"]]
    return Grid(
        number,
        {(cell["row"], cell["column"]): cell["text"] for cell in body},
        tuple(sorted({cell["row"] for cell in body})),
        tuple(sorted({cell["column"] for cell in body})),
        header,
        {cell["row"]: cell["page_number"] for cell in body},
        any(rounded.get(cell["page_number"], False) for cell in held),
    )


def _total_rows(grid: Grid) -> Iterator[Found]:
    totals = [row for row in grid.rows if _TOTAL.fullmatch(grid.label(row))]
    if len(totals) * len(grid.rows) * len(grid.columns) > MOST_LOOKED_AT:
        return
    for total in totals:
        sums = {column: _missing_below(grid, total, totals, column) for column in grid.columns}
        known = {column: difference for column, difference in sums.items() if difference is not None}
        fitting = [column for column, (difference, _, _) in known.items() if not difference]
        for column, (difference, figure, _) in known.items():
            is_near = len(known) == 1 and abs(difference) <= NEAR * abs(figure.value)
            if difference and (fitting or is_near):
                yield grid.pages[total], None, None, _row_message(grid, total, column, known[column])


def _missing_below(
    grid: Grid, total: int, totals: Sequence[int], column: int
) -> tuple[Decimal, Figure, Decimal] | None:
    """By how much a total differs in a column, the total, and the sum of what stands above it; None for no sum."""
    if _RATE.search(grid.header.get(column, "")):
        return None
    readings = [found for way in WAYS if (found := _reading(grid, total, totals, column, way)) is not None]
    return next((found for found in readings if not found[0]), readings[0] if readings else None)


def _reading(
    grid: Grid, total: int, totals: Sequence[int], column: int, way: figures.Way
) -> tuple[Decimal, Figure, Decimal] | None:
    figure = figures.parse(grid.cells.get((total, column), "x"), way)
    above = [row for row in grid.rows if row < total]
    before = [row for row in totals if row < total]
    since = [row for row in above if row > max(before, default=-1)]
    plain = [row for row in above if row not in before]
    choices = [since, plain, [row for row in since if not _PART.match(grid.label(row))], before, [*before, *since]]
    sums = []
    for rows in choices:
        addends = _addends(grid, rows, column, way)
        if figure is None or addends is None or len(addends) < 2:
            continue
        values = [one.value for one in addends]
        if min(values) < figure.value < max(values) or figure.value in values or _is_nested(values):
            return None
        sums.append((figures.missing(figure, addends, rounded=grid.rounded), figure, sum(values, Decimal())))
    return next((found for found in sums if not found[0]), sums[0] if sums else None)


def _addends(grid: Grid, rows: Sequence[int], column: int, way: figures.Way) -> list[Figure] | None:
    """The figures of a column; None when a cell holds something else. Rows without any figure are headings."""
    found = []
    for row in rows:
        text = grid.cells.get((row, column), "")
        if not text and all(
            figures.parse(grid.cells.get((row, c), ""), way) in (None, Figure(Decimal(0), 0)) for c in grid.columns
        ):
            continue
        figure = figures.parse(text, way)
        if figure is None:
            return None
        found.append(figure)
    return found


def _is_nested(values: Sequence[Decimal]) -> bool:
    """Whether a figure is itself the sum of those that follow it: a table with parts of parts."""
    for at, value in enumerate(values):
        running = Decimal()
        for count, part in enumerate(values[at + 1 : at + 30], 1):
            running += part
            if count > 1 and running == value and value:
                return True
    return False


def _row_message(grid: Grid, total: int, column: int, found: tuple[Decimal, Figure, Decimal]) -> str:
    difference, figure, added = found
    name = grid.header.get(column) or f"number {column + 1}"
    where = (
        f"the row {grid.label(total)!r} of table {grid.number} says {figures.shown(figure.value)} in column {name!r}"
    )
    sums = f"and the rows above it add up to {figures.shown(added)}"
    return f"Page {grid.pages[total]}: {where}, {sums}: {figures.differs(difference)}. Look at the page."


def _total_columns(grid: Grid) -> Iterator[Found]:
    """Rows whose last column, called total, is not the sum of the others, in a table where it mostly is."""
    last = grid.columns[-1] if grid.columns else 0
    if not _TOTAL.fullmatch(grid.header.get(last, "")):
        return
    others = [column for column in grid.columns[1:-1] if not _RATE.search(grid.header.get(column, ""))]
    for way in WAYS:
        found = {row: missing for row in grid.rows if (missing := _missing_across(grid, row, others, last, way))}
        fitting = sum(not difference for difference, _, _ in found.values())
        if len(found) > 2 and fitting >= FITTING_ROWS * len(found):
            for row, (difference, figure, added) in found.items():
                if difference:
                    words = (
                        f"Page {grid.pages[row]}: the row {grid.label(row)!r} of table {grid.number} says a total of "
                        f"{figures.shown(figure.value)}, and its cells add up to {figures.shown(added)}: "
                    )
                    yield grid.pages[row], None, None, f"{words}{figures.differs(difference)}. Look at the page."
            return


def _missing_across(
    grid: Grid, row: int, others: Sequence[int], last: int, way: figures.Way
) -> tuple[Decimal, Figure, Decimal] | None:
    figure = figures.parse(grid.cells.get((row, last), "x"), way)
    addends = [figures.parse(grid.cells.get((row, column), ""), way) for column in others]
    known = [one for one in addends if one is not None]
    if figure is None or len(known) < 2 or len(known) < len(addends):
        return None
    difference = figures.missing(figure, known, rounded=grid.rounded)
    return difference, figure, sum((one.value for one in known), Decimal())
