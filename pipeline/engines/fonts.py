"""What the name of a font says about how its text looks.

Names are PostScript names as a PDF has them: `ABCDEF+LiberationSerif-Bold`, `NimbusRomNo9L-Medi`, `CMBX12`. They are
the surest sign of bold: font weights are missing or wrong in many files.
"""

import re

_SUBSET_PREFIX = re.compile(r"[A-Z]{6}\+")
_BOLD = re.compile(
    r"bold|black|heavy|demi(?!luned)|[-,]medi(?:ital)?$|[-,]bd|bd(?:mt|it)?$|^(?:cm|sf|ec)bx", re.IGNORECASE
)
_ITALIC = re.compile(r"italic|oblique|slanted|[-,]it$|ital$|[-,](?:bold|medi)it", re.IGNORECASE)


def plain_name(name: str) -> str:
    """The name without the six letters that mark a subset."""
    return _SUBSET_PREFIX.sub("", name, count=1) if _SUBSET_PREFIX.match(name) else name


def is_bold(name: str) -> bool:
    """Whether a plain name is that of a bold font."""
    return bool(_BOLD.search(name))


def is_italic(name: str) -> bool:
    """Whether a plain name is that of an italic or oblique font."""
    return bool(_ITALIC.search(name))
