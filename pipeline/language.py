"""Whether a text is in English, the language that the rules and the model read.

English prose spends a fifth of its words on a handful of small words, and even lists of names one in twenty; other
languages share few of them. Words that are common elsewhere too (`a`, `in`, `on`, `as`) tell nothing. Short texts are
not judged.
"""

import re

SMALL_WORDS = frozenset(
    ("the", "of", "and", "to", "for", "with", "by", "were", "are", "from", "that", "this", "has", "have", "which")
)
WORD = re.compile(r"[^\W\d_]+")
_SPACED = bytes(code if chr(code).isalpha() and code < 128 else 32 for code in range(256))
"""What plain letters are, and what all else is when words are told apart."""
FEWEST_WORDS = 60
LOWEST_SHARE = 0.03


def seems_english(text: str) -> bool:
    """False when a text of some length has too few of the small words of English."""
    text = text.lower()
    # No text has more words than half of its characters; in most, counting these small words is enough.
    if sum([text.count(f" {word} ") for word in SMALL_WORDS]) > LOWEST_SHARE * (len(text) + 1) / 2:
        return True
    words = [word for line in text.split("\n") for word in _words(line)]
    return len(words) < FEWEST_WORDS or sum(map(SMALL_WORDS.__contains__, words)) >= LOWEST_SHARE * len(words)


def _words(text: str) -> list[str]:
    return text.encode().translate(_SPACED).decode().split() if text.isascii() else WORD.findall(text)
