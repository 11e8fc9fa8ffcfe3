"""``figures``: every figure beside what was printed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .common import open_report, print_json

if TYPE_CHECKING:
    from ..figures import Figure
    from ..report import Report

NAME, HELP = "figures", "列出每一个数字，与公布数核对"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what every command takes."""


def _all_figures(report: Report) -> list[Figure]:
    """Every level known for the district, and every growth or change that was printed."""
    from ..catalogue import REGISTRY
    from ..ledger import ScopeError

    wanted = [*REGISTRY, *(claim.figure_id for claim in report.claims)]
    found = []
    for figure_id in dict.fromkeys(wanted):
        try:
            found.append(report.figure(figure_id))
        except (KeyError, ScopeError):
            continue
    return found


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..figures import AGREES, DIFFERS, NOT_RECOMPUTED

    report = open_report(options)
    rows = [
        {
            "id": f.id, "name": f.name_zh, "scope": f.scope.name_zh, "year": f.year,
            "value": None if f.value is None else f.number, "unit": f.unit, "printed": f.printed,
            "claim": f.claim.printed if f.claim else "", "state": f.state, "sample": f.sample,
        }
        for f in _all_figures(report)
    ]  # fmt: skip
    rows += [
        {
            "id": c.figure_id, "name": c.name_zh, "scope": report.whole.name_zh, "year": c.year,
            "value": None, "unit": c.unit, "printed": "", "claim": c.printed,
            "state": NOT_RECOMPUTED, "sample": False,
        }
        for c in report.claims
        if report.recomputed(c) is None
    ]  # fmt: skip
    differing = report.count(DIFFERS)
    if options.json:
        print_json(rows)
        return 1 if differing else 0
    for row in rows:
        origin = "示例" if row["sample"] else ""
        print("｜".join(str(row[key]) for key in
              ("id", "name", "scope", "year", "printed", "claim", "state")), origin, sep="｜")  # fmt: skip
    print(
        f"公布数{len(report.claims)}项：{AGREES}{report.count(AGREES)}项，"
        f"{DIFFERS}{differing}项，{NOT_RECOMPUTED}{report.count(NOT_RECOMPUTED)}项"
    )
    return 1 if differing else 0
