"""That there are results before a command looks into them."""

import errno
from pathlib import Path

from pipeline import store


def required(out: Path) -> None:
    """Refuses a folder that no run has put tables into.

    Raises:
        StoreError: there are none; the message says how to come by them.
    """
    if not (out / "tables").is_dir():
        message = f"There are no tables in {out}. Run `pipeline run` first, or name the folder with --out."
        raise store.StoreError(errno.ENOENT, message)
