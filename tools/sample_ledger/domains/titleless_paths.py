"""The way of assets without title: found, looked into, and what their disposal still needs."""

from __future__ import annotations

from datetime import date, timedelta

from ..registers import YEAR, Context, working_day

AFTER = ("safety",)
Row = dict[str, object]
KEPT = "transferred"  # what was handed over stays in use
DIRECT = ("transferred", "developer")  # causes that leave nothing to be made up for


def tables(context: Context) -> dict[str, list[Row]]:
    """Return one row an asset."""
    return {"titleless_paths": [_path(context, asset) for asset in context.made["titleless_assets"]]}


def _path(context: Context, asset: Row) -> Row:
    opened, closed = asset["opened_on"], asset["closed_on"]
    assert isinstance(opened, date)
    reviewed = working_day(opened - timedelta(days=int(context.rng.integers(3, 20))))
    cause = asset["cause"]
    aim = "keep" if cause == KEPT or context.rng.random() < 0.15 else "dispose"
    dispute = "open" if context.rng.random() < 0.14 else "none"
    held = context.pick(("none", "mortgaged", "seized"), (85, 10, 5))
    chances, gaps = context.rng.random(2), context.rng.integers(12, 45, 2)
    valued = approved = None
    if isinstance(closed, date) and aim == "dispose" and chances[0] < 0.75:
        valued = _within(closed + timedelta(days=int(gaps[0])))
        if valued and chances[1] < 0.75:
            approved = _within(valued + timedelta(days=int(gaps[1])))
    return {
        "year": asset["year"],
        "titleless_id": asset["id"],
        "surveyed_on": working_day(reviewed - timedelta(days=int(context.rng.integers(20, 60)))),
        "reviewed_on": reviewed,
        "finding": "direct" if cause in DIRECT else "supplement",
        "aim": aim,
        "dispute": dispute,
        "encumbrance": held if isinstance(closed, date) else "none",  # what has no title is no security
        "valued_on": valued or "",
        "approved_on": approved or "",
    }


def _within(day: date) -> date | None:
    """Return the working day, or None where it lies beyond the year."""
    return working_day(day) if day.year <= YEAR else None
