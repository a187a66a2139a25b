"""The file of parameters: words as they are written, and mistakes told with the key and what was meant."""

from pathlib import Path

import pytest

from pipeline.params import Params, ParamsError, parse_params, read_params


def test_a_word_is_the_word_that_is_written() -> None:
    for written in ("off", "'off'", '"off"'):
        assert parse_params(f"extract:\n  ocr: {written}\n").extract.ocr == "off"


@pytest.mark.parametrize("text", ["", "\n", "# nothing but a remark\n"])
def test_an_empty_file_leaves_the_defaults(text: str) -> None:
    assert parse_params(text) == Params()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("budget:\n  cpu_secnods: 30\n", "unknown field `cpu_secnods` - at `$.budget`. Did you mean `cpu_seconds`?"),
        ("extarct:\n  max_pages: 3\n", "unknown field `extarct`. Did you mean `extract`?"),
        ("xyzzy: 3\n", "unknown field `xyzzy`. Compare it with the defaults"),
        ("extract:\n  engine: pdfum\n", "Invalid enum value 'pdfum' - at `$.extract.engine`"),
        ("extract:\n  max_pages: many\n", "Expected `int`, got `str` - at `$.extract.max_pages`"),
        ("extract:\n  ocr: [auto\n", "mine.yaml is not valid YAML: line 3: "),
        ("just words", "Expected `object`, got `str`"),
        (b"\xff\xfe\xfa", "mine.yaml is not valid YAML: "),
    ],
)
def test_a_mistake_is_told_in_one_line(text: str | bytes, told: str) -> None:
    with pytest.raises(ParamsError) as caught:
        parse_params(text, "mine.yaml")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="does not exist"):
        read_params(tmp_path / "none.yaml")
    with pytest.raises(ParamsError, match="could not be read: Is a directory"):
        read_params(tmp_path)
