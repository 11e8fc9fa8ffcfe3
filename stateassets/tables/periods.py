"""The life of an item that somebody has to finish by a date: opened, due, closed.

Compliance, benchmarking, rectification, hazards and plans are all registers of such items. A
table is one if ``datapackage.json`` says under ``register`` which columns hold the dates; an
item's state follows from them and is never entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

CLOSED, LATE, OPEN, OVERDUE = "closed", "late", "open", "overdue"
DONE = (CLOSED, LATE)
# Most pressing first.
STATES = {OVERDUE: "逾期未完成", OPEN: "进行中", LATE: "逾期完成", CLOSED: "按期完成"}
UNKNOWN = "unknown"  # no date says how it stands: it is listed, and counted in none of the states
STATE_WORDS = {**STATES, UNKNOWN: "未载期限"}


def year_end(year: int) -> pd.Timestamp:
    """The day on which a year's report looks at its registers."""
    return pd.Timestamp(date(year, 12, 31))


def with_state(frame: pd.DataFrame, dates: Mapping[str, str], day: pd.Timestamp) -> pd.DataFrame:
    """Return a register's rows with their ``state`` on ``day``, a code of ``STATE_WORDS``.

    ``dates`` names the columns of ``due`` and ``closed``. What was done on its due date is done
    in time.
    """
    due, closed = frame[dates["due"]], frame[dates["closed"]]
    done = closed <= day
    cases = [done & (closed > due), done, due < day, due.notna()]
    states = np.select(cases, [LATE, CLOSED, OVERDUE, OPEN], UNKNOWN)
    return frame.assign(state=pd.Series(states, index=frame.index, dtype=str))
