"""Pages and crops of them as pictures, kept for a while since a reviewer comes back to them.

Nobody waits for a PDF that takes long to draw: whoever has no patience is told that the picture is late, and may ask
again.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from pipeline.isolate import KeeperError
from pipeline.records import Box
from pipeline.review.rendering import Drawn, Order, Renderer

KEPT = 400
"""Pictures that are kept: some 4 kB each for crops, 100 kB for pages."""
NO_FILE = "The PDF is not in the folder of submissions, or has other bytes now."
LATE = Drawn(trouble="The picture is still being drawn.")

Read = Callable[[str], bytes | None]
"""Gives the PDF of a submission by its id; None when it is not at hand."""
Key = tuple[str, int, tuple[Box, ...]]


class Pictures:
    """Draws pages and crops of the submissions that `read` gives, one at a time, in the order asked for."""

    def __init__(self, read: Read, passwords: Sequence[str] = ()) -> None:
        self._read = read
        self._passwords = tuple(passwords)
        self._renderer = Renderer()
        self._asked: dict[Key, Future[Drawn]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1)

    def warm(self) -> None:
        """Starts the process that draws, so that the first picture need not wait for it."""
        self._pool.submit(self._renderer.start)

    def crop(self, submission_id: str, boxes: tuple[Box, ...], patience: float | None = None) -> Drawn:
        """The strip of a page around some words; `LATE` after `patience` seconds."""
        return self._picture((submission_id, boxes[0].page_number, boxes), patience)

    def page(self, submission_id: str, page_number: int, patience: float | None = None) -> Drawn:
        """A whole page; `LATE` after `patience` seconds."""
        return self._picture((submission_id, page_number, ()), patience)

    def _picture(self, key: Key, patience: float | None) -> Drawn:
        with self._lock:
            if key not in self._asked:
                while len(self._asked) >= KEPT:
                    self._asked.pop(next(iter(self._asked))).cancel()
                self._asked[key] = self._pool.submit(self._drawn, key)
            asked = self._asked[key]
        try:
            drawn = asked.result(patience)
        except TimeoutError:
            return LATE
        if drawn.trouble == NO_FILE:  # it may be put there
            with self._lock:
                self._asked.pop(key, None)
        return drawn

    def _drawn(self, key: Key) -> Drawn:
        submission_id, page_number, boxes = key
        data = self._read(submission_id)
        if data is None:
            return Drawn(trouble=NO_FILE)
        try:
            return self._renderer.draw(Order(data, page_number, boxes, self._passwords))
        except KeeperError as error:
            return Drawn(trouble=f"Nothing can be drawn: {error}.")

    def close(self) -> None:
        """Ends the process that draws."""
        self._pool.shutdown(cancel_futures=True)
        self._renderer.close()
