"""Many small cases of one rule in one test, each of which is named if it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

Case = TypeVar("Case")


def each(cases: Mapping[str, Case], holds: Callable[[Case], None]) -> None:
    """Try every case, then fail with the names of all that do not hold, and what was wrong."""
    wrong = []
    for name, case in cases.items():
        try:
            holds(case)
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__}: {error}")
    assert cases, "no cases"
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cases)} cases fail", *wrong])
