"""Storage that many machines share: a folder, or a bucket behind any address that fsspec knows.

A file there is whole or absent. On a disk it is written beside its place and renamed; object stores and fsspec's
memory show an object when all of it has come.
"""

from pathlib import Path
from typing import Any

from pipeline.store.files import StoreError, write_bytes


class Storage:
    """One shared place, by its address: `/mnt/shared/out`, `s3://bucket/reports`, `memory://reports`."""

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs

        self.address = address
        try:
            self._system, self._root = url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise StoreError(22, f"The storage {address} cannot be used: {error}.") from error
        self._is_disk = "file" in self._protocols()

    def _protocols(self) -> tuple[str, ...]:
        protocol: Any = self._system.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def read(self, name: str) -> bytes:
        """The bytes of one file.

        Raises:
            StoreError: it is not there or cannot be read.
        """
        try:
            data: bytes = self._system.cat_file(self._path(name))
        except Exception as error:  # every driver has errors of its own
            message = f"{name} could not be read from {self.address}: {error}."
            raise StoreError(getattr(error, "errno", None) or 5, message) from error
        return data

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return bool(self._system.exists(self._path(name)))

    def write(self, name: str, data: bytes) -> None:
        """Puts a file there, whole or not at all; one that is there is replaced.

        Raises:
            StoreError: it cannot be written.
        """
        if self._is_disk:
            write_bytes(Path(self._path(name)), data)
            return
        try:
            self._system.pipe_file(self._path(name), data)
        except Exception as error:  # as above
            message = f"{name} could not be written to {self.address}: {error}."
            raise StoreError(getattr(error, "errno", None) or 5, message) from error
