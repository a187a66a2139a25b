"""Stage 1: raw PDFs become pages of words, with their place and style.

Looks through the door, writes the ledger, and reads every submission whose bytes, parameters, code or libraries are
new.
"""

import sys
from collections.abc import Sequence

from pipeline import command


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the stage; returns the exit code."""
    return command.run_stage("extract", argv, __doc__)


if __name__ == "__main__":
    sys.exit(main())
