"""The chapter that shows how a number is reckoned: what it says is so, and a changed row stays in memory."""

from __future__ import annotations

import json
from fractions import Fraction

import nbformat
import pytest
from paths import ROOT

from stateassets.baseline import supposed
from stateassets.baseline.moves import output_moves
from stateassets.chapters import contents
from stateassets.editions import edition
from stateassets.editions.release import Release
from stateassets.measures.claims import Claim
from stateassets.measures.figures import AGREES, DIFFERS
from stateassets.measures.registry import REGISTRY
from stateassets.pages import one_number as lesson
from stateassets.present.display import Program
from stateassets.report import Report
from stateassets.tables.declared import NoTableError
from stateassets.tables.origins import Origin
from stateassets.tables.validation import fingerprint

SHEET = "balance_sheet"
SENTENCE = "资产总额{total_assets}，{total_assets.yoy}。"


@pytest.fixture(scope="module")
def group(report: Report) -> tuple[int, float]:
    """The row and the assets of the largest group at the end of the year."""
    whose = lesson.largest(report)
    row = report.ledger.rows_of(REGISTRY["total_assets"], whose, report.year)[0]
    return row, report.ledger.value("total_assets", whose, report.year)


# --- a report with one row changed ---------------------------------------------------------------


def test_a_changed_cell_moves_its_sum_and_what_is_reckoned_from_it_and_nothing_else(report, group) -> None:
    row, assets = group
    before, debts = (
        report.ledger.value(name, report.whole, report.year) for name in ("total_assets", "total_liabilities")
    )
    other = report.supposing(SHEET, row, total_assets=assets + 1000)
    now = before + 1000
    assert other.figure("total_assets").value == pytest.approx(now)
    assert other.figure("debt_ratio").value == pytest.approx(100 * debts / now)
    assert other.figure("total_liabilities").value == pytest.approx(debts)
    assert other.figure("revenue").value == report.figure("revenue").value
    assert other.figure("total_assets.last").value == report.figure("total_assets.last").value


def test_neither_the_files_nor_the_report_know_of_it(report, group) -> None:
    files, before = fingerprint(ROOT / "data"), report.figure("total_assets").value
    frame = report.ledger.frames[SHEET].copy()
    report.supposing(SHEET, group[0], total_assets=0, cash=1)
    assert fingerprint(ROOT / "data") == files
    assert report.ledger.frames[SHEET].equals(frame)
    assert Report(root=ROOT).figure("total_assets").value == report.figure("total_assets").value == before


def test_put_back_it_is_as_it_was(report, group) -> None:
    row, assets = group
    back = report.supposing(SHEET, row, total_assets=0).supposing(SHEET, row, total_assets=assets)
    assert back.text(SENTENCE) == report.text(SENTENCE)


def test_words_and_checks_follow_the_changed_number(report, group) -> None:
    row, assets = group
    fell = report.supposing(SHEET, row, total_assets=assets / 10)
    assert "同比增长" in report.text(SENTENCE) and "同比下降" in fell.text(SENTENCE)
    assert (report.figure("total_assets").state, fell.figure("total_assets").state) == (AGREES, DIFFERS)


def test_what_nobody_filed_is_a_sample_even_in_a_table_that_is_real(report, group) -> None:
    real = report.aside()
    real.ledger = real.ledger.supposing(SHEET, group[0], {})
    assert real.ledger.package.tables[SHEET].origin is Origin.SAMPLE
    assert real.ledger.package.tables["claims"].origin is Origin.REAL


def test_a_row_a_column_or_a_table_that_is_not_there_is_told_in_chinese(report) -> None:
    with pytest.raises(ValueError, match="资产负债表没有第1行：行号照Excel的数法，表头是第1行"):
        report.supposing(SHEET, 1, total_assets=0)
    with pytest.raises(ValueError, match="资产负债表没有“assets”列：列名见“数据”一章"):
        report.supposing(SHEET, 2, assets=0)
    with pytest.raises(NoTableError, match="没有“sheet”这张表"):
        report.supposing("sheet", 2)


# --- what the chapter says -----------------------------------------------------------------------


def test_only_consolidated_closing_rows_count(report) -> None:
    table = lesson.rows(report, "total_assets", lesson.largest(report))
    counted = [row[1:3] for row in table.rows if row[-1] == "计入"]
    assert counted == [("合并", "年末")] and len(table.rows) == 6
    assert table.internal and table.origin is Origin.SAMPLE


