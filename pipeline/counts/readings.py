"""One number: what it counts, or why it counts nothing."""

import re
from collections.abc import Sequence

from msgspec import Struct

from pipeline import nouns, numerals
from pipeline.nouns import NounPhrase
from pipeline.numerals import Numeral, qualifiers
from pipeline.records import Qualifier

NAMED = "the number of something named before it"
"""Why `Annex 3` counts nothing."""


class Reading(Struct, frozen=True, gc=False):
    """What one number turned out to be: a phrase it counts, or the reason why it counts nothing."""

    number: Numeral
    start: int
    end: int
    phrase: NounPhrase | None = None
    reason: str | None = None
    qualifier: Qualifier | None = None


class Thing(Struct, frozen=True, gc=False):
    """What a number counts when the sentence or a label says so elsewhere; the mention begins at `start`."""

    start: int
    unit: str
    head: str
    rule: str
    end: int = 0


def read(text: str, number: Numeral) -> Reading:
    """Decides what follows one number, or why it cannot count."""
    end = number.end
    reason = _glued(text, number)
    if reason is not None:
        return Reading(number, number.start, end, reason=reason)
    scaled = numerals.scale_letter(text, number, "kKM", spaced="kKM")
    if scaled is not None and nouns.noun_phrase(text, scaled.end) is not None:
        number, end = scaled, scaled.end
    qualifier, end = qualifiers.after(text, end)
    repeated = _REPEATED.match(text, end)
    if repeated is not None and _repeats(repeated[1], number):
        end = repeated.end()
    reason = _objection_before(text, number) or _objection_after(text, end)
    if reason is not None:
        return Reading(number, number.start, end, reason=reason, qualifier=qualifier)
    phrase, reason = _phrase(text, number, end)
    return Reading(number, number.start, end, phrase, reason, qualifier)


_REPEATED = re.compile(r" ?\(([^()\n]{1,40})\)(?= ?[^\W\d_])")
_SHARE = re.compile(r"\s*[~≈]?\d{1,3}(?:[.,]\d+)?\s*(?:%|per ?cent)\s*")


def _repeats(inside: str, number: Numeral) -> bool:
    """Says whether brackets repeat the number in the other form, or give its share: `forty-five (45)`, `25 (83%)`."""
    again = numerals.scan(inside)
    return _SHARE.fullmatch(inside) is not None or (len(again) == 1 and again[0].value == number.value)


_JOINED_BEFORE = re.compile(r"(?:[\w§#@°]|[^\W\d_][-–.]|\d[-–/:.]|[/:]|\d[,'’])\Z")
_JOINED_AFTER = re.compile(
    r"(?P<letters>[^\W\d_]|_)|(?P<ratio>[:/]\d|/[^\W\d_])|(?P<hyphen>[-‑](?!plus |odd )[^\W\d_])"
    r"|(?P<percent>[ \u00a0\u202f]?(?:[%‰°]|per ?cent\b))"
    r"|(?P<chain>[-–.]\d)"
)


def _glued(text: str, number: Numeral) -> str | None:
    """Returns why a number that touches other characters is no count."""
    before = _JOINED_BEFORE.search(text, max(0, number.start - 2), number.start)
    if before is not None and not _is_range_before(text, number.start):
        return "part of a code, ratio or word"
    after = _JOINED_AFTER.match(text, number.end)
    if after is None or (number.form != "digits" and after.lastgroup == "letters"):
        return None
    if after.lastgroup == "letters":
        scaled = numerals.scale_letter(text, number, "kKM")
        return None if scaled is not None else "an ordinal, a measure or a code"
    if after.lastgroup == "ratio":
        return "a ratio, a time or a code"
    if after.lastgroup == "hyphen":
        return "part of a compound adjective"
    if after.lastgroup == "percent":
        return "a percentage"
    return None


def _is_range_before(text: str, start: int) -> bool:
    return re.search(r"(?<![\d./-])\d{1,3}(?:[,  ]?\d{3}){0,2}[-–—~]\Z", text[max(0, start - 14) : start]) is not None


_BEFORE = re.compile(r"(?P<word>[^\W\d_]{1,20}|[#№§°])(?P<stop>\.?)[ \u00a0]?\Z")
_RATE = re.compile(
    r"\b(?:(?:per|every|each|top) the|age of|out of every|in every|age group"
    r"|(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine) in)[ \u00a0]\Z"
    r"|\bGroup of[ \u00a0]\Z",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"[a-z\d] out of[ \u00a0]\Z")
_ROUND = re.compile(r"(?:10{1,3}|ten)\b")
_AGED = re.compile(r"\baged? [^.;,\n]{0,14}\Z")
_TIMES = re.compile(r"\d[ \u00a0]?[×x*][ \u00a0]?\Z")
_CALL = re.compile(
    r"\b(?:tel\.?|fax\.?|phone|whatsapp|mobile(?! (?!no\b|num|phone))|call(?! (?!us\b|on\b|at\b|toll)))(?![a-z])"
    r"[^\n.;]{0,12}\Z"
)
_THOUSANDS = re.compile(r"\d{1,3},\d{3}")


