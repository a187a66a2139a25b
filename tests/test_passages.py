import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.layout import Line, lay_out
from pipeline.passages import boxes, one_line, running_text, vocabulary
from pipeline.records import Cell, Page, Passage, Table, Word
from tests.typeset import column, put, sheet

FULL = "This line reaches the right side of its column, as lines of running text do,"


def read(*pages: Page) -> Passage:
    lines = [line for line in lay_out(pages).lines if line.role not in ("header", "footer", "page_number")]
    return running_text(lines)


def paragraphs(*stretches: list[Word]) -> list[str]:
    return read(sheet(*stretches)).text.split("\n")


def test_wrapped_lines_are_joined_and_short_lines_end_a_paragraph() -> None:
    assert paragraphs(column(50, 100, [FULL, "and this one ends it.", FULL, "and so on."])) == [
        f"{FULL} and this one ends it.",
        f"{FULL} and so on.",
    ]


def test_white_space_and_indents_part_paragraphs() -> None:
    full = f"{FULL[:-9]} do fully."
    assert paragraphs(column(50, 100, [FULL, full]), column(50, 136, [FULL, full])) == [f"{FULL} {full}"] * 2
    indented = column(65, 124, [full[:-3]])
    assert len(paragraphs(column(50, 100, [FULL, full]), indented, column(50, 136, [full]))) == 2


def test_a_sentence_goes_on_over_a_page_break() -> None:
    pages = [sheet(column(50, 100, [FULL, FULL])), sheet(column(50, 100, ["and goes on here.", FULL]), page=2)]
    assert read(*pages).text == f"{FULL} {FULL} and goes on here.\n{FULL}"


def test_a_footnote_does_not_cut_the_sentence_above_it() -> None:
    note = column(50, 700, ["* Or so."], size=7)
    pages = [sheet(column(50, 100, [FULL] * 9), note), sheet(column(50, 100, ["and goes on here.", FULL]), page=2)]
    assert read(*pages).text.split("\n")[1:] == ["* Or so.", FULL]


@pytest.mark.parametrize("bullet", ["•", "\uf0b7", "o", "-", "–", "*", "■", "✓", "▪", "\uf0a7", "➢", "·"])
def test_every_bullet_becomes_a_hyphen(bullet: str) -> None:
    items = [put(50, 100 + 14 * n, bullet) + put(68, 100 + 14 * n, text) for n, text in enumerate(["First", "second"])]
    assert paragraphs(*items) == ["- First", "- second"]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["120,0", "00"], "120,000"),
        (["Transpor", "t"], "Transport"),
        (["Budget", "line"], "Budget line"),
        (["12,500", "300"], "12,500 300"),
        (["2019", "2020"], "2019 2020"),
    ],
)
def test_a_word_wider_than_its_cell_goes_on_in_the_next_line(lines: list[str], text: str) -> None:
    spots = [(0, 0, 50, 90), (0, 1, 110, 90), (1, 0, 50, 130), (1, 1, 110, 130)]
    cells = tuple(Cell(row, column, "", False, (x, top, x + 60, top + 40)) for row, column, x, top in spots)
    words = [*column(52, 100, lines), *put(112, 100, "beside"), *put(52, 140, "below"), *put(112, 140, "it")]
    assert read(sheet(words, tables=(Table((50, 90, 170, 170), cells),))).text == f"{text}\tbeside\nbelow\tit"


def test_bullets_without_a_space_are_bullets() -> None:
    assert paragraphs(column(50, 100, ["•First thing", "•Second thing"])) == ["- First thing", "- Second thing"]


@pytest.mark.parametrize("text", ["-5 degrees in winter", "o’clock", "*this", "- "])
def test_other_beginnings_are_no_bullets(text: str) -> None:
    assert paragraphs(put(50, 100, text)) == [text.strip()]


def test_a_sub_item_follows_its_item() -> None:
    page = [
        *put(50, 100, "•") + put(65, 100, FULL),
        *put(65, 112, "and goes on under the first word."),
        *put(70, 124, "o") + put(90, 124, "Detail"),
    ]
    assert paragraphs(page) == [f"- {FULL} and goes on under the first word.", "- Detail"]


def close_circle(x: float, y: float, text: str) -> list[Word]:
    return put(x, y, "o") + put(x + 8, y, text)


