"""Sets a written report as a web page, for a browser or an office program to print."""

import html
import re

from tests.written.source import Block, Line, Rows, Style, Toc, Written


def inline(text: str) -> str:
    text = html.escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"\*(\S.*?)\*", r"<i>\1</i>", text)
    return re.sub(r"\^(\d+)\^", r"<sup>\1</sup>", text)


def css(look: Style) -> str:
    rules = {
        "font-size": f"{look.size}pt",
        "font-weight": "bold" if look.bold else "",
        "font-style": "italic" if look.italic else "",
        "text-align": look.align,
        "color": look.color or "",
        "margin": f"{look.before}pt 0 {look.after}pt {look.indent + look.hanging}pt",
        "text-indent": f"-{look.hanging}pt" if look.hanging else "",
        "background": "#e8eef4" if look.box else "",
        "page-break-before": "always" if look.newpage else "",
        "page-break-after": "avoid" if look.before else "",
    }
    return "; ".join(f"{key}: {value}" for key, value in rules.items() if value)


def line_html(line: Line, gap: str) -> str:
    words = inline(line.text)
    words = f"<u>{words}</u>" if line.style.underline else words
    if line.style.stacked and line.label:
        return f'<p style="{css(line.style)}">{html.escape(line.label)}</p>\n<p style="{css(line.style)}">{words}</p>'
    if line.label:
        wide = gap == "tab" or not line.level
        space = '<span style="display:inline-block; width:1.2em">&nbsp;</span>' if wide else " "
        words = f"{html.escape(line.label)}{space}{words}"
    if line.runs_into:
        plain = css(Style(size=line.style.size, serif=line.style.serif, before=line.style.before))
        return f'<p style="{plain}"><b>{words}</b> {inline(line.runs_into)}</p>'
    return f'<p style="{css(line.style)}">{words}</p>'


def toc_html(toc: Toc) -> str:
    rows = []
    for level, words, page in toc.entries:
        rest = " " + "." * max(6, 70 - len(words)) + " " if toc.dots else "&emsp;&emsp;&emsp;"
        margin = f"margin: 2pt 0 0 {14 * level}pt; font-size: {toc.style.size}pt"
        rows.append(f'<p style="{margin}">{html.escape(words)}{rest}{page}</p>')
    return "\n".join(rows)


def rows_html(rows: Rows) -> str:
    cell = f"border: 1px solid #888; padding: 2pt 6pt; font-size: {rows.style.size}pt"
    lines = ("".join(f'<td style="{cell}">{inline(text)}</td>' for text in row) for row in rows.cells)
    return (
        '<table style="border-collapse: collapse; margin: 6pt 0">'
        + "".join(f"<tr>{r}</tr>" for r in lines)
        + "</table>"
    )


def block_html(block: Block, gap: str) -> str:
    if isinstance(block, Line):
        return line_html(block, gap)
    if isinstance(block, Rows):
        return rows_html(block)
    if isinstance(block, Toc):
        return toc_html(block)
    if block.kind == "break":
        return '<p style="page-break-before: always; margin: 0; font-size: 1pt"></p>'
    if block.kind == "rule":
        return '<hr style="width: 30%; margin: 20pt auto 4pt 0">'
    if block.kind == "columns":
        return f'<div style="column-count: {block.columns}; column-gap: 24pt">' if block.columns > 1 else "</div>"
    return ""


def page_html(written: Written) -> str:
    font = "Liberation Serif, Times New Roman, serif" if written.body.serif else "Liberation Sans, Arial, sans-serif"
    page = "Letter" if written.letter else "A4"
    blocks = list(written.blocks)
    # A break before a title that begins on a page of its own would leave an empty page.
    body = "\n".join(block_html(block, written.gap) for block in blocks)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{written.name}</title><style>'
        f"@page {{ size: {page}; margin: 22mm 20mm }} body {{ font-family: {font}; font-size: {written.body.size}pt; "
        f"line-height: 1.25 }}</style></head><body>{body}</body></html>"
    )


def margin_html(template: str | None, written: Written) -> str:
    """A running head or foot for a browser."""
    words = html.escape(template or "").replace("{page}", '<span class="pageNumber"></span>').replace("{chapter}", "")
    return f'<div style="font-size: 8pt; width: 100%; margin: 0 20mm; font-family: serif">{words}</div>'
