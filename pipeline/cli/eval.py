"""`pipeline eval`: how well the tables agree with gold."""

from pathlib import Path

from rich.table import Table

from pipeline import command, store
from pipeline.batch import Batch
from pipeline.cli import screen
from pipeline.evaluate import evaluate as score_tables
from pipeline.params import read_params
from pipeline.records import KINDS
from pipeline.scoring import Score, Tally


def evaluate(raw: Path, out: Path, *, params_file: Path | None, show: bool) -> int:
    """Scores the tables, writes the figures and prints them; returns the exit code."""

    def work() -> int:
        batch = Batch(raw, out, read_params(params_file))
        with store.locked(out):
            score = score_tables(batch)
        console = screen.console()
        if show:
            for line in score.differences:
                console.print(line, markup=False, highlight=False, soft_wrap=True)
        console.print(_table(score))
        return 0

    return command.guarded(work)


def _table(score: Score) -> Table:
    table = screen.table("Agreement with gold")
    for name in ("", "precision", "recall", "F1", "right", "spurious", "missed"):
        table.add_column(name, justify="right" if name else "left")
    _add(table, "report fields", score.fields)
    _add(table, "sections", score.sections)
    for kind in KINDS:
        _add(table, f"{kind}, lenient", score.lenient[kind])
        _add(table, f"{kind}, strict", score.strict[kind])
    return table


def _add(table: Table, name: str, tally: Tally) -> None:
    figures = [f"{figure:.3f}" for figure in (tally.precision, tally.recall, tally.f1)]
    table.add_row(name, *figures, str(tally.right), str(tally.spurious), str(tally.missed))
