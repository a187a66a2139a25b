"""Streams of a PDF that lost a part: what their own checksums say, and stretches of zeros where text should be.

A compressed stream ends with a checksum over what was packed (RFC 1950), so one flipped bit in it is certain to be
seen. Readers draw what they could unpack before the fault and say nothing. A block that a disk or a transfer lost comes
back as zeros; outside a stream that may hold any byte, nobody writes hundreds of them in a row. And drawing
instructions that were not packed hold words that are none where a byte of them was changed, except inside text.

The bytes are read as they stand, object by object, without the table of contents: that may be damaged too. Streams of
an encrypted file are not looked into.
"""

import base64
import bisect
import itertools
import re
import struct
import zlib
from collections.abc import Iterator

from msgspec import Struct

_STREAM = re.compile(rb">>\s{0,8}stream\r?\n")
_LENGTH = re.compile(rb"/Length\s{1,4}(\d{1,12})(?!\s{1,4}\d{1,5}\s{1,4}R)")
_FILTER = re.compile(rb"/Filter\s{0,4}(?:(/[A-Za-z0-9]{1,20})|\[([^\]]{0,200})\])")
_PICTURE = re.compile(rb"/Subtype\s{0,4}/Image\b|/ImageMask\b")
_DRAWING = re.compile(rb"\b(?:BT|Tj|TJ|Tf|re|cm)\b")
_MOST_DRAWING = 4 << 20
_SETS_TEXT = re.compile(rb"\bBT\b[\0-\xff]{1,400}?\bTf\b")
_UNSURE = re.compile(rb"\b(?:BX|ID)\b")
"""A drawing that allows for words unknown to it, or holds a picture."""
_PLAIN = rb"[^()\\]|\\[\0-\xff]"
_NESTED = rb"%b|\((?>(?:%b|\((?>(?:%b)*)\))*)\)" % (_PLAIN, _PLAIN, _PLAIN)
_NO_WORD = re.compile(rb"\((?>(?:%b)*)(?:\)|\Z)|<[0-9A-Fa-f\s]*+>|/[^\s/()<>\[\]]*+|%%[^\r\n]*+" % _NESTED)
"""Strings, with brackets in brackets to the third depth, names and comments; a string without end reaches to it."""
_WORD = re.compile(rb"[^\s\d\[\]<>+.-][^\s\[\]<>]*")
_INSTRUCTIONS = frozenset(
    (
        b"b B b* B* BDC BMC BT c cm CS cs d d0 d1 Do DP EMC ET f F f* G g gs h i j J K k l m M MP n q Q re RG rg ri "
        b"s S sc scn SC SCN sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \" true false null"
    ).split()
)
"""PDF 32000-1, annex A, without those of inline pictures."""
_BASE_85 = bytes(range(ord("!"), ord("u") + 1))
_SPACES = b" \t\n\r\v"
_PLACES = bytes(max(code - ord("!"), 0) for code in range(256))
_ENDS = re.compile(rb"\s{0,4}endstream")
_LONGEST_DICTIONARY = 4000
_ZEROS = re.compile(rb"\0{64,}")
_LOST_BLOCK = 1024
"""Zeros in a row that nothing but a lost block leaves outside streams; the palette of a picture holds up to 768."""
_MOST_UNPACKED = 64 << 20
"""Bytes unpacked for a check of one file, so that a file made to swell costs no more than others."""
_PIECE = 1 << 16


class _Stream(Struct, frozen=True):
    """Where the data of a stream begins, where the next stream does, and what its dictionary says of it."""

    start: int
    until: int
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
            size = _unpacked_size(data, stream, left) if stream.filters else _drawn_size(data, stream)
            if size is None:
                return True
            left -= size
    return False


def _streams(data: bytes) -> Iterator[_Stream]:
    for found, following in itertools.pairwise([*_STREAM.finditer(data), None]):
        assert found is not None
        begins = data.rfind(b" obj", max(found.start() - _LONGEST_DICTIONARY, 0), found.start())
        if begins >= 0:
            dictionary = data[begins : found.start()]
            length, filters = _LENGTH.search(dictionary), _FILTER.search(dictionary)
            yield _Stream(
                found.end(),
                following.start() if following else len(data),
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


def _drawn_size(data: bytes, stream: _Stream) -> int | None:
    """How many bytes of instructions that set text a stream has; None where one of their words is no instruction."""
    extent = _extent(data, stream)
    if extent is None or extent[1] - extent[0] > _MOST_DRAWING or not _is_text(data, stream):
        return 0
    drawing = data[slice(*extent)]
    if _SETS_TEXT.search(drawing) and not _UNSURE.search(drawing):
        return len(drawing) if _INSTRUCTIONS.issuperset(_WORD.findall(_NO_WORD.sub(b" ", drawing))) else None
    return len(drawing)


def _extent(data: bytes, stream: _Stream) -> tuple[int, int] | None:
    """Where a stream lies; None when it does not end where it should."""
    if stream.length is None:
        end = data.find(b"endstream", stream.start, stream.until)
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
        end = data.find(b"~>", stream.start, stream.until)
        try:
            return _inflated(from_base_85(data[stream.start : end]), 0, most) if end >= 0 else None
        except ValueError:
            return None
    return 0


def from_base_85(data: bytes) -> bytes:
    """What ASCII base 85 stands for; the library's own way, slower by far, is taken where there is anything unusual.

    Raises:
        ValueError: it is no ASCII base 85.
    """
    if data.translate(None, _BASE_85 + _SPACES):
        return base64.a85decode(data)
    places = data.translate(_PLACES, _SPACES)
    missing = -len(places) % 5
    places += bytes([84]) * missing
    columns = (places[place::5] for place in range(5))
    words = [(((a * 85 + b) * 85 + c) * 85 + d) * 85 + e for a, b, c, d, e in zip(*columns, strict=True)]
    if words and max(words) >= 1 << 32:
        return base64.a85decode(data)
    return struct.pack(f">{len(words)}I", *words)[: 4 * len(words) - missing]


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