def test_a_circle_close_to_its_text_is_a_bullet_where_it_begins_a_line_of_its_own() -> None:
    page = [
        *put(50, 100, "• Alarms, of which"),
        *close_circle(70, 112, FULL),
        *put(78, 124, "and these were fires"),
        *close_circle(70, 136, "12 were storms"),
    ]
    assert paragraphs(page) == ["- Alarms, of which", f"- {FULL} and these were fires", "- 12 were storms"]


def test_a_word_o_that_the_text_wrapped_to_the_head_of_a_line_is_no_bullet() -> None:
    full = f"{FULL[:-1]} e"
    assert paragraphs(put(50, 100, full), close_circle(50, 112, "projeto")) == [f"{full} o projeto"]


def test_numbered_items_are_lines_but_wrapped_numbers_are_not() -> None:
    wrapped = f"{FULL[:-11]} (see Annex"
    full_item = f"1. {FULL[:-2]}"
    assert paragraphs(column(50, 100, [wrapped, "3) of the report."])) == [f"{wrapped} 3) of the report."]
    assert paragraphs(column(50, 100, [full_item, f"2. {FULL[:-2]}", "3. End"]))[1:] == [f"2. {FULL[:-2]}", "3. End"]


@pytest.mark.parametrize("labels", [("(a)", "(b)"), ("a)", "b)"), ("1)", "2)")])
def test_a_label_glued_to_its_text_is_parted_from_it(labels: tuple[str, str]) -> None:
    one, other = labels
    passage = read(sheet(column(50, 100, [f"{one}Prices rose", f"{other}Roads were closed"])))
    assert passage.text == f"{one} Prices rose\n{other} Roads were closed"
    right = 50 + 5 * len(one)
    assert marked(passage, one) == [(1, 50, 100, right, 110)]
    assert marked(passage, "Prices") == [(1, right, 100, right + 30, 110)]


@pytest.mark.parametrize("text", ["(a)Prices rose", "(re)Build", "(a)b", "e.g.Prices"])
def test_other_words_with_brackets_stay_whole(text: str) -> None:
    assert paragraphs(put(50, 100, text)) == [text]


def test_an_initial_at_the_head_of_a_line_is_no_label() -> None:
    titled = f"{FULL[:-12]} talk by Mr."
    assert paragraphs(column(50, 100, [titled, "K. Anders took part."])) == [f"{titled} K. Anders took part."]
    parted = f"{FULL[:-12]} lines. I."
    pages = [sheet(column(50, 100, [FULL, parted])), sheet(column(50, 100, ["Petrov was elected."]), page=2)]
    assert read(*pages).text == f"{FULL} {parted} Petrov was elected."
    ended = f"{FULL[:-1]}."
    assert paragraphs(column(50, 100, [ended, "I. Petrov was elected."])) == [f"{ended} I. Petrov was elected."]


def test_letters_in_a_sequence_are_labels() -> None:
    items = [f"{label} {FULL[:-3]}." for label in ("A.", "B.", "C.")]
    assert paragraphs(column(50, 100, [f"{FULL[:-1]}:", *items])) == [f"{FULL[:-1]}:", *items]
    romans = [f"{label} {FULL[:-4]}." for label in ("I.", "II.")]
    assert paragraphs(column(50, 100, romans)) == romans


def test_a_letter_before_a_tab_is_a_label() -> None:
    page = [*column(50, 100, [f"{FULL[:-1]}."]), *put(50, 112, "A."), *put(80, 112, "The only item")]
    assert paragraphs(page) == [f"{FULL[:-1]}.", "A. The only item"]


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("a de-", "velopment plan", "a development plan"),
        ("the co-", "operation of", "the co-operation of"),
        ("in 2019-", "2020 only", "in 2019-2020 only"),
        ("in 2019–", "2020 only", "in 2019–2020 only"),
        ("a low-", "income group", "a low-income group"),
        ("the Anglo-", "Saxon part", "the Anglo-Saxon part"),
        ("short- and long-", "term plans", "short- and long-term plans"),
        ("pre-", "and post-war", "pre- and post-war"),
        ("a pro\u00adgram\u00ad", "me of work", "a programme of work"),
        ("at http://example.org/", "reports for", "at http://example.org/reports for"),
        ("either -", "or not", "either - or not"),
    ],
)
def test_hyphens_at_line_ends(left: str, right: str, joined: str) -> None:
    other = "Elsewhere it says co-operation, always, to the right side of this column, yes"
    start = "x" * (len(other) - len(left) - 1)
    assert paragraphs(column(50, 100, [other, f"{start} {left}", right]))[0].endswith(f"{start} {joined}")


