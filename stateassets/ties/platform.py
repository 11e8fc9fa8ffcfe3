"""Are the warning rules well set, and do debts agree with the balance sheets?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..alerts import RULES, Setting
from ..tables import DataPackage, Fault
from .common import CENT, Frames, Tied

# What a debt of each kind is part of in the balance sheet.
BORROWED = {"loan": ("short_term_borrowings", "long_term_borrowings"), "bond": ("bonds_payable",)}
LIMITS = ("flash_due_day", "approval_amount", "split_days", "post_months", "return_months",
          "control_share", "level_limit")  # fmt: skip


def thresholds(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every rule is one that the program knows, and its thresholds rise from blue to red."""
    if "warning_rules" not in frames:
        return
    rules = Tied(package, frames, "warning_rules")
    for index, row in rules.frame.iterrows():
        if row["id"] not in RULES:
            yield rules.fault(index, "id", f"“{row['id']}”", f"程序里有的规则：{'、'.join(RULES)}",
                              "改正编号，或删去这一行")  # fmt: skip
        try:
            Setting.read(row.to_dict())
        except ValueError as error:
            yield rules.fault(index, "blue", str(error), "至少一条预警线，从蓝到红越来越严",
                              "改正预警线")  # fmt: skip
    for rule in RULES:
        if rule not in set(rules.frame["id"]):
            yield rules.fault(
                None, "id", f"没有规则{rule}的设置", "程序里的每条规则一行", "补上这条规则的预警线"
            )


def modules(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every rule belongs to a declared module."""
    if "platform_modules" not in frames:
        return
    known = Tied(package, frames, "platform_modules")
    for module in sorted({rule.module for rule in RULES.values()} - set(known.frame["id"])):
        yield known.fault(None, "id", f"没有模块{module}", "预警规则用到的每个模块", "补上这个模块")


def limits(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every limit that a rule reads is there."""
    if "platform_limits" not in frames:
        return
    known = Tied(package, frames, "platform_limits")
    for name in LIMITS:
        if name not in set(known.frame["id"]):
            yield known.fault(
                None, "id", f"没有参数{name}", "预警规则用到的每个参数", "补上这个参数"
            )


def borrowings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What an enterprise owes by its debts, at the year's start and end, it owes by its sheet."""
    if not {"debts", "balance_sheet"} <= set(frames):
        return
    debts, sheet = Tied(package, frames, "debts"), frames["balance_sheet"]
    year = package.year
    sheet = sheet[(sheet["basis"] == "individual") & (sheet["year"] == year)]
    days = {"opening": pd.Timestamp(year - 1, 12, 31), "closing": pd.Timestamp(year, 12, 31)}
    words = package.tables["balance_sheet"].labels["moment"]
    for moment, day in days.items():
        at = sheet[sheet["moment"] == moment].set_index("enterprise_id")
        owed = debts.frame[(debts.frame["borrowed_on"] <= day) & ~(debts.frame["repaid_on"] <= day)]
        for (owner, kind), rows in owed.groupby(["enterprise_id", "kind"], sort=False):
            stated = float(at.loc[owner, list(BORROWED[kind])].sum()) if owner in at.index else 0.0
            total = float(rows["principal"].sum())
            if total > stated + CENT:
                yield debts.fault(
                    rows.index[0], "principal",
                    f"{owner}{year}{words[moment]}未还的{debts.table.labels['kind'][kind]}合计{total:.2f}万元",
                    f"不大于资产负债表的{stated:.2f}万元",
                )  # fmt: skip


def steps_in_order(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """No debt is planned or provided for before it was borrowed."""
    if "debts" not in frames:
        return
    debts = Tied(package, frames, "debts")
    for column in ("plan_made_on", "funds_secured_on", "funds_ready_on"):
        early = debts.frame[column] < debts.frame["borrowed_on"]
        for index in debts.frame.index[early]:
            row = debts.frame.loc[index]
            yield debts.fault(index, column, f"{row[column]:%Y-%m-%d}",
                              f"不早于借入日期{row['borrowed_on']:%Y-%m-%d}")  # fmt: skip


def returns(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A statement comes in after its month has ended, and is corrected after it came in."""
    if "flash_reports" not in frames:
        return
    reports = Tied(package, frames, "flash_reports")
    rows = reports.frame
    starts = pd.to_datetime({"year": rows["year"], "month": rows["month"], "day": 1})
    ends = starts + pd.offsets.MonthEnd(0)
    for index in rows.index[rows["submitted_on"] <= ends]:
        yield reports.fault(index, "submitted_on", f"{rows.at[index, 'submitted_on']:%Y-%m-%d}",
                            f"晚于月末{ends[index]:%Y-%m-%d}")  # fmt: skip
    for index in rows.index[rows["revised_on"] < rows["submitted_on"]]:
        yield reports.fault(index, "revised_on", f"{rows.at[index, 'revised_on']:%Y-%m-%d}",
                            f"不早于报送日期{rows.at[index, 'submitted_on']:%Y-%m-%d}")  # fmt: skip


CHECKS = (thresholds, modules, limits, borrowings, steps_in_order, returns)
