"""Pages drawn by pdfium: in levels of grey, on white, as a reader sees them but for notes and form fields."""

import ctypes
from math import sqrt

import pypdfium2.raw as raw
from PIL import Image

from pipeline.engines.pdfium import OpenPage
from pipeline.records import Bbox

_FLAGS = raw.FPDF_GRAYSCALE | raw.FPDF_RENDER_LIMITEDIMAGECACHE | raw.FPDF_RENDER_NO_SMOOTHIMAGE
_WHITE = 0xFFFFFFFF


def whole(page: OpenPage) -> Bbox:
    """The box of a page."""
    return (0.0, 0.0, page.width, page.height)


def scale_for(part: Bbox, wanted: float, most_pixels: int) -> float:
    """The wanted scale, or the largest at which the part takes no more than so many pixels."""
    area = max((part[2] - part[0]) * (part[3] - part[1]), 1.0)
    return min(wanted, sqrt(most_pixels / area))


def draw(page: OpenPage, part: Bbox, scale: float) -> Image.Image:
    """Draws a part of a page.

    Args:
        page: a page held open in pdfium.
        part: the box to draw, in points.
        scale: pixels a point.

    Raises:
        MemoryError: there is no room for the picture.
    """
    width = max(int((part[2] - part[0]) * scale + 0.999), 1)
    height = max(int((part[3] - part[1]) * scale + 0.999), 1)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise MemoryError(f"page {page.page_number} cannot be drawn")
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        matrix = raw.FS_MATRIX(scale, 0, 0, scale, -part[0] * scale, -part[1] * scale)
        clip = raw.FS_RECTF(0, 0, width, height)
        raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page.page, ctypes.byref(matrix), ctypes.byref(clip), _FLAGS)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Image.frombytes("L", (width, height), pixels, "raw", "L", stride)
