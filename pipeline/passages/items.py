"""Whether a line begins an item of a list, as what stands around it shows: `o` and `K.` are words or names, too."""

import itertools
import re
from collections.abc import Collection, Sequence

from pipeline.layout import Line
from pipeline.passages.labels import CIRCLE, FIRST_LABELS, bullet_of, is_enumerator, label_of, successor
from pipeline.passages.paragraphs import CLEAR_INDENT, SPACE, ends_in_title, goes_on, is_ended, is_full, is_over_break

_INITIAL = re.compile(r"[A-Z]\.")


def circle_of(before: Line, line: Line, circles: Collection[int]) -> str | None:
    """The letter `o` that a line begins with, where its place shows that it is a bullet and no word.

    It stands under another bullet of its kind (`circles` are the left sides of those, in whole points), or further in
    than the text above it begins, or after a line that has room for it and for the word that follows it.
    """
    if len(line.words) < 2 or line.words[0].text != CIRCLE or line.role == "table" or before.role != line.role:
        return None
    if is_over_break(before, line):
        return None
    reach = CLEAR_INDENT * line.size
    left = before.words[1 if len(before.words) > 1 and bullet_of(before) else 0].bbox[0]
    room = before.column_right - before.bbox[2] - SPACE * line.size
    apart = line.bbox[0] > left + reach or room > line.words[1].bbox[2] - line.bbox[0] + line.size
    return CIRCLE if apart or round(line.bbox[0]) in circles else None


def is_item(line: Line, paragraph: Sequence[Line], counted: set[str]) -> bool:
    """Whether a line begins a numbered item, and not with a number that the text wrapped to its head.

    Where the line before is full and ends no sentence, the label must be a first one or follow one that was
    counted.
    """
    label = line.words[0].text
    if len(line.words) < 2 or not is_enumerator(label) or line.role == "table":
        return False
    plain = label.strip("().")
    if paragraph and is_full(paragraph[-1], line) and not is_ended(paragraph[-1].text):
        expected = plain in FIRST_LABELS or label in counted
        if not expected or ("(" in paragraph[-1].text.rpartition(")")[2] and label[0] != "("):
            return False
    counted.add(successor(label))
    return True


def glued_label(line: Line, labels: Collection[str], counted: set[str]) -> str | None:
    """The label of an item whose text stands so near that they look like one word, or None.

    It follows a label that was counted, or is in brackets, a first one, and the next begins another line.
    """
    label = label_of(line)
    if line.role == "table" or label == line.words[0].text:
        return None
    first = label[-1] == ")" and label.strip("()") in FIRST_LABELS and successor(label) in labels
    if not first and label not in counted:
        return None
    counted.add(successor(label))
    return label


def is_initial(
    paragraph: Sequence[Line], line: Line, usual: float, labels: Collection[str], counted: Collection[str]
) -> bool:
    """Whether a line begins with the initial of a person, as in `K. Anders`, and not with the label of an item.

    After a title it is one. Otherwise the line must go on with a full one as any wrapped line does, and no label
    (`labels` begin the lines, `counted` is looked for) may come before or after it.
    """
    label = line.words[0].text
    if len(label) != 2 or not _INITIAL.fullmatch(label) or len(line.words) < 2 or line.role == "table":
        return False
    if ends_in_title(paragraph[-1].text):
        return True
    if label in counted or successor(label) in labels or f"{label[0]}I." in labels:
        return False
    return is_full(paragraph[-1], line) and not _is_tabbed(line) and goes_on(paragraph, line, usual)


def _is_tabbed(line: Line) -> bool:
    """Whether the white space after the first word of a line is wider than that between the others."""
    first, *others = (right.bbox[0] - left.bbox[2] for left, right in itertools.pairwise(line.words))
    return first > max(others, default=SPACE * line.size) + 0.15 * line.size
