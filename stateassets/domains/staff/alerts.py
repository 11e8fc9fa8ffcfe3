"""人力资源: staff that grows, posts and people, pay against profit, key posts empty or too long."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import MONTH, waiting
from ...alerts.rules import AlertContext, Limit, warning
from ...tables.periods import end_of_month, month_end

MODULE = "people"


def staff(context: AlertContext) -> pd.DataFrame:
    """Return each month's staff beside that of the December before."""
    people = context.frames["headcount"]
    people = people.assign(rows=people.index + 2, subject="", period=end_of_month(people["year"], people["month"]))
    start = people[people["month"] == 12].assign(year=lambda rows: rows["year"] + 1)
    start = start[["enterprise_id", "year", "headcount"]].rename(columns={"headcount": "opening"})
    people = people[people["period"] <= month_end(context.as_of)]
    return people.merge(start, on=["enterprise_id", "year"])


def pay(context: AlertContext) -> pd.DataFrame:
    """Return each year's pay and profit beside the year's before, where profit fell and pay rose."""
    paid = context.frames["payroll"][["year", "enterprise_id", "total"]]
    paid = paid.assign(rows=paid.index + 2)
    own = context.frames["income_statement"].query("basis == 'individual'")
    both = paid.merge(own[["year", "enterprise_id", "total_profit"]], on=["year", "enterprise_id"])
    amounts = {"total": "last_total", "total_profit": "last_total_profit"}
    before = both.drop(columns="rows").rename(columns=amounts).assign(year=both["year"] + 1)
    both = both.merge(before, on=["year", "enterprise_id"])
    both = both.query("total > last_total and total_profit < last_total_profit")
    period = end_of_month(both["year"], 12)
    return both.assign(period=period, subject="")[lambda rows: rows["period"] <= context.as_of]


def terms(context: AlertContext) -> pd.DataFrame:
    """Return the key posts that were not rotated in time, month by month."""
    posts = context.frames["key_posts"]
    months = int(context.limit("post_months"))
    posts = posts.assign(title=posts["post"], ends=posts["since"] + pd.DateOffset(months=months))
    return waiting(posts, "ends", "rotated_on", context.as_of)


def vacancies(context: AlertContext) -> pd.DataFrame:
    """Return the key posts that nobody holds, month by month."""
    posts = context.frames["key_posts"]
    return waiting(posts.assign(title=posts["post"]), "vacant_since", "since", context.as_of)


def establishment(context: AlertContext) -> pd.DataFrame:
    """Return the people of each December beside the posts that were set."""
    posts = context.frames["establishment"]
    posts = posts.assign(rows=posts.index + 2)
    keys = ["year", "enterprise_id"]
    posts = posts.groupby(keys, as_index=False).agg(posts=("posts", "sum"), rows=("rows", tuple))
    people = context.frames["headcount"].query("month == 12")[[*keys, "headcount"]]
    found = posts.merge(people, on=keys)
    period = end_of_month(found["year"], 12)
    return found.assign(period=period, subject="")[lambda rows: rows["period"] <= context.as_of]


@warning(MODULE, staff, "headcount", decimals=1, message="职工人数比上年年末多{value}", policy=True)
def staff_growth(headcount, opening):
    """当月职工人数比上年年末增加的比例"""
    return (headcount - opening) / opening * 100


@warning(MODULE, pay, "payroll", "income_statement", decimals=1, message="止全年利润下降而薪酬增长，两者相差{value}")
def pay_against_profit(total, last_total, total_profit, last_total_profit):
    """利润下降而薪酬增长的企业，薪酬增速减去利润增速；上年亏损的以亏损额的绝对值为分母"""
    grown = (total - last_total) / last_total
    return (grown - (total_profit - last_total_profit) / abs(last_total_profit)) * 100


@warning(MODULE, terms, "key_posts", message="末{subject}超过轮岗期限{value}", limits=(Limit("post_months", 12, 240),))
def post_term(days):
    """关键岗位任职超过轮岗期限的月数"""
    return days / MONTH


@warning(MODULE, vacancies, "key_posts", message="末{subject}已空缺{value}")
def post_vacant(days):
    """关键岗位没有人任职的月数"""
    return days / MONTH


@warning(MODULE, establishment, "establishment", "headcount", decimals=1, message="末职工人数超出定员{value}")
def staff_over_posts(headcount, posts):
    """年末职工人数超出核定定员的比例"""
    return (headcount - posts) / posts * 100


@warning(MODULE, establishment, "establishment", "headcount", decimals=1, message="末空编占定员{value}")
def posts_unfilled(headcount, posts):
    """核定定员中没有人的比例"""
    return (posts - headcount) / posts * 100
