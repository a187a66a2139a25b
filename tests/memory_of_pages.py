"""`python -m tests.memory_of_pages NUMBER`: reads a file of so many pages, each of which is let go of once it was told.

Prints the KiB that were held at most, and the heavy libraries that were loaded.
"""

import resource
import sys

from pipeline.engines import read_submission
from pipeline.params import ExtractParams
from tests.raw_pdf import line, pdf

HEAVY = ("numpy", "spacy", "tesserocr", "pandas", "pyarrow")
LINES = 40


def page(number: int) -> bytes:
    """The drawing of a page of text."""
    return b"".join(
        line(f"{number}.{at} In May 2021 the office trained {at} people in 12 countries.", y=760 - 17 * at)
        for at in range(1, LINES)
    )


def main(number: int) -> None:
    reading = read_submission(pdf(*map(page, range(1, number + 1))), ExtractParams(), keep_pages=False)
    assert (reading.status, reading.read_count, reading.pages) == ("extracted", number, ())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *(name for name in HEAVY if name in sys.modules))


if __name__ == "__main__":
    main(int(sys.argv[1]))
