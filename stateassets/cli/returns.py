"""``returns``: what arrived and what became of it; the data as they were known on a day."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from .common import print_json

NAME, HELP = "returns", "列出收到的报送和处理结果；取出某一天当时的数据"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--enterprise", default="", metavar="企业编号", help="只列这一户的")
    parser.add_argument("--known-on", default="", metavar="日期", help="取出这一天结束时的数据，如2023-06-30")
    parser.add_argument("--out", type=Path, metavar="文件夹", help="取出的数据放到这个新文件夹")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..capture.known_on import write_known_on
    from ..capture.settings import read_settings
    from ..capture.store import STATES, Store
    from ..domains.returns.obligations import in_words
    from ..report import find_root
    from ..tables.declared import DataPackage

    root = (options.root or find_root()).resolve()
    store = Store.open(root, acceptors=read_settings(root)["acceptors"])
    if options.known_on:
        if not _is_day(options.known_on) or options.out is None:
            print("写成：returns --known-on 2023-06-30 --out 新文件夹", file=sys.stderr)
            return 2
        count = write_known_on(store, options.known_on, options.out)
        print(f"{options.known_on}结束时的{count}个文件已放到{options.out}，与当时逐字节相同。")
        return 0
    found = store.returns(enterprise_id=options.enterprise)
    if options.json:
        print_json([_as_dict(one) for one in found])
        return 0
    titles = {table.name: table.title for table in DataPackage.read(root / "data").tables.values()}
    for one in found:
        title, period = titles.get(one.key.table, one.key.table), in_words(one.key.period)
        told = f"，原因：{one.reason}" if one.reason else ""
        print(
            f"{one.arrived_at[:16].replace('T', ' ')}　{one.key.enterprise_id}　{title}　{period}　第{one.revision}次　{STATES[one.state]}{told}"
        )
    print(f"共{len(found)}份报送。" if found else "还没有收到报送。")
    return 0


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _as_dict(one: object) -> dict[str, object]:
    from dataclasses import asdict

    found = asdict(one)  # type: ignore[call-overload]
    key = found.pop("key")
    return {
        **dict(zip(("table", "enterprise_id", "period"), key, strict=True)),
        **{k: v for k, v in found.items() if k != "rows"},
    }
