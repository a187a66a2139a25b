"""A model is loaded only when every file is the one that was trained."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import spacy

from pipeline import recognizer
from pipeline.recognizer import MANIFEST, RecognizerError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small pipeline without a trained recognizer, sealed."""
    where = tmp_path / "model"
    nlp = spacy.blank("en")
    nlp.to_disk(where)
    recognizer.seal(where, "model", "1", {"sources": []})
    return where


def test_loads_what_was_sealed(folder: Path) -> None:
    nlp = recognizer.load(folder)
    assert tuple(nlp.pipe_names) == recognizer.REPORT_COMPONENTS
    assert [m.text for m in nlp("in May 2021")._.mentions] == ["May 2021"]


def test_texts_are_cut_into_words_by_the_rules_in_the_folder(folder: Path) -> None:
    text = "Don't pay U.S. $5km at 10am (a) to a@b.org, e.g. o'clock :-) 'tis wasn't St. John's."
    usual, ours = spacy.load(folder), recognizer.load(folder)
    assert [(word.text, word.norm_) for word in ours.make_doc(text)] == [
        (word.text, word.norm_) for word in usual.make_doc(text)
    ]


def test_spacys_commands_are_there_for_whoever_asks_for_them() -> None:
    program = """
import sys
from pipeline import steps
steps._import_spacy()
assert "spacy.cli" not in sys.modules
import spacy
assert spacy.info(silent=True)["spacy_version"] == spacy.__version__
import spacy.cli
assert callable(spacy.cli.download)
"""
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_manifest_names_every_file(folder: Path) -> None:
    manifest = recognizer.verify(folder)
    assert manifest.name == "model"
    assert set(manifest.files) == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST
    }


def test_a_changed_file_is_named_with_the_way_to_restore_it(folder: Path) -> None:
    path = folder / "tokenizer"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(RecognizerError, match=r"tokenizer is not the file that was trained.*git checkout"):
        recognizer.load(folder)


def test_a_missing_file(folder: Path) -> None:
    (folder / "meta.json").unlink()
    with pytest.raises(RecognizerError, match=r"meta\.json is missing.*git checkout"):
        recognizer.load(folder)


def test_a_file_too_many(folder: Path) -> None:
    (folder / "extra.pkl").write_bytes(b"")
    with pytest.raises(RecognizerError, match=r"extra\.pkl is not in the manifest"):
        recognizer.load(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": 1}'])
def test_a_broken_manifest(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    with pytest.raises(RecognizerError, match=r"manifest\.json cannot be read"):
        recognizer.load(folder)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="does not exist"):
        recognizer.load(tmp_path / "nothing")


def test_what_spacy_cannot_open(folder: Path) -> None:
    (folder / "config.cfg").write_text("[nlp]\nlang = 'zz'\n")
    manifest = json.loads((folder / MANIFEST).read_text())
    recognizer.seal(folder, manifest["name"], manifest["version"], {})
    with pytest.raises(RecognizerError, match="spaCy cannot open"):
        recognizer.load(folder)


@pytest.mark.filterwarnings("ignore:.*W036")
def test_another_pipeline_sees_names_and_the_rules_decide(tmp_path: Path) -> None:
    where = tmp_path / "other"
    nlp = spacy.blank("en")
    nlp.add_pipe("attribute_ruler")
    ruler = nlp.add_pipe("entity_ruler")
    seen = {"Zendavo": "ORG", "Regional Conference": "ORG", "Mokota": "GPE", "Ada Novak": "PERSON"}
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in seen.items()])  # type: ignore[attr-defined] # a Pipe in spaCy's stub
    nlp.to_disk(where)
    recognizer.seal(where, "other", "1", {"sources": []})
    loaded = recognizer.load(where)
    assert loaded.pipe_names == ["entity_ruler", *recognizer.REPORT_COMPONENTS]
    doc = loaded("In Mokota, Ada Novak of Zendavo told the Regional Conference that the Harbour Trust has 45 members.")
    assert [m.text for m in doc._.mentions if m.kind == "organization"] == ["Zendavo", "Harbour Trust"]
    assert [m.text for m in doc._.mentions if m.kind == "count"] == ["45 members"]


def test_a_package_that_is_not_installed(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="does not exist"):
        recognizer.load("en_core_web_zz")


def test_the_committed_model_was_trained_on_the_sentences_beside_it() -> None:
    models = Path(__file__).parent.parent / "models"
    trained_on = recognizer.verify(models / "report_tagger").provenance["sha256"]
    sentences = [path for path in models.glob("sentences*.txt") if "\n## train: " in path.read_text(encoding="utf-8")]
    for path in (*sentences, models / "parts.yaml"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == trained_on[path.name]


def test_the_committed_model_is_sound() -> None:
    folder = Path(__file__).parent.parent / "models" / "report_tagger"
    recognizer.verify(folder)
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 10_000_000
    nlp = recognizer.load(folder)
    found = [m.text for m in nlp("The World Bank and Zendavo Foundation trained 45 officials.")._.mentions]
    assert found[:2] == ["World Bank", "Zendavo Foundation"]
