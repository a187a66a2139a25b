"""`pipeline gold`: gold files for `pipeline eval` out of submissions whose every mention has been decided on."""

from pathlib import Path

from pipeline import command, corrections, gold, schema, store
from pipeline.cli import results, screen
from pipeline.params import read_params

USED = ("submissions", "reports", "sections", *(table.name for table in schema.MENTION_TABLES.values()))


def make(names: list[str], raw: Path, out: Path, *, params_file: Path | None, force: bool) -> int:
    """Writes the gold of the submissions named, or of all that are reviewed; 1 when one that was named is not."""

    def work() -> int:
        results.required(out)
        params = read_params(params_file)
        tables = {name: store.read_table(out / "tables" / f"{name}.parquet").to_pylist() for name in USED}
        lines, _ = store.read_log(raw / params.tabulate.corrections)
        decisions = corrections.in_force(corrections.parse_corrections(lines))
        reviews = gold.reviews(tables, decisions)
        console, errors = screen.console(), screen.console(errors=True)
        refused = [name for name in names if name not in {review.file_name for review in reviews}]
        for name in refused:
            errors.print(f"There is no submission {screen.visible(name)}.", markup=False, soft_wrap=True)
        for review in reviews:
            if names and review.file_name not in names:
                continue
            told = f"{screen.visible(review.file_name)}: {review.decided} of {review.mentions} mentions decided"
            if not review.is_complete:
                refused += [review.file_name] if names else []
                console.print(f"{told}; no gold yet", markup=False, highlight=False, soft_wrap=True)
                continue
            made = gold.of_submission(tables, review)
            path = raw / params.evaluate.gold / gold.file_name(made)
            if path.exists() and not force:
                console.print(f"{path} is there; --force replaces it", markup=False, highlight=False, soft_wrap=True)
                continue
            store.write_bytes(path, gold.encode(made))
            console.print(f"{told}; wrote {path}", markup=False, highlight=False, soft_wrap=True)
        return 1 if refused else 0

    return command.guarded(work)
