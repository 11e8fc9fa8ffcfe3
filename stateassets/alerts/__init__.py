"""The supervision platform's warnings: rules, thresholds that are data, alerts and their life."""

from .engine import CLEARED, LIVES, NEW, STILL, Alert, alerts, month, settings, since, watch
from .levels import BLUE, LEVELS, NONE, RED, YELLOW, Setting
from .rules import RULES, Limit, Rule, Sight, limits, warning

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
    "Limit",
    "Rule",
    "Setting",
    "Sight",
    "alerts",
    "limits",
    "month",
    "settings",
    "since",
    "warning",
    "watch",
]
