"""Pictures of the evidence: a page, or the strip of it around a mention, with the words boxed.

Pages are rendered once and kept while the PDF is open, since the mentions of one page come together. Needs pillow,
which the `review` and `analysis` extras bring.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pypdfium2

from pipeline.records import Bbox, Box

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 1.6
"""Pixels a point, enough to read 8-point type."""
MARGIN = (60.0, 16.0)
"""Points of page left around the words, across and down."""
RED = (200, 30, 30)
KEPT_PAGES = 8


class Pages:
    """The pages of one open PDF as pictures."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        self._kept: dict[int, Image] = {}

    def page(self, page_number: int) -> "Image":
        """A page as it is shown, `SCALE` pixels a point.

        Raises:
            IndexError: there is no such page.
        """
        if page_number not in self._kept:
            if not 1 <= page_number <= len(self._document):
                raise IndexError(f"there is no page {page_number}")
            while len(self._kept) >= KEPT_PAGES:
                del self._kept[next(iter(self._kept))]
            page = self._document[page_number - 1]
            self._kept[page_number] = page.render(scale=SCALE).to_pil().convert("RGB")
            page.close()
        return self._kept[page_number]

    def boxed(self, page_number: int, outlines: Iterable[tuple[Bbox, tuple[int, int, int]]]) -> "Image":
        """A page with boxes around words, each in its colour."""
        from PIL import ImageDraw

        picture = self.page(page_number).copy()
        pen = ImageDraw.Draw(picture)
        for (x0, top, x1, bottom), colour in outlines:
            corners = (SCALE * x0 - 2, SCALE * top - 2, SCALE * x1 + 2, SCALE * bottom + 2)
            pen.rectangle(corners, outline=colour, width=2)
        return picture

    def crop(self, boxes: Sequence[Box]) -> "Image":
        """The strip of the page around a mention, its words boxed; on several pages, the first page's part.

        Raises:
            IndexError: the mention has no box, or its page is not there.
        """
        first = boxes[0].page_number
        held = [box.bbox for box in boxes if box.page_number == first]
        picture = self.boxed(first, [(bbox, RED) for bbox in held])
        across, down = MARGIN
        left = SCALE * (min(bbox[0] for bbox in held) - across)
        upper = SCALE * (min(bbox[1] for bbox in held) - down)
        right = SCALE * (max(bbox[2] for bbox in held) + across)
        lower = SCALE * (max(bbox[3] for bbox in held) + down)
        left, upper = max(0, min(left, picture.width - 8)), max(0, min(upper, picture.height - 8))
        right, lower = max(left + 8, min(right, picture.width)), max(upper + 8, min(lower, picture.height))
        return picture.crop((round(left), round(upper), round(right), round(lower)))


@contextmanager
def opened(data: bytes, password: str | None = None) -> Iterator[Pages]:
    """The pages of a PDF.

    Raises:
        pypdfium2.PdfiumError: the PDF cannot be opened.
    """
    document = pypdfium2.PdfDocument(data, password=password)
    try:
        yield Pages(document)
    finally:
        document.close()


def encode(picture: "Image", form: str = "WEBP") -> bytes:
    """A picture as the bytes of a file: WEBP for pages of text in 3 to 4 kB a crop, or PNG."""
    sink = io.BytesIO()
    options: Mapping[str, int] = {"quality": 60, "method": 4} if form == "WEBP" else {}
    picture.save(sink, form, **options)
    return sink.getvalue()
