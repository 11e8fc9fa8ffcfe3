"""An opening is last year's closing, or each line that is not is told: from what, to what, why."""

from __future__ import annotations

import pandas as pd
from paths import ROOT

from stateassets.new_book.carry import Step, carried
from stateassets.report import Report
from stateassets.tables.declared_checks import openings, restatements_are_of_openings

report = Report(root=ROOT)
SHEET, TABLE = (report.ledger.frames[name] for name in ("balance_sheet", "restatements"))
SHEET = SHEET.assign(restatement="")  # each test says itself who gives a reason


def faults(told: pd.DataFrame, sheet: pd.DataFrame = SHEET) -> list[str]:
    frames = {"balance_sheet": sheet, "restatements": told}
    return [str(f) for check in (openings, restatements_are_of_openings) for f in check(report.package, frames)]


def with_row(**cells: object) -> pd.DataFrame:
    """The table with other cells in its first row: 2020, F, its own receivables, 9295.28 to 9108.88."""
    changed = TABLE.copy()
    changed.loc[changed.index[0], list(cells)] = list(cells.values())
    return changed


def test_the_sample_says_of_each_line_why_it_opens_otherwise() -> None:
    assert faults(TABLE) == []


def test_a_line_that_nobody_tells_is_named_with_both_numbers() -> None:
    said, *totals = faults(TABLE.iloc[1:])  # the receivables are missing, and with them what rests on them
    assert ["资产总额" in totals[0], "所有者权益" in totals[1]] == [True, True] and len(totals) == 2
    assert "应收款项" in said and "年初数9108.88万元" in said and "上年年末数9295.28万元" in said
    assert "年初数调整表里逐项写明" in said


def test_without_any_line_totals_are_named_too() -> None:
    said = faults(TABLE.iloc[:0])
    assert len(said) == 4 * 4 and any("资产总额" in one for one in said)


def test_an_opening_that_gives_its_reason_in_a_word_needs_no_lines() -> None:
    sheet = SHEET.copy()
    restated = (sheet["moment"] == "opening") & sheet["enterprise_id"].isin(["F", "E", "E1"])
    for year, owner in ((2020, "F"), (2021, "E"), (2021, "E1")):
        own = restated & (sheet["year"] == year) & (sheet["enterprise_id"] == owner)
        own &= sheet["basis"] == ("consolidated" if owner == "E" else sheet["basis"])
        sheet.loc[own & (sheet["basis"] != "elimination"), "restatement"] = "会计政策变更"
    assert faults(TABLE.iloc[:0], sheet) == []


def test_what_matches_nothing_is_named() -> None:
    for cells, words in (
        ({"item": "profit"}, ("项目", "“profit”", "金额项目的列名")),
        ({"enterprise_id": "D3"}, ("企业编号", "D3，2020年没有这一口径的年初数")),
        ({"before": 1.0}, ("上年年末数", "1.00万元", "2019年末的应收款项9295.28万元")),
        ({"after": 1.0}, ("本年年初数", "1.00万元", "2020年初的应收款项9108.88万元")),
    ):
        assert [one for one in faults(with_row(**cells)) if all(word in one for word in words)], words
    cash = SHEET.query("year == 2020 and enterprise_id == 'F' and basis == 'individual' and moment == 'opening'")
    same = float(cash["cash"].iloc[0])
    unmoved = faults(with_row(item="cash", before=same, after=same))
    assert any("货币资金调整前后都是" in one and "没有调整的不必写" in one for one in unmoved)


def test_the_next_years_book_keeps_all_of_them() -> None:
    raw = dict(report.package.tables["restatements"].raw)
    rows = [{key: str(value) for key, value in row.items()} for row in TABLE.to_dict("records")]
    kept = carried([raw], {"restatements": rows}, Step(2023, 2024, True, report.package.region))
    assert kept["restatements"] == rows
    assert carried([raw], {"restatements": rows}, Step(2023, 2024, False, "某省某县"))["restatements"] == []
