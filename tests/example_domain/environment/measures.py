"""Measures of 环保: how much was discharged, and how much of the permits was used."""

from __future__ import annotations

from ...measures.registry import indicator, quantity

PERMIT_RULE = "排污许可管理条例（国务院令第736号）"

for _name, _name_zh, _column, _definition in (
    ("discharge", "化学需氧量排放量", "discharged", "各排放口各月的化学需氧量排放量相加"),
    ("discharge_permitted", "化学需氧量许可量", "permitted", "各排放口各月的化学需氧量许可量相加"),
):
    quantity(
        _name,
        _name_zh,
        "吨",
        1,
        PERMIT_RULE,
        table="discharges",
        column=_column,
        where={"pollutant": ("cod",)},
        confidence="C",
        nonnegative=True,
        definition=_definition,
    )


@indicator("化学需氧量许可使用率", unit="%", decimals=1, basis=PERMIT_RULE, confidence="C")
def discharge_share(discharge, discharge_permitted):
    """化学需氧量排放量占许可量的比重"""
    return discharge / discharge_permitted * 100
