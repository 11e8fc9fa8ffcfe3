"""The desk as a web application: every way to a page, behind what guards it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache, partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import deciding, handing_in
from .desk import Desk
from .guarding import HEADERS, TLS, Guard
from .pages import HERE, colours
from .signing_in import SigningIn
from .visits import ANYONE, LOG, NOT_ALLOWED, NOT_FOUND, Keeping, Visit, Way, turned_away, visited

LOCAL = ("127.0.0.1", "localhost", "[::1]")
# How many are at work at once on what takes long; a password takes 64 MB to hash.
TURNS = {"examining": 2, "hashing": 2, "effect": 1}


@cache
def _sheet() -> str:
    return colours() + (HERE / "static" / "desk.css").read_text("utf-8")


def sheet(visit: Visit) -> Response:
    """Give the style sheet: the book's colours, and how the desk looks."""
    return Response(_sheet(), media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def ways() -> Sequence[Way]:
    """Return every way there is."""
    return (*SigningIn().ways(), *handing_in.WAYS, *deciding.WAYS, Way("GET", "/desk.css", ANYONE, sheet))


def application(desk: Desk, hosts: Sequence[str] = LOCAL, *, tls: bool = False) -> Starlette:
    """Return the desk as an application; ``hosts`` are the names that it answers to, ``tls`` that TLS is before it."""
    turns = {name: ThreadPoolExecutor(most, thread_name_prefix=name) for name, most in TURNS.items()}
    keeping = Keeping(desk, tls, turns)

    def endpoint(way: Way) -> Callable[[Request], Awaitable[Response]]:
        return partial(visited, keeping, way)

    async def nothing(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        told = NOT_FOUND if status == 404 else NOT_ALLOWED
        return turned_away(Visit(request, keeping), status, told)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        catching_up = asyncio.get_running_loop().run_in_executor(None, _caught_up, desk)
        yield
        catching_up.cancel()
        await asyncio.to_thread(desk.close)
        for turn in turns.values():
            turn.shutdown(wait=False, cancel_futures=True)

    made = [Route(way.path, endpoint(way), methods=[way.method], name=way.name) for way in ways()]
    app = Starlette(
        routes=made,
        middleware=[Middleware(Guard, hosts=hosts, headers={**HEADERS, **(TLS if tls else {})})],
        exception_handlers={HTTPException: nothing},
        lifespan=life,
    )
    app.router.redirect_slashes = False  # a redirect would repeat what somebody wrote into the address
    return app


def _caught_up(desk: Desk) -> None:
    for work in (desk.begin, desk.catch_up):
        try:
            work()
        except Exception:
            LOG.exception("beginning")
