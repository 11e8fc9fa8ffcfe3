"""Debts that fall due, as their chapter shows them: each step in time, late, open or overdue."""

from __future__ import annotations

from datetime import date

import pandas as pd

from .alerts.debts import DEBTS, WATCH
from .alerts.debts import steps as all_steps
from .display import Cell, Table, state
from .lifecycle import CLOSED, LATE, OPEN, OVERDUE, STATES, with_state, year_end
from .printing import with_unit
from .registers import STATE_CSS
from .report import Report

REPAID = "repaid"


def steps(report: Report) -> pd.DataFrame:
    """Return each debt's steps with their ``state`` at the year's end, most pressing debt first."""
    frames = report.ledger.frames
    watch = frames[WATCH][frames[WATCH]["year"] == report.year]
    found = all_steps(frames[DEBTS], watch).drop(columns="state")
    found = with_state(found, {"due": "deadline", "closed": "done_on"}, year_end(report.year))
    pressing = {code: i for i, code in enumerate((OVERDUE, LATE, OPEN, CLOSED))}
    found["rank"] = found["state"].map(pressing).groupby(found["id"]).transform("min")
    return found.sort_values(["rank", "due_on", "id"], kind="stable", ignore_index=True)


def sample(report: Report) -> bool:
    """Whether the debts are a sample."""
    return report.package.tables[DEBTS].origin == "sample"


def words(report: Report) -> dict[str, str]:
    """Step -> its Chinese name."""
    return {**report.package.tables[WATCH].labels["step"], REPAID: "偿还"}


def missed(report: Report) -> pd.DataFrame:
    """Return the steps that were done late or are overdue."""
    found = steps(report)
    return found[found["state"].isin([OVERDUE, LATE])]


def calendar_rows(report: Report) -> list[tuple[str, date, str]]:
    """Return (debt, deadline, state) of this year's steps of each debt that missed one."""
    found = steps(report)
    found = found[found["id"].isin(missed(report)["id"])]
    return [
        (f"{report.ledger.name_of(row['enterprise_id'])}{row['title']}（{row['id']}）",
         row["deadline"].date(), STATES[row["state"]])
        for row in found.to_dict("records")
        if row["deadline"].year == report.year
    ]  # fmt: skip


def missed_table(report: Report, caption: str) -> Table:
    """Name each missed step: whose, which, when it was due, when (if ever) it was done."""
    header = ("企业", "债务", "到期日期", "没有按时完成的步骤", "应当完成", "实际完成", "状态")
    names = words(report)
    rows = tuple(
        (
            report.enterprise(row["enterprise_id"]), f"{row['title']}（{row['id']}）", _day(row["due_on"]),
            names[row["step"]], _day(row["deadline"]), _day(row["done_on"]), _state(row["state"]),
        )
        for row in missed(report).to_dict("records")
    )  # fmt: skip
    return Table(report.text(caption), header, rows, sample=sample(report))


def table(report: Report, caption: str) -> Table:
    """Return every debt with its steps."""
    names = words(report)
    header = ("企业", "债务", "债权人", "本金（万元）", "到期日期", *names.values())
    rows = []
    for _, group in steps(report).groupby("id", sort=False):
        row, states = group.iloc[0], dict(zip(group["step"], group["state"], strict=True))
        cells: tuple[Cell, ...] = tuple(_state(states[step]) for step in names)
        rows.append((
            report.enterprise(row["enterprise_id"]), f"{row['title']}（{row['id']}）", row["lender"],
            with_unit(row["principal"], "", 0), _day(row["due_on"]), *cells,
        ))  # fmt: skip
    return Table(report.text(caption), header, tuple(rows), frozenset({3}), sample=sample(report))


def coming(report: Report) -> pd.DataFrame:
    """Return what is unpaid at the year's end, by month and enterprise, in 万元."""
    debts = report.ledger.frames[DEBTS]
    left = debts[~(debts["repaid_on"] <= year_end(report.year))]
    return left.assign(month=left["due_on"].dt.strftime("%Y-%m"))


def coming_months(report: Report) -> list[tuple[str, float]]:
    """Return the unpaid principal by the month in which it falls due, in 亿元."""
    sums = coming(report).groupby("month")["principal"].sum()
    return [(f"{m[:4]}年{int(m[5:])}月", float(v) / 10_000) for m, v in sums.items()]


def cover(report: Report, caption: str) -> Table:
    """Set each enterprise's cash at the year's end against what it has to repay, thinnest first."""
    sheet = report.ledger.frames["balance_sheet"]
    sheet = sheet[(sheet["basis"] == "individual") & (sheet["moment"] == "closing")]
    cash = sheet[sheet["year"] == report.year].set_index("enterprise_id")["cash"]
    owed = coming(report).groupby("enterprise_id")["principal"].sum()
    ratio = (cash.reindex(owed.index) / owed * 100).sort_values()
    header = (
        "企业",
        "年末货币资金（万元）",
        "待偿还本金（万元）",
        "货币资金够付的比例（%）",
        "差额（万元）",
    )
    rows = tuple(
        (report.enterprise(str(key)), with_unit(cash[key], "", 0), with_unit(owed[key], "", 0),
         with_unit(ratio[key], "", 1), with_unit(cash[key] - owed[key], "", 0))
        for key in ratio.index
    )  # fmt: skip
    return Table(report.text(caption), header, rows, frozenset(range(1, 5)), sample=sample(report))


def _day(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def _state(code: str) -> Cell:
    return state(STATES[code], STATE_CSS[code])
