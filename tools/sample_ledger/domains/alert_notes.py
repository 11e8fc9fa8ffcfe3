"""Alert notes: who answers for some of the planted alerts, what they said, when they were reminded.

Some alerts have nobody yet, and some have been answered and not settled: see ``NOTES``.
"""

from __future__ import annotations

from typing import Any

from ..registers import Context

AFTER = ("returns",)
Row = dict[str, Any]
DEBT = ("debt_repayment_late", "D2", "2020年工程设备售后回租2023年12月12日一期（ZW047）")
RATIO, LATE = ("flash_debt_ratio", "F2", ""), ("flash_late", "B2", "没有报送的")
VACANT, EARLY = (
    ("lease_vacancy", "B1", "新城片区标准厂房1号（FC051）"),
    ("decision_early", "C", "拆迁安置周转用房采购（JC016）"),
)
NOTES = (
    (DEBT, "assigned", "2023-12-13", "规则", "资金监管岗"),
    (DEBT, "answered", "2023-12-20", "资金监管岗", "已与出租方商定年后首周支付"),
    (RATIO, "assigned", "2022-02-11", "规则", "财务监管岗"),
    (RATIO, "answered", "2022-03-04", "财务监管岗", "以两年为期，由一级企业安排置换高息借款"),
    (RATIO, "reminded", "2023-07-10", "规则", "财务监管岗"),
    (LATE, "assigned", "2023-11-13", "规则", "财务监管岗"),
    (LATE, "reminded", "2023-11-20", "规则", "财务监管岗"),
    (LATE, "reminded", "2023-11-27", "规则", "财务监管岗"),
    (VACANT, "assigned", "2022-05-09", "规则", "资产监管岗"),
    (VACANT, "answered", "2023-09-18", "资产监管岗", "已列入招租计划，分隔以后再挂牌"),
    (EARLY, "assigned", "2023-04-06", "规则", "改革监管岗"),
    (EARLY, "answered", "2023-04-12", "改革监管岗", "应急采购，会议纪要已补"),
    (EARLY, "settled", "2023-04-20", "改革监管岗", "约谈以后办结"),
)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the notes."""
    return {
        "alert_notes": [
            {
                "rule": rule,
                "enterprise_id": enterprise_id,
                "subject": subject,
                "kind": kind,
                "noted_on": day,
                "by": by,
                "text": text,
            }
            for (rule, enterprise_id, subject), kind, day, by, text in NOTES
        ]
    }
