"""Numbered and unnumbered headings, paths and texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipeline.contents import find_contents
from pipeline.layout import lay_out
from pipeline.passages import boxes
from pipeline.records import Page, Report
from pipeline.reports import explain_pages, segment_pages
from pipeline.trees import draw_tree
from tests.made_pages import PROSE, page_of
from tests.made_reports import make_report_file
from tests.typeset import column, put, sheet

HEAD = "#~ Northern Council of Social Service\n#~ Activity Report\n#~ July 2019 – October 2020\n\n"


def report_of(*marked: str) -> Report:
    reports, _ = segment_pages([page_of(text, number) for number, text in enumerate(marked, 1)])
    assert len(reports) == 1
    return reports[0]


def tree_of(*marked: str) -> list[str]:
    """Path, number and title of every section but the matter before the first."""
    return [" | ".join((s.path, s.number or "-", s.title.text)) for s in report_of(*marked).sections if s.path != "0"]


def test_numbers_nest_as_the_document_uses_them() -> None:
    marked = f"{HEAD}# 1. Training\n{PROSE}\n\n# (1) Courses\n{PROSE}\n\n# (2) Visits\n{PROSE}\n\n# 2. Finance\n{PROSE}"
    assert tree_of(marked) == ["1 | 1. | Training", "1.1 | (1) | Courses", "1.2 | (2) | Visits", "2 | 2. | Finance"]


def test_a_large_line_with_a_sign_before_it_is_a_heading_and_a_bold_item_is_none() -> None:
    items = "# • Seeds\n# • Goats"
    assert tree_of(f"{HEAD}#+ ► Farms\n{PROSE}\n\n{items}\n\n#+ ► Markets\n{PROSE}\n{PROSE}") == [
        "u1 | - | Farms",
        "u2 | - | Markets",
    ]


def test_a_short_title_runs_into_its_text_on_one_line_behind_a_nested_number() -> None:
    items = "1.1 Villages. Power came to 31.\n\n1.2 Schools. Power came to 12 schools.\n"
    assert tree_of(f"{HEAD}# 1. Power\n{PROSE}\n\n{items}\n# 2. Money\n{PROSE}") == [
        "1 | 1. | Power",
        "1.1 | 1.1 | Villages",
        "1.2 | 1.2 | Schools",
        "2 | 2. | Money",
    ]


@pytest.mark.parametrize(
    ("headings", "paths"),
    [
        (("1. Aims", "1.1 Scope", "1.1.1 Places", "1.2 Staff", "2. Money"), ("1", "1.1", "1.1.1", "1.2", "2")),
        (("I. Aims", "a) Scope", "b) Staff", "II. Money"), ("I", "I.a", "I.b", "II")),
        (("A. Aims", "1. Scope", "2. Staff", "B. Money"), ("A", "A.1", "A.2", "B")),
        (("Part I – Aims", "1. Scope", "2. Staff", "Part II – Money"), ("I", "I.1", "I.2", "II")),
        (("1.0 Aims", "1.1 Scope", "1.2 Staff", "2.0 Money"), ("1", "1.1", "1.2", "2")),
        (("10. Aims", "10.1. Scope", "10.2. Staff"), ("10", "10.1", "10.2")),
        (("(i) Aims", "(ii) Scope", "(iii) Staff"), ("i", "ii", "iii")),
        (("h) Aims", "i) Scope", "j) Staff"), ("h", "i", "j")),
        (("1. Aims", "2. Money", "Annex A – Partners", "Annex B – Budget"), ("1", "2", "A", "B")),
        (("5.2. Scope", "5.3. Staff", "6. Money", "6.1. Income"), ("5.2", "5.3", "6", "6.1")),
    ],
)
def test_paths_say_the_labels_from_the_root(headings: tuple[str, ...], paths: tuple[str, ...]) -> None:
    marked = HEAD + "\n\n".join(f"# {heading}\n{PROSE}" for heading in headings)
    assert tuple(line.split(" | ")[0] for line in tree_of(marked)) == paths


def test_a_number_that_goes_on_stays_on_its_level_though_it_is_set_otherwise() -> None:
    marked = f"{HEAD}# 1. Aims\n{PROSE}\n\n# 1.1 Scope\n{PROSE}\n\n#+ 2. Work\n{PROSE}\n\n# 2.1 Staff\n{PROSE}"
    assert [line.split(" | ")[0] for line in tree_of(marked)] == ["1", "1.1", "2", "2.1"]


def test_a_label_that_repeats_among_its_siblings_is_told_apart_and_reported() -> None:
    marked = HEAD + "\n\n".join(f"# {heading}\n{PROSE}" for heading in ("1. Aims", "2. Money", "1. People", "2. Plans"))
    assert [line.split(" | ")[0] for line in tree_of(marked)] == ["1", "2", "1~2", "2~2"]
    _, problems = segment_pages([page_of(marked)])
    assert [p.code for p in problems] == ["numbering_restart"]


def test_a_number_left_out_is_reported() -> None:
    marked = HEAD + "\n\n".join(f"# {heading}\n{PROSE}" for heading in ("1. Aims", "2. Money", "4. People"))
    _, problems = segment_pages([page_of(marked)])
    assert [p.code for p in problems] == ["numbering_gap"]
    assert problems[0].section == 3


@pytest.mark.parametrize(
    "items",
    [
        ("1. Books and papers", "2. Computers", "3. Chairs"),
        ("a) books;", "b) computers;", "c) chairs."),
        ("(1) Books were bought.", "(2) Computers were lent.", "(3) Chairs were mended."),
        ("(i) Books", "(ii) Computers", "(iii) Chairs"),
    ],
)
def test_a_list_in_the_text_is_no_heading(items: tuple[str, ...]) -> None:
    listed = "\n".join(f"> {item}" for item in items)
    marked = f"{HEAD}# 1. Aims\n{PROSE}\nWhat was bought:\n{listed}\n{PROSE}\n\n# 2. Money\n{PROSE}"
    assert tree_of(marked) == ["1 | 1. | Aims", "2 | 2. | Money"]


@pytest.mark.parametrize(
    "start", ["2020 was", "12 countries", "3.5 million people", "4. That was", "(2) of the law", "A. Smith"]
)
def test_a_wrapped_line_that_begins_with_a_number_is_no_heading(start: str) -> None:
    filler = "The members of the council met in every district and counted those who came, that is "
    marked = f"{HEAD}# 1. Aims\n{filler}{start} {PROSE}\n{PROSE}\n\n# 2. Money\n{PROSE}"
    assert tree_of(marked) == ["1 | 1. | Aims", "2 | 2. | Money"]


def test_plain_headings_are_known_by_space_and_sequence() -> None:
    marked = f"{HEAD}1. Training of staff\n{PROSE}\n\n2. Visits abroad\n{PROSE}\n\n3. Plans\n{PROSE}"
    assert [line.split(" | ")[2] for line in tree_of(marked)] == ["Training of staff", "Visits abroad", "Plans"]


def test_a_title_goes_on_over_lines_and_loses_nothing() -> None:
    first, second = "Cooperation with the national federations of social welfare and their", "members abroad"
    marked = f"{HEAD}# 1. {first}\n# {second}\n{PROSE}\n\n# 2. Plans\n{PROSE}"
    assert tree_of(marked)[0] == f"1 | 1. | {first} {second}"


def test_a_title_set_like_the_text_goes_on_over_the_page_behind_a_word_that_ends_none() -> None:
    first = f"{HEAD}1. Aims\n{PROSE}\n\n2. Money\n{PROSE}\n\n3. Training of nurses and carers in the Districts of"
    second = f"Rewa and Tailevu\n{PROSE}\n\n4. Members\n{PROSE}\n"
    assert tree_of(first, second)[2] == "3 | 3. | Training of nurses and carers in the Districts of Rewa and Tailevu"


def test_unnumbered_headings_are_counted_among_their_siblings() -> None:
    marked = f"{HEAD}#+ Aims\n{PROSE}\n\n# Scope\n{PROSE}\n\n# Staff\n{PROSE}\n\n#+ Money\n{PROSE}"
    assert tree_of(marked) == ["u1 | - | Aims", "u1.u1 | - | Scope", "u1.u2 | - | Staff", "u2 | - | Money"]


def test_an_unnumbered_heading_between_numbered_ones_of_its_look_stands_below() -> None:
    marked = f"{HEAD}#+ 1. Aims\n{PROSE}\n\n# 1.1 Scope\n{PROSE}\n\n# Places\n{PROSE}\n\n# 1.2 Staff\n{PROSE}"
    assert tree_of(marked) == ["1 | 1. | Aims", "1.1 | 1.1 | Scope", "1.1.u1 | - | Places", "1.2 | 1.2 | Staff"]


def test_contents_and_page_furniture_are_not_sections() -> None:
    contents = "Contents\n1. Aims .......................... 2\n2. Money ......................... 3\n"
    running = "Northern Council, annual papers\n\n"
    pages = (HEAD + contents, f"{running}# 1. Aims\n{PROSE}\n{PROSE}", f"{running}# 2. Money\n{PROSE}\n{PROSE}")
    assert tree_of(*pages) == ["1 | 1. | Aims", "2 | 2. | Money"]
    lines = lay_out([page_of(pages[0])]).lines
    assert [lines[i].text.split()[0] for i in sorted(find_contents(lines))] == ["Contents", "1.", "2."]


def test_numbers_go_on_across_parts() -> None:
    headings = ("#+ Part I – Past", "# 1. Aims", "# 2. Scope", "#+ Part II – Plans", "# 3. Staff", "# 4. Money")
    marked = HEAD + "\n\n".join(f"{heading}\n{PROSE}" for heading in headings)
    assert [line.split(" | ")[0] for line in tree_of(marked)] == ["I", "I.1", "I.2", "II", "II.3", "II.4"]


def test_plain_indented_numbers_are_headings_where_their_text_stands_further_out() -> None:
    marked = f"{HEAD}# 1. Aims\n\n>> (a) Scope\n\n{PROSE}\n\n>> (b) Staff\n\n{PROSE}\n\n# 2. Money\n{PROSE}"
    assert [line.split(" | ")[0] for line in tree_of(marked)] == ["1", "1.a", "1.b", "2"]


def test_years_are_headings_below_a_heading() -> None:
    marked = f"{HEAD}#+ Exhibitions\n\n# 2016\n{PROSE}\n\n# 2017\n{PROSE}\n\n#+ Visitors\n{PROSE}"
    assert [line.split(" | ")[2] for line in tree_of(marked)] == ["Exhibitions", "2016", "2017", "Visitors"]


def test_a_letter_set_like_the_figures_before_it_numbers_an_annex() -> None:
    parts = [(f"{label}  {title}", PROSE) for label, title in (("1", "Aims"), ("2", "Money"), ("A", "Members"))]
    words, top = [], 72.0
    for heading, text in parts:
        words += put(72, top, heading, size=14)
        words += column(72, top + 20, [text[i : i + 70] for i in range(0, 210, 70)])
        top += 80
    reports, _ = segment_pages([sheet(words)])
    assert [(s.path, s.title.text) for s in reports[0].sections][-3:] == [
        ("1", "Aims"),
        ("2", "Money"),
        ("A", "Members"),
    ]


@pytest.mark.parametrize(
    "headings",
    [
        ("# 1. Aims", "# 1.1 Means", "# Chapter 2: Money", "# 2.1 Gifts", "# Chapter 3: Staff"),
        ("# Chapter 1", "# 1.1 Means", "# Chapter 2", "# 2.1 Gifts", "# Chapter 3"),
    ],
)
def test_chapters_go_on_from_a_number_and_need_no_title(headings: tuple[str, ...]) -> None:
    report = report_of("\n\n".join(f"{heading}\n{PROSE}" for heading in headings))
    assert [s.path for s in report.sections] == ["1", "1.1", "2", "2.1", "3"]


def test_a_chapter_below_the_contents_is_no_entry() -> None:
    contents = "\n".join(["#+ Contents", "1 Aims 2", "1.1 Means ........ 2", "2 Money 3"])
    chapters = [f"#+ Chapter {n}\n#+ {title}\n{PROSE}\n{PROSE}" for n, title in ((1, "Aims"), (2, "Money"))]
    assert [s.title.text for s in report_of(contents, *chapters).sections if s.number] == ["Aims", "Money"]


def test_initials_are_no_number() -> None:
    marked = f"{HEAD}#+ Aims\n{PROSE}\n\n#+ Thanks\n{PROSE}\n\nA. J. Hollins\n\nChair of the board"
    assert [line.split(" | ")[2] for line in tree_of(marked)] == ["Aims", "Thanks"]


@pytest.mark.parametrize("line", ["I   remember the flood", "A   M"])
def test_a_letter_apart_from_a_sentence_or_from_another_letter_is_no_number(line: str) -> None:
    tree = tree_of(f"{HEAD}# A year of change\n{PROSE}\n\n# {line}\n{PROSE}\n\n# Our work\n{PROSE}")
    assert all(" | - | " in heading for heading in tree)


def test_a_heading_may_have_its_day_at_the_far_right_and_rows_of_a_table_have_none() -> None:
    events = "".join(
        f"# Visit to {place}          {day} May 2020\n{PROSE}\n\n" for place, day in (("Nadi", 3), ("Labasa", 9))
    )
    assert tree_of(f"{HEAD}{events}") == ["u1 | - | Visit to Nadi 3 May 2020", "u2 | - | Visit to Labasa 9 May 2020"]
    words = [w for at in (72, 84, 96) for w in put(72, at, "The members met and agreed on what remained to be done.")]
    for at, bold, place, figure in ((130, True, "Nadi", "3,450"), (144, False, "Labasa", "2,110")):
        words += put(72, at, place, bold=bold) + put(260, at, figure, bold=bold)
    words += [
        w for at in (170, 182, 194) for w in put(72, at, "The members met and agreed on what remained to be done.")
    ]
    (report,), _ = segment_pages([sheet(words)])
    assert not [section for section in report.sections if section.path != "0"]


def test_underlined_lines_are_headings() -> None:
    page = page_of(f"{HEAD}Savings groups\n{PROSE}\n\nWeaving\n{PROSE}\n{PROSE}")
    rules = [line.bbox for line in lay_out([page]).lines if line.text in ("Savings groups", "Weaving")]
    ruled = structs.replace(page, rulings=tuple((x0, bottom - 1, x1, bottom) for x0, _, x1, bottom in rules))
    (report,), _ = segment_pages([ruled])
    assert [s.title.text for s in report.sections if s.path != "0"] == ["Savings groups", "Weaving"]


def test_the_tree_is_drawn_with_its_evidence() -> None:
    account = explain_pages([page_of(f"{HEAD}# 1. Aims\n{PROSE}\n\n# 2. Money\n{PROSE}")])
    drawn = draw_tree(account, why=True)
    assert "[2] 2. Money | page 1" in drawn
    assert "because: bold +2.5" in drawn


def assert_sections_tile_the_text(pages: list[Page]) -> None:
    account = explain_pages(pages)
    kept = [line for line in account.lines if line.role not in ("header", "footer", "page_number")]
    contents = find_contents(account.lines)
    listed = {id(account.lines[i]) for i in contents}
    expected = sorted(c for line in kept if id(line) not in listed for c in line.text if c.isalnum())
    found = sorted(
        c
        for report in account.reports
        for section in report.sections
        for part in (section.number or "", section.title.text, section.text.text)
        for c in part
        if c.isalnum()
    )
    # A bullet may be a letter (`o`) and is written as a hyphen.
    assert len(expected) - len(found) <= sum(line.text.startswith("o ") for line in kept)
    for report in account.reports:
        for section in report.sections:
            for passage in (section.title, section.text):
                covered = {i for piece in passage.pieces for i in range(piece.start, piece.end)}
                assert all(i in covered for i, c in enumerate(passage.text) if not c.isspace())
                assert all(boxes(passage, i, i + 1) for i, c in enumerate(passage.text) if not c.isspace())
            assert "\n" not in section.title.text
            assert section.number is None or not section.title.text.startswith(section.number)


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.integers(10_000, 12_000))
def test_made_up_reports_are_recovered(seed: int) -> None:
    from pipeline.engines import pdfium

    made = make_report_file(seed)
    pages = list(pdfium.iter_pages(made.data))
    assert_sections_tile_the_text(pages)
    reports, _ = segment_pages(pages)
    assert [r.organization for r in reports] == [r.organization for r in made.reports]
    wanted = {(i, h.path, h.number, h.title) for i, r in enumerate(made.reports) for h in r.headings}
    found = {(i, s.path, s.number, s.title.text) for i, r in enumerate(reports) for s in r.sections if s.path != "0"}
    assert len(wanted & found) >= 0.7 * len(wanted), made.notes


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=60), max_size=25))
def test_no_page_makes_segmenting_fail(rows: list[str]) -> None:
    assert_sections_tile_the_text([page_of("\n".join(rows) or " ")])
