"""What rests on some rows of a table is the same as long as these are, whatever becomes of the others."""

import pytest
from many import each

from stateassets.book.build_cache import Contents
from stateassets.tables import table_parts

TABLE = "data/ledger/returns.csv"
ROWS = "table,year,state\npayroll,2022,accepted\nflash_reports,2023,waiting\n"
PAYROLL, FIRST = table_parts.rows_with(TABLE, "table", ["payroll", "headcount"]), table_parts.least(TABLE, "year")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data" / "ledger").mkdir(parents=True)
    return tmp_path


def held(root, text):
    """Return the hashes of two parts of a table and of the whole of it, were its file this text."""
    (root / TABLE).write_text(text, "utf-8")
    now = Contents(root, {TABLE: text})
    return now.get(PAYROLL), now.get(FIRST), now.get(TABLE)


def test_a_part_changes_with_its_own_rows_alone(root):
    before = held(root, ROWS)
    changes = {  # text -> whether the rows of payroll, the first year and the whole are the same
        ROWS: (True, True, True),
        ROWS.replace("waiting", "accepted"): (True, True, False),
        ROWS + "flash_reports,2021,waiting\n": (True, False, False),
        ROWS + "headcount,2023,waiting\n": (False, True, False),
        ROWS.replace("table,", "kind,"): (False, True, False),  # no such column: all of it counts
    }

    def same(case):
        text, expected = case
        assert tuple(a == b for a, b in zip(held(root, text), before, strict=True)) == expected

    each({text: (text, expected) for text, expected in changes.items()}, same)


def test_of_a_table_that_is_gone_no_part_is_known(root):
    now = Contents(root, {})
    assert now.get(PAYROLL) is None and PAYROLL not in now
