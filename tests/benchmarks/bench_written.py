"""What is read right of the written reports (`tests/written`), by producer.

python -m tests.written.printing FOLDER
python -m tests.benchmarks.bench_written FOLDER [--show] [PART_OF_A_NAME …]
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

from tests.written.comparison import compare, read
from tests.written.source import read_sources


def main(folder: Path, parts: list[str], *, show: bool) -> None:
    sources = {written.name: written for written in read_sources()}
    right: dict[str, Counter[str]] = defaultdict(Counter)
    asked: dict[str, Counter[str]] = defaultdict(Counter)
    perfect: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for path in sorted(folder.glob("*.pdf")):
        name, _, producer = path.stem.partition("--")
        if name not in sources or (parts and not any(part in path.stem for part in parts)):
            continue
        tally = compare(read(path.read_bytes()), sources[name].reports)
        for where in (producer, "all"):
            right[where] += tally.right
            asked[where] += tally.asked
            files[where] += 1
            perfect[where] += not tally.misses
        if show and tally.misses:
            print(f"{path.stem}")
            for miss in tally.misses:
                print(f"   {miss}")
    kinds = list(asked["all"])
    print(f"{'':22}" + "".join(f"{where:>16}" for where in asked))
    print(f"{'all right':22}" + "".join(f"{f'{perfect[w]}/{files[w]}':>16}" for w in asked))
    for kind in kinds:
        print(f"{kind:22}" + "".join(f"{f'{right[w][kind]}/{asked[w][kind]}':>16}" for w in asked))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [a for a in sys.argv[2:] if a != "--show"], show="--show" in sys.argv)
