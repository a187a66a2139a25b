"""Where reports speak of their own organizations without naming them, as a frame beside the published tables."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.analysis.loading import TABLES, load
from pipeline.records import Span
from pipeline.sentences import sentence_around
from pipeline.submitters import find_submitters

COLUMNS = ("report_id", "section_id", "organization_id", "field", "char_start", "char_end", "text", "form", "sentence")


def submitter_mentions(path: str | Path = TABLES, rev: str | None = None) -> pd.DataFrame:
    """`we`, `our Centre`, `the Council`, each with the organization that reports; `form` is always `alias`.

    They are found when this is called, are in none of the published tables and in none of their counts.

    Args:
        path: the folder of tables.
        rev: a git revision to read the tables from, as for `load`.

    Raises:
        AnalysisError: as for `load`.
    """
    reports = load("reports", path, rev).set_index("report_id")
    names = load("organization_mentions", path, rev)
    taken: dict[tuple[str, str], list[Span]] = {}
    for section, field, start, end in names[["section_id", "field", "char_start", "char_end"]].itertuples(index=False):
        taken.setdefault((section, field), []).append(Span(start, end))
    found: list[dict[str, Any]] = []
    for section in load("sections", path, rev).to_dict("records"):
        report = reports.loc[section["report_id"]]
        if pd.isna(report.organization_id):
            continue
        for field in ("title", "text"):
            text = section[field] if isinstance(section[field], str) else ""
            named = taken.get((section["section_id"], field), [])
            for span in find_submitters(text, report.organization):
                if not any(span.start < other.end and other.start < span.end for other in named):
                    found.append(_row(section, field, text, span, report.organization_id))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype({"char_start": "int32", "char_end": "int32"})


def _row(section: Mapping[Hashable, Any], field: str, text: str, span: Span, organization: str) -> dict[str, Any]:
    return {
        **{name: section[name] for name in ("report_id", "section_id")},
        "organization_id": organization,
        "field": field,
        "char_start": span.start,
        "char_end": span.end,
        "text": text[span.start : span.end],
        "form": "alias",
        "sentence": sentence_around(text, span.start, span.end),
    }
