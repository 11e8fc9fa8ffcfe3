"""``audit``: can the printed figures all be true, and what follows from them?"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .common import open_report, print_json

if TYPE_CHECKING:
    from ..audit import Examination, Verdict
    from ..audit.findings import Unchecked
    from ..importing.claims import Collected, Whose

NAME, HELP = "audit", "审核公布的数字能否同时成立，并推算没有公布的数"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("file", nargs="?", type=Path, metavar="文件", help="公布数文件（Excel或CSV），不写则审核本报告")
    parser.add_argument("--year", type=int, metavar="年度", help="文件里没有年度列时，各数是哪一年的")
    rounding(parser)
    parser.add_argument("--quick", action="store_true", help="只找问题，不推算没有公布的数")


def rounding(parser: argparse.ArgumentParser) -> None:
    """Declare how the last digit of printed numbers came about."""
    from ..measures.units import HALF_UP, ROUNDINGS

    ways = "；".join(f"{name}：{words}" for name, words in ROUNDINGS.items())
    parser.add_argument(
        "--rounding", choices=tuple(ROUNDINGS), default=HALF_UP, help=f"公布数的末位怎样取得，默认四舍五入（{ways}）"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from .. import domains  # noqa: F401  (they register what is audited)
    from ..audit import audit, examine
    from ..importing.claims import Collected, read_claims

    read = read_claims(options.file, _whose(options)) if options.file else Collected(open_report(options).claims)
    claims = tuple(replace(claim, rounding=options.rounding) for claim in read.claims)
    examined = examine(claims, os.cpu_count() or 1, progress=progress("审核"))
    verdicts = [] if options.quick else audit(claims)
    if options.json:
        print_json(
            {
                "read": {
                    "claims": len(claims),
                    "unused": read.unused,
                    "ignored": read.ignored,
                    "notes": [vars(note) for note in read.notes],
                },
                "findings": [finding.as_dict() for finding in examined.findings],
                "unchecked": [
                    {"id": u.claim.id, "claim": u.claim.describe(), "why": u.why, "perhaps": _perhaps(u)}
                    for u in examined.unchecked
                ],
                "reports": [verdict_json(v) for v in verdicts],
            }
        )
    else:
        _print_read(read)
        _print_examination(examined)
        for verdict in verdicts:
            print_verdict(verdict)
    return 1 if any(finding.alarming for finding in examined.findings) else 0


def _whose(options: argparse.Namespace) -> Whose:
    """Return what holds of a file that does not say it itself: this book's region and scope, if there is one."""
    from ..importing.claims import Whose
    from ..tables.data_errors import DataError
    from ..tables.declared import DataPackage
    from ..tables.root import find_root

    try:
        root = options.root or find_root()
        package = DataPackage.read(root / "data")
    except DataError:
        return Whose(year=options.year)
    own = options.file.resolve().is_relative_to((root / "data").resolve())
    return Whose(package.region, options.year or (package.year if own else None), package.scope)


def _print_read(read: Collected) -> None:
    """Say what was changed or left out in reading a file."""
    from ..importing.telling import noted

    if read.ignored:
        print(f"没有公布数，不读的工作表：{'、'.join(read.ignored)}")
    if read.unused:
        print(f"没有用到的列：{'、'.join(read.unused)}")
    for line in noted(read.notes):
        print(line)


def progress(what: str) -> Callable[[int, int], None] | None:
    """Say on a terminal how far long work has come; a pipe or a file hears nothing."""
    if not sys.stderr.isatty():
        return None

    def say(done: int, of: int) -> None:
        print(f"\r{what}：{done}/{of}个地区", end="\n" if done == of else "", file=sys.stderr)

    return say


def _print_examination(examined: Examination) -> None:
    from ..audit.findings import QUIET, VERDICTS

    for found in examined.findings:
        if found.verdict not in QUIET:
            where = f"{found.region}｜{found.year}年｜{found.scope}"
            print(f"{where}｜{found.verdict}｜{found.message}")
            print("  依据：" + "；".join(f"{c.describe()}（{c.id}）" for c in found.claims))
    counts = Counter(found.verdict for found in examined.findings)
    print("，".join(f"{name}{counts[name]}项" for name in VERDICTS if counts[name]) or "没有可核对的关系")
    why = Counter((unchecked.why, "、".join(_perhaps(unchecked))) for unchecked in examined.unchecked)
    for (reason, perhaps), number in why.most_common():
        print(f"未能核对{number}项：{reason}" + (f"；是不是{perhaps}？" if perhaps else ""))


def _perhaps(unchecked: Unchecked) -> list[str]:
    """Return the names of measures that an unknown item perhaps is."""
    from ..importing.printed import nearest

    return [] if unchecked.claim.measure else nearest(unchecked.claim.item)[0]


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Return what printed numbers imply, for programs."""
    from ..measures.units import in_unit
    from ..report import implied_range

    return {
        "region": verdict.region,
        "year": verdict.year,
        "scope": verdict.scope,
        "state": verdict.state,
        "claims": len(verdict.claims),
        "conflict": [{"id": c.id, "claim": c.describe()} for c in verdict.conflict],
        "implied": [
            {
                "name": i.measure.name,
                "name_zh": i.measure.name_zh,
                "year": i.year,
                "low": float(in_unit(i.low, i.measure.unit)),
                "high": float(in_unit(i.high, i.measure.unit)),
                "unit": i.measure.unit,
                "printed": implied_range(i),
                "rests_on": [c.id for c in i.rests_on],
            }
            for i in verdict.implied
        ],
        "unread": [{"id": c.id, "name_zh": c.name_zh} for c in verdict.unread],
    }


def print_verdict(verdict: Verdict) -> None:
    """Say what printed numbers imply."""
    from ..report import implied_range

    print(f"{verdict.region}｜{verdict.year}年｜{verdict.scope}｜{len(verdict.claims)}项公布数{verdict.state}")
    for found in verdict.implied:
        reasons = "、".join(claim.describe() for claim in found.rests_on)
        print(f"  可推出：{found.year}年{found.measure.name_zh}{implied_range(found)}（依据：{reasons}）")
