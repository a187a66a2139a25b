"""Where a report speaks of its own organization without naming it: `we`, `our Centre`, `the Council`.

Such words are no names, and stand in no table of mentions; they tell who acts in a sentence that names nobody.
`The Council` is the reporting organization when `Council` heads its name and no longer name begins there; `our Centre`
is it, or a part of it, in any case.
"""

import re
from collections.abc import Iterator

from pipeline.organizations.words import role_of, split_words
from pipeline.records import Span

PRONOUNS = re.compile(r"\b(?:[Ww]e|[Oo]ur|ours|[Oo]urs|us|ourselves)\b")
NAMED = re.compile(
    r"\b(?P<article>[Tt]he|[Oo]ur) (?P<head>[^\W\d_a-z][\w-]+)\b(?!(?:['’]s)? (?:of|for|on) (?:the )?[^\W\d_a-z])"
)
PREPOSITIONS = frozenset({"of", "for", "on", "in", "de", "against", "to"})


def find_submitters(text: str, organization: str | None) -> list[Span]:
    """Returns where a text speaks of the body that reports, in order; `organization` is its name in the title block."""
    heads = _heads(organization or "")
    named = [_span(match) for match in NAMED.finditer(text) if _means_it(text, match, heads)]
    pronouns = [Span(match.start(), match.end()) for match in PRONOUNS.finditer(text)]
    inside = {span.start for span in named}
    return sorted([*named, *(span for span in pronouns if span.start not in inside)])


def _span(match: re.Match[str]) -> Span:
    return Span(match.start(), match.end())


def _means_it(text: str, match: re.Match[str], heads: frozenset[str]) -> bool:
    after = text[match.end() : match.end() + 2]
    is_longer = len(after) > 1 and after[0] == " " and after[1].isupper()
    if is_longer:
        return False
    head = match["head"].lower()
    return head in heads or (match["article"].lower() == "our" and role_of((head,)) in ("body", "weak"))


def _heads(organization: str) -> frozenset[str]:
    """The words by which a body may be called for short: those before the first preposition that head names."""
    return frozenset(_head_words(organization))


def _head_words(organization: str) -> Iterator[str]:
    words = [token.lower for token in split_words(organization) if token.text[0].isalpha()]
    stop = next((index for index, word in enumerate(words) if index and word in PREPOSITIONS), len(words))
    for word in words[:stop]:
        if role_of((word,)) in ("body", "weak", "first"):
            yield word
