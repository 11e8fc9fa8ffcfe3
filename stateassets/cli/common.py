"""What every command of ``python -m stateassets`` does alike."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables.data_errors import EMPTY, DataError, Fault

if TYPE_CHECKING:
    from ..report import Report

YES = "是"  # what somebody types who agrees
MOST_ALIKE = 5  # faults of one kind that are told one by one


def print_json(payload: Any) -> None:
    """Print for programs."""
    print(json_text(payload))


def json_text(payload: Any) -> str:
    """Return what programs read."""
    return json.dumps(payload, ensure_ascii=False, indent=2)


def faulty(faults: Sequence[Fault], as_json: bool) -> int:
    """Print the faults of the data and return the exit code."""
    if as_json:
        print_json({"sound": not faults, "faults": [fault.as_dict() for fault in faults]})
    elif faults:
        print(*grouped(faults), f"共{len(faults)}个问题，请改正后重试。", sep="\n")
    return 1 if faults else 0


def called(faults: Sequence[Fault], data_dir: Path) -> list[Fault]:
    """Return the faults with each table by its Chinese name beside its file."""
    from ..tables.declared import DataPackage

    try:
        package = DataPackage.read(data_dir)
    except DataError:
        return list(faults)
    titles = {t.path: t.title for t in (*package.tables.values(), *package.tables.absent.values())}
    return [
        replace(fault, file=f"{titles[fault.file]}（{fault.file}）") if fault.file in titles else fault
        for fault in faults
    ]


def grouped(faults: Sequence[Fault]) -> Iterator[str]:
    """Say what is wrong: tables still empty in one sentence, of many faults alike the first few."""
    alike: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        empty = fault.found.endswith(EMPTY)
        kind = ("", "", "", "") if empty else (fault.file, fault.column or "", fault.expected, fault.advice)
        alike.setdefault(kind, []).append(fault)
    for (where, column, _, _), found in alike.items():
        if not where and len(found) > MOST_ALIKE:
            names = "、".join(f.found.removeprefix("“").removesuffix(f"”{EMPTY}") for f in found)
            advice = max((f.advice for f in found), key=len)  # of some there is more to say
            yield f"还没有填的表{len(found)}张：{names}。{advice}。"
            continue
        yield from map(str, found[:MOST_ALIKE])
        if len(found) > MOST_ALIKE:
            place = f"{where}“{column}”列" if column else where
            yield f"{place}：这样的问题还有{len(found) - MOST_ALIKE}个，用--json可以看到全部。"


def asked(question: str) -> bool | None:
    """Ask on the terminal and return whether the answer is YES; None where nobody can be asked."""
    if not sys.stdin.isatty():
        return None
    try:
        return input(question).strip() == YES
    except EOFError:
        return False


def answer(question: str, read: Callable[[str], Any] = str) -> Any:
    """Ask on the terminal until the answer can be read; where nobody can be asked it is blank.

    ``read`` raises argparse.ArgumentTypeError, with what to say, where it cannot.
    """
    while True:
        try:
            said = input(question).strip() if sys.stdin.isatty() else ""
        except EOFError:
            said = ""
        try:
            return read(said)
        except argparse.ArgumentTypeError as error:
            print(f"{error}，请再写一次。")


def a_day(text: str) -> date:
    """Return the day that somebody wrote as the value of an option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，如2023-12-31") from None


def open_report(options: argparse.Namespace) -> Report:
    """Open the report that the command is about."""
    from ..report import Report

    return Report(root=options.root)
