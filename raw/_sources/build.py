"""Prints the sample submissions: `python raw/_sources/build.py [SOURCE.txt ...]` rewrites the PDFs in `raw/`.

Sources with `%style engine=reportlab` are drawn by reportlab, the others become a .docx that LibreOffice exports
(`engine=scan`: whose pages then become images). The
committed PDFs are the truth: another version of LibreOffice or of its fonts breaks lines elsewhere.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import docx
import pikepdf
import pypdfium2
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from drawn import by_reportlab
from looks import DEFAULTS, style_of
from marked import Block, Submission, read
from PIL import Image

HERE = Path(__file__).parent
RAW = HERE.parent
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


class WordWriter:
    """Writes the blocks of a submission into a .docx."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self.style = dict(DEFAULTS)
        self.rows: list[Block] = []
        self.break_next = False
        self.titles = 0

    def write(self, submission: Submission) -> bytes:
        for block in [*submission.blocks, Block("end", "")]:
            if self.rows and block.topic != "row":
                self.table()
            getattr(self, f"on_{block.topic}")(block)
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def on_end(self, block: Block) -> None:
        pass

    def on_report(self, block: Block) -> None:
        self.titles = 0

    def on_style(self, block: Block) -> None:
        self.style = style_of(block.text, self.style)
        section = self.document.sections[-1]
        margin = Pt(float(self.style["margin"]))
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = margin
        section.page_width, section.page_height = (
            (Pt(595), Pt(842)) if self.style["paper"] == "a4" else (Pt(612), Pt(792))
        )

    def on_p(self, block: Block) -> None:
        self.break_next = True

    def paragraph(self, align: str | None = None) -> Paragraph:
        paragraph = self.document.add_paragraph()
        form = paragraph.paragraph_format
        form.alignment = ALIGNMENTS[align or self.style["align"]]
        form.line_spacing = float(self.style["line"])
        form.space_after = Pt(float(self.style["after"]))
        form.widow_control = self.style["widows"] == "yes"
        form.page_break_before = self.break_next
        self.break_next = False
        return paragraph

    def run(self, paragraph: Paragraph, text: str, size: float = 0, **look: bool) -> None:
        run = paragraph.add_run(text)
        run.font.name = self.style["font"]
        run._element.rPr.rFonts.set(qn("w:eastAsia"), self.style["font"])
        run.font.size = Pt(size or float(self.style["size"]))
        run.bold, run.italic, run.underline = look.get("bold"), look.get("italic"), look.get("underline")
        if look.get("color"):
            run.font.color.rgb = docx.shared.RGBColor.from_string(self.style["color"])

    def on_t(self, block: Block) -> None:
        self.titles += 1
        size = float(self.style["size"])
        paragraph = self.paragraph(self.style["title"])
        self.run(paragraph, block.text, size + {1: 4, 2: 2}.get(self.titles, 0), bold=self.titles < 3)

    def on_cover(self, block: Block) -> None:
        paragraph = self.paragraph("center")
        paragraph.paragraph_format.space_before = Pt(60)
        self.run(paragraph, block.text, 22, bold=True)

    def on_toc(self, block: Block) -> None:
        paragraph = self.paragraph("left")
        paragraph.paragraph_format.space_after = Pt(2)
        place = Pt((595 if self.style["paper"] == "a4" else 612) - 2 * float(self.style["margin"]))
        paragraph.paragraph_format.tab_stops.add_tab_stop(place, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        self.run(paragraph, block.text.replace(" ... ", "\t"))

    def on_side(self, block: Block) -> None:
        self.run(self.paragraph(), block.text)

    def on_space(self, block: Block) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(float(block.text))

    def on_heading(self, block: Block) -> None:
        depth = block.path.count(".")
        look = self.style["sub"] if depth else self.style["heading"]
        paragraph = self.paragraph(self.style["halign"])
        form = paragraph.paragraph_format
        hang, indent = float(self.style["hang"]), depth * float(self.style["indent"])
        form.left_indent, form.first_line_indent = Pt(hang + indent), Pt(-hang)
        form.space_before = Pt(4 if depth else 9)
        form.keep_with_next = self.style["widows"] == "yes"
        gap = "\t" if hang else " "
        text = block.text.upper() if "caps" in look else block.text
        size = float(self.style["size"]) + float(self.style["headsize"]) * (1 if not depth else 0.5)
        number = f"{block.number}{gap}" if block.number else ""
        first, broken, last = text.partition("¶")
        looks = {"bold": "bold" in look, "italic": "italic" in look, "underline": "underline" in look, "color": True}
        self.run(paragraph, number + first, size, **looks)
        if broken:
            paragraph.add_run().add_break(WD_BREAK.PAGE)
            self.run(paragraph, last, size, **looks)

    def on_paragraph(self, block: Block) -> None:
        paragraph = self.paragraph()
        paragraph.paragraph_format.left_indent = Pt(float(self.style["hang"]) if self.style["hang"] != "0" else 0)
        self.run(paragraph, block.text)

    def on_item(self, block: Block) -> None:
        self.listed(block.text, 18)

    def on_subitem(self, block: Block) -> None:
        self.listed(block.text, 40, "o" if self.style["bullet"] == "circle" else "-")

    def listed(self, text: str, indent: float, bullet: str = "") -> None:
        paragraph = self.paragraph()
        form = paragraph.paragraph_format
        form.left_indent, form.first_line_indent, form.space_after = Pt(indent + 18), Pt(-16), Pt(2)
        form.tab_stops.add_tab_stop(Pt(indent + 18))
        if not bullet and self.style["bullet"] in ("symbol", "circle"):
            paragraph.style = "List Bullet"
            self.run(paragraph, text)
            return
        self.run(paragraph, bullet or self.style["bullet"])
        self.run(paragraph, "\t" + text)

    def on_row(self, block: Block) -> None:
        self.rows.append(block)

    def table(self) -> None:
        table = self.document.add_table(rows=0, cols=len(self.rows[0].cells))
        table.style = "Table Grid" if self.style["table"] == "ruled" else "Normal Table"
        for number, row in enumerate(self.rows):
            for cell, text in zip(table.add_row().cells, row.cells, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(1)
                self.run(paragraph, text, float(self.style["size"]) - 1, bold=number == 0)
        self.rows = []
        self.on_space(Block("space", "8"))

    def on_caption(self, block: Block) -> None:
        paragraph = self.paragraph("left")
        paragraph.paragraph_format.keep_with_next = True
        self.run(paragraph, block.text, float(self.style["size"]) - 1, italic=True)

    def on_header(self, block: Block) -> None:
        self.margin_line(self.document.sections[-1].header.paragraphs[0], block.text)

    def on_footer(self, block: Block) -> None:
        self.margin_line(self.document.sections[-1].footer.paragraphs[0], block.text)

    def margin_line(self, paragraph: Paragraph, text: str) -> None:
        before, hash_sign, after = text.partition("#")
        paragraph.alignment = ALIGNMENTS["center"]
        self.run(paragraph, before, 9)
        if hash_sign:
            run = paragraph.add_run()
            run.font.size = Pt(9)
            for kind, content in (("begin", None), (None, "PAGE"), ("end", None)):
                mark = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    mark.set(qn("w:fldCharType"), kind)
                else:
                    mark.text = content
                run._element.append(mark)
            self.run(paragraph, after, 9)


def by_libreoffice(submission: Submission) -> bytes:
    """The PDF that LibreOffice exports from the submission's .docx."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "submission.docx")
        source.write_bytes(WordWriter().write(submission))
        subprocess.run(
            [
                "soffice",
                "--headless",
                f"-env:UserInstallation=file://{folder}/profile",
                "--convert-to",
                "pdf",
                source.name,
            ],
            cwd=folder,
            check=True,
            capture_output=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        )
        return fixed(source.with_suffix(".pdf").read_bytes())


def scanned(data: bytes) -> bytes:
    """The pages as a scanner sees them: a little askew, black and white, without text."""
    pages = []
    for page in pypdfium2.PdfDocument(data):
        image = page.render(scale=150 / 72, grayscale=True).to_pil()
        pages.append(
            image.rotate(0.35, resample=Image.Resampling.BICUBIC, fillcolor=255).point(lambda v: 255 * (v > 150), "1")
        )
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    return fixed(out.getvalue())


def fixed(data: bytes) -> bytes:
    """The PDF without its dates of making, and with an identity computed from its content."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for key in ("/CreationDate", "/ModDate"):
            if key in pdf.docinfo:
                del pdf.docinfo[key]
        for key in ("/DocChecksum", "/ID"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def main(names: list[str]) -> None:
    """Rewrite the PDFs of the named sources, or of all."""
    for source in [Path(name) for name in names] or sorted(HERE.glob("*.txt")):
        submission = read(source)
        style = style_of(next(block.text for block in submission.blocks if block.topic == "style"), DEFAULTS)
        if style["engine"] == "reportlab":
            data = by_reportlab(submission, style)
        else:
            data = by_libreoffice(submission)
            data = scanned(data) if style["engine"] == "scan" else data
        (RAW / submission.file).write_bytes(data)
        print(f"{submission.file}: {len(data):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
