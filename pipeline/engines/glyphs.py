"""Fonts whose text says other than their glyphs show, as where a page shows 100 and its text reads 900.

A font may carry a map from its codes to text (ToUnicode), which every engine believes. Where its encoding names the
glyphs as well, the two must agree: the glyph called `one` cannot read `9`. Only letters and digits of ASCII are
compared, and only with what the map calls Latin: old fonts of other scripts borrow the names of Latin glyphs. Fonts
that name no glyphs, such as most that are embedded as subsets of TrueType, are looked at by `shapes`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from pdfminer.encodingdb import EncodingDB, name2unicode
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name

_SIMPLE = frozenset(("Type1", "MMType1", "TrueType"))
SYMBOLS = re.compile(r"symbol|dingbats|wingdings|webdings", re.IGNORECASE)
_SYMBOLIC = 4
_LAST_LATIN = 0x24F
_MOST_BYTES = 1 << 20
_CODES = range(256)
_SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_HEX = rb"<\s{0,4}([0-9A-Fa-f]{1,64})\s{0,4}>"
_CHAR = re.compile(_HEX + rb"\s{0,8}" + _HEX)
_RANGE = re.compile(_HEX + rb"\s{0,8}" + _HEX + rb"\s{0,8}(?:" + _HEX + rb"|\[([^\]]{0,20000})\])")


class Lie(Struct, frozen=True):
    """A glyph of a page that reads otherwise than it looks."""

    page_number: int
    looks: str
    reads: str


def find_lies(document: Any) -> Iterator[Lie]:
    """The first lie of each page of a document open in pdfplumber; a font that cannot be read tells none."""
    known: dict[int, tuple[str, str] | None] = {}
    for number, page in enumerate(document.pages, 1):
        for reference in _fonts(page):
            identity = getattr(reference, "objid", None)
            lie = known[identity] if identity in known else _lie(reference)
            if identity is not None:
                known[identity] = lie
            if lie is not None:
                yield Lie(number, *lie)
                break


def _fonts(page: Any) -> list[Any]:
    try:
        return list(dict_value(page.page_obj.resources.get("Font", {})).values())
    except Exception:  # whatever pdfminer raises on a broken page: nothing is known of its fonts
        return []


def _lie(reference: Any) -> tuple[str, str] | None:
    """A glyph of a font, as it looks and as it reads, when the two differ."""
    try:
        font = dict_value(reference)
        mapped = resolve1(font.get("ToUnicode"))
        if literal_name(font.get("Subtype")) not in _SIMPLE or not isinstance(mapped, PDFStream):
            return None
        looks, reads = _named(font), _map(mapped.get_data()[:_MOST_BYTES])
    except Exception:  # whatever pdfminer raises on a broken font
        return None
    differing = ((looks[code], reads[code]) for code in _CODES if code in looks and code in reads)
    return next((pair for pair in differing if _differ(*pair)), None)


def _differ(looks: str, reads: str) -> bool:
    plain = unicodedata.normalize("NFKC", reads).strip()
    return bool(plain) and ord(plain[0]) <= _LAST_LATIN and plain.casefold() != looks.casefold()


def _named(font: Mapping[str, Any]) -> dict[int, str]:
    """The ASCII letters and digits that the font's encoding names, by code."""
    encoding = resolve1(font.get("Encoding"))
    found: dict[int, str] = {}
    base = encoding if isinstance(encoding, PSLiteral) else None
    if isinstance(encoding, dict):
        base = encoding.get("BaseEncoding")
    if base is not None and not _is_symbolic(font):
        found |= EncodingDB.get_encoding(literal_name(base))
    elif base is None and "FontDescriptor" not in font and not SYMBOLS.search(literal_name(font.get("BaseFont", ""))):
        found |= EncodingDB.get_encoding("StandardEncoding")
    if isinstance(encoding, dict):
        found |= _differences(list_value(encoding.get("Differences", [])))
    return {code: text for code, text in found.items() if len(text) == 1 and text.isascii() and text.isalnum()}


def _is_symbolic(font: Mapping[str, Any]) -> bool:
    return bool(int(dict_value(font.get("FontDescriptor", {})).get("Flags", 0)) & _SYMBOLIC)


def _differences(items: Iterable[Any]) -> dict[int, str]:
    found: dict[int, str] = {}
    code = 0
    for item in map(resolve1, items):
        if isinstance(item, int):
            code = item
            continue
        try:
            found[code] = name2unicode(literal_name(item))
        except (KeyError, ValueError):  # a name of the font's own
            found[code] = ""
        code += 1
    return found


def _map(data: bytes) -> dict[int, str]:
    """What a ToUnicode map says of codes of one byte; a range is followed no further than those."""
    found: dict[int, str] = {}
    for section in _SECTION.finditer(data):
        if section[1] == b"char":
            found |= {int(pair[1], 16): _text(pair[2]) for pair in _CHAR.finditer(section[2])}
            continue
        for low, high, first, listed in _RANGE.findall(section[2]):
            start, end = int(low, 16), min(int(high, 16), _CODES[-1])
            if listed:
                found |= dict(zip(range(start, end + 1), map(_text, re.findall(_HEX, listed)), strict=False))
            else:
                found |= {code: _text(first, code - start) for code in range(start, end + 1)}
    return found


def _text(digits: bytes, further: int = 0) -> str:
    """The text that hexadecimal digits spell in UTF-16, its last unit moved on."""
    data = bytes.fromhex(digits.decode().rjust(-(-len(digits) // 4) * 4, "0"))
    moved = (int.from_bytes(data) + further) % (1 << 8 * len(data))
    return moved.to_bytes(len(data)).decode("utf-16-be", "replace")
