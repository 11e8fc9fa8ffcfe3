"""A data folder with one small table, for tests that need no enterprises."""

from __future__ import annotations

import json
from pathlib import Path

FIELDS_OF_TABLE = [
    {"name": "year", "title": "年度", "type": "integer"},
    {"name": "who", "title": "企业", "type": "string"},
    {"name": "kind", "title": "类别", "type": "string"},
    {"name": "day", "title": "日期", "type": "date"},
    {"name": "amount", "title": "金额", "type": "number", "unit": "万元"},
]
CELLS = """年度,企业,类别,日期,金额
2022,甲,own,2022-05-08,"1,234.50"
2023,甲,own,2023-05-08,12.00
2023,乙,all,2023-06-01,一二
"""


def small_data(folder: Path) -> Path:
    """Write the folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    things = {
        "name": "things",
        "title": "台账",
        "path": "things.csv",
        "description": "",
        "origin": "sample",
        "sources": [{"title": "测试"}],
        "labels": {"kind": {"own": "单户", "all": "合并"}},
        "schema": {"fields": FIELDS_OF_TABLE, "primaryKey": ["year", "who"]},
    }
    package = {"title": "甲", "region": "乙", "year": 2023, "scope": "丙", "resources": [things]}
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    (folder / "things.csv").write_text(CELLS, "utf-8")
    return folder
