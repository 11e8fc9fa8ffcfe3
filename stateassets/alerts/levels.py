"""How bad a value is: none, blue, yellow or red, by thresholds that are data.

A value that reaches a threshold has its level. Which way is worse, the thresholds and how long a
yellow may stay are rows of the table ``warning_rules``; a district changes them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

NONE, BLUE, YELLOW, RED = range(4)
LEVELS = {RED: "红色", YELLOW: "黄色", BLUE: "蓝色"}  # worst first
COLUMNS = {BLUE: "blue", YELLOW: "yellow", RED: "red"}
HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class Setting:
    """What a district decides about a rule.

    ``worse`` says which way is worse; ``thresholds`` holds those levels that the rule uses.
    A yellow seen in ``stays`` periods running is red from the last of them on; None: never.
    """

    rule: str
    name: str
    unit: str
    worse: str
    thresholds: Mapping[int, float]
    stays: int | None
    audience: str
    basis: str

    def __post_init__(self) -> None:
        if not self.thresholds:
            raise ValueError("蓝、黄、红三条线都空着")
        if self.worse not in (HIGHER, LOWER):
            raise ValueError(f"不认识的方向“{self.worse}”")
        values = [self.thresholds[level] for level in sorted(self.thresholds)]
        if any((a >= b) if self.worse == HIGHER else (a <= b) for a, b in pairwise(values)):
            way = "依次升高" if self.worse == HIGHER else "依次降低"
            raise ValueError(f"{'、'.join(f'{v:g}' for v in values)}，没有按蓝、黄、红{way}")
        if self.stays is not None and self.stays < 2:
            raise ValueError("持续期数至少是2期")

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Setting:
        """Return a row of ``warning_rules``.

        Raises:
            ValueError: in Chinese, if the thresholds are missing or not in order.
        """
        given = {level: float(row[name]) for level, name in COLUMNS.items() if pd.notna(row[name])}
        stays = int(row["stays"]) if pd.notna(row["stays"]) else None
        return cls(row["id"], row["name"], row["unit"], row["worse"], given, stays, row["audience"], row["basis"])

    def levels(self, values: Any) -> np.ndarray:
        """Return the level of each value, before time is looked at; NaN has none."""
        values = np.asarray(values, dtype=float)
        found = np.full(values.shape, NONE)
        for level in sorted(self.thresholds):
            limit = self.thresholds[level]
            reached = values >= limit if self.worse == HIGHER else values <= limit
            found[reached] = level
        return found

    def level(self, value: float) -> int:
        """Return the level of one value."""
        return int(self.levels([value])[0])


def begins(*keys: np.ndarray) -> np.ndarray:
    """Return which rows, in order, have another value of some key than the row before."""
    found = np.ones(len(keys[0]), dtype=bool)
    found[1:] = np.logical_or.reduce([own[1:] != own[:-1] for own in keys])
    return found


def with_time(levels: Any, owners: Any, stays: int | None) -> np.ndarray:
    """Return levels in which a yellow (or worse) of ``stays`` periods running has become red.

    Rows are in the order of time within each owner.
    """
    levels, owners = np.asarray(levels), np.asarray(owners)
    if stays is None:
        return levels
    bad, places = levels >= YELLOW, np.arange(len(levels))
    length = places - np.maximum.accumulate(np.where(begins(bad, owners), places, 0)) + 1
    return np.where(bad & (length >= stays), RED, levels)
