"""The section tree as a person reads it: one line a heading, with its pages and, if asked, the evidence."""

from pipeline.reports import Account


def draw_tree(account: Account, *, why: bool = False) -> str:
    """The reports and sections of a submission as indented text.

    With `why`, the evidence for each heading stands below it, and after each report the numbered lines refused.
    """
    out = []
    for report, refused in zip(account.reports, account.refused, strict=True):
        period = f"{report.period_start or '?'} to {report.period_end or '?'}"
        out.append(
            f"report {report.ordinal}: {report.organization or 'no organization'} | {report.title or 'no title'}"
        )
        out.append(f"  {period} | {_pages(report.page_first, report.page_last)}")
        for section in report.sections:
            indent = "  " * (section.level + 1)
            number = f"{section.number} " if section.number else ""
            title = section.title.text or ("(before the first heading)" if section.path == "0" else "(no title)")
            out.append(f"{indent}[{section.path}] {number}{title} | {_pages(section.page_first, section.page_last)}")
            if why:
                out.append(f"{indent}    because: {section.why}")
        if why:
            out += [f"  refused, page {r.line.page}: {r.line.text[:90]!r}: {r.why}" for r in refused]
    return "\n".join(out)


def _pages(first: int, last: int) -> str:
    return f"page {first}" if first == last else f"pages {first}-{last}"
