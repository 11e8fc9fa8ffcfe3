"""The watch over debts: is each payment prepared in time, is the money there, what does it cost?

What a payment is, and when its steps are due, is said in ``stateassets.domains.debts``; how many months
before its date each step has to be done are rows of the table ``debt_watch``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import pandas as pd

from ...alerts.months import subject, waiting
from ...alerts.reach import falls_due
from ...alerts.rules import AlertContext, Limit, warning
from ...measures.exact import ONE, exactly, whole
from ...tables.periods import month_end
from . import lists
from .coverage import by_month
from .monitor import DEBTS, DONE_ON, FLASH, FUNDS, PAYMENTS, REPAID, WATCH, DebtMonitor, Frames
from .monitor import steps as all_steps
from .structure import average_cost, within_year

MODULE = "funds"
READS = (
    Limit("debt_cash_reserved", 0, 100),
    Limit("debt_cost_follows", 0, 100),
    Limit("debt_structure_least", 0, 1_000_000),
)
FIRM_MONTHS = 3  # the money for these has to be found by now
LOOKS = 12  # months' ends that are looked back at
# What the rules need of the tables: the less is carried along, the faster.
OF_DEBTS = [
    *("id", "enterprise_id", "title", "kind", "principal", "rate", "rate_kind", "repayment"),
    *("interest_months", "principal_months", "borrowed_on", "due_on", "prepaid_on"),
]
OF_FUNDS = ["enterprise_id", "source", "amount", "known_on", "committed_on", "expected_on", "received_on"]
OF_STEPS = [
    "row",
    "enterprise_id",
    "debt_id",
    "title",
    "borrowed_on",
    "due_on",
    "pay_on",
    "prepaid_on",
    *DONE_ON.values(),
]
OF_LATE = ["enterprise_id", "id", "title", "deadline", "done_on"]


class _Narrow(Mapping[str, pd.DataFrame]):
    """Tables of which some have only the columns that are named; a table counts as read when it is asked for."""

    def __init__(self, frames: Frames, columns: Mapping[str, list[str]]) -> None:
        self.frames, self.columns = frames, columns
        self.cut: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.columns:
            return self.frames[name]
        if name not in self.cut:
            self.cut[name] = self.frames[name][self.columns[name]]
        return self.cut[name]

    def __contains__(self, name: object) -> bool:
        return name in self.frames

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def _monitor(context: AlertContext) -> DebtMonitor:
    if DebtMonitor not in context.shared:
        frames = _Narrow(context.frames, {DEBTS: OF_DEBTS, FUNDS: OF_FUNDS})
        context.shared[DebtMonitor] = DebtMonitor(frames, tuple(sorted(context.covered(DEBTS))))
    return context.shared[DebtMonitor]


@falls_due("到期债务", DEBTS, PAYMENTS, WATCH)
def unseen(frames: Frames, end: pd.Timestamp, day: pd.Timestamp) -> pd.DataFrame:
    """Return the payments of debts that fell due after the end of the record and before the day."""
    rows = lists.unseen(DebtMonitor(frames), day)
    rows = rows[(rows["step"] == REPAID) & (rows["deadline"] > end)]
    return rows.assign(
        title=subject(rows.assign(id=rows["debt_id"])), amount=rows["pay_principal"] + rows["pay_interest"]
    )


# --- a step that is late -------------------------------------------------------------------------


def _steps(context: AlertContext) -> pd.DataFrame:
    """Return every step of the payments on record, with ``id``, ``title`` and whether it was ``repaid`` early."""
    if WATCH not in context.shared:
        monitor = _monitor(context)
        payments = monitor.payments
        payments = payments.loc[~payments["old"], OF_STEPS]
        nth, days = pd.factorize(payments["due_on"])
        payments = payments.assign(
            id=payments["debt_id"],
            title=payments["title"] + days.strftime("%Y年%m月%d日一期").to_numpy()[nth],
            repaid=payments["prepaid_on"].notna() & (payments["due_on"] > payments["prepaid_on"]),
        )
        context.shared[WATCH] = all_steps(payments, context.frames[WATCH], monitor.working_days)
    return context.shared[WATCH]


def late(context: AlertContext, step: str) -> pd.DataFrame:
    """Return for each payment and month's end how many days a step is late; done: none."""
    rows = _steps(context)
    own = rows.loc[(rows["step"] == step) & ~rows["repaid"], ["row", *OF_LATE]].set_index("row")
    return waiting(own, "deadline", "done_on", _monitor(context).seen(context.as_of))


def plan(context: AlertContext) -> pd.DataFrame:
    """Return the plans' lateness."""
    return late(context, "plan")


def funds(context: AlertContext) -> pd.DataFrame:
    """Return the lateness of finding the money."""
    return late(context, "funds")


def ready(context: AlertContext) -> pd.DataFrame:
    """Return the lateness of having the money ready."""
    return late(context, "ready")


def repayment(context: AlertContext) -> pd.DataFrame:
    """Return the lateness of the payment itself."""
    return late(context, "repaid")


@warning(MODULE, plan, DEBTS, PAYMENTS, WATCH, message="末{subject}还款计划逾期{value}没有制定")
def debt_plan_late(days):
    """每期付款的还款计划在规定月数之前制定，逾期的天数"""
    return days


@warning(MODULE, funds, DEBTS, PAYMENTS, WATCH, message="末{subject}还款资金来源逾期{value}没有落实")
def debt_funds_late(days):
    """每期付款的资金来源在规定月数之前落实，逾期的天数"""
    return days


@warning(MODULE, ready, DEBTS, PAYMENTS, WATCH, message="末{subject}还款资金逾期{value}没有备足")
def debt_ready_late(days):
    """每期付款的资金在规定月数之前备足，逾期的天数"""
    return days


