"""Warning rules of the other modules: funds, assets, investment, ownership, people, decisions."""

from __future__ import annotations

import pandas as pd

from .flash import month_end
from .months import MONTH, now, subject, waiting
from .registry import Sight, warning

FUNDS, ASSETS, INVESTMENT, OWNERSHIP, PEOPLE, DECISIONS = (
    "funds", "assets", "investment", "ownership", "people", "decisions",
)  # fmt: skip


# --- 资金 ------------------------------------------------------------------------------------


def unapproved(sight: Sight) -> pd.DataFrame:
    """Return the payments that need an approval, month by month."""
    paid = sight.frames["large_payments"]
    paid = paid[paid["amount"] >= sight.limit("approval_amount")]
    return waiting(paid.assign(title=paid["purpose"]), "paid_on", "approved_on", sight.as_of)


def split(sight: Sight) -> pd.DataFrame:
    """Return what each payee got within the set days in payments that each need no approval."""
    paid = sight.frames["large_payments"]
    paid = paid.assign(rows=paid.index + 2)
    small = paid["amount"] < sight.limit("approval_amount")
    paid = paid[small & (paid["paid_on"] <= sight.as_of)]
    paid = paid.sort_values(["enterprise_id", "payee", "paid_on"], ignore_index=True)
    if paid.empty:
        return paid
    window = paid.groupby(["enterprise_id", "payee"]).rolling(
        f"{int(sight.limit('split_days'))}D", on="paid_on", closed="both"
    )["amount"]  # fmt: skip
    counts = window.count().to_numpy().astype(int)
    found = paid.assign(total=window.sum().to_numpy(), count=counts, subject=paid["payee"])
    numbers = paid["rows"].to_list()
    found["rows"] = [tuple(numbers[i - n + 1 : i + 1]) for i, n in enumerate(counts)]
    found["period"] = found["paid_on"] + pd.offsets.MonthEnd(0)
    found = found[found["count"] > 1].sort_values("total")
    return found.drop_duplicates(["enterprise_id", "payee", "period"], keep="last")


@warning(
    FUNDS, unapproved, "large_payments", "platform_limits", said="末{subject}支付{value}没有批准"
)
def payment_unapproved(amount, open):
    """达到集体批准限额的支付，已支付而没有批准的金额"""
    return amount * open


@warning(
    FUNDS,
    split,
    "large_payments",
    "platform_limits",
    said="在规定天数以内分笔付给{subject}共{value}",
)
def payment_split(total):
    """同一收款方在规定天数以内、每笔都低于集体批准限额的支付合计"""
    return total


# --- 资产 ------------------------------------------------------------------------------------


def vacant(sight: Sight) -> pd.DataFrame:
    """Return the vacant assets, month by month."""
    return _for_good(sight.frames["leases"], "vacant_since", sight)


def expired(sight: Sight) -> pd.DataFrame:
    """Return the leases that have ended, month by month."""
    leases = sight.frames["leases"]
    return _for_good(leases[leases["let_area"] > 0], "ends_on", sight)


def let(sight: Sight) -> pd.DataFrame:
    """Return the leases as they stand."""
    return now(sight.frames["leases"], sight.as_of)


def _for_good(items: pd.DataFrame, since: str, sight: Sight) -> pd.DataFrame:
    """Return items that wait from ``since`` on: their register keeps the present state only."""
    return waiting(items.assign(never=pd.NaT), since, "never", sight.as_of)


@warning(ASSETS, vacant, "leases", said="末{subject}已空置{value}")
def lease_vacancy(days):
    """经营性资产从空置起始日到月末的月数"""
    return days / MONTH


@warning(ASSETS, let, "leases", decimals=1, said="{subject}的租金与市场租金相差{value}")
def lease_cheap(rent, market_rent):
    """约定租金与市场租金之差，占市场租金的比重，负数为低于市场"""
    return (rent - market_rent) / market_rent * 100


@warning(ASSETS, expired, "leases", said="末{subject}的租约已到期{value}")
def lease_expired(days):
    """仍在出租而租约已经到期的天数"""
    return days


