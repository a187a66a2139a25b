"""Made-up reports: random section trees written to PDF, with the headings a reader should find in them.

What varies: number styles and depth, how headings are set, hanging numbers, numbers drawn apart from their titles,
titles over several lines and pages, columns, margins, fonts, several reports a file, bullets and numbered lists in the
text, lines that begin with years, amounts and decimals, page headers. Every choice comes from one seed.
"""

import io
import random
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

Font = tuple[str, str, str]
FONTS: tuple[Font, ...] = (
    ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    ("Times-Roman", "Times-Bold", "Times-Italic"),
    ("Courier", "Courier-Bold", "Courier-Oblique"),
)
SCHEMES: tuple[tuple[str, ...], ...] = (
    ("1.", "(1)", "a)"),
    ("1.", "1.1", "1.1.1"),
    ("1", "1.1", "1.1.1"),
    ("1.", "1.1.", "1.1.1."),
    ("I.", "A.", "1."),
    ("I.", "1.", "a)"),
    ("A.", "1.", "(a)"),
    ("1)", "a)", "i)"),
    ("(1)", "(a)", "(i)"),
    ("1.", "a.", "(i)"),
    ("Section 1:", "1.", "(a)"),
    ("Part I", "1.", "1.1"),
    ("1.0", "1.1", "1.1.1"),
    ("Chapter 1.", "1.1", "1.1.1"),
    ("A", "A.1", "A.1.1"),
    ("u", "u", "u"),
    ("u", "1.", "a)"),
    ("1.", "u", "u"),
    ("Objective 1:", "1.1", "u"),
)
NOUNS = (
    "training", "workshops", "volunteers", "partners", "schools", "clinics", "households", "farmers", "members",
    "delegates", "shelters", "supplies", "funding", "policy", "outreach", "research", "exchange", "services",
    "housing", "nutrition", "gender", "youth", "water", "health", "education", "governance", "advocacy", "planning",
)  # fmt: skip
TITLE_WORDS = (
    "Support", "Training", "Exchange", "Monitoring", "Housing", "Personnel", "Cooperation", "Research", "Advocacy",
    "Outreach", "Response", "Coordination", "Funding", "Programme", "Community", "National", "Regional",
    "International", "Development", "Partnership", "Services", "Network", "Activities", "Health", "Water", "Youth",
)  # fmt: skip
SMALL = (
    "of", "for", "and", "in", "with", "to", "on",
)  # fmt: skip
BODIES = (
    "Council of Social Welfare",
    "Federation of Community Services",
    "Institute for Rural Health",
    "Office of Youth Affairs",
)
PLACES = ("Northland", "Eastmark", "Southvale", "Westmere", "Highfield")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
STARTERS = (
    "2019",
    "2020",
    "12 countries",
    "3.5 million",
    "45.3 % of",
    "1 200",
    "2018-2019",
    "7",
    "(2)",
    "10.4",
    "1.",
    "a)",
    "V.",
    "A.",
)


@dataclass
class MadeHeading:
    """A heading as it should be found."""

    path: str
    number: str | None
    title: str


@dataclass
class MadeReport:
    """A report as it should be found."""

    organization: str
    period: tuple[str, str]
    headings: list[MadeHeading] = field(default_factory=list)


@dataclass
class Made:
    """A PDF and what is in it."""

    data: bytes
    reports: list[MadeReport]
    notes: str


def make_report_file(seed: int) -> Made:
    """A file of one to three reports; the same seed makes the same file."""
    return _Writer(random.Random(seed)).write()


