"""Whatever one task does, it costs itself alone, and its ending is told."""

import ctypes
import errno
import os
import platform
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.command import warn_of_missing_protection
from pipeline.isolate import KeeperError, Outcome, Task, cost_cap, run_tasks
from pipeline.isolate.confinement import (
    ALLOW,
    ARCHITECTURES,
    EQUAL,
    FORBIDDEN_CALLS,
    LOAD,
    NO_CALLS,
    NO_FILES,
    NOT_PERMITTED,
    RETURN,
    filter_program,
    missing_protection,
)
from pipeline.params import Budget
from tests.isolated_work import SLEEPER

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


@pytest.mark.parametrize("work", ["write", "remove", "rename", "truncate"])
def test_a_child_changes_no_file(tmp_path: Path, work: str) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"kept")
    name = f"{work} {path}"
    assert "Permission denied" in run(name)[name].detail
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == {"kept": b"kept"}


def test_a_child_makes_no_file(tmp_path: Path) -> None:
    name = f"write {tmp_path / 'made'}"
    assert run(name)[name].ending == "crashed"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("work", ["connect", "start", "fork", "kill_keeper"])
def test_a_child_reaches_no_network_and_no_process(work: str) -> None:
    outcomes = run(work, "echo 1")
    assert "Operation not permitted" in outcomes[work].detail
    assert outcomes["echo 1"].answer == b"1"


def test_a_child_holds_no_descriptor_but_its_own_pipe() -> None:
    held = run("descriptors")["descriptors"].answer.split()
    assert held[:3] == [b"0", b"1", b"2"]
    assert len(held) == 5, "its pipe, and the folder that it lists"


def test_a_child_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("shout \x1b[31m")["shout \x1b[31m"].answer == b"shouted"
    assert capfd.readouterr() == ("", "")


def test_without_the_kernels_help_files_still_cannot_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNPROTECTED", "yes")
    name = f"write {tmp_path / 'made'}"
    outcomes = run(name, "echo 1", "spin")
    assert "File too large" in outcomes[name].detail
    assert (tmp_path / "made").read_bytes() == b""
    assert (outcomes["echo 1"].answer, outcomes["spin"].ending) == (b"1", "timeout")


@pytest.mark.parametrize(
    ("version", "reason", "machine", "missing"),
    [
        (6, errno.EFAULT, "x86_64", ()),
        (-1, errno.EFAULT, "aarch64", (NO_FILES,)),
        (1, errno.EINVAL, "x86_64", (NO_CALLS,)),
        (1, errno.EFAULT, "riscv64", (NO_CALLS,)),
        (-1, errno.EINVAL, "x86_64", (NO_FILES, NO_CALLS)),
    ],
)
def test_what_a_kernel_lacks_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: int,
    reason: int,
    machine: str,
    missing: tuple[str, ...],
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Kernel(version, reason))
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "platform", "linux")
    assert missing_protection() == missing
    warn_of_missing_protection()
    told = capsys.readouterr().err
    assert told.count("\n") == len(missing)
    assert all(sentence in told for sentence in missing)


class Kernel:
    """A kernel with this version of Landlock, which answers so when it is asked for a filter."""

    def __init__(self, version: int, reason: int) -> None:
        self.version, self.reason = version, reason

    def syscall(self, *_: object) -> int:
        return self.version

    def prctl(self, *_: object) -> int:
        ctypes.set_errno(self.reason)
        return -1


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_the_filter_refuses_what_is_listed_and_allows_the_rest(machine: str) -> None:
    program = list(struct.iter_unpack("=HBBI", filter_program(machine)))
    calls = set(FORBIDDEN_CALLS[machine].values())
    for number in range(500):
        assert answer_of(program, ARCHITECTURES[machine], number) == (NOT_PERMITTED if number in calls else ALLOW)
    assert answer_of(program, 0x40000003, 1) == NOT_PERMITTED, "another architecture"
    assert answer_of(program, ARCHITECTURES[machine], 0x40000001) == NOT_PERMITTED, "x32"


def answer_of(program: list[tuple[int, int, int, int]], architecture: int, call: int) -> int:
    """Runs a filter as the kernel does."""
    at = held = 0
    while True:
        code, then, otherwise, number = program[at]
        if code == RETURN:
            return number
        if code == LOAD:
            held = {0: call, 4: architecture}[number]
            at += 1
            continue
        holds = held == number if code == EQUAL else held >= number
        at += 1 + (then if holds else otherwise)


@pytest.mark.parametrize(("deaths", "ending"), [(1, "timeout"), (2, "crashed")])
@pytest.mark.parametrize("victim", ["keeper", "child"])
def test_who_is_killed_from_outside_is_tried_once_more(victim: str, deaths: int, ending: str) -> None:
    killer = threading.Thread(target=kill_from_outside, args=(victim, deaths))
    killer.start()
    outcomes = run("echo 1", "sleep", "echo 2", "echo 3", wall=2)
    killer.join()
    assert outcomes["sleep"].ending == ending
    assert [outcomes[f"echo {n}"].answer for n in (1, 2, 3)] == [b"1", b"2", b"3"]


def kill_from_outside(victim: str, count: int) -> None:
    """Kills keepers of this process, each when it has a child that sleeps, or such children."""
    killed: set[int] = set()
    while len(killed) < count:
        for keeper in set(_children(os.getpid())) - killed:
            for child in set(_children(keeper)) - killed:
                if _sleeps(child) and len(killed) < count:
                    killed.add(one := keeper if victim == "keeper" else child)
                    os.kill(one, signal.SIGKILL)
        time.sleep(0.02)


def _sleeps(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip() == SLEEPER
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_keeper_that_cannot_load_says_why() -> None:
    with pytest.raises(KeeperError, match="the model is missing"):
        list(run_tasks([Task("x", b"echo", 1, 1, 1 << 30)], b"broken", 1, WORKER))


def test_work_is_rehearsed_once_before_the_second_child() -> None:
    tasks = [Task(str(n), b"", 1, 20, 1 << 30) for n in range(4)]
    outcomes = run_tasks(tasks, b"rehearsed", 1, WORKER)
    assert [outcome.answer for outcome in outcomes] == [b"0", b"1", b"1", b"1"]


def test_children_die_with_the_parent() -> None:
    program = (
        f"from pipeline.isolate import *\nlist(run_tasks([Task('s', b'sleep', 5, 60, 1 << 30)], b'', 1, {WORKER!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    while len(children := _descendants(process.pid)) < 2:
        time.sleep(0.02)
    process.kill()
    process.wait()
    for _ in range(50):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            return
        time.sleep(0.1)
    raise AssertionError(f"still alive: {children}")


def test_a_keeper_whose_parent_ended_while_it_started_does_not_stay() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        another = os.getppid()
        command = [sys.executable, "-m", "pipeline.isolate", str(another), str(theirs.fileno()), WORKER]
        assert subprocess.run(command, pass_fds=[theirs.fileno()], timeout=120).returncode == 1


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _descendants(process: int) -> list[int]:
    found = _children(process)
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
