"""Where sentences end: never after a title, an initial or an abbreviation."""

import re

# A sentence ends at a full stop, question or exclamation mark, with closing quotes or brackets, when white space and
# the beginning of another sentence follow; never after a title, an initial or an abbreviation.
_ABBREVIATED = (
    *("Mr", "Ms", "Dr", "St", "No", "vs", "cf", "Jr", "Sr", "Co", "pp", "Ch", "Ph"),
    *("Mrs", "Inc", "Ltd", "Rev", "Hon", "Gen", "Col", "Art", "Vol", "Fig", "Nos", "etc"),
)
SENTENCE_END = re.compile(
    r"[.?!](?<!\b[A-Z].)(?<!\bProf.)"
    + "".join(rf"(?<!\b(?:{'|'.join(word for word in _ABBREVIATED if len(word) == size)}).)" for size in (2, 3))
    + r"[\"'”’)\]]{0,2}(?=\s+[\"'“‘(\[]{0,2}[A-Z0-9])"
)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence or list item that `text[start:end]` stands in, on one line and without its marker."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line_end = len(text) if last < 0 else last
    for mark in SENTENCE_END.finditer(text, first, line_end):
        if mark.end() <= start:
            first = mark.end()
        elif mark.start() >= end - 1:
            line_end = mark.end()
            break
    return text[first:line_end].strip().removeprefix("- ")
