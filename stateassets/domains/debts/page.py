"""The debt watch as its chapter shows it, on any day: who pays what when, and with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from ...measures.units import with_unit
from ...present.display import Cell, Table, state
from ...present.registers import STATE_CSS
from ...report import Report
from ...tables.periods import OVERDUE, STATES, year_end
from . import lists, structure
from .coverage import COMMITTED, HOPED, expected, limit, monthly, tightest, total
from .monitor import DEBTS, FUNDS, PAYMENTS, REPAID, WATCH, Record, ordinal
from .stress import BASELINE, SCENARIOS, shortfalls, stress

YI = 10_000  # 万元 in one 亿元
NOTHING = "没有"


class DebtPage:
    """What there is to say about the debts on a day (default: the end of the report's year)."""

    def __init__(self, report: Report, day: pd.Timestamp | None = None) -> None:
        self.report, self.record = report, Record(report.ledger.frames)
        self.day = self.record.seen(day or year_end(report.year))
        tables = report.package.tables
        self.sample = any(tables[name].origin == "sample" for name in (DEBTS, PAYMENTS, FUNDS))

    @cached_property
    def _months(self) -> pd.DataFrame:
        return monthly(self.record, self.day)

    @cached_property
    def _stress(self) -> pd.DataFrame:
        return stress(self.record, self.day)

    @cached_property
    def _short(self) -> pd.DataFrame:
        return shortfalls(self._stress)

    @cached_property
    def _scenarios(self) -> dict[str, str]:
        rows = self.record.frames[SCENARIOS]
        return dict(zip(rows["id"], rows["title"], strict=True))

    @cached_property
    def steps(self) -> dict[str, str]:
        """Step -> its Chinese name."""
        return {**self.report.package.tables[WATCH].labels["step"], REPAID: "付款"}

    # --- words ---------------------------------------------------------------------------

    def facts(self) -> dict[str, str]:
        """Return what the chapter's sentences say, by name."""
        whole, coming = total(self._months), self.record.coming(self.day)
        own = whole["principal"] + whole["interest"]
        most = whole.loc[own.idxmax()]
        late = self.record.steps(self.day)
        late = late[late["state"] == OVERDUE]
        frames, worst = self.record.frames, list(self._scenarios)[-1]
        owed = self.record.owed(self.day)
        return {
            "day": f"{self.day.year}年{self.day.month}月{self.day.day}日",
            "debtors": f"{coming['enterprise_id'].nunique()}户",
            "payments": f"{len(coming)}期",
            "principal": _yi(whole["principal"].sum()),
            "interest": _yi(whole["interest"].sum()),
            "most": _month(most["month"]),
            "most_amount": _yi(own.max()),
            "in_place": _yi(whole["in_place"].iloc[0]),
            "committed": _yi(whole["committed"].sum()),
            "hoped": _yi(whole["hoped"].sum()),
            "reserved": f"{limit(frames, 'debt_cash_reserved'):g}%",
            "follows": f"{limit(frames, 'debt_cost_follows'):g}%",
            "late": f"{len(late)}个",
            "late_payments": f"{(late['step'] == REPAID).sum()}期",
            "base": self._said(BASELINE),
            "worst": self._said(worst),
            "worst_title": self._scenarios[worst],
            "owed": _yi(owed["left"].sum()),
            "cost": f"{with_unit(structure.whole_cost(owed), '%', 2)}",
        }

    def _said(self, scenario: str) -> str:
        """Return who runs short in a scenario, from when and by how much, the worst first."""
        rows = self._short[self._short["scenario"] == scenario]
        if rows.empty:
            return "没有企业短缺"
        rows = rows.sort_values("short", ascending=False)
        names = [self.report.ledger.name_of(key) for key in rows["enterprise_id"]]
        worst = rows.iloc[0]
        words = f"{names[0]}从{_month(worst['first'])}起短缺，最多缺{_yi(worst['short'])}"
        return words if len(rows) == 1 else f"{len(rows)}户短缺（{'、'.join(names)}），最重的{words}"

    # --- overview ------------------------------------------------------------------------

    def overview(self, caption: str) -> Table:
        """Return each enterprise's year ahead: what it pays, with what, when it is tightest."""
        header = ("企业", "应付本息", "最多的一个月", "可用现金", "已落实", "争取中", "最紧的月份", "够付（%）")
        rows = []
        tight = tightest(self._months).set_index("enterprise_id")
        for key, own in self._months.groupby("enterprise_id"):
            pays = own["principal"] + own["interest"]
            worst = tight.loc[key] if key in tight.index else None
            rows.append(
                (
                    worst["covers_all"] if worst is not None else float("inf"),
                    self.report.enterprise(str(key)),
                    _wan(pays.sum()),
                    f"{_month(own.at[pays.idxmax(), 'month'])}：{_wan(pays.max())}",
                    _wan(own["in_place"].iloc[0]),
                    _wan(own["committed"].sum()),
                    _wan(own["hoped"].sum()),
                    _month(worst["month"]) if worst is not None else NOTHING,
                    with_unit(worst["covers_all"], "", 0) if worst is not None else "—",
                )
            )
        rows.sort(key=lambda row: row[0])
        return self._table(caption, header, [row[1:] for row in rows], {1, 2, 3, 4, 5, 7})

    def months(self, caption: str) -> Table:
        """Return the district's months: what falls due, and what there is, both so far."""
        header = ("月份", "本金", "利息", "累计应付", "现金够付（%）", "加已落实（%）", "加争取中（%）", "短缺合计")
        rows = [
            (
                _month(row["month"]),
                _wan(row["principal"]),
                _wan(row["interest"]),
                _wan(row["due"]),
                *(_percent(row[name], row["due"]) for name in ("in_place", "firm", "all")),
                _wan(row["lacking"]),
            )
            for row in total(self._months).to_dict("records")
        ]
        return self._table(caption, header, rows, range(1, 8))

    def month_bars(self) -> list[tuple[str, tuple[float, float]]]:
        """Return (month, (principal, interest)) of the district, in 亿元."""
        return [
            (_month(row["month"]), (row["principal"] / YI, row["interest"] / YI))
            for row in total(self._months).to_dict("records")
        ]

    # --- stress --------------------------------------------------------------------------

    def stress_grid(self) -> tuple[list[tuple[str, list[bool | None]]], list[str]]:
        """Return (enterprise, does it get through each scenario) of those that once do not."""
        short = {(row["scenario"], row["enterprise_id"]) for row in self._short.to_dict("records")}
        rows: list[tuple[str, list[bool | None]]] = [
            (self.report.ledger.name_of(key), [(name, key) not in short for name in self._scenarios])
            for key in self._by_shortfall()
        ]
        return rows, list(self._scenarios.values())

    def stress_table(self, caption: str) -> Table:
        """Return from which month each enterprise runs short in each scenario, and by how much."""
        found = self._short.set_index(["scenario", "enterprise_id"])
        rows = [
            (self.report.enterprise(key), *(self._cell(found, name, key) for name in self._scenarios))
            for key in self._by_shortfall()
        ]
        others = self._months["enterprise_id"].nunique() - len(rows)
        note = f"其余{others}户在各种情景下都不短缺。" if others else ""
        return self._table(caption, ("企业", *self._scenarios.values()), rows, note=note)

    def _cell(self, found: pd.DataFrame, scenario: str, key: str) -> str:
        if (scenario, key) not in found.index:
            return "不短缺"
        row = found.loc[(scenario, key)]
        return f"{_month(row['first'])}起，最多缺{_wan(row['short'])}万元（{_month(row['worst'])}）"

    def stress_panels(self, most: int = 4) -> list[tuple[str, list[tuple[str, float]]]]:
        """Return what is left each month in the last scenario, of those that it hits most, 亿元."""
        worst = list(self._scenarios)[-1]
        rows = self._stress[self._stress["scenario"] == worst]
        panels = []
        for key in self._by_shortfall()[:most]:
            own = rows[rows["enterprise_id"] == key]
            left = (own["all"] - own["due"]) / YI
            months = [f"{month.month}月" for month in own["month"]]
            panels.append((self.report.ledger.name_of(key), list(zip(months, left, strict=True))))
        return panels

    def _by_shortfall(self) -> list[str]:
        """Return those that run short in any scenario, by how much in the worst, most first."""
        worst = self._short.groupby("enterprise_id")["short"].max()
        return [str(key) for key in worst.sort_values(ascending=False).index]

    def scenario_table(self, caption: str) -> Table:
        """Return what each scenario changes."""
        return self.report.rows(caption, SCENARIOS, without=["id"])

    # --- lists ---------------------------------------------------------------------------

    def weekly(self, caption: str) -> Table:
        """Return the steps of the coming seven days, and those that are overdue."""
        header = ("期限", "企业", "债务", "要做的事", "应付日期", "本息（万元）", "状态")
        rows = [
            (
                _day(row["deadline"]),
                self.report.enterprise(row["enterprise_id"]),
                _name(row),
                self.steps[row["step"]],
                _day(row["due_on"]),
                _wan(row["pay_principal"] + row["pay_interest"]),
                _state(row["state"]),
            )
            for row in lists.weekly(self.record, self.day).to_dict("records")
        ]
        return self._table(caption, header, rows, {5}, self._none(rows))

    def monthly(self, caption: str) -> Table:
        """Return the payments of the coming month, and those that should have been made."""
        return self._payments(caption, lists.payments(self.record, self.day, lists.MONTH))

    def year(self, caption: str) -> Table:
        """Return every payment of the next twelve months."""
        return self._payments(caption, lists.payments(self.record, self.day, lists.YEAR))

    def _payments(self, caption: str, found: pd.DataFrame) -> Table:
        own = [step for step in self.steps if step != REPAID]
        header = ("应付日期", "企业", "债务", "本金（万元）", "利息（万元）", *(self.steps[s] for s in own))
        rows = [
            (
                _pay_day(row),
                self.report.enterprise(row["enterprise_id"]),
                _name(row),
                _wan(row["pay_principal"]),
                _wan(row["pay_interest"]),
                *(_state(row[step]) for step in own),
            )
            for row in found.to_dict("records")
        ]
        return self._table(caption, header, rows, {3, 4}, self._none(rows))

    def quarterly(self, caption: str) -> Table:
        """Return what each enterprise pays in the coming quarter, and whether it can."""
        header = (
            "企业",
            "期数",
            "本金（万元）",
            "利息（万元）",
            "逾期步骤",
            "现金够付（%）",
            "加已落实（%）",
            "加争取中（%）",
        )
        rows = [
            (
                self.report.enterprise(row["enterprise_id"]),
                str(row["payments"]),
                _wan(row["principal"]),
                _wan(row["interest"]),
                str(row["late"]),
                *(_number(row[f"covers_{name}"], 0) for name in ("place", "firm", "all")),
            )
            for row in lists.quarterly(self.record, self.day).to_dict("records")
        ]
        return self._table(caption, header, rows, range(1, 8), self._none(rows))

    def missed(self, caption: str) -> Table:
        """Return the steps that were done late or not at all, of the record so far."""
        header = ("企业", "债务", "应付日期", "没有按时完成的步骤", "应当完成", "实际完成", "状态")
        rows = [
            (
                self.report.enterprise(row["enterprise_id"]),
                _name(row),
                _day(row["due_on"]),
                self.steps[row["step"]],
                _day(row["deadline"]),
                _day(row["done_on"]),
                _state(row["state"]),
            )
            for row in lists.missed(self.record, self.day).to_dict("records")
        ]
        return self._table(caption, header, rows, note=self._none(rows))

    # --- structure and money -------------------------------------------------------------

    def kinds(self, caption: str) -> Table:
        """Return the debts by kind: how many, how much is left, at what cost."""
        owed = self.record.owed(self.day)
        owed = owed[owed["left"] > 0]
        words, whole = self.report.package.tables[DEBTS].labels["kind"], owed["left"].sum()
        found = structure.by_kind(owed)
        rows = [
            (
                words[kind],
                str(found.at[kind, "items"]),
                _wan(found.at[kind, "left"]),
                _percent(found.at[kind, "left"], whole, 1),
                _number(found.at[kind, "rate"], 2),
            )
            for kind in words
            if kind in found.index
        ]
        rows.append(
            ("合计", str(len(owed)), _wan(whole), _percent(whole, whole, 1), _number(structure.whole_cost(owed), 2))
        )
        header = ("种类", "笔数", "未还本金（万元）", "占比（%）", "平均成本（%）")
        return self._table(caption, header, rows, range(1, 5))

    def by_cost(self) -> list[tuple[str, float]]:
        """Return what is owed by band of yearly cost, in 亿元."""
        rows = structure.by_cost(self.record.owed(self.day))
        return [(band, amount / YI) for band, amount in rows]

    def by_time(self) -> list[tuple[str, float]]:
        """Return what is owed by when it falls due, in 亿元."""
        return [(band, amount / YI) for band, amount in structure.by_time(self.record, self.day)]

    def money(self, caption: str) -> Table:
        """Return the money that is expected, by day."""
        header = ("预计到账", "企业", "资金", "来源", "金额（万元）", "把握")
        words = self.report.package.tables[FUNDS].labels["source"]
        sure = {COMMITTED: state("已落实", "sa-check-ok"), HOPED: state("争取中", "sa-check-none")}
        found = expected(self.record.frames, self.day)
        found = found[found["month"] <= ordinal(self._months["month"].max())]
        rows = [
            (
                _day(row["expected_on"]),
                self.report.enterprise(row["enterprise_id"]),
                row["title"],
                words[row["source"]],
                _wan(row["amount"]),
                sure[row["certainty"]],
            )
            for row in found.sort_values(["expected_on", "id"]).to_dict("records")
        ]
        return self._table(caption, header, rows, {4}, self._none(rows))

    def _none(self, rows: Sequence[tuple[Cell, ...]]) -> str:
        return "" if rows else f"{NOTHING}。"

    def _table(
        self,
        caption: str,
        header: tuple[str, ...],
        rows: Sequence[tuple[Cell, ...]],
        numeric: Iterable[int] = (),
        note: str = "",
    ) -> Table:
        text = self.report.text(caption, day=f"{self.day:%Y-%m-%d}")
        return Table(text, header, tuple(rows), frozenset(numeric), sample=self.sample, note=note)


def _month(month: pd.Period) -> str:
    return f"{month.year}年{month.month}月"


def _yi(amount: float) -> str:
    return with_unit(amount / YI, "亿元", 2)


def _wan(amount: float) -> str:
    return _number(amount, 0)


def _number(value: float, decimals: int) -> str:
    return "—" if pd.isna(value) else with_unit(value, "", decimals)


def _percent(part: float, whole: float, decimals: int = 0) -> str:
    return with_unit(part / whole * 100, "", decimals) if whole > 0 else "—"


def _day(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def _pay_day(row: Mapping[str, Any]) -> str:
    """Return the contract's date, and the working day where it is another."""
    day, on = row["due_on"], row["pay_on"]
    return _day(day) if day == on else f"{_day(day)}（周末，{on:%m-%d}付）"


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['title']}（{row['debt_id']}）"


def _state(code: str) -> Cell:
    return state(STATES[code], STATE_CSS[code])
