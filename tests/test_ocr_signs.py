"""What the ink itself tells of recognised words: bullets, commas, spaces and weight."""

import pytest
from PIL import Image, ImageDraw

from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.leaders import find_leaders
from pipeline.engines.ocr.rows import Blob, Place, Row, Seen
from pipeline.engines.ocr.series import with_series
from pipeline.engines.ocr.signs import with_signs
from pipeline.engines.ocr.spaces import with_spaces
from pipeline.engines.ocr.weights import bold_of

LETTER = 20
BASE = 60


def blank() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("L", (900, 100), 255)
    return picture, ImageDraw.Draw(picture)


def draw(pencil: ImageDraw.ImageDraw, x: int, text: str, ink: int = 0, stroke: int = 3) -> Seen:
    """A word of upright boxes, one a letter, as the model would see it."""
    places: list[Place] = []
    for _ in text:
        pencil.rectangle((x, BASE - LETTER, x + 10, BASE - 1), outline=ink, width=stroke)
        places.append((x, BASE - LETTER, x + 11, BASE))
        x += 14
    return Seen(text, (places[0][0], BASE - LETTER, places[-1][2], BASE), 90.0, places)


def row_of(*seen: Seen) -> Row:
    return Row(2.0 * LETTER, ((0.0, BASE), (900.0, BASE)), list(seen))


@pytest.mark.parametrize(
    ("shape", "read", "found"),
    [
        ("disc", "e", "•"),
        ("square", "M@", "•"),
        ("diamond", "¢", "•"),
        ("ring", "0,", "o"),
        ("letter", "I", "I"),
        ("number", "1", "1"),
    ],
)
def test_a_bullet_is_told_by_its_shape(shape: str, read: str, found: str) -> None:
    picture, pencil = blank()
    box = (10, BASE - 16, 24, BASE - 2)
    if shape == "disc":
        pencil.ellipse(box, fill=0)
    elif shape == "square":
        pencil.rectangle(box, fill=0)
    elif shape == "diamond":
        pencil.polygon([(17, BASE - 16), (24, BASE - 9), (17, BASE - 2), (10, BASE - 9)], fill=0)
    elif shape == "ring":
        pencil.ellipse(box, outline=0, width=2)
    else:
        pencil.rectangle((14, BASE - 30, 18, BASE - 1), fill=0)
    rows = [row_of(Seen(read, box, 40.0, []), draw(pencil, 60, "trained"))]
    with_signs(rows, Ink(picture), LETTER)
    assert rows[0].seen[0].text == found


@pytest.mark.parametrize(("below", "text"), [(6, "2,400"), (0, "2.400")])
def test_what_hangs_below_its_line_is_a_comma(below: int, text: str) -> None:
    picture, pencil = blank()
    seen = draw(pencil, 60, "2.400")
    left, _, right, _ = seen.places[1]
    pencil.rectangle((left - 1, BASE - LETTER - 2, right + 1, BASE + 2), fill=255)
    pencil.rectangle((left + 3, BASE - 5, left + 7, BASE - 1 + below), fill=0)
    rows = [row_of(seen, draw(pencil, 200, "people"))]
    with_signs(rows, Ink(picture), LETTER)
    assert rows[0].seen[0].text == text


def spaced(*parts: str, spaces: int = 14) -> tuple[Image.Image, list[Seen]]:
    picture, pencil = blank()
    seen, x = [], 10
    for part in parts:
        seen.append(draw(pencil, x, part))
        x = seen[-1].place[2] + spaces
    return picture, seen


def together(one: Seen, two: Seen) -> Seen:
    place = (one.place[0], one.place[1], two.place[2], two.place[3])
    return Seen(one.text + two.text, place, 80.0, [*one.places, *two.places])


@pytest.mark.parametrize("parts", [("31", "complaints"), ("a", "plan"), ("1", "July")])
def test_words_that_were_run_together_are_parted_at_their_space(parts: tuple[str, str]) -> None:
    picture, (*before, one, two) = spaced("the", "office", "heard", "of", *parts)
    rows = [row_of(*before, together(one, two))]
    with_spaces(rows, Ink(picture))
    assert [seen.text for seen in rows[0].seen][-2:] == list(parts)
    assert rows[0].seen[-1].place == two.place


