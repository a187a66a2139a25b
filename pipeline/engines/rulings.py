"""Lines and rectangles drawn on a page: table rules, underlines, footnote rules, frames."""

import ctypes
from collections.abc import Iterator

import pypdfium2.raw as raw

from pipeline.engines import bindings as pdf
from pipeline.engines.affine import Affine
from pipeline.records import Bbox

_SHORTEST = 4.0
"""A ruling is at least this long, in points."""
_ONE_PART = 5
"""A path with at most this many points has one part: a line or a rectangle."""
_MOST_POINTS = 400
_DEEPEST_FORM = 6

_sides = tuple(ctypes.c_float() for _ in range(4))
_side_refs = tuple(ctypes.byref(side) for side in _sides)
_x, _y, _matrix = ctypes.c_float(), ctypes.c_float(), raw.FS_MATRIX()
_x_ref, _y_ref, _matrix_ref = ctypes.byref(_x), ctypes.byref(_y), ctypes.byref(_matrix)


def read_rulings(page: pdf.Handle, shown: Affine, width: float, height: float) -> tuple[Bbox, ...]:
    """The boxes of straight-edged drawings of a page, in drawing order.

    Args:
        page: the page, open in pdfium.
        shown: the map to the page as it is shown.
        width: of the page as it is shown, in points.
        height: of the page as it is shown, in points.
    """
    found: list[Bbox] = []
    get, kind_of = pdf.page_object, pdf.object_type
    for index in range(pdf.count_objects(page)):
        item = get(page, index)
        kind = kind_of(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            found += _path_boxes(item, shown)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            found += _form_boxes(item, shown, _DEEPEST_FORM)
    return tuple(box for box in found if is_ruling(box, width, height))


def is_ruling(box: Bbox, width: float, height: float) -> bool:
    """Whether a drawn box is seen as a line or frame: not a dot, not off the page, not its whole background."""
    across, down = box[2] - box[0], box[3] - box[1]
    if max(across, down) < _SHORTEST or box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
        return False
    return not (across > 0.95 * width and down > 0.95 * height)


def _form_boxes(form: pdf.Handle, shown: Affine, depth: int) -> Iterator[Bbox]:
    """The boxes drawn by a form, and by the forms inside it down to a depth."""
    if depth == 0:
        return
    inside = _placed(form, shown)
    for index in range(pdf.count_form_objects(form)):
        item = pdf.form_object(form, index)
        kind = pdf.object_type(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield from _path_boxes(item, inside)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _form_boxes(item, inside, depth - 1)


def _placed(item: pdf.Handle, shown: Affine) -> Affine:
    """The map from the space of an object to the page as it is shown."""
    pdf.object_matrix(item, _matrix_ref)
    return Affine(_matrix.a, _matrix.b, _matrix.c, _matrix.d, _matrix.e, _matrix.f).then(shown)


def _path_boxes(path: pdf.Handle, shown: Affine) -> list[Bbox]:
    """The box of a path, or of each part of one with several; none where it has curves or very many points."""
    count = pdf.count_segments(path)
    if not 2 <= count <= _MOST_POINTS:
        return []
    pdf.object_bounds(path, *_side_refs)
    left, bottom, right, top = (side.value for side in _sides)
    if right - left < _SHORTEST and top - bottom < _SHORTEST:
        return []
    if count <= _ONE_PART:
        return [shown.box(left, bottom, right, top)]
    return _part_boxes(path, count, shown)


def _part_boxes(path: pdf.Handle, count: int, shown: Affine) -> list[Bbox]:
    parts: list[list[tuple[float, float]]] = []
    for index in range(count):
        segment = pdf.path_segment(path, index)
        kind = pdf.segment_type(segment)
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return []
        pdf.segment_point(segment, _x_ref, _y_ref)
        if kind == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
        parts[-1].append((_x.value, _y.value))
    placed = _placed(path, shown)
    found = []
    for points in parts:
        if 2 <= len(points) <= _ONE_PART:
            xs, ys = zip(*points, strict=True)
            found.append(placed.box(min(xs), min(ys), max(xs), max(ys)))
    return found
