"""What the page of one first-level group says and shows.

Registers, projects and targets are whatever tables the data package declares: a page works
with none of them and needs no change for a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..alerts.page import AlertsPage
from ..chapters import PROFILES, contents
from ..domains.staff.headcount import DECEMBER, LAST_DECEMBER
from ..measures.figures import Figure
from ..measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, Scope
from ..measures.registry import REGISTRY
from ..measures.units import amount_in, base_size, in_unit, to_decimal, with_unit
from ..present.charts import Chart, dumbbell, waterfall
from ..present.columns import Column, table
from ..present.display import Cards, Cell, Passage, Table, Together, state
from ..present.registers import STATE_CSS, Register, cell_text
from ..report import Report
from ..tables.data_errors import DataError, Fault
from ..tables.declared import DeclaredTable
from ..tables.notation import grouped
from ..tables.periods import OPEN, OVERDUE, STATES
from . import history

SIZES = ("total_assets", "total_liabilities", "state_capital", "revenue", "total_profit", "average_headcount")
RATIOS = ("debt_ratio", "preservation_rate", "labour_productivity", "profit_per_capita")
TARGETS, PROJECTS, PROBLEMS = "targets", "projects", "problems"
DEBT_UNIT = "亿元"
TARGET_COLUMNS = {"indicator", "scope", "direction", "target"}
YARDSTICKS = {CLASS: "本类", DISTRICT: "{whole}"}


# --- what a page is made of ----------------------------------------------------------------------


def first_and_last(people: pd.DataFrame) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Return (enterprise, (first month, people), (last month, people)), in the order given.

    ``people`` holds one year's rows with ``enterprise_id``, ``month`` and ``headcount``.
    """
    found = []
    for key, rows in people.groupby("enterprise_id", sort=False):
        ends = rows.sort_values("month").iloc[[0, -1]][["month", "headcount"]]
        first, last = ((int(month), int(number)) for month, number in ends.to_numpy())
        found.append((str(key), first, last))
    return found


def _money(report: Report, amount: float) -> str:
    """Tell an amount in ``DEBT_UNIT``, or as fits a small one or a small district."""
    held = amount * base_size(DEBT_UNIT)
    unit, decimals = report.fitting(DEBT_UNIT, 2, [held])
    return with_unit(in_unit(held, unit), unit, decimals)


