"""How lines are set and how they stand to each other: what evidence for headings is read from."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from msgspec import Struct, structs

from pipeline.layout import Line, around, is_even, spelled
from pipeline.records import Bbox, Page, Word

BULLETS = frozenset("•‣◦●○▪▫■□◆◇►▶➢➤✓✔➔→–—-*·∙⁃§o")
"""Signs that lead list items when white space follows; those of symbol fonts lie in the private area of Unicode."""


class Look(Struct, frozen=True):
    """How a line is set: the larger and heavier, the higher a heading of that look stands."""

    size: float
    bold: bool
    capitals: bool
    italic: bool
    underlined: bool = False

    def outranks(self, other: "Look") -> bool:
        """Whether a heading of this look stands above one of the other."""
        if abs(self.size - other.size) > 0.04 * max(self.size, other.size):
            return self.size > other.size
        return self._weight > other._weight

    @property
    def _weight(self) -> tuple[bool, bool, bool, bool]:
        return self.bold, self.capitals, self.underlined, not self.italic


class Setting(Struct, frozen=True):
    """How the running text of a submission is set: what headings differ from. `left` and `right` are its edges.

    `underlined` holds the lines, by page and number, that are underlined from end to end.
    """

    size: float
    bold: bool
    italic: bool
    gap: float
    left: float
    right: float
    underlined: frozenset[tuple[int, int]] = frozenset()

    def is_in_middle(self, line: Line) -> bool:
        """Whether a line stands in the middle of the page's text."""
        off = (line.bbox[0] + line.bbox[2] - self.left - self.right) / 2
        return abs(off) < 0.02 * (self.right - self.left) + 2.0 and line.bbox[0] > self.left + line.size

    def is_distinct(self, line: Line) -> bool:
        """Whether a line is set heavier or larger than the running text, or underlined."""
        return (line.bold and not self.bold) or line.size > 1.06 * self.size or self.is_underlined(line)

    def is_underlined(self, line: Line) -> bool:
        """Whether a line is underlined from end to end."""
        return (line.page, line.number) in self.underlined


def read_setting(lines: Sequence[Line], pages: Sequence[Page] = ()) -> Setting:
    """The look of most characters, and the usual white space between lines in parts of the type size.

    What is underlined is seen from the lines drawn on `pages`.
    """
    looks: Counter[tuple[float, bool, bool]] = Counter()
    for line in lines:
        if line.role == "body":
            looks[(round(line.size * 2) / 2, line.bold, line.italic)] += len(line.text)
    size, bold, italic = max(looks, key=lambda look: (looks[look], look)) if looks else (10.0, False, False)
    gaps = [
        line.gap_before / line.size
        for line in lines
        if line.role == "body" and line.gap_before is not None and line.size > 0 and abs(line.size - size) <= 0.6
    ]
    close = [gap for gap in gaps if -0.5 < gap < 1.2]
    left, right = _edges([line for line in lines if line.role == "body"])
    return Setting(size, bold, italic, _low_median(close) if close else 0.2, left, right, _underlined(lines, pages))


def _underlined(lines: Sequence[Line], pages: Sequence[Page]) -> frozenset[tuple[int, int]]:
    """Lines of the body with a rule below their letters, as wide as they are; words may have rules of their own."""
    rules = {page.page_number: page.rulings for page in pages if page.rulings}
    found = {
        (line.page, line.number) for line in lines if line.role == "body" and _is_ruled(line, rules.get(line.page, ()))
    }
    # Where most lines have a rule it is the paper that is ruled, not the words that are underlined.
    return frozenset(found) if len(found) < 0.3 * len(lines) else frozenset()


def _is_ruled(line: Line, rules: Sequence[Bbox]) -> bool:
    x0, _, x1, bottom = line.bbox
    reach = 0.35 * line.size
    below = [
        rule
        for rule in rules
        if bottom - reach < rule[1] < bottom + 0.2 * line.size
        and rule[3] - rule[1] < 0.2 * line.size
        and x0 - reach < rule[0]
        and rule[2] < x1 + reach
    ]
    return sum(rule[2] - rule[0] for rule in below) > _UNDERLINED * (x1 - x0)


