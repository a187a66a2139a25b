"""The tables in pandas, DuckDB and Polars, and the evidence of their rows."""

import datetime
import hashlib
import io
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pikepdf
import polars
import pyarrow as pa
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

import pipeline
from pipeline import schema, store
from pipeline.analysis import AnalysisError, describe, evidence, joined, load, tables
from pipeline.crops import apart
from pipeline.isolate import KeeperError
from pipeline.store.tables import encode_table

EXAMPLES: dict[pa.DataType, Any] = {
    schema.STRING: "x",
    schema.INT: 1,
    schema.LONG: 1,
    schema.FLOAT: 1.0,
    schema.BOOL: True,
    schema.DATE: datetime.date(2020, 2, 29),
    schema.MONEY_TYPE: Decimal("1.2500"),
}
SENTENCE = "In May 2021 <script>alert(1)</script> 45 farmers received USD 12,000.50 & seed."
NAMES = list(schema.TABLES)


def drawn_pdf() -> bytes:
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=(400, 300), invariant=True)
    canvas.drawString(50, 200, "45 farmers received USD 12,000.50 in May 2021.")
    canvas.save()
    return sink.getvalue()


PDF = drawn_pdf()
SUBMISSION = hashlib.sha256(PDF).hexdigest()[:16]


def example(table: schema.Table, **values: Any) -> dict[str, Any]:
    row = {column.name: column.values[0] if column.values else EXAMPLES[column.type] for column in table.columns}
    return row | ({"submission_id": SUBMISSION} if "submission_id" in row else {}) | values


def nothing(table: schema.Table, **values: Any) -> dict[str, Any]:
    """A row in which everything that can be missing is."""
    row = example(table)
    return {c.name: None if c.nullable else row[c.name] for c in table.columns} | values


