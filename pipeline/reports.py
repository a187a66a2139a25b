"""Reports in a submission: where each begins, whose it is, what it covers, and its sections.

A report begins where its title block does. A later block begins another report only when it says what a first one says
(a report's title with its period or its organization) and differs from the one before; within a page the numbering must
start again below it as well. A cover and the title page after it are one report.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct, structs
from msgspec.structs import replace

from pipeline.askew import report_on_pages
from pipeline.contents import find_contents
from pipeline.frames import unframe
from pipeline.headings.looks import Setting, is_bulleted, read_setting, shape_lines
from pipeline.headings.numbered import Heading, Refused, find_numbered
from pipeline.headings.unnumbered import find_unnumbered
from pipeline.language import seems_english
from pipeline.layout import Line, lay_out
from pipeline.numbering import Label, parse_label
from pipeline.passages import vocabulary
from pipeline.periods import as_fiscal, fiscal_month
from pipeline.records import Page, Problem, Report, Section
from pipeline.sections import build_sections
from pipeline.titleblocks import (
    LONGEST,
    TitleBlock,
    is_labelled_head,
    is_report_title,
    joined_blocks,
    names_body,
    names_sender,
    read_running_title,
    read_title_block,
)
from pipeline.titleblocks.prose import organization_in_text, period_in_text

_FURNITURE = frozenset(("header", "footer", "page_number"))


class Account(Struct, frozen=True):
    """How a submission was divided: its lines with their roles, its reports, and the numbered lines refused."""

    lines: tuple[Line, ...]
    reports: tuple[Report, ...]
    refused: tuple[tuple[Refused, ...], ...]
    problems: tuple[Problem, ...]


def segment_pages(pages: Sequence[Page]) -> tuple[tuple[Report, ...], tuple[Problem, ...]]:
    """The reports of one submission with their sections, and what a person should look at."""
    account = explain_pages(pages)
    return account.reports, account.problems


def explain_pages(pages: Sequence[Page]) -> Account:
    """What `segment_pages` decides, with the evidence for it."""
    lines = unframe(lay_out(pages).lines, pages)
    lexicon = vocabulary(lines)
    setting = read_setting(lines, pages)
    reports, refused, problems = [], [], []
    for ordinal, part in enumerate(divide(lines, setting), 1):
        headings, others = outline(part.lines, part.block.length, setting)
        report = _report(ordinal, part, build_sections(part.lines, headings, lexicon))
        reports.append(report)
        refused.append(tuple(others))
        problems += [*_block_problems(report), *_number_problems(ordinal, headings)]
    askew = {page.page_number: page for page in pages if page.skew}
    placed = tuple(report_on_pages(report, askew) for report in reports)
    return Account(lines, placed, tuple(refused), tuple(problems))


def _report(ordinal: int, part: "Part", sections: tuple[Section, ...]) -> Report:
    block = part.block
    texts = [text for section in sections for text in (section.title.text, section.text.text)]
    period: tuple[datetime.date | None, datetime.date | None] = block.period_start, block.period_end
    if block.period_start is None or block.period_end is None:
        period = period_in_text(texts) or (None, None)
    elif block.is_fiscal or block.is_split:
        month = fiscal_month(texts, called=not block.is_fiscal)
        period = as_fiscal((block.period_start, block.period_end), month or 1)
    return Report(
        ordinal=ordinal,
        organization=block.organization or _named_in_text(block.names, texts) or organization_in_text(texts),
        acronym=block.acronym,
        title=block.title,
        period_start=period[0],
        period_end=period[1],
        page_first=part.page_first,
        page_last=part.page_last,
        sections=sections,
        places=block.places,
    )


_CONFIRMED, _CONFIRMED_SHORT = 2, 3
"""Times that a report's text must say a name of its title block for it to be the organization's: a name of two words
may be a person's."""


