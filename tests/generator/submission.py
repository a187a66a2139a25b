"""Puts generated reports together, draws them and says what is in them."""

import calendar
import datetime
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reportlab.platypus.doctemplate import LayoutError

from tests.generator import words
from tests.generator.facts import Writer

sys.path.append(str(Path(__file__).parents[2] / "raw" / "_sources"))

from drawn import with_places
from looks import DEFAULTS, style_of
from marked import Submission, parse

ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
Numbering = Callable[[int, int], tuple[str, str]]


def _plain(top: int, sub: int) -> tuple[str, str]:
    return (f"({sub})", f"{top}.{sub}") if sub else (f"{top}.", f"{top}")


def _decimal(top: int, sub: int) -> tuple[str, str]:
    return (f"{top}.{sub}", f"{top}.{sub}") if sub else (f"{top}", f"{top}")


def _zero(top: int, sub: int) -> tuple[str, str]:
    return (f"{top}.{sub}", f"{top}.{sub}") if sub else (f"{top}.0", f"{top}")


def _letters(top: int, sub: int) -> tuple[str, str]:
    upper, lower = chr(64 + top), chr(96 + sub)
    return (f"{lower})", f"{upper}.{lower}") if sub else (f"{upper}.", upper)


def _roman(top: int, sub: int) -> tuple[str, str]:
    return (f"{ROMAN[top - 1]}.{sub}", f"{ROMAN[top - 1]}.{sub}") if sub else (f"{ROMAN[top - 1]}.", ROMAN[top - 1])


NUMBERINGS: tuple[Numbering, ...] = (_plain, _plain, _plain, _decimal, _zero, _letters, _roman)


def make_submission(seed: int, reports: int | None = None, paragraphs: int = 3) -> tuple[bytes, dict[str, Any]]:
    """A PDF and the gold of what it says, in the form of `raw/_gold`.

    `reports` is how many reports it holds (from the seed when not given), `paragraphs` how many its longest sections
    have at most: a page holds about six.
    """
    rng = random.Random(seed)
    lines = [f"%file generated_{seed:06d}.pdf", f"%style {_look(rng)}", *_furniture(rng)]
    for number in range(reports or rng.choice((1, 1, 1, 2, 3, 4))):
        lines += [rng.choice(("%p", "%p", "%p", "%space 30"))] if number else []
        lines += _report(rng, paragraphs)
    try:
        submission, data, places = _drawn(lines)
    except LayoutError:  # one look in some thousands has a paragraph that reportlab cannot break over two pages
        lines[1] = f"%style {_look(rng)}"
        submission, data, places = _drawn(lines)
    for report, (first, last) in zip(submission.reports, places, strict=True):
        report["page_first"], report["page_last"] = first, last
    return data, {"file": submission.file, "reports": submission.reports}


def _drawn(lines: Sequence[str]) -> tuple[Submission, bytes, list[tuple[int, int]]]:
    submission = parse("\n".join(lines))
    first_style = next(block.text for block in submission.blocks if block.topic == "style")
    return submission, *with_places(submission, style_of(first_style, DEFAULTS))


def _look(rng: random.Random) -> str:
    columns = rng.choice((1, 1, 1, 1, 2))
    return " ".join(
        (
            "engine=reportlab",
            f"columns={columns}",
            f"font={rng.choice(('Times', 'Helvetica'))}",
            f"size={rng.choice(('10', '11', '12')) if columns == 1 else 9}",
            f"align={rng.choice(('left', 'justify'))}",
            f"halign={rng.choice(('left', 'left', 'justify'))}",
            f"hang={rng.choice(('0', '0', '28', '36'))}",
            f"headsize={rng.choice(('0', '0', '2'))}",
            f"title={rng.choice(('left', 'center'))}",
            f"widows={rng.choice(('yes', 'no'))}",
            f"line={rng.choice(('1.0', '1.1', '1.3'))}",
        )
    )


def _furniture(rng: random.Random) -> list[str]:
    header = rng.choice(("", "Reports of member organizations", "Regional Assembly – papers"))
    footer = rng.choice(("", "#", "Page #", "- # -"))
    return [f"%header {header}"] * bool(header) + [f"%footer {footer}"] * bool(footer)


def _period(rng: random.Random, month_first: bool) -> tuple[datetime.date, datetime.date, str]:
    start = datetime.date(rng.randint(2012, 2023), rng.choice((1, 4, 7, 10)), 1)
    months = start.month - 1 + rng.choice((12, 12, 18))
    end = datetime.date(start.year + months // 12, months % 12 + 1, 1) - datetime.timedelta(1)
    first, last = calendar.month_name[start.month], calendar.month_name[end.month]
    if rng.random() < 0.5:
        written = f"{first} {start.year} – {last} {end.year}"
    elif month_first:
        written = f"{first} {start.day}, {start.year} to {last} {end.day}, {end.year}"
    else:
        written = f"{start.day} {first} {start.year} to {end.day} {last} {end.year}"
    return start, end, written


def _report(rng: random.Random, paragraphs: int) -> list[str]:
    month_first = rng.random() < 0.4
    start, end, period = _period(rng, month_first)
    home = rng.choice(words.COUNTRIES)
    place = rng.choice(words.FIRST) + rng.choice(words.LAST)
    organization = f"{place} {rng.choice(words.LEADING_KINDS)}"
    acronym = "".join(word[0] for word in organization.replace("-", " ").split() if word not in ("of", "for"))
    writer = Writer(rng, organization, acronym, start, end, month_first, home)
    title = rng.choice(("Activity Report", "Activity Report", "Report of Activities", "Annual Activity Report"))
    bracketed = f" ({acronym})" if rng.random() < 0.5 else ""
    lines = [
        f"%report {organization} | {acronym} | {title} | {start} | {end} | 1-1 | {home[1]}",
        f"%t {organization}{bracketed}",
        f"%t {title}",
        f"%t {period}",
    ]
    numbering = rng.choice(NUMBERINGS)
    for top, heading in enumerate(rng.sample(words.TITLES, rng.randint(3, 8)), 1):
        number, path = numbering(top, 0)
        lines.append(f"@ {path} | {number} | {heading}")
        subs = rng.choice((0, 0, 0, 2, 3))
        lines += [] if subs else _body(writer, paragraphs)
        for sub, subheading in enumerate(rng.sample(words.SUBTITLES, subs), 1):
            number, path = numbering(top, sub)
            lines += [f"@ {path} | {number} | {subheading}", *_body(writer, paragraphs)]
    return lines


def _body(writer: Writer, paragraphs: int) -> list[str]:
    lines: list[str] = []
    for _ in range(writer.rng.randint(1, paragraphs)):
        kind = writer.rng.random()
        if kind < 0.05:
            lines += ["| Place | Members | Volunteers |", *(writer.row() for _ in range(writer.rng.randint(2, 5)))]
        elif kind < 0.25:
            for _ in range(writer.rng.randint(2, 4)):
                lines.append(f"* {writer.sentence(writer.rng.choice(words.ITEMS))}")
                if writer.rng.random() < 0.3:
                    lines.append(f"- {writer.sentence(writer.rng.choice(words.ITEMS))}")
        else:
            chosen = writer.rng.sample(words.SENTENCES, writer.rng.randint(2, 5))
            lines.append(" ".join(writer.sentence(template) for template in chosen))
    return lines