@warning(MODULE, repayment, DEBTS, PAYMENTS, WATCH, message="末{subject}逾期{value}没有支付")
def debt_repayment_late(days):
    """应付的本金和利息到期以后没有支付的天数，逢周末和法定节假日从下一个工作日算起"""
    return days


# --- money and structure, at each month's end ----------------------------------------------------


def looked_back(context: AlertContext, view: Callable[[DebtMonitor, pd.Timestamp], pd.DataFrame]) -> pd.DataFrame:
    """Return what a view shows at the last twelve months' ends on record, and on the day."""
    monitor = _monitor(context)
    day = monitor.seen(context.as_of)
    first = max(monitor.begins, day - pd.DateOffset(months=LOOKS - 1))
    ends = pd.date_range(first, month_end(day), freq="ME", normalize=True)
    return pd.concat(
        [view(monitor, min(end, day)).assign(period=end) for end in ends] or [pd.DataFrame()], ignore_index=True
    )


def debtors(context: AlertContext) -> pd.DataFrame:
    """Return what each enterprise owes and what there is to pay it; the rows are its debts.

    ``all`` against ``due`` in the tightest of the next twelve months, ``firm`` against
    ``firm_due`` in that of the next three, hoped-for funds left out. Of those that owe enough for
    shares to mean something: ``refinancing`` and ``year_due`` of the next twelve months, and of
    ``left``, what is ``soon`` (within a year) and ``nonstandard``.
    """
    return looked_back(context, _debtors)


def _debtors(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    (who, year), owed = by_month(monitor, day), monitor.owed(day)
    tight = _lowest(year["covers_all"])
    soon = _lowest(year["covers_firm"][:, :FIRM_MONTHS])
    down = np.arange(len(who))
    found = pd.DataFrame(
        {
            "enterprise_id": who,
            "subject": "",
            "all": year["all"][down, tight],
            "due": year["due"][down, tight],
            "firm": year["firm"][down, soon],
            "firm_due": year["due"][down, soon],
            "refinancing": whole(year["refinancing"]).sum(axis=1) / ONE,
            "year_due": whole(year["principal"] + year["interest"]).sum(axis=1) / ONE,
        }
    )
    parts = {
        "left": owed["left"],
        "soon": within_year(monitor, day).reindex(owed.index),
        "nonstandard": owed["left"].where(owed["kind"] == "nonstandard"),
    }
    sums = exactly(pd.DataFrame(parts), lambda a: a.groupby(owed["enterprise_id"]).sum()).reindex(who)
    large = (sums["left"] >= AlertContext(monitor.frames, day).limit("debt_structure_least")).to_numpy()
    found[list(parts)] = sums.to_numpy()
    shares = ["refinancing", "year_due", *parts]
    found[shares] = found[shares].where(large & (found["year_due"] > 0), axis=0)
    places: dict[str, list[int]] = {}
    for key, row in zip(owed["enterprise_id"], owed["row"], strict=True):
        places.setdefault(key, []).append(int(row) + 2)
    return found.assign(rows=[tuple(places.get(key, ())) for key in who])


def _lowest(covers: np.ndarray) -> np.ndarray:
    """Return where each enterprise's coverage is lowest; where there is none, the first month."""
    return np.where(np.isnan(covers), np.inf, covers).argmin(axis=1)


def items(context: AlertContext) -> pd.DataFrame:
    """Return each debt that is still owed, with the enterprise's average cost."""
    return looked_back(context, _items)


def _items(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    owed = monitor.owed(day)
    owed = owed[owed["left"] > 0]
    return owed.assign(
        rows=owed.index + 2, subject=subject(owed), average=owed["enterprise_id"].map(average_cost(owed))
    )


of_debtors = partial(warning, MODULE, debtors, DEBTS, PAYMENTS, FUNDS, FLASH, decimals=1, limits=READS)


@of_debtors(message="末看，此后十二个月里最紧的时候，连同争取中的资金也只够应还债务的{value}")
def debt_coverage(all, due):
    """此后十二个月逐月累计：可用的货币资金、已落实和争取中的资金，占应付本息的比重，取最低的一个月"""
    return all / due * 100


@of_debtors(message="末看，此后三个月里最紧的时候，已有和已落实的资金只够应还债务的{value}")
def debt_coverage_firm(firm, firm_due):
    """此后三个月逐月累计：可用的货币资金和已落实的资金，占应付本息的比重，取最低的一个月"""
    return firm / firm_due * 100


@warning(MODULE, items, DEBTS, PAYMENTS, decimals=2, message="末{subject}的年利率为{value}")
def debt_cost(rate):
    """每笔还没有还清的债务的年利率"""
    return rate


@warning(MODULE, items, DEBTS, PAYMENTS, decimals=2, message="末{subject}的年利率比本企业平均高{value}")
def debt_cost_gap(rate, average):
    """每笔还没有还清的债务的年利率，减去本企业按余额加权的平均利率"""
    return rate - average


@of_debtors(message="末一年内到期的债务占{value}")
def debt_short_share(soon, left):
    """一年内应还的本金，占未还本金的比重；债务少的企业不看"""
    return soon / left * 100


@of_debtors(message="末看，此后十二个月的还债资金有{value}要靠续借和新借")
def debt_refinancing(refinancing, year_due):
    """此后十二个月准备续借和新借的资金，占应付本息的比重；债务少的企业不看"""
    return refinancing / year_due * 100


@of_debtors(message="末非标融资占{value}")
def debt_nonstandard(nonstandard, left):
    """非标融资的未还本金，占全部未还本金的比重；债务少的企业不看"""
    return nonstandard / left * 100
