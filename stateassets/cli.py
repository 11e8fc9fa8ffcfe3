"""The command line: ``python -m stateassets COMMAND``; the commands stand in ``commands/``.

Exit codes: 0 all is well, 1 something was found (a fault, a figure that differs, an
impossible report), 2 the command was called wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from .commands import COMMANDS
from .commands.common import faulty


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
    for module in COMMANDS:
        command = commands.add_parser(module.NAME, help=module.HELP)
        module.arguments(command)
        command.add_argument("--json", action="store_true", help="输出JSON，供程序读取")
        command.add_argument("--debug", action="store_true", help="程序出错时显示详细经过")
        command.add_argument("--root", type=Path, metavar="文件夹",
                             help="报告所在的文件夹，不写则从当前文件夹往上找")  # fmt: skip
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(argv)
    from .tables import DataError

    try:
        code: int = options.run(options)
        return code
    except DataError as error:
        return faulty(error.faults, options.json)
    except BrokenPipeError:  # the reader of a pipe had seen enough
        sys.stderr.close()
        return 0
    except Exception as error:
        if options.debug:
            raise
        print(f"程序出错，没有完成：{type(error).__name__}：{error}\n"
              "加--debug重新运行可看到详细经过，请连同它一起报告。", file=sys.stderr)  # fmt: skip
        return 1