def write_one(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    table = schema.TABLES[name]
    arrow = schema.joined(table, [schema.to_arrow(table, rows)])
    store.write_bytes(folder / f"{name}.parquet", encode_table(arrow))
    return folder


def write(folder: Path, **rows: list[dict[str, Any]]) -> Path:
    """A folder with all tables, those not given empty."""
    for name in NAMES:
        write_one(folder, name, *rows.get(name, []))
    return folder


def mention(table: schema.Table, mention_id: str, **values: Any) -> dict[str, Any]:
    return example(table, mention_id=mention_id, text="45 farmers", sentence=SENTENCE, field="text") | values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports' worth of mentions over one page."""
    dates = {"start_date": datetime.date(2021, 5, 1), "end_date": datetime.date(2021, 5, 31)}
    open_start = {"start_date": None, "end_date": datetime.date(2022, 1, 1), "sentence": "Until 1 January 2022."}
    box = {"box_number": 1, "page_number": 1, "x0": 50.0, "top": 88.0, "x1": 110.0, "bottom": 102.0}
    return write(
        tmp_path / "tables",
        submissions=[
            example(schema.SUBMISSIONS, file_name="a.pdf", duplicate_of=None),
            example(schema.SUBMISSIONS, file_name="b.pdf", duplicate_of="a.pdf", status="duplicate"),
            nothing(schema.SUBMISSIONS, file_name="broken.pdf", status="failed"),
        ],
        reports=[example(schema.REPORTS, report_id="x", organization="Union of Farmers")],
        sections=[example(schema.SECTIONS, section_id="x", path="2.1", title="Training")],
        organizations=[example(schema.ORGANIZATIONS, organization_id="x", name="Union of Farmers")],
        count_mentions=[
            mention(schema.COUNT_MENTIONS, "count-1", value=45.0, value_max=None, unit_head="farmer"),
            mention(schema.COUNT_MENTIONS, "count-2", value=5.0, value_max=7.0, unit_head="farmer", sentence="Other."),
        ],
        money_mentions=[
            mention(schema.MONEY_MENTIONS, "money-1", amount=Decimal("12000.50"), amount_max=None, currency="USD"),
            mention(schema.MONEY_MENTIONS, "money-2", amount=Decimal("0.1"), amount_max=None, currency=None),
            mention(schema.MONEY_MENTIONS, "money-3", amount=Decimal("0.2"), amount_max=None, currency="USD"),
        ],
        date_mentions=[
            mention(schema.DATE_MENTIONS, "date-1", **dates),
            mention(schema.DATE_MENTIONS, "date-2", **open_start),
        ],
        country_mentions=[mention(schema.COUNTRY_MENTIONS, "country-1")],
        organization_mentions=[mention(schema.ORGANIZATION_MENTIONS, "organization-1")],
        mention_boxes=[{"mention_id": name, **box} for name in ("count-1", "money-1")],
    )


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    store.write_bytes(tmp_path / "raw" / "a.pdf", PDF)
    return tmp_path / "raw"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("plot_ready", [False, True])
def test_types_are_those_described_whether_empty_full_or_null(name: str, plot_ready: bool, tmp_path: Path) -> None:
    table = schema.TABLES[name]
    full = load(name, write_one(tmp_path / "full", name, example(table)), plot_ready=plot_ready)
    null = load(name, write_one(tmp_path / "null", name, nothing(table)), plot_ready=plot_ready)
    empty = load(name, write_one(tmp_path / "empty", name), plot_ready=plot_ready)
    assert (len(full), len(null), len(empty)) == (1, 1, 0)
    assert full.dtypes.to_dict() == null.dtypes.to_dict() == empty.dtypes.to_dict()
    assert not full.isna().any(axis=None)
    assert list(null.columns[null.isna().all()]) == [column.name for column in table.columns if column.nullable]
    if not plot_ready:
        assert {c: str(t) for c, t in full.dtypes.items()} == describe(name)["pandas_type"].to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_frame_loads_as_it_was(name: str, tmp_path: Path) -> None:
    table = schema.TABLES[name]
    first = load(name, write_one(tmp_path / "one", name, example(table)))
    (tmp_path / "two").mkdir()
    first.to_parquet(tmp_path / "two" / f"{name}.parquet")
    pd.testing.assert_frame_equal(first, load(name, tmp_path / "two"))


@pytest.mark.parametrize("name", NAMES)
def test_duckdb_and_polars_read_the_same_rows(name: str, tmp_path: Path) -> None:
    table = schema.TABLES[name]
    rows = [example(table)]
    file = write_one(tmp_path, name, *rows) / f"{name}.parquet"
    assert polars.read_parquet(file).to_dicts() == rows
    found = duckdb.connect().execute("select * from read_parquet(?)", [str(file)]).fetchall()
    assert [dict(zip(rows[0], row, strict=True)) for row in found] == rows


def test_dates_compare_with_dates(folder: Path) -> None:
    dates = load("date_mentions", folder)
    assert list(dates[dates.start_date >= datetime.date(2021, 5, 1)].mention_id) == ["date-1"]
    assert list(dates[dates.end_date == datetime.date(2022, 1, 1)].mention_id) == ["date-2"]
    assert dates.start_date.isna().tolist() == [False, True]
    assert dates.end_date.max() == datetime.date(2022, 1, 1)
    assert dates.end_date.dt.year.tolist() == [2021, 2022]


def test_money_stays_exact(folder: Path) -> None:
    money = load("money_mentions", folder)
    assert money.amount.sum() == Decimal("12000.8")
    assert money[money.amount > 100].mention_id.tolist() == ["money-1"]
    by_currency = money.groupby("currency", dropna=False).amount.sum()
    assert by_currency["USD"] == Decimal("12000.7")
    assert len(by_currency) == 2


def test_categories_know_every_declared_value(folder: Path) -> None:
    counts = load("count_mentions", folder)
    assert tuple(counts.qualifier.cat.categories) == schema.QUALIFIERS
    assert counts.groupby("qualifier", observed=False).size().tolist() == [2] + [0] * (len(schema.QUALIFIERS) - 1)


def test_plot_ready_gives_what_plots_take(folder: Path) -> None:
    money = load("money_mentions", folder, plot_ready=True)
    dates = load("date_mentions", folder, plot_ready=True)
    assert str(money.amount.dtype) == "float64"
    assert str(dates.start_date.dtype) == "datetime64[s]"
    assert dates.start_date.isna().tolist() == [False, True]
    assert str(dates.is_inferred.dtype) == "bool"


def test_counts_are_joined_with_section_report_file_and_dates(folder: Path) -> None:
    counts = joined("counts", folder).set_index("mention_id")
    first, second = counts.loc["count-1"], counts.loc["count-2"]
    assert (first.section_path, first.section_title, first.report_organization) == (
        "2.1",
        "Training",
        "Union of Farmers",
    )
    assert first.file_name == "a.pdf"
    assert first.report_period_start == datetime.date(2020, 2, 29)
    assert (first.sentence_start_date, first.sentence_end_date) == (
        datetime.date(2021, 5, 1),
        datetime.date(2021, 5, 31),
    )
    assert pd.isna(second.sentence_start_date)
    assert (second.section_start_date, second.section_end_date) == (
        datetime.date(2021, 5, 1),
        datetime.date(2022, 1, 1),
    )


@pytest.mark.parametrize("kind", ["date", "counts", "money", "countries", "organization_mentions"])
@pytest.mark.parametrize("plot_ready", [False, True])
def test_joining_keeps_rows_order_and_types_also_of_empty_tables(
    kind: str, plot_ready: bool, folder: Path, tmp_path: Path
) -> None:
    wide = joined(kind, folder, plot_ready=plot_ready)
    name = f"{wide.mention_id[0].split('-')[0]}_mentions"
    plain = load(name, folder, plot_ready=plot_ready)
    pd.testing.assert_frame_equal(wide[list(plain.columns)], plain)
    empty = joined(kind, write(tmp_path / "empty"), plot_ready=plot_ready)
    assert empty.empty
    assert empty.dtypes.to_dict() == wide.dtypes.to_dict()


@pytest.mark.parametrize("plot_ready", [False, True])
def test_dates_without_days_leave_the_joined_dates_missing(plot_ready: bool, folder: Path) -> None:
    write_one(folder, "date_mentions", nothing(schema.DATE_MENTIONS, sentence=SENTENCE, field="text"))
    money = joined("money", folder, plot_ready=plot_ready)
    assert money.filter(regex="^(sentence|section)_(start|end)_date$").isna().all(axis=None)


def test_tables_of_another_version_load_as_far_as_they_go(folder: Path) -> None:
    arrow = store.read_table(folder / "reports.parquet")
    other = arrow.drop_columns(["title"]).append_column("mood", pa.array(["glad"]))
    store.write_bytes(folder / "reports.parquet", encode_table(other))
    reports = load("reports", folder)
    assert "title" not in reports
    assert reports.mood.tolist() == ["glad"]
    odd = arrow.set_column(2, "ordinal", pa.array(["first"]))
    store.write_bytes(folder / "reports.parquet", encode_table(odd))
    with pytest.raises(AnalysisError, match=r"reports\.ordinal is string in this file and int32 now"):
        load("reports", folder)


def test_what_is_not_there_is_answered_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"Did you mean 'money_mentions'\?.*submissions, pages"):
        load("money_mention")
    with pytest.raises(AnalysisError, match="make run"):
        load("reports", tmp_path)
    with pytest.raises(AnalysisError, match="no kind of row to join 'moneys'"):
        joined("moneys")
    with pytest.raises(AnalysisError, match="no table 'x'"):
        describe("x")


