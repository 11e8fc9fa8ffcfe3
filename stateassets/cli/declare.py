"""``declare``: write ``datapackage.json`` from the tables that the domains declare."""

from __future__ import annotations

import argparse

from .common import faulty, print_json

NAME, HELP = "declare", "按各领域的tables.yml写data/datapackage.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--check", action="store_true", help="不写文件，只看与tables.yml是否一致")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..tables import declarations
    from ..tables.files import write
    from ..tables.root import find_root
    from ..tables.text_files import read_json, read_text

    path = (options.root or find_root()) / declarations.FILE
    old, declared = read_json(path), declarations.read()
    new = declarations.merge(old, declared)
    stale = list(declarations.differences(old, new))
    if options.check:
        if not stale and not options.json:
            print(f"{declarations.FILE}与各领域的tables.yml一致。")
        return faulty(stale, options.json)
    if stale:
        write(path, declarations.render(new, read_text(path)))
    before = {table["name"]: table for table in old["resources"]}
    added = [t["title"] for t in new["resources"] if t["name"] not in before]
    changed = [t["title"] for t in new["resources"] if t != before.get(t["name"], t)]
    undeclared = [t["title"] for t in new["resources"] if t["name"] not in declared]
    if options.json:
        print_json({"written": bool(stale), "added": added, "changed": changed, "undeclared": undeclared})
        return 0
    print(f"已写好{declarations.FILE}。" if stale else f"{declarations.FILE}与各领域的tables.yml一致，没有改动。")
    for what, titles in (("新增", added), ("改动", changed), ("没有tables.yml声明、照原样保留", undeclared)):
        if titles:
            print(f"{what}的表{len(titles)}张：{'、'.join(titles)}。")
    return 0
