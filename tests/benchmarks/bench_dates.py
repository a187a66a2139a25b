"""What finding dates costs, against dateparser's search on the same prose: CPU time, medians, interleaved.

Run as `python -m tests.benchmarks.bench_dates [FILE.txt ...]`; without files, made-up prose is read. Below the table:
the slowest of several long lines made to be hard, 100,000 characters each.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from dateparser.search import search_dates

from pipeline.dates import find_dates
from pipeline.records import Context

ROUNDS = 5
WORDS_FOR_SEARCH = 400
"""Words that dateparser's search reads a round: it is slow."""
PROSE = (
    "The network runs nine day centres with the help of volunteers, and the board met every month of the year. In May "
    "2021 the office trained 1,250 people; a second course was held from 3 to 5 June 2021 in the old market hall. Most "
    "members may borrow seed, tools and advice, and none of them has to give anything in return.\n"
    "- Since 2018 the fund has paid for school meals within walking distance of the coast (see section 4.2).\n"
)
HARD = ("2019 ", "1-", "May ", "8,", "annual ", "Q1-", "2019- ", "12/31/", "mid-2019 ", "3 years and ", "of the ", "'9")


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main(files: Sequence[str]) -> None:
    prose = "\n".join(Path(file).read_text(encoding="utf-8") for file in files) or PROSE * 200
    few = " ".join(prose.split()[:WORDS_FOR_SEARCH])
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(len(prose.split()) / cpu_seconds(lambda: find_dates(prose, Context())))
        theirs.append(WORDS_FOR_SEARCH / cpu_seconds(lambda: search_dates(few, languages=["en"])))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"find_dates         {mine:>10,.0f} words a CPU second")
    print(f"dateparser.search  {other:>10,.0f} words a CPU second; ratio {mine / other:,.0f}")
    seconds, line = max(
        (cpu_seconds(partial(find_dates, (line * 100_000)[:100_000], Context())), line) for line in HARD
    )
    print(f"hardest line of 100,000 characters: {seconds:.2f} CPU seconds, made of {line!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
