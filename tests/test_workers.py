"""Work that other processes help with is done once and wholly, whatever becomes of them."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.isolate.workers import Workers
from pipeline.params import Budget

WORKER = "tests.isolated_work"
JOBS = [f"echo {number}".encode() for number in range(7)]
ANSWERS = sorted(str(number).encode() for number in range(7))


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(WORKER, b"", 2, Budget()) as found:
        yield found


def here(job: bytes) -> bytes:
    return b"here: " + job


def test_one_keeper_answers_round_after_round(workers: Workers) -> None:
    keeper = workers.start()
    for _ in range(2):
        assert sorted(workers.each(iter(JOBS), here)) == ANSWERS
    assert workers.start() is keeper


def test_no_job_is_drawn_before_there_is_a_place_for_it(workers: Workers) -> None:
    drawn = []

    def jobs() -> Iterator[bytes]:
        for job in JOBS:
            drawn.append(job)
            yield job

    answers = workers.each(jobs(), here)
    for got in range(1, len(JOBS) + 1):
        next(answers)
        assert len(drawn) <= got + 3, "two at work, and one that waits to be taken"


def test_what_a_child_breaks_on_is_done_here(workers: Workers) -> None:
    assert sorted(workers.each([*JOBS, b"fail"], here)) == sorted([*ANSWERS, b"here: fail"])


def test_what_is_wrong_with_a_job_is_told_here(workers: Workers) -> None:
    def wrong(job: bytes) -> bytes:
        raise ValueError(job.decode())

    with pytest.raises(ValueError, match="fail"):
        list(workers.each([*JOBS, b"fail"], wrong))


def test_without_the_keeper_all_is_done_here(workers: Workers) -> None:
    keeper = workers.start()

    def kill_it() -> None:
        time.sleep(0.5)
        os.kill(keeper.process.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_it)
    killer.start()
    found = sorted(workers.each([*JOBS, b"sleep", *JOBS], here))
    killer.join()
    done_here = [answer for answer in found if answer.startswith(b"here: ")]
    assert b"here: sleep" in done_here
    assert sorted(answer.removeprefix(b"here: echo ") for answer in found if b"sleep" not in answer) == sorted(
        ANSWERS * 2
    )


def test_a_keeper_that_cannot_load_leaves_all_to_this_process() -> None:
    with Workers(WORKER, b"broken", 2, Budget()) as workers:
        assert sorted(workers.each(JOBS, here)) == sorted(map(here, JOBS))
        assert sorted(workers.each(JOBS, here)) == sorted(map(here, JOBS))


def test_none_is_left_when_a_round_is_given_up() -> None:
    with Workers(WORKER, b"", 2, Budget()) as workers:
        process = workers.start().process.pid
        answers = workers.each([b"echo 1", b"sleep", b"sleep"], here)
        assert next(answers) == b"1"
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    for _ in range(50):
        if not any(Path(f"/proc/{child}").exists() for child in (process, *children)):
            return
        time.sleep(0.1)
    raise AssertionError(f"still alive: {process}, {children}")
