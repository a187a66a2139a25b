"""Numbers with their currency, ranges of them, and the coins behind them."""

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from pipeline import numerals
from pipeline.gazetteers import currencies
from pipeline.money import marks
from pipeline.money.marks import Mark
from pipeline.numerals import Numeral, qualifiers, ranges
from pipeline.records import Context, Refusal


class Amount(Struct, frozen=True, gc=False):
    """A number with its currency."""

    start: int
    end: int
    numeral: Numeral
    value: Decimal
    mark: Mark


def read_amount(
    text: str, numeral: Numeral, context: Context, floor: int, refused: list[Refusal] | None
) -> Amount | None:
    """Returns the amount that a number is, with the currency beside it; a mark before `floor` is another amount's."""
    left = marks.left_mark(text, numeral.start, floor, context)
    letters, spaced = (_LETTERS, _SPACED_LETTERS) if left else ("kKmMbB", "mMkK")
    scaled = numerals.scale_letter(text, numeral, letters, spaced=spaced)
    if scaled is not None and not left and marks.right_mark(text, scaled.end, context) is None:
        scaled = None
    number = scaled or numeral
    right = marks.right_mark(text, number.end, context)
    if right is None and number.form == "mixed" and text.startswith(".", number.end):  # `0,4 Mio. EUR`
        right = marks.right_mark(text, number.end + 1, context)
    mark = marks.agreed(left, right)
    if mark is None:
        return None
    number = _with_mil(text, number, mark) or number
    factor = mark.scale if number.scale == 1 else 1
    value = number.value * factor
    if number.whole is not None and factor == 1 and currencies.load().codes.get(mark.code or "", 2) < 3:
        value = number.whole
    if mark.hundredths:
        value /= 100
    start = min(number.start, left.start) if left is mark or (left and right) else number.start
    end = max(number.end, right.end) if right is mark or (left and right and marks.agree(left, right)) else number.end
    end = _SLASH_DASH.match(text, end).end()  # type: ignore[union-attr]  # matches the empty string
    reason = _objection(text, number, value, mark, start, end)
    if reason is not None:
        if refused is not None:
            refused.append(Refusal("money", start, end, text[start:end], f"money.{mark.rule}", reason))
        return None
    return Amount(start, end, number, value, mark)


_MIL = re.compile(r" mil(?P<stop>\.?)(?![^\W_])")
_MIL_IS_THOUSAND = frozenset(
    (
        "BRL",
        "PTE",
        "AOA",
        "MZN",
        "CVE",
        "COP",
        "MXN",
        "ARS",
        "CLP",
        "PEN",
        "BOB",
        "PYG",
        "UYU",
        "GTQ",
        "HNL",
        "NIO",
        "CRC",
    )
)
"""Currencies of the countries where `mil` is the Portuguese or Spanish word; elsewhere it is short for million."""


def _with_mil(text: str, number: Numeral, mark: Mark) -> Numeral | None:
    """Returns the number with the `mil` after it: `R$ 521 mil`, `CZK 5 mil.`; None without one."""
    match = _MIL.match(text, number.end) if number.form == "digits" and mark.end <= number.start else None
    if match is None:
        return None
    scale = 10**3 if mark.code in _MIL_IS_THOUSAND else 10**6
    return Numeral(number.start, match.end(), number.value * scale, "mixed", number.mantissa, scale)


_LETTERS = (*"kKmMbBT", "MM")
_SPACED_LETTERS = (*"mMkKbB", "MM")
"""Scale letters behind a number that has its currency before it: against it, and after a space."""
_SLASH_DASH = re.compile(r"(?:/[-–=])?")


def _objection(text: str, number: Numeral, value: Decimal, mark: Mark, start: int, end: int) -> str | None:
    """Returns why a number beside a mark is no money after all, or None."""
    if start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        return "part of a longer word"
    if _INSIDE_CODE.search(text, max(0, start - 2), start) and text[start].isalnum():
        return "part of a code"
    if end < len(text) and text[end].isalnum() and (text[end - 1].isdigit() or text[end].isdigit()):
        return "part of a code"
    if mark.cautious and not _looks_like_money(text, number, value):
        return "an acronym beside a number that does not look like money"
    if mark.code in currencies.load().acronym_codes and _YEAR.fullmatch(text, number.start, number.end):
        return "an acronym beside a year"
    if mark.rule == "shared" and mark.sign == "won" and not _is_won(text, number, end):
        return "the verb"
    if mark.sign == "£" and _WEIGHT.match(text, end) and text[end - 1] == "s":
        return "a weight"
    return None


_YEAR = re.compile(r"(?:19|20)\d\d")
_INSIDE_CODE = re.compile(r"[^\W_][._/]\Z|[^\W\d_]-\Z")
_WEIGHT = re.compile(r" of (?!funding|aid|grants?|investment|money|income|savings)", re.IGNORECASE)
_WON_OBJECT = re.compile(
    r" (?:a|an|the|their|its|his|her|first|second|third|one|two|three|by|over|against|at|in the|"
    r"\w{0,12} ?(?:prizes?|awards?|medals?|scholarships?|seats?|gold|silver|bronze|games?|matche?s?|elections?))\b"
)


