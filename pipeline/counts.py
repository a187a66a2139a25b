"""How many of what: cardinals with the thing they count.

A number counts when the noun phrase of a thing follows it (`6 trainees`, `12 countries(...)`, `one coordinator`), when
it is the value of a label that names one (`Number of deaths: 31`), or when it stands in a breakdown under such a label
(`North ward: 8` below `Hospitalized people: 12`). Two numbers share the noun after the second (`12 and 15 teachers`).
Everything else that numbers do in reports is refused, with its reason: years, ordinals, percentages, measures,
durations, ages, times, codes, references, list numbers, proportions, names. Precision comes before recall.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from pipeline import nouns, numerals
from pipeline.money import changes
from pipeline.nouns import NounPhrase
from pipeline.numerals import Numeral
from pipeline.records import Context, CountValue, Mention, Qualifier, Refusal, Span

CONFIDENCE = {"noun": 0.95, "one": 0.9, "label": 0.95, "breakdown": 0.9, "range": 0.95, "shared": 0.85}


class _Reading(Struct, frozen=True, gc=False):
    """What one number turned out to be: a phrase it counts, or the reason why it counts nothing."""

    number: Numeral
    start: int
    end: int
    phrase: NounPhrase | None = None
    reason: str | None = None
    qualifier: Qualifier | None = None


def find_counts(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Returns the counts that the text states, in order. What `taken` covers is not read."""
    scanned = _untaken(text, taken)
    readings = [_read(text, number) for number in scanned]
    lines = _Lines(text)
    mentions: list[Mention] = []
    index = 0
    while index < len(readings):
        found, after = _resolve(text, readings, index, lines)
        mentions += found
        if refused is not None and not found:
            reading = readings[index]
            reason = reading.reason or "nothing that it counts stands beside it"
            refused.append(
                Refusal("count", reading.start, reading.end, text[reading.start : reading.end], "count", reason)
            )
        index = after
    return mentions


def _untaken(text: str, taken: Sequence[Span]) -> list[Numeral]:
    """Returns the numbers outside `taken`; one that a space joined to a taken number is read again behind it."""
    spans = sorted(taken)
    free: list[Numeral] = []
    at = 0
    for number in numerals.scan(text):
        while at < len(spans) and spans[at].end <= number.start:
            at += 1
        if at == len(spans) or spans[at].start >= number.end:
            free.append(number)
        elif spans[at].start <= number.start and spans[at].end < number.end:
            rest = numerals.scan(text[spans[at].end : number.end])
            free += [_moved(n, spans[at].end) for n in rest if n.start > 0]
    return free


def _moved(number: Numeral, offset: int) -> Numeral:
    return Numeral(
        number.start + offset,
        number.end + offset,
        number.value,
        number.form,
        number.mantissa,
        number.scale,
        number.grouped,
        number.whole,
    )


# --- one number ------------------------------------------------------------------------------------------------------


def _read(text: str, number: Numeral) -> _Reading:
    """Decides what follows one number, or why it cannot count."""
    end = number.end
    reason = _glued(text, number)
    if reason is not None:
        return _Reading(number, number.start, end, reason=reason)
    scaled = numerals.scale_letter(text, number, "kKM", spaced="kKM")
    if scaled is not None and nouns.noun_phrase(text, scaled.end) is not None:
        number, end = scaled, scaled.end
    qualifier, end = numerals.qualifier_after(text, end)
    repeated = _REPEATED.match(text, end)
    if repeated is not None and _repeats(repeated[1], number):
        end = repeated.end()
    reason = _objection_before(text, number) or _objection_after(text, end)
    if reason is not None:
        return _Reading(number, number.start, end, reason=reason, qualifier=qualifier)
    phrase, reason = _phrase(text, number, end)
    return _Reading(number, number.start, end, phrase, reason, qualifier)


_REPEATED = re.compile(r" ?\(([^()\n]{1,40})\)(?= ?[^\W\d_])")
_SHARE = re.compile(r"\s*[~≈]?\d{1,3}(?:[.,]\d+)?\s*(?:%|per ?cent)\s*")


def _repeats(inside: str, number: Numeral) -> bool:
    """Says whether brackets repeat the number in the other form, or give its share: `forty-five (45)`, `25 (83%)`."""
    again = numerals.scan(inside)
    return _SHARE.fullmatch(inside) is not None or (len(again) == 1 and again[0].value == number.value)