def _named_in_text(names: Sequence[str], texts: Sequence[str]) -> str | None:
    """The one name of a title block that the report's own text says again and again, and not as a place."""
    said = []
    for name in names:
        plain = re.compile(rf"(?<!\b[Ii]n )(?<!\b[Aa]t )(?<!\b[Tt]o )(?<!\b[Ff]rom )(?<!\b[Nn]ear ){re.escape(name)}\b")
        times = sum(len(plain.findall(text)) for text in texts)
        if times >= (_CONFIRMED_SHORT if len(name.split()) == 2 else _CONFIRMED):
            said.append(name)
    return said[0] if len(said) == 1 else None


def outline(lines: Sequence[Line], start: int, setting: Setting) -> tuple[list[Heading], list[Refused]]:
    """All headings of one report from line `start` on, in reading order, and the numbered lines that are none."""
    shapes = shape_lines(lines, setting)
    loose = find_unnumbered(lines, shapes, setting, start=start)
    anew = frozenset(heading.first for heading in loose)
    numbered, refused = find_numbered(lines, shapes, setting, start=start, anew=anew)
    taken = frozenset(i for h in numbered for i in range(h.first, h.last + 1))
    left = frozenset(r.index for r in refused if not r.label.is_word)
    others = find_unnumbered(lines, shapes, setting, start=start, numbered=taken, refused=left)
    return _merged(numbered, others), refused


def _merged(numbered: Sequence[Heading], others: Sequence[Heading]) -> list[Heading]:
    """Numbered and unnumbered headings in reading order, the parents' indexes moved along."""
    both = sorted([*numbered, *others], key=lambda heading: heading.first)
    place = {id(heading): index for index, heading in enumerate(both)}
    return [h if h.parent is None else replace(h, parent=place[id(numbered[h.parent])]) for h in both]


# Where reports begin


class Part(Struct, frozen=True):
    """The lines of one report without page headers, footers and contents, and its title block."""

    lines: tuple[Line, ...]
    block: TitleBlock
    page_first: int
    page_last: int


_CONTENT = 60
"""Words of running text from which a report has begun, so that another title block is another report's."""
_ANOTHER = 5.0
"""Evidence from which a block begins another report."""
_NEAR = 60
"""Lines below a block in which its first numbered heading is looked for."""


def divide(lines: Sequence[Line], setting: Setting) -> list[Part]:
    """The reports of a submission, in order."""
    lines = _with_heads(lines, setting)
    contents = find_contents(lines)
    kept = [line for index, line in enumerate(lines) if line.role not in _FURNITURE and index not in contents]
    if not kept:
        return []
    cover = read_title_block(kept[: LONGEST + 2], setting)
    title_page = _title_page(kept, cover.length, setting)
    blocks = [(0, joined_blocks(cover, title_page) if title_page and _go_together(cover, title_page) else cover)]
    known = [block for block in (cover, title_page) if block is not None]
    for index in sorted({*_page_tops(kept), *_heads_within(kept, setting)}):
        begun, last = blocks[-1]
        if _words(kept[begun + last.length : index]) < _CONTENT:
            continue
        block = _block_at(kept, index, setting)
        if _evidence_of_another(kept, index, block, last, known) >= _ANOTHER:
            blocks.append((index, block))
    if title_page is not None and _is_of_all(cover, title_page, [block for _, block in blocks[1:]]):
        blocks[0] = (0, replace(title_page, length=cover.length + title_page.length))
    bounds = [*(index for index, _ in blocks), len(kept)]
    headers = [line for line in lines if line.role == "header"]
    footers = [line for line in lines if line.role == "footer"]
    parts = []
    for (a, head), b in zip(blocks, bounds[1:], strict=True):
        block = head
        page_first, page_last = kept[a].page, kept[b - 1].page
        for margin in (headers, footers):
            block = _completed(block, [line for line in margin if page_first <= line.page <= page_last], setting)
        parts.append(Part(tuple(kept[a:b]), block, page_first, page_last))
    return parts


