"""报送: returns that are late or missing, late month after month, sent back again and again.

Flash statements that are late have a rule of their own, so they are left out of the first; all are
looked at by the month in which they were due, or decided.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from ...alerts.months import last_days, months
from ...alerts.reach import RETURNS as SETTINGS
from ...alerts.rules import BESIDE, AlertContext, warning
from ...tables.periods import month_end
from .obligations import ENTERPRISES, MISSING, OWED, RETURNED, SENT_BACK, TABLE, known, obligations

MODULE = "returns"
BESIDE[MODULE] = "报送"
FLASH = "flash_reports"
PAST = 12  # months in which what was sent back is counted
SUBJECTS = {MISSING: "没有报送的表", RETURNED: "退回以后没有补报的表"}  # these stay until they come in
OWNER, PERIOD = "enterprise_id", "period"


def due(context: AlertContext) -> pd.DataFrame:
    """Return every obligation due by the day with its return's row, the month in which it was due as ``month``."""
    if TABLE not in context.shared:
        context.shared[TABLE] = _due(context)
    return context.shared[TABLE]


def _due(context: AlertContext) -> pd.DataFrame:
    found = obligations(context.frames, context.as_of, context.covered(TABLE))
    found = found[found["due_on"] <= context.as_of]
    sent = context.frames[TABLE]
    sent = sent.assign(row=sent.index + 2)[[*OWED, "arrived_on", "row"]].drop_duplicates([*OWED, "arrived_on"])
    return found.merge(sent, on=[*OWED, "arrived_on"], how="left").assign(month=month_end(found["due_on"]).to_numpy())


def lateness(context: AlertContext) -> pd.DataFrame:
    """Return for each enterprise and month by how many days the latest of what was due was late.

    What has not come in, and what was sent back and has not, is a subject of its own.
    """
    found = due(context)
    found = found[found["table"] != FLASH]
    subject = found["state"].map(SUBJECTS).where(found["days_late"] > 0).fillna("")
    found = found.assign(subject=subject).sort_values("days_late", ascending=False, kind="stable")
    worst = found.drop_duplicates([OWNER, "month", "subject"])
    return worst.assign(period=worst["month"], rows=_rows(worst["row"]))


def runs(context: AlertContext) -> pd.DataFrame:
    """Return for each enterprise and month for how many periods running one of its tables has been late."""
    found = due(context).sort_values([OWNER, "table", "due_on"], kind="stable", ignore_index=True)
    late = found["days_late"] > 0
    breaks = (~late).groupby([found[OWNER], found["table"]]).cumsum()
    running = late.groupby([found[OWNER], found["table"], breaks]).cumsum()
    found = found.assign(running=running).sort_values("running", ascending=False, kind="stable")
    longest = found.drop_duplicates([OWNER, "month"])
    return longest.assign(period=longest["month"], subject="", rows=_rows(longest["row"]))


def sendings_back(context: AlertContext) -> pd.DataFrame:
    """Return for each enterprise and month how many of its returns were sent back in the last twelve months."""
    sent = context.frames[TABLE]
    sent = sent[sent["state"] == SENT_BACK]
    sent = known(sent.assign(row=sent.index + 2), context.as_of)
    sent = sent[sent["state"] == SENT_BACK]
    whose, owners = pd.factorize(sent[OWNER], sort=True)
    decided, (today,), row = months(sent["decided_on"]), months([context.as_of]), sent["row"].to_numpy()
    ends = np.arange(decided.min(initial=today), today + 1)
    # Each counts in its own month and those that follow, by month, owner and row.
    month = (decided[:, None] - ends[0] + np.arange(PAST)).ravel()
    cell = month * len(owners) + np.repeat(whose, PAST)
    order = np.lexsort((np.repeat(row, PAST), cell))
    order = order[month[order] < len(ends)]
    times = np.bincount(cell[order], minlength=len(owners) * len(ends))
    rows = np.repeat(row, PAST)[order].tolist()
    begins = np.append(0, np.cumsum(times)).tolist()
    return pd.DataFrame(
        {
            OWNER: np.tile(owners, len(ends)),
            PERIOD: np.repeat(last_days(ends), len(owners)).astype(sent["decided_on"].dtype),
            "subject": "",
            "rows": [tuple(rows[first:last]) for first, last in pairwise(begins)],
            "times": times,
        }
    )


def _rows(numbers: pd.Series) -> list[tuple[int, ...]]:
    return [(int(number),) if np.isfinite(number) else () for number in numbers]


@warning(MODULE, lateness, TABLE, SETTINGS, ENTERPRISES, message="到期的报送，{subject}最多迟了{value}")
def returns_late(days_late):
    """当月到期的报送中最迟的迟了几天，财务快报另有规则；没有报送和退回没有补报的，算到查看日"""
    return days_late


@warning(MODULE, runs, TABLE, SETTINGS, ENTERPRISES, message="到期的报送，同一张表已经连续{value}迟报")
def returns_late_run(running):
    """同一张表连续几期迟报，到当月到期的一期为止，取最多的一张表"""
    return running


@warning(MODULE, sendings_back, TABLE, message="为止十二个月内被退回{value}")
def returns_sent_back_often(times):
    """最近十二个月里被退回的次数"""
    return times
