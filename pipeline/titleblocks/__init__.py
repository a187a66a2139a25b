"""Title blocks: whose report it is, what it is called and which period it covers, as the lines at its head say.

A block is read top to bottom. The organization is, in order of trust: the one a label names (`Organization: …`); the
last body named above the title, because a parent body stands above its office; a body named below the title or in it; a
name alone in the place above the title, or between it and the period. Of a letterhead in two languages the English side
is read. What the block does not say stays unsaid.
"""

import datetime
import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from pipeline.headings.looks import Setting
from pipeline.layout import Line
from pipeline.periods import Period, more_exact
from pipeline.titleblocks.entries import Entry, read_entries
from pipeline.titleblocks.extent import LONGEST, length_of
from pipeline.titleblocks.forms import without_forms
from pipeline.titleblocks.wording import (
    ABROAD,
    AS_OF,
    BODIES,
    FISCAL,
    LABELLED_BODY,
    LABELLED_PERIOD,
    LASTING,
    SPLIT_YEAR,
    STRONG_TITLE,
    WEAK_TITLE,
    has_strong_title,
    is_name,
    role_of,
    stated_period,
)

__all__ = [
    "LONGEST",
    "TitleBlock",
    "is_labelled_head",
    "is_report_title",
    "joined_blocks",
    "names_body",
    "names_sender",
    "read_running_title",
    "read_title_block",
]

_ACRONYM = re.compile(r"\s{0,3}[(\[]\s?(?P<acronym>[A-Z][A-Za-z0-9&./-]{1,11})\s?[)\]]")


class TitleBlock(Struct, frozen=True):
    """What the head of a report says. `length` is the number of lines it takes up.

    `is_entitled` says that it calls itself something a report may be called, `is_report` that it calls itself a report
    outright, `is_body_named` that the organization's name says it is one, `is_labelled` that labels name it and the
    period, `is_plain` that nothing but what a block says is set larger than the title, `is_fiscal` that the period is
    called a fiscal year, `is_split` that it is one year written as two, `2014/15`. `form` is the title without its
    numbers and how it is set: the reports of one file share it. `names` are lines worded as names of which nothing here
    tells whether they are the organization's; the report's text may. `places` are lines that may say where the
    organization is.
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
    is_labelled: bool = False
    is_plain: bool = True
    is_fiscal: bool = False
    is_split: bool = False
    form: tuple[str, int, bool] | None = None
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[object, ...]:
        """What tells one report from another."""
        return self.organization, self.period_start, self.period_end, self.title


def read_title_block(lines: Sequence[Line], setting: Setting) -> TitleBlock:
    """Reads the title block that `lines` begin with; empty when they begin with none."""
    lines, counts = without_forms(lines)
    length = length_of(lines, setting)
    entries = read_entries(lines[:length])
    for entry in entries:
        entry.role = role_of(entry.text)
    title = _title(entries, setting)
    organization, acronym = _organization(entries, title)
    again = [entry.text for entry in entries if entry.role == "body" and _IN_BRACKETS.fullmatch(entry.text)]
    stated = _period(entries, title)
    start, end = stated[1] if stated else (None, None)
    return TitleBlock(
        organization,
        acronym,
        title.text if title else None,
        start,
        end,
        sum(counts[:length]),
        is_entitled=title is not None and bool(WEAK_TITLE.search(title.text)),
        is_report=title is not None and has_strong_title(title.text),
        is_body_named=organization is not None and any(BODIES.search(name) for name in (organization, *again)),
        is_labelled=_is_labelled(entries),
        is_plain=title is not None and _is_plain(entries, title),
        is_fiscal=stated is not None and bool(FISCAL.search(stated[0].text)),
        is_split=stated is not None and bool(SPLIT_YEAR.search(stated[0].text)),
        form=(re.sub(r"\d+", "#", title.text.casefold()), round(title.size), title.bold) if title else None,
        names=tuple(dict.fromkeys(e.text for e in entries if _may_name(e) and e is not title))
        if organization is None
        else (),
        places=tuple(entry.text for entry in entries if _may_be_address(entry)),
    )


def _is_labelled(entries: Sequence[Entry]) -> bool:
    bodies = any((found := LABELLED_BODY.match(entry.text)) and found["name"] for entry in entries)
    return bodies and any(entry.role == "period" and LABELLED_PERIOD.search(entry.text) for entry in entries)


def _may_be_address(entry: Entry) -> bool:
    """Whether an entry may be the address of the organization, or the name of its country."""
    if entry.role in ("country", "place") or re.match(r"(?i)(?:country|address|location|place|based in)\b", entry.text):
        return True
    return entry.role in ("other", "number") and "," in entry.text


def _names(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The texts that may be names, each once."""
    return tuple(dict.fromkeys(entry.text for entry in entries if _may_name(entry)))