def _objection_before(text: str, number: Numeral) -> str | None:
    match = _BEFORE.search(text, max(0, number.start - 22), number.start)
    word = match["word"] if match is not None and not _ends_a_sentence(match) else ""
    if word.lower() in nouns.words("labels") and word not in nouns.words("lower_case_words"):
        return NAMED
    if match is not None and word in nouns.words("capitalized_labels") and not match["stop"] and _is_plain(number):
        return NAMED
    if _is_rate(text, number.start, "" if match is not None and match["stop"] else word.lower()):
        return "a rate, an age or a rank"
    raw = text[number.start : number.end]
    dashed = raw[0] == "0" and len(raw) > 1 and text[number.start - 1 : number.start] in ("-", "–")
    if number.form == "digits" and (dashed or _LEADING_ZERO.match(raw)):
        return "a code"
    if number.form == "digits" and re.match(r" ?\d", text[number.end : number.end + 2]):
        return "one of a row of numbers"
    return None


def _ends_a_sentence(before: re.Match[str]) -> bool:
    """Says whether a whole word with a full stop stands before a number: `two sections. Nine centres`, not `No. 9`."""
    return bool(before["stop"]) and len(before["word"]) > _LONGEST_ABBREVIATION


_LONGEST_ABBREVIATION = 4
_LEADING_ZERO = re.compile(r"0\d\d|00")


def _is_rate(text: str, start: int, word: str) -> bool:
    """Says whether what stands before a number makes it a rate, an age, a rank, a proportion or a telephone number."""
    if word in ("per", "every", "each", "aged", "age", "ages", "top"):
        return True
    window = text[max(0, start - 34) : start]
    if word in ("the", "of", "in", "group") and _RATE.search(window):
        return True
    if word == "of" and _OUT_OF.search(window) and _ROUND.match(text, start):
        return True
    folded = window.lower()
    if "age" in folded and _AGED.search(folded):
        return True
    if window[-2:].strip() in ("x", "×", "*") and _TIMES.search(window):
        return True
    if not any(name in folded for name in _TELEPHONES) or _THOUSANDS.match(text, start):
        return False
    return _CALL.search(folded) is not None


_TELEPHONES = ("tel", "phone", "fax", "mobile", "call", "whatsapp")


def _is_plain(number: Numeral) -> bool:
    return number.scale == 1 and not number.grouped and number.value < 1000


_AFTER = re.compile(
    r"[ \u00a0]?(?:a\.?m\.?|p\.?m\.?|o['’]clock|hrs|GMT|UTC|BC|AD|CE)\b"
    r"|[ \u00a0](?:out )?of the (?:time|year|month|week|day)\b"
    r"|[ \u00a0](?:percent|percentage|thirds?|quarters?|fifths?|tenths?|halves|times)\b"
    r"|[ \u00a0](?:in|out of every|in every) (?:\d{1,3}|two|three|four|five|ten)\b"
    r"|[ \u00a0]out of (?:10{1,3}|ten|a hundred)\b"
    r"|[ \u00a0]?[x×*][ \u00a0]?\d"
    r"|[ \u00a0](?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
)


def _objection_after(text: str, end: int) -> str | None:
    return "a time, a share or a proportion" if _AFTER.match(text, end) else None


_OF_SET = re.compile(r"[ \u00a0](?:out )?of (?:the|these|those|our|its|their|his|her|all|all the)[ \u00a0]")
_CLASSIFIER = re.compile(r"[ \u00a0](?:[Nn]os?\.?(?: of)?|[Nn]umbers of|pcs\.?|head of)(?=[ \u00a0])")
_OF_THING = re.compile(r"[ \u00a0]of(?=[ \u00a0])")


def _phrase(text: str, number: Numeral, end: int) -> tuple[NounPhrase | None, str | None]:
    """Returns the noun phrase that the number counts, or why there is none."""
    if is_one(text, number):
        return _one(text, number, end)
    if number.value != number.value.to_integral_value() and number.whole is None:
        return None, "a fraction"
    following = _OF_SET.match(text, end)
    classified = _CLASSIFIER.match(text, end)
    if following is not None:
        end = following.end() - 1
    elif classified is not None:
        end = classified.end()
    elif number.scale > 1 and (thing := _OF_THING.match(text, end)):
        end = thing.end()
    elif text[end : end + 1] not in (" ", "\u00a0", "\u202f", "\u2009"):
        return None, None
    phrase = nouns.noun_phrase(text, end)
    if phrase is None:
        return None, None
    if _is_heading(text, number, phrase):
        return None, "a section number"
    first = text[phrase.start : phrase.end].split()[0]
    if nouns.word_class(first) == "participle" and _OF_SET_BEFORE.search(text, max(0, number.start - 80), number.start):
        return None, "the subject of a verb"
    return _fit(text, number, phrase)


_OF_SET_BEFORE = re.compile(r"\bof (?:the|these|those|them|whom|which|all)\b[^.;:\n]{0,60}\Z", re.IGNORECASE)
_FEW_WORDS = 8
"""Words of a line that may be a heading."""


