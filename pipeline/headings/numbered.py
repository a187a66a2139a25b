"""Which lines are headings: evidence of type, place, wording and company, weighed together.

In this order of trust: type that differs from the running text (bold, larger, capitals), the series that the numbers
make (`sequences`), white space around the line, its wording (short, a capital first, no full stop last) and what
follows it (text of its own, or the next number at once, as in a list). Lines that share a look and a style of number
are judged together, because a report sets all headings of one level alike.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.headings.looks import (
    Look,
    Setting,
    Shape,
    cut_line,
    cut_text,
    is_bulleted,
    is_centred,
    look_of,
    without_stop,
)
from pipeline.layout import Line, spelled
from pipeline.numbering import DIVISIONS, Label, parse_label
from pipeline.sequences import Candidate, Taken, choose_outline

MOST_TITLE_LINES = 10
MOST_TITLE_WORDS = 40
_PLAIN_TITLE_LINES = 3
_SENTENCE_END = (".", "!", "?", ":", ";")
_MONTHS = re.compile(
    r"(?i)(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b[.,]?\s{0,2}\d"
)
_UNFINISHED = re.compile(r"(?i)(?:\b(?:and|or|of|the|a|an|in|on|at|to|for|from|by|with)|[,&])$")
_OPEN_END = re.compile(
    r"(?i)(?:\b(?:and|or|of|the|a|an|in|on|at|to|for|from|by|with|no|nos|article|section|chapter|paragraph|annex|table"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)|[,(–-])$"
)
_RUN_IN = re.compile(r"(?P<title>[A-Z“\"‘][^.:!?\n]{2,70}?)(?:[.:]| [–—-])\s+(?=[“\"‘]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found: lines `first` to `last` of the report, of which `title` is the title without its number.

    `rest` is what follows the title on its last line. `parent` is the index of the numbered heading above it among the
    headings found; unnumbered ones have no label and find their place in `sections`. `label_lines` are those that hold
    the number.
    """

    first: int
    last: int
    label: Label | None
    look: Look
    title: tuple[Line, ...]
    rest: Line | None = None
    parent: int | None = None
    skipped: int = 0
    again: bool = False
    why: str = ""
    label_lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A numbered line that was not taken for a heading, and why."""

    index: int
    label: Label
    why: str
    line: Line


def find_numbered(
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    setting: Setting,
    *,
    start: int = 0,
    anew: frozenset[int] = frozenset(),
) -> tuple[list[Heading], list[Refused]]:
    """The numbered headings among the lines of one report, in reading order, and the numbered lines refused.

    Lines before `start` are the title block; `anew` are the lines where a larger unnumbered heading stands.
    """
    drafts = [
        draft for index in range(start, len(lines)) if (draft := _draft(lines, shapes, index, setting)) is not None
    ]
    drafts = _judged_together(_with_company(lines, shapes, drafts))
    shorter = _shortened(lines, shapes, drafts, setting)
    if shorter:
        drafts = [shorter.get(draft.first, draft) for draft in drafts]
        bare = [replace(draft, evidence=tuple(e for e in draft.evidence if e[0] not in _COMPANY)) for draft in drafts]
        drafts = _judged_together(_with_company(lines, shapes, bare))
    candidates = _candidates(drafts, anew)
    taken = choose_outline(candidates)
    taken = _without_loners(taken, drafts)
    place = {t.index: position for position, t in enumerate(taken)}
    headings = [
        Heading(
            drafts[t.index].first,
            drafts[t.index].last,
            drafts[t.index].label,
            drafts[t.index].look,
            drafts[t.index].title,
            drafts[t.index].rest,
            None if t.parent is None else place[t.parent],
            t.skipped,
            t.again,
            drafts[t.index].why,
            (lines[drafts[t.index].first],),
        )
        for t in taken
    ]
    refused = [Refused(d.first, d.label, d.why, lines[d.first]) for i, d in enumerate(drafts) if i not in place]
    return headings, refused


_COMPANY = frozenset(
    (
        "text of its own",
        "next number at once",
        "set like the text, unlike other headings",
        "may be a word",
        "list announced",
    )
)
"""Evidence that depends on where the titles before and after end."""


def _shortened(
    lines: Sequence[Line], shapes: Sequence[Shape], drafts: Sequence["_Draft"], setting: Setting
) -> dict[int, "_Draft"]:
    """Titles set like the text that ran into it, cut where a sentence may begin, by their first lines.

    Only where most other lines of the series are headings: nothing else tells such a title from its text.
    """
    out = {}
    for draft in drafts:
        others = [d.own for d in drafts if d.series == draft.series and d is not draft]
        if draft.is_distinct or draft.own > 0 or draft.rest is not None or not others:
            continue
        if sum(own > 1.0 for own in others) < 0.6 * len(others):
            continue
        for last in range(draft.first, min(draft.last, draft.first + _PLAIN_TITLE_LINES)):
            if lines[last + 1].text[:1].isupper() and not _UNFINISHED.search(lines[last].text):
                shorter = _draft(lines, shapes, draft.first, setting, most=last - draft.first + 1)
                if shorter is not None:
                    out[draft.first] = shorter
                break
    return out


def _candidates(drafts: Sequence["_Draft"], anew: frozenset[int]) -> list[Candidate]:
    out = []
    before = -1
    for draft in drafts:
        fresh = any(before < index < draft.first for index in anew)
        out.append(Candidate(draft.label, draft.worth, draft.look, fresh))
        before = draft.first if draft.worth > 0 else before
    return out


@dataclass(frozen=True, slots=True)
class _Draft:
    """A numbered line on the way to a verdict: its title and the evidence for and against it."""

    first: int
    last: int
    label: Label
    look: Look
    title: tuple[Line, ...]
    rest: Line | None
    evidence: tuple[tuple[str, float], ...]
    indent: float
    is_distinct: bool
    shared: float = 0.0

    @property
    def own(self) -> float:
        return sum(points for _, points in self.evidence)

    @property
    def worth(self) -> float:
        """Half its own evidence, half that of all lines set and numbered like it."""
        return max(-9.0, min(5.0, 0.5 * self.own + 0.5 * self.shared))

    @property
    def series(self) -> tuple[object, ...]:
        look = self.look
        families = self.label.readings[-1].families
        return self.label.style, families, len(families), look.bold, round(look.size), look.capitals, self.indent > 1.5

    @property
    def why(self) -> str:
        reasons = ", ".join(f"{name} {points:+.1f}" for name, points in self.evidence if points)
        return f"{reasons}; together {self.worth:+.1f}"


def _draft(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, setting: Setting, most: int | None = None
) -> _Draft | None:
    line = lines[index]
    if line.role != "body":
        return None
    label = parse_label(line.text)
    if label is None:
        return None
    first = cut_text(line, label.end)
    start = index
    if first is None:
        below = _title_below(lines, index)
        if below is None:
            return _numbered_only(lines[index], index, label, setting)
        start, first = below, lines[below]
    title, rest, last, run_in = _title(lines, shapes, start, first, setting, label, most)
    look = look_of(title)
    evidence = _evidence(lines, shapes, index, label, title, last, look, setting, run_in)
    if start != index and label.style == "#" and not setting.is_distinct(first):
        evidence.append(("figure on a line of its own", -4.0))
    indent = (line.bbox[0] - line.column_left) / max(line.size, 1.0)
    return _Draft(
        index, last, label, look, title, rest, tuple(evidence), indent, _is_set_apart(look, title[0], setting)
    )


def _is_set_apart(look: Look, line: Line, setting: Setting) -> bool:
    return setting.is_distinct(line) or (look.italic and not setting.italic)


def _title_below(lines: Sequence[Line], index: int) -> int | None:
    """The line that holds the title of a number that stands alone."""
    line = lines[index]
    if index + 1 == len(lines):
        return None
    below = lines[index + 1]
    if below.role != "body" or is_bulleted(below) or parse_label(below.text) is not None:
        return None
    if below.page == line.page and below.bbox[1] - line.bbox[3] > 2.5 * line.size:
        return None
    return index + 1


def _numbered_only(line: Line, index: int, label: Label, setting: Setting) -> _Draft | None:
    """A division without a title (`Part II` on its own) or a stray number."""
    if label.word not in DIVISIONS:
        return None
    look = look_of([line])
    evidence = [("division", 2.0 if look.bold or look.size > 1.06 * setting.size else 0.0)]
    return _Draft(index, index, label, look, (), None, tuple(evidence), 0.0, setting.is_distinct(line))


def _title(
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    start: int,
    first: Line,
    setting: Setting,
    label: Label,
    limit: int | None,
) -> tuple[tuple[Line, ...], Line | None, int, bool]:
    """The title's lines, what follows it on its last line, the index of that line, and whether text runs on from it."""
    cut = _bold_run_in(first, setting)
    if cut is not None:
        return (cut[0],), cut[1], start, True
    title = [first]
    last = start
    distinct = setting.is_distinct(first)
    most = limit or (MOST_TITLE_LINES if distinct else _PLAIN_TITLE_LINES + 3)
    while (
        last + 1 < len(lines)
        and len(title) < most
        and _goes_on(lines, shapes, last, first, distinct, setting)
        and not _is_next_number(label, parse_label(lines[last + 1].text))
    ):
        last += 1
        cut = _bold_run_in(lines[last], setting) if distinct else None
        if cut is not None:
            return (*title, cut[0]), cut[1], last, True
        title.append(lines[last])
    if not distinct:
        plain = _plain_run_in(title)
        if plain is not None:
            return (plain[0],), plain[1], start, True
    return tuple(title), None, last, False


