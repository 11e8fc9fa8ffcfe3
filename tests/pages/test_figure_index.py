"""The list of all figures: complete, each once, with the chapter that tells of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from paths import ROOT

from stateassets.chapters import contents
from stateassets.cli.main import main
from stateassets.measures.claims import Claim
from stateassets.measures.figures import AGREES, NOT_RECOMPUTED
from stateassets.measures.registry import REGISTRY
from stateassets.pages import figure_index as inventory
from stateassets.present.display import Passage, Table
from stateassets.report import Report


@pytest.fixture(scope="module")
def entries(report: Report) -> tuple[inventory.IndexEntry, ...]:
    return inventory.entries(report)


@pytest.fixture(scope="module")
def table(report: Report, entries: tuple[inventory.IndexEntry, ...]) -> Table:
    return inventory.table(report, entries, "全部数字")


def texts(row: tuple) -> list[str]:
    return [cell if isinstance(cell, str) else cell.text for cell in row]


def test_every_printed_number_stands_in_the_list_as_it_was_printed(report, entries, table):
    listed = {entry.claim.id for entry in entries if entry.claim}
    assert listed == {claim.id for claim in report.claims}
    rows = [(e, texts(row)) for e, row in zip(entries, table.rows, strict=True)]
    assert all(row[3] == entry.claim.printed for entry, row in rows if entry.claim)
    assert {row[3] for entry, row in rows if not entry.claim} == {inventory.NOTHING}


def test_every_measure_known_for_the_district_is_listed_once(entries):
    ids = [entry.id for entry in entries]
    assert len(ids) == len(set(ids))
    # How many indicators this book scores by is no number of the district's.
    assert set(REGISTRY) - set(ids) == {"evaluation_indicators"}


def test_a_number_that_no_table_gives_is_listed_as_waiting(report):
    claim = Claim("new", "", report.year, "", "一（一）", None, "新印的数", "level", "7", "个", 0, "exact", "")
    entry = inventory.IndexEntry(None, claim)
    assert entry.state == NOT_RECOMPUTED and entry.rests_on is None
    (row,) = inventory.table(report, [entry], "全部数字").rows
    assert texts(row) == ["新印的数", "—", "个", "7个", NOT_RECOMPUTED, "—", "—", "一（一）企业户数", "—"]


def test_values_last_years_and_changes_lead_to_where_they_come_from(table):
    row = next(row for row in table.rows if row[0] == "资产总额")
    assert [cell.figure.id for cell in (row[1], row[5], row[6], row[3])] == [
        "total_assets",
        "total_assets.last",
        "total_assets.yoy",
        "total_assets",
    ]
    assert row[4].text == AGREES


def test_a_growth_has_no_growth_of_its_own(table):
    row = next(row for row in table.rows if row[0] == "资产总额同比增速")
    assert texts(row)[5:7] == ["—", "—"]


def test_a_printed_number_leads_to_the_chapter_of_its_section(report, entries, table):
    sections = inventory.by_section(inventory.chapters(report))
    assert {c.section for c in report.claims} <= set(sections)
    for entry, row in zip(entries, table.rows, strict=True):
        if entry.claim:
            assert f"{contents(ROOT).place(sections[entry.claim.section].name)}.html" in row[7].html


def test_every_link_leads_to_a_chapter_that_there_is(table):
    for row in table.rows:
        (address,) = re.findall(r'href="([^"#]*)', row[7].html)
        assert Path(address).with_suffix(".ipynb").is_file()


def test_a_chapter_tells_of_what_its_code_names(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": "(x)=\n# 二（一）1 某章\n讲{total_profit}"},
        {
            "cell_type": "code",
            "source": 'report = Report("二（一）1")\nreport.say("{total_assets.yoy}")\n'
            'report.table("表", ["revenue"], by="class")\nheadcount = net_profit',
        },
    ]
    path = tmp_path / "notebooks" / "2_x" / "1_y.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    found = inventory._read("y", path, 0)
    assert (found.title, found.section) == ("二（一）1 某章", "二（一）1")
    assert found.measures == {"total_assets", "revenue"}


def test_counts_are_those_of_the_list(report, entries):
    counted = inventory.numbers(entries)
    assert counted["all"] == len(entries)
    assert counted["printed"] == counted["agree"] == len(report.claims)
    assert counted["differ"] == counted["waiting"] == 0
    assert counted["samples"] < counted["all"]  # rules and limits are public


def test_the_picture_shows_what_was_printed_or_says_that_nothing_was(report, entries):
    drawn = inventory.growths(report, entries)
    assert "163.8%" in repr(drawn) and "18.0" not in drawn._repr_html_()
    unprinted = [e for e in entries if not e.claim]
    assert isinstance(inventory.growths(report, unprinted), Passage)


def test_the_command_prints_the_same_list(entries, capsys):
    assert main(["figures", "--json"]) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [e.id for e in entries]
