"""Labels of headings and of items that hang far left of their lines.

Such a label is often passed over or misread, alone as it stands. What is drawn there is moved beside its line and both
are read again; only what then reads like a label is taken.
"""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import structs
from PIL import Image

from pipeline.engines.ocr.looks import AS_ROMAN, DESCENT, INK, STROKES, sizes_of
from pipeline.engines.ocr.rows import Place, Row, Seen, read_rows

_LABEL = re.compile(r"[1Il|]{1,3}\.(?:\d{1,2}\.?)?")
_CHAPTER = re.compile(r"[IVX]{1,5}\.")
_FEWEST_ROMANS = 2
_LABEL = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[IVXLivxl]{1,6})(?:\.\d{1,3}){0,4}[.)\]]{0,2}")
_MOST_LABELS = 80
_LABEL_LENGTH = 7
_LABEL_GAP, _LABEL_REACH, _LABEL_WIDTH, _LABEL_HEIGHT = 0.6, 8.0, 4.0, 0.4
"""White space after a label that hangs, how far left it is looked for, its width and height, in sizes of its line."""
_SPACE = 0.35
_TITLE_REACH = 25.0


def labelled(engine: Any, level: Any, picture: Image.Image, rows: Sequence[Row]) -> list[Row]:
    """The lines with the labels that hang to the left of them, each as the first word of its line."""
    sizes = sizes_of(rows)
    replaced: set[int] = set()
    for at, (row, size) in enumerate(zip(rows, sizes, strict=True)):
        if at in replaced or len(replaced) > _MOST_LABELS:
            continue
        beside = [other for other in range(len(rows)) if other != at and _is_left_of(rows[other], row, size)]
        alone = [
            other for other in beside if len(rows[other].seen) == 1 and len(rows[other].seen[0].text) <= _LABEL_LENGTH
        ]
        if len(alone) < len(beside):
            continue
        place = _drawn_before(picture, row, size)
        if place is None:
            _read_first_again(engine, level, picture, row, size)
            continue
        label = _read_beside(engine, level, picture, place, row, size)
        if label is not None:
            row.seen.insert(0, label)
            replaced.update(alone)
    return [row for at, row in enumerate(rows) if at not in replaced]


def _read_first_again(engine: Any, level: Any, picture: Image.Image, row: Row, size: float) -> None:
    """Reads the short first word of a line once more, moved beside the rest, where it stands far from it."""
    first = row.seen[0]
    rest = next((at for at, seen in enumerate(row.seen) if at and any(map(str.isalnum, seen.text))), 0)
    if not rest or len(first.text) > _LABEL_LENGTH or row.seen[rest].place[0] - first.place[2] < _LABEL_GAP * size:
        return
    title = structs.replace(row, seen=row.seen[rest:])
    label = _read_beside(engine, level, picture, first.place, title, size)
    if label is not None:
        row.seen = [label, *title.seen]


def _is_left_of(other: Row, row: Row, size: float) -> bool:
    """Whether a line ends left of where another on the same height begins."""
    base, first = row.base(row.seen[0].place), row.seen[0].place[0]
    last = other.seen[-1]
    return last.place[2] < first and abs(other.base(last.place) - base) < size / 2


def _drawn_before(picture: Image.Image, row: Row, size: float) -> Place | None:
    """Where something of the size of a label is drawn left of a line; None where nothing or something else is."""
    first = row.seen[0]
    base, left = row.base(first.place), int(first.place[0] - _LABEL_GAP * size)
    start, top, bottom = max(int(left - _LABEL_REACH * size), 0), int(base - size), int(base + DESCENT * size)
    if left <= start or top < 0:
        return None
    found = picture.crop((start, top, left, bottom)).point(INK).getbbox()
    if found is None or found[0] == 0 or found[1] == 0:
        return None
    wide, high = found[2] - found[0], found[3] - found[1]
    if wide > _LABEL_WIDTH * size or high < _LABEL_HEIGHT * size:
        return None
    return start + found[0], top + found[1], start + found[2], top + found[3]


def _read_beside(engine: Any, level: Any, picture: Image.Image, place: Place, row: Row, size: float) -> Seen | None:
    """What reads like a label when it is moved beside its line; its place is where it was."""
    first, last = row.seen[0].place, row.seen[-1].place
    edge, gap = int(size), int(_SPACE * size)
    top, bottom = int(row.base(row.seen[0].place) - 1.2 * size), int(row.base(row.seen[0].place) + 0.5 * size)
    right = min(last[2] + 2, first[0] + int(_TITLE_REACH * size))
    line = Image.new("L", (2 * edge + place[2] - place[0] + gap + right - first[0], bottom - top + 2 * edge), 255)
    line.paste(picture.crop((place[0], top, place[2], bottom)), (edge, edge))
    line.paste(picture.crop((first[0], top, right, bottom)), (edge + place[2] - place[0] + gap, edge))
    engine.SetImage(line)
    if not engine.Recognize():
        return None
    read = next(read_rows(engine.GetIterator(), level), None)
    if read is None or read.seen[0].place[0] > edge + (place[2] - place[0]) / 2:
        return None
    text = read.seen[0].text.replace(",", ".")
    text = text.translate(AS_ROMAN) if STROKES.fullmatch(text) else text
    return Seen(text, place, 100.0, []) if _LABEL.fullmatch(text) else None
