"""A run does what is needed and no more, gives the same bytes however it is done, and survives bad input."""

import io
import shutil
from functools import partial
from pathlib import Path

import msgspec
import pikepdf
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline import schema, store, upkeep
from pipeline.batch import Batch, process
from pipeline.cli.app import app
from pipeline.isolate import run_tasks
from pipeline.records import ExtractedSubmission
from pipeline.stages import CHAIN
from pipeline.store.door import read_passwords
from pipeline.tabulate import tabulate, workers
from pipeline.upkeep import parts
from tests.conftest import RAW
from tests.raw_pdf import line, pdf


def bring_up_to_date(batch: Batch) -> list[str]:
    done = process(batch, CHAIN, lambda done, total: None)
    tabulate(batch)
    return sorted(item.file_name for item in done)


def table_bytes(batch: Batch) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((batch.extracted / "tables").iterdir())}


def rows(batch: Batch, name: str) -> list[dict[str, object]]:
    return pq.read_table(batch.extracted / "tables" / f"{name}.parquet").to_pylist()


def test_work_is_done_once_and_only_for_what_changed(batch: Batch) -> None:
    assert len(bring_up_to_date(batch)) == 2
    first = table_bytes(batch)
    assert set(first) == {f"{name}.parquet" for name in schema.TABLES}
    assert bring_up_to_date(batch) == []
    assert table_bytes(batch) == first

    shutil.copy(RAW / "baltic_volunteer_bulletin_2022.pdf", batch.raw)
    assert bring_up_to_date(batch) == ["baltic_volunteer_bulletin_2022.pdf"]
    assert {row["file_name"] for row in rows(batch, "submissions")} == {path.name for path in batch.raw.iterdir()}

    (batch.raw / "baltic_volunteer_bulletin_2022.pdf").unlink()
    assert bring_up_to_date(batch) == []
    assert table_bytes(batch) == first


