"""Title blocks: whose report it is, what it is called and which period it covers, as the lines at its head say.

A block is read top to bottom. The organization is, in order of trust: the one a label names (`Organization: …`); the
last body named above the title, because a parent body stands above its office; a body named below the title or in it; a
name alone in the place above the title. Of a letterhead in two languages the English side is read. What the block does
not say stays unsaid.
"""

import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.gazetteers import read_rows
from pipeline.headings.looks import Setting, cut_line, is_bulleted, is_centred
from pipeline.layout import Line
from pipeline.numbering import parse_label
from pipeline.periods import Period, parse_period

LONGEST = 24
"""Lines that a title block can have."""

_KINDS = (
    r"activit(?:y|ies)|annual|biannual|biennial|bi-?monthly|country|daily|end-?of-?year|field|final|financial"
    r"|half-?yearly?|impact|interim|management|mid-?year|mission|monthly|narrative|operations?|performance|periodic"
    r"|progress|programme|program|project|quarterly|semi-?annual|situation|status|summary|technical|weekly|work"
    r"|year-?end|yearly"
)
_STRONG_TITLE = re.compile(
    rf"(?i)\b(?:{_KINDS})\s(?:(?:and|&)\s\w{{1,20}}\s|\w{{1,20}}\s)?(?:reports?|review|update|bulletin|newsletter)\b"
    r"|\breports?\s(?:of|on)\s(?:(?:the|its|our)\s)?(?:\w{1,20}\s)?(?:activities|work|progress|operations|year)\b"
    r"|\brapport\s(?:annuel|d['’]activit[ée]s?|de\ssituation)\b|\bsit(?:uation)?\s?rep(?:ort)?\b"
    r"|\b(?:q[1-4]|quarter|half)\b.{0,20}\breport\b|\breport\b.{0,30}\b(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\b.{0,20}\breport\b"
)
_WEAK_TITLE = re.compile(
    r"(?i)\b(?:reports?|review|update|bulletin|newsletter|sitrep|rapport|informe|relat[óo]rio|t[äa]tigkeitsbericht"
    r"|jahresbericht|highlights|summary|overview|publication|proceedings|minutes)\b"
)
_SECTION_TITLE = re.compile(r"(?i)(?:(?:executive|key) )?(?:highlights|summary|overview|review|updates?|minutes)\s?:?")
"""Words that make a title of a report only in company; alone they are a section's."""
_NUMBER = re.compile(r"(?i)^(?:update\s)?(?:no|nr|n°|nº|№|issue|vol(?:ume)?|edition|#)\.?\s{0,2}\d{1,4}\b")
_NUMBERED = re.compile(
    r"(?i)\b(?:no|nr|n°|nº|№|issue|vol(?:ume)?|edition|update|report)\.?\s?#?\d{1,3}\b(?![/–-]\d)\s{0,2}[–—:,-]?"
)
_BODIES = re.compile(
    r"(?i)\b(?:academy|administration|agency|alliance|assembly|association|authority|bank|board|bureau|cent(?:er|re)"
    r"|chamber|church|club|coalition|college|comit[ée]|commission|committee|company|confederation|congress|conseil"
    r"|consejo|consortium|cooperative|corporation|council|delegation|department|directorate|division|embassy"
    r"|enterprise|f[ée]d[ée]ration|fondation|forum|foundation|fundaci[óo]n|fund|group|hospital|initiative"
    r"|institut[eo]?|institution|laboratory|league|library|minist(?:ry|[èe]re)|mission|municipality|museum|nations"
    r"|network|office|organi[sz]ation|parliament|partners(?:hip)?|red crescent|red cross|school|secretariat|section"
    r"|services?|society|task ?force|trust|trustees|union|unit|universit(?:y|[ée]|ad)|ltd|limited|inc|gmbh|ngo|e\.v\."
    r"|(?:food|development|environment) programme)\b"
)
_LABELLED_BODY = re.compile(
    r"(?i)^(?:name of (?:the )?)?(?:(?:reporting|implementing|submitting|member|grantee) )?"
    r"(?:organi[sz]ation|agency|institution|partner|entity|ngo|office|grantee|member)(?: name)?\s{0,2}[:–-]\s{0,3}"
    r"(?P<name>\S.{1,150})$"
    r"|^(?:submitted|prepared|reported|issued|presented|published) by\s{0,2}:?\s{0,2}(?:the )?(?P<by>\S.{1,150})$"
)
_ADDRESSED = re.compile(
    r"(?i)^(?:(?:submitted|presented|prepared|reported|report|addressed) (?:to|for)|to\s?:|to the|for the|funded by"
    r"|supported by|with (?:the )?support|in (?:partnership|collaboration) with|sponsored by|donor)\b"
)
_LABELLED_PERIOD = re.compile(r"(?i)\b(?:period|covering|covers|for the (?:year|period|months?)|from)\b")
_FISCAL = re.compile(r"(?i)\b(?:fy|fiscal|financial year)")
_PLACE = re.compile(
    r"(?i)@|www\.|https?:|\btel\b|\bfax\b|\bphone\b|\bp\.?\s?o\.?\s?box\b|\bb\.p\.|\bstreet\b|\bavenue\b"
    r"|\broad\b|\bfloor\b|^\W{0,5}\d[\d\s()+-]{6,}$"
)
_ACRONYM = re.compile(r"\s{0,3}[(\[]\s?(?P<acronym>[A-Z][A-Za-z0-9&./-]{1,11})\s?[)\]]")
_JOINING = re.compile(r"(?i)(?:\b(?:of|for|and|on|in|to|the|de|des|du|la|le|et|pour|y|&|against|with|by)|,|&|-)$")
_ENGLISH = re.compile(
    r"(?i)\b(?:the|of|for|and|in|on|to|united|republic|office|ministry|national|secretariat|department)\b"
)
_FOREIGN = re.compile(
    r"(?i)\b(?:de|des|du|la|le|les|et|pour|à|der|die|das|und|für|y|el|los|del|da|do|das|dos|une?|unis)\b"
)


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """What the head of a report says. `length` is the number of lines it takes up.

    `is_entitled` says that it calls itself something a report may be called, `is_report` that it calls itself a report
    outright, `is_body_named` that the organization's name says it is one, `is_plain` that nothing but what a block
    says is set larger than the title, `is_fiscal` that the period is called a fiscal year. `form` is the title without
    its numbers and how it is set: the reports of one file share it.
    """

    organization: str | None = None
    acronym: str | None = None
    title: str | None = None
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    length: int = 0
    is_entitled: bool = False
    is_report: bool = False
    is_body_named: bool = False
    is_plain: bool = True
    is_fiscal: bool = False
    form: tuple[str, int, bool] | None = None

    @property
    def facts(self) -> tuple[object, ...]:
        """What tells one report from another."""
        return self.organization, self.period_start, self.period_end, self.title


