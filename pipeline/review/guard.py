"""Who may ask: only this machine, only who has the token in the address, and no page of another origin.

The token is the first part of every path. It is compared in constant time, is in no cookie, which other ports of this
machine would be sent, and leaves in no referrer. The host must be a loopback name, which keeps out names that were
pointed here (DNS rebinding). Whatever changes something needs an origin, and it must be this one.
"""

import hmac
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
MOST_BYTES = 1 << 16
"""Of what a page sends."""
READING = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Refuse = Callable[[str], ASGIApp]
"""Makes the answer to who may not ask, with a reason and a remedy in words."""


class Guard:
    """Lets through what may ask, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, token: str, port: int, refuse: Refuse) -> None:
        self._app, self._token, self._refuse = app, token, refuse
        self._hosts = {f"{name}:{port}" for name in NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        reason = self._why_not(scope)
        app = self._refuse(reason) if reason else self._app
        root = f"/{self._token}"
        if not reason:
            scope = {**scope, "root_path": root}
        await app(scope, receive, guarded_send)

    def _why_not(self, scope: Scope) -> str:
        """Why a request is refused; empty when it is not."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._hosts:
            return "This page answers to 127.0.0.1 only. Open the address that `pipeline review` printed."
        given = scope["path"].removeprefix("/").partition("/")[0].encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._token.encode()):
            return (
                "The address has no token, or that of an earlier start. Open the address that `pipeline review` "
                "printed when it started last."
            )
        if origin is not None and origin != f"http://{host}":
            return "Another page may not ask here."
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not _is_visit(headers, scope):
            return "Another page may not ask here."
        if scope["method"] in READING:
            return ""
        if origin is None:
            return "What changes something must come from the review page itself."
        length = headers.get("content-length", "")
        return "" if length.isdecimal() and int(length) <= MOST_BYTES else "This is more than a decision has."


def _is_visit(headers: Headers, scope: Scope) -> bool:
    """Whether somebody follows a link to the page."""
    return scope["method"] in READING and headers.get("sec-fetch-mode") == "navigate"
