"""Measures of decisions: matters of 三重一大 and their amounts."""

from __future__ import annotations

from ...measures.registry import counted, quantity

DECISION_RULE = "“三重一大”决策制度"

counted("decisions", "“三重一大”事项", "项", DECISION_RULE, "decisions", definition="应当提交会议集体决策的事项")
for _name, _name_zh, _column in (
    ("decisions_amount", "“三重一大”事项金额", "amount"),
    ("decisions_executed", "“三重一大”事项执行金额", "executed_amount"),
):
    quantity(
        _name,
        _name_zh,
        "亿元",
        2,
        DECISION_RULE,
        confidence="C",
        table="decisions",
        column=_column,
        nonnegative=True,
        definition="逐项相加，不涉及金额的为零",
    )