def test_the_bytes_do_not_depend_on_workers_names_or_force(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_up_to_date(batch)
    first = table_bytes(batch)
    two = msgspec.structs.replace(batch, jobs=2, force=True)
    assert len(bring_up_to_date(two)) == 2
    assert table_bytes(two) == first

    shutil.rmtree(batch.extracted / "tables")
    monkeypatch.setattr(upkeep, "MANY", 1)
    monkeypatch.setattr(upkeep, "CHUNK", 1)
    monkeypatch.setattr(parts, "enter", no_such_work)
    monkeypatch.setattr(parts, "make", no_such_work)
    with workers(two) as helping:
        tabulate(two, helping)
    assert table_bytes(two) == first
    monkeypatch.undo()

    for path in list(batch.raw.iterdir()):
        path.rename(path.with_name("z " + path.name))
    assert bring_up_to_date(batch) == [], "another name makes no work"
    renamed = table_bytes(batch)
    assert [name for name in first if renamed[name] != first[name]] == ["submissions.parquet"]


def no_such_work(*_: object) -> None:
    raise AssertionError("this process has workers for that")


def test_stage_by_stage_gives_the_same_bytes(batch: Batch, tmp_path: Path) -> None:
    bring_up_to_date(batch)
    staged = msgspec.structs.replace(batch, extracted=tmp_path / "staged")
    for stage in CHAIN:
        process(staged, (stage,), lambda done, total: None)
    tabulate(staged)
    assert table_bytes(staged) == table_bytes(batch)


def test_a_parameter_that_shapes_the_result_makes_work(batch: Batch) -> None:
    bring_up_to_date(batch)
    extract = msgspec.structs.replace(batch.params.extract, cross_check_pages=0)
    params = msgspec.structs.replace(batch.params, extract=extract)
    assert len(bring_up_to_date(msgspec.structs.replace(batch, params=params))) == 2


def test_a_damaged_result_is_told_and_made_again(batch: Batch) -> None:
    bring_up_to_date(batch)
    first = table_bytes(batch)
    path = next((batch.extracted / "mentions").glob("*.json"))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(store.StoreError, match="Delete it and run again"):
        tabulate(batch)
    path.unlink()
    assert len(bring_up_to_date(batch)) == 1
    assert table_bytes(batch) == first


def test_bad_input_costs_only_itself(batch: Batch) -> None:
    bring_up_to_date(batch)
    alone = table_bytes(batch)
    good = (batch.raw / "flood_situation_update_no14.pdf").read_bytes()
    bad = {
        "empty.pdf": b"",
        "not a pdf é.pdf": b"<html>no</html>",
        "cut.pdf": good[:2000],
        "same.pdf": good,
    }
    for name, data in bad.items():
        (batch.raw / name).write_bytes(data)
    (batch.raw / "link.pdf").symlink_to("/dev/zero")
    bring_up_to_date(batch)
    found = {row["file_name"]: row for row in rows(batch, "submissions")}
    codes = {name: (row["status"], row["error_code"]) for name, row in found.items()}
    assert codes["empty.pdf"] == ("failed", "empty_file")
    assert codes["not a pdf é.pdf"] == ("failed", "not_a_pdf")
    assert codes["cut.pdf"] == ("failed", "corrupt")
    assert codes["link.pdf"] == ("failed", "unreadable")
    assert codes["same.pdf"] == ("duplicate", None)
    assert found["same.pdf"]["duplicate_of"] == "flood_situation_update_no14.pdf"
    for name, row in found.items():
        if row["status"] == "failed":
            assert str(row["error_message"]).endswith("."), name
    unchanged = [name for name, data in table_bytes(batch).items() if data == alone[name]]
    assert set(alone) - set(unchanged) <= {"submissions.parquet", "problems.parquet"}


def test_the_command_ends_with_what_was_found(few: Path, tmp_path: Path) -> None:
    (few / "empty.pdf").write_bytes(b"")
    arguments = ["run", str(few), "--out", str(tmp_path / "out"), "--jobs", "1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert "3 submissions" in result.output
    assert "empty.pdf: failed, empty_file." in result.output
    assert CliRunner().invoke(app, [*arguments, "--strict"]).exit_code == 1


def test_what_was_found_in_a_submission_is_shown(few: Path, tmp_path: Path) -> None:
    (few / "empty.pdf").write_bytes(b"")
    out = ["--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, ["run", str(few), *out, "--jobs", "1"]).exit_code == 0
    name = next(path.name for path in sorted(few.iterdir()) if path.name != "empty.pdf")
    shown = CliRunner().invoke(app, ["show", name, *out])
    assert shown.exit_code == 0
    for table in ("date", "count", "country"):
        assert f"   {table}-" in shown.output
    assert "empty.pdf: failed, empty_file." in CliRunner().invoke(app, ["show", "empty.pdf", *out]).output
    missed = CliRunner().invoke(app, ["show", name.upper(), *out])
    assert missed.exit_code == 2
    assert f"Is it {name}?" in missed.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nowhere"], "nowhere is not a folder"),
        (["run", "{raw}", "--engine", "magic"], "There is no engine 'magic'"),
        (["run", "{raw}", "--params", "nowhere.yaml"], "nowhere.yaml does not exist"),
        (["run", "{raw}", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["show", "money-0"], "There are no tables in"),
        (["show", "none.pdf"], "Run `pipeline run` first"),
        (["show", "none.pdf", "--sections"], "Run `pipeline run` first"),
        (["verify", "{raw}"], "Run `pipeline run` first"),
        (["eval", "{raw}"], "Run `pipeline run` first"),
        (["gold"], "Run `pipeline run` first"),
    ],
)
def test_nothing_can_be_done_is_told_in_a_sentence(
    few: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    arguments = [argument.format(raw=few) for argument in arguments]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("_organizations.yaml", "organizations: [", "The registry (_organizations.yaml) is not valid YAML"),
        ("_organizations.yaml", "organizations:\n- title: Ours\n", "unknown key `title`"),
        ("_corrections.jsonl", "no decision\n", "Line 1 of the corrections (_corrections.jsonl) cannot be used"),
    ],
)
def test_a_file_of_decisions_that_cannot_be_used_is_told_before_the_work(
    few: Path, tmp_path: Path, name: str, content: str, message: str
) -> None:
    (few / name).write_text(content)
    result = CliRunner().invoke(app, ["run", str(few), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("out", ["raw", "raw/out", "."])
def test_results_are_not_put_among_the_submissions(few: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    monkeypatch.chdir(few.parent if out != "." else few)
    result = CliRunner().invoke(app, ["run", "." if out == "." else few.name, "--out", out.replace("raw", few.name)])
    assert result.exit_code == 2
    assert "would be taken for submissions. Name another one with --out." in result.output
    assert sorted(path.suffix for path in few.rglob("*")) == [".pdf"] * len(list(few.iterdir()))


def test_eval_without_gold_prints_no_figures(few: Path, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, ["run", str(few), *out, "--jobs", "1"]).exit_code == 0
    result = CliRunner().invoke(app, ["eval", str(few), *out])
    assert result.exit_code == 0
    assert "There is no gold in" in result.output
    assert "precision" not in result.output
    missed = CliRunner().invoke(app, ["show", "zzz", *out])
    assert "A new file needs `pipeline run` first." in missed.output


def test_a_name_is_found_as_it_is_typed_and_as_it_is_shown(few: Path, tmp_path: Path) -> None:
    (few / "two\nlines.pdf").write_bytes(b"")
    out = ["--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, ["run", str(few), *out, "--jobs", "1"]).exit_code == 0
    for name in ("two\nlines.pdf", "two\\nlines.pdf"):
        for how in ([], ["--sections"]):
            shown = CliRunner().invoke(app, ["show", name, *how, *out]).output
            assert "two\\nlines.pdf: failed, empty_file." in shown


def test_the_list_of_commands_is_told_in_whole_sentences() -> None:
    listed = CliRunner().invoke(app, ["--help"]).output.partition("Commands:")[2]
    assert len(listed.strip().splitlines()) == len(app.registered_commands)
    assert "..." not in listed


def test_an_empty_folder_gives_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    result = CliRunner().invoke(app, ["run", str(tmp_path / "raw"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "No submissions were found" in result.output
    assert store.verify_tables(tmp_path / "out") == []


def pages_of_text(count: int) -> bytes:
    return pdf(*(line(f"{number}. The hall on page {number} opened on 3 May 2021.") for number in range(1, count + 1)))


def locked(path: Path, password: str) -> None:
    """Writes a PDF that opens with this password."""
    with pikepdf.open(io.BytesIO(pages_of_text(1))) as document:
        document.save(path, encryption=pikepdf.Encryption(user=password, owner="other"))


def codes(batch: Batch) -> dict[str, object]:
    return {str(row["file_name"]): row["error_code"] or row["status"] for row in rows(batch, "submissions")}


def test_another_password_makes_work_of_locked_files_only(batch: Batch) -> None:
    locked(batch.raw / "locked.pdf", "first")
    assert len(bring_up_to_date(batch)) == 3
    assert codes(batch)["locked.pdf"] == "encrypted"
    assert bring_up_to_date(batch) == []

    passwords = batch.raw / "_passwords.txt"
    passwords.write_text("wrong\nfirst\n")
    assert bring_up_to_date(batch) == ["locked.pdf"]
    assert codes(batch)["locked.pdf"] == "extracted"
    assert bring_up_to_date(batch) == []
    passwords.unlink()
    assert bring_up_to_date(batch) == ["locked.pdf"]
    assert codes(batch)["locked.pdf"] == "encrypted"


def test_stages_run_alone_see_what_a_password_opened(batch: Batch) -> None:
    for path in batch.raw.iterdir():
        path.unlink()
    locked(batch.raw / "locked.pdf", "first")
    for password, outcome in (("", "encrypted"), ("first", "extracted")):
        (batch.raw / "_passwords.txt").write_text(password)
        worked = [len(process(batch, (stage,), lambda done, total: None)) for stage in CHAIN]
        tabulate(batch)
        assert (worked, codes(batch)["locked.pdf"]) == ([1, 1, 1], outcome)
    assert rows(batch, "sections")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"q\n" * 3])
def test_the_file_of_passwords_is_read_or_refused_with_advice(batch: Batch, content: bytes) -> None:
    (batch.raw / "_passwords.txt").write_bytes(content)
    if content.startswith(b"q"):
        assert read_passwords(batch.raw, "_passwords.txt") == ("q",)
    else:
        with pytest.raises(store.StoreError, match="Save it as UTF-8"):
            process(batch, CHAIN, lambda done, total: None)


@pytest.mark.parametrize(
    ("deadly", "kept", "code", "message"),
    [
        ("3", [1, 2, 4, 5], "page_unreadable", "Page 3 broke every reading"),
        ("3 4", [1, 2, 5], "page_unreadable", "Page 4 broke every reading"),
        ("2 3 4", [1], "pages_missing", "Of 5 pages, 2 to 5 could not be read"),
    ],
)
def test_pages_read_before_a_process_dies_are_kept(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, deadly: str, kept: list[int], code: str, message: str
) -> None:
    monkeypatch.setenv("DEADLY_PAGES", deadly)
    found = read_by_deadly_engines(batch, monkeypatch)
    assert bring_up_to_date(batch) == ["dies.pdf"], "the stages after it"
    [row] = rows(batch, "submissions")
    assert (row["status"], row["page_count"]) == ("partial", 5)
    assert [page["page_number"] for page in rows(batch, "pages")] == kept
    assert any(problem.code == code and message in problem.message for problem in found.problems)
    assert any("no page was compared" in problem.message for problem in found.problems) is (deadly == "3 4")
    assert bring_up_to_date(batch) == []


@pytest.mark.parametrize(
    ("deadly", "told"),
    [
        ("3", ["The second engine broke on page 3"]),
        ("2 4", ["The second engine broke on page 2", "The second engine broke on page 4"]),
        ("0", ["The second engine broke on a check of the whole file"]),
        ("1 2 3", ["The usual reading of this file broke"]),
    ],
)
def test_what_the_second_engine_breaks_on_costs_that_comparison_alone(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, deadly: str, told: list[str]
) -> None:
    monkeypatch.setenv("DEADLY_TO_COMPARE", deadly)
    found = read_by_deadly_engines(batch, monkeypatch)
    assert (found.status, len(found.pages)) == ("extracted", 5)
    assert {problem.code for problem in found.problems} == {"not_cross_checked"}
    assert all(problem.message.startswith(start) for problem, start in zip(found.problems, told, strict=True))


def test_signs_of_damage_are_kept_with_the_pages_that_were_read(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEADLY_PAGES", "2 3 4")
    found = read_by_deadly_engines(batch, monkeypatch, pages_of_text(5)[:-6])
    assert (found.status, len(found.pages)) == ("partial", 1)
    assert {"damaged_file", "pages_missing"} <= {problem.code for problem in found.problems}


def read_by_deadly_engines(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, data: bytes | None = None
) -> ExtractedSubmission:
    """What these engines leave of a submission of five pages."""
    for path in batch.raw.iterdir():
        path.unlink()
    (batch.raw / "dies.pdf").write_bytes(data or pages_of_text(5))
    monkeypatch.setattr("pipeline.batch.run_tasks", partial(run_tasks, worker="tests.deadly_steps"))
    [done] = process(batch, ("extract",), lambda done, total: None)
    return store.read_result(batch.extracted, "extract", done.submission_id, ExtractedSubmission)
