"""What stands between a request and a page: whose host, from where, how large, how slow, with which headers."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A page takes nothing from elsewhere, runs no script, stands in no other page and is kept nowhere. Nothing is
# told to other sites; this one is, since browsers send `Origin: null` with no-referrer.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TLS = {"Strict-Transport-Security": "max-age=31536000"}
PORT = re.compile(r":\d*$")
STRANGE_HOST = "报送台不用这个名称；请用管理员给的网址"
SLOWEST_STEP, SLOWEST_BODY = 15, 300  # seconds until the next piece of a body, until the whole


class TooLargeError(Exception):
    """A body is larger than this way in takes."""


class TooSlowError(Exception):
    """A body came too slowly, or its sender went away."""


class Guard:
    """Answers only to this desk's own names, and adds the headers to every answer, whoever made it."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], headers: Mapping[str, str]) -> None:
        self.app, self.hosts, self.headers = app, frozenset(hosts), headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    found.setdefault(name, value)
            await send(message)

        app = self.app
        if scope["type"] == "http" and PORT.sub("", Headers(scope=scope).get("host", "")).lower() not in self.hosts:
            app = PlainTextResponse(STRANGE_HOST, 400)
        await app(scope, receive, headed)


def from_elsewhere(headers: Headers, scheme: str) -> bool:
    """Whether another site made the browser send this; where the browser says neither, the form's token decides."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return True
    if origin is None:
        return False
    own = urlsplit(f"{scheme}://{headers.get('host', '')}")
    return origin.lower() != f"{own.scheme}://{own.netloc}".lower()


def bounded(receive: Receive, most: int, step: float = SLOWEST_STEP, whole: float = SLOWEST_BODY) -> Receive:
    """Return ``receive`` for a body of at most ``most`` bytes that comes at a bearable speed.

    Raises:
        TooLargeError, TooSlowError: when called.
    """
    taken, end = 0, time.monotonic() + whole

    async def careful() -> Message:
        nonlocal taken
        try:
            async with asyncio.timeout(max(0, min(step, end - time.monotonic()))):
                message = await receive()
        except TimeoutError:
            raise TooSlowError from None
        if message["type"] == "http.disconnect":
            raise TooSlowError
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLargeError
        return message

    return careful
