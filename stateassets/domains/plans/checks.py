"""Do part three's registers agree with the statements, and can its plans be judged?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cache
from typing import Any

from ...measures.ledger import ENTERPRISE, Ledger, ScopeError
from ...measures.registry import REGISTRY
from ...measures.units import half_up, in_unit
from ...tables.checking import CheckedTable, Frames, check, on_the_books
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.hierarchy import above, circle, roots
from ...tables.periods import year_end
from .page import met, scope_of


@check("idle_assets")
def idle_assets_earn_nothing(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is idle earns no rent; what earns some is of low yield."""
    assets = CheckedTable(package, frames, "idle_assets")
    rented = (assets.frame["status"] == "idle") & (assets.frame["yearly_rent"] > 0)
    for index, rent in assets.frame.loc[rented, "yearly_rent"].items():
        yield assets.fault(
            index, "yearly_rent", f"闲置资产有租金{rent:.2f}万元", "0.00万元", "有租金的列为低效，或改正租金"
        )


@check("idle_assets", "balance_sheet")
def idle_assets_are_on_the_books(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody lists more than the balance sheet holds."""
    yield from on_the_books(CheckedTable(package, frames, "idle_assets"), frames, "清单资产")


@check("talents")
def the_young_are_among_the_talents(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Those under forty are among the people of a rung."""
    talents = CheckedTable(package, frames, "talents")
    for index, row in talents.frame.iterrows():
        if row["of_which_under_40"] > row["people"]:
            yield talents.fault(
                index, "of_which_under_40", f"{row['of_which_under_40']}人", f"不大于人数{row['people']}人"
            )


@check("enterprises", "plans")
def plans_can_be_judged(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A plan names a measure and a scope that it has, and aims at what is not yet reached."""
    plans, parent = CheckedTable(package, frames, "plans"), above(frames)
    root, circular = roots(parent), any(circle(parent, key) for key in parent)
    ledger = cache(lambda: Ledger(package, dict(frames)))
    for index, plan in plans.frame[plans.frame["year"] == package.year].iterrows():
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
            yield plans.fault(
                index,
                "indicator",
                f"没有“{plan['indicator']}”这个指标",
                "登记过的指标编号",
                "在“数据与指标”一章查指标编号",
            )
        elif circular:
            return  # another check says so
        else:
            try:
                yield from _aim(plans, index, plan, ledger())
            except ScopeError as error:
                yield plans.fault(index, "scope", str(error), "这个指标有的范围")
            except KeyError:
                return  # no statements: other checks say so


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
