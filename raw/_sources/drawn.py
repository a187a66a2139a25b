"""Draws submissions with reportlab: one or two columns, notes at the foot of the page, tables without rules."""

import io

from looks import style_of
from marked import Block, Submission
from reportlab import rl_config
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    FrameBreak,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

FONTS = {
    "DejaVu Serif": "/usr/share/fonts/truetype/dejavu/DejaVuSerif{}.ttf",
    "Carlito": "/usr/share/fonts/truetype/crosextra/Carlito-{}.ttf",
}
ALIGNMENTS = {"left": TA_LEFT, "justify": TA_JUSTIFY, "center": TA_CENTER}
BUILT_IN = {"Times": ("Times-Roman", "Times-Bold", "Times-Italic"), "Helvetica": ("Helvetica", "Helvetica-Bold", "")}


def fonts(name: str) -> tuple[str, str]:
    """The regular and the bold face; a font that is not built in is embedded."""
    if name in BUILT_IN:
        return BUILT_IN[name][:2]
    faces = ("", "-Bold") if "DejaVu" in name else ("Regular", "Bold")
    names = (f"{name} regular".replace(" ", ""), f"{name} bold".replace(" ", ""))
    for face, known in zip(faces, names, strict=True):
        pdfmetrics.registerFont(TTFont(known, FONTS[name].format(face)))
    return names


