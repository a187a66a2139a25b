"""What reading a submission costs, step by step, and how much of a scan OCR gets right: CPU time, medians, interleaved.

Run as `python tests/benchmarks/bench_reading.py FILE.pdf ...`; without files, reports made on the spot are read.
"""

import io
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline import crosscheck, grids
from pipeline.engines import drawing, hidden, letters, ocr, pdfium, pdfplumber_engine, read_submission
from pipeline.params import ExtractParams
from tests.made_reports import make_report_file

ROUNDS = 5
SCANNED_PAGES = 4
DOTS_AN_INCH = 200


def words(data: bytes) -> None:
    """Words with geometry and style, and the lines drawn on the page: what everything else is measured against."""
    for _ in pdfium.iter_pages(data):
        pass


def hidden_text(data: bytes) -> None:
    """The same, and the search for hidden text."""
    document = pdfium.open_document(data)
    for number in range(1, len(document) + 1):
        with pdfium.open_page(document, number) as page:
            found = list(pdfium.words_with_characters(page))
            held = pdfium.page_of(page, [word for word, _ in found])
            hidden.look(page, held.words, [characters for _, characters in found])
    document.close()


def tables(data: bytes) -> None:
    """The same as words, and the tables."""
    for page in pdfium.iter_pages(data):
        grids.find_tables(page)


def other_letters(data: bytes) -> None:
    """The letters of every page by the second engine, and their comparison."""
    with pdfplumber_engine.open_document(data) as document:
        for page in pdfium.iter_pages(data):
            crosscheck.is_plausible(page, letters.read_letters(document, page.page_number))


def submission(data: bytes) -> None:
    """All that `read_submission` does with its default parameters."""
    read_submission(data, ExtractParams())


def reference(data: bytes) -> None:
    """pdfplumber's words of every page."""
    for _ in pdfplumber_engine.iter_pages(data):
        pass


def milliseconds_a_page(work: Callable[[bytes], None], files: Sequence[bytes], pages: int) -> float:
    started = time.process_time()
    for data in files:
        work(data)
    return 1000 * (time.process_time() - started) / pages


def recognition(data: bytes) -> tuple[float, float]:
    """Word F1 of OCR on the first pages drawn at 200 dots an inch, and its CPU seconds a page."""
    document = pdfium.open_document(data)
    right = wrong = missed = 0
    seconds = 0.0
    numbers = range(1, min(len(document), SCANNED_PAGES) + 1)
    for number in numbers:
        with pdfium.open_page(document, number) as page:
            true = Counter(word.text for word, _ in pdfium.words_with_characters(page) if word.text.strip("\uf0b7•-–—"))
            picture = drawing.draw(page, drawing.whole(page), DOTS_AN_INCH / 72)
        scan = io.BytesIO()
        picture.save(scan, "PDF", resolution=DOTS_AN_INCH)
        started = time.process_time()
        with pdfium.open_page(pdfium.open_document(scan.getvalue()), 1) as page:
            found = Counter(word.text for word in ocr.read_page(page).words if word.text.strip("\uf0b7•-–—"))
        seconds += time.process_time() - started
        right, wrong, missed = (
            right + (true & found).total(),
            wrong + (found - true).total(),
            missed + (true - found).total(),
        )
    return 2 * right / max(2 * right + wrong + missed, 1), seconds / len(numbers)


def main(paths: Sequence[str]) -> None:
    """Prints what each step costs and what OCR gets right."""
    files = [Path(path).read_bytes() for path in paths] or [make_report_file(seed).data for seed in range(6)]
    counts = [read_submission(data, ExtractParams()).page_count or 0 for data in files]
    pages = sum(counts)
    steps = (words, hidden_text, tables, other_letters, submission, reference)
    costs: dict[str, list[float]] = {step.__name__: [] for step in steps}
    for _ in range(ROUNDS):
        for step in steps:
            costs[step.__name__].append(milliseconds_a_page(step, files, pages))
    medians = {name: statistics.median(found) for name, found in costs.items()}
    print(f"{len(files)} files, {pages} pages; CPU milliseconds a page, medians of {ROUNDS}")
    for name, value in medians.items():
        print(f"  {name:14} {value:7.2f}   {value / medians['words']:6.2f} times words")
    alone = {name: medians[name] - medians["words"] for name in ("hidden_text", "tables")}
    print(f"  hidden text alone {alone['hidden_text']:.2f}, tables alone {alone['tables']:.2f}")
    for name, data in zip([*paths, *(f"made {n}" for n in range(len(files)))], files[:3], strict=False):
        f1, seconds = recognition(data)
        print(f"  OCR at {DOTS_AN_INCH} dpi: word F1 {f1:.4f}, {seconds:.2f} CPU s a page  {Path(name).name}")


if __name__ == "__main__":
    main(sys.argv[1:])
