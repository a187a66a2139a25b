"""Bold told from the strokes of letters, for fonts without names: bitmap fonts, as TeX makes them, say nothing else.

The page is drawn, and the ink of every row of pixels of some letters of each font is measured from white to white. The
middle of these widths is that of a stem, since letters have more upright strokes than others. In the faces that were
measured (Computer Modern with and without serifs and of a typewriter, Times, Liberation, Carlito, Caladea) a stem is
0.064 to 0.096 of the font's size where they are not bold, and 0.106 to 0.143 where they are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import structs

from pipeline.engines import bindings as pdf
from pipeline.engines.drawing import draw, scale_for, whole
from pipeline.engines.pdfium import OpenPage, glyph_box
from pipeline.records import Word

BOLD_STEM = 0.101
"""Of the font's size."""
_SCALE, _MOST_PIXELS = 4.0, 12_000_000
_MOST_LETTERS = 60
"""Letters measured of each font and size on a page."""
_INKED = re.compile(rb"[\x20-\xff]+")
_NEGATIVE = [255 - level for level in range(256)]

Found = tuple[Word, tuple[int, int]]
"""A word, and the characters of its page that it was made of."""


def with_bold_told(page: OpenPage, found: Sequence[Found]) -> list[Found]:
    """The words of a page, those of fonts without names bold where their strokes are.

    Ask before the page is left without its text.

    Raises:
        MemoryError: there is no room for the picture of the page.
    """
    looks: defaultdict[tuple[pdf.Handle, float], list[int]] = defaultdict(list)
    for at, (word, (start, _)) in enumerate(found):
        if not word.font:
            looks[pdf.object_font(pdf.text_object(page.text_page, start)) or 0, word.size].append(at)
    told = list(found)
    if looks:
        ink = _Ink(page)
        for (_, size), places in looks.items():
            if ink.stem(_letters(page, [found[at] for at in places])) >= BOLD_STEM * size:
                for at in places:
                    told[at] = structs.replace(found[at][0], bold=True), found[at][1]
    return told


def _letters(page: OpenPage, found: Iterable[Found]) -> list[int]:
    letters = [index for _, characters in found for index in range(*characters) if page.text[index].isalnum()]
    return letters[:_MOST_LETTERS]


class _Ink:
    """A page drawn as ink on nothing."""

    def __init__(self, page: OpenPage) -> None:
        self.page = page
        self.scale = scale_for(whole(page), _SCALE, _MOST_PIXELS)
        picture = draw(page, whole(page), self.scale).point(_NEGATIVE)
        self.width, self.height = picture.size
        self.levels = picture.tobytes()

    def stem(self, letters: Sequence[int]) -> float:
        """How wide the strokes of letters are, in points; 0 without ink."""
        widths = [width for index in letters for width in self._widths(index)]
        return median(widths) / self.scale if widths else 0.0

    def _widths(self, index: int) -> Iterable[float]:
        """The widths of ink in each row of pixels of a letter; what goes on beside the letter is none of it."""
        left, top, right, bottom = (int(side * self.scale) for side in glyph_box(self.page, index))
        left, right = max(left - 1, 0), min(right + 2, self.width)
        for y in range(max(top, 0), min(bottom + 1, self.height)):
            row = self.levels[y * self.width + left : y * self.width + right]
            for run in _INKED.finditer(row):
                if run.start() > 0 and run.end() < len(row):
                    yield sum(run.group()) / 255
