"""A disk that takes no more, for tests of what happens when it is full or cannot be written.

`python -m tests.small_disk FOLDER WHAT [limits]` enters a mount namespace of its own (as root, or with user
namespaces), mounts a small file system at FOLDER and runs over two submissions there: first on an empty disk, then,
with a third, on one that is full to different degrees or read-only, and last on one that has room again. It prints a
line for each run. Where nothing may be mounted, or with `limits`, the system refuses in other ways: no file may grow
beyond a few bytes, and none may be written by a process that has forbidden that to itself.
"""

import contextlib
import ctypes
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline import batch as batches
from pipeline import store
from pipeline.isolate import confinement
from tests.generator import make_submission
from tests.kills import PARAMS, STAGES, Batch, do, in_this_process

SIZE = 8 << 20
CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_RDONLY, MS_REMOUNT, MS_PRIVATE, MS_REC = 1, 32, 1 << 18, 1 << 14


def main(folder: Path, what: str, *, limits: bool) -> None:
    mounted = not limits and _is_mounted(folder)
    raw = folder / "raw"
    raw.mkdir()
    batches.run_tasks = in_this_process
    batch = Batch(raw, folder / "out", PARAMS)
    for seed in range(2):
        (raw / f"{seed}.pdf").write_bytes(make_submission(seed, reports=1, paragraphs=1)[0])
    print("first:", _attempt(batch), flush=True)
    before = _tables(batch)
    (raw / "2.pdf").write_bytes(make_submission(2, reports=1, paragraphs=1)[0])
    for _ in _without_room(folder, what) if mounted else _within_limits(what):
        told = _attempt(batch)
        whole = _tables(batch) == before or told == "done"
        print("then:", told, "tables are whole" if whole else "TABLES ARE NOT WHOLE", flush=True)
    print("last:", _attempt(batch), store.verify_tables(batch.extracted))


def _attempt(batch: Batch) -> str:
    try:
        for stage in STAGES:
            do(batch, stage)
    except store.StoreError as error:
        return str(error.strerror)
    return "done"


def _tables(batch: Batch) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (batch.extracted / "tables").glob("*.parquet")}


def _without_room(folder: Path, what: str) -> Iterator[None]:
    if what == "read-only":
        _call("mount", None, os.fsencode(folder), None, MS_REMOUNT | MS_RDONLY, None)
        yield
        _call("mount", None, os.fsencode(folder), None, MS_REMOUNT, None)
        return
    filler = folder / "filler"
    for left in (0, 4096, 20_000, 60_000, 120_000):
        facts = os.statvfs(folder)
        filler.write_bytes(bytes(facts.f_bavail * facts.f_bsize))
        os.truncate(filler, max(filler.stat().st_size - left, 0))
        yield
        with contextlib.suppress(FileNotFoundError):
            filler.unlink()


def _within_limits(what: str) -> Iterator[None]:
    if what == "read-only":
        process = os.fork()
        if process == 0:
            assert confinement.forbid_files(ctypes.CDLL(None, use_errno=True)), "neither mounts nor Landlock"
            yield
            os._exit(0)
        assert os.waitpid(process, 0)[1] == 0
        return
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 500, 2000, 4000, 8000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def _is_mounted(folder: Path) -> bool:
    try:
        _mount(folder)
    except OSError:
        return False
    return True


def _mount(folder: Path) -> None:
    if os.geteuid() == 0:
        _call("unshare", CLONE_NEWNS)
    else:
        _call("unshare", CLONE_NEWNS | CLONE_NEWUSER)
    _call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    _call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=%d" % SIZE)


def _call(name: str, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_ulong(one) if isinstance(one, int) else one for one in arguments]
    if getattr(library, name)(*given) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], limits="limits" in sys.argv[3:])
