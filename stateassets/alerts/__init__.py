"""The supervision platform's warnings: rules, thresholds that are data, alerts and their life."""

from . import assets, debts, decisions, flash, funds, investment, ownership, people
from .levels import BLUE, LEVELS, NONE, RED, YELLOW, Setting
from .registry import RULES, Limit, Rule, Sight, limits, warning
from .watch import CLEARED, LIVES, NEW, STILL, Alert, alerts, month, settings, since, watch

__all__ = [
    "BLUE", "CLEARED", "LEVELS", "LIVES", "NEW", "NONE", "RED", "RULES", "STILL", "YELLOW",
    "Alert", "Limit", "Rule", "Setting", "Sight", "alerts", "assets", "debts", "decisions", "flash",
    "funds", "investment", "limits", "month", "ownership", "people", "settings", "since", "warning",
    "watch",
]  # fmt: skip
