"""Money and promises as the funds chapter shows them: by bank and group, idle, guaranteed, lent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...alerts import AlertContext
from ...alerts.page import at_year_end
from ...measures.exact import Exact, exact_sum, exact_sums
from ...measures.ledger import GROUP
from ...measures.units import amount_in, with_unit
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Cell, Table
from ...present.words import day, percent
from ...tables.periods import end_of_month, year_end
from .alerts import ACCOUNTS, BALANCES, CONNECT_DAYS, GUARANTEES, PAYMENTS, TERM, balances, called, first_payments, load

if TYPE_CHECKING:
    from ...report import Report


def held(report: Report, month: int = 12) -> pd.DataFrame:
    """Return the balances at a month's end of the report's year with their accounts' facts.

    ``group`` is the first-level enterprise, ``watched`` whether it was under supervision then.
    """
    frames = report.ledger.frames
    rows = frames[BALANCES]
    rows = rows[(rows["year"] == report.year) & (rows["month"] == month)]
    facts = frames[ACCOUNTS][["id", "bank", "kind", "connected_on"]]
    rows = rows.merge(facts.rename(columns={"id": "account_id"}), on="account_id")
    end = end_of_month(report.year, month)
    return rows.assign(group=rows["enterprise_id"].map(report.ledger.root), watched=rows["connected_on"] <= end)


def by_bank(report: Report) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (bank, what each group has there in 亿元), the largest bank first, and the groups."""
    groups = {scope.id: scope.name_zh for scope in report.ledger.scopes(GROUP)}
    wide = exact_sums(held(report), ["bank", "group"], "balance").unstack(fill_value=0.0)
    wide = wide.reindex(columns=list(groups), fill_value=0.0)
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    rows = [(str(bank), [amount_in(v, "亿元") for v in row]) for bank, row in wide.iterrows()]
    return rows, list(groups.values())


def by_group(report: Report, caption: str) -> Table:
    """Return what each group has, how much of it in one bank, in deposits and out of sight."""
    found, rows = held(report), []
    for scope in report.ledger.scopes(GROUP):
        own = found[found["group"] == scope.id]
        total = exact_sum(own["balance"])
        if not total:
            continue
        banks = exact_sums(own, "bank", "balance").sort_values(ascending=False, kind="stable")
        rows.append(
            {
                "enterprise_id": scope.id,
                "accounts": own["account_id"].nunique(),
                "total": total,
                "bank": str(banks.index[0]),
                "in_bank": Exact(banks.iloc[0]) / total * 100,
                "deposits": exact_sum(own.loc[own["kind"] == TERM, "balance"]) / total * 100,
                "unwatched": exact_sum(own.loc[~own["watched"], "balance"]),
            }
        )
    columns = (
        enterprise(report, "企业集团"),
        Column("账户", "accounts", "个"),
        Column("年末资金", "total", "万元", 0),
        Column("资金最多的银行", "bank"),
        Column("在该行的比重", "in_bank", "%", 1),
        Column("定期、通知和协定存款的比重", "deposits", "%", 1),
        Column("没有接入监管的资金", "unwatched", "万元", 0),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(ACCOUNTS, BALANCES))


def months(report: Report) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return each group's money at the months' ends of the report's year, in 亿元, for panels."""
    report.ledger.frames.need(ACCOUNTS)  # which say whose the balances are
    rows = report.ledger.frames[BALANCES]
    rows = rows[rows["year"] == report.year]
    group = rows["enterprise_id"].map(report.ledger.root).rename("group")
    sums = exact_sums(rows, [group, "month"], "balance")
    return [
        (scope.name_zh, [(f"{month}月", amount_in(v, "亿元")) for month, v in sums[scope.id].items()])
        for scope in report.ledger.scopes(GROUP)
        if scope.id in sums.index.get_level_values(0)
    ]


def numbers(report: Report) -> dict[str, str | None]:
    """Return for sentences: accounts, banks, the largest bank's share, idle and unwatched money.

    Shares are None where there is no money.
    """
    found = held(report)
    total = exact_sum(found["balance"])
    banks = exact_sums(found, "bank", "balance").sort_values(ascending=False, kind="stable")
    return {
        "accounts": f"{len(found)}个",
        "banks": f"{len(banks)}家",
        "bank": str(banks.index[0]) if total else None,
        "share": f"{percent(banks.iloc[0], total)}%" if total else None,
        "deposits": f"{percent(exact_sum(found.loc[found['kind'] == TERM, 'balance']), total)}%" if total else None,
        "unwatched": f"{(~found['watched']).sum()}个",
        "unwatched_funds": with_unit(exact_sum(found.loc[~found["watched"], "balance"]), "万元", 0),
        "connect_days": f"{at_year_end(report).limit(CONNECT_DAYS.id):g}天",
    }


