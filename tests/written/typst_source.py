"""Sets a written report for typst, which breaks and hyphenates lines as TeX does."""

import json
import re

from tests.written.source import Block, Line, Rows, Style, Toc, Written


def quoted(text: str) -> str:
    return "#" + json.dumps(text, ensure_ascii=False)


def inline(text: str) -> str:
    made = []
    for part in re.split(r"(\*\*.+?\*\*|\*\S.*?\*|\^\d+\^)", text):
        if part.startswith("**"):
            made.append(f"#strong[{quoted(part[2:-2])}]")
        elif part.startswith("*") and len(part) > 1:
            made.append(f"#emph[{quoted(part[1:-1])}]")
        elif part.startswith("^") and len(part) > 1:
            made.append(f"#super[{quoted(part[1:-1])}]")
        elif part:
            made.append(quoted(part))
    return "".join(made)


def dressed(words: str, look: Style) -> str:
    arguments = [f"size: {look.size}pt"]
    arguments += ['weight: "bold"'] if look.bold else []
    arguments += ['style: "italic"'] if look.italic else []
    arguments += [f'fill: rgb("{look.color}")'] if look.color else []
    words = f"#underline[{words}]" if look.underline else words
    return f"#text({', '.join(arguments)})[{words}]"


def block_of(words: str, look: Style) -> str:
    arguments = [f"above: {look.before + 8}pt", f"below: {look.after + 3}pt", "width: 100%"]
    arguments += ['fill: rgb("#e8eef4")', "inset: 3pt"] if look.box else []
    arguments += ["sticky: true"] if look.before and look.size < 20 else []
    where = look.align if look.align in ("center", "right") else "left"
    justify = "true" if look.align == "justify" else "false"
    inside = f"#set par(justify: {justify}, hanging-indent: {look.hanging}pt)\n#align({where})[{words}]"
    padded = f"#pad(left: {look.indent}pt)[{inside}]" if look.indent else inside
    cover = f"#v({look.before}pt)\n" if look.before >= 40 else ""
    page = "#pagebreak(weak: true)\n" if look.newpage else ""
    return f"{page}{cover}#block({', '.join(arguments)})[{padded}]\n"


def line_typst(line: Line, gap: str) -> str:
    look = line.style
    if look.stacked and line.label:
        return block_of(dressed(quoted(line.label), look), look) + block_of(dressed(inline(line.text), look), look)
    words = inline(line.text)
    if line.label and not line.level:
        words = f"#box(width: {look.hanging}pt)[{quoted(line.label)}]{words}"
    elif line.label:
        words = quoted(line.label) + ("#h(1.5em)" if gap == "tab" else " ") + words
    words = dressed(words, look)
    if line.runs_into:
        words += f" #text(size: {look.size}pt)[{inline(line.runs_into)}]"
    return block_of(words, look)


def block_typst(block: Block, gap: str) -> str:
    if isinstance(block, Line):
        return line_typst(block, gap)
    if isinstance(block, Rows):
        width = max(map(len, block.cells))
        cells = ", ".join(f"[{inline(cell)}]" for row in block.cells for cell in (*row, *[""] * (width - len(row))))
        return f"#table(columns: {width}, {cells})\n"
    if isinstance(block, Toc):
        fill = "#box(width: 1fr, repeat[.])" if block.dots else "#h(1fr)"
        return "".join(
            block_of(f"{quoted(words)} {fill} {page}", Style(indent=12.0 * level))
            for level, words, page in block.entries
        )
    if block.kind == "break":
        return "#pagebreak(weak: true)\n"
    if block.kind == "rule":
        return "#v(14pt)\n#line(length: 30%, stroke: 0.5pt)\n"
    if block.kind == "columns":
        return f"#columns({block.columns}, gutter: 22pt)[\n" if block.columns > 1 else "]\n"
    return ""


def margin_typst(template: str | None) -> str:
    parts = re.split(r"(\{page\}|\{chapter\})", template or "")
    made = ["#context counter(page).display()" if p == "{page}" else quoted(p) for p in parts if p and p != "{chapter}"]
    return f"[#text(size: 8pt)[{' '.join(made)}]]"


def typst_source(written: Written) -> str:
    font = '"Libertinus Serif"' if written.body.serif else '"Liberation Sans", "DejaVu Sans"'
    paper = "us-letter" if written.letter else "a4"
    return (
        f'#set page(paper: "{paper}", margin: (x: 22mm, y: 24mm), header: {margin_typst(written.head)}, '
        f"footer: {margin_typst(written.foot)})\n#set text(font: ({font},), size: {written.body.size}pt)\n"
        + "".join(block_typst(block, written.gap) for block in written.blocks)
    )
