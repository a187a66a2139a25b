"""Reads the sources of the written reports.

First options, one a line: `body: serif 11 justify`, `h1: 14 bold #1F4E79 before=12 after=4`, `head:` and `foot:` (with
`{page}` and `{chapter}`), `page: Letter`, `gap: tab`, `web: no` (some of it stands only in the running head, which a
web page does not have); then `---`. Then blocks:

    @report org=…; acronym=…; title=…; from=2019-01-01; to=null     what a reader finds; a report begins
    !20 bold center| Annual Report      a line of some style that is no heading
    # 2. | Projects                     a heading with its number; `#  | Foreword` without, `#>` runs into `| the text`
    text                                a paragraph a line
    - item, -- item in an item, + (a) | item with a number
    | cells | of a table |
    ~2                                  two paragraphs of some sentences
    ^ 1 footnote, --- rule, === page break, [columns 2], [toc dots]
"""

import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

SOURCES = Path(__file__).parent / "sources"
SENTENCES = tuple((Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines())
WORD = (
    r"(?:(?:section|part|chapter|annex|appendix|article|module|objective|outcome|output|pillar|goal|question|theme|item|unit"
    r"|step|strategy|(?:key |focus |result ){0,2}area|work package)\b|§|art\.)"
)

NUMBER_WORDS = ("one", "two", "three", "four", "five", "six")


@dataclass(frozen=True)
class Style:
    """How a paragraph is set; lengths in points."""

    size: float = 11
    bold: bool = False
    italic: bool = False
    underline: bool = False
    serif: bool = True
    align: str = "left"
    color: str | None = None
    before: float = 0
    after: float = 0
    indent: float = 0
    hanging: float = 0
    box: bool = False
    newpage: bool = False
    stacked: bool = False


@dataclass(frozen=True)
class Line:
    """A paragraph. `text` may carry `**bold**`, `*italic*` and `^superscript^`. A `label` stands before it."""

    text: str
    style: Style
    label: str | None = None
    level: int = 0
    runs_into: str | None = None
    bullet: bool = False


@dataclass(frozen=True)
class Rows:
    """A table."""

    cells: tuple[tuple[str, ...], ...]
    style: Style


@dataclass(frozen=True)
class Mark:
    """`break` (to the next page), `rule`, `columns` or `report` (where one begins)."""

    kind: str
    columns: int = 1


@dataclass(frozen=True)
class Toc:
    """A list of the headings, with page numbers that were made up; leaders are dots or nothing."""

    dots: bool
    entries: tuple[tuple[int, str, int], ...]
    style: Style


Block = Line | Rows | Mark | Toc


@dataclass
class Heading:
    """A heading a reader finds, and the words below it. `exact` says that nothing in them may be set elsewhere."""

    number: str | None
    title: str
    path: str
    text: list[str] = field(default_factory=list)
    exact: bool = True


@dataclass
class Truth:
    """What a reader finds in a report."""

    organization: str | None
    acronym: str | None
    title: str | None
    has_title: bool
    period: tuple[str | None, str | None]
    headings: list[Heading] = field(default_factory=list)


@dataclass
class Written:
    """A source that was read."""

    name: str
    body: Style
    letter: bool
    head: str | None
    foot: str | None
    gap: str
    has_web_page: bool
    blocks: list[Block]
    reports: list[Truth]


def style(words: str, base: Style) -> Style:
    for word in words.split():
        key, _, value = word.partition("=")
        if re.fullmatch(r"\d+(\.\d+)?", word):
            base = replace(base, size=float(word))
        elif word.startswith("#"):
            base = replace(base, color=word)
        elif value:
            base = replace(base, **{key: float(value)})
        elif word in ("left", "center", "right", "justify"):
            base = replace(base, align=word)
        elif word in ("serif", "sans"):
            base = replace(base, serif=word == "serif")
        elif word in Style.__dataclass_fields__:
            base = replace(base, **{word: True})
        else:
            raise ValueError(f"no such style: {word}")
    return base


def plain(text: str) -> str:
    """Text as it is read, without its marks."""
    return re.sub(r"\*\*|\*(?=\S)|(?<=\S)\*|\^(\d+)\^", r"\1", text)


def label_of(number: str) -> str:
    """The label of a path: no words, brackets or dots around it, no zero at its end."""
    label = re.sub(rf"(?i)^{WORD}\s*", "", number.strip())
    if label.strip(" :.").lower() in NUMBER_WORDS:
        label = str(NUMBER_WORDS.index(label.strip(" :.").lower()) + 1)
    label = re.sub(r"[①-⑳]", lambda c: str(ord(c[0]) - 0x245F), label).strip("().:/-–— ")
    label = re.sub(r"^(\d+)([a-h])$|^([A-H])(\d+)$", lambda c: ".".join(filter(None, c.groups())), label)
    return re.sub(r"(?<=\d)\.0$", "", label)


def path_of(parent: str, number: str | None, place: int, taken: set[str]) -> str:
    label = label_of(number) if number else f"u{place}"
    own = parent.rpartition(".")[2]
    if not parent or (number and label.startswith(f"{parent}.")):
        whole = label
    elif number and label.startswith(f"{own}."):
        whole = f"{parent}{label[len(own) :]}"
    else:
        whole = f"{parent}.{label}"
    path, again = whole, 2
    while path in taken:
        path, again = f"{whole}~{again}", again + 1
    taken.add(path)
    return path


class Reader:
    """Goes through a source line by line."""

    def __init__(self, name: str, options: dict[str, str]) -> None:
        self.rng = random.Random(name)
        self.body = style(options.get("body", "serif 11"), Style())
        look = replace(self.body, align="left")
        self.levels = [style(options[k], look) for k in ("h1", "h2", "h3", "h4") if k in options]
        self.bullets = self.rng.choice(("•–", "•o", "-–", "–-", "▪•"))
        self.blocks: list[Block] = []
        self.reports: list[Truth] = []
        self.above: list[tuple[str, int]] = []
        self.taken: set[str] = set()
        self.tops = 0

    def add_text(self, words: str, exact: bool = True) -> None:
        if self.reports and self.reports[-1].headings:
            heading = self.reports[-1].headings[-1]
            heading.exact &= exact
            heading.text.append(plain(words))

    def report(self, facts: str) -> None:
        told = dict(part.strip().split("=", 1) for part in facts.split(";"))
        told = {key: None if value == "null" else value for key, value in told.items()}
        period = told.get("from"), told.get("to")
        self.reports.append(Truth(told.get("org"), told.get("acronym"), told.get("title"), "title" in told, period))
        self.blocks.append(Mark("report"))
        self.above, self.taken, self.tops = [], set(), 0

    def heading(self, level: int, number: str | None, title: str, runs_into: str | None) -> None:
        del self.above[level - 1 :]
        parent = self.above[-1][0] if self.above else ""
        if self.above:
            self.above[-1] = parent, self.above[-1][1] + 1
            place = self.above[-1][1]
        else:
            self.tops = place = self.tops + 1
        path = path_of(parent, number, place, self.taken)
        self.above.append((path, 0))
        self.reports[-1].headings.append(Heading(number, title, path))
        if runs_into:
            self.add_text(runs_into)
        self.blocks.append(Line(title, self.levels[min(level, len(self.levels)) - 1], number, level, runs_into))

    def paragraph(self, words: str) -> None:
        self.blocks.append(Line(words, replace(self.body, after=5)))
        self.add_text(words)

    def item(self, words: str, depth: int, label: str | None) -> None:
        look = replace(self.body, indent=18.0 * depth, hanging=14, after=2)
        self.blocks.append(Line(words, look, label or self.bullets[depth - 1], bullet=label is None))
        self.add_text(f"{label} {words}" if label else f"- {words}")

    def line(self, words: str, look: str) -> None:
        self.blocks.append(Line(words, style(look, replace(self.body, align="left"))))
        self.add_text(re.sub("^• ", "- ", words), exact="box" not in look)

    def row(self, cells: tuple[str, ...]) -> None:
        if self.blocks and isinstance(self.blocks[-1], Rows):
            self.blocks[-1] = replace(self.blocks[-1], cells=(*self.blocks[-1].cells, cells))
        else:
            self.blocks.append(Rows((cells,), replace(self.body, align="left")))
        self.add_text(" ".join(cells), exact=False)

    def read(self, line: str) -> None:
        if line.startswith("@report "):
            self.report(line[8:])
        elif found := re.match(r"(#{1,4})(>?) *(.*?) *\| *(.*)", line):
            title, _, runs_into = found[4].partition(" | ") if found[2] else (found[4], "", None)
            self.heading(len(found[1]), found[3] or None, title, runs_into)
        elif found := re.match(r"!([^|]*)\| (.*)", line):
            self.line(found[2], found[1])
        elif found := re.fullmatch(r"~(\d)", line):
            for _ in range(int(found[1])):
                self.paragraph(" ".join(self.rng.sample(SENTENCES, self.rng.randint(3, 6))))
        elif found := re.match(r"(--?) (.*)", line):
            self.item(found[2], len(found[1]), None)
        elif found := re.match(r"\+ (\S+) \| (.*)", line):
            self.item(found[2], 1, found[1])
        elif line.startswith("^ "):
            self.blocks.append(Line(line[2:], replace(self.body, size=self.body.size - 2.5, align="left")))
            self.add_text(line[2:], exact=False)
        elif line.startswith("|"):
            self.row(tuple(cell.strip() for cell in line.strip("|").split("|")))
        elif line in ("---", "==="):
            self.blocks.append(Mark("rule" if line == "---" else "break"))
        elif found := re.fullmatch(r"\[columns (\d)\]", line):
            self.blocks.append(Mark("columns", int(found[1])))
        elif found := re.fullmatch(r"\[toc (\w+)\]", line):
            self.blocks.append(Toc(found[1] == "dots", (), self.body))
        elif line:
            self.paragraph(line)


def with_entries(blocks: list[Block], gap: str) -> list[Block]:
    """The blocks, their lists of contents filled in."""
    page, entries = 2.0, []
    for block in blocks:
        if isinstance(block, Line) and block.level:
            page += 0.6
            entries.append((block.level, f"{block.label} {block.text}" if block.label else block.text, int(page)))
    return [replace(block, entries=tuple(entries)) if isinstance(block, Toc) else block for block in blocks]


def read_source(path: Path) -> Written:
    head, _, text = path.read_text(encoding="utf-8").partition("---\n")
    options = {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines() if line)}
    reader = Reader(path.stem, options)
    for line in text.splitlines():
        reader.read(line.strip())
    gap = options.get("gap", "space")
    return Written(
        path.stem,
        reader.body,
        options.get("page") == "Letter",
        options.get("head"),
        options.get("foot"),
        gap,
        options.get("web") != "no",
        with_entries(reader.blocks, gap),
        reader.reports,
    )


def read_sources() -> list[Written]:
    return [read_source(path) for path in sorted(SOURCES.glob("*.txt"))]