def _may_name(entry: Entry) -> bool:
    plain = entry.role == "other" and not re.search(r"[\d,:]", entry.text) and is_name(entry.text)
    return plain and not _UNDERTAKING.search(entry.text)


_UNDERTAKING = re.compile(
    r"(?i)\b(?:campaign|conference|day|plan|programme|program|project|strategy|week|workshop)s?\b"
)
"""What bodies run rather than are."""


def _is_plain(entries: Sequence[Entry], title: Entry) -> bool:
    """Whether nothing but what a block says is set larger than its title and the body it names."""
    largest = max([title.size, *(e.size for e in entries if e.role == "body")]) + 0.5
    return all(e.size <= largest for e in entries if e.role in ("other", "place"))


def read_running_title(lines: Sequence[Line], setting: Setting) -> TitleBlock:
    """What page headers or footers say about their report, each text taken once."""
    seen: dict[str, Line] = {}
    for line in lines:
        seen.setdefault(line.text, line)
    block = read_title_block(list(seen.values())[:_MOST_RUNNING], setting)
    if block.is_entitled:
        return block
    plain = {_RUNNING.sub("", text) for text in seen if len(text) < _LONGEST_RUNNING}
    bodies = [text for text in plain if names_body(text)]
    if len(bodies) != 1:
        return TitleBlock()
    organization, acronym = _named(bodies[0], [])
    return TitleBlock(organization, acronym, is_body_named=True)


_RUNNING = re.compile(r"(?i)^(?:[\W\d_]|copyright\b|page\b)+|(?:[^\w).]|\d|\bpage\b|\ball rights reserved\b)+$")
"""What stands around a name in page headers and footers: page numbers, years, bars."""
_LONGEST_RUNNING = 200
"""Characters of a page header that may be a name."""
_MOST_RUNNING = 6
"""Different page headers that are read for a running title."""


def is_report_title(text: str) -> bool:
    """Whether a line calls itself a report."""
    return len(text) < 150 and has_strong_title(text)


def names_body(text: str) -> bool:
    """Whether a line is a body's name and nothing else."""
    return role_of(text) == "body" and is_name(text)


def names_sender(text: str) -> bool:
    """Whether a line is a body's name, its country or its address, and nothing else."""
    role = role_of(text)
    if role in ("body", "other") and is_name(text):
        return role == "body" or ("," in text and len(text.split()) <= _LONGEST_ADDRESS)
    return role in ("country", "place") and len(text.split()) <= _LONGEST_ADDRESS


_LONGEST_ADDRESS = 10
"""Words of a line of an address."""


def is_labelled_head(lines: Sequence[Line]) -> bool:
    """Whether lines begin with a label and the name of a body, and a labelled period follows."""
    if not lines or ":" not in lines[0].text[:_LONGEST_LABEL]:
        return False
    found = LABELLED_BODY.match(lines[0].text)
    return bool(found and found["name"]) and any(
        LABELLED_PERIOD.search(line.text[:_LONGEST_LABEL]) and role_of(line.text) == "period" for line in lines[1:]
    )


_LONGEST_LABEL = 40
"""Characters within which the label of a line ends."""


