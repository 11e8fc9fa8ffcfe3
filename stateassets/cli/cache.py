"""``cache``: what is kept so that it is not computed twice, and clearing it."""

from __future__ import annotations

import argparse
from datetime import date

from .common import print_json

NAME, HELP = "cache", "已经算好、不再重算的东西：有什么、多大、从哪天起；--clear清空"
KINDS = {
    "chapters": "各章的结果",
    "tables": "读过、查过的表",
    "results": "各章共用的数",
    "pages": "搜索读过的网页",
    "downloads": "Word、PDF和工作簿",
    "pictures": "Word里的图",
    "programs": "生成网页的程序",
    "books": "做好的书，没有改动就不用再做",
}
MILLION = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--clear", action="store_true", help="清空；以后要用的，会重新算")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..cache import Store
    from ..editions.edition import NAMES
    from ..tables.root import find_root

    store = Store(options.root or find_root())
    rows = []
    for kind, words in KINDS.items():
        entries = list(store.every(kind))
        if entries:
            editions = dict.fromkeys(NAMES[e.edition] for e in entries if e.edition in NAMES)
            size, since = sum(e.path.stat().st_size for e in entries), min(e.since for e in entries)
            rows.append((kind, words, len(entries), size, date.fromtimestamp(since).isoformat(), [*editions]))
    if options.clear:
        store.clear()
    total = sum(row[3] for row in rows) / MILLION
    if options.json:
        keys = ("kind", "title", "entries", "bytes", "since", "editions")
        print_json({"cleared": options.clear, "kinds": [dict(zip(keys, row, strict=True)) for row in rows]})
    elif not rows:
        print("缓存是空的。")
    elif options.clear:
        print(f"缓存已清空，腾出{total:.1f}MB。")
    else:
        for _, words, count, taken, first, which in rows:
            of = f"，{'、'.join(which)}" if which else ""
            print(f"{words}：{count}份，{taken / MILLION:.1f}MB，{first}起{of}")
        print(f"共{total:.1f}MB，在{store.folder}。清空：python -m stateassets cache --clear")
    return 0
