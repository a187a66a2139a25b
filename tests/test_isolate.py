"""Whatever one task does, it costs itself alone, and its ending is told."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.isolate import KeeperError, Outcome, Task, cost_cap, run_tasks
from pipeline.params import Budget

WORKER = "tests.isolated_work"


def run(*works: str, jobs: int = 2, cpu: float = 1, wall: float = 20, memory: int = 1 << 30) -> dict[str, Outcome]:
    tasks = [Task(work, work.encode(), cpu, wall, memory) for work in works]
    outcomes = list(run_tasks(tasks, b"", jobs, WORKER))
    assert sorted(outcome.name for outcome in outcomes) == sorted(works)
    return {outcome.name: outcome for outcome in outcomes}


def test_answers_come_back_whole() -> None:
    works = [f"echo {n}" for n in range(20)]
    outcomes = run(*works, "large abcd")
    assert {name: outcome.answer.decode() for name, outcome in outcomes.items() if name in works} == {
        work: work.removeprefix("echo ") for work in works
    }
    assert outcomes["large abcd"].answer == b"abcd" * (1 << 20)


@pytest.mark.parametrize(
    ("work", "ending", "detail"),
    [
        ("spin", "timeout", "time budget"),
        ("hoard", "memory", "memory budget"),
        ("abort", "crashed", "SIGABRT"),
        ("crash", "crashed", "SIGSEGV"),
        ("fail because", "crashed", "ValueError: because"),
        ("recurse", "crashed", "RecursionError"),
    ],
)
def test_a_bad_task_costs_only_itself(work: str, ending: str, detail: str) -> None:
    outcomes = run("echo 1", work, "echo 2")
    assert (outcomes["echo 1"].answer, outcomes["echo 2"].answer) == (b"1", b"2")
    assert outcomes[work].ending == ending
    assert detail in outcomes[work].detail
    assert outcomes[work].answer == b""


def test_the_wall_clock_stops_what_uses_no_cpu() -> None:
    assert run("sleep", wall=0.5)["sleep"].ending == "timeout"


def test_a_child_writes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "written"
    assert run(f"write {path}")[f"write {path}"].ending == "crashed"
    assert not path.exists() or path.read_bytes() == b""


def test_the_death_of_the_keeper_is_survived() -> None:
    outcomes = run("echo 1", "kill_keeper", "echo 2", "echo 3", wall=10)
    assert outcomes["kill_keeper"].ending == "crashed"
    assert [outcomes[f"echo {n}"].answer for n in (1, 2, 3)] == [b"1", b"2", b"3"]


def test_a_keeper_that_cannot_load_says_why() -> None:
    with pytest.raises(KeeperError, match="the model is missing"):
        list(run_tasks([Task("x", b"echo", 1, 1, 1 << 30)], b"broken", 1, WORKER))


def test_children_die_with_the_parent() -> None:
    program = (
        "from pipeline.isolate import *; import os, threading\n"
        "threading.Timer(1.5, lambda: os.kill(os.getpid(), 9)).start()\n"
        f"list(run_tasks([Task('s', b'sleep', 5, 60, 1 << 30)], b'', 1, {WORKER!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    time.sleep(1)
    children = _descendants(process.pid)
    assert len(children) == 2
    process.wait()
    for _ in range(50):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            return
        time.sleep(0.1)
    raise AssertionError(f"still alive: {children}")


def _descendants(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    found = [int(child) for child in text.split()]
    return found + [below for child in found for below in _descendants(child)]


def test_budgets_grow_with_pages_up_to_a_cap() -> None:
    budget = Budget()
    assert cost_cap(budget, 0) == (30, 120)
    assert cost_cap(budget, 100) == (80, 320)
    assert cost_cap(budget, 1_000_000) == (600, 2400)


def test_what_came_before_a_fault_is_kept() -> None:
    outcomes = run("echo 1; fail because; echo 2", "echo 1; abort", "echo 1; spin", "echo 1; hoard")
    assert {outcome.answer for outcome in outcomes.values()} == {b"1"}
    assert outcomes["echo 1; fail because; echo 2"].detail == "ValueError: because"


def test_to_leave_without_an_answer_is_a_crash() -> None:
    outcome = run("leave")["leave"]
    assert (outcome.ending, outcome.detail) == ("crashed", "it left with exit code 0 and without an answer")


def test_a_child_reaches_no_network() -> None:
    """Where the kernel lets a process leave its network; elsewhere the connection is refused."""
    program = "from pipeline.isolate import leave_the_network; print(leave_the_network())"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    reason = "unreachable" if answer.stdout == "True\n" else "refused"
    outcome = run("connect")["connect"]
    assert outcome.ending == "crashed"
    assert reason in outcome.detail
