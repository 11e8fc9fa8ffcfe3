"""Where a table is found in the built site."""

from __future__ import annotations

import pytest

from stateassets.book.downloads import download_path


@pytest.mark.parametrize(
    ("table", "origin", "where"),
    [
        ("ledger/balance_sheet.csv", "sample", "data/ledger/示例-balance_sheet.csv"),
        ("claims/report.csv", "real", "data/claims/report.csv"),
        ("terms.csv", "real", "data/terms.csv"),
    ],
)
def test_a_sample_table_says_so_in_its_file_name(table: str, origin: str, where: str) -> None:
    assert download_path(table, origin) == where


@pytest.mark.parametrize(
    ("table", "origin"), [("a.csv", "guess"), ("../a.csv", "real"), ("/etc/a.csv", "real")]
)
def test_an_unknown_origin_or_a_path_outside_the_data_is_refused(table: str, origin: str) -> None:
    with pytest.raises(ValueError, match="数据表"):
        download_path(table, origin)
