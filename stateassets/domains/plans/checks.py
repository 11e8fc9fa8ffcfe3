"""Do part three's registers agree with the statements, and can its plans be judged?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from typing import Any

from ...measures.ledger import DISTRICT, ENTERPRISE, MADE_OF, ROSTER, Ledger, ScopeError
from ...measures.registry import REGISTRY
from ...measures.units import half_up, in_unit
from ...tables.checking import CheckedTable, Frames, check, each_row, on_the_books
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.hierarchy import above, circle, roots
from ...tables.notation import ten_thousands
from ...tables.periods import year_end
from .commitments import VALUE
from .page import REACH, met, scope_of


@check("idle_assets")
def idle_assets_earn_nothing(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is idle earns no rent; what earns some is of low yield."""
    assets = CheckedTable(package, frames, "idle_assets")
    rented = (assets.frame["status"] == "idle") & (assets.frame["yearly_rent"] > 0)
    for index, rent in assets.frame.loc[rented, "yearly_rent"].items():
        yield assets.fault(
            index, "yearly_rent", f"闲置资产有租金{ten_thousands(rent)}", "0.00万元", "有租金的列为低效，或改正租金"
        )


@check("idle_assets", "balance_sheet")
def idle_assets_are_on_the_books(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody lists more than the balance sheet holds."""
    yield from on_the_books(CheckedTable(package, frames, "idle_assets"), frames, "清单资产")


@check("talents")
def the_young_are_among_the_talents(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Those under forty are among the people of a rung."""
    talents = CheckedTable(package, frames, "talents")
    for index, row in each_row(talents.frame):
        if row["of_which_under_40"] > row["people"]:
            yield talents.fault(
                index, "of_which_under_40", f"{row['of_which_under_40']}人", f"不大于人数{row['people']}人"
            )


@check("enterprises", "plans", figures=True)
def plans_can_be_judged(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A plan names a measure and a scope that it has, and aims at what is not yet reached."""
    plans, parent = CheckedTable(package, frames, "plans"), above(frames)
    root, circular = roots(parent), any(circle(parent, key) for key in parent)
    ledger = _ledger(package, frames, plans.frame["indicator"])
    for index, plan in each_row(plans.frame[plans.frame["year"] == package.year]):
        if plan["due_on"] <= year_end(package.year):
            yield plans.fault(
                index, "due_on", f"{plan['due_on']:%Y-%m-%d}", f"{package.year + 1}年的日期", "下一年的安排在下一年完成"
            )
        if plan["scope"] != ENTERPRISE and root[plan["enterprise_id"]] != plan["enterprise_id"]:
            yield plans.fault(
                index,
                "enterprise_id",
                f"{plan['enterprise_id']}不是一级企业",
                "一级企业的编号",
                "改填一级企业，或把判断范围改为单户企业",
            )
        elif plan["indicator"] not in REGISTRY:
            yield _unknown(plans, index, plan["indicator"])
        elif circular:
            return  # another check says so
        else:
            try:
                yield from _aim(plans, index, plan, ledger())
            except ScopeError as error:
                yield plans.fault(index, "scope", str(error), "这个指标有的范围")
            except KeyError:
                return  # no statements: other checks say so


@check("commitments")
def commitments_belong_together(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is one side of another commitment stands in the same section."""
    table = CheckedTable(package, frames, "commitments")
    section = dict(zip(table.frame["id"], table.frame["section"], strict=True))
    for index, row in each_row(table.frame[table.frame["part_of"] != ""]):
        whole = section[row["part_of"]]
        if row["section"] != whole:
            yield table.fault(index, "part_of", f"{row['part_of']}在{whole}", f"{row['section']}里的安排")


@check("commitments", "commitment_indicators", figures=True)
def commitments_can_be_judged(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A suggestion names a measure and how to read it, or says what has to be recorded first."""
    table = CheckedTable(package, frames, "commitment_indicators")
    said_in = dict(zip(frames["commitments"]["id"], frames["commitments"]["said_in"], strict=True))
    ledger = _ledger(package, frames, table.frame["indicator"])
    for index, row in each_row(table.frame):
        if row["due_on"] <= year_end(said := said_in[row["commitment_id"]]):
            found, expected = f"{row['due_on']:%Y-%m-%d}", f"{said + 1}年或以后的日期"
            yield table.fault(index, "due_on", found, expected, "报告以后才能判断")
        if row["indicator"]:
            yield from _reading(table, index, row, ledger)
        elif not row["lacking"]:
            yield table.fault(index, "lacking", "没有判断指标，也没有写还要登记什么", "两项里至少写一项")


def _ledger(package: DataPackage, frames: Frames, names: Iterable[str]) -> Callable[[], Ledger]:
    """Return what opens a ledger, once, of the tables that measures are taken from.

    Of those alone: after a change of any other table the check need not be made again.
    """

    def opened() -> Ledger:
        taken = {q.table for name in names if name in REGISTRY for q in REGISTRY.quantities_of(name)}
        tables = {source for name in (*taken, ROSTER) for source in MADE_OF.get(name, (name,))}
        for table in [package.tables[name] for name in tables if name in package.tables]:
            tables |= {key.table for key in table.foreign_keys if key.column == table.owner}
        found = {name: frames.get(name) for name in tables}  # one that is not there is noted, too: it may come
        return Ledger(package, {name: frame for name, frame in found.items() if frame is not None})

    return cache(opened)


def _reading(table: CheckedTable, index: Hashable, row: Any, ledger: Callable[[], Ledger]) -> Iterator[Fault]:
    """Find a measure that nobody registered, that has no such value, or that is not said how to read."""
    for column in ("counts", "direction"):
        if not row[column]:
            yield table.fault(index, column, "空白", "有判断指标的要写")
    if (row["direction"] == REACH) != (row["target"] == row["target"]):  # NaN differs from itself
        yield table.fault(index, "target", "方向和目标值不相配", "方向是达到的写目标值，其余的空着")
    if row["indicator"] not in REGISTRY:
        yield _unknown(table, index, row["indicator"])
        return
    scope = DISTRICT if row["counts"] == VALUE else ENTERPRISE
    try:
        for one in ledger().scopes(scope)[:1]:
            ledger().value(row["indicator"], one, ledger().package.year)
    except ScopeError as error:
        yield table.fault(index, "counts", str(error), "这个指标有的数")
    except KeyError:
        return  # no such table, or no statements: other checks say so


def _unknown(table: CheckedTable, index: Hashable, name: str) -> Fault:
    return table.fault(index, "indicator", f"没有“{name}”这个指标", "登记过的指标编号", "在“数据与指标”一章查指标编号")


def _aim(plans: CheckedTable, index: Hashable, plan: Any, ledger: Ledger) -> Iterator[Fault]:
    """Find a target that is reached, or that nothing can be compared with."""
    measure = REGISTRY[plan["indicator"]]
    scope = scope_of(ledger, plan["scope"], plan["enterprise_id"])
    value = ledger.value(measure.name, scope, ledger.package.year)
    if value is None:
        yield plans.fault(index, "indicator", f"{measure.name_zh}在这个范围没有今年的数", "今年算得出的指标")
        return
    now = half_up(in_unit(value, measure.unit), measure.decimals)
    if met(plan["direction"], now, plan["target"]):
        yield plans.fault(
            index,
            "target",
            f"{plan['target']:g}{measure.unit}，今年已是{now}{measure.unit}",
            "今年还没有达到的值",
            "提高目标，或删去这项安排",
        )
