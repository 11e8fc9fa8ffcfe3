"""How long the preview of an import takes, as a ratio to ``pandas.read_excel`` on the same workbook.

Run ``python -m benchmarks.import_speed [CELLS]`` (default 200000, in one sheet). The preview reads
every cell, recognises the table, writes each cell in the table's notation, and checks the book with
it; pandas only reads the cells.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pandas as pd

from stateassets.importing import plan
from stateassets.tables.declared import DataPackage

ROOT = Path(__file__).parents[1]
TABLE = "rules"  # text, codes in words, and dates


def book(folder: Path) -> DataPackage:
    """Write a book of one table and return its declarations."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] == TABLE]
    path = package["resources"][0]["path"]
    (folder / "data" / path).parent.mkdir(parents=True)
    shutil.copy(ROOT / "data" / path, folder / "data" / path)
    (folder / "data" / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return DataPackage.read(folder / "data")


def ledger(path: Path, package: DataPackage, cells: int) -> int:
    """Write a workbook of about so many cells and return how many rows of data it has."""
    table = package.tables[TABLE]
    kinds, changes = (list(table.labels[name].values()) for name in ("kind", "change"))
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet(table.title)
    sheet.append([column.title for column in table.columns])
    rows = cells // len(table.columns)
    for n in range(rows):
        sheet.append(
            [
                package.year,
                f"SX{n:06d}",
                f"示例办法第{n}号",
                kinds[n % len(kinds)],
                changes[n % len(changes)],
                date(2023, 1, 1) + timedelta(n % 365),
            ]
        )
    made.save(path)
    return rows


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of the processor that ``work`` takes, and what it gives."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def main(cells: int) -> None:
    """Print the times and their ratio."""
    with TemporaryDirectory() as temporary:
        folder, path = Path(temporary), Path(temporary) / "ledger.xlsx"
        rows = ledger(path, book(folder), cells)
        plain, frame = spent(lambda: pd.read_excel(path))
        preview, made = spent(lambda: plan(folder, [path]))
        assert len(frame) == rows and not made.refused and made.changes[0].new == rows
        print(
            f"{cells} cells: pandas.read_excel {plain:.1f} s, preview of the import "
            f"{preview:.1f} s of the processor: {preview / plain:.2f} times"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
