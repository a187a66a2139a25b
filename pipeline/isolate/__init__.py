"""One untrusted submission in one expendable process, with its budgets.

The *keeper* is a process with one thread that has imported everything and loaded the model, once. For each task it
forks a child, which shares those pages, reads the task, works, and writes its answer to a pipe. A child can be stopped
by its budget of CPU seconds or memory, by the wall clock, or by its own fault: the keeper and all other tasks go on.
When the parent dies, the keeper and its children die; when the keeper dies, or a child is killed from outside, the
tasks at work are given to a new one.

The answer travels as bytes, never as pickled objects. It comes in parts, and those that a child gave before its end
are kept. What a child may not do, `confinement` says: it changes no file, reaches no network and starts no process.
"""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from pipeline.isolate.keeper import CHUNK, FAILED, FAULT, MAX_DETAIL, MAX_MESSAGE, OUT_OF_MEMORY, Exit, Limits
from pipeline.isolate.keeper import Give as Give
from pipeline.isolate.keeper import Perform as Perform
from pipeline.params import Budget

Ending = Literal["done", "timeout", "memory", "crashed"]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Submissions share out the cores; the libraries under one of them take one each, and a fork copies no threads."""


KILLED = "stopped by SIGKILL"
"""What becomes of a child when somebody else stops it, such as a system that has no memory left."""


class KeeperError(RuntimeError):
    """The keeper could not start; the message is what it said."""


class Task(Struct, frozen=True):
    """Work for one child: its arguments as bytes, and what it may cost.

    `further` is the end of the arguments, kept apart so that a large file need not be copied to stand behind the rest.
    """

    name: str
    arguments: bytes
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    further: bytes = b""


class Outcome(Struct, frozen=True):
    """How a task ended. `answer` holds what it gave until then; `detail` says what went wrong unless it is `done`."""

    name: str
    ending: Ending
    answer: bytes = b""
    detail: str = ""
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


def cost_cap(budget: Budget, pages: int) -> tuple[float, float]:
    """CPU and wall seconds for a submission of so many pages."""
    cpu = min(budget.cpu_seconds + budget.cpu_seconds_a_page * pages, max(budget.cpu_seconds, budget.cpu_seconds_cap))
    wall = min(
        budget.wall_seconds + budget.wall_seconds_a_page * pages, max(budget.wall_seconds, budget.wall_seconds_cap)
    )
    return cpu, wall


class _Running:
    """A task at work, as the parent sees it: what has come out of its pipe, and its exit when that is known."""

    def __init__(self, task: Task, pipe: int) -> None:
        self.task = task
        self.pipe: int | None = pipe
        self.answer = bytearray()
        self.exit: Exit | None = None

    def drain(self) -> bool:
        """Takes what the pipe holds; true when the pipe has ended."""
        assert self.pipe is not None
        try:
            data = os.read(self.pipe, 16 * CHUNK)
        except BlockingIOError:
            return False
        self.answer += data
        return not data


class Keeper:
    """The parent's handle on the keeper process: starts it, hands it tasks, and hears how they ended."""

    def __init__(self, worker: str, preload: bytes) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "pipeline.isolate", str(os.getpid()), str(theirs.fileno()), worker]
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=os.environ | ONE_THREAD
            )
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.socket, selectors.EVENT_READ)
        self.running: dict[int, _Running] = {}
        self.alive = True
        self._count = 0
        self._send(preload, [])

    def start(self, task: Task) -> None:
        """Hands a task over: its limits in a message, its arguments in an unnamed file, a pipe for the answer."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        self._count += 1
        limits = Limits(self._count, task.cpu_seconds, task.wall_seconds, task.memory_bytes)
        with tempfile.TemporaryFile() as arguments:
            arguments.writelines((task.arguments, task.further))
            arguments.flush()
            self._send(msgspec.json.encode(limits), [arguments.fileno(), writing])
        os.close(writing)
        self.running[self._count] = _Running(task, reading)
        self.selector.register(reading, selectors.EVENT_READ, self._count)

    def _send(self, message: bytes, descriptors: list[int]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the keeper's end is heard in `wait`
            socket.send_fds(self.socket, [message], descriptors)

    def wait(self) -> Iterator[Outcome]:
        """Waits until something happens, and yields the outcomes of the tasks that have ended."""
        for event, _ in self.selector.select():
            if event.fileobj is self.socket:
                self._hear()
            elif event.data in self.running:
                self._drain(self.running[event.data])
        for number in [n for n, work in self.running.items() if work.exit is not None and work.pipe is None]:
            yield _outcome(self.running.pop(number))

    def _hear(self) -> None:
        try:
            message = self.socket.recv(MAX_MESSAGE)
        except ConnectionResetError:  # told once, ahead of what the keeper said before its end
            message = self.socket.recv(MAX_MESSAGE)
        if message.startswith(b"!"):
            raise KeeperError(message[1:].decode("utf-8", "replace"))
        if message:
            told = msgspec.json.decode(message, type=Exit)
            self.running[told.number].exit = told
        else:
            self.alive = False

    def _drain(self, work: _Running) -> None:
        if work.drain() and work.pipe is not None:
            self.selector.unregister(work.pipe)
            os.close(work.pipe)
            work.pipe = None

    def close(self) -> list[Task]:
        """Ends the keeper and its children; returns the tasks that were at work."""
        self.socket.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for work in self.running.values():
            if work.pipe is not None:
                os.close(work.pipe)
        self.selector.close()
        return [work.task for work in self.running.values()]


def run_tasks(tasks: Iterable[Task], preload: bytes, jobs: int, worker: str = "pipeline.steps") -> Iterator[Outcome]:
    """Runs tasks in expendable children, `jobs` at a time, and yields outcomes as they come.

    `tasks` is drawn from only when a place is free. When the keeper itself dies, the tasks at work are tried again, one
    at a time, so that the one at fault costs only itself; so is a task whose child was killed from outside.

    Args:
        tasks: the work; names must differ.
        preload: what the worker module's `preload` is called with in the keeper; it returns what does the tasks.
        jobs: children at a time.
        worker: the module that has `preload`.

    Raises:
        KeeperError: the keeper could not load what it needs, such as the model.
    """
    pending = iter(tasks)
    lost = yield from _run(pending, preload, jobs, worker)
    while lost:
        task, lost = lost[0], lost[1:]
        again = yield from _run(iter([task]), preload, 1, worker)
        if again:
            yield Outcome(task.name, "crashed", detail="its worker was killed twice")
        if not lost:
            lost = yield from _run(pending, preload, jobs, worker)


def _run(pending: Iterator[Task], preload: bytes, jobs: int, worker: str) -> Generator[Outcome, None, list[Task]]:
    """Runs tasks under one keeper until there are none or the keeper dies; returns the tasks that were killed."""
    first = next(pending, None)
    if first is None:
        return []
    keeper = Keeper(worker, preload)
    at_work, killed = {first.name: first}, []
    try:
        keeper.start(first)
        while keeper.alive:
            while len(keeper.running) < jobs and (task := next(pending, None)) is not None:
                at_work[task.name] = task
                keeper.start(task)
            if not keeper.running:
                break
            for outcome in keeper.wait():
                task = at_work.pop(outcome.name)
                if outcome.detail == KILLED:
                    killed.append(task)
                else:
                    yield outcome
    finally:
        killed += keeper.close()
    return killed


def _outcome(work: _Running) -> Outcome:
    ended = work.exit
    assert ended is not None
    answer, status = bytes(work.answer), ended.status
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = 0 if signalled else os.WEXITSTATUS(status)
    ending: Ending
    if ended.timed_out or signalled == signal.SIGXCPU:
        ending, detail = "timeout", "time budget used up"
    elif signalled:
        ending, detail = "crashed", f"stopped by {_signal_name(signalled)}"
    elif code == OUT_OF_MEMORY:
        ending, detail = "memory", "memory budget used up"
    elif code == FAILED:
        answer, _, fault = answer.rpartition(FAULT)
        ending, detail = "crashed", fault.decode("utf-8", "replace")[:MAX_DETAIL]
    elif code or not answer:
        ending, detail = "crashed", f"it left with exit code {code} and without an answer"
    else:
        ending, detail = "done", ""
    return Outcome(work.task.name, ending, answer, detail, ended.cpu_seconds, ended.peak_bytes)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"
