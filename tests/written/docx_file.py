"""Sets a written report as a Word file, for an office program to print."""

import io
import re
from dataclasses import replace

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from tests.written.source import Line, Rows, Style, Toc, Written

ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def add_run(paragraph: Paragraph, text: str, look: Style, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(look.size)
    run.font.name = "Liberation Serif" if look.serif else "Liberation Sans"
    run.bold, run.italic, run.underline = look.bold or bold, look.italic or italic, look.underline
    if look.color:
        run.font.color.rgb = RGBColor.from_string(look.color[1:].upper())


def add_words(paragraph: Paragraph, text: str, look: Style) -> None:
    for part in re.split(r"(\*\*.+?\*\*|\*\S.*?\*|\^\d+\^)", text):
        if part.startswith("**"):
            add_run(paragraph, part[2:-2], look, bold=True)
        elif part.startswith("*") and len(part) > 1:
            add_run(paragraph, part[1:-1], look, italic=True)
        elif part.startswith("^") and len(part) > 1:
            add_run(paragraph, part[1:-1], look)
            paragraph.runs[-1].font.superscript = True
        elif part:
            add_run(paragraph, part, look)


def new_paragraph(file: WordFile, look: Style) -> Paragraph:
    paragraph = file.add_paragraph()
    form = paragraph.paragraph_format
    form.alignment = ALIGN[look.align]
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.left_indent, form.first_line_indent = Pt(look.indent + look.hanging), Pt(-look.hanging)
    form.keep_with_next = look.before > 0 and look.size < 20
    form.page_break_before = look.newpage
    if look.box:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E8EEF4")
        paragraph._p.get_or_add_pPr().append(shade)
    return paragraph


def add_line(file: WordFile, line: Line, gap: str) -> None:
    look = line.style
    if look.stacked and line.label:
        add_run(new_paragraph(file, look), line.label, look)
        add_words(new_paragraph(file, look), line.text, look)
        return
    paragraph = new_paragraph(file, look)
    if line.label:
        add_run(paragraph, line.label + ("\t" if gap == "tab" or not line.level else " "), look)
    add_words(paragraph, line.text, look)
    if line.runs_into:
        add_words(paragraph, " " + line.runs_into, Style(size=look.size, serif=look.serif))


def add_rows(file: WordFile, rows: Rows) -> None:
    table = file.add_table(rows=0, cols=max(map(len, rows.cells)), style="Table Grid")
    for row in rows.cells:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            add_words(cell.paragraphs[0], text, rows.style)
    new_paragraph(file, rows.style)


def add_toc(file: WordFile, toc: Toc) -> None:
    for level, words, page in toc.entries:
        paragraph = new_paragraph(file, Style(indent=12.0 * (level - 1)))
        leader = WD_TAB_LEADER.DOTS if toc.dots else WD_TAB_LEADER.SPACES
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(168), WD_TAB_ALIGNMENT.RIGHT, leader)
        add_run(paragraph, f"{words}\t{page}", toc.style)


def add_field(paragraph: Paragraph, instruction: str) -> None:
    for kind, text in (("begin", None), (None, instruction), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(8)
        if kind:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)
        else:
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


def fill_margin(paragraph: Paragraph, template: str | None, chapter: str) -> None:
    for part in re.split(r"(\{page\})", (template or "").replace("{chapter}", chapter)):
        if part == "{page}":
            add_field(paragraph, "PAGE")
        elif part:
            add_run(paragraph, part, Style(size=8))


def start_section(file: WordFile, written: Written, kind: WD_SECTION | None, chapter: str, columns: int) -> None:
    section = file.sections[-1] if kind is None else file.add_section(kind)
    section.page_width, section.page_height = (Mm(216), Mm(279)) if written.letter else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin = section.bottom_margin = Mm(23)
    for margin, template in ((section.header, written.head), (section.footer, written.foot)):
        margin.is_linked_to_previous = False
        fill_margin(margin.paragraphs[0], template, chapter)
    # A section of the file keeps what it was given when the next one copied it.
    for old in section._sectPr.findall(qn("w:cols")):
        section._sectPr.remove(old)
    cols = OxmlElement("w:cols")
    cols.set(qn("w:num"), str(columns))
    cols.set(qn("w:space"), "480")
    section._sectPr.append(cols)


def docx_bytes(written: Written) -> bytes:
    file = Document()
    chapters = "{chapter}" in (written.head or "")
    start_section(file, written, None, "", 1)
    for block in written.blocks:
        if isinstance(block, Line):
            if chapters and block.level == 1:
                start_section(file, written, WD_SECTION.NEW_PAGE, f"{block.label or ''} {block.text}".strip(), 1)
                block = replace(block, style=replace(block.style, newpage=False))
            add_line(file, block, written.gap)
        elif isinstance(block, Rows):
            add_rows(file, block)
        elif isinstance(block, Toc):
            add_toc(file, block)
        elif block.kind == "break":
            file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif block.kind == "rule":
            add_run(file.add_paragraph(), "_" * 30, Style(size=8))
        elif block.kind == "columns":
            start_section(file, written, WD_SECTION.CONTINUOUS, "", block.columns)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()
