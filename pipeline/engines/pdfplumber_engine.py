"""Words, lines and boxes read off a PDF by pdfplumber: the reference that the fast engine is checked against.

The words are pdfplumber's own, with two differences: a space is a gap of at least 0.15 of the font's size rather than
3 points, so that small and tightly set text keeps its spaces; and a word is cut where raised or lowered small
characters begin or end, as in `pipeline.engines.pdfium`. Characters drawn twice to look bold count once. Coordinates
are moved from the media box to the crop box, which is what a reader sees.
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber

from pipeline.engines import fonts
from pipeline.engines.rulings import is_ruling
from pipeline.records import Bbox, Page, Word

_MOST_CHARACTERS = 12_000
_SPACE = 0.15
_SAME_LINE = 0.5
_RAISED_SIZE = 0.85
_RAISED_SHIFT = 0.12


def open_document(data: bytes, password: str | None = None) -> Any:
    """Open a PDF.

    Raises:
        Exception: whatever pdfminer raises for a file that it cannot open.
    """
    return pdfplumber.open(io.BytesIO(data), password=password)


def iter_pages(data: bytes, password: str | None = None) -> Iterator[Page]:
    """Read the pages of a PDF one by one; only one is held at a time.

    Raises:
        Exception: whatever pdfminer raises for a file or page that it cannot read.
    """
    with open_document(data, password) as document:
        for page_number in range(1, len(document.pages) + 1):
            yield read_page(document, page_number)


def read_page(document: Any, page_number: int) -> Page:
    """Read one page, counted from 1.

    Raises:
        Exception: whatever pdfminer raises for a page that it cannot read.
    """
    page = document.pages[page_number - 1]
    try:
        shown = _shown(page)
        found = _once(page).extract_words(x_tolerance_ratio=_SPACE, return_chars=True)
        words = tuple(_words(found, page_number, shown))
        width, height = shown[2] - shown[0], shown[3] - shown[1]
        moved = [
            _moved((item["x0"], item["top"], item["x1"], item["bottom"]), shown) for item in (*page.lines, *page.rects)
        ]
        return Page(
            page_number=page_number,
            width=width,
            height=height,
            rotation=page.rotation,
            text_source="text_layer" if words else "none",
            words=words,
            rulings=tuple(box for box in moved if is_ruling(box, width, height)),
        )
    finally:
        page.close()


def read_characters(document: Any, page_number: int) -> list[tuple[str, Bbox]]:
    """The characters of one page, counted from 1, each with its box on the page as shown.

    Raises:
        Exception: whatever pdfminer raises for a page that it cannot read.
    """
    page = document.pages[page_number - 1]
    try:
        shown = _shown(page)
        return [
            (char["text"], _moved((char["x0"], char["top"], char["x1"], char["bottom"]), shown))
            for char in _once(page).chars
        ]
    finally:
        page.close()


def _once(page: Any) -> Any:
    """The page with characters drawn twice counted once; not where so many stand on it that this would take minutes."""
    return page if len(page.chars) > _MOST_CHARACTERS else page.dedupe_chars()


def _shown(page: Any) -> Bbox:
    """The part of the media box that a reader sees."""
    crop, media = page.cropbox, page.mediabox
    x0, top, x1, bottom = max(crop[0], media[0]), max(crop[1], media[1]), min(crop[2], media[2]), min(crop[3], media[3])
    return (x0, top, x1, bottom) if x0 < x1 and top < bottom else tuple(media)


def _moved(box: Bbox, shown: Bbox) -> Bbox:
    return box[0] - shown[0], box[1] - shown[1], box[2] - shown[0], box[3] - shown[1]


def _words(found: Sequence[dict[str, Any]], page_number: int, shown: Bbox) -> Iterator[Word]:
    """The words of a page with the numbers of their lines."""
    line = 0
    before: Bbox | None = None
    for item in found:
        box = (item["x0"], item["top"], item["x1"], item["bottom"])
        if before is not None and not _on_one_line(before, box):
            line += 1
        before = box
        for chars in _uncut(item["chars"]) if item["upright"] else [item["chars"]]:
            if any(char["text"] for char in chars):  # glyphs may be mapped to no text at all
                yield _word(chars, item["upright"], line, page_number, shown)


def _on_one_line(before: Bbox, box: Bbox) -> bool:
    shared = min(before[3], box[3]) - max(before[1], box[1])
    return box[0] >= before[0] and shared >= _SAME_LINE * min(before[3] - before[1], box[3] - box[1])


def _uncut(chars: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Cut the characters of a word where the size or the baseline changes."""
    runs = [[chars[0]]]
    for before, char in itertools.pairwise(chars):
        large, small = max(before["size"], char["size"]), min(before["size"], char["size"])
        shift = abs(before["bottom"] - char["bottom"])
        if (small < _RAISED_SIZE * large and shift > 0.02 * large) or shift > _RAISED_SHIFT * large:
            runs.append([])
        runs[-1].append(char)
    return runs


def _word(chars: Sequence[dict[str, Any]], upright: bool, line: int, page_number: int, shown: Bbox) -> Word:
    text = "".join(_printable(char["text"]) for char in chars)
    x0, x1 = min(char["x0"] for char in chars), max(char["x1"] for char in chars)
    bbox = _moved((x0, min(char["top"] for char in chars), x1, max(char["bottom"] for char in chars)), shown)
    edges: tuple[float, ...] | None = None
    if upright and len(text) == len(chars) > 1 and not text.isalpha():
        edges = (*(char["x0"] - shown[0] for char in chars), bbox[2])
    font = fonts.plain_name(str(chars[0]["fontname"]))
    size = round(float(chars[0]["size"]), 3)
    return Word(text, bbox, font, size, fonts.is_bold(font), fonts.is_italic(font), line, page_number, edges)


def _printable(text: str) -> str:
    """The text of one character; U+FFFD where it stands for nothing."""
    if text.startswith("(cid:"):
        return "\ufffd"
    return "".join("\ufffd" if c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" else c for c in text)
