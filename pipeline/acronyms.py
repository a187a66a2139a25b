"""Where a text says what an acronym stands for: `Long Form (LF)`, `LF (Long Form)`, `Long Form, or LF,`.

After Schwartz and Hearst (2003): the letters of the short form are looked for from right to left in the words before
the bracket, and the first must begin a word. All patterns are bounded, so that no text is slow.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from pipeline.records import Span

SHORT = r"(?=[\w&./-]{0,9}[A-Z])[A-Z][\w&./-]{1,9}+"
LONG_THEN_SHORT = re.compile(
    r"(?<=[\w’'.\"”)])[ \n]?\(\s?(?:the |or |also |called |known as |referred to as |short "
    r"|hereinafter |hereafter |henceforth |abbreviated )*"
    rf"[\"“”'‘’]?(?P<short>{SHORT})[\"“”'‘’]?(?=\s?[,;:)–])"
)
SHORT_THEN_LONG = re.compile(rf"\b(?P<short>{SHORT}) ?\((?:the )?(?P<long>[A-Z][^()\n]{{4,150}})\)")
LONG_OR_SHORT = re.compile(
    rf" (?:or|abbreviated as|hereinafter|hereafter) [\"“'‘]?(?P<short>{SHORT})[\"”'’]?(?=[,.;)])"
)
WORD = re.compile(r"[^\W_][\w’'&]*+")
SMALL = frozenset(
    {"of", "for", "and", "the", "on", "in", "to", "a", "an", "de", "du", "des", "la", "le", "les", "et", "with", "at"}
)
MOST_WORDS = 14


class Definition(Struct, frozen=True):
    """A short form and what it stands for."""

    short: Span
    long: Span


def find_definitions(text: str) -> list[Definition]:
    """All definitions in a text, in order of their short forms."""
    found = {definition.short: definition for definition in _candidates(text)}
    return [found[short] for short in sorted(found)]


def _candidates(text: str) -> Iterator[Definition]:
    has_brackets = "(" in text
    for pattern in (LONG_OR_SHORT, LONG_THEN_SHORT) if has_brackets else (LONG_OR_SHORT,):
        for match in pattern.finditer(text):
            end = match.start() - text.startswith(",", match.start() - 1, match.start())
            start = _long_before(text, end, match["short"])
            if start is not None:
                yield Definition(Span(*match.span("short")), Span(start, _stripped_end(text, end)))
    if not has_brackets:
        return
    for match in SHORT_THEN_LONG.finditer(text):
        if stands_for(match["short"], match["long"]):
            end = _stripped_end(text, match.end("long"))
            yield Definition(Span(*match.span("short")), Span(match.start("long"), end))


def _stripped_end(text: str, end: int) -> int:
    while text[end - 1] in " \n\"”'’,":
        end -= 1
    return end


def letters_of(short: str) -> str:
    """The letters and digits of an acronym, in lower case, without a plural `s`."""
    bare = short.removesuffix("s") if short[:-1].isupper() and len(short) > 2 else short
    return "".join(character.lower() for character in bare if character.isalnum())


def stands_for(short: str, long: str) -> bool:
    """Whether each letter of `short` begins a word of `long`, in any order, with few large words left over."""
    initials = [match[0][0].lower() for match in WORD.finditer(long)]
    large = [match[0] for match in WORD.finditer(long) if match[0].lower() not in SMALL]
    letters = letters_of(short)
    left = list(initials)
    for letter in letters:
        if letter not in left:
            return False
        left.remove(letter)
    return len(letters) > 1 and len(large) <= len(letters) + 3


def _long_before(text: str, end: int, short: str) -> int | None:
    """Where the long form begins that ends at `end`; null when the words there do not give the letters."""
    line = max(text.rfind("\n", 0, end), text.rfind("(", 0, end), end - 200) + 1
    words = list(WORD.finditer(text, line, end))[-MOST_WORDS:]
    letters = letters_of(short)
    if len(letters) < 2 or not words:
        return None
    exact = _by_initials(words, letters)
    start = exact if exact is not None else _by_letters(text, words, letters, end)
    if start is None or not text[start].isupper():
        return None
    return start


def _by_initials(words: list[re.Match[str]], letters: str) -> int | None:
    """Every letter begins a word, and only small words are passed over."""
    index = len(words) - 1
    for letter in reversed(letters):
        while index >= 0 and words[index][0][0].lower() != letter and words[index][0].lower() in SMALL:
            index -= 1
        if index < 0 or words[index][0][0].lower() != letter:
            return None
        index -= 1
    return words[index + 1].start()


def _by_letters(text: str, words: list[re.Match[str]], letters: str, end: int) -> int | None:
    """The letters stand in the words in order, the first at the beginning of a word (Schwartz and Hearst)."""
    starts = {word.start() for word in words}
    allowed = {word.start() for word in words[-(len(letters) + 5) :]}
    position = end
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= words[0].start() and not (
            text[position].lower() == letters[index] and (index > 0 or position in starts)
        ):
            position -= 1
        if position < words[0].start():
            return None
    is_close = position in allowed and sum(word[0][0].isupper() for word in words if word.start() >= position) >= 2
    return position if is_close else None
