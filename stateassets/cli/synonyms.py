"""``synonyms``: what this book calls things, and what it has learnt that others call them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .common import faulty, print_json

if TYPE_CHECKING:
    from ..importing.headers import Names
    from ..importing.names.learned import Learned

NAME, HELP = "synonyms", "本书认得的说法：列出、添加、删去"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--table", default="", metavar="表名", help="列出一张表的各列和代码认得哪些说法")
    parser.add_argument(
        "--same",
        action="append",
        default=[],
        metavar="说法=意思",
        help="记住一个说法，如：借款主体=企业编号；只在一张表里用的写成：有息债务台账：单位=债权人",
    )
    parser.add_argument("--forget", action="append", default=[], metavar="说法", help="忘掉一个说法")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..importing.headers import Names
    from ..importing.names.learned import FILE, idle, keep, means, parse, read
    from ..importing.planning import enterprises
    from ..tables.atomic import replace_all
    from ..tables.data_errors import Fault, nearest
    from ..tables.declared import DataPackage, Tables
    from ..tables.root import find_root

    folder = (options.root or find_root()) / "data"
    package = DataPackage.read(folder)
    every = (*package.tables.values(), *package.tables.absent.values())  # one left out may come
    package = replace(package, tables=Tables(replace(table, absent=False) for table in every))
    titles = [table.title for table in every]
    new, faults = parse(options.same, titles)
    learned = before = read(folder, titles)
    for word in options.forget:
        learned, had = learned.without(word), learned
        if learned == had:
            faults.append(Fault(f"data/{FILE}", None, None, f"没有记过“{word}”", "记住的说法", "不写--forget看有哪些"))
    names, roster = Names(package, learned.adding(new)), enterprises(package)
    faults += idle(new, names, roster)
    table = names.title(options.table, loosely=True)
    if options.table and not table:
        faults.append(
            Fault(
                "--table",
                None,
                None,
                f"没有名叫“{options.table}”的表",
                "本书的一张表",
                f"{nearest(options.table, [t.title for t in package.tables.values()])}写表的全名，如：企业名录",
            )
        )
    if faults:
        return faulty(faults, options.json)
    learned = learned.adding(new)
    if learned != before:
        files: dict[str, bytes] = {}
        expected: dict[str, bytes | None] = {}
        keep(folder, learned, files, expected)
        replace_all(folder, files, expected)
    if options.json:
        print_json({"learned": [vars(same) | {"means": means(same, names, roster)} for same in learned.words]})
    elif table:
        print(*_of_table(names, table), sep="\n")
    else:
        print(*_known(learned, names, roster), sep="\n")
    return 0


def _known(learned: Learned, names: Names, roster: dict[str, str]) -> Iterator[str]:
    from ..importing.names.learned import FILE, means

    yield f"本书记住的说法{len(learned.words)}个（data/{FILE}）：" if learned.words else "本书还没有记住什么说法。"
    for same in learned.words:
        found = means(same, names, roster)
        where = "、".join(found[:3]) + (f"等{len(found)}处" if len(found) > 3 else "")
        yield f"  {same}：{where or '现在没有用处，可以用--forget删去'}"
    yield "各表通用的说法用--table 表名看，如：synonyms --table 企业名录"


def _of_table(names: Names, name: str) -> Iterator[str]:
    """Say the words for one table's columns and codes, and those that are asked about."""
    from ..importing.files.raw import folded

    table = names.package.tables[name]
    yield f"{table.title}认得的说法："
    for column in table.columns:
        words = [word for word, (field, _) in names.columns[name].items() if field == column.name]
        own = {folded(column.name), folded(column.title)}
        yield f"  {column.title}：{'、'.join(word for word in words if word not in own) or '没有别的说法'}"
        codes: dict[str, list[str]] = {}
        for word, code in names.cells[name][column.name].items():
            codes.setdefault(code, []).append(word)
        labels = table.labels.get(column.name, {})
        for code, said in codes.items():
            label = labels.get(code, code or "空着")
            more = "、".join(word for word in said if word not in (label, code))
            if more:
                yield f"    {label}：{more}"
    for word, fields in names.doubtful[name].items():
        yield f"  有两种意思，导入时要指明：{word}（{'、'.join(table.column(f).title for f in fields)}）"
