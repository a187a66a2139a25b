"""`pipeline eval`: how well the tables agree with gold."""

from pathlib import Path

from rich.table import Table

from pipeline import command, store
from pipeline.activity_gold import ActivityScore
from pipeline.batch import Batch
from pipeline.cli import results, screen
from pipeline.evaluate import evaluate as score_tables
from pipeline.evaluate import has_gold, score_activities
from pipeline.params import read_params
from pipeline.records import KINDS
from pipeline.reliability import bands
from pipeline.scoring import Score, Tally


def evaluate(raw: Path, out: Path, *, params_file: Path | None, show: bool, reliability: bool) -> int:
    """Scores the tables, writes the figures and prints them; returns the exit code."""

    def work() -> int:
        results.required(out)
        batch = Batch(raw, out, read_params(params_file))
        with store.locked(out):
            score = score_tables(batch)
            done = score_activities(batch)
        console = screen.console()
        if not has_gold(batch):
            told = f"There is no gold in {raw / batch.params.evaluate.gold}."
            console.print(
                f"{told} `pipeline gold` makes it of submissions that were reviewed.", markup=False, soft_wrap=True
            )
            return 0
        if show:
            for line in (*score.differences, *done.differences):
                console.print(line, markup=False, highlight=False, soft_wrap=True)
        console.print(_table(score, done))
        if reliability:
            console.print(_reliability(score))
        return 0

    return command.guarded(work)


def _table(score: Score, done: ActivityScore) -> Table:
    table = screen.table("Agreement with gold")
    for name in ("", "precision", "recall", "F1", "right", "spurious", "missed"):
        table.add_column(name, justify="right" if name else "left")
    _add(table, "report fields", score.fields)
    _add(table, "sections", score.sections)
    for kind in KINDS:
        _add(table, f"{kind}, lenient", score.lenient[kind])
        _add(table, f"{kind}, strict", score.strict[kind])
    table.add_section()
    _add(table, "activities", done.activities)
    for cell, tally in done.cells.items():
        _add(table, f"their {cell}", tally)
    return table


def _reliability(score: Score) -> Table:
    table = screen.table("Of the mentions given a confidence, how many are right")
    for name in ("kind", "band", "mentions", "confidence", "right", "95 %", ""):
        table.add_column(name, justify="left" if name in ("kind", "") else "right")
    for band in bands(score.verdicts):
        low, high = band.interval
        off = "" if not band.is_off else "too high" if band.confidence > band.right else "too low"
        cells = (f"{band.low:.2f}-{band.high:.2f}", str(band.mentions), f"{band.confidence:.3f}", f"{band.right:.3f}")
        table.add_row(band.kind, *cells, f"{low:.2f}-{high:.2f}", off)
    return table


def _add(table: Table, name: str, tally: Tally) -> None:
    figures = [f"{figure:.3f}" for figure in (tally.precision, tally.recall, tally.f1)]
    table.add_row(name, *figures, str(tally.right), str(tally.spurious), str(tally.missed))
