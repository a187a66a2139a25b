"""A number and its parts in running text and lists, held against each other.

Three forms are read, each only where the parts claim to be all of it:

- `45 participants (20 men and 25 women)`: in the bracket right behind a number, both sexes, or parts of the same thing
  as the whole, which is called a total.
- `20 men and 25 women, a total of 45 participants`: both sexes, and one total in the same sentence.
- list items `Label: number` of the same unit, of which the last is labelled `Total`.

A part that is no exact number, or words such as `including`, `among them` and `others`, say that the parts are not all.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pipeline.sentences import sentence_around
from pipeline.totals import figures
from pipeline.totals.figures import Figure

Row = Mapping[str, Any]

_FEMALE = frozenset(("woman", "female", "girl", "mother", "lady"))
_MALE = frozenset(("man", "male", "boy", "father", "gentleman"))
_OPEN = re.compile(r"\s?[(\[](?:of whom |i\.e\. |that is |namely )?$")
_TOTAL_BEFORE = re.compile(
    r"\b(?:a |the |in )?total(?: number)?(?: of)?:? $|\b(?:altogether|in all),? $", re.IGNORECASE
)
_DRAWN_FROM = re.compile(r"\b(?:of|from|among|out of) (?:the |a )?(?:total (?:of )?)?$", re.IGNORECASE)
_TOTAL_AFTER = re.compile(r"^,? (?:in all|in total|altogether|overall)\b", re.IGNORECASE)
_INCOMPLETE = re.compile(
    r"\b(?:includ\w+|among|amongst|others?|rest|remainder|mostly|mainly|such as|e\.g|at least|some|various|each|per|"
    r"respectively|plus|also|additional|further|aged|under|over|first|new|of (?:them|these|those|which))\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:,|;|and|&|\+|, and|/)?\s*(?:the )?")
_ITEM = re.compile(r"- (?P<label>[^:\n]{1,80}):\s*(?P<figure>[^\n]{1,60})$", re.MULTILINE)
_LIST_TOTAL = re.compile(r"(?:grand |overall )?totals?", re.IGNORECASE)


def find(text: str, mentions: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """The totals of a section's text that do not fit, each with the mention that states it.

    Args:
        text: the text of the section.
        mentions: its counts and amounts, in order.
    """
    told = set()
    for at, whole in enumerate(mentions):
        parts = _in_bracket(text, whole, mentions[at + 1 :]) or _of_both_sexes(text, whole, mentions)
        if parts and whole["mention_id"] not in told and (message := _message(whole, parts)):
            told.add(whole["mention_id"])
            yield whole, message
    yield from _lists(text, mentions)


def _value(row: Row) -> Decimal:
    return Decimal(str(row["value"])) if "value" in row else row["amount"]


def _is_exact(row: Row) -> bool:
    return bool(row["qualifier"] == "exact")


def _is_total(text: str, row: Row) -> bool:
    """Whether words at a number, or in it, say that it is a total."""
    inside = re.match(r"(?:a |the )?total\b", row["text"], re.IGNORECASE)
    before = text[max(0, row["char_start"] - 30) : row["char_start"]]
    return bool(
        inside or _TOTAL_BEFORE.search(before) or _TOTAL_AFTER.search(text[row["char_end"] : row["char_end"] + 30])
    )


def _in_bracket(text: str, whole: Row, later: Sequence[Row]) -> list[Row]:
    """The parts in the bracket right behind a number, when they claim to be all of it."""
    if not _is_exact(whole) or not later or not _OPEN.fullmatch(text[whole["char_end"] : later[0]["char_start"]]):
        return []
    close = re.compile(r"[)\]\n]").search(text, later[0]["char_start"])
    if close is None or text[close.start()] == "\n":
        return []
    parts = [row for row in later if row["char_end"] <= close.start()]
    if len(parts) < 2 or not _are_all(text, parts, close.start()):
        return []
    sexes = _sexes(parts)
    same = all(_unit(row) == _unit(whole) for row in parts) and _is_total(text, whole)
    return parts if sexes or same else []


def _unit(row: Row) -> object:
    return row["currency"] if "currency" in row else row["unit_head"]


def _sexes(parts: Sequence[Row]) -> bool:
    """Whether parts are numbers of both sexes and of nothing else."""
    heads = {row.get("unit_head") for row in parts}
    return bool(heads & _FEMALE and heads & _MALE and heads <= _FEMALE | _MALE and len(heads) == len(parts))


def _are_all(text: str, parts: Sequence[Row], end: int) -> bool:
    """Whether parts are exact and joined by nothing that leaves room for more."""
    between = [text[a["char_end"] : b["char_start"]] for a, b in pairwise(parts)]
    words = text[parts[0]["char_start"] : end]
    return all(map(_is_exact, parts)) and all(map(_JOINT.fullmatch, between)) and not _INCOMPLETE.search(words)


def _of_both_sexes(text: str, whole: Row, mentions: Sequence[Row]) -> list[Row]:
    """The numbers of both sexes in the sentence of a total, when they are its only other numbers."""
    if not _is_exact(whole) or not _is_total(text, whole) or "unit_head" not in whole:
        return []
    if whole["unit_head"] in _FEMALE | _MALE:
        return []
    others = [row for row in mentions if row["sentence"] == whole["sentence"] and row is not whole and "value" in row]
    sentence = sentence_around(text, whole["char_start"], whole["char_end"])
    if len(others) != 2 or not _sexes(others) or not all(map(_is_exact, others)) or _INCOMPLETE.search(sentence):
        return []
    is_drawn_from = _DRAWN_FROM.search(text[max(0, whole["char_start"] - 30) : whole["char_start"]])
    return others if _is_near(whole, others) and not is_drawn_from else []


def _message(whole: Row, parts: Sequence[Row]) -> str | None:
    """What is told of a total and its parts; nothing when they fit."""
    difference = figures.missing(_figure(whole), [_figure(row) for row in parts], rounded="amount" in whole)
    if not difference:
        return None
    added = figures.shown(sum(map(_value, parts), Decimal()))
    listed = ", ".join(repr(row["text"]) for row in parts)
    where = f"Page {whole['page_number']}: the text says {whole['text']!r}, and its parts ({listed}) add up to {added}"
    return f"{where}: {figures.differs(difference)}. Look at the page."


def _figure(row: Row) -> Figure:
    value = _value(row)
    exponent = value.normalize().as_tuple().exponent
    return Figure(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def _lists(text: str, mentions: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Lists of labels and numbers that end in a total."""
    run: list[tuple[str, Row]] = []
    starts = [row["char_start"] for row in mentions]
    end = -2
    for item in _ITEM.finditer(text):
        inside = mentions[bisect_left(starts, item.start()) : bisect_left(starts, item.end())]
        held = [row for row in inside if row["char_end"] <= item.end()]
        if item.start() != end + 1:
            run = []
        end = item.end()
        if len(held) != 1 or not _is_exact(held[0]):
            run = []
        elif _LIST_TOTAL.fullmatch(item["label"].strip()):
            parts = [row for _, row in run]
            is_one_unit = len({_unit(row) for row in (*parts, held[0]) if "currency" in row}) <= 1
            is_sum = len(parts) > 1 and is_one_unit and _is_near(held[0], parts)
            if is_sum and (message := _message(held[0], parts)):
                yield held[0], message
            run = []
        else:
            run.append((item["label"], held[0]))


def _is_near(whole: Row, parts: Sequence[Row]) -> bool:
    """Whether a total is no less than each part, and not more than twice what they add up to."""
    added = sum(map(_value, parts), Decimal())
    return max(map(_value, parts)) <= _value(whole) <= 2 * added
