"""How a line is set: in capitals, like a title, or as running text."""

from functools import lru_cache


def line_at(text: str, position: int) -> str:
    """The line that a position stands in."""
    end = text.find("\n", position)
    return text[text.rfind("\n", 0, position) + 1 : len(text) if end < 0 else end]


@lru_cache(maxsize=64)
def is_capitals(line: str) -> bool:
    """Whether a line is set in capitals, as headings are, so that they say nothing about names."""
    letters = sum(map(str.isalpha, line))
    if letters <= 5 or sum(map(str.isupper, line)) <= 0.9 * letters:
        return False
    capitals = sum(character.isupper() for character in line if character.isalpha())
    return capitals > 0.9 * letters and " " in line.strip()


@lru_cache(maxsize=64)
def is_title(line: str) -> bool:
    """Whether a line is set like a title: hardly a word of four letters or more without a capital, no full stop."""
    words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
    return bool(words) and not line.rstrip().endswith(".") and sum(w[0].islower() for w in words) <= len(words) // 5
