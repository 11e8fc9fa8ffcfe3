"""Ledgers as they come: what is read, what is refused, what is shown, and that nothing is half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import ROOT, declared, empty, headers, rows_of, small_report, typed, workbook
from many import every
from waiting import LONGEST

from stateassets.cli.main import main
from stateassets.importing import Plan, plan
from stateassets.importing.cells import Cleaner, UnclearError
from stateassets.importing.files import raw
from stateassets.importing.telling import lines
from stateassets.tables import archives
from stateassets.tables import atomic as replacing
from stateassets.tables.data_errors import DataError
from stateassets.tables.declared import Column
from stateassets.tables.validation import check

SMALL = ("enterprises", "budget", "headcount", "value_added", "rules", "payroll")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A report of few tables: quick to check."""
    return small_report(tmp_path / "报告", *SMALL)


def told(made: Plan) -> str:
    return "\n".join(lines(made))


def change(made: Plan, name: str):
    return next(c for c in made.changes if c.name == name)


def refused(made: Plan, *words: object) -> str:
    """The one refusal that holds all the words; nothing can be written."""
    found = [str(f) for f in made.refused if all(str(word) in str(f) for word in words)]
    assert found, (words, [str(f) for f in made.refused])
    before = {p: p.read_bytes() for p in made.folder.rglob("*") if p.is_file()}
    with pytest.raises(DataError):
        made.write()
    assert before == {p: p.read_bytes() for p in made.folder.rglob("*") if p.is_file()}
    return found[0]


# --- cells ---------------------------------------------------------------------------------------


def cell(
    value: object,
    kind: str = "number",
    unit: str = "万元",
    said: str = "",
    name: str = "x",
    labels: dict[str, str] | None = None,
) -> str:
    column = Column(name, "列", kind, unit, "", False)
    return Cleaner(column, labels or {}, said).read(value)[0]


@every(
    ("value", "said", "made"),
    [
        ("1,234.5", "", "1234.50"),
        ("１２３４．５", "", "1234.50"),
        ("12,345,678.90", "元", "1234.56789"),
        (Decimal("1234567.89"), "元", "123.456789"),
        ("0.5", "亿元", "5000.00"),
        ("3亿元", "", "30000.00"),
        ("20000元", "", "2.00"),
        ("5000千元", "", "500.00"),
        ("(1,234.50)", "", "-1234.50"),
        ("（12）", "", "-12.00"),
        ("−7", "", "-7.00"),
        ("￥8.00", "", "0.0008"),
        ("￥8.00", "万元", "8.00"),
        ("￥8.00万元", "", "8.00"),
        ("3亿", "", "30000.00"),
        ("RMB 500", "", "0.05"),
        ("-￥500", "", "-0.05"),
        ("—", "", ""),
        ("0.001", "元", "0.00"),
    ],
)
def test_an_amount_is_read_in_ten_thousands_whatever_the_file_states(value, said, made):
    assert cell(value, said=said) == made


@every(
    "value",
    [
        "1e400",
        "nan",
        "inf",
        "-inf",
        "1,23",
        "1.2.3",
        "约3",
        "=1+1",
        "5%",
        "3平方米",
        "9" * 16,
        "9" * 400,
        "1_000",
        "0x10",
    ],
)
def test_what_is_no_amount_in_one_reading_is_refused(value):
    with pytest.raises(UnclearError):
        cell(value)


@pytest.mark.parametrize(
    "value",
    [
        "2023年5月8日",
        "二〇二三年五月八日",
        "二零二三年五月八日",
        "2023/5/8",
        "2023.5.8",
        "20230508",
        "２０２３－０５－０８",
        "2023-05-08 00:00:00",
        Decimal(45054),
        "45054",
        date(2023, 5, 8),
        datetime(2023, 5, 8, 9, 30),
    ],
)
def test_a_date_is_read_in_every_usual_way(value):
    assert cell(value, "date", "") == "2023-05-08"


@pytest.mark.parametrize("value", ["2023年13月1日", "五月八日", "2023", "99999", "2023-02-30", "明年"])
def test_what_is_no_date_is_refused(value):
    with pytest.raises(UnclearError):
        cell(value, "date", "")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("24/5/6", "年份不是四位"),
        ("6/5/2024", "年份写在后面"),
        ("2024.1", "没有写是哪一日"),
        (Decimal("2024.1"), "没有写是哪一日"),
        ("2024年5月", "没有写是哪一日"),
        ("2024年", "只有年份"),
    ],
)
def test_what_a_date_lacks_is_told(value, told):
    with pytest.raises(UnclearError) as error:
        cell(value, "date", "")
    assert told in error.value.found
    assert ("2024.10" in error.value.advice) == (str(value) == "2024.1")


