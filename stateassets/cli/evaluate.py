"""``evaluate``: who scores what, by any scheme of appraisal."""

from __future__ import annotations

import argparse
import sys

from .common import open_report, print_json

NAME, HELP = "evaluate", "按考核评价办法给企业计分、定级、排名"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument(
        "--scheme", default="district", metavar="办法", help="用哪套评价办法，如district、national，不写则为district"
    )
    parser.add_argument("--year", type=int, metavar="年度", help="评价哪一年，不写则为报告年度")
    parser.add_argument(
        "--by",
        choices=("group", "enterprise"),
        metavar="层级",
        help="评价一级企业（group）还是每户法人企业（enterprise），不写则按办法",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..domains.appraisal.appraisal import Appraisal
    from ..domains.appraisal.page import as_dict, lines
    from ..domains.appraisal.scheme import names

    report = open_report(options)
    schemes, years = names(report.ledger.frames), report.ledger.years
    if options.scheme not in schemes:
        print(f"没有评价办法“{options.scheme}”；有：{'、'.join(schemes)}", file=sys.stderr)
        return 2
    if options.year and options.year not in years:
        print(f"没有{options.year}年的数据；有：{'、'.join(map(str, years))}", file=sys.stderr)
        return 2
    appraisal = Appraisal.of(report, options.scheme, options.year, options.by or "")
    if options.json:
        print_json(as_dict(appraisal))
    else:
        print(*lines(appraisal), sep="\n")
    return 0
