"""Sets a written report with reportlab: flowing text, built-in fonts, running heads."""

import io
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from tests.written.page_html import inline
from tests.written.source import Block, Line, Rows, Style, Toc, Written

ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}


def paragraph_style(look: Style) -> ParagraphStyle:
    font = "Times-Roman" if look.serif else "Helvetica"
    return ParagraphStyle(
        "set",
        fontName=font,
        fontSize=look.size,
        leading=look.size * 1.25,
        alignment=ALIGN[look.align],
        textColor=look.color or "#000000",
        spaceBefore=look.before,
        spaceAfter=look.after,
        leftIndent=look.indent + look.hanging,
        firstLineIndent=0,
        bulletIndent=look.indent,
        bulletFontName=font,
        bulletFontSize=look.size,
        backColor="#e8eef4" if look.box else None,
        keepWithNext=look.before > 0 and look.size < 20,
        splitLongWords=0,
    )


def dressed(words: str, look: Style) -> str:
    for tag, worn in (("b", look.bold), ("i", look.italic), ("u", look.underline)):
        words = f"<{tag}>{words}</{tag}>" if worn else words
    return "".join(f'<font name="ZapfDingbats">{c}</font>' if "①" <= c <= "⑨" else c for c in words)


class Heading(Paragraph):  # type: ignore[misc]
    """A paragraph that tells the running head which chapter this is."""

    chapter: str | None = None

    def draw(self) -> None:
        super().draw()
        if self.chapter:
            self.canv.chapter = self.chapter


def line_flowables(line: Line, gap: str) -> list[Flowable]:
    look = line.style
    words = inline(line.text)
    before: list[Flowable] = [PageBreak()] if look.newpage else []
    # Space above is lost at the top of a frame, so a cover needs some of its own.
    before += [Spacer(0, look.before)] if look.before >= 40 else []
    if line.bullet or (line.label and not line.level):
        return [Paragraph(dressed(words, look), paragraph_style(look), bulletText=line.label)]
    if look.stacked and line.label:
        return [Paragraph(dressed(part, look), paragraph_style(look)) for part in (line.label, words)]
    if line.label:
        words = line.label + ("&nbsp;" * 4 if gap == "tab" else " ") + words
    words = dressed(words, look)
    if line.runs_into:
        words += " " + inline(line.runs_into)
    made = Heading(words, paragraph_style(look))
    made.chapter = f"{line.label or ''} {line.text}".strip() if line.level == 1 else None
    return [*before, made]


def toc_flowables(toc: Toc, width: float) -> list[Flowable]:
    made = []
    for level, words, page in toc.entries:
        look = paragraph_style(Style(size=toc.style.size, serif=toc.style.serif, indent=12.0 * level))
        dots = " ." * max(4, int((width - 6.2 * len(words)) / 6)) if toc.dots else "&nbsp;" * 12
        made.append(Paragraph(f"{words} {dots} {page}", look))
    return made


def flowables(block: Block, written: Written, width: float) -> list[Flowable]:
    if isinstance(block, Line):
        return line_flowables(block, written.gap)
    if isinstance(block, Toc):
        return toc_flowables(block, width)
    if isinstance(block, Rows):
        look = paragraph_style(block.style)
        table = Table([[Paragraph(inline(cell), look) for cell in row] for row in block.cells], hAlign="LEFT")
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey)]))
        return [table, Spacer(0, 6)]
    if block.kind == "break":
        return [PageBreak()]
    if block.kind == "rule":
        return [Spacer(0, 18), HRFlowable(width="30%", hAlign="LEFT", color=colors.black)]
    return []


def templates(size: tuple[float, float], head: list[Flowable], margins: Any) -> list[PageTemplate]:
    """Pages of one column, of two, and of two below a `head`."""
    left, bottom, width, height = 22 * mm, 23 * mm, size[0] - 44 * mm, size[1] - 46 * mm
    gap, top = 18, sum(f.wrap(width, height)[1] + f.getSpaceBefore() + f.getSpaceAfter() for f in head) + 24
    half = (width - gap) / 2
    whole = [Frame(left, bottom, width, height)]
    two = [Frame(x, bottom, half, height) for x in (left, left + half + gap)]
    below = [Frame(x, bottom, half, height - top) for x in (left, left + half + gap)]
    above = Frame(left, bottom + height - top, width, top)
    return [
        PageTemplate("one", whole, onPageEnd=margins),
        PageTemplate("two", two, onPageEnd=margins),
        PageTemplate("below", [above, *below], onPageEnd=margins),
    ]


def story(written: Written, width: float) -> tuple[list[Flowable], list[Flowable]]:
    """What is set, and what of it stands above two columns on the first page."""
    made: list[Flowable] = []
    head: list[Flowable] = []
    for block in written.blocks:
        if not isinstance(block, Line | Rows | Toc) and block.kind == "columns":
            if block.columns == 1:
                made.append(NextPageTemplate("one"))
            elif made and isinstance(made[-1], PageBreak):
                made[-1:] = [NextPageTemplate("two"), PageBreak()]
            else:
                head = list(made)
                made += [NextPageTemplate("two"), FrameBreak()]
            continue
        made.extend(flowables(block, written, width))
    return made, head


def platypus_bytes(written: Written) -> bytes:
    """The report as a PDF, the same bytes every time."""
    size = LETTER if written.letter else A4
    stream = io.BytesIO()

    def margins(canvas: Any, _: object) -> None:
        canvas.setFont("Times-Roman" if written.body.serif else "Helvetica", 8)
        chapter = getattr(canvas, "chapter", "")
        for template, y in ((written.head, size[1] - 14 * mm), (written.foot, 12 * mm)):
            words = (template or "").replace("{page}", str(canvas.getPageNumber())).replace("{chapter}", chapter)
            canvas.drawString(22 * mm, y, words)

    set_lines, head = story(written, size[0] - 44 * mm)
    pages = templates(size, head, margins)
    file = BaseDocTemplate(stream, pagesize=size, invariant=1)
    file.addPageTemplates(pages[::-1] if head else pages)
    file.build(set_lines, canvasmaker=Canvas)
    return stream.getvalue()
