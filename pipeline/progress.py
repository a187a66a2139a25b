"""Telling a person how far a run is: a bar on a terminal, plain lines elsewhere, always on standard error."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from pipeline.batch import Done

SECONDS_BETWEEN_LINES = 5.0


@contextlib.contextmanager
def telling(title: str) -> Iterator[Callable[[Done, int], None]]:
    """Gives a function to call with each submission done and how many there are to do."""
    if sys.stderr.isatty():
        with _bar(title) as tell:
            yield tell
    else:
        yield _lines(title)


@contextlib.contextmanager
def _bar(title: str) -> Iterator[Callable[[Done, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    started, pages = time.monotonic(), 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None, speed="")

        def tell(done: Done, total: int) -> None:
            nonlocal pages
            pages += done.pages
            speed = f"{pages / max(time.monotonic() - started, 1e-9):.1f} pages/s" if pages else ""
            progress.update(task, advance=1, total=total, speed=speed)

        yield tell


def _lines(title: str) -> Callable[[Done, int], None]:
    started = last = time.monotonic()
    pages = count = 0

    def tell(done: Done, total: int) -> None:
        nonlocal last, pages, count
        pages += done.pages
        count += 1
        now = time.monotonic()
        if count == total or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            print(f"{title}: {count} of {total} submissions, {pages} pages, {now - started:.0f} s", file=sys.stderr)

    return tell
