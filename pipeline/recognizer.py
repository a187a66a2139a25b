"""The folder that holds the trained spaCy pipeline: what it is made of, and that it is the one we mean.

Beside spaCy's own files the folder has a `manifest.json`: the SHA-256 of each file, and of what and how the model was
trained. `load` reads every file once, compares it, and only then lets spaCy open the folder. spaCy itself reads
JSON, msgpack and plain arrays there; nothing is unpickled. A pipeline that was installed as a package
(`en_core_web_trf`, say) is loaded by its name and trusted as far as its installer is.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import spacy
from msgspec import DecodeError, Struct
from msgspec import json as msgjson
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found] # compiled, and without a stub
from thinc.api import NumpyOps

from pipeline import entities

MANIFEST = "manifest.json"
USUAL_TOKENIZER, BARE_TOKENIZER = "spacy.Tokenizer.v1", "report_tokenizer"
RESTORE = "Restore it with `git checkout -- {folder}` or train it again with `dvc repro --force models/dvc.yaml`."
REPORT_COMPONENTS = ("report_dates", "report_money", "report_counts", "report_countries", "report_organizations")


class RecognizerError(RuntimeError):
    """The recognizer cannot be used; the message says what is wrong with it and how to restore it."""


class Manifest(Struct, frozen=True):
    """What is in the folder, by POSIX path below it, and where it came from."""

    name: str
    version: str
    files: dict[str, str]
    provenance: dict[str, Any]


def hash_files(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below `folder` but the manifest, by POSIX path, in order of path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def seal(folder: Path, name: str, version: str, provenance: Mapping[str, Any]) -> Manifest:
    """Writes the manifest of a folder whose files are as they should be."""
    manifest = Manifest(name, version, hash_files(folder), dict(provenance))
    text = json.dumps(
        {"name": name, "version": version, "files": manifest.files, "provenance": manifest.provenance}, indent=1
    )
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def verify(folder: Path) -> Manifest:
    """Compares every file with the manifest.

    Raises:
        RecognizerError: a file is missing, changed or not in the manifest, or there is no readable manifest.
    """
    restore = RESTORE.format(folder=folder)
    if not folder.is_dir():
        raise RecognizerError(f"The model folder {folder} does not exist. {restore}")
    try:
        manifest = msgjson.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, DecodeError) as error:
        raise RecognizerError(f"{folder / MANIFEST} cannot be read ({error}). {restore}") from error
    found = hash_files(folder)
    for path in sorted(manifest.files.keys() | found.keys()):
        if path not in found:
            raise RecognizerError(f"{folder / path} is missing. {restore}")
        if path not in manifest.files:
            raise RecognizerError(f"{folder / path} is not in the manifest of the model. Remove it, or: {restore}")
        if manifest.files[path] != found[path]:
            raise RecognizerError(f"{folder / path} is not the file that was trained (SHA-256 differs). {restore}")
    return manifest


def load(model: Path | str) -> Language:
    """Loads the pipeline in the folder `model`, verified, or the installed package of that name.

    Components of ours that the pipeline lacks are added at its end, and of a stock pipeline only the entity
    recognizer and what it needs is kept.

    Raises:
        RecognizerError: the folder is missing or not what its manifest says, or spaCy cannot open it.
    """
    folder = Path(model)
    installed = not folder.is_dir() and spacy.util.is_package(str(model))
    if not installed:
        verify(folder)
    try:
        nlp = spacy.load(str(model)) if installed else spacy.load(folder, config=_with_quick_reading(folder))
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise RecognizerError(f"spaCy cannot open {model} ({error}). {RESTORE.format(folder=folder)}") from error
    _complete(nlp)
    use_numpy_products(nlp)
    return nlp


def _with_quick_reading(folder: Path) -> dict[str, Any]:
    """What of a pipeline's configuration is to be otherwise, so that its entity recognizer reads in our way.

    The tokenizer is made without the rules of its language: it is given those in the folder next.
    """
    config = spacy.util.load_config(folder / "config.cfg")
    names = [name for name, component in config["components"].items() if component.get("factory") == "ner"]
    changed: dict[str, Any] = {"components": {name: {"factory": entities.FACTORY} for name in names}}
    if config["nlp"]["tokenizer"] == {"@tokenizers": USUAL_TOKENIZER} and (folder / "tokenizer").is_file():
        changed["nlp"] = {"tokenizer": {"@tokenizers": BARE_TOKENIZER}}
    return changed


def _bare_tokenizer() -> Callable[[Language], Tokenizer]:
    return lambda nlp: Tokenizer(nlp.vocab)


spacy.util.registry.tokenizers.register(BARE_TOKENIZER, func=_bare_tokenizer)


def _complete(nlp: Language) -> None:
    for name in ("tagger", "parser", "attribute_ruler", "lemmatizer", "senter"):
        if name in nlp.pipe_names:
            nlp.disable_pipe(name)
    for name in REPORT_COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name)


def use_numpy_products(nlp: Language) -> None:
    """Lets numpy's BLAS do the matrix products of the recognizer: the same entities, in two thirds of the time."""
    ops = NumpyOps(use_blis=False)
    if "ner" in nlp.pipe_names and nlp.get_pipe("ner").model.ops.name == "numpy":  # type: ignore[attr-defined] # spaCy has Pipe here
        for node in nlp.get_pipe("ner").model.walk():  # type: ignore[attr-defined] # as above
            node.ops = ops
