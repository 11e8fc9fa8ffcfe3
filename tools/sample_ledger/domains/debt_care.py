"""Who looks after each debt, what the district's leaders decided about it, and what lenders do.

Built on the rows of ``debts``, which are not changed: support in force since some day of the year
tells what the terms were before, support to come what they will be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pandas as pd

from ..registers import WORKING_DAYS, YEAR, Context, numbered, working_day
from .debts import DEAR, LAST, SHORT_BOND, TRUSTS, UNPAID

AFTER = ("debts",)
Cells = Mapping[str, object]
DUTIES = (("财务部", "资金主管"), ("财务部", "财务总监"), ("投资发展部", "融资主管"))
SUPERVISORS = ("财务监管岗", "风险防控岗", "产权管理岗")
LEADER = "区政府分管领导"
MISSED_WEEK, LATE_BRIEFINGS = 39, {("week", 7): 3, ("month", 5): 2}  # planted
# Decisions by what they are about, with what came of each.
DECISIONS = {
    "loan": (("与银行签订续借合同", "续借合同已经签订"), ("落实还本付息资金，存入专户", "资金已经存入专户")),
    "bond": (("确定兑付资金来源，逐周报告", "兑付资金来源已经落实"), ("与承销机构商定续发安排", "续发安排已经商定")),
    "nonstandard": (("与债权人商谈降低成本", "双方同意降低成本"), ("落实当期租金和本息", "当期款项已经支付")),
    "shareholder": (("与出资人商定还款安排", "还款安排已经商定"),),
}


def tables(context: Context) -> dict[str, list[dict[str, object]]]:
    """Return duties, briefings, dispatches and support."""
    debts = [dict(row) for row in context.made["debts"]]
    briefings = list(_briefings(context))
    return {
        "debt_duties": [_duty(context, debt) for debt in debts],
        "debt_briefings": briefings,
        "debt_dispatches": _numbered("DD", _dispatches(context, debts, briefings)),
        "debt_support": _numbered("ZC", _support(debts, [dict(row) for row in context.made["debt_funds"]])),
    }


def _numbered(prefix: str, rows: Iterator[dict[str, object]]) -> list[dict[str, object]]:
    found = list(rows)
    return [{**row, "id": i} for row, i in zip(found, numbered(prefix, len(found)), strict=True)]


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


def _next(day: date) -> date:
    return WORKING_DAYS.next(pd.Timestamp(day)).date()


def _planted(debt: Cells) -> bool:
    own, kind = debt["enterprise_id"], debt["kind"]
    bond = (own, _day(debt["due_on"])) == SHORT_BOND[:2] and kind == "bond"
    lease = own == UNPAID and debt["repayment"] == "annuity"
    return bond or lease or _dear(debt)


def _dear(debt: Cells) -> bool:
    return debt["enterprise_id"] == DEAR[0] and str(debt["title"]).endswith(TRUSTS[DEAR[0]])


def _duty(context: Context, debt: Cells) -> dict[str, object]:
    department, post = context.pick(DUTIES, (0.5, 0.2, 0.3))
    soon = _day(debt["due_on"]) <= date(YEAR + 1, 6, 30) and _day(debt["due_on"]) > LAST
    risk = "high" if _planted(debt) else "medium" if soon or debt["kind"] == "nonstandard" else "low"
    judged = context.day(date(YEAR, 11, 20), date(YEAR, 12, 25))
    ended = debt["prepaid_on"] or debt["due_on"]
    return {
        "year": YEAR,
        "debt_id": debt["id"],
        "department": department,
        "post": post,
        "supervisor": context.pick(SUPERVISORS),
        "risk": risk,
        "judged_on": min(judged, working_day(max(_day(ended), date(YEAR, 1, 4)))),
    }


def _briefings(context: Context) -> Iterator[dict[str, object]]:
    """Yield each week's, month's and quarter's report, due on a working day after its end."""
    sunday = date(YEAR, 1, 8)
    ends = [("week", n + 1, sunday + timedelta(days=7 * n), 1) for n in range(52)]
    ends = [end for end in ends if end[2].year == YEAR]
    for kind, months, days in (("month", 1, 5), ("quarter", 3, 10)):
        for n in range(1, 12 // months + 1):
            end = pd.Timestamp(YEAR, months * n, 1) + pd.offsets.MonthEnd(0)
            ends.append((kind, n, end.date(), days))
    words = {"week": "第{}周", "month": "{}月", "quarter": "第{}季度"}
    for number, (kind, n, end, days) in enumerate(ends, 1):
        due = _next(end + timedelta(days=days))
        late = LATE_BRIEFINGS.get((kind, n), 0)
        early = int(context.rng.integers(0, days))
        sent = due + timedelta(days=late) if late else max(working_day(due - timedelta(days=early)), _next(end))
        missed = (kind, n) == ("week", MISSED_WEEK)
        yield {
            "year": YEAR,
            "id": f"BG{number:03d}",
            "title": f"{YEAR}年{words[kind].format(n)}债务报告",
            "kind": kind,
            "due_on": due,
            "submitted_on": "" if missed or sent > LAST else sent,
        }


def _dispatches(
    context: Context, debts: list[dict[str, object]], briefings: list[dict[str, object]]
) -> Iterator[dict[str, object]]:
    """Yield what each month's meeting decided, about debts that fall due in the half year after."""
    monthly = [row for row in briefings if row["kind"] == "month" and row["submitted_on"]]
    for row in monthly:
        held = _next(_day(row["submitted_on"]) + timedelta(days=int(context.rng.integers(3, 8))))
        near = [
            debt
            for debt in debts
            if held < _day(debt["due_on"]) <= held + timedelta(days=190)
            and _day(debt["borrowed_on"]) < held
            and not debt["prepaid_on"]
            and not _planted(debt)
        ]
        chosen = context.rng.choice(len(near), size=min(3, len(near)), replace=False)
        for place in chosen:
            yield _decision(context, held, row, near[int(place)])
    for debt in debts:
        if _planted(debt):
            told = "补付逾期的租金" if debt["enterprise_id"] == UNPAID else "确定到期前的接续资金，逐周报告"
            due = working_day(date(YEAR, 12, 28)) if debt["enterprise_id"] == UNPAID else date(YEAR + 1, 3, 15)
            yield _row(held, monthly[-1], debt, told, due)


def _decision(context: Context, held: date, briefing: Cells, debt: Cells) -> dict[str, object]:
    told, result = context.pick(DECISIONS[str(debt["kind"])])
    due = _next(held + timedelta(days=int(context.rng.integers(15, 46))))
    late = int(context.rng.integers(2, 15)) if context.rng.random() < 0.12 else -int(context.rng.integers(0, 10))
    closed = _next(due + timedelta(days=late)) if late > 0 else max(working_day(due + timedelta(days=late)), held)
    done = {"closed_on": closed, "result": result} if closed <= LAST else {}
    return _row(held, briefing, debt, told, due) | done


def _row(held: date, briefing: Cells, debt: Cells, title: str, due: date) -> dict[str, object]:
    return {
        "year": YEAR,
        "id": "",
        "held_on": held,
        "chaired_by": LEADER,
        "briefing_id": briefing["id"],
        "debt_id": debt["id"],
        "title": title,
        "department": "财务部",
        "due_on": due,
        "closed_on": "",
        "result": "",
    }


def _support(debts: list[dict[str, object]], funds: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Yield support of each kind: in force, agreed and being talked about."""

    def first(enterprise: str, **where: object) -> dict[str, object]:
        return next(d for d in debts if d["enterprise_id"] == enterprise and where.items() <= d.items())

    def later(debt: Cells) -> dict[str, object]:
        """Return the fund that was to replace a debt."""
        own = (f for f in funds if f["enterprise_id"] == debt["enterprise_id"])
        return next(f for f in own if f["title"] == f"续借：{debt['title']}" and str(f["expected_on"]) > f"{LAST}")

    def row(
        debt: Cells,
        kind: str,
        lender: object,
        days: tuple[date, date | None, date],
        due: tuple[object, object],
        rate: tuple[float, float],
        fund: object = "",
    ) -> dict[str, object]:
        proposed, agreed, effective = days
        return {
            "year": YEAR,
            "id": "",
            "debt_id": debt["id"],
            "kind": kind,
            "lender": lender,
            "proposed_on": proposed,
            "agreed_on": agreed or "",
            "effective_on": effective,
            "due_before": due[0],
            "due_after": due[1],
            "rate_before": f"{rate[0]:.2f}",
            "rate_after": f"{rate[1]:.2f}",
            "fund_id": fund,
        }

    def rate(debt: Cells) -> float:
        return float(str(debt["rate"]))

    def moved(debt: Cells, years: int) -> date:
        return (pd.Timestamp(_day(debt["due_on"])) + pd.DateOffset(years=years)).date()

    cheaper = first("B", kind="loan", repayment="equal_principal")
    yield row(
        cheaper,
        "lower_rate",
        cheaper["lender"],
        (date(YEAR, 3, 14), date(YEAR, 6, 9), date(YEAR, 6, 21)),
        (cheaper["due_on"], cheaper["due_on"]),
        (rate(cheaper) + 0.35, rate(cheaper)),
    )
    longer = next(
        d for d in debts if d["enterprise_id"] == "E" and d["kind"] == "loan" and _day(d["due_on"]).year > YEAR + 2
    )
    yield row(
        longer,
        "extension",
        longer["lender"],
        (date(YEAR, 5, 10), date(YEAR, 8, 25), date(YEAR, 9, 1)),
        (moved(longer, -2), longer["due_on"]),
        (rate(longer), rate(longer)),
    )
    trust = next(d for d in debts if _dear(d))
    yield row(
        trust,
        "replacement",
        "甲银行",
        (date(YEAR, 9, 20), date(YEAR, 12, 20), date(YEAR + 1, 2, 1)),
        (trust["due_on"], moved(trust, 3)),
        (rate(trust), 4.50),
        later(trust)["id"],
    )
    bond = next(d for d in debts if d["kind"] == "bond" and (d["enterprise_id"], d["due_on"]) == SHORT_BOND[:2])
    yield row(
        bond,
        "replacement",
        "乙银行",
        (date(YEAR, 12, 8), None, date(YEAR + 1, 5, 20)),
        (bond["due_on"], moved(bond, 3)),
        (rate(bond), 4.20),
        later(bond)["id"],
    )
    lease = first(UNPAID, repayment="annuity")
    yield row(
        lease,
        "extension",
        lease["lender"],
        (date(YEAR, 12, 18), None, date(YEAR + 1, 3, 1)),
        (lease["due_on"], moved(lease, 1)),
        (rate(lease), rate(lease)),
    )
