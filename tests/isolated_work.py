"""Work of every bad kind, for the tests of `isolate`."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.isolate import Give, Perform, confinement

SLEEPER = "sleeper"
"""What a process is called that sleeps."""
PR_SET_NAME = 15


def preload(data: bytes) -> Perform:
    if data == b"broken":
        raise RuntimeError("the model is missing")
    if os.environ.get("UNPROTECTED"):
        confinement.forbid_files = confinement.forbid_calls = lambda *_: False
    return Rehearsed() if data == b"rehearsed" else perform


class Rehearsed:
    """Work that says how often it was rehearsed, and whose rehearsals end badly."""

    def __init__(self) -> None:
        self.rehearsals = 0

    def __call__(self, arguments: bytes, give: Give) -> None:
        give(str(self.rehearsals).encode())

    def rehearse(self) -> None:
        self.rehearsals += 1
        raise ValueError("not what was meant")


def perform(arguments: bytes, give: Give) -> None:
    """Does the works of a task, parted by `;`, one after another."""
    for work in arguments.decode().split("; "):
        name, _, rest = work.partition(" ")
        give(WORK[name](rest))


def spin(_: str) -> bytes:
    while True:
        pass


def sleep(_: str) -> bytes:
    ctypes.CDLL(None).prctl(PR_SET_NAME, SLEEPER.encode())
    time.sleep(60)
    return b""


def hoard(_: str) -> bytes:
    return bytes(1 << 32)


def abort(_: str) -> bytes:
    os.abort()


def crash(_: str) -> bytes:
    ctypes.string_at(0)
    return b""


def fail(rest: str) -> bytes:
    raise ValueError(rest)


def recurse(rest: str) -> bytes:
    return recurse(rest)


def write(path: str) -> bytes:
    Path(path).write_bytes(b"x")
    return b"wrote"


def connect(_: str) -> bytes:
    with socket.socket() as channel:
        channel.settimeout(1)
        channel.connect(("127.0.0.1", 9))
    return b"connected"


def kill_keeper(_: str) -> bytes:
    os.kill(os.getppid(), signal.SIGKILL)
    return b"killed"


def start(_: str) -> bytes:
    subprocess.run(["true"], check=True)
    return b"started"


def fork(_: str) -> bytes:
    if os.fork() == 0:
        os._exit(0)
    return b"forked"


def remove(path: str) -> bytes:
    Path(path).unlink()
    return b"removed"


def rename(path: str) -> bytes:
    Path(path).rename(f"{path}.moved")
    return b"renamed"


def truncate(path: str) -> bytes:
    os.truncate(path, 0)
    return b"truncated"


def descriptors(_: str) -> bytes:
    return " ".join(sorted(path.name for path in Path("/proc/self/fd").iterdir())).encode()


def shout(rest: str) -> bytes:
    print(rest, flush=True)
    os.write(2, rest.encode())
    return b"shouted"


def leave(_: str) -> bytes:
    os._exit(0)


WORK: dict[str, Callable[[str], bytes]] = {
    "echo": lambda rest: rest.encode(),
    "large": lambda rest: rest.encode() * (1 << 20),
    "spin": spin,
    "sleep": sleep,
    "hoard": hoard,
    "abort": abort,
    "crash": crash,
    "fail": fail,
    "recurse": recurse,
    "write": write,
    "connect": connect,
    "kill_keeper": kill_keeper,
    "leave": leave,
    "start": start,
    "shout": shout,
    "fork": fork,
    "remove": remove,
    "rename": rename,
    "truncate": truncate,
    "descriptors": descriptors,
}
