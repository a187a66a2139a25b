"""Generated submissions are the same every time, and say what their gold says."""

import itertools
import re

import pypdfium2
import pytest

from tests.generator import make_submission


def printed(data: bytes, first: int, last: int) -> str:
    """The text of pages `first` to `last` without white space."""
    pages = list(pypdfium2.PdfDocument(data))[first - 1 : last]
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    return re.sub(r"[\s\ufffe\u00ad-]", "", text)


def test_a_seed_gives_the_same_bytes() -> None:
    assert make_submission(7) == make_submission(7)
    assert make_submission(7)[0] != make_submission(8)[0]


@pytest.mark.parametrize("seed", range(6))
def test_the_pdf_says_what_the_gold_says(seed: int) -> None:
    data, gold = make_submission(seed)
    pages = len(pypdfium2.PdfDocument(data))
    assert gold["reports"][0]["page_first"] == 1
    assert gold["reports"][-1]["page_last"] == pages
    for report in gold["reports"]:
        text = printed(data, report["page_first"], report["page_last"])
        told = [report["organization"], *(stated["title"] for stated in report["sections"])]
        told += [mention["text"] for mention in report["mentions"]]
        missing = [each for each in told if re.sub(r"[\s-]", "", each) not in text]
        # What runs over a page break has the foot of the page in its middle.
        assert len(missing) <= 2 * (report["page_last"] - report["page_first"]), missing


def test_reports_follow_each_other() -> None:
    _, gold = make_submission(3, reports=5)
    spans = [(report["page_first"], report["page_last"]) for report in gold["reports"]]
    assert len(spans) == 5
    assert all(last + 1 == first for (_, last), (first, _) in itertools.pairwise(spans))
