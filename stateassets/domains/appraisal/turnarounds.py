"""一企一策 from a report's tables: each loss-making legal person's bridge, gap and options."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from operator import itemgetter
from statistics import median
from typing import TYPE_CHECKING, Any

from ...measures.ledger import ENTERPRISE, Scope
from ...measures.units import Number
from ...present.charts import waterfall
from ...present.columns import Column, table
from ...present.display import Part, Passage, Table, Together
from ...present.words import NOTHING, number
from ...tables.origins import Origin
from ...tables.periods import OPEN, OVERDUE
from ..plans.page import losses
from .plans import BreakEven, IdleAsset, Option, Statement, break_even, bridge, needed, options, scenarios

if TYPE_CHECKING:
    from ...report import Report

# Kinds of idle assets and the kinds of property whose market rent is theirs.
MARKET = {"house": "office", "shop": "shop", "plant": "factory", "parking": "parking"}


def _number(value: Number | None) -> str:
    return number(value, 1)


@dataclass(frozen=True)
class Turnaround:
    """A company that loses money: two years' statements and its group's idle assets."""

    scope: Scope
    before: Statement | None
    now: Statement
    assets: tuple[IdleAsset, ...]
    rates: dict[str, float]

    @property
    def gap(self) -> float:
        """What a year's profit lacks to nil, 万元."""
        return -self.now.profit

    @cached_property
    def bridge(self) -> list[tuple[str, float]]:
        """The change of profit by cause; empty where there is no year before."""
        return bridge(self.before, self.now) if self.before else []

    @property
    def break_even(self) -> BreakEven | None:
        """Revenue at which profit is nil; None where no revenue brings it there."""
        return break_even(self.now)

    @cached_property
    def options(self) -> list[Option]:
        """Everything that could be done, largest effect first."""
        return options(self.now, self.assets, self.rates, self.scope.id)

    @cached_property
    def needed(self) -> list[Option] | None:
        """The fewest options that close the gap, None where all do not."""
        return needed(self.options, self.gap)


def turnarounds(report: Report) -> tuple[Turnaround, ...]:
    """Return a turnaround for each legal person with a loss, the largest loss first."""
    rates = _rates(report)
    found = []
    for figure in losses(report.figures("own_profit", ENTERPRISE)):
        now = _statement(report, figure.scope.id, report.year)
        if now is not None:
            found.append(
                Turnaround(
                    figure.scope,
                    _statement(report, figure.scope.id, report.year - 1),
                    now,
                    _idle(report, figure.scope.id),
                    rates,
                )
            )
    return tuple(found)


def _rates(report: Report) -> dict[str, float]:
    frame = report.ledger.frames["turnaround_assumptions"]
    return {row["id"]: float(row["value"]) for row in frame.to_dict("records")}


def _statement(report: Report, key: str, year: int) -> Statement | None:
    frame = report.ledger.frames["income_statement"]
    own = frame[(frame["enterprise_id"] == key) & (frame["year"] == year) & (frame["basis"] == "individual")]
    if own.empty:
        return None
    row = own.iloc[0]
    return Statement(*(float(row[f.name]) for f in fields(Statement)))


def _idle(report: Report, key: str) -> tuple[IdleAsset, ...]:
    """Return what stands idle at the year's end in the company's group, its own first."""
    ledger = report.ledger
    if "idle_assets" not in ledger.frames:
        return ()
    frame = ledger.frames["idle_assets"]
    frame = frame[(frame["year"] == report.year) & frame["state"].isin((OPEN, OVERDUE))]
    frame = frame[frame["enterprise_id"].map(ledger.root) == ledger.root(key)]
    rents = _market_rents(report)
    found = [
        IdleAsset(
            r["id"],
            r["title"],
            r["enterprise_id"],
            float(r["area"]),
            float(r["book_value"]),
            rents.get(MARKET.get(r["kind"], "")),
        )
        for r in frame[frame["status"] == "idle"].to_dict("records")
    ]
    return tuple(sorted(found, key=lambda a: a.holder != key))


def _market_rents(report: Report) -> dict[str, float]:
    """Return the median market rent of property by kind, 元 a month and square metre."""
    frame = report.ledger.frames.get("properties")
    if frame is None:
        return {}
    known = frame[(frame["year"] == report.year) & frame["market_rent"].notna()]
    return {str(kind): float(median(rows)) for kind, rows in known.groupby("kind")["market_rent"]}


# --- what a chapter shows ------------------------------------------------------------------------


def _origin(report: Report) -> Origin:
    return report.origin_of("income_statement", "turnaround_assumptions")


def opening(report: Report, found: tuple[Turnaround, ...]) -> Passage:
    """Return the chapter's conclusion: how many lose money, how much, who can help itself; or that nobody does."""
    if not found:
        return report.conclusion("{year}年按单户报表没有亏损的企业，不用一户一策扭亏；下面只列测算用的假设，供以后用。")
    several = "共亏{gap}万元；自己有办法补上的{able}户；亏得最多的是{name}，{worst}。"
    return report.conclusion(
        "{year}年按单户报表亏损的企业{n}户，" + (several if len(found) > 1 else "是{name}，利润总额{worst}；{helps}。"),
        "亏损企业一户一策：看清由上年到今年是什么在变，算出收入多少才保本，再把能做的事按效果排出先后。",
        worst=report.figure("own_profit", found[0].scope),
        **headline(found),
    )


def each(parts: Iterable[Any]) -> Together | Passage:
    """Return what there is of each company; without any nothing, for the conclusion says so."""
    listed = tuple(parts)
    return Together(listed) if listed else Passage(())


