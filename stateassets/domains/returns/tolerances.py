"""How far a return may be from the enterprise's own past and from its other tables before it is doubted: settings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

TABLE = "return_tolerances"
PERCENT = "%"
# Periods that are compared, at least and at most; how wide the usual range is; amounts that are too small to matter;
# amounts in another unit; cash, pay and the annual accounts beside what is said elsewhere.
NAMES = frozenset({"periods", "periods_least", "spread", "share", "small", "slip", "cash", "pay", "annual"})


def tolerances(frames: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return the tolerances by id, percentages as shares of one; none where the book has no such table."""
    if TABLE not in frames:
        return {}
    rows = frames[TABLE][["id", "value", "unit"]].itertuples(index=False)
    return {row.id: float(row.value) / 100 if row.unit == PERCENT else float(row.value) for row in rows}
