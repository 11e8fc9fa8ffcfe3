"""Measures of the supervision platform: its modules, and the steps before a debt falls due."""

from __future__ import annotations

from .registry import counted, indicator, quantity, registered

REPORT = "专项报告"

counted("platform_modules", "监管模块", "个", REPORT, "platform_modules",
        definition="监管平台由哪些模块组成，见监管平台模块表")  # fmt: skip
for _step, _name_zh in (
    ("plan", "制定还款计划提前月数"), ("funds", "落实资金来源提前月数"),
    ("ready", "备足偿债资金提前月数"),
):  # fmt: skip
    quantity(
        f"debt_{_step}_months", _name_zh, "个月", 0, REPORT, confidence="C", table="debt_watch",
        column="months", where={"step": (_step,)}, nonnegative=True,
        definition="债务到期日以前多少个月完成这一步，见到期债务监测步骤表",
    )  # fmt: skip

registered("debts_due", "到期债务", "笔", REPORT, "debts",
           definition="本年和下一年上半年到期的贷款和债券")  # fmt: skip
for _name, _name_zh, _where in (
    ("debts_principal", "到期债务本金", {}),
    ("debts_principal_done", "已偿还本金", {"state": ("closed", "late")}),
    ("debts_principal_left", "尚未偿还本金", {"state": ("open", "overdue")}),
):
    quantity(
        _name, _name_zh, "亿元", 2, REPORT, confidence="C", table="debts", column="principal",
        where=_where, nonnegative=True,
        definition="到期债务台账逐笔相加，按年末是否已经偿还分",
    )  # fmt: skip


@indicator("到期债务偿还率", unit="%", decimals=1, basis=REPORT, confidence="C")
def debts_done_rate(debts_principal_done, debts_principal):
    """到年末已经偿还的本金占台账全部到期本金的比重，下一年到期的也在分母里"""
    return debts_principal_done / debts_principal * 100