def test_a_number_that_has_words_is_told_with_them(root):
    assert cell("按月", "integer", "", labels={"按月": "1", "1": "1"}) == "1"
    with pytest.raises(UnclearError) as error:
        cell("两周", "integer", "", labels={"1": "1", "按月": "1", "每月": "1", "按年": "12"})
    assert error.value.expected == "整数，也可以写按月、按年"


@pytest.mark.parametrize(("value", "made"), [("55%", "55"), (Decimal("5.5"), "5.5"), ("5.50％", "5.50")])
def test_a_percentage_keeps_its_number(value, made):
    assert cell(value, unit="%") == made


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        ("year", "2023年", "2023"),
        ("year", "二〇二三年度", "2023"),
        ("month", "十二月", "12"),
        ("quarter", "第三季度", "3"),
    ],
)
def test_a_period_is_read_in_words(name, value, made):
    assert cell(value, "integer", "", name=name) == made


def test_a_count_must_be_whole():
    assert cell("35人", "integer", "人") == "35"
    with pytest.raises(UnclearError):
        cell("35.5", "integer", "人")


def test_what_is_only_about_right_is_no_amount():
    with pytest.raises(UnclearError, match="是约数") as caught:
        cell("120左右")
    assert caught.value.advice == "填准确的数"


def test_text_loses_what_cannot_be_seen_and_nothing_else():
    assert cell("甲\u202e公司\u200b\n<b>", "string", "") == "甲公司 <b>"
    assert cell("合并", "string", "", labels={"合并": "consolidated"}) == "consolidated"


@pytest.mark.parametrize("value", ["=cmd|'/c calc'!A1", "@SUM(1)", "+A1", "#REF!", "字" * 2001])
def test_text_that_would_act_is_refused(value):
    with pytest.raises(UnclearError):
        cell(value, "string", "")


# --- ledgers -------------------------------------------------------------------------------------


def budget_in_yuan(root: Path) -> list[list[object]]:
    """The year's budget as a finance office keeps it: titles, two header rows, 元, totals, notes."""
    rows: list[list[object]] = [
        ["某区2023年国有资本经营预算表"],
        ["编制单位：国资监管部门", None, None, "单位：元"],
        [],
        ["收 支", "预算项目", None, "金额"],
        [None, "科目", "项目", None],
    ]
    words = declared("budget")["labels"]
    for row in rows_of(root, "budget"):
        if row["year"] == "2023":
            yuan = Decimal(row["amount"]) * 10_000
            rows.append([words["side"][row["side"]], words["category"][row["category"]], row["line"], f"{yuan:,.2f}"])
    return [*rows[:9], [], *rows[9:], ["合　计", None, None, "1.00"], ["注：不含结转", None, None, None]]


def test_a_ledger_with_titles_merged_headers_yuan_and_totals_is_read(root, tmp_path):
    path = workbook(tmp_path / "预算.xlsx", budget_in_yuan(root), "收支", ["A1:D1", "B4:C4", "A4:A5", "D4:D5"])
    made = plan(root, [path])
    assert not made.refused and made.empty
    found = change(made, "budget")
    assert found.same == sum(r["year"] == "2023" for r in rows_of(root, "budget"))
    text = told(made)
    assert "预算.xlsx“收支”表 → 国有资本经营预算表" in text and "标明单位：元" in text
    assert "换算为万元" in text and "千位分隔符" in text
    assert "换成规定的说法" not in text and "revenue" not in text  # the table's own words are no change
    assert "合计行不导入：1处" in text and "表下的说明不导入：1处" in text
    assert "没有这一列，按标题填写" in text and "与现有的表相同" in text


def test_the_same_ledger_in_gbk_without_merged_cells_is_read(root, tmp_path):
    path = tmp_path / "国有资本经营预算表.csv"
    lines_ = (",".join(f'"{c or ""}"' for c in row) for row in budget_in_yuan(root))
    path.write_bytes("\r\n".join(lines_).encode("gbk"))
    made = plan(root, [path])
    assert not made.refused and made.empty and change(made, "budget").same > 5


