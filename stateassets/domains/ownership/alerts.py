"""产权: the tree, its shares and shells, registrations, transfers without appraisal or exchange."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import now, subject, waiting
from ...alerts.rules import AlertContext, Limit, warning
from ...tables.hierarchy import WHOLE, chain, parents, people
from ...tables.periods import end_of_month, month_end

MODULE = "ownership"
LEVELS_MOST = Limit("level_limit", 1, 9)
AFFILIATES, ACTIVITY, STAKES = "affiliates", "affiliate_activity", "shareholdings"
DECEMBER = 12


def unregistered(context: AlertContext) -> pd.DataFrame:
    """Return the registrations that are past their date, month by month.

    An enterprise of which the register knows nothing was due by the end of its first year under
    supervision; its alert rests on no row.
    """
    events, enterprises = context.frames["property_registration"], context.frames["enterprises"]
    known = set(events[events["kind"] == "occupation"]["enterprise_id"])
    absent = enterprises[~enterprises["enterprise_id"].isin(known)]
    absent = pd.DataFrame(
        {
            "id": absent["enterprise_id"],
            "enterprise_id": absent["enterprise_id"],
            "title": "占有登记",
            "due_on": pd.to_datetime(absent["start_year"].astype(str) + "-12-31"),
        }
    )
    found = [waiting(events, "due_on", "closed_on", context.as_of)]
    if len(absent):
        never = waiting(absent.assign(closed_on=pd.NaT), "due_on", "closed_on", context.as_of)
        found.append(never.assign(rows=[()] * len(never)))
    return pd.concat(found, ignore_index=True)


def unlisted(context: AlertContext) -> pd.DataFrame:
    """Return the transfers made without the exchange, month by month."""
    return waiting(context.frames["equity_transfers"], "transferred_on", "listed_on", context.as_of)


def unappraised(context: AlertContext) -> pd.DataFrame:
    """Return the transfers made without an appraisal, month by month."""
    return waiting(context.frames["equity_transfers"], "transferred_on", "appraised_on", context.as_of)


def newcomers(context: AlertContext) -> pd.DataFrame:
    """Return the legal persons off the roster that are past their date, month by month."""
    return waiting(context.frames[AFFILIATES], "due_on", "registered_on", context.as_of)


def stakes(context: AlertContext) -> pd.DataFrame:
    """Return each legal person's shares added up, its level and the most that is allowed."""
    known = context.frames[STAKES]
    known = known.assign(rows=known.index + 2)[known["since"] <= context.as_of]
    parent = parents(known)
    by = known.groupby("held_id", as_index=False).agg(shares=("share", "sum"), rows=("rows", tuple))
    found = people(context.frames, context.as_of.year).merge(by, left_on="id", right_on="held_id")
    found["level"] = [len(chain(parent, key)) for key in found["id"]]
    # ``now`` numbers the rows of its table; here they are those of the shares.
    return now(found, context.as_of).assign(rows=found["rows"], most=context.limit("level_limit"))


def shells(context: AlertContext) -> pd.DataFrame:
    """Return for each legal person and year how many years it has had no staff and no revenue."""
    frames = context.frames
    off = frames[ACTIVITY].rename(columns={"affiliate_id": "id"})
    off = off.assign(rows=[(n,) for n in off.index + 2])
    december = frames["headcount"].query("month == @DECEMBER")
    own = frames["income_statement"].query("basis == 'individual'")
    keys = ["year", "enterprise_id"]
    on = december[[*keys, "headcount"]].merge(own[[*keys, "revenue"]], on=keys)
    on = on.rename(columns={"enterprise_id": "id", "headcount": "staff"})
    on = on.assign(rows=[()] * len(on))
    years = pd.concat([on, off])[["year", "id", "staff", "revenue", "rows"]]
    years = years[years["year"] <= context.as_of.year].sort_values(["id", "year"], ignore_index=True)
    empty = (years["staff"] == 0) & (years["revenue"] == 0)
    stretch = (~empty).groupby(years["id"]).cumsum()
    years["years"] = empty.groupby([years["id"], stretch]).cumsum()
    found = years.merge(people(frames, context.as_of.year), on="id")
    period = end_of_month(found["year"], DECEMBER)
    found = found.assign(period=period, subject=subject(found))
    return found[found["period"] <= context.as_of]


def transfers(context: AlertContext) -> pd.DataFrame:
    """Return the transfers in the month in which they were made."""
    made = context.frames["equity_transfers"]
    made = made[made["transferred_on"] <= context.as_of]
    return made.assign(rows=made.index + 2, subject=subject(made), period=month_end(made["transferred_on"]))


@warning(MODULE, unregistered, "property_registration", "enterprises", message="末{subject}逾期{value}没有登记")
def ownership_unregistered(days):
    """产权登记事项到登记期限以后仍没有办结的天数"""
    return days


@warning(MODULE, newcomers, AFFILIATES, message="末{subject}逾期{value}没有登记")
def legal_unregistered(days):
    """名录以外的法人到产权登记期限以后仍没有登记的天数"""
    return days


@warning(
    MODULE,
    stakes,
    STAKES,
    AFFILIATES,
    decimals=2,
    limits=(LEVELS_MOST,),
    message="{subject}各股东的持股比例合计还差{value}",
)
def share_gap(shares):
    """一户法人已登记的持股比例之和与百分之百的差，差额部分的股东没有登记"""
    return WHOLE - shares


@warning(MODULE, stakes, STAKES, AFFILIATES, limits=(LEVELS_MOST,), message="{subject}的层级超出限定{value}")
def level_over(level, most):
    """一户法人在产权树上的层级超出限定层级多少级"""
    return level - most


@warning(
    MODULE,
    shells,
    ACTIVITY,
    AFFILIATES,
    "headcount",
    "income_statement",
    message="末{subject}连续{value}没有职工、没有收入",
)
def shell_years(years):
    """年末没有职工、全年没有营业收入的连续年数"""
    return years


@warning(MODULE, unlisted, "equity_transfers", message="末{subject}已成交{value}而没有进场交易")
def transfer_unlisted(price, open):
    """转让日期以前没有进场挂牌的成交价"""
    return price * open


@warning(MODULE, unappraised, "equity_transfers", message="末{subject}已成交{value}而没有评估备案")
def transfer_unappraised(price, open):
    """转让日期以前没有评估备案的成交价"""
    return price * open


@warning(MODULE, transfers, "equity_transfers", decimals=1, message="{subject}的成交价与评估值相差{value}")
def transfer_cheap(price, appraised):
    """成交价与评估值之差，占评估值的比重，负数为低于评估值"""
    return (price - appraised) / appraised * 100
