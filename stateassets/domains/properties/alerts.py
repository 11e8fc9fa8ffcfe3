"""资产: what stands empty, is let too cheaply or beyond its term, earns little, has no title, or
was sold outside the exchange.

How much of a property is let follows from its leases; it stands empty while the part that is not
let is at least the set share. What is on the list of assets to be put to use is watched by that
list's date instead.
"""

from __future__ import annotations

import pandas as pd

from ...alerts.months import MONTH, now, waiting
from ...alerts.rules import AlertContext, Limit, warning
from ...measures.exact import exact_sums
from ...tables.periods import month_end

MODULE = "assets"
PROPERTIES, LEASES, DISPOSALS = "properties", "leases", "asset_disposals"
TITLES, REVIVALS, PATHS = "titleless_assets", "idle_assets", "titleless_paths"
RENTAL = "rental"
EVER = pd.Timestamp(1900, 1, 1)
YEAR, WAN = 12, 10_000  # months; yuan in 万元
VACANT_SHARE = Limit("vacant_share", 1, 100)
LISTING = Limit("listing_amount", 0, 100_000)


def rental(context: AlertContext) -> pd.DataFrame:
    """Return the properties that are there to be let."""
    found = context.frames[PROPERTIES]
    return found[found["use"] == RENTAL]


def revived(context: AlertContext, properties: pd.DataFrame) -> pd.Series:
    """Return since when each property is put to use, if it is on the list of those that are to be.

    ``EVER`` for those that are not on it by the day, empty for those that are not done.
    """
    done: dict[str, pd.Timestamp] = {}
    if REVIVALS in context.frames:
        listed = context.frames[REVIVALS]
        listed = listed[listed["opened_on"] <= context.as_of]
        closed = listed["closed_on"].where(listed["closed_on"] <= context.as_of)
        done = dict(zip(listed["id"], closed, strict=True))
    days = [done.get(key, EVER) for key in properties["idle_id"]]
    return pd.Series(pd.to_datetime(days), index=properties.index)


def let(context: AlertContext) -> pd.DataFrame:
    """Return the leases in force on the day, with what their property is and could earn.

    ``rent`` is what is agreed, in yuan for a square metre and month, as ``market_rent`` is.
    """
    leases, properties = context.frames[LEASES], context.frames[PROPERTIES].set_index("id")
    begun = leases["starts_on"] <= context.as_of
    found = leases[begun & ~(leases["ended_on"] <= context.as_of)]
    return now(
        found.assign(
            title=found["property_id"].map(properties["title"]),
            market_rent=found["property_id"].map(properties["market_rent"]),
            rent=found["yearly_rent"] * WAN / YEAR / found["area"],
        ),
        context.as_of,
    )


def vacant(context: AlertContext) -> pd.DataFrame:
    """Return the stretches of time in which a property stood empty, month by month."""
    found = stretches(rental(context), context.frames[LEASES], context.limit("vacant_share"), context.as_of)
    found = found[found["since"] >= revived(context, found)]
    return waiting(found, "since", "until", context.as_of)


