r"""The names of entries as data: what the ledger, the tables and every screen show, and the way back to the disk.

A name is shown as it is, but for what would not be seen, or would make other text look different. That is written as
an escape: `\n`, `\r`, `\t`, `\u202e` for control, direction and format characters and line separators, `\xff` for
a byte that is not UTF-8, and `\\` for a backslash. So no two names are shown alike, and none can end a line, turn the
direction of what stands around it, or be refused by a table for being no text.
"""

import re
import unicodedata

_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONG = {escape: character for character, escape in _SHORT.items()}
_ESCAPE = re.compile(r"\\(?:[\\nrt]|x([89a-f][0-9a-f])|u([0-9a-f]{4})|U(0010[0-9a-f]{4}|000[0-9a-f]{5}))")
_UNDECODED = 0xDC00
"""A byte that is not UTF-8 is this much and its value in a name as Python has it (PEP 383)."""


def shown(name: str) -> str:
    """A name on the disk as it is shown."""
    if name.isprintable() and "\\" not in name:  # of what is escaped, nothing else can be printed
        return name
    return "".join(map(_shown_character, name))


def _shown_character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if _UNDECODED + 0x80 <= code <= _UNDECODED + 0xFF:
        return f"\\x{code - _UNDECODED:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def on_disk(name: str) -> str:
    """The name on the disk that is shown so. A backslash that begins no escape stands for itself."""
    return _ESCAPE.sub(_meant, name)


def _meant(escape: re.Match[str]) -> str:
    byte, short, long = escape.groups()
    if byte:
        return chr(_UNDECODED + int(byte, 16))
    return chr(int(short or long, 16)) if short or long else _LONG[escape.group()]
