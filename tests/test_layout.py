from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.layout import lay_out
from pipeline.records import Cell, Page, Table, Word
from tests.typeset import HEIGHT, WIDTH, column, put, sheet

LEFT = [
    "The regional office surveyed small farms",
    "in the northern districts in early spring",
    "and found that many households had lost",
    "their seed stocks during the long drought",
    "and the storms that came soon after it.",
]
RIGHT = [
    "Volunteers elected a new board in autumn",
    "and the agreement with the water company",
    "was extended for another year, while the",
    "training of the field staff went on with",
    "help from partners in other provinces.",
]
WIDE = "A line that runs across the whole page, from the left side to the right side of both columns here."


def texts(*pages: Page, role: str = "body") -> list[str]:
    return [line.text for line in lay_out(pages).lines if line.role == role]


def test_an_empty_document_has_no_lines() -> None:
    assert lay_out([]).lines == ()
    assert lay_out([sheet()]).lines == ()


def test_two_columns_are_read_one_after_the_other() -> None:
    page = sheet(put(50, 60, WIDE), column(50, 100, LEFT), column(320, 100, RIGHT), put(50, 300, WIDE))
    assert texts(page) == [WIDE, *LEFT, *RIGHT, WIDE]


def test_columns_are_told_apart_though_their_lines_are_not_level() -> None:
    page = sheet(column(50, 100, LEFT), column(320, 105, RIGHT))
    assert texts(page) == [*LEFT, *RIGHT]
    assert {line.column for line in lay_out([page]).lines} == {0, 1}


