"""Dates in a report's text: find every one, and say which days it means.

Figures and words of dates are read off each line (`atoms`), joined to days, ranges and lists by a grammar (`shapes`),
turned into first and last day (`periods`), and kept when what stands around them says that they are dates
(`evidence`). A year that is left out comes from the neighbourhood or from the report (`inference`); durations and
recurrences are found apart (`durations`). In order of trust: what is written, what the same line says, the period of
the report.
"""

import re
from collections.abc import Sequence

from pipeline.dates import durations, evidence, inference, periods
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
_SINCE = re.compile(r"since\s", re.IGNORECASE)
_MONTH_AND_NUMBER = re.compile(r"M\.?,?d")
REACH = 64
"""Characters before a date that may belong to it."""
_RANGE_WORDS = re.compile(r"\s*(?:from|between|starting(?: from)?)\s+", re.IGNORECASE)


def find_dates(
    text: str, context: Context, taken: Sequence[Span] = (), refused: list[Refusal] | None = None
) -> list[Mention]:
    """Every date, range, duration and recurrence of `text`, sorted and without overlaps.

    Spans in `taken` are left alone. `refused` receives what looked like a date and was not kept.
    """
    found: list[Mention] = []
    offset = 0
    for line in text.split("\n"):
        if line:
            found += _in_line(line, offset, context, refused)
        offset += len(line) + 1
    return [mention for mention in found if not any(mention.start < s.end and s.start < mention.end for s in taken)]


def _in_line(line: str, offset: int, context: Context, refused: list[Refusal] | None) -> list[Mention]:
    found: list[Mention] = []
    figures = tokens(line)
    if figures:
        day_first = context.day_first if context.day_first is not None else settled_order(figures, None)
        read = [_without_counts(line, phrase) for phrase in phrases(line, figures, day_first)]
        for phrase, is_inferred in inference.with_years(line, read, context):
            found += _mention(line, offset, phrase, is_inferred, context, refused)
    for spell in durations.find(line):
        start, end = spell.start + offset, spell.end + offset
        if spell.refusal is not None:
            _refuse(refused, line, offset, spell.start, spell.end, spell.rule, spell.refusal)
        elif not any(start < mention.end and mention.start < end for mention in found):
            value = DateValue(None, None, None, spell.kind, spell.duration, is_approximate=spell.is_approximate)
            text = line[spell.start : spell.end]
            found.append(
                Mention("date", start, end, text, value, spell.rule, confidence=durations.CONFIDENCE[spell.rule])
            )
    return sorted(found, key=lambda mention: mention.start)


def _refuse(
    refused: list[Refusal] | None, line: str, offset: int, start: int, end: int, rule: str, reason: str
) -> None:
    if refused is not None:
        refused.append(Refusal("date", start + offset, end + offset, line[start:end], rule, reason))


def _mention(
    line: str, offset: int, phrase: Phrase, is_inferred: bool, context: Context, refused: list[Refusal] | None
) -> list[Mention]:
    """The mention of a phrase, or none, with the reason in `refused`."""
    rule = f"date.{phrase.parts[0].unit}" if len(phrase.parts) == 1 else "date.range"
    verdict = evidence.judge(line, phrase)
    if verdict.refusal is not None:
        _refuse(refused, line, offset, phrase.start, phrase.end, rule, verdict.refusal)
        return []
    start, end, parts, tail = _extended(line, phrase)
    bounds = tuple(periods.days(part, context.fiscal_year_start, context.country) for part in parts)
    known = tuple(days for days in bounds if days is not None)
    if len(known) < len(bounds) or known[0][0] > known[-1][1]:
        reason = "the year is not certain" if any(part.year is None for part in parts) else "no calendar has this day"
        _refuse(refused, line, offset, phrase.start, phrase.end, rule, reason)
        return []
    value = periods.value(
        parts,
        known,
        open_end="after" if tail == "after" or _SINCE.match(line, start) else "before" if tail == "before" else "",
        is_uncertain=tail == "uncertain",
        is_inferred=is_inferred,
    )
    confidence = min(verdict.confidence, inference.CONFIDENCE) if is_inferred else verdict.confidence
    return [Mention("date", start + offset, end + offset, line[start:end], value, rule, confidence=confidence)]


def _extended(line: str, phrase: Phrase) -> tuple[int, int, tuple[Part, ...], str | None]:
    """The stretch with the words that belong to it, the parts with what those words say, and the kind of its tail."""
    parts = phrase.parts
    before = line[max(0, phrase.start - REACH) : phrase.start]
    led = _LED.search(before)
    words = led.group() if led else ""
    if len(parts) == 1:
        words = _RANGE_WORDS.sub("", words, count=1)
    if words.lower().strip() == "the" and phrase.shape[0] not in "XVQHKo":
        words = ""
    if _QUALIFIED.search(before):
        parts = (parts[0]._replace(is_approximate=True), *parts[1:])
    tail = _FOLLOWED.match(line, phrase.end)
    kind = tail.lastgroup if tail else None
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