def title_lines(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, setting: Setting, used: frozenset[int]
) -> tuple[tuple[Line, ...], int]:
    """The lines of a title that begins with line `index`, and the index of the last of them."""
    first = lines[index]
    last = index
    distinct = setting.is_distinct(first)
    while (
        last + 1 < len(lines)
        and last - index < MOST_TITLE_LINES
        and last + 1 not in used
        and _goes_on(lines, shapes, last, first, distinct, setting)
    ):
        last += 1
    return tuple(lines[index : last + 1]), last


def _bold_run_in(line: Line, setting: Setting) -> tuple[Line, Line] | None:
    """A line whose first words are set in bold and whose rest is not, cut in two."""
    if setting.bold:
        return None
    bold = 0
    while bold < len(line.words) and (line.words[bold].bold or not any(c.isalnum() for c in line.words[bold].text)):
        bold += 1
    if bold in (0, len(line.words)) or not line.words[0].bold:
        return None
    title, rest = without_stop(cut_line(line, 0, bold)), cut_line(line, bold)
    return (title, rest) if title is not None and rest is not None else None


def _plain_run_in(title: Sequence[Line]) -> tuple[Line, Line] | None:
    """`Training. In May we …`: a short phrase, a full stop and a sentence, over more than one line."""
    if len(title) < 2:
        return None
    found = _RUN_IN.match(title[0].text)
    if found is None or len(found.group("title").split()) > 8:
        return None
    head, rest = cut_text(title[0], 0, found.end("title")), cut_text(title[0], found.end())
    return (head, rest) if head is not None and rest is not None else None


