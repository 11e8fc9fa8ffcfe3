"""Who may sign in at the desk, and who has.

An account is never changed: a new password, or the end of an account, is a new row of the same login,
and sessions that were opened with an older row are over.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, func, insert, select

from . import schema as s
from .store import CHINA, RefusedError, Store, added

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")  # so that no login is taken for a rule, see store.RULE
SHORTEST, LONGEST = 10, 200  # characters of a password; hashing a book would take long
ABSOLUTE = timedelta(hours=12)  # after which one signs in again, whatever one does
IDLE = timedelta(minutes=60)


@dataclass(frozen=True)
class Account:
    """Who signs in; ``enterprise_id`` is empty for staff."""

    id: int
    login: str
    role: str
    name: str
    enterprise_id: str
    password_hash: str
    closed: bool


@dataclass(frozen=True)
class Session:
    """A signed-in browser; ``csrf`` stands in each of its forms."""

    id: int
    account: Account
    csrf: str
    at: str
    until: str


class Accounts:
    """The accounts and sessions of a store."""

    def __init__(self, store: Store, hasher: PasswordHasher | None = None) -> None:
        self.store, self.hasher = store, hasher or PasswordHasher()
        self._nobodys = self.hasher.hash(secrets.token_hex(16))
        self._seen: dict[int, str] = {}  # session -> when it was last used

    def all(self) -> list[Account]:
        """Return the accounts as they are now, by login."""
        with self.store.reading() as connection:
            return sorted(_accounts(connection), key=lambda account: account.login)

    def find(self, login: str) -> Account | None:
        """Return the account of a login, a closed one too."""
        with self.store.reading() as connection:
            return next(iter(_accounts(connection, s.accounts.c.login == login)), None)

    def add(self, login: str, role: str, name: str, enterprise_id: str, password: str, by: str) -> None:
        """Let somebody sign in, or give an account that is there another password, name or enterprise.

        Raises:
            RefusedError: the login or the password will not do.
        """
        if not LOGIN.fullmatch(login):
            raise RefusedError("登录名要用小写字母开头，只含小写字母、数字和._-，2到40个字符")
        if (role == s.ENTERPRISE) != bool(enterprise_id):
            raise RefusedError("企业的账号要写明企业编号，监管人员的账号不写")
        self._written(login, role, name or login, enterprise_id, self._hash(login, password), by)

    def change_password(self, account: Account, password: str) -> None:
        """Give an account another password; its sessions are over.

        Raises:
            RefusedError: the password will not do.
        """
        hashed = self._hash(account.login, password)
        self._written(account.login, account.role, account.name, account.enterprise_id, hashed, account.login)

    def close(self, login: str, by: str) -> None:
        """Let somebody sign in no more; what they did stays.

        Raises:
            RefusedError: there is no such account, or it is closed.
        """
        account = self.find(login)
        if account is None or account.closed:
            raise RefusedError(f"没有“{login}”这个账号，或已经停用")
        self._written(login, account.role, account.name, account.enterprise_id, account.password_hash, by, closed=1)

    def verified(self, login: str, password: str) -> Account | None:
        """Return the account that a login and its password open; it takes as long where there is none."""
        account = self.find(login) if LOGIN.fullmatch(login) else None
        known = account is not None and not account.closed
        try:
            self.hasher.verify(account.password_hash if account and known else self._nobodys, password[:LONGEST])
        except VerificationError:
            return None
        if not account or not known or len(password) > LONGEST:
            return None
        if self.hasher.check_needs_rehash(account.password_hash):
            hashed = self.hasher.hash(password)
            self._written(login, account.role, account.name, account.enterprise_id, hashed, login)
            return self.find(login)
        return account

    def open_session(self, account: Account) -> tuple[str, Session]:
        """Open a session; return its token, which only the browser keeps, and the session."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        now = self.store.clock().astimezone(CHINA)
        values = {"csrf": csrf, "at": _text(now), "until": _text(now + ABSOLUTE)}
        with self.store.writing() as connection:
            number = added(connection, s.sessions, account_id=account.id, token_sha256=_sha256(token), **values)
        self._seen[number] = values["at"]
        return token, Session(number, account, **values)

    def session(self, token: str) -> Session | None:
        """Return the session of a token, which is thereby used; None if it is over or never was.

        When a session was last used is known to this process alone: after a restart it counts
        from its beginning, so that an idle one ends too early rather than too late.
        """
        c = s.sessions.c
        ended = select(s.session_ends.c.session_id)
        with self.store.reading() as connection:
            row = connection.execute(
                select(s.sessions).where(c.token_sha256 == _sha256(token), c.id.not_in(ended))
            ).first()
            login = select(s.accounts.c.login).where(s.accounts.c.id == row.account_id) if row else None
            found = _accounts(connection, s.accounts.c.login == login.scalar_subquery()) if login is not None else []
        if row is None or not found or found[0].id != row.account_id or found[0].closed:
            return None
        now = self.store.clock().astimezone(CHINA)
        idle_since = _text(now - IDLE)
        if _text(now) >= row.until or self._seen.get(row.id, row.at) <= idle_since:
            return None
        self._seen[row.id] = _text(now)
        if len(self._seen) > 10_000:
            self._seen = {number: at for number, at in self._seen.items() if at > idle_since}
        return Session(row.id, found[0], row.csrf, row.at, row.until)

    def end(self, session: Session) -> None:
        """End a session."""
        with self.store.writing() as connection:
            ends = s.session_ends
            if connection.scalar(select(ends.c.id).where(ends.c.session_id == session.id)) is None:
                connection.execute(insert(ends).values(session_id=session.id, at=self.store.time()))

    def _hash(self, login: str, password: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST or login in password:
            raise RefusedError(f"密码要{SHORTEST}到{LONGEST}个字符，并且不含登录名")
        return self.hasher.hash(password)

    def _written(
        self, login: str, role: str, name: str, enterprise_id: str, hashed: str, by: str, closed: int = 0
    ) -> None:
        with self.store.writing() as connection:
            connection.execute(
                insert(s.accounts).values(
                    login=login,
                    role=role,
                    name=name,
                    enterprise_id=enterprise_id or None,
                    password_hash=hashed,
                    closed=closed,
                    by=by,
                    at=self.store.time(),
                )
            )


def _accounts(connection: Connection, *conditions: Any) -> Sequence[Account]:
    a = s.accounts.c
    newest = select(func.max(a.id)).where(*conditions).group_by(a.login)
    return [
        Account(row.id, row.login, row.role, row.name, row.enterprise_id or "", row.password_hash, bool(row.closed))
        for row in connection.execute(select(s.accounts).where(a.id.in_(newest)))
    ]


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _text(moment: Any) -> str:
    return str(moment.isoformat(timespec="microseconds"))
