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
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from pipeline import numerals
from pipeline.gazetteers import currencies
from pipeline.numerals import Numeral
from pipeline.records import Context, Mention, MoneyValue, Qualifier, Refusal, Span

LARGEST = Decimal(10) ** 19
"""What a table can hold with four decimal places."""

CONFIDENCE = {"code": 0.98, "symbol": 0.98, "name": 0.97, "shared": 0.93, "cautious": 0.9, "unsettled": 0.9}


class _Mark(Struct, frozen=True, gc=False):
    """A currency beside a number: where it stands, what it means, and how sure that is.

    `sign` is the shared sign when several currencies use it; `scale` the factor written with it (`MUSD`).
    """

    start: int
    end: int
    code: str | None
    sign: str | None
    rule: str
    scale: int = 1
    cautious: bool = False
    hundredths: bool = False


class _Amount(Struct, frozen=True, gc=False):
    """A number with its currency."""

    start: int
    end: int
    numeral: Numeral
    value: Decimal
    mark: _Mark


def find_money(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Returns the amounts of money that the text states, in order. What `taken` covers is not read."""
    scanned = [n for n in numerals.scan(text) if not any(s.start < n.end and n.start < s.end for s in taken)]
    amounts: dict[int, _Amount] = {}
    floor = 0
    for index, numeral in enumerate(scanned):
        amount = _amount(text, numeral, context, floor, refused)
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


def settle_symbols(texts: Iterable[str], country: str | None) -> tuple[tuple[str, str], ...]:
    """Returns what the signs that several currencies share (`$`, `Rs`, `kr`) mean in a report, where it says so itself.

    A sign is settled when the report writes out just one of the currencies that share it (`USD`, `US$`, `Kenyan
    shillings`), or when it is the money of the report's own country and no other is written out.
    """
    table = currencies.load()
    written: Counter[str] = Counter()
    for text in texts:
        for mention in find_money(text, Context()):
            value = mention.value
            if isinstance(value, MoneyValue) and value.currency and not mention.rule.endswith("shared"):
                written[value.currency] += 1
        written.update(code for code in _NAMED_CODE.findall(text) if code in table.codes)
    settled = []
    for sign, family in table.shared.items():
        explicit = [code for code in family.members if code in written]
        home = family.countries.get(country or "")
        if len(explicit) == 1:
            settled.append((sign, explicit[0]))
        elif not explicit and home is not None:
            settled.append((sign, home))
    return tuple(settled)


_NAMED_CODE = re.compile(r"(?:\b(?:in|amounts?|currency|figures?)[ :]{1,3}|\()([A-Z]{3})(?=[\s).,;:])")


def _mention(
    text: str, scanned: Sequence[Numeral], amounts: dict[int, _Amount], index: int, context: Context
) -> tuple[Mention | None, int]:
    """Builds the mention that begins at number `index`: a range of two amounts, an amount with its coins, or one."""
    pair = _range(text, scanned, amounts, index)
    if pair is not None:
        start, end, low, high, mark = pair
        before, begin = numerals.qualifier_before(text, start)
        if before != "approximately":
            begin = start
        return _build(text, begin, end, low, high, "range", mark, "range", context), index + 2
    amount = amounts.get(index)
    if amount is None:
        return None, index + 1
    value, end, after = _coins(text, scanned, index, amount, amounts)
    before, start = numerals.qualifier_before(text, amount.start)
    following, end = numerals.qualifier_after(text, end)
    qualifier = before or following or "exact"
    return _build(text, start, end, value, None, qualifier, amount.mark, "amount", context), after


def _build(
    text: str,
    start: int,
    end: int,
    low: Decimal,
    high: Decimal | None,
    qualifier: Qualifier,
    mark: _Mark,
    rule: str,
    context: Context,
) -> Mention | None:
    if max(low, high or low) >= LARGEST:
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


# --- a number and its currency ---------------------------------------------------------------------------------------


def _amount(text: str, numeral: Numeral, context: Context, floor: int, refused: list[Refusal] | None) -> _Amount | None:
    left = _left_mark(text, numeral.start, floor, context)
    scaled = numerals.scale_letter(text, numeral, "kKmMbBT" if left else "kKmMbB", spaced="mMkKbB" if left else "mMkK")
    if scaled is not None and not left and _right_mark(text, scaled.end, context) is None:
        scaled = None
    number = scaled or numeral
    right = _right_mark(text, number.end, context)
    mark = _agreed(left, right)
    if mark is None:
        return None
    factor = mark.scale if number.scale == 1 else 1
    value = number.value * factor
    if number.whole is not None and factor == 1 and currencies.load().codes.get(mark.code or "", 2) < 3:
        value = number.whole
    if mark.hundredths:
        value /= 100
    start = min(number.start, left.start) if left is mark or (left and right) else number.start
    end = max(number.end, right.end) if right is mark or (left and right and _agree(left, right)) else number.end
    end = _SLASH_DASH.match(text, end).end()  # type: ignore[union-attr]  # matches the empty string
    reason = _objection(text, number, value, mark, start, end)
    if reason is not None:
        if refused is not None:
            refused.append(Refusal("money", start, end, text[start:end], f"money.{mark.rule}", reason))
        return None
    return _Amount(start, end, number, value, mark)


_SLASH_DASH = re.compile(r"(?:/[-–=])?")


def _agree(left: _Mark, right: _Mark) -> bool:
    """Says whether two marks around one number mean the same money: `$1,190 AUD`, `US$ 20 dollars`."""
    shared = currencies.load().shared
    if left.code is not None and left.code == right.code:
        return True
    if left.sign is not None and right.sign is not None:
        return left.sign == right.sign
    if left.sign is not None:
        return right.code in shared[left.sign].members
    return right.sign is not None and left.code in shared[right.sign].members


def _agreed(left: _Mark | None, right: _Mark | None) -> _Mark | None:
    if left is None or right is None:
        return left or right
    if _agree(left, right) and left.code is None:
        return replace(right, cautious=False)
    return left


def _objection(text: str, number: Numeral, value: Decimal, mark: _Mark, start: int, end: int) -> str | None:
    """Returns why a number beside a mark is no money after all, or None."""
    if start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        return "part of a longer word"
    if _INSIDE_CODE.search(text, max(0, start - 2), start) and text[start].isalnum():
        return "part of a code"
    if end < len(text) and text[end].isalnum() and (text[end - 1].isdigit() or text[end].isdigit()):
        return "part of a code"
    if mark.cautious and not _looks_like_money(text, number, value):
        return "an acronym beside a number that does not look like money"
    if mark.rule == "shared" and mark.sign == "won" and not _is_won(text, number, end):
        return "the verb"
    if mark.sign == "£" and _WEIGHT.match(text, end) and text[end - 1] == "s":
        return "a weight"
    return None


_INSIDE_CODE = re.compile(r"[^\W_][._/]$|[^\W\d_]-$")
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
    if re.search(r"[.,]\d\d$", raw):
        return True
    return value >= 100 and not re.fullmatch(r"(?:19|20)\d\d", raw)


# --- marks before the number -----------------------------------------------------------------------------------------

_LEFT = re.compile(
    r"(?P<mark>\S[^\n\d]{0,24}?|[^\s\d])"
    r"(?P<scale>[ \u00a0](?:millions?|billions?|thousands?|mn|bn|Mn|Bn|mln|mio|m|M|k|K)\.?)?"
    r"(?P<gap>[.:]?[ \u00a0\u202f\u2009]?)$"
)
_CODE_BEFORE = re.compile(
    r"(?<![A-Za-z\d$])(?P<prefix>[MKmkTB]|bn|mn|m)?(?P<code>[A-Z]{3}|[a-z]{3})(?P<dollar>[$€£¥])?$"
)
_WORDS_BEFORE = re.compile(r"(?:[^\W\d_][\w.'’-]{0,20}[ \u00a0]){0,3}[^\W\d_][\w.'’-]{0,20}$")
_SCALE_OF = {"thousand": 10**3, "k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "mio": 10**6, "million": 10**6}
_SCALE_OF |= {"b": 10**9, "bn": 10**9, "billion": 10**9, "t": 10**3}
_LONGEST_SYMBOL = 14


@cache
def _symbols() -> dict[str, str]:
    """The symbols of one currency each, with the spaced and the lower-case forms of those with two letters and more."""
    symbols = dict(currencies.load().symbols)
    for symbol, code in list(symbols.items()):
        letters = symbol.rstrip("$").rstrip(".")
        if symbol.endswith("$") and (len(letters) > 1 or letters in ("C", "c")):
            symbols.setdefault(f"{symbol[:-1]} $", code)
        if symbol.endswith("$") and len(letters) > 1:
            symbols.setdefault(symbol.lower(), code)
            symbols.setdefault(f"{symbol[:-1].lower()} $", code)
    return symbols


@cache
def _last_characters() -> frozenset[str]:
    """The characters that a mark before a number may end with, apart from letters."""
    table = currencies.load()
    marks = (*table.symbols, *table.cautious_symbols, *table.shared_words, *table.minor)
    return frozenset(mark[-1] for mark in marks if not mark[-1].isalnum())


def _left_mark(text: str, start: int, floor: int, context: Context) -> _Mark | None:
    """Returns the currency that ends right before `start`, not reaching back over `floor`."""
    if start == floor:
        return None
    last = text[start - 1]
    if last.isspace() and start - 1 > floor:
        last = text[start - 2]
    if not (last.isalpha() or last in _last_characters() or last in ".:"):
        return None
    match = _LEFT.search(text, max(floor, start - 26), start)
    if match is None:
        return None
    end = match.end("mark")
    mark = _mark_ending(text, end, max(floor, end - 40), context)
    if mark is None and match["scale"] is None:
        # A full stop belongs to the symbol itself (`Rs. 500`).
        stopped = start - len(text[floor:start]) + len(text[floor:start].rstrip())
        mark = _mark_ending(text, stopped, max(floor, stopped - 40), context) if stopped != end else None
    if mark is None or match["scale"] is None:
        return mark
    return replace(mark, scale=_SCALE_OF[match["scale"].strip(" \u00a0.").lower().removesuffix("s")])


def _mark_ending(text: str, end: int, floor: int, context: Context) -> _Mark | None:
    table = currencies.load()
    code = _CODE_BEFORE.search(text, max(floor, end - 8), end)
    if code is not None and (mark := _code_mark(code["code"], code["prefix"], code.start(), end)):
        return mark
    symbols = _symbols()
    for begin in range(max(floor, end - _LONGEST_SYMBOL), end):
        piece = text[begin:end]
        if begin > floor and piece[0].isalnum() and text[begin - 1].isalnum():
            continue
        if piece in symbols:
            return _Mark(begin, end, symbols[piece], None, "symbol")
        if piece in table.cautious_symbols:
            return _Mark(begin, end, table.cautious_symbols[piece], None, "symbol", cautious=True)
        home = table.domestic.get(piece, {}).get(context.country or "")
        if home is not None:
            return _Mark(begin, end, home, None, "symbol", cautious=True)
        if piece in table.shared_words and not (piece.isalpha() and piece.islower() and len(piece) > 3):
            prefix = _SCALE_PREFIX.search(text, floor, begin)
            scale = _SCALE_OF[prefix[1].lower()] if prefix and piece in "$£€" else 1
            return _Mark(
                prefix.start() if scale > 1 and prefix else begin, end, None, table.shared_words[piece], "shared", scale
            )
    words = _WORDS_BEFORE.search(text, floor, end)
    return _name_ending(words[0], end) if words is not None else None


_SCALE_PREFIX = re.compile(r"(?<![\w$])([Mk])$")


def _code_mark(code: str, prefix: str | None, start: int, end: int) -> _Mark | None:
    table = currencies.load()
    upper = code.upper()
    if upper not in table.codes:
        return _Mark(start, end, "CNY", None, "code") if upper == "RMB" and not prefix else None
    if code != upper and (upper in table.cautious_codes or upper in _LOWER_WORDS):
        return None
    scale = 1 if not prefix else 10**3 if prefix in "KkT" else 10**6 if prefix in ("M", "m", "mn") else 10**9
    return _Mark(start, end, upper, None, "code", scale, cautious=upper in table.cautious_codes and scale == 1)


_LOWER_WORDS = frozenset({"RUB", "AFN", "ARS", "NIO", "NOK", "PHP", "YER", "BND", "BAM"})


def _name_ending(words: str, end: int) -> _Mark | None:
    """Reads a name that ends where the words end, the longest first: `Malaysian ringgit` before `ringgit`."""
    parts = re.split(r"[ \u00a0]", words)
    for count in range(min(4, len(parts)), 0, -1):
        name = " ".join(parts[-count:])
        mark = _name_mark(name, end - len(name), end)
        if mark is not None:
            return mark
    return None


def _name_mark(name: str, start: int, end: int) -> _Mark | None:
    table = currencies.load()
    folded = name.casefold().replace("’", "'")
    if folded in table.names:
        return _Mark(start, end, table.names[folded], None, "name")
    if folded in table.shared_words or name in table.shared_words:
        return _Mark(start, end, None, table.shared_words.get(folded) or table.shared_words[name], "shared")
    return None


# --- marks after the number ------------------------------------------------------------------------------------------

_RIGHT = re.compile(
    r"(?P<gap>[ \u00a0\u202f\u2009]?|-)"
    r"(?:(?P<prefix>[MKmkB]|bn|mn|Mn)?(?P<code>[A-Z]{3}|[a-z]{3})(?![A-Za-z$])"
    r"|(?P<letter>[MKmk])?(?P<symbol>[^\s\w()\[\],;:!?%+*\"'“”‘’–—-])"
    r"|(?P<words>[^\W\d_][\w.'’ʻ-]{0,20}(?:[ \u00a0][^\W\d_][\w.'’ʻ-]{0,20}){0,3}))"
)
_SCALE_BEHIND = re.compile(r"[ \u00a0](millions?|billions?|thousands?|mn|bn|Mn|Bn|mln|mio|m|M)(?![\w])")
_OF = re.compile(r" of (?=[A-Z])")


def _right_mark(text: str, end: int, context: Context) -> _Mark | None:
    """Returns the currency that begins right after `end`; not one that belongs to the number behind it."""
    if end >= len(text):
        return None
    match = _RIGHT.match(text, end)
    if match is None:
        return None
    mark = _read_right(text, match, end, context)
    if mark is None or _belongs_to_next(text, mark, end):
        return None
    scale = _SCALE_BEHIND.match(text, mark.end)
    if scale is not None and mark.scale == 1 and mark.rule != "name":
        return replace(mark, end=scale.end(), scale=_SCALE_OF[scale[1].lower().removesuffix("s")])
    return mark


def _read_right(text: str, match: re.Match[str], end: int, context: Context) -> _Mark | None:
    begin = match.end("gap")
    if match["code"] is not None and match["gap"] != "-":
        mark = _code_mark(match["code"], match["prefix"], begin, match.end("code"))
        if mark is not None:
            return mark
    if match["symbol"] is not None and match["letter"]:
        signs = {"€": "EUR"}
        sign, after = match["symbol"], match.end("symbol")
        if sign in signs or sign in currencies.load().shared:
            code = signs.get(sign)
            return _Mark(begin, after, code, None if code else sign, "symbol", _SCALE_OF[match["letter"].lower()])
    return _symbol_beginning(text, begin, context) or _name_beginning(text, begin)


def _symbol_beginning(text: str, begin: int, context: Context) -> _Mark | None:
    table = currencies.load()
    symbols = _symbols()
    for end in range(min(len(text), begin + _LONGEST_SYMBOL), begin, -1):
        piece = text[begin:end]
        if piece[-1].isalnum() and end < len(text) and text[end].isalpha():
            continue
        if piece in symbols:
            return _Mark(begin, end, symbols[piece], None, "symbol")
        if piece in table.cautious_symbols and piece.casefold() not in table.names:
            return _Mark(begin, end, table.cautious_symbols[piece], None, "symbol", cautious=True)
        home = table.domestic.get(piece, {}).get(context.country or "")
        if home is not None:
            return _Mark(begin, end, home, None, "symbol", cautious=True)
        if piece == "¢":
            return _Mark(begin, end, None, "$", "shared", hundredths=True)
        if piece in table.shared_words and not piece.isalpha():
            return _Mark(begin, end, None, table.shared_words[piece], "shared")
    return None


def _name_beginning(text: str, begin: int) -> _Mark | None:
    match = _NAME_WORDS.match(text, begin)
    if match is None:
        return None
    parts = re.split(r"[ \u00a0]", match[0])
    for count in range(min(4, len(parts)), 0, -1):
        name = " ".join(parts[:count]).rstrip(".-")
        mark = _name_mark(name, begin, begin + len(name))
        if mark is not None:
            return mark
    first = parts[0].rstrip(".-")
    two = " ".join(parts[:2]).rstrip(".-")
    for name in (two, first, first.partition("-")[0]):
        if name in ("cent", "cents", "¢", "pence", "sen", "sens", "paise", "paisa", "euro cents", "eurocents", "kobo"):
            code = currencies.load().minor[name]
            sign = None if code else "$"
            return _Mark(begin, begin + len(name), code, sign, "name" if code else "shared", hundredths=True)
        plain = _name_mark(name, begin, begin + len(name)) if "-" in first else None
        if plain is not None:
            return plain
    return None


_NAME_WORDS = re.compile(r"[^\W\d_][\w.'’ʻ-]{0,20}(?:[ \u00a0][^\W\d_][\w.'’ʻ-]{0,20}){0,3}")
_NEXT_NUMBER = re.compile(r"(?P<gap>[ \u00a0]?)(?=\d)(?:\d[\d.,]{0,20})")


def _belongs_to_next(text: str, mark: _Mark, end: int) -> bool:
    """Says whether a mark after a number is rather the mark before the next one: `for 3 USD 500 grants`."""
    following = _NEXT_NUMBER.match(text, mark.end)
    if following is None or (mark.rule in ("name", "shared") and text[mark.end - 1].isalpha()):
        return False
    if not following["gap"]:
        return True
    if mark.start == end:
        return False
    after = _RIGHT.match(text, following.end())
    piece = text[mark.start : mark.end]
    if after is None:
        return True
    behind = text[after.end("gap") : after.end("gap") + 4]
    return not (behind.startswith(piece[:1]) or _code_follows(behind))


def _code_follows(behind: str) -> bool:
    return behind[:3].upper() in currencies.load().codes or behind[:1] in "€$£" or behind[:3].lower() == "rmb"


# --- ranges and coins ------------------------------------------------------------------------------------------------

_CHANGE = re.compile(
    r"\b(?:increas|rais|rose|ris|grew|grow|fall|fell|drop|declin|decreas|reduc|expand|chang|went|go|jump|soar|climb|move"
    r"|improv|doubl|tripl|up|down|upgrad|shift)\w{0,6}\b[^.;:\n]{0,60}$",
    re.IGNORECASE,
)
_NOT_A_THING = re.compile(
    r"\s*(?:$|[^\w\s]|(?:per|a|an|each|for|in|and|of|as|by|from|with|was|were|is|are|will|to|on|depending|respectively)\b)"
)


def changes(text: str, start: int) -> bool:
    """Says whether what stands before `start` tells of a change: then `from 20 to 30` are two values, no range."""
    return _CHANGE.search(text, max(0, start - 90), start) is not None


def _range(
    text: str, scanned: Sequence[Numeral], amounts: dict[int, _Amount], index: int
) -> tuple[int, int, Decimal, Decimal, _Mark] | None:
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
    link = numerals.range_link(text, low_end, high_start)
    opening = numerals.opens_range(text, start)
    if link is None or link == "or" or (link == "and" and not (opening and opening[0] == "between")):
        return None
    if opening and opening[0] == "from" and changes(text, opening[1]):
        return None
    if high is None and not _goes_on(text, link, low_end, right, end):
        return None
    high_number = high.numeral if high else numerals.scale_letter(text, right, "kKmMbB", spaced="") or right
    low_number = low.numeral if low else left
    end = max(end, high_number.end)
    ends = numerals.bounds(low_number, high_number)
    mark = high.mark if high and (low is None or low.mark.code is None) else low.mark if low else None
    if ends is None or mark is None:
        return None
    if low and high and not _agree(low.mark, high.mark):
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


def _coins(
    text: str, scanned: Sequence[Numeral], index: int, amount: _Amount, amounts: dict[int, _Amount]
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
