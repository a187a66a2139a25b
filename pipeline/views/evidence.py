"""Pictures of the evidence for changes: a strip of the page each, with the words boxed."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from PIL import Image

from pipeline.changes import Change
from pipeline.crops import apart
from pipeline.isolate import KeeperError
from pipeline.records import Box
from pipeline.views.cards import Picture
from pipeline.views.terminal import is_quiet

ON_SCREEN = 1.2
"""Pixels of a crop for one on the screen, which shows a point in its true size."""
REACH = 2.0
"""Points by which a box may shift without a second picture."""

Read = Callable[[str], bytes | None]
"""Gives the PDF of a submission by its id; None when it is not at hand."""


class Wanted(Struct, frozen=True):
    """One picture that a change asks for."""

    change: int
    submission_id: str
    boxes: tuple[Box, ...]
    label: str


class Album(Struct, frozen=True):
    """Encoded crops, and for each change by its number the pictures that show them."""

    crops: list[bytes]
    pictures: Mapping[int, tuple[Picture, ...]]


def take(changes: Sequence[Change], read: Read, most: int, passwords: Sequence[str] = ()) -> Album:
    """Takes the pictures of the first changes, `most` in all; those that are only counted at first come last.

    They are drawn in a process of their own: a PDF that hangs or falls over costs its pictures only.
    """
    order = sorted(range(len(changes)), key=lambda number: is_quiet(changes[number]))
    asked = [item for number in order for item in wanted(number, changes[number])][:most]
    taken: dict[tuple[str, tuple[Box, ...]], tuple[int, int, int]] = {}
    encoded: list[bytes] = []
    for key, picture, size in _taken(asked, read, passwords):
        taken[key] = (len(encoded), *size)
        encoded.append(picture)
    pictures: dict[int, tuple[Picture, ...]] = {}
    for item in asked:
        found = taken.get((item.submission_id, item.boxes))
        if found is not None:
            number, width, height = found
            shown = Picture(str(number), round(width / ON_SCREEN), round(height / ON_SCREEN), item.label)
            pictures[item.change] = (*pictures.get(item.change, ()), shown)
    return Album(encoded, pictures)


def wanted(number: int, change: Change) -> Iterator[Wanted]:
    """The place now, and the place before where it is another one."""
    old, new = change.old_boxes, change.new_boxes
    both = bool(old and new and not _alike(change, old, new))
    if old and change.old is not None and (both or not new):
        yield Wanted(number, change.old["submission_id"], old, "before" if both else "")
    if new and change.new is not None:
        yield Wanted(number, change.new["submission_id"], new, "now" if both else "")


def _alike(change: Change, old: Sequence[Box], new: Sequence[Box]) -> bool:
    if change.sort == "boxes":
        return False
    if len(old) != len(new) or any(a.page_number != b.page_number for a, b in zip(old, new, strict=True)):
        return False
    return all(abs(p - q) <= REACH for a, b in zip(old, new, strict=True) for p, q in zip(a.bbox, b.bbox, strict=True))


def _taken(
    asked: Iterable[Wanted], read: Read, passwords: Sequence[str]
) -> Iterator[tuple[tuple[str, tuple[Box, ...]], bytes, tuple[int, int]]]:
    """Each picture with its size in pixels, by submission and place; what cannot be drawn is left out."""
    by_submission: dict[str, set[tuple[Box, ...]]] = {}
    for item in asked:
        by_submission.setdefault(item.submission_id, set()).add(item.boxes)
    places = {
        submission_id: tuple(sorted(found, key=lambda boxes: [(box.page_number, box.bbox) for box in boxes]))
        for submission_id, found in by_submission.items()
    }

    def orders() -> Iterator[apart.Order]:
        for submission_id in sorted(places):
            data = read(submission_id)
            if data is not None:
                yield apart.Order(submission_id, data, places[submission_id], tuple(passwords))

    try:
        drawn = sorted(apart.draw(orders()), key=lambda one: (one.order, one.place))
    except KeeperError:
        return
    for one in drawn:
        if one.picture:
            with Image.open(io.BytesIO(one.picture)) as picture:
                yield (one.order, places[one.order][one.place]), one.picture, picture.size
