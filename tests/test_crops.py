"""Crops show whole lines, no picture is too large, and a PDF that hangs costs only its own."""

import io
from collections.abc import Callable, Sequence

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from pipeline import crops
from pipeline.crops import apart, strips
from pipeline.records import Box

Draw = Callable[[Canvas], None]


def drawn(draw: Draw, size: tuple[float, float] = (595, 842), pages: int = 1) -> bytes:
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=size, invariant=True, pageCompression=0)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def lines(canvas: Canvas) -> None:
    """Ten lines of 12 points, 16 points apart, the first with its base line at 100 points from the top."""
    canvas.setFont("Helvetica", 12)
    for place in range(10):
        canvas.drawString(50, 742 - 16 * place, f"Line {place}: the union gave 45 farmers yams, goats and a pump each.")


def box_of(line: int, page_number: int = 1) -> Box:
    return Box(page_number, (130.0, 90.0 + 16 * line, 200.0, 103.0 + 16 * line))


def cut(picture: Image.Image) -> list[str]:
    """The edges of a picture on which there is ink."""
    ink = np.asarray(picture.convert("L")) < 128
    sides = {"top": ink[0], "bottom": ink[-1], "left": ink[:, 0], "right": ink[:, -1]}
    return [name for name, side in sides.items() if side.any()]


def crop(data: bytes, *boxes: Box) -> Image.Image:
    with crops.opened(data) as pages:
        return pages.crop(boxes)


def test_a_crop_is_the_whole_line_and_its_neighbours() -> None:
    picture = crop(drawn(lines), box_of(5))
    assert cut(picture) == []
    assert 40 * crops.SCALE < picture.height < 56 * crops.SCALE
    assert 320 * crops.SCALE < picture.width < 420 * crops.SCALE


def test_the_first_and_the_last_line_have_one_neighbour() -> None:
    for line in (0, 9):
        picture = crop(drawn(lines), box_of(line))
        assert cut(picture) == []
        assert 26 * crops.SCALE < picture.height < 48 * crops.SCALE


def test_a_mention_on_two_lines_shows_both() -> None:
    assert crop(drawn(lines), box_of(4), box_of(5)).height > crop(drawn(lines), box_of(4)).height + 14 * crops.SCALE


def columns(canvas: Canvas) -> None:
    """Two columns whose lines do not meet."""
    canvas.setFont("Helvetica", 10)
    for place in range(20):
        canvas.drawString(40, 750 - 13 * place, "Words of the left column go on and on until")
        canvas.drawString(310, 743.5 - 13 * place, "Words of the right column do the same until")


def test_of_two_columns_the_mention_s_own_is_shown() -> None:
    picture = crop(drawn(columns), Box(1, (70.0, 842 - 750 + 13 * 8 - 9, 120.0, 842 - 750 + 13 * 8 + 3)))
    assert cut(picture) == []
    assert picture.width < 260 * crops.SCALE


