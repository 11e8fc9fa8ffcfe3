"""``import``: ledgers from Excel, CSV or a database into the tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .common import YES, asked, print_json

if TYPE_CHECKING:
    from ..importing import Plan

NAME, HELP = "import", "把Excel、CSV或数据库里的台账导入data/，先列出变化，确认后才写入"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("files", nargs="*", type=Path, metavar="文件", help="Excel工作簿、CSV，或放着这些文件的文件夹")
    parser.add_argument(
        "--from",
        dest="sources",
        type=Path,
        metavar="文件",
        help="数据库说明（YAML）：连接取自哪个环境变量，每张表一条查询",
    )
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="表名",
        help="指明是哪张表；有几个工作表时写成：工作表=表名，可以写几次",
    )
    parser.add_argument(
        "--same",
        action="append",
        default=[],
        metavar="说法=意思",
        help="表里的说法是什么意思，如：借款主体=企业编号，可以写几次；写入后本书就记住",
    )
    parser.add_argument("--year", type=int, metavar="年度", help="表里没有年度列时，各行是哪一年的")
    parser.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="单位",
        help="文件没有写明金额的单位时，是元、千元、万元还是亿元；几个文件不同时写成：文件=单位，可以写几次",
    )
    parser.add_argument("--blank", choices=["0"], default="", help="必填的金额和个数里空着的格、没有数的记号都是0")
    parser.add_argument(
        "--sums",
        choices=["keep", "skip"],
        default="",
        help="没有写明合计、数却正好是其他几行之和的行：keep照样导入，skip不导入",
    )
    parser.add_argument(
        "--work-out",
        action="store_true",
        help="没有报的合并抵销额按各户单户数之和减合并数算出；没有下级企业的，合并数同单户数",
    )
    parser.add_argument("--this-year", action="store_true", help="书里没有那一年资产负债表的，报表里上期的金额不导入")
    parser.add_argument("--take-back", action="store_true", help="以前导入以后更正过的格，照文件改回")
    parser.add_argument("--replace", action="store_true", help="文件里有的年度整年替换：文件里没有的行删去")
    parser.add_argument("--yes", action="store_true", help="不再询问，直接写入")
    parser.add_argument("--details", action="store_true", help="导入文件夹时也逐张工作表列出")
    parser.add_argument("--dry-run", action="store_true", help="只看变化，不写入")


def as_asked(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options ask for as ``importing.plan`` takes it; lists are copies, to be added to."""
    return {
        "tables": options.table,
        "year": options.year,
        "whole": options.replace,
        "units": list(options.unit),
        "blank": options.blank,
        "sums": options.sums,
        "take_back": options.take_back,
        "work_out": options.work_out,
        "this_year": options.this_year,
        "same": list(options.same),
    }


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..importing import plan
    from ..importing.files.database import read_sources
    from ..importing.files.folder import is_folder
    from ..importing.page import page
    from ..importing.telling import as_dict, lines
    from ..tables.root import find_root

    if not options.files and not options.sources:
        print("没有写要导入的文件，如：import 台账.xlsx", file=sys.stderr)
        return 2
    root = options.root or find_root()
    sheets = read_sources(options.sources, root / "data") if options.sources else []
    wishes = as_asked(options)
    units, same = wishes["units"], wishes["same"]

    def planned() -> Plan:
        return plan(root, options.files, sheets, **wishes)

    found = planned()
    if said := _units(found, options):
        units += said
        found = planned()
    while new := _confirmed(found, same, options):
        same += new
        found = planned()
    if not options.json:
        short = any(is_folder(path) for path in options.files) and not options.details
        print(*(page(found) if short else lines(found)), sep="\n")
    written = not found.refused and not found.empty and _agreed(options)
    if written:
        found.write()
    if options.json:
        print_json(as_dict(found, written))
    elif written:
        print("已写入。")
    elif not found.refused and not found.empty:
        print("没有写入；确认无误后加--yes写入。")
    return 1 if found.refused else 0


def _units(found: Plan, options: argparse.Namespace) -> list[str]:
    """Ask on a terminal for the unit of each file that states none; return what ``--unit`` would say."""
    from ..importing.sizes import NOT_SAID

    answers = []
    if not options.json and not options.yes and sys.stdin.isatty():
        for fault in found.refused:
            if fault.found.startswith(NOT_SAID):
                print(fault)
                if unit := input(f"{fault.file}的金额是什么单位（元、千元、万元、亿元；直接回车为不导入）：").strip():
                    answers.append(f"{fault.file}={unit}")
    return answers


def _confirmed(found: Plan, known: list[str], options: argparse.Namespace) -> list[str]:
    """Ask of each word that stands against an import whether it means what it seems to."""
    from ..importing.names.learned import offered

    if options.json or options.yes or options.dry_run:
        return []
    return [one for one in offered(found.refused) if one not in known and asked(f"“{one}”对吗？输入“{YES}”记住：")]


def _agreed(options: argparse.Namespace) -> bool:
    if options.dry_run or options.yes:
        return bool(options.yes and not options.dry_run)
    return not options.json and bool(asked(f"输入“{YES}”写入，其他不写入："))