def test_opening_and_closing_columns_become_rows(tmp_path):
    """年初数 and 年末数 side by side under each item, as a balance sheet has them."""
    root = small_report(tmp_path / "报告", "enterprises", "balance_sheet")
    fields = [f for f in declared("balance_sheet")["schema"]["fields"] if f.get("unit")]
    rows = [r for r in rows_of(root, "balance_sheet") if r["year"] == "2023" and r["basis"] == "individual"]
    names = {r["enterprise_id"]: r["name_zh"] for r in rows_of(root, "enterprises")}
    top: list[object] = ["单位名称"]
    below: list[object] = [None]
    for f in fields:
        top += [f["title"], None]
        below += ["年初数", "年末数"]
    body = []
    for key in dict.fromkeys(r["enterprise_id"] for r in rows):
        both = {r["moment"]: r for r in rows if r["enterprise_id"] == key}
        body.append([names[key], *(float(both[m][f["name"]]) for f in fields for m in ("opening", "closing"))])
    merge = [
        f"{openpyxl.utils.get_column_letter(2 * i + 2)}2:{openpyxl.utils.get_column_letter(2 * i + 3)}2"
        for i in range(len(fields))
    ]
    path = workbook(
        tmp_path / "汇总.xlsx", [["2023年资产负债表（单户）　单位：万元"], top, below, *body], "汇总", merge
    )
    made = plan(root, [path])
    assert not made.refused, told(made)
    assert made.empty and change(made, "balance_sheet").same == len(rows) == 38


def test_a_cell_merged_downwards_holds_for_each_row(root, tmp_path):
    rows = [r for r in rows_of(root, "headcount") if r["year"] == "2023" and r["enterprise_id"] == "A"]
    body = [
        [2023 if i == 0 else None, int(r["month"]), "一级企业A" if i == 0 else None, int(r["headcount"])]
        for i, r in enumerate(rows)
    ]
    path = workbook(
        tmp_path / "x.xlsx", [["年度", "月份", "企业名称", "职工人数"], *body], "职工人数月报", ["A2:A13", "C2:C13"]
    )
    made = plan(root, [path])
    assert not made.refused and made.empty and change(made, "headcount").same == 12
    assert change(made, "headcount").kept == len(rows_of(root, "headcount")) - 12


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            ["年度", "编号", "制度", "类别", "新增或修订", "印发日期"],
            ["2023年", "SR099", "示例办法", "财务", "新增", "二〇二三年五月八日"],
        ),
        (
            ["编号", "制 度", "类别", "新增或修订", "印发日期\n", "备注二"],
            ["SR099", "示例办法", "财务", "新增", 45054, "x"],
        ),
    ],
)
def test_a_new_row_is_written_in_the_tables_own_notation(root, tmp_path, header, row):
    words = declared("rules")["labels"]
    row = [{"财务": words["kind"]["finance"], "新增": words["change"]["new"]}.get(c, c) for c in row]
    made = plan(root, [workbook(tmp_path / "制度.xlsx", [header, row], "监管制度清单")], year=2023)
    assert not made.refused, told(made)
    made.write()
    new = [text for text in rows_of(root, "rules")[-1].values() if text]
    assert new == ["2023", "SR099", "示例办法", "finance", "new", "2023-05-08"]
    assert check(root / "data") == []


