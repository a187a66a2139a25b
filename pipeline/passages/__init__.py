"""Lines to canonical text, with the way back from every character to its place on a page.

This is where text is cleaned, once, before anything is looked for in it. Wrapped lines are joined, hyphens undone only
where a word was broken, list items led by `- ` whatever their bullet was, one paragraph or item a line.
Every character that is not white space lies in a `Piece` that says where it was read.
"""

from collections.abc import Sequence

from pipeline.layout import Line
from pipeline.passages.hyphens import Vocabulary, vocabulary
from pipeline.passages.items import circle_of, glued_label, is_initial, is_item
from pipeline.passages.labels import CIRCLE, bullet_of, label_of
from pipeline.passages.paragraphs import goes_on, is_over_break, usual_gap
from pipeline.passages.places import boxes
from pipeline.passages.writing import Writing, bridge, write_line
from pipeline.records import Passage

__all__ = ["Vocabulary", "boxes", "one_line", "running_text", "vocabulary"]


def one_line(lines: Sequence[Line], lexicon: Vocabulary | None = None) -> Passage:
    """The text of some lines as one line: a title."""
    known = vocabulary(lines) if lexicon is None else lexicon
    text = Writing()
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None:
            bridge(text, before, line, known)
        write_line(text, line, bullet=None)
    return text.passage()


def running_text(lines: Sequence[Line], lexicon: Vocabulary | None = None) -> Passage:
    """The text of some lines as it is read: one paragraph, list item or table row a line.

    The cells of a table row have a tab between them. `lexicon` says how the whole document uses hyphens (see
    `vocabulary`); by default only these lines are asked.
    """
    known = vocabulary(lines) if lexicon is None else lexicon
    usual = usual_gap(lines)
    text = Writing()
    paragraph: list[Line] = []
    counted: set[str] = set()
    labels = {label_of(line) for line in lines}
    circles: set[int] = set()
    for line in _uninterrupted(lines, usual):
        bullet = bullet_of(line) or (circle_of(paragraph[-1], line, circles) if paragraph else None)
        if bullet == CIRCLE:
            circles.add(round(line.bbox[0]))
        initial = bool(paragraph) and is_initial(paragraph, line, usual, labels, counted)
        glued = None if bullet else glued_label(line, labels, counted)
        item = bool(bullet or glued) or (not initial and is_item(line, paragraph, counted))
        if paragraph and not item and goes_on(paragraph, line, usual):
            bridge(text, paragraph[-1], line, known)
            paragraph.append(line)
        else:
            if paragraph:
                text.write("\t" if _shares_row(paragraph[-1], line) else "\n")
            paragraph = [line]
        write_line(text, line, bullet, glued)
    return text.passage()


def _uninterrupted(lines: Sequence[Line], usual: float) -> list[Line]:
    """The lines with what interrupts a paragraph at the end of a page or column moved behind that paragraph."""
    ordered: list[Line] = []
    waiting: list[Line] = []
    last: Line | None = None
    for line in lines:
        if line.role != "body":
            waiting.append(line)
            continue
        if waiting and (last is None or not (is_over_break(last, line) and goes_on([last], line, usual))):
            ordered += waiting
            waiting = []
        ordered.append(line)
        last = line
    return ordered + waiting


def _shares_row(before: Line, line: Line) -> bool:
    """Whether two lines stand in different cells of one row of a table."""
    if before.table is None or before.cell is None or line.cell is None:
        return False
    return (before.page, before.table, before.cell[0]) == (line.page, line.table, line.cell[0])
