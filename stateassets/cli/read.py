"""``read``: can the numbers of a report all be true, as it stands in Word, PDF, on the web or as text?"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .audit import print_verdict, progress, rounding, verdict_json
from .common import json_text

if TYPE_CHECKING:
    from ..audit import Verdict
    from ..reading.marks import Marked
    from ..reading.reports import Source
    from ..tables.data_errors import Fault

NAME, HELP = "read", "读报告（Word、PDF、网页、文本），标出每个数能不能成立"
FIRST_YEAR = 1949  # of the state whose assets are reported
MOST_TOLD = 20  # numbers that were not placed, one by one
# What each output is called and may be named.
OUTPUTS = {"out": (".csv", ".xlsx"), "html": (".html", ".htm"), "word": (".docx",), "json": (".json",)}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("reports", nargs="+", type=Path, metavar="报告", help="一份报告，或同一个地方几个年度的报告")
    parser.add_argument("--region", metavar="地区", help="哪里的报告，不写则从报告里读")
    parser.add_argument("--year", type=int, metavar="年度", help="哪一年的报告，不写则从报告里读；只能用于一份报告")
    parser.add_argument(
        "--out", type=Path, metavar="文件", help="把读出的数存成公布数文件（.csv或.xlsx），audit可以再审"
    )
    parser.add_argument("--html", type=Path, metavar="文件", help="把标好的报告存成网页（.html）")
    parser.add_argument("--word", type=Path, metavar="文件", help="把标好的报告存成Word文件（.docx），问题写成批注")
    parser.add_argument(
        "--json",
        nargs="?",
        type=Path,
        const=True,
        default=False,
        metavar="文件",
        help="输出JSON，供程序读取；写了文件（.json）就存在那里",
    )
    parser.add_argument(
        "--confirm", action="store_true", help="逐个核对结论所依据的读数，补上没有识别的数，结果记在报告旁边"
    )
    rounding(parser)
    parser.add_argument("--quick", action="store_true", help="只找问题，不推算没有公布的数")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from .. import domains  # noqa: F401  (they register what is audited)
    from ..audit import audit, examine
    from ..reading.reports import confirm, mark, of_one_place, read_report, rounded_by
    from ..tables.data_errors import DataError

    if faults := list(_unusable(options)):
        raise DataError(faults)
    read = (read_report(path, options.region, options.year) for path in options.reports)
    sources = [rounded_by(source, options.rounding) for source in read]
    of_one_place(sources)
    examining = partial(examine, workers=os.cpu_count() or 1, progress=progress("审核"))
    if options.confirm:
        sources, marked = confirm(sources, examining, input, print, _keep)
    else:
        marked = mark(sources, examining)
    verdicts = [] if options.quick else audit([c for reading in marked.readings for c in reading.claims])
    json_of = partial(_as_json, marked, verdicts)
    told = _write(options, marked, sources, json_of)
    if options.json is True:
        print(json_of())
    else:
        print(*_told(marked, sources), sep="\n")
        for verdict in verdicts:
            if verdict.implied:
                print_verdict(verdict)
        print(*told, sep="\n", end="\n" if told else "")
    return 1 if any(finding.alarming for finding in marked.findings) else 0


def _unusable(options: argparse.Namespace) -> Iterator[Fault]:
    """Yield what is wrong with what was asked for, before anything is read."""
    from ..tables.data_errors import Fault

    if options.year and len(options.reports) > 1:
        yield Fault(
            "--year", None, None, "写了几份报告", "一份报告", "不写--year，各份的年度从报告里读；或一份一份地读"
        )
    last = date.today().year + 1
    if options.year is not None and not FIRST_YEAR <= options.year <= last:
        yield Fault("--year", None, None, f"{options.year}", f"{FIRST_YEAR}至{last}", "写这份报告是哪一年的，如2023")
    if options.confirm and options.json:
        yield Fault("--confirm", None, None, "同时写了--json", "两者之一", "先核对，再用--json输出")
    if options.confirm and not sys.stdin.isatty():
        yield Fault(
            "--confirm", None, None, "这里不能回答问题", "在终端里运行", "在终端里运行，或直接修改报告旁边的读数文件"
        )
    if _same_twice(options.reports):
        yield Fault("、".join(map(str, options.reports)), None, None, "同一份报告写了两次", "每份一次", "删去重复的")
    taken = {path.resolve() for path in options.reports}
    for name, suffixes in OUTPUTS.items():
        path: Path | bool | None = getattr(options, name)
        if not isinstance(path, Path):
            continue
        if path.suffix.lower() not in suffixes:
            yield Fault(str(path), None, None, f"--{name}不能存成这种文件", "、".join(suffixes), "改文件名的末尾")
        if path.resolve() in taken:
            yield Fault(str(path), None, None, "会盖掉报告或另一个结果", "各用各的文件名", "换一个文件名")
        if not path.absolute().parent.is_dir():
            yield Fault(str(path), None, None, "没有这个文件夹", "已有的文件夹", "先建文件夹，或换一个地方")
        taken.add(path.resolve())


def _same_twice(reports: Sequence[Path]) -> bool:
    """Is a report there twice, by its name or by what is in it?"""
    files = {path.resolve() for path in reports}
    contents = [_digest(path) for path in files if path.is_file() and len(files) > 1]
    return len(files) < len(reports) or len(set(contents)) < len(contents)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _keep(source: Source) -> None:
    """Store what was decided about a report beside it."""
    from ..reading.decisions import beside, written
    from ..tables.atomic import replace_all

    path = beside(source.path).absolute()
    replace_all(path.parent, {path.name: written(source.decisions)})


def _as_json(marked: Marked, verdicts: Sequence[Verdict]) -> str:
    """Return all that is said of reports, for programs."""
    from ..reading.as_json import payload

    return json_text(payload(marked) | {"implied": [verdict_json(v) for v in verdicts]})


def _write(
    options: argparse.Namespace, marked: Marked, sources: Sequence[Source], json_of: Callable[[], str]
) -> list[str]:
    """Write what was asked for, all files of a folder or none; return what to say of it."""
    from ..reading import claims_file
    from ..reading.comments import with_comments
    from ..reading.marked_page import page
    from ..tables.atomic import replace_all

    made: dict[Path, bytes] = {}
    told: list[str] = []
    if options.out:
        form = claims_file.as_workbook if options.out.suffix.lower() == ".xlsx" else claims_file.as_csv
        made[options.out] = form(marked.readings)
        told.append(f"读出的数存成{options.out}，改正后可以用audit再审。")
    if options.html:
        made[options.html] = page(marked).encode("utf-8")
        told.append(f"标好的报告存成{options.html}，用浏览器打开。")
    if options.word:
        originals = [s.path.read_bytes() if s.reading.document.format == "docx" else None for s in sources]
        made[options.word], own = with_comments(marked, originals)
        told.append(f"{'加了批注的报告' if own else '报告的文字和批注'}存成{options.word}。")
    if isinstance(options.json, Path):
        made[options.json] = f"{json_of()}\n".encode()
        told.append(f"供程序读取的结果存成{options.json}。")
    folders: dict[Path, dict[str, bytes]] = {}
    for path, content in made.items():
        folders.setdefault(path.absolute().parent, {})[path.name] = content
    for folder, files in folders.items():
        replace_all(folder, files)
    return told


def _told(marked: Marked, sources: Sequence[Source]) -> Iterator[str]:
    """Say what was found: what asks for a correction first."""
    from ..audit.findings import VERDICTS
    from ..importing.claims import UNSAID
    from ..reading.decisions import beside
    from ..reading.marks import PENDING, Mark

    for reading in marked.readings:
        yield f"《{reading.document.name}》：{reading.region or f'地区{UNSAID}'}，{reading.year}年"
    yield marked.headline
    for at in marked.loud:
        yield from _finding(marked, at)
    counts = Counter(finding.verdict for finding in marked.findings)
    yield "，".join(f"{name}{counts[name]}项" for name in VERDICTS if counts[name]) or "没有可核对的关系"
    numbers = Counter(number.mark for number in marked.numbers)
    read = sum(numbers.values()) - numbers[Mark.UNPLACED] - numbers[Mark.NO_CLAIM]
    yield f"读出公布数{read}个，未识别{numbers[Mark.UNPLACED]}个，不是公布数的{numbers[Mark.NO_CLAIM]}个。"
    unplaced = [number for number in marked.numbers if number.mark == Mark.UNPLACED]
    for number in unplaced[:MOST_TOLD]:
        yield f"  未识别｜{_where(marked, number.report)}{number.place.words}“{number.text}”：{number.why}　原句：{number.sentence.strip()}"
    if len(unplaced) > MOST_TOLD:
        yield f"  未识别的还有{len(unplaced) - MOST_TOLD}个，用--html或--json可以看到全部。"
    for reading in marked.readings:
        if reading.document.left_out:
            yield f"《{reading.document.name}》里没有读的：{'；'.join(reading.document.left_out)}。"
        if reading.document.scanned:
            yield f"《{reading.document.name}》是扫描件，文字是识别出来的，结论始终{PENDING}。"
    pending = sum(marked.pending(at) for at in marked.loud)
    if pending:
        yield f"{PENDING}的结论{pending}处：依据的是程序读出的数，请先对照原句，用--confirm可以逐个核对。"
    for source in sources:
        for decision in source.decided.idle:
            yield f"{beside(source.path).name}里的一条对不上现在的报告：“{decision.number}”，原句：{decision.sentence}"


def _finding(marked: Marked, at: int) -> Iterator[str]:
    from ..importing.claims import UNSAID
    from ..reading.marks import PENDING

    found = marked.findings[at]
    pending = f"（{PENDING}）" if marked.pending(at) else ""
    right = f"{found.expected}。" if found.expected else ""
    yield f"{found.verdict}{pending}｜{found.year}年｜{found.scope or f'口径{UNSAID}'}｜{found.message}{right}"
    for member in found.members:
        yield f"  {member.message}"
    by_sentence: dict[tuple[str, str], list[str]] = {}
    for number in marked.under(at):
        by_sentence.setdefault((_where(marked, number.report) + number.place.words, number.sentence), []).append(
            number.text
        )
    for (where, sentence), texts in by_sentence.items():
        yield f"  {where}{'、'.join(texts)}　原句：{sentence.strip()}"


def _where(marked: Marked, report: int) -> str:
    return f"《{marked.readings[report].document.name}》" if len(marked.readings) > 1 else ""
