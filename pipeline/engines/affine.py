"""The map from PDF user space to the page as it is shown."""

from typing import NamedTuple

from pipeline.records import Bbox


class Affine(NamedTuple):
    """A map of the plane: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`, as a PDF writes its matrices."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, left: float, bottom: float, right: float, top: float) -> Bbox:
        """The box around a box, where it goes: `(x0, top, x1, bottom)`."""
        a, b, c, d, e, f = self
        if b == c == 0.0:
            return _upright(a * left + e, d * top + f, a * right + e, d * bottom + f)
        if a == d == 0.0:
            return _upright(c * bottom + e, b * left + f, c * top + e, b * right + f)
        corners = [self.point(x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def then(self, other: "Affine") -> "Affine":
        """This map, then another."""
        a, b = other.a * self.a + other.c * self.b, other.b * self.a + other.d * self.b
        c, d = other.a * self.c + other.c * self.d, other.b * self.c + other.d * self.d
        return Affine(a, b, c, d, *other.point(self.e, self.f))


def _upright(x0: float, top: float, x1: float, bottom: float) -> Bbox:
    """The box between two opposite corners."""
    return (
        x0 if x0 < x1 else x1,
        top if top < bottom else bottom,
        x1 if x1 > x0 else x0,
        bottom if bottom > top else top,
    )


def shown(box: Bbox, quarter_turns: int) -> tuple[Affine, float, float]:
    """The map to a page as it is shown, and the width and height it then has.

    Args:
        box: left, bottom, right and top of what is shown of the page, in user space.
        quarter_turns: how often the page is turned clockwise.
    """
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    maps = (
        Affine(1, 0, 0, -1, -left, top),
        Affine(0, 1, 1, 0, -bottom, -left),
        Affine(-1, 0, 0, 1, right, -bottom),
        Affine(0, -1, -1, 0, top, right),
    )
    turns = quarter_turns % 4
    return maps[turns], *((height, width) if turns % 2 else (width, height))