@dataclass(slots=True)
class _Entry:
    """One statement of a block: a line, or several that belong together."""

    text: str
    size: float
    bold: bool
    centred: bool
    role: str = ""


def read_title_block(lines: Sequence[Line], setting: Setting) -> TitleBlock:
    """Reads the title block that `lines` begin with; empty when they begin with none."""
    length = _length(lines, setting)
    entries = _entries(lines[:length])
    for entry in entries:
        entry.role = _role(entry.text)
    title = _title(entries, setting)
    organization, acronym = _organization(entries, title)
    stated = _period(entries, title)
    start, end = stated[1] if stated else (None, None)
    return TitleBlock(
        organization,
        acronym,
        title.text if title else None,
        start,
        end,
        length,
        is_entitled=title is not None and bool(_WEAK_TITLE.search(title.text)),
        is_report=title is not None and bool(_STRONG_TITLE.search(title.text)),
        is_body_named=organization is not None and bool(_BODIES.search(organization)),
        is_plain=title is not None and all(e.size <= title.size + 0.5 for e in entries if e.role in ("other", "place")),
        is_fiscal=stated is not None and bool(_FISCAL.search(stated[0].text)),
        form=(re.sub(r"\d+", "#", title.text.casefold()), round(title.size), title.bold) if title else None,
    )


def read_running_title(lines: Sequence[Line], setting: Setting) -> TitleBlock:
    """What page headers say about their report, each text taken once."""
    seen: dict[str, Line] = {}
    for line in lines:
        seen.setdefault(line.text, line)
    block = read_title_block(list(seen.values())[:_MOST_RUNNING], setting)
    return block if block.is_entitled else TitleBlock()


