"""Do the debts' terms make sense, and do debts, payments and funds agree with other tables?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...present.registers import cell_text
from ...tables.checking import CENT, CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands
from .monitor import DEBTS, DONE_ON, FUNDS, PAYMENTS, DebtMonitor
from .schedule import ANNUITY, BULLET
from .stress import BASELINE, SCENARIOS
from .support import EXTENSION, LOWER_RATE, SUPPORT

SHORT, LONG, BONDS = "short_term_borrowings", "long_term_borrowings", "bonds_payable"
# Part of what this line holds bears no interest: shareholders' loans are not more than it.
OTHERS = "other_noncurrent_liabilities"


def line_of(kind: str, borrowed_on: pd.Timestamp, due_on: pd.Timestamp) -> str:
    """Return the line of the balance sheet in which a debt stands until it is repaid.

    A loan for a year or less is a short-term borrowing; other loans and non-standard debts are
    long-term borrowings, also in their last year.
    """
    if kind in ("bond", "shareholder"):
        return BONDS if kind == "bond" else OTHERS
    short = kind == "loan" and due_on <= borrowed_on + pd.DateOffset(years=1)
    return SHORT if short else LONG


@check(DEBTS)
def terms(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A debt's dates and the way it is repaid go together."""
    debts = CheckedTable(package, frames, DEBTS)
    for index, row in each_row(debts.frame):
        every, each = row["principal_months"], row["interest_months"]
        if row["due_on"] <= row["borrowed_on"]:
            yield debts.fault(
                index, "due_on", f"{row['due_on']:%Y-%m-%d}", f"晚于借入日期{row['borrowed_on']:%Y-%m-%d}"
            )
        if row["prepaid_on"] < row["borrowed_on"] or row["prepaid_on"] >= row["due_on"]:
            yield debts.fault(index, "prepaid_on", f"{row['prepaid_on']:%Y-%m-%d}", "在借入日期和到期日期之间")
        word = debts.table.labels["repayment"][row["repayment"]]
        if row["repayment"] == BULLET:
            if pd.notna(every):
                yield debts.fault(index, "principal_months", f"{every:g}个月", f"{word}的空着")
        elif pd.isna(every) or not each or every % each:
            found = "空白" if pd.isna(every) else f"{every:g}个月"
            yield debts.fault(index, "principal_months", found, f"{word}的，是付息间隔（{each}个月）的整数倍")
        elif row["repayment"] == ANNUITY and every != each:
            yield debts.fault(index, "principal_months", f"{every:g}个月", f"{word}的，与付息间隔（{each}个月）相同")