def test_the_document_decides_whether_a_word_has_a_hyphen() -> None:
    lines = list(lay_out([sheet(column(50, 100, ["front-", "line staff"]), column(50, 200, ["The frontline."]))]).lines)
    assert one_line(lines[:2], vocabulary(lines)).text == "frontline staff"
    kept = list(lay_out([sheet(column(50, 100, ["front-", "line staff"]), column(50, 200, ["The front-line."]))]).lines)
    assert one_line(kept[:2], vocabulary(kept)).text == "front-line staff"


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("eﬃcient", "efficient"),
        ("ﬁve", "five"),
        ("co\u00adoperate", "cooperate"),
        ("e\u0301te\u0301", "été"),
        ("a\u200bb", "ab"),
    ],
)
def test_characters_are_cleaned_once(written: str, clean: str) -> None:
    passage = read(sheet(put(50, 100, f"{written} x")))
    assert passage.text == f"{clean} x"
    assert len(passage.pieces[0].edges or ()) == len(clean) + 1


def test_table_cells_have_tabs_between_them() -> None:
    cells = tuple(
        Cell(r, c, "", False, (50 + 200 * c, 200 + 30 * r, 250 + 200 * c, 230 + 30 * r)) for r in (0, 1) for c in (0, 1)
    )
    page = sheet(
        column(55, 203, ["Name of", "the place"]), put(255, 203, "Visits"), put(55, 240, "Hill"), put(255, 240, "12"),
        tables=(Table((50, 200, 450, 260), cells),),
    )  # fmt: skip
    assert read(page).text == "Name of the place\tVisits\nHill\t12"


def marked(passage: Passage, part: str) -> list[tuple[float, ...]]:
    start = passage.text.index(part)
    return [(box.page_number, *box.bbox) for box in boxes(passage, start, start + len(part))]


def test_boxes_are_exact_inside_a_word() -> None:
    passage = read(sheet(put(50, 100, "in (2019), they")))
    assert marked(passage, "2019") == [(1, 70, 100, 90, 110)]
    assert marked(passage, "in (2019") == [(1, 50, 100, 90, 110)]


def test_one_box_for_each_line_and_page() -> None:
    last = f"{FULL[:-12]} of a plan de-"
    pages = [sheet(column(50, 100, [FULL, last])), sheet(column(50, 100, ["veloped later."]), page=2)]
    passage = read(*pages)
    found = marked(passage, "plan developed")
    right = 50 + 5 * (len(last) - 1)
    assert found == [(1, right - 5 * 7, 112, right, 122), (2, 50, 100, 85, 110)]


def test_nothing_has_no_box() -> None:
    assert boxes(Passage(), 0, 0) == ()
    assert boxes(read(sheet(put(50, 100, "a b"))), 1, 2) == ()


strange = st.text(
    st.characters(exclude_categories=("Z", "C")) | st.sampled_from("-•o\u00adﬁ\uf0b7(1.)\u0301"), min_size=1, max_size=8
)
rows = st.lists(st.lists(strange, min_size=1, max_size=6), max_size=12)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(rows)
def test_every_character_lies_in_one_piece(content: list[list[str]]) -> None:
    lines: list[Line] = list(lay_out([sheet(column(50, 50, [" ".join(row) for row in content]))]).lines)
    for passage in (running_text(lines), one_line(lines)):
        placed = [index for piece in passage.pieces for index in range(piece.start, piece.end)]
        assert placed == [index for index, character in enumerate(passage.text) if character not in " \n\t"]
        assert all(before.end <= after.start for before, after in pairwise(passage.pieces))
        for piece in passage.pieces:
            assert piece.edges is None or len(piece.edges) == piece.end - piece.start + 1
            assert boxes(passage, piece.start, piece.end)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(rows)
def test_no_letter_is_lost(content: list[list[str]]) -> None:
    lines = lay_out([sheet(column(50, 50, [" ".join(row) for row in content]))]).lines
    written = unicodedata.normalize("NFKD", "".join("".join(row) for row in content))
    kept = unicodedata.normalize("NFKD", running_text(lines).text)
    assert [c for c in written if c.isalnum() and c not in "o"] == [c for c in kept if c.isalnum() and c not in "o"]
