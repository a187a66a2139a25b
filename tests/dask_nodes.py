"""A scheduler as a process of its own that can be killed, and workers in this process that share its keeper."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from distributed import Scheduler, Worker

ROOT = Path(__file__).parents[1]
SECONDS = 60


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class SchedulerProcess:
    """`python -m tests.dask_nodes PORT`: a scheduler that answers when `start` returns."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.dask_nodes", str(self.port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "listening\n"

    def kill(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._process = None

    def __enter__(self) -> "SchedulerProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()


@contextlib.contextmanager
def worker_threads() -> Iterator["Workers"]:
    """An event loop in a thread, for workers of this process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    workers = Workers(loop)
    try:
        yield workers
    finally:
        workers.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Workers:
    """Workers of this process, one task at a time each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._workers: list[Any] = []

    def add(self, address: str) -> None:
        """Starts one that works for the scheduler at the address."""
        self._workers.append(self._await(_started(address)))

    def close(self) -> None:
        """Ends all."""
        for worker in self._workers:
            self._await(worker.close(timeout=1))
        self._workers.clear()

    def _await(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(SECONDS)


async def _started(address: str) -> Worker:
    return await Worker(address, nthreads=1, memory_limit=0, dashboard=False, death_timeout=SECONDS)


async def _schedule(port: int) -> None:
    async with Scheduler(host="127.0.0.1", port=port, dashboard=False) as scheduler:
        print("listening", flush=True)
        await scheduler.finished()


def wait_for(is_so: Any) -> None:
    """Waits until something is so, for a minute at most."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(_schedule(int(sys.argv[1])))
