"""Text that no reader of a page can see.

A word is seen when the page looks different without it. The page is drawn twice, with and without its text, and the two
pictures are compared under each word: white on white, invisible mode, text under a picture or a rectangle, clipped text
and text of a layer that is switched off all leave the pixels as they were, whatever way was used to hide them. White
text on a dark banner changes them. In order of cost:

1. A word that is off the page, or that is too small to read, is hidden; nothing needs to be drawn.
2. Both pictures are drawn small. A word under which enough of the pixels changed is seen.
3. Only for the words in doubt, both are drawn large, and the box around the ink of each glyph is compared. Of a script
   other than Latin in a font that is not embedded nothing can be drawn for certain, so that nothing is said of it;
   unless nothing says either what its codes stand for: such text has neither a look nor letters.

A scanned page with the text that a scanner recognised, invisible, over or under the picture is not hidden text: where a
picture fills most of the page and nothing but invisible words lies on it, the words stay and `layer` says so.
"""

import ctypes
from collections.abc import Iterator, Sequence

import pypdfium2.raw as raw
from msgspec import Struct
from PIL import ImageChops

from pipeline.engines import bindings as pdf
from pipeline.engines.affine import Affine
from pipeline.engines.drawing import draw, scale_for, whole
from pipeline.engines.pdfium import OpenPage, glyph_box
from pipeline.records import Bbox, Word

SMALLEST_READABLE = 1.5
"""Text set smaller than this, in points, is taken for unreadable."""
PICTURE_SHARE = 0.5
"""Pictures that fill at least this share of a page make it a pictured page."""

_SMALL_SCALE, _SMALL_PIXELS = 0.5, 1_000_000
_LARGE_SCALE, _LARGE_PIXELS = 3.0, 12_000_000
_SEEN_DIFFERENCE = 12
"""Levels of grey, of 255, that an eye tells apart."""
_IS_SEEN = [int(level >= _SEEN_DIFFERENCE) for level in range(256)]
_SEEN_SHARE = 0.06
_SEEN_INK = 0.05
_SEEN_IN_WORD = 0.02
_LAYER_SHARE = 0.9
_MOST_OBJECTS = 50_000
_LARGEST_PAGE = 20_000.0
_MOST_IMAGE_PIXELS = 150_000_000
_DEEPEST_FORM = 6
_LAST_LATIN = "\u024f"
"""The faces that every reader brings along go no further."""


class Sight(Struct, frozen=True):
    """What a look at a page found.

    `hidden` are the indexes of the words that cannot be seen. `layer` says that the words were recognised by a scanner
    and lie invisible on its picture. `picture_share` is the part of the page, 0 to 1, that its pictures fill.
    `drawn` says, of a page on which no word is seen, that it shows something all the same. `respoken` says that some of
    its text says of itself that it reads otherwise than it looks, which pdfium believes. `unchecked` says why the page
    was not drawn, where it was not.
    """

    hidden: tuple[int, ...] = ()
    layer: bool = False
    picture_share: float = 0.0
    drawn: bool = False
    respoken: bool = False
    unchecked: str | None = None


_Object = tuple[pdf.Handle, int, Affine]


class _Contents(Struct, frozen=True):
    """What a page is made of: handles of its text objects, boxes of its pictures, how much there is to draw."""

    texts: tuple[pdf.Handle, ...]
    pictures: tuple[Bbox, ...]
    objects: int
    image_pixels: int
    respoken: bool


def look(page: OpenPage, words: Sequence[Word], characters: Sequence[tuple[int, int]] | None = None) -> Sight:
    """Finds the words of a page that no reader can see.

    The page is left without its text, as far as drawing goes: look last, then close it.

    Args:
        page: a page held open in pdfium.
        words: its words, read by whichever engine.
        characters: for each word, the range of pdfium's characters that it was made of, if pdfium read it.
    """
    contents = _contents(page)
    share = min(sum(_share(box, page) for box in contents.pictures), 1.0)
    unreadable = {index for index, word in enumerate(words) if _is_unreadable(word, page)}
    if (unchecked := _why_not_drawn(page, contents, words)) is not None:
        return Sight(tuple(sorted(unreadable)), picture_share=share, respoken=contents.respoken, unchecked=unchecked)
    doubtful = _unchanged(page, contents, [i for i in range(len(words)) if i not in unreadable], words)
    unseen = _unseen(page, contents, doubtful, words, characters)
    layer = _layer(contents, words, unseen) if share >= PICTURE_SHARE else set()
    hidden = unreadable | unseen - layer
    drawn = len(hidden) == len(words) and contents.objects > 0 and _shows_something(page, contents)
    return Sight(tuple(sorted(hidden)), bool(layer), share, drawn, contents.respoken)


