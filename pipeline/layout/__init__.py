"""Pages of words to lines in reading order, each with the part it plays on its page.

Decided from geometry, in this order of trust: tables and frames found on the page, gutters between columns, then the
baseline. The engine's own lines are only a hint: it may cut one visual line in two or join lines of two columns.
A number that hangs far left of its title on one baseline makes one line with it, number first.

Roles are decided for the whole document at once: what returns at one height on many pages is a header or footer.
"""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from pipeline.layout.columns import regions_of
from pipeline.layout.lines import Line, Role, is_even, is_glued, line_of, spelled
from pipeline.layout.margins import with_margins
from pipeline.layout.notes import with_captions, with_footnotes
from pipeline.layout.rows import labels_first, rows_of
from pipeline.layout.runs import around
from pipeline.layout.sides import with_sides
from pipeline.records import Page

__all__ = ["Layout", "Line", "Role", "around", "is_even", "is_glued", "lay_out", "spelled"]


class Layout(Struct, frozen=True):
    """All lines of a document in reading order."""

    lines: tuple[Line, ...]
    body_size: float


def lay_out(pages: Sequence[Page]) -> Layout:
    """Put the words of all pages into lines, in reading order, and say what part each line plays."""
    lines: list[Line] = []
    for page in pages:
        lines += _lines_of(page)
    body_size = _body_size(lines)
    lines = with_margins(lines, pages, body_size)
    lines = with_footnotes(lines, pages, body_size)
    return Layout(tuple(with_sides(with_captions(lines))), body_size)


def _body_size(lines: Sequence[Line]) -> float:
    """The size most characters are set in, to half a point; 10 when there are none."""
    exact: dict[float, int] = defaultdict(int)
    for line in lines:
        if line.is_even:
            exact[line.size] += len(line.text) - len(line.words) + 1
        else:
            for word in line.words:
                exact[word.size] += len(word.text)
    sizes: dict[float, int] = defaultdict(int)
    for size, characters in exact.items():
        sizes[round(size * 2) / 2] += characters
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 10.0


def _lines_of(page: Page) -> list[Line]:
    lines: list[Line] = []
    for band, region in enumerate(regions_of(page)):
        left = min([run.bbox[0] for run in region.runs])
        right = max([run.bbox[2] for run in region.runs])
        bottom: float | None = None
        for row in labels_first(rows_of(region.runs)):
            line = line_of(row, page.page_number, len(lines), region, band, (left, right), bottom)
            bottom = line.bbox[3]
            lines.append(line)
    return lines
