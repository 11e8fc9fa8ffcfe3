"""``new``: an empty book for another year or another district."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from pathlib import Path

from .common import answer, print_json

NAME, HELP = "new", "为下一年或另一个区新建一本空的书"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("folder", type=Path, metavar="新文件夹", help="新书放在哪里，须是空的或还没有的")
    parser.add_argument("--region", default="", metavar="地区", help="不写则与本书相同")
    parser.add_argument("--year", type=_year, default=0, metavar="年度", help="不写则为本书的下一年")
    parser.add_argument("--title", default="", metavar="书名", help="不写则照本书的书名改地区和年度")
    parser.add_argument("--scope", default="", metavar="口径", help="不写则与本书相同")
    parser.add_argument("--publisher", default="", metavar="编制单位", help="印在首页；不写则先空着，同一个区的沿用")
    parser.add_argument("--contact", default="", metavar="联系方式", help="意见和更正请告谁，印在首页；不写则同上")
    parser.add_argument("--keeps", metavar="台账", help="本区只有这些台账：一类（如债务）或一张表，用顿号或逗号隔开")
    parser.add_argument("--without", default="", metavar="台账", help="本区没有的台账：一类或一张表，用顿号或逗号隔开")


def _year(text: str) -> int:
    year = re.sub(r"年度?$", "", text.strip())
    if not re.fullmatch(r"(19[9]|20\d)\d|2100", year):
        raise argparse.ArgumentTypeError(f"“{text}”不是年度，如2024")
    return int(year)


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..new_book import begin, plan
    from ..tables.root import find_root

    source = options.root or find_root()
    if not options.json:
        _ask(options, source)
    without, keeps = _words(options.without), options.keeps
    wanted = plan(
        source,
        options.folder,
        options.region,
        options.year,
        options.title,
        options.scope,
        without,
        None if keeps is None else _words(keeps),
        options.publisher,
        options.contact,
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


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[、，,\s]+", text)))


def _ask(options: argparse.Namespace, source: Path) -> None:
    """Ask on the terminal for what the options do not say: region, year, who gives it out, which registers there are."""
    from ..new_book.registers import chosen, kinds
    from ..tables.declared import DataPackage

    old = DataPackage.read(source / "data")
    if not options.region:
        options.region = answer(f"地区（直接回车：{old.region}）：")
    if not options.year:
        options.year = answer(f"年度（直接回车：{old.year + 1}）：", lambda text: _year(text) if text else 0)
    kept = "沿用" if options.region in ("", old.region) else "以后再填"
    if not options.publisher:
        options.publisher = answer(f"编制单位，印在首页（直接回车：{kept}）：")
    if not options.contact:
        options.contact = answer(f"意见和更正请告谁，如科室和电话，印在首页（直接回车：{kept}）：")
    if options.keeps is None and not options.without:
        groups = kinds(old)
        options.keeps = answer(
            f"企业名录和资产负债表每本书都有。另有{len(groups)}类台账：\n"
            + "".join(f"{n}．{k.title}：{'、'.join(t.title for t in k.tables)}\n" for n, k in enumerate(groups, 1))
            + "本区有哪几类？写编号或名称，如1、3-5；都有直接回车，都没有写0：",
            lambda text: _kept(text, chosen(text, groups)),
        )


def _kept(text: str, found: list[str] | None) -> str | None:
    """Return the kinds as the option has them; None, if nothing was said, is all of them.

    Raises:
        argparse.ArgumentTypeError: the answer cannot be read.
    """
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}”不是上面的编号或名称")
    return "、".join(found) if text else None


def _told(made: object) -> list[str]:
    from ..importing.overview import OVERVIEW
    from ..new_book.book import UNFINISHED, WORKBOOK, Begun
    from ..new_book.registers import summed_up
    from ..tables.declared import DataPackage
    from ..tables.region import own

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
        titles = summed_up(wanted.without, DataPackage.read(wanted.source / "data"))
        lines.append(f"{own(wanted.region)}没有的表{len(wanted.without)}张，书里会说明：{'、'.join(titles)}。")
    if blank := DataPackage.read(wanted.folder / "data").imprint.blank:
        lines.append(f"{'、'.join(blank)}还空着，以后填在data/datapackage.json里；不填也能成书，书里不出现这些项。")
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
        f"   列出还没有填的表和要改的地方；{own(wanted.region)}没有的表在{WORKBOOK}“{OVERVIEW}”一页写明。",
        "5．成书：make book",
        "   第一次会下载程序，约需两三分钟；做好后用浏览器打开_build/html/index.html。",
    ]
