"""Page headers and footers whose words do not return: those of one-page files, and those that name the chapter.

Such a line lies in the outermost part of its page and white space parts it from the text. It says what only headers and
footers say (the number of its page, how to reach whoever wrote it, or again, in small type, a line of the text), or it
is set in small type where other pages have such a line, too.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from pipeline.layout.lines import Line, Role
from pipeline.records import Page

_OUTERMOST = 0.1
_CLEAR_SPACE = 1.5
"""White space between the text and its header or footer, in ems."""
_SMALL, _LARGE = 0.93, 1.05
"""The part of the running text's size below which type is small, and that above which it is large."""
_SAME_DEPTH = 2.0
_MOST_PAGES = 0.5
_MOST_LINES = 3
_CONTACT = re.compile(
    r"(?i)@|\bwww\.|\bhttps?:|^tel\b|\btel(?:ephone)?\s?[.:]|\bphone\s?:|\bfax\b|\bp\.?\s?o\.?\s?box\b"
    r"|\b(?:charity|company|registration|reg\.?) (?:no|number)\b"
)
_LONG = 8
"""Letters from which a part of a running title tells what it repeats."""
_BETWEEN_PARTS = re.compile(r"\s[|/·•–—-]\s")
_MARKED = re.compile(r"[*†‡¹²³⁴⁵⁶⁷⁸⁹⁰]|[(\[]?\d{1,2}[)\].]?\s(?=\w)|(?i:sources?|notes?)\b")
"""How notes begin."""


def stray_margin(
    lines: Sequence[Line], page: Page, role: Role, body_size: float, first: Sequence[Line] = ()
) -> list[Line]:
    """The lines of a page (all that it has) that are its header or its footer by what they say and where they stand.

    `first` are the lines of the document's first page, whose title a running title says again.
    """
    outermost = _outermost(lines, page, role, body_size)
    if not outermost or any(line.role not in ("body", "side") or line.size > _LARGE * body_size for line in outermost):
        return []
    if any(_MARKED.match(line.text) for line in outermost):
        return []
    if any(_has_number(line.text, page.page_number) for line in outermost):
        return outermost
    if any(line.size > _SMALL * body_size for line in outermost):
        return []
    if role == "footer" and any(_CONTACT.search(line.text) for line in outermost):
        return outermost
    largest = max(line.size for line in outermost)
    inner = {_plain(line.text) for line in lines if line not in outermost and line.size > largest}
    if all(any(text.startswith(_plain(o.text)) for text in inner) for o in outermost):
        return outermost
    titles = inner | {_plain(line.text) for line in first if line.page != page.page_number and line.size > largest}
    parts = {_plain(part) for line in outermost for part in _said(line)}
    return outermost if role == "header" and any(part in titles for part in parts if len(part) >= _LONG) else []


def small_heads(by_page: Sequence[tuple[Page, Sequence[Line]]], body_size: float) -> list[Line]:
    """The first lines of pages that are their headers by how they are set: headers that name the chapter.

    They are small, white space parts them from the text, and on several pages they stand at one depth.
    """
    firsts: dict[float, list[Line]] = defaultdict(list)
    for page, lines in by_page:
        outermost = _outermost(lines, page, "header", body_size)
        if len(outermost) == 1 and outermost[0].size <= _SMALL * body_size:
            firsts[outermost[0].size].append(outermost[0])
    found: list[Line] = []
    for heads in firsts.values():
        depth = median(head.bbox[1] for head in heads)
        level = [head for head in heads if abs(head.bbox[1] - depth) < _SAME_DEPTH]
        if len(level) >= max(2, _MOST_PAGES * len(by_page)):
            found += [head for head in level if head.role in ("body", "side")]
    return found


def _outermost(lines: Sequence[Line], page: Page, role: Role, body_size: float) -> list[Line]:
    """The lines at the top or bottom of a page, when white space parts them from the others."""
    if role == "header":
        zone = sorted(
            [line for line in lines if line.bbox[3] < _OUTERMOST * page.height], key=lambda line: line.bbox[1]
        )
    else:
        lowest = (1 - _OUTERMOST) * page.height
        zone = sorted([line for line in lines if line.bbox[1] > lowest], key=lambda line: -line.bbox[3])
    for count in range(1, min(len(zone), _MOST_LINES) + 1):
        outer = zone[:count]
        inner = zone[count:] or [line for line in lines if line not in outer]
        if not inner:
            return []
        if role == "header":
            space = min([line.bbox[1] for line in inner]) - max([line.bbox[3] for line in outer])
        else:
            space = min([line.bbox[1] for line in outer]) - max([line.bbox[3] for line in inner])
        if space >= _CLEAR_SPACE * max(body_size, outer[-1].size):
            return outer
    return []


def _has_number(text: str, number: int) -> bool:
    """Whether a text ends or begins with the number of its page, as headers and footers do."""
    page = rf"(?:page\s{{0,2}}|p\.\s?)?{number}(?:\s?(?:of|/)\s?\d{{1,4}})?"
    return re.search(rf"(?i)(?:^|[\s|·•–—-]){page}\W{{0,3}}$|^\W{{0,3}}{page}\s{{0,3}}[|·•–—]", text) is not None


def _said(line: Line) -> list[str]:
    """What a running title says, part by part: between bars, dashes and wide spaces."""
    wide = [i for i in range(1, len(line.words)) if line.words[i].bbox[0] - line.words[i - 1].bbox[2] > 2.5 * line.size]
    bounds = itertools.pairwise([0, *wide, len(line.words)])
    texts = (" ".join([word.text for word in line.words[a:b]]) for a, b in bounds)
    return [part for text in texts for part in _BETWEEN_PARTS.split(text)]


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
