"""pdfium's functions bound to plain addresses.

Words need a handful of calls each. A call that takes and gives integers costs half of one that makes pointer objects,
and less still when it does not let go of the interpreter's lock: none of them takes longer than a few microseconds.
"""

import ctypes
from typing import Any

import pypdfium2.raw as raw

Handle = int
"""The address of something pdfium holds. 0 and None stand for nothing."""

_ADDRESS, _INT, _FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_float


def _bound(name: str, result: Any, *arguments: Any) -> Any:
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def handle(pointer: Any) -> Handle:
    """The address that a pointer holds."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


char_origin = _bound("FPDFText_GetCharOrigin", _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS)
char_box = _bound("FPDFText_GetCharBox", _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
loose_box = _bound("FPDFText_GetLooseCharBox", _INT, _ADDRESS, _INT, _ADDRESS)
char_matrix = _bound("FPDFText_GetMatrix", _INT, _ADDRESS, _INT, _ADDRESS)
font_size = _bound("FPDFText_GetFontSize", ctypes.c_double, _ADDRESS, _INT)
text_object = _bound("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _INT)
object_font = _bound("FPDFTextObj_GetFont", _ADDRESS, _ADDRESS)
is_guessed = _bound("FPDFText_HasUnicodeMapError", _INT, _ADDRESS, _INT)
"""Whether nothing says what a character stands for, so that pdfium gives its code for it: 1, else 0, or -1."""
render_mode = _bound("FPDFTextObj_GetTextRenderMode", _INT, _ADDRESS)

count_objects = _bound("FPDFPage_CountObjects", _INT, _ADDRESS)
page_object = _bound("FPDFPage_GetObject", _ADDRESS, _ADDRESS, _INT)
count_form_objects = _bound("FPDFFormObj_CountObjects", _INT, _ADDRESS)
form_object = _bound("FPDFFormObj_GetObject", _ADDRESS, _ADDRESS, ctypes.c_ulong)
object_type = _bound("FPDFPageObj_GetType", _INT, _ADDRESS)
object_bounds = _bound("FPDFPageObj_GetBounds", _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)
object_matrix = _bound("FPDFPageObj_GetMatrix", _INT, _ADDRESS, _ADDRESS)
count_segments = _bound("FPDFPath_CountSegments", _INT, _ADDRESS)
path_segment = _bound("FPDFPath_GetPathSegment", _ADDRESS, _ADDRESS, _INT)
segment_type = _bound("FPDFPathSegment_GetType", _INT, _ADDRESS)
segment_point = _bound("FPDFPathSegment_GetPoint", _INT, _ADDRESS, _ADDRESS, _ADDRESS)

set_active = _bound("FPDFPageObj_SetIsActive", _INT, _ADDRESS, _INT)
count_marks = _bound("FPDFPageObj_CountMarks", _INT, _ADDRESS)
object_mark = _bound("FPDFPageObj_GetMark", _ADDRESS, _ADDRESS, ctypes.c_ulong)
mark_text = _bound(
    "FPDFPageObjMark_GetParamStringValue", _INT, _ADDRESS, ctypes.c_char_p, _ADDRESS, ctypes.c_ulong, _ADDRESS
)
image_size = _bound("FPDFImageObj_GetImagePixelSize", _INT, _ADDRESS, _ADDRESS, _ADDRESS)
