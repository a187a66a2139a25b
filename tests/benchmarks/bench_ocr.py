"""What is lost when a report is scanned: each PDF and its own pages drawn as pictures, read side by side.

Run as `python -m tests.benchmarks.bench_ocr FILE.pdf ... [--show]`; without files, reports made on the spot are
scanned. Words are compared page by page, sections by path and title, mentions by kind, section, text and value, bold by
words, all as F1 with the run over the text layer taken for the truth. Bullets and letter case in titles do not count.
"""

import io
import sys
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct, structs

from pipeline import context, recognizer, tagging
from pipeline.engines import drawing, pdfium, read_submission
from pipeline.params import ExtractParams, TagParams
from pipeline.records import Page, Report
from pipeline.reports import segment_pages
from tests.made_reports import make_report_file

DOTS_AN_INCH = 200
MADE = 4
BULLETS = "\uf0b7•-–—●▪○*·"


class Read(Struct, frozen=True):
    """What was read off one file, as bags of comparable things."""

    words: Counter[Hashable]
    sections: Counter[Hashable]
    mentions: Counter[Hashable]
    bold: Counter[Hashable]


def scanned(data: bytes) -> bytes:
    """The pages of a PDF as pictures, in a PDF."""
    document = pdfium.open_document(data)
    pictures = []
    for number in range(1, len(document) + 1):
        with pdfium.open_page(document, number) as page:
            pictures.append(drawing.draw(page, drawing.whole(page), DOTS_AN_INCH / 72))
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=DOTS_AN_INCH, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def plain(text: str) -> str:
    return text.translate(str.maketrans("“”‘’–—‑", "\"\"''---")).replace("…", "...")


def words_of(pages: Iterable[Page]) -> Counter[Hashable]:
    return Counter((p.page_number, plain(w.text)) for p in pages for w in p.words if w.text.strip(BULLETS))


def read(data: bytes, nlp: object) -> Read:
    """Everything that is read off a PDF."""
    pages = read_submission(data, ExtractParams(cross_check_pages=0)).pages
    reports = segment_pages(pages)[0]
    return Read(
        words_of(pages),
        Counter((r.ordinal, s.path, plain(s.title.text).casefold()) for r in reports for s in r.sections if s.level),
        Counter(_mentions(nlp, reports)),
        Counter((p.page_number, plain(w.text)) for p in pages for w in p.words if w.bold and w.text.isalpha()),
    )


def _mentions(nlp: object, reports: Sequence[Report]) -> Iterable[Hashable]:
    for report in reports:
        paths = {section.ordinal: section.path for section in report.sections}
        for placed in tagging.tag_report(nlp, report, context.of_report(report)):  # type: ignore[arg-type]
            mention = placed.mention
            yield report.ordinal, paths[placed.section], mention.kind, plain(mention.text), repr(mention.value)


def f1(true: Counter[Hashable], found: Counter[Hashable]) -> float:
    return 2 * (true & found).total() / max(true.total() + found.total(), 1)


def main(arguments: Sequence[str]) -> None:
    """Prints F1 of words, sections and mentions for each file, and over all."""
    show = "--show" in arguments
    names = [argument for argument in arguments if not argument.startswith("--")]
    files = [Path(name).read_bytes() for name in names] or [make_report_file(seed).data for seed in range(MADE)]
    nlp = recognizer.load(TagParams().place)
    totals = [[Counter[Hashable](), Counter[Hashable]()] for _ in structs.fields(Read)]
    print(f"{'F1 at ' + str(DOTS_AN_INCH) + ' dots an inch':48} words  sections  mentions  bold   CPU s a page")
    for number, (data, name) in enumerate(zip(files, names or [f"made {n}" for n in range(MADE)], strict=True)):
        true = read(data, nlp)
        if not true.words:
            continue
        picture = scanned(data)
        begun = time.process_time()
        found = read(picture, nlp)
        seconds = (time.process_time() - begun) / len(pdfium.open_document(picture))
        scores = []
        for total, one, two in zip(totals, structs.astuple(true), structs.astuple(found), strict=True):
            scores.append(f1(one, two))
            total[0].update({(number, thing): count for thing, count in one.items()})
            total[1].update({(number, thing): count for thing, count in two.items()})
            if show and one != two:
                print("  missed  ", *list((one - two).elements())[:40], sep="\n      ")
                print("  made up ", *list((two - one).elements())[:40], sep="\n      ")
        print(
            f"{Path(name).name[:48]:48} " + "    ".join(f"{score:.4f}" for score in scores) + f"  {seconds:6.2f}",
            flush=True,
        )
    print(f"{'all':48} " + "    ".join(f"{f1(*total):.4f}" for total in totals))


if __name__ == "__main__":
    main(sys.argv[1:])
