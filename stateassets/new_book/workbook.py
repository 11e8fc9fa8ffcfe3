"""The Excel workbook to fill in: notes, then one table a sheet, each with its drop-downs.

Row 1 of a sheet is the header: the column's Chinese name with its unit. Text stays text, so that
01 and 5.0 keep what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ..importing.overview import HEADERS, NOTHING, NOWHERE, OVERVIEW, WORDS, answers, sheet_title
from ..tables.declared import Column, DeclaredTable
from .carry import LEDGER, Row

NOTES, CHOICES = "填写说明", "选项"
READY = 5000  # rows with drop-downs and checks
KINDS = {"string": "文字", "integer": "整数", "number": "数字", "date": "日期，如2024-05-08"}
HOW = (
    "一张表一页，页名就是表名；第一行是表头，不要改，也不要在上面加标题。从第二行起填，一行一条，中间不留空行。",
    "金额的单位写在表头里，一律是万元，可以有两位小数；不要把元当万元填。",
    "有下拉箭头的格子从下拉里选；企业编号等要先在所指的表里登记，下拉里才有。",
    "编号和公布数的格子已设为文本：编号前面的0、公布数5.0末尾的0都保留。",
    "已经有内容的行是从上一年结转的：年初数等于上年年末数；与实际不同的，改正并写明原因。",
    "公布数一页先空着“公布数”一列，报告定稿以后再填；空着不影响成书。",
    f"本区没有的表整页空着，在“{OVERVIEW}”一页选“{NOWHERE}”；有这项工作而本年一项也没有的，选“{NOTHING}”。导入以后书里会说明。"
    f"已经选了“{NOWHERE}”的，它的一页是隐藏的：要用时在任意一页的标签上点右键，取消隐藏。",
    "填好以后保存，在新书的文件夹里用import命令导入，再用check命令检查；可以分几次填、几次导入，已经导入的不会重复。",
)
LOOKS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#e8eef5"},
    "need": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#f7e3c8"},
    "string": {"num_format": "@"},
    "integer": {"num_format": "0"},
    "number": {"num_format": "General"},
    "money": {"num_format": "#,##0.00"},
    "date": {"num_format": "yyyy-mm-dd"},
    "title": {"bold": True, "font_size": 16},
    "plain": {"text_wrap": True, "valign": "top"},
}


def sheet_name(table: DeclaredTable) -> str:
    """Return what a table's sheet is called."""
    return sheet_title(table.title)


def heading(column: Column) -> str:
    """Return a column's header: its Chinese name, with its unit if it has one."""
    return f"{column.title}（{column.unit}）" if column.unit else column.title


def write(title: str, tables: Mapping[str, DeclaredTable], rows: Mapping[str, Sequence[Row]]) -> bytes:
    """Return the workbook of some tables with the rows that they begin with."""
    stream = BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, {"in_memory": True, **never}) as book:
        looks = {name: book.add_format({"font_name": "宋体", **look}) for name, look in LOOKS.items()}
        notes = book.add_worksheet(NOTES)
        overview = book.add_worksheet(OVERVIEW)
        places = {name: book.add_worksheet(sheet_name(table)) for name, table in tables.items()}
        choices = _write_choices(book.add_worksheet(CHOICES), tables)
        _write_notes(notes, title, tables, looks)
        _write_overview(overview, tables, looks)
        for name, table in tables.items():
            _write_table(places[name], table, rows[name], tables, choices, looks)
            if table.absent is True and table.path.startswith(LEDGER):
                places[name].hide()  # too many to leaf through
    return stream.getvalue()


# --- which tables there are --------------------------------------------------------------------


