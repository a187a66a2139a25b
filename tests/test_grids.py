"""Tables: which there are on a page, and what only looks like one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.grids import continued, find_tables
from pipeline.records import Bbox, Page, Table, Word
from tests.typeset import column, put, sheet


def rows(table: Table) -> list[list[str]]:
    """The texts of a table; an empty cell is ''."""
    width = 1 + max(cell.column for cell in table.cells)
    texts = {(cell.row, cell.column): cell.text for cell in table.cells}
    return [
        [texts.get((row, at), "") for at in range(width)] for row in range(1 + max(cell.row for cell in table.cells))
    ]


def header(table: Table) -> list[str]:
    return [cell.text for cell in table.cells if cell.is_header]


def grid(xs: list[float], tops: list[float], sides: bool = True) -> tuple[Bbox, ...]:
    """Lines of a grid; without the outermost upright ones if it has no sides."""
    level = [(xs[0], top - 0.25, xs[-1], top + 0.25) for top in tops]
    upright = [(x - 0.25, tops[0], x + 0.25, tops[-1]) for x in (xs if sides else xs[1:-1])]
    return (*level, *upright)


def lines(*texts: str, top: float = 100, leading: float = 16, bold_first: bool = False) -> list[Word]:
    """Rows of cells that stand at 100, 250 and 400; cells are parted by `|`."""
    found = []
    for number, text in enumerate(texts):
        for x, cell in zip((100, 250, 400), text.split("|"), strict=False):
            found += put(x, top + leading * number, cell, bold=bold_first and number == 0, line=number)
    return found


COUNTS = ("Province|Cases|Deaths", "Equateur|62|35", "Kasai Oriental|4|", "Total|66|35")


def ruled(sides: bool = True) -> Page:
    rulings = grid([95, 245, 395, 500], [98, 114, 130, 146, 162], sides)
    return sheet(
        lines(*COUNTS), column(60, 300, ["Running text below the table.", "It has two lines."]), rulings=rulings
    )


def test_ruled_table_with_an_empty_cell() -> None:
    (table,) = find_tables(ruled())
    assert rows(table) == [
        ["Province", "Cases", "Deaths"],
        ["Equateur", "62", "35"],
        ["Kasai Oriental", "4", ""],
        ["Total", "66", "35"],
    ]
    assert header(table) == ["Province", "Cases", "Deaths"]
    assert table.cells[0].bbox[:2] == (95, 98)


def test_ruled_table_without_outer_sides() -> None:
    (table,) = find_tables(ruled(sides=False))
    assert rows(table)[1] == ["Equateur", "62", "35"]


def test_frames_of_cells_are_as_good_as_lines() -> None:
    frames = [
        (x, 98 + 16 * row, right, 114 + 16 * row)
        for row in range(4)
        for x, right in ((95, 245), (245, 395), (395, 500))
    ]
    (table,) = find_tables(sheet(lines(*COUNTS), rulings=tuple(frames)))
    assert rows(table)[3] == ["Total", "66", "35"]


def test_borderless_table() -> None:
    (table,) = find_tables(sheet(lines(*COUNTS), column(60, 300, ["Running text below the table."] * 3)))
    assert rows(table)[1:] == [["Equateur", "62", "35"], ["Kasai Oriental", "4", ""], ["Total", "66", "35"]]
    assert header(table) == ["Province", "Cases", "Deaths"]


def test_a_heading_right_below_a_table_does_not_join_its_columns() -> None:
    heading = put(100, 170, "Help from partners, and what came of it")
    (table,) = find_tables(sheet(lines(*COUNTS), heading))
    assert rows(table)[1] == ["Equateur", "62", "35"]


def test_a_row_of_years_names_columns() -> None:
    (table,) = find_tables(sheet(lines("Head|2021|2022", "Grants|140|152", "Fees|61|84", "Sales|22|19")))
    assert header(table) == ["Head", "2021", "2022"]


def test_bold_figures_are_no_header() -> None:
    (table,) = find_tables(sheet(lines("Health|121,640", "Water|44,905", "Training|29,330", bold_first=True)))
    assert header(table) == []


def test_a_caption_is_no_row() -> None:
    words = [*put(100, 84, "Table 3:"), *put(250, 84, "Cases by province"), *lines(*COUNTS)]
    (table,) = find_tables(sheet(words))
    assert rows(table)[0] == ["Province", "Cases", "Deaths"]


def test_what_is_no_table() -> None:
    prose = ["the office trained staff of every district"] * 8
    assert find_tables(sheet(column(60, 100, prose), column(330, 100, prose))) == ()
    bullets = [
        word for n in range(5) for word in (*put(60, 100 + 14 * n, "•"), *put(90, 100 + 14 * n, "An item of text"))
    ]
    assert find_tables(sheet(bullets)) == ()
    nested = [
        *bullets,
        *put(90, 180, "-"),
        *put(120, 180, "A nested item 2019"),
        *put(90, 194, "-"),
        *put(120, 194, "Another"),
    ]
    assert find_tables(sheet(nested)) == ()
    contents = lines("Introduction|3", "Activities of the year|5", "Finance|12", "Annexes|15")
    assert find_tables(sheet(contents)) == ()
    fields = lines("Name|Centre for Rural Youth", "Address|12 Hill Road", "Founded|in the north")
    assert find_tables(sheet(fields)) == ()


def test_the_grid_of_a_chart_is_no_table() -> None:
    chart = grid([float(x) for x in range(100, 420, 40)], [float(top) for top in range(100, 300, 20)])
    assert find_tables(sheet(put(102, 102, "100"), put(102, 262, "0"), rulings=chart)) == ()


def test_a_box_around_text_is_no_table() -> None:
    assert find_tables(sheet(column(110, 110, ["A box with text."] * 4), rulings=((100, 100, 400, 170),))) == ()


def on_page(number: int, shift: float, *, wide: bool = False) -> Page:
    xs = [95, 245, 395, 550 if wide else 500]
    rulings = grid([float(x) for x in xs], [98 + shift, 114 + shift, 130 + shift, 146 + shift])
    words = [w for n, text in enumerate(COUNTS[:3]) for w in lines(text, top=100 + shift + 16 * n)]
    page = sheet(words, page=number, rulings=rulings)
    return Page(
        number, page.width, page.height, 0, "text_layer", page.words, rulings=page.rulings, tables=find_tables(page)
    )


def test_a_table_goes_on_over_a_page() -> None:
    first, second = on_page(1, 600), on_page(2, -40)
    assert continued(first, second).tables[0].continues
    assert not continued(first, on_page(2, 300)).tables[0].continues, "begins in the middle of the page"
    assert not continued(on_page(1, 100), second).tables[0].continues, "ended long before"
    assert not continued(first, on_page(3, -40)).tables[0].continues, "a page lies between"
    assert not continued(first, on_page(2, -40, wide=True)).tables[0].continues, "other columns"


boxes = st.tuples(*[st.floats(-1e6, 1e6, allow_nan=False)] * 4).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
)
words = st.builds(
    lambda text, box: Word(text, box, "Test", 10, False, False, 0, 1), st.text(min_size=1, max_size=5), boxes
)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(words, max_size=30), st.lists(boxes, max_size=30))
def test_never_raises_and_every_cell_holds_text(found: list[Word], rulings: list[Bbox]) -> None:
    page = Page(1, 600, 800, 0, "text_layer", tuple(found), rulings=tuple(rulings))
    for table in find_tables(page):
        assert len({(cell.row, cell.column) for cell in table.cells}) == len(table.cells)


def test_a_drawing_of_thousands_of_lines_is_not_searched() -> None:
    crossing = [(float(x), 0.0, x + 1.0, 800.0) for x in range(600)] + [
        (0.0, y + 0.0, 600.0, y + 1.0) for y in range(800)
    ]
    assert find_tables(Page(1, 600, 800, 0, "none", (), rulings=tuple(crossing * 3))) == ()


WRAPPED = ("Activity|Place|People", "safe water in the|Lima|40", "northern districts||", "mobile teams|Accra|1,200")


def test_shades_behind_the_lines_of_a_cell_are_no_cells() -> None:
    cells = [
        (x, 98 + 32 * row, right, 130 + 32 * row)
        for row in range(3)
        for x, right in ((95, 245), (245, 395), (395, 500))
    ]
    shades = [(x + 5.4, top, right - 5.4, top + 15) for x, top, right, _ in cells] + [
        (x + 5.4, top + 15, right - 5.4, bottom) for x, top, right, bottom in cells
    ]
    words = [
        word for row in range(3) for word in (*lines("a|b|c", top=110 + 32 * row), *lines("d|e|", top=124 + 32 * row))
    ]
    (table,) = find_tables(sheet(words, rulings=tuple(cells + shades)))
    assert rows(table) == [["a d", "b e", "c"]] * 3


def test_a_row_without_upright_lines_is_cut_at_the_columns_of_the_others() -> None:
    rulings = (
        *grid([95, 245, 395, 500], [98, 114, 130]),
        *grid([95, 500], [130, 146]),
        *grid([95, 245, 395, 500], [146, 162]),
    )
    (table,) = find_tables(sheet(lines(*COUNTS), rulings=rulings))
    assert rows(table)[2] == ["Kasai Oriental", "4", ""]


def wrapped(leading: tuple[float, ...]) -> list[Word]:
    found, top = [], 100.0
    for text, step in zip(WRAPPED, leading, strict=True):
        found += lines(text, top=top)
        top += step
    return found


def test_lines_wrapped_in_a_cell_are_one_row_where_white_space_parts_rows() -> None:
    (table,) = find_tables(sheet(wrapped((22, 12, 22, 22))))
    assert rows(table) == [
        ["Activity", "Place", "People"],
        ["safe water in the northern districts", "Lima", "40"],
        ["mobile teams", "Accra", "1,200"],
    ]


def test_lines_wrapped_in_a_cell_are_one_row_where_shades_part_rows() -> None:
    shades = ((95, 88, 500, 104), (95, 104, 500, 136), (95, 136, 500, 152))
    (table,) = find_tables(sheet(wrapped((16, 16, 16, 16)), rulings=shades))
    assert rows(table)[1:] == [
        ["safe water in the northern districts", "Lima", "40"],
        ["mobile teams", "Accra", "1,200"],
    ]


def test_close_rows_below_a_header_set_apart_stay_rows() -> None:
    found = lines("Province|Cases|Deaths", top=100)
    for number, text in enumerate(COUNTS[1:]):
        found += lines(text, top=124 + 12 * number)
    (table,) = find_tables(sheet(found))
    assert len(rows(table)) == 4


def test_text_beside_the_labels_of_a_chart_is_no_table() -> None:
    text = [
        "The office paid grants in the year",
        "and will pay more in the next one",
        "when the partners have reported",
        "on what they did with the funds",
    ]
    labels = [put(400, 106 + 17 * number, figure) for number, figure in enumerate(("$900", "$600", "$300", "$0"))]
    assert find_tables(sheet(column(100, 100, text), *labels)) == ()


def test_a_borderless_table_goes_on_over_the_page() -> None:
    first = sheet(lines("Province|Cases|Deaths", "Equateur|62|35", "Kasai|4|1", "Kwango|7|2", top=700))
    second = sheet(lines("Lomami|5|12", "Tshopo|1|1", "Haut-Uele|70|4", top=80), page=2)
    before = Page(1, 600, 800, 0, "text_layer", first.words, tables=find_tables(first))
    page = Page(2, 600, 800, 0, "text_layer", second.words, tables=find_tables(second))
    assert continued(before, page).tables[0].continues
