"""Which lines are headings: evidence of type, place, wording and company, weighed together.

In this order of trust: type that differs from the running text (bold, larger, capitals), the series that the numbers
make (`sequences`), white space around the line, its wording (short, a capital first, no full stop last) and what
follows it (text of its own, or the next number at once, as in a list). Lines that share a look and a style of number
are judged together, because a report sets all headings of one level alike.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from pipeline.headings.evidence import WIDE, weigh_line, white_space
from pipeline.headings.looks import (
    Look,
    Setting,
    Shape,
    cut_text,
    is_bulleted,
    look_of,
)
from pipeline.headings.titles import PLAIN_TITLE_LINES, find_title, is_unfinished
from pipeline.layout import Line
from pipeline.numbering import DIVISIONS, Label, Reading, parse_label
from pipeline.sequences import Candidate, Taken, choose_outline


class Heading(Struct, frozen=True):
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


class Refused(Struct, frozen=True):
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
        "text below stands further out",
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
    strong: Counter[tuple[object, ...]] = Counter(draft.series for draft in drafts if draft.own > 1.0)
    series = Counter(draft.series for draft in drafts)
    for draft in drafts:
        if draft.is_distinct or draft.rest is not None or draft.own > 0 or series[draft.series] == 1:
            continue
        if strong[draft.series] < 0.6 * (series[draft.series] - 1):
            continue
        for last in range(draft.first, min(draft.last, draft.first + PLAIN_TITLE_LINES)):
            if lines[last + 1].text[:1].isupper() and not is_unfinished(lines[last].text):
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


class _Draft(Struct, frozen=True):
    """A numbered line on the way to a verdict: its title and the evidence for and against it.

    `is_parted` says that it is set apart from the text and its number from its title, which no word `A` or `I` is.
    """

    first: int
    last: int
    label: Label
    look: Look
    title: tuple[Line, ...]
    rest: Line | None
    evidence: tuple[tuple[str, float], ...]
    indent: float
    is_distinct: bool
    is_parted: bool = False
    shared: float = 0.0

    @property
    def own(self) -> float:
        return sum([points for _, points in self.evidence])

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
        if below is None or (label.word in DIVISIONS and setting.is_distinct(line) > setting.is_distinct(lines[below])):
            return _numbered_only(lines[index], index, label, setting)
        start, first = below, lines[below]
    title, rest, last, run_in = find_title(lines, shapes, start, first, setting, label, most)
    look = look_of(title, setting)
    evidence = weigh_line(lines, shapes, index, label, title, last, look, setting, run_in)
    if start != index and label.style == "#" and not setting.is_distinct(first):
        evidence.append(("figure on a line of its own", -4.0))
    if start != index and setting.is_distinct(first) and not setting.is_distinct(line):
        evidence.append(("number set unlike its title", -5.0))
    indent = (line.bbox[0] - line.column_left) / max(line.size, 1.0)
    apart = _is_set_apart(look, title[0], setting)
    parted = apart and label.is_word and white_space(line, label) > WIDE and _is_worded(first.text)
    return _Draft(index, last, label, look, title, rest, tuple(evidence), indent, apart, parted)


def _is_worded(title: str) -> bool:
    """Whether a title begins with a word and a capital, as a letter of an index or a sentence does not."""
    return len(title) > 1 and title[:2].isalpha() and title[:1].isupper()


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
    look = look_of([line], setting)
    evidence = [("division", 2.0 if look.bold or look.size > 1.06 * setting.size else 0.0)]
    return _Draft(index, index, label, look, (), None, tuple(evidence), 0.0, setting.is_distinct(line))


def _with_company(lines: Sequence[Line], shapes: Sequence[Shape], drafts: list[_Draft]) -> list[_Draft]:
    """Adds what lies between a numbered line and the next: headings have text, list items have neighbours."""
    strong = any(d.is_distinct and d.own >= 4.0 for d in drafts)
    likely = frozenset(d.first for d in drafts if d.own > 0)
    begun = frozenset(d.first for d in drafts)
    out: list[_Draft] = []
    for run in _runs(drafts):
        close = sum(_follows_at_once(a, b) for a, b in itertools.pairwise(run)) / max(1, len(run) - 1)
        shared: list[tuple[str, float]] = []
        if len(run) > 1 and close:
            shared.append(("next number at once", -3.5 * close))
        outdented = sum(_text_stands_out(lines, draft, likely) for draft in run) / len(run) if len(run) > 1 else 0.0
        if outdented > _MOST:
            shared.append(("text below stands further out", 1.5))
        listed = close > 0.3 or (run[0].indent > 0.8 and outdented <= _MOST) or len(run) == 1
        if not run[0].is_distinct and strong and listed and len(run[0].label.segments) == 1 and not run[0].label.word:
            shared.append(("set like the text, unlike other headings", -2.0))
        if run[0].label.is_word and not (run[0].is_parted or _letters_go_on(run[0], drafts)):
            shared.append(("may be a word", -12.0))
        before = shapes[run[0].first].before
        if before is not None and lines[before].text.rstrip().endswith(":") and not run[0].is_distinct:
            shared.append(("list announced", -2.0))
        for draft in run:
            after = draft.last + 1
            alone = draft.rest is not None or (after < len(lines) and after not in begun)
            extra = [("text of its own", 1.5)] if alone else []
            out.append(replace(draft, evidence=(*draft.evidence, *shared, *extra)))
    return sorted(out, key=lambda d: d.first)


_MOST = 0.6
"""The part of a run that must have its text further out for its numbers to be headings, not items of a list."""


def _text_stands_out(lines: Sequence[Line], draft: _Draft, likely: frozenset[int]) -> bool:
    """Whether the text below an indented number begins further left than it: an item's own text never does.

    `likely` are the lines that may well be headings themselves.
    """
    after = draft.last + 1
    if draft.rest is not None or after >= len(lines) or draft.indent <= 0.8 or _words(draft) > _SHORT:
        return False
    number, text = lines[draft.first], lines[after]
    same_column = (text.page, text.column) == (number.page, number.column) and text.role == "body"
    return same_column and text.bbox[0] < number.bbox[0] - 0.8 * number.size and after not in likely


_SHORT = 10
"""Words of a title set like the text."""


def _words(draft: _Draft) -> int:
    return sum(len(line.words) for line in draft.title)


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
    """Whether `B` follows `A` or `II` follows `I` in the same look, or `A.1` stands below it."""
    return any(
        (_is_set_alike(d, draft) and _counts_on(draft, d))
        or (len(d.label.segments) > 1 and d.label.segments[0] == draft.label.segments[0] and d.first > draft.first)
        for d in drafts
    )


def _is_set_alike(one: _Draft, other: _Draft) -> bool:
    """Whether two numbers look the same, whatever family they are of: `I` may be a letter, `II` may not."""
    style, _, segments, *look = one.series
    other_style, _, other_segments, *other_look = other.series
    return (style, segments, look) == (other_style, other_segments, other_look)


def _judged_together(drafts: list[_Draft]) -> list[_Draft]:
    groups: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for draft in drafts:
        if not any(name in _NO_NUMBER for name, _ in draft.evidence):
            groups[draft.series].append(max(-6.0, min(6.0, draft.own)))
    return [
        replace(d, shared=sum(groups[d.series]) / len(groups[d.series]) if groups[d.series] else d.own) for d in drafts
    ]


_NO_NUMBER = frozenset(
    (
        "goes on from the line above",
        "the line above is not finished",
        "date or amount",
        "number set unlike its title",
        "initials",
    )
)
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
        or drafts[t.index].own >= _loner_needs(t.reading)
    )


def _loner_needs(reading: Reading) -> float:
    """The evidence that the only heading of its series needs: a letter before a name is more often an initial."""
    if len(reading.values) > 1:
        return 1.0
    return 4.0 if reading.families[0] == "ALPHA" else 2.5