def table(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    for place, name in enumerate(("Farmers", "Fishers", "Weavers")):
        canvas.drawString(60, 700 - 20 * place, name)
        canvas.drawRightString(500, 700 - 20 * place, f"{place + 1},250")
    for x in (50, 300, 510):
        canvas.line(x, 720, x, 650)


def test_of_a_ruled_table_the_row_is_shown_with_its_name() -> None:
    picture = crop(drawn(table), Box(1, (470.0, 169.0, 500.0, 181.0)))
    assert picture.width > 440 * crops.SCALE
    ink = np.asarray(picture.convert("L")) < 128
    text = ink[:, ~ink.all(axis=0)]
    assert not text[0].any()
    assert not text[-1].any()


def test_an_encoded_crop_is_small_and_keeps_the_box_red() -> None:
    data = crops.encode(crop(drawn(lines), box_of(5)))
    assert len(data) < 5_000
    with Image.open(io.BytesIO(data)) as picture:
        assert crops.RED in [colour for _, colour in picture.convert("RGB").getcolors(1 << 20)]
    photograph = Image.effect_noise((300, 60), 60).convert("RGB")
    assert len(crops.encode(photograph)) < len(crops.encode(photograph, "PNG"))


@pytest.mark.parametrize("size", [(14_400, 14_400), (200_000, 300), (1_000_000, 1_000_000), (30, 90_000)])
def test_no_page_is_too_large(size: tuple[float, float]) -> None:
    height = size[1]
    top = height - 1_000 if height > 2_000 else height - 100

    def far(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(5, top, "45 farmers")

    data = drawn(far, size)
    with crops.opened(data) as pages:
        whole = pages.page(1)
        assert whole.width * whole.height <= 1.01 * crops.MOST_PIXELS
        box = Box(1, (5.0, height - top - 9, 25.0, height - top + 3))
        picture = pages.crop([box])
        assert picture.width * picture.height <= crops.MOST_PIXELS
        if max(size) * crops.SCALE <= crops.LONGEST_SIDE:
            assert (np.asarray(picture.convert("L")) < 100).sum() > 20
        boxed = pages.boxed(1, [(box.bbox, crops.RED)])
        assert boxed.size == whole.size


def test_a_crop_of_a_large_page_is_that_of_a_small_one() -> None:
    def low(canvas: Canvas) -> None:
        canvas.translate(0, 9_000 - 842)
        lines(canvas)

    large, small = crop(drawn(low, (9_000, 9_000)), box_of(5)), crop(drawn(lines), box_of(5))
    assert abs(large.width - small.width) <= 4
    assert abs(large.height - small.height) <= 4
    assert cut(large) == []


def test_what_is_not_there_is_an_error() -> None:
    with crops.opened(drawn(lines)) as pages:
        with pytest.raises(IndexError):
            pages.crop([])
        with pytest.raises(IndexError):
            pages.crop([box_of(1, page_number=2)])
    with pytest.raises(pypdfium2.PdfiumError), crops.opened(b"no PDF"):
        pass


EDGES = st.tuples(*[st.floats(-1e6, 1e6, allow_nan=False)] * 4)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(EDGES, min_size=1, max_size=4), st.integers(1, 300), st.integers(1, 300), st.integers(0, 9))
def test_a_strip_lies_on_the_picture(words: Sequence[strips.Edges], width: int, height: int, rows: int) -> None:
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    for row in range(rows):
        pen.rectangle((5, 16 * row, width - 5, 16 * row + 9) if width > 10 else (0, 0, 1, 1), fill="black")
    x0, y0, x1, y1 = strips.find(picture, words)
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height
    assert x1 - x0 <= strips.WIDEST
    assert y1 - y0 <= strips.HIGHEST


@pytest.mark.parametrize("fill", ["white", "black", "noise"])
def test_a_picture_without_lines_gives_a_strip(fill: str) -> None:
    noise = Image.effect_noise((400, 300), 120).convert("RGB")
    picture = noise if fill == "noise" else Image.new("RGB", (400, 300), fill)
    x0, y0, x1, y1 = strips.find(picture, [(100, 100, 160, 118)])
    assert x0 <= 97 and y0 <= 97 and x1 >= 163 and y1 >= 121


def test_pictures_are_drawn_apart_each_or_a_reason() -> None:
    places = ((box_of(1),), (), (box_of(1, 9),), (box_of(2, 2), box_of(3, 2)))
    orders = [apart.Order("good", drawn(lines, pages=2), places), apart.Order("bad", b"%PDF-1.7", places[:1])]
    found = {(one.order, one.place): one for one in apart.draw(orders)}
    assert sorted(found) == [("bad", 0), *(("good", place) for place in range(4))]
    assert [bool(found["good", place].picture) for place in range(4)] == [True, False, False, True]
    assert "hold no place" in found["good", 1].trouble
    assert "cannot be shown" in found["bad", 0].trouble


def slow(canvas: Canvas) -> None:
    """A page whose drawing takes minutes: many large shapes that let through what is below."""
    canvas.setFillAlpha(0.01)
    for _ in range(60_000):
        canvas.circle(300, 400, 300, fill=1)


def test_a_page_that_takes_too_long_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CPU_SECONDS", 1.0)
    monkeypatch.setattr(apart, "CPU_SECONDS_A_PICTURE", 0.0)
    orders = [
        apart.Order("slow", drawn(slow), ((box_of(1),),)),
        apart.Order("good", drawn(lines), ((box_of(1),),)),
    ]
    found = {one.order: one for one in apart.draw(orders)}
    assert found["slow"].trouble.startswith("Drawing this PDF took too long.")
    assert found["good"].picture


def test_no_orders_start_nothing() -> None:
    assert list(apart.draw([])) == []


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("size", [(595, 842), (9_000, 7_000)])
def test_a_turned_page_is_cropped_as_it_is_shown(turned: int, size: tuple[float, float]) -> None:
    """The box is where the word stands on the turned page, in points from its upper left corner."""
    width, height = size

    def word(canvas: Canvas) -> None:
        canvas.rect(100, 200, 30, 12, fill=1, stroke=0)

    sink = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(word, size))) as pdf:
        pdf.pages[0].rotate(turned, relative=False)
        pdf.save(sink)
    x0, top, x1, bottom = 100, height - 212, 130, height - 200
    shown = {
        90: (height - bottom, x0, height - top, x1),
        180: (width - x1, height - bottom, width - x0, height - top),
        270: (top, width - x1, bottom, width - x0),
    }[turned]
    with crops.opened(sink.getvalue()) as pages:
        picture = pages.crop([Box(1, (float(shown[0]), float(shown[1]), float(shown[2]), float(shown[3])))])
    black = (np.asarray(picture.convert("L")) < 40).sum()
    assert black > 0.8 * 30 * 12 * crops.SCALE**2
    assert cut(picture) == []
