"""What the overview of a workbook says of a table, against what stands in the table's sheet."""

from __future__ import annotations

import json

import openpyxl
import pytest
from ledgers import declared, rows_of, typed
from paths import ROOT

from stateassets.importing import plan


@pytest.mark.parametrize(("word", "refused"), [("本区没有", True), ("有", False)])
def test_rows_in_the_sheet_of_a_table_that_there_is_not_are_not_dropped(unfilled, tmp_path, word, refused):
    file = unfilled / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    next(r for r in package["resources"] if r["name"] == "events")["absent"] = True
    title = declared("events")["title"]
    book = openpyxl.Workbook()
    overview, sheet = book.active, book.create_sheet(title)
    overview.title = "表目录"
    overview.append(["表", "本区有没有"])
    overview.append([title, word])
    sheet.append([field["title"] for field in declared("events")["schema"]["fields"]])
    sheet.append(list(typed("events", rows_of(ROOT, "events")[0])))
    book.save(tmp_path / "填报.xlsx")
    before = file.read_text("utf-8")
    try:
        file.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
        made = plan(unfilled, [tmp_path / "填报.xlsx"])
    finally:
        file.write_text(before, "utf-8")
    assert any("却有1行" in str(fault) for fault in made.refused) == refused
