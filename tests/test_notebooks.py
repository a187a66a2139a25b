"""The notebooks are kept without outputs, run from top to bottom, and end in figures that can go into a slide."""

from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest
from matplotlib import pyplot
from nbclient import NotebookClient

from pipeline import figures, schema
from tests.conftest import ROOT
from tests.test_analysis import example, mention, nothing, write

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SMALLEST = 10
"""Points; what is smaller cannot be read from the last row."""

matplotlib.use("Agg")


def code(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_there_is_one_for_each_question() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert not cell.metadata
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert set(notebook.metadata.language_info) == {"name"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_short_and_begins_in_plain_words(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    assert notebook.cells[0].cell_type == "markdown"
    assert len(notebook.cells) <= 16
    assert sum(len(source.splitlines()) for source in code(path)) <= 160
    assert any("figures.slide" in source for source in code(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_on_the_samples(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.read(path, 4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}})
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    drawn = [output for output in shown if "image/png" in output.get("data", {})]
    assert len(drawn) == sum(source.count("figures.slide") for source in code(path))
    assert not [output for output in shown if output.get("name") == "stderr"]
    plain = [output["data"]["text/plain"] for output in shown if output.output_type == "execute_result"]
    assert not [text for text in plain if text.startswith(("Text(", "["))]


def run_here(path: Path) -> None:
    """Runs the cells in this process, on the tables of the project that the working folder is in."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for source in code(path):
        exec(compile(source, path.name, "exec"), names)


def project(home: Path, **rows: list[dict[str, Any]]) -> Path:
    write(home / "extracted" / "tables", **rows)
    (home / "notebooks").mkdir()
    return home


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose tables have no rows."""
    return project(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in whose tables all is missing that can be, beside a corrected value, a problem and odd names."""
    report = nothing(schema.REPORTS, report_id="x")
    named = example(schema.REPORTS, report_id="y", organization="A $ & <b> “union” $ of very long names " * 4)
    places = {"report_id": "y", "section_id": "y", "currency": "USD"}
    return project(
        tmp_path_factory.mktemp("odd"),
        submissions=[nothing(schema.SUBMISSIONS, file_name="broken.pdf", status="failed", error_code="corrupt")],
        reports=[report, named],
        sections=[example(schema.SECTIONS, section_id=name, report_id=name) for name in ("x", "y")],
        organizations=[nothing(schema.ORGANIZATIONS, organization_id="x", name="Union $")],
        problems=[nothing(schema.PROBLEMS, code="stale_correction")],
        money_mentions=[
            nothing(schema.MONEY_MENTIONS, mention_id="money-1", section_id="x", report_id="x"),
            mention(schema.MONEY_MENTIONS, "money-2", **places, source="correction"),
        ],
        organization_mentions=[mention(schema.ORGANIZATION_MENTIONS, "organization-1", section_id="y", report_id="y")],
        activities=[nothing(schema.ACTIVITIES, activity_id="a", section_id="x", report_id="x")],
        activity_mentions=[example(schema.ACTIVITY_MENTIONS, activity_id="a", mention_id="organization-1")],
    )


@pytest.mark.parametrize("kind", ["empty", "odd"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_on_whatever_the_tables_hold(
    path: Path, kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(request.getfixturevalue(kind) / "notebooks")
    run_here(path)
    assert_slides()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_figures_can_go_into_a_slide(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "notebooks")
    run_here(path)
    assert_slides()


def assert_slides() -> None:
    """Each figure has a title and a source, each pair of axes a name for what it measures, and all can be read."""
    numbers = pyplot.get_fignums()
    assert numbers
    for figure in map(pyplot.figure, numbers):
        figure.draw_without_rendering()
        assert figure.get_suptitle()
        assert any(text.get_text().startswith("Source: ") for text in figure.texts)
        assert tuple(figure.get_size_inches()) == figures.WIDE
        for axes in figure.axes:
            if axes.axison:
                assert axes.get_xlabel()
            written = [text for text in axes.texts if text.get_text()] + axes.get_xticklabels() + axes.get_yticklabels()
            assert all(text.get_fontsize() >= SMALLEST for text in written)
    pyplot.close("all")
