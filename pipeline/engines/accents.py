"""Accents set as glyphs of their own over or under a letter, as TeX does with its first fonts: `ˆ` on `o` is `ô`.

An engine meets such an accent before its letter, after it, or at the end of the line above. Where its ink stands tells
the letter: right above one or, for a cedilla, right below, and over no more than half of a letter's height. Only what
is one character of Unicode is put together; every other sign stays as it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from pipeline.records import Bbox

NOTHING = "\ufdd0"
"""Stands where an accent was, or a space that only the accent made: no text may hold this code point."""

_ABOVE = {"`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307",
          "¨": "\u0308", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c"}  # fmt: skip
_BELOW = {"¸": "\u0327", "˛": "\u0328"}
ACCENTS = re.compile(f"[{''.join((*_ABOVE, *_BELOW))}]")
_DOTLESS = {"ı": "i", "ȷ": "j"}
_FAR = 250
"""Characters before and after an accent among which its letter is looked for."""
_CLOSE = 0.5
"""Between the ink of an accent and of its letter, and how far they may overlap, in heights of the letter."""
_BESIDE = 0.36
"""From the middle of a letter to that of its accent, in widths or heights of the letter, at the most: italics lean."""
_MOST = 500
"""Accents on one page; more are drawn for another purpose."""
_NO_SPACE = 0.3
"""White space between two letters of a word, in heights of the accented letter, at the most."""

BoxOf = Callable[[int], Bbox]
"""Gives the box around the ink of a character of a page."""


def composed(text: str, box_of: BoxOf) -> str:
    """The text of a page with its letters and their accents put together; its length stays."""
    if (text.isascii() and "`" not in text) or ACCENTS.search(text) is None:
        return text
    out, box_of = list(text), cache(box_of)
    for count, accent in enumerate(ACCENTS.finditer(text)):
        at = accent.start()
        found = _letter_of(text, out, at, box_of) if count < _MOST else None
        if found is not None:
            letter, character = found
            out[letter], out[at] = character, NOTHING
            _close_up(out, at, box_of, box_of(letter))
    return "".join(out)


def _letter_of(text: str, out: list[str], at: int, box_of: BoxOf) -> tuple[int, str] | None:
    """The place of the letter that an accent stands on, and the character that both make."""
    mark = _ABOVE.get(text[at]) or _BELOW[text[at]]
    accent = box_of(at)
    for place in _places(text, at):
        if _stands_on(accent, box_of(place), below=text[at] in _BELOW):
            character = unicodedata.normalize("NFC", _DOTLESS.get(out[place], out[place]) + mark)
            if len(character) == 1:
                return place, character
    return None


def _places(text: str, at: int) -> Iterator[int]:
    """The places of the letters near an accent, the nearest first."""
    for step in range(1, _FAR):
        for place in (at + step, at - step):
            if 0 <= place < len(text) and text[place].isalpha():
                yield place


def _stands_on(accent: Bbox, letter: Bbox, *, below: bool) -> bool:
    width, height = letter[2] - letter[0], letter[3] - letter[1]
    if abs(accent[0] + accent[2] - letter[0] - letter[2]) / 2 > _BESIDE * max(width, height):
        return False
    gap = accent[1] - letter[3] if below else letter[1] - accent[3]
    return -_CLOSE / 2 * height < gap < _CLOSE * height and accent[3] - accent[1] < _CLOSE * height


def _close_up(out: list[str], at: int, box_of: BoxOf, letter: Bbox) -> None:
    """Takes out the spaces around an accent, where what stands before and after them is one word."""
    before, after = at - 1, at + 1
    while before >= 0 and out[before] in (" ", NOTHING):
        before -= 1
    while after < len(out) and out[after] in (" ", NOTHING):
        after += 1
    if before < 0 or after == len(out) or out[before] in "\r\n" or out[after] in "\r\n" or after - before == 2:
        return
    one, two = box_of(before), box_of(after)
    level = min(one[3], two[3]) - max(one[1], two[1]) > 0
    if level and two[0] - one[2] < _NO_SPACE * (letter[3] - letter[1]):
        out[before + 1 : after] = [NOTHING] * (after - before - 1)
