"""Measures of the returns: how many came, in time, sent back, corrected, and how late."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity
from .obligations import ACCEPTED, CORRECTION, LATE, ON_TIME, SENT_BACK, TABLE

OWN = "本书自定"

counted("returns_sent", "报送次数", "次", OWN, TABLE, definition="本年各期的报送，同一期再报的再算一次")
counted(
    "returns_decided",
    "已审报送次数",
    "次",
    OWN,
    TABLE,
    where={"state": (ACCEPTED, SENT_BACK)},
    definition="本年各期的报送中，已经采纳或者退回的次数",
)
counted(
    "returns_sent_back",
    "退回次数",
    "次",
    OWN,
    TABLE,
    where={"state": (SENT_BACK,)},
    definition="本年各期的报送中，退回企业改正再报的次数",
)
counted(
    "returns_met",
    "已完成报送份数",
    "份",
    OWN,
    TABLE,
    where={"timing": (ON_TIME, LATE)},
    definition="本年各期应当报送的表中，已经采纳的份数，以后修订的不再算",
)
counted(
    "returns_on_time",
    "按时报送份数",
    "份",
    OWN,
    TABLE,
    where={"timing": (ON_TIME,)},
    definition="本年各期已经采纳的表中，首次被采纳的那一次在期限以内送到的份数",
)
counted(
    "returns_late",
    "迟报份数",
    "份",
    OWN,
    TABLE,
    where={"timing": (LATE,)},
    definition="本年各期已经采纳的表中，首次被采纳的那一次晚于期限送到的份数",
)
counted(
    "returns_corrected",
    "采纳以后修订次数",
    "次",
    OWN,
    TABLE,
    where={"timing": (CORRECTION,)},
    definition="本年各期已经采纳的表中，采纳以后又报、又采纳的次数",
)
quantity(
    "return_days_late",
    "迟报天数合计",
    "天",
    0,
    OWN,
    confidence="C",
    table=TABLE,
    column="days_late",
    where={"timing": (LATE,)},
    nonnegative=True,
    definition="本年各期迟报的天数相加，从期限的次日算到送到的那一天",
)


@indicator("按时报送率", unit="%", decimals=1, basis=OWN, confidence="C")
def returns_on_time_rate(returns_on_time, returns_met):
    """按时报送的份数占已完成报送份数的比重；还没有报的不在内，另外列出"""
    return returns_on_time / returns_met * 100


@indicator("报送退回率", unit="%", decimals=1, basis=OWN, confidence="C", aliases=("退回率",))
def returns_sent_back_rate(returns_sent_back, returns_decided):
    """退回次数占已审报送次数的比重"""
    return returns_sent_back / returns_decided * 100


@indicator("平均迟报天数", unit="天", decimals=1, basis=OWN, confidence="C")
def returns_average_days_late(return_days_late, returns_late):
    """迟报天数合计除以迟报份数；按期的不在内"""
    return return_days_late / returns_late
