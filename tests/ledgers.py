"""Ledgers as they come from enterprises, built for tests."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from paths import ROOT


@lru_cache
def declared(name: str) -> dict[str, Any]:
    """A table's declaration."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    found: dict[str, Any] = next(r for r in package["resources"] if r["name"] == name)
    return found


def small_report(folder: Path, *names: str) -> Path:
    """A report that declares a few tables only, with the sample's rows."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] in names]
    for resource in package["resources"]:
        target = folder / "data" / resource["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "data" / resource["path"], target)
    (folder / "data" / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    return folder


def rows_of(root: Path, name: str) -> list[dict[str, str]]:
    """A table's rows as they stand in a report."""
    with (root / "data" / declared(name)["path"]).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def empty(root: Path, name: str) -> None:
    """Leave nothing of a table but its header."""
    path = root / "data" / declared(name)["path"]
    path.write_text(path.read_text("utf-8-sig").partition("\n")[0] + "\n", "utf-8-sig")


def workbook(path: Path, rows: Iterable[Sequence[Any]], title: str = "Sheet1", merge: Iterable[str] = ()) -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merge:
        sheet.merge_cells(area)
    book.save(path)
    return path


def typed(name: str, row: dict[str, str]) -> list[Any]:
    """A row as a person keeps it in Excel: numbers, dates, codes in words."""
    table, cells = declared(name), []
    for column in table["schema"]["fields"]:
        text = row[column["name"]]
        text = table.get("labels", {}).get(column["name"], {}).get(text, text)
        match column["type"] if text else "":
            case "":
                cells.append(None)
            case "number":
                cells.append(float(text))
            case "integer":
                cells.append(int(text))
            case "date":
                cells.append(datetime.fromisoformat(text))
            case _:
                cells.append(text)
    return cells


def headers(name: str) -> list[str]:
    """A table's headers in Chinese, with their units."""
    fields = declared(name)["schema"]["fields"]
    return [f["title"] + (f"（{f['unit']}）" if f.get("unit") else "") for f in fields]
