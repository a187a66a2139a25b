"""A folder of hostile files: one row for each entry with an outcome that fits, and the good one as if it were alone."""

import io
import os
import shutil
import socket
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pyarrow.parquet as pq
import pytest
from msgspec import structs

from pipeline import schema
from pipeline.batch import Batch, process
from pipeline.params import Budget, ExtractParams, Params
from pipeline.stages import CHAIN
from pipeline.store import names
from pipeline.tabulate import tabulate
from tests import mutations
from tests.conftest import RAW
from tests.raw_pdf import line, pdf, written

GOOD = "pacific_savings_league_q3_2022.pdf"
SECRET = "Never read this"
PLAIN = pdf(line("The hall opened on 3 May 2021."))
ANY_READING = {"extracted", "partial", "no_text", "corrupt"}
PARAMS = Params(ExtractParams(ocr="off"), budget=Budget(cpu_seconds=2, wall_seconds=60, memory_bytes=512 << 20))


def packed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    filters = " ".join(["/FlateDecode"] * times)
    return f"<< /Filter [{filters}] /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def with_content(stream: bytes, objects: dict[int, bytes] | None = None, resources: str = "") -> bytes:
    """A PDF of one page whose content is this object."""
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << {resources} >> >>"
    held = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"}
    return written({**held, 3: page.encode(), 4: stream, **(objects or {})})


def bomb(mebibytes: int) -> bytes:
    """Content that swells to this size in two steps."""
    return with_content(packed(b" " * (mebibytes << 20), 2))


def laughs(depth: int) -> bytes:
    """Forms that each draw the next one twice."""
    held = {}
    for at in range(depth):
        draw = b"/X Do /X Do" if at < depth - 1 else line("ha")
        head = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {11 + at} 0 R >> >> "
        held[10 + at] = head.encode() + b"/Length %d >>\nstream\n" % len(draw) + draw + b"\nendstream"
    held[10 + depth] = b"null"
    return with_content(packed(b"/X Do"), held, "/XObject << /X 10 0 R >>")


def itself() -> bytes:
    """A tree of pages that is its own branch."""
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})


def endless_map() -> bytes:
    """A font whose map names four thousand million characters."""
    cmap = b"begincmap 1 begincodespacerange <00000000> <ffffffff> endcodespacerange\n"
    cmap += b"1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap"
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H "
    font += b"/DescendantFonts [11 0 R] /ToUnicode 12 0 R >>"
    below = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A "
    below += b"/CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >>"
    held = {10: font, 11: below, 12: packed(cmap)}
    return with_content(packed(b"BT /F 12 Tf 72 700 Td <00410042> Tj ET"), held, "/Font << /F 10 0 R >>")


def locked(user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAIN)) as document:
        document.save(out, encryption=pikepdf.Encryption(user=user, owner="other"))
    return out.getvalue()


def flipped(seed: int) -> bytes:
    data = bytearray(PLAIN)
    for at in range(10 + seed, len(data), 97):
        data[at] ^= 1 << (seed % 8)
    return bytes(data)


def nested(depth: int) -> bytes:
    return with_content(b"[" * depth + b"]" * depth)