_UNDERLINED = 0.6
"""The part of a line's width that its rules cover at least: some leave out letters that reach below the line."""


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where the text of most pages begins and ends; a twentieth of the lines may stand out on either side."""
    if not lines:
        return 0.0, 0.0
    lefts, rights = sorted(line.bbox[0] for line in lines), sorted(line.bbox[2] for line in lines)
    return lefts[len(lefts) // 20], rights[-1 - len(rights) // 20]


def _low_median(values: list[float]) -> float:
    """The median of the smaller half: most lines follow their own paragraph's, but in lists and tables few do."""
    ordered = sorted(values)
    return median(ordered[: max(1, (2 * len(ordered) + 2) // 3)])


class Shape(Struct, frozen=True):
    """How a line stands to the one before it in its column.

    `space` is the white space above beyond the usual, in ems, `None` at the head of a column; `wraps` says that the
    first word did not fit on the line before, so that the line may well go on from it.
    """

    space: float | None
    wraps: bool
    same_look: bool
    before: int | None


def shape_lines(lines: Sequence[Line], setting: Setting) -> list[Shape]:
    """Each line's standing to the one before it."""
    out = []
    rights = _right_edges(lines)
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else None
        if before is None or before.role != line.role:
            out.append(Shape(None if before is None or before.page != line.page else 1.0, False, False, None))
            continue
        same_look = abs(before.size - line.size) <= 0.05 * line.size and before.bold == line.bold
        together = before.page == line.page and before.column == line.column and before.bbox[1] < line.bbox[1]
        space = None
        if together:
            gap = line.bbox[1] - before.bbox[3]
            space = gap / max(line.size, 1.0) - setting.gap
        first = line.words[0].bbox
        room = rights[_column(before)] - before.bbox[2]
        wraps = room < (first[2] - first[0]) + _word_space(before)
        out.append(Shape(space, wraps, same_look, index - 1))
    return out


def _word_space(line: Line) -> float:
    """The white space between the last two words of a line."""
    usual = 0.2 * line.size
    if len(line.words) < 2:
        return usual
    return min(0.6 * line.size, max(usual, line.words[-1].bbox[0] - line.words[-2].bbox[2]))


def _column(line: Line) -> tuple[int, float, float]:
    return line.page, line.column_left, line.column_right


def _right_edges(lines: Sequence[Line]) -> dict[tuple[int, float, float], float]:
    """Where lines end in each column: as far as three of them reach, so that one that juts out does not count.

    Lines that begin far from the left, as those in the middle do, count only where there are no others.
    """
    ends: dict[tuple[int, float, float], list[float]] = defaultdict(list)
    for line in lines:
        if line.bbox[0] < line.column_left + 5 * line.size:
            ends[_column(line)].append(line.bbox[2])
    for line in lines:
        ends.setdefault(_column(line), [line.column_right])
    return {column: sorted(found)[-3 if len(found) >= 12 else -1] for column, found in ends.items()}


def is_bulleted(line: Line) -> bool:
    """Whether a line begins with the sign of a list item."""
    first = line.words[0].text
    if "\ue000" <= first[0] <= "\uf8ff":
        return True
    return (
        first[0] in BULLETS
        and (len(first) == 1 or (first[0] in "•●■▪◦" and first[1].isalnum()))
        and len(line.words) > 1
    )


def look_of(lines: Sequence[Line], setting: Setting) -> Look:
    """The look of a title."""
    text = "".join(line.text for line in lines)
    capitals = text.isupper() and sum(map(str.isalpha, text)) >= 3
    return Look(
        max(line.size for line in lines),
        all(line.bold for line in lines),
        capitals,
        all(line.italic for line in lines),
        all(setting.is_underlined(line) for line in lines),
    )


def cut_line(line: Line, start: int, end: int | None = None) -> Line | None:
    """A line with only its words `start:end`, or `None` when that leaves none."""
    words = line.words[start:end]
    return _with_words(line, words) if words else None


def _with_words(line: Line, words: tuple[Word, ...]) -> Line:
    even = is_even(words)
    return structs.replace(
        line,
        words=words,
        bbox=around([word.bbox for word in words]),
        text=" ".join([word.text for word in words]) if even else "".join([text for text, _ in spelled(words)]),
        is_even=even,
        bold=all(word.bold for word in words),
        italic=all(word.italic for word in words),
    )


def cut_text(line: Line, start: int, end: int | None = None) -> Line | None:
    """A line with only the words that hold characters `start:end` of its text; a word astride an end is split."""
    words = []
    stop = len(line.text) if end is None else end
    for here, text, word in _placed(line):
        at = here + len(text)
        if at <= start:
            continue
        if here >= stop:
            break
        if here >= start and at <= stop:
            words.append(word)
        else:
            low, high = max(0, start - here), min(len(text), stop - here)
            words.append(word if len(text) != len(word.text) else _part(word, low, high))
    return _with_words(line, tuple(words)) if words else None


def _placed(line: Line) -> Iterator[tuple[int, str, Word]]:
    """The words of a line with the places where they begin in its text, each as it is read."""
    at = 0
    if line.is_even:
        for word in line.words:
            yield at, word.text, word
            at += len(word.text) + 1
    else:
        for text, part in spelled(line.words):
            if part is not None:
                yield at, text, part
            at += len(text)


def without_stop(line: Line | None) -> Line | None:
    """A title's last line without the colon, full stop or dash that parts it from its text."""
    if line is None:
        return None
    kept = line.text.rstrip(" .:–—-")
    return line if kept == line.text else cut_text(line, 0, len(kept))


def _part(word: Word, low: int, high: int) -> Word:
    x0, top, x1, bottom = word.bbox
    edges = word.edges or tuple(x0 + (x1 - x0) * i / len(word.text) for i in range(len(word.text) + 1))
    return structs.replace(
        word, text=word.text[low:high], bbox=(edges[low], top, edges[high], bottom), edges=edges[low : high + 1]
    )


def is_centred(line: Line) -> bool:
    """Whether a line stands in the middle of its column."""
    left, right = line.bbox[0] - line.column_left, line.column_right - line.bbox[2]
    return left > 1.5 * line.size and abs(left - right) < 0.35 * max(left, right, 1.0)