@pytest.mark.slow
def test_every_table_goes_through_the_workbook_of_its_headers_and_back(tmp_path):
    """One sheet a table, named by its title; notes are no table."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    names = [r["name"] for r in package["resources"]]
    root = small_report(tmp_path / "报告", *names)
    book = openpyxl.Workbook()
    book.active.title = "填写说明"
    for name in names:
        sheet = book.create_sheet(declared(name)["title"][:31])
        sheet.append(headers(name))
        for row in rows_of(root, name):
            sheet.append(typed(name, row))
    book.save(tmp_path / "底表.xlsx")
    made = plan(root, [tmp_path / "底表.xlsx"])
    assert not made.refused and made.empty and made.ignored == ["底表.xlsx“填写说明”表"]
    assert {c.name: c.same for c in made.changes} == {n: len(rows_of(root, n)) for n in names}


# --- which table, which column -------------------------------------------------------------------


def test_a_sheet_that_may_be_two_tables_is_asked_about(tmp_path):
    root = small_report(
        tmp_path / "报告",
        "enterprises",
        "inspection_findings",
        "property_registration",
        "party_reports",
        "platform_modules",
    )
    path = workbook(tmp_path / "a.xlsx", [["年度", "编号"], [2023, "X1"]])
    refused(plan(root, [path]), "a.xlsx", "可能是", "专题报告", "监管平台模块", "--table")


def test_the_table_can_be_said(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["年度", "月份", "企业", "平均人数"], [2023, 1, "一级企业A", 999]])
    assert refused(plan(root, [path], tables=["没有的表"]), "没有名叫“没有的表”的表")
    made = plan(root, [path], tables=["Sheet1=职工人数月报"])
    assert made.routes[0].table == "headcount" and not made.refused
    (one,) = change(made, "headcount").changed
    old = next(
        r["headcount"]
        for r in rows_of(root, "headcount")
        if (r["year"], r["month"], r["enterprise_id"]) == ("2023", "1", "A")
    )
    assert one.cells == (("月平均职工人数", old, "999"),)
    assert f"“{old}”→“999”（a.xlsx“Sheet1”表第2行）" in str(one)


def test_a_file_that_is_no_table_is_refused_and_a_year_is_asked_for(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["甲", "乙"], [1, 2]])
    refused(plan(root, [path]), "a.xlsx", "认不出是哪张表", "--table")
    path = workbook(tmp_path / "c.xlsx", [["月份", "职工人数", "心得"], [1, 9, "好"]])
    told = refused(plan(root, [path]), "认不出是哪张表，最像职工人数月报", "--table 职工人数月报")
    assert "认得的列：月份、职工人数；认不得的列：心得；还缺：年度、企业编号" in told
    path = workbook(tmp_path / "b.xlsx", [["月份", "企业", "职工人数"], [1, "A", 9]], "职工人数月报")
    refused(plan(root, [path]), "没有年度", "--year", "应为：能认出每一行的列")


def test_a_column_in_a_unit_of_something_else_is_refused(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["年度", "月份", "企业编号", "月平均职工人数（万元）"], [2023, 1, "A", 9]])
    refused(plan(root, [path]), "第1行“月平均职工人数（万元）”列", "单位是“万元”", "人")


def test_two_units_for_one_sheet_are_refused(root, tmp_path):
    rows = budget_in_yuan(root)
    rows[0] = ["2023年国有资本经营预算表（单位：万元）"]
    refused(plan(root, [workbook(tmp_path / "a.xlsx", rows)]), ["“万元或元”", "元或万元”"][0][:3])


def test_an_unknown_name_is_refused_with_the_near_one(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [headers("headcount"), [2023, 1, "一级企业Ａ公司", 9]])
    words = refused(plan(root, [path]), "a.xlsx“Sheet1”表第2行“企业编号”列", "找不到")
    assert "是不是“一级企业A”？" in words


def test_an_id_and_a_name_that_disagree_are_refused(root, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        [["年度", "月份", "企业编号", "企业名称", "月平均职工人数"], [2023, 1, "A", "一级企业B", 9]],
    )
    refused(plan(root, [path]), "第2行", "不是同一个")


# --- changes -------------------------------------------------------------------------------------

HEAD = ["年度", "月份", "企业编号", "月平均职工人数"]


def test_a_corrected_file_replaces_its_rows_and_the_same_file_then_changes_nothing(root, tmp_path):
    before = rows_of(root, "headcount")
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 777], [2023, 2, "A", 778]])
    made = plan(root, [path])
    made.write()
    after = rows_of(root, "headcount")
    moved = [(b, a) for b, a in zip(before, after, strict=True) if a != b]
    assert [a["headcount"] for _, a in moved] == ["777", "778"] and check(root / "data") == []
    content = {p: p.read_bytes() for p in (root / "data").rglob("*.csv")}
    again = plan(root, [path])
    assert again.empty and "与现有的表相同" in told(again)
    again.write()
    assert content == {p: p.read_bytes() for p in (root / "data").rglob("*.csv")}


def test_rows_that_the_file_lacks_stay_unless_the_year_is_replaced(root, tmp_path):
    rows = rows_of(root, "rules")
    path = workbook(tmp_path / "a.xlsx", [headers("rules"), *(typed("rules", r) for r in rows[1:])])
    assert change(plan(root, [path]), "rules").kept == 1
    made = plan(root, [path], whole=True)
    assert change(made, "rules").removed == [rows[0]["id"]] and "删去1行" in told(made)
    made.write()
    assert rows_of(root, "rules") == rows[1:]


def test_two_rows_of_a_file_for_one_row_of_the_table_are_refused(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 9], [2023, 1, "A", 10]])
    refused(plan(root, [path]), "第3行", "第2行重复而内容不同")


def test_a_fault_that_the_import_would_bring_is_told_in_the_files_own_rows(root, tmp_path):
    row = next(r for r in rows_of(root, "value_added") if r["year"] == "2023")
    cells = typed("value_added", row)
    cells[-1] += 5
    path = workbook(tmp_path / "a.xlsx", [["说明性标题"], headers("value_added"), cells])
    words = refused(plan(root, [path]), "a.xlsx“Sheet1”表第3行“增加值（万元）”列", "差5.00万元")
    assert "与各项之和" in words


def test_the_first_table_of_an_unfilled_book_can_be_imported_and_a_wrong_one_cannot(root, tmp_path):
    filled = {name: rows_of(root, name) for name in ("enterprises", "value_added")}
    for name in SMALL:
        empty(root, name)
    for name, rows in filled.items():
        body = [typed(name, r) for r in rows if r.get("year", "2023") == "2023"]
        path = workbook(tmp_path / f"{name}.xlsx", [headers(name), *body])
        made = plan(root, [path])
        assert not made.refused, told(made)
        made.write()
    assert any("2022" in fault.found for fault in made.gaps) and "还缺的数据" in told(made)
    assert len(rows_of(root, "value_added")) == sum(r["year"] == "2023" for r in filled["value_added"])
    cells = typed("value_added", next(r for r in filled["value_added"] if r["year"] == "2022"))
    cells[-1] += 5
    refused(plan(root, [workbook(tmp_path / "x.xlsx", [headers("value_added"), cells])]), "差5.00万元")


# --- all or nothing ------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def two_changes(root: Path, tmp_path: Path) -> Plan:
    one = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 777]])
    row = typed("rules", rows_of(root, "rules")[0])
    two = workbook(tmp_path / "b.xlsx", [headers("rules"), [*row[:2], "改过的名称", *row[3:]]])
    made = plan(root, [one, two])
    assert len(made.files) == 2, told(made)
    return made


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_write_that_fails_at_any_file_leaves_all_files_as_they_were(root, tmp_path, monkeypatch, failing):
    made, before = two_changes(root, tmp_path), contents(root / "data")
    real, calls = os.replace, []

    def replace(source, target):
        calls.append(target)
        if len(calls) == failing + 1:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(DataError, match=r"写不进去.*原来的文件没有变"):
        made.write()
    assert contents(root / "data") == before and len(calls) > failing


def test_a_table_changed_between_showing_and_writing_is_not_overwritten(root, tmp_path):
    made = two_changes(root, tmp_path)
    path = root / "data/ledger/rules.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    before = contents(root / "data")
    with pytest.raises(DataError, match="刚刚被别的程序改过"):
        made.write()
    assert contents(root / "data") == before


KILLED = """
import os, signal, sys
from pathlib import Path
from stateassets.tables.atomic import replace_all
real, done = os.replace, []
def replace(source, target):
    if len(done) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(target)
    real(source, target)
