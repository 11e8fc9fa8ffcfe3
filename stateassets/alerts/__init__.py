"""The supervision platform's warnings: rules, thresholds that are data, alerts and their life."""

from .engine import CLEARED, LIVES, NEW, STILL, Alert, alerts, find_alerts, month, settings, since
from .levels import BLUE, LEVELS, NONE, RED, YELLOW, Setting
from .rules import RULES, AlertContext, Limit, Rule, limits, warning

__all__ = [
    "BLUE",
    "CLEARED",
    "LEVELS",
    "LIVES",
    "NEW",
    "NONE",
    "RED",
    "RULES",
    "STILL",
    "YELLOW",
    "Alert",
    "AlertContext",
    "Limit",
    "Rule",
    "Setting",
    "alerts",
    "find_alerts",
    "limits",
    "month",
    "settings",
    "since",
    "warning",
]
