"""From observations to alerts: level, time, life, and the sentence that says what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..printing import with_unit
from .levels import COLUMNS, LEVELS, NONE, Setting, runs, with_time
from .registry import RULES, Rule, Sight

NEW, STILL, CLEARED = "新出现", "未解除", "已解除"
LIVES = (NEW, STILL, CLEARED)
SETTINGS = "warning_rules"


@dataclass(frozen=True)
class Alert:
    """An uninterrupted time for which a rule was broken by an enterprise (or one of its items).

    ``period``, ``value``, ``threshold``, ``level`` and ``rows`` (as Excel counts, of the first of
    the rule's tables) are those of the last period in which it was seen. ``cleared`` is the first
    period in which it no longer was, None while it is open. ``since_known`` is false where the
    table holds only the present state, so that ``first_seen`` is just the day of the look.

    What is not observed (no return, a zero denominator) neither clears an alert nor makes it last
    longer. An enterprise that leaves supervision takes its alerts with it.
    """

    rule: Rule
    setting: Setting
    enterprise_id: str
    subject: str
    period: pd.Timestamp
    value: float
    threshold: float
    level: int
    worst: int
    raised: bool
    rows: tuple[int, ...]
    first_seen: pd.Timestamp
    periods: int
    cleared: pd.Timestamp | None
    life: str
    since_known: bool

    @property
    def open(self) -> bool:
        """Whether it has not been cleared."""
        return self.cleared is None

    def as_dict(self) -> dict[str, Any]:
        """Return the alert's parts, for programs."""
        return {
            "rule": self.rule.id, "module": self.rule.module, "enterprise_id": self.enterprise_id,
            "subject": self.subject, "period": f"{self.period:%Y-%m}", "value": self.value,
            "unit": self.setting.unit, "threshold": self.threshold, "level": COLUMNS[self.level],
            "worst": COLUMNS[self.worst], "raised": self.raised, "table": self.rule.tables[0],
            "rows": list(self.rows), "first_seen": f"{self.first_seen:%Y-%m}",
            "cleared": None if self.cleared is None else f"{self.cleared:%Y-%m}",
            "life": self.life, "since_known": self.since_known, "sentence": self.sentence,
        }  # fmt: skip

    @cached_property
    def sentence(self) -> str:
        """What happened, without the enterprise's name."""
        unit, decimals = self.setting.unit, self.rule.decimals
        said = self.rule.said.format(
            value=with_unit(self.value, unit, decimals), subject=self.subject
        )
        line = with_unit(self.threshold, unit, decimals)
        words = f"{month(self.period)}{said}，达到预警线{line}"
        if self.raised:
            return f"{words}，已连续{self.periods}期，升为{LEVELS[self.level]}"
        return f"{words}，为{LEVELS[self.level]}"


def month(period: pd.Timestamp) -> str:
    """Return a period in words."""
    return f"{period.year}年{period.month}月"


def settings(frames: Mapping[str, pd.DataFrame]) -> dict[str, Setting]:
    """Return what the district decided about each rule.

    Raises:
        ValueError: in Chinese, if thresholds are not in order.
    """
    return {row["id"]: Setting.read(row) for row in frames[SETTINGS].to_dict("records")}


def watch(frames: Mapping[str, pd.DataFrame], as_of: pd.Timestamp,
          rules: Iterable[Rule] = ()) -> list[Alert]:  # fmt: skip
    """Return all alerts known on a day, worst and newest first; those cleared by then at the end.

    A rule whose table did not come with the data, or which is not in ``warning_rules``, is
    silent; before the data begin there are no alerts.
    """
    decided, sight = settings(frames), Sight(frames, as_of)
    views: dict[object, pd.DataFrame] = {}  # several rules share a view
    left = _left(frames, as_of)
    found: list[Alert] = []
    for rule in rules or RULES.values():
        if rule.id in decided and set(rule.tables) <= set(frames):
            if rule.view not in views:
                views[rule.view] = _supervised(rule.view(sight), left)
            found += alerts(rule, decided[rule.id], views[rule.view], as_of)
    found = [
        replace(a, cleared=left[a.enterprise_id], life=CLEARED)
        if a.open and a.enterprise_id in left
        else a
        for a in found
    ]
    return sorted(found, key=lambda a: (not a.open, -a.level, -a.first_seen.toordinal()))


def _left(frames: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> dict[str, pd.Timestamp]:
    """Enterprise that has left supervision by the day -> the end of its first month outside."""
    if "enterprises" not in frames:
        return {}
    ends = frames["enterprises"].set_index("enterprise_id")["end_year"].dropna()
    first = {str(key): pd.Timestamp(int(year), 1, 31) for key, year in ends.items()}
    return {key: day for key, day in first.items() if day <= as_of}


def _supervised(seen: pd.DataFrame, left: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """Return what was seen of enterprises while they were under supervision."""
    if seen.empty or not left:
        return seen
    return seen[~(seen["period"] >= seen["enterprise_id"].map(left))]


def alerts(rule: Rule, setting: Setting, seen: pd.DataFrame, as_of: pd.Timestamp
           ) -> Iterator[Alert]:  # fmt: skip
    """Yield the alerts of one rule, given what its view shows.

    ``seen`` has the columns ``enterprise_id``, ``subject``, ``period`` (the month's end) and
    ``rows`` beside the formula's inputs; ``snapshot`` if only the present state is known.
    """
    if seen.empty:
        return
    seen = seen.assign(value=np.asarray(rule.values(seen), dtype=float))
    seen = seen[np.isfinite(seen["value"])]
    seen = seen.sort_values(
        ["enterprise_id", "subject", "period"], kind="stable", ignore_index=True
    )
    owner = seen.groupby(["enterprise_id", "subject"], sort=False).ngroup()
    plain = pd.Series(setting.levels(seen["value"]), index=seen.index)
    level = with_time(plain, owner, setting.stays)
    run = runs(level > NONE, owner)
    fresh = "snapshot" not in seen  # where only the present is known, nothing is new
    newest = as_of + pd.offsets.MonthEnd(0)
    for indexes in pd.Series(seen.index, index=seen.index)[level > NONE].groupby(run):
        stretch = indexes[1].to_numpy()
        last, after = stretch[-1], stretch[-1] + 1
        row = seen.loc[last]
        cleared = (
            seen.at[after, "period"] if after < len(seen) and owner[after] == owner[last] else None
        )
        first = seen.at[stretch[0], "period"]
        yield Alert(
            rule, setting, row["enterprise_id"], row["subject"], row["period"],
            float(row["value"]), setting.thresholds[int(plain[last])], int(level[last]),
            int(level[stretch].max()), bool(level[last] > plain[last]),
            row["rows"] if isinstance(row["rows"], tuple) else (int(row["rows"]),),
            first, len(stretch), cleared,
            CLEARED if cleared is not None else NEW if fresh and first == newest else STILL,
            fresh,
        )  # fmt: skip
