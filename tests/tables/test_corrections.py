"""A known error of a source is corrected in one place, in the open, and only while it is there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_data import CELLS, small_data

from stateassets import Report
from stateassets.book.build_cache import Snapshot
from stateassets.book.downloads import rows_page
from stateassets.pages import reference as appendix
from stateassets.present.provenance import origins
from stateassets.tables.corrections import FIELDS, FILE, STATES, Correction
from stateassets.tables.data_errors import DataError
from stateassets.tables.declared import DataPackage
from stateassets.tables.loading import load
from stateassets.tables.validation import fingerprint

GOOD = """
- table: things
  row: {year: 2023, who: 甲}
  column: amount
  was: 12
  now: 21.00
  reason: 数字颠倒
  source: 甲公司更正函
  date: 2024年3月1日
  state: 已确认
- 表: 台账
  行: {年度: 2023, 企业: 乙}
  列: 金额
  原值: 一二
  改为: 12
  理由: 写成了汉字
  依据: 电话核实
  日期: 2024-03-02
  状态: 待核实
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one small table."""
    return small_data(tmp_path)


def loaded(folder: Path, text: str):
    (folder / FILE).write_text(text, "utf-8")
    found = load(DataPackage.read(folder))
    return found.frames, found.corrections


def refused(folder: Path, text: str) -> str:
    with pytest.raises(DataError) as caught:
        loaded(folder, text)
    return str(caught.value)


def changed(**parts: str | None) -> str:
    """The first entry, some of its parts otherwise or (None) gone."""
    lines = (line.strip().split(": ", 1) for line in GOOD.splitlines()[2:10])
    entry = {"table": "things", **dict(lines)}
    entry.update({k: v for k, v in parts.items() if v is not None})
    kept = [f"{k}: {v}" for k, v in entry.items() if not (k in parts and parts[k] is None)]
    return "- " + "\n  ".join(kept) + "\n"


def test_cells_are_corrected_before_they_are_checked(folder: Path) -> None:
    frames, made = loaded(folder, GOOD)
    assert list(frames["things"]["amount"]) == [1234.5, 21.0, 12.0]
    assert [(entry.at, entry.column) for entry in made] == [(3, "amount"), (4, "amount")]
    assert [entry.date for entry in made] == ["2024-03-01", "2024-03-02"]


@pytest.mark.parametrize("text", ["", "# 还没有更正\n", "[]\n"])
def test_a_file_without_entries_changes_nothing(folder: Path, text: str) -> None:
    (folder / "things.csv").write_text(CELLS.replace("一二", "12"), "utf-8")
    assert loaded(folder, text)[1] == ()


def test_a_cell_can_be_marked_without_being_changed(folder: Path) -> None:
    (folder / "things.csv").write_text(CELLS.replace("一二", "12"), "utf-8")
    frames, made = loaded(folder, changed(now=None, flag="true"))
    assert list(frames["things"]["amount"]) == [1234.5, 12.0, 12.0]
    assert made[0].now is None and "只标记" in made[0].changed


def test_values_are_recognised_however_they_are_written(folder: Path) -> None:
    (folder / "things.csv").write_text(CELLS.replace("一二", "12"), "utf-8")
    entry = changed(row="{年度: 2022, 类别: 单户, 日期: 2022/5/8}", was="1234.5", now="１,３００")
    assert loaded(folder, entry)[0]["things"]["amount"][0] == 1300
    coded = changed(column="类别", was="单户", now="合并")
    assert loaded(folder, coded)[0]["things"]["kind"][1] == "all"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"was": "13"}, ("对不上", "things.csv第3行", "现在是“12.00”", "原值“13”", "删去这一条")),
        ({"row": "{year: 2021, who: 甲}"}, ("找不到这一行", "年度2021")),
        ({"row": "{who: 甲}"}, ("找到2行", "正好一行")),
        ({"table": "nothing"}, ("表“nothing”没有登记", "datapackage.json")),
        ({"column": "profit"}, ("列“profit”不在台账里", "金额")),
        ({"row": "{years: 2023}"}, ("列“years”不在台账里",)),
        ({"row": "甲"}, ("“行”（row）写法不对",)),
        ({"row": "{year: [2023]}"}, ("“行”（row）写法不对",)),
        ({"reason": "[甲]"}, ("“理由”（reason）写法不对",)),
        ({"reason": ""}, ("“理由”（reason）空着",)),
        ({"date": "三月"}, ("“日期”（date）空着或看不懂", "2024-03-01")),
        ({"state": "随便"}, ("“状态”（state）是“随便”", *STATES)),
        ({"now": None}, ("“改为”（now）和“只标记”（flag）正好写一个",)),
        ({"flag": "true"}, ("“改为”（now）和“只标记”（flag）正好写一个",)),
        ({"now": None, "flag": "false"}, ("“只标记”（flag）是“false”",)),
        ({"now": "很多"}, ("要改为“很多”", "符合这一列类型的值")),
        ({"now": "12.00"}, ("改前改后一样",)),
        ({"note": "甲"}, ("有不认识的“note”", "“理由”（reason）")),
    ],
)
def test_an_entry_that_does_not_fit_is_named(folder: Path, parts, words) -> None:
    said = refused(folder, changed(**parts))
    for word in (FILE, "第1条", *words):
        assert word in said, said


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in ("now", "flag")])
def test_a_missing_part_is_named(folder: Path, name: str) -> None:
    assert f"缺少“{FIELDS[name]}”（{name}）" in refused(folder, changed(**{name: None}))


def test_a_fault_says_where_in_the_file_the_entry_begins(folder: Path) -> None:
    said = refused(folder, GOOD.replace("原值: 一二", "原值: 二一"))
    assert f"{FILE}第11行：第2条对不上" in said


def test_two_entries_for_one_cell_are_refused(folder: Path) -> None:
    said = refused(folder, GOOD + changed(row="{who: 甲, year: 2023}"))
    assert "第3条与第1条改的是同一格" in said


def test_a_part_written_twice_is_refused(folder: Path) -> None:
    assert "“原值”（was）写了两次" in refused(folder, changed() + "  原值: 12\n")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("table: things\n", "不是清单"),
        ("- things\n", "不是“名称: 值”的样子"),
        ("- table: [\n", "不是正确的YAML"),
        ("- table: !!python/object/apply:os.system ['true']\n", "不允许的标记"),
        ("[" * 5000, "不是正确的YAML"),
        ("- &a [*a]\n", "不是“名称: 值”的样子"),
        ("- date: 2024-13-45\n", "里有不存在的日期"),
    ],
)
def test_what_is_no_list_of_corrections_is_refused(folder: Path, text: str, word: str) -> None:
    assert word in refused(folder, text)


def test_a_check_that_finds_a_corrected_value_wrong_says_that_it_was_corrected(folder) -> None:
    said = refused(folder, GOOD.replace("now: 21.00", "now: 99999999999"))
    assert "更正后的值，原为“12”" in said


def test_a_changed_correction_makes_every_chapter_and_check_run_again(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    before = Snapshot.take(folder, {}).code, fingerprint(data)
    (data / FILE).write_text(GOOD, "utf-8")
    after = Snapshot.take(folder, {}).code, fingerprint(data)
    (data / FILE).write_text("", "utf-8")
    last = Snapshot.take(folder, {}).code, fingerprint(data)
    assert len({before[0], after[0], last[0]}) == len({before[1], after[1], last[1]}) == 3


def entry_at(report: Report, row: int) -> Correction:
    """A correction of total assets in a row of the balance sheet; its words hold markup."""
    return Correction(
        1,
        1,
        "balance_sheet",
        {"year": "2023", "basis": "consolidated"},
        "total_assets",
        "1.00",
        "2.00",
        "<b>颠倒</b>",
        "函",
        "2024-03-01",
        STATES[0],
        row,
    )


def test_the_book_lists_corrections_and_marks_the_figures_that_rest_on_them(report: Report) -> None:
    figure = report.figure("total_assets")
    assert "没有更正" in repr(appendix.corrections(report))
    assert "有更正" not in repr(origins(report, [figure]))
    rows = report.ledger.rows_of(figure.measure, figure.scope, figure.year)
    report.package = replace(report.package, corrections=(entry_at(report, rows[0]),))
    said = origins(report, [figure])
    assert f"第{rows[0]}行“资产总额”有更正：1.00改为2.00（待核实" in repr(said)
    assert "#corrections" in said._repr_html_() and "<b>颠倒" not in said._repr_html_()
    listed = appendix.corrections(report)
    assert "报表口径合并" in repr(listed) and "颠倒" in repr(listed)
    assert "<b>颠倒" not in listed._repr_html_() and 'id="corrections"' in listed._repr_html_()
    debts = report.figure("total_assets", year=report.year - 1)
    assert "有更正" not in repr(origins(report, [debts]))


def test_the_page_of_a_tables_rows_marks_a_corrected_cell(folder: Path) -> None:
    _, made = loaded(folder, GOOD)
    resource = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"][0]
    page = rows_page(resource, Path("things.csv"), folder / "things.csv", made)
    assert "12.00（已确认：12改为21.00）" in page
    assert "更正" not in rows_page(resource, Path("things.csv"), folder / "things.csv")
