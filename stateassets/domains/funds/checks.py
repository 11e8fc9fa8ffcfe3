"""Do accounts hold the balance sheets' cash, and are guarantees and loans with somebody?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands
from ...tables.periods import year_end

# Where lending between enterprises stands in the lender's and the borrower's balance sheet.
LENT = ("receivables", "other_current_assets", "other_noncurrent_assets")
BORROWED = ("payables", "other_current_liabilities", "other_noncurrent_liabilities")


@check("bank_accounts")
def account_dates(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nothing happens to an account before it was opened."""
    accounts = CheckedTable(package, frames, "bank_accounts")
    for column in ("closed_on", "connected_on"):
        for index in accounts.frame.index[accounts.frame[column] < accounts.frame["opened_on"]]:
            row = accounts.frame.loc[index]
            yield accounts.fault(index, column, f"{row[column]:%Y-%m-%d}", f"不早于开户日期{row['opened_on']:%Y-%m-%d}")


@check("bank_accounts", "account_balances")
def every_month_has_a_balance(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An account has a balance for each month's end at which it is open, and for no other."""
    accounts, told = (CheckedTable(package, frames, name) for name in ("bank_accounts", "account_balances"))
    rows = told.frame
    ends = (rows["year"] * 12 + rows["month"] - 1).tolist()  # months counted from the year 0
    keys = rows["account_id"].tolist()
    months = range(min(ends), package.year * 12 + 12) if ends else range(0)
    has: dict[str, set[int]] = defaultdict(set)
    for key, end in zip(keys, ends, strict=True):
        has[key].add(end)
    open_at: dict[str, range] = {}
    opened, closed = accounts.frame["opened_on"], accounts.frame["closed_on"]
    firsts = opened.dt.year * 12 + opened.dt.month - 1
    lasts = closed.dt.year * 12 + closed.dt.month - 2  # closed in a month, on its last day too, it has none at its end
    for index, key, first, last in zip(accounts.frame.index, accounts.frame["id"], firsts, lasts, strict=True):
        begin, end = max(first, months.start), min(last, months.stop - 1) if last == last else months.stop - 1
        due = open_at[key] = range(int(begin), int(end) + 1)
        there = has[key]
        if missing := [month for month in due if month not in there]:
            yield accounts.fault(
                index,
                "id",
                f"{key}没有{'、'.join(f'{month // 12}-{month % 12 + 1:02d}' for month in missing)}的余额",
                "开户以后每个月末都有余额",
                "在账户月末余额里补上，没有余额的填0",
            )
    for index, key, end in zip(rows.index.tolist(), keys, ends, strict=True):
        if end not in open_at.get(key, (end,)):
            yield told.fault(
                index,
                "month",
                f"{key}{end // 12}-{end % 12 + 1:02d}有余额",
                "开户以后、销户以前的月份",
                "删去这一行，或改正开户、销户日期",
            )


@check("bank_accounts", "account_balances", "balance_sheet")
def accounts_hold_the_cash(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """All balances of an enterprise at a year's end come to its balance sheet's cash."""
    told = CheckedTable(package, frames, "account_balances")
    owners = frames["bank_accounts"].set_index("id")["enterprise_id"]
    held = told.frame[told.frame["month"] == 12]
    held = held.assign(enterprise_id=held["account_id"].map(owners))
    sheet = frames["balance_sheet"].query("basis == 'individual' and moment == 'closing'")
    cash = sheet.set_index(["year", "enterprise_id"])["cash"]
    for (year, owner), rows in held.groupby(["year", "enterprise_id"], sort=False):
        total, due = float(rows["balance"].sum()), float(cash.get((year, owner), 0.0))
        if abs(total - due) > CENT * len(rows):
            yield told.fault(
                rows.index[0],
                "balance",
                f"{owner}，{year}年12月末账户余额合计{ten_thousands(total)}",
                f"资产负债表的货币资金{ten_thousands(due)}",
                "补上漏登的账户，或改正余额",
            )


@check("guarantees")
def guaranteed_once(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A guarantee is for one debtor: another enterprise by its number, or a stranger by name."""
    given = CheckedTable(package, frames, "guarantees")
    for index, row in each_row(given.frame):
        inside, name = row["guaranteed_enterprise_id"], row["guaranteed"]
        if bool(inside) == bool(name):
            found = f"编号“{inside}”和名称“{name}”都填了" if name else "编号和名称都空着"
            yield given.fault(index, "guaranteed", found, "监管企业只填编号，其他只填名称")
        elif inside == row["enterprise_id"]:
            yield given.fault(index, "guaranteed_enterprise_id", f"{inside}为自己担保", "另一户企业")


@check("company_loans")
def lending_is_on_both_books(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody lends to itself; what is not repaid fits both balance sheets."""
    loans = CheckedTable(package, frames, "company_loans")
    sides = (
        ("enterprise_id", LENT, "借出", "应收和其他资产"),
        ("borrower_enterprise_id", BORROWED, "借入", "应付和其他负债"),
    )
    same = loans.frame["enterprise_id"] == loans.frame["borrower_enterprise_id"]
    for index in loans.frame.index[same]:
        owner = loans.frame.at[index, "enterprise_id"]
        yield loans.fault(index, "borrower_enterprise_id", f"{owner}借给自己", "另一户企业")
    if "balance_sheet" not in frames:
        return
    sheet = frames["balance_sheet"].query("basis == 'individual' and moment == 'closing'")
    sheet = sheet[sheet["year"] == package.year].set_index("enterprise_id")
    left = loans.frame[~(loans.frame["closed_on"] <= year_end(package.year))]
    for column, lines, word, what in sides:
        for owner, rows in left.groupby(column, sort=False):
            total = float(rows["amount"].sum())
            stated = float(sheet.loc[owner, list(lines)].sum()) if owner in sheet.index else 0.0
            if total > stated + CENT:
                yield loans.fault(
                    rows.index[0],
                    "amount",
                    f"{owner}年末{word}未还合计{ten_thousands(total)}",
                    f"不大于资产负债表的{what}{ten_thousands(stated)}",
                )