def _why_not_drawn(page: OpenPage, contents: _Contents, words: Sequence[Word]) -> str | None:
    """Why a drawing of the page would tell nothing or cost too much; None for ordinary pages."""
    if contents.objects > _MOST_OBJECTS:
        return "it is made of too many parts"
    if contents.image_pixels > _MOST_IMAGE_PIXELS:
        return "its pictures are too large"
    if max(page.width, page.height) > _LARGEST_PAGE:
        return "it is larger than any page can be"
    if words and not contents.texts:
        return "its text cannot be drawn"
    return None


def _layer(contents: _Contents, words: Sequence[Word], unseen: set[int]) -> set[int]:
    """The unseen words that a scanner laid on its picture; none where words that are seen lie on it too."""
    on_picture = {i for i in range(len(words)) if any(_holds(box, words[i]) for box in contents.pictures)}
    return on_picture & unseen if len(on_picture & unseen) >= _LAYER_SHARE * len(on_picture) else set()


def _shows_something(page: OpenPage, contents: _Contents) -> bool:
    _switch(contents.texts, on=True)
    picture = draw(page, whole(page), scale_for(whole(page), _SMALL_SCALE, _SMALL_PIXELS))
    return any(picture.histogram()[: 255 - _SEEN_DIFFERENCE])


def _contents(page: OpenPage) -> _Contents:
    texts: list[pdf.Handle] = []
    pictures: list[Bbox] = []
    objects = image_pixels = 0
    respoken = False
    width, height = ctypes.c_uint(), ctypes.c_uint()
    for item, kind, shown in page_objects(pdf.handle(page.page), page.shown):
        objects += 1
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            texts.append(item)
            respoken = respoken or _has_other_text(item)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(_box(item, shown))
            pdf.image_size(item, ctypes.byref(width), ctypes.byref(height))
            image_pixels += width.value * height.value
        if objects > _MOST_OBJECTS:
            break
    return _Contents(tuple(texts), tuple(pictures), objects, image_pixels, respoken)


def page_objects(page: pdf.Handle, shown: Affine) -> Iterator[_Object]:
    """Every object of a page, those inside forms too, with its kind and the map that places it."""
    for index in range(pdf.count_objects(page)):
        item = pdf.page_object(page, index)
        kind = pdf.object_type(item)
        yield item, kind, shown
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _form_objects(item, shown, _DEEPEST_FORM)


def _form_objects(form: pdf.Handle, shown: Affine, depth: int) -> Iterator[_Object]:
    if depth == 0:
        return
    matrix = raw.FS_MATRIX()
    pdf.object_matrix(form, ctypes.byref(matrix))
    inside = Affine(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f).then(shown)
    for index in range(pdf.count_form_objects(form)):
        item = pdf.form_object(form, index)
        kind = pdf.object_type(item)
        yield item, kind, inside
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _form_objects(item, inside, depth - 1)


def _has_other_text(item: pdf.Handle) -> bool:
    """Whether a text object says that it reads otherwise than it looks (PDF 32000-1, 14.9.4)."""
    length = ctypes.c_ulong()
    return any(
        pdf.mark_text(pdf.object_mark(item, index), b"ActualText", None, 0, ctypes.byref(length))
        for index in range(pdf.count_marks(item))
    )


def _box(item: pdf.Handle, shown: Affine) -> Bbox:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdf.object_bounds(item, *(ctypes.byref(side) for side in (left, bottom, right, top)))
    return shown.box(left.value, bottom.value, right.value, top.value)


def _share(box: Bbox, page: OpenPage) -> float:
    width = min(box[2], page.width) - max(box[0], 0)
    height = min(box[3], page.height) - max(box[1], 0)
    area = page.width * page.height
    return max(width, 0) * max(height, 0) / area if area > 0 else 0.0


def _middle(word: Word) -> tuple[float, float]:
    return (word.bbox[0] + word.bbox[2]) / 2, (word.bbox[1] + word.bbox[3]) / 2