class Place(Flowable):
    """Takes no room; notes the page it comes to stand on, at the beginning or the end of a report."""

    def __init__(self, places: list[tuple[str, int]], what: str) -> None:
        super().__init__()
        self.places, self.what = places, what

    def wrap(self, *_room: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self.places.append((self.what, self.canv.getPageNumber()))


class Drawing:
    """Turns blocks into flowables."""

    def __init__(self, submission: Submission, style: dict[str, str]) -> None:
        self.submission = submission
        self.restyle(style)
        self.places: list[tuple[str, int]] = []
        self.broken = True
        self.header, self.footer = "", ""
        self.notes: dict[int, str] = {}
        self.rows: list[Block] = []
        self.story: list[Flowable] = []
        self.titles = 0

    def restyle(self, style: dict[str, str]) -> None:
        self.style = style
        self.regular, self.bold = fonts(style["font"])

    def look(self, **changes: object) -> ParagraphStyle:
        size = float(self.style["size"])
        base: dict[str, object] = {
            "fontName": self.regular,
            "fontSize": size,
            "leading": size * 1.2 * float(self.style["line"]),
            "alignment": ALIGNMENTS[self.style["align"]],
            "spaceAfter": float(self.style["after"]),
            "allowWidows": 1,
            "allowOrphans": 1,
            "embeddedHyphenation": 1,
            "bulletFontName": self.regular,
            "bulletFontSize": size,
        }
        return ParagraphStyle("any", **{**base, **changes})

    def add(self, text: str, bullet: str | None = None, **changes: object) -> None:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        self.story.append(Paragraph(escaped, self.look(**changes), bulletText=bullet))

    def block(self, block: Block) -> None:
        size = float(self.style["size"])
        if self.rows and block.topic != "row":
            self.table()
        if block.topic == "style":
            self.restyle(style_of(block.text, self.style))
        elif block.topic == "report":
            self.titles = 0
            if not self.broken:
                self.story += [Place(self.places, "end"), CondPageBreak(160)]
            self.story.append(Place(self.places, "begin"))
        elif block.topic == "t":
            self.titles += 1
            self.add(
                block.text,
                alignment=ALIGNMENTS[self.style["title"]],
                fontName=self.bold if self.titles < 3 else self.regular,
                fontSize=size + {1: 6, 2: 3}.get(self.titles, 0),
                leading=(size + 6) * 1.2,
            )
        elif block.topic == "heading":
            self.heading(block)
        elif block.topic == "row":
            self.rows.append(block)
        elif block.topic == "end":
            self.story.append(Place(self.places, "end"))
        elif block.topic in ("item", "subitem"):
            indent = 14 if block.topic == "item" else 28
            bullet = "•" if block.topic == "item" else "-"
            self.add(block.text, bullet, leftIndent=indent, bulletIndent=indent - 10, spaceAfter=2)
        elif block.topic == "p":
            self.story += [Place(self.places, "end"), PageBreak()]
        elif block.topic == "column":
            self.story.append(FrameBreak())
        elif block.topic == "space":
            self.story.append(Spacer(1, float(block.text)))
        elif block.topic == "header":
            self.header = block.text
        elif block.topic == "footer":
            self.footer = block.text
        elif block.topic == "note":
            page, _, text = block.text.partition(" ")
            self.notes[int(page)] = text
        elif block.topic in ("paragraph", "caption", "side"):
            self.add(block.text, **({"alignment": TA_LEFT} if block.topic == "side" else {}))
        self.broken = block.topic in ("p", "style", "header", "footer") and (self.broken or block.topic == "p")

    def heading(self, block: Block) -> None:
        depth, hang = block.path.count("."), float(self.style["hang"])
        size = float(self.style["size"]) + float(self.style["headsize"]) * (0 if depth else 1)
        if self.style["widows"] == "yes":
            self.story.append(CondPageBreak(48))
        self.add(
            block.text if hang and block.number else f"{block.number} {block.text}".strip(),
            block.number if hang and block.number else None,
            fontName=self.bold,
            bulletFontName=self.bold,
            bulletFontSize=size,
            fontSize=size,
            leading=size * 1.25,
            spaceBefore=6,
            leftIndent=hang,
            alignment=ALIGNMENTS[self.style["halign"]],
        )

    def table(self) -> None:
        data = [
            [Paragraph(cell.replace("&", "&amp;"), self.look(alignment=TA_LEFT)) for cell in row.cells]
            for row in self.rows
        ]
        rules = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)]
        if self.style["table"] == "ruled":
            rules.append(("GRID", (0, 0), (-1, -1), 0.5, black))
        self.story.append(Table(data, style=TableStyle(rules), hAlign="LEFT"))
        self.story.append(Spacer(1, 8))
        self.rows = []

    def furniture(self, canvas: object, document: BaseDocTemplate) -> None:
        width, height = A4
        canvas.setFont(self.regular, 8)
        canvas.drawString(document.leftMargin, height - 36, self.header)
        canvas.drawCentredString(width / 2, 30, self.footer.replace("#", str(document.page)))
        if note := self.notes.get(document.page):
            canvas.line(document.leftMargin, 66, document.leftMargin + 120, 66)
            canvas.drawString(document.leftMargin, 54, note)


def by_reportlab(submission: Submission, style: dict[str, str]) -> bytes:
    """The PDF that reportlab draws; the same bytes every time."""
    return with_places(submission, style)[0]


def with_places(submission: Submission, style: dict[str, str]) -> tuple[bytes, list[tuple[int, int]]]:
    """The PDF, and the first and the last page of each of its reports."""
    rl_config.invariant = 1
    drawing = Drawing(submission, style)
    for block in [*submission.blocks, Block("end", "")]:
        drawing.block(block)
    out, margin, columns = io.BytesIO(), float(style["margin"]), int(style["columns"])
    width, height = A4
    gap = 20.0
    each = (width - 2 * margin - gap * (columns - 1)) / columns
    frames = [
        Frame(margin + (each + gap) * n, 76, each, height - 76 - 52, leftPadding=0, rightPadding=0)
        for n in range(columns)
    ]
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=margin, title="", author="", creator="", producer="ReportLab"
    )
    document.addPageTemplates([PageTemplate("all", frames, onPage=drawing.furniture)])
    document.build(drawing.story)
    spans: list[tuple[int, int]] = []
    for what, page in drawing.places:
        if what == "begin":
            spans.append((page, page))
        elif spans:
            spans[-1] = (spans[-1][0], page)
    return out.getvalue(), spans
