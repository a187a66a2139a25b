"""What the bytes of a PDF say about the file before and after an engine has read it.

Engines repair damaged files in silence, and what they cannot repair is lost in silence; and they believe a file that
says how many objects it has. Both are seen here, in the plain parts that every PDF has, whatever else is compressed.
"""

import re

from pipeline.engines import streams

HEADER = b"%PDF-"
HEADER_WITHIN = 1024
"""Readers accept this many bytes of other matter before the header."""

_MOST_OBJECTS = 1_000_000
_PAGE_OBJECT = re.compile(rb"(\d{1,10}) \d{1,5} obj\s{0,8}<<[^\0]{0,400}?/Type\s{0,4}/Page(?![A-Za-z])")
_START_OF_XREF = re.compile(rb"startxref\s{1,8}(\d{1,10})\s")
_XREF = re.compile(rb"\s{0,8}(?:xref|\d{1,10} \d{1,5} obj)")
_DECLARED = re.compile(
    rb"/(?:Index\s{0,4}\[|Size)\s{0,4}(\d{1,10}(?:\s{1,4}\d{1,10}){0,32})|xref\s{1,4}\d{1,10} (\d{1,10})\s"
)


def has_header(data: bytes) -> bool:
    """Whether the file says that it is a PDF."""
    return HEADER in data[: HEADER_WITHIN + len(HEADER)]


def sign_of_loss(data: bytes, page_count: int) -> str | None:
    """What says that a part of the file is missing, as a clause about it; None when nothing does.

    A page that nothing leads to is no such sign in a file that is otherwise whole: it was deleted.
    """
    ending = data.rfind(b"%%EOF")
    if ending < 0 or b" obj" in data[ending:]:
        return "its end is missing"
    if streams.is_damaged(data):
        return "a part of it was changed or lost after it was written"
    if _is_whole(data):
        return None
    pages = len({found[1] for found in _PAGE_OBJECT.finditer(data)})
    if pages > page_count:
        return f"it holds {pages} pages, of which {page_count} can be reached"
    return None


def _is_whole(data: bytes) -> bool:
    """Whether the last pointer to a table of contents leads to one, so that the file needs no repair."""
    pointers = _START_OF_XREF.findall(data, max(data.rfind(b"startxref"), 0))
    begins = max(data.find(HEADER, 0, 2 * HEADER_WITHIN), 0)
    return bool(pointers) and any(_XREF.match(data, int(pointers[-1]) + shift) for shift in {0, begins})


def declares_too_much(data: bytes) -> bool:
    """Whether the file says it has more objects than its bytes can hold, which would keep pdfminer busy for hours."""
    most = max(_MOST_OBJECTS, len(data))
    return any(int(number) > most for found in _DECLARED.finditer(data) for number in (found[1] or found[2]).split())