_MOST_RUNNING = 6
"""Different page headers that are read for a running title."""


def is_report_title(text: str) -> bool:
    """Whether a line calls itself a report."""
    return len(text) < 150 and bool(_STRONG_TITLE.search(text))


def joined_blocks(cover: TitleBlock, title_page: TitleBlock) -> TitleBlock:
    """A cover and the title page behind it as one block; what the cover leaves out, the title page says."""
    return replace(
        title_page,
        is_plain=cover.is_plain,
        is_fiscal=cover.is_fiscal if cover.period_start else title_page.is_fiscal,
        organization=cover.organization or title_page.organization,
        acronym=cover.acronym or title_page.acronym,
        title=cover.title or title_page.title,
        period_start=cover.period_start or title_page.period_start,
        period_end=cover.period_end or title_page.period_end,
        length=cover.length + title_page.length,
        form=cover.form or title_page.form,
        is_body_named=cover.is_body_named if cover.organization else title_page.is_body_named,
    )


def _length(lines: Sequence[Line], setting: Setting) -> int:
    """How many lines the block takes: up to the first heading or the first running text; none that say nothing."""
    length = _end(lines, setting)
    said = ("title", "period", "body", "labelled", "number")
    return length if any(_role(line.text) in said for line in lines[:length]) else 0


def _end(lines: Sequence[Line], setting: Setting) -> int:
    entitled = False
    for index, line in enumerate(lines[:LONGEST]):
        if line.role == "table" and entitled:
            return index
        if _begins_text(lines, index, setting) or _is_first_heading(lines, index, setting):
            return index
        if entitled and (_is_heading_below_title(lines, index, setting) or _leaves_middle(lines, index, setting)):
            return index
        entitled = entitled or _role(line.text) == "title" or _stated_period(line.text) is not None
        if line.page != lines[0].page:
            return index
    return min(len(lines), LONGEST)