FILES: dict[str, tuple[bytes, set[str]]] = {
    "empty.pdf": (b"", {"empty_file"}),
    "page.pdf": (b"<!doctype html><p>404</p>", {"not_a_pdf"}),
    "archive.pdf": (b"PK\x03\x04" + bytes(99), {"not_a_pdf"}),
    "header only.pdf": (b"%PDF-1.7\n", {"corrupt"}),
    "half.pdf": (PLAIN[: len(PLAIN) // 2], ANY_READING),
    "no index.pdf": (PLAIN[: PLAIN.index(b"xref")], ANY_READING),
    "wrong index.pdf": (PLAIN.replace(b"startxref\n", b"startxref\n99"), {"extracted", "partial"}),
    "flipped 1.pdf": (flipped(1), ANY_READING),
    "flipped 6.pdf": (flipped(6), ANY_READING),
    "page tree.pdf": (itself(), ANY_READING),
    "no pages.pdf": (PLAIN.replace(b"/Count 1", b"/Count 9999999"), ANY_READING | {"too_large"}),
    "nested.pdf": (nested(50_000), ANY_READING),
    "bomb.pdf": (bomb(700), {"too_large", "timeout", "no_text", "corrupt"}),
    "laughs.pdf": (laughs(28), {"timeout", "too_large", "extracted", "partial", "corrupt", "no_text"}),
    "endless map.pdf": (endless_map(), ANY_READING | {"timeout", "too_large"}),
    "locked.pdf": (locked("secret"), {"encrypted"}),
    "owned.pdf": (locked(""), {"extracted"}),
    "again.pdf": (PLAIN, {"extracted"}),
    "many %s%n{0}.pdf": (PLAIN + b"\n", {"extracted"}),
    "new\nline.pdf": (PLAIN + b"\n\n", {"extracted"}),
    "=cmd|' '!A0.pdf": (PLAIN + b"\n\n\n", {"extracted"}),
    "\u202efdp.exe": (PLAIN + b"%", {"extracted"}),
    "<script>alert(1)<": (PLAIN + b"%%", {"extracted"}),
    os.fsdecode(b"bytes \xff.pdf"): (PLAIN + b"%%%", {"extracted"}),
}


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link_out(path: Path) -> None:
    path.symlink_to(path.parent.parent / "secret.pdf")


def a_link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_loop(path: Path) -> None:
    path.symlink_to(path)


def a_linked_folder(path: Path) -> None:
    path.symlink_to(path.parent.parent)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def a_folder(path: Path) -> None:
    path.mkdir()


def a_hole(path: Path) -> None:
    path.touch()
    os.truncate(path, 5 << 30)


ODD: dict[Callable[[Path], None], set[str]] = {
    a_pipe: {"unreadable"},
    a_link_out: {"unreadable"},
    a_link_to_a_device: {"unreadable"},
    a_loop: {"unreadable"},
    a_linked_folder: {"unreadable"},
    a_socket: {"unreadable"},
    a_folder: {"unreadable"},
    a_hole: {"too_large"},
}


def fill(raw: Path) -> dict[str, set[str]]:
    """Writes every hostile entry, and returns what may become of each."""
    (raw.parent / "secret.pdf").write_bytes(pdf(line(SECRET)))
    expected = {}
    for name, (data, outcomes) in FILES.items():
        (raw / name).write_bytes(data)
        expected[names.shown(name)] = outcomes
    for make, outcomes in ODD.items():
        make(raw / f"{make.__name__}.pdf")
        expected[f"{make.__name__}.pdf"] = outcomes
    return expected


def run(raw: Path, out: Path) -> Batch:
    batch = Batch(raw, out, PARAMS, jobs=2)
    process(batch, CHAIN, lambda done, total: None)
    tabulate(batch)
    return batch


def rows(batch: Batch, table: str) -> list[dict[str, object]]:
    return pq.read_table(batch.extracted / "tables" / f"{table}.parquet").to_pylist()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Batch, Batch, dict[str, set[str]]]:
    """A run over one good file, a run over the same among hostile ones, and what may become of those."""
    folder = tmp_path_factory.mktemp("hostile")
    batches = []
    expected: dict[str, set[str]] = {}
    for name in ("alone", "among"):
        raw = folder / name / "raw"
        raw.mkdir(parents=True)
        shutil.copy(RAW / GOOD, raw)
        if name == "among":
            expected = fill(raw)
        batches.append(run(raw, folder / name / "out"))
    return batches[0], batches[1], expected


def test_every_entry_has_one_row_with_an_outcome_that_fits(runs: tuple[Batch, Batch, dict[str, set[str]]]) -> None:
    _, among, expected = runs
    found = rows(among, "submissions")
    outcomes = {str(row["file_name"]): str(row["error_code"] or row["status"]) for row in found}
    assert len(found) == len(outcomes) == len(expected) + 1
    assert {name: outcomes.get(name) for name, fit in expected.items() if outcomes.get(name) not in fit} == {}
    assert all(row["error_message"] for row in found if row["status"] == "failed")


def test_hostile_neighbours_change_nothing(runs: tuple[Batch, Batch, dict[str, set[str]]]) -> None:
    alone, among, _ = runs
    submission = rows(alone, "submissions")[0]["submission_id"]
    for table in schema.TABLES:
        before = rows(alone, table)
        if before and "submission_id" in before[0]:
            assert [row for row in rows(among, table) if row["submission_id"] == submission] == before, table


def test_nothing_outside_the_folder_is_read(runs: tuple[Batch, Batch, dict[str, set[str]]]) -> None:
    _, among, _ = runs
    assert not any(SECRET in str(row["text"]) for row in rows(among, "pages"))


def test_a_second_run_has_nothing_to_do(runs: tuple[Batch, Batch, dict[str, set[str]]]) -> None:
    _, among, _ = runs
    assert process(structs.replace(among, jobs=1), CHAIN, lambda done, total: None) == []


def test_damaged_samples_end_as_one_of_the_outcomes_there_are(record_property: Callable[[str, object], None]) -> None:
    """As many of 2,000 as half a minute allows, 60 at least; `python -m tests.mutations` does all, by all stages."""
    started = time.monotonic()
    ends = list(mutations.outcomes(range(2000), seconds=30, chain=("extract", "segment"), at_least=60))
    record_property("damaged samples", f"{len(ends)} of 2,000 in {time.monotonic() - started:.0f} s")
    assert len(ends) >= 60
    assert [(name, fault) for name, _, fault in ends if fault] == []
