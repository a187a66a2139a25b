"""`pipeline verify`: that nothing published has changed, and that every box shows what its mention says."""

from pathlib import Path

from pipeline import command, store, verify
from pipeline.batch import changed_files
from pipeline.cli.screen import console, visible
from pipeline.params import read_params
from pipeline.store.door import read_passwords
from pipeline.store.results import verify_results


def check(raw: Path, out: Path) -> int:
    """Prints what does not hold; returns 0 when all holds, 1 when something does not."""

    def work() -> int:
        screen = console()
        changed = store.verify_tables(out)
        for name in changed:
            screen.print(
                f"{name} has changed since the run that wrote it: run again, or take it from git", markup=False
            )
        damaged = verify_results(out)
        for name in damaged:
            screen.print(f"{name} has changed since it was written: delete it and run again", markup=False)
        for name in changed_files(raw, out):
            damaged.append(name)
            screen.print(visible(f"{name} is not the file that was extracted: run again"), markup=False)
        passwords = read_passwords(raw, read_params().extract.passwords_file)
        result = verify.verify_tables(out / "tables", raw, passwords)
        for line in result.complaints:
            screen.print(visible(line), markup=False, highlight=False, soft_wrap=True)
        screen.print(f"{result.spelled} of {result.mentions} mentions are spelled by their boxes")
        for line in result.doubts:
            screen.print(visible(f"to look at: {line}"), markup=False, highlight=False, soft_wrap=True)
        if result.scanned:
            screen.print(
                f"{result.read_again} of {result.scanned} mentions on scanned pages were read the same once more"
            )
        if result.unverifiable:
            screen.print(f"{result.unverifiable} mentions could not be compared: their pages cannot be read again")
        return 1 if changed or damaged or result.complaints else 0

    return command.guarded(work)
