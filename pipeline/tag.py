"""Stage 3: sections become mentions with typed values, each with its sentence and its boxes."""

import sys
from collections.abc import Sequence

from pipeline import command


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the stage; returns the exit code."""
    return command.run_stage("tag", argv, __doc__)


if __name__ == "__main__":
    sys.exit(main())
