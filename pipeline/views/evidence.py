"""Pictures of the evidence for changes: a strip of the page each, with the words boxed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pypdfium2
from msgspec import Struct

from pipeline import crops
from pipeline.changes import Change
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


def take(changes: Sequence[Change], read: Read, most: int) -> Album:
    """Takes the pictures of the first changes, `most` in all; those that are only counted at first come last."""
    order = sorted(range(len(changes)), key=lambda number: is_quiet(changes[number]))
    asked = [item for number in order for item in wanted(number, changes[number])][:most]
    taken: dict[tuple[str, tuple[Box, ...]], tuple[int, int, int]] = {}
    encoded: list[bytes] = []
    for key, picture, size in _taken(asked, read):
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


def _taken(asked: Iterable[Wanted], read: Read) -> Iterator[tuple[tuple[str, tuple[Box, ...]], bytes, tuple[int, int]]]:
    by_submission: dict[str, set[tuple[Box, ...]]] = {}
    for item in asked:
        by_submission.setdefault(item.submission_id, set()).add(item.boxes)
    for submission_id, places in sorted(by_submission.items()):
        data = read(submission_id)
        if data is None:
            continue
        try:
            with crops.opened(data) as pages:
                for boxes in sorted(places, key=lambda boxes: [(box.page_number, box.bbox) for box in boxes]):
                    picture = pages.crop(boxes)
                    yield (submission_id, boxes), crops.encode(picture), picture.size
        except (pypdfium2.PdfiumError, IndexError):
            continue