def test_the_groups_add_up_to_the_district(report) -> None:
    amounts = [float(row[2].text.replace(",", "")) for row in lesson.adding(report, "total_assets").rows]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1])


def test_a_measure_is_shown_as_it_is_registered() -> None:
    formula, facts = lesson.registered("debt_ratio").text, lesson.registered("total_assets").text
    assert "def debt_ratio(total_liabilities, total_assets):" in formula and '"资产负债率"' in formula
    assert formula.endswith("return total_liabilities / total_assets * 100")
    assert "column = 'total_assets'\nwhere = {'moment': ('closing',)}\nhow = 'sum'" in facts


@pytest.mark.parametrize(
    ("kind", "text", "unit", "decimals", "qualifier", "told"),
    [
        ("level", "57.6", "%", 1, "rounded", "不小于57.55%、小于57.65%"),
        ("level", "696.9", "亿元", 1, "rounded", "不小于696.85亿元、小于696.95亿元"),
        ("yoy_pp", "-1.4", "个百分点", 1, "rounded", "大于-1.45个百分点、不大于-1.35个百分点"),
        ("level", "250", "项", 0, "over", "不小于250项"),
        ("level", "93", "万元", 0, "nearly", "不大于93万元"),
        ("level", "19", "户", 0, "exact", "恰好19户"),
        ("level", "5700", "万元", 0, "about", "不小于5650万元、小于5750万元"),
        ("rule", "true", "", 0, "exact", "成立"),
    ],
)
def test_a_printed_number_stands_for_an_interval_in_words(kind, text, unit, decimals, qualifier, told) -> None:
    claim = Claim("c", "区", 2023, "", "", None, "数", kind, text, unit, decimals, qualifier, "")
    assert claim.stands_for == told


def test_the_unrounded_number_lies_in_the_printed_ones_interval(report) -> None:
    number = lesson.unrounded(report.figure("debt_ratio")).removesuffix("%")
    assert Fraction(number) in report.claim("debt_ratio").interval and len(number) > len("57.6")


def test_the_path_goes_from_rows_to_a_sentence(report) -> None:
    steps = dict(lesson.path(report, "debt_ratio", SENTENCE))
    assert list(steps) == ["底表的行", "汇总数", "公式", "计算指标", "核对", "句子"]
    assert steps["公式"] == "负债总额÷资产总额×100" and steps["核对"].endswith("：相符")
    assert steps["句子"] == report.text(SENTENCE)


def test_rows_are_counted_once_though_two_quantities_take_them(report) -> None:
    groups = len(report.ledger.scopes("group"))
    assert lesson.counted(report, "debt_ratio") == lesson.counted(report, "total_assets") == groups


# --- the changed row -----------------------------------------------------------------------------


def slipped(report):
    made = lesson.slip(report, "total_assets")
    return report.supposing(made.table, made.number, total_assets=made.new)


def test_the_slip_turns_the_district_the_other_way_and_tells_nothing_of_the_row(report) -> None:
    change, now = (report.figure(name).value for name in ("total_assets.change", "total_assets"))
    other = slipped(report)
    assert other.figure("total_assets.change").value == pytest.approx(-change)
    assert other.figure("total_assets").value == pytest.approx(now - 2 * change)  # the district's numbers alone
    assert slipped(other).figure("total_assets").value == pytest.approx(now)  # and from a fall to growth


def test_where_nothing_would_be_left_the_slip_is_a_tenth(report, group) -> None:
    row, assets = group
    before, now = (report.figure(name).value for name in ("total_assets.last", "total_assets"))
    tripled = report.supposing(SHEET, row, total_assets=assets - now + 3 * before)
    assert slipped(tripled).figure("total_assets").value == pytest.approx(3 * before * 0.9)


def test_each_guard_sees_it_and_none_cries_without(report, group) -> None:
    row, assets = group
    other = report.supposing(SHEET, row, total_assets=assets / 10)
    assert {fault[0] for fault in lesson.faults(other, SHEET).rows} == {str(row)}
    assert repr(lesson.faults(report, SHEET)) == "勾稽没有发现问题。"
    red = {claim.figure_id for claim in lesson.turned(report, other, SHEET)}
    assert {"total_assets", "total_assets.yoy", "debt_ratio"} <= red
    assert "total_liabilities" not in red and "revenue" not in red
    assert lesson.turned(report, report.supposing(SHEET, row, total_assets=assets), SHEET) == []


