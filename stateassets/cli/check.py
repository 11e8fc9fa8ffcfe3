"""``check``: are the tables sound?"""

from __future__ import annotations

import argparse

from .common import called, faulty

NAME, HELP = "check", "检查data/里的表，逐条列出问题"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what every command takes."""


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..opening import check, open_ledger
    from ..tables.root import find_root

    root = options.root or find_root()
    faults = check(root / "data")
    if not options.json:
        faults = called(faults, root / "data")
    if not faults and not options.json:
        ledger = open_ledger(root / "data")
        years, absent = ledger.years, len(ledger.package.tables.absent)
        whole = f"已有的{len(ledger.package.tables)}张表没有问题（另有{absent}张本书没有）" if absent else "各表齐全"
        print(f"数据检查通过：{whole}，勾稽关系成立。")
        if len(years) == 1:
            print(f"各表只有{years[0]}年的数，没有上年的：同比和增减不算。要比较的，补上上年的各表。")
        if blank := ledger.package.imprint.blank:
            print(f"提示：{'、'.join(blank)}还空着，读者看不到这些项。要写的，填在data/datapackage.json里。")
    return faulty(faults, options.json)
