"""The smallest data folder that a bad input can be put into, and the cases under cases/hostile."""

from __future__ import annotations

import copy
import csv
import io
import json
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases" / "hostile"
CHINESE = range(0x4E00, 0x9FFF)
COLUMNS = ("id", "name", "amount", "count", "day", "kind", "owner")
ROWS = (
    ("n1", "甲", "12.50", "3", "2023-05-08", "a", ""),
    ("n2", "乙", "8.00", "0", "2023-06-30", "b", "n1"),
)
PACKAGE: dict[str, Any] = {
    "title": "某区报告", "region": "某区", "year": 2023, "scope": "企业",
    "resources": [{
        "name": "notes", "title": "记事", "path": "notes.csv", "description": "", "origin": "sample",
        "grain": "item", "sources": [{"title": "测试"}], "labels": {"kind": {"a": "甲类", "b": "乙类"}},
        "schema": {
            "fields": [
                {"name": "id", "title": "编号", "type": "string", "constraints": {"required": True}},
                {"name": "name", "title": "名称", "type": "string"},
                {"name": "amount", "title": "金额", "type": "number", "unit": "万元"},
                {"name": "count", "title": "个数", "type": "integer",
                 "constraints": {"minimum": 0, "maximum": 1000}},
                {"name": "day", "title": "日期", "type": "date"},
                {"name": "kind", "title": "类别", "type": "string",
                 "constraints": {"required": True, "enum": ["a", "b"]}},
                {"name": "owner", "title": "所属", "type": "string"},
            ],
            "primaryKey": ["id"],
            "foreignKeys": [{"fields": "owner", "reference": {"resource": "", "fields": "id"}}],
        },
    }],
}  # fmt: skip


def cases(name: str) -> list[Any]:
    """Return the cases of one kind."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))


def table(rows=ROWS, header=COLUMNS) -> bytes:
    """Return a table as a CSV file's content; what is no text in any encoding stays as it is."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode("utf-8", "surrogatepass")


def with_cell(column: str, cell: str, row: int = 0) -> bytes:
    """Return the table with another cell."""
    rows = [list(one) for one in ROWS]
    rows[row][COLUMNS.index(column)] = cell
    return table(rows)


def write(folder: Path, content: bytes | None = None, package: Any = PACKAGE) -> Path:
    """Write a data folder and return it."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    (data / "notes.csv").write_bytes(table() if content is None else content)
    return data


def changed(at: list[Any], put: Any) -> Any:
    """Return the package with something else put at a place, or with that part gone."""
    package = copy.deepcopy(PACKAGE)
    here: Any = package
    for step in at[:-1]:
        here = here[step]
    if put == "!gone":
        del here[at[-1]]
    else:
        here[at[-1]] = put
    return package


def is_clear(message: str) -> bool:
    """Is a message one that an analyst can use: Chinese, on one line, without hidden characters?"""
    chinese = any(ord(c) in CHINESE for c in message)
    shown = all(c.isprintable() or c == "\u3000" for c in message)
    return chinese and shown and "Traceback" not in message and "应为：" in message