def test_the_usual_places_are_found_from_any_folder_of_the_project(
    folder: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = folder.parent
    (home / "extracted").mkdir()
    folder.rename(home / "extracted" / "tables")
    (home / "notebooks" / "mine").mkdir(parents=True)
    for place in (".", "notebooks", "notebooks/mine"):
        monkeypatch.chdir(home / place)
        (exhibit,) = evidence(joined("counts").head(1)).exhibits
        assert exhibit.picture
        with pytest.raises(AnalysisError, match="other/tables"):
            load("reports", "other/tables")
    monkeypatch.chdir(home.parent)
    with pytest.raises(AnalysisError, match="make run"):
        load("reports")


def test_every_table_and_column_is_described() -> None:
    assert list(tables().index) == NAMES
    amount = describe("money_mentions").loc["amount"]
    assert (amount["type"], amount["nullable"]) == ("decimal128(24, 4)", False)
    assert "units of currency" in amount["meaning"]
    assert describe("reports").loc["organization_id", "points_to"] == "organizations.organization_id"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_a_revision_is_read_from_git(folder: Path) -> None:
    home = folder.parent
    git(home, "init", "-q")
    git(home, "add", "tables")
    git(home, "commit", "-q", "-m", "first")
    before = load("count_mentions", folder)
    write(folder)
    assert load("count_mentions", folder).empty
    pd.testing.assert_frame_equal(load("count_mentions", folder, rev="HEAD"), before)
    assert len(joined("counts", folder, rev="HEAD")) == len(before)
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    pd.testing.assert_frame_equal(load("count_mentions", folder, rev="HEAD"), before)
    with pytest.raises(AnalysisError, match="at revision 'nowhere'"):
        load("count_mentions", folder, rev="nowhere")
    with pytest.raises(AnalysisError, match="no git revision"):
        load("count_mentions", folder, rev="--output=x")


def test_evidence_shows_the_page_and_escapes_everything(folder: Path, raw: Path) -> None:
    rows = pd.concat([load("count_mentions", folder), load("money_mentions", folder).head(1)])
    rows["text"] = '<script>alert("x")</script>'
    gallery = evidence(rows, raw, path=folder)
    html = gallery._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(") >= 3
    assert html.count('src="data:image/webp;base64,') == 2
    assert [exhibit.mention_id for exhibit in gallery.exhibits] == ["count-1", "count-2", "money-1"]
    assert [bool(exhibit.trouble) for exhibit in gallery.exhibits] == [False, True, False]
    assert "a.pdf, page 1" in repr(gallery)
    with Image.open(io.BytesIO(gallery.exhibits[0].picture)) as first:
        assert (200, 30, 30) in [colour for _, colour in first.convert("RGB").getcolors(1 << 20)]
    assert gallery._mime_() == ("text/html", html)


def test_evidence_of_an_activity_is_that_of_its_cells(folder: Path, raw: Path) -> None:
    link = {"activity_id": "activity-1", "cell": "people_reached", "kind": "count"}
    others = [{"mention_id": "money-1", "cell": "amounts", "kind": "money"}, {"mention_id": "money-3", "cell": None}]
    links = [{**link, "mention_id": "count-1"}, *({**link, **other} for other in others)]
    write_one(folder, "activities", example(schema.ACTIVITIES, activity_id="activity-1", section_id="x", report_id="x"))
    write_one(folder, "activity_mentions", *(example(schema.ACTIVITY_MENTIONS, **one) for one in links))
    activities = joined("activities", folder)
    assert activities.report_organization.tolist() == ["Union of Farmers"]
    gallery = evidence(activities, raw, path=folder)
    assert [exhibit.mention_id for exhibit in gallery.exhibits] == ["count-1", "money-1"]
    assert all(exhibit.picture for exhibit in gallery.exhibits)
    (one,) = evidence(activities, raw, path=folder, column="amounts").exhibits
    assert one.mention_id == "money-1"
    with pytest.raises(AnalysisError, match=r"Did you mean 'amounts'\?"):
        evidence(activities, raw, path=folder, column="amount")
    with pytest.raises(AnalysisError, match="rows of activities"):
        evidence(load("count_mentions", folder), raw, path=folder, column="amounts")


def test_evidence_of_a_locked_file_takes_the_passwords_that_are_kept(folder: Path, tmp_path: Path) -> None:
    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        pdf.save(sink, encryption=pikepdf.Encryption(user="sesame", owner="owner"))
    locked, submission_id = sink.getvalue(), hashlib.sha256(sink.getvalue()).hexdigest()[:16]
    store.write_bytes(tmp_path / "raw" / "a.pdf", locked)
    entry = example(schema.SUBMISSIONS, file_name="a.pdf", duplicate_of=None, submission_id=submission_id)
    write_one(folder, "submissions", entry)
    rows = load("count_mentions", folder).head(1).assign(submission_id=submission_id)
    assert "cannot be shown" in evidence(rows, tmp_path / "raw", path=folder).exhibits[0].trouble
    store.write_bytes(tmp_path / "raw" / "_passwords.txt", b"other\nsesame\n")
    assert evidence(rows, tmp_path / "raw", path=folder).exhibits[0].picture


def test_evidence_is_saved_as_png_and_html(folder: Path, raw: Path, tmp_path: Path) -> None:
    rows = load("count_mentions", folder)
    evidence(rows, raw, tmp_path / "seen.png", path=folder)
    with Image.open(tmp_path / "seen.png") as picture:
        assert picture.width >= 700
    gallery = evidence(rows.iloc[0], raw, tmp_path / "seen.html", path=folder)
    page = (tmp_path / "seen.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert not re.search(r"(?:src|href|action)=\"(?!data:image/webp;base64,)", page)
    assert gallery._repr_html_() in page
    with pytest.raises(AnalysisError, match=r"\.png or \.html"):
        gallery.save(tmp_path / "seen.gif")


def test_evidence_without_the_process_that_draws_shows_the_sentences(
    folder: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(orders: object) -> None:
        raise KeeperError("no room")

    monkeypatch.setattr(apart, "draw", refuse)
    (exhibit,) = evidence(load("count_mentions", folder).head(1), raw, path=folder).exhibits
    assert (exhibit.picture, exhibit.sentence) == (b"", SENTENCE)
    assert "no room" in exhibit.trouble


def test_evidence_of_a_changed_or_missing_file_says_so(folder: Path, raw: Path, tmp_path: Path) -> None:
    rows = load("count_mentions", folder).head(1)
    store.write_bytes(raw / "a.pdf", PDF + b"\n")
    assert "changed since the run" in evidence(rows, raw, path=folder)._repr_html_()
    assert "a.pdf" in evidence(rows, tmp_path / "nowhere", path=folder).exhibits[0].trouble
    assert "No rows" in evidence(rows.head(0), raw, path=folder)._repr_html_()
    with pytest.raises(AnalysisError, match="lack mention_id"):
        evidence(rows.drop(columns="mention_id"), raw, path=folder)


def test_importing_brings_no_model_and_no_pdf_library() -> None:
    heavy = "{'spacy', 'thinc', 'pypdfium2', 'pdfplumber', 'PIL', 'IPython'}"
    asked = f"import sys, pipeline; assert not {heavy} & set(sys.modules); assert 'pandas' not in sys.modules; "
    asked += f"pipeline.load; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", asked], check=True)


def test_the_package_offers_what_reads_the_tables() -> None:
    assert pipeline.load is load
    assert pipeline.joined is joined
    assert {"describe", "evidence", "joined", "load", "tables", "tag"} <= set(pipeline.__all__)
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        pipeline.lode  # noqa: B018