_JOINED_BEFORE = re.compile(r"(?:[\w§#@°]|[^\W\d_][-–.]|\d[-–/:.]|[/:]|\d[,'’])$")
_JOINED_AFTER = re.compile(
    r"(?P<letters>[^\W\d_]|_)|(?P<ratio>[:/]\d|/[^\W\d_])|(?P<hyphen>[-‑][^\W\d_])"
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
    return re.search(r"(?<![\d./-])\d{1,3}(?:[,  ]?\d{3}){0,2}[-–—~]$", text[max(0, start - 14) : start]) is not None


_BEFORE = re.compile(r"(?P<word>[^\W\d_]{1,20}|[#№§°])(?P<stop>\.?)[ \u00a0]?$")
_RATE = re.compile(
    r"\b(?:per|every|each|aged?|ages|age of|top|in every|out of every|age group)(?: the)?[ \u00a0]$"
    r"|\baged? [^.;,\n]{0,14}$"
    r"|\b(?:\d{1,3}|one|two|three|four|five|nine) in[ \u00a0]$|[×x*][ \u00a0]?$"
    r"|\b(?:tel|phone|fax|mobile|call|whatsapp)\b[^\n]{0,12}$",
    re.IGNORECASE,
)


def _objection_before(text: str, number: Numeral) -> str | None:
    window = text[max(0, number.start - 34) : number.start]
    match = _BEFORE.search(window)
    if match is not None:
        word = match["word"]
        if word.lower() in nouns.words("labels") and word not in nouns.words("lower_case_words"):
            return "the number of something named before it"
        if word in nouns.words("capitalized_labels") and not match["stop"] and _is_plain(number):
            return "the number of something named before it"
    if _RATE.search(window):
        return "a rate, an age or a rank"
    raw = text[number.start : number.end]
    if number.form == "digits" and raw[0] == "0" and len(raw) > 1 and raw[1].isdigit():
        return "a code"
    if number.form == "digits" and re.match(r" ?\d", text[number.end : number.end + 2]):
        return "one of a row of numbers"
    return None


def _is_plain(number: Numeral) -> bool:
    return number.scale == 1 and not number.grouped and number.value < 1000


_AFTER = re.compile(
    r"[ \u00a0]?(?:a\.?m\.?|p\.?m\.?|o['’]clock|hrs|GMT|UTC|BC|AD|CE)\b"
    r"|[ \u00a0](?:out )?of the (?:time|year|month|week|day)\b"
    r"|[ \u00a0](?:percent|percentage|thirds?|quarters?|fifths?|tenths?|halves|times)\b"
    r"|[ \u00a0](?:in|out of) (?:every )?(?:\d{1,3}|two|three|four|five|ten)\b"
    r"|[ \u00a0]?[x×*][ \u00a0]?\d"
    r"|[ \u00a0](?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
)


def _objection_after(text: str, end: int) -> str | None:
    return "a time, a share or a proportion" if _AFTER.match(text, end) else None


_OF_SET = re.compile(r"[ \u00a0](?:out )?of (?:the|these|those|our|its|their|his|her|all|all the)[ \u00a0]")
_OF_THING = re.compile(r"[ \u00a0]of(?=[ \u00a0])")


def _phrase(text: str, number: Numeral, end: int) -> tuple[NounPhrase | None, str | None]:
    """Returns the noun phrase that the number counts, or why there is none."""
    if _is_one(text, number):
        return _one(text, number, end)
    if number.value != number.value.to_integral_value() and number.whole is None:
        return None, "a fraction"
    following = _OF_SET.match(text, end)
    if following is not None:
        end = following.end() - 1
    elif number.scale > 1 and (thing := _OF_THING.match(text, end)):
        end = thing.end()
    elif text[end : end + 1] not in (" ", "\u00a0", "\u202f", "\u2009"):
        return None, None
    phrase = nouns.noun_phrase(text, end)
    if phrase is None:
        return None, None
    return _fit(text, number, phrase)


def _fit(text: str, number: Numeral, phrase: NounPhrase) -> tuple[NounPhrase | None, str | None]:
    """Refuses phrases that are measures, durations or years' nouns."""
    parts = re.split(r"[ \u00a0]", text[phrase.start : phrase.end])
    lemmas = {nouns.lemma(part) for part in parts}
    if lemmas & nouns.words("durations"):
        return None, "a duration or a frequency"
    first = parts[0].lower().rstrip(".")
    if first in nouns.words("measures") or nouns.lemma(parts[0]) in nouns.words("measures"):
        return None, "a measure"
    if phrase.head in nouns.words("measures"):
        return None, "a measure"
    if _is_year(text, number) and not _is_counted_year(text, number, phrase):
        return None, "a year"
    return phrase, None


def _is_year(text: str, number: Numeral) -> bool:
    return number.form == "digits" and re.fullmatch(r"(?:19|20)\d\d", text[number.start : number.end]) is not None


_YEAR_LED = re.compile(r"\b(?:the|in|of|since|by|for|from|until|during|to|and|our|its)[ \u00a0]$")


def _is_counted_year(text: str, number: Numeral, phrase: NounPhrase) -> bool:
    """Says whether a number that looks like a year counts all the same: `reached 2015 people`."""
    adjacent = phrase.start - number.end <= 1 and " " not in text[phrase.start : phrase.end]
    led = _YEAR_LED.search(text, max(0, number.start - 10), number.start)
    return adjacent and phrase.head in nouns.words("people") and led is None


# --- one -------------------------------------------------------------------------------------------------------------


def _is_one(text: str, number: Numeral) -> bool:
    return number.value == 1 and number.scale == 1


_NOT_DETERMINER = re.compile(
    r"\b(?:no|any|every|each|this|that|which|some|such|another|number|by)[ \u00a0]$",
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
        if text[number.start].isupper() and following[1][0].isupper():
            return None, "part of a name"
    opens_line = _LIST_NUMBER.search(text, max(0, number.start - 3), number.start)
    if opens_line is not None and re.match(r"[ \u00a0][A-Z]", text[end : end + 2]):
        return None, "a list number"
    phrase = nouns.noun_phrase(text, end, singular=True)
    if phrase is None or text[end : end + 1] not in (" ", "\u00a0"):
        return None, None
    return _fit(text, number, phrase)


_LIST_NUMBER = re.compile(r"(?:\A|\n)$")


# --- numbers together ------------------------------------------------------------------------------------------------


def _resolve(text: str, readings: Sequence[_Reading], index: int, lines: "_Lines") -> tuple[list[Mention], int]:
    """Builds the mentions of number `index`; returns them and the index of the next number to read."""
    reading = readings[index]
    following = readings[index + 1] if index + 1 < len(readings) else None
    if following is not None:
        pair = _range(text, reading, following)
        if pair is not None:
            return pair, index + 2
        shared = _shared(text, reading, following)
        if shared is not None:
            return [shared], index + 1
    if reading.phrase is not None:
        if index and _continues_label(text, readings[index - 1], reading):
            return [], index + 1
        rule = "one" if reading.number.form == "words" and _is_one(text, reading.number) else "noun"
        return [_counted(text, reading, reading.phrase, rule)], index + 1
    if reading.reason is None:
        labelled = lines.labelled(reading)
        if labelled is not None:
            return [labelled], index + 1
    return [], index + 1


def _continues_label(text: str, before: _Reading, reading: _Reading) -> bool:
    """Says whether the number is the second of a named pair: `grades 5 and 6 pupils`."""
    named = before.reason == "the number of something named before it"
    return named and re.fullmatch(r" ?(?:,|and|or|to|-|–|&) ?", text[before.end : reading.start]) is not None


def _value(number: Numeral) -> float:
    return float(number.whole if number.whole is not None and number.scale == 1 else number.value)


def _counted(text: str, reading: _Reading, phrase: NounPhrase, rule: str) -> Mention:
    qualifier, start = _qualified(text, reading, phrase)
    end = max(reading.end, phrase.end)
    if phrase.start > reading.end and rule == "shared":
        end = reading.end
    value = CountValue(_value(reading.number), None, qualifier, text[phrase.start : phrase.end], phrase.head)
    return Mention("count", start, end, text[start:end], value, f"count.{rule}", "rule", CONFIDENCE[rule])


def _qualified(text: str, reading: _Reading, phrase: NounPhrase | None) -> tuple[Qualifier, int]:
    """Returns the qualifier of a count and where its mention begins."""
    before, start = numerals.qualifier_before(text, reading.start)
    if before is not None and phrase is not None and _is_preposition(text, start, reading, phrase):
        before, start = None, reading.start
    return before or reading.qualifier or "exact", start


_WORDS_BEFORE = re.compile(r"([^\W\d_]+)(?:[ \u00a0][^\W\d_]+)?[ \u00a0]$")


def _is_preposition(text: str, start: int, reading: _Reading, phrase: NounPhrase) -> bool:
    """Says whether `about`, `over`, `under` stand for what they govern and not for an estimate."""
    word = text[start : reading.start].strip().lower()
    previous = re.findall(r"[^\W\d_]+", text[max(0, start - 30) : start])[-2:]
    lowered = {w.lower() for w in previous[-1:]}
    if word == "about":
        return bool(lowered & nouns.words("about_subjects"))
    if word in ("over", "above", "around", "below"):
        return bool({w.lower() for w in previous} & nouns.words("over_verbs"))
    if word == "under":
        return reading.number.value < 100 and phrase.head in nouns.words("under_nouns")
    return False


def _range(text: str, left: _Reading, right: _Reading) -> list[Mention] | None:
    """Reads `20-30 people`, `between 20 and 30 people`, `two or three people`; of a change, two counts."""
    if right.phrase is None or (left.reason is not None and left.reason != "a year") or left.phrase is not None:
        return None
    link = numerals.range_link(text, left.end, right.start)
    ends = numerals.bounds(left.number, right.number)
    opening = numerals.opens_range(text, left.start)
    if link is None or ends is None or (link == "and" and not (opening and opening[0] == "between")):
        return None
    if left.qualifier is not None:
        return None
    if link == "or" and ends[1] - ends[0] > ends[0]:
        return None
    if opening and opening[0] == "from" and changes(text, opening[1]):
        return [_counted(text, left, right.phrase, "shared"), _counted(text, right, right.phrase, "noun")]
    _, start = numerals.qualifier_before(text, left.start)
    start = opening[1] if opening else start
    phrase = right.phrase
    value = CountValue(float(ends[0]), float(ends[1]), "range", text[phrase.start : phrase.end], phrase.head)
    end = max(right.end, phrase.end)
    return [Mention("count", start, end, text[start:end], value, "count.range", "rule", CONFIDENCE["range"])]


_AND = re.compile(r" (?:and|&) ?")


def _shared(text: str, left: _Reading, right: _Reading) -> Mention | None:
    """Reads the first of two numbers that share a noun: `12 and 15 teachers`."""
    if left.phrase is not None or left.reason is not None or right.phrase is None or _is_year(text, left.number):
        return None
    _, begin = numerals.qualifier_before(text, right.start)
    if not _AND.fullmatch(text[left.end : begin]):
        return None
    return _counted(text, left, right.phrase, "shared")


# --- labels and their values -----------------------------------------------------------------------------------------

_VALUE_END = re.compile(r"\s?(?:\([^()\n]{0,60}\))?\s?(?=$|[\n;|,)]|\.(?:\s|$))")
_LABEL = re.compile(
    r"(?P<label>[^\W\d_][^:;|\n]{0,110}?|[#№][^:;|\n]{0,110}?)[ \u00a0]?"
    r"(?::|=|[ \u00a0][-–—](?=[ \u00a0]))[ \u00a0]*$"
)
_NUMBER_OF = re.compile(
    r"(?:the )?(?:(?:grand|overall|estimated|cumulative|approximate|average|current) )?(?:total )?"
    r"(?:(?:number|no\.?|nos\.?|nr\.?|count|total|tally|#|№)(?: number)?(?: of)? |#|№|total[:,]? )",
    re.IGNORECASE,
)


class _Label(Struct, frozen=True, gc=False):
    """The label before a value: its span, and the thing it names if it names one."""

    start: int
    end: int
    phrase: NounPhrase | None
    unit: str


_VALUE_BEHIND = re.compile(r"\d\+?(?: ?\([^()\n]{0,20}\))?[,(][ \u00a0]?|\((?=[^()]{1,40}[:=][ \u00a0]?$)")


class _Lines:
    """The lines of one text, for the numbers that are values of labels."""

    def __init__(self, text: str) -> None:
        self.text = text

    def labelled(self, reading: _Reading) -> Mention | None:
        """Returns the count that a label gives to the number, or None."""
        text = self.text
        if _VALUE_END.match(text, reading.end) is None or reading.number.value % 1:
            return None
        _, value_start = numerals.qualifier_before(text, reading.start)
        line_start = text.rfind("\n", 0, value_start) + 1
        label = self._label(line_start, value_start)
        if label is None:
            return None
        if label.phrase is not None:
            if _is_year(text, reading.number) and not _NUMBER_OF.match(text, label.start):
                return None
            return self._mention(reading, label, label.unit, label.phrase.head, "label")
        parent = self._parent(line_start, label)
        if parent is None or _is_year(text, reading.number):
            return None
        return self._mention(reading, label, parent.unit, parent.phrase.head if parent.phrase else "", "breakdown")

    def _mention(self, reading: _Reading, label: _Label, unit: str, head: str, rule: str) -> Mention:
        qualifier, _ = numerals.qualifier_before(self.text, reading.start)
        value = CountValue(_value(reading.number), None, qualifier or reading.qualifier or "exact", unit, head)
        span = self.text[label.start : reading.end]
        return Mention("count", label.start, reading.end, span, value, f"count.{rule}", "rule", CONFIDENCE[rule])

    def _label(self, line_start: int, end: int) -> _Label | None:
        """Reads the label that ends right before a value: the whole line so far, or its part after `;`, `,` or `(`."""
        text = self.text
        begin = line_start + (2 if text.startswith("- ", line_start) else 0)
        piece = max(text.rfind(mark, begin, end) for mark in (";", "|", "\t"))
        comma = self._comma(begin, end)
        begin = max(begin, piece + 1, comma)
        while begin < end and text[begin] in " \u00a0":
            begin += 1
        match = _LABEL.fullmatch(text, begin, end) if end - begin <= 120 else None
        if match is None:
            return None
        label_end = match.end("label")
        counted = _NUMBER_OF.match(text, begin, label_end)
        unit_start = counted.end() if counted else begin
        phrase = nouns.noun_phrase(text[:label_end], unit_start)
        if phrase is not None and phrase.start - unit_start > 8:
            phrase = None
        if phrase is not None and self._is_no_thing(phrase):
            return None
        if phrase is None and counted is None and self._is_no_place(begin, label_end):
            return None
        return _Label(begin, label_end, phrase, text[unit_start:label_end].strip())

    def _comma(self, begin: int, end: int) -> int:
        """Returns where the label begins after the comma or bracket behind an earlier value of the same line."""
        last = None
        for match in _VALUE_BEHIND.finditer(self.text, begin, end):
            last = match
        return last.end() if last is not None else begin

    def _is_no_thing(self, phrase: NounPhrase) -> bool:
        if phrase.head in nouns.words("value_labels") or phrase.head in nouns.words("measures"):
            return True
        return phrase.head in nouns.words("durations")

    def _is_no_place(self, begin: int, end: int) -> bool:
        """Says whether a label without a plural cannot be an item of a breakdown: long, or with a value of its own."""
        parts = re.findall(r"[^\W\d_][\w'’.-]*", self.text[begin:end])
        if not parts or len(parts) > 6:
            return True
        lowered = {part.lower().rstrip(".") for part in parts}
        return bool(lowered & (nouns.words("value_labels") | nouns.words("durations") | nouns.words("labels")))

    def _parent(self, line_start: int, label: _Label) -> _Label | None:
        """Returns the label above a breakdown: the nearest line that names a thing, over the items beside this one."""
        text = self.text
        end = line_start - 1
        for _ in range(60):
            if end <= 0:
                return None
            start = text.rfind("\n", 0, end) + 1
            line = text[start:end]
            heading = self._heading(start, end)
            if heading is not None:
                return heading if heading.phrase is not None else None
            value = _ITEM.search(text, start + (2 if line.startswith("- ") else 0), end)
            if value is None:
                return None
            own = self._label(start, value.start("value"))
            if own is None:
                return None
            if own.phrase is not None:
                return own
            end = start - 1
        return None

    def _heading(self, start: int, end: int) -> _Label | None:
        """Reads a line that ends in a colon as the label of the items below it."""
        text = self.text
        if not text[start:end].rstrip().endswith(":"):
            return None
        begin = start + (2 if text.startswith("- ", start) else 0)
        label_end = start + len(text[start:end].rstrip()) - 1
        counted = _NUMBER_OF.match(text, begin, label_end)
        unit_start = counted.end() if counted else begin
        phrase = nouns.noun_phrase(text[:label_end], unit_start) if label_end - begin < 90 else None
        if phrase is not None and self._is_no_thing(phrase):
            phrase = None
        unit = text[phrase.start : phrase.end] if phrase is not None else ""
        return _Label(begin, label_end, phrase, unit)


_ITEM = re.compile(
    r"(?::|=|[ \u00a0][-–—](?=[ \u00a0]))[ \u00a0]*(?P<value>(?:\D{0,20}[ \u00a0])?\d[\d.,'’ \u00a0\u202f\u2009]{0,18}\+?)"
    r"(?:[ \u00a0]?\([^()]{0,60}\))?[.;,]?\s*$"
)