def bridges(report: Report, found: tuple[Turnaround, ...]) -> list[Any]:
    """Return a waterfall for each company with a year before: from last year's profit to this."""
    drawn = []
    for t in found:
        if t.before is None:
            continue
        drawn.append(
            report.draw(
                waterfall,
                (f"{report.year - 1}年", t.before.profit),
                t.bridge,
                (f"{report.year}年", t.now.profit),
                unit="万元",
                decimals=1,
                origin=_origin(report),
                caption="{name}的利润总额怎样由上年变到今年",
                names={"name": t.scope.name_zh},
            )
        )
    return drawn


def headline(found: tuple[Turnaround, ...]) -> dict[str, object]:
    """Return what a conclusion says of companies of which there are some."""
    able = [t for t in found if t.needed and all(o.own for o in t.needed)]
    return {
        "n": len(found),
        "gap": _number(sum(t.gap for t in found)),
        "able": len(able),
        "name": found[0].scope.name_zh,
        "helps": "自己有办法补上" if able else "自己没有办法补上",
    }


def gap_table(report: Report, found: tuple[Turnaround, ...], caption: str) -> Table:
    """Loss, revenue, break-even revenue, and the fewest measures that close the gap."""
    columns = (
        Column("企业", lambda t: report.enterprise(t.scope.id)),
        Column("上年利润总额", lambda t: t.before.profit if t.before else None, "万元", 1, NOTHING),
        Column("今年利润总额", lambda t: t.now.profit, "万元", 1),
        Column("营业收入", lambda t: t.now.revenue, "万元", 1),
        Column("保本收入", lambda t: _even(t.break_even), "万元"),
        Column("最少要做的", lambda t: "、".join(o.title for o in t.needed or ()) or "各种办法加起来也不够"),
    )
    note = (
        "保本收入按营业成本和税金随收入变、其他各项不变计算；毛利抵不上税金的企业收入越多亏得越多，"
        "所以是收入不多于多少才不亏。"
    )
    return table(report.text(caption), columns, found, origin=_origin(report), note=note)


def option_table(report: Report, t: Turnaround) -> Table:
    """Every option of a company, largest effect first, with the rows that it rests on."""
    titles = {c.name: c.title for c in report.package.tables["income_statement"].columns}
    columns = (
        Column("次序", lambda row: row[0], decimals=0),
        Column("类别", lambda row: row[1].kind),
        Column("办法", lambda row: row[1].title),
        Column("一年增利", lambda row: row[1].effect, "万元", 2),
        Column("能否独自扭亏", lambda row: _closes(row[1], t.gap)),
        Column("依据的行", lambda row: _rows(report, t, row[1], titles)),
    )
    note = "" if any(a.holder == t.scope.id for a in t.assets) else "这户企业自己没有闲置资产"
    note += "，同一集团的也没有。" if note and not t.assets else "，列出的是同一集团的。" if note else ""
    caption = f"{t.scope.name_zh}：还差{_number(t.gap)}万元，可以做什么"
    return table(caption, columns, enumerate(t.options, 1), origin=_origin(report), note=note)


def _closes(option: Option, gap: float) -> str:
    return "能" if option.closes(gap) else f"补上{number(option.effect / gap * 100)}%"


def _even(found: BreakEven | None) -> str:
    if found is None:
        return "收入多少都不能保本"
    return f"不多于{_number(found.revenue)}" if found.most else _number(found.revenue)


def _rows(report: Report, t: Turnaround, option: Option, titles: dict[str, str]) -> str:
    for asset in t.assets:
        if asset.id in option.rests_on:
            held = "" if option.own else f"，现由{report.ledger.name_of(asset.holder)}持有"
            return f"闲置低效资产台账{asset.id}{held}"
    columns = "、".join(f"“{titles[column]}”" for column in option.rests_on)
    return f"利润及现金流量表{report.year}年单户{columns}"


def scenario_table(report: Report, t: Turnaround) -> Table:
    """Profit for revenue and unit cost a step down, unchanged, a step up."""
    wide, deep = t.rates["revenue_step"], t.rates["cost_step"]
    costs = [-deep, 0.0, deep]
    rows = [
        {"change": _moved("收入", change), **dict(zip(costs, profits, strict=True))}
        for change, profits in scenarios(t.now, [-wide, 0.0, wide], costs)
    ]
    columns = (
        Column("情景", "change"),
        *(Column(_moved("单位成本", cost), itemgetter(cost), decimals=1) for cost in costs),
    )
    caption = f"{t.scope.name_zh}：几种情景下的利润总额（万元）"
    return table(caption, columns, rows, origin=_origin(report))


def _moved(what: str, change: float) -> str:
    return f"{what}不变" if not change else f"{what}{'增加' if change > 0 else '减少'}{abs(change):g}%"


def causes(report: Report, found: tuple[Turnaround, ...]) -> Together | Passage:
    """A sentence on each company: what pulled the result up and down."""
    if not found:
        return each(())
    said = []
    for t in found:
        if not t.bridge:
            said.append((Part(f"{t.scope.name_zh}没有上年数，不作分析。"),))
            continue
        change = sum(part for _, part in t.bridge)
        ordered = sorted(t.bridge, key=lambda part: -abs(part[1]))[:2]
        word = "增加" if change >= 0 else "减少"
        moved = "，".join(f"{name}{'增利' if part >= 0 else '减利'}{_number(abs(part))}万元" for name, part in ordered)
        text = f"{t.scope.name_zh}利润总额{word}{_number(abs(change))}万元，主要是{moved}。"
        said.append((Part(text),))
    return Passage(tuple(said), "", _origin(report))
