"""Every command and snippet in the README and the guides runs, in a copy of the project with two of the samples."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, get_args

import matplotlib
import pytest
import typer.main
from typer.core import TyperGroup

from pipeline import records
from pipeline.cli.app import app
from tests.conftest import ROOT

GUIDES = sorted((ROOT / "pipeline" / "guides").glob("*.md"))
DOCS = [ROOT / "README.md", *GUIDES]
SAMPLES = ("pacific_savings_league_q3_2022.pdf", "pacific_savings_league_q4_2022.pdf")
NOT_RUN = {
    "git clone https": "the address is an example; a clone is made in a test below",
    "cd reports": "goes into that clone",
    "make run": "installs; its command, `pipeline run`, is run",
    "make test": "runs these tests",
    "make notebook": "serves until it is stopped",
    "pip install": "installs what is installed here",
    "pipeline review": "serves until it is stopped",
    "dvc repro": "runs every stage again, as `pipeline run` does",
}
"""Commands that are only parsed and looked up, and why."""
DIFFERS = "pipeline diff"
"""Its exit code is 1 when there is something to show."""
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
matplotlib.use("Agg")
INLINE = re.compile(r"`([^`\n]+)`")


class Snippet(NamedTuple):
    """A block of code, and where it begins."""

    path: Path
    line: int
    language: str
    text: str


def snippets(*languages: str) -> list[Snippet]:
    found = []
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            if block[1] in languages:
                found.append(Snippet(path, text.count("\n", 0, block.start()) + 1, block[1], block[2]))
    return found


def commands(script: str) -> list[str]:
    joined = script.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def name_of(value: Any) -> str:
    return f"{value.path.name}:{value.line}" if isinstance(value, Snippet) else ""


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def environment(home: Path) -> dict[str, str]:
    """That of a person who has followed the guide: the project's commands come first, and git knows a name."""
    who = {f"GIT_{role}_{what}": "ann@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | who | {"PATH": path, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "COLUMNS": "120"}


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment(folder.parent),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project as git would keep it, with two samples and the tables of a run, and one revision before."""
    home = tmp_path_factory.mktemp("docs") / "project"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.split("\0"):
        needed = not name.startswith(("tests/", "pipeline/", "raw/", "models/")) or Path(name).name in SAMPLES
        if name and (needed or name.startswith("raw/_")) and "_gold" not in name and (ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, home / name)
    git(home, "init", "--quiet")
    git(home, "add", ".")
    git(home, "commit", "--quiet", "--message", "before")
    shutil.rmtree(home / "extracted")
    done = run("pipeline run raw --jobs 2", home)
    assert done.returncode == 0, done.stderr
    git(home, "add", ".")
    git(home, "commit", "--quiet", "--message", "after")
    return home


def only_parsed(command: str) -> bool:
    return any(command.startswith(start) for start in NOT_RUN)


@pytest.mark.parametrize("snippet", snippets("sh"), ids=name_of)
def test_commands_run(snippet: Snippet, project: Path) -> None:
    parsed = subprocess.run(["bash", "-n"], input=snippet.text, text=True, capture_output=True, check=False)
    assert parsed.returncode == 0, parsed.stderr
    known = mention_of(project)
    for command in commands(snippet.text):
        if only_parsed(command):
            continue
        done = run(re.sub(r"\b(?:money|count|date)-[0-9a-f]{16}\b", known, command), project)
        allowed = (0, 1) if command.startswith(DIFFERS) else (0,)
        assert done.returncode in allowed, (command, done.stdout, done.stderr)


def test_a_colleague_gets_the_submissions_from_the_remote(project: Path) -> None:
    block = next(snippet for snippet in snippets("sh") if "dvc remote add" in snippet.text)
    if not (project / "raw.dvc").exists():
        assert run(block.text, project).returncode == 0
    submitted = {path.name: path.read_bytes() for path in (project / "raw").glob("*.pdf")}
    colleague = project.parent / "colleague"
    git(project.parent, "clone", "--quiet", str(project), str(colleague))
    assert not (colleague / "raw").exists()
    pulled = run("dvc pull raw", colleague)
    assert pulled.returncode == 0, pulled.stderr
    assert {path.name: path.read_bytes() for path in (colleague / "raw").glob("*.pdf")} == submitted
    assert set(submitted) == set(SAMPLES)


def mention_of(project: Path) -> str:
    """A mention that is there: the guides show one of another corpus."""
    import pipeline

    return str(pipeline.load("money_mentions", project / "extracted" / "tables").mention_id.iloc[0])


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_snippets_run_one_after_the_other(path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    names: dict[str, Any] = {}
    for snippet in snippets("python"):
        if snippet.path == path:
            exec(compile("\n" * snippet.line + snippet.text, str(path), "exec"), names)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_all_code_is_of_a_language_that_is_tried(path: Path) -> None:
    languages = {block[1] for block in FENCE.finditer(path.read_text(encoding="utf-8"))}
    assert languages <= {"sh", "python", "json", "yaml", "text"}


def test_what_is_not_run_is_named_and_there() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = [command for snippet in snippets("sh") for command in commands(snippet.text) if only_parsed(command)]
    for command in told:
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert set(words[1:]) <= targets, command
        if words[0] == "pipeline":
            assert words[1] in verbs(), command


def test_every_status_and_error_is_explained() -> None:
    text = (ROOT / "pipeline" / "guides" / "running.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [*get_args(records.Status), *get_args(records.ErrorCode)]


def verbs() -> dict[str, set[str]]:
    """The commands of `pipeline` and the options of each."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return {
        name: {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for name, command in group.commands.items()
    }


def named_commands() -> list[tuple[str, str]]:
    """Every `pipeline …` in a block or between back-ticks, and the file it stands in."""
    found = []
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        scripts = [line for block in FENCE.finditer(text) if block[1] == "sh" for line in commands(block[2])]
        for words in (*scripts, *INLINE.findall(FENCE.sub("", text))):
            if words.startswith("pipeline "):
                found.append((path.name, words))
    return found


@pytest.mark.parametrize(("place", "command"), named_commands())
def test_every_option_named_is_there(place: str, command: str) -> None:
    words = command.split()
    assert words[1] in verbs(), place
    for word in words[2:]:
        if option := re.fullmatch(r"(--?[a-z][\w-]*)[,;.]?", word):
            assert option[1] in verbs()[words[1]], (place, command)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).exists(), target


def test_every_command_and_option_explains_itself() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        assert command.help, name
        assert [parameter.name for parameter in command.params if not getattr(parameter, "help", "")] == [], name
