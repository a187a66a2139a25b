"""What single words say about a name: is it a body, a role, an event, or only an everyday acronym?

The lists are tables in `gazetteers/`: `organization_words.csv` (the head of a name and what it makes of the name),
`generic_bodies.csv` (bodies so common that their name alone names nobody) and `common_acronyms.csv`.
"""

import re
from functools import cache
from typing import Literal

from msgspec import Struct

from pipeline.gazetteers import read_rows

Role = Literal["body", "first", "firm", "weak", "role", "other", "opener"]
"""`body`: an organization. `firm`: the legal form of a company. `weak`: an organization if something else says so.
`role`: a person in office. `other`: an event, programme, law, place, document. `first`: a body, when it leads the name.
`opener`: capitalised only at the beginning of a sentence."""

ELIDED = r"(?:[LlDd]|[DdNnSs]ell|[Aa]ll|[Ss]ull)['’](?=[^\W\d_a-z])"
"""An article or preposition that a French or Italian name runs into the next word: `l'Emploi`, `d'Appui`."""
TIED = (
    r"(?:based|led|run|funded|financed|supported|backed|sponsored|hosted|owned|managed|chaired|affiliated|born|wide"
    r"|organi[sz]ed)\b"
)
"""What a hyphen ties to a name without being a part of it: `Zendavo-funded`."""
TOKEN = re.compile(
    rf"{ELIDED}|\be\. V\.|\bS\. A\.|\bS\. p\. A\.|\bd\. o\. o\.|[^\W\d_][\w]*+(?>(?:['’.&/+‐‑-](?!{TIED})(?=\w)\w++)*)"
    r"(?:(?<=(?<!\w)[A-Z])\.(?= ?[A-Z])(?! ?(?:The|A|An|In|It|We|This|On|At|For|By|He|She|They|Our)\b)"
    r"|(?<=\b(?:Inc|Ltd|Pvt|Pty|Pte))\.(?=.)|(?<=\bLtda)\.(?=.)|(?<=\bLda)\.(?=.)|(?<=\b(?:Co|St))\.|(?<=\bCorp)\.|(?<=\.\w)\.)?"
    r"|\d[\w.,/-]*+|\S"
)
SMALL_FORMS = frozenset(
    {
        "ry",
        "r.y.",
        "rf",
        "r.f.",
        "e.v.",
        "e.v",
        "e. v.",
        "a.s.",
        "a.s",
        "d.o.o.",
        "d.o.o",
        "s.r.o.",
        "s.r.o",
        "z.s.",
        "z.s",
    }
    | {"o.p.s.", "o.p.s", "d.d.", "d.d", "a.d.", "a.d", "gmbh", "ehf.", "ehf", "plc", "vzw", "asbl"}
)
"""Legal forms that a name may end in without a capital."""
ABBREVIATION = re.compile(r"(?:\b(?:Inc|Ltd|Ltda|Lda|Pvt|Pty|Pte|Co|Corp)|\. ?\w)\.\Z")
"""A name whose last full stop is its own: `Novatrade S.p.A.`"""
ATTACHED = re.compile(rf"[\w’'‐‑-]+[-‐‑]{TIED}")
"""A word that ties a name to what follows and is no part of either: `Harbour-based Zendavo`."""
INNER_CAPITAL = re.compile(r"(?:(?:al|as|ar|an|ad|ash|el|ul|ibn|d)[-‐‑’']|e|i)[^\W\d_a-z]\w")
"""A word whose article or prefix is small: `al-Zendavi`, `eZendavini`."""


class Token(Struct, frozen=True, array_like=True, gc=False):
    """A word, number or sign: its place, its text, and the text in lower case."""

    start: int
    end: int
    text: str
    lower: str


def split_words(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Cuts a text into tokens; `Inc.` keeps its full stop and `Women's`, `A/S`, `COVID-19` stay whole."""
    return [
        Token(match.start(), match.end(), (word := match[0]), word.lower())
        for match in TOKEN.finditer(text, start, len(text) if end is None else end)
    ]


def role_of(words: tuple[str, ...]) -> Role | None:
    """What the last word, or the last two or three, make of a name; words in lower case."""
    table = _roles()
    for length in range(min(len(words), 3), 0, -1):
        role = table.get(" ".join(words[-length:]).replace(" ' ", "' ").replace(" ’ ", "' ").rstrip("."))
        if role is not None:
            return role
    return None


LEGAL = frozenset({"company", "limited", "ltd", "ltd.", "co", "co.", "inc", "inc.", "plc", "corporation", "enterprise"})
"""Words that are left of a company's name when a line break took the rest."""


ADJECTIVES = frozenset({"new", "former", "current", "previous", "present", "next", "entire", "whole", "own", "full"})
"""Words before a body that make no name of it: `New Board`."""


def is_generic(name: str) -> bool:
    """Whether a name says only what kind of body it is."""
    words = name.lower().removeprefix("the ").split()
    if len(words) > 1 and words[0] in ADJECTIVES:
        return is_generic(" ".join(words[1:])) or (role_of((words[-1],)) == "body" and len(words) == 2)
    return " ".join(words) in _generic() or all(word in LEGAL for word in words)


def common_acronym(text: str) -> Literal["term", "currency", "country"] | None:
    """Whether an acronym is an everyday one that names no organization, a currency's code or a country."""
    return _acronyms().get(text)


@cache
def _roles() -> dict[str, Role]:
    return {row["word"]: row["role"] for row in read_rows("organization_words.csv")}  # type: ignore[misc] # checked by a test


@cache
def _generic() -> frozenset[str]:
    return frozenset(row["phrase"] for row in read_rows("generic_bodies.csv"))


@cache
def _acronyms() -> dict[str, Literal["term", "currency", "country"]]:
    return {row["acronym"]: row["kind"] for row in read_rows("common_acronyms.csv")}  # type: ignore[misc] # as above
