"""Are the warning rules well set, and do monthly statements come in when they can?"""

from __future__ import annotations

from collections.abc import Iterator

from ...alerts import RULES, Setting
from ...alerts import limits as read_limits
from ...alerts.reach import RETURNS
from ...alerts.rules import BESIDE
from ...tables import declarations
from ...tables.checking import CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.periods import end_of_month
from .alerts import TABLE


@check("warning_rules")
def thresholds(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every rule is one that the program knows, and its thresholds rise from blue to red.

    A rule on a policy may be missing where the district is not the one whose report the program follows.
    """
    rules = CheckedTable(package, frames, "warning_rules")
    for index, row in each_row(rules.frame):
        if row["id"] not in RULES:
            yield rules.fault(
                index, "id", f"“{row['id']}”", f"程序里有的规则：{'、'.join(RULES)}", "改正编号，或删去这一行"
            )
        try:
            Setting.read(row)
        except ValueError as error:
            yield rules.fault(index, "blue", str(error), "至少一条预警线，从蓝到红越来越严", "改正预警线")
    given = set(rules.frame["id"])
    for rule in RULES:
        if rule not in given and not (package.borrowed and RULES[rule].policy):
            yield rules.fault(None, "id", f"没有规则{rule}的设置", "程序里的每条规则一行", "补上这条规则的预警线")


@check("platform_modules")
def modules(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every rule belongs to a declared module."""
    known = CheckedTable(package, frames, "platform_modules")
    for module in sorted({rule.module for rule in RULES.values()} - set(known.frame["id"]) - set(BESIDE)):
        yield known.fault(None, "id", f"没有模块{module}", "预警规则用到的每个模块", "补上这个模块")


@check("platform_limits")
def limits(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every limit that a rule reads is there, and makes sense."""
    known = CheckedTable(package, frames, "platform_limits")
    rows = {row["id"]: (index, row) for index, row in each_row(known.frame)}
    for name, limit in read_limits().items():
        if name not in rows:
            yield known.fault(None, "id", f"没有参数{name}", "预警规则用到的每个参数", "补上这个参数")
            continue
        index, row = rows[name]
        if not limit.low <= row["value"] <= limit.high:
            yield known.fault(
                index,
                "value",
                f"{row['title']}填了{row['value']:.12g}{row['unit']}",
                f"{limit.low:.12g}至{limit.high:.12g}{row['unit']}",
                "改正这个数值",
            )


@check(RETURNS)
def regular(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What comes in regularly is a table whose rows say of which period they are; flash statements are."""
    returns = CheckedTable(package, frames, RETURNS)
    words = returns.table.labels["every"]
    for index, row in each_row(returns.frame):
        if row["id"] not in package.tables:
            if row["id"] not in declarations.names():  # else one that the book leaves out
                yield returns.fault(index, "id", f"“{row['id']}”", "按期报送的表", "改正表名，或删去这一行")
        elif row["every"] not in {"year", *(c.name for c in package.tables[row["id"]].columns)}:
            yield returns.fault(index, "every", words[row["every"]], "有这一列的表才能按月、按季", "改正一期的长短")
    if TABLE not in set(returns.frame["id"]):
        yield returns.fault(None, "id", "没有财务快报的期限", f"{TABLE}一行", "补上这一行")


@check("flash_reports")
def returns(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A statement comes in after its month has ended, and is corrected after it came in."""
    reports = CheckedTable(package, frames, "flash_reports")
    rows = reports.frame
    ends = end_of_month(rows["year"], rows["month"])
    for index in rows.index[rows["submitted_on"] <= ends]:
        yield reports.fault(
            index, "submitted_on", f"{rows.at[index, 'submitted_on']:%Y-%m-%d}", f"晚于月末{ends[index]:%Y-%m-%d}"
        )
    for index in rows.index[rows["revised_on"] < rows["submitted_on"]]:
        yield reports.fault(
            index,
            "revised_on",
            f"{rows.at[index, 'revised_on']:%Y-%m-%d}",
            f"不早于报送日期{rows.at[index, 'submitted_on']:%Y-%m-%d}",
        )
