"""Money and promises as the funds chapter shows them: by bank and group, idle, guaranteed, lent."""

from __future__ import annotations

import pandas as pd

from ...alerts import Sight
from ...measures.ledger import GROUP
from ...measures.units import with_unit
from ...present.display import Table
from ...report import Report
from ...tables.periods import year_end
from .alerts import ACCOUNTS, BALANCES, CONNECT_DAYS, GUARANTEES, PAYMENTS, TERM, balances, called, first_payments, load

WAN_IN_YI = 10_000


def sight(report: Report) -> Sight:
    """Return what can be seen at the year's end."""
    return Sight(report.ledger.frames, year_end(report.year))


def sample(report: Report, *tables: str) -> bool:
    """Whether any of the tables is a sample."""
    return any(report.package.tables[name].origin == "sample" for name in tables)


def held(report: Report, month: int = 12) -> pd.DataFrame:
    """Return the balances at a month's end of the report's year with their accounts' facts.

    ``group`` is the first-level enterprise, ``watched`` whether it was under supervision then.
    """
    frames = report.ledger.frames
    rows = frames[BALANCES]
    rows = rows[(rows["year"] == report.year) & (rows["month"] == month)]
    facts = frames[ACCOUNTS][["id", "bank", "kind", "connected_on"]]
    rows = rows.merge(facts.rename(columns={"id": "account_id"}), on="account_id")
    end = pd.Timestamp(report.year, month, 1) + pd.offsets.MonthEnd(0)
    return rows.assign(group=rows["enterprise_id"].map(report.ledger.root), watched=rows["connected_on"] <= end)


def by_bank(report: Report) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return (bank, what each group has there in 亿元), the largest bank first, and the groups."""
    groups = {scope.id: scope.name_zh for scope in report.ledger.scopes(GROUP)}
    wide = held(report).pivot_table("balance", "bank", "group", "sum", fill_value=0.0) / WAN_IN_YI
    wide = wide.reindex(columns=list(groups), fill_value=0.0)
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    rows = [(str(bank), [float(v) for v in row]) for bank, row in wide.iterrows()]
    return rows, list(groups.values())


def by_group(report: Report, caption: str) -> Table:
    """Return what each group has, how much of it in one bank, in deposits and out of sight."""
    rows = []
    found = held(report)
    for scope in report.ledger.scopes(GROUP):
        own = found[found["group"] == scope.id]
        total = float(own["balance"].sum())
        banks = own.groupby("bank")["balance"].sum().sort_values(ascending=False, kind="stable")
        if not total:
            continue
        deposits = float(own.loc[own["kind"] == TERM, "balance"].sum())
        rows.append(
            (
                report.enterprise(scope.id),
                str(own["account_id"].nunique()),
                with_unit(total, "", 0),
                str(banks.index[0]),
                _share(banks.iloc[0], total),
                _share(deposits, total),
                with_unit(float(own.loc[~own["watched"], "balance"].sum()), "", 0),
            )
        )
    header = (
        "企业集团",
        "账户（个）",
        "年末资金（万元）",
        "资金最多的银行",
        "在该行的比重（%）",
        "定期、通知和协定存款的比重（%）",
        "没有接入监管的资金（万元）",
    )
    return Table(
        report.text(caption), header, tuple(rows), frozenset({1, 2, 4, 5, 6}), sample(report, ACCOUNTS, BALANCES)
    )


def _share(part: float, whole: float) -> str:
    return with_unit(part / whole * 100, "", 1)


def months(report: Report) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return each group's money at the months' ends of the report's year, in 亿元, for panels."""
    report.ledger.frames.need(ACCOUNTS)  # which say whose the balances are
    rows = report.ledger.frames[BALANCES]
    rows = rows[rows["year"] == report.year]
    group = rows["enterprise_id"].map(report.ledger.root).rename("group")
    sums = rows.groupby([group, "month"])["balance"].sum() / WAN_IN_YI
    return [
        (scope.name_zh, [(f"{month}月", float(v)) for month, v in sums[scope.id].items()])
        for scope in report.ledger.scopes(GROUP)
        if scope.id in sums.index.get_level_values(0)
    ]


def numbers(report: Report) -> dict[str, str]:
    """Return for sentences: accounts, banks, the largest bank's share, idle and unwatched money."""
    found = held(report)
    total = float(found["balance"].sum())
    banks = found.groupby("bank")["balance"].sum().sort_values(ascending=False, kind="stable")
    return {
        "accounts": f"{len(found)}个",
        "banks": f"{len(banks)}家",
        "bank": str(banks.index[0]),
        "share": f"{_share(banks.iloc[0], total)}%",
        "deposits": f"{_share(found.loc[found['kind'] == TERM, 'balance'].sum(), total)}%",
        "unwatched": f"{(~found['watched']).sum()}个",
        "unwatched_funds": with_unit(float(found.loc[~found["watched"], "balance"].sum()), "万元", 0),
        "connect_days": f"{sight(report).limit(CONNECT_DAYS.id):g}天",
    }


