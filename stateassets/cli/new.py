"""``new``: an empty book for another year or another district."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from pathlib import Path

from .common import print_json

NAME, HELP = "new", "为下一年或另一个区新建一本空的书"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("folder", type=Path, metavar="新文件夹", help="新书放在哪里，须是空的或还没有的")
    parser.add_argument("--region", default="", metavar="地区", help="不写则与本书相同")
    parser.add_argument("--year", type=_year, default=0, metavar="年度", help="不写则为本书的下一年")
    parser.add_argument("--title", default="", metavar="书名", help="不写则照本书的书名改地区和年度")
    parser.add_argument("--scope", default="", metavar="口径", help="不写则与本书相同")
    parser.add_argument("--without", default="", metavar="表", help="本区没有的表，用顿号或逗号隔开")


def _year(text: str) -> int:
    if not re.fullmatch(r"(19[9]|20\d)\d|2100", text):
        raise argparse.ArgumentTypeError(f"“{text}”不是年度，如2024")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..new_book import begin, plan
    from ..report import find_root

    without = tuple(filter(None, re.split(r"[、，,\s]+", options.without)))
    wanted = plan(
        options.root or find_root(), options.folder, options.region, options.year, options.title, options.scope, without
    )
    made = begin(wanted)
    if options.json:
        print_json(
            {
                "folder": str(wanted.folder),
                "title": wanted.title,
                "region": wanted.region,
                "year": wanted.year,
                "tables": made.tables,
                "carried": made.carried,
                "unfinished": made.unfinished,
            }
        )
        return 0
    print(*_told(made), sep="\n")
    return 0


def _told(made: object) -> list[str]:
    from ..importing.overview import OVERVIEW
    from ..new_book.book import UNFINISHED, WORKBOOK, Begun

    assert isinstance(made, Begun)
    wanted, rows = made.plan, sum(made.carried.values())
    lines = [f"新书已建好：{wanted.folder}", f"书名：{wanted.title}"]
    if wanted.step.goes_on:
        lines.append(
            f"从{wanted.step.old}年结转{len(made.carried)}张表{rows}行：年初数取自上年年末数，设置和名词照旧。"
        )
        if made.unfinished:
            lines.append(f"上年没有完成的{made.unfinished}项没有带过来，列在{UNFINISHED}，要继续办的请自行登记。")
    else:
        lines.append("设置、名词和各地公布数照旧，设置是否适用请核对；底表是空的，没有带任何企业的数。")
    if wanted.without:
        titles = [made.titles[name] for name in wanted.without]
        lines.append(f"本区没有的表{len(titles)}张，书里会说明：{'、'.join(titles)}。")
    python = shlex.quote(sys.executable or "python")
    return [
        *lines,
        "",
        "下一步：",
        f"1．cd {shlex.quote(str(wanted.folder))}",
        f"2．用Excel打开{WORKBOOK}，先看“填写说明”，再逐页填写；也可以直接填data/里的CSV文件。",
        f"3．导入：{python} -m stateassets import {WORKBOOK}",
        "   先列出变化，输入“是”才写入；可以填一部分就导入，以后再填再导入。直接填CSV的不用导入。",
        f"4．检查：{python} -m stateassets check",
        f"   列出还没有填的表和要改的地方；本区没有的表在{WORKBOOK}“{OVERVIEW}”一页写明。",
        "5．成书：make book",
        "   第一次会下载程序，约需两三分钟；做好后用浏览器打开_build/html/index.html。",
    ]
