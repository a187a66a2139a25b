"""How fast amounts and counts are found, and against other libraries where these are installed.

Run `python tests/benchmarks/bench_values.py [FILE...]`: CPU time, the median of interleaved rounds, over the words of
the files (the sample reports' sources by default). quantulum3 and price-parser are timed on the same text when they can
be imported; they are no dependencies of the project.
"""

import importlib
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline import counts, money, numerals
from pipeline.records import Context, Span

ROUNDS = 7
MARK = re.compile(r"\[([^\[\]|]+)\|[^\[\]]*\]")
SOURCES = Path(__file__).parents[2] / "raw" / "_sources"
Reader = Callable[[str], object]


def ours(text: str) -> object:
    """Both finders, one after the other, as the pipeline runs them."""
    numerals.scan.cache_clear()
    amounts = money.find_money(text, Context())
    return counts.find_counts(text, Context(), [Span(mention.start, mention.end) for mention in amounts])


def others() -> dict[str, Reader]:
    """The readers of other libraries that are installed here."""
    readers: dict[str, Reader] = {}
    for name, module, function in (
        ("quantulum3", "quantulum3.parser", "parse"),
        ("price-parser", "price_parser", "parse_price"),
    ):
        try:
            readers[name] = getattr(importlib.import_module(module), function)
        except ImportError:
            print(f"{name}: not installed, not timed")
    return readers


def main() -> None:
    """Prints words per CPU second of each reader, and ours as a multiple of the others."""
    files = [Path(argument) for argument in sys.argv[1:]] or sorted(SOURCES.glob("*.txt"))
    lines = [line for file in files for line in MARK.sub(r"\1", file.read_text(encoding="utf-8")).splitlines()]
    paragraphs = [line for line in lines if line.strip() and line[0] not in "%@|"]
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    readers: dict[str, Reader] = {"money and counts": ours} | others()
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            start = time.process_time()
            for paragraph in paragraphs:
                read(paragraph)
            seconds[name].append(time.process_time() - start)
    medians = {name: statistics.median(times[1:]) for name, times in seconds.items()}
    for name, median in medians.items():
        ratio = median / medians["money and counts"]
        print(f"{name:<18} {words / median:>10,.0f} words a CPU second   {ratio:6.1f} times our time")


if __name__ == "__main__":
    main()