def debts_by_kind(declared: DeclaredTable, sheet: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Return (kind, opening, closing) in ``DEBT_UNIT`` for each kind of debt, the largest first.

    ``sheet`` holds one year's balance sheet, a row for each moment. The kinds are the parts of
    which the declared identity says that they make up all liabilities.
    """
    parts = next(identity.parts for identity in declared.identities if identity.total == "total_liabilities")
    moments = sheet.set_index("moment")
    found = []
    for kind, _ in parts:
        amounts = (float(moments.at[moment, kind]) for moment in ("opening", "closing"))
        opening, closing = (amount_in(amount, DEBT_UNIT) for amount in amounts)
        if opening or closing:
            found.append((declared.column(kind).title, opening, closing))
    return sorted(found, key=lambda debt: -debt[2])


def open_items(registers: Iterable[Register]) -> tuple[tuple[Cell, ...], ...]:
    """Return (register, item, whose, due, state) of all that is not done, overdue first."""
    order = list(STATES)
    items = [
        (order.index(row["state"]), row[register.dates["due"]], register, row)
        for register in registers
        for row in register.of(OVERDUE, OPEN).frame.to_dict("records")
    ]
    return tuple(
        (
            register.declared.title,
            str(row[register.dates["title"]]),
            register.names(row["enterprise_id"]),
            cell_text(due),
            state(STATES[row["state"]], STATE_CSS[row["state"]]),
        )
        for _, due, register, row in sorted(items, key=lambda item: item[:2])
    )


def rank(own: Figure, all_of_them: Iterable[Figure]) -> int:
    """Return the place of a figure among others, the largest first."""
    return 1 + sum((other.value or 0.0) > (own.value or 0.0) for other in all_of_them)


class Profile:
    """What the page of one first-level group says and shows.

    Raises:
        DataError: no such first-level group is under supervision in the report's year.
    """

    def __init__(self, enterprise_id: str, root: Path | None = None) -> None:
        report = Report(root=root)
        groups = {scope.id: scope for scope in report.ledger.scopes(GROUP)}
        if enterprise_id not in groups:
            page = f"{PROFILES}/{enterprise_id}"
            raise DataError(
                [
                    Fault(
                        f"{contents(report.root).place(page) or page}.ipynb",
                        None,
                        None,
                        f"{report.year}年没有编号为{enterprise_id}的一级企业",
                        "每户一级企业一页",
                        "运行python -m stateassets profiles",
                    )
                ]
            )
        self.group = groups[enterprise_id]
        self.report = report.at(self.group)

    @cached_property
    def yardsticks(self) -> dict[str, Scope]:
        """What the group is measured against: its class and the district, if not just itself."""
        found = {}
        for by, words in YARDSTICKS.items():
            scope = self.report.ledger.scope(by, self.group.id)
            if len(self.report.ledger.inside(scope, GROUP)) > 1:
                found[self.report.text(words)] = scope
        return found

    # --- what it is, how it stands -------------------------------------------------------

    def conclusion(self) -> Passage:
        """What the group is, what became of it in the year, and how it stands."""
        enterprises = self.report.ledger.frames["enterprises"].set_index("enterprise_id")
        own, report = enterprises.loc[self.group.id], self.report
        rate = report.figure("preservation_rate")
        templates, named = self._standing()
        return report.conclusion(
            "{here}属于{class_zh}，主要功能是{function_zh}，{members}{enterprises}，{count_since}。",
            "{year}年末资产总额{total_assets}，{assets_since}；资产负债率{debt_ratio}，{ratio_since}。"
            "全年利润总额{total_profit}，{profit_since}；国有资本保值增值率{preservation_rate}，"
            "{kept_since}，{kept}。",
            *templates,
            *self._pending(),
            class_zh=own["class_zh"],
            function_zh=own["function_zh"],
            members="连同所属企业共" if report.figure("enterprises").number > 1 else "没有所属企业，共",
            kept=None
            if rate.value is None
            else "国有资本" + ("增值" if rate.number > 100 else "保值" if rate.number == 100 else "减值"),
            count_since=self._since("enterprises"),
            assets_since=self._since("total_assets"),
            ratio_since=self._since("debt_ratio"),
            profit_since=self._since("total_profit"),
            kept_since=self._since("preservation_rate"),
            **named,
        )

    def _since(self, name: str) -> Figure | None:
        """What became of a measure in the year, None where there is no year before."""
        since = self.report.since(name)
        return None if isinstance(since, str) else since

    def _standing(self) -> tuple[list[str], dict[str, object]]:
        """Where it stands in its class and in the district: templates, and what fills them."""
        parts, named, own = [], dict[str, object](), self.report.figure("total_assets")
        for words, scope in self.yardsticks.items():
            others = self.report.ledger.inside(scope, GROUP)
            assets = [self.report.figure("total_assets", other) for other in others]
            named |= {
                f"{scope.by}_count": len(others),
                f"{scope.by}_place": rank(own, assets),
                f"{scope.by}_ratio": self.report.figure("debt_ratio", scope),
            }
            parts.append(
                f"资产在{words}{{{scope.by}_count}}家一级企业中居第{{{scope.by}_place}}位，资产负债率"
                f"{{debt_ratio:高于|低于|等于:{scope.by}_ratio}}{words}的{{{scope.by}_ratio}}"
            )
        return (["；".join(parts) + "。"] if parts else []), named

    def _pending(self) -> Iterator[str]:
        if not self.registers:
            return
        overdue, running = (sum(len(r.of(code)) for r in self.registers) for code in (OVERDUE, OPEN))
        late = f"其中逾期{overdue}项" if overdue else "没有逾期的"
        yield (f"到年末有未办结事项{overdue + running}项，{late}。" if overdue + running else "到年末没有未办结事项。")

    def cards(self) -> Cards:
        """The headline figures against last year, the class and the target."""
        return self.report.cards(*SIZES, *RATIOS[:2], against="yoy", beside=self._beside)

    def _beside(self, figure: Figure) -> Iterator[str]:
        for words, scope in list(self.yardsticks.items())[:1]:
            other = self.report.figure(figure.measure.name, scope)
            if figure.measure.name in RATIOS:
                yield f"{words}{other.printed}"
            elif figure.value is not None and other.value and min(figure.value, other.value) > 0:
                share = in_unit(figure.value / other.value * 100, "%")
                yield f"占{words}{with_unit(share, '%', 1)}"
        for row in self._targets:
            if (row["indicator"], row["scope"]) == (figure.measure.name, GROUP):
                yield f"目标{row['words']}"

    def standing(self) -> Together:
        """Its ratios beside last year's, its class's and the district's, and its targets."""
        return Together((*self._debt_ratio(), self._ratios(), *self._target_table()))

    def _debt_ratio(self) -> Iterator[Chart]:
        at, scopes = self.report, (self.group, *self.yardsticks.values())
        pairs = [(at.figure("debt_ratio.last", s), at.figure("debt_ratio", s)) for s in scopes]
        pairs = [pair for pair in pairs if pair[0].value is not None and pair[1].value is not None]
        told = [f"{now.scope.name_zh}由{then.printed}变为{now.printed}" for then, now in pairs]
        if pairs:
            yield at.draw(
                dumbbell,
                [(now.scope.name_zh, at.exact(then), at.exact(now)) for then, now in pairs],
                at.text("{last_year}年末"),
                at.text("{year}年末"),
                unit=pairs[0][1].unit,
                decimals=pairs[0][1].decimals,
                caption="资产负债率：{here}与" + "、".join(self.yardsticks) + "相比"
                if self.yardsticks
                else "{here}的资产负债率",
                finding="{debt_ratio}，{debt_ratio.change}",
                alt="{told}",
                names={"told": "，".join(told)},
            )

    def _ratios(self) -> Table:
        at, scopes = self.report, (self.group, *self.yardsticks.values())
        rows = []
        for name in RATIOS:
            now, *others = (at.figure(name, scope) for scope in scopes)
            rows.append((now.name_zh, *map(at.part, (now, at.figure(f"{name}.last"), *others))))
        titles = ("{year}年", "{last_year}年", *(f"{w}{{year}}年" for w in self.yardsticks))
        columns = (Column("指标", 0), *(Column(at.text(title), i, numeric=True) for i, title in enumerate(titles, 1)))
        return table(at.text("{here}的主要比率"), columns, rows, origin=at.ledger.origin(RATIOS))

    def history(self) -> Together:
        """The years of its headline figures."""
        return history.shown(self.report, "total_assets", "debt_ratio", "total_profit", "preservation_rate")

    # --- what it is made of --------------------------------------------------------------

    def companies(self) -> Together:
        """Its companies by their own statements, and their people over the year; one alone is its group."""
        if self.report.figure("enterprises").number <= 1:
            return Together((self._people(),))
        table = self.report.table(
            "{here}所属企业（单户报表；合并报表已抵销内部往来，不等于各户相加）",
            ["total_assets", "total_liabilities", "total_profit", "average_headcount"],
            by=ENTERPRISE,
        )
        return Together((table, self._people()))

    def _people(self) -> Chart:
        report = self.report
        frame = report.ledger.within(report.ledger.frames["headcount"], self.group)
        now = frame["year"] == report.year
        before = (frame["year"] == report.year - 1) & (frame["month"] == DECEMBER)
        # The December before stands as month 0 of the year.
        found = first_and_last(frame.assign(month=frame["month"].where(now, 0))[now | before])
        firsts, lasts = ({row[i][0] for row in found} for i in (1, 2))
        ends = (
            (f"{min(firsts)}月" if min(firsts) else LAST_DECEMBER) if len(firsts) == 1 else "首月",
            f"{min(lasts)}月" if len(lasts) == 1 else "末月",
        )
        several = len(found) > 1
        whole = [("各企业合计", sum(a[1] for _, a, _ in found), sum(b[1] for _, _, b in found))] * several
        return report.draw(
            dumbbell,
            [*whole, *((report.ledger.name_of(key), a[1], b[1]) for key, a, b in found)],
            *ends,
            unit="人",
            decimals=0,
            whole=several,
            caption="{here}" + ("各企业" if several else "") + "的职工人数，{first}和{last}",
            finding="{drawn.whole}" if several else "{drawn.move}",
            alt="{drawn.move}；全年平均{average_headcount}" if several else "全年平均{average_headcount}",
            names={
                "first": ends[0] if len(firsts) == 1 else "本年有数的第一个月",
                "last": f"{report.year}年{ends[1]}" if len(lasts) == 1 else "最后一个月",
            },
        )

    def debts(self) -> Together:
        """Its debts by kind at the year's beginning and end."""
        report = self.report
        sheet = report.ledger.frames["balance_sheet"].query(
            "enterprise_id == @self.group.id and year == @self.report.year and basis == 'consolidated'"
        )
        debts = debts_by_kind(report.package.tables["balance_sheet"], sheet)
        total = "年末负债总额{total_liabilities}，年初{opening_total_liabilities}。"
        if not debts:
            return Together((report.say(total),))
        most, moved = debts[0], max(debts, key=lambda debt: abs(debt[2] - debt[1]))
        words: dict[str, object] = {
            "most": most[0],
            "amount": _money(report, most[2]),
            "share": with_unit(most[2] / (sum(debt[2] for debt in debts) or 1) * 100, "%", 1),
            "moved": moved[0],
            "way": "增加" if moved[2] >= moved[1] else "减少",
            "difference": _money(report, abs(moved[2] - moved[1])),
        }
        if moved[2] == moved[1]:
            words |= dict.fromkeys(("moved", "difference"))  # nothing to say
        told = "{most}最多，年末{amount}，占{share}；年内变动最大的是{moved}，{way}{difference}"
        chart = report.draw(
            dumbbell,
            debts,
            "年初",
            "年末",
            unit=DEBT_UNIT,
            decimals=2,
            each="种",
            caption="{here}的负债由什么构成（合并报表），年初与年末",
        )
        return Together((report.say(f"{total}{told}。", **words), chart))

    def equity(self) -> Chart:
        """How its state capital came from the year's beginning to its end."""
        report = self.report
        start, end = report.figure("opening_state_capital"), report.figure("state_capital")
        return report.draw(
            waterfall,
            ("年初", report.exact(start)),
            report.sums("equity_changes", "factor", end.unit),
            ("年末", report.exact(end)),
            unit=end.unit,
            decimals=end.decimals,
            caption="{here}的国有资本及权益总额怎样从年初变到年末",
            alt="其中客观因素净{objective_net_increase:增加|减少|变动}{objective_net_increase:abs}",
        )

    # --- what it still has to do ---------------------------------------------------------

    def _own(self, wanted: str) -> Iterator[str]:
        """Name the tables of a sort (targets, projects, problems) that are kept by enterprise."""
        for name, declared in self.report.package.tables.items():
            columns = {column.name for column in declared.columns}
            if "enterprise_id" not in columns or name not in self.report.ledger.frames:
                continue
            sort = (
                TARGETS
                if columns >= TARGET_COLUMNS
                else PROJECTS
                if name == PROJECTS
                else PROBLEMS
                if declared.register
                else ""
            )
            if sort == wanted:
                yield name

    @cached_property
    def registers(self) -> tuple[Register, ...]:
        """Every register that says whose its items are, with this group's items."""
        return tuple(self.report.register(name) for name in self._own(PROBLEMS))

    def pending(self) -> Together:
        """Its projects, how far it has come in each register, and what is not done."""
        return Together((*self._projects(), *self._progress()))

    def _projects(self) -> Iterator[Table]:
        for name in self._own(PROJECTS):
            if self.report.package.tables[name].register:
                yield self.report.register(name).listing(self.report.text("{here}的项目"))
            else:
                yield self.report.rows("{here}的项目", name, year=self.report.year)

    def _progress(self) -> Iterator[Passage | Table]:
        if not self.registers:
            yield self.report.say("底表里还没有按企业登记事项的台账。")
            return
        origin = self.report.origin_of(*(register.declared.name for register in self.registers))
        columns = (
            Column("台账", lambda register: register.declared.title),
            Column("合计", len, decimals=0),
            *(Column(title, _count_of(code), decimals=0) for code, title in STATES.items()),
        )
        if kept := [register for register in self.registers if len(register)]:
            yield table(self.report.text("{here}各台账的进展（项）"), columns, kept, origin=origin)
        if items := open_items(self.registers):
            shown = [Column(title, i) for i, title in enumerate(("台账", "事项", "责任企业", "期限", "状态"))]
            yield table(self.report.text("{year}年末还没有办结的事项，逾期在前"), shown, items, origin=origin)
        else:
            yield self.report.say("到{year}年末，{here}在各台账中没有未办结的事项。")

    @cached_property
    def _targets(self) -> list[dict[str, Any]]:
        """The group's plans, each with its target in ``words``: 降到52.6%."""
        found = []
        for name in self._own(TARGETS):
            declared, frame = self.report.package.tables[name], self.report.ledger.frames[name]
            for row in self.report.ledger.within(frame, self.group).to_dict("records"):
                way = declared.labels.get("direction", {}).get(row["direction"], row["direction"])
                unit = REGISTRY[row["indicator"]].unit
                target = grouped(f"{to_decimal(row['target']):f}")
                words = f"{way}{target}{unit}"
                found.append({**row, "words": words, "table": declared})
        return found

    def _target_figure(self, row: Mapping[str, Any]) -> Figure:
        scope = self.report.ledger.scope(row["scope"], row["enterprise_id"])
        return self.report.figure(row["indicator"], scope)

    def _target_table(self) -> Iterator[Table]:
        if not self._targets:
            return
        columns = (
            Column("安排", lambda row: str(row[_registered(row).get("title", "title")])),
            Column("判断指标", lambda row: _named(self._target_figure(row))),
            Column(self.report.text("{year}年"), lambda row: self.report.part(self._target_figure(row)), numeric=True),
            Column("目标", "words", numeric=True),
            Column("期限", lambda row: cell_text(row.get(_registered(row).get("due")))),
        )
        origin = self.report.origin_of(*(row["table"].name for row in self._targets))
        yield table(self.report.text("{here}牵头的工作目标"), columns, self._targets, origin=origin)

    def alerts(self) -> Together:
        """Its open warnings, the worst first."""
        watch = AlertsPage(self.report).of(opened=True)
        if not len(watch):
            return Together((self.report.say("{year}年末，{here}没有未解除的预警。"),))
        told = watch.say("{year}年末未解除的预警{open}：红色{red}、黄色{yellow}、蓝色{blue}；{whole}的见{centre}。")
        return Together((told, watch.listing("{here}未解除的预警，红色在前")))

    def sources(self) -> Together:
        """Where the numbers of the page come from."""
        return self.report.sources()


def _count_of(code: str) -> Callable[[Register], int]:
    return lambda register: len(register.of(code))


def _registered(row: Mapping[str, Any]) -> Mapping[str, str]:
    """Return which columns of a target's table are its title and its dates."""
    return row["table"].register


def _named(figure: Figure) -> str:
    return f"{figure.scope.name_zh}{figure.name_zh}"
