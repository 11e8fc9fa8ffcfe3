"""Known errors in the tables that cannot be mended where they come from: ``data/corrections.yml``.

The file is a list; each entry names one cell, what is expected to stand there, and what is used
instead (or ``flag: true``: the cell is only marked). An entry that no longer fits is a fault: the
source has changed, and what was decided about it must be decided again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from .addresses import CORRECTIONS as FILE
from .data_errors import DataError, Fault
from .declared import Correction, DeclaredTable
from .notation import iso_date, plain_number
from .reading import ReadTable
from .text_files import read_text

# The parts of an entry, and what they may be called instead.
FIELDS = {
    "table": "表",
    "row": "行",
    "column": "列",
    "was": "原值",
    "now": "改为",
    "flag": "只标记",
    "reason": "理由",
    "source": "依据",
    "date": "日期",
    "state": "状态",
}
OPTIONAL = {"now", "flag"}  # exactly one of them
STATES = ("待核实", "已确认", "已告知填报单位")
DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")


def _of_entry(entry: Correction, found: str, expected: str, advice: str) -> Fault:
    """Return what is wrong with an entry."""
    return _fault(entry.number, entry.line, found, expected, advice)


def _fault(number: int, line: int | None, found: str, expected: str, advice: str) -> Fault:
    which = f"第{number}条" if number else ""
    return Fault(FILE, line, None, which + found, expected, advice)


# --- reading -----------------------------------------------------------------------------------


def read(data_dir: Path, tables: Mapping[str, DeclaredTable]) -> tuple[Correction, ...]:
    """Return the entries, none where there is no such file.

    Raises:
        DataError: with every fault of the file itself.
    """
    if not (data_dir / FILE).exists():
        return ()
    faults: list[Fault] = []
    found = []
    for number, node in enumerate(_entries(read_text(data_dir / FILE)), 1):
        wrong = list(_misshapen(number, node))
        if not wrong:
            entry = _entry(number, node, tables)
            wrong = list(_contradictions(entry, node, tables))
            found.append(entry)
        faults += wrong
    if faults:
        raise DataError(faults)
    return tuple(found)


def _entries(text: str) -> list[yaml.Node]:
    """Return the list's entries, each with its lines; cells are taken as they were typed."""
    try:
        yaml.safe_load(text)  # knows no tag that could run anything
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        found = "不是正确的YAML"
        if isinstance(error, yaml.constructor.ConstructorError):
            found = "用了不允许的标记"
        elif not isinstance(error, yaml.YAMLError | RecursionError):
            found = "里有不存在的日期"
        line = mark.line + 1 if mark else None
        raise DataError([_fault(0, line, found, "更正清单", "对照docs/your-own-data.zh-CN.md里的样子改正")]) from None
    if top is None:
        return []
    if not isinstance(top, yaml.SequenceNode):
        raise DataError([_fault(0, 1, "不是清单", "以“- ”开头的若干条", "每条更正前面加“- ”")])
    return list(top.value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _field(name: str) -> str:
    return next((key for key, title in FIELDS.items() if title == name), name)


def _said(key: str) -> str:
    return f"“{FIELDS[key]}”（{key}）"


def _misshapen(number: int, node: yaml.Node) -> Iterator[Fault]:
    """Find what is no part of an entry, what is missing, and what is there twice."""
    if not isinstance(node, yaml.MappingNode):
        yield _fault(number, _line(node), "不是“名称: 值”的样子", "表、行、列等各一行", "照样子改写")
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = _field(str(key.value))
        if name not in FIELDS:
            known = "、".join(map(_said, FIELDS))
            yield _fault(number, _line(key), f"有不认识的“{key.value}”", known, "改正名称或删去")
        elif name in seen:
            yield _fault(number, _line(key), f"的{_said(name)}写了两次", "只写一次", "删去一个")
        elif isinstance(value, yaml.MappingNode) != (name == "row") or isinstance(value, yaml.SequenceNode):
            expected = "{列名: 值, …}" if name == "row" else "一个值"
            yield _fault(number, _line(value), f"的{_said(name)}写法不对", expected, "照样子改写")
        elif name == "row" and not (
            value.value and all(isinstance(n, yaml.ScalarNode) for p in value.value for n in p)
        ):
            yield _fault(
                number, _line(value), f"的{_said(name)}写法不对", "{列名: 值, …}", "写明能认出这一行的各列的值"
            )
        seen.add(name)
    for name in FIELDS:
        if name not in seen and name not in OPTIONAL:
            yield _fault(number, _line(node), f"缺少{_said(name)}", "写明这一项", "补上")
    if len(seen & OPTIONAL) != 1:
        yield _fault(
            number,
            _line(node),
            "要么写改成什么，要么写只标记",
            f"{_said('now')}和{_said('flag')}正好写一个",
            "补上或删去一个",
        )


def _entry(number: int, node: Any, tables: Mapping[str, DeclaredTable]) -> Correction:
    parts = {_field(key.value): value for key, value in node.value}
    text = {name: str(value.value).strip() for name, value in parts.items() if name != "row"}
    table = next((n for n, t in tables.items() if text["table"] in (n, t.title)), text["table"])
    titles = {c.title: c.name for c in tables[table].columns} if table in tables else {}
    row = {titles.get(k.value, k.value): str(v.value).strip() for k, v in parts["row"].value}
    return Correction(
        number,
        _line(node),
        table,
        row,
        titles.get(text["column"], text["column"]),
        text["was"],
        text.get("now"),
        text["reason"],
        text["source"],
        iso_date(text["date"]),
        text["state"],
    )


def _contradictions(entry: Correction, node: Any, tables: Mapping[str, DeclaredTable]) -> Iterator[Fault]:
    """Find what an entry of the right shape cannot mean."""
    flag = next((v.value for k, v in node.value if _field(k.value) == "flag"), "true")
    if str(flag).lower() != "true":
        yield _of_entry(entry, f"的{_said('flag')}是“{flag}”", "true", "只标记就写true，否则写改成什么")
    for name in ("reason", "source", "date"):
        if not getattr(entry, name):
            expected = "日期，如2024-03-01" if name == "date" else "写明这一项"
            yield _of_entry(entry, f"的{_said(name)}空着或看不懂", expected, "补上")
    if entry.state not in STATES:
        yield _of_entry(entry, f"的{_said('state')}是“{entry.state}”", "、".join(STATES), "改正")
    if entry.table not in tables:
        yield _of_entry(entry, f"的表“{entry.table}”没有登记", "datapackage.json里的表", "改正表名")
        return
    table = tables[entry.table]
    known = {column.name for column in table.columns}
    for name in dict.fromkeys([*entry.row, entry.column]):
        if name not in known:
            titles = "、".join(column.title for column in table.columns)
            yield _of_entry(entry, f"的列“{name}”不在{table.title}里", titles, "改正列名")
    if entry.now is None or entry.column not in known:
        return
    if entry.now and not _fits(table, entry.column, entry.now):
        yield _of_entry(entry, f"要改为“{entry.now}”", "符合这一列类型的值", "改正")
    if same(table, entry.column, entry.was, entry.now):
        yield _of_entry(entry, "改前改后一样", "不同的值", "改正，或删去这一条")


def _fits(table: DeclaredTable, column: str, text: str) -> bool:
    kind = table.column(column).type
    if kind in ("number", "integer"):
        return bool(DECIMAL.fullmatch(plain_number(text)))
    return kind != "date" or bool(iso_date(text))


# --- applying ----------------------------------------------------------------------------------


def same(table: DeclaredTable, column: str, one: str, other: str) -> bool:
    """Whether two texts are one value in a column: 1,234.50 is 1234.5, 合并 its code."""
    return _plain(table, column, one) == _plain(table, column, other)


def _plain(table: DeclaredTable, column: str, text: str) -> object:
    kind = table.column(column).type
    if kind in ("number", "integer"):
        number = plain_number(text)
        return Decimal(number) if DECIMAL.fullmatch(number) else text
    return (iso_date(text) if kind == "date" else "") or _coded(table, column, text)


def _coded(table: DeclaredTable, column: str, text: str) -> str:
    codes = {word: code for code, word in table.labels.get(column, {}).items()}
    return codes.get(text, text)


def apply(entries: Iterable[Correction], sheets: Mapping[str, ReadTable]) -> tuple[tuple[Correction, ...], list[Fault]]:
    """Put the corrections into the sheets; return each with its row, and those that do not fit.

    All rows are found before any cell is changed. A table that could not be read is passed over:
    that is a fault of its own.
    """
    placed: dict[tuple[str, int, str], Correction] = {}
    faults = []
    for entry in entries:
        sheet = sheets.get(entry.table)
        if sheet is None or not {*entry.row, entry.column} <= set(sheet.header):
            continue
        rows = _matching(entry, sheet)
        if len(rows) != 1:
            where = "、".join(f"{sheet.table.column(k).title}{v}" for k, v in entry.row.items())
            found = f"在{sheet.table.path}里找到{len(rows)}行" if rows else f"在{sheet.table.path}里找不到这一行"
            faults.append(_of_entry(entry, f"{found}（{where}）", "正好一行", "核对各列的值；源表已改正的，删去这一条"))
            continue
        entry = replace(entry, at=rows[0] + 2)
        here, twin = sheet.cell(rows[0], entry.column), placed.get(_place(entry))
        label = sheet.table.column(entry.column).label
        if twin:
            faults.append(_of_entry(entry, f"与第{twin.number}条改的是同一格", "每格只有一条", "删去其中一条"))
        elif not same(sheet.table, entry.column, here, entry.was):
            faults.append(
                _of_entry(
                    entry,
                    f"对不上：{sheet.table.path}第{entry.at}行“{label}”现在是“{here}”",
                    f"原值“{entry.was}”",
                    "源表已改正的，删去这一条；改成了别的数的，重新核对后改写",
                )
            )
        placed.setdefault(_place(entry), entry)
    for entry in () if faults else placed.values():
        sheet = sheets[entry.table]
        if entry.now is not None:
            sheet.put(entry.at - 2, entry.column, _coded(sheet.table, entry.column, entry.now))
    return tuple(placed.values()), faults


def _place(entry: Correction) -> tuple[str, int, str]:
    return entry.table, entry.at, entry.column


def _matching(entry: Correction, sheet: ReadTable) -> list[int]:
    return [
        n
        for n in range(len(sheet.rows))
        if all(same(sheet.table, name, sheet.cell(n, name), value) for name, value in entry.row.items())
    ]


def told(fault: Fault, entries: Sequence[Correction], tables: Mapping[str, DeclaredTable]) -> Fault:
    """Return a fault of a corrected cell with the word that the cell was corrected."""
    for entry in entries:
        table = tables[entry.table]
        here = (table.path, entry.at, table.column(entry.column).label)
        if (fault.file, fault.row, fault.column) == here and entry.now is not None:
            note = f"{fault.found}（{FILE}第{entry.number}条更正后的值，原为“{entry.was}”）"
            return replace(fault, found=note)
    return fault
