"""The sample submissions with seeded damage, through the whole chain: each must end as one of the outcomes there are.

`python -m tests.mutations [COUNT] [SEED] [SECONDS]` does so many (2,000 when not given) or stops when the time is up,
and prints what became of them and which broke the rule.
"""

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import msgspec

from pipeline import rows, schema
from pipeline.isolate import Outcome, Task, run_tasks
from pipeline.params import ExtractParams, Params
from pipeline.records import (
    ErrorCode,
    ExtractedSubmission,
    LedgerEntry,
    OrganizationValue,
    Problem,
    SegmentedSubmission,
    Status,
    TaggedSubmission,
)
from pipeline.stages import CHAIN
from pipeline.steps import Preload, Request, read_answer

RAW = Path(__file__).parent.parent / "raw"
_UNTAGGED = TaggedSubmission("")
TYPED = {"timeout", "memory", "crashed"}
"""How a process may end that was stopped; `batch` makes a row of each."""


def flipped(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 32, 256))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def holed(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    size = min(chance.choice((16, 512, 4096)), len(data) - start)
    data[start : start + size] = bytes(size)


def without_a_piece(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.choice((1, 16, 512))]


def doubled(data: bytearray, chance: random.Random) -> None:
    start, size = chance.randrange(len(data)), chance.choice((1, 64, 2048))
    data[start:start] = data[start : start + size]


def with_other_numbers(data: bytearray, chance: random.Random) -> None:
    found = list(re.finditer(rb"\d+", data))
    for number in sorted(chance.sample(found, min(8, len(found))), key=lambda one: -one.start()):
        data[number.start() : number.end()] = chance.choice((b"0", b"-1", b"2147483648", b"99999999999999999999"))


def with_other_names(data: bytearray, chance: random.Random) -> None:
    found = list(re.finditer(rb"/[A-Za-z]+", data))
    for name in sorted(chance.sample(found, min(8, len(found))), key=lambda one: -one.start()):
        data[name.start() : name.end()] = chance.choice(found).group()


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flipped,
    cut,
    holed,
    without_a_piece,
    doubled,
    with_other_numbers,
    with_other_names,
)


def mutated(seed: int) -> tuple[str, bytes]:
    """A damaged sample, and what was done to it."""
    chance = random.Random(seed)
    path = chance.choice(sorted(RAW.glob("*.pdf")))
    data, damage = bytearray(path.read_bytes()), chance.choice(DAMAGES)
    damage(data, chance)
    return f"{seed} {path.name} {damage.__name__}", bytes(data)


def tasks(seeds: range, until: float, chain: Sequence[str], at_least: int) -> Iterator[Task]:
    for number, seed in enumerate(seeds):
        if number >= at_least and time.monotonic() > until:
            return
        name, data = mutated(seed)
        asked = msgspec.msgpack.encode(Request(f"{seed:016x}", tuple(chain), source=data))
        yield Task(name, asked, 20, 60, 1 << 30)


def outcomes(
    seeds: range, seconds: float, chain: Sequence[str] = CHAIN, at_least: int = 0
) -> Iterator[tuple[str, str, str]]:
    """For each damaged sample what it is, what became of it, and what is wrong with that.

    None is begun when the seconds are over, but for the first few.
    """
    params = Params(ExtractParams(ocr="off"))
    until = time.monotonic() + seconds
    load = msgspec.json.encode(Preload(params, tuple(chain)))
    for outcome in run_tasks(tasks(seeds, until, chain, at_least), load, 2):
        yield outcome.name, *_judged(outcome, chain)


def _judged(outcome: Outcome, chain: Sequence[str]) -> tuple[str, str]:
    finished = read_answer(outcome.answer).finished
    if set(finished) != set(chain):
        fault = "" if outcome.ending in TYPED and "Error:" not in outcome.detail else outcome.detail
        return outcome.ending, fault
    extracted = msgspec.json.decode(finished["extract"], type=ExtractedSubmission)
    end = extracted.error_code or extracted.status
    segmented = msgspec.json.decode(finished["segment"], type=SegmentedSubmission)
    tagged = msgspec.json.decode(finished["tag"], type=TaggedSubmission) if "tag" in finished else _UNTAGGED
    try:
        _check(extracted, segmented, tagged)
    except (schema.SchemaError, AssertionError) as error:
        return end, str(error)
    return end, ""


def _check(extracted: ExtractedSubmission, segmented: SegmentedSubmission, tagged: TaggedSubmission) -> None:
    assert extracted.status in get_args(Status)
    assert extracted.error_code is None or extracted.error_code in get_args(ErrorCode)
    assert (extracted.status == "failed") == (extracted.error_code is not None and extracted.error_message is not None)
    problems: tuple[Problem, ...] = (*extracted.problems, *segmented.problems, *tagged.problems)
    assert all(problem.message.endswith((".", ")")) for problem in problems)
    entry = LedgerEntry("x.pdf", "0" * 64, 1)
    submission = rows.Submission(entry, extracted, segmented, tagged)
    ids = rows.mention_ids(segmented, tagged)
    organizations = [report for report in segmented.reports if report.organization]
    named = [one for one in tagged.mentions if isinstance(one.mention.value, OrganizationValue)]
    found = rows.submission_rows(submission, ids, ["x"] * (len(organizations) + len(named)))
    for name, table in schema.TABLES.items():
        if found.get(name):
            schema.to_arrow(table, found[name])


def main(count: int = 2000, seed: int = 1, seconds: int = 900) -> int:
    """Prints what became of damaged samples; returns 1 when one broke the rule."""
    ends: Counter[str] = Counter()
    wrong = []
    for name, end, fault in outcomes(range(seed * 100_000, seed * 100_000 + count), seconds):
        ends[end] += 1
        if fault:
            wrong.append(f"{name}: {fault}")
            print(wrong[-1], flush=True)
    print(f"{ends.total()} damaged samples, {len(wrong)} with something wrong:", dict(ends.most_common()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
