"""Reports in a submission: where each begins, whose it is, what it covers, and its sections.

A report begins where its title block does. A later page begins another report only when the block at its top says
what a first one says (a report's title with its period or its organization) and differs from the one before; a cover
and the title page after it are one report.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.contents import find_contents
from pipeline.headings.looks import Setting, read_setting, shape_lines
from pipeline.headings.numbered import Heading, Refused, find_numbered
from pipeline.headings.unnumbered import find_unnumbered
from pipeline.layout import Layout, Line, lay_out
from pipeline.passages import Vocabulary, vocabulary
from pipeline.records import Page, Problem, Report
from pipeline.sections import build_sections
from pipeline.titleblocks import TitleBlock, read_title_block

_FURNITURE = frozenset(("header", "footer", "page_number"))


def segment_pages(pages: Sequence[Page]) -> tuple[tuple[Report, ...], tuple[Problem, ...]]:
    """The reports of one submission with their sections, and what a person should look at."""
    layout = lay_out(pages)
    reports = []
    problems: list[Problem] = []
    lexicon = vocabulary(layout.lines)
    setting = read_setting(layout.lines)
    contents = find_contents(layout.lines)
    parts = _parts(layout, contents, setting)
    for ordinal, part in enumerate(parts, 1):
        report, found = _report(ordinal, part, setting, lexicon)
        reports.append(report)
        problems += found
    return tuple(reports), tuple(problems)


def _report(ordinal: int, part: "Part", setting: Setting, lexicon: Vocabulary) -> tuple[Report, list[Problem]]:
    headings, _ = outline(part.lines, part.block.length, setting)
    sections = build_sections(part.lines, headings, lexicon)
    block = part.block
    report = Report(
        ordinal,
        block.organization,
        block.acronym,
        block.title,
        block.period_start,
        block.period_end,
        part.page_first,
        part.page_last,
        sections,
    )
    return report, [*_block_problems(report), *_number_problems(ordinal, headings)]


def outline(lines: Sequence[Line], start: int, setting: Setting) -> tuple[list[Heading], list[Refused]]:
    """All headings of one report from line `start` on, in reading order, and the numbered lines that are none."""
    shapes = shape_lines(lines, setting)
    loose = find_unnumbered(lines, shapes, setting, start=start, used=frozenset(), strict=False)
    anew = frozenset(heading.first for heading in loose)
    numbered, refused = find_numbered(lines, shapes, setting, start=start, anew=anew)
    used = frozenset(i for h in numbered for i in range(h.first, h.last + 1)) | frozenset(r.index for r in refused)
    others = find_unnumbered(lines, shapes, setting, start=start, used=used, strict=bool(numbered))
    return _merged(numbered, others), refused


def _merged(numbered: Sequence[Heading], others: Sequence[Heading]) -> list[Heading]:
    """Numbered and unnumbered headings in reading order, the parents' indexes moved along."""
    both = sorted([*numbered, *others], key=lambda heading: heading.first)
    place = {id(heading): index for index, heading in enumerate(both)}
    return [h if h.parent is None else replace(h, parent=place[id(numbered[h.parent])]) for h in both]


# Where reports begin


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one report without page headers, footers and contents, and its title block."""

    lines: tuple[Line, ...]
    block: TitleBlock
    page_first: int
    page_last: int


_CONTENT = 60
"""Words of running text from which a report has begun, so that another title block is another report's."""


def _parts(layout: Layout, contents: frozenset[int], setting: Setting) -> list[Part]:
    lines = [line for index, line in enumerate(layout.lines) if line.role not in _FURNITURE and index not in contents]
    if not lines:
        return []
    blocks = [(0, read_title_block(lines, setting))]
    for index in _page_tops(lines):
        begun, last = blocks[-1]
        block = read_title_block(lines[index:], setting)
        if block.is_certain and _is_another(last, block) and _words(lines[begun + last.length : index]) >= _CONTENT:
            blocks.append((index, block))
    bounds = [*(index for index, _ in blocks), len(lines)]
    return [
        Part(tuple(lines[a:b]), block, lines[a].page, lines[b - 1].page)
        for (a, block), b in zip(blocks, bounds[1:], strict=True)
    ]


def _page_tops(lines: Sequence[Line]) -> list[int]:
    return [i for i in range(1, len(lines)) if lines[i].page != lines[i - 1].page]


def _is_another(last: TitleBlock, block: TitleBlock) -> bool:
    """Whether a block names another body or another period than the report before."""
    return (block.organization, block.period_start, block.period_end) != (
        last.organization,
        last.period_start,
        last.period_end,
    )


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.words) for line in lines)


# Problems


def _block_problems(report: Report) -> list[Problem]:
    out = []
    for name, value in (("organization", report.organization), ("period", report.period_start)):
        if value is None:
            message = f"The title block names no {name}; record it as a correction if the report has one."
            out.append(Problem(f"no_{name}", message, report.page_first, report.ordinal))
    return out


def _number_problems(ordinal: int, headings: Sequence[Heading]) -> list[Problem]:
    out = []
    for section, heading in enumerate(headings, 1):
        page = heading.title[0].page if heading.title else None
        number = heading.label.printed if heading.label else ""
        if heading.skipped:
            message = f"The numbering leaves out {heading.skipped} before {number!r}; check that no heading was missed."
            out.append(Problem("numbering_gap", message, page, ordinal, section))
        if heading.again:
            message = f"The numbering starts again at {number!r}; check whether another report begins here."
            out.append(Problem("numbering_restart", message, page, ordinal, section))
    return out
