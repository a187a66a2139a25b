"""The keeper: what it is told, what it tells, and the life of its children.

It is started as a program, preloads, and forks a child for each task. It has one thread, so that a fork copies all
there is.
"""

import contextlib
import functools
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import NoReturn, Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from pipeline.isolate.confinement import confine, die_with_parent, leave_the_network
from pipeline.isolate.memory import gather

CHUNK = 1 << 16
OUT_OF_MEMORY = 91
FAILED = 92
FAULT = b"\0"
"""Parts the answer, which is text without it, from the exception that ended the child."""
MAX_DETAIL = 500
MAX_MESSAGE = 1 << 16
NEW_OBJECTS = 10_000
"""After so many a child looks for what it could let go of: seldom, since it soon ends. They take a few MB."""
REHEARSED_BEFORE, GATHERED_BEFORE = 2, 20
"""The children, by number, from which on it pays to have rehearsed and to have memory in large pages."""
FIRST_OPENED, MOST_OPEN = 3, 4096
"""A child keeps no descriptor of the keeper's but its own pipe."""

Give = Callable[[bytes], None]
Perform = Callable[[bytes, Give], None]
"""The work of one task: it takes the arguments, and gives each part of the answer as soon as that is known."""


@runtime_checkable
class Rehearsing(Protocol):
    """Work that can be rehearsed: then a child finds made what else each would make on first use.

    It is rehearsed before the second child, since the first is often the only one.
    """

    def rehearse(self) -> None:
        """Does work of its own, of which nothing is to be seen but that later work begins sooner."""


class Limits(Struct, frozen=True):
    """What the parent tells the keeper of a task: its number, and its budget."""

    number: int
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int


class Exit(Struct, frozen=True):
    """What the keeper tells of a child that ended."""

    number: int
    status: int
    timed_out: bool
    cpu_seconds: float
    peak_bytes: int


class _Child(Struct):
    """A child at work, as the keeper sees it."""

    number: int
    process: int
    deadline: float
    timed_out: bool = False


def keep(channel: socket.socket, worker: str) -> None:
    """The keeper's life: preload, then fork a child for each message, until the parent closes the channel."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_the_network()
    gc.disable()  # what is imported and loaded stays
    try:
        perform = importlib.import_module(worker).preload(channel.recv(MAX_MESSAGE))
    except Exception as error:  # told to the parent, which tells the person
        channel.send(b"!" + str(error).encode("utf-8", "backslashreplace"))
        return
    gc.freeze()
    gc.enable()
    woken = _wake_on_child_exit()
    children: dict[int, _Child] = {}
    forked = 0
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select(_seconds_left(children))]
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(CHUNK)
            if channel in ready:
                try:
                    message, descriptors, _, _ = socket.recv_fds(channel, MAX_MESSAGE, 2)
                except ConnectionResetError:  # the parent left without having heard all
                    break
                if not message:
                    break
                forked += 1
                _prepare(forked, perform)
                child = _fork(msgspec.json.decode(message, type=Limits), descriptors, perform)
                children[child.process] = child
            _stop_late(children)
            for told in _reap(children):
                channel.send(msgspec.json.encode(told))
    for process in children:
        os.kill(process, signal.SIGKILL)


def _prepare(number: int, work: Perform) -> None:
    """Does what spares the child of this number, and all after it, more than it costs."""
    if number == REHEARSED_BEFORE and isinstance(work, Rehearsing):
        with contextlib.suppress(Exception):  # what fails here fails in the children, and they tell of it
            work.rehearse()
        gc.freeze()
    if number == GATHERED_BEFORE:
        gather()


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
    keeper = os.getpid()
    process = os.fork()
    if process == 0:
        _work(limits, keeper, arguments, answer, perform)
    os.close(arguments)
    os.close(answer)
    return _Child(limits.number, process, time.monotonic() + limits.wall_seconds)


def _work(limits: Limits, keeper: int, arguments: int, answer: int, perform: Perform) -> NoReturn:
    """The child's life."""
    code = FAILED
    try:
        signal.set_wakeup_fd(-1)
        die_with_parent(keeper)
        os.lseek(arguments, 0, os.SEEK_SET)
        with os.fdopen(arguments, "rb") as file:
            data = file.read()
        _fall_silent()
        os.closerange(FIRST_OPENED, answer)
        os.closerange(answer + 1, MOST_OPEN)
        confine(limits.cpu_seconds, limits.memory_bytes)
        gc.set_threshold(NEW_OBJECTS)
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


def _fall_silent() -> None:
    """What libraries print of a stranger's file, which may quote it, goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _give(pipe: int, part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[os.write(pipe, view[:CHUNK]) :]