def _write_overview(sheet: Worksheet, tables: Mapping[str, DeclaredTable], looks: Mapping[str, Format]) -> None:
    """List the tables, each leading to its sheet, with what the district says of it."""
    for column, (heading_, width) in enumerate(zip(HEADERS, (30, 14, 80), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading_, looks["head"])
    for row, table in enumerate(tables.values(), 1):
        sheet.write_url(row, 0, f"internal:'{sheet_name(table)}'!A1", string=table.title)
        sheet.write_string(row, 1, WORDS[table.absent])
        sheet.write_string(row, 2, table.description, looks["plain"])
        rule = {
            "validate": "list",
            "source": list(answers(table.name)),
            "error_title": HEADERS[1],
            "error_message": f"这里填：{'、'.join(answers(table.name))}",
        }
        sheet.data_validation(row, 1, row, 1, rule)
    sheet.freeze_panes(1, 0)


# --- notes and choices -------------------------------------------------------------------------


def _write_notes(
    sheet: Worksheet, title: str, tables: Mapping[str, DeclaredTable], looks: Mapping[str, Format]
) -> None:
    for column, width in enumerate((22, 22, 10, 8, 18, 44, 60)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, f"{title}：{NOTES}", looks["title"])
    for row, line in enumerate(HOW, 1):
        sheet.merge_range(row, 0, row, 6, f"{row}．{line}", looks["plain"])
        sheet.set_row(row, 30)
    first = len(HOW) + 2
    for column, words in enumerate(("表", "列", "单位", "必填", "填什么", "可填的值", "说明")):
        sheet.write_string(first, column, words, looks["head"])
    lines = [line for table in tables.values() for line in _explained(table, tables)]
    for row, cells in enumerate(lines, first + 1):
        for column, words in enumerate(cells):
            sheet.write_string(row, column, words, looks["plain"])
    sheet.freeze_panes(first + 1, 2)
    sheet.autofilter(first, 0, first + len(lines), 6)


def _explained(table: DeclaredTable, tables: Mapping[str, DeclaredTable]) -> Iterator[tuple[str, ...]]:
    yield table.title, "", "", "", "", "", table.description
    for column in table.columns:
        yield (
            table.title,
            column.title,
            column.unit,
            "必填" if column.required else "可空",
            KINDS[column.type],
            allowed(table, column, tables),
            column.description,
        )


def allowed(table: DeclaredTable, column: Column, tables: Mapping[str, DeclaredTable]) -> str:
    """Say in words what a column may hold."""
    refers = _refers(table, column, tables)
    if words := _words(table, column):
        return "、".join(words)
    if refers:
        return f"“{refers[0].title}”里登记过的{refers[1].title}"
    limits = (("不小于", column.minimum), ("不大于", column.maximum))
    ends = [f"{word}{limit}" for word, limit in limits if limit is not None]
    return "，".join(ends)


def _words(table: DeclaredTable, column: Column) -> tuple[str, ...]:
    labels = table.labels.get(column.name, {})
    return tuple(labels.get(str(code), str(code)) for code in column.enum)


def _refers(
    table: DeclaredTable, column: Column, tables: Mapping[str, DeclaredTable]
) -> tuple[DeclaredTable, Column] | None:
    """Return the table and the column whose values a column may hold."""
    for key in table.foreign_keys:
        if key.column == column.name and key.table in tables:
            return tables[key.table], tables[key.table].column(key.target)
    return None


def _write_choices(sheet: Worksheet, tables: Mapping[str, DeclaredTable]) -> dict[tuple[str, ...], str]:
    """Write each list of words once; return words -> the range where they stand."""
    found: dict[tuple[str, ...], str] = {}
    for table in tables.values():
        for words in filter(None, (_words(table, column) for column in table.columns)):
            if words not in found:
                at = len(found)
                sheet.write_column(0, at, words)
                letter = xl_col_to_name(at, col_abs=True)
                found[words] = f"='{CHOICES}'!{letter}$1:{letter}${len(words)}"
    sheet.hide()
    return found


# --- a table's sheet -----------------------------------------------------------------------------


def _write_table(
    sheet: Worksheet,
    table: DeclaredTable,
    rows: Sequence[Row],
    tables: Mapping[str, DeclaredTable],
    choices: Mapping[tuple[str, ...], str],
    looks: Mapping[str, Format],
) -> None:
    for at, column in enumerate(table.columns):
        look = looks["money" if column.unit == "万元" else column.type]
        width = max(12, 2 * len(heading(column)) + 2)
        sheet.set_column(at, at, min(width, 40), look)
        sheet.write_string(0, at, heading(column), looks["need" if column.required else "head"])
        if note := "；".join(filter(None, (column.description, allowed(table, column, tables)))):
            sheet.write_comment(0, at, note[:1000])
        if rule := _rule(table, column, tables, choices):
            sheet.data_validation(1, at, max(READY, len(rows)), at, rule)
        labels = table.labels.get(column.name, {})
        for number, row in enumerate(rows, 1):
            _write_cell(sheet, number, at, column, labels.get(row[column.name], row[column.name]))
    sheet.freeze_panes(1, 0)


def _write_cell(sheet: Worksheet, row: int, at: int, column: Column, text: str) -> None:
    if not text:
        return
    if column.type == "date":
        sheet.write_datetime(row, at, date.fromisoformat(text))
    elif column.type in ("number", "integer") and _is_number(text):
        sheet.write_number(row, at, float(text))
    else:
        sheet.write_string(row, at, text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rule(
    table: DeclaredTable, column: Column, tables: Mapping[str, DeclaredTable], choices: Mapping[tuple[str, ...], str]
) -> dict[str, Any] | None:
    """Return what Excel lets into a column, and what it says to anything else."""
    told = {"error_title": column.title, "error_message": _refusal(table, column, tables)}
    if words := _words(table, column):
        stern = {"error_type": "warning"} if column.open else {}  # a kind of the district's own may be new
        return {"validate": "list", "source": choices[words], **stern, **told}
    if refers := _refers(table, column, tables):
        parent, key = refers
        letter = xl_col_to_name(parent.columns.index(key), col_abs=True)
        source = f"='{sheet_name(parent)}'!{letter}$2:{letter}${READY + 1}"
        return {"validate": "list", "source": source, **told}
    if column.type == "date":
        first = {"criteria": ">=", "value": date(1950, 1, 1)}
        return {"validate": "date", **first, **told}
    if column.type == "string":
        return None
    ends = {
        "minimum": -1e12 if column.minimum is None else column.minimum,
        "maximum": 1e12 if column.maximum is None else column.maximum,
    }
    return {"validate": "integer" if column.type == "integer" else "decimal", "criteria": "between", **ends, **told}


def _refusal(table: DeclaredTable, column: Column, tables: Mapping[str, DeclaredTable]) -> str:
    words = allowed(table, column, tables)
    return f"这里填{KINDS[column.type]}{'：' if words else ''}{words}"[:254]
