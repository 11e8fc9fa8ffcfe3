"""``debts``: what falls due around a day, who sees to it, and whether the money is there."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from .common import a_day, open_report, print_json

if TYPE_CHECKING:
    from ..present.display import Table

NAME, HELP = "debts", "列出截至某日的到期债务清单、短缺、责任人、调度和债权人支持"
# What may be listed: name -> (the page's function, what the list is called).
LISTS = {
    "week": ("weekly", "周清单：七天以内要做的事和已经逾期的事"),
    "month": ("monthly", "月清单：一个月以内的付款，准备到哪一步"),
    "quarter": ("quarterly", "季清单：各户企业三个月以内的付款，够不够付"),
    "stress": ("stress_table", "各户企业在各种情景下的短缺"),
    "unseen": ("unseen", "数据截止以后到期、做没做不知道的事"),
    "missed": ("missed", "没有按时完成的步骤"),
    "duties": ("duties", "每笔债务由谁负责"),
    "decided": ("decided", "调度议定的事项"),
    "support": ("support", "债权人的支持"),
    "relief": ("relief", "计入债权人支持以后的短缺"),
}
USUAL = ("week", "month", "quarter", "stress")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--as-of", type=a_day, metavar="日期", help="看哪一天，不写则为报告年度年末")
    parser.add_argument(
        "--list",
        choices=tuple(LISTS),
        metavar="清单",
        help=f"只看一张清单，可以是{'、'.join(LISTS)}；不写则为{'、'.join(USUAL)}，数据截止以后的日子还有unseen",
    )


def as_rows(table: Table) -> dict[str, Any]:
    """Return a table for programs: its origin, and its rows by heading."""
    rows = [[cell if isinstance(cell, str) else cell.text for cell in row] for row in table.rows]
    return {"origin": table.origin, "rows": [dict(zip(table.header, row, strict=True)) for row in rows]}


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    import pandas as pd

    from ..domains.debts.page import DebtPage

    report = open_report(options)
    page = DebtPage(report, pd.Timestamp(options.as_of) if options.as_of else None)
    names = [options.list] if options.list else [*USUAL, *(["unseen"] if page.day > page.monitor.ends else [])]
    if options.json:
        print_json(
            {
                "as_of": f"{page.day:%Y-%m-%d}",
                "known": f"{page.known:%Y-%m-%d}",
                "reach": page.reach(),
                **{name: as_rows(getattr(page, LISTS[name][0])(LISTS[name][1])) for name in names},
            }
        )
        return 0
    print(page.reach(), *page.summary(), sep="\n")
    for name in names:
        print("", getattr(page, LISTS[name][0])(LISTS[name][1]), sep="\n")
    return 0