def test_words_the_engine_read_across_columns_are_put_back() -> None:
    across = [word for pair in zip(LEFT, RIGHT, strict=True) for word in pair]
    words = [put(50 if n % 2 == 0 else 320, 100 + 12 * (n // 2), text, line=n // 2) for n, text in enumerate(across)]
    assert texts(sheet([word for line in words for word in line])) == [*LEFT, *RIGHT]


def test_a_number_that_hangs_far_left_makes_one_line_with_its_title() -> None:
    page = sheet(put(150, 100, "Activities of the year", bold=True), put(50, 100, "1.", bold=True))
    assert texts(page) == ["1. Activities of the year"]


def test_numbers_of_list_items_are_no_column() -> None:
    numbers = [word for n in range(6) for word in put(50, 100 + 12 * n, f"{n + 1}.", line=n)]
    items = column(70, 100, [f"item about the work that was done in village number {n}" for n in range(6)])
    assert texts(sheet(numbers, items))[2] == "3. item about the work that was done in village number 2"


def test_columns_of_numbers_stay_rows() -> None:
    rows = [f"200{n} 30.5 49.0 20.4 11.2 13.4 55.1" for n in range(6)]
    more = ["88.1 12.4 66.0 14.1 90.3 18.5"] * 6
    page = sheet(column(50, 100, rows), column(320, 100, more))
    assert texts(page)[0] == f"{rows[0]} {more[0]}"


def test_a_wide_line_stays_one_line() -> None:
    page = sheet(
        *(put(x, 100, word, line=n) for n, (x, word) in enumerate([(50, "set"), (150, "far"), (260, "apart")]))
    )
    assert texts(page) == ["set far apart"]


def test_a_label_centred_beside_a_block_comes_before_it() -> None:
    page = sheet(column(200, 100, LEFT), put(50, 118, "North region", size=12, bold=True))
    assert texts(page) == ["North region", *LEFT]


@pytest.mark.parametrize(
    ("raised", "spelled"),
    [("th", "the 24th of May"), ("3", "the 24³ of May"), ("*", "the 24* of May")],
)
def test_raised_characters_join_what_they_stand_on(raised: str, spelled: str) -> None:
    page = sheet(put(50, 100, "the 24"), put(80, 98, raised, size=6), put(95, 100, "of May"))
    assert texts(page) == [spelled]


@pytest.mark.parametrize("size", [6, 8.2])
def test_the_marks_of_notes_join_the_ends_of_words(size: float) -> None:
    text = [*put(50, 100, "Nine papers."), *put(110, 98, "1", size), *put(120, 100, "Four of them concern rents.")]
    assert texts(sheet(text, put(255, 98, "2", size), column(50, 112, LEFT)))[0] == (
        "Nine papers.¹ Four of them concern rents.²"
    )


def test_letters_that_are_spread_out_make_words() -> None:
    page = sheet(put(50, 100, "A N N U A L  R E P O R T  2020"), put(50, 120, "groups A B C and D"))
    assert texts(page) == ["ANNUAL REPORT 2020", "groups A B C and D"]


def test_a_line_of_nothing_but_close_letters_is_a_word() -> None:
    letters = [word for n, letter in enumerate("MONEY") for word in put(50 + 8 * n, 100, letter)]
    marks = [word for n, letter in enumerate("ABCDE") for word in put(50 + 40 * n, 140, letter)]
    assert texts(sheet(letters, marks)) == ["MONEY", "A B C D E"]


def running_pages(count: int, body: str = "Text of this page that is not like any other") -> list[Page]:
    return [
        sheet(
            put(50, 30, "Annual activities of the council", size=8),
            column(50, 100, [f"{body}, {chr(96 + n)}{i}" for i in range(10)]),
            put(280, 770, f"Page {n} of {count}", size=8),
            page=n,
        )
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [2, 3, 10])
def test_headers_and_page_numbers_are_told_from_text(count: int) -> None:
    pages = running_pages(count)
    assert texts(*pages, role="header") == ["Annual activities of the council"] * count
    assert texts(*pages, role="page_number") == [f"Page {n} of {count}" for n in range(1, count + 1)]
    assert len(texts(*pages)) == 10 * count


def test_each_report_of_a_compilation_has_its_own_header() -> None:
    pages = [
        sheet(
            put(50, 30, f"Council of the {'NESW'[n // 4]} region", size=8),
            column(50, 100, [f"{line} {chr(97 + n)}" for line in LEFT]),
            page=n + 1,
        )
        for n in range(16)
    ]
    assert len(texts(*pages, role="header")) == 16


@pytest.mark.parametrize("printed", ["7", "- 3 -", "Page 1 of 6", "1/6", "iv", "| 12", "Page | 2"])
def test_a_page_number_is_known_by_its_form_on_a_single_page(printed: str) -> None:
    assert texts(sheet(column(50, 100, LEFT), put(290, 770, printed)), role="page_number") == [printed]


@pytest.mark.parametrize("printed", ["2019 was a good year", "1. Introduction", "12 people"])
def test_other_lines_at_the_edge_are_text(printed: str) -> None:
    assert printed in texts(sheet(column(50, 100, LEFT), put(50, 770, printed)))


@pytest.mark.parametrize(
    "printed",
    ["Annual Report May 2021 1", "1 | Annual Report", "The council – page 1 of 1", "Tel: 555 0143", "www.example.org"],
)
def test_the_footer_of_a_single_page_is_known_by_what_it_says(printed: str) -> None:
    page = sheet(column(50, 100, LEFT), put(50, 760, printed, size=8))
    assert texts(page, role="footer") == [printed]
    assert texts(page) == LEFT


@pytest.mark.parametrize(
    "printed", ["1 See www.example.org", "Source: survey, page 1", "* p. 1", "Thanked were all 31"]
)
def test_notes_and_text_at_the_foot_of_a_single_page_are_no_footer(printed: str) -> None:
    assert printed not in texts(sheet(column(50, 100, LEFT), put(50, 760, printed, size=8)), role="footer")


def test_text_down_to_the_foot_of_a_page_is_no_footer() -> None:
    lines = [f"line {n} of the text" for n in range(1, 60)] + ["Chapter 1"]
    assert texts(sheet(column(50, 60, lines))) == lines


def test_headers_that_name_the_chapter_are_told_from_text() -> None:
    pages = [
        sheet(
            put(50, 30, f"Annual Report {name}", size=8),
            column(50, 100, [f"{line} {name}" for line in LEFT]),
            page=n,
        )
        for n, name in enumerate(["Roads", "Bridges", "Ports"], 1)
    ]
    assert texts(*pages, role="header") == ["Annual Report Roads", "Annual Report Bridges", "Annual Report Ports"]


def test_a_header_with_its_chapter_far_right_is_told_from_text() -> None:
    pages = [
        sheet(
            put(50, 30, "Council of the North") + put(400, 30, name),
            column(50, 100, [f"{line} {name}" for line in LEFT]),
            page=n,
        )
        for n, name in enumerate(["Roads", "Bridges", "Ports"], 1)
    ]
    assert len(texts(*pages, role="header")) == 3


def test_a_running_title_on_one_page_alone_is_told_from_text() -> None:
    first = sheet(put(200, 60, "Council of the North", size=16), column(50, 100, LEFT))
    second = sheet(put(300, 30, "Council of the North – Report 2019", size=8), column(50, 100, RIGHT), page=2)
    assert texts(first, second, role="header") == ["Council of the North – Report 2019"]


def test_a_heading_below_a_table_is_no_header() -> None:
    pages = []
    for n, place in enumerate(["Hill village", "Lake village"], 1):
        cells = tuple(Cell(0, col, "", False, (50 + 200 * col, 50, 250 + 200 * col, 70)) for col in (0, 1))
        top = (put(55, 55, "Place"), put(255, 55, place), put(50, 90, "1. Aims", bold=True))
        pages.append(
            sheet(
                *top,
                column(50, 110, [f"{line} {n}" for line in LEFT]),
                page=n,
                tables=(Table((50, 50, 450, 70), cells),),
            )
        )
    assert texts(*pages).count("1. Aims") == 2


def test_words_that_the_engine_cut_are_read_whole() -> None:
    parts = (
        put(50, 100, "Ta", line=0)
        + put(60, 100, "ble", line=1)
        + put(80, 100, "of", line=2)
        + put(95, 100, "wells", line=3)
    )
    assert texts(sheet(parts, column(50, 130, LEFT))) == ["Table of wells", *LEFT]


def test_the_title_block_of_each_report_in_a_compilation_is_text() -> None:
    pages = []
    for n in range(1, 9):
        title = column(50, 60, ["Activity Report", "of the council"], size=12) if n % 2 else []
        pages.append(sheet(title, column(50, 100 if n % 2 else 60, [f"{line} {chr(97 + n)}" for line in LEFT]), page=n))
    assert texts(*pages).count("Activity Report") == 4
    assert texts(*pages, role="header") == []


def test_a_numbered_heading_at_the_top_of_many_pages_is_text() -> None:
    pages = [
        sheet(
            put(50, 60, f"{3 * n}. Work of group {3 * n}", bold=True),
            column(50, 90, [f"{t} {n}" for t in LEFT]),
            page=n,
        )
        for n in range(1, 5)
    ]
    assert "6. Work of group 6" in texts(*pages)


def test_footnotes_are_told_from_text() -> None:
    notes = put(50, 700, "1", size=5) + put(54, 702, "See the annex of last year.", size=8)
    page = sheet(column(50, 100, LEFT), notes, column(50, 712, ["and the one before it"], size=8))
    assert texts(page, role="footnote") == ["¹ See the annex of last year.", "and the one before it"]
    ruled = sheet(column(50, 100, LEFT), put(50, 705, "Without a mark", size=8), rulings=((50, 699, 190, 700),))
    assert texts(ruled, role="footnote") == ["Without a mark"]


@pytest.mark.parametrize("leading", [12, 18])
def test_running_text_that_wraps_to_the_name_of_a_table_is_no_caption(leading: float) -> None:
    wrapped = [WIDE, f"{WIDE[:-15]} figures are in", "Table 2. Each centre keeps a register."]
    assert texts(sheet(column(50, 100, wrapped, leading))) == wrapped


@pytest.mark.parametrize(
    "before", [f"{WIDE[:-13]} figures: see", f"{WIDE[:-12]} registered.", f"{WIDE[:-12]} this year.)"]
)
def test_a_caption_apart_from_the_text_or_after_a_sentence_is_one(before: str) -> None:
    apart = 10 * before.endswith("see")
    page = sheet(column(50, 100, [WIDE, before]), put(50, 124 + apart, "Table 2. Visitors in each quarter"))
    assert texts(page, role="caption") == ["Table 2. Visitors in each quarter"]


def test_captions_run_on() -> None:
    page = sheet(
        put(50, 60, WIDE),
        column(
            50,
            200,
            [
                "Table 2: People who took part in the courses and in the meetings, in each one of all the regions by",
                "age",
            ],
        ),
        column(50, 260, LEFT),
    )
    assert texts(page, role="caption")[-1] == "age"
    assert texts(page) == [WIDE, *LEFT]


def test_tables_are_read_cell_by_cell() -> None:
    cells = tuple(
        Cell(row, col, "", row == 0, (50 + 200 * col, 200 + 30 * row, 250 + 200 * col, 230 + 30 * row))
        for row in range(2)
        for col in range(2)
    )
    page = sheet(
        put(50, 100, WIDE),
        column(55, 203, ["Name of", "the place"]),
        put(255, 203, "Visits"),
        put(55, 240, "Hill village"),
        put(255, 240, "12"),
        put(50, 300, WIDE),
        tables=(Table((50, 200, 450, 260), cells),),
    )
    lines = [line for line in lay_out([page]).lines if line.role == "table"]
    assert [(line.text, line.cell) for line in lines] == [
        ("Name of", (0, 0)),
        ("the place", (0, 0)),
        ("Visits", (0, 1)),
        ("Hill village", (1, 0)),
        ("12", (1, 1)),
    ]


def test_a_table_in_one_column_does_not_cut_the_other() -> None:
    cells = tuple(Cell(0, col, "", False, (50 + 100 * col, 170, 150 + 100 * col, 190)) for col in (0, 1))
    more = tuple(Cell(1, col, "", False, (50 + 100 * col, 190, 150 + 100 * col, 210)) for col in (0, 1))
    page = sheet(
        column(50, 100, LEFT),
        put(55, 175, "Visits"), put(155, 175, "12"), put(55, 195, "Talks"), put(155, 195, "7"),
        column(50, 220, LEFT),
        column(320, 100, RIGHT * 3),
        tables=(Table((50, 170, 250, 210), cells + more),),
    )  # fmt: skip
    assert [line.text for line in lay_out([page]).lines] == [*LEFT, "Visits", "12", "Talks", "7", *LEFT, *RIGHT * 3]


def test_a_chart_beside_prose_is_read_after_it() -> None:
    labels = [put(420, 95 + 17 * n, f"{n}0%", size=8, line=n) for n in range(4)]
    page = sheet(column(50, 100, LEFT), *labels)
    assert [line.text for line in lay_out([page]).lines] == [*LEFT, "00%", "10%", "20%", "30%"]
    assert texts(page, role="side") == ["00%", "10%", "20%", "30%"]


def test_sides_of_a_column_are_taken_from_the_whole_document() -> None:
    pages = [sheet(column(50, 100, LEFT)), sheet(put(50, 100, "Short"), page=2)]
    assert {(line.column_left, line.column_right) for line in lay_out(pages).lines} == {(50.0, 255.0)}


words = st.builds(
    lambda text, x, top, size, line: put(x, top, text, size, line=line)[0],
    st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=12),
    st.floats(0, WIDTH),
    st.floats(0, HEIGHT),
    st.sampled_from([0.0, 5.0, 8.0, 10.0, 14.0]),
    st.integers(0, 9),
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.lists(words, max_size=25), max_size=3))
def test_every_word_is_in_exactly_one_line(content: list[list[Word]]) -> None:
    pages = [sheet(stretch, page=number) for number, stretch in enumerate(content, 1)]
    lines = lay_out(pages).lines
    given_words = sorted((word.page, word.bbox, word.text) for page in pages for word in page.words)
    assert sorted((word.page, word.bbox, word.text) for line in lines for word in line.words) == given_words
    assert all(before.page <= after.page for before, after in pairwise(lines))
    for page in pages:
        assert [line.number for line in lines if line.page == page.page_number] == list(
            range(sum(line.page == page.page_number for line in lines))
        )
