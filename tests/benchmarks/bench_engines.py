"""What reading words costs, against pdfplumber and against bare text: CPU time, medians, interleaved.

Run as `python tests/benchmarks/bench_engines.py FILE.pdf ...`; without files, reports made on the spot are read.
"""

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pdfplumber
import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from pipeline.engines import pdfium
from pipeline.layout import lay_out
from pipeline.passages import running_text, vocabulary

ROUNDS = 5
MANY_PAGES = 1000
RESIDENT = """
import sys
from pathlib import Path
from pipeline.engines import pdfium, read_submission
from pipeline.params import ExtractParams
from pipeline.records import Page

def told(when):
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print(f"{when} {pages * 4096 / 2**20:.0f}", end="  ")

data = sys.stdin.buffer.read()
told("imported")
"""
"""What a process of its own does before it reads; bytes of the file count."""
READ_ONE_BY_ONE = f"""{RESIDENT}
for page in pdfium.iter_pages(data):
    if page.page_number in (1, 100, {MANY_PAGES}):
        told(f"page {{page.page_number}}")
"""
WATCH = f"""{RESIDENT}
def watch(count, page, *more):
    if isinstance(page, Page) and page.page_number in (1, 100, {MANY_PAGES}):
        told(f"page {{page.page_number}}")
"""
READ_WHOLE = f"""{WATCH}
read_submission(data, ExtractParams(), watch, keep_pages=False)
told("compared")
"""
READ_FOR_MORE = f"""{WATCH}
from pipeline.reports import segment_pages

told("with what segments")
reading = read_submission(data, ExtractParams(), watch)
segment_pages(reading.pages)
told("segmented")
"""
"""The next step needs all pages, so memory grows with them."""
SENTENCE = "In May 2021 the office (3 staff) trained 1,250 people in 12 countries, at a cost of EUR 2.4 million."


def bare_text(data: bytes) -> int:
    """pypdfium2's raw text, the floor."""
    document = pypdfium2.PdfDocument(data)
    total = 0
    for page in document:
        text_page = page.get_textpage()
        total += len(text_page.get_text_range())
        text_page.close()
        page.close()
    document.close()
    return total


def fast_words(data: bytes) -> int:
    """Words with box, font, size, bold, italic and line."""
    return sum(len(page.words) for page in pdfium.iter_pages(data))


def reference_words(data: bytes) -> int:
    """pdfplumber's words with the same attributes."""
    total = 0
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            total += len(page.extract_words(extra_attrs=["fontname", "size"]))
            page.close()
    return total


def running(data: bytes) -> int:
    """Words, layout and running text."""
    layout = lay_out(tuple(pdfium.iter_pages(data)))
    return len(running_text(layout.lines, vocabulary(layout.lines)).text)


WAYS: tuple[Callable[[bytes], int], ...] = (bare_text, fast_words, reference_words, running)


def made_report(pages: int) -> bytes:
    """A report of plain pages."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=A4)
    for page in range(pages):
        drawing.setFont("Helvetica-Bold", 13)
        drawing.drawString(60, 780, f"{page + 1}. Activities of the year")
        drawing.setFont("Helvetica", 10)
        for row in range(45):
            drawing.drawString(60, 755 - 15 * row, SENTENCE)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def main(paths: Sequence[str]) -> None:
    """Print milliseconds a page and the two ratios, then the memory of a process that reads many pages (Linux)."""
    files = [Path(path).read_bytes() for path in paths] or [made_report(20)]
    pages = sum(len(pypdfium2.PdfDocument(data)) for data in files)
    times: dict[str, list[float]] = {way.__name__: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            start = time.process_time()
            for data in files:
                way(data)
            times[way.__name__].append((time.process_time() - start) / pages * 1000)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:16} {value:7.2f} ms CPU a page")
    print(f"words are read {medians['reference_words'] / medians['fast_words']:.1f} times faster than by pdfplumber")
    print(f"words cost {medians['fast_words'] / medians['bare_text']:.2f} times bare text")
    many = made_report(MANY_PAGES)
    for name, work in (
        ("words page by page", READ_ONE_BY_ONE),
        ("whole submission with cross-check", READ_WHOLE),
        ("kept and segmented", READ_FOR_MORE),
    ):
        found = subprocess.run([sys.executable, "-c", work], input=many, capture_output=True, check=True).stdout
        print(f"resident memory, MiB, {name}: {found.decode().strip()}")


if __name__ == "__main__":
    main(sys.argv[1:])
