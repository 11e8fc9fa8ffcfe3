"""Measures of the supervision platform: its modules."""

from __future__ import annotations

from ...measures.registry import counted

REPORT = "专项报告"

counted(
    "platform_modules",
    "监管模块",
    "个",
    REPORT,
    "platform_modules",
    definition="监管平台由哪些模块组成，见监管平台模块表",
)
