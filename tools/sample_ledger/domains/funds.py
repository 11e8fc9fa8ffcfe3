"""资金: bank accounts with their balances, large payments, guarantees, loans between enterprises.

Month by month the accounts of an enterprise hold the cash of its flash statement, in December
that of its balance sheet. Some events are planted for the warnings to find: see ``PLANTED``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ..enterprises import FOUNDED, YEARS, Profile, in_year, members
from ..money import WAN, apportion, text, units
from ..registers import YEAR, Context, numbered, working_day

AFTER = ("flash",)
Row = dict[str, object]
FIRST, LAST = date(YEAR, 1, 6), date(YEAR, 12, 20)
APPROVAL, SPLIT_DAYS = 1000, 15  # 万元, days: as in data/settings/platform_limits.csv
BANKS = ("甲银行", "乙银行", "丙银行", "丁银行", "戊银行")
KINDS = {
    "holder": ("basic", "general", "term", "term"),
    "fund": ("basic", "term"),
    "lessor": ("basic", "general", "term"),
    "operator": ("basic", "general", "term"),
    "builder_head": ("basic", "special", "term", "term"),
    "service": ("basic", "general"),
    "builder": ("basic", "special", "term"),
}
IN_USE = 2600 * WAN  # what an enterprise keeps in current accounts for its payments, at most
WITHOUT_TERM = 3000 * WAN  # who has less keeps no deposit
PURPOSES = {
    "资本投融资管理类": ("项目资本金", "基金出资", "物业改造工程款", "咨询服务费"),
    "城乡建设发展类": ("工程进度款", "材料采购款", "征收补偿款", "设计勘察费"),
    "城市运营管理类": ("设备采购款", "设施维修款", "车辆更新款", "劳务外包费"),
}
PAYEES = ("施工单位", "材料供应商", "设备供应商", "设计单位", "劳务单位", "咨询机构")
LETTERS = "甲乙丙丁戊己"

# Planted: an account that was never put under supervision, with a share of its owner's cash.
UNCONNECTED = ("E1", "戊银行", date(YEAR, 2, 20), 0.08)
# A balance that has not moved since a month, and a current account with a third of the cash.
STILL = ("F1", "丙银行", (YEAR - 1, 9), 3650)
IDLE = ("B", "丁银行", 0.36)
# An account that was closed, for the tables to hold one.
CLOSED = ("F", "丙银行", date(YEAR - 1, 9, 16), 0.05)
# One purchase paid in three parts, a payment without approval, much to somebody new.
SPLIT = ("E1", "设备供应商庚", "设备采购款", date(YEAR, 9, 4), (640, 580, 610))
UNAPPROVED = ("C1", "施工单位辛", "工程进度款", date(YEAR, 11, 8), 1860)
NEW_PAYEE = ("D1", "材料供应商壬", "材料采购款", date(YEAR, 10, 17), 2280)
# Guarantees: half the guarantor's net assets, for a stranger, for a company with losses.
LOAD = ("D2", "D1", 0.55)
OUTSIDE = ("C1", "建筑施工企业甲", 1200)
LOSING = ("B", "B2", 800)
# Loans: (lender, borrower, 万元, days, repaid); one is overdue, one goes to another group.
LENT = (
    ("A", "A2", 3600, 540, False),
    ("B", "B1", 4200, 400, True),
    ("C", "C1", 9000, 720, False),
    ("C", "C2", 6000, 365, True),
    ("D", "D2", 2500, 600, False),
    ("F", "F1", 300, 300, True),
    ("E", "E1", 1500, 0, False),
    ("A", "F", 1800, 700, False),
)
OVERDUE_ON = date(YEAR, 10, 31)
PLANTED = (UNCONNECTED, STILL, IDLE, SPLIT, UNAPPROVED, NEW_PAYEE, LOAD, OUTSIDE, LOSING)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the module's tables."""
    accounts = list(_accounts(context))
    for key, account in zip(numbered("ZH", len(accounts)), accounts, strict=True):
        account.id = key
    return {
        "bank_accounts": [account.row() for account in accounts],
        "account_balances": _balances(context, accounts),
        "large_payments": _numbered("ZF", "paid_on", _payments(context)),
        "guarantees": _numbered("DB", "opened_on", list(_guarantees(context))),
        "company_loans": _numbered("JK", "opened_on", list(_loans(context))),
    }


