"""What speaks for and against one numbered line being a heading: its type, its wording, its number, its place."""

import re
from collections.abc import Sequence

from pipeline.headings.looks import Look, Setting, Shape, is_centred
from pipeline.headings.titles import PLAIN_TITLE_LINES, SENTENCE_END
from pipeline.layout import Line, spelled
from pipeline.numbering import DIVISIONS, Label

_MONTHS = re.compile(
    r"(?i)(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b[.,]?\s{0,2}\d"
)
_TWO_SENTENCES = re.compile(r"[a-z)]\.\s[A-Z]")
_INITIALS = re.compile(r"(?:[A-Z]\.[ -]?){1,3}[A-Z][a-z]")
"""What follows the first initial of a name."""
_OPEN_END = re.compile(
    r"(?i)(?:\b(?:and|or|of|the|a|an|in|on|at|to|for|from|by|with|no|nos|article|section|chapter|paragraph|annex|table"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)|[,(–-])$"
)

_LONGEST_OPEN_END = 11
"""Characters at the end of a text that hold the longest of these words and what stands before it."""

WIDE = 0.8
"""White space between a number and its title, in ems, from which it is more than a space."""


def weigh_line(
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    index: int,
    label: Label,
    title: Sequence[Line],
    last: int,
    look: Look,
    setting: Setting,
    run_in: bool,
) -> list[tuple[str, float]]:
    """The evidence on a numbered line, each piece with its points; `last` is the last line of its title."""
    text = " ".join(line.text for line in title).strip()
    out = _type_evidence(look, setting)
    out += _wording_evidence(text, len(title), run_in)
    out += _label_evidence(lines[index], label, text, look, setting)
    out += _place_evidence(lines, shapes, index, last, setting)
    return out


def _type_evidence(look: Look, setting: Setting) -> list[tuple[str, float]]:
    ratio = look.size / max(setting.size, 1.0)
    out = []
    if look.bold and not setting.bold:
        out.append(("bold", 2.5))
    if ratio > 1.06:
        out.append(("larger", 2.5 if ratio > 1.12 else 1.5))
    if ratio < 0.93:
        out.append(("smaller", -2.0))
    if look.capitals:
        out.append(("capitals", 1.5))
    if look.italic and not setting.italic:
        out.append(("italic", 0.7))
    if look.underlined:
        out.append(("underlined", 1.5))
    if not look.bold and setting.bold:
        out.append(("light", -1.0))
    return out


def _wording_evidence(text: str, line_count: int, run_in: bool) -> list[tuple[str, float]]:
    words = len(text.split())
    out = []
    first = text.lstrip("“\"‘'([«¿¡")[:1]
    if words <= 10:
        out.append(("short", 1.0))
    elif words > 28:
        out.append(("long", -4.0))
    elif words > 18:
        out.append(("long", -1.5))
    if line_count > PLAIN_TITLE_LINES:
        out.append(("lines", -3.0))
    if first.islower():
        out.append(("small letter first", -3.0))
    elif first.isdigit():
        out.append(("digit first", -0.7))
    elif not first.isalpha():
        out.append(("no letter first", -3.0))
    if run_in:
        return [*out, ("run-in", -0.5)]
    if text.endswith((".", ";", ",")) and not text.endswith(("etc.", "Inc.", "Ltd.", "Co.")):
        out.append(("stop last", -2.5))
    elif text.endswith(":"):
        out.append(("colon last", -0.5))
    if _TWO_SENTENCES.search(text):
        out.append(("two sentences", -1.5))
    return out


def _label_evidence(line: Line, label: Label, text: str, look: Look, setting: Setting) -> list[tuple[str, float]]:
    out = []
    if _INITIALS.match(text) and label.segments[0].isupper() and len(label.segments[0]) == 1:
        out.append(("initials", -6.0))
    distinct = (look.bold and not setting.bold) or look.size > 1.06 * setting.size
    if label.segments[0].startswith("0") and not distinct:
        out.append(("zero first", -4.0))
    if len(label.segments) > 1:
        out.append(("nested number", 1.5))
    if label.word:
        closed = not text or label.style[-1] in ":.–—-)" or label.word == "§" or white_space(line, label) > WIDE
        known = label.word in DIVISIONS
        plain = -1.0 if known and text[:1].isupper() else -4.0
        out.append((label.word, (1.5 if known else 0.5) if closed or distinct else plain))
    elif label.style in ("#", "#.#", "#-#"):
        tab = white_space(line, label)
        out.append(("no mark", (-1.5 if len(label.segments) == 1 else -0.3) + (1.2 if tab > WIDE else 0.0)))
        if not label.segments[0].isdigit():
            out.append(("letter alone", -0.5 if tab > WIDE or len(label.segments[0]) > 1 else -2.0))
        if _MONTHS.match(text) or re.match(r"(?i)(?:%|per cent|percent|million|billion|am|pm)\b", text):
            out.append(("date or amount", -6.0))
    return out


def white_space(line: Line, label: Label) -> float:
    """The white space between number and title, in ems."""
    at = 0
    for position, (text, word) in enumerate(spelled(line.words)):
        at += len(text)
        if word is not None and at >= label.end - 1 and position + 2 < 2 * len(line.words):
            index = position // 2
            if index + 1 < len(line.words):
                return (line.words[index + 1].bbox[0] - line.words[index].bbox[2]) / max(line.size, 1.0)
            break
    return 0.0


def _place_evidence(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, last: int, setting: Setting
) -> list[tuple[str, float]]:
    line, shape = lines[index], shapes[index]
    out = []
    if shape.space is not None:
        out.append(("space above", 1.0) if shape.space > 0.35 else ("no space above", -0.5))
    indent = (line.bbox[0] - line.column_left) / max(line.size, 1.0)
    if indent > 0.8 and not is_centred(line) and not setting.is_distinct(line):
        out.append(("indented", -2.0 if indent > 1.5 else -1.0))
    if shape.before is not None:
        above = lines[shape.before]
        ended = above.text.rstrip().endswith(SENTENCE_END)
        close = shape.space is None or shape.space < 0.3
        if close and shape.same_look and _OPEN_END.search(above.text[-_LONGEST_OPEN_END:]):
            out.append(("the line above is not finished", -4.0))
        elif shape.wraps and shape.same_look and close and not ended and above.role == "body":
            out.append(("goes on from the line above", -4.0 if shape.space is not None else -1.5))
    if last + 1 < len(lines) and (after := shapes[last + 1].space) is not None and after > 0.35:
        out.append(("space below", 0.5))
    return out
