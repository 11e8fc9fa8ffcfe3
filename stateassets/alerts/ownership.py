"""产权: registrations not made in time, transfers without appraisal or exchange."""

from __future__ import annotations

import pandas as pd

from .months import subject, waiting
from .registry import Sight, warning

MODULE = "ownership"


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


@warning(MODULE, unregistered, "property_registration", said="末{subject}逾期{value}没有登记")
def ownership_unregistered(days):
    """产权登记事项到登记期限以后仍没有办结的天数"""
    return days


@warning(MODULE, unlisted, "equity_transfers", said="末{subject}已成交{value}而没有进场交易")
def transfer_unlisted(price, open):
    """转让日期以前没有进场挂牌的成交价"""
    return price * open


@warning(MODULE, unappraised, "equity_transfers", said="末{subject}已成交{value}而没有评估备案")
def transfer_unappraised(price, open):
    """转让日期以前没有评估备案的成交价"""
    return price * open


@warning(
    MODULE,
    transfers,
    "equity_transfers",
    decimals=1,
    said="{subject}的成交价与评估值相差{value}",
)
def transfer_cheap(price, appraised):
    """成交价与评估值之差，占评估值的比重，负数为低于评估值"""
    return (price - appraised) / appraised * 100
