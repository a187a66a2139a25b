"""Where a row is, in the words of whoever reads the comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.changes.structure import Place

Row = Mapping[str, Any]


class Places:
    """Looks up submission, report and section of any row, in the old (0) and the new (1) extraction."""

    def __init__(self, *sides: Mapping[str, Sequence[Row]]) -> None:
        self._names = [
            {row["submission_id"]: row["file_name"] for row in side["submissions"] if not row["duplicate_of"]}
            for side in sides
        ]
        self._reports = [{row["report_id"]: row for row in side["reports"]} for side in sides]
        self._sections = [{row["section_id"]: row for row in side["sections"]} for side in sides]

    def of(self, side: int, row: Row) -> Place:
        """The place of a row of one side."""
        section = self._sections[side].get(row.get("section_id") or "", {})
        report = self._reports[side].get(row.get("report_id") or section.get("report_id") or "", {})
        submission_id = row.get("submission_id") or ""
        file_name = row.get("file_name") or self._names[side].get(submission_id, "")
        page = row.get("page_number") or row.get("page_first")
        return Place(
            submission_id=submission_id,
            file_name=file_name,
            report_id=report.get("report_id", ""),
            report=report_words(report) if report else "",
            section_id=section.get("section_id", ""),
            path=section.get("path", ""),
            title=section.get("title") or "",
            page_number=page,
            report_ordinal=report.get("ordinal", 0),
            section_ordinal=section.get("ordinal", 0),
        )


def report_words(report: Row) -> str:
    """Who reports on which period: `Harbour Council, 2021-04-01 to 2022-03-31`."""
    name = report["organization"] or report["title"] or f"Report {report['ordinal']}"
    period = [str(day) for day in (report["period_start"], report["period_end"]) if day]
    return f"{name}, {' to '.join(period)}" if period else str(name)
