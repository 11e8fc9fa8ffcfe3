"""The debt watch as its chapter shows it, on any day: who pays what when, and with what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...measures.exact import exact_sum
from ...measures.units import in_unit, told_in, with_unit
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Passage, Table, state
from ...present.registers import STATE_CSS
from ...present.words import NOTHING, day, number, percent, title_with_id
from ...tables.periods import CLOSED, LATE, OPEN, OVERDUE, with_state, year_end
from . import lists, structure, support
from .coverage import COMMITTED, HOPED, expected, limit, monthly, tightest, total
from .monitor import DEBTS, FUNDS, PAYMENTS, REPAID, STEP_STATES, UNSEEN, WATCH, DebtMonitor, ordinal
from .stress import BASELINE, SCENARIOS, shortfalls, stress

if TYPE_CHECKING:
    from ...report import Report

DUTIES, BRIEFINGS, DISPATCHES = "debt_duties", "debt_briefings", "debt_dispatches"
NOT_NAMED = "没有明确"
YI = 10_000  # 万元 in one 亿元
# How sentences begin what support changes, by how it stands.
WHEN = {support.IN_FORCE: "生效以后", support.AGREED: "生效以后", support.TALKED: "谈成并生效以后"}
# Which support to come is counted, by title.
RELIEF = (
    ("按现行条款", ()),
    ("计入已签订的支持", (support.AGREED,)),
    ("连同商谈中的支持", (support.AGREED, support.TALKED)),
)


class DebtPage:
    """What there is to say about the debts on a day (default: the end of the report's year)."""

    def __init__(self, report: Report, day: pd.Timestamp | None = None) -> None:
        self.report, self.monitor = report, DebtMonitor(report.ledger.frames)
        self.day = day or year_end(report.year)
        self.known = self.monitor.seen(self.day)  # the day that what is paid and owed is known of
        self.origin = report.origin_of(DEBTS, PAYMENTS, FUNDS)

    @cached_property
    def _months(self) -> pd.DataFrame:
        return monthly(self.monitor, self.day)

    @cached_property
    def _stress(self) -> pd.DataFrame:
        return stress(self.monitor, self.day)

    @cached_property
    def _short(self) -> pd.DataFrame:
        return shortfalls(self._stress)

    @cached_property
    def _scenarios(self) -> dict[str, str]:
        rows = self.monitor.frames[SCENARIOS]
        return dict(zip(rows["id"], rows["title"], strict=True))

    @cached_property
    def steps(self) -> dict[str, str]:
        """Step -> its Chinese name."""
        return {**self.report.package.tables[WATCH].labels["step"], REPAID: "付款"}

    # --- words ---------------------------------------------------------------------------

    def facts(self) -> dict[str, str]:
        """Return what the chapter's sentences say, by name."""
        whole, coming = total(self._months), self.monitor.coming(self.day)
        own = whole["principal"] + whole["interest"]
        most = whole.loc[own.idxmax()]
        late = self.monitor.steps(self.day)
        late = late[late["state"] == OVERDUE]
        frames, worst = self.monitor.frames, list(self._scenarios)[-1]
        owed = self.monitor.owed(self.day)
        return {
            "day": in_words(self.day),
            "known": in_words(self.known),
            "debtors": f"{coming['enterprise_id'].nunique()}户",
            "payments": f"{len(coming)}期",
            "principal": _yi(exact_sum(coming["pay_principal"])),
            "interest": _yi(exact_sum(coming["pay_interest"])),
            "most": _month(most["month"]),
            "most_amount": _yi(own.max()),
            "in_place": _yi(whole["in_place"].iloc[0]),
            "committed": _yi(exact_sum(whole["committed"])),
            "hoped": _yi(exact_sum(whole["hoped"])),
            "reserved": f"{limit(frames, 'debt_cash_reserved'):g}%",
            "follows": f"{limit(frames, 'debt_cost_follows'):g}%",
            "late": f"{len(late)}个",
            "late_payments": f"{(late['step'] == REPAID).sum()}期",
            "base": self._said(BASELINE),
            "worst": self._said(worst),
            "worst_title": self._scenarios[worst],
            "owed": _yi(exact_sum(owed["left"])),
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

    def reach(self) -> str:
        """Say how far the record reaches, and what is not known of the day."""
        begins, ends = self.monitor.begins, self.monitor.ends
        told = f"债务数据截至{ends.year}年{ends.month}月。"
        if self.day < begins - pd.Timedelta(days=1):
            return f"债务台账从{in_words(begins)}记起，{in_words(self.day)}没有可看的付款。"
        if self.day <= ends:
            return told
        rows = lists.unseen(self.monitor, self.day)
        paid = rows[rows["step"] == REPAID]
        amount = exact_sum(paid["pay_principal"]) + exact_sum(paid["pay_interest"])
        return (
            f"{told}晚于{in_words(ends)}的事没有记录：到{in_words(self.day)}，期间到期的付款{len(paid)}期、本息{_yi(amount)}，"
            f"付没付不知道；到期的其他步骤{len(rows) - len(paid)}个，做没做不知道。清单从这一天看起；"
            "够不够付从数据的最后一天算起，期间的付款和资金都当作照计划收付。"
        )

    def summary(self) -> list[str]:
        """Say in three sentences what is owed, what is coming and who runs short."""
        if self._months.empty:
            return []
        facts = self.facts()
        return [
            "{known}未还本金{owed}，平均成本{cost}；{day}起十二个月{debtors}要付{payments}，本金{principal}、利息{interest}。".format(
                **facts
            ),
            "逾期没做的步骤{late}，其中到期没付的{late_payments}。".format(**facts),
            "基线情景{base}；“{worst_title}”的情景里{worst}。".format(**facts),
        ]

    # --- overview ------------------------------------------------------------------------

    def overview(self, caption: str) -> Table:
        """Return each enterprise's year ahead: what it pays, with what, when it is tightest."""
        columns = (
            enterprise(self.report),
            _money("应付本息", "pays"),
            Column("最多的一个月", "most", numeric=True),
            _money("可用现金", "in_place"),
            _money("已落实", "committed"),
            _money("争取中", "hoped"),
            Column("最紧的月份", "tightest"),
            Column("够付", "covers_all", "%", 0, NOTHING),
        )
        tight = tightest(self._months).set_index("enterprise_id")
        rows = []
        for key, own in self._months.groupby("enterprise_id"):
            pays = own["principal"] + own["interest"]
            worst = tight.loc[key] if key in tight.index else None
            rows.append(
                {
                    "enterprise_id": str(key),
                    "pays": exact_sum(pays),
                    "most": f"{_month(own.at[pays.idxmax(), 'month'])}：{number(pays.max())}",
                    "in_place": own["in_place"].iloc[0],
                    "committed": exact_sum(own["committed"]),
                    "hoped": exact_sum(own["hoped"]),
                    "tightest": "没有" if worst is None else _month(worst["month"]),
                    "covers_all": None if worst is None else worst["covers_all"],
                }
            )
        rows.sort(key=lambda row: float("inf") if row["covers_all"] is None else row["covers_all"])
        return self._table(caption, columns, rows)

    def months(self, caption: str) -> Table:
        """Return the district's months: what falls due, and what there is, both so far."""
        columns = (
            Column("月份", lambda row: _month(row["month"])),
            _money("本金", "principal"),
            _money("利息", "interest"),
            _money("累计应付", "due"),
            _covered("现金够付", "in_place"),
            _covered("加已落实", "firm"),
            _covered("加争取中", "all"),
            _money("短缺合计", "lacking"),
        )
        return self._table(caption, columns, total(self._months))

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
        rows = [{"enterprise_id": key} for key in self._by_shortfall()]
        columns = (
            enterprise(self.report),
            *(Column(title, self._shortfall(found, name)) for name, title in self._scenarios.items()),
        )
        others = self._months["enterprise_id"].nunique() - len(rows)
        note = f"其余{others}户在各种情景下都不短缺。" if others else ""
        return self._table(caption, columns, rows, note=note)

    @staticmethod
    def _shortfall(found: pd.DataFrame, scenario: str) -> Callable[[dict[str, str]], str]:
        def told(row: dict[str, str]) -> str:
            if (scenario, row["enterprise_id"]) not in found.index:
                return "不短缺"
            short = found.loc[(scenario, row["enterprise_id"])]
            return f"{_month(short['first'])}起，最多缺{number(short['short'])}万元（{_month(short['worst'])}）"

        return told

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
        columns = (
            Column("期限", self._deadline),
            enterprise(self.report),
            _DEBT,
            self._step("要做的事"),
            Column("应付日期", "due_on"),
            Column("本息", lambda row: row["pay_principal"] + row["pay_interest"], "万元", 0, NOTHING),
            _state("状态", "state"),
        )
        return self._table(caption, columns, lists.weekly(self.monitor, self.day))

    def monthly(self, caption: str) -> Table:
        """Return the payments of the coming month, and those that should have been made."""
        return self._payments(caption, lists.payments(self.monitor, self.day, lists.MONTH))

    def year(self, caption: str) -> Table:
        """Return every payment of the next twelve months."""
        return self._payments(caption, lists.payments(self.monitor, self.day, lists.YEAR))

    def _payments(self, caption: str, found: pd.DataFrame) -> Table:
        columns = (
            Column("应付日期", lambda row: self._moved(row["due_on"], row["pay_on"])),
            enterprise(self.report),
            _DEBT,
            _money("本金", "pay_principal", "万元"),
            _money("利息", "pay_interest", "万元"),
            *(_state(title, step) for step, title in self.steps.items() if step != REPAID),
        )
        return self._table(caption, columns, found)

    def quarterly(self, caption: str) -> Table:
        """Return what each enterprise pays in the coming quarter, and whether it can."""
        columns = (
            enterprise(self.report),
            Column("期数", "payments", decimals=0),
            _money("本金", "principal", "万元"),
            _money("利息", "interest", "万元"),
            Column("逾期步骤", "late", decimals=0),
            Column("现金够付", "covers_place", "%", 0, NOTHING),
            Column("加已落实", "covers_firm", "%", 0, NOTHING),
            Column("加争取中", "covers_all", "%", 0, NOTHING),
        )
        return self._table(caption, columns, lists.quarterly(self.monitor, self.day))

    def missed(self, caption: str) -> Table:
        """Return the steps that were done late or not at all, on record so far."""
        columns = (
            enterprise(self.report),
            _DEBT,
            Column("应付日期", "due_on"),
            self._step("没有按时完成的步骤"),
            Column("应当完成", self._deadline),
            Column("实际完成", "done_on"),
            _state("状态", "state"),
        )
        return self._table(caption, columns, lists.missed(self.monitor, self.day))

    def unseen(self, caption: str) -> Table:
        """Return the steps that fell due after the last day on record and before the day."""
        columns = (
            Column("期限", self._deadline),
            enterprise(self.report),
            _DEBT,
            self._step("到期的事"),
            Column("应付日期", "due_on"),
            Column("本息", lambda row: row["pay_principal"] + row["pay_interest"], "万元", 0, NOTHING),
        )
        return self._table(caption, columns, lists.unseen(self.monitor, self.day))

    def _deadline(self, row: Mapping[str, Any]) -> str:
        return self._moved(row["plain"], row["deadline"])

    def _moved(self, plain: pd.Timestamp, on: pd.Timestamp) -> str:
        """Return a date, and where it is no working day to which one it moves and why."""
        if on == plain:
            return day(plain)
        way, why = "顺延至" if on > plain else "提前至", self.monitor.working_days.why(plain)
        return f"{day(plain)}（{why}，{way}{on:%m-%d}）"

    def _step(self, title: str) -> Column:
        return Column(title, lambda row: self.steps[row["step"]])

    # --- who looks after it, what was decided, what lenders do ---------------------------

    def duties(self, caption: str) -> Table:
        """Return who is responsible for each debt that is still owed, the riskiest first."""
        labels = self.report.package.tables[DUTIES].labels["risk"]
        owed = self.monitor.owed(self.day)
        owed = owed[owed["left"] > 0].rename(columns={"id": "debt_id"})
        duties = self.monitor.frames[DUTIES][["debt_id", "department", "post", "supervisor", "risk"]]
        coming = self.monitor.coming(self.day).groupby("debt_id")["pay_on"].min()
        rows = owed.merge(duties, on="debt_id", how="left").assign(next=lambda r: r["debt_id"].map(coming))
        rows = rows.assign(rank=rows["risk"].map({risk: -n for n, risk in enumerate(labels)}).fillna(1))
        columns = (
            enterprise(self.report),
            _DEBT,
            _money("未还本金", "left", "万元"),
            Column("下一次付款", "next", missing="十二个月以内没有"),
            Column("责任部门", "department", missing=NOT_NAMED, menu=()),
            Column("责任岗位", "post", missing=NOT_NAMED),
            Column("督办岗位", "supervisor", missing=NOT_NAMED, menu=()),
            Column("风险评判", lambda row: labels.get(row["risk"], NOT_NAMED), menu=tuple(labels.values())),
        )
        return self._table(caption, columns, rows.sort_values(["rank", "next", "debt_id"]), sources=(DEBTS, DUTIES))

    def decided(self, caption: str) -> Table:
        """Return what the leaders' meetings held by the day decided, by state and due date."""
        rows = self._dated(DISPATCHES, "held_on")
        names = self.monitor.frames[DEBTS].set_index("id")["title"]
        columns = (
            Column("调度日期", "held_on"),
            enterprise(self.report),
            Column("债务", lambda row: title_with_id({**row, "title": names[row["debt_id"]]}, "debt_id")),
            Column("议定事项", "title"),
            Column("期限", "due_on"),
            Column("完成", "closed_on", missing=NOTHING),
            Column("结果", lambda row: row["result"] or NOTHING),
            _state("状态", "state"),
        )
        return self._table(caption, columns, rows, sources=(DISPATCHES,))

    def briefings(self, caption: str) -> Table:
        """Return how many of the weekly, monthly and quarterly reports due by the day came in, and when."""
        rows = self._dated(BRIEFINGS)
        columns = (
            Column("报告", "kind"),
            Column("到期", "due", decimals=0),
            *(Column(STEP_STATES[code], code, decimals=0) for code in (CLOSED, LATE, OVERDUE, UNSEEN)),
        )
        due = rows[rows["due_on"] < self.day]
        counts = [
            {"kind": word, "due": len(own), **{code: (own["state"] == code).sum() for code in STEP_STATES}}
            for kind, word in self.report.package.tables[BRIEFINGS].labels["kind"].items()
            for own in [due[due["kind"] == kind]]
        ]
        return self._table(caption, columns, counts, sources=(BRIEFINGS,))

    def _dated(self, name: str, opened: str = "") -> pd.DataFrame:
        """Return a register's rows with their state on the day, those opened later left out, the most pressing first."""
        declared, rows = self.report.package.tables[name], self.monitor.frames[name]
        rows = rows[rows[opened] <= self.day] if opened else rows
        rows = rows.assign(**{(closed := declared.dates["closed"]): rows[closed].where(rows[closed] <= self.day)})
        rows = with_state(rows, declared.dates, self.day)
        since = (rows["state"] == OVERDUE) & (rows[declared.dates["due"]] > self.monitor.ends)
        rows = rows.assign(state=rows["state"].mask(since, UNSEEN))
        order = rows["state"].map({code: place for place, code in enumerate((OVERDUE, UNSEEN, OPEN, LATE, CLOSED))})
        return rows.assign(order=order).sort_values(["order", declared.dates["due"]], kind="stable")

    def support(self, caption: str) -> Table:
        """Return what lenders do for each debt: terms before and after, what is paid less or later."""
        labels = self.report.package.tables[support.SUPPORT].labels["kind"]
        columns = (
            enterprise(self.report),
            _DEBT,
            Column("方式", lambda row: labels[row["kind"]]),
            Column("新旧条款", _terms),
            Column("生效", lambda row: f"{day(row['effective_on'])}（{support.STANDS[row['stand']]}）"),
            _money("一年内少还本金", "less_principal", "万元"),
            _money("一年内少付利息", "less_interest", "万元"),
            _money("还清以前少付利息", "whole_interest", "万元"),
        )
        note = "“一年内”从生效之日算起；负数是多付。"
        rows = support.effects(self.monitor, self.day)
        return self._table(caption, columns, rows, note=note, sources=(DEBTS, support.SUPPORT))

    def relief(self, caption: str) -> Table:
        """Return how many run short, and by how much, without the support to come, with what is agreed, with all."""
        columns = (Column("情景", "title"), *(Column(title, title) for title, _ in RELIEF))
        return self._table(caption, columns, self._relief, sources=(DEBTS, PAYMENTS, FUNDS, support.SUPPORT))

    @cached_property
    def _relief(self) -> list[dict[str, str]]:
        found = [(title, self._short_with(stands)) for title, stands in RELIEF]
        return [
            {"title": words, **{title: _short(rows[rows["scenario"] == name]) for title, rows in found}}
            for name, words in self._scenarios.items()
        ]

    def _short_with(self, stands: Collection[str]) -> pd.DataFrame:
        monitor = support.supported(self.monitor, self.day, stands)
        return self._short if monitor is self.monitor else shortfalls(stress(monitor, self.day))

    @cached_property
    def _told(self) -> dict[str, str]:
        return {**self.facts(), **self.care()}

    def say(self, *templates: str) -> Passage:
        """Return paragraphs; the templates know ``facts`` and ``care``, and where these rest on a sample say so."""
        tables = (DEBTS, PAYMENTS, FUNDS, DUTIES, BRIEFINGS, DISPATCHES, support.SUPPORT)
        return self.report.say(*templates, rests_on=tables, **self._told)

    def care(self) -> dict[str, str]:
        """Return what sentences say of duties, dispatches and support, by name.

        Raises:
            NoTableError: the book has none of the registers.
        """
        frames = self.monitor.frames
        owed = self.monitor.owed(self.day)
        owed = owed[owed["left"] > 0]
        named = owed["id"].isin(frames[DUTIES]["debt_id"])
        risks = frames[DUTIES].set_index("debt_id")["risk"].reindex(owed["id"])
        decided, helped = self._dated(DISPATCHES, "held_on"), support.effects(self.monitor, self.day)
        briefed = self._dated(BRIEFINGS)
        briefed = briefed[briefed["due_on"] < self.day]
        states = decided["state"].value_counts()
        first = self._relief[0]
        return {
            "owed_items": f"{len(owed)}笔",
            "named": f"{named.sum()}笔",
            "high": f"{(risks == 'high').sum()}笔",
            "meetings": f"{decided['held_on'].nunique()}次",
            "decided": f"{len(decided)}项",
            "done": f"{states.get(CLOSED, 0) + states.get(LATE, 0)}项",
            "undone": f"{states.get(OVERDUE, 0)}项",
            "briefed": f"{len(briefed)}期",
            "briefed_in_time": f"{(briefed['state'] == CLOSED).sum()}期",
            "helped": f"{len(helped)}笔",
            **{stand: helps(stand, helped[helped["stand"] == stand]) for stand in support.STANDS},
            **{f"relief_{n}": first[title] for n, (title, _) in enumerate(RELIEF)},
        }

    # --- structure and money -------------------------------------------------------------

    def kinds(self, caption: str) -> Table:
        """Return the debts by kind: how many, how much is left, at what cost."""
        owed = self.monitor.owed(self.day)
        owed = owed[owed["left"] > 0]
        labels, whole = self.report.package.tables[DEBTS].labels["kind"], exact_sum(owed["left"])
        found = structure.by_kind(owed)
        kinds = found.reindex([kind for kind in labels if kind in found.index]).assign(
            kind=lambda k: k.index.map(labels)
        )
        all_kinds = {"kind": "合计", "items": len(owed), "left": whole, "rate": structure.whole_cost(owed)}
        columns = (
            Column("种类", "kind"),
            Column("笔数", "items", decimals=0),
            _money("未还本金", "left", "万元"),
            Column("占比", lambda row: percent(row["left"], whole), "%"),
            Column("平均成本", "rate", "%", 2, NOTHING),
        )
        return self._table(caption, columns, [*kinds.to_dict("records"), all_kinds])

    def by_cost(self) -> list[tuple[str, float]]:
        """Return what is owed by band of yearly cost, in 亿元."""
        rows = structure.by_cost(self.monitor.owed(self.day))
        return [(band, amount / YI) for band, amount in rows]

    def by_time(self) -> list[tuple[str, float]]:
        """Return what is owed by when it falls due, in 亿元."""
        return [(band, amount / YI) for band, amount in structure.by_time(self.monitor, self.day)]

    def money(self, caption: str) -> Table:
        """Return the money that is expected, by day."""
        sure = {COMMITTED: state("已落实", "sa-check-ok"), HOPED: state("争取中", "sa-check-none")}
        found = expected(self.monitor.frames, self.known)
        found = found[found["month"] <= ordinal(self._months["month"].max())]
        columns = (
            Column("预计到账", "expected_on"),
            enterprise(self.report),
            Column("资金", "title"),
            coded(self.report, FUNDS, "source", "来源"),
            _money("金额", "amount", "万元"),
            Column("把握", lambda row: sure[row["certainty"]]),
        )
        return self._table(caption, columns, found.sort_values(["expected_on", "id"]))

    def _table(
        self,
        caption: str,
        columns: Sequence[Column],
        rows: pd.DataFrame | Sequence[dict[str, Any]],
        note: str = "",
        sources: Sequence[str] = (),
    ) -> Table:
        text = self.report.text(caption, day=day(self.day), known=day(self.known))
        origin = self.report.origin_of(*sources) if sources else self.origin
        return table(text, columns, rows, origin=origin, note=note, if_empty="没有。")


_DEBT = Column("债务", lambda row: title_with_id(row, "debt_id"))


def _money(title: str, field: str, unit: str = "") -> Column:
    return Column(title, field, unit, 0, NOTHING)


def _covered(title: str, field: str) -> Column:
    return Column(title, lambda row: percent(row[field], row["due"], 0), "%")


def _state(title: str, field: str) -> Column:
    return Column(title, lambda row: state(STEP_STATES[row[field]], STATE_CSS.get(row[field], "sa-check-none")))


def _month(month: pd.Period) -> str:
    return f"{month.year}年{month.month}月"


def _terms(row: Mapping[str, Any]) -> str:
    """Return what changes in the terms."""
    due = (
        "到期日不变"
        if row["due_before"] == row["due_after"]
        else f"{day(row['due_before'])}到期改为{day(row['due_after'])}"
    )
    before, after = (with_unit(row[f"rate_{when}"], "%", 2) for when in (support.BEFORE, support.AFTER))
    return f"{due}；" + ("利率不变" if before == after else f"年利率{before}改为{after}")


def helps(stand: str, rows: pd.DataFrame) -> str:
    """Return how many debts have support that stands so, and what it changes in a year and on the whole."""
    told = f"{support.STANDS[stand]}{len(rows)}笔"
    if rows.empty:
        return told
    year, whole = exact_sum(rows["less_interest"]), exact_sum(rows["whole_interest"])
    put_off = _yi(exact_sum(rows["less_principal"]))
    return f"{told}，{WHEN[stand]}一年内少还本金{put_off}、{_less(year)}，到还清为止一共{_less(whole)}"


def _less(interest: float) -> str:
    """Return how much less interest is paid; where it is negative, how much more."""
    return f"{'多' if interest < 0 else '少'}付利息{with_unit(abs(interest), '万元', 0)}"


def _short(rows: pd.DataFrame) -> str:
    """Return how many run short, and by how much at their worst together."""
    return f"{len(rows)}户，最多共缺{_yi(exact_sum(rows['short']))}" if len(rows) else "没有企业短缺"


def in_words(day: pd.Timestamp) -> str:
    """Return a day as a sentence says it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _yi(amount: float) -> str:
    unit, decimals = told_in("亿元", 2, [amount])
    return with_unit(in_unit(amount, unit), unit, decimals)
