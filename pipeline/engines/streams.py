"""Streams of a PDF that lost a part: what their own checksums say, and stretches of zeros where text should be.

A compressed stream ends with a checksum over what was packed (RFC 1950), so one flipped bit in it is certain to be
seen. Readers draw what they could unpack before the fault and say nothing. A block that a disk or a transfer lost comes
back as zeros; outside a stream that may hold any byte, nobody writes hundreds of them in a row.

The bytes are read as they stand, object by object, without the table of contents: that may be damaged too. Streams of
an encrypted file are not looked into.
"""

import base64
import bisect
import re
import zlib
from collections.abc import Iterator

from msgspec import Struct

_STREAM = re.compile(rb">>\s{0,8}stream\r?\n")
_LENGTH = re.compile(rb"/Length\s{1,4}(\d{1,12})(?!\s{1,4}\d{1,5}\s{1,4}R)")
_FILTER = re.compile(rb"/Filter\s{0,4}(?:(/[A-Za-z0-9]{1,20})|\[([^\]]{0,200})\])")
_PICTURE = re.compile(rb"/Subtype\s{0,4}/Image\b|/ImageMask\b")
_DRAWING = re.compile(rb"\b(?:BT|Tj|TJ|Tf|re|cm)\b")
_ENDS = re.compile(rb"\s{0,4}endstream")
_LONGEST_DICTIONARY = 4000
_ZEROS = re.compile(rb"\0{64,}")
_LOST_BLOCK = 1024
"""Zeros in a row that nothing but a lost block leaves outside streams; the palette of a picture holds up to 768."""
_MOST_UNPACKED = 64 << 20
"""Bytes unpacked for a check of one file, so that a file made to swell costs no more than others."""
_PIECE = 1 << 16


class _Stream(Struct, frozen=True):
    """Where the data of a stream begins, and what its dictionary says of it."""

    start: int
    length: int | None
    filters: tuple[bytes, ...]
    picture: bool


def is_damaged(data: bytes) -> bool:
    """Whether a stream was changed after it was packed, or a block of the file was lost."""
    streams = list(_streams(data))
    if _has_lost_block(data, streams):
        return True
    if b"/Encrypt" in data:
        return False
    left = _MOST_UNPACKED
    for stream in streams:
        if not stream.picture and left > 0:
            unpacked = _unpacked_size(data, stream, left)
            if unpacked is None:
                return True
            left -= unpacked
    return False


def _streams(data: bytes) -> Iterator[_Stream]:
    for found in _STREAM.finditer(data):
        begins = data.rfind(b" obj", max(found.start() - _LONGEST_DICTIONARY, 0), found.start())
        if begins >= 0:
            dictionary = data[begins : found.start()]
            length, filters = _LENGTH.search(dictionary), _FILTER.search(dictionary)
            yield _Stream(
                found.end(),
                int(length[1]) if length else None,
                tuple((filters[1] or filters[2]).replace(b"/", b" ").split()) if filters else (),
                bool(_PICTURE.search(dictionary)),
            )


def _has_lost_block(data: bytes, streams: list[_Stream]) -> bool:
    begins, ends = max(data.find(b"%PDF-"), 0), max(data.rfind(b"%%EOF"), 0)
    held = None
    for zeros in _ZEROS.finditer(data, begins, ends):
        if held is None:
            held = [(*extent, _is_text(data, stream)) for stream in streams if (extent := _extent(data, stream))]
        before = bisect.bisect_right(held, zeros.start(), key=lambda item: item[0]) - 1
        inside = before >= 0 and zeros.end() <= held[before][1]
        if held[before][2] if inside else len(zeros[0]) >= _LOST_BLOCK:
            return True
    return False


def _extent(data: bytes, stream: _Stream) -> tuple[int, int] | None:
    """Where a stream lies; None when it does not end where it should."""
    if stream.length is None:
        end = data.find(b"endstream", stream.start)
        return (stream.start, end) if end >= 0 else None
    end = stream.start + stream.length
    return (stream.start, end) if _ENDS.match(data, end) else None


def _is_text(data: bytes, stream: _Stream) -> bool:
    """Whether a stream is unpacked drawing instructions, not a picture, a font or a profile."""
    if stream.filters or stream.picture:
        return False
    return bool(_DRAWING.search(data, stream.start, stream.start + 2000))


def _unpacked_size(data: bytes, stream: _Stream, most: int) -> int | None:
    """How many bytes a stream unpacks to, `most` at most; 0 where it cannot be told, None where it is damaged."""
    if stream.filters == (b"FlateDecode",):
        return _inflated(data, stream.start, most)
    if stream.filters == (b"ASCII85Decode", b"FlateDecode"):
        end = data.find(b"~>", stream.start)
        try:
            return _inflated(base64.a85decode(data[stream.start : end]), 0, most) if end >= 0 else None
        except ValueError:
            return None
    return 0


def _inflated(data: bytes, start: int, most: int) -> int | None:
    unpacker = zlib.decompressobj()
    size = 0
    try:
        while not unpacker.eof and size < most:
            piece = unpacker.unconsumed_tail or data[start : start + _PIECE]
            if not piece:
                return None
            if not unpacker.unconsumed_tail:
                start += len(piece)
            size += len(unpacker.decompress(piece, _PIECE << 4))
    except zlib.error:
        return None
    return size
