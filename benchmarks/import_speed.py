"""How long reading a workbook and the preview of its import take, as ratios to ``pandas.read_excel``.

Run ``python -m benchmarks.import_speed [CELLS]`` (default 200000, in one sheet). pandas reads the
cells by calamine, which is written in Rust and tells neither number formats nor what is hidden or
merged; ``read_file`` tells all of it. The preview recognises the table too, writes each cell in the
table's notation, and checks the book with it.
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
from stateassets.importing.files.raw import read_file
from stateassets.tables.declared import DataPackage

ROOT = Path(__file__).parents[1]
MOST_SECONDS = 1.5  # of the processor, for reading 200,000 cells
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
    words = {name: list(labels.values()) for name, labels in table.labels.items()}
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet(table.title)
    sheet.append([column.title for column in table.columns])
    rows = cells // len(table.columns)
    for n in range(rows):
        own = {
            "year": package.year,
            "id": f"SX{n:06d}",
            "title": f"示例办法第{n}号",
            "issued_on": date(2023, 1, 1) + timedelta(n % 365),
            **{name: said[n % len(said)] for name, said in words.items()},
        }
        sheet.append([own.get(column.name) for column in table.columns])
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
        plain, frame = spent(lambda: pd.read_excel(path, engine="calamine"))
        reading, sheets = spent(lambda: read_file(path))
        preview, made = spent(lambda: plan(folder, [path]))
        assert len(frame) == rows and not made.refused and made.changes[0].new == rows
        assert sum(map(len, sheets[0].rows)) >= cells - cells % 8
        print(f"{cells} cells, seconds of the processor:")
        print(f"pandas.read_excel(engine='calamine')  {plain:.2f}")
        print(f"reading, with formats and places      {reading:.2f}, {reading / plain:.1f} times")
        print(f"preview of the import                 {preview:.2f}, {preview / plain:.1f} times")
        assert cells > 200_000 or reading < MOST_SECONDS, f"reading took more than {MOST_SECONDS} s"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
