"""Another clock and another order of folders, for every Python process whose PYTHONPATH holds this folder."""

import ctypes
import datetime
import gc
import os
import time
from collections.abc import Callable
from typing import Any

SECONDS = float(os.environ.get("CLOCK_AHEAD", "0"))
REAL_TIME, REAL_TIME_NS = time.time, time.time_ns
REAL_SCANDIR, REAL_LISTDIR = os.scandir, os.listdir


def now(cls: Any, tz: Any = None) -> Any:
    return cls.fromtimestamp(time.time(), tz)


def utcnow(cls: Any) -> Any:
    return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


def replace_method(name: str, function: Callable[..., Any]) -> None:
    """Gives the type of dates and times another method, which CPython allows by this way only."""
    gc.get_referents(datetime.datetime.__dict__)[0][name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


class Scandir:
    """The entries of a folder, last first."""

    def __init__(self, path: Any = ".") -> None:
        with REAL_SCANDIR(path) as found:
            self.entries = iter(sorted(found, key=lambda entry: entry.name, reverse=True))

    def __enter__(self) -> "Scandir":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> "Scandir":
        return self

    def __next__(self) -> Any:
        return next(self.entries)

    def close(self) -> None:
        self.entries = iter(())


if SECONDS:
    time.time = lambda: REAL_TIME() + SECONDS  # `date.today` asks it too
    time.time_ns = lambda: REAL_TIME_NS() + round(SECONDS * 1e9)
    replace_method("now", now)
    replace_method("utcnow", utcnow)
if os.environ.get("FOLDERS_REVERSED"):
    os.scandir = Scandir
    os.listdir = lambda path=".": sorted(REAL_LISTDIR(path), reverse=True)