def idle(report: Report, caption: str, most: int = 10) -> Table:
    """Return the accounts with most money that was not needed, and how long each has not moved."""
    seen = balances(sight(report))
    seen = seen[seen["period"] == year_end(report.year)].nlargest(most, "floor")
    shares = seen["floor"] / seen["balance"]
    rows = tuple(
        (
            report.enterprise(row["enterprise_id"]),
            row["subject"],
            with_unit(row["balance"], "", 0),
            with_unit(row["floor"], "", 0),
            _share(share, 1),
            str(row["still"]),
        )
        for row, share in zip(seen.to_dict("records"), shares, strict=True)
    )
    header = (
        "企业",
        "账户",
        "年末余额（万元）",
        "规定月数以内最低余额（万元）",
        "占年末余额（%）",
        "余额没有变动（个月）",
    )
    return Table(report.text(caption), header, rows, frozenset({2, 3, 4, 5}), sample(report, ACCOUNTS, BALANCES))


def large(report: Report, caption: str) -> Table:
    """Return this year's payments that need an approval or went to somebody new, largest first."""
    view = sight(report)
    paid = report.ledger.frames[PAYMENTS]
    new = set(first_payments(view)["id"])
    wanted = (paid["amount"] >= view.limit("approval_amount")) | paid["id"].isin(new)
    paid = paid[wanted & (paid["year"] == report.year)].sort_values("amount", ascending=False)
    rows = tuple(
        (
            report.enterprise(row["enterprise_id"]),
            f"{row['paid_on']:%Y-%m-%d}",
            row["payee"],
            "首次付款" if row["id"] in new else "",
            row["purpose"],
            with_unit(row["amount"], "", 0),
            _approved(row, view),
        )
        for row in paid.to_dict("records")
    )
    header = ("企业", "支付日期", "收款方", "收款方新旧", "用途", "金额（万元）", "批准")
    return Table(report.text(caption), header, rows, frozenset({5}), sample(report, PAYMENTS))


def _approved(row: dict, view: Sight) -> str:
    if row["amount"] < view.limit("approval_amount"):
        return "不需要集体批准"
    return "没有批准" if pd.isna(row["approved_on"]) else f"{row['approved_on']:%Y-%m-%d}"


def guaranteed(report: Report) -> list[tuple[str, float]]:
    """Return what each guarantor guarantees as per cent of its net assets, the most first."""
    found = load(sight(report))
    found = found[found["period"] == year_end(report.year)]
    rate = (found["guaranteed"] / found["owners_equity"] * 100).where(found["owners_equity"] > 0)
    rows = zip(found["enterprise_id"], rate, strict=True)
    return sorted(
        ((report.ledger.name_of(key), float(value)) for key, value in rows if value == value), key=lambda row: -row[1]
    )


def guarantees(report: Report, caption: str) -> Table:
    """Return the guarantees in force at the year's end, largest first."""
    table = report.package.tables[GUARANTEES]
    rows = report.ledger.frames[GUARANTEES]
    rows = rows[rows["state"].isin(["open", "overdue"])].sort_values("amount", ascending=False)
    shown = tuple(
        (
            report.enterprise(row["enterprise_id"]),
            row["title"],
            report.enterprise(row["guaranteed_enterprise_id"])
            if row["guaranteed_enterprise_id"]
            else f"系统外：{row['guaranteed']}",
            table.labels["kind"][row["kind"]],
            with_unit(row["amount"], "", 0),
            f"{row['opened_on']:%Y-%m-%d}",
            f"{row['due_on']:%Y-%m-%d}",
        )
        for row in rows.to_dict("records")
    )
    header = ("担保企业", "担保事项", "被担保方", "方式", "金额（万元）", "起始日期", "到期日期")
    return Table(report.text(caption), header, shown, frozenset({4}), sample(report, GUARANTEES))


def unwatched(report: Report, caption: str) -> Table:
    """Return the accounts that are open and not under supervision at the year's end."""
    accounts = report.ledger.frames[ACCOUNTS]
    end = year_end(report.year)
    gone = (accounts["closed_on"] <= end) | (accounts["connected_on"] <= end)
    accounts = accounts[~gone & (accounts["opened_on"] <= end)]
    money = held(report).set_index("account_id")["balance"]
    words = report.package.tables[ACCOUNTS].labels["kind"]
    rows = tuple(
        (
            report.enterprise(row["enterprise_id"]),
            f"{name}（{row['id']}）",
            words[row["kind"]],
            f"{row['opened_on']:%Y-%m-%d}",
            with_unit(float(money.get(row["id"], 0.0)), "", 0),
        )
        for row, name in zip(accounts.to_dict("records"), called(accounts), strict=True)
    )
    header = ("企业", "账户", "种类", "开户日期", "年末余额（万元）")
    note = "" if rows else "全部账户都已接入监管。"
    return Table(report.text(caption), header, rows, frozenset({4}), sample(report, ACCOUNTS, BALANCES), note)
