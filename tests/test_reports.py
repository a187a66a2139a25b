"""Where reports begin in a file."""

import datetime
from collections.abc import Callable, Sequence

import pytest

from pipeline.drawing import draw_pages, find_outlines
from pipeline.engines import pdfium
from pipeline.records import Cell, Page, Report, Table
from pipeline.reports import explain_pages, segment_pages
from tests.made_pages import PROSE, page_of
from tests.made_reports import make_report_file
from tests.typeset import column as column_of
from tests.typeset import put, sheet


def head(body: str, period: str = "July 2019 – October 2020", title: str = "Activity Report") -> str:
    return f"#~ {body}\n#~ {title}\n#~ {period}\n\n"


def reports_of(*marked: str) -> tuple[Report, ...]:
    return segment_pages([page_of(text, number) for number, text in enumerate(marked, 1)])[0]


SECTIONS = f"# 1. Aims\n{PROSE}\n\n# 2. Money\n{PROSE}\n{PROSE}"


def test_a_file_of_several_reports_is_divided_at_their_title_blocks() -> None:
    reports = reports_of(
        head("Northern Council of Social Service") + SECTIONS,
        f"{PROSE}\n{PROSE}",
        head("Eastern Federation of Families", "August 2019 – November 2020") + SECTIONS,
    )
    assert [(r.organization, r.page_first, r.page_last) for r in reports] == [
        ("Northern Council of Social Service", 1, 2),
        ("Eastern Federation of Families", 3, 3),
    ]
    assert [s.path for s in reports[1].sections] == ["0", "1", "2"]
    assert reports[1].period_end == datetime.date(2020, 11, 30)


def test_issues_of_one_body_are_told_apart_by_their_periods() -> None:
    body = "Northern Council of Social Service"
    reports = reports_of(
        *(head(body, period, "Monthly Update") + SECTIONS for period in ("May 2020", "June 2020", "July 2020"))
    )
    assert [str(r.period_start) for r in reports] == ["2020-05-01", "2020-06-01", "2020-07-01"]


def test_a_cover_and_the_title_page_behind_it_are_one_report() -> None:
    cover = "\n" * 8 + "#+~ Northern Council of Social Service\n#+~ Annual Report 2020"
    reports = reports_of(cover, head("Northern Council of Social Service", "2020", "Annual Report") + SECTIONS, PROSE)
    assert [(r.organization, r.page_first, r.page_last) for r in reports] == [
        ("Northern Council of Social Service", 1, 3)
    ]
    assert [s.path for s in reports[0].sections] == ["0", "1", "2"]


def test_a_chapter_is_no_report_of_its_own() -> None:
    chapter = f"#+ 2. Reports of the committees in 2020\n{PROSE}\n{PROSE}"
    assert len(reports_of(head("Northern Council of Social Service") + SECTIONS, chapter)) == 1


def test_what_the_head_does_not_say_is_null_and_a_problem() -> None:
    reports, problems = segment_pages([page_of(SECTIONS)])
    assert (reports[0].organization, reports[0].period_start) == (None, None)
    assert [p.code for p in problems] == ["no_organization", "no_period"]
    assert all("ask for a copy" in p.message for p in problems)


def test_a_running_title_speaks_for_a_report_without_a_block() -> None:
    running = "Eastern Network for Families – Annual Report 2020\n\n\n"
    reports = reports_of(*(f"{running}# {n}. Topic {n}\n{PROSE}\n{PROSE}" for n in (1, 2, 3)))
    assert [(r.organization, str(r.period_end)) for r in reports] == [("Eastern Network for Families", "2020-12-31")]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("The fiscal year runs from 1 April to 31 March.", "2021-04-01", "2022-03-31"),
        ("The members met in spring.", "2021-01-01", "2022-12-31"),
    ],
)
def test_a_fiscal_year_runs_as_the_report_says(said: str, first: str, last: str) -> None:
    (report,) = reports_of(f"{head('Northern Council of Social Service', 'FY2021-22')}# 1. Aims\n{said}\n{PROSE}")
    assert (str(report.period_start), str(report.period_end)) == (first, last)


def test_no_pages_are_no_reports() -> None:
    assert segment_pages([]) == ((), ())


def test_submissions_do_not_depend_on_one_another() -> None:
    one, other = page_of(head("Northern Council of Social Service") + SECTIONS), page_of(SECTIONS)
    first = segment_pages([one])
    segment_pages([other])
    assert segment_pages([one]) == first