os.replace = replace
replace_all(Path(sys.argv[1]), {"a.csv": b"new a", "b.csv": b"new b", "c.csv": b"new c"})
"""


@pytest.mark.parametrize("after", range(4))
def test_killed_in_the_middle_the_next_run_finds_the_old_files(tmp_path, after):
    """After 0: before the journal stands; then after each file that was replaced."""
    (tmp_path / "a.csv").write_bytes(b"old a")
    (tmp_path / "b.csv").write_bytes(b"old b")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(after)], cwd=ROOT, check=False, timeout=LONGEST
    )
    assert ended.returncode == -signal.SIGKILL
    if after > 1:
        assert (tmp_path / "a.csv").read_bytes() == b"new a"  # it was really in the middle
    assert replacing.recover(tmp_path) == (after > 0)
    assert contents(tmp_path) == {"a.csv": b"old a", "b.csv": b"old b"}
    replacing.replace_all(tmp_path, {"a.csv": b"new a"})
    assert contents(tmp_path) == {"a.csv": b"new a", "b.csv": b"old b"}


def test_checking_the_data_first_undoes_an_interrupted_import(root):
    path, work = root / "data/ledger/budget.csv", root / "data" / replacing.WORK
    before = path.read_bytes()
    replacing._prepare(root / "data", {"ledger/budget.csv": b"half"})
    path.write_bytes(b"half")
    assert check(root / "data") == []
    assert path.read_bytes() == before and not work.exists()


# --- hostile files -------------------------------------------------------------------------------


def spoiled(path: Path, part: str, change) -> Path:
    """A workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_unpacks_to_too_much_is_refused_unopened(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [HEAD])
    spoiled(path, SHEET, lambda text: b" " * (archives.MOST_BYTES + 1))
    refused(plan(root, [path]), "a.xlsx", "展开后有", "分成几个文件")
    assert path.stat().st_size < 2**20


