"""Measures of the funds module: money in accounts, large payments, guarantees, lending."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity, registered

OWN = "本书自定"
GUARANTEES = "《关于加强中央企业融资担保管理工作的通知》（国资发财评规〔2021〕75号）"
LEFT = {"state": ("open", "overdue")}

quantity(
    "account_funds",
    "账户资金",
    "亿元",
    2,
    OWN,
    confidence="C",
    table="account_balances",
    column="balance",
    where={"month": (12,)},
    nonnegative=True,
    definition="年末全部银行账户的余额相加；各户合计等于资产负债表的货币资金",
)
counted("large_payments", "大额支付笔数", "笔", OWN, "large_payments", definition="大额支付台账本年的笔数")
quantity(
    "large_payments_amount",
    "大额支付金额",
    "亿元",
    2,
    OWN,
    confidence="C",
    table="large_payments",
    column="amount",
    nonnegative=True,
    definition="大额支付台账本年逐笔相加",
)
quantity(
    "guarantees_left",
    "担保余额",
    "亿元",
    2,
    GUARANTEES,
    confidence="C",
    table="guarantees",
    column="amount",
    where=LEFT,
    nonnegative=True,
    definition="年末没有解除的担保逐笔相加，集团内部的也算",
)


@indicator("担保余额与净资产之比", unit="%", decimals=1, basis=GUARANTEES, confidence="C")
def guarantee_rate(guarantees_left, owners_equity):
    """年末没有解除的担保占年末净资产的比重；单户取单户净资产"""
    return guarantees_left / owners_equity * 100


registered("company_loans", "企业间借款", "笔", OWN, "company_loans", definition="监管企业之间的借款，按出借企业算")
quantity(
    "company_loans_left",
    "企业间借款余额",
    "亿元",
    2,
    OWN,
    confidence="C",
    table="company_loans",
    column="amount",
    where=LEFT,
    nonnegative=True,
    definition="年末没有归还的企业间借款逐笔相加，按出借企业算",
)
