"""How wide the columns of a document are."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import structs

from pipeline.layout.lines import Line
from pipeline.layout.runs import around
from pipeline.records import Bbox

_ALIKE = 20.0
"""Columns of different pages begin alike when their left sides differ by less than about this many points."""


_MANY = 12
"""Lines from which a band shows its right side by how far three of them reach."""


def with_sides(lines: Sequence[Line]) -> list[Line]:
    """Give each line the sides of its column as far as the document shows them.

    A page with few lines does not show how wide its column is; other pages with a column that begins alike do.
    """
    bands: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.role in ("body", "caption", "footnote"):
            bands[line.page, line.band].append(line)
    boxes = {key: _reach_of(members) for key, members in bands.items()}
    parted = _parted_bands(boxes)
    alike: dict[tuple[int, bool, int], list[Bbox]] = defaultdict(list)
    for key, box in boxes.items():
        alike[bands[key][0].column, key in parted, round(box[0] / _ALIKE)].append(box)
    sides: dict[tuple[int, int], tuple[float, float]] = {}
    for key, box in boxes.items():
        place = round(box[0] / _ALIKE)
        near = [o for step in (-1, 0, 1) for o in alike[bands[key][0].column, key in parted, place + step]]
        sides[key] = min(o[0] for o in near), max(o[2] for o in near)
    return [_between(line, sides.get((line.page, line.band))) for line in lines]


def _reach_of(lines: Sequence[Line]) -> Bbox:
    """The box around the lines of a band; one or two that jut out on the right, as titles above a column do, do not."""
    x0, top, x1, bottom = around([line.bbox for line in lines])
    if len(lines) >= _MANY:
        x1 = sorted([line.bbox[2] for line in lines])[-3]
    return x0, top, x1, bottom


def _between(line: Line, sides: tuple[float, float] | None) -> Line:
    return line if sides is None else structs.replace(line, column_left=sides[0], column_right=sides[1])


def _parted_bands(boxes: dict[tuple[int, int], Bbox]) -> set[tuple[int, int]]:
    """The bands that have another beside them."""
    by_page: dict[int, list[tuple[tuple[int, int], Bbox]]] = defaultdict(list)
    for key, box in boxes.items():
        by_page[key[0]].append((key, box))
    return {
        key
        for items in by_page.values()
        for key, box in items
        if any(other != key and box[1] < o[3] and o[1] < box[3] for other, o in items)
    }
