"""`pipeline verify`: that nothing published has changed, and that every box shows what its mention says."""

from pathlib import Path

from rich.console import Console

from pipeline import command, store, verify
from pipeline.cli.run import visible


def check(raw: Path, out: Path) -> int:
    """Prints what does not hold; returns 0 when all holds, 1 when something does not."""

    def work() -> int:
        console = Console()
        changed = store.verify_tables(out)
        for name in changed:
            console.print(f"{name} has changed since the run that wrote it", markup=False)
        result = verify.verify_tables(out / "tables", raw)
        for line in result.complaints:
            console.print(visible(line), markup=False, highlight=False, soft_wrap=True)
        console.print(f"{result.spelled} of {result.mentions} mentions are spelled by their boxes")
        return 1 if changed or result.complaints else 0

    return command.guarded(work)
