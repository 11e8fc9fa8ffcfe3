"""Numbers, shares and days as a cell or a sentence shows them; what is missing has a sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from ..measures.units import Number, to_fraction, with_unit

NOTHING = "—"
NOT_GIVEN = "报告未载"  # what a printed item does not say


def number(value: Number | None, decimals: int = 0, missing: str = NOTHING) -> str:
    """Return a number rounded half up, without a unit."""
    return missing if value is None or value != value else with_unit(value, "", decimals)


def percent(part: float, whole: float, decimals: int = 1) -> str:
    """Return a part in per cent of the whole, without the sign; missing where there is no whole."""
    return with_unit(to_fraction(part) / to_fraction(whole) * 100, "", decimals) if whole > 0 else NOTHING


def day(value: date | None, missing: str = "") -> str:
    """Return a day as 2023-12-31."""
    return missing if value is None or pd.isna(value) else f"{value:%Y-%m-%d}"


def title_with_id(row: Mapping[str, Any], key: str = "id") -> str:
    """Return what a row is called: its title, and its id in brackets."""
    return f"{row['title']}（{row[key]}）"