def _is_next_number(label: Label, other: Label | None) -> bool:
    """Whether a label counts on from another, or is the first one below it."""
    if other is None:
        return False
    return any(
        (
            a.families == b.families[: len(a.families)]
            and (
                (len(a.values) == len(b.values) and a.values[:-1] == b.values[:-1] and b.values[-1] == a.values[-1] + 1)
                or (*a.values, 1) == b.values
            )
        )
        or (b.values == (1,) and other.style != "#")
        for a in label.readings
        for b in other.readings
    )


def _goes_on(
    lines: Sequence[Line], shapes: Sequence[Shape], last: int, first: Line, distinct: bool, setting: Setting
) -> bool:
    """Whether the line after `last` belongs to the title that begins with `first`."""
    here, shape, above = lines[last + 1], shapes[last + 1], lines[last]
    if here.role != "body" or is_bulleted(here) or abs(here.size - first.size) > 0.06 * first.size:
        return False
    if here.words[0].bold != first.words[-1].bold and distinct:
        return False
    if here.italic != first.italic or (not distinct and here.bold and not first.bold):
        return False
    if parse_label(here.text) is not None and not shape.wraps:
        return False
    if shape.space is None:
        unfinished = shape.wraps or _UNFINISHED.search(above.text) is not None
        return distinct and unfinished and not above.text.rstrip().endswith(_SENTENCE_END)
    if shape.space > (0.45 if here.size < 1.3 * setting.size else 0.7):
        return False
    if shape.wraps:
        return True
    if _UNFINISHED.search(above.text):
        return True
    if not distinct:
        return False
    offset = min(abs(here.bbox[0] - first.bbox[0]), abs(here.bbox[0] - above.bbox[0]))
    if here.size > 1.25 * setting.size and offset < 0.5 * first.size and shape.space < 0.25:
        return True
    centred = is_centred(above) and is_centred(here)
    long = above.bbox[2] > above.column_left + 0.6 * (above.column_right - above.column_left)
    return centred or (long and offset < first.size)


