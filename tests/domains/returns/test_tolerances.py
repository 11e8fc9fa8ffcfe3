"""The tolerances of returns: each that examining asks for is there, and no other."""

from data_copy import rewrite

from stateassets.domains.returns.tolerances import TABLE, tolerances


def test_a_tolerance_that_is_unknown_and_one_that_is_wanting_are_named(data):
    row = rewrite(data, TABLE, lambda r: r.update(id="moon"), id="cash")
    data.fault(f"settings/{TABLE}.csv第{row}行", "“moon”", "删去这一行，或改正编号")
    data.fault(f"settings/{TABLE}.csv", "没有cash", "补上这一行")


def test_a_book_without_the_table_has_none():
    assert tolerances({}) == {}