def test_the_row_is_told_as_accept_tells_it(report, group) -> None:
    row, assets = group
    told = supposed.rows(report, report.supposing(SHEET, row, total_assets=assets + 1), SHEET).text
    assert told == (
        f"资产负债表第{row}行（ledger/balance_sheet.csv，2023、A、合并、年末）：资产总额 {assets} → {assets + 1}"
    )
    assert supposed.rows(report, report.aside(), SHEET).text == "没有改动"


def test_the_outputs_are_told_as_nbval_tells_them(report, group) -> None:
    other = report.supposing(SHEET, group[0], total_assets=group[1] / 10)
    told = supposed.outputs(report, "one_number", "sentence", report.say(SENTENCE), other.say(SENTENCE)).text
    place = f"{contents(ROOT).place('one_number')}.ipynb"
    code = [c for c in json.loads((ROOT / place).read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    number = [c["id"] for c in code].index("sentence") + 1
    head, *lines = told.splitlines()
    assert head == f"一个数是怎样算出来的（{place}）第{number}个代码格变动3处："
    old, new = (one.figure("total_assets.yoy").phrase for one in (report, other))
    assert f"  数字　资产总额同比增速，全区，2023年：{old} → {new}" in lines
    same = supposed.outputs(report, "one_number", "sentence", report.say(SENTENCE), report.say(SENTENCE))
    assert same.text == "通过：与存档相同"


def test_text_that_keeps_its_lines_is_data_and_a_line_that_moved_is_told() -> None:
    shown = Program("<b>\n甲", "结果")
    assert "&lt;b&gt;\n甲" in shown._repr_html_() and repr(shown) == "<b>\n甲"
    before, after = (
        [{"data": {"text/html": Program(text, "结果")._repr_html_()}}] for text in ("甲 1\n乙", "甲 2\n乙")
    )
    assert [(move.old, move.new) for move in output_moves(before, after, {})] == [("甲 1", "甲 2")]


def test_a_conclusion_that_tells_of_a_slip_in_sample_rows_says_that_they_are(report) -> None:
    printed = report.conclusion("资产总额{total_assets}。")
    assert printed.origin is Origin.REAL
    assert report.conclusion("资产总额{total_assets}。", rests_on=[SHEET]).origin is Origin.SAMPLE
    place = ROOT / f"{contents(ROOT).place('one_number')}.ipynb"
    first = next(c for c in json.loads(place.read_text("utf-8"))["cells"] if c["cell_type"] == "code")
    assert "sa-origin sa-sample" in str(first["outputs"][-1])


# --- editions ------------------------------------------------------------------------------------


def cells_of(metadata: dict) -> list[str]:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("report.checks()")], metadata=metadata)
    return [cell.source for cell in edition.cleaned(made, set()).cells]


def test_every_edition_shows_the_code_of_a_chapter_that_is_about_it_and_of_no_other() -> None:
    assert cells_of({"stateassets": {"code": "shown"}}) == ["report.checks()"]
    assert cells_of({}) == cells_of({"stateassets": {"code": "hidden"}}) == ["#"]
    place = ROOT / f"{contents(ROOT).place('one_number')}.ipynb"
    assert edition.shows_code(json.loads(place.read_text("utf-8"))["metadata"])


def test_the_public_edition_keeps_the_districts_numbers_and_no_enterprise(report, group) -> None:
    release, other = Release(report), report.supposing(SHEET, group[0], total_assets=group[1] / 10)
    names = set(report.ledger.frames["enterprises"]["name_zh"])
    shown = [
        lesson.rows(report, "total_assets", lesson.largest(report)),
        lesson.adding(report, "total_assets"),
        lesson.faults(other, SHEET),
        lesson.moved(report, other, "total_assets", "debt_ratio"),
        supposed.rows(report, other, SHEET),
        supposed.outputs(report, "one_number", "sentence", report.say(SENTENCE), other.say(SENTENCE)),
    ]
    texts = [repr(release(one)) for one in shown]
    assert not any(name in text for name in names for text in texts)
    assert "公开版不列示企业明细" in texts[0] and "公开版不列示企业明细" in texts[4]
    assert report.figure("total_assets").printed in texts[3] and "变动3处" in texts[5]
