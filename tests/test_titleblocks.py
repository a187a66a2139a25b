"""What the head of a report says."""

import datetime

import pytest

from pipeline.headings.looks import read_setting
from pipeline.layout import lay_out
from pipeline.periods import parse_period
from pipeline.records import Page
from pipeline.titleblocks import TitleBlock, read_title_block
from pipeline.titleblocks.prose import organization_in_text, period_in_text
from tests.made_pages import PROSE, page_of, words_of


def block_of(marked: str) -> TitleBlock:
    lines = lay_out([page_of(f"{marked}\n\n# 1. Introduction\n{PROSE}\n{PROSE}")]).lines
    return read_title_block(lines, read_setting(lines))


@pytest.mark.parametrize(
    ("marked", "organization", "acronym", "period"),
    [
        (
            "#~ Orchard Street Museum\n#~ Yearly Report\n~ 2018",
            "Orchard Street Museum",
            None,
            ("2018-01-01", "2018-12-31"),
        ),
        (
            "#~ St. Mark’s Hospice\n#~ Report to Donors, January–June 2019",
            "St. Mark’s Hospice",
            None,
            ("2019-01-01", "2019-06-30"),
        ),
        (
            "#~ Annual Report\n~ For the year ended 30 September 2019\n#~ Keepers’ Trust Ltd.",
            "Keepers’ Trust Ltd.",
            None,
            ("2018-10-01", "2019-09-30"),
        ),
        (
            "#~ Lowland Rural Support Programme (LRSP)\n#~ Annual Report\n#~ 2019",
            "Lowland Rural Support Programme",
            "LRSP",
            ("2019-01-01", "2019-12-31"),
        ),
        (
            "#~ Vale Voluntary Action (VVA)\n#~ Minutes of the Board of Trustees\n~ Tuesday 24 January 2023",
            "Vale Voluntary Action",
            "VVA",
            ("2023-01-24", "2023-01-24"),
        ),
        (
            "#~+ HARBOUR PILOTS COUNCIL\n#~+ OF THE NORTHERN SEAS\n#~ Annual Report\n~ 2019",
            "HARBOUR PILOTS COUNCIL OF THE NORTHERN SEAS",
            None,
            ("2019-01-01", "2019-12-31"),
        ),
        ("#~ Water Board | Annual Report 2020", "Water Board", None, ("2020-01-01", "2020-12-31")),
        (
            "#~ Northern Council of Social Service (NCSS)\n#~ Activity Report\n#~ July 2019 – October 2020",
            "Northern Council of Social Service",
            "NCSS",
            ("2019-07-01", "2020-10-31"),
        ),
        (
            "#~ Institute for Rural Health\n#~ Annual Report 2019/20",
            "Institute for Rural Health",
            None,
            ("2019-01-01", "2020-12-31"),
        ),
        (
            "#~ Report of Activities, 1 April 2019 to 31 March 2020\n~ Federation of Youth Clubs",
            "Federation of Youth Clubs",
            None,
            ("2019-04-01", "2020-03-31"),
        ),
        ("#~ Country report: Philippines\n~ FY2021-22", None, None, ("2021-01-01", "2022-12-31")),
        (
            "~ Ministry of Health\n#~ Department of Planning\n#~ Update on the campaign\n#~ No. 6 – 1 September 2014",
            "Department of Planning",
            None,
            ("2014-09-01", "2014-09-01"),
        ),
        (
            "#~ Annual Report of the Water Users Association 2020",
            "the Water Users Association",
            None,
            ("2020-01-01", "2020-12-31"),
        ),
        (
            "#~ ANNUAL REPORT\n~ of the Union of Beekeepers “Lipa”\n~ (Savez pčelara „Lipa”)"
            "\n~ for the period 1.02.2019 to 31.01.2020",
            "Union of Beekeepers “Lipa”",
            None,
            ("2019-02-01", "2020-01-31"),
        ),
        (
            "#~ Activities Report of the Plains Indians Health Board\n~ 2018",
            "the Plains Indians Health Board",
            None,
            ("2018-01-01", "2018-12-31"),
        ),
        (
            "#~ Progress Report\nReport from: Canal Street Trust\nPeriod: May 2018",
            "Canal Street Trust",
            None,
            ("2018-05-01", "2018-05-31"),
        ),
        (
            "#~ ACTIVITY REPORT\n~ Lithuanian Humanitarian Scouts\n~ FY 2019/20",
            "Lithuanian Humanitarian Scouts",
            None,
            ("2019-01-01", "2020-12-31"),
        ),
        (
            "#+~ REPORT ON THE ACTIVITIES\n#+~ of the Hill Farmers’ Fund\n~ October 2016 – September 2017",
            "the Hill Farmers’ Fund",
            None,
            ("2016-10-01", "2017-09-30"),
        ),
        (
            "#+~ YAYASAN SINAR PAGI\n~ Morning Light Foundation\n#~ Activity Report\n~ 2019",
            "YAYASAN SINAR PAGI",
            None,
            ("2019-01-01", "2019-12-31"),
        ),
        (
            "#+~ Nava Jyoti Mahila Mandali\n~ (New Light Women’s Association)\n#~ Activity Report\n~ 2019",
            "Nava Jyoti Mahila Mandali",
            None,
            ("2019-01-01", "2019-12-31"),
        ),
        ("#~ Baltic Youth Network Annual Report 2021", "Baltic Youth Network", None, ("2021-01-01", "2021-12-31")),
        (
            "#~ Progress Report\nOrganization: Hope for Highlands\nReporting period: January to June 2021",
            "Hope for Highlands",
            None,
            ("2021-01-01", "2021-06-30"),
        ),
    ],
)
def test_reads_whose_report_it_is_and_its_period(
    marked: str, organization: str | None, acronym: str | None, period: tuple[str, str]
) -> None:
    block = block_of(marked)
    assert block.organization == organization
    assert block.acronym == acronym
    assert (str(block.period_start), str(block.period_end)) == period


