"""``stale``: which stored results and pages are not those of today's program and tables, and why."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from .common import print_json

NAME, HELP = "stale", "哪些存档的结果和网页不是现在的程序和表算出来的，为什么；不计算"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what every command takes."""


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..baseline import stale
    from ..tables.root import find_root

    found = stale((options.root or find_root()).resolve())
    any_stale = any(one.reasons for one in found)
    if options.json:
        print_json({"stale": any_stale, "parts": [asdict(one) for one in found]})
    else:
        for one in found:
            print(*one.lines(), sep="\n")
        if any_stale:
            print("重算并存档结果：python -m stateassets accept；重新生成网页：make book。")
    return 1 if any_stale else 0
