import datetime

import pytest
from msgspec import structs

from pipeline import context
from pipeline.money import written_currencies
from pipeline.records import Passage, Report, Section


def report(*texts: str, organization: str | None = "Harbour Relief Forum") -> Report:
    sections = tuple(
        Section(n, None, 1, f"{n}.", str(n), Passage(f"Part {n}"), Passage(text), 1, 1)
        for n, text in enumerate(texts, 1)
    )
    start, end = datetime.date(2021, 4, 1), datetime.date(2022, 3, 31)
    return Report(1, organization, "HRF", "Activity Report", start, end, 1, 2, sections)


def test_the_day_of_writing_is_the_end_of_the_period() -> None:
    settled = context.of_report(report("A meeting was held."))
    assert (settled.period_start, settled.period_end) == (datetime.date(2021, 4, 1), datetime.date(2022, 3, 31))
    assert settled.reference_date == datetime.date(2022, 3, 31)
    assert (settled.organization, settled.acronym) == ("Harbour Relief Forum", "HRF")


@pytest.mark.parametrize(
    ("texts", "country", "expected"),
    [
        (["Visit on 21/05/2021.", "Call on 03/04/2021."], None, True),
        (["Visit on 05/21/2021."], None, False),
        (["Visit on 05-21-2021."], "KE", False),  # what the report does outweighs what its country does
        (["Visit on 21/05/2021 and 05/21/2021."], None, None),
        (["Visit on 03/04/2021."], None, None),
        (["Visit on 03/04/2021."], "KE", True),
        (["Visit on 03/04/2021."], "US", False),
        (["Held on May 3, 2021.", "On 03/04/2021."], "JP", False),
        (["Held on 3 May 2021.", "On 03/04/2021."], None, True),
        (["Held on May 3, 2021.", "On 03/04/2021."], None, False),
        (["Held on May 3, 2021 and 4 May 2021.", "On 03/04/2021."], None, None),
        (["Ratio 21/5/3, section 2.21.5, call 25-12-20-44"], None, None),
    ],
)
def test_order_of_day_and_month(texts: list[str], country: str | None, expected: bool | None) -> None:
    assert context.day_first(texts, country) is expected


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("In the fiscal year (1 April 2021 – 31 March 2022) we held four meetings.", 4),
        ("Our financial year runs from 1 July to 30 June.", 7),
        ("FY2021 (October 2020 to September 2021) was a hard one.", 10),
        ("The financial year begins on 1 July.", 7),
        ("The fiscal year, April to March, was short.", 4),
        ("The fiscal year was busy. We met from April to June.", None),
        ("From April 2020 to March 2021 the office was closed.", None),
        ("Fiscal year: April to March. Some partners have a fiscal year from January to December.", None),
    ],
)
def test_month_that_a_fiscal_year_begins_in(text: str, month: int | None) -> None:
    assert context.fiscal_year_start([text]) == month


@pytest.mark.parametrize(
    ("organization", "country"),
    [
        ("Peru Alliance for Children", "PE"),
        ("Kenya and Uganda Water Forum", None),
        ("Harbour Relief Forum", None),
        (None, None),
    ],
)
def test_country_of_the_submitter(organization: str | None, country: str | None) -> None:
    assert context.country_of(report(organization=organization)) == country


@pytest.mark.parametrize(
    ("places", "country"),
    [
        (("12 Harbour Road, Apia, Samoa", "Tel. +685 21234"), "WS"),
        (("Kingdom of Tonga",), "TO"),
        (("Offices in Nairobi, Kenya, and Kampala, Uganda",), None),
    ],
)
def test_country_of_the_address(places: tuple[str, ...], country: str | None) -> None:
    assert context.country_of(structs.replace(report(), places=places)) == country


def test_the_one_dollar_written_out_settles_a_sign_where_its_country_is_named() -> None:
    bare = "We paid $10, $20, $30, $40, $50 and $60, then C$70."
    settled = context.of_report(report(bare, "The Bank of Canada and Export Canada wrote."))
    assert dict(settled.currencies)["$"] == "CAD"
    assert "$" not in dict(context.of_report(report(bare)).currencies)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("N5,000 and ₦400 and NGN 300", "NG"),
        ("PHP 5,000 and ₱400", "PH"),
        ("US$ 5,000 and USD 400", None),
        ("KES 5,000 and USD 400", None),
        ("KES 5,000, KES 400, UGX 300, UGX 20,000", None),
    ],
)
def test_the_country_whose_money_is_written_out(text: str, country: str | None) -> None:
    assert context.country_by_money(written_currencies([text])) == country


def test_facts_go_together() -> None:
    settled = context.of_report(
        report("Paid $300 on 03/04/2021.", "Another USD 20.", organization="Peru Youth Council")
    )
    assert settled.country == "PE"
    assert settled.day_first is True
    assert dict(settled.currencies)["$"] == "USD"


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("Dates for 2023", datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)),
        ("Plans, 2022-23", datetime.date(2022, 1, 1), datetime.date(2023, 12, 31)),
        ("Priorities for July–September 2022", datetime.date(2022, 7, 1), datetime.date(2022, 9, 30)),
        ("Third quarter of 2022", datetime.date(2022, 7, 1), datetime.date(2022, 9, 30)),
        ("Next steps", datetime.date(2022, 4, 1), datetime.date(2023, 3, 31)),
        ("Plans for the second half of the year", datetime.date(2022, 4, 1), datetime.date(2023, 3, 31)),
        ("Strategic plan and its review", datetime.date(2021, 4, 1), datetime.date(2022, 3, 31)),
        ("The fair of 3-5 May 2023", datetime.date(2021, 4, 1), datetime.date(2022, 3, 31)),
        ("The meeting of May 2023", datetime.date(2021, 4, 1), datetime.date(2022, 3, 31)),
        ("From 2019 onwards: plans for 2023", datetime.date(2021, 4, 1), datetime.date(2022, 3, 31)),
        ("Membership", datetime.date(2021, 4, 1), datetime.date(2022, 3, 31)),
    ],
)
def test_a_title_that_names_a_year_is_the_period_of_its_section(
    title: str, start: datetime.date, end: datetime.date
) -> None:
    settled = context.of_section(context.of_report(report("Text.")), title)
    assert (settled.period_start, settled.period_end) == (start, end)


@pytest.mark.parametrize(
    ("texts", "country", "expected"),
    [
        (["In FY2021 and the last FY 2020 we lent."], None, True),
        (["In FY2022 we lent more than in FY21; FY22 was good."], None, False),
        (["We lent more."], None, False),
        (["We lent more."], "JP", True),
        (["FY2022 was better than FY2021."], "JP", True),
        (["FY2022 was better than FY2021, as FY22 had rain."], "JP", False),
    ],
)
def test_whether_a_fiscal_year_is_named_for_its_start(texts: list[str], country: str | None, expected: bool) -> None:
    assert context.is_named_for_start(texts, report(), country) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are a 501(c)(3) charity.", True),
        ("Fairs were held on 4/2/22, 7/16/22 and 10/29/22.", True),
        ("Fairs were held on 7/16/22 in Canada.", False),
        ("Fairs were held on 16/7/22 and 7/16/22.", False),
        ("A levy of $20 was paid.", False),
    ],
)
def test_reports_of_the_united_states(text: str, expected: bool) -> None:
    assert context.is_american([text]) is expected


def test_a_period_of_another_twelve_months_is_a_fiscal_year() -> None:
    assert context.of_report(report("In FY 2021/22 we grew.")).fiscal_year_start == 4
    assert context.of_report(report("Our financial year runs from 1 July to 30 June.")).fiscal_year_start == 7
