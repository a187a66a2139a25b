"""How well tables agree with gold that a person made: report fields, sections, and mentions of each kind.

A mention of the gold is found when a mention in the same report carries the same value. *Strict* asks for every field
of the gold and for the right section, *lenient* for the value alone. Gold marked optional neither helps nor hurts.
Each mention is used once; those in the same section are matched first.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from pipeline.records import KINDS, Kind

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


class GoldError(ValueError):
    """A gold file cannot be used; the message says which and why."""


class GoldMention(Struct, frozen=True, omit_defaults=True):
    """A mention as a person read it. Which of the value fields are set depends on the kind."""

    kind: Kind
    path: str
    field: str
    text: str
    optional: bool = False
    start: datetime.date | None = None
    end: datetime.date | None = None
    precision: str | None = None
    duration: str | None = None
    value: float | None = None
    value_max: float | None = None
    unit: tuple[str, ...] = ()
    qualifier: str | None = None
    amount: Decimal | None = None
    amount_max: Decimal | None = None
    currency: str | None = None
    alpha2: str | None = None
    inside_organization: bool | None = None
    entity: str | None = None
    alts: tuple[str, ...] = ()


class GoldSection(Struct, frozen=True):
    """A section as a person sees it."""

    path: str
    title: str
    number: str | None = None


class GoldReport(Struct, frozen=True):
    """A report as a person read it. Without `sections`, its sections are not judged."""

    page_first: int
    page_last: int
    organization: str | None = None
    title: str | None = None
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    sections: tuple[GoldSection, ...] | None = None
    mentions: tuple[GoldMention, ...] = ()


class Gold(Struct, frozen=True):
    """The gold of one submission, by the name of its file."""

    file: str
    reports: tuple[GoldReport, ...]


class Tally(Struct):
    """Right, spurious and missed items, and what they come to."""

    right: int = 0
    spurious: int = 0
    missed: int = 0

    def add(self, other: "Tally") -> None:
        """Adds the items of another tally."""
        self.right += other.right
        self.spurious += other.spurious
        self.missed += other.missed

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 when nothing was found."""
        found = self.right + self.spurious
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1 when there is none."""
        gold = self.right + self.missed
        return self.right / gold if gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


class Verdict(Struct, frozen=True):
    """A mention that was found, its confidence, and whether the gold says the same in every field."""

    kind: Kind
    rule: str
    confidence: float
    is_right: bool


class Score(Struct):
    """The tallies of one or more submissions, and what was missed or spurious, in words."""

    fields: Tally = msgspec.field(default_factory=Tally)
    sections: Tally = msgspec.field(default_factory=Tally)
    strict: dict[Kind, Tally] = msgspec.field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    lenient: dict[Kind, Tally] = msgspec.field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    verdicts: list[Verdict] = msgspec.field(default_factory=list)
    differences: list[str] = msgspec.field(default_factory=list)


def parse_gold(data: bytes, name: str) -> Gold:
    """Reads one gold file.

    Raises:
        GoldError: it is not JSON, or misses something.
    """
    try:
        return msgspec.json.decode(data, type=Gold)
    except msgspec.DecodeError as error:
        raise GoldError(f"The gold file {name} cannot be used: {error}.") from error


def plain(text: str | None) -> str:
    """A text without what two careful readers write differently: quotes, case, outer punctuation, a leading `the`."""
    text = re.sub(r"[‘’]", "'", text or "")
    text = re.sub(r"[“”\"]", "", text)
    text = re.sub(r"\s+", " ", text).strip(" .,;:()'").casefold()
    return text.removeprefix("the ")


def _plain_unit(text: str | None) -> str:
    return re.sub(r"^(?:a|an|the|of) ", "", plain(text))


def _same_value(gold: GoldMention, row: Row) -> bool:
    if gold.kind == "date":
        if gold.start or gold.end:
            return bool((gold.start, gold.end) == (row["start_date"], row["end_date"]))
        return row["start_date"] is None and row["end_date"] is None and gold.duration == row["duration"]
    if gold.kind == "count":
        return bool(gold.value == row["value"])
    if gold.kind == "money":
        return bool(gold.amount == row["amount"] and gold.currency == row["currency"])
    if gold.kind == "country":
        return bool(gold.alpha2 == row["alpha2"])
    return plain(row["text"]) in {plain(gold.text), *map(plain, gold.alts)}


def _same_fields(gold: GoldMention, row: Row) -> bool:
    if gold.path != row["path"]:
        return False
    if gold.kind == "date":
        return bool(gold.precision == row["precision"])
    if gold.kind == "count":
        return gold.qualifier == row["qualifier"] and _plain_unit(row["unit"]) in set(map(_plain_unit, gold.unit))
    if gold.kind == "money":
        return bool(gold.qualifier == row["qualifier"])
    if gold.kind == "country" and gold.inside_organization is not None:
        return bool(gold.inside_organization == row["inside_organization"])
    return True


class _Matched(NamedTuple):
    hits: list[Row]  # rows that say what wanted gold says
    missed: list[GoldMention]
    free: list[Row]  # rows that no gold accounts for


def _match(gold: Iterable[GoldMention], rows: Iterable[Row], agrees: Callable[[GoldMention, Row], bool]) -> _Matched:
    """Pairs gold and rows one to one: wanted before optional ones, those in the same section first."""
    free = list(rows)
    pending = sorted(gold, key=lambda mention: mention.optional)
    hits = []
    for same_section in (True, False):
        left = []
        for mention in pending:
            hit = next(
                (row for row in free if agrees(mention, row) and (not same_section or row["path"] == mention.path)),
                None,
            )
            if hit is None:
                left.append(mention)
                continue
            free.remove(hit)
            if not mention.optional:
                hits.append(hit)
        pending = left
    return _Matched(hits, [mention for mention in pending if not mention.optional], free)


def _is_judged(kind: Kind, row: Row, gold: GoldReport) -> bool:
    """Durations are not judged as spurious, nor is the matter before the first section of a numbered report."""
    if gold.sections is not None and row["path"] == "0":
        return False
    return kind != "date" or row["start_date"] is not None or row["end_date"] is not None


def _score_fields(gold: GoldReport, report: Row | None) -> Tally:
    names = ("organization", "period_start", "period_end", "page_first", "page_last")
    if report is None:
        return Tally(missed=len(names))
    right = sum(plain(str(getattr(gold, name))) == plain(str(report[name])) for name in names)
    return Tally(right, len(names) - right, len(names) - right)


def _score_sections(gold: GoldReport, sections: Sequence[Row], where: str, differences: list[str]) -> Tally:
    if gold.sections is None:
        return Tally()
    wanted = [(section.path, plain(section.title)) for section in gold.sections]
    found = [(row["path"], plain(row["title"])) for row in sections if row["path"] != "0"]
    if all(section.number for section in gold.sections):
        found = [(row["path"], plain(row["title"])) for row in sections if row["path"] != "0" and row["number"]]
    missed = [section for section in wanted if section not in found]
    spurious = [section for section in found if section not in wanted]
    differences += [f"{where} section missed: {path} {title}" for path, title in missed]
    differences += [f"{where} section spurious: {path} {title}" for path, title in spurious]
    return Tally(len(wanted) - len(missed), len(spurious), len(missed))


def score(gold: Gold, tables: Tables) -> Score:
    """Scores the tables on one submission.

    Raises:
        GoldError: no submission has the file's name.
    """
    ids = {row["submission_id"] for row in tables["submissions"] if row["file_name"].split("/")[-1] == gold.file}
    if not ids:
        raise GoldError(
            f"There is gold for {gold.file}, but no such submission. Remove the gold or bring the PDF back."
        )
    reports = sorted((row for row in tables["reports"] if row["submission_id"] in ids), key=lambda row: row["ordinal"])
    result = Score()
    for index in range(max(len(reports), len(gold.reports))):
        report = reports[index] if index < len(reports) else None
        wanted = gold.reports[index] if index < len(gold.reports) else GoldReport(0, 0, sections=())
        _score_report(wanted, report, tables, f"{gold.file} report {index + 1}", result)
    return result


def _score_report(gold: GoldReport, report: Row | None, tables: Tables, where: str, result: Score) -> None:
    key = report["report_id"] if report else None
    sections = [row for row in tables["sections"] if row["report_id"] == key]
    paths = {row["section_id"]: row["path"] for row in sections}
    result.fields.add(_score_fields(gold, report))
    result.sections.add(_score_sections(gold, sections, where, result.differences))
    for kind in KINDS:
        rows = [row for row in tables[f"{kind}_mentions"] if row["report_id"] == key]
        rows = [dict(row) | {"path": paths[row["section_id"]]} for row in rows]
        wanted = [mention for mention in gold.mentions if mention.kind == kind]
        for tallies, agrees in ((result.lenient, _same_value), (result.strict, _agrees_strictly)):
            matched = _match(wanted, rows, agrees)
            spurious = [row for row in matched.free if _is_judged(kind, row, gold)]
            tallies[kind].add(Tally(len(matched.hits), len(spurious), len(matched.missed)))
        result.verdicts += [_verdict(kind, row, True) for row in matched.hits]
        result.verdicts += [_verdict(kind, row, False) for row in spurious]
        result.differences += [f"{where} {kind} missed in {m.path}: {m.text!r}" for m in matched.missed]
        result.differences += [f"{where} {kind} spurious in {row['path']}: {row['text']!r}" for row in spurious]


def _verdict(kind: Kind, row: Row, is_right: bool) -> Verdict:
    return Verdict(kind, row["rule"], row["confidence"], is_right)


def _agrees_strictly(gold: GoldMention, row: Row) -> bool:
    return _same_value(gold, row) and _same_fields(gold, row)


def add(total: Score, other: Score) -> None:
    """Adds the tallies of one score to another."""
    total.fields.add(other.fields)
    total.sections.add(other.sections)
    for kind in KINDS:
        total.strict[kind].add(other.strict[kind])
        total.lenient[kind].add(other.lenient[kind])
    total.verdicts += other.verdicts
    total.differences += other.differences


def metrics(total: Score) -> dict[str, Any]:
    """The figures of a score as nested numbers, rounded, for `dvc metrics`."""
    return {
        "report_fields": round(total.fields.recall, 4),
        "sections": _figures(total.sections),
        "macro_strict_f1": round(sum(tally.f1 for tally in total.strict.values()) / len(KINDS), 4),
        "strict": {kind: _figures(total.strict[kind]) for kind in KINDS},
        "lenient": {kind: _figures(total.lenient[kind]) for kind in KINDS},
    }


def summary(total: Score) -> dict[str, float]:
    """The figures of one submission in brief: for each part, F1 (for report fields the share that is right)."""
    figures = {"report_fields": total.fields.recall, "sections": total.sections.f1}
    figures |= {kind: total.strict[kind].f1 for kind in KINDS}
    return {name: round(figure, 4) for name, figure in figures.items()}


def _figures(tally: Tally) -> dict[str, float]:
    figures = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
    return {name: round(figure, 4) for name, figure in figures.items()}
