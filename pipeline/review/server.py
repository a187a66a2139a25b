"""Serves the review page on the loopback interface, at an address that has a token nobody can guess."""

import contextlib
import secrets
import socket
from collections.abc import Callable

import uvicorn
from msgspec import Struct
from starlette.types import ASGIApp

from pipeline.revisions import RevisionError

LOOPBACK = "127.0.0.1"
TOKEN_BYTES = 24


class Stand(Struct, frozen=True):
    """Where the page is served: a bound socket, its port, and the token in the address."""

    socket: socket.socket
    port: int
    token: str

    @property
    def address(self) -> str:
        """The address to open."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"


def open_stand(port: int = 0) -> Stand:
    """Takes a port of the loopback interface; any free one for 0.

    Raises:
        RevisionError: the port is taken or may not be used.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((LOOPBACK, port))
        held.listen()
    except (OSError, OverflowError) as error:
        held.close()
        raise RevisionError(f"Port {port} cannot be used ({error}). Choose another one with --port.") from None
    return Stand(held, held.getsockname()[1], secrets.token_urlsafe(TOKEN_BYTES))


def serve(app: ASGIApp, stand: Stand, started: Callable[[], None] = lambda: None) -> None:
    """Serves until it is interrupted; `started` is called as soon as the page can be opened."""
    server = _Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False), started)
    with contextlib.suppress(KeyboardInterrupt):  # which uvicorn raises again when it has shut down
        server.run(sockets=[stand.socket])


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()