def test_pages_are_drawn_with_everything_found_on_them() -> None:
    made = make_report_file(3)
    account = explain_pages(list(pdfium.iter_pages(made.data)))
    kinds = {kind for outlines in find_outlines(account).values() for kind, _, _ in outlines}
    assert {"report", "heading", "paragraph"} <= kinds
    number, picture = next(draw_pages(made.data, account, scale=0.5))
    assert number == 1
    assert len(picture.getcolors(1_000_000)) > 3


def test_the_cover_of_a_compilation_is_not_its_first_members_title_block() -> None:
    cover = "\n" * 8 + "#+~ Conference of Social Service Councils\n#+~ Activities of the Members 2021"
    members = [
        f"{head(f'{place} Council of Social Service', '2021')}{SECTIONS}"
        for place in ("Northern", "Eastern", "Western")
    ]
    reports = reports_of(cover, *members)
    assert [r.organization for r in reports] == [
        f"{p} Council of Social Service" for p in ("Northern", "Eastern", "Western")
    ]


def test_a_cover_of_reports_is_not_the_first_ones() -> None:
    reports = reports_of(
        "\n" * 8 + "#+~ Half-Yearly Reports of the Member Councils\n~ 2020",
        head("Northern Council of Social Service", "January – June 2020") + SECTIONS,
        head("Eastern Federation of Families", "1 January to 30 June 2020", "Report on Activities") + SECTIONS,
    )
    assert [(r.organization, r.title, str(r.period_end)) for r in reports] == [
        ("Northern Council of Social Service", "Activity Report", "2020-06-30"),
        ("Eastern Federation of Families", "Report on Activities", "2020-06-30"),
    ]


def test_a_name_larger_than_the_title_below_it_begins_another_report() -> None:
    reports = reports_of(
        head("Northern Council of Social Service") + SECTIONS,
        "#+~ Nava Jyoti Mahila Mandali\n~ (New Light Women’s Association)\n#~ Annual Report: July 2019–June 2020\n\n"
        + SECTIONS,
    )
    assert [r.organization for r in reports] == ["Northern Council of Social Service", "Nava Jyoti Mahila Mandali"]


def form(rows: Sequence[Sequence[str]], page: int) -> Page:
    """A page with a table at its top and sections below."""
    cells, words = [], []
    wide = 450 / len(rows[0])
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            left, top = 50 + wide * column, 50 + 20 * row
            cells.append(Cell(row, column, text, False, (left, top, left + wide, top + 20)))
            words.append(put(left + 4, top + 5, text))
    table = Table((50, 50, 500, 50 + 20 * len(rows)), tuple(cells))
    text = [["1. Aims", *WELLS], ["2. Money", *WELLS]]
    for at, (heading, *lines) in enumerate(text):
        words.append(put(50, 140 + 120 * at, heading, bold=True))
        words.append(column_of(50, 156 + 120 * at, [f"{line} {page}" for line in lines]))
    return sheet(*words, tables=(table,), page=page)


WELLS = [
    "The members dug wells in the northern hills and the women of the",
    "villages chose the places for them, which took the whole of the",
    "dry season, since the rock lies deep and the tools were worn out,",
    "and they said that the water was good and that they would keep it.",
]


def test_labels_alone_begin_another_report() -> None:
    heads = [
        f"Organisation: {body}\nCountry: Peru\nReporting period: May to July 2020\n\n"
        for body in ("Andes Aid", "Lake Aid")
    ]
    assert [r.organization for r in reports_of(*(head + SECTIONS for head in heads))] == ["Andes Aid", "Lake Aid"]


@pytest.mark.parametrize("label", ["Partner", "Name of organisation", "Grantee"])
def test_labels_of_a_partner_begin_no_report(label: str) -> None:
    sheets = "".join(
        f"{label}: {name}\nProject period: May to July 2020\n\n{PROSE}\n1. Training of teachers\n2. Wells\n\n"
        for name in ("Andes Aid", "Lake Aid")
    )
    (report,) = reports_of(
        head("Northern Council of Social Service") + SECTIONS, f"# 3. Projects\n{PROSE}\n\n" + sheets
    )
    assert report.organization == "Northern Council of Social Service"


def test_labels_alone_begin_the_reports_behind_a_cover() -> None:
    cover = "\n" * 8 + "#+~ Activity Reports 2020"
    heads = (f"Organisation: {name}\nReporting period: May to July 2020\n\n" for name in ("Andes Aid", "Lake Aid"))
    reports = reports_of(cover, *(head + SECTIONS for head in heads))
    assert [r.organization for r in reports] == ["Andes Aid", "Lake Aid"]