def _completed(block: TitleBlock, headers: Sequence[Line], setting: Setting) -> TitleBlock:
    """A block with what only the running title of its pages says."""
    if not headers or (block.organization is not None and block.period_start is not None):
        return block
    said = [name for name in block.names if any(name.casefold() in line.text.casefold() for line in headers)]
    if len(said) == 1:
        block = replace(block, organization=said[0])
    running = read_running_title(headers, setting)
    return replace(joined_blocks(block, running), length=block.length)


def _with_heads(lines: Sequence[Line], setting: Setting) -> tuple[Line, ...]:
    """Lines with the heads of one-page reports given back to the body.

    Issues of one body's report begin their pages alike, as page headers do, but each with a period of its own; so do
    the reports of several bodies, each with a name of its own.
    """
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    heads: dict[int, TitleBlock] = {}
    for page, found in by_page.items():
        if any(line.role == "header" and setting.is_distinct(line) for line in found):
            block = read_title_block([_as_body(line) for line in found[: LONGEST + 2]], setting)
            if block.is_report and block.organization is not None and block.period_start is not None:
                heads[page] = block
    if len({(block.organization, block.period_start) for block in heads.values()}) < max(2, len(heads)):
        return tuple(lines)
    return tuple(_as_body(line) if line.page in heads else line for line in lines)


def _as_body(line: Line) -> Line:
    return structs.replace(line, role="body") if line.role == "header" else line


def _block_at(lines: Sequence[Line], index: int, setting: Setting) -> TitleBlock:
    """The title block that begins at a line, a cover and the title page behind it taken together."""
    block = read_title_block(lines[index : index + LONGEST + 2], setting)
    title_page = _title_page(lines, index + block.length, setting) if block.length else None
    return joined_blocks(block, title_page) if title_page and _go_together(block, title_page) else block


def _go_together(cover: TitleBlock, title_page: TitleBlock) -> bool:
    """Whether the block behind a cover is its title page: it says again what the cover says, or what that left out."""
    if cover.organization is None or cover.period_start is None or not cover.is_entitled:
        return True
    again = (cover.organization, title_page.organization), (cover.title, title_page.title)
    return any(a is not None and b is not None and a.casefold() == b.casefold() for a, b in again)


def _title_page(lines: Sequence[Line], index: int, setting: Setting) -> TitleBlock | None:
    """The title block that a page begins with right behind a cover, which ends before line `index`."""
    if index == 0 or index >= len(lines) or lines[index].page == lines[index - 1].page:
        return None
    block = read_title_block(lines[index : index + LONGEST + 2], setting)
    return block if block.length and (block.is_entitled or block.is_body_named or block.is_labelled) else None


def _is_of_all(cover: TitleBlock, title_page: TitleBlock, others: Sequence[TitleBlock]) -> bool:
    """Whether a cover is that of several reports, of which the page behind it is the first one's title page."""
    if not others:
        return False
    if title_page.is_report and _SEVERAL.search(cover.title or ""):
        return title_page.organization not in (None, cover.organization)
    return (
        title_page.form is not None
        and title_page.form != cover.form
        and title_page.organization is not None
        and all(block.form == title_page.form for block in others)
    )


_SEVERAL = re.compile(r"(?i)\breports\b")
"""What a cover says that stands before more reports than one."""


def _page_tops(lines: Sequence[Line]) -> list[int]:
    return [i for i in range(1, len(lines)) if lines[i].page != lines[i - 1].page]


def _heads_within(lines: Sequence[Line], setting: Setting) -> list[int]:
    """Where a title block may begin within a page: the first of the lines set apart that a report's title is among."""
    out = []
    for index, line in enumerate(lines):
        if is_labelled_head(lines[index : index + _HIGHEST_HEAD]):
            out.append(index)
        if not is_report_title(line.text) or not (_is_apart(line, setting) or _is_below_name(lines, index, setting)):
            continue
        start = index
        while start and index - start < _HIGHEST_HEAD and _belongs_to_head(lines[start - 1], lines[start], setting):
            start -= 1
        while start < index and not (_is_apart(lines[start], setting) or names_body(lines[start].text)):
            start += 1  # an address stands below a name; above it, it ends the text
        out.append(start)
    return out


