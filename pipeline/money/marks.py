"""The currency beside a number: ISO codes, symbols, local abbreviations and names, before it or after it."""

import re
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from pipeline.gazetteers import currencies
from pipeline.records import Context


class Mark(Struct, frozen=True, gc=False):
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


def agree(left: Mark, right: Mark) -> bool:
    """Says whether two marks around one number mean the same money: `$1,190 AUD`, `US$ 20 dollars`."""
    shared = currencies.load().shared
    if left.code is not None and left.code == right.code:
        return True
    if left.sign is not None and right.sign is not None:
        return left.sign == right.sign
    if left.sign is not None:
        return right.code in shared[left.sign].members
    return right.sign is not None and left.code in shared[right.sign].members


def agreed(left: Mark | None, right: Mark | None) -> Mark | None:
    """Returns the mark that decides between those around a number: one currency's before a shared sign."""
    if left is None or right is None:
        return left or right
    if agree(left, right) and left.code is None:
        return replace(right, cautious=False)
    return left


# --- before the number

_CODE_BEFORE = re.compile(
    r"(?<![A-Za-z\d$])(?P<prefix>[MKmkTB]|bn|mn|m)?(?P<code>[A-Z]{3}|[a-z]{3})(?P<dollar>[$€£¥])?\Z"
)
_SPACES = " \u00a0\u202f\u2009"
_SCALE_BEFORE = re.compile(r"[ \u00a0](millions?|billions?|thousands?|mn|bn|Mn|Bn|mln|mio|m|M|k|K)\.?\Z")
_WORDS_BEFORE = re.compile(r"(?:[^\W\d_][\w.'’-]{0,20}[ \u00a0]){0,3}[^\W\d_][\w.'’-]{0,20}\Z")
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
    marks = (*table.symbols, *table.cautious_symbols, *table.shared_words, *table.minor, ".", ":")
    return frozenset(mark[-1] for mark in marks if not mark[-1].isalnum())


@cache
def _first_characters() -> frozenset[str]:
    """The characters that a symbol after a number may begin with."""
    table = currencies.load()
    marks = (*_symbols(), *table.cautious_symbols, *table.domestic, *table.shared_words, "¢")
    return frozenset(mark[0] for mark in marks)


@cache
def _first_letters() -> frozenset[str]:
    """The letters that symbols begin with, up to the first other character."""
    return frozenset(_letters_after(mark, 0) for mark in _written())


@cache
def _last_letters() -> frozenset[str]:
    """The letters that symbols end with, from behind the last other character."""
    return frozenset(_letters_before(mark, 0, len(mark)) for mark in _written())


def _written() -> tuple[str, ...]:
    table = currencies.load()
    return (*_symbols(), *table.cautious_symbols, *table.domestic, *table.shared_words)


def _letters_after(text: str, begin: int) -> str:
    """The letters from `begin` on, as many as a symbol may have."""
    end = begin
    while end < min(len(text), begin + _LONGEST_SYMBOL) and text[end].isalpha():
        end += 1
    return text[begin:end]


def _letters_before(text: str, floor: int, end: int) -> str:
    """The letters right before `end`, back to `floor` at most."""
    begin = end
    while begin > floor and text[begin - 1].isalpha():
        begin -= 1
    return text[begin:end]


@cache
def _last_words() -> frozenset[str]:
    """The last words of the names of currencies, casefolded."""
    table = currencies.load()
    return frozenset(name.split()[-1].casefold() for name in (*table.names, *table.shared_words))


@cache
def _first_words() -> frozenset[str]:
    """The first words of the names of currencies and small coins, casefolded."""
    table = currencies.load()
    return frozenset(name.split()[0].casefold() for name in (*table.names, *table.shared_words, *table.minor))


