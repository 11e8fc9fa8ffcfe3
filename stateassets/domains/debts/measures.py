"""Measures of the debts: the steps before one falls due, how many there are, what is owed."""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity

REPORT = "专项报告"
STATEMENTS = "企业会计准则第30号——财务报表列报"

for _step, _name_zh in (
    ("plan", "制定还款计划提前月数"),
    ("funds", "落实资金来源提前月数"),
    ("ready", "备足偿债资金提前月数"),
):
    quantity(
        f"debt_{_step}_months",
        _name_zh,
        "个月",
        0,
        REPORT,
        confidence="C",
        table="debt_watch",
        column="months",
        where={"step": (_step,)},
        nonnegative=True,
        definition="债务到期日以前多少个月完成这一步，见到期债务监测步骤表",
    )

counted(
    "debt_items", "有息债务", "笔", REPORT, "debts", definition="年初未还和本年借入的有息债务笔数，本年还清的也在内"
)


@indicator("有息负债", unit="亿元", decimals=1, basis=STATEMENTS, confidence="C")
def interest_bearing_debt(short_term_borrowings, long_term_borrowings, bonds_payable):
    """借款和债券的年末数；非标融资在长期借款里，计息的股东借款在其他非流动负债里、不在其中"""
    return short_term_borrowings + long_term_borrowings + bonds_payable


@indicator("短期借款占有息负债的比重", unit="%", decimals=1, basis=STATEMENTS, confidence="C")
def short_term_share(short_term_borrowings, interest_bearing_debt):
    """短期借款占有息负债的比重"""
    return short_term_borrowings / interest_bearing_debt * 100
