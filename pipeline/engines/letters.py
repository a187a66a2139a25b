"""The letters of a page as pdfminer decodes them, in drawing order and without their places.

That is enough to see whether another engine lost text, at a fortieth of what pdfplumber's words cost. Streams, fonts
and encodings are pdfminer's; of a page's drawing instructions only those that choose a font, show text or call a form
are looked at, all others are passed over by one regular expression. What it does not know, such as a font chosen by a
graphics state, leaves letters out, and the page is then read in full.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from pdfminer.pdfdevice import PDFDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import dict_value, stream_value
from pdfminer.psparser import literal_name

_MOST_BYTES = 4 << 20
_DEEPEST_FORM = 12
_MOST_FORMS = 3_000
"""Forms drawn on one page: forms that draw each other can make many of few bytes."""

_NESTED = rb"\((?>(?>[^()\\]|\\.|\([^()]*+\)?+)*)\)?+"
_STRING = rb"\((?>(?>[^()\\]|\\.|" + _NESTED + rb")*)\)?+|<[0-9A-Fa-f\s]*+>"
"""A string whose end is missing ends where the content does, so that nothing is scanned twice."""
_INSTRUCTION = re.compile(
    rb"(?=[(<\[/qQB%])(?:(?P<shown>" + _STRING + rb")(?:\s*+(?P<show>Tj|['\"]))?"
    rb"|\[(?P<several>(?>(?>" + _STRING + rb"|[^\[\]()<>%])*))\]\s*+TJ"
    rb"|/(?P<font>[^\s()<>\[\]{}/%]++)\s++[-+.\d]++\s*+Tf"
    rb"|/(?P<form>[^\s()<>\[\]{}/%]++)\s++Do\b"
    rb"|(?<![^\s\]>)])(?P<state>[qQ])(?![^\s(\[</%])"
    rb"|(?<!\S)(?P<image>BI)(?=\s)"
    rb"|%[^\r\n]*+)",
    re.DOTALL,
)
_END_OF_IMAGE = re.compile(rb"\sEI(?!\S)")
_ONE_STRING = re.compile(_STRING, re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}
_NAME_CODE = re.compile(r"#([0-9A-Fa-f]{2})")
_SPACE = re.compile(rb"\s+")


class TooMuchError(ValueError):
    """There is more to draw than is worth looking at: megabytes, or forms that draw each other too often."""


class _Font(dict[int, str]):
    """A font's characters by code, each asked for once."""

    def __init__(self, font: Any) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, code: int) -> str:
        try:
            text = str(self.font.to_unichr(code))
        except PDFUnicodeNotDefined:
            text = "\ufffd"
        self[code] = text
        return text

    def read(self, string: bytes) -> str:
        """The text that a string shows in this font."""
        return "".join([self[code] for code in self.font.decode(string)])


class _Drawn(Struct):
    """How much of a page has been drawn."""

    forms: int = 0


def read_letters(document: Any, page_number: int) -> str:
    """The characters of one page, counted from 1, of a document open in pdfplumber.

    Raises:
        Exception: whatever pdfminer raises for a page that it cannot read.
        TooMuchError: its drawing has too many bytes, or forms that draw each other too often.
    """
    page = document.pages[page_number - 1].page_obj
    return "".join(_shown(document.rsrcmgr, page.resources, page.contents, (), _Drawn()))


def _shown(
    manager: Any, resources: Any, streams: Sequence[Any], within: tuple[int | None, ...], drawn: _Drawn
) -> Iterator[str]:
    """The text shown by content streams; `within` are the object numbers of the forms they lie in."""
    known = PDFPageInterpreter(manager, PDFDevice(manager))
    known.init_resources(resources)
    fonts: dict[str, _Font | None] = {}
    font: _Font | None = None
    kept: list[_Font | None] = []
    for found in _instructions(_content(streams)):
        kind = found.lastgroup
        if kind in ("show", "several"):
            if font is not None:
                parts = [found["shown"]] if kind == "show" else _ONE_STRING.findall(found["several"])
                yield from [font.read(_bytes(part)) for part in parts]
        elif kind == "font":
            name = _name(found["font"])
            if name not in fonts:
                fonts[name] = _Font(known.fontmap[name]) if name in known.fontmap else None
            font = fonts[name]
        elif kind == "state":
            if found["state"] == b"q":
                kept.append(font)
            elif kept:
                font = kept.pop()
        elif kind == "form":
            yield from _in_form(manager, known, _name(found["form"]), within, drawn)


def _content(streams: Sequence[Any]) -> bytes:
    content = b"\n".join(stream_value(stream).get_data() for stream in streams)
    if len(content) > _MOST_BYTES:
        raise TooMuchError("the content is too long")
    return content


def _instructions(content: bytes) -> Iterator[re.Match[bytes]]:
    """The instructions of a content stream that matter here; the bytes of pictures in it are passed over."""
    at: int | None = 0
    has_images = True
    while at is not None:
        begins, at = at, None
        for found in _INSTRUCTION.finditer(content, begins):
            if found.lastgroup != "image":
                yield found
            elif has_images:
                end = _END_OF_IMAGE.search(content, found.end())
                has_images = end is not None
                if end is not None:
                    at = end.end()
                    break


def _in_form(manager: Any, known: Any, name: str, within: tuple[int | None, ...], drawn: _Drawn) -> Iterator[str]:
    """The text of a form; nothing when it is a picture or draws itself."""
    if name not in known.xobjmap:
        return
    form = stream_value(known.xobjmap[name])
    if literal_name(form.get("Subtype")) != "Form" or form.objid in within:
        return
    drawn.forms += 1
    if len(within) >= _DEEPEST_FORM or drawn.forms > _MOST_FORMS:
        raise TooMuchError("forms within forms")
    resources = form.get("Resources")
    own = dict_value(resources) if resources else known.resources
    yield from _shown(manager, own, [form], (*within, form.objid), drawn)


def _name(written: bytes) -> str:
    return _NAME_CODE.sub(lambda code: chr(int(code[1], 16)), written.decode("latin-1"))


def _bytes(string: bytes) -> bytes:
    """The bytes that a string in a content stream stands for."""
    if string[0] == ord("<"):
        digits = _SPACE.sub(b"", string[1:-1]).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    inner = string[1 : -1 if string.endswith(b")") else None]
    return _ESCAPE.sub(_escaped, inner) if b"\\" in inner else inner


def _escaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 8) & 0xFF])
    return _ESCAPED.get(found[2], found[2]) if found[2] is not None else b""
