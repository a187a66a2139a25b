"""What texts say that acronyms stand for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.acronyms import find_definitions, letters_of, stands_for


def definitions(text: str) -> list[tuple[str, str]]:
    return [
        (text[found.short.start : found.short.end], text[found.long.start : found.long.end])
        for found in find_definitions(text)
    ]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("led by the Coastal Water Trust (CWT).", "CWT", "Coastal Water Trust"),
        ("the National Bank for Farming and Trade (NABFT), which", "NABFT", "National Bank for Farming and Trade"),
        ("the Ministry of Health (MoH) said", "MoH", "Ministry of Health"),
        ("In 2019 Bread for All (BfA) and others", "BfA", "Bread for All"),
        ("the Lakeside Trust (hereinafter the “LT”) and", "LT", "Lakeside Trust"),
        ("the Institute of Tidal Power, or ITP, said", "ITP", "Institute of Tidal Power"),
        ("the Pharmacy, Medicines and Poisons Board (PMPB)", "PMPB", "Pharmacy, Medicines and Poisons Board"),
        ("NCSW (The National Council of Social Welfare)", "NCSW", "The National Council of Social Welfare"),
        ("SCWT (The Council of Social Welfare, Tonga)", "SCWT", "The Council of Social Welfare, Tonga"),
        ("the Convention on the Rights of Workers (CRW) was", "CRW", "Convention on the Rights of Workers"),
        ("Standard Operating Procedures (SOPs)", "SOPs", "Standard Operating Procedures"),
    ],
)  # fmt: skip
def test_reads_a_definition(text: str, short: str, long: str) -> None:
    assert definitions(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "a team of four (WFA, MSA) arrived",
        "our manager (CEO) spoke",
        "Tents (NRC and IRC)",
        "the meeting (Room 4)",
        "in 2019 (FY)",
        "they gave food (see Annex B)",
        "",
        "(",
        "(ABC)",
    ],
)
def test_reads_no_definition(text: str) -> None:
    assert definitions(text) == []


def test_a_name_does_not_reach_over_a_line_break() -> None:
    assert definitions("Coastal\nWater Trust (CWT)") == []


def test_letters() -> None:
    assert letters_of("NGOs") == "ngo"
    assert letters_of("R&D") == "rd"
    assert stands_for("GSF", "Global Savings Forum")
    assert not stands_for("GSF", "Global Forum")


@given(st.text(alphabet="ABab (),.-“”\n", max_size=300))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_every_definition_lies_in_its_text(text: str) -> None:
    for found in find_definitions(text):
        assert 0 <= found.short.start < found.short.end <= len(text)
        assert 0 <= found.long.start < found.long.end <= len(text)
        assert "\n" not in text[found.long.start : found.long.end]
