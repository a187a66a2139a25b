"""What finding countries costs, against a plain alternation of all names: CPU time, medians, interleaved.

Run as `python tests/benchmarks/bench_countries.py FILE.txt ...`; without files, the marked sentences are read.
"""

import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.countries import find_countries
from pipeline.countries.spellings import read_spellings
from pipeline.records import Context
from tests import marked

ROUNDS = 5
REPEATS = 20
SENTENCES = Path(__file__).parent.parent / "country_sentences.txt"


def ours(text: str) -> int:
    """Names, demonyms and abbreviations, judged by their surroundings."""
    return len(find_countries(text, Context()))


def alternation() -> Callable[[str], int]:
    """One regular expression of all spellings, the longest first; it judges nothing."""
    spellings = {" ".join(spelling.tokens) for spelling in read_spellings() if spelling.alpha2}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(spellings, key=lambda s: (-len(s), s))))})\b")
    return lambda text: sum(1 for _ in pattern.finditer(text))


def seconds(work: Callable[[str], int], texts: Sequence[str]) -> float:
    """CPU time of one round."""
    start = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - start


def main() -> None:
    """Prints words a CPU second and the ratio."""
    if sys.argv[1:]:
        texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
    else:
        lines = SENTENCES.read_text(encoding="utf-8").splitlines()
        texts = [marked.read(line)[0] for line in lines if line and not line.startswith("#")]
    texts *= REPEATS
    words = sum(len(text.split()) for text in texts)
    contenders = {"ours": ours, "alternation": alternation()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, work in contenders.items():
            times[name].append(seconds(work, texts))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:<12} {words / median:>12,.0f} words a CPU second   {medians['ours'] / median:.2f} of ours")


if __name__ == "__main__":
    main()
