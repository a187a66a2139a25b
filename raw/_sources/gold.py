"""Writes what a careful reader finds in the sample submissions: `python raw/_sources/gold.py` makes `raw/_gold/*.json`.

With `--check` it writes nothing and tells where the gold files, the marked sources and the PDFs disagree.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pdfplumber
from marked import Submission, read

HERE = Path(__file__).parent
RAW = HERE.parent
GOLD = RAW / "_gold"


def gold_of(submission: Submission) -> dict[str, Any]:
    """The gold of one submission: `sections` are the numbered ones, `unnumbered` the headings without a number."""
    return {"file": submission.file, "reports": submission.reports}


def differences(submission: Submission) -> list[str]:
    """What the gold says and the PDF does not hold, report by report."""
    found = []
    with pdfplumber.open(RAW / submission.file) as pdf:
        pages = [_printed(page, submission) for page in pdf.pages]
    for report in submission.reports:
        if not any(drawn for drawn, _ in pages):  # a scan
            continue
        printed = "|".join(
            "".join(ways) for ways in zip(*pages[report["page_first"] - 1 : report["page_last"]], strict=True)
        )
        texts = [mention["text"] for mention in report["mentions"]]
        texts += [section["title"] for section in (*report["sections"], *report["unnumbered"])]
        found += [f"{submission.file}: not in the PDF: {text!r}" for text in texts if _squeezed(text) not in printed]
        if _squeezed(report["organization"]) not in printed:
            found.append(f"{submission.file}: no {report['organization']!r} on pages of its report")
    if submission.reports and submission.reports[-1]["page_last"] != len(pages):
        found.append(f"{submission.file}: {len(pages)} pages, the last report ends on another")
    return found


def _printed(page: Any, submission: Submission) -> tuple[str, str]:
    """The page without head and foot: its characters in the order they are drawn, and line by line.

    The first keeps columns apart, the second puts a glyph that came from another font back into its line.
    """
    page = page.dedupe_chars()
    drawn = _squeezed("".join(char["text"] for char in page.chars))
    lines = [_squeezed(line) for line in (page.extract_text() or "").splitlines()]
    for block in submission.blocks:
        if block.topic in ("header", "footer", "note"):
            line = _squeezed(block.text.replace("#", str(page.page_number)))
            drawn = drawn.replace(line, "", 1)
            lines = [other for other in lines if other != line]
    return drawn, "".join(lines)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad]", "", text)


def main(arguments: list[str]) -> int:
    """Write or check; the exit status says whether all agree."""
    wrong = []
    for source in sorted(HERE.glob("*.txt")):
        submission = read(source)
        text = json.dumps(gold_of(submission), ensure_ascii=False, indent=1) + "\n"
        place = GOLD / f"{Path(submission.file).stem}.json"
        if "--check" not in arguments:
            place.write_text(text, encoding="utf-8")
        elif not place.exists() or place.read_text(encoding="utf-8") != text:
            wrong.append(f"{place.name} is not what {source.name} says: run gold.py")
        wrong += differences(submission)
    print("\n".join(wrong) or "gold, sources and PDFs agree")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
