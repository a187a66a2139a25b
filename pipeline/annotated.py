"""Texts in which a person, or a corpus, has marked the names: what the recognizer learns from and is tested on.

Our own file marks organizations with square brackets, one sentence, title or list item a line:

    ## train: annual report of a water trust
    In May the [Coastal Water Trust] ([CWT]) met the [Ministry of Water and Energy].

In some groups people and places are marked, too: `{Ada Novak} of the [Coastal Water Trust] spoke in <Mokota>.`

A group, led by `## train:`, `## tune:` or `## test:`, is one report by one author. The recognizer learns from the
first, the rules were written with the second in sight, and the third, which shares no organization, measures both.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

Split = Literal["train", "tune", "test"]
SPLITS: dict[str, Split] = {"train": "train", "tune": "tune", "test": "test"}
Marks = tuple[tuple[int, int, str], ...]
"""`(start, end, label)`, half-open, in order."""

_BRACKETS = re.compile(r"\[(?P<ORG>[^][{}<>]++)\]|\{(?P<PERSON>[^][{}<>]++)\}|<(?P<PLACE>[^][{}<>]++)>")
_BRACKET = re.compile(r"[][{}<>]")
_GROUP = re.compile(r"## (?P<split>train|tune|test): (?P<title>\S.*)")
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%'’”") | {"'s", "n't", "’s"}
_NO_SPACE_AFTER = frozenset("([{“‘$/")


class AnnotatedText(Struct, frozen=True):
    """A text and the names in it."""

    text: str
    marks: Marks


class Group(Struct, frozen=True):
    """The sentences of one report, in order."""

    split: Split
    title: str
    sentences: tuple[AnnotatedText, ...]

    @property
    def is_full(self) -> bool:
        """Whether people and places are marked as organizations are."""
        return any(label != "ORG" for sentence in self.sentences for _, _, label in sentence.marks)


class AnnotationError(ValueError):
    """The file of marked sentences cannot be read; the message names the line."""


def read_marked(line: str) -> AnnotatedText:
    """Takes the brackets out of a marked line and keeps where they were."""
    text, marks, last = "", [], 0
    for match in _BRACKETS.finditer(line):
        text += line[last : match.start()]
        label = str(match.lastgroup)
        marks.append((len(text), len(text) + len(match[label]), label))
        text += match[label]
        last = match.end()
    return AnnotatedText(text + line[last:], tuple(marks))


def read_groups(lines: Iterable[str]) -> list[Group]:
    """Reads our file of marked sentences; lines that begin with a single `#` are remarks.

    Raises:
        AnnotationError: a sentence before the first group, an unknown kind of group, or a bracket left over.
    """
    groups: list[tuple[Split, str, list[AnnotatedText]]] = []
    for number, line in enumerate((line.strip() for line in lines), start=1):
        heading = _GROUP.fullmatch(line)
        if heading:
            groups.append((SPLITS[heading["split"]], heading["title"], []))
        elif line.startswith("##"):
            raise AnnotationError(
                f"line {number}: a group begins with '## train: ', '## tune: ' or '## test: ', not with {line!r}"
            )
        elif line and not line.startswith("#"):
            sentence = read_marked(line)
            if not groups or _BRACKET.search(sentence.text):
                raise AnnotationError(f"line {number}: outside a group, or with an odd bracket: {line!r}")
            groups[-1][2].append(sentence)
    return [Group(split, title, tuple(sentences)) for split, title, sentences in groups]


def read_conll(lines: Iterable[str], labels: dict[str, str]) -> Iterator[AnnotatedText]:
    """Reads a corpus of one `token TAG` a line, blank lines between sentences; `labels` maps those to be kept.

    A name ends where the label changes, at `O` and at a `B-`.
    """
    tokens: list[tuple[str, str]] = []
    for line in [*lines, ""]:
        token, _, tag = line.strip().rpartition(" ")
        if token:
            tokens.append((token, tag))
        elif tokens:
            yield _join(tokens, labels)
            tokens = []


def _join(tokens: Iterable[tuple[str, str]], labels: dict[str, str]) -> AnnotatedText:
    text, before = "", ""
    marks: list[tuple[int, int, str]] = []
    inside: str | None = None
    for token, tag in tokens:
        if text and token not in _NO_SPACE_BEFORE and before not in _NO_SPACE_AFTER:
            text += " "
        position, label = tag.partition("-")[::2]
        if tag != "O" and inside == label and position != "B":
            marks[-1] = (marks[-1][0], len(text) + len(token), marks[-1][2])
        elif tag != "O":
            marks.append((len(text), len(text) + len(token), labels.get(label, "")))
        inside = label if tag != "O" else None
        text, before = text + token, token
    return AnnotatedText(text, tuple(mark for mark in marks if mark[2]))
