"""The command line: one module a group of commands, each imported only when its command runs."""

import atexit
import gc
import os

from pipeline.cli.app import app

GARBAGE = 200_000
"""New values after which garbage is looked for: what a command makes is long-lived, and little of it in circles."""


def main() -> None:
    """Runs the command that the arguments name."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices are small here: no thread a core is started for them
    gc.set_threshold(GARBAGE)
    atexit.register(gc.freeze)  # at the end nothing is looked through for garbage: all of it goes with the process
    app(prog_name="pipeline")