def roman(value: int) -> str:
    out = ""
    for sign, worth in (("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)):
        while value >= worth:
            out, value = out + sign, value - worth
    return out


def printed(style: str, values: list[int]) -> tuple[str, str]:
    """The number a heading carries and what it adds to the path, for the values of it and the headings above it."""
    last = values[-1]
    if style == "u":
        return "", f"u{last}"
    if style == "1.0":
        return f"{last}.0", str(last)
    if style[0] == "1" and style.count("1") > 1:
        depth = style.count("1")
        return ".".join(map(str, values[-depth:])) + ("." if style.endswith(".") else ""), str(last)
    if style in ("A.1", "A.1.1"):
        return ".".join([chr(64 + values[0]), *map(str, values[1:])]), str(last)
    word, _, form = style.rpartition(" ")
    sign = form.strip("().:")
    label = {"1": str(last), "I": roman(last), "A": chr(64 + last), "a": chr(96 + last), "i": roman(last).lower()}[sign]
    return f"{word} {form.replace(sign, label)}".strip(), label


class _Writer:
    """Sets text on pages the plain way, line by line."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.page = chance.choice((A4, LETTER))
        self.fonts = chance.choice(FONTS[:2]) if chance.random() < 0.9 else FONTS[2]
        self.size = chance.choice((9.0, 10.0, 10.5, 11.0, 12.0))
        self.leading = self.size * chance.choice((1.15, 1.2, 1.35, 1.5))
        self.columns = 2 if chance.random() < 0.15 and self.fonts is not FONTS[2] else 1
        self.margin = chance.choice((50.0, 72.0, 90.0))
        self.justified = chance.random() < 0.4
        self.spacing = chance.choice((0.0, 0.3, 0.6)) * self.leading
        self.indent = chance.choice((0.0, 0.0, 1.5)) * self.size
        self.header = chance.random() < 0.4
        self.footer = chance.random() < 0.6
        self.scheme = chance.choice(SCHEMES)
        self.depth = chance.choice((1, 2, 2, 3))
        self.hanging = chance.choice(("space", "space", "tab", "apart"))
        self.settings = self._heading_settings()
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=self.page, invariant=1)
        self.number = 0
        self.column = 0
        self.top = self.page[1] - self.margin
        self.y = self.top
        self.running_title = "Made-up reports, volume 3"

    def _heading_settings(self) -> list[tuple[str, float, float, bool]]:
        """Font, size, space above and capitals for each level; the first level is set at least as large as the next."""
        chance = self.chance
        numbered = "u" not in self.scheme[: self.depth]
        plain = numbered and self.scheme[0] not in ("1", "A") and chance.random() < 0.15
        if plain:
            above = chance.choice((0.8, 1.2)) * self.leading
            return [(self.fonts[0], self.size, above, False)] * 3
        grow = sorted((chance.choice((1.0, 1.0, 1.15, 1.3, 1.5)) for _ in range(3)), reverse=True)
        if not numbered:
            grow = [1.5, 1.3, 1.12]
        capitals = chance.random() < 0.15
        bold = [True, True, chance.random() < 0.7 or not numbered]
        out = []
        for level in range(3):
            font = self.fonts[1] if bold[level] else self.fonts[2]
            above = chance.choice((0.5, 0.8, 1.2)) * self.leading
            out.append((font, round(self.size * max(grow[level], 1.0), 1), above, capitals and level == 0))
        return out

    # Pages

    def _width(self) -> float:
        whole = self.page[0] - 2 * self.margin
        return (whole - 24.0) / 2 if self.columns == 2 else whole

    def _left(self) -> float:
        return self.margin + self.column * (self._width() + 24.0)

    def _new_page(self) -> None:
        if self.number:
            self.canvas.showPage()
        self.number += 1
        self.column = 0
        self.top = self.page[1] - self.margin
        self.y = self.top
        if self.header:
            self.canvas.setFont(self.fonts[0], 8)
            self.canvas.drawString(self.margin, self.page[1] - 30, self.running_title)
        if self.footer:
            self.canvas.setFont(self.fonts[0], 8)
            self.canvas.drawCentredString(self.page[0] / 2, 28, str(self.number))

    def _advance(self, amount: float) -> None:
        """Moves down one line, into the next column or onto the next page where the line no longer fits."""
        self.y -= amount
        if self.y < self.margin:
            if self.column + 1 < self.columns:
                self.column += 1
                self.y = self.top
            else:
                self._new_page()
            self.y -= amount * 0.2

    def _draw(self, x: float, text: str, font: str, size: float, stretch: float = 0.0) -> None:
        line = self.canvas.beginText(x, self.y)
        line.setFont(font, size)
        line.setWordSpace(stretch)
        line.textOut(text)
        self.canvas.drawText(line)

    def _wrap(self, text: str, font: str, size: float, width: float, first: float) -> list[str]:
        lines, line = [], ""
        for word in text.split():
            room = width - (first if not lines else 0.0)
            longer = f"{line} {word}".strip()
            if line and stringWidth(longer, font, size) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line]

    def _paragraph(self, text: str, *, indent: float = 0.0, lead: str = "", hang: float = 0.0) -> None:
        font, size = self.fonts[0], self.size
        width = self._width() - indent - hang
        lines = self._wrap(text, font, size, width, self.indent if not lead else 0.0)
        for index, line in enumerate(lines):
            self._advance(self.leading + (self.spacing if index == 0 else 0.0))
            x = self._left() + indent + hang
            if index == 0 and lead:
                self._draw(self._left() + indent, lead, font, size)
            elif index == 0:
                x += self.indent
            stretch = 0.0
            if self.justified and index < len(lines) - 1 and " " in line:
                room = width - (self.indent if index == 0 and not lead else 0.0)
                stretch = (room - stringWidth(line, font, size)) / line.count(" ")
            self._draw(x, line, font, size, stretch)

    # Text

    def _sentence(self, length: int) -> str:
        chance = self.chance
        words = [chance.choice(NOUNS) for _ in range(length)]
        for _ in range(chance.randrange(3)):
            words[chance.randrange(1, len(words))] = chance.choice(STARTERS)
        return " ".join(["The council", chance.choice(("supported", "organized", "reviewed")), *words]) + "."

    def _prose(self) -> str:
        return " ".join(self._sentence(self.chance.randrange(5, 18)) for _ in range(self.chance.randrange(2, 6)))

    def _nudged(self, text: str) -> str:
        """A paragraph in which one line begins with a year, an amount or what could be a heading's number."""
        width = self._width()
        lines = self._wrap(text, self.fonts[0], self.size, width, self.indent)
        if len(lines) < 3:
            return text
        at = self.chance.randrange(1, len(lines) - 1)
        lines[at] = f"{self.chance.choice(STARTERS)} {lines[at]}"
        return " ".join(lines)

    def _body(self) -> None:
        chance = self.chance
        for _ in range(chance.choice((1, 1, 2, 3))):
            kind = chance.random()
            if kind < 0.6:
                self._paragraph(self._nudged(self._prose()))
            elif kind < 0.75:
                bullet = chance.choice(("\u2022", "-", "o"))
                for _ in range(chance.randrange(2, 5)):
                    self._paragraph(self._item(), indent=12.0, lead=bullet, hang=12.0)
            else:
                self._paragraph(f"The {chance.choice(NOUNS)} included the following:")
                form = chance.choice(("{n}.", "{n})", "({n})", "{a})", "({r})"))
                indent = chance.choice((12.0, 18.0))
                for n in range(1, chance.randrange(3, 6)):
                    lead = form.format(n=n, a=chr(96 + n), r=roman(n).lower())
                    self._paragraph(self._item(), indent=indent, lead=lead, hang=20.0)
                self._paragraph(self._prose())

    def _item(self) -> str:
        words = [self.chance.choice(NOUNS) for _ in range(self.chance.randrange(2, 20))]
        return " ".join([words[0].capitalize(), *words[1:]]) + self.chance.choice(("", ";", "."))

    def _title(self) -> str:
        chance = self.chance
        length = chance.choice((1, 2, 3, 4, 5, 6, 8, 12, 15))
        words = [chance.choice(TITLE_WORDS) for _ in range(length)]
        for at in range(1, length - 1, 3):
            words[at] = chance.choice(SMALL)
        if chance.random() < 0.15:
            words.append(chance.choice(("in 2019-2020", "(as of November 1, 2020)", "2020", "on COVID-19")))
        return " ".join(words)

    # Headings

    def _heading(self, level: int, number: str, title: str) -> None:
        font, size, above, capitals = self.settings[level]
        shown = title.upper() if capitals else title
        left = 0.0
        gap = stringWidth(f"{number} ", font, size)
        if number and self.hanging != "space":
            gap = max(gap + 6.0, 24.0)
        elif not number:
            gap = 0.0
        first, rest = (0.0, gap) if self.hanging == "space" and self.chance.random() < 0.5 else (gap, 0.0)
        hang = gap if rest == 0.0 else 0.0
        width = self._width() - left - hang
        lines = self._wrap(shown, font, size, width, gap if first == 0.0 else 0.0)
        for index, line in enumerate(lines):
            self._advance(size * 1.25 + (above if index == 0 else 0.0))
            x = self._left() + left
            if index == 0 and number:
                if self.hanging == "space":
                    self._draw(x, f"{number} {line}", font, size)
                else:
                    self._draw(x, number, font, size)
                    self._draw(x + gap, line, font, size)
                continue
            self._draw(x + hang, line, font, size)

    def _sections(self, report: MadeReport) -> None:
        chance = self.chance
        depth = self.depth

        def level_of(values: list[int], parent: str) -> None:
            level = len(values)
            for value in range(1, chance.choice((2, 3, 4, 6) if level == 0 else (2, 3)) + 1):
                number, label = printed(self.scheme[level], [*values, value])
                title = self._title()
                path = f"{parent}.{label}" if parent else label
                shown = title.upper() if self.settings[level][3] else title
                report.headings.append(MadeHeading(path, number or None, shown))
                self._heading(level, number, title)
                deeper = level + 1 < depth and chance.random() < 0.5
                if not deeper or self.settings[0][0] == self.fonts[0] or chance.random() < 0.6:
                    self._body()
                if deeper:
                    level_of([*values, value], path)
                elif not deeper:
                    self._paragraph(self._nudged(self._prose()))

        level_of([], "")

    def _block(self, index: int) -> MadeReport:
        chance = self.chance
        body = f"{PLACES[index]} {chance.choice(BODIES)}"
        year, month, length = chance.randrange(2015, 2022), chance.randrange(12), chance.choice((5, 11))
        last = month + length
        end_year, end_month = year + last // 12, last % 12
        period = (f"{year}-{month + 1:02d}", f"{end_year}-{end_month + 1:02d}")
        texts = [body, "Activity Report", f"{MONTHS[month]} {year} – {MONTHS[end_month]} {end_year}"]
        columns, self.columns = self.columns, 1
        for line, (text, size) in enumerate(zip(texts, (1.3, 1.1, 1.0), strict=True)):
            self._advance(self.size * (1.7 if line else 1.0))
            self.canvas.setFont(self.fonts[1], self.size * size)
            self.canvas.drawCentredString(self.page[0] / 2, self.y, text)
        self.columns = columns
        self._advance(self.leading)
        self.top = self.y if columns == 2 else self.top
        return MadeReport(body, period)

    def write(self) -> Made:
        reports = []
        for index in range(self.chance.choice((1, 1, 1, 2, 3))):
            self._new_page()
            report = self._block(index)
            self._sections(report)
            reports.append(report)
        self.canvas.showPage()
        self.canvas.save()
        notes = (
            f"{self.scheme[: self.depth]} {self.hanging} columns={self.columns} {self.settings[0][:2]} size={self.size}"
        )
        return Made(self.buffer.getvalue(), reports, notes)