def left_mark(text: str, start: int, floor: int, context: Context) -> Mark | None:
    """Returns the currency that ends right before `start`, not reaching back over `floor`."""
    end = start - 1 if start > floor and text[start - 1] in _SPACES else start
    if end <= floor or not (text[end - 1].isalpha() or text[end - 1] in _last_characters()):
        return None
    scale = _SCALE_BEFORE.search(text, max(floor, end - 10), end)
    if scale is not None and scale.start() > floor:
        mark = _mark_ending(text, scale.start(), max(floor, scale.start() - 40), context)
        if mark is not None:
            return replace(mark, scale=_SCALE_OF[scale[1].lower().removesuffix("s")])
    mark = _mark_ending(text, end, max(floor, end - 40), context)
    if mark is None and text[end - 1] in ".:" and end - 1 > floor:
        mark = _mark_ending(text, end - 1, max(floor, end - 41), context)
    return mark


def _may_end_a_mark(text: str, end: int, floor: int) -> bool:
    """Whether the letters right before `end` may be the end of a code, a symbol or a name: few words are."""
    letters = _letters_before(text, floor, end)
    if not letters or letters in _last_letters() or letters[-3:].upper() in currencies.load().codes:
        return True
    if letters[-3:].upper() == "RMB":
        return True
    return text[floor:end].replace("\u00a0", " ").rpartition(" ")[2].casefold() in _last_words()


def _mark_ending(text: str, end: int, floor: int, context: Context) -> Mark | None:
    if not _may_end_a_mark(text, end, floor):
        return None
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
            return Mark(begin, end, symbols[piece], None, "symbol")
        if piece in table.cautious_symbols:
            return Mark(begin, end, table.cautious_symbols[piece], None, "symbol", cautious=True)
        home = _domestic(piece, context)
        if home is not None:
            return Mark(begin, end, home, None, "symbol", cautious=True)
        if piece in table.shared_words and not (piece.isalpha() and piece.islower() and len(piece) > 2):
            prefix = _SCALE_PREFIX.search(text, floor, begin)
            scale = _SCALE_OF[prefix[1].lower()] if prefix and piece in "$£€" else 1
            return Mark(
                prefix.start() if scale > 1 and prefix else begin, end, None, table.shared_words[piece], "shared", scale
            )
    last = text[floor:end].replace("\u00a0", " ").rpartition(" ")[2].casefold()
    words = _WORDS_BEFORE.search(text, floor, end) if last in _last_words() and last != "won" else None
    return _name_ending(words[0], end) if words is not None else None


def _domestic(piece: str, context: Context) -> str | None:
    """Returns what a letter means in reports of this country, or in this report."""
    countries = currencies.load().domestic.get(piece)
    if countries is None:
        return None
    return dict(context.currencies).get(piece) or countries.get(context.country or "")


_SCALE_PREFIX = re.compile(r"(?<![\w$])([Mk])\Z")


def _code_mark(code: str, prefix: str | None, start: int, end: int) -> Mark | None:
    table = currencies.load()
    upper = code.upper()
    if upper not in table.codes:
        return Mark(start, end, "CNY", None, "code") if upper == "RMB" and not prefix else None
    if code != upper and (upper in table.cautious_codes or upper in _LOWER_WORDS):
        return None
    scale = 1 if not prefix else 10**3 if prefix in "KkT" else 10**6 if prefix in ("M", "m", "mn") else 10**9
    return Mark(start, end, upper, None, "code", scale, cautious=upper in table.cautious_codes and scale == 1)


_LOWER_WORDS = frozenset({"RUB", "AFN", "ARS", "NIO", "NOK", "PHP", "YER", "BND", "BAM"})


def _name_ending(words: str, end: int) -> Mark | None:
    """Reads a name that ends where the words end, the longest first: `Malaysian ringgit` before `ringgit`."""
    parts = re.split(r"[ \u00a0]", words)
    for count in range(min(4, len(parts)), 0, -1):
        name = " ".join(parts[-count:])
        mark = _name_mark(name, end - len(name), end)
        if mark is not None:
            return mark
    return None


