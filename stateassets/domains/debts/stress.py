"""Who runs short, when and by how much, if things go worse; in the manner of the IMF's tool.

A scenario is a row of ``debt_scenarios``. Besides what ``coverage`` assumes:

- less revenue: a year's revenue is that of the year so far carried on evenly; each month loses
  its share, of which a part (``debt_cost_follows``) is not spent either;
- dearer money: debts with a floating rate pay more from the day on, and so does new borrowing;
- less refinancing: of everything that was to be borrowed anew, committed or hoped for, a part
  does not come.

Nobody helps anybody else, and nothing is done about it: the result says what has to be done.
"""

from __future__ import annotations

import pandas as pd

from .coverage import Shock, under_each
from .monitor import DebtMonitor, Frames

SCENARIOS, BASELINE = "debt_scenarios", "baseline"


def scenarios(frames: Frames) -> dict[str, Shock]:
    """Return the declared scenarios by id, in their order."""
    return {
        row["id"]: Shock(row["revenue"], row["rate"], row["refinancing"])
        for row in frames[SCENARIOS].to_dict("records")
    }


def stress(monitor: DebtMonitor, day: pd.Timestamp) -> pd.DataFrame:
    """Return the months of every enterprise under every ``scenario``; see ``coverage.monthly``."""
    return under_each(monitor, day, scenarios(monitor.frames))


def shortfalls(rows: pd.DataFrame) -> pd.DataFrame:
    """Return for each scenario and enterprise that runs short: the first month, the worst, how much.

    ``first``, ``worst`` and ``short`` (at its worst, in 万元).
    """
    bad = rows[rows["short"] > 0].sort_values("month", kind="stable")
    groups = bad.groupby(["scenario", "enterprise_id"], sort=False)
    worst = bad.loc[groups["short"].idxmax()].set_index(["scenario", "enterprise_id"])
    found = groups["month"].min().rename("first").to_frame()
    return found.assign(worst=worst["month"], short=worst["short"]).reset_index()
