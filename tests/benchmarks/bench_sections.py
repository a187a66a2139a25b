"""How many headings of made-up reports are recovered with number, title and path, and what segmenting a page costs.

python -m tests.benchmarks.bench_sections [COUNT] [FIRST_SEED]
"""

import sys
import time
from collections import Counter

from pipeline.engines import pdfium
from pipeline.reports import segment_pages
from tests.made_reports import Made, make_report_file


def found_headings(made: Made) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], int, float, int]:
    """Headings wanted and headings found, each with its report; report heads right; CPU seconds and pages."""
    pages = list(pdfium.iter_pages(made.data))
    begun = time.process_time()
    reports, _ = segment_pages(pages)
    spent = time.process_time() - begun
    wanted = [(i, h.path, h.number, h.title) for i, report in enumerate(made.reports) for h in report.headings]
    found = [
        (i, s.path, s.number, s.title.text)
        for i, report in enumerate(reports)
        for s in report.sections
        if s.path != "0"
    ]
    heads = sum(
        report.organization == want.organization
        and (str(report.period_start)[:7], str(report.period_end)[:7]) == want.period
        for report, want in zip(reports, made.reports, strict=False)
    )
    return wanted, found, heads, spent, len(pages)


def main(count: int, first: int, *, show: bool) -> None:
    tally: Counter[str] = Counter()
    spent = 0.0
    for seed in range(first, first + count):
        made = make_report_file(seed)
        wanted, found, heads, seconds, pages = found_headings(made)
        right = sum((Counter(wanted) & Counter(found)).values())
        tally.update(
            wanted=len(wanted), found=len(found), right=right, heads=heads, reports=len(made.reports), pages=pages
        )
        spent += seconds
        if show and (right < len(wanted) or len(found) > right or heads < len(made.reports)):
            print(f"seed {seed}: {right} of {len(wanted)}, {len(found) - right} extra, {made.notes}")
            for miss in list((Counter(wanted) - Counter(found)).elements())[:3]:
                print("   missed", miss)
            for extra in list((Counter(found) - Counter(wanted)).elements())[:3]:
                print("   extra ", extra)
    print(f"headings recovered {tally['right']} of {tally['wanted']} = {tally['right'] / tally['wanted']:.2%}")
    print(f"headings made up   {tally['found'] - tally['right']} = {1 - tally['right'] / max(1, tally['found']):.2%}")
    print(f"report heads       {tally['heads']} of {tally['reports']}")
    print(f"segmenting         {1000 * spent / tally['pages']:.2f} ms of CPU a page over {tally['pages']} pages")


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[1:] if a.isdigit()]
    main(*(arguments + [1000, 0][len(arguments) :]), show="--show" in sys.argv)
