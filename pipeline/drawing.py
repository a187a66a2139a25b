"""Pages as pictures with what was found on them outlined: reports, headings, paragraphs and furniture.

Report heads are outlined in blue, headings in red, paragraphs in green, page headers, footers and page numbers in grey,
tables, captions and footnotes in orange. Needs pillow, which the `review` extra brings.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline import crops
from pipeline.layout import around
from pipeline.records import Bbox, Passage
from pipeline.reports import Account

if TYPE_CHECKING:
    from PIL.Image import Image

COLOURS = {
    "report": (20, 80, 220),
    "heading": (210, 30, 30),
    "paragraph": (40, 150, 60),
    "furniture": (140, 140, 140),
    "inset": (225, 140, 0),
}
Outline = tuple[str, Bbox, str]
"""What is outlined (a key of `COLOURS`), where on its page, and the caption beside it."""

_FURNITURE = frozenset(("header", "footer", "page_number"))
_INSETS = frozenset(("table", "caption", "footnote", "side"))


def find_outlines(account: Account) -> dict[int, list[Outline]]:
    """What to outline on each page, by page number."""
    out: dict[int, list[Outline]] = defaultdict(list)
    for line in account.lines:
        if line.role in _FURNITURE:
            out[line.page].append(("furniture", line.bbox, ""))
        elif line.role in _INSETS:
            out[line.page].append(("inset", line.bbox, ""))
    for report in account.reports:
        for section in report.sections:
            if section.path == "0":
                caption = f"report {report.ordinal}: {report.organization or '?'}"
                out_kind = "report"
                for page, bbox in _blocks(section.text):
                    out[page].append((out_kind, bbox, caption))
                    caption = ""
                continue
            for page, bbox in _blocks(section.title, whole=True):
                out[page].append(("heading", bbox, section.path))
            for page, bbox in _blocks(section.text):
                out[page].append(("paragraph", bbox, ""))
    return dict(out)


def _blocks(passage: Passage, *, whole: bool = False) -> Iterator[tuple[int, Bbox]]:
    """The boxes of a passage's paragraphs, one for each page that a paragraph touches."""
    start = 0
    for text in [passage.text] if whole else passage.text.split("\n"):
        end = start + len(text)
        boxes: dict[int, list[Bbox]] = defaultdict(list)
        for piece in passage.pieces:
            if start <= piece.start < end:
                boxes[piece.page].append(piece.bbox)
        for page, found in boxes.items():
            yield page, around(found)
        start = end + 1


def draw_pages(
    data: bytes, account: Account, passwords: Sequence[str] = (), *, scale: float = 1.5
) -> Iterator[tuple[int, "Image"]]:
    """Each page of a PDF as a picture with its outlines, from the first page on; `scale` is pixels a point.

    Raises:
        pypdfium2.PdfiumError: the PDF cannot be opened, or with none of the passwords.
    """
    outlines = find_outlines(account)
    document = crops.open_pdf(data, passwords)
    try:
        for index in range(len(document)):
            page = document[index]
            picture = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
            yield index + 1, _outlined(picture, outlines.get(index + 1, ()), scale)
    finally:
        document.close()


def _outlined(picture: "Image", outlines: Sequence[Outline], scale: float) -> "Image":
    from PIL import ImageDraw  # an optional dependency, needed for drawing only

    pen = ImageDraw.Draw(picture)
    for kind, (x0, top, x1, bottom), caption in outlines:
        colour = COLOURS[kind]
        pen.rectangle(
            (scale * x0 - 2, scale * top - 2, scale * x1 + 2, scale * bottom + 2),
            outline=colour,
            width=2 if kind in ("report", "heading") else 1,
        )
        if caption:
            pen.text((scale * x1 + 6, scale * top), caption, fill=colour)
    return picture
