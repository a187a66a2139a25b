"""Tables out of a folder, out of git without DVC, and out of DVC's cache."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import store
from pipeline.revisions import RevisionError, read_extraction
from pipeline.store.tables import encode_table
from tests.changed_tables import extraction

FILE = {"name": "harbour.pdf", "sections": {"1 Training": "We trained [45 officials|count 45]."}}
FURTHER = {"name": "river.pdf", "organization": "River Trust", "sections": {"1 Floods": "In [Peru|country PE]."}}


def run(*arguments: str, folder: Path) -> None:
    subprocess.run(arguments, cwd=folder, check=True, capture_output=True)


def write(folder: Path, *files: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in extraction(*files).items():
        (folder / f"{name}.parquet").write_bytes(encode_table(table))


def commit(folder: Path, message: str) -> None:
    run("git", "add", "-A", folder=folder)
    run("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", message, folder=folder)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits of `extracted/tables`; the working folder is in it."""
    monkeypatch.chdir(tmp_path)
    run("git", "init", "-q", folder=tmp_path)
    write(tmp_path / "extracted" / "tables", FILE)
    commit(tmp_path, "one")
    write(tmp_path / "extracted" / "tables", FILE, FURTHER)
    (tmp_path / "extracted" / "PROVENANCE.json").write_text('{"stages": {"tag": {"code": "abc"}}}')
    commit(tmp_path, "two")
    return tmp_path


def submissions(source: str) -> list[str]:
    names: list[str] = read_extraction(source).tables["submissions"]["file_name"].to_pylist()
    return names


def test_a_folder_of_tables_or_the_folder_above(repository: Path) -> None:
    assert submissions("extracted/tables") == submissions("extracted") == ["harbour.pdf", "river.pdf"]


def test_a_git_revision(repository: Path) -> None:
    assert submissions("HEAD~1") == ["harbour.pdf"]
    assert submissions("HEAD") == submissions("HEAD:extracted/tables") == ["harbour.pdf", "river.pdf"]


def test_what_it_was_made_with_comes_along(repository: Path) -> None:
    assert read_extraction("HEAD").provenance == read_extraction("extracted").provenance
    assert read_extraction("HEAD").provenance.stages["tag"].code == "abc"
    assert read_extraction("HEAD~1").provenance.stages == {}


def test_a_revision_that_only_dvc_has(repository: Path) -> None:
    run("git", "rm", "-rq", "--cached", "extracted", folder=repository)
    run(sys.executable, "-m", "dvc", "init", "-q", folder=repository)
    run(sys.executable, "-m", "dvc", "add", "-q", "extracted/tables", folder=repository)
    commit(repository, "cached")
    write(repository / "extracted" / "tables", FILE)
    assert submissions("HEAD") == ["harbour.pdf", "river.pdf"]
    assert submissions("extracted") == ["harbour.pdf"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere", "neither a folder nor a git revision"),
        ("--output=x", "neither a folder nor a git revision"),
        ("HEAD:nowhere", "There are no tables in nowhere"),
        ("", "neither a folder nor a git revision"),
        ("empty", "There are no tables in empty"),
    ],
)
def test_where_there_are_no_tables_is_told(repository: Path, source: str, message: str) -> None:
    (repository / "empty").mkdir()
    with pytest.raises(RevisionError, match=message):
        read_extraction(source)


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RevisionError):
        read_extraction("HEAD")


def test_a_damaged_table_is_told(repository: Path) -> None:
    path = repository / "extracted" / "tables" / "reports.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(store.StoreError, match="damaged"):
        read_extraction("extracted")


def test_git_shows_rows(repository: Path) -> None:
    from pipeline.cli import git

    assert git.set_up() == git.set_up() == 0
    assert (repository / ".gitattributes").read_text() == "*.parquet diff=parquet\n"
    done = subprocess.run(
        ("git", "diff", "HEAD~1", "HEAD", "--", "extracted/tables/submissions.parquet"), capture_output=True, text=True
    )
    assert "+river.pdf" in done.stdout.splitlines()
    assert "+  status: extracted" in done.stdout.splitlines()
