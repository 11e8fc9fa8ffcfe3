"""人力资源: pay that did not move when the post did, or not to what the new post is worth."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import now, waiting
from ...alerts.rules import AlertContext, warning

MODULE = "people"
CHANGES, GRADES = "post_changes", "post_grades"


def unpaid(context: AlertContext) -> pd.DataFrame:
    """Return the changes of post whose pay has not followed, month by month."""
    return waiting(context.frames[CHANGES], "moved_on", "paid_from", context.as_of)


def paid(context: AlertContext) -> pd.DataFrame:
    """Return the changes of post whose pay was changed, beside the standard of the new post."""
    changes = with_standard(context.frames[CHANGES], context.frames[GRADES])
    return now(changes[changes["paid_from"] <= context.as_of], context.as_of)


def with_standard(changes: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
    """Return changes of post with the ``standard`` pay of the new post; rows keep their places."""
    keys = ["year", "enterprise_id", "to_post"]
    pay = grades.rename(columns={"post": "to_post", "pay": "standard"})[[*keys, "standard"]]
    return changes.merge(pay, on=keys, how="left").set_axis(changes.index)


@warning(MODULE, unpaid, CHANGES, message="末“{subject}”到岗已{value}，岗位工资没有调", policy=True)
def post_pay_late(days):
    """换岗到岗以后，还没有按新岗位调薪的天数"""
    return days


@warning(MODULE, paid, CHANGES, GRADES, decimals=1, message="止“{subject}”的工资与新岗位的标准相差{value}", policy=True)
def post_pay_off(to_pay, standard):
    """换岗以后实际执行的岗位工资，与新岗位工资标准相差的比例，不论高低"""
    return abs(to_pay - standard) / standard * 100
