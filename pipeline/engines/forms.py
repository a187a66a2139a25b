"""Values that someone typed into the fields of a form: a reader sees them, and they are no part of a page's text."""

import ctypes

import pypdfium2
import pypdfium2.raw as raw

from pipeline.engines.pdfium import OpenPage

_LONGEST = 400


def has_form(document: pypdfium2.PdfDocument) -> bool:
    """Whether a document is a form to fill in."""
    return bool(raw.FPDF_GetFormType(document.raw) != raw.FORMTYPE_NONE)


def is_dynamic(document: pypdfium2.PdfDocument) -> bool:
    """Whether the pages of a form are made up by a program that only some readers run (XFA)."""
    return bool(raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_XFA_FULL)


def read_values(page: OpenPage) -> list[str]:
    """The values of the filled-in fields of one page, as far as each is text."""
    values = []
    for index in range(raw.FPDFPage_GetAnnotCount(page.page)):
        field = raw.FPDFPage_GetAnnot(page.page, index)
        if raw.FPDFAnnot_GetSubtype(field) == raw.FPDF_ANNOT_WIDGET:
            values.append(_value(field))
        raw.FPDFPage_CloseAnnot(field)
    return [value for value in values if value]


def _value(field: object) -> str:
    buffer = (ctypes.c_ushort * _LONGEST)()
    length = raw.FPDFAnnot_GetStringValue(field, b"V", buffer, ctypes.sizeof(buffer))
    if not 2 < length <= ctypes.sizeof(buffer):
        return ""
    return " ".join(bytes(buffer)[: length - 2].decode("utf-16-le", "replace").split())