def _is_heading(text: str, number: Numeral, phrase: NounPhrase) -> bool:
    """Says whether a number opens a line like `3 Objectives`: short, capitalised, without a full stop or a bullet."""
    opens_line = number.start == 0 or text[number.start - 1] == "\n"
    if not opens_line or number.form != "digits" or number.value > 20 or not text[phrase.start].isupper():
        return False
    line = text[number.start : number.start + 120].partition("\n")[0].strip()
    return "\n" in text and len(line.split()) <= _FEW_WORDS and line[-1:].isalnum()


def _fit(text: str, number: Numeral, phrase: NounPhrase) -> tuple[NounPhrase | None, str | None]:
    """Refuses phrases that are measures, durations or years' nouns."""
    parts = re.split(r"[ \u00a0]", text[phrase.start : phrase.end])
    if _is_duration(parts, phrase.head):
        return None, "a duration or a frequency"
    if _is_measure(parts, phrase.head):
        return None, "a measure"
    if is_year(text, number) and not _is_counted_year(text, number, phrase):
        return None, "a year"
    return phrase, None


def _is_duration(parts: Sequence[str], head: str) -> bool:
    """Says whether a phrase is a time span: not `day care centres`, where the span describes a thing."""
    durations = nouns.words("durations")
    if head in durations:
        return not parts[-1].lower().startswith("person-time")
    if any("-" not in part and nouns.is_plural(part) and nouns.lemma(part) in durations for part in parts[:-1]):
        return True
    if len(parts) == 1 or "-" in parts[0] or nouns.word_class(parts[0]) == "participle":
        return False
    return nouns.lemma(parts[0]) in durations and parts[1].lower() not in nouns.words("day_things")


def _is_measure(parts: Sequence[str], head: str) -> bool:
    """Says whether a phrase is a unit of measure: not `drying yards`, where a modifier makes the unit a thing."""
    measures = nouns.words("measures")
    first = parts[0].lower().rstrip(".")
    if first == "gram" and len(parts) > 1 and nouns.lemma(parts[1]) in nouns.words("gram_things"):
        return False
    if first in measures or nouns.lemma(first) in measures:
        return True
    return head in measures and (len(parts) == 1 or head not in nouns.words("ambiguous_measures"))


def is_year(text: str, number: Numeral) -> bool:
    """Says whether bare digits may be a year of the last or this century."""
    return number.form == "digits" and re.fullmatch(r"(?:19|20)\d\d", text[number.start : number.end]) is not None


_YEAR_LED = re.compile(r"\b(?:the|in|of|since|by|for|from|until|during|to|and|our|its)[ \u00a0]\Z")


_DONE = re.compile(r"(?:\w{2}ed|\w{2}ing|gave|sent|built|sold|over|than|about|some|nearly|almost|least)[ \u00a0]\Z")


def _is_counted_year(text: str, number: Numeral, phrase: NounPhrase) -> bool:
    """Says whether a number like a year counts all the same: `reached 2015 people`, `distributed 2000 masks`."""
    adjacent = phrase.start - number.end <= 1 and " " not in text[phrase.start : phrase.end]
    led = _YEAR_LED.search(text, max(0, number.start - 10), number.start)
    if number.value % 50 == 0 and number.value != 2050 and _DONE.search(text, max(0, number.start - 24), number.start):
        return True
    return adjacent and phrase.head in nouns.words("people") and led is None


def is_one(text: str, number: Numeral) -> bool:
    """Says whether a number is a plain 1, in digits or as a word."""
    return number.value == 1 and number.scale == 1


_NOT_DETERMINER = re.compile(
    r"\b(?:no|any|every|each|this|that|which|some|such|another|number|one by)[ \u00a0]\Z",
    re.IGNORECASE,
)


def _one(text: str, number: Numeral, end: int) -> tuple[NounPhrase | None, str | None]:
    """Reads `one` or `1` before the thing: `one coordinator`, not `one of the`, `no one`, `on the one hand`."""
    if number.form == "words":
        before = text[max(0, number.start - 10) : number.start]
        if _NOT_DETERMINER.search(before):
            return None, "a pronoun"
        following = re.match(r"[ \u00a0]([^\W\d_][\w'’-]*)", text[end : end + 30])
        if following is None or following[1].lower() in nouns.words("one_idioms"):
            return None, "a pronoun or an idiom"
    opens_line = _LIST_NUMBER.search(text, max(0, number.start - 3), number.start)
    if opens_line is not None and re.match(r"[ \u00a0][A-Z]", text[end : end + 2]):
        return None, "a list number"
    phrase = nouns.noun_phrase(text, end, singular=True)
    if phrase is None or text[end : end + 1] not in (" ", "\u00a0"):
        return None, None
    if number.form == "words":
        last = text[phrase.start : phrase.end].split()[-1]
        if text[number.start].isupper() and last[0].isupper():
            return None, "part of a name"
        if (
            " " not in text[phrase.start : phrase.end]
            and nouns.word_class(last) == "plural"
            and nouns.lemma(last) != last.lower()
        ):
            return None, "a pronoun"
    return _fit(text, number, phrase)


_LIST_NUMBER = re.compile(r"(?:\A|\n)\Z")