def idle(report: Report, caption: str, most: int = 10) -> Table:
    """Return the accounts with most money that was not needed, and how long each has not moved."""
    seen = balances(at_year_end(report))
    seen = seen[seen["period"] == year_end(report.year)].nlargest(most, "floor")
    seen = seen.assign(share=seen["floor"] / seen["balance"] * 100)
    columns = (
        enterprise(report),
        Column("账户", "subject"),
        Column("年末余额", "balance", "万元", 0),
        Column("规定月数以内最低余额", "floor", "万元", 0),
        Column("占年末余额", "share", "%", 1),
        Column("余额没有变动", "still", "个月"),
    )
    return table(report.text(caption), columns, seen, origin=report.origin_of(ACCOUNTS, BALANCES))


def large(report: Report, caption: str) -> Table:
    """Return this year's payments that need an approval or went to somebody new, largest first."""
    view = at_year_end(report)
    paid = report.ledger.frames[PAYMENTS]
    new = set(first_payments(view)["id"])
    wanted = (paid["amount"] >= view.limit("approval_amount")) | paid["id"].isin(new)
    paid = paid[wanted & (paid["year"] == report.year)].sort_values("amount", ascending=False)
    columns = (
        enterprise(report),
        Column("支付日期", "paid_on"),
        Column("收款方", "payee"),
        Column("收款方新旧", lambda row: "首次付款" if row["id"] in new else ""),
        Column("用途", "purpose"),
        Column("金额", "amount", "万元", 0),
        Column("批准", lambda row: _approved(row, view)),
    )
    return table(report.text(caption), columns, paid, origin=report.origin_of(PAYMENTS))


def _approved(row: dict, view: AlertContext) -> str:
    if row["amount"] < view.limit("approval_amount"):
        return "不需要集体批准"
    return day(row["approved_on"], "没有批准")


def guaranteed(report: Report) -> list[tuple[str, float]]:
    """Return what each guarantor guarantees as per cent of its net assets, the most first."""
    found = load(at_year_end(report))
    found = found[found["period"] == year_end(report.year)]
    rate = (found["guaranteed"] / found["owners_equity"] * 100).where(found["owners_equity"] > 0)
    rows = zip(found["enterprise_id"], rate, strict=True)
    return sorted(
        ((report.ledger.name_of(key), float(value)) for key, value in rows if value == value), key=lambda row: -row[1]
    )


def guarantees(report: Report, caption: str) -> Table:
    """Return the guarantees in force at the year's end, largest first."""
    rows = report.ledger.frames[GUARANTEES]
    rows = rows[rows["state"].isin(["open", "overdue"])].sort_values("amount", ascending=False)
    columns = (
        enterprise(report, "担保企业"),
        Column("担保事项", "title"),
        Column("被担保方", lambda row: _guaranteed(report, row)),
        coded(report, GUARANTEES, "kind", "方式"),
        Column("金额", "amount", "万元", 0),
        Column("起始日期", "opened_on"),
        Column("到期日期", "due_on"),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(GUARANTEES))


def _guaranteed(report: Report, row: dict) -> Cell:
    owner = row["guaranteed_enterprise_id"]
    return report.enterprise(owner) if owner else f"系统外：{row['guaranteed']}"


def unwatched(report: Report, caption: str) -> Table:
    """Return the accounts that are open and not under supervision at the year's end."""
    accounts = report.ledger.frames[ACCOUNTS]
    end = year_end(report.year)
    gone = (accounts["closed_on"] <= end) | (accounts["connected_on"] <= end)
    accounts = accounts[~gone & (accounts["opened_on"] <= end)]
    money = held(report).set_index("account_id")["balance"]
    accounts = accounts.assign(
        name=called(accounts) + "（" + accounts["id"] + "）", balance=accounts["id"].map(money).fillna(0.0)
    )
    columns = (
        enterprise(report),
        Column("账户", "name"),
        coded(report, ACCOUNTS, "kind", "种类"),
        Column("开户日期", "opened_on"),
        Column("年末余额", "balance", "万元", 0),
    )
    origin = report.origin_of(ACCOUNTS, BALANCES)
    return table(report.text(caption), columns, accounts, origin=origin, if_empty="全部账户都已接入监管。")
