"""The parameters of each stage, typed, and how they are read.

`params.yaml` is the one place to set them; DVC watches the same keys. An unknown key or a value of the wrong type is an
error that names the key. What is not in the file has the default given here.
"""

import difflib
import re
from pathlib import Path
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

Engine = Literal["pdfium", "pdfplumber"]


class ParamsError(ValueError):
    """`params.yaml` cannot be used; the message says which key and why."""


class Budget(Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may cost before its worker is stopped.

    Seconds of CPU and of wall time grow with the pages of the submission up to the cap.
    """

    cpu_seconds: float = 30
    cpu_seconds_a_page: float = 0.5
    cpu_seconds_cap: float = 600
    wall_seconds: float = 120
    wall_seconds_a_page: float = 2
    wall_seconds_cap: float = 2400
    memory_bytes: int = 1 << 30


class ExtractParams(Struct, frozen=True, forbid_unknown_fields=True):
    """How PDFs are read. `passwords_file` is looked for in the folder of submissions: one password a line.

    `ocr_language` names the languages that scans are in as Tesseract does, `eng+deu` for two; `ocr_models` is the
    folder of their models, the one of the packages where it is empty.
    """

    engine: Engine = "pdfium"
    max_bytes: int = 200 << 20
    max_pages: int = 5000
    cross_check_pages: int = 12
    ocr: Literal["auto", "off"] = "auto"
    ocr_language: str = "eng"
    ocr_models: str = ""
    passwords_file: str = "_passwords.txt"


class SegmentParams(Struct, frozen=True, forbid_unknown_fields=True):
    """How pages become reports and sections. Nothing to tune yet."""


class TagParams(Struct, frozen=True, forbid_unknown_fields=True):
    """How sections are tagged: `model` is a spaCy pipeline, a folder from the project's root or a package's name."""

    model: str = "models/report_tagger"

    @property
    def place(self) -> str:
        """Where the model is: a folder is looked for in the working folder, then in the project's root."""
        at_root = Path(__file__).parent.parent / self.model
        return str(at_root) if not Path(self.model).is_dir() and at_root.is_dir() else self.model


class TabulateParams(Struct, frozen=True, forbid_unknown_fields=True):
    """How mentions become tables: files that a person keeps, from the folder of submissions."""

    registry: str = "_organizations.yaml"
    corrections: str = "_corrections.jsonl"


class EvaluateParams(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the gold is, from the folder of submissions."""

    gold: str = "_gold"


class Params(Struct, frozen=True, forbid_unknown_fields=True):
    """All parameters, a group a stage."""

    extract: ExtractParams = ExtractParams()
    segment: SegmentParams = SegmentParams()
    tag: TagParams = TagParams()
    tabulate: TabulateParams = TabulateParams()
    evaluate: EvaluateParams = EvaluateParams()
    budget: Budget = Budget()


def parse_params(text: str | bytes, where: str = "params.yaml") -> Params:
    """Reads YAML.

    Raises:
        ParamsError: the text is not YAML, or a key is unknown or has a value of the wrong type.
    """
    try:
        content = yaml.load(text, Loader=_Loader)  # a SafeLoader that leaves words alone
        return Params() if content is None else msgspec.convert(content, Params)
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place = f"line {mark.line + 1}: {problem}" if mark and problem else " ".join(str(error).split())
        raise ParamsError(f"{where} is not valid YAML: {place}.") from error
    except msgspec.ValidationError as error:
        raise ParamsError(
            f"{where} cannot be used: {error}. {_meant(str(error))}Compare it with the defaults in pipeline/params.py."
        ) from error


class _Loader(yaml.SafeLoader):
    """Reads `off` as that word, as DVC does: no parameter is true or false."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _meant(message: str) -> str:
    """The key that an unknown one looks like, as a question."""
    unknown = re.search(r"unknown field `(.*?)`", message)
    groups = [type(getattr(Params(), name)) for name in Params.__struct_fields__]
    known = [*Params.__struct_fields__, *(name for group in groups for name in group.__struct_fields__)]
    near = difflib.get_close_matches(unknown[1], known, 1) if unknown else []
    return f"Did you mean `{near[0]}`? " if near else ""


def read_params(path: Path | None = None) -> Params:
    """Reads `params.yaml` of the working folder (or `path`); without the file, every parameter has its default.

    Raises:
        ParamsError: the file cannot be used, or `path` was given and is not there.
    """
    where = path or Path("params.yaml")
    if not where.exists():
        if path is not None:
            raise ParamsError(f"{where} does not exist. Leave --params out to use the defaults.")
        return Params()
    try:
        text = where.read_bytes()
    except OSError as error:
        raise ParamsError(f"{where} could not be read: {error.strerror}.") from error
    return parse_params(text, str(where))
