"""Training sentences put together from parts: names in many shapes, in sentences of a few plain kinds.

They teach the recognizer where names end (`Ministry of Health, Trade and Culture`) and what is no name of an
organization (`Regional Conference on Housing`), which a few hundred sentences written by hand cannot show often enough.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from pipeline.annotated import AnnotatedText

Parts = Mapping[str, Sequence[str]]

_SYLLABLES = re.findall(
    r"\w+",
    "ba be bo da dor fa fen ga gal gi ha hel ka kan kel li lo ma mar mi na ner no pa pe ra ren ri sa sol ta tar ti va",
)
_LETTERS = "ABCDEFGHIKLMNOPRSTUVWZ"
_BLANK = re.compile(r"\{(\w+)\}")
_MARKED = {"org": ("names", "ORG"), "person": ("person", "PERSON"), "where": ("where", "PLACE")}
"""Blanks that are marked: the list of patterns that fills them, and the label."""
_PATTERNS = {label: patterns for patterns, label in _MARKED.values()}
SHARE_RENAMED = 0.5


def read_parts(text: str) -> Parts:
    """Reads the lists that sentences and names are made of."""
    lists: dict[str, list[str]] = yaml.safe_load(text)
    return lists


def compose(parts: Parts, number: int, seed: int) -> Iterator[AnnotatedText]:
    """Makes `number` sentences, the same for the same parts and seed.

    Every `{org}`, `{person}` and `{where}` in them is marked.
    """
    chance = random.Random(seed)
    for _ in range(number):
        yield _sentence(chance.choice(parts["sentences"]), parts, chance)


def vary(texts: Sequence[AnnotatedText], parts: Parts, copies: int, seed: int) -> Iterator[AnnotatedText]:
    """Each text as it is, then `copies - 1` times with about half of its names replaced by composed ones.

    So the recognizer learns what stands around names, and does not learn the names by heart.
    """
    chance = random.Random(seed)
    for text in texts:
        yield text
        for _ in range(copies - 1):
            yield _renamed(text, parts, chance)


def _renamed(text: AnnotatedText, parts: Parts, chance: random.Random) -> AnnotatedText:
    """The text with other names; an acronym is replaced by an acronym."""
    written, marks, last = "", [], 0
    for start, end, label in text.marks:
        name = text.text[start:end]
        if chance.random() < SHARE_RENAMED:
            is_acronym = label == "ORG" and name.isupper() and " " not in name
            name = _filled("{letters}" if is_acronym else chance.choice(parts[_PATTERNS[label]]), parts, chance)
        written += text.text[last:start]
        marks.append((len(written), len(written) + len(name), label))
        written, last = written + name, end
    return AnnotatedText(written + text.text[last:], tuple(marks))


def _sentence(pattern: str, parts: Parts, chance: random.Random) -> AnnotatedText:
    text, marks, last = "", [], 0
    for blank in _BLANK.finditer(pattern):
        text += pattern[last : blank.start()]
        last = blank.end()
        if blank[1] in _MARKED:
            patterns, label = _MARKED[blank[1]]
            name = _filled(chance.choice(parts[patterns]), parts, chance)
            marks.append((len(text), len(text) + len(name), label))
        else:
            name = _filled(blank[0], parts, chance)
        text += name if text else name[0].upper() + name[1:]
    return AnnotatedText(text + pattern[last:], tuple(marks))


def _filled(pattern: str, parts: Parts, chance: random.Random) -> str:
    return _BLANK.sub(lambda blank: _filling(blank[1], parts, chance), pattern)


def _filling(kind: str, parts: Parts, chance: random.Random) -> str:
    if kind == "coined":
        return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize()
    if kind == "letters":
        return "".join(chance.choices(_LETTERS, k=chance.randint(3, 5)))
    return chance.choice(parts[kind])
