"""Title blocks that are tables: `Organization | Upper Valley Forum`, `Reporting period | January to June 2019`.

The cells of such a form become one line a statement, `Organization: Upper Valley Forum`, which the rest of the block is
read with. The labels stand left of what they name, or in one row above it.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pipeline.headings.looks import cut_line
from pipeline.layout import Line, around

_ORGANIZATION = (
    r"(?:(?:name|title) of (?:the )?)?(?:(?:reporting|implementing|submitting|member|grantee|lead|host) )?"
    r"(?:organi[sz]ation|agency|association|council|institution|partner|entity|ngo|office|grantee|member)(?:['’]?s)?"
    r"(?: name)?"
)
_PERIOD = (
    r"(?:(?:report(?:ing)?|activity|project) )?(?:period|dates|year)(?: (?:of (?:the )?report|covered|under review))?"
)
_TITLE = r"(?:(?:type|title|name|kind) of (?:the )?)?report(?: (?:type|title|name))?|document|title"
_NAMES_BODY = re.compile(rf"(?i){_ORGANIZATION}\s?:?")
_NAMES_PERIOD = re.compile(rf"(?i){_PERIOD}\s?:?")
_NAMES_TITLE = re.compile(rf"(?i)(?:{_TITLE})\s?:?")
_WIDE = 1.2
"""White space between a label and what it names, in ems, where no rules are drawn."""
_LEVEL = 3.0
"""Points within which the labels of one form begin."""
_MOST_WORDS = 7
"""Words of a label at most."""


def without_forms(lines: Sequence[Line]) -> tuple[list[Line], list[int]]:
    """Lines with those of forms put together, and how many lines each of them was made of."""
    out: list[Line] = []
    counts: list[int] = []
    for table, group in itertools.groupby(
        lines, key=lambda line: None if line.table is None else (line.page, line.table)
    ):
        found = list(group)
        stated = _statements(found) if table is not None else None
        if stated is None:
            out += found if table is not None else _without_open_forms(found)
            counts += [1] * len(found)
        else:
            out += stated
            counts += [1] * (len(stated) - 1) + [len(found) - len(stated) + 1]
    return out, counts


def is_statement(line: Line) -> bool:
    """Whether a line was put together from the cells of a form; such lines stay those of a table."""
    return line.table is not None and line.role == "body"


def _statements(lines: Sequence[Line]) -> list[Line] | None:
    """What the cells of a form state, a line each; None when the table is none."""
    cells: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.cell is None:
            return None
        cells[line.cell].append(line)
    whole = {place: _joined(found) for place, found in cells.items()}
    rows: dict[int, list[Line]] = defaultdict(list)
    for place in sorted(whole):
        rows[place[0]].append(whole[place])
    pairs = list(rows.values())
    if len(pairs) == 2 and len(pairs[0]) == len(pairs[1]) > 1 and _is_form(pairs[0]):
        pairs = [list(pair) for pair in zip(*pairs, strict=True)]
    if not all(len(pair) <= 2 for pair in pairs) or not _is_form([pair[0] for pair in pairs if len(pair) == 2]):
        return None
    return [_stated(*pair) if len(pair) == 2 else replace(pair[0], role="body") for pair in pairs]


def _without_open_forms(lines: Sequence[Line]) -> list[Line]:
    """Lines with those of forms that no rules are drawn around: a label and, far right of it, what it names."""
    out: list[Line] = []
    run: list[tuple[Line, Line, Line]] = []
    for line in lines:
        pair = _label_and_value(line) if run or _may_begin(line) else None
        if run and (pair is None or line.page != run[0][0].page or abs(line.bbox[0] - run[0][0].bbox[0]) > _LEVEL):
            out += _read_open(run)
            run = []
        if pair is None or not (run or _is_label(pair[0])):
            out.append(line)
        else:
            run.append((line, *pair))
    return out + _read_open(run)


def _read_open(run: Sequence[tuple[Line, Line, Line]]) -> list[Line]:
    if not run or not _is_form([label for _, label, _ in run]):
        return [line for line, _, _ in run]
    return [_stated(label, replace(value, table=0)) for _, label, value in run]


def _label_and_value(line: Line) -> tuple[Line, Line] | None:
    """What stands left and right of the one wide gap in a line."""
    words = line.words
    gaps = [i for i in range(1, len(words)) if words[i].bbox[0] - words[i - 1].bbox[2] > _WIDE * line.size]
    if line.role != "body" or len(gaps) != 1 or gaps[0] > _MOST_WORDS:
        return None
    label, value = cut_line(line, 0, gaps[0]), cut_line(line, gaps[0], len(words))
    return None if label is None or value is None else (label, value)


def _may_begin(line: Line) -> bool:
    """Whether a line's first word may begin one of the labels: a quick look that running text does not pass."""
    return line.words[0].text.casefold().startswith(_BEGINNINGS)


_BEGINNINGS = (
    *("name", "title", "type", "kind", "report", "document", "implementing", "submitting", "member", "grantee", "lead"),
    *("host", "organi", "agency", "association", "council", "institution", "partner", "entity", "ngo", "office"),
    *("activity", "project", "period", "dates", "year"),
)


def _is_label(line: Line) -> bool:
    text = line.text.strip()
    return any(names.fullmatch(text) for names in (_NAMES_BODY, _NAMES_PERIOD, _NAMES_TITLE))


def _is_form(labels: Iterable[Line]) -> bool:
    """Whether labels name a body and something else that a title block says."""
    texts = [line.text.strip() for line in labels if len(line.words) <= _MOST_WORDS]
    others = any(_NAMES_PERIOD.fullmatch(text) or _NAMES_TITLE.fullmatch(text) for text in texts)
    return others and any(_NAMES_BODY.fullmatch(text) for text in texts)


def _stated(label: Line, value: Line) -> Line:
    """A label and what it names as one line; of what is called the report's title, the title alone."""
    if _NAMES_TITLE.fullmatch(label.text.strip()):
        return replace(value, role="body")
    return replace(value, text=f"{label.text.strip(' :')}: {value.text.strip()}", role="body")


def _joined(lines: Sequence[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    return replace(
        lines[0],
        bbox=around(line.bbox for line in lines),
        words=tuple(word for line in lines for word in line.words),
        text=" ".join(line.text.strip() for line in lines),
        bold=all(line.bold for line in lines),
        role="body",
        is_even=False,
    )
