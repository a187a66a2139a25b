"""What was read of a written report against what stands in it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline import engines
from pipeline.params import ExtractParams
from pipeline.records import Report
from pipeline.reports import segment_pages
from tests.written.source import Heading, Truth


@dataclass
class Tally:
    """How much was right, and what was not, each told in a line."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def ask(self, what: str, right: bool, told: str) -> None:
        self.asked[what] += 1
        self.right[what] += right
        if not right:
            self.misses.append(f"{what}: {told}")


def plain(text: str | None) -> str:
    """As a person compares: quotes, stops and capitals aside."""
    text = re.sub(r"[\u2018\u2019]", "'", text or "")
    return re.sub(r"\s+", " ", text).strip(" .,;:()'").casefold()


def words(text: str) -> list[str]:
    """Words without bullets, the hyphens at line ends and the bars of tables."""
    return [w for w in re.sub(r"(?m)^\s*- ", "", level(text)).split() if re.search(r"\w", w)]


def level(text: str) -> str:
    """Raised digits, which the canonical text tells apart, as those that the sources are written with."""
    return text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


def read(data: bytes) -> tuple[Report, ...]:
    return segment_pages(engines.read_submission(data, ExtractParams(cross_check_pages=0)).pages)[0]


def compare(reports: Sequence[Report], truths: Sequence[Truth]) -> Tally:
    tally = Tally()
    tally.ask("report count", len(reports) == len(truths), f"{len(reports)} of {len(truths)}")
    for ordinal, truth in enumerate(truths):
        report = reports[ordinal] if ordinal < len(reports) else None
        compare_fields(tally, report, truth)
        compare_sections(tally, report, truth)
    return tally


def compare_fields(tally: Tally, report: Report | None, truth: Truth) -> None:
    found = (report.organization, report.acronym, report.title) if report else (None,) * 3
    period = tuple(
        day.isoformat() if day else None for day in ((report.period_start, report.period_end) if report else ())
    )
    for what, got, want in zip(
        ("organization", "acronym", "start", "end"),
        (plain(found[0]), plain(found[1]), *(period or (None, None))),
        (plain(truth.organization), plain(truth.acronym), *truth.period),
        strict=True,
    ):
        tally.ask(what, got == want, f"{got!r}, not {want!r}")
    if not truth.has_title:
        return
    # The title is asked for leniently: with or without its period.
    got, want = plain(found[2]), plain(truth.title)
    tally.ask("title", want in got if want else not got, f"{got!r}, not {want!r}")


def compare_sections(tally: Tally, report: Report | None, truth: Truth) -> None:
    sections = [s for s in report.sections if s.path != "0"] if report else []
    found = {(s.path, plain(s.title.text)): s for s in sections}
    wanted = {(h.path, plain(h.title)) for h in truth.headings}
    for heading in truth.headings:
        kind = "numbered" if heading.number else "unnumbered"
        section = found.get((heading.path, plain(heading.title)))
        tally.ask(f"{kind} headings", section is not None, f"missed {heading.path} {heading.title!r}")
        if section is None:
            continue
        if heading.number:
            tally.ask("number", section.number == heading.number, f"{section.number!r}, not {heading.number!r}")
        compare_text(tally, section.text.text, heading)
    for path, title in sorted(set(found) - wanted):
        section = found[path, title]
        tally.ask(
            f"{'numbered' if section.number else 'unnumbered'} found", False, f"extra {path} {title!r} ({section.why})"
        )
    for _ in set(found) & wanted:
        tally.ask("found", True, "")


def compare_text(tally: Tally, text: str, heading: Heading) -> None:
    want = "\n".join(heading.text)
    same = words(text) == words(want) if heading.exact else Counter(words(text)) == Counter(words(want))
    tally.ask("text", same, f"in {heading.path}:\n      got  {text!r}\n      want {want!r}")
    if heading.exact:
        lines = [[re.sub(r"^\s*- ", "", line) for line in t.split("\n") if line.strip()] for t in (level(text), want)]
        tally.ask(
            "lines",
            lines[0] == lines[1],
            f"in {heading.path}:\n      got  {text!r}\n      want {want!r}" if same else "",
        )
