"""``accept``: what would change in the book, and storing it once somebody has said so."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .common import YES, asked, faulty, print_json

NAME, HELP = "accept", "重算各章，列出变动的数字、句子和预警及其原因，确认后存档"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--yes", action="store_true", help="不再询问，列出以后直接存档")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..baseline import StoreError, review, store
    from ..opening import check
    from ..tables.root import find_root

    root = (options.root or find_root()).resolve()
    if faults := check(root / "data"):
        return faulty(faults, options.json)
    found = review(root, _told)
    saved, problem = False, "；".join(found.faults)
    if not options.json:
        print(*(found.faults or found.lines()), sep="\n")
    if found.moved and not problem and (options.yes or (not options.json and _asked())):
        try:
            count = store(found)
            saved = True
        except StoreError as error:
            problem = str(error)
        if saved and not options.json:
            print(f"已存档{count}章的结果。")
    if not found.moved and not problem:  # it is noted that today's program and tables give the same
        try:
            store(found)
        except StoreError as error:
            problem = str(error)
    if problem and not options.json:
        print(f"没有存档：{problem if not found.faults else '先改正上面的错误'}。", file=sys.stderr)
    if options.json:
        print_json({**found.as_dict(), "moved": found.moved, "saved": saved, "problem": problem})
    return 1 if problem or (found.moved and not saved) else 0


def _told(path: Path, seconds: float, done: int, of: int) -> None:
    print(f"{done}/{of} {path.stem}（{seconds:.1f}秒）", file=sys.stderr, flush=True)


def _asked() -> bool:
    """Ask whether to store; where nobody can answer, say how to."""
    try:
        answer = asked(f"以上变动是否都是想要的？输入“{YES}”存档，其他不存档：")
    except KeyboardInterrupt:
        answer = False
    if answer is None:
        print("没有存档：看清变动以后，加--yes存档。", file=sys.stderr)
    elif not answer:
        print("没有存档，各章的结果还是原来的。")
    return bool(answer)