def joined_blocks(cover: TitleBlock, title_page: TitleBlock) -> TitleBlock:
    """A cover and the title page behind it as one block; what the cover leaves out, the title page says."""
    return replace(
        title_page,
        is_plain=cover.is_plain,
        is_fiscal=cover.is_fiscal if cover.period_start else title_page.is_fiscal,
        is_split=cover.is_split if cover.period_start else title_page.is_split,
        organization=cover.organization or title_page.organization,
        acronym=cover.acronym or title_page.acronym,
        title=cover.title or title_page.title,
        period_start=cover.period_start or title_page.period_start,
        period_end=cover.period_end or title_page.period_end,
        length=cover.length + title_page.length,
        places=(*cover.places, *title_page.places),
        form=cover.form or title_page.form,
        is_body_named=cover.is_body_named if cover.organization else title_page.is_body_named,
    )


def _title(entries: Sequence[Entry], setting: Setting) -> Entry | None:
    """The entry that calls itself a report; else the largest one that is nothing else."""
    titles = [entry for entry in entries if entry.role == "title"]
    if titles:
        strong = [entry for entry in titles if has_strong_title(entry.text)]
        return max(strong or titles, key=lambda entry: entry.size)
    others = [e for e in entries if e.role in ("other", "country") and (e.bold or e.size > setting.size * 1.06)]
    bodied = any(e.role in ("body", "period", "number") for e in entries)
    return max(others, key=lambda e: e.size) if others and bodied else None


def _organization(entries: Sequence[Entry], title: Entry | None) -> tuple[str | None, str | None]:
    labelled = [found for e in entries if e.role == "labelled" and (found := LABELLED_BODY.match(e.text))]
    for found in labelled:
        if found["name"]:
            return _named(found["name"], [])
    at = next((i for i, e in enumerate(entries) if e is title), len(entries))
    above = [e for e in entries[:at] if e.role == "body" and is_name(e.text)]
    below = [e for e in entries[at + 1 :] if e.role == "body" and is_name(e.text)]
    for group in (above, below):
        if group:
            return _named(_as_called(group[-1], entries).text, entries)
    initialled = [e for e in entries[:at] if e.role == "other" and is_name(e.text) and _has_own_acronym(e.text)]
    if title is not None and len(initialled) == 1:
        return _named(initialled[0].text, entries)
    for found in labelled:
        if BODIES.search(found["by"] or "") and len(found["by"].split()) > 1:
            return _named(found["by"], [])
    if title is not None:
        inside = _in_title(title.text)
        if inside is not None:
            return _named(inside, entries)
        alone = _names(entries[:at])
        if len(alone) == 1 and has_strong_title(title.text):
            return _named(alone[0], entries)
        between = entries[at + 1 : at + 3]
        if [_may_name(e) or e.role for e in between] == [True, "period"] and has_strong_title(title.text):
            return _named(between[0].text, entries) if len(between[0].text.split()) > 2 else (None, None)
    return None, None


def _as_called(body: Entry, entries: Sequence[Entry]) -> Entry:
    """Of a body's name in two languages, one line each, the one that is set to be seen; else the first."""
    at = next(i for i, entry in enumerate(entries) if entry is body)
    above = entries[at - 1] if at else None
    if above is None or above.role not in ("body", "other") or not is_name(above.text):
        return body
    if above.size < body.size - 0.5 or (body.bold and not above.bold and above.size < body.size + 0.5):
        return body
    if _IN_BRACKETS.fullmatch(body.text):
        return above
    in_two = bool(ABROAD.search(above.text)) != bool(ABROAD.search(body.text))
    return above if in_two and BODIES.search(above.text) and not _HIGHER.search(above.text) else body


_IN_BRACKETS = re.compile(r"\(.{8,}\)")
_HIGHER = re.compile(
    r"(?i)\b(?:city|department|government|kingdom|ministry|municipality|nations|republic|state|university)\b"
)
"""What has offices whose names stand below its own."""


