"""资金: accounts nobody watches or uses, payments unapproved, split or to strangers, guarantees,
lending between enterprises.

Everything is looked at within a group. What an enterprise owns and earned is known from the last
annual statements before the month that is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...alerts.levels import begins
from ...alerts.months import months, waiting
from ...alerts.rules import NUMBERED, AlertContext, Limit, warning
from ...measures.exact import ONE, exact_sums, whole
from ...tables.hierarchy import above, roots
from ...tables.periods import end_of_month, month_end

MODULE = "funds"
PAYMENTS, ACCOUNTS, BALANCES = "large_payments", "bank_accounts", "account_balances"
NUMBERED.add(PAYMENTS)
GUARANTEES, LOANS = "guarantees", "company_loans"
TERM = "term"  # the kind of account whose money earns something
APPROVAL = Limit("approval_amount", 1, 1_000_000)
SPLIT_DAYS = Limit("split_days", 1, 90)
CONNECT_DAYS = Limit("connect_days", 0, 365)
IDLE_MONTHS = Limit("idle_months", 2, 24)


# --- payments ------------------------------------------------------------------------------------


def unapproved(context: AlertContext) -> pd.DataFrame:
    """Return the payments that need an approval, month by month."""
    paid = context.frames[PAYMENTS]
    paid = _in_words(paid[paid["amount"] >= context.limit("approval_amount")])
    return waiting(paid.assign(title=paid["purpose"]), "paid_on", "approved_on", context.as_of)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose texts, numbered in large tables, are texts again."""
    return rows.assign(**{c: rows[c].astype(str) for c in rows if isinstance(rows[c].dtype, pd.CategoricalDtype)})


def _numbered(names: pd.Series) -> np.ndarray:
    """Return a number for each name, in the order of the names."""
    if isinstance(names.dtype, pd.CategoricalDtype):
        return names.cat.codes.to_numpy()
    return pd.factorize(names, sort=True)[0]


@dataclass(frozen=True)
class _Paid:
    """The payments up to a day by enterprise, payee, day and place: arrays, which are compared much faster than texts.

    ``place`` is the payment's in the table, ``enterprise`` a number, ``whose`` counts the payees of all enterprises,
    ``day`` counts from 1970.
    """

    place: np.ndarray
    enterprise: np.ndarray
    whose: np.ndarray
    day: np.ndarray

    @classmethod
    def of(cls, context: AlertContext) -> _Paid:
        """Return those of the tables, in order once for all rules."""
        if PAYMENTS not in context.shared:
            paid = context.frames[PAYMENTS]
            place = np.flatnonzero((paid["paid_on"] <= context.as_of).to_numpy())
            enterprise, payee = (_numbered(paid[name])[place] for name in ("enterprise_id", "payee"))
            day = paid["paid_on"].to_numpy()[place].astype("datetime64[D]").astype(np.int64)
            order = _order(enterprise, payee, day)
            enterprise, payee = enterprise[order], payee[order]
            whose = np.cumsum(begins(enterprise, payee)) - 1
            context.shared[PAYMENTS] = cls(place[order], enterprise, whose, day[order])
        return context.shared[PAYMENTS]


def _order(*keys: np.ndarray) -> np.ndarray:
    """Return in which order whole numbers stand by the first key, then the next; equals stay as they are."""
    order = np.arange(len(keys[0]))
    for key in reversed(keys):
        few = np.ptp(key) < 2**16 if len(key) else False
        own = (key - key.min()).astype(np.uint16) if few else key  # numpy sorts these in one run
        order = order[np.argsort(own[order], kind="stable")]
    return order


