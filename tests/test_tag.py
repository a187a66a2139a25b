"""`pipeline.tag` and the command of the same name, from any folder."""

import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pipeline
from pipeline.cli.app import app


def test_a_bare_string_gives_one_dict_a_mention(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "From 2014 to 2018 the Ministry of Health of Peru trained about 45 nurses for US$1.2m."
    found = pipeline.tag(text)
    assert {mention["kind"] for mention in found} == {"date", "count", "money", "country", "organization"}
    for mention in found:
        assert text[mention["char_start"] : mention["char_end"]] == mention["text"]
    [date] = [mention for mention in found if mention["kind"] == "date"]
    assert (date["date_kind"], date["start_date"], date["end_date"]) == (
        "range",
        datetime.date(2014, 1, 1),
        datetime.date(2018, 12, 31),
    )


def test_a_relative_day_needs_the_day_of_writing() -> None:
    assert pipeline.tag("It rained yesterday.") == []
    [found] = pipeline.tag("It rained yesterday.", reference_date=datetime.date(2024, 3, 1))
    assert found["start_date"] == datetime.date(2024, 2, 29)


def test_the_command_shows_what_was_refused() -> None:
    result = CliRunner().invoke(app, ["tag", "--why", "Convention No. 122 was read in 12 countries."])
    assert result.exit_code == 0
    assert "12 countries" in result.output
    assert "Refused" in result.output
