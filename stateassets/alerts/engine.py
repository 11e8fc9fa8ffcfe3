"""From observations to alerts: level, time, life, and the sentence that says what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ..measures.units import to_fraction, with_unit
from ..tables.periods import month_end
from .levels import COLUMNS, LEVELS, NONE, Setting, with_time
from .rules import RULES, AlertContext, Rule

NEW, STILL, CLEARED = "新出现", "未解除", "已解除"
LIVES = (NEW, STILL, CLEARED)
SETTINGS = "warning_rules"
NOISE = 1e-9  # how far off, in its own size, a float may be at most
OWNER = ["enterprise_id", "subject"]  # whose time a rule follows
WHOSE = "__whose"  # the same as one number, worked out once for all rules of a view


@dataclass(frozen=True)
class Alert:
    """An uninterrupted time for which a rule was broken by an enterprise (or one of its items).

    ``period``, ``value``, ``threshold``, ``level`` and ``rows`` (as Excel counts, of the first of
    the rule's tables) are those of the last period in which it was seen. ``cleared`` is the first
    period in which it no longer was, None while it is open. ``since_known`` is false where the
    table holds only the present state, so that ``first_seen`` is just the day of the look.

    What is not observed (no return, a zero denominator) neither clears an alert nor makes it last
    longer. An enterprise that leaves supervision takes its alerts with it. It leaves with the
    beginning of a year, whenever in that year it ceased: it is not counted in that year either.
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
    def key(self) -> tuple[str, str, str]:
        """What it is about; at most one alert with a key is open at a time."""
        return self.rule.id, self.enterprise_id, self.subject

    @property
    def open(self) -> bool:
        """Whether it has not been cleared."""
        return self.cleared is None

    def as_dict(self) -> dict[str, Any]:
        """Return the alert's parts, for programs."""
        return {
            "rule": self.rule.id,
            "module": self.rule.module,
            "enterprise_id": self.enterprise_id,
            "subject": self.subject,
            "period": f"{self.period:%Y-%m}",
            "value": self.value,
            "unit": self.setting.unit,
            "threshold": self.threshold,
            "level": COLUMNS[self.level],
            "worst": COLUMNS[self.worst],
            "raised": self.raised,
            "table": self.rule.tables[0],
            "rows": list(self.rows),
            "first_seen": f"{self.first_seen:%Y-%m}",
            "cleared": None if self.cleared is None else f"{self.cleared:%Y-%m}",
            "life": self.life,
            "since_known": self.since_known,
            "sentence": self.sentence,
        }

    @cached_property
    def sentence(self) -> str:
        """What happened, without the enterprise's name."""
        unit, decimals = self.setting.unit, self.rule.decimals
        message = self.rule.message.format(value=with_unit(self.value, unit, decimals), subject=self.subject)
        line = with_unit(self.threshold, unit, decimals)
        words = f"{month(self.period)}{message}，达到预警线{line}"
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


def find_alerts(
    frames: Mapping[str, pd.DataFrame],
    as_of: pd.Timestamp,
    rules: Iterable[Rule] = (),
    years: Mapping[str, Collection[int]] | None = None,
) -> list[Alert]:
    """Return all alerts known on a day, worst and newest first; those cleared by then at the end.

    A rule whose table did not come with the data, or which is not in ``warning_rules``, is
    silent; before the first year of the roster there are no alerts. ``years`` says which years
    whole tables cover, where ``frames`` hold a part of them.
    """
    decided, context = settings(frames), AlertContext(frames, as_of, years or {})
    if "roster" in frames and as_of.year < min(context.covered("roster"), default=as_of.year):
        return []
    views: dict[object, pd.DataFrame] = {}  # several rules share a view
    left = _left(frames, as_of)
    found: list[Alert] = []
    for rule in rules or RULES.values():
        if rule.id in decided and set(rule.tables) <= set(frames):
            if rule.view not in views:
                views[rule.view] = _supervised(rule.view(context), left)
            found += alerts(rule, decided[rule.id], views[rule.view], as_of)
    return in_order(
        replace(a, cleared=left[a.enterprise_id], life=CLEARED) if a.open and a.enterprise_id in left else a
        for a in found
    )


def in_order(found: Iterable[Alert]) -> list[Alert]:
    """Return alerts as they are listed: the open ones first, then the worst, then the newest.

    Those of one day and level stand by module, and in it as the rules are defined.
    """
    ordered = sorted(RULES.values(), key=lambda rule: rule.module)
    place = {rule.id: number for number, rule in enumerate(ordered)}
    return sorted(
        found,
        key=lambda a: (
            not a.open,
            -a.level,
            -a.first_seen.toordinal(),
            place.get(a.rule.id, len(place)),
            a.enterprise_id,
            a.subject,
        ),
    )


def since(now: Iterable[Alert], before: Iterable[Alert]) -> list[Alert]:
    """Return alerts whose life is told against those known on an earlier day.

    New is what was not open then, whatever month it is about: a return of November is missed in
    December.
    """
    known = {a.key for a in before if a.open}
    return [replace(a, life=STILL if a.key in known else NEW) if a.open else a for a in now]


def _left(frames: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> dict[str, pd.Timestamp]:
    """Enterprise that has left supervision by the day -> the end of its first month outside."""
    if "enterprises" not in frames:
        return {}
    rows = frames["enterprises"]
    ends = pd.to_datetime({"year": rows["end_year"], "month": 1, "day": 31})
    gone = ends <= month_end(as_of)
    return dict(zip(rows.loc[gone, "enterprise_id"], ends[gone], strict=True))


def _supervised(seen: pd.DataFrame, left: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """Return what was seen of enterprises while they were under supervision, with numbers under ``WHOSE``."""
    if seen.empty:
        return seen
    if left:
        enterprise, names = pd.factorize(seen["enterprise_id"], use_na_sentinel=False)
        leaves = pd.to_datetime([left.get(name) for name in names]).to_numpy()[enterprise]
        seen = seen[~(seen["period"].to_numpy() >= leaves)]
    return seen.assign(**{WHOSE: _numbered(seen)})


def _numbered(seen: pd.DataFrame) -> np.ndarray:
    """Return a number for each row: the same for those of one enterprise and subject."""
    enterprise, _ = pd.factorize(seen["enterprise_id"], use_na_sentinel=False)
    subject, subjects = pd.factorize(seen["subject"], use_na_sentinel=False)
    return pd.factorize(enterprise * len(subjects) + subject)[0]


def settled(rule: Rule, setting: Setting, seen: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Return the values; those within a float's noise of a threshold reckoned again exactly, as fractions.

    Floats may put a ratio of just 70 at 70.00000000000001 or 69.99999999999999.
    """
    limits = np.array(list(setting.thresholds.values()))
    away = np.abs(values[:, None] - limits)
    near = ((away > 0) & (away <= NOISE * np.maximum(np.abs(limits), 1))).any(axis=1)
    if not near.any():
        return values
    exact = rule.formula(**{name: _fractions(seen.loc[near, name]) for name in rule.inputs})
    values = values.copy()
    values[near] = [float(value) for value in exact]
    return values


def _fractions(cells: pd.Series) -> pd.Series:
    """Return numbers as fractions; whatever else is in the cells as it is."""
    if not is_numeric_dtype(cells) or is_bool_dtype(cells):
        return cells
    numbers = [to_fraction(cell) if np.isfinite(cell) else cell for cell in cells.tolist()]
    return pd.Series(numbers, index=cells.index, dtype=object)


def alerts(rule: Rule, setting: Setting, seen: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[Alert]:
    """Yield the alerts of one rule, given what its view shows.

    ``seen`` has the columns ``enterprise_id``, ``subject``, ``period`` (the month's end) and
    ``rows`` beside the formula's inputs; ``snapshot`` if only the present state is known.
    """
    if seen.empty:
        return
    fresh = "snapshot" not in seen  # where only the present is known, nothing is new
    values = settled(rule, setting, seen, np.asarray(rule.values(seen), dtype=float))
    plain, known = setting.levels(values), np.isfinite(values)
    broken = known & (plain > NONE)
    if not broken.any():
        return
    whose, days = seen[WHOSE].to_numpy() if WHOSE in seen else _numbered(seen), seen["period"].to_numpy()
    # Most of what a rule looks at never breaks it and need not be put in order.
    breaks = np.zeros(whose.max() + 1, dtype=bool)
    breaks[whose[broken]] = True
    places = np.flatnonzero(known & breaks[whose])
    places = places[np.lexsort((days[places], whose[places]))]
    plain, whose = plain[places], whose[places]
    levels = with_time(plain, whose, setting.stays)
    hit = levels > NONE
    next_is_own = np.append(whose[1:] == whose[:-1], False)
    runs_on = hit & np.append(hit[1:], False) & next_is_own
    firsts = np.flatnonzero(hit & ~np.append(False, runs_on[:-1]))
    lasts = np.flatnonzero(hit & ~runs_on)
    cleared = next_is_own[lasts]
    nexts = np.where(cleared, lasts + cleared, 0)
    ends = seen[[*OWNER, "rows"]].iloc[places[lasts]]
    parts = zip(
        *(ends[name].tolist() for name in ends),
        values[places[lasts]].tolist(),
        plain[lasts].tolist(),
        levels[lasts].tolist(),
        np.maximum.reduceat(levels, firsts).tolist(),
        _moments(days[places[firsts]]),
        _moments(days[places[lasts]]),
        _moments(np.where(cleared, days[places[nexts]], np.datetime64("NaT"))),
        (lasts - firsts + 1).tolist(),
        strict=True,
    )
    newest = month_end(as_of)
    for enterprise_id, subject, rows, value, line, level, worst, first, last, until, periods in parts:
        yield Alert(
            rule,
            setting,
            enterprise_id,
            subject,
            last,
            value,
            setting.thresholds[line],
            level,
            worst,
            level > line,
            rows if isinstance(rows, tuple) else (int(rows),),
            first,
            periods,
            until,
            CLEARED if until is not None else NEW if fresh and first == newest else STILL,
            fresh,
        )


def _moments(days: np.ndarray) -> list[Any]:
    """Return each day as a timestamp, that of one day made once; None for none."""
    nth, kinds = pd.factorize(days, use_na_sentinel=False)
    made = [None if pd.isna(day) else day for day in pd.DatetimeIndex(kinds)]
    return [made[n] for n in nth]