def _last_highest(values: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Return the place of the highest value, the last of equals, of each stretch that ``firsts`` begin."""
    if not len(values):
        return np.arange(0)
    stretch = np.cumsum(firsts) - 1
    highest = np.flatnonzero(values == np.maximum.reduceat(values, np.flatnonzero(firsts))[stretch])
    return highest[np.append(begins(stretch[highest])[1:], True)]


def split(context: AlertContext) -> pd.DataFrame:
    """Return what each payee got within the set days in payments that each need no approval."""
    paid, table = _Paid.of(context), context.frames[PAYMENTS]
    amount = table["amount"].to_numpy(dtype=float)[paid.place]
    small = np.flatnonzero(amount < context.limit("approval_amount"))
    day, whose, length = paid.day[small], paid.whose[small], int(context.limit("split_days"))
    # On one line of days, one payee's far behind the one's before: where each payment's time begins is looked up.
    line = day - day.min(initial=0) + whose * (np.ptp(day) + length + 1 if len(day) else 1)
    begin, place = np.searchsorted(line, line - length), np.arange(len(small))
    # Whole 分 are added up, so that it does not matter what was added before.
    sums = np.append(0, np.cumsum(whole(amount[small])))
    total, count = sums[place + 1] - sums[begin], place + 1 - begin
    month = months(day.astype("datetime64[D]"))
    several = np.flatnonzero(count > 1)
    most = several[_last_highest(total[several], begins(whose[several], month[several]))]
    numbers = (table.index.to_numpy()[paid.place[small]] + 2).tolist()
    found = _in_words(table[["enterprise_id", "payee", "paid_on"]].iloc[paid.place[small[most]]])
    return found.assign(
        total=total[most] / ONE,
        subject=found["payee"],
        period=month_end(found["paid_on"]),
        rows=[tuple(numbers[b:e]) for b, e in zip(begin[most].tolist(), (most + 1).tolist(), strict=True)],
    )


def first_payments(context: AlertContext) -> pd.DataFrame:
    """Return each enterprise's first payment to each payee.

    In the first year of an enterprise's own payments everybody is new, so nothing is known.
    """
    paid, table = _Paid.of(context), context.frames[PAYMENTS]
    # The first day of each; of several payments on it, the one with the first number.
    first_day = paid.day[begins(paid.whose)]
    first = np.flatnonzero(paid.day == first_day[paid.whose])
    payers = np.flatnonzero(begins(paid.enterprise[first]))
    began = np.repeat(np.minimum.reduceat(paid.day[first], payers), np.diff(np.append(payers, len(first))))
    later = first[_years(paid.day[first]) > _years(began)]
    found = _in_words(table.iloc[paid.place[later]]).assign(whose=paid.whose[later])
    found = found.sort_values(["paid_on", "id"]).drop_duplicates("whose")
    return found.assign(period=month_end(found["paid_on"]), subject=found["payee"], rows=found.index + 2)


def _years(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[Y]")


@warning(MODULE, unapproved, PAYMENTS, message="末{subject}支付{value}没有批准", limits=(APPROVAL,))
def payment_unapproved(amount, open):
    """达到集体批准限额的支付，已支付而没有批准的金额"""
    return amount * open


@warning(MODULE, split, PAYMENTS, message="在规定天数以内分笔付给{subject}共{value}", limits=(APPROVAL, SPLIT_DAYS))
def payment_split(total):
    """同一收款方在规定天数以内、每笔都低于集体批准限额的支付合计"""
    return total


@warning(MODULE, first_payments, PAYMENTS, message="首次付给{subject}{value}")
def payment_new_payee(amount):
    """企业第一次付给一个收款方的金额；企业开始登记支付的那一年不看"""
    return amount


# --- accounts ------------------------------------------------------------------------------------


def unconnected(context: AlertContext) -> pd.DataFrame:
    """Return the accounts past the day by which they had to be under supervision."""
    accounts = context.frames[ACCOUNTS]
    days = pd.Timedelta(days=int(context.limit("connect_days")))
    done = accounts[["connected_on", "closed_on"]].min(axis=1)
    accounts = accounts.assign(title=called(accounts), due=accounts["opened_on"] + days, done=done)
    return waiting(accounts, "due", "done", context.as_of)


def called(accounts: pd.DataFrame) -> pd.Series:
    """Return what accounts are called: by their bank."""
    return accounts["bank"] + "账户"


def balances(context: AlertContext) -> pd.DataFrame:
    """Return the balance of each account that earns nothing, at the months' ends known by the day.

    ``floor`` is the lowest balance of the last months, as many as are set, ``still`` how many
    months the balance has not moved.
    """
    rows = context.frames[BALANCES]
    rows = rows.assign(rows=rows.index + 2, period=end_of_month(rows["year"], rows["month"]))
    accounts = context.frames[ACCOUNTS]
    accounts = accounts[accounts["kind"] != TERM]
    accounts = accounts.assign(subject=called(accounts) + "（" + accounts["id"] + "）")
    accounts = accounts.rename(columns={"id": "account_id"})[["account_id", "subject"]]
    rows = rows[rows["period"] <= context.as_of].merge(accounts, on="account_id")
    rows = rows.sort_values(["account_id", "period"], ignore_index=True)
    months = int(context.limit("idle_months"))
    own = rows.groupby("account_id")["balance"]
    floor = own.rolling(months).min().droplevel(0) if len(rows) else rows["balance"]
    stretch = (own.diff() != 0).cumsum()
    return rows.assign(floor=floor, still=rows.groupby(stretch).cumcount())


def totals(context: AlertContext) -> pd.DataFrame:
    """Return each flash statement's cash beside what was in all accounts on that day."""
    keys = ["year", "month", "enterprise_id"]
    held = exact_sums(context.frames[BALANCES], keys, "balance").reset_index()
    flash = context.frames["flash_reports"]
    flash = flash.assign(rows=flash.index + 2, subject="", period=end_of_month(flash["year"], flash["month"]))
    flash = flash[flash["period"] <= context.as_of][[*keys, "cash", "rows", "subject", "period"]]
    return flash.merge(held, on=keys)


@warning(MODULE, unconnected, ACCOUNTS, message="末{subject}没有接入资金监管，逾期{value}", limits=(CONNECT_DAYS,))
def account_unconnected(days):
    """开户满规定天数以后仍没有接入资金监管的天数"""
    return days


@warning(MODULE, balances, BALANCES, ACCOUNTS, message="末{subject}的余额已有{value}没有变动", limits=(IDLE_MONTHS,))
def account_still(still, balance):
    """活期账户有余额而月末余额一直没有变动的月数"""
    return still * (balance > 0)


@warning(
    MODULE, balances, BALANCES, ACCOUNTS, message="末{subject}规定月数以内余额从未低于{value}", limits=(IDLE_MONTHS,)
)
def account_idle(floor):
    """活期账户在规定月数以内的最低月末余额，也就是一直没有用到的钱"""
    return floor


@warning(
    MODULE, totals, "flash_reports", BALANCES, ACCOUNTS, decimals=1, message="末账户余额合计与快报货币资金相差{value}"
)
def cash_gap(balance, cash):
    """全部账户月末余额之和与快报货币资金之差，占快报数的比重，不论正负"""
    return abs(balance - cash) / cash * 100


# --- guarantees and lending ----------------------------------------------------------------------


def in_force(context: AlertContext) -> pd.DataFrame:
    """Return the guarantees, month by month, with whether they are for another group's debts."""
    given = context.frames[GUARANTEES]
    root = roots(above(context.frames))
    own, other = given["enterprise_id"].map(root), given["guaranteed_enterprise_id"].map(root)
    given = given.assign(outside=own != other)
    return waiting(given, "opened_on", "closed_on", context.as_of)


def load(context: AlertContext) -> pd.DataFrame:
    """Return what each enterprise guarantees beside its net assets at the year's beginning."""
    given = in_force(context)
    given = given[given["open"]]
    keys = ["enterprise_id", "period"]
    found = exact_sums(given, keys, "amount").rename("guaranteed").to_frame()
    found = found.assign(rows=given.groupby(keys)["rows"].agg(tuple)).reset_index()
    sheet = context.frames["balance_sheet"].query("basis == 'individual' and moment == 'opening'")
    sheet = sheet[["year", "enterprise_id", "owners_equity"]]
    found["year"] = found["period"].dt.year
    return found.assign(subject="").merge(sheet, on=["year", "enterprise_id"], how="left")


def for_losers(context: AlertContext) -> pd.DataFrame:
    """Return the guarantees within a group with whether the guaranteed made a loss last year."""
    given = in_force(context)
    given = given[~given["outside"]]
    own = context.frames["income_statement"].query("basis == 'individual'")
    own = own.assign(year=own["year"] + 1, guaranteed_enterprise_id=own["enterprise_id"])
    own = own[["year", "guaranteed_enterprise_id", "total_profit"]]
    given = given.assign(year=given["period"].dt.year).merge(own, on=["year", "guaranteed_enterprise_id"], how="left")
    known = given["total_profit"].notna()
    return given.assign(losing=(given["total_profit"] < 0).astype(float).where(known))


def lent(context: AlertContext) -> pd.DataFrame:
    """Return the loans between enterprises, month by month, with whether they leave the group."""
    loans = context.frames[LOANS]
    root = roots(above(context.frames))
    own, other = loans["enterprise_id"].map(root), loans["borrower_enterprise_id"].map(root)
    return waiting(loans.assign(outside=own != other), "opened_on", "closed_on", context.as_of)


def overdue(context: AlertContext) -> pd.DataFrame:
    """Return the loans between enterprises past their due date, month by month."""
    return waiting(context.frames[LOANS], "due_on", "closed_on", context.as_of)


@warning(
    MODULE, load, GUARANTEES, "balance_sheet", "enterprises", decimals=1, message="末担保余额为上年末净资产的{value}"
)
def guarantee_load(guaranteed, owners_equity):
    """没有解除的担保之和占担保企业上年末净资产（单户）的比重；净资产不为正的不算"""
    return guaranteed / owners_equity * 100


@warning(MODULE, in_force, GUARANTEES, "enterprises", message="末为集团外担保{value}：{subject}")
def guarantee_outside(amount, open, outside):
    """为本集团以外的企业提供、没有解除的担保金额"""
    return amount * open * outside


@warning(
    MODULE,
    for_losers,
    GUARANTEES,
    "income_statement",
    "enterprises",
    message="末为上年亏损的企业担保{value}：{subject}",
)
def guarantee_losing(amount, open, losing):
    """为本集团内上年利润总额为负的企业提供、没有解除的担保金额"""
    return amount * open * losing


@warning(MODULE, overdue, LOANS, message="末{subject}逾期{value}没有归还")
def loan_overdue(days):
    """企业间借款到期以后没有归还的天数"""
    return days


@warning(MODULE, lent, LOANS, "enterprises", message="末借给其他集团{value}：{subject}")
def loan_between(amount, open, outside):
    """借给其他集团企业、没有归还的金额"""
    return amount * open * outside
