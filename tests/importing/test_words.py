"""Offices' own words for tables, columns and codes: each means one thing, or is asked about."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest
from many import every
from paths import ROOT

from stateassets.importing.files.raw import Sheet, folded
from stateassets.importing.headers import Names, Reading, recognise
from stateassets.importing.names.words import words
from stateassets.importing.rows import Rows
from stateassets.tables.data_errors import Fault
from stateassets.tables.declared import DataPackage, DeclaredTable

DATA = ROOT / "data"
PACKAGE = DataPackage.read(DATA)
NAMES = Names(PACKAGE)
MOST = 5  # rows of a table that are written and read again


def called(table: DeclaredTable) -> dict[str, list[str]]:
    """What each column may be called, by field."""
    found: dict[str, list[str]] = {}
    for word, (column, _) in NAMES.columns[table.name].items():
        found.setdefault(column, []).append(word)
    return found


def rows_of(table: DeclaredTable) -> list[dict[str, str]]:
    with (DATA / table.path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    fuller = sorted(rows, key=lambda row: -sum(map(bool, row.values())))
    return fuller[:MOST]


def read(table: DeclaredTable, header: list[str], rows: list[list[str]]) -> Rows | list[Fault] | None:
    sheet = Sheet("台账.xlsx", "", [tuple(header), *map(tuple, rows)])
    found = recognise(sheet, NAMES, table.name)
    return Rows(sheet, found, NAMES) if isinstance(found, Reading) else found


def test_every_word_is_about_a_table_a_column_and_a_code_that_there_are() -> None:
    for name, said in words().tables.items():
        table = PACKAGE.tables[name]
        columns = {c.name: c for c in table.columns}
        assert said.columns.keys() <= columns.keys(), name
        assert said.codes.keys() <= columns.keys(), name
        for column, codes in said.codes.items():
            values = set(map(str, columns[column].enum))
            assert not values or codes.keys() <= values, (name, column)


@every("table", PACKAGE.tables.values(), ids=lambda table: table.name)
def test_each_title_synonym_and_word_for_a_code_means_exactly_one_thing(table: DeclaredTable) -> None:
    for column in table.columns:
        assert NAMES.columns[table.name][folded(column.title)][0] == column.name
        for code, label in table.labels.get(column.name, {}).items():
            assert NAMES.cells[table.name][column.name][folded(label)] == code
            assert NAMES.cells[table.name][column.name][folded(code)] == code
    assert not NAMES.columns[table.name].keys() & NAMES.doubtful[table.name].keys()
    for column, codes in NAMES.cells[table.name].items():
        assert not codes.keys() & NAMES.doubted[table.name][column].keys()


@pytest.mark.slow
@every("table", PACKAGE.tables.values(), ids=lambda table: table.name)
def test_a_table_written_with_any_of_its_words_is_read_back_the_same(table: DeclaredTable) -> None:
    rows, may_be = rows_of(table), called(table)
    for nth in range(max(map(len, may_be.values()))):
        header = [may_be[c.name][nth % len(may_be[c.name])] for c in table.columns]
        cells = [[word_for(table, c.name, row[c.name], nth) for c in table.columns] for row in rows]
        found = read(table, header, cells)
        assert isinstance(found, Rows), (header, found)
        assert not found.faults, found.faults[0]
        for row, made in zip(rows, found.rows, strict=True):
            assert {name: plain(text) for name, text in made.texts.items()} == {n: plain(t) for n, t in row.items()}


def word_for(table: DeclaredTable, column: str, code: str, nth: int) -> str:
    """What somebody may write for a code; a word for nothing only where there is nothing."""
    may_be = [word for word, meant in NAMES.cells[table.name][column].items() if meant == code and code]
    return may_be[nth % len(may_be)] if may_be else code


def plain(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def test_no_two_tables_are_called_the_same() -> None:
    titles = {folded(table.title): name for name, table in PACKAGE.tables.items()}
    seen: dict[str, str] = {}
    for name, said in words().tables.items():
        for word in map(folded, said.called):
            assert seen.setdefault(word, name) == name, word
            assert titles.get(word, name) == name, word


def doubts() -> Iterator[tuple[str, list[str], str]]:
    debts = ["年度", "编号", "借款单位", "债务", "债权人"]
    yield "debts", [*debts, "还款日期"], "可能是到期日期，也可能是提前还清日期"
    yield "debts", [*debts, "借款日期", "起息日", "到期日"], "都可能是借入日期"
    yield "company_loans", ["年度", "编号", "单位名称", "金额"], "可能是出借企业编号，也可能是借款企业编号"
    yield "budget", ["年度", "收支", "科目", "项目", "预算数", "执行数"], "都可能是金额"
    yield "income_statement", ["年度", "企业名称", "报表口径", "利润"], "可能是利润总额，也可能是净利润"


@pytest.mark.parametrize(("table", "header", "told"), list(doubts()))
def test_a_header_that_may_mean_two_columns_is_refused_naming_both(table: str, header: list[str], told: str) -> None:
    found = read(PACKAGE.tables[table], header, [["1"] * len(header)])
    assert isinstance(found, list)
    assert told in str(found[0])
    assert "--same" in str(found[0])


@pytest.mark.parametrize(
    ("table", "header", "field", "at"),
    [
        ("income_statement", ["年度", "企业名称", "报表口径", "净利润", "利润"], "total_profit", 4),
        ("company_loans", ["年度", "编号", "单位名称", "借入单位", "金额"], "enterprise_id", 2),
        ("guarantees", ["年度", "编号", "企业编码", "企业名称", "被担保单位"], "enterprise_id", 2),
    ],
)
def test_a_doubtful_header_means_the_required_column_that_no_other_header_is(
    table: str, header: list[str], field: str, at: int
) -> None:
    found = read(PACKAGE.tables[table], header, [])
    assert isinstance(found, Rows)
    assert found.reading.targets[at].field == field


def test_a_word_that_may_be_two_codes_is_refused_naming_both() -> None:
    found = read(PACKAGE.tables["debts"], ["编号", "借款单位", "债务种类"], [["1", "A", "委托贷款"]])
    assert isinstance(found, Rows)
    assert "可能是非标融资，也可能是股东借款" in str(found.faults[0])


def test_an_unknown_code_is_refused_with_the_nearest_and_how_to_say_what_it_is() -> None:
    found = read(PACKAGE.tables["debts"], ["编号", "借款单位", "债务种类"], [["1", "A", "银行的贷款"]])
    assert isinstance(found, Rows)
    assert "像是“银行贷款”" in str(found.faults[0])
    assert '--same "银行的贷款=银行贷款"' in str(found.faults[0])


@pytest.mark.parametrize(
    ("column", "said", "read_as"),
    [
        ("level", "一级", "1"),
        ("level", "2级", "2"),
        ("level", "3", "3"),
        ("start_year", "2015年", "2015"),
        ("start_year", "2015年3月", "2015"),
        ("start_year", "2015.03", "2015"),
        ("start_year", "自2015年起", "2015"),
        ("start_year", "二〇一五年", "2015"),
        ("parent_id", "/", ""),
        ("parent_id", "—", ""),
        ("ownership", "全资", "100"),
        ("ownership", "60%", "60"),
    ],
)
def test_levels_years_and_shares_in_words_are_numbers(column: str, said: str, read_as: str) -> None:
    table = PACKAGE.tables["enterprises"]
    found = read(table, ["企业编码", table.column(column).title], [["QY01", said]])
    assert isinstance(found, Rows)
    assert found.rows[0].texts[column] == read_as


@pytest.mark.parametrize(("column", "said"), [("level", "集团本部"), ("start_year", "年初"), ("ownership", "控股")])
def test_words_that_are_no_number_are_refused(column: str, said: str) -> None:
    table = PACKAGE.tables["enterprises"]
    found = read(table, ["企业编码", table.column(column).title], [["QY01", said]])
    assert isinstance(found, Rows)
    assert said in str(found.faults[0])
