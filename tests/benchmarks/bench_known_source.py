"""How faithful the text is: reports of known source, printed by several programs, read back.

Run as `python -m tests.benchmarks.bench_known_source [FOLDER]`; the PDFs are written to FOLDER (by default a
temporary one). reportlab is always there; LibreOffice (`soffice`) prints in three fonts, with and without broken words;
a browser (`chromium`) and `pdflatex`, with outline fonts and with bitmap ones, are used when they are installed.

For each: the share of the source's words, in their order, that are read (1 - edit distance / words), headings whose
number and title are found as such, and precision and recall of bold lines.
"""

import itertools
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from html import escape
from io import BytesIO
from pathlib import Path

from msgspec import Struct
from rapidfuzz.distance import Levenshtein
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

from pipeline.engines import read_submission
from pipeline.layout import Line, lay_out
from pipeline.params import ExtractParams
from pipeline.passages import running_text, vocabulary
from pipeline.reports import segment_pages

FONTS = ("Liberation Serif", "DejaVu Sans", "Carlito")
DOCUMENTS = 3
SECTIONS = 14
SENTENCES = Path(__file__).parents[1] / "written" / "sentences.txt"
TOPICS = (
    "Training of volunteers", "Water and sanitation", "Membership and governance", "Emergency relief in the north",
    "Health campaigns", "Publications", "Cooperation with the university", "Finances", "Plans for the coming year",
    "Visits abroad", "Women’s savings groups", "Reforestation", "Schools and scholarships", "Legal advice",
)  # fmt: skip
SYLLABLE = re.compile(r"(?<=[a-z]{3})(?<=[aeiou][bcdfgklmnprstv])(?=[bcdfgklmnprstv][aeiou][a-z]{2})")
BOLD, PLAIN = True, False


class Block(Struct, frozen=True):
    """One paragraph of the source."""

    text: str
    bold: bool
    number: str | None = None

    @property
    def printed(self) -> str:
        return f"{self.number} {self.text}" if self.number else self.text


def made_source(seed: int) -> list[Block]:
    """The paragraphs of a report with numbered headings, bold and plain."""
    rng = random.Random(seed)
    sentences = SENTENCES.read_text().splitlines()
    topics = rng.sample(TOPICS, len(TOPICS))
    blocks = []
    for number in range(1, SECTIONS + 1):
        blocks.append(Block(topics[(number - 1) % len(topics)], BOLD, f"{number}."))
        for _ in range(rng.randint(2, 4)):
            blocks.append(Block(" ".join(rng.sample(sentences, rng.randint(3, 6))), PLAIN))
        if rng.random() < 0.4:
            blocks.append(Block(" ".join(rng.sample(sentences, 2)), BOLD))
            blocks.append(Block(rng.choice(sentences), PLAIN))
    return blocks


def as_html(blocks: Sequence[Block], font: str, *, breaks: bool) -> str:
    """The report as a web page; soft hyphens say where words may be broken."""

    def shown(block: Block) -> str:
        text = SYLLABLE.sub("\u00ad", block.printed) if breaks else block.printed
        return f"<b>{escape(text)}</b>" if block.bold else escape(text)

    style = f"@page {{margin: 2.5cm}} p {{font: 11pt '{font}'; text-align: justify; margin: 0 0 6pt 0}}"
    body = "".join(f"<p>{shown(block)}</p>" for block in blocks)
    return f"<html><head><meta charset='utf-8'><style>{style}</style></head><body>{body}</body></html>"


def by_office(folder: Path, sources: Sequence[list[Block]]) -> Iterator[tuple[str, list[Block], bytes]]:
    program = shutil.which("soffice")
    if not program:
        return
    wanted = {}
    for number, blocks in enumerate(sources):
        for font in FONTS:
            for breaks in (False, True):
                name = f"{font.replace(' ', '-')}{'-hyphenated' if breaks else ''}-{number}"
                (folder / f"{name}.html").write_text(as_html(blocks, font, breaks=breaks))
                wanted[name] = blocks
    profile = f"-env:UserInstallation=file://{folder.resolve()}/profile"
    command = [program, "--headless", profile, "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export"]
    files = [str(folder / f"{name}.html") for name in wanted]
    subprocess.run([*command, "--outdir", str(folder), *files], check=True, capture_output=True)
    for name, blocks in wanted.items():
        yield f"LibreOffice {name.rpartition('-')[0]}", blocks, (folder / f"{name}.pdf").read_bytes()


def by_reportlab(folder: Path, sources: Sequence[list[Block]]) -> Iterator[tuple[str, list[Block], bytes]]:
    styles = {
        bold: ParagraphStyle("p", fontName="Helvetica-Bold" if bold else "Helvetica", fontSize=10, leading=13,
                             alignment=TA_JUSTIFY, spaceAfter=6)
        for bold in (BOLD, PLAIN)
    }  # fmt: skip
    for number, blocks in enumerate(sources):
        out = BytesIO()
        SimpleDocTemplate(out).build([Paragraph(escape(block.printed), styles[block.bold]) for block in blocks])
        (folder / f"reportlab-{number}.pdf").write_bytes(out.getvalue())
        yield "reportlab", blocks, out.getvalue()


