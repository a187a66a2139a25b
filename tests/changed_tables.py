"""Small extractions made by hand, for tests of what is done with tables."""

import datetime
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pyarrow as pa

from pipeline import corrections, schema
from pipeline.records import Kind
from pipeline.sentences import sentence_around

Row = dict[str, Any]
Rows = dict[str, list[Row]]
MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")
ORGANIZATION = "Harbour Council"


def extraction(*files: Mapping[str, Any]) -> dict[str, pa.Table]:
    """The tables of some files: each a `name`, its `text` by section, and perhaps an `id` and an `organization`.

    A section is given as `"2 Training": "trained [45 officials|count 45] in [Peru|country PE]"`.
    """
    rows: Rows = {name: [] for name in schema.TABLES}
    for file in files:
        _add_file(rows, file)
    return tables(rows)


def tables(rows: Mapping[str, Sequence[Row]]) -> dict[str, pa.Table]:
    return {
        name: schema.joined(table, [schema.to_arrow(table, rows.get(name, ()))])
        for name, table in schema.TABLES.items()
    }


def _add_file(rows: Rows, file: Mapping[str, Any]) -> None:
    name = file["name"]
    organization = file.get("organization", ORGANIZATION)
    sha = hashlib.sha256(str(file.get("bytes", name)).encode()).hexdigest()
    submission_id, report_id = sha[:16], f"{sha[:16]}-1"
    rows["submissions"].append(
        {"file_name": name, "submission_id": submission_id, "sha256": sha, "size_bytes": 1000, "page_count": 2}
        | {"status": "extracted", "error_code": None, "error_message": None, "duplicate_of": None}
    )
    rows["reports"].append(
        {"report_id": report_id, "submission_id": submission_id, "ordinal": 1, "organization": organization}
        | {"organization_id": None, "title": "Activity Report", "period_start": _day("2021-01-01")}
        | {"period_end": _day("2021-12-31"), "page_first": 1, "page_last": 2}
    )
    seen: dict[tuple[str, ...], int] = {}
    for ordinal, (heading, marked) in enumerate(file["sections"].items(), 1):
        number, _, title = heading.partition(" ")
        text = MARK.sub(r"\1", marked)
        section_id = f"{report_id}/{number}"
        rows["sections"].append(
            {"section_id": section_id, "report_id": report_id, "submission_id": submission_id, "ordinal": ordinal}
            | {"parent_section_id": None, "level": 1, "number": f"{number}.", "path": number, "title": title}
            | {"text": text, "page_first": 1, "page_last": 1}
        )
        cut = 0
        for mark in MARK.finditer(marked):
            start = mark.start() - cut
            cut += len(mark[0]) - len(mark[1])
            kind, _, value = mark[2].partition(" ")
            facts = (organization, number, kind, mark[1])
            seen[facts] = seen.get(facts, 0) + 1
            digest = hashlib.sha256(repr((*facts, seen[facts])).encode()).hexdigest()[:16]
            row = {"mention_id": f"{kind}-{digest}", "submission_id": submission_id, "report_id": report_id}
            row |= {"section_id": section_id, "field": "text", "char_start": start, "char_end": start + len(mark[1])}
            row |= {
                "text": mark[1],
                "sentence": sentence_around(text, start, start + len(mark[1])),
                "page_number": 1,
                "source": "rule",
                "rule": "by hand",
            }
            row |= {"confidence": file.get("confidence", 0.95), "machine_value": None}
            rows[f"{kind}_mentions"].append(row | value_columns(kind, value))
            rows["mention_boxes"].append(
                {"mention_id": row["mention_id"], "box_number": 1, "page_number": 1}
                | {"x0": 72.0 + start, "top": 100.0 + 20 * ordinal, "x1": 72.0 + start + 5 * len(mark[1])}
                | {"bottom": 112.0 + 20 * ordinal + file.get("shift", 0)}
            )


def value_columns(kind: str, value_text: str) -> Row:
    """The value columns of a kind from a few words: `45`, `PE`, `1200 USD`, `2021-05-03`."""
    words = value_text.split()
    given: Row
    if kind == "count":
        given = {"value": float(words[0]), "unit": "officials"}
    elif kind == "money":
        given = {"amount": words[0], "currency": words[1] if len(words) > 1 else None}
    elif kind == "country":
        given = {"alpha2": words[0]}
    elif kind == "date":
        first, _, last = words[0].partition("/")
        given = {"start_date": first, "end_date": last or first}
    else:
        given = {"organization_id": f"org-{hashlib.sha256(value_text.encode()).hexdigest()[:12]}"}
    return corrections.complete(cast(Kind, kind), given)


def _day(text: str) -> Any:
    return datetime.date.fromisoformat(text)
