"""A desk of its own for each test: a store in a folder, two enterprises, two of the staff, plain stand-ins."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from ledgers import small_report

from stateassets.capture.accounts import Accounts
from stateassets.capture.arrivals import Examination, Finding, ReturnKey, ReturnRows
from stateassets.capture.store import CHINA, FILE, Return, Store
from stateassets.desk.application import application
from stateassets.desk.desk import Desk, Effect, Names, Owed
from stateassets.tables.data_errors import Fault

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # a test's password is no secret
PASSWORD = "正确的马，电池，订书钉"
PEOPLE = {"fang": ("staff", ""), "liu": ("staff", ""), "jia": ("enterprise", "JIA"), "yi": ("enterprise", "YI")}
ORIGIN = "http://127.0.0.1"
NAMES = Names(
    {"JIA": "甲公司", "JIA1": "甲一公司", "YI": "乙公司"},
    {"JIA1": "JIA"},
    {"flash_reports": "财务快报", "headcount": "人员情况"},
    {
        "flash_reports": {"year": "年度", "month": "月份", "enterprise_id": "企业编号", "revenue": "累计营业收入"},
        "headcount": {"enterprise_id": "企业编号", "staff": "人数"},
    },
    {"flash_reports": ("year", "month", "enterprise_id"), "headcount": ("enterprise_id",)},
)
GOOD = "flash_reports,JIA,2023-06,100\n"


@dataclass
class Clock:
    """A time that a test sets."""

    now: datetime = datetime(2023, 7, 20, 9, 30, tzinfo=CHINA)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


def examine(path: Path, sender: str, day: str = "") -> Examination:
    """Read lines ``table,enterprise,period,revenue``; a revenue that is no number is a fault, a nought a doubt."""
    returns: dict[ReturnKey, list[Mapping[str, str]]] = {}
    findings = []
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        parts = line.split(",", 3)
        if len(parts) < 4:
            fault = Fault(path.name, number, None, f"读不懂“{line[:40]}”", "一行四格", "照说明填写")
            findings.append(Finding("fault", None, fault, "", "表一", f"A{number}"))
            continue
        table, enterprise_id, period, revenue = parts
        key = ReturnKey(table, enterprise_id, period)
        year, _, month = period.partition("-")
        row = {"year": year, "month": month, "enterprise_id": enterprise_id, "revenue": revenue}
        returns.setdefault(key, []).append(row)
        if not revenue.strip().isdecimal():
            fault = Fault(path.name, number, "累计营业收入", f"“{revenue}”不是数", "数", "改成数")
            findings.append(Finding("fault", key, fault, "revenue", "表一", f"D{number}"))
        elif int(revenue) == 0:
            fault = Fault(path.name, number, "累计营业收入", "是0，上月是100", "与上月相近", "确实如此的请说明")
            findings.append(Finding("doubt", key, fault, "revenue", "表一", f"D{number}"))
    return Examination(tuple(ReturnRows(*key, tuple(rows)) for key, rows in returns.items()), tuple(findings))


@dataclass
class Stand:
    """A desk with what a test may look at beside it."""

    desk: Desk
    clock: Clock
    posted: list[int]

    def settled(self) -> list[int]:
        """Return how often accepted returns were posted, when all are."""
        self.desk.settled()
        return self.posted

    @property
    def store(self) -> Store:
        """Its store."""
        return self.desk.store


@cache
def _begun() -> Path:
    """A small book, and a store with accounts in it, of which each desk has a copy."""
    folder = small_report(Path(tempfile.mkdtemp(prefix="desk-")), "enterprises")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store.open(folder, f"sqlite:///{folder / FILE}", clock=Clock())
    _peopled(Accounts(store, HASHER))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.engine.dispose()
    return folder


def _peopled(accounts: Accounts) -> None:
    for login, (role, enterprise_id) in PEOPLE.items():
        accounts.add(login, role, f"{login}的姓名", enterprise_id, PASSWORD, "test")


def stand(root: Path, acceptors: int = 1, address: str = "", **parts: Any) -> Stand:
    """Return a desk with accounts, at a database other than the folder's own if there is an address."""
    clock = Clock()
    shutil.copytree(_begun(), root, dirs_exist_ok=True)
    store = Store.open(root, address or f"sqlite:///{root / FILE}", acceptors, clock)
    posted: list[int] = []

    def effect(returns: Sequence[Return]) -> Effect:
        return Effect([("营业总收入", "100.0亿元", "101.0亿元")], [("新出现", f"{len(returns)}份报送引起预警")])

    def owed(today: date) -> Sequence[Owed]:
        return [
            Owed("flash_reports", "JIA", "2023-06", date(2023, 7, 10)),
            Owed("headcount", "JIA", "2023-06", date(2023, 7, 20)),
            Owed("flash_reports", "YI", "2023-07", date(2023, 8, 10)),
        ]

    values: dict[str, Any] = {
        "examine": examine,
        "marked": lambda content, name, findings: (
            f"{name}（标注）.xlsx",
            content + f"\n标注{len(findings)}处".encode(),
        ),
        "effect": effect,
        "obligations": owed,
        "after_accept": lambda: posted.append(1) or {},
        **parts,
    }
    made = Stand(Desk(store, root, NAMES, **values, accounts=Accounts(store, HASHER)), clock, posted)
    if address:
        _peopled(made.desk.accounts)
    return made


class Browser(TestClient):
    """A browser at the desk: it sends what a browser sends, keeps cookies, and follows no redirect."""

    def __init__(self, app: Any, **options: Any) -> None:
        headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        options = {"base_url": ORIGIN, "client": ("10.0.0.1", 5000), **options}
        super().__init__(app, raise_server_exceptions=True, follow_redirects=False, **options)
        self.headers.update(headers)

    def token(self, path: str = "/") -> str:
        """Return the token of the forms of a page."""
        found = re.search(r'name="token" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def enter(self, login: str, password: str = PASSWORD) -> Any:
        """Sign in."""
        fields = {"login": login, "password": password, "token": self.token("/sign-in")}
        return self.post("/sign-in", data=fields)

    def give(self, path: str, token: str | None = None, **fields: Any) -> Any:
        """Send a form with its token."""
        return self.post(path, data={"token": self.token("/password") if token is None else token, **fields})

    def upload(self, content: bytes | str = GOOD, name: str = "快报.csv", form: str = "1", **more: Any) -> Any:
        """Hand in a file."""
        fields = {"token": self.token("/password"), "form": form, **more}
        content = content.encode() if isinstance(content, str) else content
        return self.post("/deliveries", data=fields, files={"file": (name, content, "text/csv")})


@contextmanager
def browsers(made: Stand, *logins: str, **options: Any) -> Iterator[list[Browser]]:
    """Several browsers at one desk, each signed in unless its login is empty."""
    app = application(made.desk, **options)
    found = [Browser(app) for _ in logins]
    for browser, login in zip(found, logins, strict=True):
        if login:
            assert browser.enter(login).status_code == 303, login
    yield found
