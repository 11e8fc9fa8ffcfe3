"""``figures``: every figure beside what was printed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..tables.origins import Origin
from .common import open_report, print_json

if TYPE_CHECKING:
    from ..pages.figure_index import IndexEntry

NAME, HELP = "figures", "列出每一个数字，与公布数核对"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what every command takes."""


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..measures.figures import AGREES, DIFFERS, NOT_RECOMPUTED
    from ..pages.figure_index import entries

    report = open_report(options)
    rows = [_row(entry, report.whole.name_zh) for entry in entries(report)]
    differing = report.count(DIFFERS)
    if options.json:
        print_json(rows)
        return 1 if differing else 0
    for row in rows:
        print(
            "｜".join(str(row[key]) for key in ("id", "name", "scope", "year", "printed", "claim", "state")),
            Origin(str(row["origin"])).word if row["origin"] else "",
            sep="｜",
        )
    print(
        f"公布数{len(report.claims)}项：{AGREES}{report.count(AGREES)}项，"
        f"{DIFFERS}{differing}项，{NOT_RECOMPUTED}{report.count(NOT_RECOMPUTED)}项"
    )
    return 1 if differing else 0


def _row(entry: IndexEntry, scope: str) -> dict[str, object]:
    figure, claim = entry.figure, entry.claim
    return {
        "id": entry.id,
        "name": entry.name_zh,
        "scope": scope,
        "year": entry.year,
        "value": figure.number if figure and figure.value is not None else None,
        "unit": entry.unit,
        "printed": figure.printed if figure else "",
        "claim": claim.printed if claim else "",
        "state": entry.state,
        "origin": entry.rests_on or "",
    }
