"""When a folder of submissions is worth another run: a file is left alone until it has stopped growing."""

import importlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline import store

STILL = 2.0
"""Seconds for which a file must not have changed."""
LOOK_EVERY = 500
"""Milliseconds between looks at files that are growing."""


class WatchError(RuntimeError):
    """The folder cannot be watched; the message says what to do."""


def settled(
    changes: Iterable[Collection[str]],
    look: Callable[[str], store.Mark | None],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[frozenset[str]]:
    """Yields when a change has come to rest, with the names of files that are still growing and are to be left alone.

    Args:
        changes: the names that changed since the last look, none of them when nothing did; given every half second.
        look: what the disk says of a name; null when it is gone.
        clock: seconds.
    """
    moving: dict[str, tuple[store.Mark | None, float]] = {}
    for changed in changes:
        now = clock()
        moving |= {name: (look(name), now) for name in changed}
        at_rest = set()
        for name, (mark, since) in moving.items():
            if (current := look(name)) != mark:
                moving[name] = current, now
            elif now - since >= STILL:
                at_rest.add(name)
        moving = {name: what for name, what in moving.items() if name not in at_rest}
        if at_rest:
            yield frozenset(moving)


def look_at(raw: Path, name: str) -> store.Mark | None:
    """What the disk says of a file below the folder of submissions."""
    facts = store.look_at(raw / name)
    return store.mark_of(facts) if facts else None


def growing(raw: Path) -> frozenset[str]:
    """The submissions that changed so lately that they may still be growing."""
    now = time.time()
    facts = store.look_around(raw).items()
    return frozenset(name for name, found in facts if found and now - found.st_mtime < STILL)


def changes_in(raw: Path) -> Iterator[frozenset[str]]:
    """The names that change below a folder, as they change; nothing every half second. Hidden files do not count.

    Raises:
        WatchError: watchfiles is not installed.
    """
    try:
        watchfiles: Any = importlib.import_module("watchfiles")
    except ImportError as error:
        raise WatchError('watchfiles is not installed. Run `pip install -e ".[scale]"`.') from error
    root = raw.resolve()
    for found in watchfiles.watch(root, watch_filter=None, rust_timeout=LOOK_EVERY, yield_on_timeout=True):
        names = (Path(path).relative_to(root) for _, path in found if Path(path) != root)
        yield frozenset(name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts))