# --- 投资 ------------------------------------------------------------------------------------


def projects(sight: Sight) -> pd.DataFrame:
    """Return the investments as they stand."""
    return now(sight.frames["investments"], sight.as_of)


def unfinished(sight: Sight) -> pd.DataFrame:
    """Return the investments that are past their date, month by month."""
    return waiting(sight.frames["investments"], "due_on", "finished_on", sight.as_of)


def mature(sight: Sight) -> pd.DataFrame:
    """Return the investments that were finished long enough ago to give a return."""
    months = int(sight.limit("return_months"))
    found = projects(sight)
    return found[found["finished_on"] + pd.DateOffset(months=months) <= sight.as_of]


@warning(INVESTMENT, projects, "investments", decimals=1, said="{subject}超出批准总投资{value}")
def investment_over(invested, planned):
    """累计完成投资超出批准总投资的比例"""
    return (invested - planned) / planned * 100


@warning(INVESTMENT, unfinished, "investments", said="末{subject}逾期{value}没有完成")
def investment_late(days):
    """计划完成日期以后仍没有完成的天数"""
    return days


@warning(
    INVESTMENT,
    mature,
    "investments",
    "platform_limits",
    decimals=1,
    said="{subject}的回报率与可研相差{value}",
)
def investment_idle(yearly_return, invested, expected_return):
    """投产满规定月数的项目，实际年回报率与可研年回报率之差，占可研年回报率的比重"""
    return (yearly_return / invested * 100 - expected_return) / expected_return * 100


# --- 产权 ------------------------------------------------------------------------------------


def unregistered(sight: Sight) -> pd.DataFrame:
    """Return the registrations that are past their date, month by month."""
    return waiting(sight.frames["property_registration"], "due_on", "closed_on", sight.as_of)


def unlisted(sight: Sight) -> pd.DataFrame:
    """Return the transfers made without the exchange, month by month."""
    return waiting(sight.frames["equity_transfers"], "transferred_on", "listed_on", sight.as_of)


def unappraised(sight: Sight) -> pd.DataFrame:
    """Return the transfers made without an appraisal, month by month."""
    return waiting(sight.frames["equity_transfers"], "transferred_on", "appraised_on", sight.as_of)


def transfers(sight: Sight) -> pd.DataFrame:
    """Return the transfers in the month in which they were made."""
    made = sight.frames["equity_transfers"]
    made = made[made["transferred_on"] <= sight.as_of]
    return made.assign(
        rows=made.index + 2, subject=subject(made),
        period=made["transferred_on"] + pd.offsets.MonthEnd(0),
    )  # fmt: skip


@warning(OWNERSHIP, unregistered, "property_registration", said="末{subject}逾期{value}没有登记")
def ownership_unregistered(days):
    """产权登记事项到登记期限以后仍没有办结的天数"""
    return days


@warning(OWNERSHIP, unlisted, "equity_transfers", said="末{subject}已成交{value}而没有进场交易")
def transfer_unlisted(price, open):
    """转让日期以前没有进场挂牌的成交价"""
    return price * open


@warning(OWNERSHIP, unappraised, "equity_transfers", said="末{subject}已成交{value}而没有评估备案")
def transfer_unappraised(price, open):
    """转让日期以前没有评估备案的成交价"""
    return price * open


@warning(
    OWNERSHIP,
    transfers,
    "equity_transfers",
    decimals=1,
    said="{subject}的成交价与评估值相差{value}",
)
def transfer_cheap(price, appraised):
    """成交价与评估值之差，占评估值的比重，负数为低于评估值"""
    return (price - appraised) / appraised * 100


# --- 人力资源 --------------------------------------------------------------------------------


