"""Lines and rectangles drawn on a page: table rules, underlines, footnote rules, frames."""

import ctypes
from collections.abc import Callable

import pypdfium2.raw as raw

from pipeline.engines import bindings as pdf
from pipeline.engines.affine import Affine
from pipeline.records import Bbox

_SHORTEST = 4.0
"""A ruling is at least this long, in points."""
_ONE_PART = 5
"""A path with at most this many points has one part: a line or a rectangle."""
_MOST_POINTS = 400
_SMALLEST_GRID = 12.0
"""A path of several parts is a grid of lines from this size on, in points; a smaller one is a letter or a sign."""
_DEEPEST_FORM = 6

_left, _bottom, _right, _top = (ctypes.c_float() for _ in range(4))
_side_refs = tuple(ctypes.byref(side) for side in (_left, _bottom, _right, _top))
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
    _walk(page, pdf.count_objects(page), pdf.page_object, shown, _DEEPEST_FORM, found)
    return tuple([box for box in found if is_ruling(box, width, height)])


def is_ruling(box: Bbox, width: float, height: float) -> bool:
    """Whether a drawn box is seen as a line or frame: not a dot, not off the page, not its whole background."""
    across, down = box[2] - box[0], box[3] - box[1]
    if max(across, down) < _SHORTEST or box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
        return False
    return not (across > 0.95 * width and down > 0.95 * height)


def _walk(
    holder: pdf.Handle,
    count: int,
    item_of: Callable[[pdf.Handle, int], pdf.Handle],
    shown: Affine,
    depth: int,
    found: list[Bbox],
) -> None:
    """Adds the boxes drawn by a page or form, and by the forms inside it down to a depth."""
    kind_of, bounds_of, points_of = pdf.object_type, pdf.object_bounds, pdf.count_segments
    a_path, a_form = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM
    for index in range(count):
        item = item_of(holder, index)
        kind = kind_of(item)
        if kind == a_path:
            bounds_of(item, *_side_refs)
            left, bottom, right, top = _left.value, _bottom.value, _right.value, _top.value
            longest = max(right - left, top - bottom)
            if longest < _SHORTEST:
                continue
            points = points_of(item)
            if 2 <= points <= _ONE_PART:
                found.append(shown.box(left, bottom, right, top))
            elif _ONE_PART < points <= _MOST_POINTS and longest >= _SMALLEST_GRID:
                found += _part_boxes(item, points, shown)
        elif kind == a_form and depth:
            inside = _placed(item, shown)
            _walk(item, pdf.count_form_objects(item), pdf.form_object, inside, depth - 1, found)


def _placed(item: pdf.Handle, shown: Affine) -> Affine:
    """The map from the space of an object to the page as it is shown."""
    pdf.object_matrix(item, _matrix_ref)
    return Affine(_matrix.a, _matrix.b, _matrix.c, _matrix.d, _matrix.e, _matrix.f).then(shown)


def _part_boxes(path: pdf.Handle, count: int, shown: Affine) -> list[Bbox]:
    """The box of each part of a path that has several; none where the path has curves."""
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
