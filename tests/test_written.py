"""Reports as people write them, set with reportlab: what is read of them is what stands in them."""

import pytest

from tests.written.comparison import compare, read
from tests.written.platypus import platypus_bytes
from tests.written.source import Written, read_sources

SOURCES = {written.name: written for written in read_sources()}
TOLD = ("report count", "organization", "acronym", "start", "end", "title", "numbered", "unnumbered", "number")


@pytest.mark.parametrize("written", SOURCES.values(), ids=SOURCES)
def test_a_written_report_is_read(written: Written) -> None:
    tally = compare(read(platypus_bytes(written)), written.reports)
    assert [miss for miss in tally.misses if miss.startswith(TOLD)] == []


def test_a_source_is_set_the_same_every_time() -> None:
    written = next(iter(SOURCES.values()))
    assert platypus_bytes(written) == platypus_bytes(written)
