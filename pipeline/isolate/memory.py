"""Memory in large pages, so that a fork has less to copy.

A fork copies an entry for each page that the keeper has filled, and a child that ends gives each back: for 150 MB of
loaded libraries and tables that is 40,000 entries, and on a virtual machine more time than the kernel takes for
anything else about a child. In large pages it is one entry for 512. Linux 6.1 can be asked to lay pages together that
are there already (madvise with MADV_COLLAPSE); elsewhere nothing happens.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MADV_COLLAPSE = 25
LARGE_PAGE = Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")
MAPS = Path("/proc/self/maps")


def gather() -> int:
    """Lays this process's own memory together in large pages; returns the bytes of the ranges where all is."""
    if sys.platform != "linux":
        return 0
    gathered = 0
    with suppress(OSError, ValueError):
        size = int(LARGE_PAGE.read_text())
        madvise = ctypes.CDLL(None).madvise
        for start, end in list(own_ranges(MAPS.read_text(), size)):
            if madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE) == 0:
                gathered += end - start
    return gathered


def own_ranges(maps: str, size: int) -> Iterator[tuple[int, int]]:
    """The ranges of whole large pages among what a process may write to and has from no file.

    Args:
        maps: what the kernel tells of the memory of a process (proc_pid_maps).
        size: bytes of a large page.
    """
    for line in maps.splitlines():
        place, rights, *_, name = (*line.split(maxsplit=5), "")[:6]
        if rights != "rw-p" or name.strip() not in ("", "[heap]"):
            continue
        start, end = (int(address, 16) for address in place.split("-"))
        first, after = -(-start // size) * size, end // size * size
        if first < after:
            yield first, after
