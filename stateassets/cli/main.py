"""The command line: ``python -m stateassets COMMAND``; each command is a module beside this one.

Exit codes: 0 all is well, 1 something was found (a fault, a figure that differs, an
impossible report), 2 the command was called wrongly, 130 it was stopped with Ctrl+C.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ..tables.troubles import trouble
from . import COMMANDS
from .common import faulty

STOPPED = 130  # as shells say that Ctrl+C ended a program
# argparse's own words, and what is said in their place.
WORDS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"the following arguments are required: (.*)", r"缺少\1"),
    (r"unrecognized arguments: (.*)", r"不认识“\1”"),
    (
        r"argument (.*?): invalid choice: (.*) \(choose from (.*)\)",
        lambda m: f"{m[1]}没有{m[2].strip(chr(39))}这一项，可以是{m[3].replace(chr(39), '')}",
    ),
    (r"argument (.*?): expected one argument", r"\1后面要写一个值"),
    (r"argument (.*?): expected at least one argument", r"\1后面至少要写一个值"),
    (r"argument (.*?): ignored explicit argument (.*)", r"\1后面不能写值\2"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1和\2不能同时写"),
    (r"argument (.*?): invalid \w+ value: '(.*)'", r"\1的值“\2”不对"),
    (r"ambiguous option: (.*?) could match (.*)", r"\1可以指\2，请写全"),
    (r"argument (.*?): (.*)", r"\1：\2"),  # what a command says itself is Chinese already
)


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
        # An empty prefix asks for what a command's own usage begins with.
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, add_help=False, **options)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        told = f"命令写法不对：{in_chinese(message)}\n{self.format_usage()}"
        self.exit(2, told.encode("utf-8", "replace").decode())


def in_chinese(message: str) -> str:
    """Return what argparse complains of in the words of this program."""
    for pattern, words in WORDS:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return words(match) if callable(words) else match.expand(words)
    return message


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = _Parser(prog="stateassets", description="国有资产报告：查数据、算数字、审勾稽")
    commands = made.add_subparsers(title="命令", dest="命令", required=True, metavar="命令")
    for module in COMMANDS:
        command = commands.add_parser(module.NAME, help=module.HELP)
        module.arguments(command)
        if "--json" not in command.format_usage():  # a command's own can take a file
            command.add_argument("--json", action="store_true", help="输出JSON，供程序读取")
        command.add_argument("--debug", action="store_true", help="程序出错时显示详细经过")
        command.add_argument("--root", type=Path, metavar="文件夹", help="报告所在的文件夹，不写则从当前文件夹往上找")
        command.set_defaults(run=module.run)
    return made


def json_last(words: Sequence[str]) -> list[str]:
    """Return the words of a command line with a ``--json`` that no .json file follows at the end.

    There it takes no report for the file that it is to be written to (``read --json 报告.docx``).
    """
    alone = [
        at
        for at, word in enumerate(words)
        if word == "--json" and not "".join(words[at + 1 : at + 2]).lower().endswith(".json")
    ]
    return [word for at, word in enumerate(words) if at not in alone] + ["--json"] * bool(alone)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = parser().parse_args(json_last(sys.argv[1:] if argv is None else argv))
    from ..tables.data_errors import DataError

    try:
        try:
            code: int = options.run(options)
        except DataError as error:
            code = faulty(error.faults, options.json)
        sys.stdout.flush()  # here, where a full disk can still be told
        return code
    except BrokenPipeError:  # the reader of a pipe had seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("已中止。", file=sys.stderr)
        return STOPPED
    except Exception as error:
        if options.debug:
            raise
        print(
            f"程序出错，没有完成：{trouble(error)}。\n加--debug重新运行可看到详细经过，请连同它一起报告。",
            file=sys.stderr,
        )
        return 1
