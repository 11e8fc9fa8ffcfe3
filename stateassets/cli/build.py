"""``build``: the tables checked, the groups' pages written, the book built; nothing where nothing has changed."""

from __future__ import annotations

import argparse
import contextlib
import sys

from . import check, profiles
from .common import print_json

NAME, HELP = "build", "检查数据，补齐企业画像，生成整本书；什么都没有改，就什么都不做"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what every command takes."""


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..book.origins import CHECKED, SITE, Origins, told_unchanged
    from ..cache.site import REDIRECT
    from ..serving import once
    from ..tables.root import find_root

    root = (options.root or find_root()).resolve()
    if once.own_package(root):
        return once.build_by_own_package(root, *(["--json"] if options.json else []))
    index, origins = root / SITE / REDIRECT, Origins.look(root)
    changed = not origins.is_built(CHECKED)
    if changed:
        try:
            once.writable(root)
            once.read_tables(root)
            # What is said meanwhile is not for programs.
            with contextlib.redirect_stdout(sys.stderr) if options.json else contextlib.nullcontext():
                plain = argparse.Namespace(root=root, json=False)
                if code := check.run(plain) or profiles.run(plain):
                    return code
                sys.stdout.flush()
                once.build(root)
                origins.keep(CHECKED)
        except once.NotBuiltError as error:
            print(error, file=sys.stderr)
            return 1
    if options.json:
        print_json({"changed": changed, "index": str(index)})
    elif changed:
        print(f"书已生成，用浏览器打开：{index}")
    else:
        print(told_unchanged(root))
    return 0
