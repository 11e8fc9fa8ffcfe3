"""One's own years against each other, as the page of the audit shows them."""

from __future__ import annotations

from dataclasses import replace

from ..audit import own_years as years
from ..measures.registry import REGISTRY
from ..measures.units import SMALL, in_unit, with_unit
from ..present.columns import Column, table
from ..present.display import Passage, Table, Together
from ..report import Report
from ..tables.declared import NoFigureError
from ..tables.origins import Origin

BALANCES = ("total_assets", "total_liabilities", "state_capital")
ALONE = "只有一年的报表，没有上下年可以衔接"
NONE_PRINTED = "以往各年的公布数还没有录入“各地公布数”，录入以后逐年核对。"


def shown(report: Report) -> Together:
    """The closings against the next openings, then the printed numbers of earlier years.

    Raises:
        NoFigureError: the ledger has one year alone.
    """
    return Together((turns(report), *printed(report)))


def turns(report: Report) -> Table:
    """Each headline balance at each turn of a year: closing, opening, the difference and why.

    Raises:
        NoFigureError: the ledger has one year alone.
    """
    found = list(years.turns(report.ledger, report.whole, BALANCES))
    if not found:
        raise NoFigureError(f"{REGISTRY[BALANCES[0]].name_zh}，{ALONE}")
    rows = [
        {
            "turn": f"{one.year}年末到{one.year + 1}年初",
            "name": REGISTRY[one.name].name_zh,
            "closed": _money(one.closed),
            "opened": _money(one.opened),
            "gap": _money(one.opened - one.closed),
            "verdict": one.verdict,
            "why": one.change.words if one.change else "",
        }
        for one in found
    ]
    columns = (
        Column("年度", "turn"),
        Column("项目", "name"),
        Column("上年年末（万元）", "closed", numeric=True),
        Column("本年年初（万元）", "opened", numeric=True),
        Column("相差（万元）", "gap", numeric=True),
        Column("衔接", "verdict"),
        Column("原因", "why"),
    )
    caption = report.text("{whole}各年年末数与下一年年初数")
    return table(caption, columns, rows, origin=report.ledger.origin(BALANCES))


def printed(report: Report) -> tuple[Table | Passage, ...]:
    """What earlier reports of the district printed against the ledger, and against each other."""
    package = report.package
    earlier = years.past(report.collected, package.region, package.scope, report.year)
    if not earlier:
        return (report.say(NONE_PRINTED),)
    rows = [
        {
            "year": f"{claim.year}年",
            "name": claim.name_zh,
            "printed": claim.printed,
            "value": _told(claim.measure.unit, claim.decimals, claim.unit, value) if claim.measure else "",
            "verdict": verdict,
        }
        for claim, value, verdict in years.recomputed(earlier, report.ledger, report.whole)
    ]
    columns = (
        Column("年度", "year"),
        Column("公布的数字", "name"),
        Column("当年报告印出", "printed", numeric=True),
        Column("由底表重算", "value", numeric=True),
        Column("核对", "verdict"),
    )
    compared = table("以往各年的公布数与底表", columns, rows, origin=report.origin_of("balance_sheet"))
    found = years.between(report.claims, earlier)
    lines = (Column("年度", "year"), Column("结论", "verdict"), Column("说明", "message"))
    between = table("各年的公布数之间", lines, found, origin=Origin.REAL, if_empty="没有发现各年之间互相矛盾的公布数。")
    return replace(compared, whole=True), between


def _money(amount: float) -> str:
    return with_unit(amount, "", 2)


def _told(own: str, decimals: int, unit: str, value: float) -> str:
    return with_unit(in_unit(value, unit if own in SMALL or unit == own else own), unit, decimals)
