"""资产: what stands empty, what is let too cheaply or beyond its term."""

from __future__ import annotations

import pandas as pd

from .months import MONTH, now, waiting
from .registry import Sight, warning

MODULE = "assets"


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


@warning(MODULE, vacant, "leases", said="末{subject}已空置{value}")
def lease_vacancy(days):
    """经营性资产从空置起始日到月末的月数"""
    return days / MONTH


@warning(MODULE, let, "leases", decimals=1, said="{subject}的租金与市场租金相差{value}")
def lease_cheap(rent, market_rent):
    """约定租金与市场租金之差，占市场租金的比重，负数为低于市场"""
    return (rent - market_rent) / market_rent * 100


@warning(MODULE, expired, "leases", said="末{subject}的租约已到期{value}")
def lease_expired(days):
    """仍在出租而租约已经到期的天数"""
    return days
