"""``alerts``: what the supervision platform warns of on a day."""

from __future__ import annotations

import argparse
import sys

from .common import a_day, open_report, print_json

NAME, HELP = "alerts", "列出截至某日的预警，有没有预警都以0退出"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--as-of", type=a_day, metavar="日期", help="截至哪一天，不写则为报告年度年末")
    parser.add_argument("--module", default="", metavar="模块", help="只看一个模块，如flash")
    parser.add_argument(
        "--level", choices=("blue", "yellow", "red"), metavar="级别", help="只看一个级别：blue、yellow或red"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    import pandas as pd

    from ..alerts.levels import COLUMNS, LEVELS
    from ..alerts.page import NO_DATA, AlertsPage

    report = open_report(options)
    modules = AlertsPage(report, alerts=()).titles
    if options.module and options.module not in modules:
        print(f"没有模块“{options.module}”；有：{'、'.join(modules)}", file=sys.stderr)
        return 2
    watch = AlertsPage(report, options.module, pd.Timestamp(options.as_of) if options.as_of else None)
    found = [a for a in watch.alerts if options.level in (None, COLUMNS[a.level])]
    if options.json:
        print_json(
            {
                "as_of": f"{watch.asked:%Y-%m-%d}",
                "looked_at": f"{watch.as_of:%Y-%m-%d}",
                "reach": watch.reach(),
                "rules_watched": len(watch.watched()),
                "overdue_returns": [
                    {"table": r.table, "period": f"{r.period:%Y-%m}", "due_on": f"{r.due_on:%Y-%m-%d}", "days": r.days}
                    for r in watch.overdue_returns
                ],
                "unseen": [{**row, "due_on": f"{row['due_on']:%Y-%m-%d}"} for row in watch.unseen.to_dict("records")],
                "alerts": [a.as_dict() | {"origin": watch.origin} for a in found],
            }
        )
        return 0
    print(*watch.reach(), sep="\n")
    for a in found:
        who = report.ledger.name_of(a.enterprise_id)
        print(f"{LEVELS[a.level]}｜{a.life}｜{who}｜{a.setting.name}｜{a.sentence}｜{watch.vouched}")
    counted = f"共{len(found)}项预警，未解除{sum(a.open for a in found)}项"
    print(counted if watch.watched() else f"预警规则都{NO_DATA}。")
    return 0
