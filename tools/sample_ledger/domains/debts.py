"""Debts with their payments' progress, and the money meant for them.

Debts add up to the balance sheets' borrowings at the year's start and end, line by line: a part
is laid out, and one loan or bond takes what is left to the cent. What the balance sheet gained in
the year was borrowed in it. Money is expected so that each enterprise gets through the months
with some margin; where it does not, that is planted: see ``PLANTED``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pandas as pd

from stateassets.domains.debts.schedule import instalments

from ..enterprises import Profile, in_year
from ..money import WAN, Row, apportion, text
from ..registers import WORKING_DAYS, YEAR, Context, numbered, working_day

Cells = dict[str, object]
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
STEP = 100 * WAN  # principals are whole millions of yuan where nothing has to be left over
BANKS = ("甲银行", "乙银行", "丙银行", "丁银行", "戊银行")
USES = {
    "holder": "流动资金借款",
    "fund": "并购借款",
    "lessor": "物业经营借款",
    "builder_head": "片区开发借款",
    "builder": "项目建设借款",
    "operator": "设施改造借款",
    "service": "流动资金借款",
}
LEASED = {
    "lessor": "楼宇设备",
    "builder_head": "管网设施",
    "builder": "工程设备",
    "operator": "停车设施",
    "holder": "园区设施",
    "fund": "",
    "service": "",
}
TRUSTS = {"C": "城市更新项目信托借款", "D": "基础设施项目信托借款"}
SHAREHOLDERS = {"B": (YEAR + 1, 9), "D": (YEAR + 2, 6), "E": (YEAR + 2, 11), "F": (YEAR + 3, 4)}
MONTHS_AHEAD = (("plan_made_on", 6), ("funds_secured_on", 3), ("funds_ready_on", 1))
LATE_SHARE = 0.006  # of the steps
# What is left over of all that each enterprise pays next year, as a share of it.
MARGINS = {"A": 0.20, "B": 0.13, "C": 0.16, "D": 0.16, "C1": 0.15, "D1": 0.13, "E1": 0.14}
OTHER_MARGIN = (0.18, 0.5)

SOURCES = {
    "资本投融资管理类": (("operations", "租金和投资收益回款"), ("disposal", "存量资产处置款")),
    "城乡建设发展类": (("fiscal", "项目结算款"), ("operations", "工程回款")),
    "城市运营管理类": (("operations", "经营回款"), ("fiscal", "运营服务结算款")),
}

# Planted. A bond of D falls due in May; the one that is to replace it comes two months later.
SHORT_BOND = ("D", date(YEAR + 1, 5, 22), date(YEAR + 1, 7, 15))
DEAR = ("D", 8.6)  # its trust loan costs far more than anything else
UNPAID = "D2"  # the year's last lease payment was not made
PREPAID = ("A1", date(YEAR, 9, 15))
LEAP, SUNDAY = ("B1", date(YEAR + 1, 2, 29)), ("C1", date(YEAR + 1, 6, 30))
# Steps that came late, in days, or not by the year's end (None): enterprise, kind, due, step.
LATE_STEPS = {
    ("D", "bond", SHORT_BOND[1], "plan_made_on"): 24,
    ("B1", "loan", LEAP[1], "funds_secured_on"): None,
    ("C1", "loan", SUNDAY[1], "plan_made_on"): None,
}
PLANTED = (SHORT_BOND, DEAR, UNPAID, PREPAID, LEAP, SUNDAY, LATE_STEPS)


def tables(context: Context) -> dict[str, list[Cells]]:
    """Return debts, the progress of their payments, and the money that is to pay them."""
    debts = [row for p in in_year(YEAR) for row in _owed(context, p)]
    debts.sort(key=lambda row: (str(row["borrowed_on"]), str(row["enterprise_id"])))
    debts = [{**r, "id": i} for r, i in zip(debts, numbered("ZW", len(debts)), strict=True)]
    due = instalments(_frame(debts))
    funds = [row for p in in_year(YEAR) for row in _funds(context, p, debts, due)]
    funds.sort(key=lambda row: (str(row["expected_on"]), str(row["enterprise_id"])))
    return {
        "debts": debts,
        "debt_payments": list(_progress(context, due)),
        "debt_funds": [{**r, "id": i} for r, i in zip(funds, numbered("ZJ", len(funds)), strict=True)],
    }


def _frame(rows: list[Cells]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for column in ("principal", "rate", "principal_months"):
        frame[column] = pd.to_numeric(frame[column].replace("", None))
    for column in ("borrowed_on", "due_on", "prepaid_on"):
        frame[column] = pd.to_datetime(frame[column].replace("", None))
    return frame


# --- debts ---------------------------------------------------------------------------------------


def _owed(context: Context, p: Profile) -> Iterator[Cells]:
    before: Row = context.sample.sheets[1].individual.get(p.enterprise_id, {})
    after = context.sample.sheets[2].individual[p.enterprise_id]
    yield from _short_loans(context, p, before.get("short_term_borrowings", 0), after["short_term_borrowings"])
    yield from _long_loans(context, p, before.get("long_term_borrowings", 0), after.get("long_term_borrowings", 0))
    yield from _bonds(context, p, before.get("bonds_payable", 0), after.get("bonds_payable", 0))
    if p.enterprise_id in SHAREHOLDERS:
        least = min(sheet["other_noncurrent_liabilities"] for sheet in (before, after))
        year, month = SHAREHOLDERS[p.enterprise_id]
        due = context.day(date(year, month, 5), date(year, month, 25))
        yield _debt(
            context,
            p,
            "出资人借款",
            "出资人（区级平台）",
            "shareholder",
            least // 3 // STEP * STEP,
            _years(due, -3),
            due,
            (3.0, 4.35),
            12,
        )


def _debt(
    context: Context,
    p: Profile,
    title: str,
    lender: str,
    kind: str,
    principal: int,
    borrowed: date,
    due: date,
    rates: tuple[float, float],
    interest_months: int,
    principal_months: int = 0,
    repayment: str = "bullet",
    floating: bool = False,
    prepaid: date | None = None,
) -> Cells:
    pledged = {
        "loan": ("credit", "guarantee", "mortgage", "pledge"),
        "bond": ("credit", "guarantee"),
        "nonstandard": ("guarantee", "mortgage", "pledge"),
        "shareholder": ("credit",),
    }
    return {
        "year": YEAR,
        "id": "",
        "enterprise_id": p.enterprise_id,
        "title": f"{borrowed.year}年{title}",
        "lender": lender,
        "kind": kind,
        "principal": text(principal),
        "rate": f"{context.rng.uniform(*rates):.2f}",
        "rate_kind": "floating" if floating else "fixed",
        "borrowed_on": borrowed,
        "due_on": due,
        "repayment": repayment,
        "interest_months": interest_months,
        "principal_months": principal_months or "",
        "security": context.pick(pledged[kind]),
        "prepaid_on": prepaid or "",
    }


def _short_loans(context: Context, p: Profile, before: int, after: int) -> Iterator[Cells]:
    """Yield last year's loans and, from where each ends, this year's."""
    count = 3 if p.level == 1 and after > 20_000 * WAN else 2 if after > 2_000 * WAN else 1
    weights = [context.rng.uniform(0.7, 1.3) for _ in range(count)]
    spans = [(date(YEAR, 1 + 12 * i // count, 10), date(YEAR, 12 * (i + 1) // count, 20)) for i in range(count)]
    ends = [context.day(*span) for span in spans]
    planted = dict((LEAP, SUNDAY)).get(p.enterprise_id)
    every = 3 if after > 8_000 * WAN else 0
    if planted:
        ends[0] = working_day(_years(planted, -1))
    for principal, end, place in zip(_parts(before, weights), ends, range(count), strict=True):
        if principal:
            begin = _years(end, -1) + timedelta(days=2)
            yield _debt(
                context,
                p,
                USES[p.role],
                context.pick(BANKS),
                "loan",
                principal,
                begin,
                end,
                (3.4, 4.7),
                every,
                floating=place == 1,
            )
    for principal, end, place in zip(_parts(after, weights), ends, range(count), strict=True):
        begin = min(end + timedelta(days=int(context.rng.integers(0, 4))), LAST)
        due = planted if planted and not place else working_day(_years(begin, 1))
        yield _debt(
            context,
            p,
            USES[p.role],
            context.pick(BANKS),
            "loan",
            principal,
            max(begin, _years(due, -1)),
            due,
            (3.2, 4.5),
            every,
            floating=place == 1,
        )


def _long_loans(context: Context, p: Profile, before: int, after: int) -> Iterator[Cells]:
    """Yield loans repaid half a year at a time, leases, a trust loan, what ends, what is new."""
    if not after:
        return
    rng, e, bank = context.rng, p.enterprise_id, lambda: context.pick(BANKS)
    rows: list[Cells] = []
    paid, ahead = int(rng.integers(2, 6)), int(rng.integers(9, 17))
    due = _months(context.day(date(YEAR, 1, 10), date(YEAR, 6, 15)), 6 * (ahead - 1))
    each = _round(0.4 * before / ahead, 10 * WAN)
    rows.append(
        _debt(
            context,
            p,
            f"{USES[p.role]}（分期还本）",
            bank(),
            "loan",
            each * (ahead + paid),
            _months(due, -6 * (ahead + paid)),
            due,
            (4.0, 4.9),
            3,
            6,
            "equal_principal",
            floating=True,
        )
    )
    if LEASED[p.role] and before > 20_000 * WAN:
        due = context.day(date(YEAR + 2, 1, 8), date(YEAR + 3, 10, 20))
        due = due if e != UNPAID else date(YEAR + 2, 12, 12)
        rows.append(
            _debt(
                context,
                p,
                f"{LEASED[p.role]}售后回租",
                "融资租赁公司",
                "nonstandard",
                _round(0.17 * before, STEP),
                _years(due, -5),
                due,
                (5.4, 6.4),
                3,
                3,
                "annuity",
            )
        )
    if e in TRUSTS:
        due = context.day(date(YEAR + 1, 8, 5), date(YEAR + 1, 11, 25))
        trust = _debt(
            context,
            p,
            TRUSTS[e],
            "信托公司",
            "nonstandard",
            _round(0.07 * before, STEP),
            _years(due, -3),
            due,
            (6.6, 7.2),
            6,
        )
        rows.append(trust | ({"rate": f"{DEAR[1]:.2f}"} if e == DEAR[0] else {}))
    ending = _round(max(0, before - after) + 0.06 * before, STEP)
    if e == PREPAID[0]:
        due = context.day(date(YEAR + 2, 2, 1), date(YEAR + 2, 5, 1))
        rows.append(
            _debt(
                context,
                p,
                USES[p.role],
                bank(),
                "loan",
                ending,
                _years(due, -5),
                due,
                (4.6, 5.2),
                3,
                prepaid=PREPAID[1],
            )
        )
    else:
        due = context.day(date(YEAR, 2, 10), date(YEAR, 11, 20))
        rows.append(_debt(context, p, USES[p.role], bank(), "loan", ending, _years(due, -3), due, (4.2, 5.0), 3))
    soon = context.day(date(YEAR + 1, 2, 10), date(YEAR + 1, 12, 10))
    rows.append(
        _debt(
            context, p, USES[p.role], bank(), "loan", _round(0.09 * before, STEP), _years(soon, -3), soon, (4.1, 4.9), 3
        )
    )
    due = context.day(date(YEAR + 3, 1, 10), date(YEAR + 5, 12, 10))
    rest = before - sum(_left(rows, FIRST))
    rows.append(
        _debt(
            context,
            p,
            f"{USES[p.role]}（中长期）",
            bank(),
            "loan",
            rest,
            _years(due, -7),
            due,
            (4.1, 4.9),
            3,
            floating=True,
        )
    )
    begin = context.day(date(YEAR, 7, 10), date(YEAR, 11, 28))
    new = after - sum(_left(rows, _years(FIRST, 1)))
    yield from rows
    yield _debt(
        context,
        p,
        f"{USES[p.role]}（中长期）",
        bank(),
        "loan",
        new,
        begin,
        working_day(_years(begin, int(rng.integers(3, 8)))),
        (3.8, 4.4),
        3,
        floating=True,
    )


def _bonds(context: Context, p: Profile, before: int, after: int) -> Iterator[Cells]:
    if not after:
        return
    weights = [context.rng.uniform(0.7, 1.3) for _ in range(6 if before > 300_000 * WAN else 4)]
    issues: Counter[int] = Counter()
    for number, principal in enumerate(_parts(before, weights)):
        due = context.day(date(YEAR + number, 2, 15), date(YEAR + number, 11, 20))
        if p.enterprise_id == SHORT_BOND[0] and number == 1:
            due = SHORT_BOND[1]
        lasts = 3 if number < 2 else 5 if number < 5 else 7
        begin = _years(due, -lasts)
        issues[begin.year] += 1
        issue = f"第{'一二三'[issues[begin.year] - 1]}期公司债券"
        yield _debt(context, p, issue, "债券持有人", "bond", principal, begin, due, (3.9, 5.4), 12)
        if number == 0:
            begin = max(_days(due, -20), date(YEAR, due.month, 4))
            yield _debt(
                context,
                p,
                "第一期公司债券",
                "债券持有人",
                "bond",
                after - before + principal,
                begin,
                _years(begin, 5),
                (3.6, 4.6),
                12,
            )


def _parts(amount: int, weights: list[float]) -> list[int]:
    """Split an amount into round parts; the last takes what is left over."""
    if not amount:
        return [0] * len(weights)
    round_, rest = amount // STEP * STEP, amount % STEP
    parts = apportion(round_, weights, STEP)
    return [*parts[:-1], parts[-1] + rest]


def _left(rows: list[Cells], day: date) -> Iterator[int]:
    """Yield what is left of each debt before a day, to the cent, if paid as it should be."""
    due = instalments(_frame(rows))
    still = (due["pay_due_on"] >= pd.Timestamp(day)) | _is_unpaid(due)
    still &= ~(due["prepaid_on"] < pd.Timestamp(day))
    for amount in due[still].groupby("row")["pay_principal"].sum():
        yield round(float(amount) * WAN)


def _is_unpaid(due: pd.DataFrame) -> pd.Series:
    """Which payment is the planted one that was not made: the last lease payment of the year."""
    own = (due["enterprise_id"] == UNPAID) & (due["repayment"] == "annuity")
    return own & due["pay_due_on"].between(pd.Timestamp(YEAR, 10, 2), pd.Timestamp(LAST))


# --- progress ------------------------------------------------------------------------------------


def _progress(context: Context, due: pd.DataFrame) -> Iterator[Cells]:
    unpaid = _is_unpaid(due)
    for row, failed in zip(due.to_dict("records"), unpaid, strict=True):
        day = row["pay_due_on"].date()
        if day < FIRST or row["prepaid_on"] < row["pay_due_on"]:
            continue
        begin, done = row["borrowed_on"].date(), dict[str, date]()
        for step, months in MONTHS_AHEAD:
            limit = max(_months(day, -months), begin)
            early = int(context.rng.integers(0, 22))
            if context.rng.random() < LATE_SHARE:
                early = -int(context.rng.integers(5, 30))
            key = (row["enterprise_id"], row["kind"], day, step)
            if key in LATE_STEPS and row["back"] == 0:
                early = -(LATE_STEPS[key] or 400)
            sooner = working_day(_days(limit, -early))
            if early >= 0:
                sooner = min(sooner, WORKING_DAYS.last(pd.Timestamp(limit)).date())
            done[step] = max(sooner, begin)
        paid = WORKING_DAYS.next(pd.Timestamp(day)).date()
        done["paid_on"] = _days(paid, 400) if failed else paid
        known = {step: when if when <= LAST else "" for step, when in done.items()}
        if any(known.values()):
            yield {"year": YEAR, "debt_id": row["id"], "due_on": day, **known}


# --- money ---------------------------------------------------------------------------------------


def _funds(context: Context, p: Profile, debts: list[Cells], due: pd.DataFrame) -> Iterator[Cells]:
    """Yield what was borrowed anew this year, what is to be next year, and the rest of the need."""
    e, rng = p.enterprise_id, context.rng
    own = due[due["enterprise_id"] == e]
    expected: dict[tuple[int, int], float] = {}

    def fund(title: str, source: str, amount: int, day: date, committed: date, got: bool) -> Cells:
        expected[day.year, day.month] = expected.get((day.year, day.month), 0) + amount
        known = working_day(_days(day, -int(rng.integers(372, 420))))
        sure = max(working_day(committed), known)
        return {
            "year": YEAR,
            "id": "",
            "enterprise_id": e,
            "title": title,
            "source": source,
            "amount": text(amount),
            "known_on": known,
            "expected_on": day,
            "committed_on": sure if sure <= LAST else "",
            "received_on": day if got else "",
        }

    new = [debt for debt in debts if debt["enterprise_id"] == e and str(debt["borrowed_on"]) >= f"{FIRST}"]
    paid = own[own["pay_due_on"].between(pd.Timestamp(FIRST), pd.Timestamp(LAST))]
    part = 0.6 * float((paid["pay_principal"] + paid["pay_interest"]).sum())
    part = min(1.0, part / (sum(_cents(debt["principal"]) for debt in new) / WAN or 1.0))
    for debt in new:  # the rest of them paid for something else
        begin = debt["borrowed_on"]
        assert isinstance(begin, date)
        day = max(working_day(begin), FIRST)
        amount = _round(part * _cents(debt["principal"]), WAN)
        yield fund(str(debt["title"])[5:], "refinancing", amount, day, _days(day, -int(rng.integers(95, 150))), True)
    ends = own[
        (own["back"] == 0)
        & (own["pay_due_on"] > pd.Timestamp(LAST))
        & own["prepaid_on"].isna()
        & (own["pay_due_on"] < pd.Timestamp(YEAR + 2, 1, 1))
    ]
    for row in ends[ends["kind"] != "shareholder"].to_dict("records"):
        day = max(working_day(_days(row["pay_due_on"].date(), -int(rng.integers(2, 9)))), date(YEAR + 1, 1, 2))
        if (e, row["pay_due_on"].date()) == SHORT_BOND[:2]:
            day = SHORT_BOND[2]
        yield fund(
            f"续借：{row['title']}",
            "refinancing",
            _round(row["pay_principal"] * WAN, STEP),
            day,
            _days(day, -int(rng.integers(95, 150))),
            False,
        )
    margin = MARGINS.get(e) or rng.uniform(*OTHER_MARGIN)
    yield from _rest(context, p, own, expected, margin, fund)


def _rest(
    context: Context,
    p: Profile,
    own: pd.DataFrame,
    expected: dict[tuple[int, int], float],
    margin: float,
    fund: Callable[..., Cells],
) -> Iterator[Cells]:
    """Yield what closes each month's gap this year, and each quarter's next year.

    This year the cash is left alone; next year it is used, and ``margin`` is left over of
    everything paid so far.
    """
    rng, share = context.rng, 0.66  # a little less of the cash than is usable
    have, need = share * context.sample.sheets[2].individual[p.enterprise_id]["cash"], 0.0
    month_of = own["pay_due_on"].dt.year * 12 + own["pay_due_on"].dt.month
    spans = [(YEAR, range(month, month + 1)) for month in range(1, 13)]
    spans += [(YEAR + 1, range(month, month + 3)) for month in range(1, 13, 3)]
    for year, months in spans:
        here = own[month_of.isin([year * 12 + month for month in months])]
        pays = WAN * float((here["pay_principal"] + here["pay_interest"]).sum())
        comes = sum(expected.get((year, month), 0.0) for month in months)
        gap = pays - comes
        if year > YEAR:
            need, have = need + pays, have + comes
            gap = need * (1 + margin) - have
        if p.enterprise_id == SHORT_BOND[0]:
            replaced = here["pay_due_on"] == pd.Timestamp(SHORT_BOND[1])
            gap -= WAN * float(here.loc[replaced, "pay_principal"].sum())
        amount = _round(gap + STEP - 1, STEP)
        if gap > 0:
            have += amount * (year > YEAR)
            source, title = context.pick(SOURCES[p.class_zh], (0.7, 0.3))
            when = f"第{'一二三四'[months[0] // 3]}季度" if len(months) > 1 else f"{months[0]}月"
            day = context.day(date(year, months[0], 5), date(year, months[0], 28))
            sure = _days(day, -int(rng.integers(95, 200) if rng.random() < 0.85 else 30))
            yield fund(f"{year}年{when}{title}", source, amount, day, sure, day <= LAST)


# --- days and amounts ----------------------------------------------------------------------------


def _years(day: date, years: int) -> date:
    return (pd.Timestamp(day) + pd.DateOffset(years=years)).date()


def _months(day: date, months: int) -> date:
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def _days(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _cents(amount: object) -> int:
    return round(float(str(amount)) * WAN)


def _round(amount: float, step: int) -> int:
    return int(amount) // step * step
