"""The rows that a check looks at: those that stand, with some in another state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from ...tables.checking import Check, Frames
from ...tables.data_errors import Fault
from ..parts import Standing

BEGIN = 10_000_000  # the index of the first row that came, beyond those of any table


class Given(Mapping[str, pd.DataFrame]):
    """The tables of a part, with some in another state; a check that goes through all sees only ``names``."""

    def __init__(self, part: Frames, changed: Frames, names: frozenset[str] = frozenset()) -> None:
        self.part, self.changed = part, changed
        self.names = list(names or part)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.changed[name] if name in self.changed else self.part[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def run(check: Check, standing: Standing, frames: Given) -> list[Fault]:
    """Return what a check finds in a part of the rows; if it needs rows of others, in all rows."""
    try:
        return list(check(standing.package, frames))
    except (KeyError, IndexError):
        return list(
            check(standing.package, Given(standing.frames, whole_tables(standing, frames), frozenset(frames.names)))
        )


def whole_tables(standing: Standing, frames: Given) -> dict[str, pd.DataFrame]:
    """Return the changed tables of a part with all others' rows."""
    made = {}
    for name, frame in frames.changed.items():
        there = frames.part[name].index if name in frames.part else []
        others = standing.frames[name].drop(index=there) if name in standing.frames else frame.iloc[:0]
        made[name] = pd.concat([others, frame])
    return made


def where(fault: Fault) -> object:
    """Return by what a fault of the rows that stand is known again, whatever its numbers are now."""
    return (fault.file, fault.row, fault.column) if fault.row else (fault.file, fault.column, fault.found)
