"""A request on its way to a page: who it is, whether they may, what they sent; and what they are told if not."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..capture import schema as s
from ..capture.accounts import Account, Session
from ..capture.store import RefusedError
from ..tables.data_errors import hidden
from . import guarding
from .desk import Desk
from .limits import Rate
from .pages import page

LOG = logging.getLogger("stateassets.desk")
ANYONE = frozenset[str]()
PERSON = frozenset({s.STAFF, s.ENTERPRISE})
STAFF, ENTERPRISE = frozenset({s.STAFF}), frozenset({s.ENTERPRISE})
BODY = 512 * 1024  # bytes of a form without a file
FIELDS = 400  # of a form
PAGES, UPLOADS = (600, 60), (60, 600)  # how many in how many seconds
LARGEST_NUMBER = 2**31 - 1  # of a row in any database

# What is said to whoever is turned away.
NOT_FOUND = "没有这个页面，或者不能给您看"
NOT_ALLOWED = "请求的方式不对，请从报送台的页面进入"
STALE_FORM = "页面已过期，请返回上一页，刷新后再试"
FROM_ELSEWHERE = "这个请求不是从报送台的页面发出的，没有处理"
TOO_LARGE = "文件或内容太大，没有收下，请分成几个文件"
TOO_SLOW = "传送太慢或中断，没有收下，请检查网络后重新报送"
TOO_MANY = "操作太频繁，请过几分钟再试"
BUSY = "现在报送的人很多，请过几分钟再试"
BAD_FORM = "表单不完整或有不能用的内容，请返回上一页重填"
BROKEN = "程序出错，没有完成；请把编号{}告诉管理员"


class TurnedAwayError(Exception):
    """A request that is not done: the code of HTTP, what is said."""

    def __init__(self, status: int, told: str) -> None:
        self.status, self.told = status, told
        super().__init__(told)


def not_found() -> TurnedAwayError:
    """Return how every page is refused that is not there or not for somebody, so that both look alike."""
    return TurnedAwayError(404, NOT_FOUND)


@dataclass
class Keeping:
    """What all ways have in common: the desk, cookies, turns and rates."""

    desk: Desk
    secure: bool
    turns: Mapping[str, Executor]
    waiting: dict[str, int] = field(default_factory=dict)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    pages: Rate = field(default_factory=lambda: Rate(*PAGES))
    uploads: Rate = field(default_factory=lambda: Rate(*UPLOADS))

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; browsers let no other host and no plain HTTP set the first."""
        return "__Host-desk" if self.secure else "desk"

    @property
    def form_cookie(self) -> str:
        """The name of the cookie that goes with the form in which one signs in."""
        return f"{self.cookie}-form"

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """Give a browser a cookie that no script reads and no other site sends."""
        response.set_cookie(name, value, path="/", secure=self.secure, httponly=True, samesite="strict")

    def form_token(self, cookie: str) -> str:
        """Return what stands in the form that goes with a cookie."""
        return hmac.new(self.secret, cookie.encode("utf-8", "replace"), "sha256").hexdigest()


