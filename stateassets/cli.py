"""The command line: ``python -m stateassets check | figures | audit | alerts | evaluate | profiles``.

Exit codes: 0 all is well, 1 something was found (a fault, a figure that differs, an
impossible report), 2 the command was called wrongly.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .audit import Examination, Verdict
    from .figures import Figure
    from .report import Report


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
        super().add_usage(usage, actions, groups, "用法：")


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, add_help=False, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"命令写法不对：{message}\n{self.format_usage()}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="stateassets", description="国有资产报告：查数据、算数字、审勾稽")
    commands = parser.add_subparsers(title="命令", dest="command", required=True, metavar="命令")
    check = commands.add_parser("check", help="检查data/里的表，逐条列出问题")
    figures = commands.add_parser("figures", help="列出每一个数字，与公布数核对")
    audit = commands.add_parser("audit", help="审核公布的数字能否同时成立，并推算没有公布的数")
    audit.add_argument("file", nargs="?", type=Path, metavar="文件",
                       help="公布数文件（CSV），不写则审核本报告")  # fmt: skip
    audit.add_argument("--quick", action="store_true", help="只找问题，不推算没有公布的数")
    profiles = commands.add_parser("profiles", help="按企业名录补齐企业画像，每户一级企业一页")
    alerts = commands.add_parser("alerts", help="列出截至某日的预警，有没有预警都以0退出")
    alerts.add_argument(
        "--as-of", type=_date, metavar="日期", help="截至哪一天，不写则为报告年度年末"
    )
    alerts.add_argument("--module", default="", metavar="模块", help="只看一个模块，如flash")
    alerts.add_argument("--level", choices=("blue", "yellow", "red"), metavar="级别",
                        help="只看一个级别：blue、yellow或red")  # fmt: skip
    evaluate = commands.add_parser("evaluate", help="按考核评价办法给企业计分、定级、排名")
    evaluate.add_argument("--scheme", default="district", metavar="办法",
                          help="用哪套评价办法，如district、national，不写则为district")  # fmt: skip
    evaluate.add_argument("--year", type=int, metavar="年度", help="评价哪一年，不写则为报告年度")
    evaluate.add_argument("--by", choices=("group", "enterprise"), metavar="层级",
                          help="评价一级企业（group）还是每户法人企业（enterprise），不写则按办法")  # fmt: skip
    for command in (check, figures, audit, alerts, evaluate, profiles):
        command.add_argument("--json", action="store_true", help="输出JSON，供程序读取")
        command.add_argument("--root", type=Path, metavar="文件夹",
                             help="报告所在的文件夹，不写则从当前文件夹往上找")  # fmt: skip
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(argv)
    from .tables import DataError

    command = {"check": _check, "figures": _figures, "audit": _audit,
               "alerts": _alerts, "evaluate": _evaluate, "profiles": _profiles}[options.command]  # fmt: skip
    try:
        return command(options)
    except DataError as error:
        return _faulty(error.faults, options.json)
    except BrokenPipeError:  # the reader of a pipe had seen enough
        sys.stderr.close()
        return 0


def _print_json(payload: Any) -> None:
    print(json.dumps(payload, ensure_ascii=False, indent=2))


def _faulty(faults: Sequence[Any], as_json: bool) -> int:
    if as_json:
        _print_json({"sound": not faults, "faults": [fault.as_dict() for fault in faults]})
    elif faults:
        for fault in faults:
            print(fault)
        print(f"共{len(faults)}个问题，请改正后重试。")
    return 1 if faults else 0


def _check(options: argparse.Namespace) -> int:
    from .report import find_root
    from .soundness import check

    root = options.root or find_root()
    faults = check(root / "data")
    if not faults and not options.json:
        print("数据检查通过：各表齐全，勾稽关系成立。")
    return _faulty(faults, options.json)


def _report(options: argparse.Namespace) -> Report:
    from .report import Report

    return Report(root=options.root)


def _all_figures(report: Report) -> list[Figure]:
    """Every level known for the district, and every growth or change that was printed."""
    from .catalogue import REGISTRY
    from .ledger import ScopeError

    wanted = [*REGISTRY, *(claim.figure_id for claim in report.claims)]
    found = []
    for figure_id in dict.fromkeys(wanted):
        try:
            found.append(report.figure(figure_id))
        except (KeyError, ScopeError):
            continue
    return found


def _figures(options: argparse.Namespace) -> int:
    from .figures import AGREES, DIFFERS, NOT_RECOMPUTED

    report = _report(options)
    rows = [
        {
            "id": f.id, "name": f.name_zh, "scope": f.scope.name_zh, "year": f.year,
            "value": None if f.value is None else f.number, "unit": f.unit, "printed": f.printed,
            "claim": f.claim.printed if f.claim else "", "state": f.state, "sample": f.sample,
        }
        for f in _all_figures(report)
    ]  # fmt: skip
    rows += [
        {
            "id": c.figure_id, "name": c.name_zh, "scope": report.whole.name_zh, "year": c.year,
            "value": None, "unit": c.unit, "printed": "", "claim": c.printed,
            "state": NOT_RECOMPUTED, "sample": False,
        }
        for c in report.claims
        if report.recomputed(c) is None
    ]  # fmt: skip
    differing = report.count(DIFFERS)
    if options.json:
        _print_json(rows)
        return 1 if differing else 0
    for row in rows:
        origin = "示例" if row["sample"] else ""
        print("｜".join(str(row[key]) for key in
              ("id", "name", "scope", "year", "printed", "claim", "state")), origin, sep="｜")  # fmt: skip
    print(
        f"公布数{len(report.claims)}项：{AGREES}{report.count(AGREES)}项，"
        f"{DIFFERS}{differing}项，{NOT_RECOMPUTED}{report.count(NOT_RECOMPUTED)}项"
    )
    return 1 if differing else 0


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，如2023-12-31") from None


def _alerts(options: argparse.Namespace) -> int:
    import pandas as pd

    from .alerts.levels import COLUMNS, LEVELS
    from .watching import Watch

    report = _report(options)
    modules = Watch(report, alerts=()).titles
    if options.module and options.module not in modules:
        print(f"没有模块“{options.module}”；有：{'、'.join(modules)}", file=sys.stderr)
        return 2
    watch = Watch(report, options.module, pd.Timestamp(options.as_of) if options.as_of else None)
    found = [a for a in watch.alerts if options.level in (None, COLUMNS[a.level])]
    if options.json:
        _print_json([a.as_dict() | {"sample": watch.sample} for a in found])
        return 0
    mark = "｜示例" if watch.sample else ""
    for a in found:
        who = report.ledger.name_of(a.enterprise_id)
        print(f"{LEVELS[a.level]}｜{a.life}｜{who}｜{a.setting.name}｜{a.sentence}{mark}")
    print(f"共{len(found)}项预警，未解除{sum(a.open for a in found)}项")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from .evaluation import Appraisal, names
    from .evaluation.pages import as_dict, lines

    report = _report(options)
    schemes, years = names(report.ledger.frames), report.ledger.years
    if options.scheme not in schemes:
        print(f"没有评价办法“{options.scheme}”；有：{'、'.join(schemes)}", file=sys.stderr)
        return 2
    if options.year and options.year not in years:
        print(f"没有{options.year}年的数据；有：{'、'.join(map(str, years))}", file=sys.stderr)
        return 2
    appraisal = Appraisal.of(report, options.scheme, options.year, options.by or "")
    if options.json:
        _print_json(as_dict(appraisal))
    else:
        print(*lines(appraisal), sep="\n")
    return 0


def _audit(options: argparse.Namespace) -> int:
    from .audit import audit, examine
    from .claims import read_claims

    claims = read_claims(options.file) if options.file else _report(options).claims
    examined = examine(claims, os.cpu_count() or 1, progress=_progress("审核"))
    verdicts = [] if options.quick else audit(claims)
    if options.json:
        _print_json(
            {
                "findings": [finding.as_dict() for finding in examined.findings],
                "unchecked": [
                    {"id": u.claim.id, "claim": u.claim.describe(), "why": u.why}
                    for u in examined.unchecked
                ],
                "reports": [_verdict_json(v) for v in verdicts],
            }
        )
    else:
        _print_examination(examined)
        for verdict in verdicts:
            _print_verdict(verdict)
    return 1 if any(finding.alarming for finding in examined.findings) else 0


def _progress(what: str) -> Callable[[int, int], None] | None:
    """Say on a terminal how far long work has come; a pipe or a file hears nothing."""
    if not sys.stderr.isatty():
        return None

    def say(done: int, of: int) -> None:
        print(f"\r{what}：{done}/{of}个地区", end="\n" if done == of else "", file=sys.stderr)

    return say


def _print_examination(examined: Examination) -> None:
    from .audit.findings import QUIET, VERDICTS

    for found in examined.findings:
        if found.verdict not in QUIET:
            where = f"{found.region}｜{found.year}年｜{found.scope}"
            print(f"{where}｜{found.verdict}｜{found.message}")
            print("  依据：" + "；".join(f"{c.describe()}（{c.id}）" for c in found.claims))
    counts = Counter(found.verdict for found in examined.findings)
    print(
        "，".join(f"{name}{counts[name]}项" for name in VERDICTS if counts[name])
        or "没有可核对的关系"
    )
    why = Counter(unchecked.why for unchecked in examined.unchecked)
    for reason, number in why.most_common():
        print(f"未能核对{number}项：{reason}")


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    from .printing import in_unit
    from .report import implied_range

    return {
        "region": verdict.region, "year": verdict.year, "scope": verdict.scope,
        "state": verdict.state, "claims": len(verdict.claims),
        "conflict": [{"id": c.id, "claim": c.describe()} for c in verdict.conflict],
        "implied": [
            {
                "name": i.measure.name, "name_zh": i.measure.name_zh, "year": i.year,
                "low": float(in_unit(i.low, i.measure.unit)),
                "high": float(in_unit(i.high, i.measure.unit)),
                "unit": i.measure.unit, "printed": implied_range(i),
                "rests_on": [c.id for c in i.rests_on],
            }
            for i in verdict.implied
        ],
        "unread": [{"id": c.id, "name_zh": c.name_zh} for c in verdict.unread],
    }  # fmt: skip


def _print_verdict(verdict: Verdict) -> None:
    from .report import implied_range

    print(f"{verdict.region}｜{verdict.year}年｜{verdict.scope}｜"
          f"{len(verdict.claims)}项公布数{verdict.state}")  # fmt: skip
    for found in verdict.implied:
        reasons = "、".join(claim.describe() for claim in found.rests_on)
        print(f"  可推出：{found.year}年{found.measure.name_zh}{implied_range(found)}"
              f"（依据：{reasons}）")  # fmt: skip


def _profiles(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from .profile_pages import refresh

    changes = refresh(_report(options))
    if options.json:
        _print_json(asdict(changes))
    else:
        print(changes)
    return 0
