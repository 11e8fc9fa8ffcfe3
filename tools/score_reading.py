"""Read a folder of reports as the reader does and write what was found, for scoring against a gold.

    python tools/score_reading.py FOLDER [FOUND.csv]

FOLDER holds the reports and a ``gold.csv`` with the columns file, region and year. ``FOUND.csv`` (else
found.csv here) gets the columns file, name_zh, scope, year, kind, value, unit, base, text; what could
not be placed is printed.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.reading.documents import open_document
from stateassets.reading.model import Found
from stateassets.reading.read import read_numbers

COLUMNS = ("file", "name_zh", "scope", "year", "kind", "value", "unit", "base", "text")


def row(name: str, one: Found) -> dict[str, object]:
    """Return a found number as a row; a change without a base is against last year."""
    claim = one.claim
    base = claim.base or ("上年" if claim.kind.startswith("yoy") else "")
    values = (name, claim.name_zh, claim.scope, claim.year, claim.kind, claim.text, claim.unit, base, one.text)
    return dict(zip(COLUMNS, values, strict=True))


def main(folder: str, out: str = "found.csv") -> None:
    """Read all reports that the gold names."""
    with (Path(folder) / "gold.csv").open(encoding="utf-8-sig", newline="") as file:
        names = list(dict.fromkeys(record["file"] for record in csv.DictReader(file)))
    rows = []
    for name in names:
        reading = read_numbers(open_document(Path(folder) / name))
        rows += [row(name, one) for one in reading.found]
        for left in reading.unplaced:
            print(f"{name} 未识别 {left.text} {left.why}：{left.sentence}")
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
