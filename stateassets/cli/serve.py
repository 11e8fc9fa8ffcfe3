"""``serve``: the book in the browser, which follows what is saved."""

from __future__ import annotations

import argparse
import sys

NAME, HELP = "serve", "在本机浏览器里看书，保存了什么，打开的页面就更新什么"
PORT = 8000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--port", type=int, default=PORT, metavar="端口", help=f"不写则为{PORT}，0是任意一个空着的")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..serving.serve import CannotServeError, serve
    from ..tables.root import find_root

    try:
        serve((options.root or find_root()).resolve(), options.port)
    except CannotServeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
