"""What the codes of TeX's bitmap fonts stand for: such fonts have no name and say nothing of their characters.

pdfTeX sets text in its first encoding (OT1, of `cmr10`) or in that of Cork (T1, of `ecrm1000`). Their codes below 32
are ligatures, dashes, quotes and accents; above 127 Cork has letters of its own. That a font is one of TeX's is told
from control codes among words on a page, and the encoding from the codes of `ff` and `fi`. Fonts of formulas, whose
letters stand alone, keep what they have.

Source of the codes: the LaTeX Project's `encguide`, tables of OT1 and T1.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import groupby

FontOf = Callable[[int], int]
"""Gives the font of a character of a page by its index, where that font has no name, else 0."""

_CODES = re.compile(r"[\x0b\x0c\x0e-\x1f]|\r(?!\n)")
_FI_OF_FIRST = re.compile(r"[\x0b\x0c]")
_OF_FIRST = re.compile(r"[\x0b\x0c\x0e\x0f]|\r(?!\n)")
_OF_CORK = re.compile(r"[\x10-\x12\x15\x16\x1b-\x1f]")
_LETTERS = re.compile(r"(?:[A-Za-z\x0b\x0c\x0e-\x1f]|\r(?!\n))+")
_SIDE_BY_SIDE = re.compile("[A-Za-z]{2}")
_DASHED = re.compile(r"(?<=\d)[{\x15](?=\d)")
_BULLET = re.compile(r"(?:(?<=\n)|\A)[\x0f\x88](?=\s)")

_FIRST = dict(zip("\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f",
                  "ﬀﬁﬂﬃﬄıȷ`´ˇ˘¯˚¸ßæœøÆŒØ", strict=True))  # fmt: skip
_FIRST |= dict(zip("\"'<>\\^_`{|}~\x7f", "”’¡¿“ˆ˙‘–—˝˜¨", strict=True))
_CORK = dict(zip("\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x19\x1a\x1b\x1c\x1d\x1e\x1f'`\x7f",
                 "‚‹›“”„«»–—ıȷﬀﬁﬂﬃﬄ’‘-", strict=True))  # fmt: skip
_CORK |= dict(
    zip(
        map(chr, (*range(0x80, 0xC0), 0xD7, 0xDF, 0xF7, 0xFF)),
        "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£Œẞœß",
        strict=True,
    )
)
_BOTH = re.compile("\r(?!\n)|[" + re.escape("".join(sorted({*_FIRST, *_CORK} - {"\r"}))) + "]")


def spelled(text: str, font_of: FontOf) -> str:
    """The text of a page with the codes of TeX's fonts as the characters that they show; its length stays."""
    if _CODES.search(text) is None:
        return text
    words = {font: pieces for font, pieces in _letters_by_font(text, font_of).items() if _are_words(pieces)}
    set_in = {font: "".join(pieces) for font, pieces in words.items()}
    everything = "\0".join(set_in.values())
    is_cork = _OF_CORK.search(everything) is not None and _FI_OF_FIRST.search(everything) is None
    if not is_cork and _OF_FIRST.search(everything) is None:
        return text
    codes = _CORK if is_cork else _FIRST
    told = {font for font, letters in set_in.items() if is_cork or _OF_FIRST.search(letters)}
    out = list(text)
    for found in _BOTH.finditer(text):
        at = found.start()
        if font_of(at) in told:
            out[at] = codes.get(text[at], text[at])
    for found in _DASHED.finditer(text):
        at = found.start()
        if codes.get(text[at]) == "–" and (font := font_of(at)) and font == font_of(at - 1):
            out[at] = "–"
    for found in _BULLET.finditer(text):
        if (font := font_of(found.start())) and font not in words:
            out[found.start()] = "•"
    return "".join(out)


def _letters_by_font(text: str, font_of: FontOf) -> dict[int, list[str]]:
    """Runs of letters and control codes, by the nameless font that they are set in."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for run in _LETTERS.finditer(text):
        for font, places in groupby(range(*run.span()), font_of):
            if font:
                found[font].append("".join(text[place] for place in places))
    return found


def _are_words(pieces: list[str]) -> bool:
    """Whether most letters stand in words of three or more; a formula's do not."""
    in_words = sum(len(piece) for piece in pieces if len(piece) >= 3 and _SIDE_BY_SIDE.search(piece))
    return 2 * in_words >= sum(map(len, pieces))
