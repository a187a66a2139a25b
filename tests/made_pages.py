"""Pages made of lines: what an engine would have read off a page set in a plain way."""

from pipeline.records import Page, Word

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT = 72.0, 523.0


def words_of(
    text: str,
    *,
    top: float,
    x: float | None = None,
    size: float = 11.0,
    bold: bool = False,
    page: int = 1,
    line: int = 0,
) -> list[Word]:
    """The words of one line, half an em a character; `x` None sets it in the middle of the page."""
    each = 0.5 * size
    x0 = (WIDTH - each * len(text)) / 2 if x is None else x
    words = []
    for part in text.split(" "):
        if part:
            box = (x0, top, x0 + each * len(part), top + size)
            words.append(Word(part, box, "Bold" if bold else "Regular", size, bold, False, line, page))
        x0 += each * (len(part) + 1)
    return words


def page_of(marked: str, page: int = 1) -> Page:
    """A page from marked lines.

    `# ` begins a bold line, `#+ ` a larger bold one, `~ ` a line in the middle, `#~ ` a bold one there, `>` each time
    indents by 18 points, an empty line leaves a gap; ordinary lines are wrapped at 80 characters as paragraphs.
    """
    words: list[Word] = []
    top, number = 72.0, 0
    for row in marked.strip("\n").split("\n"):
        mark, _, text = row.partition(" ")
        if not row.strip():
            top += 10.0
            continue
        known = set(mark) <= set("#+~>") and bool(mark)
        text = text if known else row
        mark = mark if known else ""
        size = 14.0 if "+" in mark else 11.0
        x = None if "~" in mark else LEFT + 18.0 * mark.count(">")
        for piece in [text] if mark.strip(">") else _wrapped(text, 80 - 3 * mark.count(">")):
            words += words_of(piece, top=top, x=x, size=size, bold="#" in mark, page=page, line=number)
            top += 1.2 * size
            number += 1
    return Page(page, WIDTH, HEIGHT, 0, "text_layer", tuple(words))


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


PROSE = (
    "During the year the members met several times and reviewed what had been done in the districts, with volunteers, "
    "partners and the regional offices, and agreed on what remained to be done before the general assembly."
)
