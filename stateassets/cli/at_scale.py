"""``at-scale``: all figures and alerts of many districts, on this machine or a cluster."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .common import a_day, open_report, print_json

NAME, HELP = "at-scale", "算数据湖里许多地区的全部数字和预警，在本机或集群上"

NOT_KEPT = "结果都在，但没有能在“{}”里逐个留下，下次要重算：{}。"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("lake", type=Path, metavar="数据湖", help="region=…文件夹所在的文件夹，里面是Parquet文件")
    parser.add_argument("--cluster", default="", metavar="地址", help="Dask调度程序的地址，如tcp://10.0.0.1:8786")
    parser.add_argument(
        "--workers", type=_a_number, default=0, metavar="个数", help="本机用几个进程，不写则有几个核用几个"
    )
    parser.add_argument("--out", type=Path, metavar="文件夹", help="结果放在哪里，不写则放在数据湖旁边")
    parser.add_argument("--as-of", type=a_day, metavar="日期", help="截至哪一天，不写则为各报告年度的年末")
    parser.add_argument("--add", action="store_true", help="先把本报告的表写进数据湖")


def _a_number(text: str) -> int:
    """Return how many processes somebody wrote."""
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}”不是进程的个数，要写1或更大的整数")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..engines.adapters import Cluster, Engine, EngineError, Processes
    from ..engines.lake import LakeError, WriteError, add
    from ..engines.runs import RESULT
    from ..engines.runs import run as run_over

    lake = options.lake.absolute()
    out = options.out or lake.with_name(f"{lake.name}-results")
    engine: Engine = Cluster(options.cluster) if options.cluster else Processes(options.workers)
    try:
        if options.add:
            report = open_report(options)
            add(report.package, report.ledger.frames.frames, lake)
        done = run_over(lake, out, engine, str(options.as_of or ""), None if options.json else _progress)
    except (LakeError, EngineError) as error:
        print(f"{error}。", file=sys.stderr)
        return 2
    except WriteError as error:
        print(f"{error}。", file=sys.stderr)
        return 1
    if done.not_kept:
        print(NOT_KEPT.format(out, done.not_kept), file=sys.stderr)
    if options.json:
        print_json({"complete": sorted(done.results), "known": done.known, "missing": done.missing})
    else:
        print(f"做完{len(done.results)}个单位，其中{done.known}个以前已经算好；结果在{out / RESULT}")
        for name, reason in sorted(done.missing.items()):
            print(f"缺{name}：{reason}。")
    return 1 if done.missing else 0


def _progress(done: int, total: int, name: str, why: str) -> None:
    print(f"{done}/{total} {name}{f'没有做成：{why}' if why else ''}", file=sys.stderr, flush=True)
