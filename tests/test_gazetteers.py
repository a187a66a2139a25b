"""The data files: that they can be read, agree with each other, and are what their sources give."""

import importlib.resources

import pytest
import yaml

from pipeline import gazetteers
from pipeline.countries import by_code
from pipeline.gazetteers import build

FORMS = {"name", "demonym", "abbreviation"}


def files(ending: str) -> list[str]:
    return sorted(f.name for f in importlib.resources.files("pipeline.gazetteers").iterdir() if f.name.endswith(ending))


@pytest.mark.parametrize("name", files(".csv"))
def test_rows_have_every_column(name: str) -> None:
    rows = gazetteers.read_rows(name)
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("name", ["country_context.yaml", "name_words.yaml"])
def test_words_are_text(name: str) -> None:
    """YAML reads a bare `on` or `no` as true or false."""
    for words in yaml.safe_load(gazetteers.read_text(name)).values():
        items = [*words, *words.values()] if isinstance(words, dict) else words
        assert all(isinstance(word, str) for word in items)


@pytest.mark.parametrize("name", ["country_aliases.csv", "country_names.csv"])
def test_countries_are_known(name: str) -> None:
    for row in gazetteers.read_rows(name):
        assert row["alpha2"] in by_code()
        assert row["form"] in FORMS


def test_every_country_of_the_united_nations_has_a_demonym() -> None:
    without = {
        "AG",
        "AX",
        "BL",
        "BQ",
        "BV",
        "CC",
        "CX",
        "EH",
        "FK",
        "GG",
        "GP",
        "GS",
        "HM",
        "IO",
        "JE",
        "MF",
        "MP",
        "DM",
    }
    without |= {"NF", "PM", "PN", "SH", "SJ", "SX", "TC", "TF", "TK", "UM", "VA", "VG", "VI", "WF", "CF", "CG"}
    have = {row["alpha2"] for row in gazetteers.read_rows("country_aliases.csv") if row["form"] == "demonym"}
    assert by_code().keys() - have - without == set()


def test_generated_files_are_what_the_sources_give() -> None:
    """Run `python -m pipeline.gazetteers.build` when this fails after an update of babel or pycountry."""
    assert [tuple(row.values()) for row in gazetteers.read_rows("countries.csv")] == list(build.countries())
    assert [tuple(row.values()) for row in gazetteers.read_rows("country_names.csv")] == list(build.names())
    assert [tuple(row.values()) for row in gazetteers.read_rows("demonym_languages.csv")] == list(build.languages())


def test_a_form_of_a_known_body_means_one_body() -> None:
    seen: dict[str, str] = {}
    for row in gazetteers.read_rows("organizations.csv"):
        assert seen.setdefault(row["alias"], row["name"]) == row["name"]
        assert row["form"] in ("name", "acronym")
        assert not row["country"] or row["country"] in by_code()


def test_every_known_body_has_its_name_among_its_forms() -> None:
    rows = gazetteers.read_rows("organizations.csv")
    assert {row["name"] for row in rows} == {row["name"] for row in rows if row["alias"] == row["name"]}


@pytest.mark.parametrize(
    ("one", "two"), [("Côte", "COTE"), ("d’Ivoire", "d'ivoire"), ("Türkiye", "turkiye"), ("USA", "usa")]
)
def test_fold(one: str, two: str) -> None:
    assert gazetteers.fold(one) == gazetteers.fold(two)