def _numbered(prefix: str, order: str, rows: list[Row]) -> list[Row]:
    rows = sorted(rows, key=lambda row: (str(row[order]), str(row["enterprise_id"])))
    return [{**row, "id": key} for key, row in zip(numbered(prefix, len(rows)), rows, strict=True)]


# --- accounts ------------------------------------------------------------------------------------


@dataclass
class Account:
    """An account; ``share`` of its owner's cash is in it, None: what others leave."""

    owner: str
    bank: str
    kind: str
    opened_on: date
    connected_on: date | None
    closed_on: date | None = None
    share: float | None = None
    id: str = ""

    def row(self) -> Row:
        """Return the row of ``bank_accounts``."""
        return {
            "id": self.id,
            "enterprise_id": self.owner,
            "bank": self.bank,
            "kind": self.kind,
            "opened_on": self.opened_on,
            "closed_on": self.closed_on or "",
            "connected_on": self.connected_on or "",
        }

    def open_in(self, year: int, month: int) -> bool:
        """Whether it has a balance at a month's end."""
        end = date(year + month // 12, month % 12 + 1, 1)
        return self.opened_on < end and not (self.closed_on and self.closed_on < end)


def _accounts(context: Context) -> Iterator[Account]:
    for p in in_year(YEAR):
        new = p.start_year > FOUNDED
        first = date(p.start_year, 1, 3 if new else 6)
        start = len(p.enterprise_id) * 2 + ord(p.group)
        kinds = KINDS[p.role]
        cash = context.sample.sheets[2].individual[p.enterprise_id]["cash"]
        if p.role == "service":
            kinds = ("basic", "general", "term") if cash > WITHOUT_TERM else ("basic",)
        for i, kind in enumerate(kinds):
            bank = BANKS[(start + i * 2) % len(BANKS)]
            opened = first if new else context.day(first, date(p.start_year + 1, 11, 30))
            yield Account(p.enterprise_id, bank, kind, opened, _later(context, opened))
        for planted in (UNCONNECTED, STILL, IDLE, CLOSED):
            if planted[0] == p.enterprise_id:
                yield _planted(context, planted)


def _planted(context: Context, planted: tuple) -> Account:  # type: ignore[type-arg]
    key, bank = planted[:2]
    if planted is UNCONNECTED:
        return Account(key, bank, "general", planted[2], None, share=planted[3])
    opened = context.day(date(FOUNDED, 6, 1), date(FOUNDED + 1, 6, 30))
    closed = planted[2] if planted is CLOSED else None
    share = None if planted is STILL else planted[-1]
    return Account(key, bank, "general", opened, _later(context, opened), closed, share)


def _later(context: Context, day: date) -> date:
    return max(working_day(day + timedelta(days=int(context.rng.integers(3, 25)))), day)


def _balances(context: Context, accounts: list[Account]) -> list[Row]:
    cash = _cash(context)
    still: dict[str, int] = {}
    rows: list[Row] = []
    for (owner, year, month), total in cash.items():
        here = [a for a in accounts if a.owner == owner and a.open_in(year, month)]
        parts = _split(context, here, total, (year, month), still)
        rows += [
            {"year": year, "month": month, "account_id": a.id, "balance": text(part)}
            for a, part in zip(here, parts, strict=True)
        ]
    rows.sort(key=lambda row: (row["year"], row["month"], str(row["account_id"])))
    return rows


def _cash(context: Context) -> dict[tuple[str, int, int], int]:
    """Return each enterprise's cash at each month's end: its flash statement's, then its sheet's."""
    told = {
        (str(r["enterprise_id"]), int(str(r["year"])), int(str(r["month"]))): units(float(str(r["cash"])), WAN)
        for r in context.made["flash_reports"]
    }
    found = {}
    for moment, year in enumerate(YEARS, start=1):
        for p in in_year(year):
            for month in range(1, 13):
                key = p.enterprise_id
                amount = told.get((key, year, month), told.get((key, year, month - 1), 0))
                if month == 12:
                    amount = context.sample.sheets[moment].individual[key]["cash"]
                found[key, year, month] = amount
    return found


def _split(
    context: Context, here: list[Account], total: int, when: tuple[int, int], still: dict[str, int]
) -> list[int]:
    """Split an enterprise's cash over its accounts; deposits take what payments do not need."""
    parts = dict.fromkeys((a.id for a in here), 0)
    for a in here:
        if (a.owner, a.bank) == STILL[:2] and a.kind == "general":
            still.setdefault(a.id, units(STILL[3] * context.rng.uniform(0.7, 1.3)))
            moved = units(STILL[3] * context.rng.uniform(0.7, 1.3))
            parts[a.id] = still[a.id] if when >= STILL[2] else moved
        elif a.share is not None:
            parts[a.id] = units(total * a.share * context.rng.uniform(0.96, 1.04))
    left = total - sum(parts.values())
    plain = [a for a in here if not parts[a.id]]
    current = [a for a in plain if a.kind != "term"]
    deposits = [a for a in plain if a.kind == "term"]
    use = left
    if deposits:
        use = min(left // 3, units(IN_USE * context.rng.uniform(0.45, 1.0)))
        weights = [0.65 + 0.1 * i for i in range(len(deposits))]
        for a, part in zip(deposits, apportion(left - use, weights), strict=True):
            parts[a.id] = part
    weights = [float(context.rng.uniform(0.5, 1.5)) for _ in current]
    for a, part in zip(current, apportion(use, weights), strict=True):
        parts[a.id] = part
    return [parts[a.id] for a in here]


# --- payments ------------------------------------------------------------------------------------


def _payments(context: Context) -> list[Row]:
    rows: list[Row] = []
    for p in in_year(YEAR):
        count = 3 + (p.level == 1) * 3
        known = [context.pick(PAYEES) + letter for letter in LETTERS[: 2 + count // 3]]
        for year in (y for y in YEARS if y >= p.start_year):
            days = _apart(context, year, count, known)
            for day, payee in days:
                amount = int(context.rng.lognormal(6.3 if p.staff[1] > 10 else 5, 0.7) // 10 * 10)
                before = int(context.rng.integers(2, 12))
                rows.append(_paid(p.enterprise_id, payee, context.pick(PURPOSES[p.class_zh]), day, amount, before))
    key, payee, purpose, day, parts = SPLIT
    for i, amount in enumerate(parts):
        rows.append(_paid(key, payee, purpose, working_day(day + timedelta(days=4 * i)), amount, 0))
    first = {"day": date(YEAR - 1, 8, 16), "amount": 260}  # both are known to those who pay them
    for planted in (SPLIT, UNAPPROVED):
        rows.append(_paid(planted[0], planted[1], planted[2], first["day"], first["amount"], 0))
    rows.append(_paid(*UNAPPROVED, before=0))
    rows.append(_paid(*NEW_PAYEE, before=6))
    return rows


def _apart(context: Context, year: int, count: int, known: list[str]) -> list[tuple[date, str]]:
    """Return days and payees: everybody known is paid, and nobody twice within the set days.

    Each is paid in a month of its own, in the last year the known ones first.
    """
    months = sorted(int(m) for m in context.rng.choice(range(1, 13), count, replace=False))
    days = []
    for i, month in enumerate(months):
        day = date(year, month, int(context.rng.integers(6, 12)))
        days.append((working_day(day), known[i % len(known)]))
    return days


def _paid(key: str, payee: str, purpose: str, paid: date, amount: int, before: int) -> Row:
    """Return a payment, approved some days ``before`` it was made if it is large enough."""
    approved = amount >= APPROVAL and before
    return {
        "year": paid.year,
        "id": "",
        "enterprise_id": key,
        "paid_on": paid,
        "payee": payee,
        "purpose": purpose,
        "amount": text(amount * WAN),
        "approved_on": working_day(paid - timedelta(days=before)) if approved else "",
    }


# --- guarantees and lending ----------------------------------------------------------------------


def _guarantees(context: Context) -> Iterator[Row]:
    for head in (p for p in in_year(YEAR) if p.level == 1):
        for p in members(head.group, YEAR)[1:]:
            debts = context.sample.sheets[2].individual[p.enterprise_id]
            borrowed = debts.get("long_term_borrowings", 0)
            amount = units(borrowed * context.rng.uniform(0.2, 0.5), step=500 * WAN)
            if amount and p.enterprise_id != LOSING[1]:
                yield _guarantee(context, head.enterprise_id, p, amount, "银行借款")
    owner, for_whom, share = LOAD
    net = context.sample.sheets[1].individual[owner]
    equity = net["total_assets"] - net["total_liabilities"]
    amount = units(equity * share, step=500 * WAN)
    day = working_day(date(YEAR, 3, 22))
    yield _guaranteed(owner, for_whom, "", "项目建设借款", "credit", amount, day, 5)
    owner, name, wan = OUTSIDE
    day = working_day(date(YEAR, 5, 18))
    yield _guaranteed(owner, "", name, "合作项目流动资金借款", "credit", wan * WAN, day, 2)
    owner, for_whom, wan = LOSING
    day = working_day(date(YEAR - 1, 6, 15))
    yield _guaranteed(owner, for_whom, "", "流动资金借款", "credit", wan * WAN, day, 3)


def _guarantee(context: Context, owner: str, p: Profile, amount: int, what: str) -> Row:
    since = context.day(date(YEAR - 2, 2, 1), date(YEAR, 9, 28))
    kind = context.pick(("credit", "mortgage", "pledge"), (6, 2, 1))
    years = int(context.rng.integers(3, 9))
    return _guaranteed(owner, p.enterprise_id, "", what, kind, amount, since, years)


def _guaranteed(
    owner: str, for_whom: str, name: str, what: str, kind: str, amount: int, since: date, years: int
) -> Row:
    due = working_day(date(since.year + years, since.month, 28))
    return {
        "year": YEAR,
        "id": "",
        "enterprise_id": owner,
        "title": f"{name or f'企业{for_whom}'}的{what}",
        "guaranteed_enterprise_id": for_whom,
        "guaranteed": name,
        "kind": kind,
        "amount": text(amount),
        "opened_on": since,
        "due_on": due,
        "closed_on": "",
    }


def _loans(context: Context) -> Iterator[Row]:
    for lender, borrower, amount, days, repaid in LENT:
        lent = context.day(date(YEAR - 1, 9, 1), date(YEAR, 3, 31))
        due = working_day(lent + timedelta(days=days)) if days else working_day(OVERDUE_ON)
        if repaid:
            due = min(due, working_day(date(YEAR, 12, 22)))
        yield {
            "year": YEAR,
            "id": "",
            "enterprise_id": lender,
            "borrower_enterprise_id": borrower,
            "title": f"借给企业{borrower}的周转款",
            "amount": text(amount * WAN),
            "rate": f"{context.rng.uniform(3.4, 4.6):.2f}",
            "opened_on": lent,
            "due_on": due,
            "closed_on": working_day(due - timedelta(days=int(context.rng.integers(0, 12)))) if repaid else "",
        }