def _evidence(
    lines: Sequence[Line],
    shapes: Sequence[Shape],
    index: int,
    label: Label,
    title: Sequence[Line],
    last: int,
    look: Look,
    setting: Setting,
    run_in: bool,
) -> list[tuple[str, float]]:
    text = " ".join(line.text for line in title).strip()
    out = _type_evidence(look, setting)
    out += _wording_evidence(text, len(title), run_in)
    out += _label_evidence(lines[index], label, text, look, setting)
    out += _place_evidence(lines, shapes, index, last, setting)
    return out


def _type_evidence(look: Look, setting: Setting) -> list[tuple[str, float]]:
    ratio = look.size / max(setting.size, 1.0)
    out = []
    if look.bold and not setting.bold:
        out.append(("bold", 2.5))
    if ratio > 1.06:
        out.append(("larger", 2.5 if ratio > 1.12 else 1.5))
    if ratio < 0.93:
        out.append(("smaller", -2.0))
    if look.capitals:
        out.append(("capitals", 1.5))
    if look.italic and not setting.italic:
        out.append(("italic", 0.7))
    if not look.bold and setting.bold:
        out.append(("light", -1.0))
    return out


def _wording_evidence(text: str, line_count: int, run_in: bool) -> list[tuple[str, float]]:
    words = len(text.split())
    out = []
    first = text.lstrip("“\"‘'([«¿¡")[:1]
    if words <= 10:
        out.append(("short", 1.0))
    elif words > 28:
        out.append(("long", -4.0))
    elif words > 18:
        out.append(("long", -1.5))
    if line_count > _PLAIN_TITLE_LINES:
        out.append(("lines", -3.0))
    if first.islower():
        out.append(("small letter first", -3.0))
    elif first.isdigit():
        out.append(("digit first", -0.7))
    elif not first.isalpha():
        out.append(("no letter first", -3.0))
    if run_in:
        return [*out, ("run-in", -0.5)]
    if text.endswith((".", ";", ",")) and not text.endswith(("etc.", "Inc.", "Ltd.", "Co.")):
        out.append(("stop last", -2.5))
    elif text.endswith(":"):
        out.append(("colon last", -0.5))
    if re.search(r"[a-z)]\.\s[A-Z]", text):
        out.append(("two sentences", -1.5))
    return out


def _label_evidence(line: Line, label: Label, text: str, look: Look, setting: Setting) -> list[tuple[str, float]]:
    out = []
    distinct = (look.bold and not setting.bold) or look.size > 1.06 * setting.size
    if len(label.segments) > 1:
        out.append(("nested number", 1.5))
    if label.word:
        closed = not text or label.style[-1] in ":.–—-)" or _tab(line, label) > 0.8
        known = label.word in DIVISIONS
        plain = -1.0 if known and text[:1].isupper() else -4.0
        out.append((label.word, (1.5 if known else 0.5) if closed or distinct else plain))
    elif label.style in ("#", "#.#"):
        tab = _tab(line, label)
        out.append(("no mark", (-1.5 if len(label.segments) == 1 else -0.3) + (1.2 if tab > 0.8 else 0.0)))
        if not label.segments[0].isdigit():
            out.append(("letter alone", -0.5 if tab > 0.8 or len(label.segments[0]) > 1 else -2.0))
        if _MONTHS.match(text) or re.match(r"(?i)(?:%|per cent|percent|million|billion|am|pm)\b", text):
            out.append(("date or amount", -6.0))
    return out


def _tab(line: Line, label: Label) -> float:
    """The white space between number and title, in ems."""
    at = 0
    for position, (text, word) in enumerate(spelled(line.words)):
        at += len(text)
        if word is not None and at >= label.end - 1 and position + 2 < 2 * len(line.words):
            index = position // 2
            if index + 1 < len(line.words):
                return (line.words[index + 1].bbox[0] - line.words[index].bbox[2]) / max(line.size, 1.0)
            break
    return 0.0


def _place_evidence(
    lines: Sequence[Line], shapes: Sequence[Shape], index: int, last: int, setting: Setting
) -> list[tuple[str, float]]:
    line, shape = lines[index], shapes[index]
    out = []
    if shape.space is not None:
        out.append(("space above", 1.0) if shape.space > 0.35 else ("no space above", -0.5))
    indent = (line.bbox[0] - line.column_left) / max(line.size, 1.0)
    if indent > 0.8 and not is_centred(line) and not setting.is_distinct(line):
        out.append(("indented", -2.0 if indent > 1.5 else -1.0))
    if shape.before is not None:
        above = lines[shape.before]
        ended = above.text.rstrip().endswith(_SENTENCE_END)
        close = shape.space is None or shape.space < 0.3
        if close and shape.same_look and _OPEN_END.search(above.text):
            out.append(("the line above is not finished", -4.0))
        elif shape.wraps and shape.same_look and close and not ended and above.role == "body":
            out.append(("goes on from the line above", -4.0 if shape.space is not None else -1.5))
    if last + 1 < len(lines) and (after := shapes[last + 1].space) is not None and after > 0.35:
        out.append(("space below", 0.5))
    return out