@pytest.mark.parametrize(
    "head_of",
    [
        lambda body: f"#~ KINGDOM OF TONGA\n#~ {body}\n\n\n#+~ QUARTERLY PROGRESS REPORT\n~ January – March 2020\n\n",
        lambda body: f"{body}\n14 Temple Lane, Suva, Fiji\n#  REPORT OF ACTIVITIES FOR 2019\n\n",
        lambda body: f"#+ {body}\n\nHalf-year activity report\nPeriod: 1 July – 31 December 2020\n\n",
        lambda body: f"Organisation: {body}\nCountry: Peru\nReporting period: May to July 2020\n\n",
    ],
)
def test_reports_may_follow_each_other_on_one_page(head_of: Callable[[str], str]) -> None:
    bodies = ["Youth Services Division", "Women’s Affairs Board"]
    reports = reports_of("\n\n".join(head_of(body) + f"# 1. Aims\n{PROSE}\n\n# 2. Money\n{PROSE}" for body in bodies))
    assert [r.organization for r in reports] == bodies
    assert [[s.path for s in r.sections if s.number] for r in reports] == [["1", "2"]] * 2


@pytest.mark.parametrize("last", ["• Harbour Market, Lautoka", "Harbour Market, Lautoka"])
def test_a_list_that_ends_above_a_title_block_is_not_its_letterhead(last: str) -> None:
    bodies = ["Youth Services Division", "Women’s Affairs Board"]
    listed = f"# 1. Aims\n{PROSE}\n\n# 2. Visits\n{PROSE}\n• Queens Wharf, Suva\n{last}\n\n"
    reports = reports_of("".join(head(body) + listed for body in bodies))
    assert [r.organization for r in reports] == bodies
    assert "Harbour Market" in reports[0].sections[-1].text.text


def test_a_form_may_have_no_rules() -> None:
    rows = [("Name of NGO", "Hope for the Hills"), ("Report", "Progress Report"), ("Reporting period", "2019")]
    words = [
        put(x, 60 + 16 * row, text) for row, cells in enumerate(rows) for x, text in zip((50, 180), cells, strict=True)
    ]
    words += [put(50, 130, "1. Aims", bold=True), column_of(50, 150, WELLS * 3)]
    (report,), _ = segment_pages([sheet(*words)])
    assert (report.organization, report.title, str(report.period_end)) == (
        "Hope for the Hills",
        "Progress Report",
        "2019-12-31",
    )
    assert [s.path for s in report.sections] == ["0", "1"]


@pytest.mark.parametrize(
    "shape",
    [
        lambda body, period: [("Organisation", body), ("Type of report", "Activity Report"), ("Period", period)],
        lambda body, period: [("Organisation", "Report", "Reporting period"), (body, "Activity Report", period)],
    ],
)
def test_a_title_block_may_be_a_form(shape: Callable[[str, str], list[tuple[str, ...]]]) -> None:
    bodies = ["Northern Council of Care", "Hope for the Hills"]
    pages = [form(shape(body, "January – June 2021"), number) for number, body in enumerate(bodies, 1)]
    reports, _ = segment_pages(pages)
    assert [(r.organization, r.title, str(r.period_start), str(r.period_end)) for r in reports] == [
        (body, "Activity Report", "2021-01-01", "2021-06-30") for body in bodies
    ]
    assert [[s.path for s in r.sections] for r in reports] == [["0", "1", "2"]] * 2


def test_a_chairs_report_behind_the_cover_is_a_section() -> None:
    cover = "\n" * 8 + "#+~ Northern Council of Social Service\n#+~ Annual Report 2020"
    reports = reports_of(cover, f"#+ Chairman's report\n{PROSE}\n{PROSE}\n\n#+ Accounts\n{PROSE}")
    assert [s.title.text for s in reports[0].sections] == ["", "Chairman's report", "Accounts"]


def test_a_name_that_the_text_repeats_is_the_organizations() -> None:
    text = "Wild Rivers Alive was founded in 2001. The members of Wild Rivers Alive met twice."
    (report,) = reports_of(f"#+~ Annual Report 2020\n~ Wild Rivers Alive\n\n# 1. Aims\n{text}\n{PROSE}")
    assert report.organization == "Wild Rivers Alive"
    place = "The office in Port Alder and the shop at Port Alder are open. We came from Port Alder."
    (report,) = reports_of(f"#+~ Annual Report 2020\n~ Port Alder\n\n# 1. Aims\n{place}\n{PROSE}")
    assert report.organization is None
    (report,) = reports_of(f"#+~ Annual Report 2020\n~ Together For Tomorrow\n\n# 1. Aims\n{text}\n{PROSE}")
    assert report.organization is None
