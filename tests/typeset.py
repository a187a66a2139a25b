"""Pages set by hand, for tests of what is made of them: every character is half an em wide."""

from collections.abc import Sequence

from pipeline.records import Page, Word

WIDTH, HEIGHT = 600.0, 800.0


def put(
    x: float, top: float, text: str, size: float = 10, bold: bool = False, line: int = 0, page: int = 1
) -> list[Word]:
    """A line of words from `x` on, its top at `top`."""
    words = []
    for part in text.split(" "):
        width = 0.5 * size * len(part)
        if part:
            edges = tuple(x + 0.5 * size * i for i in range(len(part) + 1))
            words.append(Word(part, (x, top, x + width, top + size), "Test", size, bold, False, line, page, edges))
        x += width + 0.5 * size
    return words


def column(
    x: float, top: float, lines: Sequence[str], leading: float = 12, size: float = 10, page: int = 1
) -> list[Word]:
    """Lines below each other."""
    return [
        word
        for number, text in enumerate(lines)
        for word in put(x, top + leading * number, text, size, line=number, page=page)
    ]


def sheet(*stretches: list[Word], page: int = 1, **more: object) -> Page:
    """A page with some stretches of words, which are put on it whatever page they were set for."""
    words = [
        Word(w.text, w.bbox, w.font, w.size, w.bold, w.italic, 100 * n + w.line, page, w.edges)
        for n, stretch in enumerate(stretches)
        for w in stretch
    ]
    return Page(page, WIDTH, HEIGHT, 0, "text_layer", tuple(words), **more)  # type: ignore[arg-type]