def _name_mark(name: str, start: int, end: int) -> Mark | None:
    table = currencies.load()
    folded = name.casefold().replace("’", "'")
    if folded in table.names:
        return Mark(start, end, table.names[folded], None, "name")
    if folded in table.shared_words or name in table.shared_words:
        return Mark(start, end, None, table.shared_words.get(folded) or table.shared_words[name], "shared")
    return None


# --- after the number

_RIGHT = re.compile(
    r"(?P<gap>(?:(?<=tys|mln|mld|mio|mrd)\.)?[ \u00a0\u202f\u2009]?|-)"
    r"(?:(?P<prefix>[MKmkBT]|bn|mn|Mn)?(?P<code>[A-Z]{3}|[a-z]{3})(?![A-Za-z$])"
    r"|(?P<letter>[MKmkT])?(?P<symbol>[^\s\w()\[\],;:!?%+*\"'“”‘’–—-])"
    r"|(?P<words>[^\W\d_][\w.'’ʻ-]{0,20}(?:[ \u00a0][^\W\d_][\w.'’ʻ-]{0,20}){0,3}))"
)
_SCALE_BEHIND = re.compile(r"[ \u00a0](millions?|billions?|thousands?|mn|bn|Mn|Bn|mln|mio|m|M)(?![\w])")


def right_mark(text: str, end: int, context: Context) -> Mark | None:
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


def _read_right(text: str, match: re.Match[str], end: int, context: Context) -> Mark | None:
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
            return Mark(begin, after, code, None if code else sign, "symbol", _SCALE_OF[match["letter"].lower()])
    return _symbol_beginning(text, begin, context) or _name_beginning(text, begin)


def _symbol_beginning(text: str, begin: int, context: Context) -> Mark | None:
    if begin >= len(text) or text[begin] not in _first_characters():
        return None
    if text[begin].isalpha() and _letters_after(text, begin) not in _first_letters():
        return None
    table = currencies.load()
    symbols = _symbols()
    for end in range(min(len(text), begin + _LONGEST_SYMBOL), begin, -1):
        piece = text[begin:end]
        if piece[-1].isalnum() and end < len(text) and text[end].isalpha():
            continue
        if piece in symbols:
            return Mark(begin, end, symbols[piece], None, "symbol")
        if piece in table.cautious_symbols and piece.casefold() not in table.names:
            return Mark(begin, end, table.cautious_symbols[piece], None, "symbol", cautious=True)
        home = _domestic(piece, context)
        if home is not None:
            return Mark(begin, end, home, None, "symbol", cautious=True)
        if piece == "¢":
            return Mark(begin, end, None, "$", "shared", hundredths=True)
        if piece in table.shared_words and not piece.isalpha():
            return Mark(begin, end, None, table.shared_words[piece], "shared")
    return None


def _name_beginning(text: str, begin: int) -> Mark | None:
    word = _NAME_WORD.match(text, begin)
    if word is None or word[0].rstrip(".-").partition("-")[0].casefold() not in _first_words():
        return None
    match = _NAME_WORDS.match(text, begin)
    assert match is not None
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
            return Mark(begin, begin + len(name), code, sign, "name" if code else "shared", hundredths=True)
        plain = _name_mark(name, begin, begin + len(name)) if "-" in first else None
        if plain is not None:
            return plain
    return None


_NAME_WORD = re.compile(r"[^\W\d_][\w.'’ʻ-]{0,20}")
_NAME_WORDS = re.compile(r"[^\W\d_][\w.'’ʻ-]{0,20}(?:[ \u00a0][^\W\d_][\w.'’ʻ-]{0,20}){0,3}")
_NEXT_NUMBER = re.compile(r"(?P<gap>[ \u00a0]?)(?=\d)(?:\d[\d.,]{0,20})")


def _belongs_to_next(text: str, mark: Mark, end: int) -> bool:
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