def _with_company(lines: Sequence[Line], shapes: Sequence[Shape], drafts: list[_Draft]) -> list[_Draft]:
    """Adds what lies between a numbered line and the next: headings have text, list items have neighbours."""
    strong = any(d.is_distinct and d.own >= 4.0 for d in drafts)
    out: list[_Draft] = []
    for run in _runs(drafts):
        close = sum(_follows_at_once(a, b) for a, b in itertools.pairwise(run)) / max(1, len(run) - 1)
        shared: list[tuple[str, float]] = []
        if len(run) > 1 and close:
            shared.append(("next number at once", -3.5 * close))
        listed = close > 0.3 or run[0].indent > 0.8 or len(run) == 1
        if not run[0].is_distinct and strong and listed and len(run[0].label.segments) == 1 and not run[0].label.word:
            shared.append(("set like the text, unlike other headings", -2.0))
        if run[0].label.is_word and not _letters_go_on(run[0], drafts):
            shared.append(("may be a word", -12.0))
        before = shapes[run[0].first].before
        if before is not None and lines[before].text.rstrip().endswith(":") and not run[0].is_distinct:
            shared.append(("list announced", -2.0))
        for draft in run:
            after = draft.last + 1
            alone = draft.rest is not None or (after < len(lines) and not any(d.first == after for d in drafts))
            extra = [("text of its own", 1.5)] if alone else []
            out.append(replace(draft, evidence=(*draft.evidence, *shared, *extra)))
    return sorted(out, key=lambda d: d.first)


def _runs(drafts: Sequence[_Draft]) -> list[list[_Draft]]:
    """Numbered lines that count on from one another in one look: `1.`, `2.`, `3.`."""
    open_runs: dict[tuple[object, ...], list[_Draft]] = {}
    runs: list[list[_Draft]] = []
    for draft in drafts:
        run = open_runs.get(draft.series)
        if run is not None and _counts_on(run[-1], draft):
            run.append(draft)
        else:
            open_runs[draft.series] = run = [draft]
            runs.append(run)
    return runs


def _counts_on(one: _Draft, other: _Draft) -> bool:
    return any(
        a.families == b.families and a.values[:-1] == b.values[:-1] and b.values[-1] == a.values[-1] + 1
        for a in one.label.readings
        for b in other.label.readings
    )


def _follows_at_once(one: _Draft, other: _Draft) -> bool:
    return one.rest is None and other.first == one.last + 1


def _letters_go_on(draft: _Draft, drafts: Sequence[_Draft]) -> bool:
    """Whether `B` follows `A` in the same look, or `A.1` stands below it."""
    return any(
        (d.series == draft.series and _counts_on(draft, d))
        or (len(d.label.segments) > 1 and d.label.segments[0] == draft.label.segments[0] and d.first > draft.first)
        for d in drafts
    )


def _judged_together(drafts: list[_Draft]) -> list[_Draft]:
    groups: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for draft in drafts:
        if not any(name in _NO_NUMBER for name, _ in draft.evidence):
            groups[draft.series].append(max(-6.0, min(6.0, draft.own)))
    return [
        replace(d, shared=sum(groups[d.series]) / len(groups[d.series]) if groups[d.series] else d.own) for d in drafts
    ]


_NO_NUMBER = frozenset(("goes on from the line above", "the line above is not finished", "date or amount"))
"""Evidence that a line is not numbered at all, so that it does not speak about those which are."""


def _without_loners(taken: tuple[Taken, ...], drafts: Sequence[_Draft]) -> tuple[Taken, ...]:
    """Drops series of one heading that nothing but their number speaks for."""
    series: Counter[tuple[int | None, str]] = Counter((t.parent, drafts[t.index].label.style) for t in taken)
    parents = {t.parent for t in taken}
    return tuple(
        t
        for t in taken
        if series[(t.parent, drafts[t.index].label.style)] > 1
        or t.index in parents
        or drafts[t.index].own >= (1.0 if len(t.reading.values) > 1 else 2.5)
    )