def _begins_text(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether running text begins here: a sentence, a list, or several lines set like the body."""
    line = lines[index]
    if is_bulleted(line):
        return True
    if setting.is_distinct(line) or setting.is_in_middle(line) or line.role not in ("body", "table"):
        return False
    if _LABELLED_BODY.match(line.text) or (_stated_period(line.text) and len(line.words) <= 8):
        return False
    words = len(line.words)
    if words >= 5 and line.text.rstrip().endswith("."):
        return True
    following = lines[index + 1] if index + 1 < len(lines) else None
    goes_on = following is not None and following.page == line.page and not setting.is_in_middle(following)
    return words >= 8 and (goes_on or words >= 14) and not _columns(line)


def _is_first_heading(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    label = parse_label(lines[index].text)
    if label is None or _NUMBER.match(lines[index].text):
        return False
    if label.style == "#" and not setting.is_distinct(lines[index]):
        return False
    return parse_period(lines[index].text[: label.end + 24]) is None or label.style not in ("#", "#-")


def _is_heading_below_title(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether a line below the title is a heading already: nothing a block says, and text right below it."""
    line = lines[index]
    role = _role(line.text)
    if setting.is_in_middle(line) or role in ("period", "title", "number", "labelled"):
        return False
    if role == "body" and not any(_role(above.text) == "body" for above in lines[:index]):
        return False
    below = index + 1
    while (
        below < len(lines)
        and below < index + 3
        and setting.is_distinct(lines[below])
        and not setting.is_in_middle(lines[below])
    ):
        below += 1
    if below >= len(lines):
        return False
    return setting.is_distinct(line) and (
        _begins_text(lines, below, setting) or (not setting.is_distinct(lines[below]) and len(lines[below].words) > 6)
    )


def _leaves_middle(lines: Sequence[Line], index: int, setting: Setting) -> bool:
    """Whether a block in the middle of the page ends at a line that stands out but not in the middle."""
    line = lines[index]
    if not (setting.is_distinct(line) or line.text.isupper()):
        return False
    if line.bbox[0] - setting.left > line.size or setting.is_in_middle(line):
        return False
    if not all(setting.is_in_middle(above) for above in lines[:index] if above.size > 0.93 * setting.size):
        return False
    said = {_role(above.text) for above in lines[:index]}
    known = {"body"} & said | ({"period", "title"} if {"period", "title"} <= said else set())
    return _role(line.text) in known | {"other", "country"}


# Entries


def _columns(line: Line) -> list[Line]:
    """A line cut where white space of more than two and a half ems parts it."""
    cuts = [
        i
        for i in range(1, len(line.words))
        if line.words[i].bbox[0] - line.words[i - 1].bbox[2] > 2.5 * max(line.size, 1.0)
    ]
    if not cuts:
        return []
    bounds = [0, *cuts, len(line.words)]
    parts = [cut_line(line, a, b) for a, b in itertools.pairwise(bounds)]
    return [part for part in parts if part is not None]


def _entries(lines: Sequence[Line]) -> list[_Entry]:
    """The statements of a block, the English side of a letterhead in its place, wrapped lines joined."""
    out: list[_Entry] = []
    for group in _side_by_side(lines):
        stacks = group if len(group) == 1 else _in_english(group)
        for stack in stacks:
            out += _joined(stack)
    return out


def _side_by_side(lines: Sequence[Line]) -> list[list[list[Line]]]:
    """The lines of a block in groups: one stack of lines, or several that stand side by side as in a letterhead."""
    groups: list[list[list[Line]]] = []
    apart = False
    for line in lines:
        parts = _columns(line)
        if parts:
            if not apart:
                groups.append([])
            _stack(groups[-1], parts)
        elif groups and not apart and _is_beside(groups[-1], line):
            _stack(groups[-1], [line])
        elif groups and not apart and len(groups[-1]) == 1 and _is_one_region(groups[-1][0][-1], line):
            groups[-1][0].append(line)
        else:
            groups.append([[line]])
        apart = bool(parts)
    return groups


def _is_one_region(one: Line, other: Line) -> bool:
    return one.page == other.page and one.column == other.column and one.bbox[1] < other.bbox[1]


def _is_beside(stacks: Sequence[Sequence[Line]], line: Line) -> bool:
    """Whether a line stands beside the lines of a stack rather than below them."""
    last = stacks[-1]
    if last[-1].page != line.page:
        return False
    if len(stacks) > 1 and _is_one_region(last[-1], line) and abs(_middle(last[-1]) - _middle(line)) < _NEAR:
        return any(line.bbox[1] < above.bbox[3] for stack in stacks[:-1] for above in stack)
    return any(
        line.bbox[1] < above.bbox[3] - 0.3 * line.size
        and (line.bbox[0] > above.bbox[2] or line.bbox[2] < above.bbox[0])
        for above in last
    )


_NEAR = 60.0
"""Points within which the middles of lines of one stack lie."""


def _middle(line: Line) -> float:
    return (line.bbox[0] + line.bbox[2]) / 2


def _stack(stacks: list[list[Line]], parts: Sequence[Line]) -> None:
    """Puts each part below the stack it lines up with, or begins one."""
    for part in parts:
        for stack in stacks:
            if abs(_middle(stack[-1]) - _middle(part)) < _NEAR or abs(stack[-1].bbox[0] - part.bbox[0]) < 20:
                stack.append(part)
                break
        else:
            stacks.append([part])


def _in_english(stacks: list[list[Line]]) -> list[list[Line]]:
    """Of stacks in two languages only the English ones."""
    english = [_englishness(" ".join(line.text for line in stack)) for stack in stacks]
    if max(english) > 0 and min(english) < 0:
        return [stack for stack, score in zip(stacks, english, strict=True) if score > 0]
    return stacks


def _englishness(text: str) -> int:
    accents = sum(not word.isascii() for word in text.split())
    return len(_ENGLISH.findall(text)) - len(_FOREIGN.findall(text)) - accents


def _joined(lines: Sequence[Line]) -> list[_Entry]:
    out: list[_Entry] = []
    left = min((line.bbox[0] for line in lines), default=0.0)
    right = max((line.bbox[2] for line in lines), default=0.0)
    before: Line | None = None
    for line in lines:
        text = line.text.strip()
        last = out[-1] if out else None
        if last is not None and before is not None and _belongs(last, before, line, text, right - left):
            last.text = f"{last.text} {text}"
        elif text:
            out.append(_Entry(text, line.size, line.bold, is_centred(line)))
        before = line
    return out


def _belongs(last: _Entry, before: Line, line: Line, text: str, width: float) -> bool:
    """Whether a line goes on with the statement before it."""
    if abs(line.size - last.size) > 0.6 or line.bold != last.bold or line.page != before.page:
        return False
    if line.bbox[1] - before.bbox[3] > 0.9 * line.size:
        return False
    if text[:1].islower() or _JOINING.search(last.text):
        return True
    if _role(text) in ("period", "number", "labelled") or _role(last.text) in ("period", "labelled"):
        return False
    if _role(text) == "country" or before.column_right - before.column_left > 2.5 * width:
        return False
    if (
        len(last.text) > _LONG_NAME
        and _role(last.text) == "body"
        and _role(text) == "other"
        and line.size == before.size
    ):
        return True
    first = line.words[0].bbox
    room = before.column_right - before.bbox[2]
    if is_centred(before) or is_centred(line):
        room = room + before.bbox[0] - before.column_left
    return room < (first[2] - first[0]) + 0.2 * line.size and not (
        _WEAK_TITLE.search(text) and _BODIES.search(last.text)
    )


_LONG_NAME = 36
"""Characters of a name from which the line below it, if set alike and nothing else, is its second half."""


# What an entry is


def _role(text: str) -> str:
    if _LABELLED_BODY.match(text):
        return "labelled"
    if _ADDRESSED.match(text):
        return "addressed"
    if _NUMBER.match(text):
        return "number"
    period = _stated_period(text)
    if period is not None and not _without_dates(text):
        return "period"
    if _PLACE.search(text):
        return "place"
    if _SECTION_TITLE.fullmatch(text):
        return "other"
    if _STRONG_TITLE.search(text):
        return "title"
    if period is not None and len(_without_dates(text)) <= 8:
        return "period"
    if _BODIES.search(text) and not _reads_as_title(text):
        return "body"
    if _WEAK_TITLE.search(text):
        return "title"
    if period is not None:
        return "period"
    return "country" if _is_country(text) else "other"


def _stated_period(text: str) -> Period | None:
    """The period in an entry; an issue's number before a date is no part of it."""
    return parse_period(_NUMBERED.sub(" ", text))


def _reads_as_title(text: str) -> bool:
    return bool(re.match(r"(?i)(?:report|review|update|bulletin|newsletter|minutes|summary)\b", text))


def _without_dates(text: str) -> str:
    return re.sub(
        r"(?i)\b(?:jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*|period|reporting|from|to"
        r"|until|fy|year|calendar|fiscal|financial|quarter|half|first|second|third|fourth|date|dated|as|at|for|the|of|and"
        r"|between|covering|ended|ending|[ap]m|update|no|issue|st|nd|rd|th)\b|[\W\d_]+",
        "",
        text,
    )


@cache
def _countries() -> frozenset[str]:
    return frozenset(_plain_country(row["alias"]) for row in read_rows("country_names.csv"))


def _plain_country(name: str) -> str:
    """A country's name without what comes before or after its short form."""
    short = re.split(r",| \(| - ", name)[0].strip(" .").casefold()
    return re.sub(r"^(?:the )?(?:\w+ ){0,3}(?:republic|kingdom|state|commonwealth|union) of (?:the )?", "", short)


def _is_country(text: str) -> bool:
    return _plain_country(text) in _countries()


def _title(entries: Sequence[_Entry], setting: Setting) -> _Entry | None:
    """The entry that calls itself a report; else the largest one that is nothing else."""
    titles = [entry for entry in entries if entry.role == "title"]
    if titles:
        strong = [entry for entry in titles if _STRONG_TITLE.search(entry.text)]
        return max(strong or titles, key=lambda entry: entry.size)
    others = [e for e in entries if e.role in ("other", "country") and (e.bold or e.size > setting.size * 1.06)]
    bodied = any(e.role in ("body", "period", "number") for e in entries)
    return max(others, key=lambda e: e.size) if others and bodied else None


def _organization(entries: Sequence[_Entry], title: _Entry | None) -> tuple[str | None, str | None]:
    labelled = [found for e in entries if e.role == "labelled" and (found := _LABELLED_BODY.match(e.text))]
    for found in labelled:
        if found["name"]:
            return _named(found["name"], [])
    at = next((i for i, e in enumerate(entries) if e is title), len(entries))
    above = [e for e in entries[:at] if e.role == "body" and _is_name(e.text)]
    below = [e for e in entries[at + 1 :] if e.role == "body" and _is_name(e.text)]
    for group in (above, below):
        if group:
            return _named(group[-1].text, entries)
    for found in labelled:
        if _BODIES.search(found["by"] or "") and len(found["by"].split()) > 1:
            return _named(found["by"], [])
    if title is not None:
        inside = _in_title(title.text)
        if inside is not None:
            return _named(inside, entries)
        alone = [e for e in entries[:at] if e.role == "other" and _is_name(e.text) and not re.search(r"\d", e.text)]
        if len(alone) == 1 and _STRONG_TITLE.search(title.text):
            return _named(alone[0].text, entries)
    return None, None


def _is_name(text: str) -> bool:
    """Whether a text is worded as a name: not long, no sentence, its longer words with capitals."""
    words = [word.strip("“”\"'‘’(),") for word in text.split()]
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    capital = sum(not word[0].islower() for word in long)
    return 2 <= len(words) <= 16 and not re.search(r"[a-z]\.\s|[.;:!?]$", text) and capital >= 0.7 * len(long)


def _named(text: str, entries: Sequence[_Entry]) -> tuple[str | None, str | None]:
    """A name as printed without its acronym, and the acronym in brackets behind it or on a line of its own."""
    found = _ACRONYM.search(text)
    acronym = found["acronym"] if found and sum(c.isupper() for c in found["acronym"]) >= 2 else None
    name = (text[: found.start()] + text[found.end() :] if found and acronym else text).strip(" \t,;:–—-|")
    if acronym is None:
        lone = [m["acronym"] for e in entries if (m := _ACRONYM.fullmatch(e.text.strip()))]
        acronym = next((a for a in lone if sum(c.isupper() for c in a) >= 2), None)
    return name or None, acronym


_OWNER = re.compile(
    r"(?i)\b(?:reports?|review|update)\s(?:of|by|from)\s(?P<after>(?:the\s)?(?-i:[A-Z]).{2,120}?)"
    r"(?=\s(?:for|in|during|\d)|\s?[,;:(–—|-]|$)"
)


def _in_title(title: str) -> str | None:
    """The body that a title names: `Annual Report of the …`, `… Annual Report 2019`."""
    after = _OWNER.search(title)
    if after is not None and (_BODIES.search(after["after"]) or re.search(r"\b[A-Z]{3,8}\b", after["after"])):
        return after["after"].strip()
    strong = _STRONG_TITLE.search(title)
    if strong is None:
        return None
    before = re.sub(
        r"[\s,;:–—|-]+$",
        "",
        re.sub(r"(?i)(?:['’]s)?\s*(?:\b(?:19|20)\d\d\b\S*|q[1-4])?\s*$", "", title[: strong.start()]),
    )
    if before and (_BODIES.search(before) or re.fullmatch(r"[A-Z][A-Z&.-]{1,9}", before)):
        return before
    rest = re.sub(r"^[\s,;:–—|-]+", "", title[strong.end() :])
    return rest if _BODIES.search(rest) and not re.match(r"(?i)(?:for|on|of|to|in)\b", rest) else None


_LONGEST_PERIOD = 18
"""Words of an entry that states a period; longer ones are prose."""


def _period(entries: Sequence[_Entry], title: _Entry | None) -> tuple[_Entry, Period] | None:
    """The period the block states, and where: a labelled or a ranged one before a day it may have been printed on."""
    found = [
        (entry, period)
        for entry in entries
        if entry.role != "place"
        and len(entry.text.split()) <= _LONGEST_PERIOD
        and (period := _stated_period(entry.text))
    ]
    if not found:
        return None

    def trust(item: tuple[_Entry, Period]) -> tuple[bool, bool, bool]:
        entry, (start, end) = item
        return bool(_LABELLED_PERIOD.search(entry.text)) and end > start, end > start, entry is title

    return max(found, key=trust)
