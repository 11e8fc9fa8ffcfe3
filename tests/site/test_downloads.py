"""Where a table is found in the built site."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from stateassets.book.downloads import rows_page
from stateassets.tables.addresses import download_path, in_runs, of_runs, table_page


@pytest.mark.parametrize(
    ("table", "origin", "where"),
    [
        ("ledger/balance_sheet.csv", "sample", "data/ledger/示例-balance_sheet.csv"),
        ("claims/report.csv", "real", "data/claims/report.csv"),
        ("settings/warning_rules.csv", "own", "data/settings/自定-warning_rules.csv"),
        ("terms.csv", "real", "data/terms.csv"),
    ],
)
def test_a_table_that_is_not_real_says_so_in_its_file_name(table: str, origin: str, where: str) -> None:
    assert download_path(table, origin) == where


@pytest.mark.parametrize(("table", "origin"), [("a.csv", "guess"), ("../a.csv", "real"), ("/etc/a.csv", "real")])
def test_an_unknown_origin_or_a_path_outside_the_data_is_refused(table: str, origin: str) -> None:
    with pytest.raises(ValueError, match="数据表"):
        download_path(table, origin)


def test_a_row_is_found_by_the_number_that_excel_shows(tmp_path: Path) -> None:
    table = tmp_path / "loans.csv"
    table.write_text("\ufeffname,kind,amount\n<b>甲</b>,bank,1\n=1+1,bond,2\n", "utf-8")
    resource = {
        "name": "loans",
        "title": "借款",
        "origin": "sample",
        "labels": {"kind": {"bank": "银行借款"}},
        "schema": {"fields": [{"name": "amount", "title": "金额", "type": "number"}]},
    }
    page = BeautifulSoup(rows_page(resource, Path("示例-loans.csv"), table), "html.parser")
    second = page.select_one("#row-2")
    assert second and [cell.get_text() for cell in second] == ["2", "<b>甲</b>", "银行借款", "1"]
    assert page.select_one("#row-3") and not page.select_one("#row-4")
    assert "示例" in page.get_text()


def test_the_page_of_a_table_is_told_which_rows_to_show() -> None:
    assert table_page("loans") == "data/loans.html"
    assert table_page("loans", (3, 9)) == "data/loans.html?rows=3,9#row-3"
    for rows, written in (((2, 3), "2,3"), ((2, 3, 4, 9), "2-4,9"), ((9, 3, 4, 5, 6), "9,3-6"), ((), "")):
        assert in_runs(rows) == written and of_runs(written) == list(rows)
