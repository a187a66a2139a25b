"""Stage 2: pages become reports and numbered sections, with clean text and the map back to the page."""

import sys
from collections.abc import Sequence

from pipeline import command


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the stage; returns the exit code."""
    return command.run_stage("segment", argv, __doc__)


if __name__ == "__main__":
    sys.exit(main())
