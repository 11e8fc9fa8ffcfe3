"""Investments as their chapter shows them: where to, how far, with what return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...alerts.page import at_year_end
from ...measures.exact import Exact, exact_sum, exact_sums, exactly
from ...measures.ledger import GROUP
from ...measures.units import amount_in
from ...present import words
from ...present.columns import Column, enterprise, table
from ...present.display import Cell, Table, state
from ...present.words import title_with_id
from ...tables.origins import Origin
from .alerts import mature as long_done
from .alerts import progress as quarters
from .alerts import reasons, treated

if TYPE_CHECKING:
    from ...report import Report

TABLE = "investments"
KEEPS_UP = 15.0  # percentage points behind time or ahead of the work that need no word


def origin(report: Report) -> Origin:
    """Return where the investments come from."""
    return report.origin_of(TABLE)


def special(report: Report) -> pd.DataFrame:
    """Return the investments on the negative list, abroad or not controlled, with ``why``."""
    seen = at_year_end(report)
    why = reasons(seen).str.rstrip("：").mask(treated(seen) == "forbidden", "禁止")
    rows = report.ledger.frames[TABLE].assign(why=why)
    return rows[rows["why"] != ""].sort_values(["approved_on", "id"], na_position="first")


def special_table(report: Report, caption: str) -> Table:
    """Name each investment that needs an approval of its own or must not be, unapproved first."""
    titles = report.ledger.frames["investment_list"].set_index("id")["title"]
    columns = (
        enterprise(report),
        Column("项目", title_with_id),
        Column("原因", "why"),
        Column("负面清单事项", lambda row: titles.get(row["list_id"], "")),
        Column("持股", lambda row: f"{row['share']:g}", "%"),
        Column("已投入", "invested", "万元", 0),
        Column("专项批准", lambda row: _approval(row["why"], row["approved_on"])),
    )
    return table(report.text(caption), columns, special(report), origin=origin(report))


def _approval(why: str, day: pd.Timestamp) -> Cell:
    if why == "禁止":
        return state("不得投资", "sa-check-bad")
    return state("没有批准", "sa-check-bad") if pd.isna(day) else words.day(day)


def numbers(report: Report) -> dict[str, str]:
    """Return what no measure counts, for a sentence.

    Names: abroad, minority, listed, unapproved, forbidden (investments), mature, met, poor
    (long enough done to be judged; at or above the study's return; below half of it).
    """
    rows, odd, old = report.ledger.frames[TABLE], special(report), returns(report)
    counts = {
        "abroad": (rows["place"] == "abroad").sum(),
        "minority": (rows["share"] <= at_year_end(report).limit("control_share")).sum(),
        "listed": (rows["list_id"] != "").sum(),
        "forbidden": (odd["why"] == "禁止").sum(),
        "unapproved": (odd["approved_on"].isna() & (odd["why"] != "禁止")).sum(),
        "mature": len(old),
        "met": (old["real"] >= old["expected_return"]).sum(),
        "poor": (old["real"] < old["expected_return"] / 2).sum(),
        "behind": len(uneven(report)),
    }
    return {name: f"{int(count)}项" for name, count in counts.items()}


# --- where to ------------------------------------------------------------------------------------


def by_group(report: Report, column: str) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return each group's approved investment split by a column's codes, in 亿元, and the parts."""
    rows, labels = report.ledger.frames[TABLE], report.package.tables[TABLE].labels[column]
    owner = rows["enterprise_id"].map(report.ledger.root)
    sums = exact_sums(rows, [owner, column], "planned")
    return [
        (s.name_zh, [amount_in(sums.get((s.id, code), 0.0), "亿元") for code in labels])
        for s in report.ledger.scopes(GROUP)
        if s.id in set(owner)
    ], list(labels.values())


# --- the year's plan -----------------------------------------------------------------------------


def this_year(report: Report) -> pd.DataFrame:
    """Return the quarters of the report's year, with time, work and money."""
    rows = quarters(at_year_end(report))
    return rows[rows["year"] == report.year]


def left(report: Report) -> list[tuple[str, float, float]]:
    """Return (quarter's end, plan still to do as planned, as really done), in 亿元."""
    rows = this_year(report)
    whole = exact_sum(rows["planned_amount"])
    sums = exactly(rows[["planned_amount", "amount"]], lambda a: a.groupby(rows["quarter"]).sum().cumsum())
    start = amount_in(whole, "亿元")
    found = [("年初", start, start)]
    for quarter, (planned, done) in zip(sums.index, sums.to_numpy(), strict=True):
        rest = [amount_in(max(0, whole - Exact(n)), "亿元") for n in (planned, done)]
        found.append((f"{quarter}季", rest[0], rest[1]))
    return found


def plan_table(report: Report, caption: str) -> Table:
    """Set each group's plan for the year against what it did, quarter by quarter."""
    rows = this_year(report)
    rows = rows.assign(head=rows["enterprise_id"].map(report.ledger.root))
    columns = (
        enterprise(report),
        Column("全年计划", "plan", "万元", 0),
        *(Column(f"{q}季度完成", q, decimals=0) for q in range(1, 5)),
        Column("全年完成", "done", "万元", 0),
        Column("完成率", lambda row: words.percent(row["done"], row["plan"]), "%"),
        Column("其中非主业", lambda row: words.percent(row["outside"], row["done"]), "%"),
    )
    groups = [
        {
            "enterprise_id": str(head),
            "plan": exact_sum(own["planned_amount"]),
            "done": exact_sum(own["amount"]),
            "outside": exact_sum(own.loc[own["business"] == "non_main", "amount"]),
            **exact_sums(own, "quarter", "amount").reindex(range(1, 5), fill_value=0.0),
        }
        for head, own in rows.groupby("head")
    ]
    return table(report.text(caption), columns, groups, origin=origin(report))


# --- time, work and money ------------------------------------------------------------------------


def standing(report: Report) -> pd.DataFrame:
    """Return each unfinished project's last quarter, what lags most first."""
    rows = this_year(report).groupby("investment_id", sort=False).tail(1)
    rows = rows[rows["progress"] < 100]
    rows = rows.assign(behind=rows["elapsed"] - rows["progress"], ahead=rows["spent"] - rows["progress"])
    return rows.assign(worst=rows[["behind", "ahead"]].max(axis=1)).sort_values(
        ["worst", "investment_id"], ascending=[False, True], ignore_index=True
    )


def uneven(report: Report) -> pd.DataFrame:
    """Return the unfinished projects whose work is well behind time or money."""
    rows = standing(report)
    return rows[rows["worst"] >= KEEPS_UP]


def time_and_work(report: Report, most: int) -> list[tuple[str, float, float]]:
    """Return (project, time elapsed, work done) in per cent of those that lag most."""
    rows = standing(report).sort_values("behind", ascending=False, kind="stable").head(most)
    return [
        (f"{report.ledger.name_of(r['enterprise_id'])}：{r['title']}", r["elapsed"], r["progress"])
        for r in rows.to_dict("records")
    ]


def standing_table(report: Report, caption: str) -> Table:
    """Set time, work and money of each unfinished project beside each other."""
    columns = (
        enterprise(report),
        Column("项目", "subject"),
        Column("时间进度", "elapsed", "%", 1),
        Column("形象进度", "progress", "%", 1),
        Column("投资进度", "spent", "%", 1),
        Column("形象落后时间", "behind", "个百分点", 1),
        Column("投资超前形象", "ahead", "个百分点", 1),
        Column("判断", lambda row: _judged(row["behind"], row["ahead"])),
    )
    return table(report.text(caption), columns, standing(report), origin=origin(report))


def _judged(behind: float, ahead: float) -> Cell:
    faults = ["活慢了"] * (behind >= KEEPS_UP) + ["钱快了"] * (ahead >= KEEPS_UP)
    return state("，".join(faults), "sa-check-bad") if faults else state("相称", "sa-check-ok")


# --- return --------------------------------------------------------------------------------------


def returns(report: Report) -> pd.DataFrame:
    """Return the investments done long enough ago, ``real`` per cent a year, poorest first."""
    rows = long_done(at_year_end(report))
    rows = rows.assign(real=rows["yearly_return"] / rows["invested"] * 100)
    rows = rows.assign(gap=rows["real"] / rows["expected_return"])
    return rows.sort_values(["gap", "id"], ignore_index=True)


def return_pairs(report: Report) -> list[tuple[str, float, float]]:
    """Return (project, the study's return, this year's) in per cent."""
    return [
        (f"{report.ledger.name_of(r['enterprise_id'])}：{r['title']}", r["expected_return"], r["real"])
        for r in returns(report).to_dict("records")
    ]
