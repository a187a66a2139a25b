"""Where a part of a text is on its pages."""

from bisect import bisect_right
from operator import attrgetter

from pipeline.records import Bbox, Box, Passage, Piece

_END = attrgetter("end")


def boxes(passage: Passage, start: int, end: int) -> tuple[Box, ...]:
    """Where `passage.text[start:end]` is on the page: one box for each line it touches."""
    found: list[tuple[tuple[int, int], Bbox]] = []
    for index in range(bisect_right(passage.pieces, start, key=_END), len(passage.pieces)):
        piece = passage.pieces[index]
        if piece.start >= end:
            break
        bbox = _part(piece, max(start, piece.start) - piece.start, min(end, piece.end) - piece.start)
        if found and found[-1][0] == (piece.page, piece.line):
            found[-1] = (found[-1][0], _around(found[-1][1], bbox))
        else:
            found.append(((piece.page, piece.line), bbox))
    return tuple(Box(page, bbox) for (page, _), bbox in found)


def _part(piece: Piece, start: int, end: int) -> Bbox:
    length = piece.end - piece.start
    if start == 0 and end == length:
        return piece.bbox
    x0, top, x1, bottom = piece.bbox
    if piece.edges is not None:
        return min(piece.edges[start], piece.edges[end]), top, max(piece.edges[start], piece.edges[end]), bottom
    each = (x1 - x0) / length
    return x0 + each * start, top, x0 + each * end, bottom


def _around(one: Bbox, other: Bbox) -> Bbox:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