def test_without_a_title_block_nothing_is_said() -> None:
    block = block_of("")
    assert (block.organization, block.title, block.period_start, block.length) == (None, None, None, 0)


def test_a_heading_in_the_middle_below_a_block_that_has_said_all_is_no_part_of_it() -> None:
    page = page_of(
        f"#~+ Northern Council of Elders\n#~ Annual Report\n~ 2019\n\n#~ PEACE TALKS\n{PROSE}\n\n#~ LAND\n{PROSE}"
    )
    lines = lay_out([page]).lines
    assert read_title_block(lines, read_setting(lines)).length == 3


def test_of_a_letterhead_in_two_languages_the_english_office_is_read() -> None:
    rows = (
        ("Secrétariat de la Ligue", "Secretariat of the League"),
        ("Bureau pour la Protection", "Office for the Protection"),
        ("des Zones Humides", "of Wetlands"),
        ("République Démocratique du Congo", "Democratic Republic of Congo"),
    )
    words = []
    for row, (left, right) in enumerate(rows):
        for x, text in ((80.0, left), (350.0, right)):
            words += words_of(text, top=60 + 12.0 * row, x=x, size=9.0, bold=row == 0, line=row)
    body = page_of(f"#~ UPDATE ON THE FLOODS\n#~ No. 2 – 3 May 2015\n\n# 1. Update\n{PROSE}\n{PROSE}")
    moved = [
        type(w)(
            w.text, (w.bbox[0], w.bbox[1] + 80, w.bbox[2], w.bbox[3] + 80), w.font, w.size, w.bold, False, w.line + 9, 1
        )
        for w in body.words
    ]
    lines = lay_out([Page(1, 595.0, 842.0, 0, "text_layer", (*words, *moved))]).lines
    block = read_title_block(lines, read_setting(lines))
    assert block.organization == "Office for the Protection of Wetlands"
    assert block.period_start == datetime.date(2015, 5, 3)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("July 2019 – October 2020", "2019-07-01", "2020-10-31"),
        ("from March 14, 2019 to February 25, 2020", "2019-03-14", "2020-02-25"),
        ("April - June 2020", "2020-04-01", "2020-06-30"),
        ("October to March 2020", "2019-10-01", "2020-03-31"),
        ("3-8 May 2021", "2021-05-03", "2021-05-08"),
        ("01/04/2019 - 31/03/2020", "2019-04-01", "2020-03-31"),
        ("2020-01-01 to 2020-12-31", "2020-01-01", "2020-12-31"),
        ("2019/20", "2019-01-01", "2020-12-31"),
        ("Q3 2021", "2021-07-01", "2021-09-30"),
        ("second half of 2020", "2020-07-01", "2020-12-31"),
        ("for the year ended 31 March 2020", "2019-04-01", "2020-03-31"),
        ("six months ended 30 June 2021", "2021-01-01", "2021-06-30"),
        ("Annual Report 2022-23 (1st April 2022 to 31st March 2023)", "2022-04-01", "2023-03-31"),
        ("Fiscal Year 2021 (April 1, 2021 – March 31, 2022)", "2021-04-01", "2022-03-31"),
        ("2021, with the fair of 3-5 May 2021", "2021-01-01", "2021-12-31"),
        ("FY19/20", "2019-01-01", "2020-12-31"),
        ("Financial Year: 2018 – 19", "2018-01-01", "2019-12-31"),
        ("2018. 4. 1. ~ 2019. 3. 31.", "2018-04-01", "2019-03-31"),
        ("2018. 4. 1 – 2019. 3. 31", "2018-04-01", "2019-03-31"),
        ("Jul-18 to Jun-19", "2018-07-01", "2019-06-30"),
        ("Jul 18 to Aug 19, 2019", "2019-07-18", "2019-08-19"),
        ("November 2017/October 2018", "2017-11-01", "2018-10-31"),
        ("Janeiro a Dezembro de 2018", "2018-01-01", "2018-12-31"),
        ("de janvier à décembre 2018", "2018-01-01", "2018-12-31"),
        ("First half-year of 2019", "2019-01-01", "2019-06-30"),
        ("Third Quarter Report 2019", "2019-07-01", "2019-09-30"),
        ("April / May / June 2019", "2019-04-01", "2019-06-30"),
        ("May 12 – 15, 2019", "2019-05-12", "2019-05-15"),
        ("Fiscal Year 2077/78 (2020/21)", "2020-01-01", "2021-12-31"),
        ("Annual Report B.E. 2563 (2020)", "2020-01-01", "2020-12-31"),
        ("08 September 2014 – 4pm", "2014-09-08", "2014-09-08"),
    ],
)
def test_reads_periods(text: str, first: str, last: str) -> None:
    period = parse_period(text)
    assert period is not None
    assert tuple(map(str, period)) == (first, last)


@pytest.mark.parametrize("text", ["", "March", "in the 99th week", "Room 12", "about 2,020 kits"])
def test_reads_no_period_where_none_is_certain(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("This report covers the period from 1 July 2019 to 30 June 2020.", ("2019-07-01", "2020-06-30")),
        ("The reporting period was January to June 2021.", ("2021-01-01", "2021-06-30")),
        ("This report covers visits in 2012 and in 2015.", None),
        ("This report covers what was agreed on 12 May 2014.", None),
        ("The members met from May to July 2014.", None),
    ],
)
def test_the_text_may_say_which_period_the_report_covers(said: str, period: tuple[str, str] | None) -> None:
    found = period_in_text(["", said])
    assert (found and (str(found[0]), str(found[1]))) == period


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("This report was prepared by the Northern Water Board and its partners.", "Northern Water Board"),
        ("This report was prepared by Anna Lind.", None),
        ("This report was prepared by the Water Board. This report was edited by the members.", "Water Board"),
        ("The shelter was built by the Water Board.", None),
    ],
)
def test_the_text_may_say_whose_report_it_is(said: str, body: str | None) -> None:
    assert organization_in_text([said]) == body