@check(DEBTS, PAYMENTS)
def payments(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A row of progress belongs to a payment that the debt's terms make."""
    done = CheckedTable(package, frames, PAYMENTS)
    made = DebtMonitor(frames).payments.groupby("debt_id")["due_on"].agg(list)
    for index, row in each_row(done.frame):
        days = made.get(row["debt_id"], [])
        if row["due_on"] not in days:
            nearest = sorted(days, key=lambda day, due=row["due_on"]: abs(day - due))[:3]  # type: ignore[misc]
            words = "、".join(f"{day:%Y-%m-%d}" for day in sorted(nearest))
            yield done.fault(
                index,
                "due_on",
                f"{row['due_on']:%Y-%m-%d}",
                f"{row['debt_id']}按条款推算的付款日，如{words}",
                "改正日期，或改正债务的条款",
            )


@check(DEBTS, PAYMENTS)
def steps_in_time(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nothing is done before the debt was borrowed or after the record ends."""
    done, debts = CheckedTable(package, frames, PAYMENTS), CheckedTable(package, frames, DEBTS)
    end = DebtMonitor(frames).ends
    for index, row, debt in done.pairs("debt_id", debts):
        for column in DONE_ON.values():
            if row[column] < debt["borrowed_on"]:
                yield done.fault(
                    index, column, f"{row[column]:%Y-%m-%d}", f"不早于借入日期{debt['borrowed_on']:%Y-%m-%d}"
                )
            if row[column] > end:
                yield done.fault(index, column, f"{row[column]:%Y-%m-%d}", f"不晚于台账的最后一天{end:%Y-%m-%d}")


@check(DEBTS, PAYMENTS, "balance_sheet")
def borrowings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What an enterprise owes by its debts, at the year's start and end, it owes by its sheet."""
    debts, year = CheckedTable(package, frames, DEBTS), package.year
    sheet = frames["balance_sheet"]
    sheet = sheet[(sheet["basis"] == "individual") & (sheet["year"] == year)]
    monitor = DebtMonitor(frames)
    days = {"opening": pd.Timestamp(year - 1, 12, 31), "closing": pd.Timestamp(year, 12, 31)}
    columns = package.tables["balance_sheet"]
    for moment, day in days.items():
        at = sheet[sheet["moment"] == moment].set_index("enterprise_id")
        owed = monitor.owed(day)
        owed = owed.assign(
            line=[line_of(*row) for row in zip(owed["kind"], owed["borrowed_on"], owed["due_on"], strict=True)]
        )
        left = dict(iter(owed.groupby(["enterprise_id", "line"])["left"]))
        for owner in at.index:
            for line in (SHORT, LONG, BONDS, OTHERS):
                rows = left.get((owner, line))
                own, total = ([], 0.0) if rows is None else (rows.index, float(rows.sum()))
                stated = float(at.at[owner, line])
                more = total > stated + CENT * (1 + len(own))
                less = total < stated - CENT * (1 + len(own)) and line != OTHERS
                if more or less:
                    yield debts.fault(
                        own[0] if len(own) else None,
                        "principal",
                        f"{owner}，{year}年{columns.labels['moment'][moment]}未还的本金合计{ten_thousands(total)}",
                        f"{'不大于' if line == OTHERS else '等于'}资产负债表的"
                        f"{columns.column(line).title}{ten_thousands(stated)}",
                        "补上漏登的债务，或改正本金和付款进度",
                    )


@check(FUNDS)
def funds(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Money is known of before it is expected, committed or received."""
    money = CheckedTable(package, frames, FUNDS)
    rows = money.frame
    for column in ("expected_on", "committed_on", "received_on"):
        for index in rows.index[rows[column] < rows["known_on"]]:
            yield money.fault(
                index,
                column,
                f"{rows.at[index, column]:%Y-%m-%d}",
                f"不早于登记日期{rows.at[index, 'known_on']:%Y-%m-%d}",
            )


@check(SUPPORT, DEBTS)
def support(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Support follows its dates, is what its kind says, and stands in the debt's terms once in force."""
    support, debts = CheckedTable(package, frames, SUPPORT), CheckedTable(package, frames, DEBTS)
    end = DebtMonitor(frames).ends
    for index, row, debt in support.pairs("debt_id", debts):
        for early, late in (("proposed_on", "agreed_on"), ("agreed_on", "effective_on"), ("effective_on", "due_after")):
            if row[late] < row[early]:
                title = support.table.column(early).title
                yield support.fault(index, late, f"{row[late]:%Y-%m-%d}", f"不早于{title}{row[early]:%Y-%m-%d}")
        word = support.table.labels["kind"][row["kind"]]
        if row["kind"] == EXTENSION and row["due_after"] <= row["due_before"]:
            yield support.fault(
                index,
                "due_after",
                f"{row['due_after']:%Y-%m-%d}",
                f"{word}的，晚于原到期日期{row['due_before']:%Y-%m-%d}",
            )
        if row["kind"] == LOWER_RATE and row["rate_after"] >= row["rate_before"]:
            yield support.fault(
                index, "rate_after", f"{row['rate_after']:g}%", f"{word}的，低于原年利率{row['rate_before']:g}%"
            )
        in_force = row["effective_on"] <= end
        if in_force and pd.isna(row["agreed_on"]):
            yield support.fault(
                index, "effective_on", f"{row['effective_on']:%Y-%m-%d}", "还没有签订的，晚于台账的最后一天"
            )
        which, told = ("after", "新") if in_force else ("before", "原")
        for column, shown in (("due_on", "due"), ("rate", "rate")):
            if row[f"{shown}_{which}"] != debt[column]:
                yield support.fault(
                    index,
                    f"{shown}_{which}",
                    cell_text(row[f"{shown}_{which}"]),
                    f"与有息债务台账里{row['debt_id']}的{debts.table.column(column).title}{cell_text(debt[column])}相同",
                    f"{'已经' if in_force else '还没有'}生效的，台账里是{told}条款；请改正其中一处",
                )


@check(SCENARIOS)
def scenarios(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The first scenario is the baseline, without any shock."""
    known = CheckedTable(package, frames, SCENARIOS)
    first = known.frame.iloc[0]
    if first["id"] != BASELINE or first[["revenue", "rate", "refinancing"]].any():
        yield known.fault(
            0, "id", f"“{first['id']}”", f"第一行是不加压力的基线（{BASELINE}）", "把基线放在第一行，各项变动填零"
        )
