"""The shape that the project keeps: who imports whom, who opens files, and that DVC watches what each stage reads."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from pipeline import stages

PACKAGE = stages.PACKAGE
VERBS = {"extract", "segment", "tag", "tabulate", "evaluate", "compare", "train"}
RIM = {"cli", "__main__"}
"""What stands above the verbs."""
DISK = {"store", "gazetteers", "views", "recognizer", "train", "params", "stages", "isolate"}
"""Modules that touch the disk: the store; readers of what ships with the package; what makes processes."""

MODULES = sorted(
    {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")} - {"__init__"}
)


def trees(module: str) -> list[ast.Module]:
    return [ast.parse(path.read_bytes()) for path in stages._module_files(module)]


@pytest.mark.parametrize("module", MODULES)
def test_nouns_never_import_verbs_and_verbs_never_each_other(module: str) -> None:
    if module not in RIM:
        assert not stages._imports(module) & (VERBS | RIM)


@pytest.mark.parametrize("module", MODULES)
def test_only_the_store_opens_files(module: str) -> None:
    if module in DISK:
        return
    opening = {"open", "read_bytes", "write_bytes", "read_text", "write_text", "unlink", "mkdir", "rename"}
    for tree in trees(module):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                owner = getattr(getattr(function, "value", None), "id", "")
                assert name not in opening or owner in ("store", "pdfplumber", "Image", "self"), (
                    module,
                    node.lineno,
                    name,
                )


@pytest.mark.parametrize("module", sorted(stages.closure(sum(stages.NOUNS.values(), ()))))
def test_rules_read_no_clock_and_no_environment(module: str) -> None:
    for tree in trees(module):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                place = f"{getattr(node.value, 'id', '')}.{node.attr}"
                assert place not in ("date.today", "datetime.now", "time.time", "os.environ", "random.random"), module


@pytest.mark.parametrize("stage", sorted(stages.NOUNS))
def test_dvc_watches_everything_a_stage_reads(stage: str) -> None:
    declared = yaml.safe_load(Path("dvc.yaml").read_text())["stages"][stage]
    assert declared["desc"]
    assert set(stages.dependencies(stage)) <= set(declared["deps"])


def test_no_module_is_named_like_the_standard_library() -> None:
    import sys

    assert not set(MODULES) & set(sys.stdlib_module_names)


@pytest.mark.parametrize("module", MODULES)
def test_the_lines_that_import_are_all_found(module: str) -> None:
    found = set()
    for tree in trees(module):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "pipeline":
                parts = node.module.split(".")
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("pipeline.")}
    assert stages._imports(module) == found - {module}


@pytest.mark.parametrize("module", MODULES)
def test_no_group_is_possessive(module: str) -> None:
    """Before Python 3.11.5 `(?:ab){1,3}+` keeps what its last, failed try took; `(?>(?:ab){1,3})` means the same."""
    for path in stages._module_files(module):
        assert _POSSESSIVE_GROUP.search(path.read_text(encoding="utf-8")) is None, path


_POSSESSIVE_GROUP = re.compile(r"[^\\]\)(?:[*+?]|\{{1,2}[0-9,]+\}{1,2})\+")
