"""``platform``: takes returns in, posts them, warns and shows the book, on a schedule in one process."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

NAME, HELP = "platform", "按时收取报送、审核、入账、预警，并更新书（收件文件夹和数据库在platform.yml里写明）"
PORT = 8000
ENDING = 60  # seconds after which what shows the book is killed, if it does not end


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--once", action="store_true", help="只做一轮就结束，供定时任务调用；不显示书")
    parser.add_argument("--port", type=int, default=PORT, metavar="端口", help=f"书在本机的端口，不写则为{PORT}")
    parser.add_argument("--no-book", action="store_true", help="不生成也不显示书")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..capture.examining import Examiner
    from ..capture.platform import Platform
    from ..capture.platform import run as keep_running
    from ..capture.settings import read_settings
    from ..capture.store import Store
    from ..report import find_root

    root = (options.root or find_root()).resolve()
    settings = read_settings(root)
    store = Store.open(root, acceptors=settings["acceptors"])
    examiner = Examiner(root)
    platform = Platform(
        root,
        store,
        settings,
        examiner.of_sender,
        lambda line: print(line, flush=True),
        examiner.name_of,
        examiner.title_of,
    )
    with nullcontext() if options.once or options.no_book else _book(root, options.port):
        keep_running(platform, options.once)
    return 0


@contextmanager
def _book(root: Path, port: int) -> Iterator[None]:
    """Show the book meanwhile; it follows what is posted as it follows what is saved by hand."""
    command = [sys.executable, "-m", "stateassets", "serve", "--port", str(port), "--root", str(root)]
    with subprocess.Popen(command) as serving:
        try:
            yield
        finally:
            serving.terminate()
            try:
                serving.wait(ENDING)
            except subprocess.TimeoutExpired:
                serving.kill()
