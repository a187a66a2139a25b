"""`pipeline diff` and its exit codes and forms; `pipeline gold`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import changes
from pipeline.cli.app import app
from pipeline.store.tables import encode_table
from pipeline.views import markdown, words
from tests.changed_tables import extraction

OLD = {"name": "harbour.pdf", "sections": {"1 Training": "We trained [45 officials|count 45] in [Peru|country PE]."}}
NEW = {"name": "harbour.pdf", "sections": {"1 Training": "We trained [45 officials|count 46] in Peru."}}
HOSTILE = "@everyone <b>[x](y)</b> | `c` \u202e"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    for name, file in (("old", OLD), ("new", NEW)):
        (tmp_path / name).mkdir()
        for table, arrow in extraction(file).items():
            (tmp_path / name / f"{table}.parquet").write_bytes(encode_table(arrow))
    return str(tmp_path / "old"), str(tmp_path / "new")


def diff(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["diff", *arguments])
    return result.exit_code, result.output


def test_equal_differ_and_error(folders: tuple[str, str]) -> None:
    old, new = folders
    assert diff(old, old) == (0, "No differences.\n")
    code, output = diff(old, new)
    assert code == 1
    assert "gone     country      Peru   Peru (PE)" in output
    assert "changed  count        45 officials   45 officials → 46 officials" in output
    code, output = diff(old, "nowhere-at-all")
    assert code == 2
    assert "neither a folder nor a git revision" in output
    assert "Traceback" not in output
    assert diff(old, new, "--format", "pdf")[0] == 2


def test_json_has_all_of_it(folders: tuple[str, str]) -> None:
    code, output = diff(*folders, "--format", "json", "--why")
    found = json.loads(output)
    assert code == 1
    assert [(change["sort"], change["tier"], change["table"]) for change in found["changes"]] == [
        ("removed", "loss", "country_mentions"),
        ("changed", "rest", "count_mentions"),
    ]
    assert found["changes"][1]["columns"] == [{"name": "value", "old": 45.0, "new": 46.0}]
    assert found["changes"][0]["reason"] == "something in tag that was not recorded"


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_every_form_can_go_to_a_file(folders: tuple[str, str], tmp_path: Path, form: str) -> None:
    path = tmp_path / "out" / "diff"
    code, output = diff(*folders, "--format", form, "--output", str(path))
    assert (code, output) == (1, "")
    assert "Peru" in path.read_text("utf-8")
    assert diff(folders[0], folders[0], "--format", form, "--output", str(path))[0] == 0


def test_markdown_shows_text_from_outside_as_text() -> None:
    escaped = markdown.escape(HOSTILE)
    assert "@" not in escaped
    assert "<b>" not in escaped
    assert "\\[x\\]" in escaped
    assert "\\|" in escaped
    assert "u202e" in escaped


def test_markdown_is_capped_between_changes() -> None:
    many = {"1 All": " ".join(f"[{number} officials|count {number}]" for number in range(1, 400))}
    comparison = changes.compare(extraction({**OLD, "sections": many}), extraction(OLD))
    text = markdown.render(comparison, "old", "new", most=20_000)
    assert len(text.encode()) <= 20_000
    assert text.rstrip().endswith("more changes. The HTML report has all of them.")
    assert len(markdown.render(comparison, "old", "new").encode()) <= markdown.MOST_BYTES


def test_two_texts_are_told_word_by_word() -> None:
    old = "one two three " + "same " * 100 + "four"
    parts = words.differing(old, old.replace("two", "2").replace("four", "4"))
    assert [part for part in parts if part[0] != "same"] == [
        ("old", "two"),
        ("new", "2"),
        ("cut", " … "),
        ("old", "four"),
        ("new", "4"),
    ]


def test_gold_needs_every_mention_decided(tmp_path: Path) -> None:
    tables = tmp_path / "out" / "tables"
    tables.mkdir(parents=True)
    for table, arrow in extraction(OLD).items():
        (tables / f"{table}.parquet").write_bytes(encode_table(arrow))
    (tmp_path / "raw").mkdir()
    arguments = ["gold", "--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert "harbour.pdf: 0 of 2 mentions decided; no gold yet" in result.output
    assert CliRunner().invoke(app, [*arguments, "harbour.pdf"]).exit_code == 1
    assert CliRunner().invoke(app, [*arguments, "nothing.pdf"]).exit_code == 1
