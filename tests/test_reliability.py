import pytest

from pipeline.reliability import bands, wilson
from pipeline.scoring import Gold, GoldMention, GoldReport, Verdict, score


def test_a_band_sets_the_mean_confidence_beside_the_share_that_is_right() -> None:
    verdicts = [Verdict("count", "count.noun", 0.9, number > 0) for number in range(10)]
    [band] = bands(verdicts)
    assert (band.kind, band.mentions, band.right, band.is_off) == ("count", 10, 0.9, False)
    assert band.confidence == pytest.approx(0.9)


def test_certain_mentions_that_are_often_wrong_are_off() -> None:
    verdicts = [Verdict("date", "date.year", 1.0, number % 2 == 0) for number in range(40)]
    [band] = bands(verdicts)
    assert band.is_off
    assert band.interval[1] < 0.7


def test_the_interval_is_wide_for_few_and_narrow_for_many() -> None:
    assert wilson(1.0, 0) == (0.0, 1.0)
    assert wilson(0.5, 1000)[1] - wilson(0.5, 1000)[0] < 0.07 < wilson(0.5, 10)[1] - wilson(0.5, 10)[0]
    assert wilson(1.0, 10)[0] == pytest.approx(0.7225, abs=1e-3)  # Wilson 1927, z = 1.96


def test_what_gold_calls_optional_is_neither_right_nor_wrong() -> None:
    rows = [
        {"report_id": "r", "section_id": "s", "rule": "country.name", "confidence": 0.9, "text": name, "alpha2": code}
        | {"inside_organization": False}
        for name, code in (("Peru", "PE"), ("Chad", "TD"), ("Mali", "ML"))
    ]
    tables = {f"{kind}_mentions": [] for kind in ("date", "count", "money", "organization")}
    tables |= {"country_mentions": rows, "sections": [_section()]}
    tables["submissions"] = [{"submission_id": "f", "file_name": "one.pdf"}]
    tables["reports"] = [{"submission_id": "f", "report_id": "r", "ordinal": 1} | dict.fromkeys(_FIELDS)]
    gold = GoldReport(1, 1, mentions=(_country("Peru", "PE"), _country("Chad", "TD", optional=True)))
    verdicts = score(Gold("one.pdf", (gold,)), tables).verdicts
    assert [(verdict.is_right, verdict.confidence) for verdict in verdicts] == [(True, 0.9), (False, 0.9)]


_FIELDS = ("organization", "period_start", "period_end", "page_first", "page_last")


def _section() -> dict[str, object]:
    return {"report_id": "r", "section_id": "s", "path": "1", "title": "One", "number": "1"}


def _country(text: str, alpha2: str, optional: bool = False) -> GoldMention:
    return GoldMention("country", "1", "text", text, optional, alpha2=alpha2)
