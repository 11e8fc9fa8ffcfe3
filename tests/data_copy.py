"""Data that a test may spoil, and what the checks say of them."""

import csv
import json
import shutil
from pathlib import Path

from paths import ROOT

from stateassets.tables.validation import check


def empty_tables(folder: Path) -> int:
    """Count the tables of the ledger in a folder of data that have a header and nothing below it.

    Not those that may well have nothing to say.
    """
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    occasional = {resource["path"] for resource in resources if resource.get("occasional")}
    paths = [path for path in (folder / "ledger").glob("*.csv") if f"ledger/{path.name}" not in occasional]
    return sum(len(path.read_text("utf-8-sig").splitlines()) == 1 for path in paths)


class Data:
    """A copy of the data that a test may spoil."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        shutil.copytree(ROOT / "data", self.folder)

    def path(self, name):
        return self.folder / "ledger" / f"{name}.csv"

    def rows(self, name):
        with self.path(name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name, rows, header=None, encoding="utf-8-sig"):
        header = header or list(rows[0])
        with self.path(name).open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(row.values() for row in rows)

    def change(self, name, change, **where):
        """Apply ``change`` to the first row that fits; return its Excel row number."""
        rows = self.rows(name)
        for number, row in enumerate(rows, 2):
            if all(row[key] == value for key, value in where.items()):
                change(row)
                self.write(name, rows)
                return number
        raise AssertionError("no such row")

    def faults(self):
        return [str(fault) for fault in check(self.folder)]

    def fault(self, *words):
        """The one fault that holds all the words."""
        found = [f for f in self.faults() if all(str(word) in f for word in words)]
        assert found, (words, self.faults())
        return found[0]


def rewrite(data, name, change, **where):
    """Change a row of a settings table; return its Excel row number."""
    path = data.folder / "settings" / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    number = next(n for n, row in enumerate(rows, 2) if where.items() <= row.items())
    change(rows[number - 2])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return number
