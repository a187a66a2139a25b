"""Pages and crops of them as pictures, kept for a while since a reviewer comes back to them."""

import threading
from collections.abc import Callable, Sequence

from pipeline.records import Box
from pipeline.review.rendering import Drawn, Order, Renderer

KEPT = 400
"""Pictures that are kept: some 4 kB each for crops, 100 kB for pages."""

Read = Callable[[str], bytes | None]
"""Gives the PDF of a submission by its id; None when it is not at hand."""

NO_FILE = "The PDF is not in the folder of submissions, or has other bytes now."


class Pictures:
    """Draws pages and crops of the submissions that `read` gives."""

    def __init__(self, read: Read, passwords: Sequence[str] = ()) -> None:
        self._read = read
        self._passwords = tuple(passwords)
        self._renderer = Renderer()
        self._kept: dict[tuple[str, int, tuple[Box, ...]], Drawn] = {}
        self._lock = threading.Lock()

    def crop(self, submission_id: str, boxes: tuple[Box, ...]) -> Drawn:
        """The strip of a page around some words."""
        return self._picture(submission_id, boxes[0].page_number, boxes)

    def page(self, submission_id: str, page_number: int) -> Drawn:
        """A whole page."""
        return self._picture(submission_id, page_number, ())

    def _picture(self, submission_id: str, page_number: int, boxes: tuple[Box, ...]) -> Drawn:
        key = submission_id, page_number, boxes
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        data = self._read(submission_id)
        if data is None:
            return Drawn(trouble=NO_FILE)
        drawn = self._renderer.draw(Order(data, page_number, boxes, self._passwords))
        with self._lock:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = drawn
        return drawn

    def close(self) -> None:
        """Ends the process that draws."""
        self._renderer.close()