def staff(sight: Sight) -> pd.DataFrame:
    """Return each month's staff beside that of the December before."""
    people = sight.frames["headcount"]
    people = people.assign(
        rows=people.index + 2, subject="", period=month_end(people["year"], people["month"])
    )
    start = people[people["month"] == 12].assign(year=lambda rows: rows["year"] + 1)
    start = start[["enterprise_id", "year", "headcount"]].rename(columns={"headcount": "opening"})
    people = people[people["period"] <= sight.as_of + pd.offsets.MonthEnd(0)]
    return people.merge(start, on=["enterprise_id", "year"])


def pay(sight: Sight) -> pd.DataFrame:
    """Return each year's pay and profit beside the year's before, where profit fell and pay rose."""
    paid = sight.frames["payroll"][["year", "enterprise_id", "total"]]
    paid = paid.assign(rows=paid.index + 2)
    own = sight.frames["income_statement"].query("basis == 'individual'")
    both = paid.merge(own[["year", "enterprise_id", "total_profit"]], on=["year", "enterprise_id"])
    amounts = {"total": "last_total", "total_profit": "last_total_profit"}
    before = both.drop(columns="rows").rename(columns=amounts).assign(year=both["year"] + 1)
    both = both.merge(before, on=["year", "enterprise_id"])
    both = both.query("total > last_total and total_profit < last_total_profit")
    period = month_end(both["year"], pd.Series(12, index=both.index))
    return both.assign(period=period, subject="")[lambda rows: rows["period"] <= sight.as_of]


def terms(sight: Sight) -> pd.DataFrame:
    """Return the key posts that were not rotated in time, month by month."""
    posts = sight.frames["key_posts"]
    months = int(sight.limit("post_months"))
    posts = posts.assign(title=posts["post"], ends=posts["since"] + pd.DateOffset(months=months))
    return waiting(posts, "ends", "rotated_on", sight.as_of)


@warning(PEOPLE, staff, "headcount", decimals=1, said="职工人数比上年年末多{value}")
def staff_growth(headcount, opening):
    """当月职工人数比上年年末增加的比例"""
    return (headcount - opening) / opening * 100


@warning(
    PEOPLE,
    pay,
    "payroll",
    "income_statement",
    decimals=1,
    said="止全年利润下降而薪酬增长，两者相差{value}",
)
def pay_against_profit(total, last_total, total_profit, last_total_profit):
    """利润下降而薪酬增长的企业，薪酬增速减去利润增速；上年亏损的以亏损额的绝对值为分母"""
    grown = (total - last_total) / last_total
    return (grown - (total_profit - last_total_profit) / abs(last_total_profit)) * 100


@warning(PEOPLE, terms, "key_posts", "platform_limits", said="末{subject}超过轮岗期限{value}")
def post_term(days):
    """关键岗位任职超过轮岗期限的月数"""
    return days / MONTH


# --- 三重一大 --------------------------------------------------------------------------------


def meetings(sight: Sight) -> pd.DataFrame:
    """Return the matters in the month of their meeting."""
    held = sight.frames["decisions"]
    held = held[held["meeting_on"] <= sight.as_of]
    return held.assign(
        rows=held.index + 2, subject=subject(held), period=held["meeting_on"] + pd.offsets.MonthEnd(0),
        ahead=(held["meeting_on"] - held["executed_on"]).dt.days,
    )  # fmt: skip


def unreviewed(sight: Sight) -> pd.DataFrame:
    """Return the matters that were decided without a legal review, month by month."""
    return waiting(sight.frames["decisions"], "meeting_on", "reviewed_on", sight.as_of)


@warning(DECISIONS, meetings, "decisions", said="{subject}在会议以前{value}已经执行")
def decision_early(ahead):
    """开始执行日期早于会议日期的天数"""
    return ahead


@warning(DECISIONS, meetings, "decisions", decimals=1, said="{subject}的到会比例为{value}")
def decision_quorum(present, members):
    """实到人数占应到人数的比重"""
    return present / members * 100


@warning(DECISIONS, unreviewed, "decisions", said="末{subject}涉及{value}，已经决策而没有法律审核")
def decision_unreviewed(amount, open):
    """已经会议决策而没有法律审核的事项金额"""
    return amount * open
