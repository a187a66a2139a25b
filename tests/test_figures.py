"""Figures for slides: their labels, their map, their network."""

import datetime

import matplotlib
import pandas as pd
import pycountry
import pytest
from matplotlib import pyplot

from pipeline import figures, store

matplotlib.use("Agg")
FAR_SOUTH = {"AQ", "BV", "GS", "HM", "TF", "UM"}
"""Nobody lives there, or it is no one place."""


@pytest.mark.parametrize(
    ("value", "label"),
    [(950, "950"), (2.24, "2.24"), (12_500, "12,500"), (1_460_000, "1.46 million"), (9.7e9, "9.7 billion"), (0, "0")],
)
def test_numbers_are_short(value: float, label: str) -> None:
    assert figures.short(value) == label


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ("2022-05-04", "2022-05-04", "4 May 2022"),
        ("2022-05-01", "2022-05-31", "May 2022"),
        ("2022-05-01", "2022-07-31", "May – July 2022"),
        ("2021-10-01", "2022-03-31", "October 2021 – March 2022"),
    ],
)
def test_periods_are_named_as_one_says_them(start: str, end: str, label: str) -> None:
    assert figures.period(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)) == label


def test_names_are_wrapped_and_a_dollar_opens_no_formula() -> None:
    assert figures.wrapped("Union of Farmers and Fishers", 16) == "Union of Farmers\nand Fishers"
    assert figures.wrapped("from $5 to $10") == r"from \$5 to \$10"
    assert figures.wrapped("word " * 100, 20).count("\n") == 2


def test_every_country_has_a_place_on_the_map() -> None:
    places = pd.read_csv(figures.PLACES, keep_default_na=False)
    codes = {country.alpha_2 for country in pycountry.countries}
    assert set(places.alpha2) - {"XK"} == codes - FAR_SOUTH
    assert places.alpha2.is_unique
    assert places.longitude.between(-180, 180).all()
    assert places.latitude.between(-60, 80).all()
    assert store.read_bytes(figures.PLACES).endswith(b"\n")


def test_the_map_names_what_has_a_value_and_no_two_names_overlap() -> None:
    figure, axes = figures.slide("A map", "Source: none.")
    codes = ["FR", "DE", "NL", "BE", "LU", "CH", "IT", "FJ", "US", "XX"]
    figures.world(axes, pd.Series(range(1, len(codes) + 1), codes), {"FJ": "Fiji"})
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert "Fiji" in [text.get_text() for text in axes.texts]
    assert not any(a.overlaps(b) for place, a in enumerate(boxes) for b in boxes[:place])
    figures.world(axes, pd.Series(dtype="int64"), {})
    pyplot.close(figure)


@pytest.mark.parametrize(
    "links",
    [{}, {"a": []}, {"a": ["b", "a"]}, {"a": ["b", "c"], "b": ["c"]}, {str(n): map(str, range(60)) for n in range(20)}],
)
def test_the_network_takes_any_links(links: dict[str, list[str]]) -> None:
    figure, axes = figures.slide("A network", "Source: none.")
    figures.network(axes, links)
    figure.draw_without_rendering()
    assert {text.get_text() for text in axes.texts} >= set(links)
    pyplot.close(figure)


def test_bars_carry_their_numbers() -> None:
    figure, axes = figures.slide("Bars", "Source: none.")
    figures.bars(axes, pd.Series([3, 2_000_000], ["a", "b"]))
    assert [text.get_text() for text in axes.texts] == ["3", "2 million"]
    pyplot.close(figure)
