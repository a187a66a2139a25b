"""Rebuilds `accent_shapes.py`, the table of the shapes of accents, from fonts.

Run `python -m pipeline.engines.ocr.build_accents FONT.ttf ... > shapes.py` and put what it printed in the place of that
module. It was made from the proportional fonts of Debian's `fonts-liberation`, `fonts-dejavu-core`,
`fonts-dejavu-extra`, `fonts-crosextra-carlito` and `fonts-crosextra-caladea`, but for the narrow and the extra light
ones; the same fonts, numpy and Pillow give the same bytes.

Every letter that carries a mark is drawn in five sizes as a scanner of 200 dots an inch sees it, every second one
turned, blurred and grained. What stands above the largest blob of the picture is the mark. The pictures of a mark fall
into two sorts, upright and slanted or large and small, and the table holds the mean of each.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipeline.engines.ocr.accents import LETTERS, shape_of
from pipeline.engines.ocr.blobs import Ink
from pipeline.engines.ocr.rows import Blob

SIZES = (9, 10, 11, 12, 14)
"""Sizes of type in points."""
_DOTS, _READ = 200, 300
"""Dots an inch of the scanner, and of the picture that is read."""
_ROOM = 8
"""Sides of a picture, in sizes of its type."""
_ASKEW, _BLUR, _GRAIN = 0.7, 0.7, 6.0
"""How far a rough picture is turned in degrees at most, the radius of its blur, the deviation of its grain."""
_DIRT = 3
"""Pixels of a blob that is dirt, at most."""
_SORTS, _ROUNDS = 2, 15
_DARKEST = 9
_HEAD = '''"""The shapes of accents: what decides which mark a blob above a letter is. Made by `build_accents`."""

WIDTH, HEIGHT = 12, 8
"""Every mark is brought to so many fields; a field says how dark it is, from 0 to 9."""

SHAPES: tuple[tuple[str, float, float, float, str], ...] = (
'''
_FOOT = ''')  # fmt: skip
"""The mark, the logarithm of width by height, height and width in heights of small letters, and the fields."""
'''


class Drawn(Struct, frozen=True):
    """A mark as it was drawn above a letter: its fields, from 0 to 1, and its proportions."""

    letter: str
    mark: str
    fields: NDArray[np.float64]
    proportions: tuple[float, float, float]


def draw_marks(fonts: Iterable[str], sizes: Sequence[int] = SIZES) -> Iterator[Drawn]:
    """The marks above all letters that carry one, drawn with the fonts of some files; what a font lacks is left out.

    Raises:
        OSError: a file is no font.
    """
    chance = np.random.default_rng(1)
    for name in fonts:
        for size in sizes:
            font = ImageFont.truetype(name, round(size * _DOTS / 72))
            small = font.getbbox("x")
            height = (small[3] - small[1]) * _READ / _DOTS
            for number, (letter, mark) in enumerate(_marked()):
                whole = "i" if mark == "\u0307" else unicodedata.normalize("NFC", letter + mark)
                ink = Ink(_picture(font, whole, chance, rough=number % 2 == 1))
                above = _above(ink.blobs)
                if above and len(whole) == 1:
                    yield Drawn(letter, mark, *shape_of(ink, above, height))


def _marked() -> Iterator[tuple[str, str]]:
    for mark, letters in LETTERS.items():
        yield from ((letter, mark) for letter in letters or "iiiiii")


def _picture(font: ImageFont.FreeTypeFont, text: str, chance: np.random.Generator, *, rough: bool) -> Image.Image:
    """A letter as it is seen on a page that was scanned."""
    side = round(_ROOM * font.size)
    picture = Image.new("L", (side, side), 255)
    x, y = 2 * font.size + chance.random(), font.size + chance.random()
    ImageDraw.Draw(picture).text((x, y), text, font=font, fill=0)
    if rough:
        angle = chance.uniform(-_ASKEW, _ASKEW)
        picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
        picture = picture.filter(ImageFilter.GaussianBlur(_BLUR))
    read = round(side * _READ / _DOTS)
    picture = picture.resize((read, read), Image.Resampling.NEAREST)
    if not rough:
        return picture
    grain = chance.normal(0, _GRAIN, (read, read))
    return Image.fromarray((np.asarray(picture) * 0.9 + 15 + grain).clip(0, 255).astype(np.uint8))


def _above(blobs: Sequence[Blob]) -> list[Blob]:
    """The blobs that stand above the largest one."""
    blobs = [blob for blob in blobs if blob.area > _DIRT]
    letter = max(blobs, key=lambda blob: blob.area, default=None)
    return [blob for blob in blobs if letter is not None and blob is not letter and blob.bottom <= letter.top + 2]


def table_of(drawn: Iterable[Drawn]) -> list[tuple[str, tuple[float, float, float], str]]:
    """Two rows for each mark: the mark, its proportions, and its fields as digits."""
    by_mark: dict[str, list[NDArray[np.float64]]] = {}
    for one in drawn:
        by_mark.setdefault(one.mark, []).append(np.concatenate([one.fields, one.proportions]))
    table = []
    for mark in [mark for mark in LETTERS if mark in by_mark]:
        for mean in _sorts(np.array(by_mark[mark])):
            fields = "".join(str(min(_DARKEST, round(float(field) * _DARKEST))) for field in mean[:-3])
            table.append((mark, (float(mean[-3]), float(mean[-2]), float(mean[-1])), fields))
    return table


def _sorts(shapes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The means of the sorts that shapes fall into, each nearer to its own than to the others."""
    means = shapes[np.random.default_rng(0).choice(len(shapes), _SORTS, replace=False)]
    for _ in range(_ROUNDS):
        nearest = ((shapes[:, None] - means[None]) ** 2).sum(-1).argmin(1)
        means = np.array(
            [shapes[nearest == sort].mean(0) if (nearest == sort).any() else means[sort] for sort in range(_SORTS)]
        )
    return means


def written(table: Iterable[tuple[str, tuple[float, float, float], str]]) -> str:
    """The text of the module that holds a table."""
    rows = [
        f'    ("\\u{ord(mark):04x}", {a:.2f}, {b:.2f}, {c:.2f},\n     "{fields[:48]}"\n     "{fields[48:]}"),\n'
        for mark, (a, b, c), fields in table
    ]
    return _HEAD + "".join(rows) + _FOOT


def main(fonts: Sequence[str]) -> None:
    """Prints the module that holds the table."""
    if not fonts:
        raise SystemExit("Name the files of the fonts to draw with.")
    print(written(table_of(draw_marks(sorted(fonts)))), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
