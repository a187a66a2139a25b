"""One untrusted submission in one expendable process, with its budgets.

The *keeper* is a process with one thread that has imported everything and loaded the model, once. For each task it
forks a child, which shares those pages, reads the task, works, and writes its answer to a pipe. A child can be stopped
by its budget of CPU seconds or memory, by the wall clock, or by its own fault: the keeper and all other tasks go on.
When the parent dies, the keeper and its children die; when the keeper dies, the tasks at work are given to a new one.

The answer travels as bytes, never as pickled objects. It comes in parts, and those that a child gave before its end
are kept. The child may write no file: its limit on file size is zero. Where the kernel allows it (Linux, as root or
with user namespaces) it has no network either. It is not kept from starting processes: they live under its limits.
"""

import contextlib
import ctypes
import functools
import gc
import importlib
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Literal, NoReturn

import msgspec
from msgspec import Struct

from pipeline.params import Budget

Ending = Literal["done", "timeout", "memory", "crashed"]
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
CHUNK = 1 << 16
OUT_OF_MEMORY = 91
FAILED = 92
FAULT = b"\0"
"""Parts the answer, which is text without it, from the exception that ended the child."""
MAX_DETAIL = 500
MAX_MESSAGE = 1 << 16
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Submissions share out the cores; the libraries under one of them take one each, and a fork copies no threads."""


Give = Callable[[bytes], None]
Perform = Callable[[bytes, Give], None]
"""The work of one task: it takes the arguments, and gives each part of the answer as soon as that is known."""


class KeeperError(RuntimeError):
    """The keeper could not start; the message is what it said."""


class Task(Struct, frozen=True):
    """Work for one child: its arguments as bytes, and what it may cost."""

    name: str
    arguments: bytes
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int


class Limits(Struct, frozen=True):
    """What the parent tells the keeper of a task: its number, and its budget."""

    number: int
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int


class Outcome(Struct, frozen=True):
    """How a task ended. `answer` holds what it gave until then; `detail` says what went wrong unless it is `done`."""

    name: str
    ending: Ending
    answer: bytes = b""
    detail: str = ""
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


class Exit(Struct, frozen=True):
    """What the keeper tells of a child that ended."""

    number: int
    status: int
    timed_out: bool
    cpu_seconds: float
    peak_bytes: int


def cost_cap(budget: Budget, pages: int) -> tuple[float, float]:
    """CPU and wall seconds for a submission of so many pages."""
    cpu = min(budget.cpu_seconds + budget.cpu_seconds_a_page * pages, max(budget.cpu_seconds, budget.cpu_seconds_cap))
    wall = min(
        budget.wall_seconds + budget.wall_seconds_a_page * pages, max(budget.wall_seconds, budget.wall_seconds_cap)
    )
    return cpu, wall


def die_with_parent() -> None:
    """Asks the kernel to kill this process when its parent ends (Linux; elsewhere the closed socket does it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_the_network() -> bool:
    """Moves this process, and what it will start, to a network of its own that leads nowhere; false if not allowed."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None).unshare
    return any(unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


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
            command = [sys.executable, "-m", "pipeline.isolate", str(theirs.fileno()), worker]
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
            arguments.write(task.arguments)
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
    at a time, so that the one at fault costs only itself.

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
    """Runs tasks under one keeper until there are none or the keeper dies; returns the tasks that were at work."""
    first = next(pending, None)
    if first is None:
        return []
    keeper = Keeper(worker, preload)
    lost: list[Task] = []
    try:
        keeper.start(first)
        while keeper.alive:
            while len(keeper.running) < jobs and (task := next(pending, None)) is not None:
                keeper.start(task)
            if not keeper.running:
                break
            yield from keeper.wait()
    finally:
        lost = keeper.close()
    return lost


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


class _Child(Struct):
    """A child at work, as the keeper sees it."""

    number: int
    process: int
    deadline: float
    timed_out: bool = False


def keep(channel: socket.socket, worker: str) -> None:
    """The keeper's life: preload, then fork a child for each message, until the parent closes the channel."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_the_network()
    try:
        perform = importlib.import_module(worker).preload(channel.recv(MAX_MESSAGE))
    except Exception as error:  # told to the parent, which tells the person
        channel.send(b"!" + str(error).encode("utf-8", "backslashreplace"))
        return
    gc.freeze()
    woken = _wake_on_child_exit()
    children: dict[int, _Child] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select(_seconds_left(children))]
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(CHUNK)
            if channel in ready:
                message, descriptors, _, _ = socket.recv_fds(channel, MAX_MESSAGE, 2)
                if not message:
                    break
                child = _fork(msgspec.json.decode(message, type=Limits), descriptors, perform)
                children[child.process] = child
            _stop_late(children)
            for told in _reap(children):
                channel.send(msgspec.json.encode(told))
    for process in children:
        os.kill(process, signal.SIGKILL)


def _wake_on_child_exit() -> socket.socket:
    """A socket that becomes readable when a child has ended."""
    waker, woken = socket.socketpair()
    waker.setblocking(False)
    woken.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.detach(), warn_on_full_buffer=False)
    return woken


def _seconds_left(children: dict[int, _Child]) -> float | None:
    waiting = [child.deadline for child in children.values() if not child.timed_out]
    return max(0.0, min(waiting) - time.monotonic()) if waiting else None


def _stop_late(children: dict[int, _Child]) -> None:
    for child in children.values():
        if not child.timed_out and time.monotonic() >= child.deadline:
            child.timed_out = True
            os.kill(child.process, signal.SIGKILL)


def _reap(children: dict[int, _Child]) -> Iterator[Exit]:
    while children:
        process, status, usage = os.wait4(-1, os.WNOHANG)
        if not process:
            return
        child = children.pop(process)
        peak = usage.ru_maxrss * (1024 if sys.platform == "linux" else 1)
        yield Exit(child.number, status, child.timed_out, usage.ru_utime + usage.ru_stime, peak)


def _fork(limits: Limits, descriptors: list[int], perform: Perform) -> _Child:
    arguments, answer = descriptors
    process = os.fork()
    if process == 0:
        _work(limits, arguments, answer, perform)
    os.close(arguments)
    os.close(answer)
    return _Child(limits.number, process, time.monotonic() + limits.wall_seconds)


def _work(limits: Limits, arguments: int, answer: int, perform: Perform) -> NoReturn:
    """The child's life."""
    code = FAILED
    try:
        signal.set_wakeup_fd(-1)
        die_with_parent()
        os.lseek(arguments, 0, os.SEEK_SET)
        with os.fdopen(arguments, "rb") as file:
            data = file.read()
        _limit(limits)
        try:
            perform(data, functools.partial(_give, answer))
            code = 0
        except MemoryError:
            code = OUT_OF_MEMORY
        except BaseException as error:  # whatever it is, it ends here and is told
            told = f"{type(error).__name__}: {error}"[:MAX_DETAIL].replace("\0", "\\0")
            _give(answer, FAULT + told.encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)


def _give(pipe: int, part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[os.write(pipe, view[:CHUNK]) :]


def _limit(limits: Limits) -> None:
    seconds = max(1, round(limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ceiling = _address_space() + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


def _address_space() -> int:
    """Bytes of address space in use before the work begins, so that the budget counts the work alone."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a kernel table, not a file of ours
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30


if __name__ == "__main__":
    keep(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
