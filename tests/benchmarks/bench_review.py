"""What reviewing 10,000 changes among 200,000 mentions costs, with as many decisions taken already.

Prints seconds of CPU for what a reviewer waits for, and the seconds until the browser shows the first line.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline import changes, corrections
from pipeline.review import Desk, make_app, open_stand
from pipeline.review.decisions import Log
from pipeline.review.pictures import Pictures
from pipeline.review.server import _Server, uvicorn
from pipeline.review.side import Side
from tests.benchmarks.bench_diff import MANY, MENTIONS, altered, submissions
from tests.browser import browser
from tests.changed_tables import extraction


def timed(what: str, work: Callable[[], Any]) -> Any:
    started = time.process_time()
    result = work()
    print(f"{what}: {time.process_time() - started:.3f} s")
    return result


def decided(desk: Desk, number: int) -> bytes:
    """So many decisions as lines, without the file."""
    lines = []
    known = desk.log.read()
    for entry in [line for line in desk.entries("changes", 1) if line.decidable][:number]:
        subject = desk.subject(entry.id, known)
        assert subject is not None
        machine = corrections.machine_value(subject.kind, subject.row)
        facts = {"who": "ab", "when": "2025-02-03T09:30:00Z", "machine": machine}
        lines.append(corrections.encode(corrections.decide("reject", mention=subject.target, **facts)))  # type: ignore[arg-type]
    return b"".join(lines)


def opening(address: str) -> float:
    with browser() as chromium:
        tab = chromium.new_page()
        started = time.perf_counter()
        tab.goto(address)
        tab.wait_for_selector(".line")
        return time.perf_counter() - started


def main() -> None:
    old = extraction(*submissions(MENTIONS, 0))
    new = altered(old, MANY)
    print(f"{MENTIONS:,} mentions, {MANY:,} changes")
    comparison = timed("comparing", lambda: changes.compare(old, new))
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder) / "_corrections.jsonl")
        pictures = Pictures(lambda submission_id: None)
        desk = Desk(Side(new), log, pictures, lambda key: None, comparison=comparison, old=Side(old), reviewer="ab")
        lines = timed("lines of the queue", lambda: desk.entries("changes", 1))
        timed("lines again", lambda: desk.entries("changes", 1))
        log.path.write_bytes(timed("all of it decided on", lambda: decided(desk, MANY - 1)))
        known = timed("reading the decisions", log.read)
        print(f"{len(known.corrections):,} decisions")
        timed("states of the lines", lambda: desk.states(lines, known))
        last = next(line.id for line in reversed(lines) if line.decidable)
        subject = desk.subject(last, known)
        assert subject is not None
        version = known.version(subject.mention_ids)
        timed("one card", lambda: desk.card(last, known))
        timed("one decision", lambda: desk.decide(last, "accept", who="ab", why="", version=version, typed={}))
        timed("low confidence", lambda: desk.entries("unsure", 0.7))
        timed("stale decisions", lambda: desk.entries("problems", 0.7))
        stand = open_stand()
        server = _Server(uvicorn.Config(make_app(desk, stand.token, stand.port), log_level="warning"), lambda: None)
        thread = threading.Thread(target=server.run, args=([stand.socket],))
        thread.start()
        try:
            print(f"first line after {sorted(opening(stand.address) for _ in range(3))[1]:.2f} s on the clock")
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