def _has_own_acronym(text: str) -> bool:
    """Whether brackets behind a name hold its initials: only bodies carry them, whatever they call themselves."""
    found = _ACRONYM.search(text)
    if found is None:
        return False
    initials = "".join(word[0] for word in text[: found.start()].split() if word[0].isupper())
    letters = [letter for letter in found["acronym"] if letter.isupper()]
    return len(letters) >= 3 and letters == list(initials[: len(letters)])


def _named(text: str, entries: Sequence[Entry]) -> tuple[str | None, str | None]:
    """A name as printed without its acronym, and the acronym in brackets behind it or on a line of its own."""
    found = _ACRONYM.search(text)
    acronym = found["acronym"] if found and sum(c.isupper() for c in found["acronym"]) >= 2 else None
    name = (text[: found.start()] + text[found.end() :] if found and acronym else text).strip(" \t,;:–—-|")
    name = _OF.sub("", name[1:-1] if re.fullmatch(r"\([^()]*\)", name) else name)
    if acronym is None:
        lone = [m["acronym"] for e in entries if (m := _ACRONYM.fullmatch(e.text.strip()))]
        acronym = next((a for a in lone if sum(c.isupper() for c in a) >= 2), None)
    return name or None, acronym


_OF = re.compile(r"^(?:of|by|from) (?:the )?(?=[^\W\d_a-z])")
"""What joins a name to the title above it."""
_OWNER = re.compile(
    r"(?i)\b(?:reports?|review|update|on (?:the |its )?(?:\w{1,20} )?(?:activities|operations|work))"
    r"\s(?:of|by|from)\s(?P<after>(?:the\s)?(?-i:[A-Z]).{2,120}?)"
    r"(?=\s(?:(?:for|in|during)\b|\d)|\s?[,;:(–—|-]|$)"
)


def _in_title(title: str) -> str | None:
    """The body that a title names: `Annual Report of the …`, `… Annual Report 2019`."""
    after = _OWNER.search(title)
    if after is not None and (BODIES.search(after["after"]) or re.search(r"\b[A-Z]{3,8}\b", after["after"])):
        return after["after"].strip()
    strong = STRONG_TITLE.search(title)
    if strong is None:
        return None
    before = re.sub(
        r"[\s,;:–—|-]+$",
        "",
        re.sub(r"(?i)(?:['’]s)?\s*(?:\b(?:19|20)\d\d\b\S*|q[1-4])?\s*$", "", title[: strong.start()]),
    )
    if before and (BODIES.search(before) or re.fullmatch(r"[A-Z][A-Z&.-]{1,9}", before)):
        return before
    rest = re.sub(r"^[\s,;:–—|-]+", "", title[strong.end() :])
    return rest if BODIES.search(rest) and not re.match(r"(?i)(?:for|on|of|to|in)\b", rest) else None


_LONGEST_PERIOD = 18
"""Words of an entry that states a period; longer ones are prose."""


def _period(entries: Sequence[Entry], title: Entry | None) -> tuple[Entry, Period] | None:
    """The period the block states, and where: a labelled or a ranged one before a day it may have been printed on."""
    found = [
        (entry, period)
        for entry in entries
        if entry.role != "place"
        and len(entry.text.split()) <= _LONGEST_PERIOD
        and (period := stated_period(entry.text))
    ]
    if title is not None and LASTING.search(title.text):
        # A day on its own is when such a report was printed or signed.
        found = [(entry, (a, b)) for entry, (a, b) in found if a != b or AS_OF.search(f"{title.text} {entry.text}")]
    if not found:
        return None

    def trust(item: tuple[Entry, Period]) -> tuple[bool, bool, bool]:
        entry, (start, end) = item
        return bool(LABELLED_PERIOD.search(entry.text)) and end > start, end > start, entry is title

    best = max(found, key=trust)
    exact = more_exact(best[1], [period for _, period in found])
    return best if exact is None else next(item for item in found if item[1] == exact)
