"""Writes generated submissions and their gold into a folder: `python -m tests.generator FOLDER COUNT [FIRST_SEED]`."""

import json
import sys
from pathlib import Path

from tests.generator import make_submission


def main(folder: Path, count: int, first_seed: int = 0) -> None:
    (folder / "_gold").mkdir(parents=True, exist_ok=True)
    for seed in range(first_seed, first_seed + count):
        data, truth = make_submission(seed)
        (folder / truth["file"]).write_bytes(data)
        gold = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
        (folder / "_gold" / f"{Path(truth['file']).stem}.json").write_text(gold, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
