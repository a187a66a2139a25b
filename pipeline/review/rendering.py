"""Draws pages and crops in expendable processes: a PDF that hangs or falls over costs its own picture only.

This module is also the worker that `isolate` starts. One keeper stays ready while the page is open, so that a picture
costs a fork and not a start.
"""

import io
import threading
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pipeline.isolate import Give, Keeper, Outcome, Perform, Task
from pipeline.records import Box

if TYPE_CHECKING:
    from PIL.Image import Image

CPU_SECONDS, WALL_SECONDS = 8.0, 20.0
"""For one picture; a page of text takes 0.05 s."""
MEMORY_BYTES = 1 << 30
ENDINGS = {"timeout": "took too long", "memory": "took too much memory", "crashed": "failed"}


class Order(Struct, frozen=True):
    """One picture wanted of a PDF: the crop around `boxes`, or else the whole page."""

    data: bytes
    page_number: int
    boxes: tuple[Box, ...] = ()
    passwords: tuple[str, ...] = ()


class Drawn(Struct, frozen=True):
    """A picture as WebP and its size in pixels; or why there is none."""

    picture: bytes = b""
    width: int = 0
    height: int = 0
    trouble: str = ""


class Renderer:
    """Takes orders, one at a time."""

    def __init__(self) -> None:
        self._keeper: Keeper | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Starts the process that draws, which `draw` does otherwise."""
        with self._lock:
            if self._keeper is None:
                self._keeper = Keeper(__name__, b"")

    def draw(self, order: Order) -> Drawn:
        """Draws one picture.

        Raises:
            KeeperError: the process that draws could not be started.
        """
        task = Task("picture", msgspec.msgpack.encode(order), CPU_SECONDS, WALL_SECONDS, MEMORY_BYTES)
        with self._lock:
            outcome = self._outcome(task) or self._outcome(task)
        if outcome is None or outcome.ending != "done":
            how = ENDINGS[outcome.ending] if outcome is not None else "failed"
            return Drawn(trouble=f"Drawing this PDF {how}. Look at the page in a PDF viewer.")
        return msgspec.msgpack.decode(outcome.answer, type=Drawn)

    def _outcome(self, task: Task) -> Outcome | None:
        """How the task ended; None when the keeper itself died."""
        if self._keeper is None:
            self._keeper = Keeper(__name__, b"")
        self._keeper.start(task)
        while self._keeper.alive:
            for outcome in self._keeper.wait():
                return outcome
        self._close()
        return None

    def close(self) -> None:
        """Ends the process that draws."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None


def preload(data: bytes) -> Perform:
    """What the keeper does once: imports what draws."""
    from PIL import Image, ImageDraw, WebPImagePlugin  # noqa: F401

    from pipeline import crops  # noqa: F401

    return _perform


def _perform(arguments: bytes, give: Give) -> None:
    give(msgspec.msgpack.encode(_drawn(msgspec.msgpack.decode(arguments, type=Order))))


def _drawn(order: Order) -> Drawn:
    import pypdfium2

    from pipeline import crops

    try:
        with crops.unlocked(order.data, order.passwords) as pages:
            picture = pages.crop(order.boxes) if order.boxes else pages.page(order.page_number)
            encoded = crops.encode(picture) if order.boxes else _quickly_encoded(picture)
            return Drawn(encoded, picture.width, picture.height)
    except pypdfium2.PdfiumError as error:
        return Drawn(trouble=f"This page cannot be drawn: {str(error).rstrip('.')}.")
    except IndexError:
        return Drawn(trouble="There is no such page.")


def _quickly_encoded(picture: "Image") -> bytes:
    """A whole page as WebP. It travels within the machine, so that milliseconds count for more than bytes."""
    sink = io.BytesIO()
    picture.save(sink, "WEBP", quality=80, method=2)
    return sink.getvalue()
