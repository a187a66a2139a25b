"""Pages that lay askew on the scanner: from places on the page turned upright back to places on the page.

The words of such a page are kept where they stand when its lines are level, since lines, columns and tables are found
there. Whatever says where something is on the page itself, for a person to look at, is turned back first.
"""

import math
from collections.abc import Mapping

from msgspec import structs

from pipeline.records import Bbox, Page, Passage, Piece, Report, Section


def turned(x: float, y: float, angle: float, width: float, height: float) -> tuple[float, float]:
    """Where a point comes to lie when a page of that size is turned clockwise around its middle, by degrees."""
    turn = math.radians(angle)
    right, down = x - width / 2, y - height / 2
    return (
        width / 2 + right * math.cos(turn) - down * math.sin(turn),
        height / 2 + right * math.sin(turn) + down * math.cos(turn),
    )


def box_on_page(bbox: Bbox, page: Page) -> Bbox:
    """The level box on the page around a box on the page turned upright."""
    if not page.skew:
        return bbox
    x0, top, x1, bottom = bbox
    corners = [turned(x, y, page.skew, page.width, page.height) for x in (x0, x1) for y in (top, bottom)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def report_on_pages(report: Report, askew: Mapping[int, Page]) -> Report:
    """A report with the places of its texts on its pages; `askew` holds the pages that lie so, by number."""
    if not any(report.page_first <= number <= report.page_last for number in askew):
        return report
    return structs.replace(report, sections=tuple(_section(section, askew) for section in report.sections))


def _section(section: Section, askew: Mapping[int, Page]) -> Section:
    return structs.replace(section, title=_passage(section.title, askew), text=_passage(section.text, askew))


def _passage(passage: Passage, askew: Mapping[int, Page]) -> Passage:
    pieces = tuple(_piece(piece, askew[piece.page]) if piece.page in askew else piece for piece in passage.pieces)
    return structs.replace(passage, pieces=pieces)


def _piece(piece: Piece, page: Page) -> Piece:
    bbox = box_on_page(piece.bbox, page)
    if piece.edges is None:
        return structs.replace(piece, bbox=bbox)
    middle = (piece.bbox[1] + piece.bbox[3]) / 2
    edges = tuple(turned(edge, middle, page.skew, page.width, page.height)[0] for edge in piece.edges)
    return structs.replace(piece, bbox=bbox, edges=edges)