def _holds(box: Bbox, word: Word) -> bool:
    x, y = _middle(word)
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _is_unreadable(word: Word, page: OpenPage) -> bool:
    x0, top, x1, bottom = word.bbox
    off_page = min(x1, page.width) - max(x0, 0) <= 0 or min(bottom, page.height) - max(top, 0) <= 0
    return word.size < SMALLEST_READABLE or off_page


def _unchanged(page: OpenPage, contents: _Contents, indexes: list[int], words: Sequence[Word]) -> list[int]:
    """Those of the words under which the small pictures hardly differ."""
    if not indexes:
        return []
    changes = _Changes(page, contents, whole(page), scale_for(whole(page), _SMALL_SCALE, _SMALL_PIXELS))
    return [index for index in indexes if not changes.fill(words[index].bbox, _SEEN_SHARE)]


def _unseen(
    page: OpenPage,
    contents: _Contents,
    indexes: list[int],
    words: Sequence[Word],
    characters: Sequence[tuple[int, int]] | None,
) -> set[int]:
    """Those of the words that have no glyph under which the large pictures differ."""
    if not indexes:
        return set()
    boxes = [words[index].bbox for index in indexes]
    around = (
        max(min(box[0] for box in boxes) - 1, 0.0),
        max(min(box[1] for box in boxes) - 1, 0.0),
        min(max(box[2] for box in boxes) + 1, page.width),
        min(max(box[3] for box in boxes) + 1, page.height),
    )
    changes = _Changes(page, contents, around, scale_for(around, _LARGE_SCALE, _LARGE_PIXELS))
    unseen = set()
    for index in indexes:
        inked = _inked(page, words[index], characters[index] if characters is not None else None)
        if 2 * sum(changes.fill(box, least) for box, least in inked) < len(inked):
            unseen.add(index)
    if characters is not None:
        unseen = {index for index in unseen if not _lacks_its_font(page, *characters[index])}
    return unseen


def _lacks_its_font(page: OpenPage, start: int, end: int) -> bool:
    """Whether a word is in a font that the file lacks and that need not be on this machine: nothing is drawn of it.

    A word most of whose letters are guessed is not: no reader could draw it, nor tell what it says.
    """
    if all(character <= _LAST_LATIN for character in page.text[start:end]):
        return False
    if 2 * sum(pdf.is_guessed(page.text_page, index) == 1 for index in range(start, end)) > end - start:
        return False
    item = pdf.text_object(page.text_page, start)
    font = pdf.object_font(item) if item else None
    if not font or pdf.render_mode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return False
    return bool(raw.FPDFFont_GetIsEmbedded(ctypes.cast(font, raw.FPDF_FONT)) == 0)


def _inked(page: OpenPage, word: Word, characters: tuple[int, int] | None) -> list[tuple[Bbox, float]]:
    """The boxes in which a word has its ink, each with the least share of it that ink fills where it is seen."""
    if characters is None:
        return [(word.bbox, _SEEN_IN_WORD)]
    return [(glyph_box(page, character), _SEEN_INK) for character in range(*characters)]


class _Changes:
    """Where a part of a page looks different without its text."""

    def __init__(self, page: OpenPage, contents: _Contents, part: Bbox, scale: float) -> None:
        self.left, self.top = part[0], part[1]
        self.scale = scale
        _switch(contents.texts, on=True)
        with_text = draw(page, part, scale)
        _switch(contents.texts, on=False)
        difference = ImageChops.difference(with_text, draw(page, part, scale))
        self.width, self.height = difference.size
        self.changed = difference.point(_IS_SEEN).tobytes()

    def fill(self, box: Bbox, least: float) -> bool:
        """Whether at least this share of the pixels in a box changed; a box has at least one pixel."""
        left = max(int((box[0] - self.left) * self.scale), 0)
        right = min(max(int((box[2] - self.left) * self.scale), left + 1), self.width)
        top = max(int((box[1] - self.top) * self.scale), 0)
        bottom = min(max(int((box[3] - self.top) * self.scale), top + 1), self.height)
        if right <= left or bottom <= top:
            return least <= 0
        size = (right - left) * (bottom - top)
        middle = (top + bottom) // 2 * self.width
        if self.changed.count(1, middle + left, middle + right) / size >= least:
            return True
        rows = range(top * self.width, bottom * self.width, self.width)
        return sum(self.changed.count(1, row + left, row + right) for row in rows) / size >= least


def _switch(texts: Sequence[pdf.Handle], *, on: bool) -> None:
    for item in texts:
        pdf.set_active(item, on)
