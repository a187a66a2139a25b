"""English is told from other languages; short texts are not judged."""

import pytest

from pipeline.language import seems_english

ENGLISH = "In May the council held a workshop for the staff of twelve shelters, and the minutes were sent to members. "
FRENCH = (
    "En mai, le conseil a tenu un atelier pour le personnel de douze foyers, et les membres en ont reçu le résumé. "
)
SPANISH = "En mayo el consejo organizó un taller para el personal de doce albergues y envió las actas a los miembros. "
NAMES = "Nairobi, Kampala, Dodoma, Lusaka, Harare and Maseru; Ouma, Banda, Phiri, Moyo, Dube and Tau for the board. "


@pytest.mark.parametrize(("text", "english"), [(ENGLISH, True), (FRENCH, False), (SPANISH, False), (NAMES, True)])
def test_a_page_is_judged_by_its_small_words(text: str, english: bool) -> None:
    assert seems_english(text * 20) is english


def test_a_short_text_is_not_judged() -> None:
    assert seems_english(FRENCH)
