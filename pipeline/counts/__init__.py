"""How many of what: cardinals with the thing they count.

A number counts when the noun phrase of a thing follows it (`6 trainees`, `12 countries(...)`, `one coordinator`), when
it is the value of a label that names one (`Number of deaths: 31`), or when it stands in a breakdown under such a label
(`North ward: 8` below `Hospitalized people: 12`). Two numbers share the noun after the second (`12 and 15 teachers`).
Everything else that numbers do in reports is refused, with its reason: years, ordinals, percentages, measures,
durations, ages, times, codes, references, list numbers, proportions, names. Precision comes before recall.
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from pipeline import nouns, numerals
from pipeline.counts.labels import Parents, labelled
from pipeline.counts.readings import NAMED, Reading, Thing, is_one, is_year, read
from pipeline.counts.statements import changed, compared, described, stated
from pipeline.nouns import NounPhrase
from pipeline.numerals import Numeral, qualifiers, ranges
from pipeline.records import Context, CountValue, Mention, Qualifier, Refusal, Span

CONFIDENCE = {"noun": 0.97, "one": 0.9, "label": 0.97, "breakdown": 0.9, "range": 0.95, "shared": 0.85} | {
    "stated": 0.9,
    "described": 0.9,
}


def find_counts(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Returns the counts that the text states, in order. What `taken` covers is not read."""
    scanned = _untaken(text, taken)
    readings = [read(text, number) for number in scanned]
    parents: Parents = {}
    mentions: list[Mention] = []
    index = 0
    while index < len(readings):
        found, after = _resolve(text, readings, index, parents, mentions)
        if found and mentions and found[0].start < mentions[-1].end:
            found = _behind(found, mentions[-1].end, readings[index].start)
        mentions += found
        if refused is not None and not found:
            reading = readings[index]
            reason = reading.reason or "nothing that it counts stands beside it"
            refused.append(
                Refusal("count", reading.start, reading.end, text[reading.start : reading.end], "count", reason)
            )
        index = after
    return mentions


def _behind(found: list[Mention], end: int, number_start: int) -> list[Mention]:
    """Returns a mention whose label reaches back over an earlier mention, cut to its value; or nothing."""
    first = found[0]
    if number_start < end:
        return []
    return [replace(first, start=number_start, text=first.text[number_start - first.start :]), *found[1:]]


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


def _resolve(
    text: str, readings: Sequence[Reading], index: int, parents: Parents, before: Sequence[Mention]
) -> tuple[list[Mention], int]:
    """Builds the mentions of number `index`, behind the mentions `before`; returns them and the index to go on with."""
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
        rule = "one" if reading.number.form == "words" and is_one(text, reading.number) else "noun"
        return [_counted(text, reading, reading.phrase, rule)], index + 1
    if reading.reason is None and reading.number.value == reading.number.value.to_integral_value():
        thing = (
            labelled(text, reading, parents)
            or stated(text, reading)
            or changed(text, reading)
            or compared(text, reading, before)
            or described(text, reading)
        )
        if thing is not None:
            return [_named(text, reading, thing)], index + 1
    return [], index + 1


def _continues_label(text: str, before: Reading, reading: Reading) -> bool:
    """Says whether the number is the second of a named pair: `grades 5 and 6 pupils`."""
    named = before.reason == NAMED
    return named and re.fullmatch(r" ?(?:,|and|or|to|-|–|&) ?", text[before.end : reading.start]) is not None


def _value(number: Numeral) -> float:
    return float(number.whole if number.whole is not None and number.scale == 1 else number.value)


def _counted(text: str, reading: Reading, phrase: NounPhrase, rule: str) -> Mention:
    qualifier, start = _qualified(text, reading, phrase)
    end = max(reading.end, phrase.end)
    if phrase.start > reading.end and rule == "shared":
        end = reading.end
    value = CountValue(_value(reading.number), None, qualifier, text[phrase.start : phrase.end], phrase.head)
    return Mention("count", start, end, text[start:end], value, f"count.{rule}", "rule", CONFIDENCE[rule])


def _named(text: str, reading: Reading, thing: Thing) -> Mention:
    """Builds the mention of a number whose thing does not stand right behind it."""
    qualifier, _ = qualifiers.before(text, reading.start)
    value = CountValue(_value(reading.number), None, qualifier or reading.qualifier or "exact", thing.unit, thing.head)
    end = max(reading.end, thing.end)
    rule = thing.rule
    return Mention("count", thing.start, end, text[thing.start : end], value, f"count.{rule}", "rule", CONFIDENCE[rule])