def stretches(properties: pd.DataFrame, leases: pd.DataFrame, share: float, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return each stretch of time in which at least ``share`` per cent of a property was not let.

    Rows of ``properties`` with ``since`` and ``until`` (empty while it lasts), known by the day.
    """
    properties = properties.assign(row=properties.index)
    leases = leases[leases["property_id"].isin(properties["id"])]
    changes = (
        properties[["id"]].assign(day=properties["lettable_since"], let=0.0),
        leases[["property_id"]].assign(day=leases["starts_on"], let=leases["area"]),
        leases[["property_id"]].assign(day=leases["ended_on"], let=-leases["area"]),
    )
    renamed = [change.rename(columns={"property_id": "id"}) for change in changes]
    events = pd.concat(renamed, ignore_index=True)
    events = events[events["day"] <= as_of]
    events = events.groupby(["id", "day"], as_index=False)["let"].sum()
    events["let"] = events.groupby("id")["let"].cumsum()
    events = events.merge(properties, on="id")
    events["empty"] = events["area"] - events["let"] >= share / 100 * events["area"]
    before = events.groupby("id")["empty"].shift(fill_value=False)
    turns = events[events["empty"] != before]
    turns = turns.assign(since=turns["day"], until=turns.groupby("id")["day"].shift(-1))
    return turns[turns["empty"]].set_index("row").rename_axis(None)


def expired(context: AlertContext) -> pd.DataFrame:
    """Return the leases that have ended while the tenant has not left, month by month."""
    leases, titles = context.frames[LEASES], context.frames[PROPERTIES].set_index("id")["title"]
    leases = leases.assign(title=leases["property_id"].map(titles))
    return waiting(leases, "ends_on", "ended_on", context.as_of)


def earning(context: AlertContext) -> pd.DataFrame:
    """Return the let properties as they stand, with the rent of a year from all their leases."""
    rents = exact_sums(let(context), "property_id", "yearly_rent")
    found = rental(context)
    found = found[revived(context, found).notna()]
    found = found.assign(yearly_rent=found["id"].map(rents))
    return now(found[found["yearly_rent"].notna()], context.as_of)


def without_title(context: AlertContext) -> pd.DataFrame:
    """Return what has no title past the date set for it, month by month."""
    return waiting(context.frames[TITLES], "due_on", "closed_on", context.as_of)


def not_ready(context: AlertContext) -> pd.DataFrame:
    """Return what has its title and is to be disposed of while a condition is lacking, month by month."""
    assets = context.frames[TITLES][["id", "title", "closed_on"]].rename(columns={"closed_on": "titled_on"})
    found = context.frames[PATHS].reset_index().merge(assets, left_on="titleless_id", right_on="id").set_index("index")
    free = (found["dispute"] == "none") & (found["encumbrance"] == "none")
    ready = found[["titled_on", "valued_on", "approved_on"]].max(axis=1, skipna=False).where(free)
    return waiting(found.assign(ready_on=ready)[found["aim"] == "dispose"], "titled_on", "ready_on", context.as_of)


def not_revived(context: AlertContext) -> pd.DataFrame:
    """Return what is not put to use past the date set for it, month by month."""
    return waiting(context.frames[REVIVALS], "due_on", "closed_on", context.as_of)


def disposals(context: AlertContext) -> pd.DataFrame:
    """Return the disposals in the month in which they were made.

    ``unlisted`` and ``unappraised`` say what was left out before one that is large enough.
    """
    sold = context.frames[DISPOSALS]
    sold = sold.assign(rows=sold.index + 2, period=month_end(sold["disposed_on"]))
    large = sold["price"] >= context.limit("listing_amount")
    in_time = {name: sold[name] <= sold["disposed_on"] for name in ("listed_on", "appraised_on")}
    return sold.assign(
        subject=sold["title"] + "（" + sold["id"] + "）",
        unlisted=large & ~in_time["listed_on"],
        unappraised=large & ~in_time["appraised_on"],
    )[sold["disposed_on"] <= context.as_of]


@warning(MODULE, vacant, PROPERTIES, LEASES, message="末{subject}已空置{value}", limits=(VACANT_SHARE,))
def lease_vacancy(days):
    """经营出租的资产，空置部分达到规定比例以后的月数；列入盘活清单的看盘活期限"""
    return days / MONTH


@warning(MODULE, let, LEASES, PROPERTIES, decimals=1, message="{subject}的租金与市场租金相差{value}")
def lease_cheap(rent, market_rent):
    """约定租金与市场租金之差，占市场租金的比重，负数为低于市场"""
    return (rent - market_rent) / market_rent * 100


@warning(MODULE, expired, LEASES, PROPERTIES, message="末{subject}的租约已到期{value}")
def lease_expired(days):
    """仍在出租而租约已经到期的天数"""
    return days


@warning(MODULE, earning, PROPERTIES, LEASES, decimals=1, message="{subject}的租金收益率为{value}")
def lease_yield(yearly_rent, book_value):
    """在租租约的年租金占资产账面价值的比重；列入盘活清单的看盘活期限"""
    return yearly_rent / book_value * 100


@warning(MODULE, without_title, TITLES, message="末{subject}逾期{value}没有办证")
def title_late(days):
    """无证资产办结期限以后没有办证的天数"""
    return days


@warning(MODULE, not_ready, PATHS, TITLES, message="末{subject}确权已{value}，处置条件还不全")
def title_unready(days):
    """拟处置的无证资产，确权以后评估、决策、争议、抵押查封各项条件还不全的天数"""
    return days


@warning(MODULE, not_revived, REVIVALS, message="末{subject}逾期{value}没有盘活")
def revival_late(days):
    """盘活清单上的资产，盘活期限以后没有盘活的天数"""
    return days


@warning(MODULE, disposals, DISPOSALS, message="{subject}成交{value}，没有进场挂牌", limits=(LISTING,))
def disposal_unlisted(price, unlisted):
    """达到限额、成交以前没有进场挂牌的资产处置，成交价"""
    return price * unlisted


@warning(MODULE, disposals, DISPOSALS, message="{subject}成交{value}，没有评估", limits=(LISTING,))
def disposal_unappraised(price, unappraised):
    """达到限额、成交以前没有评估备案的资产处置，成交价"""
    return price * unappraised


@warning(MODULE, disposals, DISPOSALS, decimals=1, message="{subject}的成交价与评估值相差{value}", limits=(LISTING,))
def disposal_cheap(price, appraised):
    """成交价与评估值之差，占评估值的比重，负数为低于评估值"""
    return (price - appraised) / appraised * 100
