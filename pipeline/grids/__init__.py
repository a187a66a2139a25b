"""Tables on a page: which there are, their cells, and whether one goes on from the page before.

Two kinds are found, in this order of trust.

- *Ruled*: the lines and boxes drawn on the page cross each other in at least two rows and two columns of cells, found
  with pdfplumber's own geometry. The lines come with the page, whichever engine read it: nothing is parsed twice.
- *Borderless*: at least three rows in a row whose words stand in the same columns, with a clear gap between the columns
  over all rows. What looks like that but is running text is refused: columns of prose, lists with their labels, tables
  of contents. Two columns are only taken for a table when the second holds figures.

Lines that are wrapped in their cells are one row where a drawn line, a shade or white space shows where rows end.
Shades behind the text of a cell are no cells.

A chart is not a table: its grid holds hardly any words. Empty cells are left out; the numbers of the others show the
gap.
"""

from collections import defaultdict

from msgspec import structs

from pipeline.grids.borderless import Column, borderless_tables
from pipeline.grids.cells import holds
from pipeline.grids.ruled import MOST_RULINGS, ruled_cells, table_of, without_shades
from pipeline.records import Bbox, Page, Table

_EDGE_TOLERANCE = 4.0
_PAGE_EDGE = 0.25


def find_tables(page: Page) -> tuple[Table, ...]:
    """The tables of a page, from top to bottom."""
    rulings = without_shades(page.rulings) if len(page.rulings) <= MOST_RULINGS else []
    ruled = [table for cells in ruled_cells(rulings) if (table := table_of(cells, page.words)) is not None]
    free = [word for word in page.words if not any(holds(table.bbox, word) for table in ruled)]
    return tuple(sorted((*ruled, *borderless_tables(free, rulings)), key=lambda table: (table.bbox[1], table.bbox[0])))


def continued(before: Page, page: Page) -> Page:
    """The page, with its first table marked where it goes on from the last table of the page before.

    It does when it begins in the uppermost quarter of the page, the other ends in the lowest, nothing but a header or
    footer stands between them, and both have the same columns.
    """
    if not before.tables or not page.tables or page.page_number != before.page_number + 1:
        return page
    last, first = before.tables[-1], page.tables[0]
    if first.bbox[1] > _PAGE_EDGE * page.height or last.bbox[3] < (1 - _PAGE_EDGE) * before.height:
        return page
    if not _same_columns(last, first):
        return page
    return structs.replace(page, tables=(structs.replace(first, continues=True), *page.tables[1:]))


def _same_columns(one: Table, two: Table) -> bool:
    """Whether two tables have as many columns, each begins or ends at the same place, and drawn ones are as wide."""
    ones, twos = _column_sides(one), _column_sides(two)
    if _is_drawn(one) and _is_drawn(two) and abs(one.bbox[2] - two.bbox[2]) > _EDGE_TOLERANCE:
        return False
    return ones.keys() == twos.keys() and all(
        min(abs(ones[at][side] - twos[at][side]) for side in (0, 1)) <= _EDGE_TOLERANCE for at in ones
    )


def _is_drawn(table: Table) -> bool:
    """Whether cells are as wide as the lines drawn around them: those of one column are as wide as each other."""
    places: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for cell in table.cells:
        places[cell.column].add((round(cell.bbox[0]), round(cell.bbox[2])))
    return sum(map(len, places.values())) < 2 * len(places)


def _column_sides(table: Table) -> dict[int, Column]:
    """Where each column begins and ends, by the cells that are no wider than the column."""
    boxes: defaultdict[int, list[Bbox]] = defaultdict(list)
    for cell in table.cells:
        boxes[cell.column].append(cell.bbox)
    starts = {at: min(box[0] for box in held) for at, held in boxes.items()}
    sides = {}
    for at, held in boxes.items():
        following = starts.get(at + 1)
        own = [box[2] for box in held if following is None or box[2] <= following + _EDGE_TOLERANCE]
        sides[at] = starts[at], max(own or [box[2] for box in held])
    return sides
