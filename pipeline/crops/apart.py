"""Crops made in a process of their own, under a budget: a PDF that hangs or falls over costs its own pictures only.

This module is also the worker that `isolate` starts: `preload` gives what draws. An answer is a line of JSON for each
picture, given as soon as it is drawn, so that those made before the end of a budget are kept.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct

from pipeline.isolate import Ending, Give, Perform, Task, run_tasks
from pipeline.records import Box

CPU_SECONDS = 10.0
CPU_SECONDS_A_PICTURE = 0.5
"""For one PDF; a page of text takes about 0.03 s."""
SLACK = 3.0
"""Seconds on the clock for one of CPU, on a busy machine."""
MEMORY_BYTES = 1 << 30

Place = tuple[Box, ...]
"""The boxes of one mention."""


class Order(Struct, frozen=True):
    """The crops wanted from one PDF."""

    name: str
    data: bytes
    places: tuple[Place, ...]
    passwords: tuple[str, ...] = ()


class Drawn(Struct, frozen=True):
    """One crop as a WEBP file, or why there is none."""

    order: str
    place: int
    picture: bytes = b""
    trouble: str = ""


class _Line(Struct, frozen=True):
    place: int
    picture: bytes = b""
    trouble: str = ""


def draw(orders: Iterable[Order], jobs: int = 1) -> Iterator[Drawn]:
    """Makes the crops of all orders; one answer for each place of each order, in no promised sequence.

    Args:
        orders: their names must differ.
        jobs: PDFs at a time.

    Raises:
        KeeperError: the process that draws could not be started.
    """
    wanted: dict[str, int] = {}

    def tasks() -> Iterator[Task]:
        for order in orders:
            wanted[order.name] = len(order.places)
            seconds = CPU_SECONDS + CPU_SECONDS_A_PICTURE * len(order.places)
            yield Task(order.name, msgspec.msgpack.encode(order), seconds, SLACK * seconds, MEMORY_BYTES)

    for outcome in run_tasks(tasks(), b"", jobs, worker=__name__):
        lines = [msgspec.json.decode(line, type=_Line) for line in outcome.answer.split(b"\n")[:-1]]
        for line in lines:
            yield Drawn(outcome.name, line.place, line.picture, line.trouble)
        done = {line.place for line in lines}
        for place in range(wanted[outcome.name]):
            if place not in done:
                yield Drawn(outcome.name, place, trouble=_why(outcome.ending))


def _why(ending: Ending) -> str:
    ways = {"timeout": "took too long", "memory": "took too much memory", "crashed": "failed", "done": "failed"}
    return f"Drawing this PDF {ways[ending]}. Look at the page in a PDF viewer."


def preload(data: bytes) -> Perform:
    """What the keeper does once: imports what draws."""
    from PIL import Image, ImageDraw, WebPImagePlugin  # noqa: F401

    from pipeline import crops  # noqa: F401

    return _perform


def _perform(arguments: bytes, give: Give) -> None:
    for line in _drawn(msgspec.msgpack.decode(arguments, type=Order)):
        give(msgspec.json.encode(line) + b"\n")


def _drawn(order: Order) -> Iterator[_Line]:
    import pypdfium2

    from pipeline import crops

    places: Sequence[tuple[int, Place]] = sorted(enumerate(order.places), key=lambda pair: _page(pair[1]))
    try:
        with crops.unlocked(order.data, order.passwords) as pages:
            for number, place in places:
                try:
                    yield _Line(number, crops.encode(pages.crop(place)))
                except IndexError:
                    yield _Line(number, trouble="The tables hold no place for it. Give rows and path= of one run.")
                except pypdfium2.PdfiumError as error:
                    yield _Line(number, trouble=f"Its page cannot be drawn: {error}.")
    except pypdfium2.PdfiumError as error:
        for number, _ in places:
            yield _Line(number, trouble=f"The PDF cannot be shown: {error}.")


def _page(place: Place) -> int:
    return place[0].page_number if place else 0
