"""Pictures of the evidence: a page, or the strip of it around a mention, with the words boxed.

Pages are rendered once and kept while the PDF is open, since the mentions of one page come together. No picture has
more than `MOST_PIXELS`: a larger page is shown smaller, and of a crop from it only its surroundings are rendered.
`apart` does the same in a process that may hang or fall over.
"""

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2

from pipeline.crops import strips
from pipeline.records import Bbox, Box

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 1.6
"""Pixels a point, enough to read 8-point type."""
MOST_PIXELS = 6_000_000
"""Of one picture: A4 at `SCALE` has 1.3 million, A3 twice that."""
LONGEST_SIDE = 30_000
"""Pixels that a page may measure before it is cut: far from where pdfium's own arithmetic ends."""
AROUND = 420.0
"""Points rendered to each side of a mention on a page too large to be rendered whole."""
RED = (200, 30, 30)
KEPT_PAGES = 8
FEW_COLOURS = 5
TEXT_DENSITY = 0.15
"""Bytes a pixel without loss, below which it is text: twice what a dense page of it takes."""


class Pages:
    """The pages of one open PDF as pictures."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        self._kept: dict[int, Image] = {}
        self._sizes: dict[int, tuple[float, float]] = {}

    def scale(self, page_number: int) -> float:
        """Pixels a point of `page`: `SCALE`, or less on a page that is too large for it.

        Raises:
            IndexError: there is no such page.
            pypdfium2.PdfiumError: the page cannot be opened, or has no size.
        """
        width, height = self._size(page_number)
        return min(SCALE, math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height))

    def page(self, page_number: int) -> "Image":
        """A page as it is shown, `scale` pixels a point.

        Raises:
            IndexError: there is no such page.
            pypdfium2.PdfiumError: the page cannot be opened, or has no size.
        """
        if page_number not in self._kept:
            picture = self._rendered(page_number, self.scale(page_number))
            while len(self._kept) >= KEPT_PAGES:
                del self._kept[next(iter(self._kept))]
            self._kept[page_number] = picture
        return self._kept[page_number]

    def boxed(self, page_number: int, outlines: Iterable[tuple[Bbox, tuple[int, int, int]]]) -> "Image":
        """A page with boxes around words, each in its colour."""
        scale = self.scale(page_number)
        picture = self.page(page_number).copy()
        _outline(picture, [(_scaled(bbox, scale), colour) for bbox, colour in outlines])
        return picture

    def crop(self, boxes: Sequence[Box]) -> "Image":
        """The whole lines of the page around a mention, its words boxed; on several pages, the first page's part.

        Raises:
            IndexError: the mention has no box, or its page is not there.
            pypdfium2.PdfiumError: the page cannot be opened, or has no size.
        """
        first = boxes[0].page_number
        held = [box.bbox for box in boxes if box.page_number == first]
        picture, scale, (left, upper) = self._surroundings(first, held)
        words = [_scaled((x0 - left, top - upper, x1 - left, end - upper), scale) for x0, top, x1, end in held]
        strip = strips.find(picture, words)
        cut = picture.crop(strip)
        _outline(cut, [((x0 - strip[0], y0 - strip[1], x1 - strip[0], y1 - strip[1]), RED) for x0, y0, x1, y1 in words])
        return cut

    def _surroundings(self, page_number: int, held: Sequence[Bbox]) -> tuple["Image", float, tuple[float, float]]:
        """A picture with the words and what is near them, its scale, and where on the page its corner is, in points."""
        if self.scale(page_number) == SCALE:
            return self.page(page_number), SCALE, (0.0, 0.0)
        width, height = self._size(page_number)
        x0, top = (min(bbox[side] for bbox in held) for side in (0, 1))
        left, upper = (max(0.0, min(near - AROUND, size - 1)) for near, size in ((x0, width), (top, height)))
        across, down = min(2 * AROUND, width - left), min(2 * AROUND, height - upper)
        scale = min(SCALE, LONGEST_SIDE / max(width, height))
        # pypdfium2 rounds each cut up to whole pixels: cuts that are whole keep the corner where it is
        left, upper = math.floor(left * scale) / scale, math.floor(upper * scale) / scale
        cuts = (left, max(0.0, height - upper - down), max(0.0, width - left - across), upper)
        return self._rendered(page_number, scale, cuts), scale, (left, upper)

    def _size(self, page_number: int) -> tuple[float, float]:
        if page_number not in self._sizes:
            if not 1 <= page_number <= len(self._document):
                raise IndexError(f"there is no page {page_number}")
            width, height = self._document.get_page_size(page_number - 1)
            if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
                raise pypdfium2.PdfiumError(f"page {page_number} has no size")
            self._sizes[page_number] = width, height
        return self._sizes[page_number]

    def _rendered(
        self, page_number: int, scale: float, cuts: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    ) -> "Image":
        page = self._document[page_number - 1]
        try:
            picture: Image = page.render(scale=scale, crop=cuts).to_pil().convert("RGB")
        except ValueError as error:  # nothing is left of a page thinner than a pixel
            raise pypdfium2.PdfiumError(f"page {page_number} cannot be drawn: {error}") from error
        finally:
            page.close()
        return picture


@contextmanager
def opened(data: bytes, password: str | None = None) -> Iterator[Pages]:
    """The pages of a PDF.

    Raises:
        pypdfium2.PdfiumError: the PDF cannot be opened.
    """
    with unlocked(data, () if password is None else (password,)) as pages:
        yield pages


def open_pdf(data: bytes, passwords: Sequence[str]) -> pypdfium2.PdfDocument:
    """A PDF that may need one of these passwords, open in pdfium.

    Raises:
        pypdfium2.PdfiumError: it cannot be opened, or with none of them.
    """
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(data, password=password)
        except pypdfium2.PdfiumError as error:
            failure = error
    raise failure


@contextmanager
def unlocked(data: bytes, passwords: Sequence[str]) -> Iterator[Pages]:
    """The pages of a PDF that may need one of these passwords.

    Raises:
        pypdfium2.PdfiumError: the PDF cannot be opened, or with none of them.
    """
    document = open_pdf(data, passwords)
    try:
        yield Pages(document)
    finally:
        document.close()


def encode(picture: "Image", form: str = "WEBP") -> bytes:
    """A picture as the bytes of a file: PNG, or WEBP, in which three lines of text take about 4 kB.

    Text is smaller with few colours and without loss, photographs with many and some loss; the smaller one is taken.
    """
    from PIL import Image

    if form != "WEBP":
        return _saved(picture, form)
    few = picture.quantize(FEW_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    boxes = (np.asarray(picture) == RED).all(axis=2)
    few.paste(RED, mask=Image.fromarray(boxes))
    lossless = _saved(few, form, lossless=True, method=1)
    if len(lossless) < TEXT_DENSITY * picture.width * picture.height:
        return lossless
    return min(lossless, _saved(picture, form, quality=60, method=4), key=len)


def _saved(picture: "Image", form: str, **options: object) -> bytes:
    sink = io.BytesIO()
    given: Mapping[str, object] = options
    picture.save(sink, form, **given)
    return sink.getvalue()


def _scaled(bbox: Bbox, scale: float) -> Bbox:
    x0, top, x1, bottom = (scale * edge for edge in bbox)
    return x0, top, x1, bottom


def _outline(picture: "Image", outlines: Iterable[tuple[Bbox, tuple[int, int, int]]]) -> None:
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture)
    for (x0, top, x1, bottom), colour in outlines:
        pen.rectangle((x0 - 2, top - 2, x1 + 2, bottom + 2), outline=colour, width=2)