def _is_won(text: str, number: Numeral, end: int) -> bool:
    if number.scale > 1:
        return True
    return (number.value >= 1000 or number.grouped) and not _WON_OBJECT.match(text, end)


def _looks_like_money(text: str, number: Numeral, value: Decimal) -> bool:
    """Says whether an amount is grouped, scaled, has cents, or is at least 100 and no year."""
    if number.scale > 1 or number.grouped or value >= 10_000:
        return True
    if number.form != "digits":
        return False
    raw = text[number.start : number.end]
    if re.search(r"[.,]\d\d\Z", raw):
        return True
    return value >= 100 and not _YEAR.fullmatch(raw)


# --- ranges and coins

_NOT_A_THING = re.compile(
    r"\s*(?:\Z|[^\w\s]|(?:per|a|an|each|every|for|in|and|of|or|as|at|by|from|with|was|were|is|are|will|to|on|depending|respectively"
    r"|monthly|annually|yearly|weekly|daily|apiece)\b)"
)


def read_range(
    text: str, scanned: Sequence[Numeral], amounts: dict[int, Amount], index: int
) -> tuple[int, int, Decimal, Decimal, Mark] | None:
    """Returns start, end, both amounts and the mark of the range that numbers `index` and `index + 1` make."""
    if index + 1 >= len(scanned) or not (index in amounts or index + 1 in amounts):
        return None
    left, right = scanned[index], scanned[index + 1]
    if right.start - left.end > 40:
        return None
    low, high = amounts.get(index), amounts.get(index + 1)
    start = low.start if low else left.start
    low_end = low.end if low else left.end
    high_start = high.start if high else right.start
    end = high.end if high else right.end
    link = ranges.link(text, low_end, high_start)
    _, begin = qualifiers.before(text, start)
    opening = ranges.opening(text, begin)
    if link is None or link == "or" or (link == "and" and not (opening and opening[0] == "between")):
        return None
    if opening and opening[0] == "from" and ranges.changes(text, opening[1]):
        return None
    if high is None and not _goes_on(text, link, low_end, right, end):
        return None
    high_number = high.numeral if high else numerals.scale_letter(text, right, "kKmMbB", spaced="") or right
    low_number = low.numeral if low else left
    end = max(end, high_number.end)
    ends = ranges.bounds(low_number, high_number)
    mark = high.mark if high and (low is None or low.mark.code is None) else low.mark if low else None
    if ends is None or mark is None or (link == "to" and low is not None and ranges.differs(text, begin, *ends)):
        return None
    if low and high and not marks.agree(low.mark, high.mark):
        return None
    factor = mark.scale if high_number.scale == 1 else 1
    begin = opening[1] if opening else start
    return begin, end, ends[0] * factor, ends[1] * factor, mark


def _goes_on(text: str, link: str, low_end: int, right: Numeral, end: int) -> bool:
    """Says whether a bare number after an amount is the other end of a range and does not count something else."""
    if link == "-":
        return right.start - low_end == 1 or right.scale > 1
    return right.scale > 1 or _NOT_A_THING.match(text, end) is not None


_COINS = re.compile(
    r"(?P<gap>[ \u00a0](?:and[ \u00a0])?)(?=[\da-zA-Z])(?:\d{1,2}|[a-z]{3,9}(?:[- ][a-z]{3,5})?)"
    r"(?P<unit>[ \u00a0]?(?:cents?|¢|c|pence|p|sens?|paise|paisa|kopecks|centimes|centavos|pesewas|kobo)\b)?"
)


def add_coins(
    text: str, scanned: Sequence[Numeral], index: int, amount: Amount, amounts: dict[int, Amount]
) -> tuple[Decimal, int, int]:
    """Adds the coins after an amount (`3 dollars 50 cents`); returns the value, its end and the next index."""
    plain = amount.value, amount.end, index + 1
    if index + 1 >= len(scanned) or scanned[index + 1].start - amount.end > 6 or amount.numeral.scale > 1:
        return plain
    following = scanned[index + 1]
    match = _COINS.match(text, amount.end)
    if (
        match is None
        or not 0 < following.value < 100
        or following.value % 1
        or amount.value % 1
        or amount.mark.hundredths
    ):
        return plain
    if match["unit"] is None:
        bare = index + 1 not in amounts and re.match(r"\s*(?:$|\.(?:\s|$))", text[following.end : following.end + 3])
        named = amount.mark.end == amount.end and text[amount.end - 1].isalpha()
        if not (bare and named):
            return plain
        return amount.value + following.value / 100, following.end, index + 2
    unit = re.compile(r"[ \u00a0]?[^\W\d_]{1,9}|[ \u00a0]?¢").match(text, following.end)
    end = unit.end() if unit else following.end
    return amount.value + following.value / 100, end, index + 2
