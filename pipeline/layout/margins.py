"""Headers, footers and page numbers: what returns at one depth of many pages, and what has the form of a number."""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from msgspec import structs

from pipeline.layout.edges import small_heads, stray_margin
from pipeline.layout.lines import Line, Role
from pipeline.records import Page

_EDGE_LINES = 6
_SAME_DEPTH = 6.0
_LARGE = 1.2
_ENOUGH_PAGES = 0.3
_LONG_RUN = 3
"""A line returns when it is on enough of all pages, or on some that follow each other: one report's own header."""
_MARGIN_DEPTH = 0.2
_MARGINS: tuple[Role, Role] = ("header", "footer")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"""(?ix) \W{0,3} (?: (?:page|seite|página|pagina|p\.?) [\s|:]{0,3} )? (?: \d{1,4} | [ivxl]{1,7} )
        (?: \s{0,3} (?: of | sur | von | de | di | / | \| ) \s{0,3} \d{1,4} )?
        (?: \s? \| \s? (?: page | p \s a \s g \s e ) )? \W{0,3} """
)


def with_margins(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
    """Mark what returns at the top or bottom of pages, and page numbers."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.role in ("body", "side", "table"):
            by_page[line.page].append(index)
    heights = {page.page_number: page.height for page in pages}
    marked = list(lines)
    for role in _MARGINS:
        at_edge = {page: _edge(lines, indexes, role, heights[page]) for page, indexes in by_page.items()}
        depths = {
            index: lines[index].bbox[1] if role == "header" else heights[page] - lines[index].bbox[3]
            for page, indexes in at_edge.items()
            for index in indexes
        }
        returning = _returning(lines, at_edge, depths, len(pages), body_size)
        for page, indexes in at_edge.items():
            for index, found in _margin(lines, indexes, role, heights[page], returning).items():
                marked[index] = structs.replace(lines[index], role=found)
    return _with_strays(marked, pages, body_size)


def _margin(
    lines: Sequence[Line], indexes: Sequence[int], role: Role, height: float, returning: set[int]
) -> dict[int, Role]:
    """The roles of the lines of one page's header or footer, read from the outermost line inward, up to the text.

    What returns beside the first line of the text still counts: headers do stand beside titles on slides.
    """
    found: dict[int, Role] = {}
    text: Line | None = None
    for index in indexes:
        line = lines[index]
        if text is not None and not (index in returning and text.bbox[1] < sum(line.bbox[1::2]) / 2 < text.bbox[3]):
            break
        if line.role == "table":
            text = text if index in returning else line
        elif _is_page_number(line, height, index in returning):
            found[index] = "page_number"
        elif index in returning:
            found[index] = role
        else:
            text = line
    return found


def _with_strays(lines: list[Line], pages: Sequence[Page], body_size: float) -> list[Line]:
    """Mark headers and footers whose words do not return, on pages that have no other."""
    on: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        on[line.page].append(line)
    by_page = [(page, on[page.page_number]) for page in pages]
    stray: dict[int, Role] = {id(line): "header" for line in small_heads(by_page, body_size)}
    for page, here in by_page:
        for role in _MARGINS:
            if not any(_is_at_edge(line, role, page.height) for line in here):
                stray |= {id(line): role for line in stray_margin(here, page, role, body_size, by_page[0][1])}
    return [structs.replace(line, role=stray[id(line)]) if id(line) in stray else line for line in lines]


def _is_at_edge(line: Line, role: Role, height: float) -> bool:
    """Whether a line is a header, a footer or a page number at the top (or bottom) of its page."""
    return line.role == role or (line.role == "page_number" and (line.bbox[1] < height / 2) == (role == "header"))


def _edge(lines: Sequence[Line], indexes: Sequence[int], role: Role, height: float) -> list[int]:
    """The lines nearest the top (or bottom) of a page, outermost first."""
    if role == "header":
        near = [index for index in indexes if lines[index].bbox[3] < _MARGIN_DEPTH * height]
        return sorted(near, key=lambda index: (lines[index].bbox[1], lines[index].bbox[0]))[:_EDGE_LINES]
    near = [index for index in indexes if lines[index].bbox[1] > (1 - _MARGIN_DEPTH) * height]
    return sorted(near, key=lambda index: (-lines[index].bbox[3], lines[index].bbox[0]))[:_EDGE_LINES]


def _returning(
    lines: Sequence[Line],
    at_edge: dict[int, list[int]],
    depths: dict[int, float],
    page_count: int,
    body_size: float,
) -> set[int]:
    """The lines at the edges of pages whose text, page numbers aside, returns at one depth on enough pages.

    A title that every report of a compilation has does not count: pages between begin with text at its depth.
    """
    seen: dict[str, list[int]] = defaultdict(list)
    for page, indexes in at_edge.items():
        for index in indexes:
            for text in _page_free(lines[index].text, page) | _parts(lines[index]):
                seen[text].append(index)
    levels = [level for indexes in seen.values() if len(indexes) > 1 for level in _levels(indexes, depths)]
    frequent = [level for level in levels if _is_frequent({lines[index].page for index in level}, page_count)]
    candidates = {index for level in frequent for index in level}
    rivals = [(page, depths[found[0]]) for page, found in at_edge.items() if found and found[0] not in candidates]
    returning: set[int] = set()
    for level in frequent:
        on = {lines[index].page for index in level}
        depth = median(depths[index] for index in level)
        taken = sum(abs(other - depth) <= _SAME_DEPTH for page, other in rivals if page not in on)
        large = max(lines[index].size for index in level) > _LARGE * body_size
        if taken <= 0.25 * len(on) and not (large and len(on) < max(3, 0.8 * page_count)):
            returning.update(level)
    return returning


def _is_frequent(on: set[int], page_count: int) -> bool:
    """Whether a line is on enough pages that follow each other to be a header."""
    run = _longest_run(sorted(on))
    return run >= _LONG_RUN or (run >= 2 and len(on) >= _ENOUGH_PAGES * page_count)


def _longest_run(pages: Sequence[int]) -> int:
    """How many pages follow each other at most, where every second one counts, as in a book."""
    longest = run = 1
    for before, page in itertools.pairwise(pages):
        run = run + 1 if page - before <= 2 else 1
        longest = max(longest, run)
    return longest


def _levels(indexes: Sequence[int], depths: dict[int, float]) -> list[list[int]]:
    """Lines that stand equally deep in their pages, together."""
    levels: list[list[int]] = []
    for index in sorted(indexes, key=lambda i: depths[i]):
        if levels and depths[index] - depths[levels[-1][-1]] <= _SAME_DEPTH:
            levels[-1].append(index)
        else:
            levels.append([index])
    return levels


def _page_free(text: str, page: int) -> set[str]:
    """The text without white space, and that with one of its numbers written as its distance from the page number."""
    text = "".join(text.casefold().split())
    numbers = [found for found in _NUMBER.finditer(text) if len(found.group()) < 6][:4]
    free = {f"{text[: n.start()]}\0{int(n.group()) - page}\0{text[n.end() :]}" for n in numbers}
    return {text, *free}


def _parts(line: Line) -> set[str]:
    """What stands far from the rest of a line: headers that name the chapter say something else beside it."""
    words = line.words
    reach = _FAR * line.size
    cuts = [i for i in range(1, len(words)) if words[i].bbox[0] - words[i - 1].bbox[2] > reach]
    if not cuts:
        return set()
    parts = ("".join([word.text for word in words[a:b]]) for a, b in itertools.pairwise([0, *cuts, len(words)]))
    return {f"\0{part.casefold()}" for part in parts if sum(map(str.isalpha, part)) >= _FEWEST_LETTERS}


_FAR = 2.5
"""White space that parts what a header says, in ems."""
_FEWEST_LETTERS = 5


def _is_page_number(line: Line, height: float, returns: bool) -> bool:
    near = returns or line.bbox[3] < 0.1 * height or line.bbox[1] > 0.9 * height
    return near and bool(_PAGE_NUMBER.fullmatch(line.text.strip()))
