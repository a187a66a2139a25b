"""Memory in large pages: which ranges are asked for, and that nothing in them changes."""

from pathlib import Path

import pytest

from pipeline.isolate import memory

MAPS = """\
00400000-00a00000 r-xp 00000000 fe:00 12 /usr/bin/python3
00a00000-01000000 rw-p 00600000 fe:00 12 /usr/bin/python3
01080000-01700000 rw-p 00000000 00:00 0 [heap]
7f0000000000-7f00001fffff rw-p 00000000 00:00 0
7f0000400000-7f0000600000 rw-p 00000000 00:00 0
7f0000600000-7f0000800000 rw-s 00000000 00:05 9 /dev/zero (deleted)
7f0000800000-7f0000a00000 r--p 00000000 00:00 0
7ffc00000000-7ffc00400000 rw-p 00000000 00:00 0 [stack]
"""


def test_whole_large_pages_of_a_process_itself_are_asked_for() -> None:
    ranges = list(memory.own_ranges(MAPS, 2 << 20))
    assert ranges == [(0x1200000, 0x1600000), (0x7F0000400000, 0x7F0000600000)]


def test_nothing_changes_when_memory_is_gathered() -> None:
    kept = [bytes([n % 251]) * 5000 for n in range(2000)]
    memory.gather()
    assert kept == [bytes([n % 251]) * 5000 for n in range(2000)]


def test_a_kernel_without_large_pages_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "LARGE_PAGE", tmp_path / "absent")
    assert memory.gather() == 0
