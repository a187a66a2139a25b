"""Totals that a report prints, held against the numbers that make them up.

A total that does not fit is a problem for a person to look at: the report may be wrong, or we read it wrongly. It is
only told where the report itself shows that it adds up: a row or column called total whose other sums fit or nearly
fit (`columns`), a number with its parts in brackets or a list that ends in its total (`breakdowns`). Shares, averages
and parts that need not be complete are left alone. What is told names the page, the numbers, and the difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.records import Problem
from pipeline.totals import breakdowns, columns

CODE = "total_differs"
MOST = 50
"""Problems of one submission, beyond which they say nothing new."""

Row = Mapping[str, Any]


def find(rows: Mapping[str, Sequence[Row]]) -> list[Problem]:
    """The totals of one submission that do not fit, in reading order.

    Args:
        rows: the rows of its tables `reports`, `sections`, `count_mentions`, `money_mentions`, `table_cells`, `pages`.
    """
    found = [*columns.find(rows["table_cells"], rows["pages"]), *_in_texts(rows)]
    return [Problem(CODE, message, page, report, section) for page, report, section, message in found[:MOST]]


def _in_texts(rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[int, int | None, int | None, str]]:
    ordinals = {row["report_id"]: row["ordinal"] for row in rows["reports"]}
    mentions: dict[str, list[Row]] = {}
    for name in ("count_mentions", "money_mentions"):
        for row in rows[name]:
            if row["field"] == "text":
                mentions.setdefault(row["section_id"], []).append(row)
    for section in rows["sections"]:
        held = sorted(mentions.get(section["section_id"], ()), key=lambda row: int(row["char_start"]))
        for total, message in breakdowns.find(section["text"], held):
            report = ordinals.get(section["report_id"])
            yield total["page_number"], report, section["ordinal"], message
