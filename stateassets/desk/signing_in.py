"""Signing in and out, and one's own password."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from ..capture.store import RefusedError
from .limits import Rate
from .visits import ANYONE, PERSON, TOO_MANY, TurnedAwayError, Visit, Way

WRONG = "登录名或密码不对"
LOCKED = "登录失败次数太多，请过15分钟再试"
MINUTES = 15


class SigningIn:
    """The ways in and out; counts who failed how often."""

    def __init__(self) -> None:
        seconds = MINUTES * 60
        # Of one login from one place; of one login from anywhere; from one place.
        self.tried, self.login, self.place = Rate(5, seconds), Rate(30, seconds), Rate(60, seconds)

    def ways(self) -> Sequence[Way]:
        """Return the ways that this adds."""
        return (
            Way("GET", "/sign-in", ANYONE, self.ask),
            Way("POST", "/sign-in", ANYONE, self.enter, "hashing", 16 * 1024),
            Way("POST", "/sign-out", PERSON, self.leave),
            Way("GET", "/password", PERSON, self.ask_password),
            Way("POST", "/password", PERSON, self.change_password, "hashing", 16 * 1024),
        )

    def ask(self, visit: Visit) -> Response:
        """Show the form in which one signs in."""
        if visit.session is not None:
            return RedirectResponse("/", 303)
        return self._form(visit)

    def _form(self, visit: Visit, login: str = "", told: str = "", status: int = 200) -> Response:
        cookie = visit.request.cookies.get(visit.keeping.form_cookie, "")
        known = 20 <= len(cookie) <= 100
        cookie = cookie if known else secrets.token_urlsafe(32)
        visit.errors = [("login", told)] if told else []
        response = visit.page("sign_in.html", status, csrf=visit.keeping.form_token(cookie), login=login)
        if not known:
            visit.keeping.set_cookie(response, visit.keeping.form_cookie, cookie)
        return response

    def enter(self, visit: Visit) -> Response:
        """Sign somebody in, or say that they cannot: why is not said."""
        login, password = visit.text("login", 200).lower(), self._secret(visit, "password")
        counts = ((self.tried, f"{login} {visit.address}"), (self.login, login), (self.place, visit.address))
        if any(rate.full(name) for rate, name in counts):
            visit.desk.store.note(login[:60], "登录", "", "拒绝：失败太多", visit.address)
            return self._form(visit, login, LOCKED, 429)
        account = visit.desk.accounts.verified(login, password)
        if account is None:
            for rate, name in counts:
                rate.count(name)
            visit.desk.store.note(login[:60], "登录", "", "拒绝：登录名或密码不对", visit.address)
            return self._form(visit, login, WRONG, 401)
        self.tried.forget(counts[0][1])
        if visit.session is not None:
            visit.desk.accounts.end(visit.session)
        token, session = visit.desk.accounts.open_session(account)
        visit.session = session
        visit.note("登录")
        response = RedirectResponse("/", 303)
        visit.keeping.set_cookie(response, visit.keeping.cookie, token)
        response.delete_cookie(
            visit.keeping.form_cookie, path="/", secure=visit.keeping.secure, httponly=True, samesite="strict"
        )
        return response

    def leave(self, visit: Visit) -> Response:
        """End the session."""
        assert visit.session is not None
        visit.desk.accounts.end(visit.session)
        visit.note("退出")
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(
            visit.keeping.cookie, path="/", secure=visit.keeping.secure, httponly=True, samesite="strict"
        )
        return response

    def ask_password(self, visit: Visit) -> Response:
        """Show the form for another password."""
        return visit.page("password.html")

    def change_password(self, visit: Visit) -> Response:
        """Give somebody another password; they sign in anew with it."""
        old, new, again = (self._secret(visit, name) for name in ("old", "new", "again"))
        name = f"{visit.account.login} {visit.address}"
        if self.tried.full(name):
            raise TurnedAwayError(429, TOO_MANY)
        if visit.desk.accounts.verified(visit.account.login, old) is None:
            self.tried.count(name)
            visit.note("改密码", outcome="拒绝：现在的密码不对")
            visit.errors = [("old", "现在的密码不对")]
        elif new != again:
            visit.errors = [("again", "两次写的新密码不一样")]
        else:
            try:
                visit.desk.accounts.change_password(visit.account, new)
            except RefusedError as refused:
                visit.errors = [("new", str(refused))]
        if visit.errors:
            return visit.page("password.html", 422)
        visit.note("改密码")
        return self.leave(visit)

    @staticmethod
    def _secret(visit: Visit, name: str) -> str:
        """Return a password as it was typed: no space is taken off."""
        visit.text(name)
        return str(visit.form[name])