@dataclass
class Visit:
    """One request with all that a page needs to answer it."""

    request: Request
    keeping: Keeping
    session: Session | None = None
    form: FormData = field(default_factory=FormData)
    errors: Sequence[tuple[str, str]] = ()  # field of the page, what is wrong with it

    @property
    def desk(self) -> Desk:
        """What the pages call."""
        return self.keeping.desk

    @property
    def account(self) -> Account:
        """Who is signed in."""
        assert self.session is not None
        return self.session.account

    @property
    def staff(self) -> bool:
        """Whether somebody of the staff is signed in."""
        return self.session is not None and self.account.role == s.STAFF

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    def number(self, name: str = "number") -> int:
        """Return a number of the path.

        Raises:
            TurnedAwayError: no row has such a number.
        """
        found = int(self.request.path_params[name])
        if found > LARGEST_NUMBER:
            raise not_found()
        return found

    def text(self, name: str, most: int = 1000) -> str:
        """Return a field of the form, which must be there once.

        Raises:
            TurnedAwayError: it is not, is no text, is too long, or has characters that nobody sees.
        """
        values = self.form.getlist(name)
        if len(values) != 1 or not isinstance(values[0], str) or len(values[0]) > most or hidden(values[0]):
            raise TurnedAwayError(400, BAD_FORM)
        return values[0].strip()

    def asked(self, name: str, most: int = 60) -> str:
        """Return a field of the address, empty where it is not there or cannot be meant."""
        value = self.request.query_params.get(name, "")
        return "" if len(value) > most or hidden(value) else value.strip()

    def note(self, action: str, of: str = "", outcome: str = "办成") -> None:
        """Write down what somebody does."""
        who = self.account.login if self.session else ""
        self.desk.store.note(who, action, of, outcome, self.address)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page."""
        return HTMLResponse(page(template, self, **values), status)


@dataclass(frozen=True)
class Way:
    """A way to a page: which method and path, for whom, what answers, and how much it may be sent.

    What is ``heavy`` waits for its turn, so that other pages answer meanwhile.
    """

    method: str
    path: str
    who: frozenset[str]
    answer: Callable[[Visit], Response]
    heavy: str = ""
    most: int = BODY

    @property
    def name(self) -> str:
        """Method and path, as a log tells it."""
        return f"{self.method} {self.path}"


MOST_WAITING = 200  # for a turn; who comes then is asked to come later


async def visited(keeping: Keeping, way: Way, request: Request) -> Response:
    """Answer a request on its way, whatever happens."""
    visit = Visit(request, keeping)
    try:
        return await _answered(keeping, way, visit)
    except TurnedAwayError as refused:
        if visit.session is not None or way.method == "POST":
            await run_in_threadpool(visit.note, way.name, request.url.path[:200], f"拒绝：{refused.told}"[:200])
        return turned_away(visit, refused.status, refused.told)
    except RefusedError as refused:
        await run_in_threadpool(visit.note, way.name, request.url.path[:200], f"拒绝：{refused}"[:200])
        return turned_away(visit, 409, str(refused))
    except Exception:
        number = secrets.token_hex(4)
        LOG.exception("%s %s", number, way.name)
        return turned_away(visit, 500, BROKEN.format(number))


async def _answered(keeping: Keeping, way: Way, visit: Visit) -> Response:
    request = visit.request
    token = request.cookies.get(keeping.cookie, "")
    if 0 < len(token) <= 200:
        visit.session = await run_in_threadpool(keeping.desk.accounts.session, token)
    who = str(visit.session.id) if visit.session else visit.address
    if keeping.pages.count(who):
        raise TurnedAwayError(429, TOO_MANY)
    if way.who and visit.session is None:
        if way.method == "POST":
            raise TurnedAwayError(401, "登录已失效，请重新登录")
        return RedirectResponse("/sign-in", 303)
    if way.who and visit.account.role not in way.who:
        raise not_found()
    if way.method == "POST":
        await _received(keeping, way, visit)
    try:
        if not way.heavy:
            return await run_in_threadpool(way.answer, visit)
        return await _in_turn(keeping, way, visit)
    finally:
        await visit.form.close()


async def _received(keeping: Keeping, way: Way, visit: Visit) -> None:
    """Read the form, no further than it may go, and look whether it is one of ours."""
    request = visit.request
    if guarding.from_elsewhere(request.headers, request.url.scheme):
        raise TurnedAwayError(403, FROM_ELSEWHERE)
    if way.most > BODY and keeping.uploads.count(visit.account.login):
        raise TurnedAwayError(429, TOO_MANY)
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 12 or int(length) > way.most:
        raise TurnedAwayError(413, TOO_LARGE)
    reading = Request(request.scope, guarding.bounded(request.receive, way.most))
    try:
        visit.form = await reading.form(
            max_files=1 if way.most > BODY else 0, max_fields=FIELDS, max_part_size=64 * 1024
        )
    except guarding.TooLargeError:
        raise TurnedAwayError(413, TOO_LARGE) from None
    except guarding.TooSlowError:
        raise TurnedAwayError(408, TOO_SLOW) from None
    except (HTTPException, MultiPartException, UnicodeError):
        raise TurnedAwayError(400, BAD_FORM) from None
    cookie = request.cookies.get(keeping.form_cookie, "")
    if visit.session is not None:
        expected = visit.session.csrf
    else:
        expected = keeping.form_token(cookie) if cookie else ""
    given = visit.form.getlist("token")
    same = len(given) == 1 and isinstance(given[0], str)
    if not same or not expected or not hmac.compare_digest(str(given[0]).encode("utf-8", "replace"), expected.encode()):
        raise TurnedAwayError(403, STALE_FORM)


async def _in_turn(keeping: Keeping, way: Way, visit: Visit) -> Response:
    """Answer when it is one's turn; the wait holds no thread."""
    waiting = keeping.waiting
    if waiting.get(way.heavy, 0) >= MOST_WAITING:
        raise TurnedAwayError(503, BUSY)
    waiting[way.heavy] = waiting.get(way.heavy, 0) + 1
    try:
        return await asyncio.get_running_loop().run_in_executor(keeping.turns[way.heavy], way.answer, visit)
    finally:
        waiting[way.heavy] -= 1


def turned_away(visit: Visit, status: int, told: str) -> Response:
    """Return the page that says why something is not done."""
    response = visit.page("told.html", status, told=told)
    if status in (408, 413):
        response.headers["Connection"] = "close"  # the rest of the body is not waited for
    return response


def uploaded(visit: Visit, name: str) -> UploadFile | None:
    """Return the file of a form's field, None if none was chosen."""
    values = visit.form.getlist(name)
    if len(values) != 1 or not isinstance(values[0], UploadFile):
        raise TurnedAwayError(400, BAD_FORM)
    return values[0] if values[0].filename else None
