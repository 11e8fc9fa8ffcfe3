"""A small district's new book, as the first one that somebody makes: five enterprises, seven ledgers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from pathlib import Path

from ledgers import empty
from paths import CASES, ROOT

from stateassets.new_book import begin, plan

REGION, YEAR = "某区", 2024
LEDGERS = CASES / "imports" / "book" / "district"
ROSTER = "enterprises"


def unfilled(source: Path, target: Path, *but: str) -> Path:
    """Copy the book and leave rows in some of its ledgers only."""
    shutil.copytree(source, target)
    for name in {path.stem for path in LEDGERS.glob("*.csv")} - set(but):
        empty(target, name)
    return target


def make(target: Path, filled: Collection[str] | None = None) -> Path:
    """Make the book below ``target``; of its ledgers only ``filled`` hold rows, by default all."""
    begin(plan(ROOT, target, region=REGION, year=YEAR))
    sources = sorted(LEDGERS.glob("*.csv"))
    for source in sources:
        if filled is None or source.stem in filled:
            shutil.copy(source, target / "data" / "ledger" / source.name)
    file = target / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    for table in package["resources"]:
        if table["path"].startswith("ledger/") and table["name"] not in {f.stem for f in sources}:
            table["absent"] = True
    file.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return target
