"""Tables of contents: which lines repeat headings with their page numbers instead of being them."""

import itertools
import re
from collections.abc import Sequence

from pipeline.layout import Line
from pipeline.numbering import DIVISIONS, parse_label

_TITLE = re.compile(
    r"(?i)\s*(?:\d{1,2}\.?\s+)?(?:table of contents?|contents?|content page|list of (?:tables|figures|annexes)"
    r"|index|sommaire|table des mati[eè]res|[ií]ndice|inhalt(?:sverzeichnis)?|目次|目录|目錄|차례|목차)\s*:?\s*"
)
_LEADER = re.compile(r"(?:[.·•…_]\s?){4,}\s{0,3}(?:\d{1,3}|[ivxl]{1,6})?\s*$|…{2,}\s{0,3}(?:\d{1,3})?\s*$")
_FEWEST_DOTS = 4
_PAGE = re.compile(r"(?:^|\s)(?:\d{1,3}|[ivxl]{1,6})\s*$")
_NUMBERS = re.compile(r"[\d\W_]+")


def find_contents(lines: Sequence[Line]) -> frozenset[int]:
    """The indexes of the lines that make up tables of contents, their titles among them."""
    leaders = [index for index, line in enumerate(lines) if _has_leader(line.text)]
    found = set()
    if len(leaders) > 1:
        found.update(leaders)
        found.update(_wrapped_entries(lines, leaders))
    said = [index for index, line in enumerate(lines) if line.role in ("body", "table")]
    titles = [index for index in said if _TITLE.fullmatch(lines[index].text)]
    texts = _places(lines) if titles else {}
    for index in titles:
        entries = _entries(lines, index + 1, found, texts)
        if entries:
            found.add(index)
            found.update(entries)
    return frozenset(found)


def _has_leader(text: str) -> bool:
    """Whether a text ends in the dots, with a page number or none, that lead across a page of contents."""
    return ("…" in text or sum(map(text.count, ".·•_")) >= _FEWEST_DOTS) and _LEADER.search(text) is not None


def _places(lines: Sequence[Line]) -> dict[str, int]:
    """The last line that says each text, letters only."""
    return {key: index for index, line in enumerate(lines) if (key := _letters(line.text))}


def _letters(text: str) -> str:
    return _NUMBERS.sub("", text).casefold()


def _wrapped_entries(lines: Sequence[Line], leaders: Sequence[int]) -> set[int]:
    """Lines between two entries that begin an entry that ends, with its page number, on the next line."""
    out: set[int] = set()
    for before, after in itertools.pairwise(leaders):
        if 1 < after - before <= 3 and lines[before].page == lines[after].page:
            out.update(range(before + 1, after))
    return out


def _is_label(text: str) -> bool:
    """Whether a text is a heading's number and nothing else: `Chapter 1` ends in no page number."""
    label = parse_label(text)
    return label is not None and label.word in DIVISIONS and label.end >= len(text.rstrip())


def _entries(lines: Sequence[Line], start: int, known: set[int], texts: dict[str, int]) -> set[int]:
    """The entries below the title of a table of contents: lines that end in a page number or are said again later."""
    out: list[int] = []
    misses: list[int] = []
    listed: set[str] = set()
    numbered = 0
    for index in range(start, min(len(lines), start + 200)):
        line = lines[index]
        key = _letters(line.text)
        if key and key in listed:
            break
        again = bool(key) and len(line.words) <= 16 and texts.get(key, index) > index + 1
        again = again and (not out or line.page == lines[out[-1]].page)
        paged = bool(_PAGE.search(line.text)) and len(line.text) < 160 and not _is_label(line.text)
        paged = paged and (bool(key) or line.page == lines[start - 1].page)
        if index in known or paged or again:
            if misses and len(out) == 0:
                break
            out += [*misses, index]
            listed.add(key)
            numbered += paged or again
            misses = []
        else:
            misses.append(index)
            if len(misses) > 1:
                break
    return set(out) if numbered >= 2 else set()