def _qualified(text: str, reading: Reading, phrase: NounPhrase | None) -> tuple[Qualifier, int]:
    """Returns the qualifier of a count and where its mention begins."""
    before, start = qualifiers.before(text, reading.start)
    if before is not None and phrase is not None and _is_preposition(text, start, reading, phrase):
        before, start = None, reading.start
    return before or reading.qualifier or "exact", start


_WORDS_BEFORE = re.compile(r"([^\W\d_]+)(?:[ \u00a0][^\W\d_]+)?[ \u00a0]\Z")


def _is_preposition(text: str, start: int, reading: Reading, phrase: NounPhrase) -> bool:
    """Says whether `about`, `over`, `under` stand for what they govern and not for an estimate."""
    word = text[start : reading.start].strip().lower()
    previous = re.findall(r"[^\W\d_]+", text[max(0, start - 30) : start])[-2:]
    lowered = {w.lower() for w in previous[-1:]}
    if word == "about":
        return bool(lowered & nouns.words("about_subjects"))
    if word in ("over", "above", "around", "below"):
        return bool({w.lower() for w in previous} & nouns.words("over_verbs"))
    if word == "under":
        return reading.number.value < 13 or (reading.number.value < 100 and phrase.head in nouns.words("under_nouns"))
    return False


def _range(text: str, left: Reading, right: Reading) -> list[Mention] | None:
    """Reads `20-30 people`, `between 20 and 30 people`, `two or three people`; of a change, two counts."""
    if right.phrase is None or (left.reason is not None and left.reason != "a year") or left.phrase is not None:
        return None
    link = ranges.link(text, left.end, right.start)
    ends = ranges.bounds(left.number, right.number)
    _, start = qualifiers.before(text, left.start)
    opening = ranges.opening(text, start)
    if link is None or ends is None or (link == "and" and not (opening and opening[0] == "between")):
        return None
    if left.qualifier is not None:
        return None
    if link == "or" and ends[1] - ends[0] > ends[0]:
        return None
    if opening and opening[0] == "from" and ranges.changes(text, opening[1]):
        return [_counted(text, left, right.phrase, "shared"), _counted(text, right, right.phrase, "noun")]
    if link == "to" and ranges.differs(text, start, *ends):
        return [_counted(text, left, right.phrase, "shared"), _counted(text, right, right.phrase, "noun")]
    start = opening[1] if opening else start
    phrase = right.phrase
    value = CountValue(float(ends[0]), float(ends[1]), "range", text[phrase.start : phrase.end], phrase.head)
    end = max(right.end, phrase.end)
    return [Mention("count", start, end, text[start:end], value, "count.range", "rule", CONFIDENCE["range"])]


def _last_word(text: str, phrase: NounPhrase) -> NounPhrase:
    """Returns a phrase without what describes its noun."""
    start = phrase.start + max(text.rfind(" ", phrase.start, phrase.end) + 1 - phrase.start, 0)
    return NounPhrase(start, phrase.end, phrase.head)


_ADJECTIVES_AND = re.compile(r" ((?:[^\W\d_][\w-]{2,20} ){1,2})(?:and|&) ")
_AND = re.compile(r" (?:and|&) ?")
_PART_OF = re.compile(
    r" (?:out )?of (?:(?:the|these|those|our|its|their|all|a) ){0,2}"
    r"(?:total of |(?:[A-Z][\w.-]{1,30} ){0,2}[A-Z][\w.-]{1,30}[’'] ?s? )?"
)


def _shared(text: str, left: Reading, right: Reading) -> Mention | None:
    """Reads the first of two numbers that share a noun: `12 and 15 teachers`, `two of the four depots`."""
    if left.phrase is not None or left.reason is not None or right.phrase is None or is_year(text, left.number):
        return None
    _, begin = qualifiers.before(text, right.start)
    between = text[left.end : begin]
    described = _ADJECTIVES_AND.fullmatch(between)
    if described is not None and all(nouns.is_adjective(word) or "-" in word for word in described[1].split()):
        return _counted(text, left, _last_word(text, right.phrase), "shared")
    if not _AND.fullmatch(between) and (not _PART_OF.fullmatch(between) or is_one(text, left.number)):
        return None
    return _counted(text, left, right.phrase, "shared")
