"""Amounts of money: a number and the currency beside it.

A number is money when a currency stands right before or right after it: an ISO 4217 code, a symbol, a local
abbreviation or a name. Marks are trusted in this order: code or symbol of one currency, name of one currency, sign that
several share (which the report's context settles, or its usual meaning, or nothing: then the currency is null). A mark
that is also an everyday acronym (`COP 26`, `CHF`) counts only beside an amount that looks like money. Scale words and
letters, ranges, qualifiers and small coins (`3 dollars 50 cents`) belong to the amount.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from pipeline import numerals
from pipeline.gazetteers import currencies
from pipeline.money.amounts import Amount, add_coins, read_amount, read_range
from pipeline.money.marks import Mark
from pipeline.numerals import Numeral, qualifiers
from pipeline.records import Context, Mention, MoneyValue, Qualifier, Refusal, Span

CONFIDENCE = {"code": 0.98, "symbol": 0.98, "name": 0.97, "shared": 0.93, "cautious": 0.9, "unsettled": 0.9}


def find_money(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Returns the amounts of money that the text states, in order. What `taken` covers is not read."""
    scanned = [n for n in numerals.scan(text) if not any(s.start < n.end and n.start < s.end for s in taken)]
    amounts: dict[int, Amount] = {}
    floor = 0
    for index, numeral in enumerate(scanned):
        amount = read_amount(text, numeral, context, floor, refused)
        floor = numeral.end
        if amount is not None:
            amounts[index] = amount
            floor = amount.end
    mentions: list[Mention] = []
    index = 0
    while index < len(scanned):
        mention, index = _mention(text, scanned, amounts, index, context)
        if mention is not None:
            mentions.append(mention)
    return mentions


class Written(Struct, frozen=True):
    """The currencies that a report writes out: how often each, and those it names (`in NZD`); `bare` counts its `$`."""

    codes: Counter[str]
    named: frozenset[str]
    bare: int


def written_currencies(texts: Iterable[str]) -> Written:
    """Returns the currencies that the texts write out as codes, symbols or names of their own."""
    table = currencies.load()
    codes: Counter[str] = Counter()
    named: set[str] = set()
    bare = 0
    for text in texts:
        for mention in find_money(text, Context()):
            value = mention.value
            if isinstance(value, MoneyValue) and value.currency and not mention.rule.endswith("shared"):
                codes[value.currency] += 1
            bare += mention.rule.endswith("shared") and "$" in mention.text
        named.update(code for code in _NAMED_CODE.findall(text) if code in table.codes)
    codes.update(named)
    return Written(codes, frozenset(named), bare)


def settle_symbols(written: Written, country: str | None) -> tuple[tuple[str, str], ...]:
    """Returns what the signs that several currencies share (`$`, `Rs`, `kr`) mean in a report, where it says so itself.

    A sign means the money of the report's own country where that country uses it (who writes `US$` there tells it from
    `$`); else the one currency among those that share it which the report writes out (`USD`, `Kenyan shillings`), or
    writes out far more often than the others; not when the bare sign is so much more frequent that it must be another's
    (one `NZ$` among dozens of `$`). Letters like `K` are settled by what is written out alone.
    """
    table = currencies.load()
    codes = written.codes
    settled = []
    for sign, family in table.shared.items():
        home = family.countries.get(country or "")
        code = home or _foremost({code: codes[code] for code in family.members})
        is_another = (
            sign == "$" and code not in (None, home, *written.named) and written.bare > FAR_MORE * codes[code or ""]
        )
        if code is not None and not is_another:
            settled.append((sign, code))
    for letter, countries in table.domestic.items():
        explicit = [code for code in dict.fromkeys(countries.values()) if code in codes]
        if len(explicit) == 1 and country not in countries:
            settled.append((letter, explicit[0]))
    return tuple(settled)


FAR_MORE = 4
"""Times as often as all others together that a currency is written out to settle the sign it shares with them."""


def _foremost(written: dict[str, int]) -> str | None:
    """Returns the only currency written out, or the one written out far more often than the others together."""
    code = max(written, key=lambda code: written[code])
    return code if written[code] > 0 and written[code] >= FAR_MORE * (sum(written.values()) - written[code]) else None


_NAMED_CODE = re.compile(r"(?:\b(?:in|amounts?|currency|figures?)[ :]{1,3}|\()([A-Z]{3})(?=[\s).,;:])")


def _mention(
    text: str, scanned: Sequence[Numeral], amounts: dict[int, Amount], index: int, context: Context
) -> tuple[Mention | None, int]:
    """Builds the mention that begins at number `index`: a range of two amounts, an amount with its coins, or one."""
    pair = read_range(text, scanned, amounts, index)
    if pair is not None:
        start, end, low, high, mark = pair
        _, begin = qualifiers.before(text, start)
        return _build(text, begin, end, low, high, "range", mark, "range", context), index + 2
    amount = amounts.get(index)
    if amount is None:
        return None, index + 1
    value, end, after = add_coins(text, scanned, index, amount, amounts)
    before, start = qualifiers.before(text, amount.start)
    following, end = qualifiers.after(text, end)
    qualifier = before or following or "exact"
    return _build(text, start, end, value, None, qualifier, amount.mark, "amount", context), after


def _build(
    text: str,
    start: int,
    end: int,
    low: Decimal,
    high: Decimal | None,
    qualifier: Qualifier,
    mark: Mark,
    rule: str,
    context: Context,
) -> Mention | None:
    if max(low, high or low) >= numerals.LARGEST:
        return None
    code = mark.code if mark.sign is None else meaning(mark.sign, context)
    confidence = CONFIDENCE["unsettled" if code is None else "cautious" if mark.cautious else mark.rule]
    value = MoneyValue(_plain(low), None if high is None else _plain(high), qualifier, code)
    return Mention("money", start, end, text[start:end], value, f"money.{rule}.{mark.rule}", "rule", confidence)


def _plain(value: Decimal) -> Decimal:
    """Returns the value without idle zeros, to four places."""
    rounded = value.quantize(Decimal("0.0001")) if -value.as_tuple().exponent > 4 else value  # type: ignore[operator]  # no NaN
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def meaning(sign: str, context: Context) -> str | None:
    """Returns the currency that a shared sign means here, or None when nothing settles it."""
    family = currencies.load().shared[sign]
    settled = dict(context.currencies)
    if sign in settled:
        return settled[sign]
    if context.country in family.countries and sign != "$":
        return family.countries[context.country or ""]
    return family.default
