"""Measures of ownership: legal persons off the list of enterprises, transfers."""

from __future__ import annotations

from ...measures.registry import counted, quantity
from ...tables.periods import OVERDUE

REGISTRATION_RULE = "国家出资企业产权登记管理暂行办法（国资委令第29号）"
TRADE_RULE = "企业国有资产交易监督管理办法（国资委、财政部令第32号）"

counted(
    "affiliates",
    "名录以外的法人",
    "户",
    REGISTRATION_RULE,
    "affiliates",
    definition="监管企业直接或间接出资、不在企业名录里的法人：参股、清算中和尚未纳入名录的",
)
counted(
    "affiliates_participated",
    "参股企业",
    "户",
    REGISTRATION_RULE,
    "affiliates",
    where={"kind": ("participated",)},
    definition="监管企业持股不过半的法人",
)
counted(
    "affiliates_unregistered",
    "名录以外法人逾期未登记",
    "户",
    REGISTRATION_RULE,
    "affiliates",
    where={"state": (OVERDUE,)},
    definition="名录以外的法人，到年末超过登记期限仍没有产权登记的",
)
counted("equity_transfers", "产权转让", "宗", TRADE_RULE, "equity_transfers", definition="本年的企业产权和重大资产转让")
quantity(
    "equity_transfers_price",
    "产权转让成交价",
    "万元",
    0,
    TRADE_RULE,
    confidence="C",
    table="equity_transfers",
    column="price",
    nonnegative=True,
    definition="本年各宗产权转让的成交价相加",
)
