"""`pipeline verify`: that nothing published has changed, and that every box shows what its mention says."""

import errno
from pathlib import Path

from pipeline import command, provenance, store, verify
from pipeline.batch import changed_files
from pipeline.cli import results
from pipeline.cli.screen import console, visible
from pipeline.params import read_params
from pipeline.store.door import LEDGER, read_passwords
from pipeline.store.index import FILE
from pipeline.store.manifest import PROVENANCE
from pipeline.store.results import verify_results


def check(raw: Path, out: Path) -> int:
    """Prints what does not hold; returns 0 when all holds, 1 when something does not."""

    def work() -> int:
        results.required(out)
        screen = console()
        damaged = find_damage(out)
        for name, remedy in damaged.items():
            screen.print(f"{name} has changed since it was written: {remedy}", markup=False)
        changed = changed_files(raw, out)
        for name in changed:
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


def find_damage(out: Path) -> dict[str, str]:
    """The files of an output folder that are not as they were written, each with what to do about it.

    All are looked at but the metrics and the notes on the last run, which nothing is made of.

    Raises:
        StoreError: the manifest, by which the tables are judged, is not there or is damaged itself.
    """
    found = dict.fromkeys(store.verify_tables(out), "run again, or take it from git")
    found |= dict.fromkeys(verify_results(out), "delete it and run again")
    if not provenance.is_whole(store.read_optional(out / PROVENANCE)):
        found[PROVENANCE] = "run again, or take it from git"
    if not store.is_sealed(out):
        found[FILE] = "run again, which makes it anew"
    try:
        store.read_ledger(out)
    except store.StoreError as error:
        if error.errno != errno.ENOENT:  # where only the tables were cloned, there is none
            found[LEDGER] = "run again, which makes it anew"
    return found