def test_words_without_a_space_in_their_ink_stay() -> None:
    picture, seen = spaced("the", "office", "cannot", "move", "on", "21st", "2400kg")
    rows = [row_of(*seen)]
    with_spaces(rows, Ink(picture))
    assert rows[0].seen == seen


def test_a_word_that_was_cut_is_joined() -> None:
    picture, seen = spaced("there", "was", "no", "su")
    rest = draw(ImageDraw.Draw(picture), seen[-1].place[2] + 3, "rplus")
    rows = [row_of(*seen, rest)]
    with_spaces(rows, Ink(picture))
    assert [one.text for one in rows[0].seen] == ["there", "was", "no", "surplus"]


def test_a_heading_in_pale_ink_is_as_bold_as_one_in_black() -> None:
    picture = Image.new("L", (900, 400), 255)
    rows = []
    for at, (ink, stroke) in enumerate([(0, 2), (0, 2), (0, 2), (110, 4), (0, 4), (110, 2)]):
        line = Image.new("L", (900, 60), 255)
        words = [draw(ImageDraw.Draw(line), 10 + 120 * n, "banana", ink, stroke) for n in range(3)]
        picture.paste(line.crop((0, 30, 900, 60)), (0, 40 + 60 * at))
        down = 10 + 60 * at
        for seen in words:
            seen.places = [(a, b + down, c, d + down) for a, b, c, d in seen.places]
            seen.place = (seen.place[0], seen.place[1] + down, seen.place[2], seen.place[3] + down)
        rows.append(Row(40.0, ((0.0, BASE + down), (900.0, BASE + down)), words))
    assert [set(line) for line in bold_of(picture, rows, [30.0] * 6)] == [{b} for b in (0, 0, 0, 1, 1, 0)]


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (("IJ.", "III."), ["II.", "III."]),
        (("Iv.", "V."), ["IV.", "V."]),
        (("4.", "S.", "6."), ["4.", "5.", "6."]),
        (("l.", "2."), ["1.", "2."]),
        (("(l)", "(2)"), ["(1)", "(2)"]),
        (("2.l", "2.2"), ["2.1", "2.2"]),
        (("S.", "Il"), ["S.", "II"]),
        (("iv.", "v."), ["iv.", "v."]),
    ],
)
def test_labels_are_read_as_their_series_goes_on(labels: tuple[str, ...], found: list[str]) -> None:
    rows = [row_of(Seen(label, (0, 0, 9, 9), 90.0, []), Seen("Aims", (20, 0, 60, 9), 90.0, [])) for label in labels]
    assert [row.seen[0].text for row in with_series(rows)] == found


@pytest.mark.parametrize("begins", [2, -7])
def test_a_comma_that_was_overlooked_or_touches_its_digit_is_added(begins: int) -> None:
    picture, pencil = blank()
    one = draw(pencil, 60, "1")
    comma = one.place[2] + begins
    pencil.rectangle((comma, BASE - 3, comma + 3, BASE + 6), fill=0)
    rows = [row_of(together(one, draw(pencil, one.place[2] + 10, "577")), draw(pencil, 200, "people"))]
    with_signs(rows, Ink(picture), LETTER)
    assert rows[0].seen[0].text == "1,577"


def test_dots_with_letters_between_them_are_no_leader() -> None:
    dots = [Blob(x, 50, x + 4, 54, 16, x) for x in range(100, 400, 20)]
    letter = Blob(205, 34, 216, 54, 90, 1000)
    assert [leader.place for leader in find_leaders(dots, LETTER)] == [(100, 50, 384, 54)]
    assert [leader.place for leader in find_leaders([*dots, letter], LETTER)] == [
        (100, 50, 204, 54),
        (220, 50, 384, 54),
    ]