@pytest.mark.parametrize("number", [b"1048577", b"99999999999999"])
def test_rows_beyond_excels_last_are_refused(root, tmp_path, number):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 9]])
    spoiled(path, SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="' + number + b'"'))
    refused(plan(root, [path]), "a.xlsx", "行")


def test_more_rows_than_any_ledger_are_refused(root, tmp_path, monkeypatch):
    monkeypatch.setattr(raw, "MOST_ROWS", 3)
    path = workbook(tmp_path / "a.xlsx", [HEAD, *([2023, m, "A", 9] for m in range(1, 5))])
    refused(plan(root, [path]), "a.xlsx", "行数太多", "不超过3行")
    path = tmp_path / "a.csv"
    path.write_text("年度\n" * 5, "utf-8")
    refused(plan(root, [path]), "a.csv", "行数太多")


def test_a_formula_without_result_and_an_error_of_excels_are_refused(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", "=1+1"]])
    refused(plan(root, [path]), "a.xlsx“Sheet1”表第2行“D”列", "公式没有计算结果", "重新保存")
    path = workbook(tmp_path / "b.xlsx", [HEAD, [2023, 1, "A", "#DIV/0!"]])
    refused(plan(root, [path]), "公式出错：#DIV/0!")


@pytest.mark.parametrize("value", [b"1e400", b"NaN", b"INF", b"9" * 5000, b"1e15"])
def test_numbers_that_are_none_are_refused(root, tmp_path, value):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 987]])
    spoiled(path, SHEET, lambda text: text.replace(b"<v>987</v>", b"<v>" + value + b"</v>"))
    refused(plan(root, [path]), "a.xlsx")


def test_a_workbook_with_definitions_of_its_own_is_refused(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [HEAD])
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]>'
    spoiled(path, SHEET, lambda text: bomb + text)
    refused(plan(root, [path]), "a.xlsx", "不该有的定义")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 600, "加了密码"),
        ("a.xlsx", b"PK\x03\x04 no zip", "损坏"),
        ("a.xlsx", b"", "是空文件"),
        ("a.xls", b"x", "不是Excel工作簿"),
        ("a.xls", b"x\x01", "另存为"),
        ("a.csv", b"\xff\xfe\x00", "编码的文本文件"),
        ("a\u202e\n.doc", b"x", "不认识的文件类型"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(root, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    assert "\u202e" not in refused(plan(root, [tmp_path / name]), words)


def test_a_missing_file_and_a_good_one_together_write_nothing(root, tmp_path):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 777]])
    refused(plan(root, [path, tmp_path / "没有.xlsx"]), "没有.xlsx", "没有这个文件")


# --- the command ---------------------------------------------------------------------------------


def test_the_command_shows_and_writes_only_when_told(root, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 777]])
    before = contents(root / "data")
    words = ["import", str(path), "--root", str(root)]
    assert main([*words, "--dry-run"]) == 0 and main(words) == 0
    out = capsys.readouterr().out
    assert "更正1行" in out and "加--yes写入" in out and contents(root / "data") == before
    assert main([*words, "--yes", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["written"] and answer["changes"][0]["changed"][0]["cells"][0][2] == "777"
    assert contents(root / "data") != before
    assert main(["import", "--root", str(root)]) == 2


@pytest.mark.parametrize(("answer", "written"), [("是", True), ("y", False), ("", False)])
def test_on_a_terminal_only_the_word_writes(root, tmp_path, monkeypatch, answer, written):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", 777]])
    before = contents(root / "data")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    assert main(["import", str(path), "--root", str(root)]) == 0
    assert (contents(root / "data") != before) == written


def test_a_refusal_fails_the_command_and_writes_nothing(root, tmp_path, capsys):
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 1, "A", "许多"]])
    before = contents(root / "data")
    assert main(["import", str(path), "--root", str(root), "--yes"]) == 1
    out = capsys.readouterr().out
    assert "“许多”；应为：整数" in out and "什么也没有写入" in out and contents(root / "data") == before