def _belongs_to_head(above: Line, line: Line, setting: Setting) -> bool:
    """Whether a line goes on with the head that begins, so far, with the line below it."""
    gap = line.bbox[1] - above.bbox[3]
    if above.page != line.page or gap > 3 * line.size:
        return False
    if gap <= 1.5 * line.size and _is_apart(above, setting):
        return True
    return above.role == "body" and not is_bulleted(above) and names_sender(above.text)


def _is_below_name(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether a title set like the text stands right below a body's name that is not."""
    above, line = lines[index - 1], lines[index]
    near = above.page == line.page and 0 <= line.bbox[1] - above.bbox[3] < 2 * line.size
    return line.role == "body" and near and _is_apart(above, setting) and names_body(above.text)


_HIGHEST_HEAD = 4
"""Lines of a title block above its title."""


def _is_apart(line: Line, setting: Setting) -> bool:
    return line.role == "body" and (setting.is_distinct(line) or setting.is_in_middle(line))


def _evidence_of_another(
    lines: Sequence[Line], index: int, block: TitleBlock, last: TitleBlock, known: Sequence[TitleBlock]
) -> float:
    """How much speaks for a block being another report's; `known` are the first report's.

    Labels alone are a report's head only where the first report has them too; else they may be those of a partner.
    """
    labelled = block.is_labelled and (block.is_report or any(one.is_labelled for one in known))
    if block.facts == last.facts or not (block.is_entitled or labelled):
        return 0.0
    same_form = block.form is not None and any(block.form == one.form for one in known)
    begins_page = lines[index].page != lines[index - 1].page
    restarts = _numbering_restarts(lines, index, block.length)
    speaks = (block.is_report and block.is_body_named) or labelled
    entire = speaks and block.period_start is not None and restarts
    if not block.is_plain and not (begins_page and same_form) and not (entire and (begins_page or labelled)):
        return 0.0
    if not begins_page and not restarts:
        return 0.0
    set_like_first = block.form is not None and any(one.form and block.form[1:] == one.form[1:] for one in known)
    if block.period_start is None and not set_like_first:
        return 0.0
    worth = 2.0 if block.is_report else 1.0
    worth += 1.5 if block.period_start is not None else 0.0
    worth += (1.5 if block.is_body_named else 0.5) if block.organization is not None else 0.0
    worth += 1.0 if block.organization not in (None, last.organization) else 0.0
    worth += 1.0 if same_form else 0.0
    worth += 1.5 if restarts else 0.0
    return worth


def _numbering_restarts(lines: Sequence[Line], index: int, length: int) -> bool:
    """Whether the first number below a block is a first one, and numbers above it had gone further."""
    above = (label for line in lines[:index] if (label := _numbers_heading(line)) is not None)
    further = any(label.readings[0].values[0] > 1 for label in above)
    below = (_numbers_heading(line) for line in lines[index + length : index + length + _NEAR])
    label = next((label for label in below if label is not None), None)
    return further and label is not None and any(set(reading.values) == {1} for reading in label.readings)


def _numbers_heading(line: Line) -> Label | None:
    """The number of a line that may be a heading: in bold, or marked as a number and short."""
    label = parse_label(line.text) if line.role == "body" else None
    if label is None or line.bold:
        return label
    return label if label.style != "#" and len(line.words) <= _SHORT else None


_SHORT = 12
"""Words up to which a line set like the text may be a heading."""


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.words) for line in lines)


# Problems


def _block_problems(report: Report) -> list[Problem]:
    out = []
    for name, value in (("organization", report.organization), ("period", report.period_start)):
        if value is None:
            message = (
                f"The title block names no {name}, so it stays empty in the tables: look at the page, and where the "
                f"report has one, ask for a copy that names it beside the title."
            )
            out.append(Problem(f"no_{name}", message, report.page_first, report.ordinal))
    if not seems_english("\n".join(section.text.text for section in report.sections)):
        message = "The report does not seem to be in English, which the rules read; trust what was found in it less."
        out.append(Problem("not_english", message, report.page_first, report.ordinal))
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
