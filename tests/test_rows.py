"""What the rows say of a report beyond its mentions one by one."""

from pipeline import rows
from pipeline.records import (
    CountryValue,
    Mention,
    OrganizationValue,
    PlacedMention,
    SegmentedSubmission,
    TaggedSubmission,
    Value,
)


def placed(text: str, value: Value, report: int = 1) -> PlacedMention:
    kind = "country" if isinstance(value, CountryValue) else "organization"
    return PlacedMention(report, 0, "text", Mention(kind, 0, len(text), text, value, "test"), text, 1, ())


def country(code: str, report: int = 1) -> PlacedMention:
    return placed(code, CountryValue(code, f"{code}X", code, "name"), report)


def uses(*mentions: PlacedMention) -> list[tuple[str, str | None]]:
    found = rows.name_uses(SegmentedSubmission("a" * 16), TaggedSubmission("a" * 16, mentions))
    return [(use.name, use.report_country) for use in found]


MINISTRY = placed("Ministry of Health", OrganizationValue("Ministry of Health", None, "name"))


def test_a_report_that_mostly_speaks_of_one_country_tells_whose_its_ministries_are() -> None:
    assert uses(MINISTRY, *[country("PE")] * 3, country("CL")) == [("Ministry of Health", "PE")]


def test_a_report_of_several_countries_or_few_mentions_tells_nothing() -> None:
    assert uses(MINISTRY, *[country("PE")] * 3, *[country("CL")] * 3) == [("Ministry of Health", None)]
    assert uses(MINISTRY, *[country("PE")] * 2) == [("Ministry of Health", None)]


def test_each_report_of_a_submission_has_its_own_country() -> None:
    other = placed("Ministry of Trade", OrganizationValue("Ministry of Trade", None, "name"), report=2)
    mentions = (MINISTRY, other, *[country("PE")] * 3, *[country("CL", report=2)] * 4)
    assert uses(*mentions) == [("Ministry of Health", "PE"), ("Ministry of Trade", "CL")]
