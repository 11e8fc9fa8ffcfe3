"""Stores of a copy of the data, and returns to put into them."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

from ledgers import small_report

from stateassets.capture.arrivals import Examination, Finding, ReturnKey, ReturnRows
from stateassets.capture.store import CHINA, Delivery, Store
from stateassets.tables.data_errors import Fault

FLASH = "ledger/flash_reports.csv"
KEY = ReturnKey("flash_reports", "A1", "2023-11")


class Clock:
    """A clock that a test sets; each look at it is a second later."""

    def __init__(self, year: int = 2024, month: int = 1, day: int = 5) -> None:
        self.now = datetime(year, month, day, tzinfo=CHINA)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def on(self, year: int, month: int, day: int) -> None:
        """Let it be the morning of a day."""
        self.now = datetime(year, month, day, tzinfo=CHINA)


TABLES = ("enterprises", "roster", "flash_reports", "headcount", "talks")


def book(folder: Path) -> Path:
    """Make a small report of a few tables in a folder; return it."""
    return small_report(folder, *TABLES)


def rows(root: Path, path: str = FLASH) -> list[dict[str, str]]:
    """Return a table's rows as texts."""
    with (root / "data" / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def row_of(root: Path, key: ReturnKey = KEY) -> dict[str, str]:
    """Return the row of a flash report."""
    year, month = key.period.split("-")
    wanted = {"year": year, "month": str(int(month)), "enterprise_id": key.enterprise_id}
    return next(row for row in rows(root) if wanted.items() <= row.items())


def arrive(
    store: Store, changed: list[dict[str, str]], key: ReturnKey = KEY, receipt: str = "", *findings: Finding
) -> int:
    """Let a return of these rows arrive; return its number."""
    name = receipt or f"{key} {changed}"
    delivery: Delivery = store.deliver(name.encode(), "快报.xlsx", "desk", key.enterprise_id, name[:200])
    return store.record(delivery.id, Examination((ReturnRows(*key, tuple(changed)),), findings))[0]


def fault(key: ReturnKey | None = KEY, kind: str = "fault") -> Finding:
    """Return something found."""
    told = Fault("快报.xlsx", 3, "货币资金", "是负数", "不小于0", "改正后重报")
    return Finding(kind, key, told, "cash", "快报", "F3")
