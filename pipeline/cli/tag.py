"""`pipeline tag`: what the tagger makes of a text given on the command line."""

import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline import command, countries, counts, dates, money, recognizer, tagging
from pipeline.cli import screen
from pipeline.params import ParamsError, read_params
from pipeline.records import Context, Mention, Refusal, Span
from pipeline.schema import value_columns


def tag(text: str, *, why: bool, reference_date: str | None, params_file: Path | None) -> int:
    """Prints every mention, and with `why` what was refused; returns the exit code."""

    def work() -> int:
        params = read_params(params_file)
        context = Context(reference_date=_day(reference_date))
        nlp = recognizer.load(params.tag.place)
        mentions = tagging.tag_text(nlp, text, context)
        console = screen.console()
        console.print(_mentions(mentions) if mentions else "Nothing was found.")
        if why:
            refused = find_refusals(text, context) + tagging.refused_organizations(nlp, text, context)
            refused.sort(key=lambda refusal: (refusal.start, refusal.end, refusal.kind))
            console.print(_refusals(refused) if refused else "Nothing was refused.")
        return 0

    return command.guarded(work)


def find_refusals(text: str, context: Context) -> list[Refusal]:
    """What looked like a date, count, amount or country and was refused, in order."""
    refused: list[Refusal] = []
    taken: list[Span] = []
    for find in (dates.find_dates, money.find_money, counts.find_counts, countries.find_countries):
        taken += [Span(mention.start, mention.end) for mention in find(text, context, tuple(taken), refused)]
    return sorted(refused, key=lambda refusal: (refusal.start, refusal.end, refusal.kind))


def _day(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ParamsError(f"--reference-date {text!r} is not a day. Write it as 2024-05-31.") from error


def _mentions(mentions: list[Mention]) -> Table:
    table = screen.table("Found")
    for name in ("kind", "text", "value", "rule", "confidence"):
        table.add_column(name, overflow="fold")
    for mention in mentions:
        table.add_row(
            mention.kind, Text(mention.text), Text(describe(mention)), mention.rule, f"{mention.confidence:.2f}"
        )
    return table


def describe(mention: Mention) -> str:
    """The value of a mention in a few words: those of its columns that say something."""
    pairs = [(column.name, getattr(mention.value, column.name, None)) for column in value_columns(mention.kind)]
    return ", ".join(f"{name} {value}" for name, value in pairs if value not in (None, False))


def _refusals(refused: list[Refusal]) -> Table:
    table = screen.table("Refused")
    for name in ("kind", "text", "rule", "reason"):
        table.add_column(name, overflow="fold")
    for refusal in refused:
        table.add_row(refusal.kind, Text(refusal.text), refusal.rule, refusal.reason)
    return table
