"""Files that a library makes at a path of its own choosing, put in their place whole or not at all."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.store.files import StoreError, read_bytes, write_bytes


def write_made(path: Path, make: Callable[[Path], None]) -> bytes:
    """Has a file made beside its place and puts it there; returns its bytes.

    Args:
        path: the place.
        make: makes the file at the path that it is given, where there is none yet.

    Raises:
        StoreError: the folder cannot be written; what was at `path` before is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent) as folder:
            made = Path(folder) / path.name
            make(made)
            data = read_bytes(made)
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(error.errno, f"{path} could not be written: {error.strerror or error}.") from error
    write_bytes(path, data)
    return data
