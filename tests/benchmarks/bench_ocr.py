"""What is lost when a report is scanned: each PDF and its own pages drawn as pictures, read side by side.

Run as `python -m tests.benchmarks.bench_ocr FILE.pdf ... [--light|--rough] [--dots=150] [--show]`; without files,
reports made on the spot are scanned. With `--light` the pages lie 0.3 degrees askew and are a little grained, with
`--rough` they lie 0.7 degrees askew, are blurred, grey and grained, and JPEG of quality 60.

Everything is counted as F1 with the run over the text layer taken for the truth, in bags: words by page and text (a
dotted leader, its dots close or apart, parts words and is none; signs of list items do not count), sections by report,
path and title, mentions by report, kind and value, bold words by page and text, and pairs of words that follow each
other in a paragraph by report, which tell whether lines are put together in the right order. Curly quotes and long
dashes count as straight and short ones; letter case in titles does not count.
"""

import io
import itertools
import re
import sys
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct, structs
from PIL import Image, ImageFilter

from pipeline import context, recognizer, tagging
from pipeline.engines import drawing, pdfium, read_submission
from pipeline.params import ExtractParams, TagParams
from pipeline.records import Page, Report
from pipeline.reports import segment_pages
from tests.made_reports import make_report_file

DOTS_AN_INCH = 200
MADE = 4
LEADER = re.compile(r"\.{4,}")
BULLETS = "\ufffd\uf0b7•-–—●▪■○*·."


class Read(Struct, frozen=True):
    """What was read off one file, as bags of comparable things."""

    words: Counter[Hashable]
    sections: Counter[Hashable]
    mentions: Counter[Hashable]
    bold: Counter[Hashable]
    pairs: Counter[Hashable]


class Scanner(Struct, frozen=True):
    """How a scanner spoils pages: degrees askew, radius of blur, deviation of grain, share of black, JPEG quality."""

    askew: float = 0.0
    blur: float = 0.0
    grain: float = 0.0
    black: float = 1.0
    quality: int = 75

    def spoiled(self, picture: Image.Image, number: int) -> Image.Image:
        """The picture of the page of that number as this scanner makes it."""
        if not self.askew:
            return picture
        angle = self.askew if number % 2 else -self.askew
        askew = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
        askew = askew.filter(ImageFilter.GaussianBlur(self.blur))
        grain = np.random.default_rng(number).normal(0, self.grain, (askew.height, askew.width))
        grey = np.asarray(askew) * self.black + 150 * (1 - self.black) + grain
        return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


SCANNERS = {"--light": Scanner(0.3, 0.4, 3.0, 0.95), "--rough": Scanner(0.7, 0.7, 6.0, 0.9, 60)}


def scanned(data: bytes, scanner: Scanner, dots: int = DOTS_AN_INCH) -> bytes:
    """The pages of a PDF as pictures, in a PDF."""
    document = pdfium.open_document(data)
    pictures = []
    for number in range(1, len(document) + 1):
        with pdfium.open_page(document, number) as page:
            picture = drawing.draw(page, drawing.whole(page), dots / 72)
        pictures.append(scanner.spoiled(picture, number))
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=dots, save_all=True, append_images=pictures[1:], quality=scanner.quality)
    return out.getvalue()


def plain(text: str) -> str:
    return text.translate(str.maketrans("“”‘’–—‑", "\"\"''---")).replace("…", "...")


def words_of(pages: Iterable[Page]) -> Counter[Hashable]:
    return Counter(
        (p.page_number, part)
        for p in pages
        for w in p.words
        for part in LEADER.split(plain(w.text))
        if part.strip(BULLETS)
    )


def read(data: bytes, nlp: object) -> Read:
    """Everything that is read off a PDF."""
    pages = read_submission(data, ExtractParams(cross_check_pages=0)).pages
    reports = segment_pages(pages)[0]
    return Read(
        words_of(pages),
        Counter((r.ordinal, s.path, plain(s.title.text).casefold()) for r in reports for s in r.sections if s.level),
        Counter(_mentions(nlp, reports)),
        Counter((p.page_number, plain(w.text)) for p in pages for w in p.words if w.bold and w.text.isalpha()),
        Counter(_pairs(reports)),
    )


def _pairs(reports: Iterable[Report]) -> Iterable[Hashable]:
    for report in reports:
        for section in report.sections:
            for paragraph in plain(section.text.text).split("\n"):
                words = [part for part in LEADER.sub(" ", paragraph).split() if part.strip(BULLETS)]
                yield from ((report.ordinal, *pair) for pair in itertools.pairwise(words))


def _mentions(nlp: object, reports: Sequence[Report]) -> Iterable[Hashable]:
    for report in reports:
        for placed in tagging.tag_report(nlp, report, context.of_report(report)):  # type: ignore[arg-type]
            mention = placed.mention
            yield report.ordinal, mention.kind, plain(repr(mention.value)).replace('"', "'")


def f1(true: Counter[Hashable], found: Counter[Hashable]) -> float:
    return 2 * (true & found).total() / max(true.total() + found.total(), 1)


def main(arguments: Sequence[str]) -> None:
    """Prints F1 of words, sections and mentions for each file, and over all."""
    show = "--show" in arguments
    scanner = next((SCANNERS[argument] for argument in arguments if argument in SCANNERS), Scanner())
    dots = next((int(argument[7:]) for argument in arguments if argument.startswith("--dots=")), DOTS_AN_INCH)
    names = [argument for argument in arguments if not argument.startswith("--")]
    files = [Path(name).read_bytes() for name in names] or [make_report_file(seed).data for seed in range(MADE)]
    nlp = recognizer.load(TagParams().place)
    totals = [[Counter[Hashable](), Counter[Hashable]()] for _ in structs.fields(Read)]
    print(f"{'F1 at ' + str(dots) + ' dots an inch':48} words  sections  mentions  bold      pairs     CPU s a page")
    for number, (data, name) in enumerate(zip(files, names or [f"made {n}" for n in range(MADE)], strict=True)):
        true = read(data, nlp)
        if not true.words:
            continue
        picture = scanned(data, scanner, dots)
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
