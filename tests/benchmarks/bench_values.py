"""How fast the four kinds of value are found together, against other libraries on the same text in the same run.

Run `python tests/benchmarks/bench_values.py [FILE...]`: CPU time, medians of interleaved rounds, over the words of the
files (the sample reports' sources by default). dateparser's search gets the first `SEARCHED` words only: it is slow.
"""

import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dateparser.search import search_dates
from price_parser import Price
from quantulum3 import parser as quantulum

from pipeline import countries, counts, dates, money, numerals
from pipeline.records import Context, Span

ROUNDS = 5
SEARCHED = 1_500
MARK = re.compile(r"\[([^\[\]|]+)\|[^\[\]]*\]")
SOURCES = Path(__file__).parents[2] / "raw" / "_sources"
Reader = Callable[[str], object]


def four_kinds(text: str) -> object:
    """The four finders, one after the other, as the pipeline runs them; nothing is remembered from the round before."""
    numerals.scan.cache_clear()
    taken: list[Span] = []
    for find in (dates.find_dates, money.find_money, counts.find_counts, countries.find_countries):
        taken += [Span(mention.start, mention.end) for mention in find(text, Context(), tuple(taken))]
    return taken


READERS: dict[str, Reader] = {
    "dates, money, counts, countries": four_kinds,
    "dates alone": lambda text: dates.find_dates(text, Context()),
    "dateparser.search (dates)": lambda text: search_dates(text, languages=["en"]),
    "quantulum3 (quantities)": quantulum.parse,
    "price-parser (one price a text)": Price.fromstring,
}


def _seconds(read: Reader, paragraphs: Sequence[str]) -> float:
    start = time.process_time()
    for paragraph in paragraphs:
        read(paragraph)
    return time.process_time() - start


def _plain(marked: str) -> str:
    """The text without its marks, which may stand inside one another."""
    text, found = marked, 1
    while found:
        text, found = MARK.subn(r"\1", text)
    return text


def _first(paragraphs: Sequence[str], words: int) -> list[str]:
    taken: list[str] = []
    while words > 0 and len(taken) < len(paragraphs):
        taken.append(paragraphs[len(taken)])
        words -= len(taken[-1].split())
    return taken


def main() -> None:
    """Prints words per CPU second of each reader, and how many times longer it takes than the four kinds together."""
    files = [Path(argument) for argument in sys.argv[1:]] or sorted(SOURCES.glob("*.txt"))
    lines = [line for file in files for line in _plain(file.read_text(encoding="utf-8")).splitlines()]
    paragraphs = [line for line in lines if line.strip() and line[0] not in "%@|"]
    texts = {name: _first(paragraphs, SEARCHED) if "search" in name else paragraphs for name in READERS}
    rates: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(ROUNDS):
        for name, read in READERS.items():
            words = sum(len(paragraph.split()) for paragraph in texts[name])
            rates[name].append(words / _seconds(read, texts[name]))
    ours = statistics.median(rates["dates, money, counts, countries"])
    for name, found in rates.items():
        rate = statistics.median(found)
        print(f"{name:<32} {rate:>10,.0f} words a CPU second   {ours / rate:7.1f} times the time of the four kinds")


if __name__ == "__main__":
    main()
