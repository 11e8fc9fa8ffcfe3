"""``rollup``: a book over many districts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .common import print_json

if TYPE_CHECKING:
    from ..rollup import Rollup

NAME, HELP = "rollup", "把许多地区的书汇成一本：谁在内，怎样比较，历年，公布数能否同时为真"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument(
        "sources",
        nargs="+",
        type=Path,
        metavar="来源",
        help="facts.json，放着许多facts.json的文件夹，书的文件夹，或数据湖",
    )
    parser.add_argument("--out", type=Path, metavar="新文件夹", help="书放在哪里，须是空的或还没有的；不写则只算不写书")
    parser.add_argument("--expected", type=Path, metavar="名单", help="应在内的地区（CSV：地区、上级、口径、起始年度）")
    parser.add_argument("--register", type=Path, metavar="产权登记", help="企业的信用代码和归属（CSV），一户只计一次")
    parser.add_argument("--title", default="", metavar="书名", help="不写则由地区和年度得出")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code: 1 where the printed numbers cannot all be true."""
    from ..rollup import Rollup
    from ..rollup.book import look_at, write
    from ..rollup.membership import read_list, together
    from ..rollup.ownership import read_register
    from ..rollup.sources import read_all
    from ..tables.root import find_root

    root = options.root or find_root()
    if options.out:
        look_at(root, options.out, options.title)
    expected = read_list(options.expected) if options.expected else ()
    register = read_register(options.register) if options.register else ()
    rollup = Rollup(together(read_all(options.sources, register)), expected, register)
    title = write(rollup, root, options.out, options.title) if options.out else ""
    if options.json:
        print_json(_as_json(rollup, title))
    else:
        _tell(rollup)
        if options.out:
            print(f"书已放好：{options.out}（{title}）。生成网页：cd {options.out} && jupyter-book build .")
    return 1 if any(answer.conflicts for answer in rollup.answers) else 0


def _tell(rollup: Rollup) -> None:
    from ..rollup import pages

    print(pages.opening(rollup))
    for answer in rollup.answers:
        if answer.why:
            print(f"{answer.year}年{answer.whole}的总数没有与各区的合计对照：{answer.why}")


def _as_json(rollup: Rollup, title: str) -> dict[str, Any]:
    from ..rollup import pages

    return {
        "title": title,
        "in": [m.region for m in rollup.members if not m.missing],
        "missing": [m.region for m in rollup.missing],
        "years": list(rollup.years),
        "sums": [
            {
                "figure": one.figure_id,
                "year": one.year,
                "scope": one.coverage.words,
                "districts": len(one.regions),
                "low": str(one.interval.low),
                "high": str(one.interval.high),
                "origin": one.origin.value,
            }
            for figure in pages.headlines(rollup)
            for one in rollup.sums(figure, rollup.year)
        ],
        "counted_once": [one.words for year in rollup.years for one in rollup.transfers(year)],
        "answers": [
            {
                "whole": a.whole,
                "year": a.year,
                "state": a.state,
                "claims": a.claims,
                "why": a.why,
                "conflicts": [[f"{c.region}{c.describe()}" for c in one.claims] for one in a.conflicts],
                "suspects": [mend.words for mend in a.suspects],
            }
            for a in rollup.answers
        ],
    }