# --- there and back ------------------------------------------------------------------------------

ODD = st.fixed_dictionaries(
    {
        "table": st.sampled_from(["budget", "payroll", "headcount", "value_added", "rules"]),
        "unit": st.sampled_from(["元", "千元", "万元", "亿元"]),
        "where": st.sampled_from(["title", "header"]),
        "wide": st.booleans(),
        "commas": st.booleans(),
        "as_text": st.booleans(),
        "chinese_dates": st.booleans(),
        "names": st.booleans(),
        "totals": st.booleans(),
        "gaps": st.booleans(),
        "order": st.randoms(use_true_random=False),
    }
)
PER = {"元": Decimal(10_000), "千元": Decimal(10), "万元": Decimal(1), "亿元": Decimal("0.0001")}
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def odd_cell(text: str, column: dict, table: dict, odd: dict, names: dict[str, str]) -> object:
    """One cell as somebody might keep it."""
    if not text:
        return None
    if column["name"] in table.get("labels", {}):
        return table["labels"][column["name"]].get(text, text)
    if column["name"] == "enterprise_id" and odd["names"]:
        return names[text]
    if column["type"] == "date":
        day = date.fromisoformat(text)
        return f"{day.year}年{day.month}月{day.day}日" if odd["chinese_dates"] else day
    if column["type"] not in ("number", "integer"):
        return text
    number = Decimal(text) * (PER[odd["unit"]] if column.get("unit") == "万元" else 1)
    if not odd["as_text"]:
        return number
    said = f"{number:,f}" if odd["commas"] and column.get("unit") else f"{number:f}"
    return said.translate(WIDE) if odd["wide"] else said


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=ODD)
def test_a_table_in_any_odd_format_comes_back_as_the_same_rows(tmp_path_factory, odd):
    folder = tmp_path_factory.mktemp("odd")
    root = small_report(folder / "报告", *SMALL)
    name, table = odd["table"], declared(odd["table"])
    before = (root / "data" / table["path"]).read_bytes()
    names = {r["enterprise_id"]: r["name_zh"] for r in rows_of(root, "enterprises")}
    fields = list(table["schema"]["fields"])
    odd["order"].shuffle(fields)
    money = f"（{odd['unit']}）" if odd["where"] == "header" else ""
    sheet = [
        [f"{table['title']}　单位：{odd['unit']}" if odd["where"] == "title" else table["title"]],
        [f["title"] + (money if f.get("unit") == "万元" else "") for f in fields],
    ]
    for at, row in enumerate(rows_of(root, name)):
        if odd["gaps"] and at % 7 == 3:
            sheet.append([])
        sheet.append([odd_cell(row[f["name"]], f, table, odd, names) for f in fields])
    if odd["totals"]:
        sheet.append(["合计", *[None] * (len(fields) - 2), 1])
    path = workbook(folder / "a.xlsx", sheet)
    made = plan(root, [path])
    assert not made.refused, told(made)
    assert made.empty and change(made, name).same == len(rows_of(root, name))
    wanted = rows_of(root, name)
    empty(root, name)
    made = plan(root, [path])
    assert not made.refused, told(made)
    made.write()
    assert [{k: plain(v) for k, v in r.items()} for r in rows_of(root, name)] == [
        {k: plain(v) for k, v in r.items()} for r in wanted
    ]
    if name in ("budget", "headcount", "rules"):  # all amounts there are written with two decimals
        assert (root / "data" / table["path"]).read_bytes() == before


def plain(text: str) -> str | Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def test_tables_that_must_change_together_are_said_to(tmp_path):
    """Staff that nobody left or joined for: another table has to say who."""
    root = small_report(tmp_path / "报告", "enterprises", "headcount", "staff_movements")
    before = rows_of(root, "headcount")
    path = workbook(tmp_path / "a.xlsx", [HEAD, [2023, 6, "A", 99]])
    made = plan(root, [path])
    refused(made, "ledger/staff_movements.csv", "合计0人")
    assert "几张表要一起改的" in told(made) and "更正1行" in told(made)
    assert rows_of(root, "headcount") == before