def by_browser(folder: Path, sources: Sequence[list[Block]]) -> Iterator[tuple[str, list[Block], bytes]]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not program:
        return
    for number, breaks in itertools.product(range(len(sources)), (False, True)):
        name = f"browser-{'hyphenated-' if breaks else ''}{number}"
        page, printed = folder / f"{name}.html", folder / f"{name}.pdf"
        page.write_text(as_html(sources[number], "Liberation Serif", breaks=breaks))
        options = ["--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={printed}"]
        subprocess.run([program, *options, page.resolve().as_uri()], check=True, capture_output=True)
        yield f"browser{', hyphenated' if breaks else ''}", sources[number], printed.read_bytes()


def by_latex(folder: Path, sources: Sequence[list[Block]]) -> Iterator[tuple[str, list[Block], bytes]]:
    program = shutil.which("pdflatex")
    if not program:
        return
    page = r"\usepackage[margin=2.5cm]{geometry}\parindent0pt"
    kinds = {"outlines": rf"\documentclass[11pt]{{article}}{page}"}
    kinds["bitmaps"] = rf"\documentclass[11pt]{{article}}\usepackage[T1]{{fontenc}}{page}"
    for number, kind in itertools.product(range(len(sources)), kinds):
        blocks, preamble = sources[number], kinds[kind]
        body = "\n\n".join(
            rf"\textbf{{{_latex(block.printed)}}}" if block.bold else _latex(block.printed) for block in blocks
        )
        name = folder / f"latex-{kind}-{number}.tex"
        name.write_text(f"{preamble}\\parskip6pt\\begin{{document}}\n{body}\n\\end{{document}}")
        command = [program, "-interaction=batchmode", "-output-directory", str(folder), str(name)]
        subprocess.run(command, check=True, capture_output=True)
        yield f"pdfTeX, hyphenated, {kind}", blocks, name.with_suffix(".pdf").read_bytes()


def _latex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text).replace("’", "'")


PRODUCERS: tuple[Callable[[Path, Sequence[list[Block]]], Iterator[tuple[str, list[Block], bytes]]], ...] = (
    by_reportlab,
    by_office,
    by_browser,
    by_latex,
)


class Score(Struct):
    """What was read right of one producer's files."""

    words: int = 0
    errors: int = 0
    headings: int = 0
    headings_right: int = 0
    bold: int = 0
    bold_found: int = 0
    bold_right: int = 0


def measure(score: Score, blocks: Sequence[Block], data: bytes) -> None:
    """Adds what was read of one file."""
    pages = read_submission(data, ExtractParams(cross_check_pages=0)).pages
    lines = [line for line in lay_out(pages).lines if line.role != "page_number"]
    true = [word.replace("’", "'") for block in blocks for word in block.printed.split()]
    found = [word.replace("’", "'") for word in running_text(lines, vocabulary(lines)).text.split()]
    score.words += len(true)
    score.errors += Levenshtein.distance(true, found)
    headings = {(block.number, _plain(block.text)) for block in blocks if block.number}
    read = {(s.number, _plain(s.title.text)) for report in segment_pages(pages)[0] for s in report.sections}
    score.headings += len(headings)
    score.headings_right += len(headings & read)
    bold = "\n".join(_letters(block.printed) for block in blocks if block.bold)
    other = "\n".join(_letters(block.printed) for block in blocks if not block.bold)
    for line in lines:
        truly = _is_truly_bold(line, bold, other)
        if truly is not None:
            score.bold += truly
            score.bold_found += line.bold
            score.bold_right += truly and line.bold


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _is_truly_bold(line: Line, bold: str, other: str) -> bool | None:
    """Whether a line is of a bold paragraph; None where it could be of either kind."""
    text = _letters(line.text)
    in_bold, in_other = text in bold, text in other
    return in_bold if in_bold != in_other else None


def main(folder: Path) -> None:
    """Prints the scores of each producer."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = [made_source(seed) for seed in range(DOCUMENTS)]
    scores: dict[str, Score] = {}
    for produce in PRODUCERS:
        for name, blocks, data in produce(folder, sources):
            measure(scores.setdefault(name, Score()), blocks, data)
    print(f"{'':40} words in order   headings   bold lines P, R")
    for name, score in scores.items():
        precision, recall = score.bold_right / max(score.bold_found, 1), score.bold_right / max(score.bold, 1)
        words = f"{1 - score.errors / score.words:.5f} of {score.words:6}"
        print(f"{name:40} {words}   {score.headings_right:3}/{score.headings:3}   {precision:.4f} {recall:.4f}")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
