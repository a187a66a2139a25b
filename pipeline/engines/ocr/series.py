"""Labels that begin lines, told by the other labels of their page: `S.` after `4.` is `5.`, `IJ.` is `II.`.

Single strokes and the digits that look like letters cannot be told from their shape alone, so that the model often
takes one for the other where no word stands around them. The series that the labels of a page make tells which it was.
"""

import re
from collections.abc import Sequence

from pipeline.engines.ocr.looks import AS_ROMAN
from pipeline.engines.ocr.rows import Row

_ROMAN_PART = re.compile(r"^[Il|]{2,3}(?=\.\d|\.?$)")
_ROMAN = re.compile(r"(?:[IVX]{2,5}|[VX])(?:\.\d{1,2})?\.?")
_STROKE_LABEL = re.compile(r"[1Il|]{1,3}\.(?:\d{1,2}\.?)?")
_CHAPTER = re.compile(r"[IVX]{1,5}\.")
_FEWEST_ROMANS = 2
_LIKE_ROMAN = re.compile(r"(\(?)([IVXivxl1|!J\]\[]{2,5})([.)])")
_STROKES_AS_ROMAN = str.maketrans("ivxl1|!J][", "IVXIIIIIII")
_VALID_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_LIKE_NUMBER = re.compile(r"(\(?)([1-9]\d?|[lI|SOBZ]|[lI|]\d|\d[lI|SOBZ])([.)])")
_LIKE_DIGITS = str.maketrans("lI|SOBZ", "1115082")
_LIKE_PART = re.compile(r"[\dl|SO]{1,2}(?:\.[\dl|SO]{1,2}){1,3}\.?")


def with_series(rows: list[Row]) -> list[Row]:
    """The lines with the labels that begin them read as their series goes on."""
    for row in rows:
        text = row.seen[0].text
        if _LIKE_PART.fullmatch(text) and any(map(str.isdigit, text)) and len(row.seen) > 1:
            row.seen[0].text = text.translate(_LIKE_DIGITS)
    _count_on([row for row in rows if len(row.seen) > 1])
    return _with_romans(rows)


def _count_on(rows: Sequence[Row]) -> None:
    """Reads what looks like a number as one, where the one before it or after it stands on the page."""
    labels = [_LIKE_NUMBER.fullmatch(row.seen[0].text) for row in rows]
    texts = {row.seen[0].text for row in rows}
    for row, label in zip(rows, labels, strict=True):
        if label is None or label[2].isdecimal():
            continue
        opening, read, mark = label.groups()
        number = int(read.translate(_LIKE_DIGITS))
        before, after = (f"{opening}{number + step}{mark}" for step in (-1, 1))
        own = f"{opening}{number}{mark}"
        if own not in texts and (before in texts or (number == 1 and after in texts)):
            row.seen[0].text = own
            row.seen[0].places = []


def _as_roman(text: str) -> str:
    """A Roman numeral behind which a mark stands, with the signs that its strokes were taken for made strokes."""
    label = _LIKE_ROMAN.fullmatch(text)
    if label is None or text.islower() or not any(sign in "IVX" for sign in text) or label[2].isdecimal():
        return text
    numeral = label[2].translate(_STROKES_AS_ROMAN)
    return f"{label[1]}{numeral}{label[3]}" if _VALID_ROMAN.fullmatch(numeral) else text


def _with_romans(rows: list[Row]) -> list[Row]:
    """The lines with labels of upright strokes read as Roman numerals, where other labels of the page are such."""
    for row in rows:
        row.seen[0].text = _as_roman(row.seen[0].text)
        row.seen[0].text = _ROMAN_PART.sub(lambda found: found[0].translate(AS_ROMAN), row.seen[0].text)
    labels = [row.seen[0].text for row in rows]
    if sum(bool(_ROMAN.fullmatch(label)) for label in labels) >= _FEWEST_ROMANS and "2." not in labels:
        above = ""
        for row, label in zip(rows, labels, strict=True):
            if _STROKE_LABEL.fullmatch(label):
                strokes, dot, rest = label.partition(".")
                own = "I" * len(strokes)
                row.seen[0].text = (above if rest and set(above) == {"I"} else own) + dot + rest
            if _CHAPTER.fullmatch(row.seen[0].text):
                above = row.seen[0].text[:-1]
    return rows
