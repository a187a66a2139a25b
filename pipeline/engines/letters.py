"""The letters of a page as pdfminer decodes them, in drawing order and without their places.

That is enough to see whether another engine lost text, at a tenth of what pdfplumber's words cost.
"""

from typing import Any

from pdfminer.pdfdevice import PDFDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter


class _Listener(PDFDevice):
    """A device that draws nothing and keeps the text that it is asked to draw."""

    def __init__(self, resources: Any) -> None:
        super().__init__(resources)
        self.texts: list[str] = []

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        """Keeps one string; numbers between its parts move the pen and say nothing."""
        font = textstate.font
        if font is not None:
            self.texts += [
                _decoded(font, code) for part in seq if isinstance(part, bytes) for code in font.decode(part)
            ]


def _decoded(font: Any, code: int) -> str:
    try:
        return str(font.to_unichr(code))
    except PDFUnicodeNotDefined:
        return "\ufffd"


def read_letters(document: Any, page_number: int) -> str:
    """The characters of one page, counted from 1, of a document open in pdfplumber.

    Raises:
        Exception: whatever pdfminer raises for a page that it cannot read.
    """
    listener = _Listener(document.rsrcmgr)
    page = document.pages[page_number - 1]
    PDFPageInterpreter(document.rsrcmgr, listener).process_page(page.page_obj)
    return "".join(listener.texts)
