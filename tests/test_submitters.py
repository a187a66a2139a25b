"""Where a report speaks of itself; what is meant stands in square brackets."""

from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline import schema
from pipeline.annotated import read_marked
from pipeline.store.tables import encode_table
from pipeline.submitters import find_submitters

COUNCIL = "Harbour National Council on Social Care"


@pytest.mark.parametrize(
    "marked",
    [
        "In May [we] trained 40 nurses and [our] staff moved.",
        "[The Council] met in June; members of [the Council] paid.",
        "[The Council]’s staff left.",
        "[Our Centre] in the harbour opened.",
        "The Council of Elders and the Council for Peace came.",
        "The Council House was sold.",
        "The council of the town met there.",
        "They told [us] so.",
        "The US Embassy paid.",
        "The Ministry and the Bank agreed.",
        "",
    ],
)
def test_finds_what_the_reader_marked(marked: str) -> None:
    expected = read_marked(marked)
    found = find_submitters(expected.text, COUNCIL)
    assert [(span.start, span.end) for span in found] == [mark[:2] for mark in expected.marks]


def test_a_report_without_an_organization_has_pronouns_only() -> None:
    assert find_submitters("We thank the Council.", None)[0].end == 2
    assert len(find_submitters("We thank the Council.", None)) == 1


def test_any_text_is_read_to_the_end() -> None:
    for text in ("the " * 25_000, "The Council of " * 6_000, "we" * 50_000):
        assert find_submitters(text, COUNCIL) is not None


def write(folder: Path, table: schema.Table, **values: Any) -> None:
    """One row, with what the table requires besides."""
    kinds = {schema.STRING: "x", schema.INT: 1, schema.FLOAT: 1.0}
    row = {column.name: None if column.nullable else kinds[column.type] for column in table.columns}
    row |= {column.name: column.values[0] for column in table.columns if column.values and not column.nullable}
    (folder / f"{table.name}.parquet").write_bytes(encode_table(schema.to_arrow(table, [row | values])))


def test_they_are_beside_the_tables_and_no_names(tmp_path: Path) -> None:
    text = "We met at the Council in May; the Council paid us."
    report = {"report_id": "r-1", "submission_id": "r"}
    write(tmp_path, schema.REPORTS, **report, organization=COUNCIL, organization_id="org-0123456789ab")
    write(tmp_path, schema.SECTIONS, **report, section_id="s", text=text, title="Our work")
    write(tmp_path, schema.ORGANIZATION_MENTIONS, **report, section_id="s", field="text", char_start=7, char_end=21)
    found = pipeline.submitter_mentions(tmp_path)
    assert found.text.to_list() == ["Our", "We", "the Council", "us"]
    assert set(found.organization_id) == {"org-0123456789ab"}
    assert set(found.form) == {"alias"}
