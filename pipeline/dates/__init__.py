"""Dates in a report's text: find every one, and say which days it means.

Figures and words of dates are read off each line (`atoms`), joined to days, ranges and lists by a grammar (`shapes`),
turned into first and last day (`periods`), and kept when what stands around them says that they are dates
(`evidence`). Days in a language that the grammar does not read are left to dateparser (`elsewhere`). A year that is
left out comes from the neighbourhood or from the report (`inference`); durations and recurrences are found apart
(`durations`). In order of trust: what is written, what the same line says, the period of the report.
"""

import re
from collections.abc import Iterable, Sequence

from pipeline.dates import durations, elsewhere, evidence, inference, periods, relative
from pipeline.dates.atoms import ABOUT, PART_OF, tokens
from pipeline.dates.shapes import Part, Phrase, phrases, settled_order
from pipeline.records import Context, DateValue, Mention, Refusal, Span

__all__ = ["find_dates"]

_LED = re.compile(
    rf"(?<![^\W_])(?:(?:from|between|since|until|till|starting(?: from)?)\s+)?(?:the\s+)?(?:{PART_OF})?"
    rf"(?:the\s+)?(?:(?:calendar |academic |school |reporting )?years?\s+|(?:reporting )?period\s+)?(?:{ABOUT})?$",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(
    r"\s?(?:(?P<after>or later|onwards?|and (?:later|after|onwards?)|or after)"
    r"|(?P<before>or earlier|and (?:before|earlier)|or before)"
    r"|(?P<about>approx\.?|approximately)|(?P<uncertain>\?|\(uncertain\))|(?P<era>AD|CE))(?!\w)"
)
_QUALIFIED = re.compile(rf"(?:{PART_OF}|(?<![^\W_]){ABOUT})(?:the\s+)?(?:year\s+|period\s+)?$", re.IGNORECASE)
_LEADS = frozenset(
    (
        *("from", "between", "since", "until", "till", "starting", "the", "of", "in", "year", "years", "period"),
        *("circa", "c", "ca", "c.", "ca.", "approx", "approx.", "approximately", "about", "around", "roughly", "maybe"),
        *(
            "early",
            "mid",
            "mid-to-late",
            "early-to-mid",
            "middle",
            "late",
            "later",
            "year-end",
            "end",
            "sometime",
            "time",
        ),
    )
)


_LEAD_ENDS = frozenset(" \t\u00a0-–~≈.")
_TAIL_BEGINNINGS = frozenset(" \t\u00a0-‐‑–—?(t")


def _leads(before: str) -> bool:
    """Whether the last word may belong to a date behind it: a quick look that spares most dates the long one."""
    if before[-1:] not in _LEAD_ENDS:
        return False
    last = before.rsplit(None, 1)[-1:]
    return bool(last) and (last[0].rstrip("-–").lower() in _LEADS or last[0][-1] in "~≈")


_OPEN = re.compile(r"(?:(?P<after>since)|(?P<before>until|till))\s", re.IGNORECASE)
_MONTH_AND_NUMBER = re.compile(r"M\.?,?d")
REACH = 44
"""Characters before a date that may belong to it."""
_RANGE_WORDS = re.compile(r"\s*(?:from|between|starting(?: from)?)\s+", re.IGNORECASE)


def find_dates(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Every date, range, duration and recurrence of `text`, sorted and without overlaps.

    Spans in `taken` are left alone. `refused` receives what looked like a date and was not kept.
    """
    found: list[Mention] = []
    met: set[str] = set()
    offset = 0
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line:
            found += _in_line(_without_list_number(lines, index), offset, context, refused, met)
        offset += len(line) + 1
    return _outside(found, taken)


_LIST_NUMBER = re.compile(r"\s{0,3}(?P<number>[0-9]{1,2})\.(?=\s)")


def _without_list_number(lines: Sequence[str], index: int) -> str:
    """A line with spaces for its number in a list, which is no day: `2. March 2019` between `1.` and `3.`."""
    line = lines[index]
    found = _LIST_NUMBER.match(line)
    if found is None:
        return line
    number = int(found["number"])
    for other, wanted in ((index - 1, number - 1), (index + 1, number + 1)):
        beside = _LIST_NUMBER.match(lines[other]) if 0 <= other < len(lines) else None
        if beside is not None and int(beside["number"]) == wanted:
            return " " * found.end() + line[found.end() :]
    return line


def _outside(mentions: Sequence[Mention], spans: Iterable[Span | Mention]) -> list[Mention]:
    """The mentions that overlap none of `spans`; both run from left to right."""
    free: list[Mention] = []
    others = sorted(spans, key=lambda span: (span.start, span.end))
    index = 0
    for mention in mentions:
        while index < len(others) and others[index].end <= mention.start:
            index += 1
        if index == len(others) or others[index].start >= mention.end:
            free.append(mention)
    return free


def _in_line(line: str, offset: int, context: Context, refused: list[Refusal] | None, met: set[str]) -> list[Mention]:
    dates: list[Mention] = []
    stated: list[relative.Stated] = []
    figures = tokens(line)
    if figures:
        day_first = context.day_first if context.day_first is not None else settled_order(figures, None)
        read = [
            elsewhere.written_out(line, _without_counts(line, phrase), met)
            for phrase in phrases(line, figures, day_first)
        ]
        judged = {phrase.start: evidence.judge(line, phrase) for phrase in read}
        for phrase in read:
            reason = judged[phrase.start].refusal
            if reason is not None:
                _refuse(refused, line, offset, phrase.start, phrase.end, _rule(phrase), reason)
        kept = [phrase for phrase in read if judged[phrase.start].refusal is None]
        for phrase, is_inferred in inference.with_years(line, kept, context):
            confidence = min(judged[phrase.start].confidence, inference.CONFIDENCE if is_inferred else 1.0)
            mentions = _mention(line, offset, phrase, is_inferred, confidence, context, refused)
            dates += mentions
            if mentions:
                stated.append(relative.Stated(phrase.end, phrase.parts[-1]))
    for others in (_relative(line, offset, stated, context, refused), _spells(line, offset, refused)):
        dates = sorted([*dates, *_outside(others, dates)], key=lambda mention: mention.start)
    return dates


def _relative(
    line: str, offset: int, stated: Sequence[relative.Stated], context: Context, refused: list[Refusal] | None
) -> list[Mention]:
    mentions = []
    for found in relative.find(line, stated, context):
        value = periods.value((found.part,), is_inferred=True) if found.part is not None else None
        if value is None:
            _refuse(refused, line, offset, found.start, found.end, "date.relative", "what it refers to is not certain")
            continue
        start, end = found.start + offset, found.end + offset
        text = line[found.start : found.end]
        mentions.append(Mention("date", start, end, text, value, "date.relative", confidence=relative.CONFIDENCE))
    return mentions


def _spells(line: str, offset: int, refused: list[Refusal] | None) -> list[Mention]:
    """The durations and recurrences of a line."""
    mentions = []
    for spell in durations.find(line):
        if spell.refusal is not None:
            _refuse(refused, line, offset, spell.start, spell.end, spell.rule, spell.refusal)
            continue
        value = DateValue(None, None, None, spell.kind, spell.duration, is_approximate=spell.is_approximate)
        start, end, text = spell.start + offset, spell.end + offset, line[spell.start : spell.end]
        confidence = durations.CONFIDENCE[spell.rule]
        mentions.append(Mention("date", start, end, text, value, spell.rule, confidence=confidence))
    return mentions


def _refuse(
    refused: list[Refusal] | None, line: str, offset: int, start: int, end: int, rule: str, reason: str
) -> None:
    if refused is not None:
        refused.append(Refusal("date", start + offset, end + offset, line[start:end], rule, reason))


def _rule(phrase: Phrase) -> str:
    return f"date.{phrase.parts[0].unit}" if len(phrase.parts) == 1 else "date.range"


def _mention(
    line: str,
    offset: int,
    phrase: Phrase,
    is_inferred: bool,
    confidence: float,
    context: Context,
    refused: list[Refusal] | None,
) -> list[Mention]:
    """The mention of a phrase, or none, with the reason in `refused`."""
    start, end, parts, tail = _extended(line, phrase)
    opening = _OPEN.match(line, start) if start < phrase.start else None
    value = periods.value(
        parts,
        context.fiscal_year_start,
        context.fiscal_year_named_for_start,
        open_end=tail if tail in ("after", "before") else opening.lastgroup or "" if opening else "",
        is_uncertain=tail == "uncertain",
        is_inferred=is_inferred,
    )
    if value is None:
        reason = "the year is not certain" if any(part.year is None for part in parts) else "no calendar has this day"
        _refuse(refused, line, offset, phrase.start, phrase.end, _rule(phrase), reason)
        return []
    return [Mention("date", start + offset, end + offset, line[start:end], value, _rule(phrase), confidence=confidence)]


def _extended(line: str, phrase: Phrase) -> tuple[int, int, tuple[Part, ...], str | None]:
    """The stretch with the words that belong to it, the parts with what those words say, and the kind of its tail."""
    parts = phrase.parts
    before = line[max(0, phrase.start - REACH) : phrase.start]
    led = _LED.search(before) if _leads(before) else None
    words = led.group() if led else ""
    if len(parts) == 1:
        words = _RANGE_WORDS.sub("", words, count=1)
    if words.lower().strip() == "the" and phrase.shape[0] not in "XVQHKSFo":
        words = ""
    if words and _QUALIFIED.search(words):
        parts = (parts[0]._replace(is_approximate=True), *parts[1:])
    tail = kind = None
    if line[phrase.end : phrase.end + 1] in _TAIL_BEGINNINGS:
        tail = _FOLLOWED.match(line, phrase.end)
        kind = tail.lastgroup if tail else None
        if tail is None and len(parts) == 1 and (tail := evidence.TO_NOW.match(line, phrase.end)):
            kind = "after"
    if kind == "about":
        parts = tuple(part._replace(is_approximate=True) for part in parts)
    return phrase.start - len(words), tail.end() if tail else phrase.end, parts, kind


def _without_counts(line: str, phrase: Phrase) -> Phrase:
    """`in May 15 workshops`: the number behind the month belongs to what follows."""
    if _MONTH_AND_NUMBER.fullmatch(phrase.shape) and phrase.parts[0].year is None:
        month = line[phrase.start : phrase.end].rstrip(" 0123456789,.")
        counts = re.match(r"\s[a-z]", line[phrase.end : phrase.end + 2]) and evidence.is_counted(line, phrase.end)
        if counts or re.search(r"(?<!\w)in\s$", line[max(0, phrase.start - 4) : phrase.start], re.IGNORECASE):
            part = phrase.parts[0]._replace(unit="month", day=None)
            return phrase._replace(end=phrase.start + len(month), shape="M", parts=(part,))
    return phrase
